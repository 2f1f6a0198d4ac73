"""Wake-ups: what is said is what is heard, after the commit, and nothing can fail by it."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.support.live import database_url
from tests.support.wakes import wakes
from workflows.models import OutboxRow
from workflows.wakeups import _IDS_AT_ONCE, CHANNEL, About, WakeUp, _send, parse, wake

LONGEST_NOTIFY = 7_999  # bytes; PostgreSQL's limit
ids = st.lists(st.integers(0, 10**18 - 1), min_size=1, max_size=5)


@pytest.fixture
def listener(transactional_db: None) -> Iterator["psycopg.Connection[Any]"]:
    """A connection of its own that listens."""
    with psycopg.connect(database_url(), autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        yield listening


def heard(listening: "psycopg.Connection[Any]") -> list[WakeUp | None]:
    """What was said until now: a word of our own is sent after it, and waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, 'end')", [CHANNEL])
    found = []
    for notify in listening.notifies(timeout=20):
        if notify.payload == "end":
            return found
        found.append(parse(notify.payload))
    raise AssertionError("the listener heard nothing")


# --- The text ---------------------------------------------------------------------------------------------------------
@given(st.sampled_from(About), ids)
def test_text_that_is_said_is_read_as_it_was_meant(about: About, some: list[int]) -> None:
    assert parse(about + ",".join(map(str, some))) == WakeUp(about, tuple(some))


@pytest.mark.parametrize(
    "text",
    ["", "c", "c,", "c1,", "c,1", "c1,,2", "c-1", "c+1", "c 1", "c1 ", "c1\n", "c1.0", "c1e3", "c0x1", "c1_0", "z1",
     "1", "C1", "cc1", "c١", "c๑", "c²", "end", "c1;n2", "c" + "9" * 5_000, "c1,None"],
)  # fmt: skip
def test_text_that_is_no_wake_up_is_none(text: str) -> None:
    assert parse(text) is None


@given(st.text("cnrx0123456789,-٣ \n", max_size=8) | st.text(max_size=12))
def test_any_text_is_read_or_none_and_raises_nothing(text: str) -> None:
    wake_up = parse(text)
    if wake_up is not None:
        assert text[0] == wake_up.about
        assert [int(part) for part in text[1:].split(",")] == list(wake_up.ids)


# --- Sending ----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("count", "sent"), [(0, []), (1, [1]), (400, [400]), (401, [400, 1]), (1_001, [400, 400, 201])]
)
def test_many_ids_go_in_parts_each_id_once(count: int, sent: list[int]) -> None:
    with wakes() as said:
        wake(About.NOTICES, [*range(count), *reversed(range(count))])
    assert [len(wake_up.ids) for wake_up in said] == sent
    assert [one for wake_up in said for one in wake_up.ids] == list(range(count))
    assert all(wake_up.about == About.NOTICES for wake_up in said)


def test_the_longest_part_fits_into_a_notify() -> None:
    longest = About.CASES + ",".join(["9" * 18] * _IDS_AT_ONCE)
    assert len(longest.encode()) <= LONGEST_NOTIFY
    assert parse(longest) is not None


@pytest.mark.django_db(transaction=True)
def test_wake_up_is_said_after_the_commit_and_not_before(listener: "psycopg.Connection[Any]") -> None:
    with transaction.atomic():
        wake(About.CASES, [7, 3])
        assert list(listener.notifies(timeout=0.2)) == []
    assert heard(listener) == [WakeUp(About.CASES, (3, 7))]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_wakes_nobody(listener: "psycopg.Connection[Any]") -> None:
    with transaction.atomic():
        wake(About.CASES, [1])
        transaction.set_rollback(True)
    with transaction.atomic():
        with transaction.atomic():
            wake(About.CASES, [2])
            transaction.set_rollback(True)
        wake(About.CASES, [3])
    assert heard(listener) == [WakeUp(About.CASES, (3,))]


@pytest.mark.django_db(transaction=True)
def test_wake_up_that_cannot_be_sent_hurts_nobody(
    listener: "psycopg.Connection[Any]", caplog: pytest.LogCaptureFixture
) -> None:
    with transaction.atomic():
        OutboxRow.objects.create(case=None, event="test", at=timezone.now())
        wake(About.CASES, range(10**30, 10**30 + 400))  # longer than PostgreSQL takes
        wake(About.CASES, [5])
    assert OutboxRow.objects.count() == 1
    assert "could not be sent" in caplog.text
    assert heard(listener) == [WakeUp(About.CASES, (5,))]
    _send("c" * 9_000)  # nor where there is no transaction
