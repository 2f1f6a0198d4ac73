"""A file of a case, given out after the same questions as the case page asks."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from complaints.rules import may_read_text
from workflows import attachments
from workflows.files import EvidenceMissing

from .access import case_for, reader

# What a browser draws itself. Everything else is saved, and nothing in it runs on our address.
_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})
_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


@require_GET
@login_required
def attachment(request: HttpRequest, public_id: str, file_id: str) -> HttpResponse:
    """The content of a file, checked to its end before a byte goes out (it has 20 MB at most).

    404 for whoever may not see the case or not yet read what came with it, as for a file that is not there.
    """
    case = case_for(request, public_id)
    if not may_read_text(reader(request), case):
        raise Http404
    row = get_object_or_404(case.attachments, public_id=file_id)
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
