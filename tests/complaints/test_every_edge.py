"""Every state × every edge × everybody, allowed and forbidden, for an ordinary, a simple and a protected kind.

The tables (tests/support/complaint_law.py) were written from domain.md, not from `complaints/states.py`: the two have
to agree. A case is brought into each state, and everybody tries every edge with facts that are complete, so that only
the law can refuse.
"""

from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from complaints.models import ComplaintCase, ComplaintKind, ReferralAgency
from complaints.rules import may_read_text
from complaints.states import EDGES, GRAPH
from organisations.models import Post, Role, Unit, User
from tests.support.complaint_law import AGENCY, SEES, TABLES, UNSCREENED
from tests.support.law import differences, expected, takers
from tests.support.world import World, make_person, make_unit
from workflows.actors import IMPORT, TIMER, Actor
from workflows.queries import visible_to

pytestmark = pytest.mark.django_db

PARTS = (*AGENCY.split(), "executive", "custodian", "administrator")
ALL_PLACES = [(kind, place) for kind, (places, _table) in TABLES.items() for place in places]


def cast_for(world: World, kind: str) -> World:
    """The world in which those who handle a case of `kind` have the parts that the tables name. For a protected kind
    they are those of the centre, head and approver two people, and the one above is in the department."""
    if kind != "protected":
        return world
    world.centre_head = make_person("centre_head", world.centre, Role.HEAD)
    Post.objects.filter(holdings__user=world.centre_approver).update(roles=[Role.APPROVER])
    return replace(
        world,
        screener=world.centre_screener,
        officer=world.centre_officer,
        officer2=make_person("centre_officer2", world.centre, Role.OFFICER),
        head=world.centre_head,
        approver=world.centre_approver,
        upper_approver=make_person("department_approver", world.department, Role.APPROVER),
        executive=make_person("department_executive", world.department, Role.EXECUTIVE),
        custodian=world.centre_custodian,
    )


def bring(world: World, place: str, kind: ComplaintKind) -> ComplaintCase:
    """A case of `kind` in `place`. A protected one is of somebody who gave his name."""
    state, _, variant = place.partition("/")
    facts: dict[str, Any] = {"identity": {"name": "นางสมใจ ใจดี"}} if kind.protected else {}
    case: Any
    if variant == "declined":
        case = world.do(world.into("declined", kind, **facts), "request_review", reasons="ไม่ตรง")
        return ComplaintCase.objects.get(pk=case.pk)
    if variant == "directly":
        case = world.do(world.into("accepted", kind, **facts), "answer_directly", world.screener, reply="ซ่อมแล้ว")
        then = {"closed": ("close", world.officer, "evidence"), "review_requested": ("request_review", None, "reasons")}
        if state in then:
            edge, user, fact = then[state]
            case = world.do(case, edge, user, **{fact: "ตามภาพ"})
        return ComplaintCase.objects.get(pk=case.pk)
    case = world.into(state, kind, **facts)
    if variant:
        case = world.do(case, "draft_reply", world.officer, reply="ซ่อมแล้ว")
    if variant == "approved":
        case = world.do(case, "approve_reply", world.approver, reply_seen=case.replies.get().pk)
    return ComplaintCase.objects.get(pk=case.pk)


def everybody(world: World, case: ComplaintCase, outside: World | None = None) -> dict[str, Actor]:
    """All who might try. outside: the world whose other people have no part in this case."""
    other = world.file(world.ordinary)
    inactive = User.objects.get(pk=world.approver.pk)
    inactive.is_active = False
    people = {name: getattr(world, name) for name in PARTS}
    strangers = ("stranger", "centre_screener", "centre_officer", "centre_approver", "centre_custodian")
    for name in (*PARTS, *strangers) if outside else strangers:
        user = getattr(outside or world, name)
        if user not in people.values():
            people[f"outside {name}"] = user
    return {
        **{name: Actor.person(user) for name, user in people.items()},
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
        "change_kind": {"kind": kind if kind.protected else ComplaintKind.objects.get(code="road")},
        "declare_conflict": reasons,
        "cancel_question": reasons,
        "hand_over": {"to": world.officer2, **reasons},
        "add_respondent": {"name": "นายสมมุติ", **text},
        "appoint_committee": {
            "order_number": "1/2570",
            "ordered_on": timezone.localdate(),
            "members": _committee(world),
        }
        if edge == "appoint_committee"
        else {},
        "ask_agencies": {"units": [world.other], **text},
        "ask_another_agency": {"units": [world.district if kind.protected else world.centre], **text},
        "agency_answered": {"request": 1, "outcome": "request_answered"},
        "transfer": {"unit": _second_centre(world) if kind.protected else world.other, **reasons},
        "refer": {"agency": ReferralAgency.objects.get(pk="nacc"), **reasons},
        "remind_agency": text,
        "referral_answered": {"outcome": "unfounded", "evidence": "หนังสือ", **reasons},
        "referral_returned": reasons,
        "binding_finding": {"evidence": "มติ", "measures": [world.measure(world.officer)], **reasons},
        "suspend": {"body": "ศาลปกครอง", **reasons},
        "keep_suspended": reasons,
        "resume": reasons,
        "discontinue": {**reply, **reasons},
        "merge": {"into": world.into("investigating", kind)} if edge == "merge" else {},
        "unmerge": reasons,
        "answered_with_other": text,
        "protected_with_other": {"kind": world.corruption},
        "split": {"parts": [{"text": "ส่วนที่หนึ่ง"}, {"text": "ส่วนที่สอง"}]},
        "correct": reasons,
        "reopen_ex_officio": {"to": world.officer2, **reasons},
        "rescreen_ex_officio": reasons,
        "reveal": reasons,
        "hold_records": reasons,
        "ask_erasure": {"ground": "request", **reasons},
        "follow_unit": {"unit": world.other},
        "rate": {"stars": 4},
        "set_contact": {"road": "email", "address": "somebody@example.org"},
    }.get(edge, {})


def _second_centre(world: World) -> Unit:
    found = Unit.objects.filter(code="ACC2").first()
    if found is None:
        found = make_unit("ACC2", Unit.Kind.ANTI_CORRUPTION, under=world.department)
        make_person("second_screener", found, Role.SCREENER)
    return found


def _committee(world: World) -> list[dict[str, Any]]:
    unit = world.officer.holdings.get().post.unit
    third = User.objects.filter(username="officer3").first() or make_person("officer3", unit, Role.OFFICER)
    parts = ("chair", "member", "secretary")
    people = (world.officer, world.officer2, third)
    return [{"user": user, "part": part} for user, part in zip(people, parts, strict=True)]


def _checked() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from workflows.files import check_upload

    return check_upload(SimpleUploadedFile("a.txt", "หลักฐาน".encode()))


def takes(case: ComplaintCase, edge: str, actor: Actor, facts: dict[str, Any]) -> bool:
    """Whether the edge can really be taken; what it wrote is undone."""
    return bool(takers(case, edge, {"he": actor}, facts))


@pytest.mark.parametrize("kind", TABLES)
def test_table_names_every_edge(kind: str) -> None:
    assert set(TABLES[kind][1]) == {edge.name for edge in EDGES}


@pytest.mark.parametrize(("kind", "place"), ALL_PLACES)
def test_every_edge_for_everybody(world: World, kind: str, place: str) -> None:
    complaint_kind = getattr(world, "corruption" if kind == "protected" else kind)
    acting = cast_for(world, kind)
    case = bring(acting, place, complaint_kind)
    people = everybody(acting, case, world if acting is not world else None)
    wrong = differences(
        case,
        place,
        TABLES[kind][1],
        people,
        lambda edge: facts_for(acting, edge, case, complaint_kind),
        quick=kind != "ordinary",
    )
    users = {name: actor.user for name, actor in people.items() if actor.user and name != "inactive"}
    seeing = {name for name, user in users.items() if visible_to(user, "complaint").filter(pk=case.pk).exists()}
    reading = {name for name in seeing if may_read_text(users[name], case)}
    sees = expected(SEES, kind, place)
    reads = expected(UNSCREENED, kind, place) or sees
    assert (wrong, seeing, reading) == ([], sees, reads)


@pytest.mark.parametrize("edge", [edge for edge in EDGES if edge.ends_with], ids=lambda edge: edge.name)
def test_time_takes_no_edge_before_it_has_run_out(world: World, edge: Any) -> None:
    assert not takes(world.into(edge.sources[0]), edge.name, TIMER, {})


def test_protected_case_is_made_ordinary_by_nobody(world: World) -> None:
    acting = cast_for(world, "protected")
    case, kind = bring(acting, "screening", world.corruption), {"kind": world.ordinary}
    people = everybody(acting, case, world)
    assert takers(case, "change_kind", people, kind) == set()
    assert takers(case, "accept", people, {**kind, "unit": world.district}) == set()


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
    everything = make_person("everything", world.district, *Role.values)
    case = world.do(world.into("accepted"), "assign", world.head, to=everything)
    case = world.do(case, "submit_finding", everything, outcome="unfounded", reasons="x", evidence="y")
    for edge in GRAPH.edges_from("review"):
        if edge.name.startswith(("decide", "return")):
            facts = facts_for(world, edge.name, case, world.ordinary)
            assert not takes(case, edge.name, Actor.person(everything), facts)
