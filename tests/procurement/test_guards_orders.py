"""The order itself: number, day and signature; its amendment and its cancellation."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from organisations.calendar import BUDDHIST_ERA
from procurement.models import InterestGround, Member, Order
from procurement.rules import serving_on
from tests.support.procurement_ways import ballots, committee_in, day, refused
from tests.support.purchases import Plan, paper
from workflows.checks import problems
from workflows.models import Case, LedgerEntry
from workflows.verification import Report, verify

pytestmark = pytest.mark.django_db


def all_is_well() -> None:
    assert list(problems()) == []
    assert list(verify(Report())) == []


def seat(case: Case, duty: str = "member") -> Member:
    """Somebody in office."""
    row = case.committee.members.filter(left_on=None, duty=duty, appointed_on__isnull=False).first()  # type: ignore[attr-defined]
    assert isinstance(row, Member)
    return row


# --- Number and day ---------------------------------------------------------------------------------------------------
def test_order_needs_a_number_and_a_day_that_has_come(plan: Plan) -> None:
    case = committee_in(plan, "approved")
    refused(plan, case, "sign_order", "order_number", plan.approver, on=day())
    refused(plan, case, "sign_order", "order_number", plan.approver, number="  ", on=day())
    refused(plan, case, "sign_order", "order_day", plan.approver, number="1")
    refused(plan, case, "sign_order", "order_day", plan.approver, number="1", on=day(-1))
    case = plan.do(case, "sign_order", plan.approver, number=" 12 ", on=day())
    order = case.committee.orders.get()
    assert (order.number, order.year, order.kind) == ("12", day().year + BUDDHIST_ERA, "appointment")
    assert order.signed_by == order.recorded_by == plan.approver


def test_order_signed_on_paper_needs_who_signed_and_its_scan(plan: Plan) -> None:
    case = committee_in(plan, "approved")
    order = {"number": "12", "on": day(2)}
    refused(plan, case, "record_signed_order", "signatory", files=[paper()], **order)
    refused(plan, case, "record_signed_order", "file", signatory="นาย ก", **order)
    case = plan.do(case, "record_signed_order", signatory="นาย ก", files=[paper()], **order)
    signed = case.committee.orders.get()
    assert (signed.signatory, signed.signed_by, signed.recorded_by) == ("นาย ก", None, plan.staff)
    assert case.attachments.count() == 1
    assert not case.committee.members.exclude(appointed_on=day(2)).exists()


@pytest.mark.parametrize("edge", ["sign_order", "record_signed_order", "cancel_order"])
def test_number_of_the_same_year_is_refused_with_a_sentence(plan: Plan, edge: str) -> None:
    committee_in(plan, "ordered", number="55")
    case = committee_in(plan, "ordered" if edge == "cancel_order" else "approved")
    facts: dict[str, object] = {"number": " 55", "on": day(3), "reasons": "ยกเลิก"}
    if edge == "record_signed_order":
        facts |= {"signatory": "นาย ก", "files": [paper()]}
    if edge != "cancel_order":
        del facts["reasons"]
    user = plan.staff if edge == "record_signed_order" else plan.approver
    refused(plan, case, edge, "order_day", user, **facts)
    plan.do(case, edge, user, **{**facts, "number": "56"})


def test_number_begins_again_each_calendar_year_and_in_each_unit(plan: Plan) -> None:
    new_year = date(timezone.localdate().year, 1, 1)
    last_year = new_year - timedelta(days=1)
    for number, on in (("7", last_year), ("7", new_year)):
        plan.ordered(plan.committee(), number, on)
    assert sorted(Order.objects.values_list("year", flat=True)) == [
        last_year.year + BUDDHIST_ERA,
        new_year.year + BUDDHIST_ERA,
    ]
    refused(plan, committee_in(plan, "approved"), "sign_order", "order_day", plan.approver, number="7", on=new_year)
    Order.objects.update(unit=plan.world.other)
    plan.ordered(plan.committee(), "7", new_year)


def test_order_dated_back_before_the_last_one_is_refused(plan: Plan) -> None:
    case = committee_in(plan, "approved/amending")
    refused(plan, case, "sign_order", "order_day", plan.approver, number="2", on=day(4))
    case = plan.do(case, "sign_order", plan.approver, number="2", on=day(3))
    assert list(case.committee.orders.values_list("kind", flat=True)) == ["appointment", "amendment"]


def test_order_dated_back_before_a_meeting_is_refused(plan: Plan) -> None:
    """It would change who was a member when the committee met, and with it who covered the activity."""
    case = plan.do(committee_in(plan, "working"), "amend", reasons="เพิ่มผู้แทนภาคประชาชน")
    case = plan.do(case, "add_member", person=plan.citizen(), duty="member", nomination="เครือข่ายเสนอ")
    plan.seats_ready(case)
    case = plan.do(plan.do(case, "lint"), "approve", plan.approver)
    order = {"number": "2", "on": day(2)}
    refused(plan, case, "sign_order", "order_day", plan.approver, **order)
    refused(plan, case, "record_signed_order", "order_day", signatory="นาย ก", files=[paper()], **order)
    # On the day of the decision he would cover it, though it was taken without him.
    refused(plan, case, "sign_order", "citizen_before_decision", plan.approver, number="2", on=day(1))
    plan.do(case, "sign_order", plan.approver, number="2", on=day(0))
    refused(plan, committee_in(plan, "working"), "cancel_order", "order_day", plan.approver, **order, reasons="ยกเลิก")


def test_backdated_order_appoints_from_its_day(plan: Plan) -> None:
    case = committee_in(plan, "approved")
    case = plan.do(case, "sign_order", plan.approver, number="1", on=day(20))
    assert serving_on(case.committee, day(20)).count() == 4
    assert serving_on(case.committee, day(21)).count() == 0


def test_order_keeps_what_it_said(plan: Plan) -> None:
    case = committee_in(plan, "ordered")
    content = case.committee.orders.get().content
    assert [row["duty"] for row in content["members"]] == ["chair", "member", "secretary", "member"]
    plan.do(case, "member_leaves", member=seat(case), on=day(), because="moved", reasons="ย้าย")
    assert Order.objects.get().content == content


# --- The amendment ----------------------------------------------------------------------------------------------------
def test_member_read_before_the_signature_stays_in_office_when_taken_out(plan: Plan) -> None:
    case = plan.committee(citizen=True)
    stale = case.committee.members.get(person__standing="citizen")
    case = plan.do(plan.ordered(case), "amend", reasons="เปลี่ยนผู้แทน")
    plan.do(case, "remove_member", member=stale)
    stale.refresh_from_db()
    assert (stale.leaving, stale.left_on) == (True, None)


def test_member_taken_out_stays_in_office_until_the_amending_order(plan: Plan) -> None:
    case = plan.do(committee_in(plan, "ordered"), "amend", reasons="ปรับกรรมการ")
    gone = seat(case)
    case = plan.do(case, "remove_member", member=gone)
    refused(plan, case, "remove_member", "member", member=gone)
    refused(plan, case, "change_duty", "drafted_member", member=gone, duty="secretary")
    assert serving_on(case.committee, day()).filter(pk=gone.pk).exists()
    # He is invited and votes while the draft is on its way.
    case = plan.do(case, "lint")
    case = plan.meeting(case, "other", on=day(1))
    assert case.committee.meetings.get().attendances.filter(member=gone, attended=True).exists()
    case = plan.do(case, "approve", plan.approver)
    case = plan.do(case, "sign_order", plan.approver, number="2", on=day())
    gone.refresh_from_db()
    assert (gone.left_on, gone.left_because, gone.leaving) == (day(), "order", False)
    assert gone.removed_by == case.committee.orders.last()
    assert not serving_on(case.committee, day()).filter(pk=gone.pk).exists()
    assert serving_on(case.committee, day(1)).filter(pk=gone.pk).exists()
    all_is_well()


@pytest.mark.parametrize("came_from", ["ordered", "working"])
def test_dropped_amendment_leaves_the_order_in_force_as_it_was(plan: Plan, came_from: str) -> None:
    case = committee_in(plan, came_from)
    before = list(case.committee.members.values_list("pk", "duty", "leaving", "left_on"))
    case = plan.do(case, "amend", reasons="ปรับกรรมการ")
    case = plan.do(case, "remove_member", member=seat(case))
    case = plan.do(case, "remove_member", member=seat(case, "chair"))
    case = plan.do(case, "add_member", person=plan.official("นาง ใหม่ ตัวอย่าง"), duty="chair")
    added = case.committee.members.last()
    case = plan.do(case, "declare_interest", member=added, ground=None)
    assert case.clocks.filter(code="order", stopped_on=None).exists()
    case = plan.do(case, "drop_amendment")
    assert (case.state, case.came_from) == (came_from, "")
    assert list(case.committee.members.values_list("pk", "duty", "leaving", "left_on")) == before
    assert not case.clocks.filter(code="order", stopped_on=None).exists()
    all_is_well()


def test_amendment_needs_reasons_and_is_not_discarded_but_dropped(plan: Plan) -> None:
    case = committee_in(plan, "ordered")
    refused(plan, case, "amend", "reasons")
    case = plan.do(case, "amend", reasons="ปรับกรรมการ")
    refused(plan, case, "discard", "never_ordered", reasons="ไม่ใช้")
    refused(plan, committee_in(plan, "draft"), "drop_amendment", "order_in_force")


def test_duty_changes_by_leaving_and_adding(plan: Plan) -> None:
    """A member in office who becomes secretary: two lines of the order, two seats, one person."""
    case = plan.do(committee_in(plan, "ordered"), "amend", reasons="เปลี่ยนหน้าที่")
    old, secretary = seat(case), seat(case, "secretary")
    refused(plan, case, "change_duty", "drafted_member", member=old, duty="secretary")
    case = plan.do(case, "remove_member", member=secretary)
    case = plan.do(case, "remove_member", member=old)
    case = plan.do(case, "add_member", person=old.person, duty="secretary")
    case = plan.ordered(case, "2")
    old.refresh_from_db()
    new = case.committee.members.get(person=old.person, left_on=None)
    assert (old.left_on, new.duty, new.appointed_on) == (day(), "secretary", day())
    assert serving_on(case.committee, day()).filter(person=old.person).count() == 1
    all_is_well()


def test_chair_is_replaced_by_amendment(plan: Plan) -> None:
    case = plan.do(committee_in(plan, "ordered"), "amend", reasons="ประธานเกษียณ")
    chair = seat(case, "chair")
    new = plan.official("นาง ประธานใหม่ ตัวอย่าง")
    refused(plan, case, "add_member", "one_chair", person=new, duty="chair")
    case = plan.do(case, "remove_member", member=chair)
    refused(plan, case, "lint", "order_is_in_order")  # no chair
    case = plan.do(case, "add_member", person=new, duty="chair")
    # Until the order the old one presides, and nobody else.
    old_one, no_chair = {"chair": {"attended": True}}, {"chair": {"attended": False}}
    meeting = {"on": day(), "decision": "none", "minutes": "หารือ"}
    refused(plan, case, "record_meeting", "chair_attended", ballots=ballots(case, day(), **no_chair), **meeting)
    case = plan.do(case, "record_meeting", ballots=ballots(case, day(), **old_one), **meeting)
    case = plan.ordered(case, "2")
    assert serving_on(case.committee, day()).get(duty="chair").person == new
    all_is_well()


def test_interest_of_somebody_who_changes_duty_ends_both_his_seats(plan: Plan) -> None:
    case = plan.do(committee_in(plan, "ordered"), "amend", reasons="เปลี่ยนหน้าที่")
    old = seat(case)
    case = plan.do(case, "remove_member", member=old)
    case = plan.do(case, "add_member", person=old.person, duty="secretary")
    new = case.committee.members.last()
    case = plan.do(case, "declare_interest", member=new, ground=InterestGround.objects.get(code="spouse"))
    assert not case.committee.members.filter(person=old.person, left_on=None).exists()
    assert set(case.committee.members.filter(person=old.person).values_list("left_because", "leaving")) == {
        ("interest", False)
    }
    all_is_well()


def test_interest_of_somebody_taken_out_ends_his_office_at_once(plan: Plan) -> None:
    case = plan.do(committee_in(plan, "ordered"), "amend", reasons="ปรับกรรมการ")
    gone = seat(case)
    case = plan.do(case, "remove_member", member=gone)
    case = plan.do(case, "declare_interest", member=gone, ground=InterestGround.objects.get(code="spouse"))
    gone.refresh_from_db()
    assert (gone.left_on, gone.left_because, gone.leaving) == (day(), "interest", False)
    all_is_well()


def test_amended_committee_that_has_decided_reports_without_meeting_again(plan: Plan) -> None:
    case = plan.do(committee_in(plan, "working/opinion"), "amend", reasons="เลขานุการลาออก")
    case = plan.do(case, "add_member", person=plan.official("นาง ใหม่ ตัวอย่าง"), duty="member")
    # The answer is due whatever is drafted meanwhile.
    dissent = case.committee.meetings.get().dissents.get()
    assert case.clocks.filter(code="dissent_answer", stopped_on=None).exists()
    case = plan.do(case, "answer_dissent", plan.approver, dissent=dissent, text="รับทราบ")
    assert not case.clocks.filter(code="dissent_answer", stopped_on=None).exists()
    case = plan.ordered(case, "2")
    case = plan.do(case, "report", text="รายงานผล")
    assert plan.do(case, "dissolve", plan.approver).state == "dissolved"
    all_is_well()


def test_amended_committee_keeps_the_time_it_was_given_to_work(plan: Plan) -> None:
    case = committee_in(plan, "ordered")
    clock = case.clocks.get(code="committee_work", stopped_on=None)
    case = plan.do(case, "amend", reasons="ปรับกรรมการ")
    case = plan.do(case, "add_member", person=plan.official("นาง ใหม่ ตัวอย่าง"), duty="member")
    case = plan.ordered(case, "2")
    assert case.clocks.get(code="committee_work", stopped_on=None) == clock


# --- The cancellation -------------------------------------------------------------------------------------------------
def test_cancellation_is_an_order_that_lets_everybody_go(plan: Plan) -> None:
    case = committee_in(plan, "working")
    refused(plan, case, "cancel_order", "reasons", plan.approver, number="9", on=day())
    refused(plan, case, "cancel_order", "order_number", plan.approver, on=day(), reasons="ยกเลิก")
    case = plan.do(case, "cancel_order", plan.approver, number="9", on=day(), reasons="ยกเลิกการจัดซื้อ")
    order = case.committee.orders.last()
    assert (case.state, case.is_open, order.kind) == ("dissolved", False, "cancellation")
    assert set(case.committee.members.values_list("left_on", "left_because", "removed_by")) == {
        (day(), "order", order.pk)
    }
    assert order.content["number"] == "9"
    all_is_well()


def test_purchase_is_cancelled_after_the_orders_of_its_committees(plan: Plan) -> None:
    purchase = plan.purchase()
    case = committee_in(plan, "approved", purchase=purchase)
    draft = plan.committee(purchase, "terms")
    case = plan.do(case, "sign_order", plan.approver, number="1", on=day())
    assert "1" in refused(plan, purchase, "cancel", "no_order_in_force", plan.approver, reasons="งบถูกตัด")
    amending = plan.do(case, "amend", reasons="ปรับ")
    refused(plan, purchase, "cancel", "no_order_in_force", plan.approver, reasons="งบถูกตัด")
    plan.do(amending, "drop_amendment")
    plan.do(case, "cancel_order", plan.approver, number="2", on=day(), reasons="ยกเลิก")
    purchase = plan.do(purchase, "cancel", plan.approver, reasons="งบถูกตัด")
    # What is left in draft can only be given up.
    refused(plan, draft, "lint", "purchase_not_over")
    plan.do(draft, "discard", reasons="ยกเลิกการจัดซื้อ")
    all_is_well()


# --- Members leave ----------------------------------------------------------------------------------------------------
def test_member_leaves_from_a_day_and_for_a_reason(plan: Plan) -> None:
    case = committee_in(plan, "ordered")
    gone = seat(case)
    facts = {"member": gone, "on": day(1), "because": "resigned", "reasons": "ลาออก"}
    for missing, guard in (
        ({"member": None}, "serving_member"),
        ({"on": None}, "day_of_leaving"),
        ({"because": ""}, "day_of_leaving"),
        ({"on": day(-1)}, "day_of_leaving"),
        ({"on": day(4)}, "day_of_leaving"),  # a day before he was appointed
        ({"reasons": ""}, "reasons"),
    ):
        refused(plan, case, "member_leaves", guard, **{**facts, **missing})
    case = plan.do(case, "member_leaves", **facts)
    assert serving_on(case.committee, day(1)).filter(pk=gone.pk).count() == 0
    assert serving_on(case.committee, day(2)).filter(pk=gone.pk).count() == 1
    refused(plan, case, "member_leaves", "serving_member", **facts)


def test_member_leaves_no_earlier_than_the_last_meeting_he_attended(plan: Plan) -> None:
    case = committee_in(plan, "ordered")
    present, absent = seat(case), seat(case, "secretary")
    meeting = {"on": day(1), "decision": "none", "minutes": "หารือ"}
    rows = ballots(case, day(1), secretary={"attended": False})
    case = plan.do(case, "hold_meeting", ballots=rows, **meeting)
    facts = {"because": "died", "reasons": "เสียชีวิต"}
    for on in (day(2), day(1)):
        refused(plan, case, "member_leaves", "day_of_leaving", member=present, on=on, **facts)
    plan.do(case, "member_leaves", member=present, on=day(), **facts)
    plan.do(case, "member_leaves", member=absent, on=day(2), **facts)  # nobody knew why he did not come


def test_interest_ends_the_office_on_its_day(plan: Plan) -> None:
    case = committee_in(plan, "ordered")
    concerned = seat(case, "chair")
    ground = InterestGround.objects.get(code="party")
    # He declared before the order, and it comes to light now: he was never a member free of it.
    case = plan.do(case, "declare_interest", member=concerned, ground=ground, on=day(10))
    concerned.refresh_from_db()
    assert (concerned.left_on, concerned.left_because) == (day(3), "interest")
    refused(
        plan,
        case,
        "hold_meeting",
        "chair_attended",
        on=day(),
        ballots=ballots(case, day()),
        decision="none",
        minutes="",
    )


def test_ledger_names_who_left(plan: Plan) -> None:
    """The guard `as_it_was_sent` reads it there."""
    case = committee_in(plan, "ordered")
    gone = seat(case)
    plan.do(case, "member_leaves", member=gone, on=day(), because="moved", reasons="ย้าย")
    entry = LedgerEntry.objects.filter(case=case.pk).latest("seq")
    assert entry.data["member"] == gone.pk
    assert entry.data["because"] == "moved"
