"""The page of a committee: whose turn it is, who sits in it, what the rules say of its order, how it works."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from organisations.calendar import current_calendar
from organisations.models import Role, User
from procurement.models import CommitteeCase, Seat
from procurement.queries import committee_for
from procurement.states import committee as law
from procurement.states import seat as seat_law
from workflows.actors import post_for
from workflows.casepages.access import reader
from workflows.casepages.chart import chart_of
from workflows.casepages.clocks import clock_rows
from workflows.casepages.panel import people_of
from workflows.models import Clock
from workflows.timekeeping import as_pauses

from .committee_effect import effect_of
from .committee_panel import PANEL, heading, next_step, split, step_of
from .committee_reading import (
    findings_now,
    is_error,
    meetings_of,
    member_rows,
    members_of,
    orders_of,
    seats_of,
    waiting_seats,
)
from .committee_timeline import TIMELINE


@require_GET
@login_required
def committee_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """One committee. `show` filters the timeline. 404 for whom it does not exist."""
    user = reader(request)
    case = committee_for(user, public_id)
    show = request.GET.get("show", "all")
    attachments = list(case.attachments.all())
    clocks: list[Clock] = list(case.clocks.select_related("rule"))
    everything = PANEL.actions_for(case, user)
    actions, of_members = split(everything)
    members, meetings = members_of(case.committee), meetings_of(case.committee)
    seats = seats_of(case.committee)
    there, gone = member_rows(case, user, members, meetings, of_members, seats)
    findings = findings_now(case)
    running = [clock for clock in clocks if clock.stopped_on is None]
    entries = TIMELINE.entries(case, readable=True, attachments=attachments)
    context: dict[str, Any] = {
        "case": case,
        **heading(case),
        "next": next_step(case, everything, running, meetings),
        "step": step_of(case, everything),
        "actions": actions,
        "of_members": of_members,
        "there": there,
        "waiting_seats": waiting_seats(seats),
        "opens_seats": _opens_seats(case, user, seats),
        "gone": gone,
        "bidders_known": case.committee.purchase.bidders_version > 0,
        "findings": findings,
        "errors": sum(map(is_error, findings)),
        "checked": case.is_open and case.state != law.REPORTED,
        "in_draft": case.state in law.BEFORE_SIGNATURE,
        "amending": bool(case.came_from) and case.state in law.BEFORE_SIGNATURE,
        "orders": orders_of(case, attachments, TIMELINE.file_row),
        "meetings": meetings,
        "effect": effect_of(case, members, meetings, timezone.localdate()),
        "files": [TIMELINE.file_row(case, attachment) for attachment in attachments],
        "tabs": TIMELINE.tab_rows(show),
        "entries": TIMELINE.shown(entries, show),
        "clocks": clock_rows(clocks, as_pauses(case.pauses.all()), current_calendar(), about=_dissenters(meetings)),
        "people": people_of(case),
        "chart": chart_of(case),
    }
    return render(request, "procurement/committee.html", context)


def _opens_seats(case: CommitteeCase, user: User, seats: list[Seat]) -> bool:
    """Whether `user` may open a citizen seat: in draft, and with no seat that is vacant already."""
    if case.state != law.DRAFT or any(row.case.state == seat_law.VACANT for row in seats):
        return False
    return case.committee.purchase.case.is_open and post_for(user, case, Role.PROCUREMENT) is not None


def _dissenters(meetings: list[Any]) -> dict[str, str]:
    """Whose opinion a clock is about."""
    return {str(row.pk): str(row.member.person) for meeting in meetings for row in meeting.dissents.all()}
