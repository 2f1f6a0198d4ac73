"""The working calendar of government offices, the fiscal year and its quarters. Pure arithmetic over dates.

All days are dates in Thai time: who has a moment asks for its date in Asia/Bangkok before he comes here, and who needs
the moment at which a day begins asks `start_of`.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property

BUDDHIST_ERA = 543
"""Years between the Common Era and the Buddhist Era: B.E. 2569 is C.E. 2026."""


def _weekdays_up_to(day: date) -> int:
    """How many Mondays to Fridays there are from 1 January of year 1, a Monday, up to and including `day`."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5)


def _weekday_number(number: int) -> date:
    """The day that is the `number`-th weekday, counted as `_weekdays_up_to` counts; the first is 1."""
    weeks, rest = divmod(number - 1, 5)
    return date.fromordinal(weeks * 7 + rest + 1)


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are working days: Monday to Friday without the holidays.

    holidays: the days on which government offices are closed; those on a Saturday or Sunday change nothing.

    No method walks day by day: each costs the logarithm of the number of holidays, whatever the span.
    """

    holidays: frozenset[date] = frozenset()

    @cached_property
    def _closed_weekdays(self) -> list[date]:
        return sorted(day for day in self.holidays if day.weekday() < 5)

    @cached_property
    def _worked_before(self) -> list[int]:
        """For each closed weekday, in order, how many working days come before it since the year 1."""
        return [_weekdays_up_to(day) - 1 - index for index, day in enumerate(self._closed_weekdays)]

    def _worked_up_to(self, day: date) -> int:
        return _weekdays_up_to(day) - bisect_right(self._closed_weekdays, day)

    def is_working_day(self, day: date) -> bool:
        """Whether government offices are open on `day`."""
        return day.weekday() < 5 and day not in self.holidays

    def roll_forward(self, day: date) -> date:
        """`day` itself if it is a working day, else the next one (Civil and Commercial Code, section 193/8)."""
        return day if self.is_working_day(day) else self.add_working_days(day, 1)

    def add_working_days(self, start: date, days: int) -> date:
        """The `days`-th working day after `start`; 0 gives `start` itself, working day or not.

        Raises ValueError if `days` is negative, OverflowError beyond the year 9999.
        """
        if days < 0:
            raise ValueError(f"Working days cannot be counted backwards: {days}")
        if days == 0:
            return start
        wanted = self._worked_up_to(start) + days
        # The holidays before the day we look for are those with fewer than `wanted` working days before them.
        skipped = bisect_right(self._worked_before, wanted - 1)
        return _weekday_number(wanted + skipped)

    def count_working_days(self, after: date, until: date) -> int:
        """How many working days d there are with after < d <= until; 0 if `until` is not later than `after`."""
        if until <= after:
            return 0
        return self._worked_up_to(until) - self._worked_up_to(after)


def fiscal_year(day: date) -> int:
    """The fiscal year (ปีงบประมาณ) in which `day` lies, in the Buddhist Era.

    It runs from 1 October to 30 September and has the number of the year in which it ends: 1 October 2025 to
    30 September 2026 is 2569 (Budget Procedures Act B.E. 2561, section 4).
    """
    return day.year + BUDDHIST_ERA + (day.month >= 10)


def fiscal_year_bounds(year_be: int) -> tuple[date, date]:
    """The first day of the fiscal year `year_be` (Buddhist Era) and the first day of the next one."""
    year = year_be - BUDDHIST_ERA
    return date(year - 1, 10, 1), date(year, 10, 1)


def quarter_of(day: date) -> tuple[int, int]:
    """The fiscal year (Buddhist Era) and the quarter of it, 1 to 4; the first begins on 1 October."""
    return fiscal_year(day), (day.month - 10) % 12 // 3 + 1


def quarter_bounds(year_be: int, quarter: int) -> tuple[date, date]:
    """The first day of a quarter of a fiscal year, and the first day after it."""
    first, after = fiscal_year_bounds(year_be)
    begins = (first, *(after.replace(month=month) for month in (1, 4, 7)), after)
    return begins[quarter - 1], begins[quarter]


def start_of(day: date) -> datetime:
    """The moment at which `day` begins in Thai time."""
    # Here and not above, so that the arithmetic can be used, and tested, without Django.
    from django.utils import timezone

    return timezone.make_aware(datetime.combine(day, time()))


def current_calendar() -> WorkingCalendar:
    """The calendar as the holiday table has it now: one query.

    Nothing is kept between calls, so that an administrator's change is seen at once on every machine. Who needs the
    calendar more than once in a request or a job asks once and passes it on.
    """
    from organisations.models import Holiday

    return WorkingCalendar(frozenset(Holiday.objects.values_list("day", flat=True)))
