"""How the level of a unit came to be, month by month."""

from datetime import date, timedelta

from django.utils import timezone

from organisations.calendar import BUDDHIST_ERA, fiscal_year_bounds
from organisations.models import Unit
from organisations.queries import reach_of

from .reading import read, variant_of
from .rule import Result, compute


def history(unit: Unit, fiscal_year: int) -> list[tuple[date, Result]]:
    """The result on the last day of each month of the year (Buddhist Era) that is over, and on today while it runs.

    Read once, with the tree and the rules of today; empty for a year to come.
    """
    days = days_of(fiscal_year, timezone.localdate())
    if not days:
        return []
    reading, variant = read(reach_of([unit.pk]), fiscal_year, since=days[0]), variant_of()
    return [(day, compute(reading.facts_on(day)[unit.pk], variant)) for day in days]


def days_of(fiscal_year: int, today: date) -> list[date]:
    """The last days of the months of the year that are over, and today while it runs."""
    first, after = fiscal_year_bounds(fiscal_year)
    year = fiscal_year - BUDDHIST_ERA
    firsts = [date(year - 1, month, 1) for month in (11, 12)] + [date(year, month, 1) for month in range(1, 11)]
    days = [day - timedelta(days=1) for day in firsts if day <= today]
    return [*days, today] if first <= today < after else days
