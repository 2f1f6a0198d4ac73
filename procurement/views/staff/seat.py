"""The page of a citizen seat: whose turn it is, who the citizen is, what was found about him, what he reported."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from organisations.calendar import current_calendar
from organisations.formats import digits
from procurement.models import SeatCase
from procurement.queries import seat_for
from procurement.states import seat as law
from workflows.casepages.access import reader
from workflows.casepages.attachment import file_response
from workflows.casepages.chart import chart_of
from workflows.casepages.clocks import clock_rows
from workflows.casepages.panel import people_of
from workflows.models import Attachment, Clock
from workflows.timekeeping import as_pauses

from . import seat_reading as reading
from .seat_panel import (
    OF_HITS,
    OF_REPORTS,
    PANEL,
    Waiting,
    heading,
    how_of,
    next_step,
    step_of,
)
from .seat_timeline import TIMELINE


@require_GET
@login_required
def seat_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """One citizen seat. `show` filters the timeline. 404 for whom it does not exist."""
    user = reader(request)
    case = seat_for(user, public_id)
    show = request.GET.get("show", "all")
    attachments = list(case.attachments.all())
    clocks: list[Clock] = list(case.clocks.select_related("rule"))
    everything = PANEL.actions_for(case, user)
    beside = {action.edge: action for action in everything if action.edge in (*OF_HITS, *OF_REPORTS)}
    pool = reading.pool_facts(case.seat.person)
    hits = reading.hit_rows(case, user, beside.get("decide_hit"))
    reports = reading.report_rows(case, attachments, TIMELINE.file_row, beside)
    waiting = Waiting(
        undecided=sum(not row.hit.decision for row in hits),
        founded=sum(row.hit.decision == "founded" for row in hits),
        reports=sum(row.report.answered_at is None for row in reports),
        has_account=pool is not None and pool.has_account,
    )
    entries = TIMELINE.entries(case, readable=True, attachments=attachments)
    running = [clock for clock in clocks if clock.stopped_on is None]
    context: dict[str, Any] = {
        "case": case,
        **heading(case),
        "next": next_step(case, everything, running, waiting),
        "step": step_of(case, everything, waiting),
        "actions": [action for action in everything if action.edge not in beside],
        "how": how_of(case),
        "pool": pool,
        "citizen_url": reverse("pool_citizen", args=[pool.citizen.code]) if pool is not None and pool.citizen else "",
        "chain": reading.chain_of(case),
        "passed": reading.passed_over(case, user),
        "hits": hits,
        "check": reading.last_check(case),
        "declarations": reading.declarations_of(case),
        "version": case.seat.committee.purchase.bidders_version,
        "suspended": reading.suspended_days(case) if case.came_from or case.state not in law.BEFORE_ORDER else [],
        "work": reading.work_of(case.seat.member),
        "reports": reports,
        "files": [_file_row(case, row, pool) for row in attachments],
        "tabs": TIMELINE.tab_rows(show),
        "entries": TIMELINE.shown(entries, show),
        "clocks": clock_rows(clocks, as_pauses(case.pauses.all()), current_calendar(), about=_about(reports)),
        "people": people_of(case),
        "chart": chart_of(case),
        **_way_to_the_order(case),
    }
    return render(request, "procurement/seat.html", context)


def _about(reports: list[reading.ReportRow]) -> dict[str, str]:
    """Which report a clock is about."""
    return {str(row.report.pk): _("report %(number)s") % {"number": digits(row.report.number)} for row in reports}


def _file_row(case: SeatCase, row: Attachment, pool: reading.PoolFacts | None) -> dict[str, Any]:
    citizen = pool.citizen if pool is not None else None
    by_citizen = citizen is not None and citizen.account_id is not None and row.by_id == citizen.account_id
    return {
        **TIMELINE.file_row(case, row),
        "whose": _("from the citizen") if by_citizen else _("from the agency"),
        "shown": row.shown_to_complainant,
    }


def _way_to_the_order(case: SeatCase) -> dict[str, Any]:
    """Where a citizen who is ready comes into the order: the next step is taken there and not here."""
    if case.state not in (*law.READY, law.APPOINTED, law.SERVING):
        return {}
    return {"order_url": reverse("committee", args=[case.seat.committee.case.public_id])}


@require_GET
@login_required
def seat_file(request: HttpRequest, public_id: str, file_id: str) -> HttpResponseBase:
    """The content of a file. 404 for whom the seat does not exist, as for a file that is not there."""
    case = seat_for(reader(request), public_id)
    return file_response(request, get_object_or_404(case.attachments, public_id=file_id), case)
