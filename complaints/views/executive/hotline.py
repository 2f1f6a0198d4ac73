"""What reached the units that somebody leads by the hotline of the staff, with what is due."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from complaints.lists import Reader
from complaints.models import Complaint
from complaints.queries import complaints_visible_to
from organisations.accounts import role_required
from organisations.models import Role
from organisations.queries import units_where
from workflows.casepages.access import reader
from workflows.casepages.pages import page_of

LEADING = (Role.EXECUTIVE, Role.HEAD)


@require_GET
@role_required(*LEADING)
def hotline_cases(request: HttpRequest) -> HttpResponse:
    """The matters of the hotline in exactly these units, the earliest due first, what is closed last. Who wrote is
    never here: that is for the custodian alone."""
    user = reader(request)
    cases = complaints_visible_to(user).filter(
        complaint__channel=Complaint.Channel.STAFF_HOTLINE, unit__in=units_where(user, LEADING)
    )
    page = page_of(
        cases.select_related("unit", "holder"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    return render(request, "executive/hotline.html", {"rows": Reader(user).rows(page.cases), "page": page})
