"""Months, halves and fiscal years: their days, codes and neighbours."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from complaints.statistics.periods import (
    Period,
    ending_with,
    half_of,
    last_month,
    month_of,
    period_of,
    to_date,
    year_of,
)

ZONE = timezone.get_default_timezone()
DAYS = st.dates(date(1960, 1, 1), date(2200, 12, 31))


def test_fiscal_year_2570_and_its_halves() -> None:
    year = period_of("fy2570")
    assert year == Period("fy2570", date(2026, 10, 1), date(2027, 9, 30))
    first, second = year.parts()
    assert (first.code, first.first, first.last) == ("fy2570-1", date(2026, 10, 1), date(2027, 3, 31))
    assert (second.code, second.first, second.last) == ("fy2570-2", date(2027, 4, 1), date(2027, 9, 30))
    assert [month.code for month in second.parts()] == [f"2027-{month:02}" for month in range(4, 10)]
    assert year.begins == datetime(2026, 10, 1, tzinfo=ZONE)
    assert year.ends == datetime(2027, 10, 1, tzinfo=ZONE)


def test_year_to_date_has_the_name_of_a_month_a_half_or_the_year_where_it_is_one() -> None:
    codes = [to_date(month.first).code for month in year_of(date(2026, 10, 1)).months()]
    assert codes[0] == "2026-10"
    assert codes[1] == "fy2570-to-2026-11"
    assert codes[5] == "fy2570-1"
    assert codes[6] == "fy2570-to-2027-04"
    assert codes[11] == "fy2570"


def test_month_that_is_over_makes_what_ends_with_it() -> None:
    def ends(year: int, month: int) -> list[str]:
        return [period.code for period in ending_with(month_of(date(year, month, 1)))]

    assert ends(2026, 10) == ["2026-10"]
    assert ends(2026, 11) == ["2026-11", "fy2570-to-2026-11"]
    assert ends(2027, 3) == ["2027-03", "fy2570-1"]
    assert ends(2027, 9) == ["2027-09", "fy2570-2", "fy2570"]


@given(DAYS)
def test_every_period_comes_back_by_its_code(day: date) -> None:
    for period in (month_of(day), half_of(day), year_of(day), to_date(day)):
        assert period_of(period.code) == period
        assert period.first <= day <= period.last or period.is_to_date
        months = list(period.months())
        assert (months[0].first, months[-1].last) == (period.first, period.last)
        assert all(one.last + timedelta(days=1) == next_.first for one, next_ in pairwise(months))
        if parts := period.parts():
            assert (parts[0].first, parts[-1].last) == (period.first, period.last)


@given(DAYS)
def test_neighbours_touch_and_lead_back(day: date) -> None:
    for period in (month_of(day), half_of(day), year_of(day)):
        assert period.after().first == period.last + timedelta(days=1)
        assert period.after().before() == period
    assert to_date(day).after().before() == to_date(day)


@pytest.mark.parametrize(
    "code", ["", "2026-13", "2026-1", "0000-01", "fy25", "fy2570-3", "fy2570-to-2026-10", "fy2570-to-2027-03", "fy0001",
             "fy2570-to-2025-11", "x2026-10", "2026-10x"],
)  # fmt: skip
def test_code_that_means_nothing_is_no_period(code: str) -> None:
    assert period_of(code) is None


def test_last_month_goes_over_the_year() -> None:
    assert last_month(date(2027, 1, 1)).code == last_month(date(2027, 1, 31)).code == "2026-12"


def test_names_are_those_of_the_language() -> None:
    with translation.override("en"):
        assert month_of(date(2026, 10, 5)).name == "October 2026"
        assert year_of(date(2026, 10, 5)).name == "Fiscal year 2570 (Oct 2026 – Sep 2027)"
        assert half_of(date(2026, 10, 5)).name == "Fiscal year 2570, first six months (Oct 2026 – Mar 2027)"
        assert half_of(date(2027, 5, 5)).name == "Fiscal year 2570, second six months (Apr 2027 – Sep 2027)"
        assert to_date(date(2026, 11, 5)).name == "Fiscal year 2570 to date (Oct 2026 – Nov 2026)"
    with translation.override("th"):
        assert month_of(date(2026, 10, 5)).name == "ตุลาคม 2569"
        assert year_of(date(2026, 10, 5)).name.endswith("(ต.ค. 2569 – ก.ย. 2570)")
