"""Numbers of cases: a unit's series of the fiscal year, without gaps or doubles; protected cases stand outside it."""

from datetime import date

from django.db.models import F

from organisations.calendar import fiscal_year
from workflows.models import Case, NumberSeries, UnitNumber
from workflows.models.case import random_id


def give_unit_number(case: Case, day: date) -> None:
    """Set `case.number`: the next of the series of its unit and fiscal year (Buddhist Era), e.g. ``NAN-2570-00012``.

    The row of the series is locked until the transaction ends, which is why this comes last: a transaction that fails
    gives its number back, and two at once wait for each other. A protected case gets a random number of 50 bits
    instead, so that no gap betrays it (domain: Protected cases).
    """
    if case.protected:
        forget_number(case)
        return
    year = fiscal_year(day)
    series, _ = NumberSeries.objects.get_or_create(unit_id=case.unit_id, year=year)
    NumberSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)
    value = NumberSeries.objects.values_list("last", flat=True).get(pk=series.pk)
    UnitNumber.objects.create(series=series, value=value, case_id=case.pk)
    case.number = f"{case.unit.code}-{year}-{value:05d}"


def forget_number(case: Case) -> None:
    """A case that became protected leaves its number behind: the series shows "moved to another register"."""
    case.number = f"P-{random_id(10)}"
