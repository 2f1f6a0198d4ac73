"""How much may be sent to which address; with a server that is truly running: `test_serve`."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.urls import reverse

from config import bodies

MEGABYTE = 1024 * 1024


def test_no_body_within_its_limit_goes_to_the_disk() -> None:
    files = settings.EVIDENCE_MAX_FILES * settings.EVIDENCE_MAX_BYTES
    assert files < bodies.limit_of("/file/files/") == settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE < bodies.limit_of("/") < settings.FILE_UPLOAD_MAX_MEMORY_SIZE


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("file", ["files"]),
        ("follow_act", ["message"]),
        ("register", []),
        ("take", ["ABC", "submit_finding"]),
    ],
)
def test_pages_that_take_files_have_room_for_them(name: str, given: list[str]) -> None:
    assert bodies.limit_of(reverse(name, args=given)) > 200 * MEGABYTE


@pytest.mark.parametrize("path", ["/", "/account/login/", "/admin/", "/files/", "/open/ledger/"])
def test_other_pages_have_room_for_a_text(path: str) -> None:
    assert bodies.limit_of(path) == 6 * MEGABYTE


@pytest.mark.parametrize(
    ("headers", "parts", "status"),
    [
        ([(b"content-length", b"%d" % (6 * MEGABYTE))], 6, 200),
        ([(b"content-length", b"%d" % (6 * MEGABYTE + 1))], 0, 413),
        ([(b"content-length", b"9" * 5000)], 0, 413),
        ([], 6, 200),
        ([], 7, 413),
        # What was told is not believed.
        ([(b"content-length", b"1")], 7, 413),
    ],
)
def test_body_is_refused_by_the_length_told_and_by_the_bytes_that_came(
    monkeypatch: pytest.MonkeyPatch, headers: list[tuple[bytes, bytes]], parts: int, status: int
) -> None:
    sent: list[dict[str, Any]] = []
    coming = [
        {"type": "http.request", "body": bytes(MEGABYTE), "more_body": left > 0} for left in reversed(range(parts))
    ]

    async def handle(handler: ASGIHandler, scope: Any, receive: Any, send: Any) -> None:
        body = await handler.read_body(receive)
        assert not body._rolled  # the file of the standard library that goes to the disk when it is full
        await send({"type": "http.response.start", "status": 200})

    async def receive() -> dict[str, Any]:
        assert coming, "it was read"
        return coming.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    monkeypatch.setattr(ASGIHandler, "handle", handle)
    scope = {"type": "http", "path": "/account/login/", "headers": headers}
    # In a thread of its own: the browser tests leave a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, bodies.BoundedASGIHandler().handle(scope, receive, send)).result()
    assert sent[0]["status"] == status
    if status == 413:
        assert "fewer or smaller files" in sent[1]["body"].decode()
