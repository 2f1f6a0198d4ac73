"""One seat: what the purchase is, what is next and by when, what he may do, and everything he was given."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from procurement.forms.own_seat import FORMS
from procurement.models import Citizen
from procurement.rules import CITIZEN
from procurement.states import seat as law
from workflows.actors import Actor
from workflows.casepages.access import Addresses, reader
from workflows.casepages.panel import Action, Panel
from workflows.transitions import why_not

from .access import citizen_required, seat_for
from .own_seats import cases_of, others_of, own, reports_of, sittings_of, story_of, why_it_rests
from .wording import GRAVE, LABELS, expectations

PANEL = Panel(
    law.GRAPH,
    FORMS,
    Addresses(case="my_seat", take="my_take", lists="my_seats", file="my_file"),
    labels=LABELS,
    grave=GRAVE,
    last=frozenset({*GRAVE, "declare_conflict"}),
)


@never_cache
@require_GET
@citizen_required
def seat(request: HttpRequest, public_id: str, *, citizen: Citizen) -> HttpResponse:
    """The page of a seat. 404 for a seat of somebody else, as for one that is not there."""
    seat_for(citizen, public_id)
    case = (
        cases_of(citizen)
        .select_related("seat__member", "holder", "seat__committee__purchase__case")
        .get(public_id=public_id)
    )
    row = own(case)
    row.reports = reports_of(case)
    first, rest = actions_for(case, row.turn.edge, request)
    context = {
        "row": row,
        "case": case,
        "turn": row.turn,
        "committee": case.seat.committee,
        "purchase": case.seat.committee.purchase,
        "milestones": case.seat.committee.purchase.milestones.exclude(planned_on=None).order_by("planned_on"),
        "member": case.seat.member,
        "expectations": expectations(case),
        "first": first,
        "rest": rest,
        "may_report": why_not(case, law.GRAPH.edge("report"), Actor.person(reader(request))) is None,
        "sittings": sittings_of(case, row.reports),
        "others": others_of(case),
        "files": case.attachments.filter(shown_to_complainant=True).exclude(by=request.user.pk).order_by("-at", "pk"),
        "why": why_it_rests(case),
        "story": list(story_of(case)),
        "suspended": case.state == law.SUSPENDED,
        "owner": citizen.code,
    }
    return render(request, "representative/seat.html", context)


def actions_for(case: Any, turn: str, request: HttpRequest) -> tuple[list[Action], list[Action]]:
    """The buttons: those that belong to what waits for him now, and the others. An interest is declared where he
    declares, so it has no button of its own beside that."""
    actions = [action for action in PANEL.actions_for(case, reader(request)) if _his(action)]
    edges = {action.edge for action in actions}
    if "declare" in edges:
        actions = [action for action in actions if action.edge != "declare_conflict"]
    first = {"accept": ("accept", "decline"), "": ()}.get(turn, (turn,))
    if case.state == law.SUSPENDED:
        first = ("declare_again",)
    return (
        [action for action in actions if action.edge in first],
        [action for action in actions if action.edge not in first],
    )


def _his(action: Action) -> bool:
    return CITIZEN in law.GRAPH.edge(action.edge).by
