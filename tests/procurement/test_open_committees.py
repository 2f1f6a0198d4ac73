"""Committees for everybody: who is told of by name or by network, drawn or nominated, suspended, replaced."""

import csv
import io
import json
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from procurement.models import CommitteeCase, Consent, SeatCase
from procurement.published import Member, Status, purchase_of
from procurement.published_lists import committees
from tests.procurement.test_open_procurement import visitor
from tests.support.purchases import Plan
from tests.support.seats import drawn, on_paper, open_seat, pool, seats_of
from workflows.models import Case

pytestmark = pytest.mark.django_db


def with_drawn_citizen(plan: Plan, *, people: int = 4) -> CommitteeCase:
    """A committee that an order appointed, with a citizen from a draw."""
    pool(plan, people)
    drawn(plan)
    committee = plan.committee()
    on_paper(plan, plan.do(open_seat(plan, committee), "draw_next"))
    return plan.ordered(committee)


def agrees(seat: Case) -> None:
    """The citizen agrees to stand with his name."""
    person = SeatCase.objects.get(pk=seat.pk).seat.person
    assert person is not None
    facts = {"purpose": Consent.Purpose.PUBLISH, "wording": "ยินยอม", "given_at": timezone.now()}
    Consent.objects.create(citizen=person.citizen, **facts)


def name_of(seat: Case) -> str:
    person = SeatCase.objects.get(pk=seat.pk).seat.person
    assert person is not None
    return person.name


def published(committee: CommitteeCase) -> list[Member]:
    """The citizens as published."""
    found = purchase_of(committee.committee.purchase.case.public_id).committees[0]
    return [member for member in found.seats if member.citizen]


def pages(committee: CommitteeCase) -> str:
    """The page, the file of the purchase and the plan as a table."""
    purchase, client = committee.committee.purchase.case.public_id, visitor()
    addresses = [reverse(name, args=[purchase]) for name in ("open_purchase", "open_purchase_json")]
    addresses += [f"{reverse(name)}?unit=DST" for name in ("open_plan_csv", "open_plan_json", "open_procurement")]
    return "\n".join(client.get(address).content.decode() for address in addresses)


def test_drawn_citizen_stands_with_the_draw_and_without_his_name(plan: Plan) -> None:
    committee = with_drawn_citizen(plan)
    seat, text = seats_of(committee)[0], pages(committee)
    entry = SeatCase.objects.get(pk=seat.pk).seat.entry
    assert entry is not None
    assert reverse("open_draw", args=[entry.draw.case.public_id]) in text
    assert name_of(seat) not in text
    (member,) = published(committee)
    assert (member.how, member.status, member.since, member.reason) == ("draw", "in_office", timezone.localdate(), "")


def test_name_stands_while_the_consent_is_in_force(plan: Plan) -> None:
    committee = with_drawn_citizen(plan)
    seat = seats_of(committee)[0]
    agrees(seat)
    assert name_of(seat) in pages(committee)
    Consent.objects.filter(purpose="publish").update(withdrawn_at=timezone.now())
    assert name_of(seat) not in pages(committee)


def test_consent_to_be_in_the_pool_is_none_to_be_named(plan: Plan) -> None:
    committee = with_drawn_citizen(plan)
    assert Consent.objects.filter(purpose="pool", withdrawn_at=None).exists()
    assert published(committee)[0].name == ""


def test_nominated_citizen_stands_with_the_reason(plan: Plan) -> None:
    committee = plan.committee()
    person = plan.citizen("นาย ประชา ลับเฉพาะ")
    committee = plan.do(committee, "add_member", person=person, duty="member", nomination="ไม่มีผู้มีคุณสมบัติในลำดับจับสลาก")
    plan.seats_ready(committee)
    committee = plan.ordered(committee)
    assert "ไม่มีผู้มีคุณสมบัติในลำดับจับสลาก" in pages(committee)
    assert (published(committee)[0].how, published(committee)[0].draw) == ("nomination", "")


@pytest.mark.parametrize("reason", ["คุณประชา มีความรู้ด้านช่าง", "เสนอนายลับเฉพาะ"])
def test_reason_that_names_him_is_kept_back_until_he_agrees(plan: Plan, reason: str) -> None:
    committee = plan.committee()
    person = plan.citizen("นายประชา ลับเฉพาะ")
    committee = plan.do(committee, "add_member", person=person, duty="member", nomination=reason)
    plan.seats_ready(committee)
    committee = plan.ordered(committee)
    text = pages(committee)
    assert reason not in text
    assert "ลับเฉพาะ" not in text


def test_suspended_citizen_is_shown_without_his_name_and_does_not_count(plan: Plan) -> None:
    committee = with_drawn_citizen(plan)
    seat = seats_of(committee)[0]
    agrees(seat)
    assert purchase_of(committee.committee.purchase.case.public_id).committees[0].citizens == 1
    suspend(plan, seat)
    (member,) = published(committee)
    assert (member.status, member.name, member.counts) == (Status.SUSPENDED, "", False)
    text = pages(committee)
    assert name_of(seat) not in text
    assert "suspended while a possible conflict" in text
    row = next(csv.DictReader(io.StringIO(plan_csv().lstrip("\ufeff"))))
    assert (row["citizens"], row["citizens_drawn"], row["citizens_suspended"]) == ("0", "0", "1")


def plan_csv() -> str:
    answer: Any = visitor().get(f"{reverse('open_plan_csv')}?unit=DST")
    return bytes(answer.getvalue()).decode()


def suspend(plan: Plan, seat: Case) -> None:
    """Somebody with his name bids."""
    purchase = SeatCase.objects.get(pk=seat.pk).seat.committee.purchase.case
    purchase = plan.do(purchase, "announce", on=timezone.localdate())
    plan.do(purchase, "record_bids", bids=[{"supplier": plan.supplier("3100600000017", name_of(seat))}])
    assert SeatCase.objects.get(pk=seat.pk).state == "suspended"


def test_replaced_citizen_is_shown_as_such_and_his_successor_counts(plan: Plan) -> None:
    committee = with_drawn_citizen(plan)
    first = seats_of(committee)[0]
    agrees(first)
    plan.do(first, "resign", on=timezone.localdate(), reasons="ย้ายที่อยู่")
    assert [member.status for member in published(committee)] == [Status.LEFT]
    second = seats_of(committee)[1]
    # The next one declines; the place goes to the third of the line.
    plan.do(second, "record_refusal", text="ไม่สะดวก")
    third = on_paper(plan, seats_of(committee)[2])
    committee = plan.do(CommitteeCase.objects.get(pk=committee.pk), "amend", reasons="แต่งตั้งแทน")
    committee = plan.ordered(committee, "2", timezone.localdate())
    members = published(committee)
    assert {member.status for member in members} == {Status.REPLACED, Status.IN_OFFICE}
    assert [member.status for member in members if member.counts] == [Status.IN_OFFICE]
    text = pages(committee)
    for seat in (first, second, third):
        assert name_of(seat) not in text
    assert "another citizen took the place" in text


def test_who_served_to_the_end_stays(plan: Plan) -> None:
    committee = plan.meeting(with_drawn_citizen(plan), "propose", on=timezone.localdate())
    committee = plan.do(committee, "report", text="เสนอผู้ชนะ")
    committee = plan.do(committee, "dissolve", plan.approver)
    (member,) = published(committee)
    assert (member.status, member.counts) == (Status.SERVED, True)


@pytest.mark.parametrize("count", [1, 3])
def test_purchase_takes_a_constant_number_of_statements(
    plan: Plan, count: int, django_assert_max_num_queries: Any
) -> None:
    committee = plan.committee()
    for number in range(count):
        person = plan.citizen(f"นาย ก{'ขคงจฉชซญ'[number]}ก ทดลอง{number}")
        committee = plan.do(committee, "add_member", person=person, duty="member", nomination="เครือข่ายเสนอชื่อ")
    plan.seats_ready(committee)
    committee = plan.ordered(committee)
    assert len(published(committee)) == count
    with django_assert_max_num_queries(10 + 3):
        visitor().get(reverse("open_purchase", args=[committee.committee.purchase.case.public_id]))


# --- The list of them -----------------------------------------------------------------------------------------------
def listed() -> tuple[int, list[str]]:
    """What the list says: how many there are, and the kinds of its rows."""
    told = json.loads(visitor().get(reverse("open_committees"), {"as": "json"}).content)
    return told["count"], [row["committee"] for row in told["rows"]]


def test_list_counts_committees_and_not_purchases(plan: Plan) -> None:
    purchase = plan.purchase()
    plan.ordered(plan.committee(purchase, citizen=True), "1")
    plan.ordered(plan.committee(purchase, "inspection", citizen=True), "2")
    plan.ordered(plan.committee(plan.purchase(name="อื่น")), "3")
    count, kinds = listed()
    assert count == len(kinds) == 2
    assert len(set(kinds)) == 2


def test_list_joins_no_citizen_of_one_committee_to_the_order_of_another(plan: Plan) -> None:
    purchase = plan.purchase()
    plan.ordered(plan.committee(purchase), "1")
    plan.committee(purchase, "inspection", citizen=True)
    assert listed() == (0, [])


@pytest.mark.parametrize("becomes", ["in_office", "suspended", "left", "served"])
def test_list_counts_the_committees_whose_citizens_count(plan: Plan, becomes: str) -> None:
    committee = with_drawn_citizen(plan)
    match becomes:
        case "suspended":
            suspend(plan, seats_of(committee)[0])
        case "left":
            plan.do(seats_of(committee)[0], "resign", on=timezone.localdate(), reasons="ย้ายที่อยู่")
        case "served":
            committee = plan.meeting(committee, "propose", on=timezone.localdate())
            committee = plan.do(committee, "report", text="เสนอผู้ชนะ")
            plan.do(committee, "dissolve", plan.approver)
    count, kinds = listed()
    assert count == len(kinds) == (1 if becomes in {"in_office", "served"} else 0)


def test_list_goes_on_within_a_purchase(plan: Plan) -> None:
    purchase = plan.purchase()
    plan.ordered(plan.committee(purchase, citizen=True), "1")
    plan.ordered(plan.committee(purchase, "inspection", citizen=True), "2")
    table = committees(None, plan.year)
    assert [len(table.rows(start, start + 1)) for start in range(3)] == [1, 1, 0]
    assert table.rows(0, 1)[0]["committee"] != table.rows(1, 2)[0]["committee"]
