"""What is late, where, why, and with whom: every figure opens the list of exactly its cases."""

from collections.abc import Iterable, Mapping
from datetime import date
from math import ceil
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from complaints.lists import Reader
from complaints.overview import (
    AGE_BANDS,
    NOBODY,
    OVERVIEW_ROLES,
    Figure,
    Month,
    Overview,
    UnitRow,
    open_complaints,
    overview,
    scope,
    trend,
)
from organisations import formats
from organisations.accounts import role_required
from organisations.models import Unit, UnitReach, User
from organisations.queries import roles_of
from workflows import overviews
from workflows.casepages.pages import page_of

from .hotline import LEADING
from .selecting import age_words, describe, list_url, read_selection

MOST_ROWS = 8
"""Units shown before "all units": as many as leave room for the rest on one screen and one A4 page."""
MOST_COUNTED = 10_000
_HEATS = 5


@require_GET
@role_required(*OVERVIEW_ROLES)
def overview_page(request: HttpRequest) -> HttpResponse:
    """The overview of one's units, or of one unit below them (`under`)."""
    user, today = cast("User", request.user), timezone.localdate()
    under = read_selection(request.GET, user).under
    tops = [under] if under else scope(user)
    figures = overview(user, tops, today=today)
    rows = figures.units if request.GET.get("rows") == "all" else figures.units[:MOST_ROWS]
    context = {
        "under": under,
        "tops": tops,
        "above": _way_to(user, under) if under else [],
        "figures": figures,
        "stats": _stats(figures, under),
        "bands": [age_words(band.code) for band in AGE_BANDS],
        "rows": [_heat_row(row) for row in rows],
        "total_row": _cells(figures.ages, 0, under=under),
        "left_out": len(figures.units) - len(rows),
        "counted_twice": sum(row.total.cases for row in figures.units) > figures.total.cases,
        "states": [_bar(figure, figures.states, under, state=code) for code, figure in figures.states],
        "holders": [
            _bar(figure, figures.holders, under, who=person, holder=person.username if person else NOBODY)
            for person, figure in figures.holders
        ],
        "kinds": [
            _bar(figure, figures.kinds, under, kind_row=kind, kind=kind.pk if kind else NOBODY)
            for kind, figure in figures.kinds
        ],
        "late_url": list_url(under, due="late"),
        "besides": overviews.besides(),
        "leads": bool(roles_of(user) & set(LEADING)),
        "now": timezone.now(),
    }
    return render(request, "executive/overview.html", context)


@require_GET
@role_required(*OVERVIEW_ROLES)
def trend_page(request: HttpRequest) -> HttpResponse:
    """The twelve months, fetched by the overview when it stands: they count the whole register and may take longer."""
    user = cast("User", request.user)
    under = read_selection(request.GET, user).under
    months = trend(user, [under] if under else scope(user), today=timezone.localdate())
    template = "executive/trend.html" if request.headers.get("HX-Request") else "executive/trend_page.html"
    return render(request, template, {"chart": _chart(months)})


@require_GET
@role_required(*OVERVIEW_ROLES)
def open_cases(request: HttpRequest) -> HttpResponse:
    """The open complaints of a selection, the earliest due first, a page at a time."""
    user, today = cast("User", request.user), timezone.localdate()
    selection = read_selection(request.GET, user)
    cases = open_complaints(user, selection, today=today)
    page = page_of(
        cases.select_related("unit", "holder"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    counted = cases.order_by()[: MOST_COUNTED + 1].count()
    context = {
        "selection": selection,
        "words": describe(selection),
        "rows": Reader(user).rows(page.cases),
        "page": page,
        "count": min(counted, MOST_COUNTED),
        "more": counted > MOST_COUNTED,
        "back_url": f"{reverse('overview')}?under={selection.under.code}" if selection.under else reverse("overview"),
    }
    return render(request, "executive/open_cases.html", context)


def _stats(figures: Overview, under: Unit | None) -> list[dict[str, Any]]:
    total = figures.total
    share = formats.write_share(total.late / total.cases, 0) if total.cases else ""
    return [
        {
            "id": "late",
            "label": _("Overdue"),
            "value": total.late,
            "url": list_url(under, due="late"),
            "tone": "late" if total.late else "well",
            "note": _("%(share)s of the open cases") % {"share": share} if total.late else _("nothing is late"),
        },
        {
            "id": "soon",
            "label": _("Due within 3 days"),
            "value": total.soon,
            "url": list_url(under, due="soon"),
            "tone": "soon" if total.soon else "",
            "note": "",
        },
        {"id": "open", "label": _("Still open"), "value": total.cases, "url": list_url(under), "tone": "", "note": ""},
        {
            "id": "median",
            "label": _("Median age in days"),
            "value": figures.median_age,
            "url": list_url(under),
            "tone": "",
            "note": _("half of the open cases are no older"),
        },
    ]


def _heat_row(row: UnitRow) -> dict[str, Any]:
    where = {"unit": row.unit.code} if row.itself else {"under": row.unit}
    return {
        "unit": row.unit,
        "itself": row.itself,
        "url": "" if row.itself else f"{reverse('overview')}?under={row.unit.code}",
        "cells": _cells(row.ages, row.total.cases, **where),
        "total": row.total,
        "total_url": list_url(**where),
        "late_url": list_url(**where, due="late"),
    }


def _cells(ages: Mapping[str, Figure], whole: int, **where: Any) -> list[dict[str, Any]]:
    """A cell for each age band; the heat is its share of the row's `whole` cases, in five steps: so a small unit whose
    cases are old shows as well as a large one. A band is no hotter than its place: that all cases are of this week is
    nothing to look at. No `whole`: no heat."""
    cells = []
    for place, band in enumerate(AGE_BANDS, start=1):
        figure = ages.get(band.code, Figure())
        heat = min(place, ceil(_HEATS * figure.cases / whole)) if whole and figure.cases else 0
        cells.append({
            "band": age_words(band.code), "figure": figure, "heat": heat, "url": list_url(**where, age=band.code),
        })  # fmt: skip
    return cells


def _bar(
    figure: Figure, beside: Iterable[tuple[Any, Figure]], under: Unit | None, *, who: Any = None, kind_row: Any = None,
    **where: str,
) -> dict[str, Any]:  # fmt: skip
    """A row of a list of figures: what it is about, its numbers with their lists, and two bars out of 100."""
    # "Nobody" is no person: what waits for a hand would leave the people without a bar.
    longest = max((other.cases for about, other in beside if about is not None), default=figure.cases)
    return {
        "state": where.get("state"),
        "holder": where.get("holder"),
        "who": who,
        "kind": kind_row,
        "figure": figure,
        "url": list_url(under, **where),
        "late_url": list_url(under, **where, due="late"),
        "width": min(100, round(100 * figure.cases / longest, 1)),
        "late_width": min(100, round(100 * figure.late / longest, 1)),
    }


def _way_to(user: User, unit: Unit) -> list[Unit]:
    """The units above `unit` up to what `user` oversees, the topmost first."""
    tops = UnitReach.objects.filter(above__in=scope(user)).values("unit")
    above = UnitReach.objects.filter(unit=unit, distance__gt=0, above__in=tops).order_by("-distance")
    return [row.above for row in above.select_related("above")]


def _month_name(first: date) -> str:
    return (formats.MONTHS if get_language() == "en" else formats.THAI_MONTHS)[first.month - 1]


def _chart(months: list[Month]) -> dict[str, Any]:
    """The bars of the trend, in a drawing of 12 columns of 50 by 100 units."""
    highest = max((max(month.opened, month.closed) for month in months), default=0) or 1

    def height(count: int) -> float:
        return round(96 * count / highest, 1)

    return {
        "highest": highest,
        "months": [
            {
                "month": month,
                "name": _month_name(month.first),
                "year": formats.write_date(month.first).rsplit(" ", 1)[1]
                if place == 0 or month.first.month == 1
                else "",
                "x": 50 * place,
                "opened_height": height(month.opened),
                "opened_y": 100 - height(month.opened),
                "closed_height": height(month.closed),
                "closed_y": 100 - height(month.closed),
            }
            for place, month in enumerate(months)
        ],
    }
