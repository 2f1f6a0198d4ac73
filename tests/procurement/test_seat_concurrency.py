"""Several people at one seat, draw or order, on real connections: one wins, the other is told by a sentence, nothing is
half written, and no dead-lock is shown to anybody."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from procurement.models import (
    Citizen,
    CommitteeCase,
    ConflictHit,
    Draw,
    DrawCase,
    Member,
    Observation,
    Person,
    Seat,
    SeatCase,
    SupplierPerson,
)
from tests.procurement.test_concurrency import one_wins, plan, race, take
from tests.procurement.test_guards_draw import announcement
from tests.support.procurement_ways import day
from tests.support.purchases import Plan
from tests.support.seat_ways import hit, some_ground
from tests.support.seats import LOTTERY, account_of, drawn, join_pool, on_paper, open_seat, pool, seats_of
from tests.support.threads import together
from tests.workflows.test_concurrency import all_is_well
from workflows.actors import TIMER, Actor
from workflows.refusals import Missing, Overtaken, Refused
from workflows.transitions import open_case, perform

__all__ = ["plan"]

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def fresh(case: Any) -> Any:
    """The case as it stands."""
    return type(case).objects.get(pk=case.pk)


def in_both_orders(acts: list[Callable[[], Any]], turn: int) -> list[Any]:
    """At the same moment, or one so much later that the other has its locks first, on a slow machine too."""

    def late(act: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            time.sleep(0.5)
            return act()

        return run

    first, second = acts
    return together(*{0: (first, second), 1: (late(first), second), 2: (first, late(second))}[turn % 3])


def cleared(plan: Plan) -> tuple[CommitteeCase, SeatCase]:
    """A committee in draft with one citizen who is cleared."""
    committee = plan.committee(plan.purchase(), citizen=True)
    return committee, seats_of(committee)[0]


# --- The line ---------------------------------------------------------------------------------------------------------
def test_two_staff_give_one_citizen_his_last_seat(plan: Plan) -> None:
    for number in range(ROUNDS):
        person = join_pool(plan.citizen(f"นาง คนที่{number}", most_seats=1), plan.staff, account=False).person
        seats = [open_seat(plan, plan.committee(plan.purchase())) for _ in range(2)]
        acts = [
            take(case, "nominate", user, person=person, reason="เสนอ")
            for case, user in zip(seats, (plan.staff, plan.staff2), strict=True)
        ]
        _won, lost = one_wins(together(*acts))
        assert lost.field == "may_sit_here"
        assert Seat.objects.filter(person=person).count() == 1
    all_is_well()


def test_two_seats_take_the_next_in_line_at_once_and_take_different_people(plan: Plan) -> None:
    pool(plan, 2 * ROUNDS)
    drawn(plan)
    for _ in range(ROUNDS):
        seats = [open_seat(plan, plan.committee(plan.purchase())) for _ in range(2)]
        acts = [take(case, "draw_next", user) for case, user in zip(seats, (plan.staff, plan.staff2), strict=True)]
        results = together(*acts)
        assert all(isinstance(result, SeatCase) for result in results), results
    people = list(Seat.objects.values_list("person", flat=True))
    assert len(people) == len(set(people)) == 2 * ROUNDS
    all_is_well()


def test_the_last_in_line_is_taken_once(plan: Plan) -> None:
    pool(plan, 1, account=False)
    drawn(plan, size=1)
    Person.objects.filter(standing="citizen").update(most_seats=1)
    for _ in range(ROUNDS):
        seats = [open_seat(plan, plan.committee(plan.purchase())) for _ in range(2)]
        acts = [take(case, "draw_next", user) for case, user in zip(seats, (plan.staff, plan.staff2), strict=True)]
        won, lost = one_wins(together(*acts))
        assert lost.field in {"somebody_in_line", "may_sit_here"}
        plan.do(fresh(seats[won]), "die", on=day())  # leaves the line free for the next round
    all_is_well()


def test_one_seat_is_drawn_for_once(plan: Plan) -> None:
    pool(plan, 3)
    drawn(plan)
    for _ in range(ROUNDS):
        case = open_seat(plan, plan.committee(plan.purchase()))
        _won, lost = one_wins(together(*[take(case, "draw_next", user) for user in (plan.staff, plan.staff2)]))
        assert isinstance(lost, Overtaken)
        plan.do(fresh(case), "set_aside", plan.approver, reasons="เริ่มใหม่")
    all_is_well()


def test_two_vacancies_are_not_opened_at_once(plan: Plan) -> None:
    for _ in range(ROUNDS):
        committee = plan.committee(plan.purchase())
        acts = [
            lambda user=user, committee=committee: open_case(
                "seat", "open", Actor.person(user), unit=plan.unit, committee=committee.committee
            )
            for user in (plan.staff, plan.staff2)
        ]
        _won, lost = one_wins(together(*acts))
        assert lost.field == "no_other_vacancy"
    all_is_well()


def test_seat_is_opened_while_its_committee_is_given_up(plan: Plan) -> None:
    for turn in range(ROUNDS):
        committee = plan.committee(plan.purchase())
        acts = [
            lambda committee=committee: open_case(
                "seat", "open", Actor.person(plan.staff), unit=plan.unit, committee=committee.committee
            ),
            take(committee, "discard", plan.staff2, reasons="ไม่ใช้แล้ว"),
        ]
        results = race(acts, turn)
        assert not isinstance(results[1], Exception), results
        assert isinstance(results[0], SeatCase | Missing), results
        assert all(not case.is_open for case in seats_of(committee))
    all_is_well()


def test_two_who_do_not_answer_are_followed_by_two_others(plan: Plan) -> None:
    pool(plan, 4 * ROUNDS)
    drawn(plan)
    later = timezone.now() + timedelta(days=30)
    for _ in range(ROUNDS):
        seats = [open_seat(plan, plan.committee(plan.purchase())) for _ in range(2)]
        seats = [plan.do(plan.do(case, "draw_next"), "invite") for case in seats]
        acts = [lambda case=case: perform(case, "no_reply", TIMER, at=later) for case in seats]
        results = together(*acts)
        assert all(isinstance(result, SeatCase) for result in results), results
        after = [SeatCase.objects.get(seat__follows=case.pk) for case in seats]
        assert {case.state for case in after} == {"invited"}
        assert len({case.seat.person_id for case in (*seats, *after)}) == 4
        for case in after:
            plan.do(case, "record_refusal", text="โทรศัพท์")
    all_is_well()


def test_citizen_accepts_while_the_clock_says_that_his_time_is_over(plan: Plan) -> None:
    pool(plan, ROUNDS + 1)
    drawn(plan)
    later = timezone.now() + timedelta(days=30)
    for turn in range(ROUNDS):
        case = plan.do(plan.do(open_seat(plan, plan.committee(plan.purchase())), "draw_next"), "invite")
        acts = [
            take(case, "accept", account_of(case)),
            lambda case=case: perform(case, "no_reply", TIMER, seen_version=case.state_version, at=later),
        ]
        one_wins(race(acts, turn))
        assert SeatCase.objects.filter(seat__follows=case.pk).exists() == (fresh(case).state == "no_reply")
    all_is_well()


# --- Draws ------------------------------------------------------------------------------------------------------------
def test_draw_is_announced_once_and_held_once(plan: Plan) -> None:
    pool(plan, 4)
    for _ in range(ROUNDS):
        acts = [
            lambda user=user: open_case("draw", "announce", Actor.person(user), unit=plan.unit, **announcement())
            for user in (plan.staff, plan.staff2)
        ]
        _won, lost = one_wins(together(*acts))
        assert lost.field == "only_one_a_quarter"
        case = DrawCase.objects.get(state="draw_announced")
        Draw.objects.filter(pk=case.pk).update(seed_known_at=timezone.now() - timedelta(days=1))
        other = LOTTERY.replace("123456", "654321")
        acts = [take(case, "hold_draw", plan.staff, seed=LOTTERY), take(case, "hold_draw", plan.staff2, seed=other)]
        won, lost = one_wins(together(*acts))
        assert isinstance(lost, Overtaken)
        assert Draw.objects.get(pk=case.pk).seed["text"] == (LOTTERY, other)[won]  # type: ignore[index]
        plan.do(fresh(case), "annul", plan.approver, reasons="เริ่มใหม่")
    all_is_well()


def test_draw_is_annulled_while_a_seat_is_filled_from_it(plan: Plan) -> None:
    pool(plan, 3)
    for turn in range(ROUNDS):
        draw = drawn(plan)
        case = open_seat(plan, plan.committee(plan.purchase()))
        acts = [take(case, "draw_next", plan.staff), take(draw, "annul", plan.approver, reasons="ผิดงวด")]
        results = race(acts, turn)
        assert not isinstance(results[1], Exception), results
        assert isinstance(results[0], SeatCase | Missing), results
        held = Seat.objects.filter(entry__draw=draw.pk, case__is_open=True)
        assert not held.exists()
        assert fresh(draw).state == "draw_annulled"
    all_is_well()


# --- The order --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("edge", ["withdraw_acceptance", "declare_conflict"])
def test_citizen_takes_his_acceptance_back_while_the_order_is_signed(plan: Plan, edge: str) -> None:
    facts = {"reasons": "ป่วย"} if edge == "withdraw_acceptance" else {"ground": some_ground()}
    winners = set()
    for turn in range(ROUNDS):
        committee, seat = cleared(plan)
        committee = plan.do(plan.do(committee, "lint"), "approve", plan.approver)
        signed = {"number": f"{edge}{turn}", "on": day()}
        acts = [
            take(fresh(seat), edge, plan.staff2, **facts),
            take(committee, "sign_order", plan.approver, **signed),
        ]
        won, lost = one_wins(in_both_orders(acts, turn))
        winners.add(won)
        assert fresh(seat).state == (
            "appointed" if won else {"withdraw_acceptance": "seat_withdrawn"}.get(edge, "conflicted")
        )
        assert Member.objects.filter(seat=seat.pk, appointed_on__isnull=False).exists() == bool(won)
        assert lost.sentence
    assert len(winners) == 2
    all_is_well()


def test_citizen_withdraws_while_the_approver_approves(plan: Plan) -> None:
    for turn in range(ROUNDS):
        committee, seat = cleared(plan)
        committee = plan.do(committee, "lint")
        acts = [
            lambda seat=seat: perform(seat, "withdraw_acceptance", Actor.person(plan.staff2), reasons="ป่วย"),
            take(committee, "approve", plan.approver),
        ]
        results = race(acts, turn)
        assert isinstance(results[0], SeatCase), results
        assert isinstance(results[1], CommitteeCase | Missing), results
        assert fresh(seat).state == "seat_withdrawn"
        if isinstance(results[1], CommitteeCase):
            with pytest.raises(Missing):
                plan.do(results[1], "sign_order", plan.approver, number=f"a{turn}", on=day())
    all_is_well()


def test_who_waits_for_the_next_order_declines_while_this_one_is_signed(plan: Plan) -> None:
    """He is not in it: both go their way."""
    for turn in range(ROUNDS):
        committee = plan.committee(plan.purchase())
        person = join_pool(plan.citizen(f"นาง รอ{turn}"), plan.staff).person
        seat = plan.do(plan.do(open_seat(plan, committee), "nominate", person=person, reason="เสนอ"), "invite")
        committee = plan.do(committee, "remove_member", member=seat.seat.member)
        committee = plan.do(plan.do(committee, "lint"), "approve", plan.approver)
        acts = [
            take(seat, "decline", account_of(seat)),
            take(committee, "sign_order", plan.approver, number=f"w{turn}", on=day()),
        ]
        results = race(acts, turn)
        assert not [result for result in results if isinstance(result, Exception)], results
        assert not Member.objects.filter(committee=committee.pk, person=person).exists()
    all_is_well()


def test_conflict_comes_up_while_the_order_is_signed(plan: Plan) -> None:
    """Whichever is first: nobody about whom something is open serves on the committee."""
    ends = set()
    for turn in range(ROUNDS):
        purchase = plan.do(plan.purchase(), "announce", on=day())
        committee = plan.committee(purchase, citizen=True)
        seat = seats_of(committee)[0]
        committee = plan.do(plan.do(committee, "lint"), "approve", plan.approver)
        bidder = plan.supplier(f"010550000{turn:04d}", f"บริษัท ลำดับ{turn} จำกัด")
        SupplierPerson.objects.create(supplier=bidder, name=fresh(seat).seat.person.name, part="director")
        acts = [
            take(committee, "sign_order", plan.approver, number=f"c{turn}", on=day()),
            take(purchase, "record_bids", plan.staff, bids=[{"supplier": bidder}]),
        ]
        results = in_both_orders(acts, turn)
        assert not isinstance(results[1], Exception), results
        assert isinstance(results[0], CommitteeCase | Refused), results
        state = fresh(seat).state
        ends.add(state)
        assert state == ("suspended" if isinstance(results[0], CommitteeCase) else "declared")
        assert ConflictHit.objects.filter(seat=seat.pk, decision="").exists()
    assert ends == {"suspended", "declared"}
    all_is_well()


def test_citizen_is_cleared_while_the_bidders_change(plan: Plan) -> None:
    for turn in range(ROUNDS):
        purchase = plan.do(plan.purchase(), "announce", on=day())
        committee = plan.committee(purchase)
        person = join_pool(plan.citizen(f"นาง ตรวจ{turn} ทดลอง"), plan.staff, account=False).person
        seat = on_paper(
            plan, plan.do(open_seat(plan, committee), "nominate", person=person, reason="เสนอ"), upto="declared"
        )
        bidder = plan.supplier(f"010550000{turn:04d}", f"บริษัท ลำดับ{turn} จำกัด")
        SupplierPerson.objects.create(supplier=bidder, name=person.name, part="director")
        acts = [
            take(seat, "clear", plan.staff2),
            take(purchase, "record_bids", plan.staff, bids=[{"supplier": bidder}]),
        ]
        results = race(acts, turn)
        assert not isinstance(results[1], Exception), results
        assert isinstance(results[0], SeatCase | Refused), results
        assert fresh(seat).state == "declared"
        with pytest.raises(Missing):
            plan.do(fresh(seat), "clear")
    all_is_well()


def test_citizen_resigns_while_his_committee_ends(plan: Plan) -> None:
    for turn in range(ROUNDS):
        committee, seat = cleared(plan)
        committee = plan.do(plan.do(committee, "lint"), "approve", plan.approver)
        committee = plan.do(committee, "sign_order", plan.approver, number=f"e{turn}", on=day(3))
        committee = plan.do(plan.meeting(committee, "other", on=day(1)), "report", text="รายงาน")
        acts = [
            take(fresh(seat), "resign", plan.staff2, on=day(), reasons="ย้าย"),
            take(committee, "dissolve", plan.approver),
        ]
        results = race(acts, turn)
        assert all(isinstance(result, SeatCase | CommitteeCase | Refused) for result in results), results
        assert any(not isinstance(result, Exception) for result in results)
        assert fresh(seat).state in {"discharged", "concluding"}
        if isinstance(results[1], Refused):
            plan.do(fresh(committee), "dissolve", plan.approver)
    all_is_well()


# --- Decisions and reports --------------------------------------------------------------------------------------------
def test_two_decide_about_one_hit(plan: Plan) -> None:
    _committee, seat = cleared(plan)
    for turn in range(ROUNDS):
        found = hit(seat, tag=f"t{turn}")
        if fresh(seat).state == "cleared":
            perform(seat, "check_again", TIMER)
        acts = [
            take(fresh(seat), "decide_hit", user, hit=found, decision=decision, reasons="ตรวจสอบแล้ว")
            for user, decision in ((plan.staff, "founded"), (plan.staff2, "unfounded"))
        ]
        won, lost = one_wins(together(*acts))
        assert lost.field == "open_hit"
        found.refresh_from_db()
        assert found.decision == ("founded", "unfounded")[won]
        assert found.decided_by == (plan.staff, plan.staff2)[won]
    all_is_well()


def test_report_sent_twice_at_once_is_one(plan: Plan) -> None:
    committee = plan.ordered(plan.committee(plan.purchase(), citizen=True))
    seat = seats_of(committee)[0]
    join = Citizen.objects.filter(person=seat.seat.person).first() or join_pool(seat.seat.person, plan.staff)  # type: ignore[arg-type]
    assert join.account is not None
    for turn in range(ROUNDS):
        facts = {"token": f"t{turn}", "observed_on": day(), "seen": "เปิดซองครบ"}
        _won, lost = one_wins(together(*[take(fresh(seat), "report", join.account, **facts) for _ in range(2)]))
        assert lost.field == "token"
    assert list(Observation.objects.values_list("number", flat=True)) == list(range(1, ROUNDS + 1))
    all_is_well()


def test_report_is_answered_once(plan: Plan) -> None:
    committee = plan.ordered(plan.committee(plan.purchase(), citizen=True))
    seat = seats_of(committee)[0]
    join_pool(seat.seat.person, plan.staff)  # type: ignore[arg-type]
    for turn in range(ROUNDS):
        facts = {"token": f"t{turn}", "observed_on": day(), "seen": "เปิดซองครบ"}
        plan.do(fresh(seat), "report", account_of(seat), **facts)
        report = Observation.objects.get(token=f"t{turn}")
        answer = {"report": report, "outcome": "explained"}
        acts = [
            take(fresh(seat), "answer_report", user, text=text, **answer)
            for user, text in ((plan.staff, "หนึ่ง"), (plan.staff2, "สอง"))
        ]
        won, lost = one_wins(together(*acts))
        assert lost.field == "open_report"
        report.refresh_from_db()
        assert report.answer == ("หนึ่ง", "สอง")[won]
    all_is_well()
