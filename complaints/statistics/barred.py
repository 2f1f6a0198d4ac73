"""What a reader has a conflict with is in no figure that he is shown (domain: Conflict rule: no count).

The figures of a report are kept as they stood for everybody. For him the cases that do not exist are taken out again:
what each figure counts is kept in its cell, and how long they took is read from the ledger as it was when the report
was made. Reports of before there were cells stay whole: they open nothing, and cannot be taken apart.
"""

from collections import Counter
from collections.abc import Iterable

from django.db import connection

from complaints.models import ReportPeriod
from organisations.models import User
from workflows.models import Conflict

from .figures import Figures, Tally
from .periods import Period
from .reading import KIND, tallies_of


def barred_cases(user: User, period: Period) -> list[int]:
    """The complaints of the period or before that `user` has a conflict with, by id. One query."""
    found = Conflict.objects.filter(user=user, case__kind=KIND, case__opened_at__lt=period.ends)
    return sorted(found.values_list("case", flat=True))


def barred_figures(made: ReportPeriod, period: Period, units: Iterable[int], cases: list[int]) -> dict[int, Figures]:
    """What these cases are in the figures of `units`, by unit: to be taken from them (`Figures.without`)."""
    if not cases or not made.opens:
        return {}
    tallies = tallies_of(period, cases)
    found: dict[int, Figures] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [made.code, list(units), cases, cases])
        for unit, part, key, count in cursor.fetchall():
            if unit not in found:
                tally = tallies.get(unit, Tally())
                found[unit] = Figures(days=Counter(tally.days), took=Counter(tally.took))
            getattr(found[unit], part)[key] = count
    return found


_COUNTED = """
SELECT report.unit_id, cell.part, cell.key, count(*)
FROM complaints_unitreport report
JOIN complaints_reportcell cell ON cell.report_id = report.id, unnest(cell.cases) AS item
WHERE report.period_id = %s AND report.unit_id = ANY (%s::bigint[]) AND cell.cases && %s::bigint[]
    AND item = ANY (%s::bigint[])
GROUP BY report.unit_id, cell.part, cell.key
"""
