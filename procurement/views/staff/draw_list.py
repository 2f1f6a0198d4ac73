"""The calendar of draws: per unit what the quarters have, who may be drawn, which seats are expected, what is next."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from organisations.accounts import role_required
from organisations.calendar import fiscal_year
from organisations.models import Role, Unit, UnitReach
from organisations.queries import roles_of
from procurement.coverage.standing import standings_of
from procurement.draws.words import quarter_words
from procurement.forms.draw_announce import quarters_to_choose
from procurement.models import Draw
from procurement.pool.eligibility import may_be_drawn
from procurement.queries import units_planned_by, units_read_by
from procurement.rules import READERS
from procurement.states import draw as law
from workflows.casepages.access import reader
from workflows.search import clean

ROLES = tuple(role for role in Role if role in READERS)
SHOWN = 3
"""Quarters: this one and the next two."""
PAGE = 30

Quarter = tuple[int, int]


@dataclass(frozen=True)
class Cell:
    """A quarter of a unit. draw: the one that stands, else None; above: the draw of a unit above that fills its seats;
    annulled: draws of the quarter that do not stand. may: whether the reader may announce one here."""

    period: Quarter
    word: str
    draw: Draw | None = None
    above: Draw | None = None
    annulled: list[Draw] = field(default_factory=list)
    may: bool = False

    @property
    def code(self) -> str:
        """As the form of the announcement takes it."""
        return f"{self.period[0]}-{self.period[1]}"


@dataclass(frozen=True)
class Row:
    """A unit. people: who may be drawn in its area today; seats: activities of the year that lack a citizen."""

    unit: Unit
    people: int
    seats: int
    cells: list[Cell]
    step: str
    edge_of: Draw | None = None


@require_GET
@role_required(*ROLES)
def draws(request: HttpRequest) -> HttpResponse:
    """The units whose plan the reader keeps, or reads where he keeps none, a page of them; `q`: by name or code."""
    user, today = reader(request), timezone.localdate()
    plans = Role.PROCUREMENT in roles_of(user)
    units, wanted = (units_planned_by if plans else units_read_by)(user), clean(request.GET.get("q", ""))
    if wanted:
        units = (
            units.filter(name_th__icontains=wanted)
            | units.filter(name_en__icontains=wanted)
            | units.filter(code__iexact=wanted)
        )
    count = units.order_by().count()
    last = max(1, -(-count // PAGE))
    asked = request.GET.get("page", "")
    page = min(max(1, int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1), last)
    shown = list(units[PAGE * (page - 1) : PAGE * page])
    quarters = quarters_to_choose(today)[:SHOWN]
    context: dict[str, Any] = {
        "rows": rows_of(shown, quarters, today, plans=plans),
        "quarters": [quarter_words(*quarter) for quarter in quarters],
        "q": wanted,
        "searchable": bool(wanted) or last > 1,
        "count": count,
        "plans": plans,
        "newer_page": page - 1 if page > 1 else None,
        "older_page": page + 1 if page < last else None,
    }
    return render(request, "procurement/draws.html", context)


def rows_of(units: list[Unit], quarters: list[Quarter], today: date, *, plans: bool) -> list[Row]:
    """The rows of these units. A fixed number of queries, however many; what the standings cost, see `standings_of`."""
    people = people_in(units, today)
    standings = standings_of(units, fiscal_year(today)) if units else {}
    own, above = _draws(units, quarters)
    rows = []
    for unit in units:
        cells = [_cell(unit, quarter, own, above, plans=plans, people=people[unit.pk]) for quarter in quarters]
        standing = standings[unit.pk]
        seats = standing.activities - standing.top_covered - standing.rest_covered
        step, waits = _step(cells, people[unit.pk], plans=plans)
        rows.append(Row(unit, people[unit.pk], seats, cells, step, waits))
    return rows


def people_in(units: Iterable[Unit], today: date) -> Counter[int]:
    """How many may be drawn today for each of these units, by its key. Two queries."""
    homes = dict(
        may_be_drawn(today).order_by().values_list("person__unit").annotate(n=Count("pk"))  # type: ignore[misc]
    )
    reach = UnitReach.objects.filter(above__in=[unit.pk for unit in units], unit__in=list(homes))
    # A unit may lie below another on both axes; its people are there once.
    found: Counter[int] = Counter()
    for top, below in set(reach.values_list("above", "unit")):
        found[top] += homes[below]
    return found


_Found = dict[tuple[int, Quarter], list[Draw]]


def _draws(units: list[Unit], quarters: list[Quarter]) -> tuple[_Found, _Found]:
    """The draws of these units, and those of units above them, the nearest first. Two queries."""
    reach: dict[int, dict[int, int]] = defaultdict(dict)
    pairs = UnitReach.objects.filter(unit__in=[unit.pk for unit in units])
    for unit, top, distance in pairs.values_list("unit", "above", "distance"):
        reach[top][unit] = min(distance, reach[top].get(unit, distance))
    own: _Found = defaultdict(list)
    above: dict[tuple[int, Quarter], list[tuple[int, Draw]]] = defaultdict(list)
    years = {year for year, _quarter in quarters}
    drawn = Draw.objects.filter(unit__in=list(reach), fiscal_year__in=years).select_related("case", "unit")
    for draw in drawn.defer("announcement", "result").order_by("case"):
        for unit, distance in reach[draw.unit_id].items():
            key = (unit, (draw.fiscal_year, draw.quarter))
            if not distance:
                own[key].append(draw)
            elif draw.annulled_at is None:
                above[key].append((distance, draw))
    nearest = {key: [draw for _far, draw in sorted(rows, key=lambda row: row[0])] for key, rows in above.items()}
    return own, nearest


def _cell(unit: Unit, quarter: Quarter, own: _Found, above: _Found, *, plans: bool, people: int) -> Cell:
    found = own.get((unit.pk, quarter), [])
    stands = next((draw for draw in found if draw.annulled_at is None), None)
    upper = next(iter(above.get((unit.pk, quarter), ())), None)
    annulled = [draw for draw in found if draw.annulled_at is not None]
    may = plans and stands is None and people > 0
    return Cell(quarter, quarter_words(*quarter), stands, upper, annulled, may)


# What comes next for a unit.
NO_POOL, ANNOUNCE, ENTER, WAIT, NOTHING = "pool", "announce", "enter", "wait", "nothing"


def _step(cells: list[Cell], people: int, *, plans: bool) -> tuple[str, Draw | None]:
    """What is next, the nearest quarter first, and the draw it is about."""
    now = timezone.now()
    for cell in cells:
        if cell.draw is not None and cell.draw.case.state == law.ANNOUNCED:
            return (ENTER if cell.draw.seed_known_at <= now else WAIT), cell.draw
    if cells[0].draw is None and cells[0].above is None:
        return (ANNOUNCE if people else NO_POOL) if plans else NOTHING, None
    return NOTHING, None
