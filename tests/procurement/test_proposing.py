"""Writing a proposal: each seat by the edges of its committee, whole or not at all."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone, translation

from procurement.actions import proposing
from procurement.actions.proposing import Did, Outcome, propose
from procurement.models import Activity, Committee, CommitteeCase, CommitteeKind, Member, Note, Person
from procurement.planner.reading import problem_of
from procurement.planner.rule import solve
from tests.support.procurement_ways import committee_in, purchase_in
from tests.support.purchases import Plan, build_plan
from tests.support.threads import together
from tests.support.world import build_world
from workflows.checks import problems
from workflows.models import Case, LedgerEntry
from workflows.refusals import Missing
from workflows.verification import Report, verify

REASON = "เครือข่ายพัฒนาชุมชนเสนอชื่อ"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Refusals are read in English here, whatever catalogue is compiled."""
    with translation.override("en"):
        yield


def write(plan: Plan, *pairs: tuple[Any, Any], by: Any = None, reason: str = REASON) -> list[Outcome]:
    """Propose these people for these activities."""
    ids = [(str(getattr(activity, "pk", activity)), str(getattr(who, "pk", who))) for activity, who in pairs]
    return propose(plan.unit, plan.year, ids, by or plan.staff, reason)


def ledger() -> list[str]:
    return list(LedgerEntry.objects.order_by("id").values_list("verb", flat=True))


def refusal(plan: Plan, activity: Any, who: Any, **more: Any) -> str:
    """The assignment is refused with a sentence, and nothing at all is written. Out: the sentence."""
    before = (ledger(), Member.objects.count(), Case.objects.count())
    (outcome,) = write(plan, (activity, who), **more)
    assert (outcome.did, outcome.is_done, outcome.case) == (Did.REFUSED, False, None)
    assert (ledger(), Member.objects.count(), Case.objects.count()) == before
    assert str(outcome.sentence).strip()
    return str(outcome.sentence)


# --- What is written --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("place", ["draft", "draft/amending"])
def test_seat_goes_into_the_draft_there_is(plan: Plan, place: str) -> None:
    activity, citizen = plan.activity(), plan.citizen()
    committee = committee_in(plan, place, purchase=plan.purchase(activity))
    before = committee.ledger_seq
    (outcome,) = write(plan, (activity, citizen))
    assert (outcome.did, outcome.is_done) == (Did.ADDED, True)
    assert outcome.case is not None
    assert (outcome.case.pk, outcome.case.ledger_seq) == (committee.pk, before + 1)
    seat = Member.objects.get(person=citizen)
    assert (seat.committee_id, seat.duty, seat.nomination, seat.appointed_on) == (committee.pk, "member", REASON, None)


def test_order_in_force_is_amended_first_with_the_reason(plan: Plan) -> None:
    activity, citizen = plan.activity(), plan.citizen()
    committee = plan.ordered(plan.committee(plan.purchase(activity)))
    (outcome,) = write(plan, (activity, citizen))
    assert outcome.did == Did.AMENDED
    assert ledger()[-3:] == ["amend", "add_member", "propose"]
    committee = CommitteeCase.objects.get(pk=committee.pk)
    assert (committee.state, committee.came_from) == ("draft", "ordered")
    assert Note.objects.get(case=committee.pk).text == REASON
    plan.seats_ready(committee)
    plan.ordered(committee, "2")
    assert Member.objects.get(person=citizen).appointed_on == timezone.localdate()
    assert problem_of(plan.unit, plan.year, 2).lacking_top == 0
    assert list(problems()) == []


def test_purchase_without_a_committee_gets_one_of_the_kind_of_its_method(plan: Plan) -> None:
    activity, citizen = plan.activity(), plan.citizen()
    purchase = plan.purchase(activity)
    (outcome,) = write(plan, (activity, citizen))
    assert (outcome.did, ledger()[-3:]) == (Did.DRAFTED, ["draft", "add_member", "propose"])
    assert outcome.case is not None
    committee = outcome.case.committee
    assert (committee.purchase_id, committee.kind_id, outcome.case.holder) == (purchase.pk, "ebidding", plan.staff)
    assert [row.person for row in committee.members.all()] == [citizen]


def test_purchase_without_a_method_gets_a_committee_of_the_specific_method(plan: Plan) -> None:
    activity, citizen = plan.activity(), plan.citizen()
    plan.purchase(activity, method=None)
    (outcome,) = write(plan, (activity, citizen))
    assert outcome.case is not None
    assert outcome.case.committee.kind_id == "specific"


def test_proposal_of_the_planner_is_written_and_then_under_way(plan: Plan) -> None:
    activities = [plan.activity(n * 1000) for n in range(1, 6)]
    for activity in activities:
        plan.purchase(activity)
    for number in range(2):
        plan.citizen(f"นาง อาสา{number} สมมุติ", most_seats=3)
    proposal = solve(problem_of(plan.unit, plan.year, 5))
    assert len(proposal.assignments) == 5
    outcomes = propose(plan.unit, plan.year, proposal.assignments, plan.staff, REASON)
    assert [row.did for row in outcomes] == [Did.DRAFTED] * 5
    after = problem_of(plan.unit, plan.year, 5)
    assert set(after.under_way) == set(proposal.assignments)
    assert solve(after).assignments == ()
    assert list(problems()) == []
    assert list(verify(Report())) == []


def test_place_is_chosen_where_the_citizen_may_sit(plan: Plan) -> None:
    activity, citizen = plan.activity(), plan.citizen()
    first, second = plan.purchase(activity), plan.purchase(activity)
    plan.committee(first)
    inspection = plan.committee(first, "inspection")
    plan.do(inspection, "add_member", person=citizen, duty="member", nomination=REASON)
    (outcome,) = write(plan, (activity, citizen))
    assert outcome.case is not None
    assert (outcome.did, outcome.case.committee.purchase_id) == (Did.DRAFTED, second.pk)


# --- Twice, and together ----------------------------------------------------------------------------------------------
def test_same_proposal_twice_changes_nothing_the_second_time(plan: Plan) -> None:
    pairs = []
    for number in range(3):
        activity = plan.activity()
        plan.purchase(activity)
        pairs.append((activity, plan.citizen(f"นาย ประชา{number} สมมุติ")))
    assert [row.did for row in write(plan, *pairs)] == [Did.DRAFTED] * 3
    before = ledger()
    again = write(plan, *pairs)
    assert [(row.did, row.is_done) for row in again] == [(Did.ALREADY, True)] * 3
    assert ledger() == before


def test_refused_assignment_leaves_the_others_alone(plan: Plan) -> None:
    good, bad, also_good = plan.activity(), plan.activity(), plan.activity()
    plan.purchase(good)
    plan.purchase(also_good)
    one, two, three = (plan.citizen(f"นาย ประชา{n} สมมุติ") for n in range(3))
    outcomes = write(plan, (good, one), (bad, two), (also_good, three))
    assert [row.did for row in outcomes] == [Did.DRAFTED, Did.REFUSED, Did.DRAFTED]
    assert Member.objects.count() == 2


def test_second_step_that_is_refused_takes_the_first_with_it(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    activity, citizen = plan.activity(), plan.citizen()
    plan.ordered(plan.committee(plan.purchase(activity)))
    real = proposing.perform

    def refusing(case: Any, edge: str, *rest: Any, **facts: Any) -> Any:
        if edge == "add_member":
            raise Missing("no")
        return real(case, edge, *rest, **facts)

    monkeypatch.setattr(proposing, "perform", refusing)
    assert refusal(plan, activity, citizen) == "no"
    assert CommitteeCase.objects.get(kind="committee").state == "ordered"


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_the_same_moment_it_is_written_once(transactional_db: None) -> None:
    plan = build_plan(build_world())
    activity, citizen = plan.activity(), plan.citizen()
    plan.purchase(activity)
    outcomes = [row for (row,) in together(*[lambda: write(plan, (activity, citizen))] * 4)]
    assert sorted(row.did for row in outcomes) == [Did.ALREADY] * 3 + [Did.DRAFTED]
    assert Member.objects.count() == Committee.objects.count() == 1
    assert list(problems()) == []


@pytest.mark.django_db(transaction=True)
def test_two_citizens_proposed_at_the_same_moment_one_sits(transactional_db: None) -> None:
    plan = build_plan(build_world())
    activity = plan.activity()
    plan.committee(plan.purchase(activity))
    people = [plan.citizen(f"นาย ประชา{number} สมมุติ") for number in range(4)]
    acts = [lambda person=person: write(plan, (activity, person)) for person in people]
    outcomes = [row for (row,) in together(*acts)]
    assert sorted(row.did for row in outcomes) == [Did.ADDED] + [Did.REFUSED] * 3
    assert Member.objects.filter(person__standing="citizen").count() == 1


@pytest.mark.django_db(transaction=True)
def test_proposals_at_the_same_moment_keep_to_the_limit_of_a_person(transactional_db: None) -> None:
    plan = build_plan(build_world())
    citizen = plan.citizen(most_seats=1)
    activities = [plan.activity() for _number in range(3)]
    for activity in activities:
        plan.purchase(activity)
    acts = [lambda activity=activity: write(plan, (activity, citizen)) for activity in activities]
    outcomes = [row for (row,) in together(*acts)]
    assert sorted(row.did for row in outcomes) == [Did.DRAFTED] + [Did.REFUSED] * 2
    assert Member.objects.count() == 1


# --- What is refused --------------------------------------------------------------------------------------------------
def test_activity_without_a_purchase_cannot_be_written_yet(plan: Plan) -> None:
    assert "planned" in refusal(plan, plan.activity(), plan.citizen())


def test_activity_that_is_decided_or_over_is_refused_with_the_reason(plan: Plan) -> None:
    activity, citizen = plan.activity(), plan.citizen()
    committee_in(plan, "working", purchase=plan.purchase(activity))
    assert "without a citizen" in refusal(plan, activity, citizen)
    over = purchase_in(plan, "completed")
    assert "work left" in refusal(plan, over.purchase.activity_id, citizen)


def test_activity_that_another_citizen_covers_or_will_cover_is_refused(plan: Plan) -> None:
    activity, citizen = plan.activity(), plan.citizen()
    committee = plan.committee(plan.purchase(activity), citizen=True)
    assert "Another citizen" in refusal(plan, activity, citizen)
    committee = plan.ordered(committee)
    assert "Another citizen" in refusal(plan, activity, citizen)
    plan.meeting(committee, "propose")
    assert "covered already" in refusal(plan, activity, citizen)


@pytest.mark.parametrize("place", ["linted", "approved"])
def test_draft_on_its_way_has_to_come_back_first(plan: Plan, place: str) -> None:
    activity = plan.activity()
    committee_in(plan, place, purchase=plan.purchase(activity))
    assert "come back" in refusal(plan, activity, plan.citizen())


def test_who_may_not_sit_is_refused(plan: Plan) -> None:
    activity = plan.activity()
    purchase = plan.purchase(activity)
    sits = plan.citizen()
    inspection = plan.committee(purchase, "inspection")
    plan.do(inspection, "add_member", person=sits, duty="member", nomination=REASON)
    assert "another committee" in refusal(plan, activity, sits)
    assert "as many seats" in refusal(plan, activity, plan.citizen(most_seats=0))
    assert "not available" in refusal(plan, activity, plan.citizen(active=False))
    assert "not in the pool" in refusal(plan, activity, plan.official())
    assert "not in the pool" in refusal(plan, activity, plan.citizen(unit=plan.world.other))


def test_citizen_of_the_unit_beside_is_refused_though_he_is_in_the_pool_of_the_province(plan: Plan) -> None:
    activity = plan.activity()
    plan.purchase(activity)
    stranger = plan.citizen(unit=plan.world.other)
    pairs = [(str(activity.pk), str(stranger.pk))]
    (outcome,) = propose(plan.world.province, plan.year, pairs, plan.upper_staff, REASON)
    assert "another unit" in str(outcome.sentence)


@pytest.mark.parametrize("unknown", ["0", "-1", "x", "", "9" * 30])
def test_unknown_ids_are_refused_one_by_one(plan: Plan, unknown: str) -> None:
    activity, citizen = plan.activity(), plan.citizen()
    plan.purchase(activity)
    assert "not in the plan" in refusal(plan, unknown, citizen)
    assert "not in the pool" in refusal(plan, activity, unknown)


def test_activity_of_another_plan_is_refused(plan: Plan) -> None:
    citizen = plan.citizen()
    other_year = plan.activity(fiscal_year=plan.year - 1)
    beside = plan.activity(unit=plan.world.other, by=plan.upper_staff)
    for activity in (other_year, beside):
        plan_of = Activity.objects.get(pk=activity.pk)
        assert "not in the plan" in refusal(plan, plan_of, citizen)


def test_kind_that_was_switched_off_meanwhile_is_refused(plan: Plan) -> None:
    activity, citizen = plan.activity(), plan.citizen()
    plan.purchase(activity)
    CommitteeKind.objects.filter(code="ebidding").update(qualifying=False)
    assert "work left" in refusal(plan, activity, citizen)


# --- Who may ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["officer", "approver", "head", "executive", "stranger", "administrator"])
def test_who_is_no_procurement_officer_of_the_unit_may_not(plan: Plan, name: str) -> None:
    activity, citizen = plan.activity(), plan.citizen()
    plan.purchase(activity)
    before = ledger()
    with pytest.raises(Missing) as refused:
        write(plan, (activity, citizen), by=getattr(plan.world, name))
    assert refused.value.field == "by"
    assert ledger() == before
    assert not Member.objects.exists()


def test_procurement_officer_of_the_province_may_for_its_districts_and_not_the_other_way_round(plan: Plan) -> None:
    activity, citizen = plan.activity(), plan.citizen()
    plan.purchase(activity)
    with pytest.raises(Missing):
        propose(plan.world.province, plan.year, [], plan.staff, REASON)
    pairs = [(str(activity.pk), str(citizen.pk))]
    (outcome,) = propose(plan.world.province, plan.year, pairs, plan.upper_staff, REASON)
    assert outcome.did == Did.DRAFTED


@pytest.mark.parametrize("reason", ["", "  ", "ก" * 501])
def test_without_a_reason_or_with_an_endless_one_nothing_is_written(plan: Plan, reason: str) -> None:
    activity, citizen = plan.activity(), plan.citizen()
    plan.purchase(activity)
    with pytest.raises(Missing) as refused:
        write(plan, (activity, citizen), reason=reason)
    assert refused.value.field == "reason"
    assert Person.objects.get(pk=citizen.pk).memberships.count() == 0
