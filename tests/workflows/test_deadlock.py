"""Transactions that PostgreSQL gives up for others are tried again, and told in a sentence when that never helps."""

import pytest
from django.db import OperationalError
from psycopg.errors import DeadlockDetected, DiskFull

from workflows import transitions
from workflows.refusals import Busy
from workflows.transitions import without_deadlock


def given_up(error: type[Exception]) -> OperationalError:
    raised = OperationalError("given up")
    raised.__cause__ = error()
    return raised


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(transitions.time, "sleep", slept.append)
    return slept


@pytest.mark.django_db(transaction=True)
def test_it_is_tried_again_after_pauses_of_no_fixed_length(pauses: list[float]) -> None:
    for _ in range(20):
        left = [given_up(DeadlockDetected) for _ in range(3)]

        def once(left: list[OperationalError] = left) -> str:
            if left:
                raise left.pop()
            return "done"

        assert without_deadlock(once) == "done"
    assert len(set(pauses)) == len(pauses) == 60


@pytest.mark.django_db(transaction=True)
def test_somebody_who_never_comes_through_is_told_so(pauses: list[float]) -> None:
    def once() -> None:
        raise given_up(DeadlockDetected)

    with pytest.raises(Busy):
        without_deadlock(once)
    assert len(pauses) == 5


@pytest.mark.django_db(transaction=True)
def test_other_trouble_is_not_tried_again(pauses: list[float]) -> None:
    def once() -> None:
        raise given_up(DiskFull)

    with pytest.raises(OperationalError):
        without_deadlock(once)
    assert pauses == []
