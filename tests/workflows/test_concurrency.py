"""Several people at one case, on real connections: one wins, the others are told, and nothing is lost or doubled."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from complaints.models import ComplaintCase
from tests.support.threads import together
from tests.support.world import World, build_world
from workflows.actors import Actor
from workflows.checks import problems
from workflows.models import LedgerEntry, NumberSeries, UnitNumber
from workflows.refusals import Overtaken, Refused
from workflows.transitions import perform
from workflows.verification import Report, verify

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    """The small world, committed, so that other connections see it."""
    return build_world()


def all_is_well() -> None:
    assert list(problems()) == []
    assert list(verify(Report())) == []


def take(case: ComplaintCase, edge: str, actor: Actor, **facts: Any) -> Callable[[], Any]:
    """An edge, with the version the person has before him."""
    return lambda: perform(case, edge, actor, seen_version=case.state_version, **facts)


def test_two_hundred_rounds_of_conflicting_edges(world: World) -> None:
    for round_ in range(200):
        case = world.file(world.simple)
        acts = [
            take(case, "start_screening", Actor.person(world.screener)),
            take(case, "withdraw", Actor.complainant(case)),
            take(case, "start_screening", Actor.person(world.screener)),
        ]
        results = together(*acts[round_ % 2 :])
        won = [result for result in results if isinstance(result, ComplaintCase)]
        lost = [result for result in results if not isinstance(result, ComplaintCase)]
        assert len(won) == 1, results
        assert all(isinstance(result, Overtaken) for result in lost), results
        told = lost[0].last
        assert told is not None
        assert told.verb in {"start_screening", "withdraw"}
        assert LedgerEntry.objects.filter(case=case).count() == 2
    all_is_well()


def test_two_approvers_decide_differently(world: World) -> None:
    for _ in range(25):
        case = world.into("review")
        results = together(
            take(case, "decide_unfounded", Actor.person(world.approver), reply="ไม่พบ"),
            take(case, "return_finding", Actor.person(world.upper_approver), reasons="ยังไม่ครบ"),
            take(case, "decide_founded", Actor.person(world.upper_approver), measures=[world.measure(world.officer)]),
        )
        assert sum(isinstance(result, ComplaintCase) for result in results) == 1, results
    all_is_well()


def test_acts_at_the_same_moment_are_all_kept(world: World) -> None:
    case = world.into("investigating")
    results = together(
        *[take(case, "note", Actor.person(world.officer), text=f"จด {number}") for number in range(4)],
        *[take(case, "complainant_message", Actor.complainant(case), text=f"ถาม {number}") for number in range(4)],
    )
    assert all(isinstance(result, ComplaintCase) for result in results), results
    assert case.messages.count() == 8
    all_is_well()


def test_numbers_have_no_gaps_and_no_doubles(world: World) -> None:
    def file_ten() -> None:
        for turn in range(10):
            try:
                # Every third filing fails after it took its place in the transaction, and gives its number back.
                world.file(world.simple, **({"latitude": "not a number"} if turn % 3 == 2 else {}))
            except Exception:  # noqa: S112 - that it fails is the point
                continue

    together(*[file_ten] * 6)
    series = NumberSeries.objects.get()
    values = sorted(UnitNumber.objects.values_list("value", flat=True))
    assert values == list(range(1, 43))
    assert series.last == 42
    all_is_well()


def database_url() -> str:
    """The address of the test database, for another process."""
    settings = connection.settings_dict
    host = quote(str(settings["HOST"] or "localhost"), safe="")
    user = quote(str(settings["USER"] or ""))
    password = f":{quote(str(settings['PASSWORD']))}" if settings["PASSWORD"] else ""
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"postgresql://{user}{password}@{host}{port}/{settings['NAME']}"


def test_killed_server_leaves_everything_whole(world: World) -> None:
    world.file(world.simple)
    moved = 0
    for turn in range(3):
        storm = subprocess.Popen(
            [sys.executable, "-m", "tests.support.storm", "6"],
            env={**os.environ, "DATABASE_URL": database_url()},
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert storm.stdout is not None
        assert storm.stdout.read(30 + turn), "the storm took no edge"
        os.killpg(storm.pid, signal.SIGKILL)
        storm.wait()
        moved += 30
        time.sleep(0.2)  # the server notices that its clients are gone
        all_is_well()
    assert LedgerEntry.objects.count() > moved
    # And the cases can be moved on.
    case = ComplaintCase.objects.filter(state="received").first()
    if case is not None:
        assert world.do(case, "start_screening", world.screener).state == "screening"


def test_refused_edge_writes_nothing(world: World) -> None:
    case = world.into("review")
    before = LedgerEntry.objects.count()
    with pytest.raises(Refused):
        perform(case, "decide_founded", Actor.person(world.approver), measures=[])
    assert LedgerEntry.objects.count() == before
    all_is_well()
