"""The relay killed, doubled, and fed with what it cannot tell: each is told once, in order."""

import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications import relay as relaying
from notifications.actions import mark_all_read, mark_read
from notifications.models import Notice, NoticeCounter
from notifications.relay import MOST_FAILURES, relay
from organisations.models import Role, User
from tests.notifications.test_relay import numbers, together
from tests.support.live import Process, database_url
from tests.support.world import World, build_world, make_person
from workflows.models import OutboxRow

_RELAY_THAT_DIES = """
import os, sys, django
django.setup()
from notifications import relay
from workflows import wakeups
where, name = {"relay": relay, "wakeups": wakeups}[sys.argv[1]], sys.argv[2]
assert hasattr(where, name)
setattr(where, name, lambda *_: os._exit(9))
relay.relay()
"""
_WRITE = """
INSERT INTO workflows_outboxrow (case_id, event, facts, at) VALUES (%s, 'register', '{}', clock_timestamp())
"""


@pytest.fixture
def everything(transactional_db: None) -> World:
    """The small world, in a database that other processes see."""
    return build_world()


@pytest.mark.parametrize(
    ("module", "name", "told"),
    [
        ("relay", "wake", 0),  # the notices of the batch are written, and not committed
        ("relay", "_write_deliveries", 0),
        ("wakeups", "_send", 6),  # committed, and nobody was woken
    ],
)
def test_relay_that_is_killed_loses_and_doubles_nothing(everything: World, module: str, name: str, told: int) -> None:
    for _ in range(6):
        everything.file()
    killed = Process([sys.executable, "-c", _RELAY_THAT_DIES, module, name]).start()
    assert killed.running is not None
    assert killed.running.wait(60) == 9
    assert numbers(everything.screener) == list(range(1, told + 1))
    assert relay() == 6 - told
    everything.file()
    assert relay() == 1
    assert numbers(everything.screener) == list(range(1, 8))


def test_row_that_can_never_be_told_is_left_after_its_tries(everything: World) -> None:
    everything.file()
    poison = OutboxRow.objects.create(case=None, event="nobody_knows_this", facts={}, at=timezone.now())
    for times in range(1, MOST_FAILURES + 3):
        last = everything.file()
        relay()
        poison.refresh_from_db()
        assert poison.failures == min(times, MOST_FAILURES)
        told = Notice.objects.filter(recipient=everything.screener).order_by("number")
        assert told.count() == times + 1
        assert told.last() is not None
        assert told.last().case_id == last.pk
    assert poison.relayed_at is None
    assert [notice.outbox_id for notice in told] == sorted(notice.outbox_id for notice in told)


class Writers:
    """Transactions that write outbox rows, each on a connection of its own; what a case has is written in its order."""

    def __init__(self, connections: "list[psycopg.Connection[Any]]", cases: list[int]) -> None:
        self.connections = connections
        self.cases = cases
        self.holds: dict[int, int] = {}

    def write(self, who: int, case: int) -> None:
        """Lock the case and write a row about it; who would have to wait for another writer does not begin."""
        if self.holds.get(case, who) == who:
            self.holds[case] = who
            self.connections[who].execute(
                "SELECT 1 FROM workflows_case WHERE id = %s FOR NO KEY UPDATE", [self.cases[case]]
            )
            self.connections[who].execute(_WRITE, [self.cases[case]])

    def end(self, who: int, *, commit: bool) -> None:
        """End the transaction of one of them."""
        if commit:
            self.connections[who].commit()
        else:
            self.connections[who].rollback()
        self.holds = {case: holder for case, holder in self.holds.items() if holder != who}


@contextmanager
def three_writers(cases: list[int]) -> Iterator[Writers]:
    """Three of them, whose connections end."""
    with ExitStack() as stack:
        yield Writers([stack.enter_context(psycopg.connect(database_url())) for _ in range(3)], cases)


ACTS = st.one_of(
    st.tuples(st.just("write"), st.integers(0, 2), st.integers(0, 3)),
    st.tuples(st.just("commit"), st.integers(0, 2), st.just(0)),
    st.tuples(st.just("roll back"), st.integers(0, 2), st.just(0)),
    st.tuples(st.just("relay"), st.just(0), st.just(0)),
)


def test_rows_that_commit_in_any_order_are_told_once_and_each_case_in_its_order(
    everything: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "BATCH", 2)
    make_person("second", everything.other, Role.SCREENER)
    units = (everything.district, everything.other)
    cases = [everything.file(unit=units[n % 2]).pk for n in range(4)]
    relay()

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(ACTS, max_size=25))
    def told_rightly(acts: list[tuple[str, int, int]]) -> None:
        with three_writers(cases) as writers:
            for act, who, about in acts:
                match act:
                    case "write":
                        writers.write(who, about)
                    case "relay":
                        relay()
                    case _:
                        writers.end(who, commit=act == "commit")
            for who in range(3):
                writers.end(who, commit=True)
        relay()
        assert_told_rightly()

    told_rightly()
    # Hypothesis has written something: how much is its own choice.
    assert OutboxRow.objects.count() > 10


def assert_told_rightly() -> None:
    """Everything is told; everybody's numbers have no gap; nobody hears twice; each case is told in its order."""
    assert not OutboxRow.objects.filter(relayed_at=None).exists()
    told: dict[int, list[tuple[int, int | None, int]]] = {}
    rows = Notice.objects.order_by("recipient", "number").values_list("recipient_id", "number", "case_id", "outbox_id")
    for recipient, number, case, outbox in rows:
        told.setdefault(recipient, []).append((number, case, outbox))
    for recipient, notices in told.items():
        assert [number for number, _, _ in notices] == list(range(1, len(notices) + 1))
        assert NoticeCounter.objects.get(recipient=recipient).last == len(notices)
        assert len({outbox for _, _, outbox in notices}) == len(notices)
        for case in {case for _, case, _ in notices}:
            of_case = [outbox for _, about, outbox in notices if about == case]
            assert of_case == sorted(of_case)
    assert set(OutboxRow.objects.values_list("pk", flat=True)) == set(Notice.objects.values_list("outbox", flat=True))


def test_relays_readers_and_writers_at_once_never_wait_in_a_circle(
    everything: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "BATCH", 7)
    people = [everything.screener, *(make_person(f"s{n}", everything.district, Role.SCREENER) for n in range(4))]
    cases = [everything.file().pk for _ in range(5)]

    def write(seed: int) -> int:
        choose = random.Random(seed)  # noqa: S311 - not a secret
        with psycopg.connect(database_url(), autocommit=True) as writing:
            for _ in range(60):
                writing.execute(_WRITE, [choose.choice(cases)])
        return 60

    def read(reader: User, seed: int) -> int:
        choose = random.Random(seed)  # noqa: S311 - not a secret
        for _ in range(60):
            mark_read(reader, choose.randint(1, 100))
            mark_all_read(reader, choose.randint(1, 100))
        return 0

    acts = [lambda seed=seed: write(seed) for seed in range(2)]
    acts += [lambda n=n, reader=reader: read(reader, n) for n, reader in enumerate(people[:3])]
    acts += [lambda: sum(relay() for _ in range(20))] * 3
    together(*acts)
    relay()
    assert not OutboxRow.objects.filter(failures__gt=0).exists()
    assert_told_rightly()
    assert {len(numbers(person)) for person in people} == {125}
