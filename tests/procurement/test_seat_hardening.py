"""What an attack on citizen seats found, and what must not work again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Notice
from notifications.relay import relay
from procurement.actions.checking import check_everybody
from procurement.actions.suppliers import record_person
from procurement.models import CommitteeCase, Draw, SeatCase, SupplierPerson
from procurement.models.note import Note
from tests.procurement.my_support import suspended
from tests.support.purchases import Plan
from tests.support.seats import LOTTERY, account_of, announce, drawn, on_paper, open_seat, pool
from workflows.actors import Actor
from workflows.refusals import Missing
from workflows.transitions import open_case

pytestmark = pytest.mark.django_db


def test_order_is_not_dated_back_before_an_award_on_record(plan: Plan) -> None:
    today = timezone.localdate()
    purchase = plan.do(plan.purchase(), "announce", on=today - timedelta(days=12))
    purchase = plan.do(purchase, "award", on=today - timedelta(days=10), winner=plan.supplier())
    committee = plan.committee(purchase, citizen=True)
    with pytest.raises(Missing) as refused:
        plan.ordered(committee, on=today - timedelta(days=11))
    assert refused.value.field == "citizen_before_decision"


def test_amendment_of_the_day_of_the_decision_names_no_new_citizen(plan: Plan) -> None:
    today = timezone.localdate()
    committee = plan.ordered(plan.committee(), on=today - timedelta(days=5))
    committee = plan.meeting(committee, decision="propose", on=today - timedelta(days=3))
    committee = plan.do(committee, "amend", reasons="เพิ่มผู้แทน")
    person = plan.citizen("นาย มาทีหลัง สมมุติ")
    committee = plan.do(committee, "add_member", person=person, duty="member", nomination="เครือข่ายเสนอ")
    plan.seats_ready(committee)
    for member in committee.committee.members.filter(left_on=None, person__standing="official"):
        committee = plan.do(committee, "declare_interest", member=member, ground=None)
    with pytest.raises(Missing) as refused:
        plan.ordered(committee, number="2", on=today - timedelta(days=3))
    assert refused.value.field == "citizen_before_decision"


def test_director_entered_after_the_check_is_found_before_the_order(plan: Plan) -> None:
    pool(plan, 2)
    drawn(plan)
    purchase = plan.do(plan.purchase(), "announce", on=timezone.localdate())
    bidder = plan.supplier()
    purchase = plan.do(purchase, "record_bids", bids=[{"supplier": bidder}])
    committee = plan.committee(purchase)
    seat = on_paper(plan, plan.do(open_seat(plan, committee), "draw_next"))
    record_person(supplier=bidder, name=seat.seat.person.name, part="director")
    committee = plan.do(committee, "lint")
    assert SeatCase.objects.get(pk=seat.pk).state == "declared"
    with pytest.raises(Missing):
        plan.do(committee, "approve", plan.approver)


def test_staff_does_not_overrule_a_conflict_that_an_approver_found(plan: Plan) -> None:
    pool(plan, 2)
    drawn(plan)
    purchase = plan.do(plan.purchase(), "announce", on=timezone.localdate())
    seat = on_paper(plan, plan.do(open_seat(plan, plan.committee(purchase)), "draw_next"), upto="seat_accepted")
    SupplierPerson.objects.create(supplier=plan.supplier(), name=seat.seat.person.name, part="director")
    plan.do(purchase, "record_bids", bids=[{"supplier": plan.supplier()}])
    seat = plan.do(seat, "declare", account_of(seat), seen=1)
    hit = seat.seat.hits.get()
    plan.do(seat, "decide_hit", plan.approver, hit=hit, decision="founded", reasons="เป็นคนเดียวกัน")
    hit.refresh_from_db()
    with pytest.raises(Missing):
        plan.do(seat, "decide_hit", hit=hit, decision="unfounded", reasons="ไม่ใช่")
    plan.do(seat, "decide_hit", plan.approver, hit=hit, decision="unfounded", reasons="ชื่อพ้อง")
    kept = Note.objects.filter(case=seat.pk).order_by("pk").values_list("text", flat=True)
    assert list(kept)[-2:] == ["เป็นคนเดียวกัน", "ชื่อพ้อง"]


def test_who_is_suspended_does_not_come_in_again_by_another_seat(plan: Plan) -> None:
    seat = suspended(plan)
    committee = CommitteeCase.objects.get(pk=seat.seat.committee_id)
    committee = plan.do(committee, "amend", reasons="เปลี่ยนกรรมการ")
    committee = plan.do(committee, "remove_member", member=seat.seat.member)
    again = {"person": seat.seat.person, "duty": "member", "nomination": "เพื่อน"}
    with pytest.raises(Missing) as refused:
        plan.do(committee, "add_member", **again)
    assert refused.value.field == "citizen_may_sit"
    plan.do(seat, "decide_hit", plan.approver, hit=seat.seat.hits.get(), decision="founded", reasons="คนเดียวกัน")
    with pytest.raises(Missing):
        plan.do(committee, "add_member", **again)


def test_director_entered_after_the_appointment_suspends_at_night(plan: Plan) -> None:
    purchase = plan.do(plan.purchase(), "announce", on=timezone.localdate())
    committee = plan.committee(purchase, citizen=True)
    bidder = plan.supplier()
    plan.do(purchase, "record_bids", bids=[{"supplier": bidder}])
    for member in committee.committee.members.all():
        committee = plan.do(committee, "declare_interest", member=member, ground=None)
    plan.ordered(committee)
    seat = SeatCase.objects.get(seat__committee=committee.pk)
    before = seat.seat.checks.count()
    assert check_everybody() == 1
    assert (SeatCase.objects.get(pk=seat.pk).state, seat.seat.checks.count()) == ("appointed", before)
    record_person(supplier=bidder, name=seat.seat.person.name, part="director")
    check_everybody()
    assert SeatCase.objects.get(pk=seat.pk).state == "suspended"


def test_announced_draw_whose_value_is_known_is_held_before_another_one_is_used(plan: Plan) -> None:
    pool(plan, 3)
    draw = announce(plan)
    seat = open_seat(plan, plan.committee())
    Draw.objects.filter(pk=draw.pk).update(seed_known_at=timezone.now() - timedelta(minutes=1))
    year, quarter = draw.draw.fiscal_year, draw.draw.quarter
    upper = open_case(
        "draw", "announce", Actor.person(plan.upper_staff), unit=plan.world.province, fiscal_year=year, quarter=quarter,
        size=1, seed_source="lottery", seed_name="งวด", seed_known_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    Draw.objects.filter(pk=upper.pk).update(seed_known_at=timezone.now() - timedelta(minutes=1))
    plan.do(upper, "hold_draw", plan.upper_staff, seed=LOTTERY)
    with pytest.raises(Missing):
        plan.do(seat, "draw_next")
    plan.do(draw, "hold_draw", seed=LOTTERY)
    assert plan.do(seat, "draw_next").seat.entry.draw_id == draw.pk


def test_citizen_hears_of_what_the_staff_record_in_his_name(plan: Plan) -> None:
    pool(plan, 1)
    drawn(plan, size=1)
    seat = on_paper(plan, plan.do(open_seat(plan, plan.committee()), "draw_next"))
    plan.do(seat, "withdraw_acceptance", reasons="แจ้งทางโทรศัพท์")
    relay()
    told = set(Notice.objects.filter(recipient=account_of(seat)).values_list("event", flat=True))
    assert {"declare", "withdraw_acceptance"} <= told
