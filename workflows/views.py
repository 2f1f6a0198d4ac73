"""Pages for everybody: how a kind of case goes, drawn from the code, and the checkpoints of the ledger."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from organisations.publishing import published
from workflows.drawing import Drawing, clock_codes, draw
from workflows.graph import BACK, Edge, Graph, Text
from workflows.models import Checkpoint, ClockRule
from workflows.registry import all_kinds, kind_of

CHECKPOINTS_A_PAGE = 50

TOLD: Mapping[str, Text] = {
    "complainant": gettext_lazy("the complainant"),
    "holder": gettext_lazy("who has the case"),
    "screeners": gettext_lazy("the screeners"),
    "head": gettext_lazy("the unit head"),
    "approvers": gettext_lazy("the approvers"),
    "staff": gettext_lazy("the procurement staff"),
    "members": gettext_lazy("the members of the committee"),
    "citizen": gettext_lazy("the citizen of the seat"),
    "executives": gettext_lazy("the executives"),
    "superiors": gettext_lazy("who leads the unit above"),
    "committee": gettext_lazy("the members of the investigating committee"),
    "decider": gettext_lazy("who decided on paper"),
    "custodians": gettext_lazy("the identity custodians"),
    "next": gettext_lazy("who can take the next step"),
    "evaluators": gettext_lazy("the evaluators of the unit above"),
    "asked": gettext_lazy("who answers for the unit"),
    "asker": gettext_lazy("who asked"),
    "leaders": gettext_lazy("who leads the unit, of what came by the staff's hotline"),
}
"""Words for the names by which graphs say who is told (each app's ``notices.py`` resolves them)."""


@published
def graph_help(request: HttpRequest, kind: str) -> HttpResponse:
    """How a kind of case goes: the drawing, its states and all its edges, from the very graph that rules it."""
    try:
        graph = kind_of(kind).graph
    except KeyError:
        raise Http404 from None
    clocks = _clocks(graph)
    context = {
        "graph": graph,
        "drawing": _drawing(kind, get_language()),
        "states": [
            {"state": state, "by": _people(edge for edge in graph.edges_from(state.code) if edge.moves)}
            for state in graph.states
        ],
        "parts": [
            (_("How a case begins"), [_row(graph, edge, clocks) for edge in graph.beginnings()]),
            (_("What moves a case"), [_row(graph, edge, clocks) for edge in graph.moves()]),
            (
                _("What is recorded without a move"),
                [_row(graph, edge, clocks) for edge in graph.edges if edge.sources and not edge.moves],
            ),
        ],
        "clocks": list(clocks.values()),
        "others": [other.graph for other in all_kinds() if other.graph.kind != kind],
    }
    return render(request, "workflows/graph_help.html", context)


@cache
def _drawing(kind: str, language: str | None) -> Drawing:  # noqa: ARG001 - the widths of the words depend on it
    """Laying a large graph out takes seconds, and the law changes with the code only."""
    return draw(kind_of(kind).graph)


def _clocks(graph: Graph) -> dict[str, ClockRule]:
    """The general rule in force today of every clock of the graph, by its code."""
    rules = ClockRule.objects.filter(code__in=clock_codes(graph), category="", valid_from__lte=timezone.localdate())
    return {rule.code: rule for rule in rules.order_by("code", "valid_from")}


def _people(edges: Any) -> list[Text]:
    return list({who.code: who.label for edge in edges for who in edge.by}.values())


def _row(graph: Graph, edge: Edge, clocks: Mapping[str, ClockRule]) -> dict[str, Any]:
    """One edge in words."""

    def named(codes: tuple[str, ...]) -> list[str]:
        return [clocks[code].name if code in clocks else code for code in codes]

    pausing = {state.code for state in graph.states if state.pauses}
    targets = graph.targets(edge)
    return {
        "edge": edge,
        "from": _sources(graph, edge),
        "to": [graph.state(code).label for code in targets],
        "back": edge.target == BACK,
        "by": [who.label for who in edge.by],
        "needs": [guard.label for guard in edge.requires],
        "starts": named(edge.starts),
        "stops": named(edge.stops),
        "pauses": bool(pausing & set(targets)),
        "resumes": edge.moves and bool(edge.sources) and set(edge.sources) <= pausing,
        "ends_with": named((edge.ends_with,)) if edge.ends_with else [],
        "tells": [TOLD.get(name, name) for name in edge.tells],
    }


def _sources(graph: Graph, edge: Edge) -> list[Text]:
    """The states an edge leaves; a word for all of them where that is shorter."""
    sources = set(edge.sources)
    if sources == {state.code for state in graph.states}:
        return [_("any state")]
    if sources == {state.code for state in graph.states if state.is_open}:
        return [_("any open state")]
    return [graph.state(code).label for code in edge.sources]


@published
def public_ledger(request: HttpRequest) -> HttpResponse:
    """The checkpoints, newest first, and how anybody may check them. Counts only: no case is named."""
    found = _checkpoints(request.GET.get("before", ""))
    page = list(found[: CHECKPOINTS_A_PAGE + 1])
    shown = page[:CHECKPOINTS_A_PAGE]
    context = {
        "checkpoints": shown,
        "older": f"?before={shown[-1].pk}" if len(page) > CHECKPOINTS_A_PAGE else None,
    }
    return render(request, "workflows/public_ledger.html", context)


@published
def public_ledger_json(request: HttpRequest) -> HttpResponse:
    """The same for machines: ``checkpoints`` newest first, ``before`` to ask for older ones with (null at the end)."""
    page = list(_checkpoints(request.GET.get("before", ""))[: CHECKPOINTS_A_PAGE + 1])
    shown = page[:CHECKPOINTS_A_PAGE]
    return JsonResponse({
        "hash": "SHA-256",
        "checkpoints": [
            {
                "number": row.pk,
                "at": row.at.isoformat(),
                "leaves": row.leaves,
                "root": row.root,
                "previous": row.previous,
            }
            for row in shown
        ],
        "before": shown[-1].pk if len(page) > CHECKPOINTS_A_PAGE else None,
    })  # fmt: skip


def _checkpoints(before: str) -> Any:
    rows = Checkpoint.objects.order_by("-pk")
    if not before:
        return rows
    if not before.isdecimal() or len(before) > 18:
        raise Http404
    return rows.filter(pk__lt=int(before))
