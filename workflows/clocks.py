"""Clocks: when something is due, how far it has run, and how that was computed.

Everything here is a pure function of a case's history and the working calendar. Nothing is counted down or stored on
the way, so a missed night changes nothing and any day's state can be computed again.

The counting, in one place (LAW: Civil and Commercial Code, sections 193/3 and 193/8):

* The first day, `start`, does not count.
* A day counts if it lies after `start` and in no pause, and, for a clock in working days, if it is a working day.
  The day a pause begins still counts, the day it ends does not: the question asked on the 3rd and answered on the 8th
  takes out the 4th to the 8th.
* The *nominal end* is the day on which length + extension days have been counted. An extension runs from the nominal
  end of the length and not from the day that was moved for a holiday, and holidays inside it do not lengthen it
  (Supreme Court 2981/2545: an act due on 5 December 2541, a holiday, extended by 20 days, is due on 25 December 2541).
* The *due day* is the nominal end or, if offices are closed then, the next day on which they are open and the clock is
  not paused. So a due day is always a working day, for clocks in working days and for a length of 0 too.
* A pause that begins after the nominal end and before the day it was moved to moves the due day on to the first
  working day after the pause: nobody is late while he waits for an answer. A pause that begins on the due day itself,
  or later, comes too late and changes nothing.
* While an open pause stops the clock before the due day, there is no due day: None.
* Overdue is what is still open on the day after the due day; on the due day itself the duty can still be done.

All days are dates in Thai time (Asia/Bangkok).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from organisations.calendar import WorkingCalendar

ONE_DAY = timedelta(days=1)


class DayUnit(StrEnum):
    """What a clock counts."""

    CALENDAR = "calendar"
    WORKING = "working"


@dataclass(frozen=True)
class Pause:
    """Days that do not count: every d with start < d <= end; `end` None while the pause is still open.

    start: the day the question was asked. end: the day the answer came. A pause that ends on the day it began, or
    before, takes nothing out.
    """

    start: date
    end: date | None = None


class StepKind(StrEnum):
    """What a line of the sum is about."""

    START = "start"
    COUNTED = "counted"
    PAUSE = "pause"
    EXTENSION = "extension"
    ROLLED_OVER_HOLIDAY = "rolled_over_holiday"


@dataclass(frozen=True)
class Step:
    """One line of the sum by which a due day was computed; the lines follow each other without a gap.

    since: the first day of the step. until: its last day, so the `until` of the last step is the due day; None for a
    pause that is still open. days: for `counted` and `extension` the days counted, in the unit of the clock (together
    they are length + extension); for `pause` the days of that unit which it took out (0 while it is open); for
    `rolled_over_holiday` the calendar days by which the due day was moved; 0 for `start`.
    """

    kind: StepKind
    since: date
    until: date | None
    days: int


class ClockWarning(NamedTuple):
    """On which day a clock reaches a share of its length, in per cent."""

    percent: int
    on: date


def explain(
    start: date,
    length: int,
    unit: DayUnit,
    *,
    extension: int = 0,
    pauses: Iterable[Pause] = (),
    calendar: WorkingCalendar,
) -> tuple[Step, ...]:
    """The sum by which `due_on` comes to its day, for a page to print line by line.

    start: the day of the event that started the clock. length, extension: days in `unit`, 0 or more. pauses: in any
    order, overlapping or not; what lies before `start` has no effect. calendar: used for the holidays in both units.
    Raises ValueError if length or extension is negative.
    """
    if length < 0 or extension < 0:
        raise ValueError(f"Length and extension are 0 days or more, not {length} and {extension}")
    merged = _merge(start, pauses)
    steps = [Step(StepKind.START, start, start, 0)]
    steps += _count(start, ((StepKind.COUNTED, length), (StepKind.EXTENSION, extension)), unit, merged, calendar)
    nominal = steps[-1].until
    if nominal is not None:
        steps += _roll(nominal, unit, merged, calendar)
    return tuple(steps)


def due_on(
    start: date,
    length: int,
    unit: DayUnit,
    *,
    extension: int = 0,
    pauses: Iterable[Pause] = (),
    calendar: WorkingCalendar,
) -> date | None:
    """The last day on which the duty is done in time, always a working day; None while an open pause stops the clock.

    Takes and raises what `explain` does, and is its last line, so the day and the sum cannot disagree. The rules are
    at the top of this module.
    """
    return explain(start, length, unit, extension=extension, pauses=pauses, calendar=calendar)[-1].until


def is_overdue(due: date | None, today: date) -> bool:
    """Whether the due day has passed. A clock without a due day is stopped by a pause and never overdue."""
    return due is not None and today > due


def elapsed(start: date, unit: DayUnit, today: date, *, pauses: Iterable[Pause] = (), calendar: WorkingCalendar) -> int:
    """How many days, in `unit`, have counted after `start` up to and including `today`; 0 on `start` and before."""
    paused = sum(
        _days(pause.start, today if pause.end is None else min(pause.end, today), unit, calendar)
        for pause in _merge(start, pauses)
    )
    return _days(start, today, unit, calendar) - paused


def remaining(
    start: date,
    length: int,
    unit: DayUnit,
    today: date,
    *,
    extension: int = 0,
    pauses: Iterable[Pause] = (),
    calendar: WorkingCalendar,
) -> int:
    """How many days, in `unit`, will still count after `today` up to and including the due day.

    0 on the due day, negative by the days that have counted since; days that do not count, a Saturday or a pause after
    the due day, leave it where it was, so ask `is_overdue` and not this whether the clock is overdue. The days to
    which the end was moved for a holiday are included. While an open pause stops the clock: what is left of
    length + extension.
    """
    pauses = tuple(pauses)
    so_far = elapsed(start, unit, today, pauses=pauses, calendar=calendar)
    due = due_on(start, length, unit, extension=extension, pauses=pauses, calendar=calendar)
    if due is None:
        return max(0, length + extension - so_far)
    return elapsed(start, unit, due, pauses=pauses, calendar=calendar) - so_far


def warnings(
    start: date,
    length: int,
    unit: DayUnit,
    *,
    extension: int = 0,
    pauses: Iterable[Pause] = (),
    calendar: WorkingCalendar,
    shares: Sequence[int] = (50, 80, 100, 150),
) -> tuple[ClockWarning, ...]:
    """On which days the clock reaches the given shares of length + extension, in order of share and of day.

    shares: per cent, above 0. Below 100: the first day on which that share has been counted, which may be a holiday in
    a clock of calendar days; none if length + extension is a day or less. 100: the day after the due day, when the
    clock is overdue. Above 100: the first day after the due day on which that share has been counted. Left out is what
    an open pause keeps from being reached. A pause never changes a warning on the day it began or before; an
    extension moves those that are not a share of the old length any more.
    Raises ValueError like `explain`, and if a share is 0 or less.
    """
    if any(percent <= 0 for percent in shares):
        raise ValueError(f"A share of a clock is above 0 per cent: {shares}")
    pauses = tuple(pauses)
    total = length + extension
    merged = _merge(start, pauses)
    due = due_on(start, length, unit, extension=extension, pauses=pauses, calendar=calendar)
    found = []
    for percent in sorted(set(shares)):
        if percent < 100 and total <= 1:
            continue
        if percent == 100:
            day = due + ONE_DAY if due else None
        else:
            needed = -(-percent * total // 100)  # rounded up
            steps = list(_count(start, ((StepKind.COUNTED, needed),), unit, merged, calendar))
            day = steps[-1].until if steps else start
            if percent > 100 and day is not None:
                # The end may have been moved for a holiday to beyond this share.
                day = max(day, due + ONE_DAY) if due else None
        if day is not None:
            found.append(ClockWarning(percent, day))
    return tuple(found)


def _days(after: date, until: date, unit: DayUnit, calendar: WorkingCalendar) -> int:
    """The days d of this unit with after < d <= until, pauses left aside."""
    if unit is DayUnit.WORKING:
        return calendar.count_working_days(after, until)
    return max(0, (until - after).days)


def _add(day: date, days: int, unit: DayUnit, calendar: WorkingCalendar) -> date:
    if unit is DayUnit.WORKING:
        return calendar.add_working_days(day, days)
    return day + timedelta(days=days)


def _merge(start: date, pauses: Iterable[Pause]) -> list[Pause]:
    """The pauses after `start`, in order, with those that touch or overlap made one."""
    merged: list[Pause] = []
    for pause in sorted(pauses, key=lambda pause: pause.start):
        begins, ends = max(pause.start, start), pause.end
        if ends is not None and ends <= begins:
            continue
        if merged and ((last := merged[-1]).end is None or begins <= last.end):
            ends = None if last.end is None or ends is None else max(last.end, ends)
            merged[-1] = Pause(last.start, ends)
        else:
            merged.append(Pause(begins, ends))
    return merged


def _pause_step(pause: Pause, unit: DayUnit, calendar: WorkingCalendar) -> Step:
    days = 0 if pause.end is None else _days(pause.start, pause.end, unit, calendar)
    return Step(StepKind.PAUSE, pause.start + ONE_DAY, pause.end, days)


def _count(
    day: date,
    parts: Iterable[tuple[StepKind, int]],
    unit: DayUnit,
    merged: Sequence[Pause],
    calendar: WorkingCalendar,
) -> Iterator[Step]:
    """The steps from `day` to the day on which the days of all parts have been counted, one part after the other."""
    ahead = iter(merged)
    pause = next(ahead, None)
    for kind, length in parts:
        days = length
        while days:
            room = days if pause is None else _days(day, pause.start, unit, calendar)
            if pause is None or room >= days:
                since, day = day + ONE_DAY, _add(day, days, unit, calendar)
                yield Step(kind, since, day, days)
                break
            if pause.start > day:
                yield Step(kind, day + ONE_DAY, pause.start, room)
            days -= room
            yield _pause_step(pause, unit, calendar)
            if pause.end is None:
                return
            day, pause = pause.end, next(ahead, None)


def _roll(day: date, unit: DayUnit, merged: Sequence[Pause], calendar: WorkingCalendar) -> Iterator[Step]:
    """The steps from the nominal end to the due day; none if offices are open on the nominal end."""
    due = calendar.roll_forward(day)
    if due == day:
        return
    for pause in merged:
        if pause.start < day:
            continue
        if pause.start >= due:
            break
        if pause.start > day:
            yield Step(StepKind.ROLLED_OVER_HOLIDAY, day + ONE_DAY, pause.start, (pause.start - day).days)
        yield _pause_step(pause, unit, calendar)
        if pause.end is None:
            return
        day = pause.end
        due = calendar.roll_forward(day + ONE_DAY)
    yield Step(StepKind.ROLLED_OVER_HOLIDAY, day + ONE_DAY, due, (due - day).days)
