"""Every state × every edge × everybody, allowed and forbidden, for citizen seats.

The table was written from domain.md, section 3, "Citizen seats", and from what the guards promise in words, not from
`procurement/states/seat.py`: the two have to agree. A seat is brought into each place, and everybody tries every edge
with facts that are complete, so that only the law can refuse.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from organisations.models import Role, User
from procurement.models import Attendance, Draw, Meeting, Member, Order, SeatCase
from procurement.states import seat as law
from tests.procurement.test_every_edge import against, everybody, takes
from tests.support.procurement_ways import committee_in
from tests.support.purchases import Plan
from tests.support.seat_ways import SEAT_PLACES, other_citizen, seat_facts, seat_in
from tests.support.seats import account_of, join_pool, on_paper, open_seat
from tests.support.world import make_person
from workflows.actors import IMPORT, TIMER, Actor
from workflows.checks import problems
from workflows.models import Case, Conflict
from workflows.refusals import Refused
from workflows.transitions import open_case

pytestmark = pytest.mark.django_db

# Procurement staff of the unit, a colleague, one level up, and one who is an approver as well and drafted.
STAFF = "staff staff2 upper_staff drafter"
# `seated` is an approver and a member of the committee; `drafter` worked on its draft.
APPROVERS = "approver upper_approver drafter seated"
# Nobody clears himself, and who sits on the committee does not decide about its seats.
UNBIASED = "approver upper_approver drafter"
DECIDERS = f"{STAFF} approver upper_approver"
OFFICE = f"{STAFF} approver upper_approver seated"
HIMSELF = f"{STAFF} citizen"  # by himself, or on paper by the staff

DECLARED = "declared declared/hit declared/unfounded declared/founded"
READY = "cleared cleared/hit seat_approved seat_approved/hit"
CONSENTED = f"seat_accepted {DECLARED} {READY}"
OFFERED = "drawn nominated invited"
IN_OFFICE = "appointed appointed/hit appointed/absent serving serving/hit serving/report serving/promised"
SUSPENDED = "suspended suspended/unfounded suspended/founded"
HELD = f"{IN_OFFICE} {SUSPENDED}"
CONCLUDING = "concluding concluding/report"
REPORTING = f"{HELD} {CONCLUDING}"
OPEN = f"vacant {OFFERED} {CONSENTED} {REPORTING}"
ENDED = (
    "seat_completed seat_completed/promised seat_declined no_reply conflicted seat_withdrawn discharged "
    "discharged/report discharged/promised seat_void"
)
# Where the agency has a date to keep: to fill the seat, to check, to answer a report. The time of the citizen is his.
UNDER_A_CLOCK = f"vacant drawn nominated {DECLARED} serving/report {SUSPENDED} concluding/report"

# edge: {places: who may take it there}.
SEATS: dict[str, dict[str, str]] = {
    # vacant → drawn (or nominated, with a reason) → invited → accepted | declined | no_reply (timer)
    "open": {},
    "propose": {},
    "succeed": {},
    "draw_next": {"vacant": f"{STAFF} clock"},
    "nominate": {"vacant": STAFF},
    "invite": {"drawn nominated": f"{STAFF} clock"},
    "accept": {"invited": "citizen"},
    "record_acceptance": {"invited": STAFF},
    "decline": {"invited": "citizen"},
    "record_refusal": {"invited": STAFF},
    "no_reply": {"invited": "clock"},
    # → declared (interests) → cleared | conflicted
    "declare": {"seat_accepted": HIMSELF},
    "declaration_overdue": {"seat_accepted": "clock"},
    "declare_again": {f"{DECLARED} {READY} {HELD}": HIMSELF},
    "declare_conflict": {CONSENTED: HIMSELF},
    "decide_hit": {
        "declared/hit declared/unfounded suspended suspended/unfounded": DECIDERS,
        # Whoever found it may think again; of the others only who approves.
        "declared/founded suspended/founded": "staff drafter approver upper_approver",
    },
    "clear": {"declared declared/unfounded": DECIDERS},
    "find_conflict": {"declared/founded": DECIDERS},
    "check_again": {"cleared/hit seat_approved/hit": f"{STAFF} clock"},
    # → approved → appointed (order number and date) → serving: by the edges of the committee.
    "approve_seat": {},
    "order_returned": {},
    "appoint": {},
    "serve": {},
    "conclude": {},
    "order_cancelled": {},
    "project_cancelled": {},
    "draw_annulled": {},
    "withdraw_acceptance": {CONSENTED: HIMSELF},
    # Four eyes: neither who keeps the seat nor who drafted, nor who sits there.
    "set_aside": {f"{OFFERED} {CONSENTED}": "approver upper_approver"},
    "close_vacancy": {"vacant": STAFF},
    "take_out": {"nominated": STAFF},
    # conflict_found appointed|serving → suspended → cleared|discharged
    "conflict_found": {"appointed/hit serving/hit": f"{STAFF} clock"},
    "lift_suspension": {"suspended/unfounded": UNBIASED},
    "discharge": {HELD: UNBIASED},
    "no_show": {"appointed/absent": UNBIASED},
    "leave_for_interest": {HELD: HIMSELF},
    "resign": {HELD: HIMSELF},
    "die": {f"{OFFERED} {CONSENTED} {HELD}": STAFF},
    "complete": {"concluding": OFFICE},
    # Observation reports: what was promised may be done, and what was reported is answered, after he has left too.
    "report": {REPORTING: "citizen"},
    "record_report": {REPORTING: STAFF},
    "answer_report": {"serving/report concluding/report discharged/report": OFFICE},
    "record_fix": {"serving/promised discharged/promised seat_completed/promised": OFFICE},
    "send_documents": {f"{CONSENTED} {REPORTING}": STAFF},
    "extend": {UNDER_A_CLOCK: UNBIASED},
    "take_over": {OPEN: STAFF.removeprefix("staff ")},
    "note": {f"{OPEN} {ENDED}": f"{STAFF} head upper_head {APPROVERS}"},
    "attach": {f"{OPEN} {ENDED}": f"{STAFF} {APPROVERS}"},
}


def all_people(plan: Plan, case: SeatCase) -> dict[str, Actor]:
    """Everybody of the agency, the citizen of the seat, others of the pool, and who is excluded from the case."""
    people = everybody(plan, case)
    others: dict[str, User] = {"other citizen": join_pool(plan.citizen("นาย คนอื่น ตัวอย่าง"), plan.staff).account}  # type: ignore[dict-item]
    if case.seat.person is not None:
        himself = account_of(case)
        gone = User.objects.get(pk=himself.pk)
        gone.is_active = False
        others |= {"citizen": himself, "inactive citizen": gone}
        namesake = join_pool(plan.citizen(case.seat.person.name), plan.staff)
        others["namesake"] = namesake.account  # type: ignore[assignment]
    conflicted = make_person("conflicted", plan.unit, *Role.values)
    Conflict.objects.create(case=case, user=conflicted, at=timezone.now())
    others["conflicted"] = conflicted
    return {**people, **{name: Actor.person(user) for name, user in others.items()}}


def when(case: Case, edge: str) -> dict[str, Any]:
    """An edge that time takes is tried when its time has run out."""
    code = case.graph.edge(edge).ends_with
    clock = case.clocks.filter(code=code, stopped_on=None).first() if code else None
    return {"at": timezone.now() + timedelta(days=(clock.due_on - timezone.localdate()).days + 1)} if clock else {}


def test_table_names_every_edge() -> None:
    assert set(SEATS) == {edge.name for edge in law.EDGES}


def test_places_are_all_states() -> None:
    assert {place.partition("/")[0] for place in SEAT_PLACES} == {state.code for state in law.STATES}
    named = {place for places in SEATS.values() for where in places for place in where.split()}
    assert named == set(SEAT_PLACES)


@pytest.mark.parametrize("place", SEAT_PLACES)
def test_every_edge_of_a_seat_for_everybody(plan: Plan, place: str) -> None:
    case = seat_in(plan, place)
    assert case.state == place.partition("/")[0]
    assert list(problems()) == []
    people = all_people(plan, case)
    # Out of its state nobody takes an edge, whoever he is: the state is asked before the person.
    few = {name: people[name] for name in ("staff", "approver", "citizen", "clock") if name in people}
    wrong = []
    for edge in law.EDGES:
        facts = {**seat_facts(plan, edge.name, case), **when(case, edge.name)}
        trying = people if case.state in edge.sources else few
        allowed = {name for name, actor in trying.items() if takes(case, edge.name, actor, facts)}
        wrong += against(SEATS, place, edge.name, allowed)
    assert wrong == []


@pytest.mark.parametrize("edge", ["no_reply", "declaration_overdue"])
def test_nobody_takes_an_edge_of_the_clock_before_its_time(plan: Plan, edge: str) -> None:
    case = seat_in(plan, "invited" if edge == "no_reply" else "seat_accepted")
    assert not any(takes(case, edge, actor, {}) for actor in all_people(plan, case).values())


def test_import_takes_nothing_of_a_seat_that_goes_on(plan: Plan) -> None:
    for place in ("vacant", "invited", "cleared", "serving"):
        case = seat_in(plan, place)
        assert [
            edge.name for edge in law.EDGES if takes(case, edge.name, IMPORT, seat_facts(plan, edge.name, case))
        ] == []


# --- How seats begin --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("edge", [edge.name for edge in law.GRAPH.beginnings()])
def test_every_beginning_for_everybody(plan: Plan, edge: str) -> None:
    seat = seat_in(plan, "seat_declined")  # another one follows it by itself, and so no vacancy is left
    committee = seat.seat.committee
    person = other_citizen(plan)
    member = Member.objects.create(
        committee=committee, person=person, duty="member", nomination="เสนอ", position=99, added_by=plan.staff,
        added_at=timezone.now(),
    )  # fmt: skip
    follows = SeatCase.objects.filter(seat__committee=committee).order_by("pk").last()
    assert follows is not None
    facts: dict[str, Any] = {
        "open": {"committee": committee},
        "propose": {"committee": committee, "person": person, "member": member, "reason": "ชุมชนเสนอชื่อ"},
        "succeed": {"committee": committee, "follows": follows.seat},
    }[edge]
    allowed = set()
    for name, actor in all_people(plan, seat).items():
        point = transaction.savepoint()
        try:
            open_case("seat", edge, actor, unit=plan.unit, **facts)
        except Refused:
            continue
        finally:
            transaction.savepoint_rollback(point)
        allowed.add(name)
    # Before there is a seat nobody can be excluded from it.
    assert allowed == ({"clock"} if edge == "succeed" else {*STAFF.split(), "conflicted"})


# --- What the committee, the purchase and the draw do to a seat -------------------------------------------------------
CLOSED = {"is_open": False, "closed_at": Now()}


def _order_of(plan: Plan, case: SeatCase) -> Order:
    today = timezone.localdate()
    return Order.objects.create(
        committee=case.seat.committee, unit=plan.unit, kind="appointment", number="9", year=2569, dated_on=today,
        signatory="นาย ลงนาม", recorded_by=plan.staff, at=timezone.now(), content={},
    )  # fmt: skip


def _sent(plan: Plan) -> SeatCase:
    """Cleared again while the draft that names him is approved."""
    case = seat_in(plan, "seat_approved/hit")
    plan.do(case, "check_again")
    case = plan.do(case, "decide_hit", hit=case.seat.hits.get(), decision="unfounded", reasons="คนละคน")
    return plan.do(case, "clear")  # type: ignore[no-any-return]


def _returned(plan: Plan) -> SeatCase:
    case = seat_in(plan, "seat_approved")
    Case.objects.filter(pk=case.seat.committee_id).update(state="draft")
    return case


def _named(plan: Plan) -> SeatCase:
    case = seat_in(plan, "seat_approved")
    order = _order_of(plan, case)
    Member.objects.filter(seat=case.pk).update(appointed_on=order.dated_on, appointed_by=order)
    return case


def _came(plan: Plan) -> SeatCase:
    case = seat_in(plan, "appointed")
    meeting = Meeting.objects.create(committee=case.seat.committee, number=1, held_on=timezone.localdate(),
                                     recorded_by=plan.staff, at=timezone.now(), minutes="หารือ")  # fmt: skip
    Attendance.objects.create(meeting=meeting, member=case.seat.member, invited=True, attended=True)
    return case


def _let_go(plan: Plan) -> SeatCase:
    case = seat_in(plan, "serving")
    order = Order.objects.get(committee=case.seat.committee_id)
    today = timezone.localdate()
    Member.objects.filter(seat=case.pk).update(left_on=today, left_because="order", removed_by=order)
    return case


def _ended(plan: Plan) -> SeatCase:
    case = seat_in(plan, "serving")
    Case.objects.filter(pk=case.seat.committee_id).update(state="dissolved", **CLOSED)
    return case


def _fell_away(plan: Plan) -> SeatCase:
    case = seat_in(plan, "invited")
    Case.objects.filter(pk=case.seat.committee_id).update(state="discarded", **CLOSED)
    return case


def _purchase_over(plan: Plan) -> SeatCase:
    case = seat_in(plan, "vacant")
    Case.objects.filter(pk=case.seat.committee.purchase_id).update(state="cancelled", **CLOSED)
    return case


def _annulled(plan: Plan) -> SeatCase:
    case = seat_in(plan, "cleared")
    Draw.objects.filter(entries=case.seat.entry).update(annulled_at=timezone.now())
    return case


# The edge, how its ground comes about, and who may take it: the same who may take the step that leads to it.
FOLLOWING = [
    ("approve_seat", _sent, APPROVERS),
    ("order_returned", _returned, APPROVERS),
    ("appoint", _named, f"{STAFF} {APPROVERS}"),
    ("serve", _came, STAFF),
    ("order_cancelled", _let_go, f"{STAFF} {APPROVERS}"),
    ("conclude", _ended, APPROVERS),
    ("project_cancelled", _fell_away, f"{STAFF} {APPROVERS} head upper_head import clock"),
    ("project_cancelled", _purchase_over, f"{STAFF} {APPROVERS} head upper_head import clock"),
    ("draw_annulled", _annulled, APPROVERS),
]


@pytest.mark.parametrize(("edge", "there", "who"), FOLLOWING, ids=[f"{row[0]}{row[1].__name__}" for row in FOLLOWING])
def test_what_follows_from_other_cases_for_everybody(plan: Plan, edge: str, there: Any, who: str) -> None:
    case = there(plan)
    allowed = {name for name, actor in all_people(plan, case).items() if takes(case, edge, actor, {})}
    assert allowed == set(who.split())


def test_every_edge_that_follows_from_another_case_is_tried() -> None:
    assert {edge for edge, places in SEATS.items() if not places} == {row[0] for row in FOLLOWING} | {
        edge.name for edge in law.GRAPH.beginnings()
    }


LEAVING = ["discharge", "resign", "leave_for_interest", "die", "dissolve", "cancel_order"]


@pytest.mark.parametrize("way", LEAVING)
def test_every_way_out_of_a_suspension_ends_it(plan: Plan, way: str) -> None:
    case = seat_in(plan, "suspended")
    committee = case.seat.committee.case
    if way == "dissolve":
        plan.do(plan.do(committee, "report", text="รายงาน"), "dissolve", plan.approver)
    elif way == "cancel_order":
        plan.do(committee, "cancel_order", plan.approver, number="99", on=timezone.localdate(), reasons="ยกเลิก")
    else:
        plan.do(case, way, plan.approver if way == "discharge" else None, **seat_facts(plan, way, case))
    case = SeatCase.objects.get(pk=case.pk)
    assert case.state == ("concluding" if way == "dissolve" else "discharged")
    assert not case.seat.suspensions.filter(until=None).exists()
    assert not case.clocks.filter(code="conflict_check", stopped_on=None).exists()
    assert list(problems()) == []


# --- Who is who -------------------------------------------------------------------------------------------------------
def test_staff_who_keeps_the_seat_does_not_set_its_citizen_aside(plan: Plan) -> None:
    case = seat_in(plan, "drawn")
    both = make_person("both", plan.unit, Role.APPROVER, Role.PROCUREMENT)
    assert takes(case, "set_aside", Actor.person(both), {"reasons": "เหตุผล"})
    case = plan.do(case, "take_over", both)
    assert not takes(case, "set_aside", Actor.person(both), {"reasons": "เหตุผล"})
    # Whether there is a conflict is found and checked by the same hands; the approver decides again by the order.
    case = on_paper(plan, case, upto="declared")
    assert takes(case, "clear", Actor.person(both), {})


@pytest.mark.parametrize("place", ["declared", "declared/founded", "declared/hit", "suspended/unfounded", "suspended"])
def test_citizen_who_holds_a_post_does_not_decide_about_himself(plan: Plan, place: str) -> None:
    case = seat_in(plan, place)
    himself, post = account_of(case), make_person("post", plan.unit, Role.APPROVER, Role.PROCUREMENT)
    deciding = (
        "decide_hit",
        "clear",
        "find_conflict",
        "lift_suspension",
        "discharge",
        "no_show",
        "extend",
        "set_aside",
    )
    before = {e for e in deciding if takes(case, e, Actor.person(post), seat_facts(plan, e, case))}
    assert before
    citizen = case.seat.person.citizen
    citizen.account = None
    citizen.save()
    citizen.account = post
    citizen.save()
    assert not himself.holdings.exists()
    assert {e for e in deciding if takes(case, e, Actor.person(post), seat_facts(plan, e, case))} == set()


def test_citizen_of_one_seat_takes_nothing_of_another_one(plan: Plan) -> None:
    mine = account_of(seat_in(plan, "invited"))
    other = on_paper(plan, plan.do(open_seat(plan, committee_in(plan, "draft")), "draw_next"), upto="invited")
    assert account_of(other) != mine
    assert [
        e.name for e in law.EDGES if takes(other, e.name, Actor.person(mine), seat_facts(plan, e.name, other))
    ] == []


def test_clock_takes_only_what_the_clock_may(plan: Plan) -> None:
    assert {name for name, places in SEATS.items() if any("clock" in who.split() for who in places.values())} == {
        "draw_next", "invite", "no_reply", "declaration_overdue", "check_again", "conflict_found",
    }  # fmt: skip
    assert TIMER.user is None
