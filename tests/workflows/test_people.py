"""Who has a case, who could take it over, and who is told of what happens to it."""

import pytest
from django.utils import timezone

from complaints.states import GRAPH
from organisations.models import Role, User
from tests.support.world import World
from workflows.models import Case, OutboxRow
from workflows.people import holder_or_nearest, told

pytestmark = pytest.mark.django_db


def test_case_is_its_holders_and_once_he_is_gone_the_first_role_that_anybody_has(world: World) -> None:
    case: Case = world.into("investigating")
    assert holder_or_nearest(case, Role.HEAD) == [case.holder] == [world.officer]
    User.objects.filter(pk=world.officer.pk).update(is_active=False)
    case = Case.objects.get(pk=case.pk)
    assert holder_or_nearest(case, Role.INTEGRITY, Role.HEAD, Role.OFFICER) == [world.head]
    assert holder_or_nearest(case, Role.INTEGRITY) == []


def test_of_an_event_those_are_told_whom_its_edge_names_each_once(world: World) -> None:
    case: Case = world.into("investigating")
    names: list[str] = []

    def called(name: str, _case: Case) -> list[User]:
        names.append(name)
        return [world.head, world.officer]

    row = OutboxRow(case=case, event="submit_finding", at=timezone.now())
    assert told(row, GRAPH, lambda _case: [world.stranger], called) == [world.head, world.officer]
    assert tuple(names) == GRAPH.edge("submit_finding").tells


def test_of_a_time_that_runs_out_those_are_told_whose_step_it_is(world: World) -> None:
    case: Case = world.into("investigating")
    row = OutboxRow(case=case, event=OutboxRow.CLOCK_WARNING, facts={"percent": 50}, at=timezone.now())
    assert told(row, GRAPH, lambda _case: [world.officer], lambda _name, _case: [world.stranger]) == [world.officer]
    row.facts = {"percent": 100}
    assert set(told(row, GRAPH, lambda _case: [world.officer], lambda _name, _case: [])) > {world.officer, world.head}
