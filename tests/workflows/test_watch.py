"""The watch over the clocks: late, twice, on two machines; each warning once, and time's own edges."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from complaints.models import ComplaintCase
from notifications.models import Notice
from notifications.relay import relay
from organisations.models import Holiday
from tests.support.world import World, build_world
from workflows.actors import Actor
from workflows.checks import problems
from workflows.models import Case, Clock, OutboxRow
from workflows.transitions import open_case
from workflows.watch import give_warnings, overdue, recompute_deadlines, take_timed_edges


def warned(case: Case) -> Counter[tuple[str, int]]:
    """What was warned of, and how often."""
    rows = OutboxRow.objects.filter(case=case, event="clock_warning")
    return Counter((row.facts["code"], row.facts["percent"]) for row in rows)


@pytest.mark.django_db
def test_late_job_gives_each_warning_once_however_often_it_runs(world: World) -> None:
    case = world.file(world.ordinary)
    later = timezone.localdate() + timedelta(days=400)
    give_warnings(later)
    give_warnings(later)
    give_warnings(later + timedelta(days=1))
    assert set(warned(case).values()) == {1}
    codes = {"screen": {50, 80, 100, 150}, "first_report": {50, 80, 100, 150}, "acknowledge": {100, 150}}
    assert {(code, percent) for code, shares in codes.items() for percent in shares} == set(warned(case))


@pytest.mark.django_db
def test_day_by_day_gives_the_same_as_once_late(world: World) -> None:
    daily, late = world.file(world.ordinary), world.file(world.ordinary)
    today = timezone.localdate()
    Clock.objects.filter(case=late).update(silent=True)
    for day in range(60):
        give_warnings(today + timedelta(days=day))
    Clock.objects.filter(case=late).update(silent=False)
    give_warnings(today + timedelta(days=59))
    assert warned(daily) == warned(late)


@pytest.mark.django_db(transaction=True)
def test_two_machines_at_once_warn_once() -> None:
    world = build_world()
    cases = [world.file(world.ordinary) for _ in range(20)]
    later = timezone.localdate() + timedelta(days=400)

    def run(_: int) -> None:
        give_warnings(later)
        connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(8)))
    assert all(set(warned(case).values()) == {1} and len(warned(case)) == 10 for case in cases)


@pytest.mark.django_db
def test_warnings_climb_with_lateness(world: World) -> None:
    case = world.into("investigating")
    today = timezone.localdate()
    OutboxRow.objects.all().delete()
    give_warnings(today + timedelta(days=29))
    relay()
    told = Notice.objects.filter(case=case, event="clock_warning").values_list("facts__percent", "recipient__username")
    assert {name for percent, name in told if percent < 100} == {"officer"}
    give_warnings(today + timedelta(days=100))
    relay()
    told = Notice.objects.filter(case=case, event="clock_warning").values_list("facts__percent", "recipient__username")
    assert {name for percent, name in told if percent == 100} == {"officer", "head"}
    assert {name for percent, name in told if percent == 150} == {"officer", "head", "executive"}


@pytest.mark.django_db
def test_extension_arms_the_warnings_of_the_longer_clock(world: World) -> None:
    case = world.into("investigating")
    today = timezone.localdate()
    give_warnings(today + timedelta(days=25))
    assert warned(case)[("investigate", 80)] == 1
    clock = case.clocks.get(code="investigate")
    world.do(case, "extend", world.approver, clock=clock, days=30, reasons="พยานอยู่ต่างจังหวัด")
    give_warnings(today + timedelta(days=25))
    assert warned(case)[("investigate", 80)] == 1
    give_warnings(today + timedelta(days=200))
    assert warned(case)[("investigate", 80)] == 2
    assert warned(case)[("investigate", 100)] == 1


@pytest.mark.django_db
def test_imported_case_shows_its_clocks_and_sends_nothing(world: World) -> None:
    from workflows.actors import IMPORT

    at = timezone.now() - timedelta(days=300)
    case = open_case(
        "complaint", "import_received", IMPORT, unit=world.district, at=at, silent=True,
        statement="เก่า", channel="api", kind=world.simple, source="traffy", source_number="1",
    )  # fmt: skip
    give_warnings()
    relay()
    assert case.next_due is not None
    assert overdue().filter(case=case).count() == 3
    assert not OutboxRow.objects.filter(case=case).exists()


@pytest.mark.django_db
def test_clocks_stand_still_while_the_complainant_is_asked(world: World) -> None:
    case = world.into("investigating")
    due = case.clocks.get(code="investigate").due_on
    case = world.do(case, "ask_complainant", world.officer, text="เสาไหน")
    assert case.next_due is None
    assert case.clocks.get(code="investigate").due_on is None
    answered = timezone.now() + timedelta(days=7)
    case = perform_at(case, "complainant_answered", answered, text="เสาที่สาม")
    assert due is not None
    again = case.clocks.get(code="investigate").due_on
    assert again is not None
    assert timedelta(days=5) <= again - due <= timedelta(days=11)  # seven days and a weekend
    assert list(problems()) == []


def perform_at(case: ComplaintCase, edge: str, at: datetime, **facts: Any) -> Case:
    """An edge of the complainant at a moment."""
    from workflows.transitions import perform

    return perform(case, edge, Actor.complainant(case), at=at, **facts)


@pytest.mark.django_db
def test_time_answers_and_closes(world: World) -> None:
    asked, replied, closed = world.into("awaiting_complainant"), world.into("replied"), world.into("closed")
    assert take_timed_edges() == 0
    later = timezone.localdate() + timedelta(days=60)
    assert take_timed_edges(later) == 3
    assert take_timed_edges(later) == 0
    assert [Case.objects.get(pk=case.pk).state for case in (asked, replied, closed)] == [
        "investigating",
        "closed",
        "closed",
    ]
    assert not Clock.objects.filter(case=closed, stopped_on=None).exists()
    assert list(problems()) == []


@pytest.mark.django_db
def test_changed_calendar_moves_what_is_due(world: World) -> None:
    case = world.file(world.ordinary)
    before = case.clocks.get(code="screen").due_on
    assert before is not None
    Holiday.objects.create(day=before, name_th="วันหยุดพิเศษ", source="มติคณะรัฐมนตรี")
    assert any("due day" in sentence for _, sentence in problems())
    assert recompute_deadlines() >= 1
    after = case.clocks.get(code="screen").due_on
    assert after is not None
    assert after > before
    assert list(problems()) == []


@pytest.mark.django_db
def test_every_overdue_clock_is_found_oldest_first(world: World) -> None:
    for days in (100, 300, 200):
        moment = datetime.combine(timezone.localdate() - timedelta(days=days), time(9), timezone.get_current_timezone())
        world.file(world.ordinary, at=moment)
    found = [clock.due_on for clock in overdue()]
    assert len(found) == 9
    assert found == sorted(day for day in found if isinstance(day, date))
