"""What it needs to open a citizen seat and to offer it to somebody, one by one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from organisations.models import Holding, Post, Role, User
from procurement.models import Bid, Citizen, CommitteeCase, Consent, Member, Person, PoolRule, SeatCase
from procurement.pool.line import Bar
from tests.support.procurement_ways import committee_in, day, refused
from tests.support.purchases import Plan
from tests.support.seat_ways import other_citizen, people_in_line, seat_in, some_ground
from tests.support.seats import drawn, on_paper, open_seat, pool
from tests.support.world import ALWAYS
from workflows.actors import Actor
from workflows.refusals import Missing
from workflows.transitions import open_case

pytestmark = pytest.mark.django_db


def opening_refused(plan: Plan, guard: str, edge: str = "open", **facts: Any) -> None:
    """The guard of that code refuses to open a seat."""
    before = SeatCase.objects.count()
    # Read anew, for a user keeps the posts he had when he was first asked.
    staff, unit = Actor.person(User.objects.get(pk=plan.staff.pk)), facts.pop("unit", plan.unit)
    with pytest.raises(Missing) as caught:
        open_case("seat", edge, staff, unit=unit, **facts)
    assert caught.value.field == guard
    assert SeatCase.objects.count() == before


# --- A place and somebody for it --------------------------------------------------------------------------------------
@pytest.mark.parametrize("place", ["linted", "approved", "ordered", "working", "reported", "dissolved", "discarded"])
def test_seat_is_opened_while_the_order_is_in_draft(plan: Plan, place: str) -> None:
    case = committee_in(plan, place)
    opening_refused(plan, "committee_in_draft", committee=case.committee)


def test_seat_is_opened_in_the_draft_of_an_amendment_too(plan: Plan) -> None:
    assert open_seat(plan, committee_in(plan, "draft/amending")).state == "vacant"


def test_seat_needs_a_committee_of_its_own_unit(plan: Plan) -> None:
    case = committee_in(plan, "draft")
    opening_refused(plan, "committee_in_draft", committee=None)
    opening_refused(plan, "committee_in_draft", committee=case.committee, unit=make_other(plan))


def make_other(plan: Plan) -> Any:
    """Another unit in which the staff is at home as well."""
    other = plan.world.other
    post = Post.objects.create(unit=other, title_th="ตำแหน่ง", title_en="Post", roles=[Role.PROCUREMENT], valid=ALWAYS)
    Holding.objects.create(post=post, user=plan.staff, deputy=False, valid=ALWAYS)
    return other


def test_one_vacancy_at_a_time(plan: Plan) -> None:
    people_in_line(plan)
    case = committee_in(plan, "draft")
    seat = open_seat(plan, case)
    opening_refused(plan, "no_other_vacancy", committee=case.committee)
    plan.do(seat, "draw_next")
    assert open_seat(plan, case).state == "vacant"


def test_proposed_citizen_needs_his_person_and_a_reason(plan: Plan) -> None:
    case = committee_in(plan, "draft")
    member = case.committee.members.first()
    assert member is not None
    facts = {"committee": case.committee, "member": member}
    opening_refused(plan, "person", "propose", person=None, reason="เสนอ", **facts)
    for reason in ("", "  "):
        opening_refused(plan, "nomination_has_its_reason", "propose", person=plan.citizen(), reason=reason, **facts)


def test_nomination_needs_a_person_and_a_reason(plan: Plan) -> None:
    case = seat_in(plan, "vacant")
    refused(plan, case, "nominate", "person", reason="เสนอ")
    refused(plan, case, "nominate", "nomination_has_its_reason", person=other_citizen(plan), reason=" ")


def away(plan: Plan, person: Person, case: SeatCase) -> None:
    Citizen.objects.filter(pk=person.pk).update(away_until=day())


def inactive(plan: Plan, person: Person, case: SeatCase) -> None:
    Person.objects.filter(pk=person.pk).update(active=False)


def refused_by_the_pool(plan: Plan, person: Person, case: SeatCase) -> None:
    Citizen.objects.filter(pk=person.pk).update(status="refused", refusal="เป็นกำนัน")


def term_over(plan: Plan, person: Person, case: SeatCase) -> None:
    Citizen.objects.filter(pk=person.pk).update(term_to=day(1))


def term_to_come(plan: Plan, person: Person, case: SeatCase) -> None:
    Citizen.objects.filter(pk=person.pk).update(term_from=day(-1))


def consent_withdrawn(plan: Plan, person: Person, case: SeatCase) -> None:
    Consent.objects.filter(citizen=person.pk).update(withdrawn_at=timezone.now())


def full(plan: Plan, person: Person, case: SeatCase) -> None:
    Person.objects.filter(pk=person.pk).update(most_seats=1)
    elsewhere = open_seat(plan, plan.committee(plan.purchase()))
    assert elsewhere.seat.committee.purchase_id != case.seat.committee.purchase_id
    plan.do(elsewhere, "nominate", person=person, reason="เสนอ")


def here(plan: Plan, person: Person, case: SeatCase) -> None:
    inspection = plan.committee(case.seat.committee.purchase.case, "inspection")
    plan.do(open_seat(plan, inspection), "nominate", person=person, reason="เสนอ")


def declined_here(plan: Plan, person: Person, case: SeatCase) -> None:
    inspection = plan.committee(case.seat.committee.purchase.case, "inspection")
    seat = plan.do(open_seat(plan, inspection), "nominate", person=person, reason="เสนอ")
    plan.do(plan.do(seat, "invite"), "record_refusal", text="โทรศัพท์")


def interested(plan: Plan, person: Person, case: SeatCase) -> None:
    inspection = plan.committee(case.seat.committee.purchase.case, "inspection")
    seat = plan.do(open_seat(plan, inspection), "nominate", person=person, reason="เสนอ")
    plan.do(on_paper(plan, seat, upto="seat_accepted"), "declare_conflict", ground=some_ground())


def served_the_agency(plan: Plan, person: Person, case: SeatCase) -> None:
    PoolRule.objects.filter(code="cooling_off_agency").update(value=30)
    sat_elsewhere(plan, person, left=10)


def served_the_winner(plan: Plan, person: Person, case: SeatCase) -> None:
    PoolRule.objects.filter(code="cooling_off_winner").update(value=30)
    member = sat_elsewhere(plan, person, left=10)
    Bid.objects.create(purchase=member.committee.purchase, supplier=plan.supplier(), result=Bid.Result.WON)
    Bid.objects.create(purchase=case.seat.committee.purchase, supplier=plan.supplier())


def sat_elsewhere(plan: Plan, person: Person, *, left: int) -> Member:
    """He sat on a committee of another purchase that has ended, and left so many days ago."""
    other: CommitteeCase = committee_in(plan, "dissolved", purchase=plan.purchase())
    order = other.committee.orders.get()
    return Member.objects.create(
        committee=other.committee, person=person, duty="member", position=99, added_by=plan.staff, nomination="เสนอ",
        added_at=timezone.now(), appointed_on=day(20), appointed_by=order, left_on=day(left), left_because="end",
    )  # fmt: skip


BARS: list[tuple[Callable[[Plan, Person, SeatCase], object], Bar]] = [
    (away, Bar.AWAY), (inactive, Bar.AWAY), (refused_by_the_pool, Bar.NOT_IN_POOL), (term_over, Bar.NOT_IN_POOL),
    (term_to_come, Bar.NOT_IN_POOL), (consent_withdrawn, Bar.NOT_IN_POOL), (full, Bar.SEATS), (here, Bar.HERE),
    (declined_here, Bar.HERE), (interested, Bar.HERE), (served_the_agency, Bar.AGENCY), (served_the_winner, Bar.WINNER),
]  # fmt: skip


@pytest.mark.parametrize(("make", "bar"), BARS, ids=[make.__name__ for make, _bar in BARS])
def test_nobody_barred_is_nominated_and_the_sentence_says_why(plan: Plan, make: Any, bar: Bar) -> None:
    case, person = seat_in(plan, "vacant"), other_citizen(plan)
    make(plan, person, case)
    person.refresh_from_db()
    sentence = refused(plan, case, "nominate", "may_sit_here", person=person, reason="เสนอ")
    assert sentence == str(bar.label)


def test_somebody_whom_the_pool_never_knew_is_nominated_with_a_reason(plan: Plan) -> None:
    """The paper road of who has no account; who left the pool is refused (`refused_by_the_pool` and its kin)."""
    case, person = seat_in(plan, "vacant"), plan.citizen("นาง นอกบัญชี")
    assert plan.do(case, "nominate", person=person, reason="เสนอ").state == "nominated"


@pytest.mark.parametrize("status", ["applied", "refused", "left"])
def test_who_is_not_admitted_is_not_put_into_a_draft(plan: Plan, status: str) -> None:
    committee, person = committee_in(plan, "draft"), other_citizen(plan)
    Citizen.objects.filter(pk=person.pk).update(status=status, refusal="เหตุ")
    with pytest.raises(Missing) as refusal:
        plan.do(committee, "add_member", person=person, duty="member", nomination="เสนอ")
    assert refusal.value.field == "citizen_may_sit"


@pytest.mark.parametrize(("value", "left", "barred"), [(30, 30, False), (30, 29, True), (0, 0, False)])
def test_pause_of_the_agency_ends_on_its_day(plan: Plan, value: int, left: int, barred: bool) -> None:
    PoolRule.objects.filter(code="cooling_off_agency").update(value=value)
    case, person = seat_in(plan, "vacant"), other_citizen(plan)
    member = sat_elsewhere(plan, person, left=0)
    Member.objects.filter(pk=member.pk).update(appointed_on=day(60), left_on=day(left))
    if barred:
        refused(plan, case, "nominate", "may_sit_here", person=person, reason="เสนอ")
    else:
        assert plan.do(case, "nominate", person=person, reason="เสนอ").state == "nominated"


def test_draw_next_needs_a_draw_of_the_quarter_with_somebody_left(plan: Plan) -> None:
    citizens = pool(plan, 2)
    case = open_seat(plan, committee_in(plan, "draft"))
    refused(plan, case, "draw_next", "somebody_in_line")
    drawn(plan)
    Citizen.objects.filter(pk__in=[citizen.pk for citizen in citizens]).update(away_until=day(-3))
    refused(plan, case, "draw_next", "somebody_in_line")
    Citizen.objects.filter(pk=citizens[1].pk).update(away_until=None)
    assert plan.do(case, "draw_next").seat.person == citizens[1].person


def test_who_was_drawn_is_not_taken_out(plan: Plan) -> None:
    case = seat_in(plan, "nominated")
    case.seat.how, case.seat.entry = "draw", people_in_line(plan).draw.entries.first()
    case.seat.save()
    refused(plan, case, "take_out", "was_nominated")


@pytest.mark.parametrize("edge", ["record_acceptance", "record_refusal"])
def test_answer_on_behalf_says_how_it_came(plan: Plan, edge: str) -> None:
    refused(plan, seat_in(plan, "invited"), edge, "how_he_answered", text=" ")
