"""What is sealed opens only whole, in its place, with its key; and nothing else shows."""

import base64
import io
import itertools
import secrets

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from workflows import sealing
from workflows.sealing import CHUNK_BYTES, DataKey, KeyErased, SealBroken, UnknownMasterKey

CONTEXT = "complaint/123/identity"
KEY = DataKey(bytes(range(32)))
OTHER_KEY = DataKey(bytes(32))


def _new_master() -> str:
    return secrets.token_urlsafe(32)


@pytest.fixture(autouse=True)
def master(settings):
    settings.MASTER_KEYS = [_new_master()]
    return settings.MASTER_KEYS[0]


# --- Data keys ------------------------------------------------------------------------------------------------------
def test_data_key_wrapped_opens_again_and_differs_each_time():
    wrapped = [sealing.new_data_key() for _case in range(50)]
    keys = {bytes(sealing.unwrap_data_key(record)) for record in wrapped}
    assert len(keys) == 50
    assert all(len(key) == 32 for key in keys)
    assert all(len(record) == 99 for record in wrapped)


def test_data_key_is_not_readable_in_its_record_or_repr():
    wrapped = sealing.new_data_key()
    key = sealing.unwrap_data_key(wrapped)
    assert bytes(key) not in base64.urlsafe_b64decode(wrapped.split(".")[2])
    assert f"{key} {key!r} {[key]}" == "<data key> <data key> [<data key>]"


def test_data_key_erased_raises_key_erased():
    with pytest.raises(KeyErased):
        sealing.unwrap_data_key("")


def test_data_key_under_a_master_key_not_configured_raises_unknown(settings):
    wrapped = sealing.new_data_key()
    settings.MASTER_KEYS = [_new_master()]
    with pytest.raises(UnknownMasterKey):
        sealing.unwrap_data_key(wrapped)


def test_data_key_with_another_masters_id_written_on_it_is_broken(settings, master):
    settings.MASTER_KEYS = [_new_master(), master]
    version, key_id, sealed = sealing.new_data_key().split(".")
    settings.MASTER_KEYS = [master]
    other_id = sealing.new_data_key().split(".")[1]
    assert other_id != key_id
    with pytest.raises(SealBroken):
        sealing.unwrap_data_key(f"{version}.{other_id}.{sealed}")


def test_data_key_record_changed_anywhere_never_opens():
    wrapped = sealing.new_data_key()
    for place, char in enumerate(wrapped):
        changed = wrapped[:place] + ("A" if char != "A" else "B") + wrapped[place + 1 :]
        with pytest.raises(sealing.SealingError):
            sealing.unwrap_data_key(changed)
    for cut in range(1, len(wrapped)):
        with pytest.raises(sealing.SealingError):
            sealing.unwrap_data_key(wrapped[:cut])


def test_rewrap_moves_to_the_newest_master_and_keeps_the_key(settings, master):
    wrapped = sealing.new_data_key()
    sealed = sealing.seal(sealing.unwrap_data_key(wrapped), "ผู้ร้อง", CONTEXT)
    newest = _new_master()
    settings.MASTER_KEYS = [newest, master]
    rewrapped = sealing.rewrap(wrapped)
    assert rewrapped != wrapped
    assert sealing.rewrap(rewrapped) == rewrapped
    settings.MASTER_KEYS = [newest]
    assert sealing.open_text(sealing.unwrap_data_key(rewrapped), sealed, CONTEXT) == "ผู้ร้อง"
    with pytest.raises(UnknownMasterKey):
        sealing.rewrap(wrapped)


@pytest.mark.parametrize("keys", [[], ["short"], ["!" * 43], ["A" * 44], [""]])
def test_master_keys_unfit_stop_with_a_sentence_without_the_key(settings, keys):
    settings.MASTER_KEYS = keys
    with pytest.raises(ImproperlyConfigured) as caught:
        sealing.new_data_key()
    assert not any(key and key in str(caught.value) for key in keys)


# --- Fields ---------------------------------------------------------------------------------------------------------
@given(st.text(), st.text(min_size=1))
def test_seal_round_trip_for_any_text_and_context(text, context):
    sealed = sealing.seal(KEY, text, context)
    assert sealing.open_text(KEY, sealed, context) == text
    assert sealing.open_sealed(KEY, memoryview(sealed), context) == text.encode()
    assert len(sealed) == len(text.encode()) + 29


def test_seal_same_text_twice_differs():
    assert len({sealing.seal(KEY, "x", CONTEXT) for _time in range(100)}) == 100


def test_seal_changed_at_any_bit_or_cut_anywhere_is_broken():
    sealed = sealing.seal(KEY, "เลขบัตรประชาชน", CONTEXT)
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealBroken):
            sealing.open_sealed(KEY, bytes(changed), CONTEXT)
    for cut in range(len(sealed)):
        with pytest.raises(SealBroken):
            sealing.open_sealed(KEY, sealed[:cut], CONTEXT)


@pytest.mark.parametrize("elsewhere", ["complaint/124/identity", "complaint/123/statement", "complaint/123/identity "])
def test_seal_moved_to_another_case_or_field_is_broken(elsewhere):
    with pytest.raises(SealBroken):
        sealing.open_sealed(KEY, sealing.seal(KEY, "x", CONTEXT), elsewhere)


def test_seal_with_the_key_of_another_case_is_broken():
    with pytest.raises(SealBroken):
        sealing.open_sealed(OTHER_KEY, sealing.seal(KEY, "x", CONTEXT), CONTEXT)


def test_seal_without_a_context_is_refused():
    with pytest.raises(ValueError, match="context"):
        sealing.seal(KEY, "x", "")
    with pytest.raises(ValueError, match="context"):
        list(sealing.seal_stream(KEY, io.BytesIO(b"x"), ""))


def test_seal_of_a_field_does_not_open_as_a_file_nor_the_other_way():
    with pytest.raises(SealBroken):
        list(sealing.open_stream(KEY, io.BytesIO(sealing.seal(KEY, "x" * 100, CONTEXT)), CONTEXT))
    with pytest.raises(SealBroken):
        sealing.open_sealed(KEY, _sealed(b"x" * 100), CONTEXT)


# --- Files ----------------------------------------------------------------------------------------------------------
def _sealed(content: bytes) -> bytes:
    return b"".join(sealing.seal_stream(KEY, io.BytesIO(content), CONTEXT))


def _opened(sealed: bytes, key: DataKey = KEY, context: str = CONTEXT) -> bytes:
    return b"".join(sealing.open_stream(key, io.BytesIO(sealed), context))


HEAD = 33
SEALED_CHUNK = CHUNK_BYTES + 16


@pytest.mark.parametrize(
    "size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7]
)
def test_stream_round_trip_at_the_edges_of_chunks(size):
    content = secrets.token_bytes(size)
    sealed = _sealed(content)
    assert _opened(sealed) == content
    assert len(sealed) == HEAD + size + 16 * max(1, -(-size // CHUNK_BYTES))


def test_stream_from_a_source_that_gives_little_at_a_time():
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 999))

    content = secrets.token_bytes(2 * CHUNK_BYTES)
    sealed = b"".join(sealing.seal_stream(KEY, Trickle(content), CONTEXT))
    assert b"".join(sealing.open_stream(KEY, Trickle(sealed), CONTEXT)) == content


def test_stream_does_not_hold_the_file_in_memory():
    read = 0

    class Endless:
        def read(self, size: int, /) -> bytes:
            nonlocal read
            read += size
            return bytes(size)

    list(itertools.islice(sealing.seal_stream(KEY, Endless(), CONTEXT), 5))
    assert read <= 6 * CHUNK_BYTES


def test_stream_cut_anywhere_is_broken():
    sealed = _sealed(secrets.token_bytes(2 * CHUNK_BYTES + 100))
    chunk_ends = [HEAD, HEAD + SEALED_CHUNK, HEAD + 2 * SEALED_CHUNK]
    for cut in [0, 1, HEAD - 1, *chunk_ends, *(end + 1 for end in chunk_ends), len(sealed) - 1]:
        with pytest.raises(SealBroken):
            _opened(sealed[:cut])


def test_stream_with_something_behind_it_is_broken():
    for size in (10, CHUNK_BYTES):
        with pytest.raises(SealBroken):
            _opened(_sealed(bytes(size)) + b"x")


def test_stream_with_chunks_exchanged_dropped_or_repeated_is_broken():
    sealed = _sealed(secrets.token_bytes(3 * CHUNK_BYTES))
    head, rest = sealed[:HEAD], sealed[HEAD:]
    one, two, three = (rest[start : start + SEALED_CHUNK] for start in range(0, len(rest), SEALED_CHUNK))
    assert _opened(head + one + two + three)
    for order in [(two, one, three), (one, three), (two, three), (one, two), (one, one, two, three), (one, three, two)]:
        with pytest.raises(SealBroken):
            _opened(head + b"".join(order))


def test_stream_chunk_of_another_file_of_the_same_case_is_broken():
    first, second = _sealed(bytes(2 * CHUNK_BYTES)), _sealed(bytes(2 * CHUNK_BYTES))
    with pytest.raises(SealBroken):
        _opened(first[:HEAD] + second[HEAD : HEAD + SEALED_CHUNK] + first[HEAD + SEALED_CHUNK :])


def test_stream_tampered_chunk_gives_out_only_what_was_checked():
    content = secrets.token_bytes(3 * CHUNK_BYTES)
    sealed = bytearray(_sealed(content))
    sealed[HEAD + SEALED_CHUNK + 5] ^= 1
    given_out = []
    with pytest.raises(SealBroken):
        given_out.extend(sealing.open_stream(KEY, io.BytesIO(bytes(sealed)), CONTEXT))
    chunks = sealing.open_stream(KEY, io.BytesIO(bytes(sealed)), CONTEXT)
    assert next(chunks) == content[:CHUNK_BYTES]
    with pytest.raises(SealBroken):
        next(chunks)


def test_stream_moved_or_with_another_key_is_broken():
    sealed = _sealed(b"x")
    with pytest.raises(SealBroken):
        _opened(sealed, context="complaint/123/other")
    with pytest.raises(SealBroken):
        _opened(sealed, key=OTHER_KEY)


# --- Looking up -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "written",
    ["081-234-5678", "081 234 5678", "๐๘๑-๒๓๔-๕๖๗๘", "+66 81 234 5678", "+66 (0)81 234 5678", "66812345678",
     "0066812345678", "(081)2345678", "0812345678 ต่อ 12"],
)  # fmt: skip
def test_lookup_phone_is_one_number_however_written(written):
    assert sealing.lookup_hash(written, "phone") == sealing.lookup_hash("0812345678", "phone")


@pytest.mark.parametrize("other", ["0812345679", "081234567", "+44 812345678", "+1 0812345678"])
def test_lookup_phone_of_somebody_else_differs(other):
    assert sealing.lookup_hash(other, "phone") != sealing.lookup_hash("0812345678", "phone")


def test_lookup_landline_with_and_without_country():
    assert sealing.lookup_hash("+66 2 123 4567", "phone") == sealing.lookup_hash("02-123-4567", "phone")


def test_lookup_email_ignores_case_and_spaces():
    assert sealing.lookup_hash(" Somchai@Example.TH ", "email") == sealing.lookup_hash("somchai@example.th", "email")


def test_lookup_name_ignores_composition_and_spacing():
    assert sealing.lookup_hash("José   Núñez", "name") == sealing.lookup_hash("José Núñez", "name")


def test_lookup_of_one_value_for_two_purposes_differs():
    assert sealing.lookup_hash("0812345678", "phone") != sealing.lookup_hash("0812345678", "citizen_id")


def test_lookup_needs_the_master_key_and_survives_rotation(settings, master):
    before = sealing.lookup_hash("0812345678", "phone")
    settings.MASTER_KEYS = [_new_master(), master]
    assert sealing.lookup_hash("0812345678", "phone") != before
    assert before in sealing.lookup_hashes("0812345678", "phone")
    settings.MASTER_KEYS = [_new_master()]
    assert before not in sealing.lookup_hashes("0812345678", "phone")


@pytest.mark.parametrize(("value", "purpose"), [("", "phone"), ("-", "phone"), ("  ", "email"), ("x", "")])
def test_lookup_of_nothing_is_refused(value, purpose):
    with pytest.raises(ValueError, match="look up"):
        sealing.lookup_hash(value, purpose)
