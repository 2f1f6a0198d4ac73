"""Whoever takes an edge wakes the listeners once, after the commit; what did not happen wakes nobody."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.support.wakes import wakes
from tests.support.world import World
from workflows.actors import IMPORT, Actor
from workflows.models import Clock, OutboxRow
from workflows.refusals import Missing, NotAllowed, Overtaken, WrongState
from workflows.transitions import open_case, perform
from workflows.wakeups import About, WakeUp
from workflows.watch import give_warnings, take_timed_edges

pytestmark = pytest.mark.django_db


def test_each_edge_wakes_once(world: World) -> None:
    with wakes() as said:
        case = world.file(world.ordinary)
        case = world.do(case, "start_screening", world.screener)
        case = world.do(case, "accept", world.screener, kind=world.ordinary, unit=case.unit)
        world.do(case, "send_progress", world.screener, text="กำลังตรวจ")  # an act that moves nothing
    assert said == [WakeUp(About.CASES, (case.pk,))] * 4


def test_edge_that_is_refused_wakes_nobody(world: World) -> None:
    case, screening = world.file(world.ordinary), world.into("screening")
    screener = Actor.person(world.screener)
    with wakes() as said:
        with pytest.raises(NotAllowed):
            perform(case, "start_screening", Actor.person(world.stranger))
        with pytest.raises(Overtaken):
            perform(case, "start_screening", screener, seen_version=99)
        with pytest.raises(WrongState):
            perform(case, "accept", screener, kind=world.ordinary, unit=case.unit)
        with pytest.raises(Missing):
            perform(screening, "decline", screener, ground=None, reply="")
    assert said == []


def test_imported_case_wakes_nobody_and_its_later_edges_do(world: World) -> None:
    with wakes() as said:
        case = open_case(
            "complaint", "import_received", IMPORT, unit=world.district, at=timezone.now() - timedelta(days=300),
            silent=True, statement="เก่า", channel="api", kind=world.simple, source="traffy", source_number="1",
        )  # fmt: skip
    assert said == []
    assert not OutboxRow.objects.exists()
    with wakes() as said:
        perform(case, "start_screening", Actor.person(world.screener))
    assert said == [WakeUp(About.CASES, (case.pk,))]


def test_edge_says_nothing_within_its_transaction(world: World) -> None:
    case = world.file()
    with CaptureQueriesContext(connection) as statements:
        world.do(case, "start_screening", world.screener)
    assert not [one["sql"] for one in statements if "notify" in one["sql"].lower()]


def test_warnings_wake_for_each_that_is_given_and_no_more(world: World) -> None:
    case = world.into("investigating")
    due = Clock.objects.get(case=case, code="investigate").due_on
    assert due is not None
    with wakes() as said:
        assert give_warnings(due - timedelta(days=400)) == 0
    assert said == []
    with wakes() as said:
        given = give_warnings(due + timedelta(days=400))
    assert said == [WakeUp(About.CASES, (case.pk,))] * given
    assert given > 0
    with wakes() as said:
        give_warnings(due + timedelta(days=400))
    assert said == []


def test_edge_that_time_takes_wakes_once(world: World) -> None:
    case = world.into("awaiting_complainant")
    with wakes() as said:
        assert take_timed_edges(timezone.localdate() + timedelta(days=60)) == 1
    assert said == [WakeUp(About.CASES, (case.pk,))]
