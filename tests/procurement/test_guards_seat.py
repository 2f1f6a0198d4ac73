"""What each edge of a citizen seat needs, one by one: what is refused with which sentence, and what passes."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from organisations.models import Role
from procurement.coverage.reading import facts_of, variant_of
from procurement.coverage.rule import compute
from procurement.covering import covers
from procurement.models import Member, Observation, Person, SeatCase
from tests.support.procurement_ways import ballots, committee_in, day, refused
from tests.support.purchases import Plan, paper
from tests.support.seat_ways import hit, seat_facts, seat_in, served, some_ground
from tests.support.seats import account_of, join_pool, open_seat, seats_of
from tests.support.world import make_person
from workflows.actors import TIMER
from workflows.transitions import perform

pytestmark = pytest.mark.django_db
TOMORROW = date.today() + timedelta(days=2)  # noqa: DTZ011 - later than today anywhere


# --- Interests --------------------------------------------------------------------------------------------------------
def new_bidders(plan: Plan, case: SeatCase, tin: str = "0105500000009") -> int:
    """The list of bidders changes. Out: its version."""
    purchase = SeatCase.objects.get(pk=case.pk).seat.committee.purchase
    bid = {"supplier": plan.supplier(tin, f"บริษัท {tin} จำกัด")}
    if purchase.case.state == "planned":
        plan.do(purchase.case, "announce", on=day())
    plan.do(purchase.case, "record_bids", bids=[bid])
    purchase.refresh_from_db()
    return int(purchase.bidders_version)


@pytest.mark.parametrize("place", ["seat_accepted", "cleared", "declared", "serving", "suspended"])
def test_declaration_is_about_the_present_bidders(plan: Plan, place: str) -> None:
    case = seat_in(plan, place)
    edge = "declare" if place == "seat_accepted" else "declare_again"
    version = new_bidders(plan, case)
    case = SeatCase.objects.get(pk=case.pk)
    for seen in (None, version - 1, version + 1):
        refused(plan, case, edge, "present_bidders", seen=seen)
    refused(plan, case, edge, "declared_day", seen=version, on=TOMORROW)
    case = plan.do(case, edge, seen=version, on=day(1))
    row = case.seat.declarations.order_by("pk").last()
    assert (row.bidders_version, row.declared_on) == (version, day(1))
    assert case.seat.checks.filter(bidders_version=version).exists()


def test_interest_needs_its_ground(plan: Plan) -> None:
    refused(plan, seat_in(plan, "cleared"), "declare_conflict", "ground")
    case = seat_in(plan, "serving")
    refused(plan, case, "leave_for_interest", "ground")
    refused(plan, case, "leave_for_interest", "declared_day", ground=some_ground(), on=TOMORROW)


def test_clearing_needs_a_declaration_and_a_check_for_the_present_bidders(plan: Plan) -> None:
    case = seat_in(plan, "declared")
    new_bidders(plan, case)
    sentence = refused(plan, case, "clear", "checked_for_present_bidders")
    case = plan.do(case, "declare_again", seen=1)
    case.seat.checks.all().delete()
    assert refused(plan, case, "clear", "checked_for_present_bidders") != sentence
    assert plan.do(plan.do(case, "declare_again", seen=1), "clear").state == "cleared"


def test_an_interest_is_no_declaration_that_there_is_none(plan: Plan) -> None:
    case = seat_in(plan, "declared")
    case.seat.declarations.update(ground=some_ground())
    refused(plan, case, "clear", "checked_for_present_bidders")


@pytest.mark.parametrize("edge", ["clear", "lift_suspension"])
def test_every_hit_is_decided_and_none_is_founded(plan: Plan, edge: str) -> None:
    case = seat_in(plan, "declared/hit" if edge == "clear" else "suspended")
    refused(plan, case, edge, "every_hit_unfounded", plan.approver)
    found, second = case.seat.hits.get(), hit(case, tag="second")
    case = plan.do(case, "decide_hit", hit=found, decision="unfounded", reasons="คนละคน")
    refused(plan, case, edge, "every_hit_unfounded", plan.approver)
    case = plan.do(case, "decide_hit", hit=second, decision="founded", reasons="พี่น้อง")
    refused(plan, case, edge, "every_hit_unfounded", plan.approver)
    second.refresh_from_db()
    case = plan.do(case, "decide_hit", hit=second, decision="unfounded", reasons="ตรวจทะเบียนบ้านแล้ว ไม่ใช่")
    assert plan.do(case, edge, plan.approver).state == ("cleared" if edge == "clear" else "serving")


def test_decision_about_a_hit_needs_the_hit_the_decision_and_its_reasons(plan: Plan) -> None:
    case = seat_in(plan, "declared/hit")
    mine, foreign = case.seat.hits.get(), hit(seat_in(plan, "declared"), tag="foreign")
    whole = {"hit": mine, "decision": "founded", "reasons": "พี่น้อง"}
    for wrong in (None, foreign):
        refused(plan, case, "decide_hit", "open_hit", **{**whole, "hit": wrong})
    refused(plan, case, "decide_hit", "decision", **{**whole, "decision": ""})
    refused(plan, case, "decide_hit", "reasons", **{**whole, "reasons": " "})
    case = plan.do(case, "decide_hit", **whole)
    # The colleague who read it before that reads it again first.
    refused(plan, case, "decide_hit", "open_hit", plan.staff2, **{**whole, "decision": "unfounded"})


def test_conflict_is_found_after_a_hit_was_founded(plan: Plan) -> None:
    refused(plan, seat_in(plan, "declared/hit"), "find_conflict", "founded_hit")
    refused(plan, seat_in(plan, "declared/unfounded"), "find_conflict", "founded_hit")


@pytest.mark.parametrize(("place", "edge"), [("cleared", "check_again"), ("serving", "conflict_found")])
def test_what_nobody_has_decided_sends_back(plan: Plan, place: str, edge: str) -> None:
    case = seat_in(plan, place)
    refused(plan, case, edge, "undecided_hit")
    hit(case, "unfounded", plan.staff)
    refused(plan, case, edge, "undecided_hit")
    hit(case, tag="open")
    assert perform(case, edge, TIMER).state == ("declared" if place == "cleared" else "suspended")


@pytest.mark.parametrize(
    ("place", "edge"),
    [("declared/hit", "decide_hit"), ("declared", "clear"), ("declared/founded", "find_conflict"),
     ("suspended/unfounded", "lift_suspension"), ("serving", "discharge"), ("appointed/absent", "no_show"),
     ("drawn", "extend"), ("drawn", "set_aside")],
)  # fmt: skip
def test_who_sits_on_the_committee_does_not_decide_about_its_seats(plan: Plan, place: str, edge: str) -> None:
    case = seat_in(plan, place)
    seated = make_person("both", plan.unit, Role.APPROVER, Role.PROCUREMENT)
    Person.objects.filter(user__username="seated").update(user=seated)
    guard = "not_who_chose_him" if edge == "set_aside" else "not_himself"
    refused(plan, case, edge, guard, seated, **seat_facts(plan, edge, case))
    # Who left it for an interest does not decide about what he left either.
    Member.objects.filter(person__user=seated).update(left_on=day(), left_because="interest")
    refused(plan, case, edge, guard, seated, **seat_facts(plan, edge, case))


# --- What follows from the committee ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("place", "edge", "guard"),
    [("cleared", "approve_seat", "draft_is_sent"), ("seat_approved", "order_returned", "draft_is_sent"),
     ("seat_approved", "appoint", "named_in_the_order"), ("serving", "order_cancelled", "let_go_by_the_order"),
     ("serving", "conclude", "committee_ended"), ("invited", "project_cancelled", "place_fell_away"),
     ("invited", "draw_annulled", "of_an_annulled_draw"), ("nominated", "draw_annulled", "of_an_annulled_draw"),
     ("appointed", "serve", "has_attended"), ("appointed/absent", "serve", "has_attended")],
)  # fmt: skip
def test_what_follows_from_the_committee_waits_for_it(plan: Plan, place: str, edge: str, guard: str) -> None:
    user = make_person("both", plan.unit, Role.APPROVER, Role.PROCUREMENT)
    refused(plan, seat_in(plan, place), edge, guard, user)


# --- He leaves --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("edge", ["resign", "discharge"])
def test_day_of_leaving(plan: Plan, edge: str) -> None:
    case = seat_in(plan, "serving")  # appointed three days ago, met yesterday
    whole = {"reasons": "เหตุผล"}
    for on in (None, TOMORROW, day(4), day(3), day(1)):
        refused(plan, case, edge, "day_of_leaving", plan.approver if edge == "discharge" else None, on=on, **whole)
    refused(plan, case, edge, "reasons", plan.approver if edge == "discharge" else None, on=day(), reasons="")
    case = plan.do(case, edge, plan.approver if edge == "discharge" else None, on=day(), **whole)
    assert (case.state, Member.objects.get(seat=case.pk).left_on) == ("discharged", day())


def test_day_of_death(plan: Plan) -> None:
    for on in (None, TOMORROW):
        refused(plan, seat_in(plan, "drawn"), "die", "day_of_death", on=on)
    refused(plan, seat_in(plan, "serving"), "die", "day_of_death", on=day(1))
    assert plan.do(seat_in(plan, "cleared"), "die", on=day(9)).state == "discharged"


def test_no_show_is_who_was_invited_to_the_last_meeting_and_not_there(plan: Plan) -> None:
    refused(plan, seat_in(plan, "appointed"), "no_show", "missed_last_meeting", plan.approver, reasons="ไม่มา")
    refused(plan, seat_in(plan, "serving"), "no_show", "missed_last_meeting", plan.approver, reasons="ไม่มา")
    case = seat_in(plan, "appointed/absent")
    refused(plan, case, "no_show", "reasons", plan.approver, reasons="")
    committee = case.seat.committee.case
    uninvited = {f"seat{case.seat.member.pk}": {"attended": False, "invited": False, "vote": ""}}
    meeting = {"on": day(), "ballots": ballots(committee, day(), **uninvited), "decision": "none", "minutes": "หารือ"}
    plan.do(committee, "record_meeting", **meeting)
    refused(plan, case, "no_show", "missed_last_meeting", plan.approver, reasons="ไม่มา")


@pytest.mark.parametrize(("place", "edge"), [("cleared", "withdraw_acceptance"), ("vacant", "close_vacancy")])
def test_ending_a_seat_needs_reasons(plan: Plan, place: str, edge: str) -> None:
    refused(plan, seat_in(plan, place), edge, "reasons", reasons="  ")


def test_setting_aside_needs_reasons(plan: Plan) -> None:
    refused(plan, seat_in(plan, "drawn"), "set_aside", "reasons", plan.approver, reasons="  ")


# --- Reports ----------------------------------------------------------------------------------------------------------
def test_report_is_of_a_day_in_office_and_says_what_was_seen(plan: Plan) -> None:
    case = seat_in(plan, "serving")
    me, whole = account_of(case), {"token": "t", "observed_on": day(1), "seen": "เห็น"}
    for on in (None, TOMORROW, day(4)):
        refused(plan, case, "report", "observed_day", me, **{**whole, "observed_on": on})
    refused(plan, case, "report", "what_was_seen", me, **{**whole, "seen": " "})
    foreign = committee_in(plan, "working").committee.meetings.get()
    refused(plan, case, "report", "meeting_of_the_committee", me, meeting=foreign, **whole)
    refused(plan, case, "record_report", "file", **whole)
    mine = case.seat.committee.meetings.get()
    case = plan.do(case, "report", me, meeting=mine, **whole)
    assert case.seat.observations.get().meeting == mine


def test_report_sent_twice_is_one(plan: Plan) -> None:
    case = seat_in(plan, "serving")
    me, whole = account_of(case), {"token": "t", "observed_on": day(1), "seen": "เห็น"}
    case = plan.do(case, "report", me, **whole)
    refused(plan, case, "report", "token", me, **whole)
    assert Observation.objects.count() == 1


def test_answer_is_to_an_open_report_and_says_what_followed(plan: Plan) -> None:
    case = seat_in(plan, "serving/report")
    mine, whole = case.seat.observations.get(), {"text": "ตอบ", "outcome": "promised"}
    foreign = seat_in(plan, "serving/report").seat.observations.get()
    for wrong in (None, foreign):
        refused(plan, case, "answer_report", "open_report", report=wrong, **whole)
    refused(plan, case, "answer_report", "text", report=mine, text=" ", outcome="promised")
    refused(plan, case, "answer_report", "outcome", report=mine, text="ตอบ", outcome="")
    refused(plan, case, "record_fix", "promised_report", report=mine, on=day())
    case = plan.do(case, "answer_report", report=mine, **whole)
    refused(plan, case, "answer_report", "open_report", report=mine, **whole)
    for on in (None, TOMORROW):
        refused(plan, case, "record_fix", "day", report=mine, on=on)
    case = plan.do(case, "record_fix", report=mine, on=day())
    refused(plan, case, "record_fix", "promised_report", report=mine, on=day())


def test_seat_is_complete_when_every_report_is_answered(plan: Plan) -> None:
    case = seat_in(plan, "concluding/report")
    refused(plan, case, "complete", "every_report_answered")
    case = plan.do(case, "answer_report", report=case.seat.observations.get(), text="ตอบ", outcome="explained")
    assert plan.do(case, "complete").state == "seat_completed"


# --- Acts -------------------------------------------------------------------------------------------------------------
def test_acts_need_what_they_record(plan: Plan) -> None:
    case = seat_in(plan, "declared")
    refused(plan, case, "send_documents", "file", files=[])
    refused(plan, case, "attach", "file", files=[])
    refused(plan, case, "note", "text", text=" ")
    refused(plan, case, "take_over", "not_the_holder")
    clock = case.clocks.get(stopped_on=None)
    foreign = seat_in(plan, "declared").clocks.get(stopped_on=None)
    for wrong in (None, foreign):
        refused(plan, case, "extend", "running_clock", plan.approver, clock=wrong, days=3, reasons="รอเอกสาร")
    for days in (0, -1, None):
        refused(plan, case, "extend", "days", plan.approver, clock=clock, days=days, reasons="รอเอกสาร")
    refused(plan, case, "extend", "reasons", plan.approver, clock=clock, days=3, reasons="")
    due = clock.due_on
    plan.do(case, "extend", plan.approver, clock=clock, days=3, reasons="รอเอกสาร")
    assert case.clocks.get(pk=clock.pk).due_on > due
    assert plan.do(case, "send_documents", files=[paper()]).attachments.filter(shown_to_complainant=True).count() == 1


# --- What guards of the committee ask of its seats --------------------------------------------------------------------
@pytest.mark.parametrize("place", ["drawn", "nominated", "invited", "seat_accepted", "declared"])
def test_draft_is_not_sent_on_before_its_citizens_are_ready(plan: Plan, place: str) -> None:
    case = seat_in(plan, place)
    committee = case.seat.committee.case
    sentence = refused(plan, committee, "lint", "citizens_are_ready")
    assert case.seat.person is not None
    assert case.seat.person.name in sentence
    # Taken out, he waits for the next order, and this one goes on without him.
    committee = plan.do(committee, "remove_member", member=case.seat.member)
    assert plan.do(committee, "lint").state == "linted"


def test_order_is_not_signed_while_a_citizen_is_checked_again(plan: Plan) -> None:
    case = seat_in(plan, "seat_approved/hit")
    perform(case, "check_again", TIMER)
    committee = case.seat.committee.case
    facts = {"number": "7", "on": day()}
    refused(plan, committee, "sign_order", "citizens_are_ready", plan.approver, **facts)
    case = plan.do(case, "decide_hit", hit=case.seat.hits.get(), decision="unfounded", reasons="คนละคน")
    plan.do(case, "clear")
    # Cleared is not approved: the order goes back and is approved with him again.
    refused(plan, committee, "sign_order", "citizens_are_ready", plan.approver, **facts)
    committee = plan.do(committee, "return_draft", plan.approver, reasons="ตรวจสอบใหม่")
    committee = plan.do(plan.do(committee, "lint"), "approve", plan.approver)
    plan.do(committee, "sign_order", plan.approver, **facts)
    assert seats_of(committee)[0].state == "appointed"


@pytest.mark.parametrize("place", ["drawn", "nominated", "invited"])
def test_citizen_declares_after_he_has_accepted(plan: Plan, place: str) -> None:
    case = seat_in(plan, place)
    committee = case.seat.committee.case
    refused(plan, committee, "declare_interest", "citizen_has_accepted", member=case.seat.member, ground=None)


def test_who_waits_comes_back_into_the_draft_with_the_seat_he_has(plan: Plan) -> None:
    case = seat_in(plan, "cleared")
    person, committee = case.seat.person, case.seat.committee.case
    assert person is not None
    committee = plan.do(committee, "remove_member", member=case.seat.member)
    plan.do(committee, "add_member", person=person, duty="member", nomination="กลับเข้าร่าง")
    (seat,) = seats_of(committee)
    assert (seat.pk, seat.state, seat.seat.member.person) == (case.pk, "cleared", person)
    assert seat.seat.declarations.get().member == seat.seat.member


def test_who_is_suspended_takes_no_part_until_it_is_lifted(plan: Plan) -> None:
    case = seat_in(plan, "suspended/unfounded")
    committee = case.seat.committee.case
    assert case.seat.person is not None
    assert case.seat.person.name not in served(committee)
    there = [*ballots(committee, day()), {"member": case.seat.member, "attended": True, "vote": "for"}]
    meeting = {"on": day(), "decision": "none", "minutes": "หารือ"}
    refused(plan, committee, "record_meeting", "members_of_the_day", ballots=there, **meeting)
    (cover,) = covers([case.seat.committee.purchase.activity_id])
    # He was there on the day of the decision; since then nobody asks.
    assert cover.seats == [case.seat.member]
    plan.do(case, "lift_suspension", plan.approver)
    assert case.seat.person.name in served(committee)


def test_suspended_before_the_decision_covers_nothing_and_the_overview_says_why(plan: Plan) -> None:
    case = seat_in(plan, "appointed/hit")
    activity = case.seat.committee.purchase.activity
    assert [row.seats for row in covers([activity.pk])] == [[case.seat.member]]
    perform(case, "conflict_found", TIMER)
    with translation.override("en"):
        (cover,) = covers([activity.pk])
    assert (cover.seats, "suspended" in cover.why) == ([], True)
    assert str(activity.pk) not in compute(facts_of(plan.unit, plan.year), variant_of()).covered


def test_a_namesake_is_another_person(plan: Plan) -> None:
    """Separation is by person identifier, never by name."""
    case = seat_in(plan, "drawn")
    assert case.seat.person is not None
    twin = join_pool(plan.citizen(case.seat.person.name), plan.staff)
    other = plan.do(open_seat(plan, case.seat.committee.case), "nominate", person=twin.person, reason="เสนอ")
    assert other.state == "nominated"
