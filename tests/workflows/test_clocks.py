from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from organisations.calendar import WorkingCalendar
from workflows.clocks import (
    DayUnit,
    Pause,
    StepKind,
    due_on,
    elapsed,
    explain,
    is_overdue,
    remaining,
    warnings,
)

ONE_DAY = timedelta(days=1)
CALENDAR, WORKING = DayUnit.CALENDAR, DayUnit.WORKING
NO_HOLIDAYS = WorkingCalendar()


class Clock(NamedTuple):
    """What the functions take, for tests that say only what matters to them."""

    start: date
    length: int
    unit: DayUnit
    extension: int = 0
    pauses: tuple[Pause, ...] = ()
    calendar: WorkingCalendar = NO_HOLIDAYS

    @property
    def total(self):
        return self.length + self.extension

    @property
    def options(self):
        return {"extension": self.extension, "pauses": self.pauses, "calendar": self.calendar}

    def due(self):
        return due_on(self.start, self.length, self.unit, **self.options)

    def explain(self):
        return explain(self.start, self.length, self.unit, **self.options)

    def elapsed(self, today):
        return elapsed(self.start, self.unit, today, pauses=self.pauses, calendar=self.calendar)

    def remaining(self, today):
        return remaining(self.start, self.length, self.unit, today, **self.options)

    def warnings(self, *shares):
        return warnings(self.start, self.length, self.unit, **self.options, **({"shares": shares} if shares else {}))


# --- The oracle: it walks day by day and knows no arithmetic. ---------------------------------------------------------


def is_open(day, clock):
    return day.strftime("%a") not in ("Sat", "Sun") and day not in clock.calendar.holidays


def is_paused(day, clock):
    return day > clock.start and any(
        pause.start < day and (pause.end is None or day <= pause.end) for pause in clock.pauses
    )


def counts(day, clock):
    return day > clock.start and not is_paused(day, clock) and (clock.unit == CALENDAR or is_open(day, clock))


def stopped_for_ever(day, clock):
    return any(pause.end is None and pause.start < day for pause in clock.pauses) and day > clock.start


def walk_to(wanted, clock):
    """The first day on which `wanted` days have counted."""
    day, counted = clock.start, 0
    while counted < wanted:
        day += ONE_DAY
        if stopped_for_ever(day, clock):
            return None
        counted += counts(day, clock)
    return day


def walk_to_due(clock):
    day = walk_to(clock.total, clock)
    while day and not (is_open(day, clock) and not is_paused(day, clock)):
        day += ONE_DAY
        if stopped_for_ever(day, clock):
            return None
    return day


def walk_elapsed(today, clock):
    return sum(counts(clock.start + n * ONE_DAY, clock) for n in range(1, (today - clock.start).days + 1))


def walk_to_warnings(clock, shares):
    due, found = walk_to_due(clock), []
    for percent in sorted(shares):
        if percent < 100 and clock.total <= 1:
            continue
        if percent == 100:
            day = due and due + ONE_DAY
        else:
            day, counted = clock.start, 0
            while day and (counted * 100 < percent * clock.total or (percent > 100 and due and day <= due)):
                day += ONE_DAY
                if stopped_for_ever(day, clock) and counted * 100 < percent * clock.total:
                    day = None
                else:
                    counted += counts(day, clock)
            if percent > 100 and not due:
                day = None
        if day:
            found.append((percent, day))
    return tuple(found)


# Around a leap day, a century that is none, and a year's end.
starts = st.builds(
    lambda anchor, offset: anchor + timedelta(days=offset),
    st.sampled_from([date(2024, 2, 27), date(2100, 2, 26), date(2025, 12, 29)]),
    st.integers(-7, 7),
)


@st.composite
def pauses_from(draw, start):
    begins = start + timedelta(days=draw(st.integers(-15, 60)))
    lasts = draw(st.one_of(st.none(), *[st.integers(-3, 25)] * 4))
    return Pause(begins, None if lasts is None else begins + timedelta(days=lasts))


@st.composite
def clocks(draw):
    start = draw(starts)
    closed = draw(st.sets(st.integers(-5, 90), max_size=30))
    return Clock(
        start,
        draw(st.integers(0, 40)),
        draw(st.sampled_from(DayUnit)),
        draw(st.sampled_from([0, 0, 1, 7, 20])),
        tuple(draw(st.lists(pauses_from(start), max_size=5))),
        WorkingCalendar(frozenset(start + timedelta(days=offset) for offset in closed)),
    )


days_ahead = st.integers(-5, 150)


@given(clocks())
def test_due_on_agrees_with_walking(clock):
    assert clock.due() == walk_to_due(clock)


@given(clocks(), days_ahead)
def test_elapsed_agrees_with_walking(clock, ahead):
    today = clock.start + timedelta(days=ahead)
    assert clock.elapsed(today) == walk_elapsed(today, clock)


@given(clocks(), days_ahead)
def test_remaining_agrees_with_walking(clock, ahead):
    today = clock.start + timedelta(days=ahead)
    due = walk_to_due(clock)
    if due is None:
        expected = max(0, clock.total - walk_elapsed(today, clock))
    else:
        expected = walk_elapsed(due, clock) - walk_elapsed(today, clock)
        assert (expected >= 0) or is_overdue(due, today)
        assert (expected <= 0) or not is_overdue(due, today)
    assert clock.remaining(today) == expected


@given(clocks(), st.sets(st.integers(1, 300), max_size=6))
@example(Clock(date(2026, 1, 9), 1, CALENDAR), {50, 80, 100, 150})
def test_warnings_agree_with_walking(clock, shares):
    assert clock.warnings(*shares, 100) == walk_to_warnings(clock, shares | {100})


@given(clocks())
def test_warnings_come_in_order(clock):
    found = clock.warnings()
    assert list(found) == sorted(found)
    assert [warning.on for warning in found] == sorted(warning.on for warning in found)


@given(clocks())
def test_explain_adds_up_and_leaves_no_gap(clock):
    steps = clock.explain()
    assert steps[0].kind is StepKind.START
    assert steps[-1].until == clock.due()
    for before, step in pairwise(steps):
        assert step.since == before.until + ONE_DAY
        assert step.until is None or step.until >= step.since
    days = {kind: sum(step.days for step in steps if step.kind is kind) for kind in StepKind}
    for step in steps:
        if step.kind is StepKind.PAUSE and step.until:
            unpaused = clock._replace(pauses=())
            assert step.days == sum(
                counts(step.since + n * ONE_DAY, unpaused) for n in range((step.until - step.since).days + 1)
            )
    if clock.due():
        assert (days[StepKind.COUNTED], days[StepKind.EXTENSION]) == (clock.length, clock.extension)
    else:
        assert days[StepKind.COUNTED] + days[StepKind.EXTENSION] <= clock.total


@given(clocks(), st.data())
def test_due_on_more_pause_is_never_earlier(clock, data):
    more = clock._replace(pauses=(*clock.pauses, data.draw(pauses_from(clock.start))))
    assume(more.due())
    assert clock.due() is not None
    assert clock.due() <= more.due()


@given(clocks(), st.integers(1, 30))
def test_due_on_more_extension_is_never_earlier(clock, more_days):
    more = clock._replace(extension=clock.extension + more_days)
    assume(more.due())
    assert clock.due() <= more.due()


@given(clocks(), st.sets(st.integers(0, 90), max_size=10))
def test_due_on_more_holidays_is_never_earlier(clock, closed):
    more_days = {clock.start + timedelta(days=offset) for offset in closed}
    more = clock._replace(calendar=WorkingCalendar(clock.calendar.holidays | more_days))
    assume(more.due())
    assert clock.due() <= more.due()


@given(clocks(), st.data())
def test_pause_changes_nothing_up_to_the_day_it_began(clock, data):
    pause = data.draw(pauses_from(clock.start))
    more = clock._replace(pauses=(*clock.pauses, pause))
    up_to = max(pause.start, clock.start)
    assert [w for w in clock.warnings() if w.on <= up_to] == [w for w in more.warnings() if w.on <= up_to]
    if clock.due() and clock.due() <= up_to:
        assert more.due() == clock.due()


@given(clocks(), st.randoms())
def test_order_of_pauses_does_not_matter(clock, random):
    shuffled = list(clock.pauses)
    random.shuffle(shuffled)
    assert clock._replace(pauses=tuple(shuffled)).explain() == clock.explain()


# --- Cases one can check by hand ------------------------------------------------------------------------------------

FRIDAY = date(2026, 1, 9)
SATURDAY = date(2026, 1, 10)
MONDAY = date(2026, 1, 12)


def test_due_on_extension_runs_from_the_nominal_end_supreme_court_2981_2545():
    # Due on Saturday 5 December 2541 (a holiday, with Monday 7 as its substitute), extended by 20 days.
    closed = WorkingCalendar(frozenset({date(1998, 12, 5), date(1998, 12, 7), date(1998, 12, 10)}))
    act = Clock(date(1998, 11, 5), 30, CALENDAR, calendar=closed)
    assert act.due() == date(1998, 12, 8)
    assert act._replace(extension=20).due() == date(1998, 12, 25)


def test_due_on_first_day_is_excluded():
    assert Clock(date(2026, 1, 5), 3, CALENDAR).due() == date(2026, 1, 8)


def test_due_on_last_day_on_a_holiday_moves_to_the_next_working_day():
    new_year = WorkingCalendar(frozenset({date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2)}))
    assert Clock(date(2025, 12, 1), 30, CALENDAR, calendar=new_year).due() == date(2026, 1, 5)


def test_due_on_working_days_skip_weekend_and_holiday():
    closed = WorkingCalendar(frozenset({MONDAY}))
    assert Clock(FRIDAY, 1, WORKING, calendar=closed).due() == date(2026, 1, 13)


def test_due_on_leap_day_counts():
    assert Clock(date(2024, 2, 28), 1, CALENDAR).due() == date(2024, 2, 29)
    assert Clock(date(2025, 2, 27), 4, CALENDAR).due() == date(2025, 3, 3)


def test_due_on_pause_ending_on_the_due_day_moves_it_by_its_days():
    # Due on Friday 9; asked on Tuesday 6, answered on Friday 9: three days are taken out, Wednesday to Friday.
    clock = Clock(date(2026, 1, 2), 7, CALENDAR, pauses=(Pause(date(2026, 1, 6), FRIDAY),))
    assert clock.due() == MONDAY


def test_due_on_pause_of_no_days_changes_nothing():
    clock = Clock(date(2026, 1, 5), 4, CALENDAR)
    for end in (date(2026, 1, 7), date(2026, 1, 6)):
        assert clock._replace(pauses=(Pause(date(2026, 1, 7), end),)).explain() == clock.explain()


def test_due_on_overlapping_pauses_count_once():
    one = (Pause(date(2026, 1, 6), date(2026, 1, 14)),)
    two = (Pause(date(2026, 1, 8), date(2026, 1, 14)), Pause(date(2026, 1, 6), date(2026, 1, 9)))
    clock = Clock(date(2026, 1, 5), 10, CALENDAR)
    assert clock._replace(pauses=one).due() == clock._replace(pauses=two).due() == date(2026, 1, 23)


def test_due_on_pause_over_holidays_takes_no_working_day_out():
    clock = Clock(date(2026, 1, 7), 4, WORKING)
    assert clock._replace(pauses=(Pause(FRIDAY, date(2026, 1, 11)),)).due() == clock.due() == date(2026, 1, 13)


def test_due_on_open_pause_gives_no_day():
    clock = Clock(date(2026, 1, 5), 10, CALENDAR, pauses=(Pause(date(2026, 1, 6)),))
    assert clock.due() is None
    assert not is_overdue(None, date(2030, 1, 1))
    assert clock.remaining(date(2026, 2, 1)) == 9
    assert clock.explain()[-1].until is None


def test_due_on_open_pause_that_begins_on_the_due_day_comes_too_late():
    assert Clock(date(2026, 1, 5), 4, CALENDAR, pauses=(Pause(FRIDAY),)).due() == FRIDAY


def test_due_on_pause_between_nominal_end_and_rolled_end_moves_the_end_behind_it():
    clock = Clock(date(2026, 1, 5), 5, CALENDAR)
    assert clock.due() == MONDAY
    assert clock._replace(pauses=(Pause(SATURDAY),)).due() is None
    answered = clock._replace(pauses=(Pause(SATURDAY, date(2026, 1, 14)),))
    assert answered.due() == date(2026, 1, 15)
    assert [step.kind for step in answered.explain()] == [
        StepKind.START,
        StepKind.COUNTED,
        StepKind.PAUSE,
        StepKind.ROLLED_OVER_HOLIDAY,
    ]


def test_due_on_open_pause_that_begins_on_the_rolled_end_comes_too_late():
    assert Clock(date(2026, 1, 5), 5, CALENDAR, pauses=(Pause(MONDAY),)).due() == MONDAY


def test_due_on_length_of_none_is_the_start_or_the_next_working_day():
    assert Clock(FRIDAY, 0, CALENDAR).due() == FRIDAY
    assert Clock(SATURDAY, 0, WORKING).due() == MONDAY


def test_due_on_negative_length_or_extension_is_refused():
    with pytest.raises(ValueError, match="-1"):
        Clock(FRIDAY, -1, CALENDAR).due()
    with pytest.raises(ValueError, match="-2"):
        Clock(FRIDAY, 5, CALENDAR, extension=-2).due()


def test_is_overdue_begins_the_day_after():
    assert not is_overdue(FRIDAY, FRIDAY)
    assert is_overdue(FRIDAY, SATURDAY)


def test_explain_prints_every_part_of_the_sum():
    # 22 days from Monday 1 December, asked on the 8th, answered on the 11th, extended by 5 days: the end, New Year's
    # Eve, moves over the holidays to Monday 5 January.
    new_year = WorkingCalendar(frozenset({date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2)}))
    clock = Clock(date(2025, 12, 1), 22, CALENDAR, 5, (Pause(date(2025, 12, 8), date(2025, 12, 11)),), new_year)
    assert [(step.kind, step.since.isoformat(), step.until.isoformat(), step.days) for step in clock.explain()] == [
        (StepKind.START, "2025-12-01", "2025-12-01", 0),
        (StepKind.COUNTED, "2025-12-02", "2025-12-08", 7),
        (StepKind.PAUSE, "2025-12-09", "2025-12-11", 3),
        (StepKind.COUNTED, "2025-12-12", "2025-12-26", 15),
        (StepKind.EXTENSION, "2025-12-27", "2025-12-31", 5),
        (StepKind.ROLLED_OVER_HOLIDAY, "2026-01-01", "2026-01-05", 5),
    ]


def test_warnings_of_ten_days():
    # From Monday 5 January: the tenth day is Thursday 15.
    assert Clock(date(2026, 1, 5), 10, CALENDAR).warnings() == (
        (50, date(2026, 1, 10)),
        (80, date(2026, 1, 13)),
        (100, date(2026, 1, 16)),
        (150, date(2026, 1, 20)),
    )


@pytest.mark.parametrize("length", [0, 1])
def test_warnings_of_a_day_or_less_begin_when_it_is_overdue(length):
    assert [warning.percent for warning in Clock(FRIDAY, length, WORKING).warnings()] == [100, 150]


def test_warnings_wait_until_the_rolled_end_has_passed():
    # The second day, Sunday 11, is moved to Monday 12; half as much again would have been Monday 12 too.
    assert Clock(FRIDAY, 2, CALENDAR).warnings(100, 150) == ((100, date(2026, 1, 13)), (150, date(2026, 1, 13)))


def test_warnings_beyond_an_open_pause_are_left_out():
    paused = Clock(date(2026, 1, 5), 10, CALENDAR, pauses=(Pause(date(2026, 1, 12)),))
    assert paused.warnings() == ((50, date(2026, 1, 10)),)


def test_warnings_share_of_none_is_refused():
    with pytest.raises(ValueError, match="0 per cent"):
        Clock(FRIDAY, 10, CALENDAR).warnings(0)


def test_thirty_years_agree_with_walking():
    closed = WorkingCalendar(frozenset(date(year, 4, day) for year in range(2000, 2031) for day in (13, 14, 15)))
    pauses = tuple(Pause(date(year, 12, 20), date(year + 1, 1, 10)) for year in range(2000, 2029))
    clock = Clock(date(2000, 1, 1), 6700, WORKING, pauses=pauses, calendar=closed)
    assert clock.due() == walk_to_due(clock)
    assert clock.due().year >= 2027
