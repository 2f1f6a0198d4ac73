"""Every state × every edge × everybody, allowed and forbidden, for entries of registers."""

from typing import Any

import pytest
from django.utils import timezone

from organisations.models import Role
from scores.models import RegisterCase
from scores.registers import states as law
from tests.procurement.test_every_edge import against, takes
from tests.scores.register_support import PLACES, Office, build_office, values
from tests.support.purchases import paper
from tests.support.world import World, make_person
from workflows.actors import IMPORT, TIMER, Actor
from workflows.checks import problems
from workflows.models import Clock, Conflict

pytestmark = pytest.mark.django_db

INTEGRITY = "integrity integrity2 upper_integrity"
# `both` entered it and is a head as well: he never confirms his own.
DECIDERS = "head upper_head approver upper_approver"
HEADS = f"{DECIDERS} both"
DRAFTS = "entry_draft entry_draft/bare entry_draft/again"
SUBMITTED = "entry_submitted entry_submitted/followed entry_submitted/again"
OPEN = f"{DRAFTS} {SUBMITTED} entry_standing"
EVERYWHERE = f"{OPEN} entry_confirmed entry_ended entry_struck"
ENTRIES: dict[str, dict[str, str]] = {
    "enter": {},
    "submit_entry": {"entry_draft entry_draft/again": f"{INTEGRITY} both"},
    "confirm": {"entry_submitted": f"{DECIDERS} both"},
    "confirm_and_follow": {"entry_submitted/followed entry_submitted/again": f"{DECIDERS} both"},
    "return_entry": {SUBMITTED: HEADS},
    "review_entry": {"entry_standing": f"{INTEGRITY} both"},
    "end_entry": {"entry_standing": HEADS},
    # What was confirmed once is not withdrawn.
    "withdraw_entry": {
        "entry_draft entry_draft/bare entry_submitted entry_submitted/followed": f"{INTEGRITY} both",
    },
    "drop_review": {"entry_draft/again entry_submitted/again": f"{INTEGRITY} both"},
    "strike_entry": {"entry_standing entry_confirmed entry_ended": HEADS},
    "change_entry": {DRAFTS: f"{INTEGRITY} both"},
    "extend": {OPEN: HEADS},
    "take_over": {OPEN: "integrity2 upper_integrity both"},
    "put_back": {},
    "follow_unit": {EVERYWHERE: "timer"},
    "note": {EVERYWHERE: f"{INTEGRITY} {HEADS} evaluator"},
    "attach": {EVERYWHERE: f"{INTEGRITY} both"},
}  # fmt: skip


@pytest.fixture
def office(world: World) -> Office:
    return build_office(world)


def everybody(office: Office, case: RegisterCase) -> dict[str, Actor]:
    """One for every part, the clock, an import, and somebody who is excluded."""
    world = office.world
    conflicted = make_person("conflicted", world.district, *Role.values)
    Conflict.objects.create(case=case, user=conflicted, at=timezone.now())
    people = {
        "integrity": office.integrity,
        "integrity2": office.integrity2,
        "upper_integrity": office.upper_integrity,
        "both": make_person("both", world.district, Role.INTEGRITY, Role.HEAD),
        "head": world.head,
        "upper_head": office.upper_head,
        "approver": world.approver,
        "upper_approver": world.upper_approver,
        "executive": world.executive,
        "evaluator": make_person("evaluator", world.department, Role.EVALUATOR),
        "integrity_elsewhere": make_person("elsewhere", world.other, Role.INTEGRITY),
        "head_elsewhere": make_person("head_elsewhere", world.other, Role.HEAD),
        "officer": world.officer,
        "screener": world.screener,
        "custodian": world.custodian,
        "administrator": world.administrator,
        "stranger": world.stranger,
        "conflicted": conflicted,
    }
    return {name: Actor.person(user) for name, user in people.items()} | {"timer": TIMER, "import": IMPORT}


def facts_for(edge: str, office: Office, case: RegisterCase) -> dict[str, Any]:
    """Facts that are complete, so that only the law can refuse."""
    said = {"values": values(case.entry.register), "evidence": "แฟ้ม 2"}
    facts: dict[str, dict[str, Any]] = {
        "change_entry": said,
        "review_entry": {**said, "reviewed": "ทบทวนแล้ว"},
        "extend": {
            "clock": Clock.objects.filter(case=case.pk, stopped_on=None, duty=True).first(),
            "days": 5,
            "reasons": "รอเอกสาร",
        },
        "follow_unit": {"unit": office.world.province},
        "note": {"text": "บันทึก"},
        "attach": {"files": [paper()]},
    }
    with_reasons = ("return_entry", "end_entry", "withdraw_entry", "drop_review", "strike_entry")
    return facts.get(edge, {"reasons": "เหตุผล"} if edge in with_reasons else {})


def test_table_names_every_edge_and_state() -> None:
    assert set(ENTRIES) == {edge.name for edge in law.EDGES}
    assert {place.partition("/")[0] for place in PLACES} == {state.code for state in law.STATES}


@pytest.mark.parametrize("place", PLACES)
def test_every_edge_of_an_entry_for_everybody(office: Office, place: str) -> None:
    case = office.into(place)
    assert list(problems()) == []
    people = everybody(office, case)
    wrong = []
    for edge in law.EDGES:
        if not edge.sources:
            continue
        facts = facts_for(edge.name, office, case)
        allowed = {name for name, actor in people.items() if takes(case, edge.name, actor, facts)}
        wrong += against(ENTRIES, place, edge.name, allowed)
    assert wrong == []


@pytest.mark.parametrize("register", ["training", "rule"])
def test_nobody_confirms_what_he_entered_himself(office: Office, register: str) -> None:
    both = make_person("both", office.world.district, Role.INTEGRITY, Role.HEAD)
    case = office.do(office.enter(register, by=both), "submit_entry", both)
    edge = "confirm_and_follow" if register == "rule" else "confirm"
    assert not takes(case, edge, Actor.person(both), {})
    assert takes(case, edge, Actor.person(office.world.head), {})


def test_who_reviewed_it_last_does_not_confirm_the_review(office: Office) -> None:
    both = make_person("both", office.world.district, Role.INTEGRITY, Role.HEAD)
    case = office.confirmed("rule")
    facts = {"values": values("rule"), "reviewed": "ทบทวนแล้ว", "evidence": "แฟ้ม 3"}
    case = office.do(case, "review_entry", both, **facts)
    assert not takes(case, "confirm_and_follow", Actor.person(both), {})
    assert takes(case, "confirm_and_follow", Actor.person(office.world.head), {})
