from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from organisations.calendar import (
    WorkingCalendar,
    current_calendar,
    fiscal_year,
    fiscal_year_bounds,
    quarter_bounds,
    quarter_of,
    start_of,
)
from organisations.models import Holiday

ONE_DAY = timedelta(days=1)

# Around a leap day, a century that is none, and a year's end.
starts = st.builds(
    lambda anchor, offset: anchor + timedelta(days=offset),
    st.sampled_from([date(2024, 2, 27), date(2100, 2, 26), date(2025, 12, 29), date(2000, 2, 27)]),
    st.integers(0, 10),
)
offsets = st.sets(st.integers(-20, 120), max_size=60)


def calendar_of(start: date, closed: set[int]) -> WorkingCalendar:
    return WorkingCalendar(frozenset(start + timedelta(days=offset) for offset in closed))


def is_open(day: date, calendar: WorkingCalendar) -> bool:
    """The oracle: what a clerk would say."""
    return day.strftime("%a") not in ("Sat", "Sun") and day not in calendar.holidays


@given(starts, offsets, st.integers(-5, 60))
def test_is_working_day_and_roll_forward_agree_with_walking(start, closed, ahead):
    calendar = calendar_of(start, closed)
    day = start + timedelta(days=ahead)
    assert calendar.is_working_day(day) is is_open(day, calendar)
    walked = day
    while not is_open(walked, calendar):
        walked += ONE_DAY
    assert calendar.roll_forward(day) == walked


@given(starts, offsets, st.integers(0, 80))
def test_add_working_days_agrees_with_walking(start, closed, days):
    calendar = calendar_of(start, closed)
    walked, left = start, days
    while left:
        walked += ONE_DAY
        left -= is_open(walked, calendar)
    assert calendar.add_working_days(start, days) == walked


@given(starts, offsets, st.integers(-10, 130))
def test_count_working_days_agrees_with_walking(start, closed, ahead):
    calendar = calendar_of(start, closed)
    until = start + timedelta(days=ahead)
    expected = sum(is_open(start + timedelta(days=n), calendar) for n in range(1, ahead + 1))
    assert calendar.count_working_days(start, until) == expected


def test_count_and_add_are_inverse_over_thirty_years():
    closed = frozenset(date(year, 5, day) for year in range(2000, 2031) for day in range(1, 29))
    calendar = WorkingCalendar(closed)
    days = calendar.count_working_days(date(2000, 1, 1), date(2030, 1, 1))
    assert days == sum(is_open(date(2000, 1, 1) + n * ONE_DAY, calendar) for n in range(1, 10959))
    assert calendar.add_working_days(date(2000, 1, 1), days) == date(2030, 1, 1)


def test_add_working_days_without_holidays_skips_the_weekend():
    friday = date(2026, 1, 30)
    assert WorkingCalendar().add_working_days(friday, 1) == date(2026, 2, 2)


def test_add_working_days_of_none_stays_on_a_holiday():
    saturday = date(2026, 1, 31)
    assert WorkingCalendar().add_working_days(saturday, 0) == saturday


def test_add_working_days_backwards_is_refused():
    with pytest.raises(ValueError, match="-1"):
        WorkingCalendar().add_working_days(date(2026, 1, 1), -1)


def test_holiday_on_a_weekend_is_not_taken_off_twice():
    calendar = WorkingCalendar(frozenset({date(2026, 1, 31), date(2026, 2, 1)}))
    assert calendar.count_working_days(date(2026, 1, 30), date(2026, 2, 2)) == 1


@pytest.mark.parametrize(
    ("day", "year_be"),
    [
        (date(2025, 9, 30), 2568),
        (date(2025, 10, 1), 2569),
        (date(2025, 12, 31), 2569),
        (date(2026, 1, 1), 2569),
        (date(2026, 9, 30), 2569),
        (date(2026, 10, 1), 2570),
    ],
)
def test_fiscal_year_has_the_number_of_the_year_it_ends_in(day, year_be):
    assert fiscal_year(day) == year_be


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_fiscal_year_bounds_hold_the_day(day):
    first, following = fiscal_year_bounds(fiscal_year(day))
    assert first <= day < following
    assert (fiscal_year(first), fiscal_year(following - ONE_DAY), fiscal_year(following)) == (
        fiscal_year(day),
        fiscal_year(day),
        fiscal_year(day) + 1,
    )


@pytest.mark.django_db
def test_current_calendar_is_one_query_and_sees_a_change_at_once(django_assert_num_queries):
    day = date(2031, 3, 5)
    assert current_calendar().is_working_day(day)
    Holiday.objects.create(day=day, name_th="วันหยุดพิเศษ", source="มติคณะรัฐมนตรี")
    with django_assert_num_queries(1):
        calendar = current_calendar()
        assert not calendar.is_working_day(day)


@given(st.dates(date(1900, 1, 1), date(2300, 12, 31)))
def test_day_lies_in_its_quarter_and_quarters_make_the_fiscal_year(day: date) -> None:
    year, quarter = quarter_of(day)
    first, after = quarter_bounds(year, quarter)
    assert first <= day < after
    assert year == fiscal_year(day)
    assert (first.day, first.month) == (1, (10, 1, 4, 7)[quarter - 1])
    assert (quarter_bounds(year, 1)[0], quarter_bounds(year, 4)[1]) == fiscal_year_bounds(year)


@given(st.dates(date(1990, 1, 1), date(2300, 12, 31)))
def test_day_starts_at_midnight_of_its_own_zone(day: date) -> None:
    moment = start_of(day)
    assert timezone.localdate(moment) == day
    assert timezone.localdate(moment - timedelta(microseconds=1)) == day - ONE_DAY
