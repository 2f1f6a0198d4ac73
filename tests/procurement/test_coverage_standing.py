"""Standings are what the rule says of the facts, whatever happened and whoever computed at the same moment."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations.actions import rebuild_reach
from organisations.models import Unit, UnitLink
from procurement import jobs
from procurement.actions.plan import add_activity, cancel_activity, change_activity
from procurement.actions.registers import record_education, record_publication, strike_out
from procurement.coverage import standing
from procurement.coverage.reading import facts_of, variant_of
from procurement.coverage.rule import compute
from procurement.coverage.standing import refresh_all, standing_of, standings_of, touch, waiting_years
from procurement.models import (
    Activity,
    CommitteeKind,
    CoverageLevel,
    CoverageVariant,
    InterestGround,
    Member,
    Publication,
    Standing,
    StandingChange,
    StandingPart,
)
from tests.support.purchases import Plan, build_plan
from tests.support.threads import together
from tests.support.world import build_world
from workflows.actors import IMPORT
from workflows.transitions import perform

TODAY = timezone.localdate()
WEEK = timedelta(days=7)


def agree(plan: Plan, year: int | None = None) -> None:
    """Every unit's standing is what the rule says of its facts."""
    units = list(Unit.objects.all())
    year = year or plan.year
    found, variant = standings_of(units, year), variant_of()
    for unit in units:
        row, result = found[unit.pk], compute(facts_of(unit, year), variant)
        said = (
            row.level,
            row.points,
            row.top,
            row.top_covered,
            row.rest,
            row.rest_covered,
            row.education,
            row.published,
        )
        assert said == (
            result.level, result.points, len(result.top), result.top_covered, len(result.rest), result.rest_covered,
            result.education, result.published,
        ), unit  # fmt: skip
        assert (row.activities, row.as_of) == (len(result.top) + len(result.rest), TODAY)


def publish(plan: Plan, unit: Unit | None = None) -> Publication:
    return record_publication(
        unit=unit or plan.unit, what="งาน", channel="website", published_on=TODAY, evidence="x", by=plan.staff
    )


# --- Whatever happens ---------------------------------------------------------------------------------------------
def test_standing_follows_every_step(plan: Plan) -> None:
    """After each thing that can change the level, on a long road: a step that forgets to say so shows here."""
    world = plan.world
    for act in road(plan):
        # Everything is fresh before the step, so that nothing but the step itself can make it stale.
        refresh_all(plan.year)
        act()
        agree(plan)
    assert standing_of(world.department, plan.year).activities > 3


def road(plan: Plan) -> Iterator[Callable[[], Any]]:
    """The steps, each given when those before it have been taken."""
    kept: dict[str, Any] = {}

    def keep(name: str, act: Callable[[], Any]) -> Callable[[], None]:
        def do() -> None:
            kept[name] = act()

        return do

    yield keep("activity", lambda: plan.activity(100))
    for budget in (90, 80, 70, None):
        yield lambda budget=budget: plan.activity(budget)
    yield lambda: plan.activity(500, unit=plan.world.other)
    yield keep("publication", lambda: publish(plan))
    yield lambda: record_education(
        unit=plan.unit, name="อบรม", held_on=TODAY, audience=["public"], evidence="x", by=plan.staff
    )
    yield lambda: change_activity(kept["activity"], by=plan.staff, budget=Decimal(10))
    yield keep("purchase", lambda: plan.purchase(kept["activity"]))
    yield keep("committee", lambda: plan.ordered(plan.committee(kept["purchase"], citizen=True), on=TODAY - WEEK))
    yield keep("committee", lambda: plan.meeting(kept["committee"], "propose", on=TODAY - WEEK))
    member = Member.objects.get(person__standing="citizen")
    yield lambda: plan.do(
        kept["committee"], "member_leaves", member=member, on=TODAY, because="resigned", reasons="ย้าย"
    )
    yield keep("second", lambda: plan.ordered(plan.committee(plan.purchase(), citizen=True), "2"))
    other = Member.objects.get(person__standing="citizen", left_on=None)
    ground = InterestGround.objects.get(code="spouse")
    yield lambda: plan.do(kept["second"], "declare_interest", member=other, ground=ground, on=TODAY)
    yield keep("third", lambda: plan.ordered(plan.committee(plan.purchase(), citizen=True), "3"))
    yield lambda: plan.do(kept["third"], "cancel_order", plan.approver, number="4", on=TODAY, reasons="ยกเลิก")
    yield keep("contracted", lambda: plan.contracted(plan.purchase(plan.activity(1_000))))
    yield lambda: perform(kept["contracted"], "import_cancellation", IMPORT)
    yield lambda: cancel_activity(kept["contracted"].purchase.activity, by=plan.approver, reason="ทิ้งงาน")
    yield keep("imported", lambda: plan.activity(5_000, source="import"))
    yield keep("grouped", lambda: plan.purchase(kept["imported"]))
    yield lambda: plan.do(kept["grouped"], "group", activity=plan.activity(1))
    yield lambda: plan.do(kept["grouped"], "group", activity=Activity.objects.get(pk=kept["imported"].pk))
    yield lambda: perform(kept["grouped"], "import_cancellation", IMPORT)
    yield lambda: strike_out(kept["publication"], by=plan.staff, reason="ผิด")


def test_standing_of_another_day_is_computed_anew(plan: Plan) -> None:
    publish(plan)
    assert standing_of(plan.unit, plan.year).level == 1
    yesterday = TODAY - timedelta(days=1)
    Standing.objects.update(as_of=yesterday, level=5)
    StandingPart.objects.update(as_of=yesterday, published=False)
    assert standing_of(plan.unit, plan.year).level == 1
    agree(plan)


def test_fresh_standings_are_one_query(plan: Plan, django_assert_num_queries: Any) -> None:
    for number in range(5):
        plan.activity(number)
    units = list(Unit.objects.all())
    standings_of(units, plan.year)
    with django_assert_num_queries(1):
        assert len(standings_of(units, plan.year)) == len(units)
    with django_assert_num_queries(1):
        standing_of(plan.unit, plan.year)


def test_queries_after_one_change_are_as_many_for_few_units_as_for_many(plan: Plan) -> None:
    units = list(Unit.objects.all())
    refresh_all(plan.year)

    def queries(*asked: Unit) -> int:
        plan.activity(1)
        with CaptureQueriesContext(connection) as sent:
            standings_of(asked, plan.year)
        return len(sent)

    few = queries(plan.world.province)
    for number in range(7):
        plan.activity(number)
    assert queries(*units) == few <= 17


def test_only_what_a_change_reaches_is_computed_anew(plan: Plan) -> None:
    world = plan.world
    refresh_all(plan.year)
    before = {row.unit_id: row.computed_at for row in Standing.objects.all()}
    publish(plan)
    standings_of(list(Unit.objects.all()), plan.year)
    after = {row.unit_id: row.computed_at for row in Standing.objects.all()}
    assert {pk for pk in after if after[pk] != before[pk]} == {
        world.district.pk, world.province.pk, world.department.pk
    }  # fmt: skip
    assert not StandingChange.objects.exists()


def test_other_years_and_undone_changes_touch_nothing(plan: Plan) -> None:
    refresh_all(plan.year)
    computed = standing_of(plan.unit, plan.year).computed_at
    plan.activity(1, fiscal_year=plan.year - 1)
    with transaction.atomic():
        publish(plan)
        transaction.set_rollback(True)
    assert standing_of(plan.unit, plan.year).computed_at == computed
    assert waiting_years() == {plan.year - 1}
    assert standing_of(plan.unit, plan.year - 1).activities == 1
    for year in (plan.year, plan.year - 1):
        plan.activity(1, fiscal_year=year)
    assert standing_of(plan.unit, plan.year).activities == 1
    assert standing_of(plan.unit, plan.year - 1).activities == 2


def test_rule_data_and_the_tree_make_every_standing_stale(plan: Plan) -> None:
    world = plan.world
    plan.ordered(plan.committee(citizen=True))
    publish(plan)
    agree(plan)
    assert standing_of(plan.unit, plan.year).level == 3
    kind = CommitteeKind.objects.get(code="ebidding")
    kind.qualifying = False
    kind.save()
    agree(plan)
    assert standing_of(plan.unit, plan.year).level == 1
    kind.qualifying = True
    kind.save()
    level = CoverageLevel.objects.get(variant="regional", level=3)
    level.education = 1
    level.save()
    agree(plan)
    assert standing_of(plan.unit, plan.year).level == 2
    for code, governs in (("regional", False), ("checklist", True)):
        variant = CoverageVariant.objects.get(code=code)
        variant.governing = governs
        variant.save()
    agree(plan)
    assert standing_of(plan.unit, plan.year).level == 4
    UnitLink.objects.get(child=world.district).delete()
    rebuild_reach()
    agree(plan)
    assert standing_of(world.province, plan.year).activities == 0


def test_nightly_job_brings_every_year_that_waits_up_to_today(plan: Plan) -> None:
    plan.activity(1)
    plan.activity(1, fiscal_year=plan.year - 3)
    jobs.refresh_standings(0)
    assert not StandingChange.objects.exists()
    assert set(Standing.objects.values_list("fiscal_year", flat=True)) == {plan.year, plan.year - 3}
    assert Standing.objects.filter(fiscal_year=plan.year, as_of=TODAY).count() == Unit.objects.count()
    jobs.refresh_standings(0)


@pytest.mark.parametrize(("day", "years"), [("2026-10-01", [2569, 2570]), ("2026-10-02", [2570])])
def test_nightly_job_on_the_first_day_of_a_fiscal_year_ends_the_old_one(
    monkeypatch: pytest.MonkeyPatch, db: None, day: str, years: list[int]
) -> None:
    from datetime import date

    done: list[int] = []
    monkeypatch.setattr(jobs.timezone, "localdate", lambda: date.fromisoformat(day))
    monkeypatch.setattr(jobs, "refresh_all", done.append)
    jobs.refresh_standings(0)
    assert done == years


# --- At the same moment -------------------------------------------------------------------------------------------
@pytest.fixture
def committed(transactional_db: None) -> Plan:
    """The plan, committed, so that other connections see it."""
    return build_plan(build_world())


def in_a_thread(act: Callable[[], Any]) -> Thread:
    """Begin it on a connection of its own."""

    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    thread = Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("when", ["before the reading", "after the reading"])
def test_change_between_taking_and_writing_is_not_lost(
    committed: Plan, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Somebody commits a change while another computes: whoever reads next sees it."""
    refresh_all(committed.year)
    committed.activity(1)
    real, once = standing.read, [True]

    def read(*about: Any, **how: Any) -> Any:
        if not once:
            return real(*about, **how)
        once.clear()
        found = real(*about, **how) if when == "after the reading" else None
        # He waits for nobody, or this would never come back.
        writer = in_a_thread(lambda: publish(committed))
        writer.join(20)
        assert not writer.is_alive()
        return found or real(*about, **how)

    monkeypatch.setattr(standing, "read", read)
    standing_of(committed.unit, committed.year)
    assert StandingChange.objects.filter(unit=committed.unit).exists()
    assert standing_of(committed.unit, committed.year).published
    assert standing_of(committed.world.department, committed.year).published
    agree(committed)


def test_of_two_who_compute_at_once_the_later_facts_stay(committed: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first has read, and is slow to write; meanwhile a fact changes and a second one computes."""
    real, has_read, may_write = standing.read, Event(), Event()
    slow = [True]

    def read(*about: Any, **how: Any) -> Any:
        found = real(*about, **how)
        if slow:
            slow.clear()
            has_read.set()
            assert may_write.wait(20)
        return found

    monkeypatch.setattr(standing, "read", read)
    first = in_a_thread(lambda: standing_of(committed.unit, committed.year))
    assert has_read.wait(20)
    publish(committed)
    seen: list[Standing] = []
    second = in_a_thread(lambda: seen.append(standing_of(committed.unit, committed.year)))
    second.join(1)
    assert second.is_alive(), "the second has to wait until the first has written"
    may_write.set()
    first.join(20)
    second.join(20)
    assert seen[0].published
    assert Standing.objects.get(unit=committed.unit, fiscal_year=committed.year).published
    agree(committed)


def test_first_standings_of_all_units_by_many_readers_at_once(committed: Plan) -> None:
    for number in range(4):
        committed.activity(number)
    units = list(Unit.objects.all())
    readers: list[Callable[[], Any]] = [
        lambda: standings_of(units, committed.year),
        lambda: standings_of(units[::-1], committed.year),
        lambda: standing_of(committed.unit, committed.year),
        lambda: refresh_all(committed.year),
    ]
    results = together(*readers, *readers)
    assert not [result for result in results if isinstance(result, Exception)]
    assert Standing.objects.count() == Unit.objects.count()
    agree(committed)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_writers_and_readers_at_once_end_in_agreement(committed: Plan, seed: int) -> None:
    world = committed.world
    places = [world.district, world.other, world.province]

    def write(number: int) -> None:
        dice = random.Random(100 * seed + number)  # noqa: S311 - a test may be foreseen
        unit = places[number % 3]
        rows: list[Activity] = []
        for _turn in range(12):
            match dice.randrange(4):
                case 0:
                    rows.append(
                        add_activity(unit=unit, fiscal_year=committed.year, name="ก", budget=Decimal(9), by=None)
                    )
                case 1 if rows:
                    change_activity(dice.choice(rows), by=None, budget=Decimal(dice.randrange(9)))
                case 2:
                    publish(committed, unit)
                case _:
                    with transaction.atomic():
                        strike_out(publish(committed, unit), by=committed.staff, reason="ผิด")

    def look(number: int) -> None:
        dice = random.Random(number)  # noqa: S311
        for _turn in range(15):
            standings_of(dice.sample([*places, world.department], dice.randrange(1, 5)), committed.year)

    acts = [lambda number=number: write(number) for number in range(4)]
    acts += [lambda number=number: look(number) for number in range(3)]
    results = together(*acts)
    assert results == [None] * 7
    agree(committed)


def test_touch_of_a_unit_reaches_all_above_it(plan: Plan) -> None:
    world = plan.world
    StandingChange.objects.all().delete()
    touch(world.district.pk, 2570)
    assert set(StandingChange.objects.values_list("unit", "origin", "fiscal_year")) == {
        (unit.pk, world.district.pk, 2570) for unit in (world.district, world.province, world.department)
    }
