"""Figures that are kept as cases move are those that counting gives: after every step of random walks through the law,
as days pass without anything happening, and while others write."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from complaints.models import ComplaintCase
from organisations.calendar import fiscal_year
from organisations.models import Holiday, Unit
from organisations.shares import Share
from tests.support.threads import together
from tests.support.walk import BEGINNING, Walk
from tests.support.world import World, build_world
from workflows import figures, metrics
from workflows.actors import Actor
from workflows.checks import problems
from workflows.figures import PartOfWhole
from workflows.metrics import Figure, Span, figures_of, metric
from workflows.models import Case, CaseChange, Clock, KeptFigure
from workflows.refusals import Refused
from workflows.transitions import perform
from workflows.watch import give_warnings, recompute_deadlines

pytestmark = pytest.mark.django_db
OVERDUE, LATE = CODES = ("complaints.overdue_share", "complaints.late_share")


def live() -> Span:
    today = timezone.localdate()
    return Span(fiscal_year(today), today)


def counted_anew(units: list[int], span: Span) -> dict[int, dict[str, Figure]]:
    found: dict[int, dict[str, Figure]] = {unit: {} for unit in units}
    for code in CODES:
        for unit, figure in metric(code).compute(units, span).items():
            found[unit][code] = figure
    return found


def agrees(units: list[int] | None = None, codes: tuple[str, ...] = CODES) -> dict[int, dict[str, Figure]]:
    """What is kept of these units is what counting gives. Out: it."""
    units, span = units or list(Unit.objects.values_list("pk", flat=True)), live()
    anew = counted_anew(units, span)
    kept = figures_of(units, codes, span)
    assert kept == {unit: {code: figures[code] for code in codes} for unit, figures in anew.items()}
    return kept


def statements(of: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        of()
    return len(seen)


# --- Random walks -----------------------------------------------------------------------------------------------------
@pytest.fixture
def walks(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Walk]:
    """The walk whose moment the product's clock says."""
    settings.EVIDENCE_ROOT = tmp_path
    under_way: list[Walk] = []
    monkeypatch.setattr(timezone, "now", lambda: under_way[-1].now if under_way else BEGINNING)
    return under_way


class Reader:
    """Reads now these figures and now those, so that some wait long for being read; then compares."""

    def __init__(self, seed: int) -> None:
        self.choose = random.Random(seed)  # noqa: S311 - to be repeated

    def read(self) -> None:
        units = list(Unit.objects.order_by("pk").values_list("pk", flat=True))
        some = self.choose.sample(units, self.choose.randint(1, len(units)))
        codes = self.choose.choice([CODES, (OVERDUE,), (LATE,)])
        agrees(some, codes)


def beside(walk: Walk, choose: random.Random) -> None:
    """What no edge does: days pass, offices close on another day, a slip is put right in the database."""
    match choose.randrange(10):
        case 0 | 1 | 2:
            walk.now += timedelta(days=choose.choice([1, 1, 2, 5, 20, 45]))
        case 3:
            day = (walk.now + timedelta(days=choose.randint(-3, 20))).date()
            Holiday.objects.get_or_create(day=day, defaults={"name_th": "หยุด", "name_en": "Off", "source": "test"})
            recompute_deadlines()
        case 4:
            clock = choose.choice(list(Clock.objects.filter(case__kind="complaint").order_by("pk")))
            day = max(clock.started_on, walk.now.date() - timedelta(days=choose.randint(-2, 5)))
            # A clock that stops or runs again without its case would be no mistake that can happen.
            field = "due_on" if clock.stopped_on is None else choose.choice(["due_on", "stopped_on"])
            Clock.objects.filter(pk=clock.pk).update(**{field: day})


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_what_is_kept_is_what_counting_gives_after_every_step(world: World, walks: list[Walk], seed: int) -> None:
    before = transaction.savepoint()
    try:
        walk, reader = Walk(world, seed), Reader(seed)
        walks.append(walk)
        for _ in range(70):
            walk.step()
            beside(walk, reader.choose)
            reader.read()
        for _ in range(8):
            agrees()
            walk.now += timedelta(days=9)  # and nobody does anything
        assert not [found for found in problems() if "is kept as" in found[1]]
    finally:
        walks.clear()
        transaction.savepoint_rollback(before)


# --- What makes them be counted anew ----------------------------------------------------------------------------------
@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[datetime]]:
    """The moment, in a list of one."""
    moment = [BEGINNING]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])
    return iter([moment]).__next__()


def test_what_has_not_changed_is_read_and_not_counted(world: World) -> None:
    world.into("investigating")
    units = [world.district.pk, world.department.pk]
    assert statements(lambda: figures_of(units, CODES, live())) > 2
    assert statements(lambda: figures_of(units, CODES, live())) == 2  # what lies below, and the figures
    assert not CaseChange.objects.filter(kind="complaint", unit=world.district).exists()


def test_one_event_counts_one_unit_anew(world: World) -> None:
    cases = [world.into("investigating"), world.file(unit=world.other)]
    agrees()
    world.do(cases[0], "note", world.officer, text="โทรแล้ว")
    assert set(CaseChange.objects.filter(kind="complaint").values_list("unit", flat=True)) == {world.district.pk}
    before = KeptFigure.objects.get(unit=world.other, code=OVERDUE)
    agrees()
    assert KeptFigure.objects.get(unit=world.other, code=OVERDUE).pk == before.pk


def test_mark_costs_no_statement_of_the_edge(world: World) -> None:
    case = world.into("investigating")
    with CaptureQueriesContext(connection) as seen:
        world.do(case, "note", world.officer, text="โทรแล้ว")
    assert not [query for query in seen if "casechange" in query["sql"]]
    assert CaseChange.objects.filter(kind="complaint", unit=world.district).exists()


def test_day_that_passes_makes_a_case_late_without_any_event(world: World, now: list[datetime]) -> None:
    clock = world.into("investigating").clocks.get(code="investigate")
    assert clock.due_on is not None
    agrees()
    last = KeptFigure.objects.get(unit=world.district, code=LATE).holds_until
    assert last is not None
    assert last <= clock.due_on
    while live().as_of <= clock.due_on:
        part = agrees()[world.province.pk][OVERDUE]
        assert isinstance(part, Share)
        now[0] += timedelta(days=1)
    after = agrees()[world.province.pk]
    assert after == {OVERDUE: Share(1, 1), LATE: Share(1, 1)}
    assert not CaseChange.objects.filter(kind="complaint", unit=world.district).exists()


def test_case_that_begins_tomorrow_counts_tomorrow(world: World, now: list[datetime]) -> None:
    """The clock of another server is ahead, around midnight."""
    case = world.file(world.ordinary)
    Clock.objects.all().delete()
    Case.objects.filter(pk=case.pk).update(opened_at=now[0] + timedelta(days=1))
    assert agrees()[world.district.pk][OVERDUE] == Share(0, 0)
    now[0] += timedelta(days=1)
    assert agrees()[world.district.pk][OVERDUE] == Share(0, 1)


def test_new_fiscal_year_counts_by_itself(world: World, now: list[datetime]) -> None:
    now[0] = datetime(2026, 9, 30, 12, tzinfo=timezone.get_default_timezone())
    case = world.into("closed")
    assert agrees()[world.district.pk][OVERDUE] == Share(0, 1)
    now[0] += timedelta(days=1)
    Case.objects.filter(pk=case.pk).update(subject="ใหม่")
    assert agrees()[world.district.pk][OVERDUE] == Share(0, 0)
    metrics.refresh_all()
    assert set(KeptFigure.objects.values_list("fiscal_year", flat=True)) == {live().year}


def _late_clock() -> dict[str, Any]:
    """One that is late, for a case in another unit."""
    row = Clock.objects.filter(code="screen", case__unit__code="OTH").values().get()
    return row | {"id": None, "about": "again", "due_on": date(2000, 1, 1)}


@pytest.mark.parametrize(
    "change",
    [
        lambda case, other: Case.objects.filter(pk=case.pk).update(unit=other),
        lambda case, other: Case.objects.filter(pk=case.pk).update(protected=True, subject=""),
        lambda case, other: Case.objects.filter(pk=case.pk).update(kind="request"),
        lambda case, other: Clock.objects.filter(case=case.pk).update(due_on=timezone.localdate()),
        lambda case, other: Clock.objects.filter(case=case.pk).update(silent=True),
        lambda case, other: Clock.objects.filter(case=case.pk).delete(),
        lambda case, other: Clock.objects.create(**_late_clock()),
    ],
    ids=["moved", "protected", "another kind", "due", "silent", "no clock", "new clock"],
)
def test_whoever_writes_is_noticed(world: World, change: Callable[[ComplaintCase, Unit], Any]) -> None:
    case = world.into("investigating")
    Clock.objects.filter(case=case.pk, code="investigate").update(due_on=date(2001, 1, 1))
    world.file(unit=world.other)
    before = agrees()
    change(case, world.other)
    assert agrees() != before


def test_warning_that_is_given_counts_nothing_anew(world: World, now: list[datetime]) -> None:
    clock = world.into("investigating").clocks.get(code="investigate")
    assert clock.next_warning_on is not None
    now[0] += clock.next_warning_on - live().as_of
    agrees()
    assert give_warnings() > 0
    assert not CaseChange.objects.filter(kind="complaint", unit=world.district).exists()


def test_changes_that_one_metric_takes_away_are_not_lost_to_another(world: World) -> None:
    case = world.into("investigating")
    agrees()
    Clock.objects.filter(case=case.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    agrees(codes=(OVERDUE,))
    agrees(codes=(LATE,))


def test_past_day_and_past_year_are_counted(world: World) -> None:
    world.into("investigating")
    today = live()
    for span in (Span(today.year, today.as_of - timedelta(days=1)), Span(today.year - 1, today.as_of)):
        figures_of([world.district.pk], CODES, span)
        assert not KeptFigure.objects.exists()


# --- Checking and keeping tidy ----------------------------------------------------------------------------------------
def test_check_names_a_kept_figure_that_is_wrong(world: World) -> None:
    world.into("investigating")
    agrees()
    assert list(metrics.problems()) == []
    KeptFigure.objects.filter(unit=world.district, code=OVERDUE).update(part=1)
    assert list(metrics.problems()) == [
        (world.district.code, f"{OVERDUE} is kept as 1/1, and counting gives 0/1"),
    ]
    # One that is to be counted anew says nothing wrong.
    Case.objects.update(changed_at=timezone.now())
    assert list(metrics.problems()) == []


def test_refreshing_takes_all_changes_away(world: World) -> None:
    world.into("awaiting_agency")
    assert CaseChange.objects.filter(kind="request").exists()
    assert metrics.refresh_all() == Unit.objects.count()
    assert not CaseChange.objects.exists()
    assert statements(lambda: figures_of([world.department.pk], CODES, live())) == 2


def test_new_version_of_the_product_counts_anew(world: World) -> None:
    agrees()
    assert KeptFigure.objects.exists()
    call_command("migrate", verbosity=0)
    assert not KeptFigure.objects.exists()


# --- While others write -----------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_readers_and_writers_at_once_lose_nothing() -> None:
    world = build_world()
    cases = [world.into("investigating") for _ in range(6)]
    long_ago, to_come = date(2001, 1, 1), timezone.localdate() + timedelta(days=30)
    seen: list[Any] = []

    def writer(number: int) -> Callable[[], None]:
        def write() -> None:
            choose = random.Random(number)  # noqa: S311 - to be repeated
            for _ in range(25):
                case = choose.choice(cases)
                match choose.randrange(3):
                    case 0:
                        due = choose.choice([long_ago, to_come])
                        Clock.objects.filter(case=case.pk, code="investigate").update(due_on=due)
                    case 1:
                        unit = choose.choice([world.district, world.other])
                        Case.objects.filter(pk=case.pk).update(unit=unit)
                    case _:
                        # Who has no part in it where it lies now is refused.
                        with suppress(Refused):
                            perform(case, "note", Actor.person(world.officer), text="โทรแล้ว")

        return write

    def reader(units: list[int]) -> Callable[[], None]:
        def read() -> None:
            seen.extend(figures_of(units, CODES, live()) for _ in range(40))

        return read

    everyone = list(Unit.objects.values_list("pk", flat=True))
    for round_ in range(3):
        acts = [writer(10 * round_ + number) for number in range(3)]
        acts += [reader(everyone), reader([world.district.pk]), reader([world.department.pk])]
        assert together(*acts) == [None] * len(acts)
        agrees()
    assert len(seen) == 3 * 3 * 40
    assert not list(metrics.problems())


@pytest.mark.django_db(transaction=True)
def test_change_that_commits_while_somebody_counts_is_seen_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    world = build_world()
    case = world.into("investigating")
    agrees()
    world.do(case, "note", world.officer, text="โทรแล้ว")
    overdue = metric(OVERDUE)
    assert overdue.counting is not None
    counting = overdue.counting(live())
    before = counting.count({world.district.pk})

    def commit_meanwhile() -> None:
        Clock.objects.filter(case=case.pk).update(due_on=date(2001, 1, 1))

    def count(units: Any) -> Any:
        """Counted already, when another one commits."""
        found = counting.count(units)
        assert together(commit_meanwhile) == [None]
        return found

    slow = replace(counting, count=count)
    assert figures.counted([slow], {world.district.pk}, live().year, timezone.localdate())[OVERDUE] == before
    assert before == {world.district.pk: PartOfWhole(0, 1)}
    assert agrees()[world.district.pk][OVERDUE] == Share(1, 1)
