"""Every state × every edge × everybody, allowed and forbidden, for reports."""

from typing import Any

import pytest
from django.utils import timezone

from organisations.models import Role
from scores.models import ReportCase
from scores.reports import states as law
from tests.procurement.test_every_edge import against, takes
from tests.scores.report_support import PLACES, REASONS, Desk, build_desk
from tests.support.world import World, make_person
from workflows.actors import IMPORT, TIMER, Actor
from workflows.checks import problems
from workflows.models import Clock, Conflict

pytestmark = pytest.mark.django_db

WRITERS = "integrity integrity2 officer officer2 upper_officer"
SIGNERS = "head upper_head executive governor"
PREPARING = f"{WRITERS} head upper_head"
APPROVERS = "approver upper_approver"
DRAFT = "report_draft report_draft/written report_draft/correcting"
SIGNING = "report_signing report_signing/correcting"
CORRECTING = "report_draft/correcting report_signing/correcting"
OPEN = f"{DRAFT} {SIGNING}"
SIGNED = "report_signed report_signed/public"
EVERYWHERE = f"{OPEN} {SIGNED} report_withdrawn"
REPORTS: dict[str, dict[str, str]] = {
    "begin": {},
    "send": {"report_draft/written report_draft/correcting": WRITERS},
    "send_back": {SIGNING: SIGNERS},
    "sign": {SIGNING: SIGNERS},
    "correct": {SIGNED: PREPARING},
    "keep_signed": {CORRECTING: PREPARING},
    "withdraw": {"report_draft report_draft/written report_signing": PREPARING},
    "write": {DRAFT: PREPARING},
    # No figure has changed since: it is refused to everybody.
    "fill": {},
    "publish": {"report_signed": SIGNERS},
    "take_down": {"report_signed/public": SIGNERS},
    "extend": {OPEN: APPROVERS},
    "take_over": {OPEN: "integrity2 officer officer2 upper_officer"},
    "put_back": {},
    "follow_unit": {EVERYWHERE: "timer"},
    "note": {EVERYWHERE: f"{PREPARING} {APPROVERS} executive governor"},
}


@pytest.fixture
def desk(world: World) -> Desk:
    return build_desk(world)


def everybody(desk: Desk, case: ReportCase) -> dict[str, Actor]:
    """One for every part, the clock, an import, and somebody who is excluded."""
    world = desk.world
    conflicted = make_person("conflicted", world.district, *Role.values)
    Conflict.objects.create(case=case, user=conflicted, at=timezone.now())
    people = {
        "integrity": desk.integrity,
        "integrity2": desk.integrity2,
        "officer": world.officer,
        "officer2": world.officer2,
        "upper_officer": make_person("upper_officer", world.department, Role.OFFICER),
        "head": world.head,
        "upper_head": make_person("upper_head", world.department, Role.HEAD),
        "approver": world.approver,
        "upper_approver": world.upper_approver,
        "executive": world.executive,
        "governor": desk.governor,
        "integrity_elsewhere": make_person("elsewhere", world.other, Role.INTEGRITY),
        "head_elsewhere": make_person("head_elsewhere", world.other, Role.HEAD),
        "evaluator": make_person("evaluator", world.department, Role.EVALUATOR),
        "procurement": make_person("procurement", world.district, Role.PROCUREMENT),
        "screener": world.screener,
        "custodian": world.custodian,
        "administrator": world.administrator,
        "stranger": world.stranger,
        "conflicted": conflicted,
    }
    return {name: Actor.person(user) for name, user in people.items()} | {"timer": TIMER, "import": IMPORT}


def facts_for(edge: str, desk: Desk, case: ReportCase) -> dict[str, Any]:
    """Facts that are complete, so that only the law can refuse."""
    clock = Clock.objects.filter(case=case.pk, stopped_on=None, duty=True).first()
    facts: dict[str, dict[str, Any]] = {
        "write": {"section": "problems", "text": "ใหม่", "base": case.report.newest_version("problems")},
        "extend": {"clock": clock, "days": 5, **REASONS},
        "follow_unit": {"unit": desk.world.province},
        "note": {"text": "บันทึก"},
    }
    with_reasons = ("send_back", "correct", "keep_signed", "withdraw", "take_down")
    return facts.get(edge, REASONS if edge in with_reasons else {})


def test_table_names_every_edge_and_state() -> None:
    assert set(REPORTS) == {edge.name for edge in law.EDGES}
    assert {place.partition("/")[0] for place in PLACES} == {state.code for state in law.STATES}


@pytest.mark.parametrize("place", PLACES)
def test_every_edge_of_a_report_for_everybody(desk: Desk, place: str) -> None:
    case = desk.into(place)
    assert list(problems()) == []
    people = everybody(desk, case)
    wrong = []
    for edge in law.EDGES:
        if not edge.sources:
            continue
        facts = facts_for(edge.name, desk, case)
        allowed = {name for name, actor in people.items() if takes(case, edge.name, actor, facts)}
        wrong += against(REPORTS, place, edge.name, allowed)
    assert wrong == []
