"""Two at the same moment: one passes, the other is told, and nothing is there twice."""

from collections.abc import Callable
from typing import Any

import pytest

from organisations.models import User
from scores.models import Assessment, AssessmentCase, Signature, Snapshot
from tests.scores.assessment_support import House, build_house
from tests.support.threads import together
from tests.support.world import build_world
from workflows.actors import Actor
from workflows.checks import problems
from workflows.refusals import Refused
from workflows.transitions import perform

pytestmark = pytest.mark.django_db(transaction=True)


def taking(case: AssessmentCase, edge: str, user: User, **facts: Any) -> Callable[[], Any]:
    return lambda: perform(AssessmentCase.objects.get(pk=case.pk), edge, Actor.person(user), **facts)


@pytest.fixture
def house() -> House:
    return build_house(build_world())


def test_one_conclusion_one_publication_and_a_signature_each(house: House) -> None:
    case = house.into("committee_review/judged")
    found = together(taking(case, "conclude", house.secretary), taking(case, "conclude", house.chair))
    assert sum(isinstance(row, Refused) for row in found) == 1
    found = together(*(taking(case, "sign_result", house.member) for _n in range(3)))
    assert sum(isinstance(row, Refused) for row in found) == 2
    together(taking(case, "sign_result", house.chair), taking(case, "sign_result", house.secretary))
    assert Signature.objects.filter(assessment=case.pk).count() == 3
    case = house.do(house.do(case, "tell_result", house.secretary), "accept_result", house.world.head)
    together(*(taking(case, "publish", house.executive) for _n in range(3)))
    assert Snapshot.objects.filter(assessment=case.pk, cause="published").count() == 1
    assert list(problems()) == []


def test_two_assessments_of_one_year_cannot_begin_at_once(house: House) -> None:
    found = together(house.begin, house.begin, house.begin)
    assert Assessment.objects.count() == 1
    assert sum(isinstance(row, Refused) for row in found) == 2
    assert list(problems()) == []
