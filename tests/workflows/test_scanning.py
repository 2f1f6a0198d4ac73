"""Files are scanned where a scanner is set up, now or later; what was not scanned says so, and harm goes to nobody."""

import logging
import shutil
import subprocess
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from notifications.health import health
from tests.conftest import REQUIRE_ALL
from tests.support.world import World
from tests.workflows.scanner import HARM, Scanner, scanning_at
from workflows import files, scanning
from workflows.attachments import scan_kept
from workflows.files import FileRefused, Note
from workflows.jobs import scan_attachments
from workflows.models import Attachment

CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")


@pytest.fixture(params=["socket", "port"])
def scanner(request: Any, settings: Any, tmp_path: Path) -> Iterator[Scanner]:
    """A scanner of the tests' own, reached both ways."""
    with scanning_at(tmp_path / "clamd.ctl" if request.param == "socket" else None) as running:
        settings.CLAMAV = running.address
        yield running


@pytest.fixture
def away(settings: Any, tmp_path: Path) -> str:
    """A scanner that is set up and not there."""
    settings.CLAMAV = str(tmp_path / "nobody.ctl")
    return str(settings.CLAMAV)


def upload(content: bytes = b"hello", name: str = "a.txt") -> files.Checked:
    return files.check_upload(SimpleUploadedFile(name, content))


def refusal(content: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        upload(content)
    return caught.value


# --- While it comes in ------------------------------------------------------------------------------------------------
def test_scan_gives_a_verdict_and_sends_every_byte_once(scanner: Scanner) -> None:
    chunks = [b"a" * 100_000, b"", b"b" * 10]
    assert scanning.scan(chunks) == scanning.Verdict.CLEAN
    assert scanner.seen == [b"".join(chunks)]
    assert scanning.scan([HARM[:5], HARM[5:]]) == scanning.Verdict.INFECTED


def test_upload_scanned_says_so_and_what_is_kept_was_scanned(scanner: Scanner) -> None:
    checked = upload("สวัสดี".encode("tis-620"))
    assert checked.notes == (Note.CONVERTED_TO_UTF8, Note.SCANNED)
    assert scanner.seen == [checked.data]


def test_upload_infected_is_refused_without_the_name_of_the_harm(scanner: Scanner) -> None:
    refused = refusal(HARM)
    assert refused.code == "infected"
    for language in ("en", "th"):
        with translation.override(language):
            assert "eicar" not in str(refused.sentence).lower()


@pytest.mark.parametrize("required", [False, True])
def test_upload_while_the_scanner_is_away_is_kept_and_says_so_or_refused(
    away: str, settings: Any, required: bool
) -> None:
    settings.CLAMAV_REQUIRED = required
    if required:
        assert refusal(b"hello").code == "scanner_away"
    else:
        assert Note.NOT_SCANNED in upload().notes


def test_upload_without_a_scanner_says_that_nothing_was_scanned() -> None:
    assert upload().notes == (Note.NOT_SCANNED,)
    assert scanning.state() == scanning.State.NOT_SET_UP


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR", b"stream: OK and more", b"x" * 10_000])
def test_upload_with_an_answer_that_is_no_verdict_was_not_scanned(scanner: Scanner, answer: bytes) -> None:
    scanner.answer = answer
    assert Note.NOT_SCANNED in upload().notes


def test_upload_too_large_for_the_scanner_was_not_scanned(scanner: Scanner) -> None:
    scanner.limit = 1000
    assert Note.NOT_SCANNED in upload(b"a" * 2_000_000).notes


def test_upload_with_a_scanner_that_keeps_silent_waits_no_longer_than_it_may(
    scanner: Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "_SECONDS", 0.2)
    monkeypatch.setattr(scanning, "_KNOCK_SECONDS", 0.2)
    scanner.silent = True
    began = time.monotonic()
    assert Note.NOT_SCANNED in upload().notes
    assert not scanning.answers()
    assert time.monotonic() - began < 3


def test_scanner_state_is_told_to_monitoring(scanner: Scanner, settings: Any, db: None) -> None:
    assert (health()[0]["scanner"], health()[1]) == ("well", True)
    settings.CLAMAV = "127.0.0.1:1"
    assert (health()[0]["scanner"], health()[1]) == ("away", False)
    settings.CLAMAV = ""
    assert (health()[0]["scanner"], health()[1]) == ("not set up", True)


@pytest.mark.parametrize(("address", "said"), [("", "Not set up"), ("127.0.0.1:1", "scanned at night")])
def test_scanner_state_stands_on_the_administrators_page(
    client: Client, world: World, settings: Any, address: str, said: str
) -> None:
    settings.CLAMAV = address
    world.administrator.language = "en"
    world.administrator.save()
    client.force_login(world.administrator)
    assert said in client.get(reverse("service")).content.decode()


# --- Later ------------------------------------------------------------------------------------------------------------
def kept(world: World, *contents: bytes) -> list[Attachment]:
    """A case with these files, in their order."""
    world.into("investigating", files=[upload(content) for content in contents])
    return list(Attachment.objects.order_by("pk"))


def notes() -> list[list[str]]:
    return list(Attachment.objects.order_by("pk").values_list("notes", flat=True))


def test_files_kept_unscanned_are_scanned_later_and_harm_is_withheld(
    world: World, settings: Any, tmp_path: Path
) -> None:
    kept(world, "ก".encode("tis-620"), HARM)
    assert notes() == [["converted_to_utf8", "not_scanned"], ["not_scanned"]]
    with scanning_at(tmp_path / "c") as scanner:
        settings.CLAMAV = scanner.address
        out = StringIO()
        with pytest.raises(CommandError) as caught:
            call_command("scan_attachments", stdout=out)
        assert caught.value.returncode == 3
        assert "clean 1, withheld 1" in out.getvalue()
        assert notes() == [["converted_to_utf8", "scanned"], ["infected"]]
        assert len(scanner.seen) == 2
        call_command("scan_attachments", stdout=out)  # nothing is left to scan
        assert len(scanner.seen) == 2


def test_files_are_scanned_again_with_what_is_known_today(world: World, settings: Any, tmp_path: Path) -> None:
    kept(world, b"first", b"second")
    Attachment.objects.filter(pk=Attachment.objects.order_by("pk")[0].pk).update(notes=["infected"])
    Attachment.objects.filter(notes=["not_scanned"]).update(notes=["scanned"])
    with scanning_at(tmp_path / "c") as scanner:
        settings.CLAMAV = scanner.address
        scanned = scan_kept(again=True)
    assert (scanned.clean, scanned.withheld, scanned.unread, scanned.away) == (2, 0, 0, False)
    assert notes() == [["scanned"], ["scanned"]]


def test_files_wait_while_the_scanner_is_away(world: World, away: str) -> None:
    kept(world, b"first")
    assert scan_kept().away
    assert notes() == [["not_scanned"]]
    with pytest.raises(CommandError, match="does not answer"):
        call_command("scan_attachments", stdout=StringIO())
    scan_attachments(timestamp=0)


def test_files_are_not_scanned_without_a_scanner(world: World) -> None:
    kept(world, b"first")
    with pytest.raises(CommandError, match="SODSONG_CLAMAV"):
        call_command("scan_attachments", stdout=StringIO())
    scan_attachments(timestamp=0)
    assert notes() == [["not_scanned"]]


def test_file_that_cannot_be_read_or_scanned_stops_no_other(world: World, settings: Any, tmp_path: Path) -> None:
    gone, large, last = kept(world, b"gone", b"large" * 500, b"last")
    assert files.delete_evidence(gone.storage_name)
    with scanning_at(tmp_path / "c") as scanner:
        settings.CLAMAV = scanner.address
        scanner.limit = 100
        scanned = scan_kept()
    assert (scanned.clean, scanned.unread, scanned.away) == (1, 2, False)
    large.refresh_from_db()
    last.refresh_from_db()
    assert (large.notes, last.notes) == (["not_scanned"], ["scanned"])


def test_file_said_clean_meanwhile_keeps_what_was_said(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = kept(world, b"first")

    def scan(chunks: Any) -> scanning.Verdict:
        list(chunks)
        Attachment.objects.filter(pk=row.pk).update(notes=["infected"])
        return scanning.Verdict.CLEAN

    monkeypatch.setattr(scanning, "scan", scan)
    scan_kept()
    assert notes() == [["infected"]]


# --- Withheld ---------------------------------------------------------------------------------------------------------
def test_file_withheld_is_a_page_that_says_why(client: Client, world: World) -> None:
    case = world.into("investigating", files=[upload(b"evidence of harm")])
    case.attachments.update(notes=["infected"])
    address = reverse("attachment", args=[case.public_id, case.attachments.get().public_id])
    assert client.get(address).status_code == 302
    client.force_login(world.stranger)
    assert client.get(address).status_code == 404
    world.officer.language = "en"
    world.officer.save()
    client.force_login(world.officer)
    response = client.get(address)
    assert response.status_code == 403
    assert "withheld" in response.content.decode()
    assert b"evidence of harm" not in response.content
    assert response["Cache-Control"] == "no-store"
    page = client.get(reverse("case", args=[case.public_id])).content.decode()
    assert "The file is withheld." in page


# --- Nothing of it in the logs ----------------------------------------------------------------------------------------
def test_log_holds_nothing_of_a_file_that_comes_goes_and_is_scanned(
    client: Client, world: World, scanner: Scanner, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    name, content = "ลับสุดยอด", "เนื้อความลับ"
    case = world.into("investigating", files=[upload(content.encode(), f"{name}.txt")])
    world.do(case, "attach", world.officer, files=[upload(f"{content} สอง".encode(), f"{name}2.txt")])
    refusal(HARM + name.encode())
    scan_kept(again=True)
    scanner.answer = b"stream: OK of another kind"
    scan_kept(again=True)
    client.force_login(world.officer)
    for row in case.attachments.all():
        address = reverse("attachment", args=[case.public_id, row.public_id])
        given = b"".join(client.get(address).streaming_content)
        assert content.encode() in given
        files.delete_evidence(row.storage_name)
        assert client.get(address).status_code == 404
    said = "\n".join(f"{record.getMessage()} {record.args} {record.exc_text}" for record in caplog.records)
    for secret in (name, content, "Eicar", HARM.decode()):
        assert secret not in said
        assert repr(secret.encode())[2:-1] not in said


# --- The real one -----------------------------------------------------------------------------------------------------
@pytest.mark.skipif(CLAMD is None and not REQUIRE_ALL, reason="clamd is not installed")
def test_real_clamd_is_spoken_to(settings: Any, tmp_path: Path) -> None:
    assert CLAMD
    address = tmp_path / "clamd.ctl"
    signatures = tmp_path / "signatures"
    signatures.mkdir()
    (signatures / "tests.ndb").write_text(f"Tests.Harm:0:*:{HARM.hex()}\n")
    how = tmp_path / "clamd.conf"
    how.write_text(
        f"LocalSocket {address}\nDatabaseDirectory {signatures}\nForeground yes\nOfficialDatabaseOnly no\n"
        f"StreamMaxLength 1M\nTemporaryDirectory {tmp_path}\n"
    )
    settings.CLAMAV = str(address)
    process = subprocess.Popen([CLAMD, "-c", str(how)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while not scanning.answers():
            assert process.poll() is None, "clamd did not start"
            assert time.monotonic() < until, "clamd did not answer"
            time.sleep(0.1)
        assert Note.SCANNED in upload(b"hello").notes
        assert refusal(b"before " + HARM + b" behind").code == "infected"
        assert Note.NOT_SCANNED in upload(b"a" * 3_000_000).notes
        assert scanning.state() == scanning.State.WELL
    finally:
        process.terminate()
        process.wait(10)
    assert scanning.state() == scanning.State.AWAY
