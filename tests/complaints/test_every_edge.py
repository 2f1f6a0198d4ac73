"""Every state × every edge × everybody, allowed and forbidden.

The table below was written from domain.md, not from `complaints/states.py`: the two have to agree. A case is brought
into each state, and everybody tries every edge with facts that are complete, so that only the law can refuse.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from complaints.models import ComplaintCase, ComplaintKind
from complaints.states import EDGES, GRAPH
from organisations.models import User
from tests.support.world import World
from workflows.actors import IMPORT, TIMER, Actor
from workflows.models import Clock
from workflows.refusals import Refused
from workflows.transitions import perform

pytestmark = pytest.mark.django_db

PLACES = (
    "received screening awaiting_complainant accepted investigating review acting acting/drafted acting/approved "
    "replied closed declined review_requested review_requested/declined withdrawn"
).split()
ACTING = "acting acting/drafted acting/approved"
OPEN = (
    f"received screening awaiting_complainant accepted investigating review {ACTING} replied "
    "review_requested review_requested/declined"
)
IN_HAND = f"awaiting_complainant investigating review {ACTING} replied closed review_requested"
AGENCY = "screener officer officer2 head approver upper_approver"
EVERYWHERE = " ".join(PLACES)

# edge: {places: who may take it there}; officer is the assignee wherever there is one. An ordinary kind, by website.
ORDINARY: dict[str, dict[str, str]] = {
    "acknowledge": {"received screening": "complainant screener officer officer2"},
    "start_screening": {"received": "screener"},
    "accept": {"screening": "screener"},
    "decline": {"screening": "screener"},
    "ask_complainant": {"screening accepted": "screener", "investigating": "officer"},
    "complainant_answered": {"awaiting_complainant": "complainant"},
    "answer_timed_out": {"awaiting_complainant": "clock"},
    "assign": {"accepted": "head"},
    "reassign": {f"awaiting_complainant investigating review {ACTING} replied": "head"},
    "answer_directly": {},
    "send_progress": {"screening accepted": "screener", f"investigating review {ACTING}": "screener officer"},
    "submit_finding": {"investigating": "officer"},
    "return_finding": {"review": "approver upper_approver"},
    "decide_founded": {"review": "approver upper_approver"},
    "decide_partly": {"review": "approver upper_approver"},
    "decide_unfounded": {"review": "approver upper_approver"},
    "decide_inconclusive": {"review": "approver upper_approver"},
    "measure_done": {ACTING: "officer"},
    "draft_reply": {ACTING: "officer"},
    "approve_reply": {"acting/drafted": "approver upper_approver"},
    "answer": {"acting/approved": "officer"},
    "close": {"replied": "officer officer2"},
    "close_after_window": {"replied": "clock"},
    "window_ended": {"closed declined": "clock"},
    "request_review": {"replied closed declined": "complainant"},
    # The district's approver decided the case: somebody who did not handle it is one level up.
    "reopen": {"review_requested": "upper_approver"},
    "reopen_screening": {"review_requested/declined": "approver upper_approver"},
    "refuse_review": {"review_requested": "upper_approver", "review_requested/declined": "approver upper_approver"},
    "withdraw": {OPEN: "complainant"},
    "record_withdrawal": {},
    "note": {EVERYWHERE: AGENCY},
    "message": {
        "received screening accepted declined withdrawn review_requested/declined": "screener",
        IN_HAND: "screener officer",
    },
    "complainant_message": {EVERYWHERE: "complainant"},
    "attach": {OPEN: "complainant screener officer officer2"},
    "extend": {OPEN.replace("replied ", ""): "approver upper_approver"},
    "change_kind": {
        "screening accepted": "screener",
        f"awaiting_complainant investigating review {ACTING} replied": "screener officer",
    },
    "declare_conflict": {OPEN: AGENCY},
    "rate": {"replied closed": "complainant"},
    "set_contact": {EVERYWHERE: "complainant"},
    "register": {},
    "import_received": {},
    "import_investigating": {},
    "import_closed": {},
}


def bring(world: World, place: str) -> ComplaintCase:
    """A case of an ordinary kind in `place`; every clock that only time may end has run out, where time is to act."""
    state, _, variant = place.partition("/")
    if variant == "declined":
        return world.do(world.into("declined"), "request_review", reasons="ไม่ตรง")
    case = world.into(state)
    if variant:
        case = world.do(case, "draft_reply", world.officer, reply="ซ่อมแล้ว")
    if variant == "approved":
        case = world.do(case, "approve_reply", world.approver, reply_seen=case.replies.get().pk)
    return case


def everybody(world: World, case: ComplaintCase) -> dict[str, Actor]:
    """All who might try."""
    other = world.file(world.ordinary)
    inactive = User.objects.get(pk=world.approver.pk)
    inactive.is_active = False
    names = (*AGENCY.split(), "executive", "custodian", "administrator", "stranger", "centre_approver")
    return {
        **{name: Actor.person(getattr(world, name)) for name in names},
        "complainant": Actor.complainant(case),
        "complainant of another case": Actor.complainant(other),
        "somebody filing": Actor.complainant(),
        "inactive": Actor.person(inactive),
        "clock": TIMER,
        "import": IMPORT,
    }


def facts_for(world: World, edge: str, case: ComplaintCase, kind: ComplaintKind) -> dict[str, Any]:
    """Complete facts for an edge."""
    text, reply, reasons = {"text": "ข้อความ"}, {"reply": "คำตอบ"}, {"reasons": "เหตุผล"}
    measure = case.measures.first()
    return {
        "accept": {"kind": kind, "unit": case.unit},
        "decline": world.refusal(),
        "ask_complainant": text,
        "complainant_answered": text,
        "assign": {"to": world.officer},
        "reassign": {"to": world.officer2},
        "answer_directly": reply,
        "send_progress": text,
        "submit_finding": {"outcome": "founded", "evidence": "ภาพ", **reasons},
        "return_finding": reasons,
        "decide_founded": {"measures": [world.measure(world.officer)]},
        "decide_partly": {"measures": [world.measure(world.officer)]},
        "decide_unfounded": reply,
        "decide_inconclusive": reply,
        "measure_done": {"measure": measure, "evidence": "ภาพ"},
        "draft_reply": reply,
        "approve_reply": {"reply_seen": newest.pk if (newest := case.replies.last()) else None},
        "close": {"evidence": "ภาพ"},
        "request_review": reasons,
        "reopen": {"to": world.officer2, **reasons},
        "reopen_screening": reasons,
        "refuse_review": reasons,
        "note": text,
        "message": text,
        "complainant_message": text,
        "attach": {"files": [_checked()] if edge == "attach" else []},
        "extend": {"clock": case.clocks.filter(stopped_on=None, duty=True).first(), "days": 5, **reasons},
        "change_kind": {"kind": ComplaintKind.objects.get(code="road")},
        "declare_conflict": reasons,
        "rate": {"stars": 4},
        "set_contact": {"road": "email", "address": "somebody@example.org"},
    }.get(edge, {})


def _checked() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from workflows.files import check_upload

    return check_upload(SimpleUploadedFile("a.txt", "หลักฐาน".encode()))


def takes(case: ComplaintCase, edge: str, actor: Actor, facts: dict[str, Any]) -> bool:
    """Whether the edge can really be taken; what it wrote is undone."""
    point = transaction.savepoint()
    try:
        perform(case, edge, actor, **facts)
    except Refused:
        return False
    finally:
        transaction.savepoint_rollback(point)
    return True


def run_out(case: ComplaintCase) -> None:
    """The windows of the complainant have ended, without anybody having acted on it."""
    past = timezone.localdate() - timedelta(days=1)
    Clock.objects.filter(case=case, duty=False, stopped_on=None).update(due_on=past)


def test_table_names_every_edge() -> None:
    assert set(ORDINARY) == {edge.name for edge in EDGES}


@pytest.mark.parametrize("place", PLACES)
def test_every_edge_for_everybody(world: World, place: str) -> None:
    case = bring(world, place)
    people = everybody(world, case)
    wrong = []
    for edge in EDGES:
        expected = {
            who for places, names in ORDINARY[edge.name].items() if place in places.split() for who in names.split()
        }
        facts = facts_for(world, edge.name, case, world.ordinary)
        point = transaction.savepoint()
        if edge.ends_with:
            run_out(case)
        allowed = {name for name, actor in people.items() if takes(case, edge.name, actor, facts)}
        transaction.savepoint_rollback(point)
        if allowed != expected:
            wrong.append(f"{edge.name}: allowed {sorted(allowed - expected)}, refused {sorted(expected - allowed)}")
    assert wrong == []


@pytest.mark.parametrize("edge", [edge for edge in EDGES if edge.ends_with], ids=lambda edge: edge.name)
def test_time_takes_no_edge_before_it_has_run_out(world: World, edge: Any) -> None:
    assert not takes(world.into(edge.sources[0]), edge.name, TIMER, {})


def test_simple_kind_is_answered_by_the_officer_who_has_it_or_a_colleague(world: World) -> None:
    case = world.into("accepted", world.simple)
    allowed = {
        name
        for name, actor in everybody(world, case).items()
        if takes(case, "answer_directly", actor, {"reply": "ซ่อมแล้ว"})
    }
    assert allowed == {"screener", "officer", "officer2"}  # the screener accepted it and so has it


def test_corruption_is_declined_by_the_approver_of_the_centre_and_withdrawn_by_nobody(world: World) -> None:
    case = world.into("screening", world.corruption)
    people = everybody(world, case)
    people["centre_screener"] = Actor.person(world.centre_screener)
    assert {name for name, actor in people.items() if takes(case, "decline", actor, world.refusal())} == {
        "centre_approver"
    }
    assert not any(takes(case, "withdraw", actor, {}) for actor in people.values())
    assert {name for name, actor in people.items() if takes(case, "record_withdrawal", actor, {})} == {"complainant"}


def test_officer_records_what_a_complainant_says_by_letter(world: World) -> None:
    case = world.into("awaiting_complainant", channel="letter")
    allowed = {
        name
        for name, actor in everybody(world, case).items()
        if takes(case, "complainant_answered", actor, {"text": "เสาที่สาม"})
    }
    assert allowed == {"complainant", "screener", "officer", "officer2"}


def test_person_with_a_conflict_takes_nothing(world: World) -> None:
    case = world.into("review")
    world.do(case, "declare_conflict", world.approver, reasons="เป็นญาติ")
    actor = Actor.person(world.approver)
    assert not any(takes(case, edge.name, actor, facts_for(world, edge.name, case, world.ordinary)) for edge in EDGES)


def test_investigator_with_every_role_does_not_decide_his_own_finding(world: World) -> None:
    from organisations.models import Role
    from tests.support.world import make_person

    everything = make_person("everything", world.district, *Role.values)
    case = world.do(world.into("accepted"), "assign", world.head, to=everything)
    case = world.do(case, "submit_finding", everything, outcome="unfounded", reasons="x", evidence="y")
    for edge in GRAPH.edges_from("review"):
        if edge.name.startswith(("decide", "return")):
            facts = facts_for(world, edge.name, case, world.ordinary)
            assert not takes(case, edge.name, Actor.person(everything), facts)
