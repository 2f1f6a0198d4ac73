"""Keeping a relay at work: woken as something happens, and looking by itself every few seconds."""

import asyncio
import contextlib
import logging

from django.db import connections

from notifications.live.listening import listen
from notifications.relay import relay
from workflows.wakeups import About, WakeUp

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 5


async def keep_relaying(stopping: asyncio.Event) -> None:
    """Relay until `stopping` is set. A database that is away is waited for: nothing is lost, the rows wait too."""
    woken = asyncio.Event()

    def heard(wake_up: WakeUp) -> None:
        if wake_up.about == About.CASES:
            woken.set()

    listener = asyncio.create_task(listen(heard, woken.set))
    stopped = asyncio.create_task(stopping.wait())
    try:
        while not stopping.is_set():
            woken.clear()
            try:
                await asyncio.to_thread(_relay)
            except Exception as error:  # noqa: BLE001 - it is tried again in a moment
                logger.warning("the relay failed and begins again: %r", error)
            waking = asyncio.create_task(woken.wait())
            await asyncio.wait([waking, stopped], timeout=SWEEP_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            waking.cancel()
    finally:
        for task in (listener, stopped):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def _relay() -> None:
    try:
        relay()
    finally:
        connections.close_all()
