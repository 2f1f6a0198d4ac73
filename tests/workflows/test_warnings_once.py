"""Escalation exactly once: whatever days the watch ran on, each warning reaches everybody it must reach, one time.

domain.md, Clocks: at 50 and 80 % (none for clocks of a day or less) to whose step it is, at 100 % also one level up, at
150 % two levels up; imported old cases send nothing; who is on leave has a deputy.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from notifications.models import Notice
from notifications.relay import relay
from organisations.calendar import WorkingCalendar, current_calendar
from organisations.models import Leave, User
from tests.support.world import World, build_world
from workflows.actors import IMPORT
from workflows.models import Case, Clock, OutboxRow
from workflows.transitions import open_case
from workflows.watch import give_warnings


@dataclass(frozen=True)
class Run:
    """One day on which the watch ran, so many times one after the other, each on so many machines at once."""

    day: int
    times: int
    machines: int


runs = st.builds(Run, st.integers(0, 75), st.sampled_from([1, 1, 2]), st.sampled_from([1, 1, 3]))


def at_once(act: Callable[[], object], machines: int) -> None:
    """Run an act on so many machines at the same moment."""
    if machines == 1:
        act()
        return
    barrier = Barrier(machines)

    def run(_: int) -> None:
        try:
            barrier.wait()
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(machines) as pool:
        list(pool.map(run, range(machines)))


def watch(run: Run, today: date) -> None:
    """The watch and the relay on one day."""
    for _ in range(run.times):
        at_once(lambda: give_warnings(today + timedelta(days=run.day)), run.machines)
        at_once(relay, run.machines)


def reached_on(clock: Clock, percent: int, calendar: WorkingCalendar) -> date:
    """On which day a clock that never paused reaches a share, counted day by day."""
    total = clock.length + clock.extension

    def counted(share: int) -> date:
        day, days = clock.started_on, 0
        while days * 100 < share * total:
            day += timedelta(days=1)
            days += 1 if clock.unit == "calendar" or calendar.is_working_day(day) else 0
        return day

    due = counted(100)
    while not calendar.is_working_day(due):
        due += timedelta(days=1)
    overdue = due + timedelta(days=1)
    return counted(percent) if percent < 100 else overdue if percent == 100 else max(counted(percent), overdue)


def expected(case: Case, until: date) -> set[tuple[str, int]]:
    """The warnings (clock, percent) that a case must have given by the end of a day."""
    calendar = current_calendar()
    return {
        (clock.code, percent)
        for clock in case.clocks.filter(stopped_on=None, duty=True)
        for percent in (50, 80, 100, 150)
        if (percent >= 100 or clock.length > 1) and reached_on(clock, percent, calendar) <= until
    }


def called(world: World, step: User, percent: int, *, away: bool) -> set[int]:
    """Whom a warning must reach: whose step it is, his deputy, and those above."""
    people = {step} | ({world.officer2} if away else set())
    if percent >= 100:
        people |= {world.head}
    if percent >= 150:
        people |= {world.executive}
    return {person.pk for person in people}


def silent_case(world: World, days: int) -> Case:
    """A case that was imported, and whose clocks began so many days ago."""
    at = timezone.now() - timedelta(days=days)
    return open_case(
        "complaint", "import_received", IMPORT, unit=world.district, at=at, silent=True, statement="เก่า",
        channel="api", kind=world.simple, source="traffy", source_number=str(OutboxRow.objects.count()),
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_each_warning_reaches_whom_it_must_once_whatever_days_the_watch_ran_on() -> None:
    world, today = build_world(), timezone.localdate()

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(runs, min_size=1, max_size=5), st.sampled_from(["received", "investigating"]), st.booleans())
    def all_are_told_once(days: list[Run], state: str, away: bool) -> None:
        case = world.into(state) if state != "received" else world.file(world.ordinary)
        silent = silent_case(world, days=40)
        step = world.officer if state == "investigating" else world.screener
        relay()
        if away:
            valid = DateRange(today, today + timedelta(days=1))
            Leave.objects.create(user=step, deputy=world.officer2, valid=valid)

        days.sort(key=lambda run: run.day)
        for run in days:
            watch(run, today)

        last = today + timedelta(days=days[-1].day)
        assert not case.clocks.filter(next_warning_on__lte=last).exists()  # what was given is not looked at again
        due = expected(case, last)
        event(f"{len(due)} warnings")
        given_ones = OutboxRow.objects.filter(case=case, event="clock_warning")
        assert Counter((row.facts["code"], row.facts["percent"]) for row in given_ones) == Counter(due)
        told = Notice.objects.filter(case=case, event="clock_warning")
        assert Counter((one.facts["code"], one.facts["percent"], one.recipient_id) for one in told) == Counter(
            (code, percent, person) for code, percent in due for person in called(world, step, percent, away=away)
        )
        assert not OutboxRow.objects.filter(case=silent).exists()

        # The next example has the watch to itself.
        Clock.objects.filter(stopped_on=None).update(stopped_on=today + timedelta(days=400), next_warning_on=None)
        Leave.objects.all().delete()

    all_are_told_once()


@pytest.mark.django_db
def test_clock_of_a_day_or_less_does_not_warn_before_it_has_ended(world: World) -> None:
    case = world.file(world.ordinary)
    clock = case.clocks.get(code="acknowledge")
    assert clock.length == 1
    percents = []
    for days in range(12):
        give_warnings(timezone.localdate() + timedelta(days=days))
        rows = OutboxRow.objects.filter(case=case, event="clock_warning", facts__code="acknowledge")
        percents = [row.facts["percent"] for row in rows.order_by("pk")]
        assert clock.due_on is not None
        if timezone.localdate() + timedelta(days=days) <= clock.due_on:
            assert percents == []
    assert percents == [100, 150]


@pytest.mark.django_db
def test_warning_about_a_case_that_has_ended_is_not_given(world: World) -> None:
    case = world.into("closed")
    before = OutboxRow.objects.count()
    give_warnings(timezone.localdate() + timedelta(days=400))
    assert OutboxRow.objects.filter(case=case, event="clock_warning").count() == 0
    assert OutboxRow.objects.count() == before


@pytest.mark.django_db
def test_warning_about_the_case_of_who_has_left_reaches_the_head(world: World) -> None:
    case = world.into("investigating")
    relay()
    User.objects.filter(pk=world.officer.pk).update(is_active=False)
    give_warnings(timezone.localdate() + timedelta(days=25))
    relay()
    told = Notice.objects.filter(case=case, facts__code="investigate")
    assert {(one.facts["percent"], one.recipient_id) for one in told} == {(50, world.head.pk), (80, world.head.pk)}
