"""Periods of the public statistics: months, quarters and fiscal years. Pure, but for their names.

Codes: ``2026-10``, ``fy2570-q1`` (October to December), ``fy2570``.
"""

import re
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from complaints.statistics.periods import Period, month_of, period_of, year_of
from organisations import calendar
from organisations.calendar import quarter_bounds
from organisations.formats import digits

_QUARTER = re.compile(r"fy(?P<year>[0-9]{4})-q(?P<number>[1-4])")
QUARTERS = (1, 2, 3, 4)


def quarter_of(year: int, number: int) -> Period:
    """A quarter (1 to 4) of a fiscal year (Buddhist Era)."""
    first, after = quarter_bounds(year, number)
    return Period(f"fy{year}-q{number}", first, date.fromordinal(after.toordinal() - 1))


def quarter_on(day: date) -> Period:
    """The quarter in which `day` lies."""
    return quarter_of(*calendar.quarter_of(day))


def public_period(code: str) -> Period | None:
    """The period of that code; None where it is none of the public statistics."""
    if found := _QUARTER.fullmatch(code):
        try:
            return quarter_of(int(found["year"]), int(found["number"]))
        except (ValueError, OverflowError):
            return None
    period = period_of(code)
    return period if period and (period.is_month or period == year_of(period.last)) else None


def name_of(period: Period) -> str:
    """As people call it."""
    if found := _QUARTER.fullmatch(period.code):
        words = _("Quarter %(number)s of fiscal year %(year)s")
        return words % {"number": digits(found["number"]), "year": digits(found["year"])}
    if period.is_month:
        return period.name
    return _("Fiscal year %(year)s") % {"year": digits(period.fiscal_year)}


def ending_with(month: Period) -> list[Period]:
    """The month, and the quarter and the year that end with it, in this order."""
    named = (month, quarter_on(month.first), year_of(month.first))
    return [period for period in named if period.last == month.last]


def parts_of(period: Period) -> Sequence[str]:
    """The codes of the periods that it is the sum of; () for a month."""
    if period.is_month:
        return ()
    if _QUARTER.fullmatch(period.code):
        return [month.code for month in period.months()]
    return [quarter_of(period.fiscal_year, number).code for number in QUARTERS]


def month(code: str) -> Period:
    """The month of that code (`2026-10`)."""
    return month_of(date.fromisoformat(f"{code}-01"))
