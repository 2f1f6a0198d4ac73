"""Numbers of cases: a unit's series of the fiscal year, without gaps or doubles; protected cases stand outside it."""

import re
from datetime import date

from django.db import connection
from django.utils import timezone

from organisations.calendar import fiscal_year
from workflows.models import Case, UnitNumber
from workflows.models.case import random_id
from workflows.search import as_number

_OF_SERIES = re.compile(r"(?P<unit>.+)-(?P<code>[A-Z]{0,3})(?P<year>[0-9]{4})-(?P<value>[0-9]{5,9})")

# The series is begun, or locked and raised, and its number kept, in one statement.
_NEXT = """
WITH series AS (
    INSERT INTO workflows_numberseries (unit_id, code, year, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (unit_id, code, year) DO UPDATE SET last = workflows_numberseries.last + 1
    RETURNING id, last
)
INSERT INTO workflows_unitnumber (series_id, value, case_id) SELECT id, last, %s FROM series RETURNING value
"""


def give_unit_number(case: Case, day: date, code: str = "") -> None:
    """Set `case.number`: the next of the series of its unit and fiscal year (Buddhist Era), e.g. ``NAN-2570-00012``.

    code: the letters of the kind of case (``NAN-P2570-00012``); every kind counts in a series of its own.

    The row of the series is locked until the transaction ends, which is why this comes last: a transaction that fails
    gives its number back, and two at once wait for each other. A protected case gets a random number of 50 bits
    instead, so that no gap betrays it (domain: Protected cases).
    """
    if case.protected:
        forget_number(case)
        return
    year = fiscal_year(day)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [case.unit_id, code, year, case.pk])
        value = cursor.fetchone()[0]
    case.number = f"{case.unit.code}-{code}{year}-{value:05d}"  # as `UnitNumber` writes it


def forget_number(case: Case) -> None:
    """A case that became protected leaves its number behind: the place in the series stays taken."""
    case.number = f"P-{random_id(10)}"
    UnitNumber.objects.filter(case=case.pk, left_on=None).update(left_on=timezone.localdate())


def moved_number(text: str) -> UnitNumber | None:
    """The number `text` of a series, with its unit, if its case has since gone into the protected register.

    Only a whole number finds anything, so that nobody is told of one he did not know. What became of the case, and what
    it is about, is not read.
    """
    found = _OF_SERIES.fullmatch(as_number(text))
    if found is None:
        return None
    numbers = UnitNumber.objects.filter(
        series__unit__code=found["unit"], series__code=found["code"], series__year=found["year"], value=found["value"]
    )
    return numbers.filter(case__protected=True).select_related("series__unit").first()
