"""A seat from the vacancy to the answered report, and what happens to it on the way."""

import pytest
from django.utils import timezone

from procurement.coverage.reading import facts_of, variant_of
from procurement.coverage.rule import compute
from procurement.models import ConflictHit, Member, SeatCase, SupplierPerson
from tests.support.purchases import Plan
from tests.support.seats import account_of, by_clock, drawn, join_pool, on_paper, open_seat, pool, seats_of
from workflows.models import LedgerEntry
from workflows.refusals import Missing, NotAllowed

pytestmark = pytest.mark.django_db


def test_seat_from_the_draw_to_the_answered_report(plan: Plan) -> None:
    pool(plan, 4)
    draw = drawn(plan)
    committee = plan.committee()
    seat = plan.do(open_seat(plan, committee), "draw_next")
    first = draw.draw.entries.get(rank=1).person
    assert (seat.state, seat.seat.person, seat.seat.member.person) == ("drawn", first, first)
    me = account_of(seat)
    seat = plan.do(seat, "invite")
    seat = plan.do(seat, "accept", me)
    seat = plan.do(seat, "declare", me, seen=0)
    assert seat.state == "declared"
    assert seat.seat.checks.exists()
    with pytest.raises(NotAllowed):
        plan.do(seat, "clear", me)
    seat = plan.do(seat, "clear")
    committee = plan.ordered(committee)
    seat = SeatCase.objects.get(pk=seat.pk)
    assert seat.state == "appointed"
    committee = plan.meeting(committee)
    assert SeatCase.objects.get(pk=seat.pk).state == "serving"
    seat = plan.do(seat, "report", me, token="t1", observed_on=timezone.localdate(), seen="เปิดซองครบ")
    report = seat.seat.observations.get()
    assert seat.next_due is not None
    seat = plan.do(seat, "answer_report", report=report, text="ขอบคุณ", outcome="explained")
    plan.meeting(committee, decision="propose")
    committee = plan.do(committee, "report", text="รายงาน")
    committee = plan.do(committee, "dissolve", plan.approver)
    seat = SeatCase.objects.get(pk=seat.pk)
    assert seat.state == "concluding"
    assert plan.do(seat, "complete").state == "seat_completed"


def test_who_declines_is_followed_by_the_next_of_the_drawn_order(plan: Plan) -> None:
    pool(plan, 4)
    draw = drawn(plan)
    committee = plan.committee()
    seat = plan.do(plan.do(open_seat(plan, committee), "draw_next"), "invite")
    seat = plan.do(seat, "decline", account_of(seat))
    assert seat.state == "seat_declined"
    second = SeatCase.objects.get(seat__follows=seat.pk)
    assert (second.state, second.seat.entry.rank) == ("invited", 2)
    assert not Member.objects.filter(committee=committee.pk, person=seat.seat.person).exists()
    third = by_clock(second, "no_reply")
    assert SeatCase.objects.get(seat__follows=third.pk).seat.entry.rank == 3
    assert draw.draw.entries.count() == 4


def test_conflict_at_the_second_check_suspends_and_the_replacement_is_appointed(plan: Plan) -> None:
    pool(plan, 4)
    drawn(plan)
    purchase = plan.purchase()
    committee = plan.committee(purchase)
    seat = on_paper(plan, plan.do(open_seat(plan, committee), "draw_next"))
    committee = plan.ordered(committee)
    level = lambda: len(compute(facts_of(plan.unit, plan.year), variant_of()).covered)  # noqa: E731
    assert level() == 1
    bidder = plan.supplier()
    SupplierPerson.objects.create(
        supplier=bidder, name=SeatCase.objects.get(pk=seat.pk).seat.person.name, part="director"
    )
    purchase = plan.do(purchase, "announce", on=timezone.localdate())
    plan.do(purchase, "record_bids", bids=[{"supplier": bidder}])
    seat = SeatCase.objects.get(pk=seat.pk)
    assert seat.state == "suspended"
    assert level() == 0
    hit = seat.seat.hits.get()
    with pytest.raises(Missing):
        plan.do(seat, "lift_suspension", plan.approver)
    seat = plan.do(seat, "decide_hit", plan.approver, hit=hit, decision="founded", reasons="เป็นบุคคลเดียวกัน")
    seat = plan.do(seat, "discharge", plan.approver, on=timezone.localdate(), reasons="มีส่วนได้เสีย", because="interest")
    follower = SeatCase.objects.get(seat__follows=seat.pk)
    assert follower.state == "invited"
    assert follower.seat.member is not None
    follower = on_paper(plan, follower)
    committee = plan.do(committee, "amend", reasons="แทนผู้มีส่วนได้เสีย")
    for member in committee.committee.members.filter(left_on=None, person__standing="official"):
        committee = plan.do(committee, "declare_interest", member=member, ground=None)
    plan.ordered(committee, number="2")
    assert SeatCase.objects.get(pk=follower.pk).state == "appointed"
    assert level() == 1


def test_unfounded_hit_lifts_the_suspension(plan: Plan) -> None:
    committee = plan.committee(citizen=True)
    plan.ordered(committee)
    seat = seats_of(committee)[0]
    ConflictHit.objects.create(seat=seat.seat, first_version=0, last_version=0, kind="name", evidence={}, digest="x",
                               found_at=timezone.now())  # fmt: skip
    seat = plan.do(seat, "conflict_found")
    hit = seat.seat.hits.get()
    seat = plan.do(seat, "decide_hit", hit=hit, decision="unfounded", reasons="คนละคน")
    seat = plan.do(seat, "lift_suspension", plan.approver)
    assert seat.state == "appointed"
    assert not seat.seat.suspensions.filter(until=None).exists()


def test_acceptance_withdrawn_while_the_order_is_being_signed_stops_it(plan: Plan) -> None:
    committee = plan.committee(citizen=True)
    seat = seats_of(committee)[0]
    committee = plan.do(plan.do(committee, "lint"), "approve", plan.approver)
    plan.do(SeatCase.objects.get(pk=seat.pk), "withdraw_acceptance", reasons="ป่วย")
    with pytest.raises(Missing, match=r"sent again|ส่ง"):
        plan.do(committee, "sign_order", plan.approver, number="1", on=timezone.localdate())
    committee = plan.do(committee, "return_draft", plan.approver, reasons="ถอนตัว")
    assert plan.ordered(committee).state == "ordered"


def test_who_was_drawn_is_not_taken_out_by_the_staff(plan: Plan) -> None:
    pool(plan, 3)
    drawn(plan)
    committee = plan.committee()
    seat = plan.do(open_seat(plan, committee), "draw_next")
    committee = plan.do(committee, "remove_member", member=seat.seat.member)
    seat = SeatCase.objects.get(pk=seat.pk)
    assert (seat.state, seat.seat.member) == ("drawn", None)
    with pytest.raises(Missing):
        plan.do(seat, "set_aside", plan.approver, reasons="")
    committee = plan.do(committee, "lint")
    plan.do(committee, "take_back")
    assert SeatCase.objects.get(pk=seat.pk).seat.member is not None


def test_annulled_draw_empties_its_seats(plan: Plan) -> None:
    pool(plan, 3)
    draw = drawn(plan)
    seat = plan.do(open_seat(plan, plan.committee()), "draw_next")
    plan.do(draw, "annul", plan.approver, reasons="ค่าสุ่มผิดงวด")
    assert SeatCase.objects.get(pk=seat.pk).state == "seat_void"
    follower = SeatCase.objects.get(seat__follows=seat.pk)
    assert follower.state == "vacant"
    other = join_pool(plan.citizen("นาง เสนอ ชื่อ"), plan.staff)
    plan.do(follower, "nominate", person=other.person, reason="ไม่มีลำดับจับสลาก")


def test_full_citizen_is_passed_over_and_the_ledger_says_why(plan: Plan) -> None:
    citizens = pool(plan, 3)
    draw = drawn(plan)
    first = draw.draw.entries.get(rank=1)
    first.person.most_seats = 0
    first.person.save()
    seat = plan.do(open_seat(plan, plan.committee()), "draw_next")
    assert seat.seat.entry.rank == 2
    said = LedgerEntry.objects.get(case=seat.pk, verb="draw_next").data
    assert said["passed"] == [[first.place, "seats"]]
    assert len(citizens) == 3


def test_seat_is_not_completed_over_an_undecided_conflict(plan: Plan) -> None:
    committee = plan.ordered(plan.committee(citizen=True))
    committee = plan.meeting(committee, decision="propose")
    seat = seats_of(committee)[0]
    ConflictHit.objects.create(seat=seat.seat, first_version=0, last_version=0, kind="name", evidence={}, digest="x",
                               found_at=timezone.now())  # fmt: skip
    seat = plan.do(seat, "conflict_found")
    plan.do(plan.do(committee, "report", text="รายงาน"), "dissolve", plan.approver)
    with pytest.raises(Missing):
        plan.do(seat, "complete")
    hit = seat.seat.hits.get()
    plan.do(seat, "decide_hit", plan.approver, hit=hit, decision="unfounded", reasons="คนละคน")
    assert plan.do(seat, "complete").state == "seat_completed"
