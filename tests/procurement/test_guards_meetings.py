"""Meetings, votes, dissent and the report."""

from typing import Any

import pytest

from procurement.models import Attendance, CommitteeCase, Meeting
from procurement.rules import votes_without_opinion
from tests.support.procurement_ways import ballots, committee_in, day, refused
from tests.support.purchases import Plan, paper
from workflows.checks import problems

pytestmark = pytest.mark.django_db

FOR, AGAINST, ABSTAINS, ABSENT = (
    {"vote": "for"},
    {"vote": "against"},
    {"vote": "abstain"},
    {"attended": False, "vote": ""},
)


def three(plan: Plan, kind: str = "ebidding") -> CommitteeCase:
    """A committee of a chair, a member and a secretary, ordered three days ago."""
    return plan.ordered(plan.committee(kind=kind), "1", day(3))


def meet(plan: Plan, case: CommitteeCase, decision: str = "none", refusal: str = "", **votes: Any) -> Any:
    """Record the first meeting, or let the guard `refusal` refuse it."""
    rows = ballots(case, day(), "" if decision == "none" else "for", **votes)
    facts = {"on": day(), "ballots": rows, "decision": decision, "minutes": "พิจารณาแล้ว"}
    if refusal:
        return refused(plan, case, "hold_meeting", refusal, **facts)
    return plan.do(case, "hold_meeting", **facts)


# --- Who is there -----------------------------------------------------------------------------------------------------
def test_meeting_has_a_day_on_which_the_committee_was_there(plan: Plan) -> None:
    case = three(plan)
    facts = {"ballots": ballots(case, day()), "minutes": ""}
    for on in (None, day(-1), day(4)):
        refused(plan, case, "hold_meeting", "meeting_day", on=on, **facts)
    refused(plan, case, "hold_meeting", "attendance", on=day(), ballots=[], minutes="")
    assert plan.do(case, "hold_meeting", on=day(3), **facts).state == "working"


@pytest.mark.parametrize(
    ("kind", "votes", "enough"),
    [
        ("three", {"member": ABSENT}, True),
        ("three", {"member": ABSENT, "secretary": ABSENT}, False),
        ("four", {"member": ABSENT}, True),  # two of four: exactly half
        ("four", {"member": ABSENT, "secretary": ABSENT}, False),
    ],
)
def test_half_of_the_members_attend(plan: Plan, kind: str, votes: dict[str, Any], *, enough: bool) -> None:
    case = three(plan) if kind == "three" else committee_in(plan, "ordered")
    if enough:
        assert meet(plan, case, **votes).state == "working"
    else:
        meet(plan, case, refusal="quorum", **votes)


def test_chair_attends_every_meeting(plan: Plan) -> None:
    meet(plan, three(plan), refusal="chair_attended", chair=ABSENT)


def test_committee_whose_chair_has_left_does_not_meet(plan: Plan) -> None:
    case = three(plan)
    chair = case.committee.members.get(duty="chair")
    case = plan.do(case, "member_leaves", member=chair, on=day(), because="died", reasons="เสียชีวิต")
    meet(plan, case, refusal="chair_attended")


def test_single_inspector_meets_with_himself(plan: Plan) -> None:
    purchase = plan.purchase(budget=90_000, method=None)
    case = plan.committee(purchase, "inspector")
    for row in case.committee.members.exclude(duty="member"):
        case = plan.do(case, "remove_member", member=row)
    case = plan.ordered(case, "1", day(3))
    assert meet(plan, case, "accept").state == "working"
    assert list(problems()) == []


def test_members_of_another_day_are_refused(plan: Plan) -> None:
    """The form was opened before somebody left."""
    case = three(plan)
    rows = ballots(case, day())
    gone = case.committee.members.get(duty="secretary")
    case = plan.do(case, "member_leaves", member=gone, on=day(), because="moved", reasons="ย้าย")
    facts = {"on": day(), "minutes": "", "decision": "none"}
    refused(plan, case, "hold_meeting", "members_of_the_day", ballots=rows, **facts)
    refused(plan, case, "hold_meeting", "members_of_the_day", ballots=[*rows[:2], rows[0]], **facts)
    plan.do(case, "hold_meeting", ballots=rows[:2], **facts)


def test_vote_of_who_was_not_there_and_two_of_one_member_are_refused(plan: Plan) -> None:
    case = three(plan)
    facts = {"on": day(), "minutes": "", "decision": "propose"}
    rows = ballots(case, day(), "for", secretary={"attended": False})
    refused(plan, case, "hold_meeting", "members_of_the_day", ballots=rows, **facts)
    rows = ballots(case, day(), "for")
    refused(plan, case, "hold_meeting", "members_of_the_day", ballots=[*rows, rows[0]], **facts)


# --- Votes ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("votes", "carried"),
    [
        ({}, True),
        ({"member": AGAINST}, True),
        ({"member": AGAINST, "secretary": AGAINST}, False),
        ({"member": AGAINST, "secretary": ABSTAINS}, True),  # a tie, and the chair is for it
        ({"chair": AGAINST, "secretary": ABSTAINS}, False),  # a tie, and the chair is against it
        ({"chair": ABSTAINS, "secretary": AGAINST}, False),  # a tie that the chair leaves as it is
        ({"chair": ABSTAINS, "member": ABSTAINS, "secretary": ABSTAINS}, False),
        ({"member": ABSENT, "secretary": AGAINST}, True),
    ],
)
def test_majority_decides(plan: Plan, votes: dict[str, Any], *, carried: bool) -> None:
    if carried:
        assert meet(plan, three(plan), "propose", **votes).state == "working"
        assert Meeting.objects.get().decision == "propose"
    else:
        meet(plan, three(plan), "propose", "votes_decide", **votes)


@pytest.mark.parametrize("votes", [{"member": AGAINST}, {"member": ABSTAINS}, {"member": {"vote": ""}}])
def test_delivery_is_accepted_by_everybody_who_attends(plan: Plan, votes: dict[str, Any]) -> None:
    case = three(plan, "inspection")
    assert "175" in meet(plan, case, "accept", "votes_decide", **votes).replace("๑๗๕", "175")
    assert meet(plan, case, "accept", member=ABSENT).state == "working"


def test_delivery_that_one_does_not_accept_is_not_accepted(plan: Plan) -> None:
    """Two would accept: that is not everybody, so the one who would not decides (cl. 175)."""
    case = three(plan, "inspection")
    meet(plan, case, "accept", "votes_decide", secretary=AGAINST)
    meet(plan, case, "reject", "votes_decide", chair=AGAINST, member=AGAINST, secretary=AGAINST)
    case = meet(plan, case, "reject", chair=AGAINST, member=AGAINST)
    assert case.committee.meetings.get().decision == "reject"


def test_other_decisions_of_an_inspection_committee_need_the_majority_only(plan: Plan) -> None:
    assert meet(plan, three(plan, "inspection"), "other", member=AGAINST).state == "working"


def test_meeting_without_a_decision_needs_no_votes(plan: Plan) -> None:
    case = meet(plan, three(plan))
    assert case.committee.meetings.get().decision == "none"
    refused(plan, case, "report", "decision_taken", text="รายงาน")


def test_meetings_are_numbered_and_keep_who_was_there(plan: Plan) -> None:
    case = meet(plan, three(plan), member=ABSENT)
    case = plan.meeting(case, "propose")
    assert list(case.committee.meetings.values_list("number", "decision")) == [(1, "none"), (2, "propose")]
    assert Attendance.objects.filter(meeting__number=1, attended=False).get().member.duty == "member"


# --- Dissent ----------------------------------------------------------------------------------------------------------
def test_dissent_without_its_opinion_blocks_the_report(plan: Plan) -> None:
    case = meet(plan, three(plan), "propose", secretary=AGAINST)
    assert "1" in refused(plan, case, "report", "every_dissent_written", text="รายงาน").replace("๑", "1")
    vote = votes_without_opinion(case.committee).get()
    refused(plan, case, "record_dissent", "text", attendance=vote, text=" ")
    refused(plan, case, "record_dissent", "voter_against", text="ไม่เห็นด้วย")
    in_favour = Attendance.objects.filter(vote="for").first()
    refused(plan, case, "record_dissent", "voter_against", attendance=in_favour, text="ไม่เห็นด้วย")
    case = plan.do(case, "record_dissent", attendance=vote, text="ไม่เห็นด้วย")
    refused(plan, case, "record_dissent", "voter_against", attendance=vote, text="ไม่เห็นด้วยอีก")
    assert plan.do(case, "report", text="รายงาน").state == "reported"


def test_dissent_of_another_committee_is_none_of_this_one(plan: Plan) -> None:
    case, other = committee_in(plan, "working/against"), committee_in(plan, "working/against")
    strange = votes_without_opinion(other.committee).get()
    refused(plan, case, "record_dissent", "voter_against", attendance=strange, text="ไม่เห็นด้วย")
    answered = committee_in(plan, "working/opinion").committee.meetings.get().dissents.get()
    opinion = committee_in(plan, "working/opinion")
    refused(plan, opinion, "answer_dissent", "open_dissent", plan.approver, dissent=answered, text="ตอบ")


def test_dissent_not_answered_blocks_the_end(plan: Plan) -> None:
    case = committee_in(plan, "reported/opinion")
    refused(plan, case, "dissolve", "every_dissent_answered", plan.approver)
    dissent = case.committee.meetings.get().dissents.get()
    refused(plan, case, "answer_dissent", "text", plan.approver, dissent=dissent, text="")
    case = plan.do(case, "answer_dissent", plan.approver, dissent=dissent, text=" ยืนตามมติ ")
    dissent.refresh_from_db()
    assert (dissent.answer, dissent.answered_by) == ("ยืนตามมติ", plan.approver)
    refused(plan, case, "answer_dissent", "open_dissent", plan.approver, dissent=dissent, text="อีกครั้ง")
    assert plan.do(case, "dissolve", plan.approver).state == "dissolved"


def test_each_dissent_has_a_deadline_of_its_own(plan: Plan) -> None:
    case = meet(plan, three(plan), "propose", member=AGAINST)
    case = plan.meeting(case, "propose", secretary="against")
    first, second = votes_without_opinion(case.committee)
    case = plan.do(case, "record_dissent", attendance=first, text="ไม่เห็นด้วย")
    case = plan.do(case, "record_dissent", attendance=second, text="ไม่เห็นด้วยเช่นกัน")
    assert case.clocks.filter(code="dissent_answer", stopped_on=None).count() == 2
    dissent = first.meeting.dissents.get()
    case = plan.do(case, "answer_dissent", plan.approver, dissent=dissent, text="ตอบ")
    assert case.clocks.get(code="dissent_answer", stopped_on=None).about == str(second.meeting.dissents.get().pk)
    assert list(problems()) == []


# --- The report -------------------------------------------------------------------------------------------------------
def test_report_needs_its_text_and_goes_back_with_reasons(plan: Plan) -> None:
    case = committee_in(plan, "working")
    refused(plan, case, "report", "text", text="")
    case = plan.do(case, "report", text="รายงานผล", files=[paper()])
    assert case.clocks.get(stopped_on=None).code == "accept_report"
    refused(plan, case, "return_report", "reasons", plan.approver)
    case = plan.do(case, "return_report", plan.approver, reasons="ขาดเอกสาร")
    assert case.clocks.get(stopped_on=None).code == "committee_work"
    case = plan.do(case, "report", text="แก้ไขแล้ว")
    case = plan.do(case, "dissolve", plan.approver)
    assert set(case.committee.members.values_list("left_on", "left_because")) == {(day(), "end")}
    assert (case.next_due, case.is_open) == (None, False)
    assert list(problems()) == []
