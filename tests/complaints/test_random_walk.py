"""Many actors, many cases, random edges of complaints and of the requests about them: whatever happens, state, tasks,
clocks, numbers and ledger agree, and nobody sees what he must not know.

The moment is that of the walk, in the product too, so that clocks run out and months pass in it. What it does not
reach: `erase_again` (after a restore: test_erasing) and `withdraw_proposal` (after a rule was changed: test_retention).
What is rare it takes with some seeds only: a protected case that takes others along, measures of who left, a slip.
"""

import logging
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from complaints.models import AgencyRequest, ComplaintCase
from complaints.queries import requests_by
from complaints.requests.states import EDGES as REQUEST_EDGES
from complaints.retention import apply_retention
from complaints.states import EDGES
from complaints.unattended import note
from organisations.models import User
from tests.support.walk import BEGINNING, Walk
from tests.support.world import World
from workflows.checks import problems
from workflows.handover import settle
from workflows.models import Conflict, LedgerEntry, RetentionRule
from workflows.queries import known_among, visible_to
from workflows.verification import Report, verify

pytestmark = pytest.mark.django_db

# What it does not reach, or by chance only, and where it is tested.
LEFT_OUT = {
    "erase_again": "after a restore (test_erasing)",
    "withdraw_proposal": "after a rule was changed (test_retention)",
    "erase_when_due": "",
    "take_over_measures": "",
}


@pytest.fixture
def walks(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> list[Walk]:
    """The walk whose moment the product's clock says; what a job logs as failed is in `caplog`."""
    settings.EVIDENCE_ROOT = tmp_path
    under_way: list[Walk] = []
    monkeypatch.setattr(timezone, "now", lambda: under_way[-1].now if under_way else BEGINNING)
    caplog.set_level(logging.ERROR)
    return under_way


def agrees(walk: Walk) -> None:
    """Everything that must hold, whatever has happened."""
    walk.night()
    settle()
    note()  # everybody may have declared a conflict by now
    assert list(problems()) == []
    assert list(verify(Report())) == []
    for case in ComplaintCase.objects.filter(kind__in=["complaint", "request"]):
        last = LedgerEntry.objects.filter(case=case.pk).latest("seq")
        assert (last.to_state, last.seq, case.is_open) == (
            case.state,
            case.ledger_seq,
            case.graph.state(case.state).is_open,
        )
    whoever_is_concerned_sees_nothing()


def whoever_is_concerned_sees_nothing() -> None:
    """Neither the case, nor a request about it, nor that there is news of either."""
    concerned: dict[int, set[int]] = defaultdict(set)
    for who, case in Conflict.objects.values_list("user", "case"):
        concerned[who] |= {case, *AgencyRequest.objects.filter(complaint=case).values_list("case", flat=True)}
    for user in User.objects.filter(pk__in=concerned):
        hidden = concerned[user.pk]
        assert not visible_to(user).filter(pk__in=hidden).exists()
        assert not requests_by(user).filter(pk__in=hidden).exists()
        assert not known_among(user, hidden)


def end(walk: Walk) -> None:
    """Years later: what is over is announced and erased."""
    rule = {"disposal": RetentionRule.Disposal.ERASE, "years": 1, "valid_from": BEGINNING.date(), "source": "test"}
    RetentionRule.objects.filter(code="complaint").delete()
    RetentionRule.objects.create(code="complaint", category="", **rule)
    for days in (30, 370, 100):
        walk.now += timedelta(days=days)
        walk.night()
        apply_retention()


def taken() -> dict[str, set[str]]:
    """The edges in the ledger, by kind of case."""
    found: dict[str, set[str]] = defaultdict(set)
    for kind, verb in LedgerEntry.objects.values_list("case__kind", "verb").distinct():
        found[kind].add(verb)
    return found


def test_walk_of_a_year_takes_nearly_the_whole_law(
    world: World, walks: list[Walk], caplog: pytest.LogCaptureFixture
) -> None:
    walk = Walk(world, seed=6)
    walks.append(walk)
    for _ in range(700):
        walk.step()
    agrees(walk)
    end(walk)
    agrees(walk)
    assert [record.getMessage() for record in caplog.records] == []
    found = taken()
    for kind, edges in (("complaint", EDGES), ("request", REQUEST_EDGES)):
        never = sorted({edge.name for edge in edges} - found[kind])
        # With this seed 85 of 95 and 12 of 15; a change of the law shifts the whole walk, so not to the last one.
        assert len(never) <= (0.2 if kind == "complaint" else 0.4) * len(edges), f"of {kind} never: {never}"


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_random_walk_keeps_everything_in_agreement(
    world: World, walks: list[Walk], caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    before = transaction.savepoint()
    walk = Walk(world, seed)
    walks.append(walk)
    for _ in range(80):
        walk.step()
    agrees(walk)
    assert sum(walk.taken.values()) > 40
    assert [record.getMessage() for record in caplog.records] == []
    transaction.savepoint_rollback(before)
