"""Requests to units: the list of the unit that is asked, and the page of a request.

It tells nothing of the complaint. Whoever has the complaint in hand reaches the same page; for everybody else there is
none.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from complaints.models import RequestCase
from complaints.queries import request_for, requests_by, requests_of_unit
from complaints.requests.rules import ASKER, READERS
from complaints.rules import may_read_text
from organisations.accounts import role_required
from organisations.calendar import current_calendar
from organisations.models import Role, User
from organisations.queries import units_where
from workflows.actors import Actor
from workflows.casepages.access import reader
from workflows.casepages.attachment import file_response
from workflows.casepages.clocks import clock_rows
from workflows.casepages.pages import page_of
from workflows.casepages.panel import people_of
from workflows.casepages.take import TakePage
from workflows.graph import Edge
from workflows.keys import is_erased
from workflows.timekeeping import as_pauses

from .access import case_for
from .queues import capped_count
from .requests_panel import ASKED, ASKING, TIMELINE, heading, next_step

ROLES = tuple(role for role in Role if role in READERS)


# --- The lists --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class List:
    """A list of requests. counted: whether the rail says how many it holds."""

    name: str
    label: str | Promise
    counted: bool = True
    tone: str = ""

    def cases(self, user: User) -> "QuerySet[RequestCase]":
        """The requests of this list that exist for `user`; all but the last list hold open ones only."""
        if self.name == "asked":
            return requests_by(user).filter(is_open=True)
        found = requests_of_unit(user)
        if self.name == "ended":
            return found.filter(is_open=False)
        narrowed = {
            "mine": Q(holder=user),
            "unit": Q(unit__in=units_where(user, READERS)),
            "late": Q(next_due__lt=timezone.localdate()),
        }[self.name]
        return found.filter(narrowed, is_open=True)


LISTS = {
    row.name: row
    for row in (
        List("unit", _("Requests to my unit")),
        List("mine", _("In my hands")),
        List("late", _("Late"), tone="late"),
        List("asked", _("Asked by me")),
        List("ended", pgettext_lazy("request", "Ended"), counted=False),
    )
}


@require_GET
@login_required
@role_required(*ROLES)
def requests(request: HttpRequest, name: str = "unit") -> HttpResponse:
    """One list, the earliest due first, one page of it. 404 for a list that there is not."""
    chosen = LISTS.get(name)
    if chosen is None:
        raise Http404
    user = reader(request)
    cases = chosen.cases(user).select_related("unit", "holder", "request__complaint__unit")
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    context = {
        "list": chosen,
        "rail": [
            {
                "label": row.label,
                "url": reverse("requests", args=[row.name]),
                "count": capped_count(row.cases(user)) if row.counted else None,  # type: ignore[arg-type]
                "current": row is chosen,
                "tone": row.tone,
            }
            for row in LISTS.values()
        ],
        "page": page_of(cases, after=after, before=before),  # type: ignore[arg-type]
    }
    return render(request, "officer/requests.html", context)


# --- The page ---------------------------------------------------------------------------------------------------------
def _asks(user: User, case: RequestCase) -> bool:
    return ASKER.holds(Actor.person(user), case)


@require_GET
@login_required
def request_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """One request: the question with its files, what was answered, what can be done. 404 for whom it does not exist."""
    user = reader(request)
    case = request_for(user, public_id)
    panel = ASKING if _asks(user, case) else ASKED
    attachments = list(case.attachments.exclude(storage_name=""))
    clocks = list(case.clocks.select_related("rule"))
    actions = panel.actions_for(case, user)
    context: dict[str, Any] = {
        "case": case,
        **heading(case),
        "next": next_step(case, actions, [clock for clock in clocks if clock.stopped_on is None]),
        "actions": actions,
        "erased": not case.is_open and is_erased(case),
        "question": case.request.read(case),
        "files": [TIMELINE.file_row(case, row) for row in attachments if row.at == case.request.at],
        "complaint_url": reverse("case", args=[case.request.complaint.public_id]) if panel is ASKING else "",
        "entries": TIMELINE.entries(case, readable=True, attachments=attachments),
        "clocks": clock_rows(clocks, as_pauses(case.pauses.all()), current_calendar()),
        "people": people_of(case),
    }
    return render(request, "officer/request.html", context)


class TakeRequest(TakePage):
    panel = ASKED
    timeline = TIMELINE
    fields = {"another_unit": "unit", "somebody_of_the_unit": "to", "running_clock": "clock"}
    gone = _("The request has gone to another unit, so you do not see it any more.")

    def case_for(self, user: User, public_id: str) -> RequestCase:
        """See `request_for`."""
        return request_for(user, public_id)

    def heading(self, user: User, case: RequestCase) -> dict[str, Any]:  # noqa: ARG002 - the same for everybody
        """As on the page of the request."""
        return heading(case)

    def initial(self, request: HttpRequest, case: RequestCase, edge: Edge) -> dict[str, Any]:  # noqa: ARG002
        """The one clock a request has."""
        clock = case.clocks.filter(stopped_on=None).first() if edge.name == "give_time" else None
        return {"clock": clock.pk} if clock else {}


class TakeOwnRequest(TakeRequest):
    """The same for who asked: what he may do is called otherwise."""

    panel = ASKING


_as_asked, _as_asker = TakeRequest.as_view(), TakeOwnRequest.as_view()


@login_required
def take_request(request: HttpRequest, public_id: str, edge: str) -> HttpResponse:
    """The form of an edge of a request, or the edge taken; see `TakePage.respond`."""
    user = reader(request)
    view = _as_asker if _asks(user, request_for(user, public_id)) else _as_asked
    return view(request, public_id, edge)


# --- Files ------------------------------------------------------------------------------------------------------------
@require_GET
@login_required
def request_file(request: HttpRequest, public_id: str, file_id: str) -> HttpResponseBase:
    """A file of a request, for the unit that is asked and for who asks. 404 for everybody else."""
    case = request_for(reader(request), public_id)
    return file_response(request, get_object_or_404(case.attachments, public_id=file_id), case)


@require_GET
@login_required
def answer_file(request: HttpRequest, public_id: str, request_id: str, file_id: str) -> HttpResponseBase:
    """A file of a request, for who may read the texts of its complaint. 404 for everybody else."""
    complaint = case_for(request, public_id)
    if not may_read_text(reader(request), complaint):
        raise Http404
    case = get_object_or_404(RequestCase, public_id=request_id, request__complaint=complaint.pk)
    return file_response(request, get_object_or_404(case.attachments, public_id=file_id), case)
