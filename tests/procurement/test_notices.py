"""Who is told what happened to a purchase or a committee, on each edge and for each warning; nobody who may not know.

`told` goes through the relay, so rights are checked as they are in use.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from notifications.models import Notice
from notifications.relay import relay
from organisations.models import Role, User
from procurement.models import CommitteeCase, InterestGround, Person
from procurement.notices import recipients
from procurement.rules import votes_without_opinion
from procurement.states import committee, purchase
from tests.support.procurement_ways import (
    approver_who_drafted,
    approver_who_sits,
    committee_facts,
    committee_in,
    day,
    purchase_facts,
    purchase_in,
)
from tests.support.purchases import Plan, paper
from tests.support.world import make_person
from workflows.actors import IMPORT, Actor
from workflows.models import Case, Clock, OutboxRow
from workflows.transitions import open_case, perform
from workflows.watch import give_warnings

pytestmark = pytest.mark.django_db

STAFF = {"staff", "staff2"}
# Edge: who is told of it. `seated` sits on the committee and is an approver; `drafter` is an approver who drafted, and
# procurement staff as well. Edges that are not named tell nobody.
PURCHASES = {
    edge: STAFF | {"drafter"}
    for edge in "announce award sign_contract deliver reject_delivery accept_delivery cancel".split()
}
COMMITTEES: dict[str, set[str]] = {
    "lint": {"approver"},
    "return_draft": {"staff"},
    "approve": {"staff"},
    "sign_order": {"staff", "seated"},
    "record_signed_order": {"approver", "seated"},
    "cancel_order": {"staff", "seated"},
    "record_dissent": {"approver"},
    "answer_dissent": {"staff"},
    "report": {"approver"},
    "return_report": {"staff"},
    "dissolve": {"staff", "seated"},
    "declare_interest": {"approver"},
    "member_leaves": {"approver"},
    "extend": {"staff"},
}


def told(event: str) -> set[str]:
    """Who was told of the newest event of that name."""
    relay()
    row = OutboxRow.objects.filter(event=event).order_by("-id").first()
    assert row is None or (row.relayed_at and not row.failures)
    return set(Notice.objects.filter(outbox=row).values_list("recipient__username", flat=True)) if row else set()


@pytest.fixture(autouse=True)
def _everybody(plan: Plan) -> Iterator[None]:
    """People who might wrongly be told: of other units, of other roles, and administrators."""
    approver_who_drafted(plan)
    approver_who_sits(plan)
    make_person("upper_head", plan.world.province, Role.HEAD)
    yield
    relay()
    strangers = [plan.world.stranger, plan.world.administrator, plan.world.officer, plan.world.screener]
    assert not Notice.objects.filter(recipient__in=strangers).exists()


# --- Each edge --------------------------------------------------------------------------------------------------------
def test_tables_name_edges_that_tell() -> None:
    assert set(PURCHASES) == {edge.name for edge in purchase.EDGES if edge.tells}
    assert set(COMMITTEES) == {edge.name for edge in committee.EDGES if edge.tells}


@pytest.mark.parametrize(
    ("state", "edge"),
    [
        ("planned", "announce"), ("announced", "award"), ("awarded", "sign_contract"), ("contracted", "deliver"),
        ("delivered", "reject_delivery"), ("delivered", "accept_delivery"), ("announced", "cancel"),
        ("inspected", "complete"),
        ("contracted", "pay"), ("announced", "record_bids"), ("announced", "revise"), ("announced", "note"),
    ],
)  # fmt: skip
def test_edge_of_a_purchase_tells_the_staff_of_its_unit(plan: Plan, state: str, edge: str) -> None:
    case = purchase_in(plan, state)
    plan.do(case, edge, plan.approver if edge == "cancel" else plan.staff, **purchase_facts(plan, edge, case))
    # Nobody is told of what he did himself.
    assert told(edge) == PURCHASES.get(edge, set()) - (set() if edge == "cancel" else {"staff"})


@pytest.mark.parametrize(
    ("place", "edge"),
    [
        ("draft", "lint"), ("linted", "return_draft"), ("approved", "return_draft"), ("linted", "approve"),
        ("approved", "sign_order"), ("approved", "record_signed_order"), ("approved/amending", "sign_order"),
        ("ordered", "cancel_order"), ("working/against", "record_dissent"), ("working/opinion", "answer_dissent"),
        ("working", "report"), ("reported", "return_report"), ("reported", "dissolve"), ("ordered", "declare_interest"),
        ("ordered", "member_leaves"), ("ordered", "extend"), ("draft", "add_member"), ("ordered", "hold_meeting"),
        ("working", "amend"), ("draft", "take_over"), ("draft", "note"),
    ],
)  # fmt: skip
def test_edge_of_a_committee_tells_whom_it_names(plan: Plan, place: str, edge: str) -> None:
    case = committee_in(plan, place)
    facts = committee_facts(plan, edge, case)
    if "member" in facts and edge in {"declare_interest", "member_leaves"}:
        facts["member"] = case.committee.members.filter(duty="secretary").get()
    deciding = {
        "return_draft",
        "approve",
        "sign_order",
        "cancel_order",
        "answer_dissent",
        "return_report",
        "dissolve",
        "extend",
    }
    user = plan.approver if edge in deciding else plan.staff2 if edge == "take_over" else plan.staff
    plan.do(case, edge, user, **facts)
    assert told(edge) == COMMITTEES.get(edge, set())


def test_import_tells_nobody(plan: Plan) -> None:
    case = purchase_in(plan, "planned")
    perform(case, "announce", IMPORT, on=day())
    assert not OutboxRow.objects.filter(event="announce").exists()


# --- Who approves, who is a member ------------------------------------------------------------------------------------
def test_approver_who_drafted_or_sits_is_not_asked_to_decide_and_the_next_unit_is(plan: Plan) -> None:
    """Nobody in the district may decide: the approver of the province is told."""
    case = committee_in(plan, "draft")
    mine = Person.objects.create(
        standing="official", name="นาย ผู้อนุมัติ", position="นายอำเภอ", unit=plan.unit, user=plan.approver
    )
    case = plan.do(case, "add_member", person=mine, duty="member")
    plan.do(case, "lint")
    assert told("lint") == {"upper_approver"}


def test_member_without_the_right_to_read_is_not_told(plan: Plan) -> None:
    """An official of another calling sits on the committee: its file is none of his pages."""
    case = committee_in(plan, "draft")
    sitting = Person.objects.create(
        standing="official", name="นาย เจ้าหน้าที่", position="นายช่าง", unit=plan.unit, user=plan.world.officer
    )
    case = plan.do(case, "add_member", person=sitting, duty="member")
    plan.ordered(case, "1")
    assert told("sign_order") == {"staff", "seated"}


def test_member_whom_the_amending_order_lets_go_is_told(plan: Plan) -> None:
    case = plan.do(committee_in(plan, "ordered"), "amend", reasons="ปรับกรรมการ")
    case = plan.do(case, "remove_member", member=case.committee.members.get(person__user=approver_who_sits(plan)))
    case = plan.ordered(case, "2")
    assert told("sign_order") == {"staff", "seated"}
    # Once gone, the next order is no news of his.
    case = plan.do(
        plan.do(case, "amend", reasons="อีกครั้ง"), "add_member", person=plan.official("นาง ใหม่"), duty="member"
    )
    plan.ordered(case, "3")
    assert told("sign_order") == {"staff"}


def test_member_who_left_before_the_end_is_not_told_of_it(plan: Plan) -> None:
    case = committee_in(plan, "ordered")
    gone = case.committee.members.get(person__user=approver_who_sits(plan))
    case = plan.do(case, "declare_interest", member=gone, ground=InterestGround.objects.get(code="other"))
    plan.do(case, "cancel_order", plan.approver, number="9", on=day(), reasons="ยกเลิก")
    assert told("cancel_order") == {"staff"}


def test_draft_whose_keeper_is_gone_is_news_for_his_colleagues(plan: Plan) -> None:
    case = committee_in(plan, "linted")
    User.objects.filter(pk=plan.staff.pk).update(is_active=False)
    plan.do(case, "return_draft", plan.approver, reasons="แก้ไข")
    assert told("return_draft") == {"staff2", "drafter"}


def test_case_without_staff_in_its_unit_is_news_for_the_unit_above(plan: Plan) -> None:
    case = purchase_in(plan, "planned")
    User.objects.filter(username__in=["staff", "staff2", "drafter"]).update(is_active=False)
    make_person("upper_staff2", plan.world.province, Role.PROCUREMENT)
    plan.do(case, "announce", plan.upper_staff, on=day())
    assert told("announce") == {"upper_staff2"}


def test_vote_against_reaches_the_head_of_the_agency_as_an_opinion(plan: Plan) -> None:
    case = committee_in(plan, "working/against")
    vote = votes_without_opinion(case.committee).get()
    case = plan.do(case, "record_dissent", attendance=vote, text="ไม่เห็นด้วย")
    assert told("record_dissent") == {"approver"}


def test_unknown_name_of_people_is_a_fault_and_not_silence(plan: Plan) -> None:
    from procurement.notices import _called

    with pytest.raises(LookupError):
        _called("nobody", OutboxRow(case=purchase_in(plan, "planned")))


# --- Warnings ---------------------------------------------------------------------------------------------------------
def warned(case: Case, code: str) -> dict[int, set[str]]:
    """Percent of the clock to who was told, when its whole time and half as much again pass day by day."""
    clock = Clock.objects.get(case=case.pk, code=code, stopped_on=None)
    assert clock.due_on is not None
    last = clock.due_on + timedelta(days=clock.length + 7)
    at = clock.started_on
    while at <= last:
        give_warnings(at)
        at += timedelta(days=1)
    relay()
    rows = OutboxRow.objects.filter(case=case.pk, event="clock_warning", facts__code=code)
    found: dict[int, set[str]] = {}
    for row in rows:
        assert row.facts["percent"] not in found  # each once
        found[row.facts["percent"]] = set(
            Notice.objects.filter(outbox=row).values_list("recipient__username", flat=True)
        )
    return found


def test_executive_hears_before_a_milestone_is_missed(plan: Plan) -> None:
    """S4:2159: at 80 per cent, while there is time; the head when it is missed, the unit above when it stays so."""
    case = plan.purchase(dates={"contract": day(-40)})
    mine = STAFF | {"drafter"}
    assert warned(case, "contract") == {
        50: mine,
        80: mine | {"executive"},
        100: mine | {"executive", "head"},
        150: mine | {"executive", "head", "upper_head"},
    }


def test_executive_of_the_unit_itself_hears_first(plan: Plan) -> None:
    make_person("chief", plan.unit, Role.EXECUTIVE)
    case = plan.purchase(dates={"contract": day(-40)})
    told_at = warned(case, "contract")
    assert told_at[80] - told_at[50] == {"chief"}
    assert told_at[150] - told_at[100] == {"upper_head", "executive"}


def test_missing_dates_are_the_staffs_to_plan(plan: Plan) -> None:
    assert warned(plan.purchase(), "plan_dates")[50] == STAFF | {"drafter"}


@pytest.mark.parametrize(
    ("place", "code", "whose"),
    [
        ("draft", "order", {"staff"}),
        ("linted", "order", {"approver"}),
        ("approved", "order", {"approver"}),
        ("ordered", "committee_work", {"staff"}),
        ("reported", "accept_report", {"approver"}),
    ],
)
def test_warning_of_a_committee_goes_to_whose_step_it_is(plan: Plan, place: str, code: str, whose: set[str]) -> None:
    told_at = warned(committee_in(plan, place), code)
    assert told_at[50] == whose
    assert told_at[80] == whose | {"executive"}
    assert told_at[100] == whose | {"executive", "head"}


def test_warning_that_the_answer_to_a_dissent_is_due_reaches_whoever_answers(plan: Plan) -> None:
    told_at = warned(committee_in(plan, "working/opinion"), "dissent_answer")
    assert told_at[50] == {"approver"}


def test_warning_about_the_work_goes_to_the_staff_while_an_amendment_is_approved(plan: Plan) -> None:
    case = committee_in(plan, "linted/amending")
    assert warned(case, "committee_work")[50] == {"staff"}
    assert warned(case, "order")[50] == {"approver"}


def test_silent_import_warns_nobody(plan: Plan) -> None:
    case = open_case(
        "purchase", "import_announced", IMPORT, unit=plan.unit, silent=True, activity=plan.activity(source="import"),
        name="นำเข้า", dates={"contract": day(5)},
    )  # fmt: skip
    give_warnings(timezone.localdate() + timedelta(days=60))
    relay()
    assert not Notice.objects.filter(case=case.pk).exists()


def test_recipients_are_each_named_once(plan: Plan) -> None:
    """One who is staff, head and executive is told once."""
    everything = make_person("everything", plan.unit, Role.PROCUREMENT, Role.HEAD, Role.EXECUTIVE, Role.APPROVER)
    case: Any = plan.purchase(dates={"contract": day(-40)})
    facts = {"percent": 150, "code": "contract", "clock": case.clocks.get().pk}
    row = OutboxRow.objects.create(case=case, event="clock_warning", facts=facts, at=timezone.now())
    people = recipients(row)
    assert len(people) == len(set(people))
    assert everything in people


def test_conflict_hides_the_news(plan: Plan) -> None:
    from workflows.models import Conflict

    case = committee_in(plan, "linted")
    Conflict.objects.create(case=case, user=plan.staff, at=timezone.now())
    plan.do(case, "return_draft", plan.approver, reasons="แก้ไข")
    assert "staff" not in told("return_draft")


def test_order_recorded_from_paper_is_news_for_those_who_approve(plan: Plan) -> None:
    case: CommitteeCase = committee_in(plan, "approved")
    facts = {"number": "1", "on": day(), "signatory": "นาย ก", "files": [paper()]}
    perform(case, "record_signed_order", Actor.person(plan.staff), **facts)
    assert told("record_signed_order") == {"approver", "seated"}
