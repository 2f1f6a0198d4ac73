"""A file of a case, given out. Whether the reader may have it is asked by the page of the app before."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from workflows import attachments
from workflows.files import EvidenceMissing
from workflows.models import Attachment

# What a browser draws itself. Everything else is saved, and nothing in it runs on our address.
_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})
_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def file_response(row: Attachment, case: Any) -> HttpResponse:
    """The content of a file, checked to its end before a byte goes out (it has 20 MB at most).

    Raises Http404 when the content is gone.
    """
    try:
        data = b"".join(attachments.content(row, case))
    except EvidenceMissing:
        raise Http404 from None
    inline = row.content_type in _SHOWN
    response = HttpResponse(data, content_type=row.content_type if inline else "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(not inline, row.label) or "attachment"
    # Chromium shows no PDF under `sandbox`; the policy alone already lets it load and run nothing.
    response["Content-Security-Policy"] = _POLICY if row.content_type == "application/pdf" else f"sandbox; {_POLICY}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
