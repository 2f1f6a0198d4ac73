"""What a reader has a conflict with is in no figure that he is shown (domain: Conflict rule: no count).

The figures of a report are kept as they stood for everybody. For him the cases that do not exist are taken out again:
what each figure counts is kept in its cell, and how long they took is read from the ledger as it was when the report
was made. Protected ones have no cells, and what is too small to be told is kept nowhere: where one of them is among
his, the flows of protected complaints of that unit are counted anew without it. Reports of before there were cells stay
whole: they open nothing, and cannot be taken apart.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from django.db import connection
from django.db.models import Q

from complaints.models import ReportPeriod
from organisations.models import User
from workflows.models import Case, Conflict

from .figures import Figures, Tally
from .periods import Period
from .reading import KIND, tallies_of

_NONE = Figures()


def barred_cases(user: User, period: Period) -> list[int]:
    """The complaints of the period or before that `user` has a conflict with, by id. One query."""
    found = Conflict.objects.filter(user=user, case__kind=KIND, case__opened_at__lt=period.ends)
    return sorted(found.values_list("case", flat=True))


def without_barred(
    figures: Mapping[int, Figures], made: ReportPeriod, period: Period, units: Collection[int], cases: list[int]
) -> dict[int, Figures]:
    """The `figures` of `units`, by unit, as they would be if these cases had never come in."""
    if not cases or not made.opens:
        return dict(figures)
    tallies = tallies_of(period, cases)
    counted = _counted(made, units, cases, tallies)
    protected = _protected_without(period, cases, {unit for unit in units if unit in tallies and tallies[unit].hidden})
    found = {unit: kept.without(counted.get(unit, _NONE)) for unit, kept in figures.items()}
    # Also where nothing was kept: without them a year may be told of which no smaller figure can be computed any more.
    return found | {unit: replace(found.get(unit, _NONE), protected=told) for unit, told in protected.items()}


def _counted(
    made: ReportPeriod, units: Collection[int], cases: list[int], tallies: Mapping[int, Tally]
) -> dict[int, Figures]:
    """What these cases are in the figures of `units` but those of protected complaints, by unit."""
    found: dict[int, Figures] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [made.code, list(units), cases, cases])
        for unit, part, key, count in cursor.fetchall():
            if unit not in found:
                tally = tallies.get(unit, Tally())
                found[unit] = Figures(days=Counter(tally.days), took=Counter(tally.took))
            getattr(found[unit], part)[key] = count
    return found


def _protected_without(period: Period, cases: list[int], units: Collection[int]) -> dict[int, Counter[str]]:
    """What may be told of the protected complaints of `units` if these cases had never come in, by unit."""
    if not units:
        return {}
    alive = Q(closed_at=None) | Q(closed_at__gte=period.begins)
    others = Case.objects.filter(alive, kind=KIND, protected=True, opened_at__lt=period.ends).exclude(pk__in=cases)
    tallies = tallies_of(period, list(others.values_list("pk", flat=True)))
    return {unit: tallies.get(unit, Tally()).figures(period).protected for unit in units}


_COUNTED = """
SELECT report.unit_id, cell.part, cell.key, count(*)
FROM complaints_unitreport report
JOIN complaints_reportcell cell ON cell.report_id = report.id, unnest(cell.cases) AS item
WHERE report.period_id = %s AND report.unit_id = ANY (%s::bigint[]) AND cell.cases && %s::bigint[]
    AND item = ANY (%s::bigint[])
GROUP BY report.unit_id, cell.part, cell.key
"""
