"""The thread: complaints from their receipt to their end, at the level of `perform()`."""

import pytest

from organisations.actions import rebuild_reach
from organisations.models import Role, Unit, UnitLink
from tests.support.world import World, make_person, make_unit
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


def test_case_that_becomes_protected_is_sealed_and_leaves_its_number(world: World) -> None:
    case = world.file(world.ordinary, place="บ้านเลขที่ 99", latitude="18.78", longitude="100.77")
    number = case.number
    case = world.do(case, "start_screening", world.screener)
    case = world.do(case, "note", world.screener, text="น่าจะเป็นการเรียกรับเงิน")
    case = world.do(case, "change_kind", world.screener, kind=world.corruption)
    complaint = case.complaint
    assert (case.unit, case.holder, case.subject, case.protected) == (world.centre, None, "", True)
    assert case.number != number
    assert (complaint.text, complaint.place, complaint.latitude, case.messages.get().text) == ("", "", None, "")
    assert "บ้านเลขที่ 99" in complaint.read(case)
    assert case.messages.get().read(case) == "น่าจะเป็นการเรียกรับเงิน"
    assert list(problems()) == []


def test_protected_matter_of_a_local_body_goes_to_its_supervisors_centre(world: World) -> None:
    local = make_unit("LOC", Unit.Kind.LOCAL, under=world.district, axis="supervision")
    rebuild_reach()
    assert world.file(world.corruption, unit=local).unit == world.centre


def test_without_a_centre_a_protected_matter_goes_one_level_up(world: World) -> None:
    UnitLink.objects.filter(child=world.centre).delete()
    make_person("upper_screener", world.province, Role.SCREENER)
    rebuild_reach()
    assert world.file(world.corruption).unit == world.province
