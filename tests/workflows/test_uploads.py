"""Uploads are received in memory and within bounds."""

import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from tests.workflows import samples
from workflows import files


@pytest.fixture(autouse=True)
def limits(settings):
    settings.FILE_UPLOAD_HANDLERS = ["workflows.uploads.BoundedMemoryUploadHandler"]
    settings.EVIDENCE_MAX_BYTES = 300_000
    settings.EVIDENCE_MAX_FILES = 2


def _received(*contents: bytes) -> list:
    sent = [SimpleUploadedFile(f"{n}.pdf", data) for n, data in enumerate(contents)]
    return RequestFactory().post("/", {"photos": sent, "text": "ข้อความ"}).FILES.getlist("photos")


def test_upload_arrives_whole_and_never_touches_the_disk(monkeypatch):
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)
    sent = [samples.pdf(bytes(250_000)), samples.pdf(b"%two\n")]
    assert [each.read() for each in _received(*sent)] == sent


@pytest.mark.parametrize("over", [1, 1_000_000])
def test_upload_over_the_limit_is_held_only_so_far_and_refused(over):
    (upload,) = _received(bytes(300_000 + over))
    assert upload.size == 300_001
    with pytest.raises(files.FileRefused) as caught:
        files.check_upload(upload)
    assert caught.value.code == "too_large"


def test_upload_at_the_limit_is_whole():
    exact = samples.pdf_of(300_000)
    (upload,) = _received(exact)
    assert len(exact) == upload.size == 300_000
    assert files.check_upload(upload).extension == "pdf"


def test_uploads_beyond_the_count_are_not_held():
    assert [each.size for each in _received(b"a", b"b", b"c" * 100_000)] == [1, 1, 0]
