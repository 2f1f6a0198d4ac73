"""How long is waited, whatever the message and however often."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.backoff import (
    FIRST_REST,
    FIRST_WAIT,
    LONGEST_REST,
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    MOST_FAILURES,
    rest,
    wait,
)


@given(st.integers(1, 32_767), st.uuids())
def test_wait_stays_between_half_a_minute_and_four_hours_by_a_tenth(attempts: int, key: UUID) -> None:
    assert 0.9 * FIRST_WAIT <= wait(attempts, key) <= 1.1 * LONGEST_WAIT
    assert wait(attempts, key) == wait(attempts, UUID(str(key)))


@given(st.integers(1, 30), st.uuids())
def test_wait_grows_until_it_is_the_longest(attempts: int, key: UUID) -> None:
    longer = wait(attempts + 1, key)
    assert longer > wait(attempts, key) or longer >= 0.9 * LONGEST_WAIT


@given(st.uuids())
def test_all_waits_of_a_message_are_about_a_day(key: UUID) -> None:
    whole = sum((wait(attempt, key) for attempt in range(1, MOST_ATTEMPTS)), timedelta(0))
    assert timedelta(hours=19) < whole < timedelta(hours=24)


@given(st.lists(st.uuids(), min_size=50, max_size=50, unique=True))
def test_what_failed_together_does_not_come_again_together(keys: list[UUID]) -> None:
    assert len({wait(3, key) for key in keys}) == len(keys)


def test_wait_before_any_attempt_is_refused() -> None:
    with pytest.raises(ValueError, match="follows"):
        wait(0, UUID(int=1))


@given(st.integers(0, 2**31))
def test_rest_begins_at_the_fifth_failure_and_doubles(failures: int) -> None:
    if failures < MOST_FAILURES:
        assert rest(failures) == timedelta(0)
    elif failures == MOST_FAILURES:
        assert rest(failures) == FIRST_REST
    else:
        assert rest(failures) == min(2 * rest(failures - 1), LONGEST_REST)
