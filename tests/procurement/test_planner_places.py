"""Where a citizen can still be seated for an activity, and who may not sit there."""

import pytest
from django.utils import timezone

from procurement.models import CommitteeKind, InterestGround, Member, ProcurementMethod, PurchaseCase
from procurement.planner.places import Effort, Prospect, prospects_of
from procurement.planner.rule import Reason
from tests.support.procurement_ways import committee_in, purchase_in
from tests.support.purchases import Plan


def prospect(case: PurchaseCase) -> Prospect:
    activity = case.purchase.activity_id
    return prospects_of([activity])[activity]


@pytest.mark.parametrize(
    ("place", "effort"),
    [
        ("draft", Effort.DRAFT),
        ("draft/amending", Effort.DRAFT),
        ("linted", Effort.WAITING),
        ("approved", Effort.WAITING),
        ("linted/amending", Effort.WAITING),
        ("ordered", Effort.AMENDMENT),
    ],
)
def test_committee_that_has_not_decided_is_a_place(plan: Plan, place: str, effort: Effort) -> None:
    purchase = plan.purchase()
    committee = committee_in(plan, place, purchase=purchase)
    found = prospect(purchase)
    assert [(row.committee, row.kind, row.effort) for row in found.places] == [(committee.pk, "ebidding", effort)]
    assert (found.reason, found.unplanned, found.seated) == (None, False, [])


def test_committee_that_met_without_deciding_is_a_place(plan: Plan) -> None:
    purchase = plan.purchase()
    plan.meeting(plan.ordered(plan.committee(purchase)))
    assert [row.effort for row in prospect(purchase).places] == [Effort.AMENDMENT]


@pytest.mark.parametrize("place", ["working", "reported", "dissolved"])
def test_committee_that_has_decided_closes_its_activity(plan: Plan, place: str) -> None:
    purchase = plan.purchase()
    committee_in(plan, place, purchase=purchase)
    assert (prospect(purchase).places, prospect(purchase).reason) == ([], Reason.DECIDED)


def test_committee_cancelled_after_its_decision_makes_way_for_another(plan: Plan) -> None:
    purchase = plan.purchase()
    committee = committee_in(plan, "working", purchase=purchase)
    facts = {"number": "9", "on": timezone.localdate(), "reasons": "ประกาศใหม่"}
    plan.do(committee, "cancel_order", plan.approver, **facts)
    assert [(row.committee, row.effort) for row in prospect(purchase).places] == [(None, Effort.NEW)]


def test_discarded_draft_makes_way_for_another(plan: Plan) -> None:
    purchase = plan.purchase()
    committee_in(plan, "discarded", purchase=purchase)
    assert [(row.committee, row.effort) for row in prospect(purchase).places] == [(None, Effort.NEW)]


@pytest.mark.parametrize(("method", "kind"), [("ebidding", "ebidding"), ("emarket", "specific"), (None, "specific")])
def test_purchase_without_a_committee_gets_the_kind_of_its_method(plan: Plan, method: str | None, kind: str) -> None:
    purchase = plan.purchase(method=ProcurementMethod.objects.get(code=method) if method else None)
    plan.committee(purchase, "inspection")  # considers no offers, and does not count
    assert [(row.committee, row.kind, row.effort) for row in prospect(purchase).places] == [(None, kind, Effort.NEW)]


def test_kind_that_does_not_count_is_no_place(plan: Plan) -> None:
    CommitteeKind.objects.filter(code="ebidding").update(qualifying=False)
    assert prospect(plan.purchase()).reason == Reason.OVER


@pytest.mark.parametrize("state", ["awarded", "contracted", "completed"])
def test_purchase_after_the_award_is_over_also_with_a_committee_that_never_met(plan: Plan, state: str) -> None:
    without = purchase_in(plan, state)
    assert (prospect(without).places, prospect(without).reason) == ([], Reason.OVER)
    with_committee = plan.purchase()
    committee_in(plan, "ordered", purchase=with_committee)
    plan.contracted(with_committee)
    assert (prospect(with_committee).places, prospect(with_committee).reason) == ([], Reason.OVER)


def test_inspection_committee_that_counts_is_a_place_until_the_delivery_is_accepted(plan: Plan) -> None:
    CommitteeKind.objects.filter(code="inspection").update(qualifying=True)
    purchase = plan.contracted(plan.purchase())
    committee = plan.committee(purchase, "inspection")
    assert [row.committee for row in prospect(purchase).places] == [committee.pk]
    purchase = plan.do(purchase, "deliver", on=timezone.localdate())
    plan.do(purchase, "accept_delivery", on=timezone.localdate(), evidence="แฟ้มที่ 1")
    assert prospect(purchase).places == []


def test_activity_without_a_purchase_or_with_cancelled_ones_only_is_unplanned(plan: Plan) -> None:
    empty, cancelled = plan.activity(), purchase_in(plan, "cancelled")
    assert prospects_of([empty.pk])[empty.pk].unplanned
    assert prospect(cancelled).unplanned
    assert prospect(cancelled).effort == Effort.NO_PURCHASE


def test_retender_opens_the_activity_again(plan: Plan) -> None:
    activity = plan.activity()
    committee_in(plan, "working", purchase=plan.purchase(activity))
    again = plan.purchase(activity)
    assert [(row.purchase, row.effort) for row in prospect(again).places] == [(again.pk, Effort.NEW)]


def test_least_effort_comes_first(plan: Plan) -> None:
    activity = plan.activity()
    plan.ordered(plan.committee(plan.purchase(activity)), "1")
    plan.purchase(activity)
    draft = plan.committee(plan.purchase(activity))
    found = prospects_of([activity.pk])[activity.pk]
    assert [row.effort for row in found.places] == [Effort.DRAFT, Effort.NEW, Effort.AMENDMENT]
    assert found.places[0].committee == draft.pk


def test_citizen_in_a_place_is_seated_and_an_official_or_one_who_is_taken_out_is_not(plan: Plan) -> None:
    purchase = plan.purchase()
    committee = plan.committee(purchase, citizen=True)
    citizen = committee.committee.members.get(person__standing="citizen")
    assert prospect(purchase).seated == [citizen.person_id]
    committee = plan.do(plan.ordered(committee), "amend", reasons="เปลี่ยน")
    plan.do(committee, "remove_member", member=Member.objects.get(pk=citizen.pk))
    assert Member.objects.get(pk=citizen.pk).leaving
    assert prospect(purchase).seated == []
    assert citizen.person_id in prospect(purchase).barred()


def test_who_sits_in_the_purchase_or_declared_an_interest_or_resigned_is_barred(plan: Plan) -> None:
    purchase = plan.purchase()
    inspects, interested, resigned, removed = (plan.citizen(f"นาย ประชา{n} สมมุติ") for n in range(4))
    nomination = {"duty": "member", "nomination": "เครือข่ายเสนอชื่อ"}
    plan.do(plan.committee(purchase, "inspection"), "add_member", person=inspects, **nomination)
    committee = plan.committee(purchase)
    for person in (interested, resigned, removed):
        committee = plan.do(committee, "add_member", person=person, **nomination)
    seats = {row.person_id: row for row in committee.committee.members.all()}
    plan.do(committee, "remove_member", member=seats[removed.pk])
    plan.seats_ready(committee)
    ground = InterestGround.objects.get(code="spouse")
    committee = plan.do(committee, "declare_interest", member=seats[interested.pk], ground=ground)
    committee = plan.ordered(committee)
    on = timezone.localdate()
    because = {"because": Member.Leaving.RESIGNED, "reasons": "ย้ายที่อยู่"}
    plan.do(committee, "member_leaves", member=seats[resigned.pk], on=on, **because)
    found = prospect(purchase)
    assert {inspects.pk, interested.pk, resigned.pk} <= found.barred()
    assert removed.pk not in found.barred()


def test_who_is_barred_from_one_purchase_may_sit_in_another_of_the_activity(plan: Plan) -> None:
    activity = plan.activity()
    first = plan.purchase(activity)
    citizen = plan.citizen()
    facts = {"duty": "member", "nomination": "เครือข่ายเสนอชื่อ"}
    plan.do(plan.committee(first, "inspection"), "add_member", person=citizen, **facts)
    assert citizen.pk in prospect(first).barred()
    plan.purchase(activity)
    assert citizen.pk not in prospect(first).barred()
