"""What the draft of an order needs: its purchase, its members, and what happens to it before the signature."""

from datetime import timedelta

import pytest
from django.utils import timezone

from procurement.models import Check, Committee, Declaration, InterestGround, Member, OrderRule, Person
from tests.support.procurement_ways import (
    approver_who_sits,
    committee_in,
    day,
    draft_facts,
    purchase_in,
    refused,
)
from tests.support.purchases import Plan, paper
from workflows.actors import Actor
from workflows.checks import problems
from workflows.models import Case
from workflows.refusals import Missing
from workflows.transitions import open_case

pytestmark = pytest.mark.django_db


def begin(plan: Plan, **facts: object) -> Case:
    return open_case("committee", "draft", Actor.person(plan.staff), unit=plan.unit, **facts)  # type: ignore[arg-type]


def begin_is_refused(plan: Plan, guard: str, **facts: object) -> None:
    before = Case.objects.count()
    with pytest.raises(Missing) as caught:
        begin(plan, **facts)
    assert caught.value.field == guard
    assert Case.objects.count() == before


# --- A committee begins -----------------------------------------------------------------------------------------------
def test_committee_begins_once_a_kind_while_it_lives(plan: Plan) -> None:
    purchase = purchase_in(plan, "planned")
    first = begin(plan, **draft_facts(purchase))
    assert first.holder == plan.staff
    assert "-C" in first.number
    begin_is_refused(plan, "only_one_of_a_kind", **draft_facts(purchase))
    begin(plan, **draft_facts(purchase, "ebidding"))
    plan.do(first, "discard", reasons="ไม่ใช้")
    begin(plan, **draft_facts(purchase))


def test_committee_without_purchase_or_kind_is_refused(plan: Plan) -> None:
    facts = draft_facts(purchase_in(plan, "planned"))
    begin_is_refused(plan, "purchase_goes_on", kind=facts["kind"])
    begin_is_refused(plan, "kind", purchase=facts["purchase"])


@pytest.mark.parametrize("state", ["completed", "cancelled"])
def test_committee_of_a_purchase_that_is_over_is_refused_however_old_the_page_is(plan: Plan, state: str) -> None:
    purchase = plan.purchase()
    shown = draft_facts(purchase)
    assert shown["purchase"].case.is_open  # read before it ended, as a form would have it
    type(purchase).objects.filter(pk=purchase.pk).update(is_open=False, closed_at=timezone.now())
    begin_is_refused(plan, "purchase_goes_on", **shown)


def test_committee_of_a_purchase_of_another_unit_is_refused(plan: Plan) -> None:
    purchase = purchase_in(plan, "planned")
    with pytest.raises(Missing) as caught:
        open_case(
            "committee", "draft", Actor.person(plan.upper_staff), unit=plan.world.province, **draft_facts(purchase)
        )
    assert caught.value.field == "purchase_goes_on"


@pytest.mark.parametrize(
    ("place", "edge", "facts"),
    [
        ("draft", "lint", {}),
        ("linted", "approve", {}),
        ("approved", "sign_order", {"number": "9", "on": day()}),
        ("approved", "record_signed_order", {"number": "9", "on": day(), "signatory": "นาย ก"}),
        ("draft/amending", "lint", {}),
        ("approved/amending", "sign_order", {"number": "9", "on": day()}),
    ],
)
def test_order_of_a_purchase_that_has_ended_since_is_refused(
    plan: Plan, place: str, edge: str, facts: dict[str, object]
) -> None:
    case = committee_in(plan, place)
    Case.objects.filter(pk=case.committee.purchase_id).update(is_open=False, closed_at=timezone.now())
    if edge == "record_signed_order":
        facts = {**facts, "files": [paper()]}
    user = plan.staff if edge in {"lint", "record_signed_order"} else plan.approver
    refused(plan, case, edge, "purchase_not_over", user, **facts)
    Case.objects.filter(pk=case.committee.purchase_id).update(is_open=True, closed_at=None)
    plan.do(case, edge, user, **facts)


# --- Members ----------------------------------------------------------------------------------------------------------
def test_member_needs_person_and_duty(plan: Plan) -> None:
    case = committee_in(plan, "draft")
    refused(plan, case, "add_member", "person", duty="member")
    refused(plan, case, "add_member", "duty", person=plan.official("นาย ใหม่"))


def test_member_sits_once_and_is_available(plan: Plan) -> None:
    case = committee_in(plan, "draft")
    somebody = case.committee.members.first()
    assert somebody is not None
    refused(plan, case, "add_member", "not_a_member_yet", person=somebody.person, duty="member")
    gone = plan.official("นาย ย้าย ตัวอย่าง")
    Person.objects.filter(pk=gone.pk).update(active=False)
    gone.refresh_from_db()
    refused(plan, case, "add_member", "not_a_member_yet", person=gone, duty="member")
    plan.do(case, "remove_member", member=somebody)
    plan.do(case, "add_member", person=somebody.person, duty="member")


def test_chair_is_one(plan: Plan) -> None:
    case = committee_in(plan, "draft")
    chair, member = (
        case.committee.members.filter(duty="chair").get(),
        case.committee.members.filter(duty="member").last(),
    )
    refused(plan, case, "add_member", "one_chair", person=plan.official("นาย ใหม่"), duty="chair")
    refused(plan, case, "change_duty", "one_chair", member=member, duty="chair")
    plan.do(case, "change_duty", member=chair, duty="chair")
    plan.do(case, "change_duty", member=chair, duty="member")
    plan.do(case, "change_duty", member=member, duty="chair")
    assert case.committee.members.filter(duty="chair").get() == member


def test_citizen_is_nominated_for_a_reason(plan: Plan) -> None:
    case, citizen = committee_in(plan, "draft"), plan.citizen()
    for nomination in ({}, {"nomination": "  "}):
        refused(plan, case, "add_member", "nomination_has_its_reason", person=citizen, duty="member", **nomination)
    plan.do(case, "add_member", person=citizen, duty="member", nomination=" เครือข่ายเสนอ ")
    assert case.committee.members.get(person=citizen).nomination == "เครือข่ายเสนอ"


def test_member_of_another_committee_is_none_here(plan: Plan) -> None:
    case, other = committee_in(plan, "draft"), plan.committee()
    strange = other.committee.members.last()
    refused(plan, case, "remove_member", "member", member=strange)
    refused(plan, case, "remove_member", "member")
    refused(plan, case, "change_duty", "drafted_member", member=strange, duty="member")
    refused(plan, case, "declare_interest", "sitting_member", member=strange, ground=None)
    assert other.committee.members.filter(pk=strange.pk, left_on=None).exists()


def test_draft_without_members_has_nobody_to_take_out(plan: Plan) -> None:
    case = begin(plan, **draft_facts(purchase_in(plan, "planned")))
    for edge, guard in (
        ("remove_member", "member"),
        ("change_duty", "drafted_member"),
        ("declare_interest", "sitting_member"),
    ):
        refused(plan, case, edge, guard)


def test_member_taken_out_of_a_first_draft_is_gone_with_his_declarations(plan: Plan) -> None:
    case = committee_in(plan, "draft")
    row = case.committee.members.filter(duty="secretary").get()
    assert row.declarations.exists()
    plan.do(case, "remove_member", member=row)
    assert not Member.objects.filter(pk=row.pk).exists()
    refused(plan, case, "remove_member", "member", member=row)
    assert list(problems()) == []


# --- The linter, and what is kept of it -------------------------------------------------------------------------------
def test_order_that_breaks_a_rule_is_not_sent_and_the_sentence_names_the_rule(plan: Plan) -> None:
    case = committee_in(plan, "draft")
    for row in case.committee.members.exclude(duty="chair"):
        case = plan.do(case, "remove_member", member=row)
    assert "2" in refused(plan, case, "lint", "order_is_in_order")
    assert not Check.objects.exists()


@pytest.mark.parametrize(
    ("place", "edge"), [("linted", "approve"), ("approved", "sign_order"), ("approved", "record_signed_order")]
)
def test_order_is_checked_again_on_every_step(plan: Plan, place: str, edge: str) -> None:
    """A rule that came into force after the draft was sent."""
    case = committee_in(plan, place)
    OrderRule.objects.filter(code="members").update(threshold=9)
    facts = {"number": "9", "on": day()} if edge != "approve" else {}
    if edge == "record_signed_order":
        facts |= {"signatory": "นาย ก", "files": [paper()]}
    refused(plan, case, edge, "order_is_in_order", plan.staff if "record" in edge else plan.approver, **facts)


def test_findings_are_kept_as_they_were_on_each_step(plan: Plan) -> None:
    case = committee_in(plan, "ordered")
    assert list(Check.objects.values_list("edge", flat=True)) == ["lint", "approve", "sign_order"]
    OrderRule.objects.all().delete()
    assert all(isinstance(row.findings, list) and row.findings for row in case.committee.checks.all())


# --- An interest, or somebody who left, while the draft is on its way ------------------------------------------------
@pytest.mark.parametrize("place", ["linted", "approved", "linted/amending", "approved/amending"])
def test_interest_declared_on_the_way_stops_the_draft_until_it_is_sent_again(plan: Plan, place: str) -> None:
    case = committee_in(plan, place)
    # Four or five sit: without him the rules of the order would still be kept, so it is the declaration that stops it.
    concerned = case.committee.members.filter(person__user=approver_who_sits(plan)).get()
    case = plan.do(case, "declare_interest", member=concerned, ground=InterestGround.objects.get(code="spouse"))
    if place.startswith("linted"):
        refused(plan, case, "approve", "as_it_was_sent", plan.approver)
    else:
        order = {"number": "77", "on": day()}
        refused(plan, case, "sign_order", "as_it_was_sent", plan.approver, **order)
        refused(plan, case, "record_signed_order", "as_it_was_sent", signatory="นาย ก", files=[paper()], **order)
    case = plan.do(case, "return_draft", plan.approver, reasons="กรรมการมีส่วนได้เสีย")
    case = plan.ordered(case, "78")
    assert not case.committee.members.filter(pk=concerned.pk, left_on=None).exists()
    assert list(problems()) == []


def test_declaration_without_interest_stops_nothing(plan: Plan) -> None:
    case = committee_in(plan, "approved")
    case = plan.do(case, "declare_interest", member=case.committee.members.first(), ground=None)
    assert plan.do(case, "sign_order", plan.approver, number="1", on=day()).state == "ordered"


def test_member_who_left_on_the_way_stops_the_amendment(plan: Plan) -> None:
    case = committee_in(plan, "approved/amending")
    gone = case.committee.members.filter(duty="member", appointed_on__isnull=False).first()
    case = plan.do(case, "member_leaves", member=gone, on=day(), because="died", reasons="เสียชีวิต")
    refused(plan, case, "sign_order", "as_it_was_sent", plan.approver, number="77", on=day())


def test_interest_of_a_member_of_the_draft_keeps_the_declaration_and_bars_him_from_the_next_draft(plan: Plan) -> None:
    case = committee_in(plan, "draft")
    row = case.committee.members.filter(person__user=approver_who_sits(plan)).get()
    case = plan.do(case, "declare_interest", member=row, ground=InterestGround.objects.get(code="creditor"))
    row.refresh_from_db()
    assert (row.appointed_on, row.left_on, row.left_because) == (None, day(), "interest")
    assert Declaration.objects.filter(member=row, ground="creditor").exists()
    refused(plan, case, "declare_interest", "sitting_member", member=row, ground=None)
    case = plan.do(case, "add_member", person=row.person, duty="member")
    refused(plan, case, "lint", "order_is_in_order")


def test_interest_needs_to_be_said_and_not_for_a_day_to_come(plan: Plan) -> None:
    case = committee_in(plan, "draft")
    row = case.committee.members.first()
    refused(plan, case, "declare_interest", "declaration", member=row)
    refused(plan, case, "declare_interest", "declaration", member=row, ground=None, on=day(-1))
    case = plan.do(case, "declare_interest", member=row, ground=None, on=day(2))
    assert Declaration.objects.filter(member=row).latest("id").declared_on == day(2)


def test_declaration_is_for_the_list_of_bidders_of_its_moment(plan: Plan) -> None:
    purchase = purchase_in(plan, "announced")
    case = committee_in(plan, "draft", purchase=purchase)
    row = case.committee.members.filter(duty="chair").get()
    bids = [{"supplier": plan.supplier()}]
    plan.do(purchase, "record_bids", bids=bids)
    plan.do(case, "declare_interest", member=row, ground=None)
    assert list(row.declarations.values_list("bidders_version", flat=True)) == [1, 2]


# --- Back and forth ---------------------------------------------------------------------------------------------------
def test_draft_goes_back_with_reasons_and_comes_again(plan: Plan) -> None:
    case = committee_in(plan, "linted")
    refused(plan, case, "return_draft", "reasons", plan.approver, reasons=" ")
    case = plan.do(case, "return_draft", plan.approver, reasons="ขาดเลขานุการ")
    case = plan.do(plan.do(case, "lint"), "take_back")
    assert case.state == "draft"
    case = plan.do(plan.do(case, "lint"), "approve", plan.approver)
    case = plan.do(case, "return_draft", plan.approver, reasons="อีกครั้ง")
    assert (case.state, case.came_from, case.holder) == ("draft", "", plan.staff)
    assert list(problems()) == []


def test_discarded_draft_appoints_nobody_and_keeps_what_was_declared(plan: Plan) -> None:
    case = committee_in(plan, "draft")
    concerned = case.committee.members.filter(duty="member").first()
    case = plan.do(case, "declare_interest", member=concerned, ground=InterestGround.objects.get(code="party"))
    refused(plan, case, "discard", "reasons")
    case = plan.do(case, "discard", reasons="เปลี่ยนวิธีจัดหา")
    assert (case.is_open, case.next_due) == (False, None)
    assert list(Committee.objects.get(pk=case.pk).members.values_list("pk", flat=True)) == [concerned.pk]
    assert not Member.objects.filter(appointed_on__isnull=False).exists()
    assert list(problems()) == []


def test_file_is_taken_over_by_a_colleague_and_not_twice(plan: Plan) -> None:
    case = committee_in(plan, "draft")
    refused(plan, case, "take_over", "not_the_holder")
    case = plan.do(case, "take_over", plan.staff2)
    assert case.holder == plan.staff2
    refused(plan, case, "take_over", "not_the_holder", plan.staff2)
    plan.do(case, "take_over")


def test_deadline_is_extended_by_somebody_else_by_days_with_reasons(plan: Plan) -> None:
    case = committee_in(plan, "draft")
    clock = case.clocks.get(code="order")
    facts = {"clock": clock, "days": 5, "reasons": "รอผู้แทนภาคประชาชน"}
    for missing, guard in (({"clock": None}, "running_clock"), ({"days": 0}, "days"), ({"reasons": ""}, "reasons")):
        refused(plan, case, "extend", guard, plan.approver, **{**facts, **missing})
    other = committee_in(plan, "draft").clocks.get(code="order")
    refused(plan, case, "extend", "running_clock", plan.approver, **{**facts, "clock": other})
    due = case.next_due
    case = plan.do(case, "extend", plan.approver, **facts)
    assert case.next_due > due
    clock.refresh_from_db()
    assert clock.extension == 5
    stopped = committee_in(plan, "ordered")
    refused(
        plan, stopped, "extend", "running_clock", plan.approver, **{**facts, "clock": stopped.clocks.get(code="order")}
    )


def test_note_and_file_need_what_they_are_about(plan: Plan) -> None:
    case = committee_in(plan, "dissolved")
    refused(plan, case, "note", "text", text="")
    refused(plan, case, "attach", "file", files=[])
    plan.do(case, "attach", files=[paper()])
    assert case.attachments.count() == 1


def test_day_of_tomorrow_is_refused_whatever_it_is_for(plan: Plan) -> None:
    """The smallest check that the tests above stand on: `day(-1)` lies in the future."""
    assert day(-1) - timezone.localdate() == timedelta(days=1)
