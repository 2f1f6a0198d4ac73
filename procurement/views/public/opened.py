"""Procurement for everybody: plans with their purchases, one purchase, the participation level."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from organisations.models import Unit
from organisations.publishing import published
from procurement.coverage.reading import variant_of
from procurement.covering import covers
from procurement.published import MOST_FOUND, activities, find, plan_of, published_units, purchase_of
from procurement.published_lists import purchases_of
from procurement.views.levels import (
    below,
    details_of,
    kept_strip,
    quality_shown,
    read_year,
    way_to,
    with_a_plan,
    years_to_choose,
)
from workflows.search import SHORTEST, clean

from .opened_files import fits_in_a_file
from .scope import OpenScope, scope_of, topmost_units

PAGE = 50
MOST_PAGES = 1000


@published
def open_procurement(request: HttpRequest) -> HttpResponse:
    """The plan of a unit (`unit`, `year`) with its purchases, or the topmost units; `q`: a search in all purchases."""
    scope, year = scope_of(request), read_year(request.GET.get("year", ""))
    wanted = clean(request.GET.get("q", ""))
    context: dict[str, Any] = {"q": wanted, "year": year, "years": years_to_choose(year), "scope": scope}
    if wanted:
        found = find(wanted)
        context |= {"found": found, "full": len(found) == MOST_FOUND, "short": len(wanted) < SHORTEST}
    elif scope is None:
        context["tops"] = with_a_plan(topmost_units(), year)
    else:
        context |= _plan(scope, request.GET.get("page", ""))
    return render(request, "procurement/open.html", context)


@published
def open_purchase(request: HttpRequest, public_id: str) -> HttpResponse:
    """One purchase: figures, steps, contracts, committees."""
    row = purchase_of(public_id)
    scope = OpenScope(row.purchase.activity.unit, row.purchase.activity.fiscal_year)
    return render(request, "procurement/open_purchase.html", {"row": row, "purchase": row.purchase, "scope": scope})


@published
def open_level(request: HttpRequest) -> HttpResponse:
    """The participation level of a unit, with every decision of the rule."""
    scope = scope_of(request)
    if scope is None:
        raise Http404
    variant = variant_of()
    context = {
        "scope": scope,
        "years": years_to_choose(scope.year),
        "above": _above(scope.unit),
        "below": below(scope.unit, scope.year),
        **kept_strip(scope.unit, scope.year, variant),
        **quality_shown(scope.unit, scope.year),
    }
    if not context["too_large"]:
        context |= details_of(scope.unit, scope.year, variant, request.GET)
    return render(request, "procurement/open_level.html", context)


def _plan(scope: OpenScope, number: str) -> dict[str, Any]:
    plan = plan_of(scope.unit, scope.year)
    count = plan.order_by().count()
    last = max(1, -(-count // PAGE))
    asked = int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else 1
    page = min(max(1, asked), last, MOST_PAGES)
    rows = activities(plan[PAGE * (page - 1) : PAGE * page])
    covered = {row.activity.pk for row in covers(row.activity.pk for row in rows) if row.seats}
    return {
        "above": _above(scope.unit),
        "below": below(scope.unit, scope.year),
        "count": count,
        "in_one_file": fits_in_a_file(scope),
        "has_purchases": purchases_of(scope.unit, scope.year).exists(),
        "rows": [{"row": row, "covered": row.activity.pk in covered} for row in rows],
        "newer_page": page - 1 if page > 1 else None,
        "older_page": page + 1 if page < last else None,
        **kept_strip(scope.unit, scope.year, variant_of()),
    }


def _above(unit: Unit) -> list[Unit]:
    return way_to(unit, published_units())
