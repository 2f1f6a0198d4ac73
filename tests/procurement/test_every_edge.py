"""Every state × every edge × everybody, allowed and forbidden, for purchases and for committees.

The tables below were written from domain.md, section 3, and from what the guards promise in words, not from
`procurement/states`: the two have to agree. A case is brought into each place, and everybody tries every edge with
facts that are complete, so that only the law can refuse.
"""

from typing import Any

import pytest
from django.db import transaction

from organisations.models import Role, User
from procurement.states import committee, purchase
from tests.support.procurement_ways import (
    COMMITTEE_PLACES,
    PURCHASE_STATES,
    approver_who_drafted,
    approver_who_sits,
    committee_facts,
    committee_in,
    draft_facts,
    purchase_facts,
    purchase_in,
)
from tests.support.purchases import Plan
from tests.support.world import make_person
from workflows.actors import IMPORT, TIMER, Actor
from workflows.models import Case
from workflows.refusals import Refused
from workflows.transitions import open_case, perform

pytestmark = pytest.mark.django_db

# Procurement staff of the unit, a colleague, one level up, and one who is an approver as well and drafted.
STAFF = "staff staff2 upper_staff drafter"
# `seated` is an approver and a member of the committee; `drafter` worked on its draft.
APPROVERS = "approver upper_approver drafter seated"
DECIDERS = "approver upper_approver"

# --- Purchases --------------------------------------------------------------------------------------------------------
GOING_ON = "planned announced awarded contracted delivered inspected"
UNDER_CONTRACT = "contracted delivered inspected"
ALWAYS = f"{GOING_ON} completed cancelled"
# edge: {states: who may take it there}. In a purchase nobody has drafted and nobody sits.
PURCHASES: dict[str, dict[str, str]] = {
    "announce": {"planned": f"{STAFF} import"},
    "record_bids": {"announced awarded contracted": f"{STAFF} import"},
    "award": {"announced": f"{STAFF} import"},
    "sign_contract": {"announced awarded": f"{STAFF} import"},
    "add_contract": {UNDER_CONTRACT: f"{STAFF} import"},
    "deliver": {"contracted": STAFF},
    "reject_delivery": {"delivered": STAFF},
    "accept_delivery": {"delivered": STAFF},
    "pay": {UNDER_CONTRACT: f"{STAFF} import"},
    "complete": {"inspected": STAFF},
    "import_completion": {GOING_ON: "import"},
    "cancel": {GOING_ON: f"head upper_head {APPROVERS}"},
    "import_cancellation": {GOING_ON: "import"},
    "set_dates": {GOING_ON: STAFF},
    "revise": {ALWAYS: f"{STAFF} import"},
    "group": {ALWAYS: STAFF},
    "note": {ALWAYS: f"{STAFF} head upper_head {APPROVERS}"},
    "attach": {ALWAYS: STAFF},
    "plan": {},
    "import_planned": {},
    "import_announced": {},
    "import_contracted": {},
    "import_completed": {},
    "import_cancelled": {},
}

# --- Committees -------------------------------------------------------------------------------------------------------
AMENDING = "draft/amending linted/amending approved/amending"
WORKING = "working working/against working/opinion"
REPORTED = "reported reported/opinion"
BEGUN = f"draft linted approved {AMENDING} ordered {WORKING} {REPORTED}"
EVERYWHERE = f"{BEGUN} dissolved discarded"
COMMITTEES: dict[str, dict[str, str]] = {
    "add_member": {"draft draft/amending": STAFF},
    "change_duty": {"draft draft/amending": STAFF},
    "remove_member": {"draft draft/amending": STAFF},
    "lint": {"draft draft/amending": STAFF},
    "take_back": {"linted linted/amending": STAFF},
    "return_draft": {"linted approved linted/amending approved/amending": APPROVERS},
    # Four eyes, and nobody decides about a committee on which he sits.
    "approve": {"linted linted/amending": DECIDERS},
    "sign_order": {"approved approved/amending": DECIDERS},
    "record_signed_order": {"approved approved/amending": STAFF},
    # What was ordered is cancelled by another order, and an amendment is dropped.
    "discard": {"draft": STAFF},
    "amend": {f"ordered {WORKING}": STAFF},
    "drop_amendment": {"draft/amending": STAFF},
    "cancel_order": {f"ordered {WORKING}": DECIDERS},
    "hold_meeting": {"ordered": STAFF},
    # The committee works on while its amendment is drafted.
    "record_meeting": {f"{WORKING} {AMENDING}": STAFF},
    "record_dissent": {"working/against": STAFF},
    "answer_dissent": {"working/opinion reported/opinion": DECIDERS},
    # A dissenter writes his opinion first, and it is answered before the report is accepted.
    "report": {"working working/opinion": STAFF},
    "return_report": {REPORTED: APPROVERS},
    "dissolve": {"reported": DECIDERS},
    "declare_interest": {f"draft linted approved {AMENDING} ordered {WORKING}": STAFF},
    "member_leaves": {f"{AMENDING} ordered {WORKING}": STAFF},
    "extend": {BEGUN: DECIDERS},
    "take_over": {BEGUN: STAFF.removeprefix("staff ")},
    "note": {EVERYWHERE: f"{STAFF} head upper_head {APPROVERS}"},
    "attach": {EVERYWHERE: f"{STAFF} {APPROVERS}"},
    "draft": {},
}


def everybody(plan: Plan, case: Case) -> dict[str, Actor]:
    """All who might try."""
    inactive = User.objects.get(pk=plan.staff2.pk)
    inactive.is_active = False
    names = "screener officer head approver upper_approver executive custodian administrator stranger centre_approver"
    people = {name: getattr(plan.world, name) for name in names.split()}
    people |= {"staff": plan.staff, "staff2": plan.staff2, "upper_staff": plan.upper_staff, "inactive": inactive}
    people |= {"drafter": approver_who_drafted(plan), "seated": approver_who_sits(plan)}
    people["upper_head"] = make_person("upper_head", plan.world.province, Role.HEAD)
    people["district_executive"] = make_person("district_executive", plan.unit, Role.EXECUTIVE)
    return {
        **{name: Actor.person(user) for name, user in people.items()},
        "complainant": Actor.complainant(case),
        "somebody filing": Actor.complainant(),
        "clock": TIMER,
        "import": IMPORT,
    }


def takes(case: Case, edge: str, actor: Actor, facts: dict[str, Any]) -> bool:
    """Whether the edge can really be taken; what it wrote is undone."""
    point = transaction.savepoint()
    try:
        perform(case, edge, actor, **facts)
    except Refused:
        return False
    finally:
        transaction.savepoint_rollback(point)
    return True


def against(table: dict[str, dict[str, str]], place: str, edge: str, allowed: set[str]) -> list[str]:
    """How who may take the edge differs from the table."""
    expected = {who for places, names in table[edge].items() if place in places.split() for who in names.split()}
    if allowed == expected:
        return []
    return [f"{edge}: allowed {sorted(allowed - expected)}, refused {sorted(expected - allowed)}"]


def test_tables_name_every_edge() -> None:
    assert set(PURCHASES) == {edge.name for edge in purchase.EDGES}
    assert set(COMMITTEES) == {edge.name for edge in committee.EDGES}


def test_places_are_all_states() -> None:
    assert set(PURCHASE_STATES) == {state.code for state in purchase.STATES}
    assert {place.partition("/")[0] for place in COMMITTEE_PLACES} == {state.code for state in committee.STATES}


@pytest.mark.parametrize("state", PURCHASE_STATES)
def test_every_edge_of_a_purchase_for_everybody(plan: Plan, state: str) -> None:
    case = purchase_in(plan, state)
    people = everybody(plan, case)
    wrong = []
    for edge in purchase.EDGES:
        facts = purchase_facts(plan, edge.name, case)
        allowed = {name for name, actor in people.items() if takes(case, edge.name, actor, facts)}
        wrong += against(PURCHASES, state, edge.name, allowed)
    assert wrong == []


@pytest.mark.parametrize("place", COMMITTEE_PLACES)
def test_every_edge_of_a_committee_for_everybody(plan: Plan, place: str) -> None:
    case = committee_in(plan, place)
    people = everybody(plan, case)
    wrong = []
    for edge in committee.EDGES:
        facts = committee_facts(plan, edge.name, case)
        allowed = {name for name, actor in people.items() if takes(case, edge.name, actor, facts)}
        wrong += against(COMMITTEES, place, edge.name, allowed)
    assert wrong == []


@pytest.mark.parametrize(
    ("kind", "edge"),
    [("purchase", edge.name) for edge in purchase.GRAPH.beginnings()] + [("committee", "draft")],
)
def test_every_beginning_for_everybody(plan: Plan, kind: str, edge: str) -> None:
    planned = purchase_in(plan, "planned")
    facts = draft_facts(planned) if kind == "committee" else {"name": "จัดซื้อ", "activity": plan.activity()}
    allowed = set()
    for name, actor in everybody(plan, planned).items():
        point = transaction.savepoint()
        try:
            open_case(kind, edge, actor, unit=plan.unit, **facts)
        except Refused:
            continue
        finally:
            transaction.savepoint_rollback(point)
        allowed.add(name)
    assert allowed == (set(STAFF.split()) if edge in {"plan", "draft"} else {"import"})


@pytest.mark.parametrize("place", ["linted", "approved", "reported", "ordered", "working/opinion"])
def test_file_taken_over_by_an_approver_is_decided_by_somebody_else(plan: Plan, place: str) -> None:
    """Who has the file in hand works on it: he may not decide about it, even if he drafted nothing yet."""
    case = committee_in(plan, place)
    both = make_person("both", plan.unit, Role.APPROVER, Role.PROCUREMENT)
    deciding = [edge.name for edge in committee.EDGES if not {"draft", *STAFF.split()} & {edge.name}]
    before = {edge for edge in deciding if takes(case, edge, Actor.person(both), committee_facts(plan, edge, case))}
    case = plan.do(case, "take_over", both)
    after = {edge for edge in deciding if takes(case, edge, Actor.person(both), committee_facts(plan, edge, case))}
    four_eyes = {"approve", "sign_order", "cancel_order", "dissolve", "extend", "answer_dissent"}
    assert before - after == (before & four_eyes) | {"take_over"}
    assert before & four_eyes
