"""A file of a case, given out after the same questions as the case page asks."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from complaints.rules import may_read_text
from workflows.casepages.access import reader
from workflows.casepages.attachment import file_response

from .access import case_for


@require_GET
@login_required
def attachment(request: HttpRequest, public_id: str, file_id: str) -> HttpResponseBase:
    """The content of a file. 404 for whoever may not see the case or not yet read what came with it, as for a file
    that is not there. The scan of a letter has an address of its own, which asks more."""
    case = case_for(request, public_id)
    if not may_read_text(reader(request), case):
        raise Http404
    return file_response(request, get_object_or_404(case.attachments.filter(letter=None), public_id=file_id), case)
