"""The page of a draw: what was frozen, what is to be entered, the order that follows, and which seats it filled."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from organisations.calendar import current_calendar
from organisations.models import Role, User
from procurement.draws.beacon import NETWORK
from procurement.draws.records import announcement_of
from procurement.draws.words import FEATURE_WORDS, Words, in_groups, quarter_words
from procurement.models import Draw, DrawCase, DrawEntry, Seat
from procurement.queries import draw_for, seats_visible_to
from procurement.states import draw as law
from procurement.states import seat as seat_law
from procurement.views.draw_figures import trial_of
from workflows.actors import post_for
from workflows.casepages.access import reader
from workflows.casepages.attachment import file_response
from workflows.casepages.chart import chart_of
from workflows.casepages.clocks import clock_rows
from workflows.casepages.panel import people_of
from workflows.casepages.take import TakePage
from workflows.graph import Edge
from workflows.models import Clock
from workflows.timekeeping import as_pauses

from .draw_panel import PANEL, TIMELINE, heading, next_step

PAGE = 50


@dataclass(frozen=True)
class OrderRow:
    """A line of the drawn order. name: only where the reader may know it. offers: the seats it was offered."""

    rank: int
    place: int
    kind: str
    name: str
    offers: list[Seat]


@require_GET
@login_required
def draw_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """One draw. `show` filters the timeline, `page` turns the pages of the order. 404 for whom it does not exist."""
    user = reader(request)
    case = draw_for(user, public_id)
    show = request.GET.get("show", "all")
    attachments = list(case.attachments.all())
    clocks: list[Clock] = list(case.clocks.select_related("rule"))
    running = [clock for clock in clocks if clock.stopped_on is None]
    actions = PANEL.actions_for(case, user)
    entries = TIMELINE.entries(case, readable=True, attachments=attachments)
    context: dict[str, Any] = {
        "case": case,
        "draw": case.draw,
        **heading(case),
        **frozen(case.draw),
        "next": next_step(case, actions, running),
        "step": "hold_draw" if any(a.edge == "hold_draw" and not a.reason for a in actions) else "",
        "actions": actions,
        "names": may_know_names(user, case),
        "is_drawn": case.draw.drawn_at is not None,
        **_order(user, case, request.GET.get("page", "")),
        "open_url": request.build_absolute_uri(reverse("open_draw", args=[case.public_id])),
        "files": [TIMELINE.file_row(case, attachment) for attachment in attachments],
        "tabs": TIMELINE.tab_rows(show),
        "entries": TIMELINE.shown(entries, show),
        "clocks": clock_rows(clocks, as_pauses(case.pauses.all()), current_calendar()),
        "people": people_of(case),
        "chart": chart_of(case),
    }
    return render(request, "procurement/draw.html", context)


@require_GET
@login_required
def draw_notice(request: HttpRequest, public_id: str) -> HttpResponse:
    """The announcement to print and put up. 404 for whom the draw does not exist, and for one that was annulled."""
    case = draw_for(reader(request), public_id)
    if case.state == law.ANNULLED:
        raise Http404
    context = {
        "case": case,
        **frozen(case.draw),
        "open_url": request.build_absolute_uri(reverse("open_draw", args=[case.public_id])),
    }
    return render(request, "procurement/draw_notice.html", context)


@require_GET
@login_required
def draw_file(request: HttpRequest, public_id: str, file_id: str) -> HttpResponseBase:
    """A file of a draw. 404 for who does not see the draw, as for a file that is not there."""
    case = draw_for(reader(request), public_id)
    return file_response(request, get_object_or_404(case.attachments, public_id=file_id), case)


def may_know_names(user: User, case: DrawCase) -> bool:
    """Whether `user` works with the people of this draw; who only oversees reads places."""
    return any(post_for(user, case, role) for role in (Role.PROCUREMENT, Role.APPROVER))


def frozen(draw: Draw) -> dict[str, Any]:
    """What a page shows of an announcement: quarter, figures, quotas in words, digest."""
    announcement = announcement_of(draw)
    words = Words(quota.value for quota in announcement.quotas if quota.feature == "district")
    return {
        "draw": draw,
        "announcement": announcement,
        "quarter": quarter_words(draw.fiscal_year, draw.quarter),
        "figures": trial_of(announcement),
        "quotas": [
            (FEATURE_WORDS.get(quota.feature, quota.feature), words.value(quota.feature, quota.value), quota)
            for quota in announcement.quotas
        ],
        "digest": in_groups(draw.digest),
        "network": NETWORK,
        "is_lottery": draw.seed_source == Draw.SeedSource.LOTTERY,
    }


def _order(user: User, case: DrawCase, number: str) -> dict[str, Any]:
    """A page of the drawn order with the seats each line was offered. Three queries, however long the list."""
    if case.draw.drawn_at is None:
        return {}
    count = len(case.draw.announcement["entries"])
    last = max(1, -(-count // PAGE))
    page = min(max(1, int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else 1), last)
    entries = list(
        DrawEntry.objects.filter(draw=case.pk, rank__range=(PAGE * (page - 1) + 1, PAGE * page))
        .select_related("person__unit")
        .order_by("rank")
    )
    names, types = may_know_names(user, case), case.draw.announcement["entries"]
    features = tuple(case.draw.announcement["features"])
    words = Words.of_types(features, (types[entry.place - 1]["type"] for entry in entries))
    offers: dict[int, list[Seat]] = defaultdict(list)
    seen = set(seats_visible_to(user).filter(seat__entry__draw=case.pk).values_list("pk", flat=True))
    for seat in Seat.objects.filter(entry__in=[entry.pk for entry in entries]).select_related("case").order_by("case"):
        if seat.pk in seen:
            offers[seat.entry_id].append(seat)  # type: ignore[index]  # filtered by it
    rows = [
        OrderRow(
            entry.rank or 0,
            entry.place,
            words.type_(features, types[entry.place - 1]["type"]),
            entry.person.name if names else "",
            offers[entry.pk],
        )
        for entry in entries
    ]
    return {
        "order": rows,
        "order_count": count,
        "newer_page": page - 1 if page > 1 else None,
        "older_page": page + 1 if page < last else None,
    }


# --- Taking an edge ---------------------------------------------------------------------------------------------------
class TakeDraw(TakePage):
    panel = PANEL
    timeline = TIMELINE
    fields = {"public_value": "value", "running_clock": "clock", "file": "files"}
    template = "procurement/draw_take.html"
    beside_template = "procurement/draw_beside.html"

    def case_for(self, user: User, public_id: str) -> DrawCase:
        """See `draw_for`."""
        return draw_for(user, public_id)

    def heading(self, user: User, case: DrawCase) -> dict[str, Any]:  # noqa: ARG002 - nothing is hidden
        """As on the case page."""
        return heading(case)

    def beside(self, user: User, case: DrawCase, edge: Edge) -> dict[str, Any]:  # noqa: ARG002
        """Before a value is entered: which one. Before a draw is annulled: what follows."""
        context: dict[str, Any] = {"draw": case.draw, "network": NETWORK}
        if edge.name == "annul":
            states = [seat.case.state for seat in Seat.objects.filter(entry__draw=case.pk).select_related("case")]
            context |= {
                "ends": sum(state in (*seat_law.OFFERED, *seat_law.CONSENTED) for state in states),
                "stays": sum(state in seat_law.REPORTING for state in states),
            }
        return context


take = TakeDraw.as_view()
