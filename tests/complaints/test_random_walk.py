"""Many actors, many cases, random edges: whatever happens, state, tasks, clocks, numbers and ledger agree."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.models import ComplaintCase
from complaints.states import EDGES
from tests.complaints.test_every_edge import facts_for
from tests.support.world import World
from workflows.actors import TIMER, Actor
from workflows.checks import problems
from workflows.refusals import Refused
from workflows.transitions import perform
from workflows.verification import Report, verify
from workflows.watch import give_warnings, take_timed_edges


@pytest.mark.django_db
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_random_walk_keeps_everything_in_agreement(world: World, seed: int) -> None:
    choose = random.Random(seed)  # noqa: S311 - a walk that can be repeated
    kinds = [world.simple, world.ordinary, world.corruption, None]
    cases: list[ComplaintCase] = [world.file(kind, channel=choose.choice(["website", "letter"])) for kind in kinds]
    names = (
        "screener officer officer2 head approver upper_approver centre_screener centre_officer centre_approver"
    ).split()
    taken, now = 0, timezone.now()
    for _ in range(200):
        now += timedelta(hours=choose.randrange(30))
        case = ComplaintCase.objects.get(pk=choose.choice(cases).pk)
        edge = choose.choice([edge for edge in EDGES if case.state in edge.sources])
        people = [Actor.complainant(case), TIMER, *[Actor.person(getattr(world, name)) for name in names]]
        kind = choose.choice([kind for kind in kinds if kind])
        facts = facts_for(world, edge.name, case, kind)
        for actor in choose.sample(people, len(people)):
            try:
                perform(case, edge.name, actor, at=now, **facts)
            except Refused:
                continue
            taken += 1
            break
        if choose.random() < 0.05:
            take_timed_edges(timezone.localdate(now))
            give_warnings(timezone.localdate(now))
    assert taken > 40
    assert list(problems()) == []
    assert list(verify(Report())) == []
