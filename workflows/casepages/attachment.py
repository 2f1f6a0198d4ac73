"""A file of a case, given out. Whether the reader may have it is asked by the page of the app before."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from workflows import attachments
from workflows.files import EvidenceMissing
from workflows.keys import is_erased
from workflows.models import Attachment
from workflows.sealing import KeyErased

# What a browser draws itself. Everything else is saved, and nothing in it runs on our address.
_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})
_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_BLOCK = 1024 * 1024


def file_response(request: HttpRequest, row: Attachment, case: Any, *, save: bool = False) -> HttpResponseBase:
    """The content of a file, a part at a time, after it was checked to its end: nothing of one that was tampered with
    goes out. save: as a file to save, whatever it is. For one that is withheld (403) or was erased (410) a page that
    says so.

    Raises Http404 when the content is gone, SealBroken.
    """
    if not row.storage_name or is_erased(case):
        return _page(request, "casepages/erased.html", 410)
    if row.withheld:
        return _page(request, "casepages/withheld.html", 403)
    try:
        size = sum(len(chunk) for chunk in attachments.content(row, case))
        parts = _blocks(attachments.content(row, case))
    except (EvidenceMissing, KeyErased):
        raise Http404 from None
    shown = row.content_type in _SHOWN
    inline = shown and not save
    response = StreamingHttpResponse(
        _given_to_loop(parts) if isinstance(request, ASGIRequest) else parts,
        content_type=row.content_type if shown else "application/octet-stream",
    )
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = content_disposition_header(not inline, row.label) or "attachment"
    # Chromium shows no PDF under `sandbox`; the policy alone already lets it load and run nothing.
    shown_pdf = inline and row.content_type == "application/pdf"
    response["Content-Security-Policy"] = _POLICY if shown_pdf else f"sandbox; {_POLICY}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest, template: str, status: int) -> HttpResponseBase:
    response = render(request, template, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _blocks(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Fewer and larger parts: each costs a turn between the loop of the server and a thread."""
    held, size = [], 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= _BLOCK:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


async def _given_to_loop(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same for the server's loop: left to itself, Django would read them all into memory first."""
    while part := await sync_to_async(_next)(parts):
        yield part


def _next(parts: Iterator[bytes]) -> bytes:
    return next(parts, b"")
