"""Every state × every edge × everybody, allowed and forbidden, for assessments."""

from typing import Any

import pytest
from django.utils import timezone

from organisations.models import Role
from scores import states as law
from scores.models import AssessmentCase
from tests.procurement.test_every_edge import against, takes
from tests.scores.assessment_support import PLACES, House, build_house
from tests.support.purchases import paper
from tests.support.world import World, make_person
from workflows.actors import IMPORT, TIMER, Actor
from workflows.checks import problems
from workflows.models import Clock, Conflict

pytestmark = pytest.mark.django_db

COMMITTEE = "chair member secretary"
AGENCY = "integrity integrity2"
# The approver of the agency itself, and one above; neither has had a part in it.
APPROVERS = "approver upper_approver"
# Nobody of the agency decides about it.
ABOVE = "upper_approver"
SELF = "self_assessment self_assessment/stated"
REVIEW = "committee_review committee_review/judged"
SIGNING = "committee_signing committee_signing/signed"
OPEN = f"{SELF} {REVIEW} {SIGNING} result_told result_objected result_final"
EVERYWHERE = f"{OPEN} result_published assessment_cancelled"
ASSESSMENTS: dict[str, dict[str, str]] = {
    "begin": {},
    "submit": {"self_assessment/stated": "head upper_head"},
    "send_back": {REVIEW: COMMITTEE},
    "conclude": {"committee_review/judged": COMMITTEE},
    "examine_again": {SIGNING: COMMITTEE},
    "tell_result": {"committee_signing/signed": COMMITTEE},
    "accept_result": {"result_told": "head upper_head"},
    "let_it_stand": {},
    "object": {"result_told": "head upper_head"},
    "dismiss_objection": {"result_objected": ABOVE},
    "uphold_objection": {"result_objected": ABOVE},
    "publish": {"result_final": f"{ABOVE} executive governor"},
    "correct_score": {"result_published": COMMITTEE},
    "call_off": {f"{SELF} {REVIEW}": ABOVE},
    "state_criterion": {SELF: AGENCY},
    # Nobody of the agency names who examines it.
    "name_committee": {f"{SELF} {REVIEW}": f"{COMMITTEE} evaluator_beside"},
    "judge_criterion": {REVIEW: COMMITTEE},
    "gather_anew": {REVIEW: COMMITTEE},
    "sign_result": {"committee_signing": COMMITTEE},
    "extend": {f"{SELF} {REVIEW} {SIGNING} result_objected result_final": ABOVE},
    "take_over": {OPEN: "integrity2"},
    "put_back": {},
    "follow_unit": {EVERYWHERE: "timer"},
    "note": {EVERYWHERE: f"{AGENCY} head upper_head {APPROVERS} {COMMITTEE}"},
    "attach": {EVERYWHERE: f"{AGENCY} {COMMITTEE}"},
}


@pytest.fixture
def house(world: World) -> House:
    return build_house(world)


def everybody(house: House, case: AssessmentCase) -> dict[str, Actor]:
    """One for every part, the clock, an import, and somebody who is excluded."""
    world = house.world
    conflicted = make_person("conflicted", world.district, *Role.values)
    Conflict.objects.create(case=case, user=conflicted, at=timezone.now())
    people = {
        "integrity": house.integrity,
        "integrity2": house.integrity2,
        "head": world.head,
        "upper_head": make_person("upper_head", world.department, Role.HEAD),
        "approver": world.approver,
        "upper_approver": house.upper_approver,
        "executive": world.executive,
        "governor": house.executive,
        "chair": house.chair,
        "member": house.member,
        "secretary": house.secretary,
        "evaluator_beside": make_person("beside", world.department, Role.EVALUATOR),
        "evaluator_inside": make_person("inside", world.district, Role.EVALUATOR),
        "integrity_elsewhere": make_person("elsewhere", world.other, Role.INTEGRITY),
        "officer": world.officer,
        "screener": world.screener,
        "custodian": world.custodian,
        "administrator": world.administrator,
        "stranger": world.stranger,
        "conflicted": conflicted,
    }
    return {name: Actor.person(user) for name, user in people.items()} | {"timer": TIMER, "import": IMPORT}


def facts_for(edge: str, house: House, case: AssessmentCase) -> dict[str, Any]:
    """Facts that are complete, so that only the law can refuse."""
    reasons = {"reasons": "เหตุผล"}
    said = {"about": "moral.l2.4", "said": "met", "remark": "แฟ้ม 1"}
    clock = Clock.objects.filter(case=case.pk, stopped_on=None, duty=True).first()
    facts: dict[str, dict[str, Any]] = {
        "state_criterion": said,
        "judge_criterion": said,
        "name_committee": {
            "order_number": "1/2570", "ordered_on": timezone.localdate(), "members": house.committee,
        },
        "object": {"criteria": ["moral.l1.1"], **reasons},
        "extend": {"clock": clock, "days": 5, **reasons},
        "follow_unit": {"unit": house.world.province},
        "note": {"text": "บันทึก"},
        "attach": {"files": [paper()]},
    }  # fmt: skip
    with_reasons = (
        "send_back", "examine_again", "dismiss_objection", "uphold_objection", "correct_score", "call_off",
        "gather_anew",
    )  # fmt: skip
    return facts.get(edge, reasons if edge in with_reasons else {})


def test_table_names_every_edge_and_state() -> None:
    assert set(ASSESSMENTS) == {edge.name for edge in law.EDGES}
    assert {place.partition("/")[0] for place in PLACES} == {state.code for state in law.STATES}


@pytest.mark.parametrize("place", PLACES)
def test_every_edge_of_an_assessment_for_everybody(house: House, place: str) -> None:
    case = house.into(place)
    assert list(problems()) == []
    people = everybody(house, case)
    wrong = []
    for edge in law.EDGES:
        if not edge.sources:
            continue
        facts = facts_for(edge.name, house, case)
        allowed = {name for name, actor in people.items() if takes(case, edge.name, actor, facts)}
        wrong += against(ASSESSMENTS, place, edge.name, allowed)
    assert wrong == []


def test_no_objection_in_time_makes_the_result_final(house: House) -> None:
    case = house.into("result_told")
    assert not takes(case, "let_it_stand", TIMER, {})
    assert house.let_it_stand(case).state == law.FINAL


def test_who_named_stated_or_examined_decides_no_objection(house: House) -> None:
    case = house.into("result_told")
    both = make_person("both", house.world.district, Role.HEAD, Role.APPROVER)
    case = house.do(case, "object", both, criteria=["moral.l1.1"], reasons="ไม่เห็นด้วย")
    assert not takes(case, "dismiss_objection", Actor.person(both), {"reasons": "เหตุผล"})
    assert takes(case, "dismiss_objection", Actor.person(house.upper_approver), {"reasons": "เหตุผล"})
