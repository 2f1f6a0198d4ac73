"""Files of a citizen's own seat: what the office gave him, and what he sent with his reports."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from procurement.models import Citizen
from workflows.casepages.attachment import file_response

from .access import citizen_required, seat_for


@require_GET
@citizen_required
def file(request: HttpRequest, public_id: str, file_id: str, *, citizen: Citizen) -> HttpResponseBase:
    """The content of a file. 404 for a seat of somebody else, and for what was not given to him."""
    case = seat_for(citizen, public_id)
    row = get_object_or_404(case.attachments, public_id=file_id, shown_to_complainant=True)
    return file_response(request, row, case)
