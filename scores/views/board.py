"""How the agencies below one score now: who stands where, what moved since it was kept last, and the way into each."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from organisations.accounts import role_required
from organisations.calendar import fiscal_year
from organisations.models import Unit, UnitReach, User
from organisations.queries import open_units, units_where
from organisations.sheets import csv_response
from scores.daily import LIVE, live_facts_of
from scores.in_force import rubric_for
from scores.models import Snapshot
from scores.queries import units_scored_for
from scores.results import NodeScore, Score
from scores.rubric import Rubric
from scores.rules import READERS
from scores.scoring import ScoringError, needed, score
from scores.showing import say
from scores.snapshots import recomputed
from scores.views.live import ROLES
from workflows.casepages.access import reader
from workflows.metrics import hidden_from

MOST = 60
"""Units on one board: one has the units directly below another, and they are computed as it opens."""
PARTS = ("d1", "d2", "d3", "d4", "d5")


@dataclass(frozen=True)
class Row:
    """A unit with its score now. before: its points when they were kept last, None where they never were; gain: what
    the next level of any part would bring at best. parts: the five dimensions, None for one that cannot be computed."""

    unit: Unit
    score: Score
    before: Fraction | None
    best: Fraction
    parts: list[NodeScore]
    opens: bool

    @property
    def moved(self) -> Fraction:
        """Points since it was kept last."""
        return self.score.points - self.before if self.before is not None else Fraction(0)


@require_GET
@role_required(*ROLES)
def board(request: HttpRequest) -> HttpResponse:
    """The units directly below one (`unit`, a code), or the reader's own; `year` (B.E.); `sort`: points, name, moved;
    `as=csv`. 404 for a unit that is not there for the reader."""
    user, values = reader(request), request.GET
    now = fiscal_year(timezone.localdate())
    year = int(values["year"]) if values.get("year", "") in {str(then) for then in range(now, now - 5, -1)} else now
    unit = _unit(user, values.get("unit", ""))
    rubric = rubric_for(LIVE, year)
    units = [unit, *_below(unit)] if unit else _own(user)
    rows = _sorted(_rows(units[: MOST + 1], rubric, year, hidden_from(user)), values.get("sort", ""))
    names = [say(rubric.node[code]) for code in PARTS]
    if values.get("as") == "csv":
        head = ["unit", "name", "points", "full", *PARTS]
        lines = ([row.unit.code, row.unit.name, *_figures(row)] for row in rows)
        return csv_response(f"scores-{year}.csv", head, lines)
    context: dict[str, Any] = {
        "unit": unit,
        "above": _above(user, unit) if unit else [],
        "year": year,
        "years": range(now, now - 5, -1),
        "family": LIVE,
        "rubric": rubric,
        "rubric_name": say(rubric),
        "rows": rows,
        "names": names,
        "sort": values.get("sort", "points"),
        "more": max(0, len(units) - MOST - 1),
    }
    return render(request, "scores/board.html", context)


def _unit(user: User, code: str) -> Unit | None:
    if not code:
        own = _own(user)
        return own[0] if len(own) == 1 else None
    found = units_scored_for(user).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _own(user: User) -> list[Unit]:
    return list(open_units().filter(pk__in=units_where(user, READERS)))


def _below(unit: Unit) -> list[Unit]:
    """The open units directly below it."""
    return list(open_units().filter(pk__in=UnitReach.objects.filter(above=unit, distance=1).values("unit")))


def _above(user: User, unit: Unit) -> list[Unit]:
    """The units above it that the reader reads, the highest first."""
    rows = UnitReach.objects.filter(unit=unit, distance__gt=0, above__in=units_scored_for(user))
    return [row.above for row in rows.select_related("above").order_by("-distance")]


def _rows(units: list[Unit], rubric: Rubric, year: int, hidden: Collection[int]) -> list[Row]:
    facts = live_facts_of(units, rubric, year, hidden)
    before = _before(units, year, hidden)
    parents = set(UnitReach.objects.filter(above__in=units, distance=1).values_list("above", flat=True))
    rows = []
    for unit in units:
        try:
            found = score(rubric, facts[unit.pk])
        except ScoringError:
            continue
        best = max((need.gain for need in needed(found) if need.in_reach), default=Fraction(0))
        parts = [found.node(code) for code in PARTS]
        rows.append(Row(unit, found, before.get(unit.pk), best, parts, unit.pk in parents))
    return rows


def _before(units: list[Unit], year: int, hidden: Collection[int]) -> dict[int, Fraction]:
    """The points of the last day before today on which they were kept."""
    rows = Snapshot.objects.filter(
        unit__in=units, family=LIVE, fiscal_year=year, cause=Snapshot.Cause.DAILY, as_of__lt=timezone.localdate()
    )
    newest = rows.order_by("unit_id", "-as_of").distinct("unit_id")
    if not hidden:
        return {row.unit_id: Fraction(row.points) for row in newest}
    return {row.unit_id: recomputed(row, hidden).points for row in newest.select_related("rubric", "facts")}


def _sorted(rows: list[Row], by: str) -> list[Row]:
    match by:
        case "name":
            return rows
        case "moved":
            return sorted(rows, key=lambda row: row.moved)
    return sorted(rows, key=lambda row: row.score.points)


def _figures(row: Row) -> list[str]:
    return [str(number) for number in (row.score.points, row.score.full, *(part.points for part in row.parts))]
