"""Periods of statistics: months, six months and fiscal years. Pure, but for their names in the reader's language.

Codes are what stands in addresses and rows: ``2026-10`` a month, ``fy2570`` the fiscal year 2570 (12 months),
``fy2570-1`` and ``fy2570-2`` its halves (October to March, April to September), ``fy2570-to-2026-12`` the fiscal year
up to and including a month.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from organisations.calendar import BUDDHIST_ERA, fiscal_year, fiscal_year_bounds, start_of
from organisations.formats import MONTHS, THAI_MONTHS, digits, write_month

_MONTH = "[0-9]{4}-[0-9]{2}"
_CODE = re.compile(rf"(?P<month>{_MONTH})|fy(?P<year>[0-9]{{4}})(-(?P<half>[12])|-to-(?P<until>{_MONTH}))?")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Whole months, the days `first` to `last` included."""

    code: str
    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """The moment (Bangkok) at which it begins."""
        return start_of(self.first)

    @property
    def ends(self) -> datetime:
        """The moment (Bangkok) at which it is over."""
        return start_of(self.last + _ONE_DAY)

    @property
    def fiscal_year(self) -> int:
        """The fiscal year in which it lies (Buddhist Era)."""
        return fiscal_year(self.last)

    @property
    def is_month(self) -> bool:
        """Whether it is a single month."""
        return not self.code.startswith("fy")

    @property
    def is_to_date(self) -> bool:
        """Whether it is a part of a fiscal year that has no name of its own."""
        return "-to-" in self.code

    @property
    def name(self) -> str:
        """As people call it: `October 2026`, `Fiscal year 2570, first six months (Oct 2026 – Mar 2027)`."""
        if self.is_month:
            return write_month(self.first)
        year = digits(self.fiscal_year)
        if self.code == f"fy{self.fiscal_year}":
            words = _("Fiscal year %(year)s")
        elif self.is_to_date:
            words = _("Fiscal year %(year)s to date")
        elif self.code.endswith("-1"):
            words = _("Fiscal year %(year)s, first six months")
        else:
            words = _("Fiscal year %(year)s, second six months")
        return f"{words % {'year': year}} ({_short(self.first)} – {_short(self.last)})"

    def parts(self) -> tuple["Period", ...]:
        """The halves of a fiscal year, the months of anything else that is longer than one; () for a month."""
        if self.is_month:
            return ()
        if self.code == f"fy{self.fiscal_year}":
            return half_of(self.first), half_of(self.last)
        return tuple(self.months())

    def months(self) -> Iterator["Period"]:
        """Its months, in order."""
        first = self.first
        while first <= self.last:
            month = month_of(first)
            yield month
            first = month.last + _ONE_DAY

    def before(self) -> "Period":
        """The period of the same length before it; to a part of a fiscal year the same part of the year before."""
        return self._moved(self.first - _ONE_DAY, -1)

    def after(self) -> "Period":
        """The period of the same length after it; to a part of a fiscal year the same part of the year after."""
        return self._moved(self.last + _ONE_DAY, 1)

    def _moved(self, day: date, years: int) -> "Period":
        if self.is_month:
            return month_of(day)
        if self.is_to_date:
            # The first of the month: there is one in every year.
            return to_date(self.last.replace(day=1, year=self.last.year + years))
        return half_of(day) if self.code.endswith(("-1", "-2")) else year_of(day)


def month_of(day: date) -> Period:
    """The month in which `day` lies."""
    first = day.replace(day=1)
    return Period(f"{first:%Y-%m}", first, (first + timedelta(days=31)).replace(day=1) - _ONE_DAY)


def half_of(day: date) -> Period:
    """The six months, October to March or April to September, in which `day` lies."""
    year = fiscal_year(day)
    first, after = fiscal_year_bounds(year)
    middle = after.replace(month=4)
    return (
        Period(f"fy{year}-1", first, middle - _ONE_DAY)
        if day < middle
        else Period(f"fy{year}-2", middle, after - _ONE_DAY)
    )


def year_of(day: date) -> Period:
    """The fiscal year in which `day` lies."""
    year = fiscal_year(day)
    first, after = fiscal_year_bounds(year)
    return Period(f"fy{year}", first, after - _ONE_DAY)


def to_date(day: date) -> Period:
    """The fiscal year up to the end of the month of `day`; a month, a half or a whole year by its own name."""
    month, half, year = month_of(day), half_of(day), year_of(day)
    for named in (year, half, month):
        if (named.first, named.last) == (year.first, month.last):
            return named
    return Period(f"{year.code}-to-{month.code}", year.first, month.last)


def period_of(code: str) -> Period | None:
    """The period of that code; None where it means nothing."""
    found = _CODE.fullmatch(code)
    if found is None:
        return None
    try:
        if month := found["month"] or found["until"]:
            day = date.fromisoformat(f"{month}-01")
        else:
            day = date(int(found["year"]) - BUDDHIST_ERA, 1 if found["half"] != "2" else 4, 1)
        meant = month_of(day) if found["month"] else to_date(day) if found["until"] else year_of(day)
        if found["half"]:
            meant = half_of(day)
    except (ValueError, OverflowError):
        return None
    return meant if meant.code == code else None


def last_month(today: date) -> Period:
    """The last month that is over on `today`."""
    return month_of(today.replace(day=1) - _ONE_DAY)


def ending_with(month: Period) -> tuple[Period, ...]:
    """What is worked out when a month is over: the month, the six months and the year that end with it, else the year
    to date."""
    found = (month, half_of(month.first), to_date(month.first))
    return tuple({period.code: period for period in found if period.last == month.last}.values())


def _short(day: date) -> str:
    if get_language() == "en":
        return digits(f"{MONTHS[day.month - 1]} {day.year}")
    return digits(f"{THAI_MONTHS[day.month - 1]} {day.year + BUDDHIST_ERA}")
