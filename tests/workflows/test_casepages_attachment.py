"""A file goes out a part at a time, by a road on which it can do nothing, and whole or not at all."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpResponseBase
from django.test import RequestFactory

from tests.support.world import World
from tests.workflows import samples
from workflows import attachments, files, sealing
from workflows.casepages.attachment import file_response
from workflows.models import Attachment, CaseKey

MEGABYTE = 1024 * 1024


@pytest.fixture
def row(world: World) -> Attachment:
    """A PDF of six megabytes in a case."""
    scan = files.check_upload(SimpleUploadedFile("ลับ.pdf", samples.pdf(bytes(6 * MEGABYTE))))
    case = world.into("investigating", files=[scan])
    return case.attachments.get()


def given(row: Attachment, **how: Any) -> HttpResponseBase:
    return file_response(RequestFactory().get("/"), row, row.case, **how)


def content(row: Attachment) -> bytes:
    return b"".join(attachments.content(row, row.case))


def test_file_goes_out_in_parts_with_its_length(row: Attachment) -> None:
    response = given(row)
    parts = list(response.streaming_content)
    assert len(parts) == 7
    assert max(map(len, parts)) < 1.1 * MEGABYTE
    assert b"".join(parts) == content(row)
    assert int(response["Content-Length"]) == row.size == len(content(row))


def test_file_goes_to_the_loop_of_the_server_a_part_at_a_time(row: Attachment) -> None:
    request = ASGIRequest({"type": "http", "method": "GET", "path": "/", "headers": []}, None)
    response = file_response(request, row, row.case)
    assert response.is_async

    async def read(parts: AsyncIterator[bytes]) -> list[bytes]:
        return [part async for part in parts]

    parts = asyncio.run(read(response.streaming_content))
    assert len(parts) == 7
    assert b"".join(parts) == content(row)


def test_file_is_never_whole_in_memory(row: Attachment) -> None:
    given(row)
    tracemalloc.start()
    for _part in given(row).streaming_content:
        pass
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 * MEGABYTE


@pytest.mark.parametrize("save", [False, True])
@pytest.mark.parametrize(
    ("content_type", "shown"),
    [
        ("image/jpeg", True),
        ("application/pdf", True),
        ("text/plain; charset=utf-8", False),
        ("video/mp4", False),
        ("text/html", False),
        ("image/svg+xml", False),
    ],
)
def test_file_can_do_nothing_where_it_is_shown(row: Attachment, content_type: str, shown: bool, save: bool) -> None:
    row.content_type = content_type
    response = given(row, save=save)
    inline = shown and not save
    assert response["Content-Type"] == (content_type if shown else "application/octet-stream")
    assert response["Content-Disposition"].startswith("inline" if inline else "attachment")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.startswith("sandbox") != (inline and content_type == "application/pdf")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("place", [100, -1])
def test_file_that_was_tampered_with_gives_nothing_out(row: Attachment, settings: Any, place: int) -> None:
    path = settings.EVIDENCE_ROOT / row.storage_name
    changed = bytearray(path.read_bytes())
    changed[place] ^= 1
    path.write_bytes(changed)
    with pytest.raises(sealing.SealBroken):
        given(row)


def test_file_that_is_gone_is_not_there(row: Attachment) -> None:
    assert files.delete_evidence(row.storage_name)
    with pytest.raises(Http404):
        given(row)


def test_file_of_an_erased_case_is_a_page_that_says_so(row: Attachment) -> None:
    CaseKey.objects.update(wrapped="")
    assert given(Attachment.objects.get()).status_code == 410
