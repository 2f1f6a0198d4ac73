"""The facts of coverage as the database tells them: whose, of which day, and what does not count."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations.calendar import fiscal_year_bounds
from organisations.models import Unit
from procurement.actions.plan import cancel_activity, change_activity
from procurement.actions.registers import record_education, record_publication, strike_out
from procurement.coverage.history import days_of as history_days
from procurement.coverage.history import history
from procurement.coverage.reading import facts_of, facts_of_many, variant_of
from procurement.coverage.rule import ActivityFacts, Seat, compute
from procurement.coverage.scope import Scope, scope_of
from procurement.models import Activity, CommitteeKind, Contract, CoverageVariant, Member, Purchase
from tests.support.purchases import Plan
from workflows.actors import IMPORT
from workflows.transitions import open_case, perform

TODAY = timezone.localdate()
WEEK = timedelta(days=7)


def at(day: date, hour: int = 12) -> datetime:
    """A moment of that day in Bangkok."""
    return datetime.combine(day, time(hour), timezone.get_current_timezone())


def only(plan: Plan, unit: Unit | None = None, as_of: date | None = None, **how: Any) -> ActivityFacts:
    """The one activity of the plan."""
    (row,) = facts_of(unit or plan.unit, plan.year, as_of, **how).activities
    return row


def covered(plan: Plan, as_of: date | None = None, **how: Any) -> tuple[str, ...]:
    return compute(facts_of(plan.unit, plan.year, as_of, **how), variant_of()).covered


# --- The plan ---------------------------------------------------------------------------------------------------------
def test_activity_is_counted_with_its_unit_and_all_above_and_nowhere_else(plan: Plan) -> None:
    world = plan.world
    mine, beside = plan.activity(5), plan.activity(6, unit=world.other)
    plan.activity(7, fiscal_year=plan.year - 1)
    facts = facts_of_many([world.district.pk, world.other.pk, world.province.pk, world.centre.pk], plan.year)
    found = {pk: [row.id for row in of_unit.activities] for pk, of_unit in facts.items()}
    assert found == {
        world.district.pk: [str(mine.pk)],
        world.other.pk: [str(beside.pk)],
        world.province.pk: [str(mine.pk), str(beside.pk)],
        world.centre.pk: [],
    }
    assert only(plan) == ActivityFacts(str(mine.pk), Decimal(5), None, None, None, ())
    assert facts[world.province.pk] == facts_of(world.province, plan.year)


def test_budget_is_the_one_of_the_day(plan: Plan) -> None:
    row = plan.activity(100, at=at(TODAY - 3 * WEEK))
    change_activity(row, by=plan.staff, budget=Decimal(200), at=at(TODAY - 2 * WEEK, hour=23))
    change_activity(row, by=plan.staff, name="อีกชื่อ", at=at(TODAY - 2 * WEEK + timedelta(days=1)))
    change_activity(row, by=plan.staff, budget=None, at=at(TODAY - WEEK, hour=0))
    budgets = {
        TODAY - 9 * WEEK: 100,  # before it was written down: the plan is of the year
        TODAY - 3 * WEEK: 100,
        TODAY - 2 * WEEK - timedelta(days=1): 100,
        TODAY - 2 * WEEK: 200,
        TODAY - WEEK - timedelta(days=1): 200,
        TODAY - WEEK: None,
        TODAY: None,
        TODAY + WEEK: None,
    }
    assert {day: only(plan, as_of=day).budget for day in budgets} == budgets


def test_an_activity_without_a_purchase_is_counted(plan: Plan) -> None:
    row = plan.activity(None)
    result = compute(facts_of(plan.unit, plan.year), variant_of())
    assert (result.top, result.missing_budget, result.covered) == ((str(row.pk),), (str(row.pk),), ())


# --- Seats ------------------------------------------------------------------------------------------------------------
def test_citizen_of_a_committee_that_considers_offers_covers_from_the_day_of_the_order(plan: Plan) -> None:
    committee = plan.committee(citizen=True)
    assert only(plan).seats == ()
    plan.ordered(committee, on=TODAY - WEEK)
    assert only(plan).seats == (Seat(TODAY - WEEK, None, True, None),)
    assert covered(plan)
    assert not covered(plan, TODAY - WEEK - timedelta(days=1))


def test_officials_cover_nothing(plan: Plan) -> None:
    plan.ordered(plan.committee())
    assert only(plan).seats == ()


@pytest.mark.parametrize(("kind", "counts"), [("inspection", "inspection"), ("terms", ""), ("ebidding", "always")])
def test_kind_of_committee_decides(plan: Plan, kind: str, counts: str) -> None:
    plan.ordered(plan.committee(kind=kind, citizen=True))
    assert bool(covered(plan)) == (counts == "always")
    assert bool(covered(plan, inspection=True)) == (counts != "")


def test_which_kinds_count_is_rule_data(plan: Plan) -> None:
    plan.ordered(plan.committee(citizen=True))
    CommitteeKind.objects.filter(code="ebidding").update(qualifying=False)
    assert not covered(plan)
    CommitteeKind.objects.filter(code="inspection").update(qualifying=True)
    plan.ordered(plan.committee(Purchase.objects.get().case, kind="inspection", citizen=True), "2")
    assert covered(plan)


def test_first_decision_of_its_own_committee(plan: Plan) -> None:
    row = plan.activity()
    committee = plan.ordered(plan.committee(plan.purchase(row), citizen=True), on=TODAY - 3 * WEEK)
    committee = plan.meeting(committee, on=TODAY - 2 * WEEK)
    assert only(plan).seats[0].first_decision is None
    committee = plan.meeting(committee, "other", on=TODAY - WEEK)
    plan.meeting(committee, "propose", on=TODAY)
    other = plan.ordered(plan.committee(plan.purchase(row), citizen=True), "2", on=TODAY - 3 * WEEK)
    plan.meeting(other, "cancel", on=TODAY - 3 * WEEK)
    seats = only(plan).seats
    assert [held.first_decision for held in seats] == [TODAY - WEEK, TODAY - 3 * WEEK]
    assert only(plan).first_decision is None


def test_citizen_who_came_after_the_decision_covers_nothing(plan: Plan) -> None:
    committee = plan.meeting(plan.ordered(plan.committee(), on=TODAY - 2 * WEEK), "propose", on=TODAY - WEEK)
    committee = plan.do(committee, "amend", reasons="เพิ่มผู้แทนภาคประชาชน")
    committee = plan.do(committee, "add_member", person=plan.citizen(), duty="member", nomination="เสนอชื่อ")
    plan.seats_ready(committee)
    plan.ordered(committee, "2", on=TODAY - timedelta(days=2))
    assert [held.start for held in only(plan).seats] == [TODAY - timedelta(days=2)]
    assert not covered(plan)


@pytest.mark.parametrize(("left", "still"), [(TODAY - WEEK, False), (TODAY - WEEK + timedelta(days=1), True)])
def test_citizen_who_left_before_the_decision_covers_nothing(plan: Plan, left: date, still: bool) -> None:
    """The last day on which he is a member is the day before he has left."""
    committee = plan.ordered(plan.committee(citizen=True), on=TODAY - 2 * WEEK)
    member = Member.objects.get(person__standing="citizen")
    committee = plan.do(committee, "member_leaves", member=member, on=left, because="resigned", reasons="ย้ายถิ่น")
    plan.meeting(committee, "propose", on=TODAY - WEEK)
    assert only(plan).seats == (Seat(TODAY - 2 * WEEK, left, True, TODAY - WEEK),)
    assert bool(covered(plan)) == still


def test_citizen_with_an_interest_covers_nothing(plan: Plan) -> None:
    from procurement.models import InterestGround

    committee = plan.ordered(plan.committee(citizen=True))
    member = Member.objects.get(person__standing="citizen")
    ground = InterestGround.objects.get(code="spouse")
    plan.do(committee, "declare_interest", member=member, ground=ground, on=TODAY)
    assert only(plan).seats == (Seat(TODAY, TODAY, True, None),)
    assert not covered(plan)


def test_committee_at_its_end_covers_by_what_it_decided(plan: Plan) -> None:
    committee = plan.meeting(plan.ordered(plan.committee(citizen=True), on=TODAY - WEEK), "propose", on=TODAY - WEEK)
    committee = plan.do(committee, "report", text="เห็นควรจ้าง")
    plan.do(committee, "dissolve", plan.approver)
    assert covered(plan)
    unfinished = plan.ordered(plan.committee(citizen=True), "2", on=TODAY - WEEK)
    plan.do(unfinished, "cancel_order", plan.approver, number="3", on=TODAY, reasons="ยกเลิก")
    assert len(covered(plan)) == 1


def test_one_of_several_purchases_is_enough(plan: Plan) -> None:
    row = plan.activity()
    plan.purchase(row)
    plan.ordered(plan.committee(plan.purchase(row), citizen=True))
    assert covered(plan) == (str(row.pk),)


# --- Cancelled --------------------------------------------------------------------------------------------------------
def test_activity_cancelled_before_an_award_is_out_and_listed(plan: Plan) -> None:
    row = plan.activity()
    plan.do(plan.purchase(row), "cancel", plan.approver, reasons="ไม่มีผู้ยื่น")
    result = compute(facts_of(plan.unit, plan.year), variant_of())
    # Its purchase may be tried again; the activity of the plan still stands.
    assert (result.top, result.left_out) == ((str(row.pk),), ())
    cancel_activity(row, by=plan.approver, reason="ตัดงบ")
    assert only(plan) == ActivityFacts(str(row.pk), Decimal(1_000_000), TODAY, None, None, ())
    result = compute(facts_of(plan.unit, plan.year), variant_of())
    assert (result.top, result.left_out, result.marked) == ((), (str(row.pk),), True)
    before = compute(facts_of(plan.unit, plan.year, TODAY - WEEK), variant_of())
    assert (before.top, before.left_out) == ((str(row.pk),), ())
    idea = cancel_activity(plan.activity(), by=plan.approver, reason="ไม่ดำเนินการ")
    assert compute(facts_of(plan.unit, plan.year), variant_of()).left_out == (str(row.pk), str(idea.pk))


def test_activity_cancelled_after_an_award_stays_counted(plan: Plan) -> None:
    row = plan.activity()
    case = plan.contracted(plan.purchase(row))
    Contract.objects.update(signed_on=TODAY - WEEK)
    Contract.objects.create(purchase=case.purchase, number="2", signed_on=TODAY)
    case = perform(case, "import_cancellation", IMPORT)
    cancel_activity(row, by=plan.approver, reason="ผู้รับจ้างทิ้งงาน")
    # The earliest of the award and the contracts of all its purchases.
    assert only(plan).award == TODAY - WEEK
    Purchase.objects.update(awarded_on=TODAY - 2 * WEEK)
    assert only(plan).award == TODAY - 2 * WEEK
    result = compute(facts_of(plan.unit, plan.year), variant_of())
    assert (result.top, result.kept, result.left_out) == ((str(row.pk),), (str(row.pk),), ())


def test_contract_without_a_day_is_an_award(plan: Plan) -> None:
    row = plan.activity()
    case = plan.contracted(plan.purchase(row))
    Contract.objects.update(signed_on=None)
    Purchase.objects.update(awarded_on=None)
    perform(case, "import_cancellation", IMPORT)
    cancel_activity(row, by=plan.approver, reason="ทิ้งงาน")
    assert only(plan).award is True
    assert compute(facts_of(plan.unit, plan.year), variant_of()).kept == (str(row.pk),)


def imported(plan: Plan, state: str = "announced", budget: int = 100, **facts: Any) -> Any:
    """A purchase with the activity of its own that an import makes for it."""
    row = plan.activity(budget, source="import")
    return open_case(
        "purchase", f"import_{state}", IMPORT, unit=plan.unit, activity=row, name=row.name, budget=row.budget, **facts
    )


def test_imported_purchase_that_was_cancelled_takes_its_activity_with_it(plan: Plan) -> None:
    """Nobody cancels the activities of an import one by one: each is the purchase it was made for."""
    gone = imported(plan, "cancelled", cancelled_on=TODAY - WEEK).purchase.activity_id
    unknown = imported(plan, "cancelled").purchase.activity_id
    imported(plan)
    rows = {row.id: row for row in facts_of(plan.unit, plan.year).activities}
    assert rows[str(gone)].cancelled == TODAY - WEEK
    assert rows[str(unknown)].cancelled is True
    result = compute(facts_of(plan.unit, plan.year), variant_of())
    assert (result.left_out, len(result.top)) == ((str(gone), str(unknown)), 1)
    before = compute(facts_of(plan.unit, plan.year, TODAY - 2 * WEEK), variant_of())
    assert before.left_out == (str(unknown),)
    # Cancelled with the last of its purchases.
    again = plan.purchase(Activity.objects.get(pk=gone))
    perform(again, "import_cancellation", IMPORT, on=TODAY)
    rows = {row.id: row for row in facts_of(plan.unit, plan.year).activities}
    assert rows[str(gone)].cancelled == TODAY


def test_imported_activity_with_a_purchase_that_goes_on_is_counted(plan: Plan) -> None:
    cancelled = imported(plan, "cancelled", cancelled_on=TODAY)
    again = imported(plan)
    plan.do(again, "group", activity=cancelled.purchase.activity)
    # The re-tender is the same activity.
    assert [row.id for row in facts_of(plan.unit, plan.year).activities] == [str(cancelled.purchase.activity_id)]
    assert only(plan).cancelled is None


def test_activity_emptied_by_grouping_is_out_on_every_day_and_not_listed(plan: Plan) -> None:
    first, second = imported(plan, budget=100), imported(plan, budget=50)
    whole = plan.activity(1_000)
    for case in (first, second):
        plan.do(case, "group", activity=whole)
    assert Activity.objects.filter(cancelled_on=TODAY).count() == 2
    for day in (TODAY - 9 * WEEK, TODAY, TODAY + WEEK):
        result = compute(facts_of(plan.unit, plan.year, day), variant_of())
        assert (result.top, result.left_out) == ((str(whole.pk),), ())
    # Grouped back, the activity of the import counts again.
    back = Activity.objects.get(pk=first.purchase.activity_id)
    plan.do(first, "group", activity=back)
    assert {row.id for row in facts_of(plan.unit, plan.year).activities} == {str(whole.pk), str(back.pk)}


# --- Registers --------------------------------------------------------------------------------------------------------
FIRST, AFTER = fiscal_year_bounds(TODAY.year + 543 + (TODAY.month >= 10))


def teach(plan: Plan, day: date, *audience: str, unit: Unit | None = None) -> Any:
    return record_education(
        unit=unit or plan.unit, name="อบรม", held_on=day, audience=audience, evidence="x", by=plan.staff
    )


def publish(plan: Plan, day: date, unit: Unit | None = None) -> Any:
    return record_publication(
        unit=unit or plan.unit, what="งาน", channel="board", published_on=day, evidence="x", by=plan.staff
    )


def test_education_that_counts(plan: Plan) -> None:
    teach(plan, FIRST, "leaders")
    teach(plan, FIRST, "groups", "staff")
    teach(plan, FIRST, "networks", unit=plan.world.other)
    teach(plan, AFTER - timedelta(days=1), "public")
    teach(plan, FIRST, "staff")
    teach(plan, FIRST - timedelta(days=1), "public")
    teach(plan, AFTER, "public")
    strike_out(teach(plan, FIRST, "public"), by=plan.staff, reason="บันทึกซ้ำ")
    assert facts_of(plan.unit, plan.year, AFTER).education == 3
    assert facts_of(plan.unit, plan.year, FIRST).education == 2
    assert facts_of(plan.world.province, plan.year, FIRST).education == 3
    assert facts_of(plan.unit, plan.year - 1, AFTER).education == 1
    assert facts_of(plan.unit, plan.year, FIRST - timedelta(days=1)).education == 0


def test_publication_that_counts(plan: Plan) -> None:
    publish(plan, FIRST - timedelta(days=1))
    publish(plan, AFTER)
    struck = publish(plan, FIRST)
    strike_out(struck, by=plan.staff, reason="ผิดปี")
    assert not facts_of(plan.unit, plan.year, AFTER).published
    second = FIRST + timedelta(days=1)
    publish(plan, FIRST, unit=plan.world.centre)
    assert facts_of(plan.world.centre, plan.year, FIRST).published
    publish(plan, second, unit=plan.world.other)
    assert not facts_of(plan.unit, plan.year, AFTER).published
    publish(plan, second + WEEK, unit=plan.world.other)
    assert not facts_of(plan.world.province, plan.year, FIRST).published
    assert facts_of(plan.world.province, plan.year, second).published
    assert facts_of(plan.unit, plan.year - 1, AFTER).published


# --- The form, the scope, the cost -----------------------------------------------------------------------------------
def test_form_as_the_administrator_keeps_it(plan: Plan) -> None:
    assert variant_of().code == "regional"
    assert [rule.rest_percent for rule in variant_of("checklist").levels] == [None, None, 60, 70, 80]
    CoverageVariant.objects.get(code="regional").levels.filter(level=3).update(rest_percent=65)
    assert variant_of().levels[2].rest_percent == 65
    # Between two steps of an administrator none governs.
    CoverageVariant.objects.update(governing=False)
    assert variant_of().code == "regional"
    with pytest.raises(LookupError, match="central"):
        variant_of("central")


def test_scope_by_kind_of_unit() -> None:
    scopes = {kind: scope_of(Unit(kind=kind)) for kind in Unit.Kind}
    assert [kind for kind, scope in scopes.items() if scope is Scope.ASSESSED] == [Unit.Kind.PROVINCIAL_OFFICE]
    assert {scopes[Unit.Kind.DISTRICT], scopes[Unit.Kind.PROVINCE], scopes[Unit.Kind.LOCAL]} == {Scope.DIAGNOSTIC}
    assert {scopes[Unit.Kind.DEPARTMENT], scopes[Unit.Kind.CENTRAL]} == {Scope.SURVEY}


@pytest.mark.parametrize("as_of", [TODAY, TODAY - WEEK])
def test_queries_are_as_many_for_few_rows_as_for_many(plan: Plan, as_of: date) -> None:
    world = plan.world

    def queries(*units: Unit) -> int:
        with CaptureQueriesContext(connection) as sent:
            facts_of_many([unit.pk for unit in units], plan.year, as_of)
        return len(sent)

    plan.activity()
    few = queries(world.district)
    for number in range(12):
        row = plan.activity(number, unit=world.other if number % 2 else world.district)
        if number % 2 == 0:
            plan.purchase(row)
        change_activity(row, by=plan.staff, budget=Decimal(number + 7))
    plan.ordered(plan.committee(citizen=True))
    teach(plan, FIRST, "public")
    assert queries(world.district, world.other, world.province, world.department) == few
    assert few == (6 if as_of == TODAY else 7)


# --- History ----------------------------------------------------------------------------------------------------------
def test_history_month_by_month_of_a_year_that_is_over(plan: Plan) -> None:
    year = plan.year - 1
    first, after = fiscal_year_bounds(year)
    row = plan.activity(100, fiscal_year=year, at=at(first))
    change_activity(row, by=plan.staff, budget=None, at=at(first + timedelta(days=150)))
    publish(plan, first + timedelta(days=40))
    found = history(plan.unit, year)
    assert [day.month for day, _result in found] == [10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert all((day + timedelta(days=1)).day == 1 for day, _result in found)
    assert (found[0][0], found[-1][0]) == (first + timedelta(days=30), after - timedelta(days=1))
    assert [result.level for _day, result in found] == [0] + [1] * 11
    # The change is of 28 February.
    assert [len(result.missing_budget) for _day, result in found] == [0] * 4 + [1] * 8
    for day, result in found:
        assert result == compute(facts_of(plan.unit, year, day), variant_of())


def test_history_of_the_running_year_ends_today(plan: Plan) -> None:
    plan.ordered(plan.committee(citizen=True), on=TODAY)
    found = history(plan.unit, plan.year)
    assert found[-1][0] == TODAY
    assert len({day for day, _result in found}) == len(found)
    assert [bool(result.covered) for _day, result in found] == [False] * (len(found) - 1) + [True]
    assert history(plan.unit, plan.year + 1) == []


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2026, 9, 30), []),
        (date(2026, 10, 1), ["2026-10-01"]),
        (date(2026, 10, 31), ["2026-10-31"]),
        (date(2026, 11, 1), ["2026-10-31", "2026-11-01"]),
        (date(2027, 2, 28), ["2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"]),
    ],
)
def test_days_of_the_history(today: date, days: list[str]) -> None:
    assert [day.isoformat() for day in history_days(2570, today)] == days


def test_days_of_the_history_of_a_whole_year() -> None:
    for today in (date(2027, 9, 30), date(2027, 10, 1), date(2030, 1, 1)):
        assert len(history_days(2570, today)) == 12
        assert history_days(2570, today)[-1] == date(2027, 9, 30)


def test_history_costs_the_same_for_every_month(plan: Plan) -> None:
    plan.activity()
    with CaptureQueriesContext(connection) as sent:
        history(plan.unit, plan.year - 1)
    assert len(sent) == 9
