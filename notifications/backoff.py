"""How long is waited: before a message is tried again, and before a road that failed is. Pure."""

import hashlib
import math
from datetime import timedelta
from uuid import UUID

MOST_ATTEMPTS = 10
"""After so many a message is dead: the waits between them are about a day in all."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=4)
_GROWTH = 5
_SPREAD = 0.1
_FAR = 10  # by then either wait is the longest; a larger power would only overflow

MOST_FAILURES = 5
"""So many failures of a road in a row open its breaker."""
FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(minutes=30)


def wait(attempts: int, key: UUID) -> timedelta:
    """How long a message waits after its `attempts`-th try has failed (1 is the first).

    30 seconds, five times as long each time, four hours at the most; spread by a tenth up or down by its key, so that
    what failed together does not come again together, and the same at every calculation. Raises ValueError below 1.
    """
    if attempts < 1:
        raise ValueError("a wait follows an attempt")
    plain = min(FIRST_WAIT * math.pow(_GROWTH, min(attempts - 1, _FAR)), LONGEST_WAIT)
    drawn = int.from_bytes(hashlib.sha256(f"{key}:{attempts}".encode()).digest()[:4]) / 0xFFFFFFFF
    return plain * (1 - _SPREAD + 2 * _SPREAD * drawn)


def rest(failures: int) -> timedelta:
    """How long a road that failed so often in a row is left alone: not at all below five, then a minute, twice as
    long after each further failure, half an hour at the most."""
    if failures < MOST_FAILURES:
        return timedelta(0)
    return min(FIRST_REST * math.pow(2, min(failures - MOST_FAILURES, _FAR)), LONGEST_REST)
