"""Figures over open complaints, and the lists behind them: the same selection gives both, so they always agree.

Everything starts from `visible_to(user)`: a protected case outside somebody's own unit moves none of his figures.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Avg, Count, F, Q, QuerySet

from complaints.models import ComplaintKind, SurveyAnswer, SurveyQuestion
from complaints.models.survey import Aspect
from organisations.calendar import start_of
from organisations.models import Role, Unit, UnitReach, User
from organisations.queries import reach_of, units_below, units_where
from workflows.models import Case
from workflows.queries import visible_to

OVERVIEW_ROLES = (Role.EXECUTIVE, Role.HEAD, Role.APPROVER)
SOON_DAYS = 3
NOBODY = "-"
"""In place of a person or a kind: nobody has the case, or its kind is not decided yet."""
MONTHS = 12
_TREND_SECONDS = 3600


@dataclass(frozen=True)
class AgeBand:
    """Ages of a case in whole days since the day it came in, both ends included; no `last` means without end."""

    code: str
    first: int
    last: int | None

    def narrow(self, today: date) -> Q:
        """The cases of this age on `today` (days of Bangkok)."""
        came_in = Q(opened_at__lt=start_of(today - timedelta(days=self.first - 1))) if self.first else Q()
        return came_in if self.last is None else came_in & Q(opened_at__gte=start_of(today - timedelta(days=self.last)))


AGE_BANDS = (
    AgeBand("0-7", 0, 7),
    AgeBand("8-15", 8, 15),
    AgeBand("16-30", 16, 30),
    AgeBand("31-60", 31, 60),
    AgeBand("61+", 61, None),
)


@dataclass(frozen=True)
class Selection:
    """Which open complaints are meant. What is empty does not narrow.

    under: the unit and all below it; unit: exactly that unit; age: code of an `AgeBand`; due: ``late`` or ``soon``;
    state: code; holder: user name or `NOBODY`; kind: code of a kind (with its parts) or `NOBODY`.
    """

    under: Unit | None = None
    unit: Unit | None = None
    age: str = ""
    due: str = ""
    state: str = ""
    holder: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Figure:
    """How many open cases, how many of them past their due day, and how many due within `SOON_DAYS`."""

    cases: int = 0
    late: int = 0
    soon: int = 0

    def __add__(self, other: "Figure") -> "Figure":
        return Figure(self.cases + other.cases, self.late + other.late, self.soon + other.soon)


@dataclass(frozen=True)
class UnitRow:
    """The open cases of a unit and all below it by age band; `itself`: of that unit alone."""

    unit: Unit
    itself: bool
    total: Figure
    ages: Mapping[str, Figure]


@dataclass(frozen=True)
class Overview:
    """Everything the overview shows of the open complaints. median_age in days; None when nothing is open.

    holders: user or None (nobody has it), those with most late cases first. kinds: main kind or None (undecided).
    """

    total: Figure
    median_age: int | None
    ages: Mapping[str, Figure]
    units: list[UnitRow]
    states: list[tuple[str, Figure]]
    holders: list[tuple[User | None, Figure]]
    kinds: list[tuple[ComplaintKind | None, Figure]]


@dataclass(frozen=True)
class Month:
    """Complaints that came in and that came to an end in a month; `first` is its first day."""

    first: date
    opened: int
    closed: int


def scope(user: User) -> list[Unit]:
    """The topmost units whose work `user` oversees today: where he holds a post with one of `OVERVIEW_ROLES`."""
    units = units_where(user, OVERVIEW_ROLES)
    lower = UnitReach.objects.filter(above__in=units, unit__in=units, distance__gt=0).values("unit")
    return list(Unit.objects.filter(pk__in=units).exclude(pk__in=lower))


def in_scope(user: User, code: str) -> Unit | None:
    """The unit of that code when `user` oversees it; else None."""
    return Unit.objects.filter(code=code, pk__in=units_below(units_where(user, OVERVIEW_ROLES))).first()


def open_complaints(user: User, selection: Selection, *, today: date) -> QuerySet[Case]:
    """The open complaints of what `user` oversees that `selection` means, earliest due first, in a keyset order."""
    cases = _open(user, [selection.under] if selection.under else scope(user))
    if selection.unit:
        cases = cases.filter(unit=selection.unit)
    if selection.age:
        cases = cases.filter(next(band for band in AGE_BANDS if band.code == selection.age).narrow(today))
    if selection.due:
        cases = cases.filter(_due(selection.due, today))
    if selection.state:
        cases = cases.filter(state=selection.state)
    if selection.holder:
        holder = Q(holder=None) if selection.holder == NOBODY else Q(holder__username=selection.holder)
        cases = cases.filter(holder)
    if selection.kind:
        cases = cases.filter(category__in=_codes_of(selection.kind))
    return cases.order_by(F("next_due").asc(nulls_last=True), "id")


def overview(user: User, tops: Iterable[Unit], *, today: date, holders: int = 6) -> Overview:
    """The figures of the open complaints of `tops` and all below them that exist for `user`.

    holders: how many people are named at the most. A constant number of statements, however many cases and units.
    """
    tops = list(tops)
    children = list(UnitReach.objects.filter(above__in=tops, distance=1).values_list("unit_id", flat=True).distinct())
    visible, params = (
        _open(user, tops)
        .values("unit_id", "state", "holder_id", "category", "opened_at", "next_due")
        .query.sql_with_params()
    )
    bounds = [start_of(today - timedelta(days=band.first - 1)) for band in reversed(AGE_BANDS[1:])]
    soon = today + timedelta(days=SOON_DAYS)
    rows = [*children, *(top.pk for top in tops)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '32MB'")
        cursor.execute(
            _FIGURES.format(visible=visible),
            [settings.TIME_ZONE, today, today, soon, bounds, *params, [top.pk for top in tops], children, holders],
        )
        parts: dict[str, list[tuple[str, int, Figure]]] = {}
        for part, key, band, *counts in cursor.fetchall():
            parts.setdefault(part, []).append((key, band, Figure(*counts)))
    # width_bucket counts the bounds that have been passed: 0 is before the first, the oldest.
    codes = [band.code for band in reversed(AGE_BANDS)]
    by_unit: dict[int, dict[str, Figure]] = {}
    for key, band, figure in parts.get("unit", []):
        by_unit.setdefault(int(key), {})[codes[band]] = figure
    return Overview(
        total=sum((figure for _key, _band, figure in parts.get("age", [])), Figure()),
        median_age=_median_age(parts.get("day", []), today),
        ages={codes[band]: figure for _key, band, figure in parts.get("age", [])},
        units=_unit_rows(rows, {top.pk for top in tops}, by_unit),
        states=_worst_first((key, figure) for key, _band, figure in parts.get("state", [])),
        holders=_people(parts.get("holder", [])),
        kinds=_main_kinds(parts.get("kind", [])),
    )


# One pass over the open cases, counted five ways at once in memory (work_mem: else it sorts five times on disk).
# Compiling the plan (jit) would cost more than running it.
_FIGURES = """
WITH counted AS MATERIALIZED (
    SELECT unit_id, band, state, category, holder_id, day, count(*) AS cases, sum(late) AS late, sum(soon) AS soon,
        GROUPING(unit_id, state, category, holder_id, day) AS part
    FROM (
        SELECT unit_id, state, category, coalesce(holder_id, 0) AS holder_id,
            (opened_at AT TIME ZONE %s)::date AS day,
            coalesce(next_due < %s, false)::int AS late,
            coalesce(next_due BETWEEN %s AND %s, false)::int AS soon,
            width_bucket(opened_at, %s::timestamptz[]) AS band
        FROM ({visible}) visible
    ) open_case
    GROUP BY GROUPING SETS ((unit_id, band), (state), (category), (holder_id), (day))
), row_of AS (
    SELECT row_id, row_id AS unit_id FROM unnest(%s::bigint[]) AS row_id
    UNION ALL SELECT above_id, unit_id FROM organisations_unitreach WHERE above_id = ANY (%s::bigint[])
)
SELECT 'unit' AS part, row_id::text AS key, band, sum(cases)::bigint AS cases, sum(late)::bigint AS late,
    sum(soon)::bigint AS soon
FROM counted JOIN row_of USING (unit_id) WHERE part = 15 GROUP BY row_id, band
UNION ALL
SELECT 'age', NULL, band, sum(cases)::bigint, sum(late)::bigint, sum(soon)::bigint
FROM counted WHERE part = 15 GROUP BY band
UNION ALL
SELECT 'state', state, NULL, cases, late, soon FROM counted WHERE part = 23
UNION ALL
SELECT 'kind', category, NULL, cases, late, soon FROM counted WHERE part = 27
UNION ALL
SELECT 'day', day::text, NULL, cases, late, soon FROM counted WHERE part = 30
UNION ALL
(SELECT 'holder', holder_id::text, NULL, cases, late, soon FROM counted WHERE part = 29
 ORDER BY late DESC, cases DESC, holder_id LIMIT %s)
"""


def figures_of(user: User, units: Iterable[Unit], *, today: date) -> dict[int, Figure]:
    """The open complaints of each of these units with all below it, by its id, that exist for `user`; nothing open is
    a `Figure` of noughts. Two statements, however many units."""
    found = list(units)
    late, soon = Count("pk", filter=_due("late", today)), Count("pk", filter=_due("soon", today))
    rows = _open(user, found).order_by().values("unit").annotate(cases=Count("pk"), late=late, soon=soon)
    counted = {row["unit"]: Figure(row["cases"], row["late"], row["soon"]) for row in rows}
    return {
        unit: sum((counted[pk] for pk in below if pk in counted), Figure())
        for unit, below in reach_of(unit.pk for unit in found).items()
    }


def trend(user: User, tops: Iterable[Unit], *, today: date) -> list[Month]:
    """Complaints opened and closed in this month and the eleven before it, oldest first.

    It counts the whole register, not only what is open, so an answer is kept for an hour.
    """
    pks = sorted(top.pk for top in tops)
    name = f"trend:{user.pk}:{today.isoformat()}:{','.join(map(str, pks))}"
    kept: list[Month] | None = cache.get(name)
    if kept is None:
        kept = _count_months(user, pks, today)
        cache.set(name, kept, _TREND_SECONDS)
    return kept


# Both columns in one pass over the register.
_MONTHS = """
SELECT opened, closed, count(*) FROM (
    SELECT width_bucket(opened_at, %s::timestamptz[]) AS opened, width_bucket(closed_at, %s::timestamptz[]) AS closed
    FROM ({visible}) visible
) dated
GROUP BY GROUPING SETS ((opened), (closed))
"""


def _count_months(user: User, tops: list[int], today: date) -> list[Month]:
    firsts = [today.replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.insert(0, (firsts[0] - timedelta(days=1)).replace(day=1))
    starts = [start_of(first) for first in firsts]
    recent = Q(opened_at__gte=starts[0]) | Q(closed_at__gte=starts[0])
    cases = visible_to(user, "complaint").filter(recent, unit__in=units_below(tops))
    visible, params = cases.values("opened_at", "closed_at").query.sql_with_params()
    opened, closed = dict[int, int](), dict[int, int]()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(_MONTHS.format(visible=visible), [starts, starts, *params])
        for opened_in, closed_in, count in cursor.fetchall():
            if opened_in is not None:
                opened[opened_in] = count
            elif closed_in is not None:
                closed[closed_in] = count
    # width_bucket counts the starts that have been passed: the first month is 1.
    return [Month(first, opened.get(i, 0), closed.get(i, 0)) for i, first in enumerate(firsts, start=1)]


def _open(user: User, tops: Iterable[Unit]) -> QuerySet[Case]:
    return visible_to(user, "complaint").filter(is_open=True, unit__in=units_below(top.pk for top in tops))


def _due(due: str, today: date) -> Q:
    if due == "late":
        return Q(next_due__lt=today)
    return Q(next_due__range=(today, today + timedelta(days=SOON_DAYS)))


def _codes_of(kind: str) -> list[str]:
    if kind == NOBODY:
        return [""]
    parents = dict(ComplaintKind.objects.values_list("code", "parent"))
    return [code for code in parents if kind in _upwards(code, parents)]


def _upwards(code: str, parents: Mapping[str, str | None]) -> list[str]:
    way = [code]
    while (above := parents.get(way[-1])) and above not in way:
        way.append(above)
    return way


def _worst_first(figures: Iterable[tuple[Any, Figure]]) -> list[tuple[Any, Figure]]:
    return sorted(figures, key=lambda item: (-item[1].late, -item[1].cases))


def _median_age(days: Iterable[tuple[str, int, Figure]], today: date) -> int | None:
    """The age in days that half of the cases do not exceed (of two middle ones the older)."""
    by_day = sorted((day, figure.cases) for day, _band, figure in days)
    left = (sum(cases for _day, cases in by_day) + 1) // 2
    for day, cases in by_day:
        left -= cases
        if left <= 0:
            return (today - date.fromisoformat(day)).days
    return None


def _unit_rows(rows: Iterable[int], tops: set[int], by_unit: Mapping[int, Mapping[str, Figure]]) -> list[UnitRow]:
    units = Unit.objects.in_bulk(list(rows))
    made = [
        UnitRow(units[pk], pk in tops, sum(by_unit[pk].values(), Figure()), by_unit[pk]) for pk in rows if pk in by_unit
    ]
    return sorted(made, key=lambda row: (-row.total.late, -row.total.cases, row.unit.sort_key))


def _people(found: Iterable[tuple[str, int, Figure]]) -> list[tuple[User | None, Figure]]:
    figures = [(int(key), figure) for key, _band, figure in found]
    people = User.objects.in_bulk([pk for pk, _figure in figures if pk])
    return _worst_first((people.get(pk), figure) for pk, figure in figures)


def _main_kinds(found: Iterable[tuple[str, int, Figure]]) -> list[tuple[ComplaintKind | None, Figure]]:
    kinds = ComplaintKind.objects.in_bulk()
    parents = {code: kind.parent_id for code, kind in kinds.items()}
    figures: dict[ComplaintKind | None, Figure] = {}
    for code, _band, figure in found:
        main = kinds.get(_upwards(code, parents)[-1]) if code else None
        figures[main] = figures.get(main, Figure()) + figure
    return _worst_first(figures.items())


def eit_shares(units: Iterable[int], first: date, after: date) -> dict[str, float]:
    """What complainants think of these units, as the EIT asks it (S4:759-761): by its indicator a share of 0 to 1.

    The mean of all marks of 1 to 5 on the questions that feed the indicator (`SurveyQuestion.indicator`), with 1 as 0
    and 5 as 1. first, after: the months from the one up to the other, without it. An indicator without answers is
    missing. It is what complainants say to this service, beside the assessment of the NACC and no part of it.
    """
    found = SurveyAnswer.objects.filter(unit__in=list(units), month__gte=first, month__lt=after)
    means = found.aggregate(**{aspect: Avg(aspect) for aspect in Aspect.values})
    marks: dict[str, list[float]] = {}
    for code, indicator in SurveyQuestion.objects.values_list("code", "indicator"):
        if means[code] is not None:
            marks.setdefault(indicator, []).append((means[code] - 1) / 4)
    return {indicator: sum(shares) / len(shares) for indicator, shares in marks.items()}
