"""What must agree between a complaint and its case."""

import pytest

from complaints.checks import problems
from complaints.models import Complaint
from tests.support.world import World
from workflows.actors import Actor
from workflows.models import Case
from workflows.transitions import why_not

pytestmark = pytest.mark.django_db


def test_protected_case_of_a_kind_that_is_not_is_found(world: World) -> None:
    protected, ordinary = world.file(world.corruption), world.file(world.simple)
    assert not list(problems())
    Complaint.objects.filter(case=protected).update(kind=world.simple)
    Case.objects.filter(pk=protected.pk).update(category=world.simple.code)
    Complaint.objects.filter(case=ordinary).update(kind=None)
    assert [number for number, _sentence in problems()] == [protected.number]


def test_protected_case_whose_kind_is_open_is_in_order(world: World) -> None:
    case = world.file(world.corruption)
    Complaint.objects.filter(case=case).update(kind=None)
    Case.objects.filter(pk=case.pk).update(category="")
    assert not list(problems())


def test_protected_case_is_never_answered_by_one_officer_alone(world: World) -> None:
    case = world.into("accepted", world.corruption)
    Complaint.objects.filter(case=case).update(kind=world.simple)
    case = type(case).objects.get(pk=case.pk)
    edge = case.graph.edge("answer_directly")
    refusal = why_not(case, edge, Actor.person(world.centre_officer))
    assert refusal is not None
    assert refusal.field == "kind_is_simple"
