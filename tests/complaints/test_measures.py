"""What somebody who left still had to do is done by who has the case."""

from typing import Any

import pytest

from complaints.jobs import take_up_what_is_left
from complaints.measures import left_behind, take_over_all
from complaints.models import ComplaintCase, Measure
from notifications.models import Notice
from notifications.relay import relay
from organisations.models import User
from tests.support.world import World
from workflows import handover
from workflows.actors import TIMER
from workflows.models import Case, Conflict, LedgerEntry
from workflows.refusals import Refused
from workflows.transitions import perform

pytestmark = pytest.mark.django_db


def acting(world: World, *owners: User) -> ComplaintCase:
    """A founded case in the officer's hands, with a measure of each of these people."""
    rows = [world.measure(owner) for owner in owners]
    case = world.do(world.into("review"), "decide_founded", world.approver, measures=rows)
    assert isinstance(case, ComplaintCase)
    return case


def leave(user: User) -> None:
    """He has left the service, and what he had in hand is back on the tables."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    handover.settle()


def owners(case: Case) -> list[str]:
    return list(Measure.objects.filter(case=case.pk).order_by("pk").values_list("owner__username", flat=True))


def last(case: Case) -> tuple[str, Any]:
    entry = LedgerEntry.objects.filter(case=case.pk).latest("seq")
    return entry.verb, entry.data


def test_measure_of_who_left_is_taken_over_by_who_has_the_case(world: World) -> None:
    case = acting(world, world.officer2, world.head)
    leave(world.officer2)
    assert owners(case) == ["officer2", "head"]
    take_up_what_is_left(0)
    assert owners(case) == ["officer", "head"]
    taken = Measure.objects.filter(case=case.pk).order_by("pk")[0]
    assert last(case) == ("take_over_measures", {"measures": [taken.pk]})
    relay()
    assert Notice.objects.filter(case=case.pk, recipient=world.officer, event="take_over_measures").exists()
    world.do(case, "measure_done", world.officer, measure=taken, evidence="ภาพ")
    assert take_over_all() == 0


def test_measures_go_along_when_the_case_of_who_left_is_given_to_another(world: World) -> None:
    case = acting(world, world.officer, world.officer2)
    leave(world.officer)
    assert take_over_all() == 0  # nobody has it
    case = world.do(case, "reassign", world.head, to=world.officer2)
    assert owners(case) == ["officer2", "officer2"]
    verb, facts = last(case)
    assert (verb, len(facts["measures"])) == ("reassign", 1)
    assert not left_behind().exists()


def test_measures_of_the_holder_are_handed_over_with_the_case_and_those_of_others_stay(world: World) -> None:
    case = acting(world, world.officer, world.head)
    case = world.do(case, "hand_over", world.officer, to=world.officer2, reasons="ย้าย")
    assert owners(case) == ["officer2", "head"]
    assert len(last(case)[1]["measures"]) == 1


def test_measure_that_is_done_stays_with_who_did_it(world: World) -> None:
    case = acting(world, world.officer)
    world.do(case, "measure_done", world.officer, measure=case.measures.get(), evidence="ภาพ")
    case = world.do(case, "hand_over", world.officer, to=world.officer2, reasons="ย้าย")
    assert owners(case) == ["officer"]
    assert "measures" not in last(case)[1]


def test_measure_of_who_may_know_nothing_of_the_case_any_more_is_taken_over(world: World) -> None:
    case = acting(world, world.officer2)
    Conflict.objects.create(case_id=case.pk, user=world.officer2, at=case.changed_at)
    assert take_over_all() == 1
    assert owners(case) == ["officer"]


def test_nobody_takes_over_what_nobody_left(world: World) -> None:
    case = acting(world, world.officer2)
    with pytest.raises(Refused):
        perform(case, "take_over_measures", TIMER)
    leave(world.officer2)
    with pytest.raises(Refused):
        world.do(case, "take_over_measures", world.officer)
