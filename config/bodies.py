"""How much a request may bring: refused before anything is kept, and nothing unsealed is ever put on the disk."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.asgi import ASGIHandler
from django.utils import translation
from django.utils.translation import gettext as _

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class BoundedASGIHandler(ASGIHandler):
    """Django's handler, which reads a body whole before it looks at the request, kept from reading more than it may.

    A body within the limit stays in memory: Django puts on the disk what is beyond FILE_UPLOAD_MAX_MEMORY_SIZE.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413 when the length that was told, or the bytes that came, are beyond the limit of the address."""
        limit = limit_of(scope["path"])
        told = dict(scope["headers"]).get(b"content-length", b"")
        try:
            if told.isdigit() and (len(told) > len(str(limit)) or int(told) > limit):
                raise RequestDataTooBig  # noqa: TRY301 - one answer for both
            await super().handle(scope, _counted(receive, limit), send)
        except RequestDataTooBig:
            await _refuse(send)


def limit_of(path: str) -> int:
    """The bytes that a body sent to this address may have."""
    takes_files = path.startswith(settings.FILE_UPLOAD_PATHS)
    return settings.FILE_UPLOAD_MAX_MEMORY_SIZE if takes_files else settings.BODY_MAX_BYTES


def _counted(receive: Receive, limit: int) -> Receive:
    """`receive`, which raises RequestDataTooBig beyond `limit` bytes; a chunked body tells no length."""
    left = limit

    async def counted() -> Mapping[str, Any]:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise RequestDataTooBig
        return message

    return counted


async def _refuse(send: Send) -> None:
    sentences = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            sentences.append(_("This is more than can be sent at once. Go back and send fewer or smaller files."))
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": "\n\n".join(sentences).encode()})
