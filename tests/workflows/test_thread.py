"""The thread: complaints from their receipt to their end, at the level of `perform()`."""

import pytest

from tests.support.world import World
from workflows.checks import problems
from workflows.verification import Report, verify

pytestmark = pytest.mark.django_db

STATES = (
    "received screening awaiting_complainant accepted investigating review acting replied closed declined "
    "review_requested withdrawn"
).split()


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_reached_and_everything_agrees(world: World, state: str) -> None:
    case = world.into(state)
    assert case.state == state
    assert list(problems()) == []
    assert list(verify(Report())) == []


def test_simple_kind_takes_three_acts(world: World) -> None:
    case = world.into("screening", world.simple)
    case = world.do(case, "accept", world.screener, kind=world.simple, unit=case.unit)
    case = world.do(case, "answer_directly", world.officer, reply="ซ่อมแล้ว")
    case = world.do(case, "close", world.officer, evidence="ภาพถ่าย")
    assert case.state == "closed"
    assert list(problems()) == []


def test_protected_case_goes_to_the_centre_and_shows_nothing(world: World) -> None:
    case = world.file(world.corruption)
    assert (case.unit, case.subject, case.number[:2]) == (world.centre, "", "P-")
    assert case.complaint.text == ""
    assert case.complaint.read(case).startswith("ไฟถนน")
