"""The planner's problem, read from the plan, the committees and the pool."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations.actions import rebuild_reach
from procurement.actions.plan import cancel_activity, change_activity
from procurement.actions.registers import record_education
from procurement.models import Person
from procurement.planner.reading import problem_of
from procurement.planner.rule import Closed, Reason, Target, solve
from tests.support.levels import covered_plan, registers, seated
from tests.support.procurement_ways import committee_in
from tests.support.purchases import Plan
from tests.support.world import make_unit


def test_level_asks_for_what_is_not_covered_yet(plan: Plan) -> None:
    covered_plan(plan, top=1, rest=10, rest_covered=5)
    problem = problem_of(plan.unit, plan.year, 5)
    assert (problem.level, problem.lacking_top, problem.lacking_rest) == (5, 2, 3)
    assert problem.lower == (Target(1, 0, 0), Target(2, 2, 0), Target(3, 2, 1), Target(4, 2, 2))
    assert sum(row.top for row in problem.openings) == 2
    assert len(problem.openings) == 7


def test_proposal_reaches_the_level_when_its_seats_are_in_office(plan: Plan) -> None:
    activities = {str(row.pk): row for row in covered_plan(plan, top=2, rest=10, rest_covered=6, education=1)}
    for number in range(2):
        plan.citizen(f"นาง อาสา{number} สมมุติ")
    proposal = solve(problem_of(plan.unit, plan.year, 5))
    assert proposal.reaches
    assert len(proposal.assignments) == 3
    for activity, person in proposal.assignments:
        seated(plan, activities[activity], Person.objects.get(pk=person))
    problem = problem_of(plan.unit, plan.year, 5)
    assert (problem.lacking_top, problem.lacking_rest, problem.besides) == (0, 0, ())
    assert solve(problem).assignments == ()


def test_publication_and_education_are_named_beside_the_seats(plan: Plan) -> None:
    plan.activity()
    assert len(problem_of(plan.unit, plan.year, 1).besides) == 1
    assert len(problem_of(plan.unit, plan.year, 4).besides) == 2
    registers(plan, plan.unit, education=1)
    assert problem_of(plan.unit, plan.year, 4).besides == ()


def test_plan_without_an_activity_reaches_level_1_at_most_whatever_is_seated(plan: Plan) -> None:
    problem = problem_of(plan.unit, plan.year, 2)
    assert (problem.openings, problem.lacking_top, problem.lacking_rest) == ((), 0, 0)
    assert len(problem.besides) == 2


def test_level_that_the_form_does_not_have_is_refused(plan: Plan) -> None:
    with pytest.raises(LookupError, match="9"):
        problem_of(plan.unit, plan.year, 9)


def test_activity_that_cannot_be_covered_any_more_is_closed_with_the_reason(plan: Plan) -> None:
    decided, over, going = plan.activity(3_000_000), plan.activity(2_000_000), plan.activity(1_000_000)
    small = plan.activity(1)
    committee_in(plan, "working", purchase=plan.purchase(decided))
    plan.contracted(plan.purchase(over))
    plan.purchase(going)
    citizen = plan.citizen()
    registers(plan, plan.unit)
    problem = problem_of(plan.unit, plan.year, 3)
    assert problem.closed == (
        Closed(str(decided.pk), top=True, reason=Reason.DECIDED),
        Closed(str(over.pk), top=True, reason=Reason.OVER),
    )
    assert [row.activity_id for row in problem.openings] == [str(going.pk), str(small.pk)]
    proposal = solve(problem)
    assert (proposal.reaches, proposal.best_level, proposal.short_top, proposal.short_rest) == (False, 1, 2, 0)
    assert [tuple(row) for row in proposal.blocking] == [
        (str(decided.pk), Reason.DECIDED),
        (str(over.pk), Reason.OVER),
    ]
    assert [row.id for row in problem.candidates] == [str(citizen.pk)]


def test_activity_cancelled_before_an_award_is_no_opening(plan: Plan) -> None:
    cancel_activity(plan.activity(), by=plan.staff, reason="งบประมาณถูกตัด")
    problem = problem_of(plan.unit, plan.year, 2)
    assert (problem.openings, problem.closed) == ((), ())


def test_citizen_in_a_draft_is_under_way_and_nobody_else_is_proposed(plan: Plan) -> None:
    activity = plan.activity()
    committee = plan.committee(plan.purchase(activity), citizen=True)
    citizen = committee.committee.members.get(person__standing="citizen").person
    registers(plan, plan.unit)
    problem = problem_of(plan.unit, plan.year, 2)
    assert problem.under_way == ((str(activity.pk), str(citizen.pk)),)
    assert (problem.openings, problem.lacking_top) == ((), 0)
    assert [(row.id, row.seats_left, row.live) for row in problem.candidates] == [(str(citizen.pk), 2, 1)]
    assert solve(problem).assignments == ()


def test_seat_under_way_for_the_rest_is_one_less_to_fill(plan: Plan) -> None:
    activities = covered_plan(plan, top=3, rest=10, rest_covered=5)
    plan.committee(plan.purchase(activities[-1]), citizen=True)
    problem = problem_of(plan.unit, plan.year, 5)
    assert (problem.lacking_top, problem.lacking_rest, len(problem.under_way)) == (0, 2, 1)
    assert problem.lower[1:] == (Target(2, 0, 0), Target(3, 0, 0), Target(4, 0, 1))


def test_seats_of_committees_at_their_end_are_not_counted(plan: Plan) -> None:
    citizen = plan.citizen(most_seats=1)
    committee = plan.do(
        plan.committee(plan.purchase()), "add_member", person=citizen, duty="member", nomination="เสนอชื่อ"
    )
    plan.activity()
    assert [(row.seats_left, row.live) for row in problem_of(plan.unit, plan.year, 2).candidates] == [(0, 1)]
    plan.do(committee, "discard", reasons="ไม่ใช้แล้ว")
    assert [(row.seats_left, row.live) for row in problem_of(plan.unit, plan.year, 2).candidates] == [(1, 0)]


def test_limit_lowered_below_the_seats_held_leaves_none_and_never_fewer(plan: Plan) -> None:
    committee = plan.committee(citizen=True)
    person = committee.committee.members.get(person__standing="citizen").person
    person.most_seats = 0
    person.save(update_fields=["most_seats"])
    assert [row.seats_left for row in problem_of(plan.unit, plan.year, 2).candidates] == [0]


def test_pool_is_the_available_citizens_of_the_unit_and_below_and_each_sits_near_his_home(plan: Plan) -> None:
    world = plan.world
    here, beside, above = plan.citizen(), plan.citizen(unit=world.other), plan.citizen(unit=world.province)
    village = make_unit("VIL", under=world.district)
    rebuild_reach()
    below = plan.citizen(unit=village)
    plan.citizen(active=False)
    plan.citizen(unit=world.department)
    plan.official()
    mine = plan.activity()
    theirs = plan.activity(unit=world.province, by=plan.upper_staff)

    problem = problem_of(world.province, plan.year, 2)
    assert {row.id for row in problem.candidates} == {str(row.pk) for row in (here, beside, above, below)}
    allowed = {row.activity_id: row.allowed for row in problem.openings}
    assert allowed[str(mine.pk)] == {str(row.pk) for row in (here, above, below)}
    assert allowed[str(theirs.pk)] == {str(row.pk) for row in (here, beside, above, below)}

    alone = problem_of(world.district, plan.year, 2)
    assert {row.id for row in alone.candidates} == {str(row.pk) for row in (here, below)}


def test_what_is_counted_is_that_of_the_day_of_assessment(plan: Plan) -> None:
    activity = plan.activity(100)
    for _number in range(3):
        plan.activity(1000)
    today = timezone.localdate()
    record_education(unit=plan.unit, name="อบรม", held_on=today, audience=["public"], evidence="ภาพถ่าย", by=plan.staff)
    assert len(problem_of(plan.unit, plan.year, 4, as_of=today - timedelta(days=1)).besides) == 2
    assert len(problem_of(plan.unit, plan.year, 4).besides) == 1
    assert problem_of(plan.unit, plan.year, 4).lacking_top == 3
    change_activity(activity, by=plan.staff, budget=Decimal(5000))
    assert problem_of(plan.unit, plan.year, 4).lacking_top == 4


def test_problem_takes_as_many_queries_for_many_rows_as_for_few(plan: Plan) -> None:
    def rows(count: int) -> None:
        for number in range(count):
            plan.committee(plan.purchase(plan.activity()), citizen=bool(number % 2))
            plan.committee(plan.purchase(plan.activity()), "inspection", citizen=True)
            plan.activity(unit=plan.world.other if number % 2 else plan.unit, by=plan.upper_staff)
            plan.citizen(f"นาย ประชา{number} สมมุติ", unit=plan.world.other if number % 2 else plan.unit)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            problem_of(plan.world.province, plan.year, 5)
        return len(caught)

    rows(1)
    few = queries()
    rows(5)
    assert queries() == few <= 17
