"""Hearing wake-ups: one listener a process, over PostgreSQL's LISTEN or, where REDIS_URL is set, over Redis."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable
from typing import Any

import psycopg
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection
from psycopg import sql

from workflows.wakeups import CHANNEL, WakeUp, parse

logger = logging.getLogger(__name__)

_LONGEST_PAUSE = 5.0
# What the operating system is told, so that a database that vanished without a word is noticed within half a minute.
_KEEPALIVES = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


async def listen(heard: Callable[[WakeUp], None], connected: Callable[[], None]) -> None:
    """Call `heard` for every wake-up, until cancelled. A cut connection is opened again, for ever.

    connected: called after each (new) connection, for what was said meanwhile was not heard.
    """
    pause = 0.1
    while True:
        try:
            async with contextlib.aclosing(_texts()) as texts:
                async for text in texts:
                    if text is None:
                        pause = 0.1
                        connected()
                    elif wake_up := parse(text):
                        heard(wake_up)
        except Exception as error:  # noqa: BLE001 - whatever cut it: the rows are there, and the sweep finds them
            logger.warning("the listener lost its connection and opens a new one: %r", error)
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def _texts() -> AsyncGenerator[str | None]:
    """What is said, after a None that says that somebody listens now."""
    return _from_redis() if settings.REDIS_URL else _from_postgres()


async def _from_postgres() -> AsyncGenerator[str | None]:
    parameters: dict[str, Any] = {
        name: value
        for name, value in connection.get_connection_params().items()
        if name not in {"cursor_factory", "context", "prepare_threshold"}
    }
    listening = await psycopg.AsyncConnection.connect(**{**_KEEPALIVES, **parameters}, autocommit=True)
    async with listening:
        await listening.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
        yield None
        async for notify in listening.notifies():
            yield notify.payload


async def _from_redis() -> AsyncGenerator[str | None]:
    layer = get_channel_layer()
    assert layer is not None
    try:
        name = await layer.new_channel()
        await layer.group_add(CHANNEL, name)
        yield None
        while True:
            message = await layer.receive(name)
            yield message["text"]
    finally:
        # The channel of an attempt that failed would gather for ever what nobody takes from it.
        await layer.flush()
