"""The desk: what waits for whom, which activities lack a citizen, and how far the participation level is."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from organisations.accounts import role_required
from organisations.models import Role, User
from procurement.coverage.reading import facts_of, variant_of
from procurement.coverage.rule import Result, compute
from procurement.covering import covers, decision_days
from procurement.models import Activity
from procurement.views.levels import kept_strip
from procurement.waiting import PILES, Pile, in_order, piles_of, rows_of
from workflows.casepages.access import reader
from workflows.casepages.pages import page_of

from .plan_scope import scope_of

ROLES = (Role.PROCUREMENT, Role.APPROVER, Role.HEAD)
SHOWN = 5
"""Rows of a pile on the desk itself; the rest is behind "all"."""
MOST_LACKING = 10
MOST_COUNTED = 99


@require_GET
@role_required(*ROLES)
def desk(request: HttpRequest) -> HttpResponse:
    """The desk of procurement staff and of those who approve; `list`: one pile alone, a page at a time."""
    user, today = reader(request), timezone.localdate()
    piles = piles_of(user)
    wanted = request.GET.get("list", "")
    shown = PILES.get(wanted)
    if wanted and shown not in piles:
        raise Http404
    counts = _counts(piles, user, today)
    context = {"rail": [_rail_item(pile, counts[pile.code], shown) for pile in piles], "pile": shown}
    if shown is not None:
        return render(request, "procurement/desk_pile.html", {**context, **_one_pile(request, shown, user, today)})
    scope, variant = scope_of(request), variant_of()
    context |= {
        "scope": scope,
        "piles": [_pile(pile, counts[pile.code], user, today) for pile in piles if counts[pile.code]],
        **kept_strip(scope.unit, scope.year, variant),
    }
    if not context["too_large"]:
        context |= _lacking(compute(facts_of(scope.unit, scope.year), variant))
    return render(request, "procurement/desk.html", context)


def _counts(piles: list[Pile], user: User, today: date) -> Counter[str]:
    """How many are in each pile, counted no further than one more than `MOST_COUNTED`: one statement for all piles."""
    parts = [
        pile.cases(user, today).order_by().annotate(pile=Value(pile.code)).values_list("pile", flat=True)
        for pile in piles
    ]
    first, *others = (part[: MOST_COUNTED + 1] for part in parts)
    return Counter(first.union(*others, all=True))


def _written(count: int) -> int | str:
    return count if count <= MOST_COUNTED else f"{MOST_COUNTED}+"


def _rail_item(pile: Pile, count: int, shown: Pile | None) -> dict[str, Any]:
    return {
        "label": pile.title,
        "url": f"{reverse('procurement_desk')}?list={pile.code}",
        "count": _written(count),
        "current": pile is shown,
        "tone": pile.tone if pile.tone == "late" and count else "",
    }


def _pile(pile: Pile, count: int, user: User, today: date) -> dict[str, Any]:
    cases = in_order(pile.cases(user, today)).select_related("unit", "holder")[:SHOWN]
    return {"pile": pile, "rows": rows_of(pile, list(cases)), "count": _written(count), "more": count > SHOWN}


def _one_pile(request: HttpRequest, pile: Pile, user: User, today: date) -> dict[str, Any]:
    page = page_of(
        pile.cases(user, today).select_related("unit", "holder"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    return {"rows": rows_of(pile, page.cases), "page": page}


def _lacking(result: Result) -> dict[str, Any]:
    """The activities without a citizen: the top first, then the one whose committee decides soonest, as planned; last
    those for which nothing is planned, or no committee decides any more."""
    top = frozenset(result.top)
    budgets = dict(Activity.objects.filter(pk__in=map(int, result.uncovered)).values_list("pk", "budget"))
    days = decision_days(budgets)

    def place(id_: str) -> tuple[bool, date, Decimal, int]:
        pk = int(id_)
        # An unknown budget counts as the largest.
        budget = Decimal("Infinity") if budgets[pk] is None else budgets[pk]
        return id_ not in top, days.get(pk, date.max), -budget, pk

    soonest = sorted(result.uncovered, key=place)
    return {
        "lacking": [
            {"cover": cover, "activity": cover.activity, "top": str(cover.activity.pk) in top}
            for cover in covers(soonest[:MOST_LACKING])
        ],
        "lacking_count": len(soonest),
        "lacking_more": len(soonest) > MOST_LACKING,
    }
