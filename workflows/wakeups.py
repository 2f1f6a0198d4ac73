"""Waking whoever waits for news: after the commit, by ids only, and never so that anything could fail by it.

A wake-up may be lost: everything it speaks of is a row, and whoever listens looks at the rows every few seconds anyway.
It goes by PostgreSQL's NOTIFY, or where REDIS_URL is set by Redis (channels-redis); nothing else differs.
"""

import asyncio
import logging
import re
import threading
from collections.abc import Iterable
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection, transaction

logger = logging.getLogger(__name__)

CHANNEL = "sodsong_wake"
"""The channel of NOTIFY, and the group of the Redis layer."""

# A NOTIFY carries 8,000 bytes at the most.
_IDS_AT_ONCE = 400
_MOST_UNSENT = 500
# Ids fit into the database's bigint, and Python refuses to read numbers of thousands of digits.
_WAKE_UP = re.compile(r"[cnrx][0-9]{1,18}(,[0-9]{1,18})*")


class About(StrEnum):
    """What a wake-up is about; its ids are cases for the first, people for the others."""

    CASES = "c"
    NOTICES = "n"
    READ = "r"
    RIGHTS = "x"


class WakeUp(NamedTuple):
    """One wake-up as it was heard."""

    about: About
    ids: tuple[int, ...]


def wake(about: About, ids: Iterable[int]) -> None:
    """Send a wake-up once the transaction is committed. A failure is logged and hurts nobody: listeners also look."""
    found = sorted(set(ids))
    for start in range(0, len(found), _IDS_AT_ONCE):
        text = about + ",".join(map(str, found[start : start + _IDS_AT_ONCE]))
        # Not in the transaction: there a NOTIFY makes writers wait for each other.
        transaction.on_commit(partial(_send, text), robust=True)


def parse(text: str) -> WakeUp | None:
    """The wake-up in a text that was heard; None for a text that is none."""
    if not _WAKE_UP.fullmatch(text):
        return None
    return WakeUp(About(text[0]), tuple(map(int, text[1:].split(","))))


def _send(text: str) -> None:
    # Caught here, for `robust` cannot name a partial whose failure it wants to log, and fails by that itself.
    try:
        if settings.REDIS_URL:
            _redis.send(text)
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, text])
    except Exception as error:  # noqa: BLE001 - whatever was done is committed, and may not look as if it had failed
        logger.warning("a wake-up could not be sent: %r", error)


class _RedisSender:
    """A thread with the one event loop that speaks to Redis: whoever commits neither waits for it nor hears of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._unsent = 0

    def send(self, text: str) -> None:
        """Hand a text over. Beyond `_MOST_UNSENT` (Redis stalls) it is let go: the rows are there."""
        with self._lock:
            if self._unsent >= _MOST_UNSENT:
                return
            self._unsent += 1
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="wake-ups", daemon=True).start()
        asyncio.run_coroutine_threadsafe(self._publish(text), self._loop)

    async def _publish(self, text: str) -> None:
        layer = get_channel_layer()
        assert layer is not None
        try:
            await asyncio.wait_for(layer.group_send(CHANNEL, {"type": "wake", "text": text}), 5)
        except Exception as error:  # noqa: BLE001 - whatever Redis does, nobody may be hurt by it
            logger.warning("a wake-up could not be sent by Redis: %r", error)
        finally:
            with self._lock:
                self._unsent -= 1


_redis = _RedisSender()
