"""Coverage and level of all units below: where it stands, what blocks, and the way into each."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from organisations.accounts import role_required
from organisations.models import Unit, UnitReach, User
from organisations.queries import units_below
from organisations.sheets import csv_response
from procurement import overview
from procurement.coverage.reading import variant_of
from procurement.coverage.rule import Variant
from procurement.overview import BLOCKS, ROLES, SORTS, Row
from procurement.quality import Quality, qualities_of
from procurement.seat_lists import LISTS as SEAT_LISTS
from procurement.seat_lists import oversight_counts
from procurement.views.levels import bar_of, read_year, way_to, years_to_choose
from workflows.casepages.access import reader

MOST_ROWS = 100
"""Rows before "show all"."""
MOST_COUNTED = 99
PRINTED = 30
"""Rows that fit on one A4 page with what stands above them; the order puts the worst there."""


@require_GET
@role_required(*ROLES)
def coverage_overview(request: HttpRequest) -> HttpResponse:
    """The units below one's own, or below one of them (`unit`). `depth=all`: every unit below, not only the next ones;
    `level`, `blocks`: only those; `sort`: a code of `SORTS`; `as=csv`: the same rows as a file."""
    user, values = reader(request), request.GET
    unit = _unit(request)
    tops = [unit] if unit else overview.tops_of(user)
    year = read_year(values.get("year", ""))
    rows = overview.rows_below(tops, year, everything=values.get("depth") == "all")
    chosen = overview.in_order(_narrowed(rows, values), values.get("sort", ""))
    if values.get("as") == "csv":
        return csv_response(f"coverage-{year}.csv", *_sheet(chosen, qualities_of([row.unit for row in chosen], year)))
    variant = variant_of()
    shown = chosen if values.get("rows") == "all" else chosen[:MOST_ROWS]
    lines = _lines(shown, year, variant, qualities_of([row.unit for row in shown], year))
    context = {
        "unit": unit,
        "tops": tops,
        "above": way_to(unit, overview.overseen_by(user)) if unit else [],
        "year": year,
        "years": years_to_choose(year),
        "deep": values.get("depth") == "all",
        "sort": values.get("sort") if values.get("sort") in SORTS else "worst",
        "levels": [
            {"level": level, "count": count, "tone": "late" if count and not level else ""}
            for level, count in overview.by_level(rows, (rule.level for rule in variant.levels)).items()
        ],
        "blocks": [
            {"code": code, "word": BLOCKS[code], "count": count, "width": round(100 * count / len(rows), 1)}
            for code, count in overview.by_block(rows).items()
        ],
        "rows": lines,
        "shares": next((line["quality"].shares for line in lines if line["quality"].appointed), ()),
        "left_out": len(chosen) - len(shown),
        "not_printed": max(0, len(shown) - PRINTED),
        "printed": PRINTED,
        "count": len(chosen),
        "all_count": len(rows),
        "words": _words(values),
        "oversight": _oversight(user, unit, tops),
    }
    return render(request, "procurement/coverage.html", context)


def _oversight(user: User, unit: Unit | None, tops: list[Unit]) -> list[dict[str, Any]]:
    """What of citizen seats should not wait: suspended ones and reports without an answer, each with the list behind
    the count. One query."""
    counts = oversight_counts(user, units_below([top.pk for top in tops]), MOST_COUNTED + 1)
    within = {"unit": unit.code} if unit else {}
    return [
        {
            "title": SEAT_LISTS[code].title,
            "count": count if count <= MOST_COUNTED else f"{MOST_COUNTED}+",
            "url": f"{reverse('seats')}?{urlencode({**within, 'list': code})}",
        }
        for code, count in counts.items()
        if count
    ]


def _unit(request: HttpRequest) -> Unit | None:
    code = request.GET.get("unit", "")
    if not code:
        return None
    unit = overview.overseen_by(reader(request)).filter(code=code).first()
    if unit is None:
        raise Http404
    return unit


def _narrowed(rows: list[Row], values: Any) -> list[Row]:
    level, block = values.get("level", ""), values.get("blocks", "")
    if (level and not (level.isascii() and level.isdecimal() and len(level) < 3)) or (block and block not in BLOCKS):
        raise Http404
    return [
        row
        for row in rows
        if (not level or row.level == int(level)) and (not block or block in {lack.code for lack in row.lacks})
    ]


def _words(values: Any) -> list[str]:
    words = []
    if level := values.get("level"):
        words.append(_("at level %(level)s") % {"level": level})
    if block := values.get("blocks"):
        words.append(str(BLOCKS[block]))
    return words


def _lines(rows: list[Row], year: int, variant: Variant, qualities: Mapping[int, Quality]) -> list[dict[str, Any]]:
    """The rows as the page shows them; which of the units have others below them is one query."""
    level, here, seats = reverse("level"), reverse("coverage_overview"), reverse("seats")
    pks = [row.unit.pk for row in rows]
    uppers = set(UnitReach.objects.filter(above__in=pks, distance=1).values_list("above", flat=True))
    lines = []
    for row in rows:
        query = urlencode({"unit": row.unit.code, "year": year})
        lines.append({
            "row": row,
            "unit": row.unit,
            "standing": row.standing,
            "bar": bar_of(variant, rest=row.standing.rest, rest_covered=row.standing.rest_covered),
            "quality": qualities[row.unit.pk],
            "level_url": f"{level}?{query}",
            "seats_url": f"{seats}?{query}",
            "below_url": f"{here}?{query}" if row.unit.pk in uppers else "",
        })  # fmt: skip
    return lines


def _sheet(rows: list[Row], qualities: Mapping[int, Quality]) -> tuple[list[str], list[list[Any]]]:
    head = [
        _("Code"), _("Unit"), _("Diagnostic only"), _("Level"), _("Points"), _("Activities"),
        _("Largest budgets, covered"), _("Largest budgets"), _("Others, covered"), _("Others"), _("Published"),
        _("Education activities"), _("What blocks the next level"), _("As of"), _("Citizens appointed"),
        _("Whose committee has met"), _("Invited to a meeting"), _("Attended a meeting"), _("Given the documents"),
        _("Sent a report"), _("Reports"), _("Reports answered"), _("Answered in time"), _("Led to a change"),
    ]  # fmt: skip
    return head, [
        [
            row.unit.code, row.unit.name, row.diagnostic, row.standing.level, row.standing.points,
            row.standing.activities, row.standing.top_covered, row.standing.top, row.standing.rest_covered,
            row.standing.rest, row.standing.published, row.standing.education,
            " ".join(lack.sentence for lack in row.lacks), row.standing.as_of, quality.appointed, quality.met,
            quality.invited, quality.attended, quality.documents, quality.reported, quality.reports, quality.answered,
            quality.in_time, quality.fixed,
        ]
        for row in rows
        for quality in [qualities[row.unit.pk]]
    ]  # fmt: skip
