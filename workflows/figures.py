"""Figures that count cases, kept as cases move, so that a score of a million complaints is a few rows.

What is kept is the figure of a unit itself; those of units above are sums, made when they are read. Whatever changes
a case or a clock leaves a `CaseChange` in its transaction, by a trigger, and waits for nobody. Whoever reads a figure
that has one, or that time alone may have changed since, counts anew: he takes the lock, *then* takes the changes away,
*then* counts. So a change that commits after the taking leaves its row for the next reader, and of two who count at
once the second one counts later (the same way as `procurement.coverage.standing`).
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from organisations.calendar import start_of
from workflows.models import Case, CaseChange, KeptFigure

_RIGHT = """
SELECT kept.code, kept.unit_id, kept.part, kept.whole FROM workflows_keptfigure kept
WHERE kept.fiscal_year = %s AND kept.code = ANY(%s) AND kept.unit_id = ANY(%s)
AND kept.as_of <= %s AND (kept.holds_until IS NULL OR kept.holds_until >= %s)
AND NOT EXISTS (
    SELECT FROM workflows_casechange changed WHERE changed.unit_id = kept.unit_id AND changed.kind = kept.kind
)
"""
# With the changes go all figures of the kind and unit, of whatever code and year: nothing says any more that they are
# not right.
_TAKE = """
WITH taken AS (
    DELETE FROM workflows_casechange WHERE unit_id = ANY(%s) AND kind = ANY(%s) RETURNING unit_id, kind
) DELETE FROM workflows_keptfigure kept USING (SELECT DISTINCT unit_id, kind FROM taken) moved
WHERE kept.unit_id = moved.unit_id AND kept.kind = moved.kind
"""
# One for all figures, so that nobody waits in a circle. Held for as long as counting takes.
_LOCK, _LOCK_NUMBERS = "SELECT pg_advisory_xact_lock(%s, %s)", (310, 1)
# Of a few units a worker of PostgreSQL takes longer to begin than to count; compiling a plan always does.
_PLAN, _PLAN_OF_FEW, _FEW = "SET LOCAL jit = off", "SET LOCAL max_parallel_workers_per_gather = 0", 20
_FIGURES = ("kind", "part", "whole", "as_of", "holds_until")


class PartOfWhole(NamedTuple):
    """How many cases, and of how many; the same number twice where it is no share."""

    part: int
    whole: int


@dataclass(frozen=True)
class Counting:
    """How a metric counts on one day.

    code: of the metric. kind: of the cases. count(units): the figure of each of these units itself; one without cases
    may be missing. turns(units): the first day after it on which the figure of each is another one though nothing
    happens, or may be; a unit of which there is none is missing. rule: those with the same one turn on the same days.
    """

    code: str
    kind: str
    count: Callable[[Collection[int]], Mapping[int, PartOfWhole]]
    turns: Callable[[Collection[int]], Mapping[int, date]]
    rule: Hashable


def counted(
    countings: Sequence[Counting], units: Collection[int], year: int, today: date
) -> dict[str, dict[int, PartOfWhole]]:
    """The figures of today of these units themselves, by code and unit: one query where nothing has changed.

    countings: as they count today. year: the fiscal year that runs today (B.E.). today: the day by which they count,
    asked for once, so that midnight cannot fall between counting and keeping.
    """
    wanted = set(units)
    found = _right(countings, wanted, year, today)
    if any(wanted - of_code.keys() for of_code in found.values()):
        return _count_anew(countings, wanted, year, today)
    return found


def forget() -> None:
    """Count everything anew: how something is counted may have changed, as with another version of the product."""
    with transaction.atomic():
        _lock()
        KeptFigure.objects.all().delete()


def tidy(kinds: Collection[str], year: int) -> None:
    """Take away what nobody will read: changes of kinds that no metric counts, figures of years that are over."""
    with transaction.atomic():
        _lock()
        CaseChange.objects.exclude(kind__in=kinds).delete()
        KeptFigure.objects.exclude(fiscal_year=year).delete()


def wrong(countings: Sequence[Counting], year: int) -> Iterator[tuple[int, str, PartOfWhole, PartOfWhole]]:
    """Where a figure that counts as right is not what counting gives: the unit, the code, what is kept, what it is."""
    today = timezone.localdate()
    with transaction.atomic():
        _lock()
        units = set(KeptFigure.objects.filter(fiscal_year=year).values_list("unit", flat=True))
        kept = _right(countings, units, year, today)
        anew = {counting.code: counting.count(units) for counting in countings}
        # What has changed while we counted says so by now.
        still = _right(countings, units, year, today)
    for code, figures in kept.items():
        for unit, figure in figures.items():
            now = anew[code].get(unit, PartOfWhole(0, 0))
            if figure != now and unit in still[code]:
                yield unit, code, figure, now


def _right(countings: Sequence[Counting], units: set[int], year: int, today: date) -> dict[str, dict[int, PartOfWhole]]:
    """Figures and changes in one statement: what is seen of both is of the same moment."""
    found: dict[str, dict[int, PartOfWhole]] = {counting.code: {} for counting in countings}
    with connection.cursor() as cursor:
        cursor.execute(_RIGHT, [year, list(found), list(units), today, today])
        for code, unit, part, whole in cursor.fetchall():
            found[code][unit] = PartOfWhole(part, whole)
    return found


@transaction.atomic
def _count_anew(
    countings: Sequence[Counting], units: set[int], year: int, today: date
) -> dict[str, dict[int, PartOfWhole]]:
    _lock()
    # Somebody may have done the work while we waited.
    found = _right(countings, units, year, today)
    lacking = {code: units - of_code.keys() for code, of_code in found.items()}
    stale = set().union(*lacking.values())
    if not stale:
        return found
    # Before anything is counted, never after: see above.
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [sorted(stale), sorted({counting.kind for counting in countings})])
        cursor.execute(f"{_PLAN}; {_PLAN_OF_FEW}" if len(stale) <= _FEW else _PLAN)
    turns = {
        counting.rule: _turns(counting, stale, today) for counting in {each.rule: each for each in countings}.values()
    }
    rows = []
    for counting in countings:
        if not (of_code := lacking[counting.code]):
            continue
        figures = counting.count(of_code)
        for unit in of_code:
            figure = found[counting.code][unit] = figures.get(unit, PartOfWhole(0, 0))
            turn = turns[counting.rule].get(unit)
            rows.append(
                KeptFigure(
                    unit_id=unit,
                    fiscal_year=year,
                    code=counting.code,
                    kind=counting.kind,
                    part=figure.part,
                    whole=figure.whole,
                    as_of=today,
                    holds_until=turn - timedelta(days=1) if turn else None,
                )
            )
    KeptFigure.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["fiscal_year", "code", "unit"], update_fields=_FIGURES
    )
    return found


def _turns(counting: Counting, units: Collection[int], today: date) -> dict[int, date]:
    """The first day on which each unit's figure is or may be another one, though nothing happens.

    The clocks of two servers differ around midnight, and a case of tomorrow counts tomorrow.
    """
    tomorrow = start_of(today + timedelta(days=1))
    cases = Case.objects.filter(kind=counting.kind, unit__in=units, opened_at__gte=tomorrow).order_by()
    found = dict(counting.turns(units))
    for unit, first in cases.values_list("unit").annotate(Min("opened_at")):
        found[unit] = min(found.get(unit, date.max), timezone.localdate(first))
    return found


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, _LOCK_NUMBERS)


def forget_after_migrating(**_signal: Any) -> None:
    """Another version of the product may count otherwise."""
    # Also heard after a migration backwards, to where nothing was kept.
    if KeptFigure._meta.db_table in connection.introspection.table_names():
        forget()
