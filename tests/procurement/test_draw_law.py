"""Every state × every edge × everybody, allowed and forbidden, for draws: the table is from domain.md, section 3."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from organisations.calendar import quarter_of
from organisations.models import Role
from procurement.models import Citizen
from procurement.states import draw as law
from tests.procurement.test_every_edge import against, everybody, takes
from tests.support.purchases import Plan
from tests.support.seat_ways import DRAW_PLACES, draw_facts, draw_in, keeper
from tests.support.seats import pool
from tests.support.world import make_person
from workflows.actors import Actor
from workflows.checks import problems
from workflows.models import Case, Conflict
from workflows.refusals import Refused
from workflows.transitions import open_case

pytestmark = pytest.mark.django_db

STAFF = "staff staff2 upper_staff drafter keeper"
APPROVERS = "approver upper_approver drafter seated keeper"
# Four eyes: `keeper` announced and held it.
DECIDERS = "approver upper_approver drafter seated"
WAITING = "draw_announced draw_announced/known"
EVERYWHERE = f"{WAITING} draw_done draw_annulled"
DRAWS: dict[str, dict[str, str]] = {
    "announce": {},
    "hold_draw": {"draw_announced/known": STAFF},
    "annul": {f"{WAITING} draw_done": DECIDERS},
    "extend": {WAITING: DECIDERS},
    "take_over": {WAITING: STAFF.removesuffix(" keeper")},
    "note": {EVERYWHERE: f"{STAFF} head upper_head {APPROVERS}"},
    "attach": {EVERYWHERE: f"{STAFF} {APPROVERS}"},
}


def all_people(plan: Plan, case: Case) -> dict[str, Actor]:
    """Everybody of the agency, somebody of the pool that is drawn, and who is excluded from the case."""
    conflicted = make_person("conflicted", plan.unit, *Role.values)
    Conflict.objects.create(case=case, user=conflicted, at=timezone.now())
    mine = Citizen.objects.order_by("pk")[0].account
    assert mine is not None
    people = {"keeper": keeper(plan), "conflicted": conflicted, "citizen": mine}
    return {**everybody(plan, case), **{name: Actor.person(user) for name, user in people.items()}}


def test_table_names_every_edge_and_state() -> None:
    assert set(DRAWS) == {edge.name for edge in law.EDGES}
    assert {place.partition("/")[0] for place in DRAW_PLACES} == {state.code for state in law.STATES}


@pytest.mark.parametrize("place", DRAW_PLACES)
def test_every_edge_of_a_draw_for_everybody(plan: Plan, place: str) -> None:
    case = draw_in(plan, place)
    assert list(problems()) == []
    people = all_people(plan, case)
    wrong = []
    for edge in law.EDGES:
        facts = draw_facts(edge.name, case)
        allowed = {name for name, actor in people.items() if takes(case, edge.name, actor, facts)}
        wrong += against(DRAWS, place, edge.name, allowed)
    assert wrong == []


def test_announcing_for_everybody(plan: Plan) -> None:
    pool(plan, 3)
    year, quarter = quarter_of(timezone.localdate())
    facts: dict[str, Any] = {
        "fiscal_year": year, "quarter": quarter, "size": 2, "seed_source": "lottery", "seed_name": "งวดวันที่ 16",
        "seed_known_at": timezone.now() + timedelta(days=1),
    }  # fmt: skip
    people = everybody(plan, plan.purchase())
    people["citizen"] = Actor.person(Citizen.objects.order_by("pk")[0].account)  # type: ignore[arg-type]
    allowed = set()
    for name, actor in people.items():
        point = transaction.savepoint()
        try:
            open_case("draw", "announce", actor, unit=plan.unit, **facts)
        except Refused:
            continue
        finally:
            transaction.savepoint_rollback(point)
        allowed.add(name)
    assert allowed == set(STAFF.split()) - {"keeper"}


def test_who_held_the_draw_does_not_annul_it_though_another_one_announced_it(plan: Plan) -> None:
    case = draw_in(plan, "draw_announced/known")
    both = make_person("both", plan.unit, Role.APPROVER, Role.PROCUREMENT)
    assert takes(case, "annul", Actor.person(both), {"reasons": "เหตุผล"})
    case = plan.do(case, "hold_draw", both, **draw_facts("hold_draw", case))
    assert not takes(case, "annul", Actor.person(both), {"reasons": "เหตุผล"})
