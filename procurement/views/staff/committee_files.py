"""Files of a committee: what was attached to its case."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from procurement.queries import committee_for
from workflows.casepages.access import reader
from workflows.casepages.attachment import file_response


@require_GET
@login_required
def committee_file(request: HttpRequest, public_id: str, file_id: str) -> HttpResponseBase:
    """The content of a file. 404 for whom the committee does not exist, as for a file that is not there."""
    case = committee_for(reader(request), public_id)
    return file_response(request, get_object_or_404(case.attachments, public_id=file_id), case)
