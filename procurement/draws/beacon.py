"""Rounds of the drand beacon: when a round is published, and which one a moment asks for. Pure.

drand's network "quicknet" publishes a round every three seconds since 23 August 2023
(https://docs.drand.love/blog/quicknet-live-on-loe-mainnet). Its `randomness` is what a draw takes.
"""

from datetime import UTC, datetime, timedelta

NETWORK = "drand quicknet"
CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
"""The hash by which the network's own pages and mirrors name its chain."""
_GENESIS = datetime.fromtimestamp(1692803367, UTC)
_PERIOD = timedelta(seconds=3)
LAST_ROUND = 10**10
"""Beyond the year 2900: far enough, and a moment that Python can still name."""


def moment_of(round_number: int) -> datetime:
    """When a round (from 1) is published, in UTC. Raises ValueError for what is no round."""
    if not 1 <= round_number <= LAST_ROUND:
        raise ValueError("no round has this number")
    return _GENESIS + (round_number - 1) * _PERIOD


def round_at(moment: datetime) -> int:
    """The first round that is published at this moment or after it. moment: with its zone. Raises ValueError for one
    so late that there is no round for it."""
    number = max(1, -((_GENESIS - moment) // _PERIOD) + 1)
    moment_of(number)
    return number
