"""A draft belongs to whoever holds the cookie, for an hour, and to nobody else."""

import json
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from complaints import drafts
from complaints.models.draft import FilingDraft, FilingDraftFile
from tests.workflows import samples
from workflows import files, sealing

pytestmark = pytest.mark.django_db

DATA = {"text": "ถนนชำรุดหน้าโรงเรียน", "name": "สมชาย ใจดี", "step": 2, "anonymous": False, "places": ["ก", None]}


@pytest.fixture
def token():
    return drafts.new_token()


@pytest.fixture
def checked():
    return files.check_upload(SimpleUploadedFile("บ้านสมชาย.jpg", samples.photo()))


def _let_pass(**time: int) -> None:
    for draft in FilingDraft.objects.all():
        draft.expires_at -= timedelta(**time)
        draft.save()


# --- The draft ------------------------------------------------------------------------------------------------------
def test_draft_round_trip(token):
    drafts.save_draft(token, DATA)
    assert drafts.load_draft(token) == DATA


def test_draft_saved_again_replaces_and_keeps_one_row(token):
    drafts.save_draft(token, DATA)
    drafts.save_draft(token, DATA | {"step": 3})
    assert drafts.load_draft(token)["step"] == 3
    assert FilingDraft.objects.count() == 1


def test_draft_in_nfc_whatever_the_keyboard_sent(token):
    decomposed = unicodedata.normalize("NFD", "é กำ")
    drafts.save_draft(token, {decomposed: [decomposed, {"x": decomposed}]})
    nfc = unicodedata.normalize("NFC", decomposed)
    assert drafts.load_draft(token) == {nfc: [nfc, {"x": nfc}]}


@pytest.mark.parametrize("token", [None, "", "x", "A" * 43, "A" * 44, "../" * 14 + "a", "ก" * 43])
def test_draft_of_an_unknown_token_is_none(token):
    assert drafts.load_draft(token) is None
    assert drafts.list_files(token) == []
    assert list(drafts.open_files(token)) == []
    drafts.discard_draft(token)


def test_draft_of_another_visitor_is_not_found(token):
    drafts.save_draft(token, DATA)
    assert drafts.load_draft(drafts.new_token()) is None


def test_draft_row_holds_nothing_readable(token, checked):
    drafts.save_draft(token, DATA)
    drafts.add_file(token, checked)
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(d)::text from complaints_filingdraft d")
        rows = [row for (row,) in cursor.fetchall()]
        cursor.execute("select row_to_json(f)::text from complaints_filingdraftfile f")
        rows += [row for (row,) in cursor.fetchall()]
    everything = " ".join(rows)
    for secret in ["สมชาย", "ถนน", "jpg", token, checked.sha256]:
        assert secret not in everything
        assert secret.encode().hex() not in everything
    assert checked.data[:16].hex() not in everything


def test_draft_key_does_not_follow_from_what_the_database_holds(token):
    drafts.save_draft(token, DATA)
    row = FilingDraft.objects.get()
    assert bytes(row.lookup) == sha256(token.encode()).digest()
    with pytest.raises(sealing.SealBroken):
        sealing.open_sealed(sealing.DataKey(bytes(row.lookup)), row.sealed, "draft/data")


def test_draft_models_keep_no_trace_of_the_visitor():
    kept = {field.name for model in (FilingDraft, FilingDraftFile) for field in model._meta.concrete_fields}
    assert kept == {
        "id", "lookup", "sealed", "expires_at", "draft", "public_id", "sealed_description", "sealed_content",
    }  # fmt: skip


def test_draft_lapses_an_hour_after_the_last_step(token, checked):
    drafts.save_draft(token, DATA)
    assert FilingDraft.objects.get().expires_at - timezone.now() == pytest.approx(
        drafts.LIFETIME, abs=timedelta(seconds=5)
    )
    _let_pass(minutes=59)
    drafts.save_draft(token, DATA)
    _let_pass(minutes=59)
    drafts.add_file(token, checked)
    _let_pass(minutes=59)
    assert drafts.load_draft(token) == DATA
    _let_pass(minutes=1)
    assert drafts.load_draft(token) is None
    assert drafts.list_files(token) == []
    assert list(drafts.open_files(token)) == []
    with pytest.raises(drafts.DraftGone):
        drafts.add_file(token, checked)


def test_draft_lapsed_and_begun_again_does_not_take_up_old_files(token, checked):
    drafts.save_draft(token, DATA)
    drafts.add_file(token, checked)
    _let_pass(hours=1)
    drafts.save_draft(token, {"step": 1})
    assert drafts.load_draft(token) == {"step": 1}
    assert drafts.list_files(token) == []


def test_expired_drafts_are_deleted_with_their_files_and_live_ones_kept(token, checked):
    drafts.save_draft(token, DATA)
    drafts.add_file(token, checked)
    _let_pass(hours=2)
    live = drafts.new_token()
    drafts.save_draft(live, DATA)
    assert drafts.delete_expired_drafts() == 1
    assert drafts.delete_expired_drafts() == 0
    assert FilingDraft.objects.count() == 1
    assert FilingDraftFile.objects.count() == 0
    assert drafts.load_draft(live) == DATA


def test_draft_discarded_is_gone_with_its_files(token, checked):
    drafts.save_draft(token, DATA)
    drafts.add_file(token, checked)
    drafts.discard_draft(token)
    assert not FilingDraft.objects.exists()
    assert not FilingDraftFile.objects.exists()


def test_draft_tampered_with_is_none_and_logs_no_content(token, caplog):
    drafts.save_draft(token, DATA)
    other = drafts.new_token()
    drafts.save_draft(other, {"text": "ของคนอื่น"})
    stolen = FilingDraft.objects.get(lookup=sha256(other.encode()).digest())
    FilingDraft.objects.filter(lookup=sha256(token.encode()).digest()).update(sealed=stolen.sealed)
    assert drafts.load_draft(token) is None
    assert "does not open" in caplog.text
    assert token not in caplog.text


def test_draft_too_long_is_refused_and_the_old_one_kept(token):
    drafts.save_draft(token, DATA)
    with pytest.raises(drafts.DraftTooLong):
        drafts.save_draft(token, {"text": "ก" * 100_000})
    assert drafts.load_draft(token) == DATA


@pytest.mark.parametrize("token", ["", "short", "A" * 42 + "\n"])
def test_draft_under_a_token_not_ours_is_refused(token):
    with pytest.raises(ValueError, match="token"):
        drafts.save_draft(token, DATA)


def test_draft_lookup_of_another_length_is_refused_by_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        FilingDraft.objects.create(lookup=b"short", sealed=b"", expires_at=timezone.now())


# --- Its files ------------------------------------------------------------------------------------------------------
def test_file_comes_back_as_it_was_checked(token, checked):
    drafts.save_draft(token, DATA)
    listed = drafts.add_file(token, checked)
    assert listed.label == "บ้านสมชาย.jpg"
    assert drafts.list_files(token) == [listed]
    assert list(drafts.open_files(token)) == [checked]


def test_file_can_go_from_the_draft_to_the_evidence(token, checked, settings, tmp_path):
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    settings.MASTER_KEYS = [secrets.token_urlsafe(32)]
    key = sealing.unwrap_data_key(sealing.new_data_key())
    drafts.save_draft(token, DATA)
    drafts.add_file(token, checked)
    names = [files.store_evidence(kept, key) for kept in drafts.open_files(token)]
    assert [b"".join(files.open_evidence(name, key)) for name in names] == [checked.data]


def test_files_keep_their_order_and_are_removed_one_by_one(token):
    drafts.save_draft(token, DATA)
    sent = [files.check_upload(SimpleUploadedFile(f"{n}.pdf", samples.pdf(b"%%%d\n" % n))) for n in range(3)]
    ids = [drafts.add_file(token, each).public_id for each in sent]
    assert drafts.remove_file(token, ids[1])
    assert not drafts.remove_file(token, ids[1])
    assert [each.label for each in drafts.list_files(token)] == ["0.pdf", "2.pdf"]
    assert list(drafts.open_files(token)) == [sent[0], sent[2]]


def test_file_of_another_draft_cannot_be_removed(token, checked):
    other = drafts.new_token()
    drafts.save_draft(token, DATA)
    drafts.save_draft(other, DATA)
    public_id = drafts.add_file(token, checked).public_id
    assert not drafts.remove_file(other, public_id)
    assert not drafts.remove_file(None, public_id)
    assert len(drafts.list_files(token)) == 1


def test_files_beyond_the_limit_are_refused(token, checked, settings):
    settings.EVIDENCE_MAX_FILES = 2
    drafts.save_draft(token, DATA)
    drafts.add_file(token, checked)
    drafts.add_file(token, checked)
    with pytest.raises(files.FileRefused):
        drafts.add_file(token, checked)
    assert len(drafts.list_files(token)) == 2


@pytest.mark.django_db(transaction=True)
def test_files_sent_at_once_are_counted_together(token, checked, settings):
    settings.EVIDENCE_MAX_FILES = 2
    drafts.save_draft(token, DATA)

    def send(_number: int) -> bool:
        try:
            drafts.add_file(token, checked)
        except files.FileRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(send, range(6))) == 2
    assert len(drafts.list_files(token)) == 2


@pytest.mark.django_db(transaction=True)
def test_draft_saved_twice_at_once_fails_for_neither(token):
    def save(step: int) -> None:
        try:
            drafts.save_draft(token, DATA | {"step": step})
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(save, range(30)))
    assert FilingDraft.objects.count() == 1
    assert drafts.load_draft(token)["step"] in range(30)


def test_file_exchanged_for_another_in_the_database_does_not_open(token, checked):
    drafts.save_draft(token, DATA)
    drafts.add_file(token, checked)
    drafts.add_file(token, checked)
    first, second = FilingDraftFile.objects.order_by("id")
    FilingDraftFile.objects.filter(pk=first.pk).update(sealed_content=second.sealed_content)
    with pytest.raises(sealing.SealBroken):
        list(drafts.open_files(token))


@pytest.mark.parametrize("count", [1, 8])
def test_files_listed_in_one_query_without_their_contents(token, checked, django_assert_num_queries, count):
    drafts.save_draft(token, DATA)
    for _file in range(count):
        drafts.add_file(token, checked)
    with django_assert_num_queries(1) as caught:
        assert len(drafts.list_files(token)) == count
    assert "sealed_content" not in caught.captured_queries[0]["sql"]


# --- The cookie -----------------------------------------------------------------------------------------------------
def test_cookie_goes_there_and_back_and_no_script_reads_it(token, settings):
    settings.SESSION_COOKIE_SECURE = True
    response = HttpResponse()
    drafts.set_cookie(response, token)
    cookie = response.cookies["filing"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"], cookie["max-age"]) == (True, "Lax", True, 3600)
    request = HttpRequest()
    request.COOKIES["filing"] = cookie.value
    assert drafts.token_of(request) == token
    drafts.clear_cookie(response)
    assert response.cookies["filing"].value == ""
    assert response.cookies["filing"]["max-age"] == 0


@pytest.mark.parametrize("value", ["", "x", "A" * 42, json.dumps({"a": 1}), "A" * 42 + "\n"])
def test_cookie_not_ours_is_no_token(value):
    request = HttpRequest()
    request.COOKIES["filing"] = value
    assert drafts.token_of(request) is None


def test_tokens_are_256_bits_and_never_repeat():
    assert len({drafts.new_token() for _visitor in range(1000)}) == 1000
    assert {len(drafts.new_token()) for _visitor in range(10)} == {43}
