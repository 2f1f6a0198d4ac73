"""The receipt: what a hand, an ear or a keyboard does to it is either understood or refused, never mistaken."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints import receipts
from complaints.receipts import ALPHABET, Receipt, ReceiptMistyped

SIGNS = st.text(ALPHABET, min_size=24, max_size=24)
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


@pytest.fixture(autouse=True)
def receipt_key(settings):
    settings.RECEIPT_KEY = secrets.token_urlsafe(32)


def _receipt(signs: str) -> Receipt:
    return Receipt(signs[:8], signs[8:])


def _kind(text: str) -> ReceiptMistyped.Kind | None:
    try:
        receipts.parse(text)
    except ReceiptMistyped as mistyped:
        return mistyped.kind
    return None


def test_new_receipt_is_five_groups_of_five_readable_signs():
    text = receipts.new_receipt().text
    groups = text.split("-")
    assert [len(group) for group in groups] == [5] * 5
    assert set(text) <= set(ALPHABET) | {"-"}
    assert not set("ILOU") & set(ALPHABET)
    assert len(ALPHABET) == 32


def test_new_receipt_parts_hold_40_and_80_bits_and_use_every_sign_at_every_place():
    made = [receipts.new_receipt() for _case in range(2000)]
    assert all(len(receipt.lookup) * 5 == 40 and len(receipt.secret) * 5 == 80 for receipt in made)
    for place in range(24):
        assert {(receipt.lookup + receipt.secret)[place] for receipt in made} == set(ALPHABET)


def test_new_receipts_do_not_repeat():
    made = [receipts.new_receipt() for _case in range(20_000)]
    assert len({receipt.secret for receipt in made}) == 20_000
    # 40 bits: among 20,000 the chance of any repeated lookup is 0.0002, of three 10⁻¹².
    assert len({receipt.lookup for receipt in made}) >= 19_998


def test_receipt_does_not_show_its_secret_in_a_traceback():
    receipt = receipts.new_receipt()
    assert receipt.secret not in repr(receipt)


@given(SIGNS)
def test_parse_round_trip(signs):
    assert receipts.parse(_receipt(signs).text) == _receipt(signs)


@given(SIGNS, st.sampled_from(["", " ", "-", " - ", "–", "\u00a0", "\u200b", "\n", "."]), st.booleans(), st.booleans())
def test_parse_tolerates_how_people_type(signs, separator, lower, thai):
    text = separator.join(_receipt(signs).text.split("-")).replace("0", "o").replace("1", "l")
    text = text.lower() if lower else text
    text = text.translate(THAI) if thai else text
    assert receipts.parse(f"  {text}\t") == _receipt(signs)


def test_parse_reads_o_as_0_and_i_l_as_1_and_thai_and_wide_digits():
    receipt = _receipt("0" * 8 + "1" * 16)
    check = receipt.text[-1]
    assert receipts.parse(f"OoOoOoOoIiLlIiLlIiLlIiLl{check}") == receipt
    assert receipts.parse(f"{'๐' * 8}{'๑' * 16}{check}") == receipt
    assert receipts.parse(f"{chr(0xFF10) * 8}{'1' * 16}{check}") == receipt


def test_parse_every_single_wrong_sign_is_caught():
    """All 25 × 31 errors on 40 receipts; the module's docstring has the proof for the rest."""
    for _case in range(40):
        text = receipts.new_receipt().text.replace("-", "")
        for place, right in enumerate(text):
            for wrong in set(ALPHABET) - {right}:
                assert _kind(text[:place] + wrong + text[place + 1 :]) is ReceiptMistyped.Kind.CHECK


@given(SIGNS, st.integers(0, 24), st.integers(0, 24))
def test_parse_every_exchange_of_two_signs_is_caught_neighbours_or_not(signs, one, other):
    text = _receipt(signs).text.replace("-", "")
    swapped = list(text)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    expected = None if text[one] == text[other] else ReceiptMistyped.Kind.CHECK
    assert _kind("".join(swapped)) is expected


def test_parse_every_exchange_of_neighbours_is_caught_for_every_pair_of_signs():
    """23 places × 32 × 31 pairs, exhaustive: what stands elsewhere cancels out. The 24th comes next."""
    for place in range(23):
        for first in ALPHABET:
            for second in ALPHABET:
                text = _receipt("0" * place + first + second + "0" * (22 - place)).text.replace("-", "")
                swapped = text[:place] + second + first + text[place + 2 :]
                assert (_kind(swapped) is None) is (first == second)


def test_parse_every_exchange_of_the_last_sign_with_the_check_character_is_caught():
    for first in ALPHABET:
        for last in ALPHABET:
            text = _receipt(first + "0" * 22 + last).text.replace("-", "")
            assert (_kind(text[:-2] + text[-1] + text[-2]) is None) is (text[-1] == text[-2])


def test_parse_check_places_are_all_different_elements():
    """The proof needs 25 different powers of α, none of them 0: its order is 31."""
    powers, value = [], 1
    for _place in range(31):
        powers.append(value)
        value = receipts._times_alpha(value)
    assert value == 1
    assert sorted(powers) == list(range(1, 32))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda _text: "", ReceiptMistyped.Kind.LENGTH),
        (lambda text: text[:-1], ReceiptMistyped.Kind.LENGTH),
        (lambda text: text + "0", ReceiptMistyped.Kind.LENGTH),
        (lambda text: text[6:], ReceiptMistyped.Kind.LENGTH),
        (lambda text: text * 1000, ReceiptMistyped.Kind.LENGTH),
        (lambda text: "U" + text[1:], ReceiptMistyped.Kind.CHARACTER),
        (lambda text: "ก" + text[1:], ReceiptMistyped.Kind.CHARACTER),
        (lambda text: text + "?", ReceiptMistyped.Kind.CHARACTER),
    ],
)
def test_parse_says_which_kind_of_mistake(change, kind):
    assert _kind(change(receipts.new_receipt().text)) is kind


def test_parse_has_a_sentence_for_every_kind_and_repeats_nothing_typed():
    for kind in ReceiptMistyped.Kind:
        mistyped = ReceiptMistyped(kind)
        assert mistyped.sentence
        assert str(mistyped) == kind.value


@given(st.text(max_size=60))
def test_parse_of_anything_is_a_receipt_or_mistyped(text):
    _kind(text)


def test_verify_knows_the_secret_and_only_it():
    receipt, other = receipts.new_receipt(), receipts.new_receipt()
    stored = receipts.secret_hmac(receipt.secret)
    assert len(stored) == 32
    assert receipts.verify(receipt.secret, stored)
    assert receipts.verify(receipt.secret, memoryview(stored))
    assert not receipts.verify(other.secret, stored)
    assert not receipts.verify(receipt.secret, None)
    assert not receipts.verify(receipt.secret, b"")


def test_verify_under_another_receipt_key_fails(settings):
    receipt = receipts.new_receipt()
    stored = receipts.secret_hmac(receipt.secret)
    settings.RECEIPT_KEY = secrets.token_urlsafe(32)
    assert not receipts.verify(receipt.secret, stored)


def test_verify_compares_in_constant_time_also_for_an_unknown_lookup(monkeypatch):
    compared = []
    monkeypatch.setattr(receipts.hmac, "compare_digest", lambda one, other: compared.append((len(one), len(other))))
    receipts.verify("0" * 16, receipts.secret_hmac("1" * 16))
    receipts.verify("0" * 16, None)
    assert compared == [(32, 32), (32, 32)]
