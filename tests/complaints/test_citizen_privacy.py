"""Who complained stands nowhere in plain text: not in the database, not in a log, not in a session, not on the disk."""

import logging
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from complaints import drafts
from complaints.contacts import address_of
from complaints.models import ComplaintCase
from complaints.views.citizen import opened
from notifications.models import Delivery
from notifications.relay import relay
from tests.support.filing import answer_all, file_complaint, follow, post
from tests.workflows import samples

pytestmark = pytest.mark.django_db

ADDRESS = "203.0.113.77"
NAME, PHONE, EMAIL = "สมหญิง รักยุติธรรม", "089 765 4321", "somying.secret@example.org"
SECRET_TEXT = "นายช่างโยธาเรียกเงินห้าพันบาทที่ร้านกาแฟหลังตลาด"
BROWSER = "Mozilla/5.0 (a very particular telephone)"


@pytest.fixture
def visitor():
    """A browser with an address and a name of its own, also behind a proxy."""
    return Client(REMOTE_ADDR=ADDRESS, HTTP_X_FORWARDED_FOR=ADDRESS, HTTP_USER_AGENT=BROWSER)


@pytest.fixture
def log(caplog):
    """Every line that any logger writes, however unimportant."""
    for name in ("", "django", "django.request", "django.security", "django.server", "complaints", "workflows"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def _everything_stored():
    """Every value of every column of every table, as text; bytes as the letters they would make."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
        )
        for table, column, kind in cursor.fetchall():
            value = f"encode(\"{column}\", 'hex')" if kind == "bytea" else f'"{column}"::text'
            cursor.execute(f'SELECT {value} FROM "{table}" WHERE "{column}" IS NOT NULL')  # noqa: S608 - names of our own tables
            for (text,) in cursor.fetchall():
                plain = bytes.fromhex(text).decode(errors="replace") if kind == "bytea" else text
                found.append((f"{table}.{column}", plain))
    return found


def _assert_nowhere(needles, log, settings):
    stored = _everything_stored()
    assert len(stored) > 200
    for needle in needles:
        assert not [place for place, value in stored if needle in value], needle
        assert needle not in log.text, needle
    for path in Path(settings.EVIDENCE_ROOT).rglob("*"):
        if path.is_file():
            assert not [needle for needle in needles if needle.encode() in path.read_bytes()]


@pytest.fixture(autouse=True)
def _evidence(settings, tmp_path):
    settings.EVIDENCE_ROOT = tmp_path


def _use_everything(visitor, world, *, named, kind="corruption", detail="corruption_bribery"):
    """File with a photo, read the receipt, follow, write, look at a file; and stumble on the way."""
    who = (
        {"who": "named", "name": NAME, "phone": PHONE, "email": EMAIL, "tell": "on"} if named else {"who": "anonymous"}
    )
    photo = SimpleUploadedFile(f"บ้าน {NAME}.jpg", samples.photo())
    visitor.get("/")
    visitor.get(reverse("file", args=["check"]))
    receipt = file_complaint(
        visitor,
        kind={"kind": kind},
        detail={"detail": detail},
        what={"statement": SECRET_TEXT},
        where={"place": f"หน้าบ้าน {NAME}"},
        files={"files": photo},
        who=who,
    )
    visitor.get(reverse("receipt"))
    visitor.post(reverse("follow"), {"receipt": receipt.text[:-1] + "?"})
    follow(visitor, receipt)
    visitor.get(reverse("follow_case"))
    visitor.post(reverse("follow_act", args=["message"]), {"text": f"จาก {NAME} {PHONE}"})
    visitor.get(reverse("follow_act", args=["nothing"]))
    return receipt


@pytest.mark.parametrize("named", [True, False])
def test_protected_complaint_leaves_nothing_in_plain_text(visitor, world, log, settings, named):
    receipt = _use_everything(visitor, world, named=named)
    needles = (ADDRESS, NAME, PHONE, EMAIL, "0897654321", SECRET_TEXT, BROWSER, receipt.text, receipt.secret)
    _assert_nowhere(needles, log, settings)


def test_ordinary_complaint_leaves_no_identity_in_plain_text(visitor, world, log, settings):
    who = {"who": "named", "name": NAME, "phone": PHONE, "email": EMAIL}
    receipt = file_complaint(visitor, who=who, files={"files": SimpleUploadedFile(f"{NAME}.jpg", samples.photo())})
    visitor.get(reverse("receipt"))
    follow(visitor, receipt)
    _assert_nowhere((ADDRESS, NAME, PHONE, EMAIL, "0897654321", BROWSER, receipt.text, receipt.secret), log, settings)


def test_address_for_news_stands_nowhere_in_plain_text(visitor, world, log, settings):
    _use_everything(visitor, world, named=False)
    visitor.post(reverse("follow_contact"), {"do": "email", "email": EMAIL})
    visitor.post(reverse("follow_contact"), {"do": "email", "email": "not " + EMAIL})
    case = ComplaintCase.objects.get()
    assert address_of(case, "email") == EMAIL
    case = world.do(case, "start_screening", world.centre_screener)
    world.do(case, "accept", world.centre_screener, kind=world.corruption, unit=case.unit)
    relay()
    assert Delivery.objects.filter(case=case.pk).count() == 1
    _assert_nowhere((ADDRESS, EMAIL, BROWSER), log, settings)


def test_draft_that_is_not_finished_leaves_nothing_in_plain_text(visitor, world, log, settings):
    answer_all(visitor, what={"statement": SECRET_TEXT}, who={"who": "named", "name": NAME, "phone": PHONE})
    token = visitor.cookies[drafts.COOKIE].value
    _assert_nowhere((ADDRESS, NAME, PHONE, SECRET_TEXT, token), log, settings)


def test_error_in_the_middle_of_filing_logs_nobody(visitor, world, log, settings, monkeypatch):
    """The database repeats the refused row in its message; the log must not."""
    answer_all(visitor, what={"statement": SECRET_TEXT}, who={"who": "named", "name": NAME, "phone": PHONE})
    visitor.raise_request_exception = False

    def broken(*_args, **_facts):
        raise ValueError(f"DETAIL: Failing row contains ({NAME}, {PHONE}, {SECRET_TEXT})")

    monkeypatch.setattr("complaints.views.citizen.sending.open_case", broken)
    assert post(visitor, "check").status_code == 500
    console = next(handler for handler in logging.getLogger().handlers if handler.get_name() == "console")
    written = [console.format(record) for record in log.records]
    assert any("ValueError" in line for line in written)
    assert not [line for line in written if NAME in line or SECRET_TEXT in line]


def test_no_session_is_made_for_a_citizen(visitor, world):
    from django.contrib.sessions.models import Session

    _use_everything(visitor, world, named=False)
    assert not Session.objects.exists()
    assert "sessionid" not in visitor.cookies


@pytest.mark.parametrize("secure", [True, False])
def test_cookies_are_closed_to_scripts_and_other_sites(visitor, world, settings, secure):
    settings.SESSION_COOKIE_SECURE = secure
    _use_everything(visitor, world, named=False)
    for name, same_site, seconds in ((drafts.COOKIE, "Lax", 3600), (opened.COOKIE, "Strict", 1800)):
        cookie = visitor.cookies[name]
        assert cookie["httponly"] is True
        assert cookie["samesite"] == same_site
        assert cookie["max-age"] == seconds
        assert bool(cookie["secure"]) == secure


def test_receipt_never_stands_in_an_address(visitor, world):
    receipt = _use_everything(visitor, world, named=False)
    for address in (follow(visitor, receipt).headers["Location"], reverse("receipt"), reverse("follow_case")):
        assert receipt.lookup not in address


# --- Every page of the citizens ---------------------------------------------------------------------------------------
def test_no_page_of_the_citizens_keeps_the_address_or_the_browser_of_its_visitor(
    visitor, world, log, settings, tmp_path
):
    """Every address of the public pages is asked for and sent to, also those that are yet to come."""
    from complaints.views.citizen.urls import urlpatterns
    from tests.support.filing import ANSWERS

    settings.EVIDENCE_ROOT = tmp_path
    visitor.raise_request_exception = False
    case = world.file(world.ordinary)
    typed = {key: value for answer in ANSWERS.values() for key, value in answer.items()}
    typed |= {"receipt": world.receipts[case.pk].text, "text": SECRET_TEXT, "question": SECRET_TEXT, "quality": "4"}
    follow(visitor, world.receipts[case.pk])
    for pattern in urlpatterns:
        names = {"step": "what", "name": "message", "public_id": case.public_id}
        kwargs = {key: names[key] for key in pattern.pattern.converters}
        address = reverse(pattern.name, kwargs=kwargs)
        assert visitor.get(address).status_code < 500, address
        assert visitor.post(address, typed).status_code < 500, address
    kept = [*_everything_stored(), *(("log", record.getMessage()) for record in log.records)]
    for secret in (ADDRESS, BROWSER):
        assert [place for place, text in kept if secret in text] == []
