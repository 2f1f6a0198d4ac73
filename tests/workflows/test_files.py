"""Uploads from the door to the disk: refused or sealed, never in between, and never trusted by name."""

import errno
import hashlib
import logging
import os
import secrets
import stat
import threading
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.utils import translation

from tests.workflows import samples
from workflows import files, sealing
from workflows.contents import documents
from workflows.files import EvidenceMissing, FileRefused, Kind, Note


@pytest.fixture(autouse=True)
def evidence(settings, tmp_path):
    settings.MASTER_KEYS = [secrets.token_urlsafe(32)]
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    settings.EVIDENCE_MAX_BYTES = 1024 * 1024
    settings.EVIDENCE_MAX_FILES = 3
    return settings.EVIDENCE_ROOT


@pytest.fixture
def key():
    return sealing.unwrap_data_key(sealing.new_data_key())


def _check(data: bytes, name: str = "file") -> files.Checked:
    return files.check_upload(SimpleUploadedFile(name, data, content_type="image/jpeg"))


def _code(data: bytes, name: str = "file") -> str:
    with pytest.raises(FileRefused) as caught:
        _check(data, name)
    with translation.override("en"):
        assert str(caught.value.sentence)
    return caught.value.code


def _on_disk(folder) -> list:
    return sorted(path for path in folder.rglob("*") if path.is_file())


# --- Coming in ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "kind", "extension"),
    [
        (samples.photo("JPEG"), Kind.IMAGE, "jpg"),
        (samples.photo("PNG"), Kind.IMAGE, "png"),
        (samples.photo("WEBP"), Kind.IMAGE, "jpg"),
        (samples.pdf(), Kind.DOCUMENT, "pdf"),
        (samples.office("docx"), Kind.DOCUMENT, "docx"),
        (samples.office("xlsx"), Kind.DOCUMENT, "xlsx"),
        (samples.open_document(), Kind.DOCUMENT, "odt"),
        (samples.iso_media(), Kind.VIDEO, "mp4"),
        (samples.iso_media(b"M4A ", b"soun"), Kind.AUDIO, "m4a"),
        (samples.mp3(), Kind.AUDIO, "mp3"),
        (samples.mp3(tag=False), Kind.AUDIO, "mp3"),
    ],
)
@pytest.mark.parametrize("name", ["file", "x.exe", "x.pdf", "รูป.jpg"])
def test_upload_kind_is_by_content_whatever_the_name_says(data, kind, extension, name):
    checked = _check(data, name)
    assert (checked.kind, checked.extension) == (kind, extension)
    assert checked.label.endswith(f".{extension}")
    assert checked.size == len(checked.data)
    assert checked.sha256 == hashlib.sha256(checked.data).hexdigest()
    assert Note.NOT_SCANNED in checked.notes


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.jpg", "empty"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "photo.jpg", "not_accepted"),
        (b"<html><script>alert(1)</script></html>", "letter.txt", "not_accepted"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "drawing.svg", "not_accepted"),
        (b"<?xml version='1.0'?><svg/>", "drawing.png", "not_accepted"),
        (b"MZ\x90\x00" + bytes(200), "setup.pdf", "not_accepted"),
        (b"#!/bin/sh\nrm -rf /\n", "a.txt", "not_accepted"),
        (samples.picture("GIF"), "a.gif", "not_accepted"),
        (samples.picture("GIF") + samples.office(), "a.docx", "not_accepted"),
        (samples.picture("GIF") + samples.archive({"a": "b"}), "a.jpg", "not_accepted"),
        (samples.picture("TIFF"), "a.jpg", "not_accepted"),
        (samples.picture("BMP"), "a.jpg", "not_accepted"),
        (samples.archive({"a": "b"}), "a.zip", "not_accepted"),
        (samples.iso_media(b"heic"), "IMG_1.HEIC", "heic"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old.doc", "old_office"),
        (samples.photo("JPEG")[:400], "a.jpg", "damaged"),
        (samples.office("docx", word__big_dot_xml=bytes(30 * 1024 * 1024)), "a.docx", "archive_bomb"),
        (samples.pdf() + samples.archive({"a": "b"}) + b"\n%%EOF", "a.pdf", "polyglot"),
        (samples.pdf(samples.archive({"a": "b"})), "a.pdf", "polyglot"),
        (samples.pdf() + b"<html><script>alert(1)</script></html>", "a.pdf", "damaged"),
        (b"<html>" + samples.pdf(), "a.pdf", "not_accepted"),
        (
            samples.picture("GIF") + samples.archive({"META-INF/MANIFEST.MF": "x", "A.class": "x"}),
            "a.gif",
            "not_accepted",
        ),
        (b"MZ" + samples.office(), "a.docx", "not_accepted"),
        (samples.archive({"a.zip": samples.archive({"b.zip": samples.archive({"c": "d"})})}), "a.docx", "not_accepted"),
        ("ข้อความ".encode(), "letter", "not_accepted"),
    ],
)
def test_upload_refused_says_what_to_do(data, name, code):
    assert _code(data, name) == code


def test_upload_text_needs_content_and_name():
    assert _check("ข้อความ".encode(), "จดหมาย.TXT").kind == Kind.TEXT


def test_upload_over_the_limit_is_refused_also_when_the_client_lies(settings):
    settings.EVIDENCE_MAX_BYTES = 2048
    upload = SimpleUploadedFile("a.jpg", samples.picture() + bytes(2048))
    upload.size = 10
    with pytest.raises(FileRefused) as caught:
        files.check_upload(upload)
    assert caught.value.code == "too_large"
    assert _check(samples.pdf_of(2048), "a.pdf").extension == "pdf"
    assert _code(samples.pdf_of(2049), "a.pdf") == "too_large"


def test_upload_picture_that_is_a_page_too_keeps_nothing_of_the_page():
    checked = _check(samples.photo("JPEG") + b"<html><script>alert(1)</script></html>", "a.jpg")
    assert b"<script>" not in checked.data


@pytest.mark.parametrize(
    ("data", "gone"),
    [
        (samples.pdf(), b"somebody"),
        (samples.office("docx", docProps__core_dot_xml="<a>somebody</a>"), b"docProps"),
        (samples.open_document(**{"meta.xml": "<a>somebody</a>"}), b"meta.xml"),
    ],
)
def test_upload_document_loses_its_properties_and_says_so(data, gone):
    checked = _check(data)
    assert gone in data
    assert gone not in checked.data
    assert checked.notes == (Note.PROPERTIES_REMOVED, Note.NOT_SCANNED)


def test_upload_pdf_that_a_reader_dies_of_is_refused(monkeypatch):
    monkeypatch.setattr(documents, "_SECONDS", 0.001)
    assert _code(samples.pdf()) == "too_complex"


def test_upload_document_is_read_without_our_environment_and_its_memory_and_disk(monkeypatch):
    """The process is asked itself what it has."""
    monkeypatch.setenv("SODSONG_SECRET_KEY", "secret")
    asked = "import os,resource;print('SODSONG_SECRET_KEY' in os.environ, *resource.getrlimit(resource.RLIMIT_FSIZE))"
    started = []
    run = documents.subprocess.run

    def remember(command, **how):
        started.append((command, how))
        return run(command, **how)

    monkeypatch.setattr(documents.subprocess, "run", remember)
    _check(samples.pdf())
    ((command, how),) = started
    assert command[-2:] == ["workflows.cleaning", "pdf"]
    assert run([command[0], "-c", asked], **how | {"input": b""}).stdout.split()[0] == b"False"


def test_documents_are_cleaned_two_at_a_time(monkeypatch):
    at_once, most, lock = 0, 0, threading.Lock()

    def run(_kind: str, data: bytes) -> bytes:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.05)
        with lock:
            at_once -= 1
        return b'{"extension": "pdf", "said": []}\n' + data

    monkeypatch.setattr(documents, "_run", run)
    threads = [threading.Thread(target=documents.check_pdf, args=(samples.pdf(),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_upload_spooled_to_disk_is_read_from_its_start():
    upload = TemporaryUploadedFile("a.pdf", "application/pdf", len(samples.pdf()), None)
    upload.write(samples.pdf())
    assert files.check_upload(upload).extension == "pdf"


def test_upload_count_beyond_the_limit_is_refused():
    files.check_count(2)
    files.check_count(0, coming=3)
    for present, coming in [(3, 1), (0, 4)]:
        with pytest.raises(FileRefused) as caught:
            files.check_count(present, coming)
        assert caught.value.code == "too_many"
        assert "3" in str(caught.value.sentence)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\สมชาย\\รูป ถนน.JPEG", "รูป ถนน.jpg"),
        ("photo\u202egpj.exe", "photogpj.jpg"),
        ("a\x00b\r\nc\u200b.png", "abc.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("e\u0301te\u0301.png", "été.jpg"),
        ("ก" * 300 + ".png", "ก" * 116 + ".jpg"),
        ("รายงาน.เดือนมีนาคม", "รายงาน.เดือนมีนาคม.jpg"),
        ("<b>x</b>.png", "b.jpg"),
    ],
)
def test_label_is_a_name_and_nothing_else(name, label):
    assert files.clean_label(name, "jpg") == label


def test_upload_leaves_nothing_in_the_log_nor_in_a_repr(caplog):
    caplog.set_level(logging.DEBUG)
    checked = _check("ลับมาก".encode(), "a.txt")
    _code(b"<html>" + "ลับมาก".encode(), "a.txt")
    assert "ลับมาก" not in caplog.text + repr(checked)
    assert repr("ลับมาก".encode()) not in caplog.text + repr(checked)


# --- Lying there ----------------------------------------------------------------------------------------------------
def test_evidence_round_trip_and_nothing_readable_on_the_disk(evidence, key):
    checked = _check(samples.pdf(b"%" + b"top secret " * 20_000), "a.pdf")
    name = files.store_evidence(checked, key)
    assert b"".join(files.open_evidence(name, key)) == checked.data
    assert len(list(files.open_evidence(name, key))) == 4
    (stored,) = _on_disk(evidence)
    assert stored == evidence / name
    assert b"secret" not in stored.read_bytes()
    assert b"PDF" not in stored.read_bytes()[:100]
    assert "a.pdf" not in str(stored)


def test_evidence_is_for_its_owner_only(evidence, key):
    name = files.store_evidence(_check(samples.pdf()), key)
    assert stat.S_IMODE((evidence / name).stat().st_mode) == 0o600
    for folder in [evidence, evidence / name[:2], evidence / name[:5]]:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_evidence_with_the_key_of_another_case_does_not_open(key):
    name = files.store_evidence(_check(samples.pdf()), key)
    other = sealing.unwrap_data_key(sealing.new_data_key())
    with pytest.raises(sealing.SealBroken):
        b"".join(files.open_evidence(name, other))


def test_evidence_tampered_cut_or_exchanged_does_not_open(evidence, key):
    one, two = (files.store_evidence(_check(samples.pdf(bytes(200_000))), key) for _file in range(2))
    whole = (evidence / one).read_bytes()
    flipped = bytes([whole[100_000] ^ 1])
    for changed in [whole[:-1], whole[: 33 + 65552], whole[:100_000] + flipped + whole[100_001:], b""]:
        (evidence / one).write_bytes(changed)
        with pytest.raises(sealing.SealBroken):
            b"".join(files.open_evidence(one, key))
    (evidence / one).write_bytes((evidence / two).read_bytes())
    with pytest.raises(sealing.SealBroken):
        b"".join(files.open_evidence(one, key))


def test_evidence_deleted_is_gone(evidence, key):
    name = files.store_evidence(_check(samples.pdf()), key)
    assert files.delete_evidence(name)
    assert not files.delete_evidence(name)
    assert not _on_disk(evidence)
    with pytest.raises(EvidenceMissing):
        files.open_evidence(name, key)


@pytest.mark.parametrize(
    "name",
    ["", "../../etc/passwd", "ab/cd/../../../x", "ab/cd/" + "0" * 32, "/etc/passwd", "ab/cd/abcd" + "0" * 28 + "\n"],
)
def test_evidence_under_a_name_not_ours_is_missing(name, key):
    with pytest.raises(EvidenceMissing):
        files.open_evidence(name, key)
    with pytest.raises(EvidenceMissing):
        files.delete_evidence(name)


def test_evidence_on_a_full_disk_leaves_nothing_behind(evidence, key, monkeypatch):
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        files.store_evidence(_check(samples.pdf()), key)
    assert not _on_disk(evidence)


def test_evidence_is_on_the_disk_before_its_name_is(evidence, key, monkeypatch):
    """File synced, then renamed, then its folder synced: a power cut leaves the whole file or none."""
    steps = []
    real_sync, real_replace = os.fsync, files.Path.replace

    def sync(handle: int) -> None:
        steps.append("sync folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "sync file")
        real_sync(handle)

    def replace(path, target):
        steps.append("rename")
        return real_replace(path, target)

    monkeypatch.setattr(files.os, "fsync", sync)
    monkeypatch.setattr(files.Path, "replace", replace)
    files.store_evidence(_check(samples.pdf()), key)
    assert steps[-3:] == ["sync file", "rename", "sync folder"]
