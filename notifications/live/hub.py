"""The sockets of one process, and what wakes them."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol, TypeVar
from weakref import WeakKeyDictionary

from django.db import connections

from notifications.live import reading
from notifications.live.listening import listen
from notifications.live.reading import Batch, Changed, Person
from workflows.wakeups import About, WakeUp

logger = logging.getLogger(__name__)

T = TypeVar("T")

SIGNED_OUT = 4401
"""Closed because nobody is signed in (any more), or he has a right less: the page asks the server which."""
SWEEP_SECONDS = 5
# Sessions and posts are looked at every third sweep; a sign-out in this installation is heard of at once.
_RIGHTS_EVERY = 3
MOST_SOCKETS = 20
"""How many sockets of one person a process keeps; the oldest makes room."""
_CASES_GATHER_SECONDS = 0.2
_READERS = 2


class Socket(Protocol):
    """What the hub knows of a socket."""

    person: Person
    seen: int
    queue: bool
    numbers: bool
    cases: dict[int, str]

    def wake(self) -> None:
        """There may be rows."""

    def recount(self) -> None:
        """Something was read elsewhere."""

    def changed(self, what: str) -> None:
        """Something the page shows has changed."""

    def stale(self) -> None:
        """Whatever the page shows may have changed."""

    def end(self, code: int) -> None:
        """Close it."""


class Hub:
    """What one event loop knows of its sockets. `Hub.here()` is the one of the running loop."""

    _hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()

    def __init__(self) -> None:
        self.sockets: dict[int, list[Socket]] = defaultdict(list)
        self._asked: dict[tuple[int, int], asyncio.Future[Batch]] = {}
        self._answering: asyncio.Task[None] | None = None
        self._changed: set[int] = set()
        self._telling: asyncio.Task[None] | None = None
        self._threads = ThreadPoolExecutor(_READERS, thread_name_prefix="live")
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: list[asyncio.Task[None]] = []

    @classmethod
    def here(cls) -> "Hub":
        """The hub of the running event loop; it begins to listen when it is first asked for."""
        loop = asyncio.get_running_loop()
        hub = cls._hubs.get(loop)
        if hub is None:
            hub = cls._hubs[loop] = cls()
            hub._running = [
                loop.create_task(listen(hub.heard, hub.wake_all)),
                loop.create_task(hub._sweep()),
            ]
        return hub

    async def ask(self, question: Callable[..., T], *facts: object) -> T:
        """Ask the database in a thread. Raises what the question raises."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(_asked, question, *facts))

    # --- Sockets ------------------------------------------------------------------------------------------------------
    def add(self, socket: Socket, code_of_oldest: int) -> None:
        """A socket has opened. Beyond `MOST_SOCKETS` of one person the oldest is closed with that code."""
        mine = self.sockets[socket.person.user]
        mine.append(socket)
        for oldest in mine[:-MOST_SOCKETS]:
            oldest.end(code_of_oldest)

    def remove(self, socket: Socket) -> None:
        """A socket has closed."""
        mine = self.sockets.get(socket.person.user, [])
        if socket in mine:
            mine.remove(socket)
        if not mine:
            self.sockets.pop(socket.person.user, None)

    def everybody(self) -> list[Socket]:
        """All sockets of this process."""
        return [socket for sockets in self.sockets.values() for socket in sockets]

    # --- Rows: many sockets, one question -----------------------------------------------------------------------------
    async def rows_after(self, user: int, seen: int) -> Batch:
        """The next rows of a person. Who asks while others wait for an answer is asked for together with them."""
        asked = self._asked.get((user, seen))
        if asked is None:
            asked = self._asked[user, seen] = asyncio.get_running_loop().create_future()
            if self._answering is None or self._answering.done():
                self._answering = self._begin(self._answer())
        return await asyncio.shield(asked)

    async def _answer(self) -> None:
        while self._asked:
            # A moment, for one event wakes many.
            await asyncio.sleep(0.002)
            asked, self._asked = self._asked, {}
            try:
                batches = await self.ask(reading.rows_after, list(asked))
            except Exception as error:  # noqa: BLE001 - each who asked is told
                for future in asked.values():
                    if not future.done():
                        future.set_exception(error)
                        future.exception()  # one whose socket has gone meanwhile is told nothing
                continue
            for future, batch in zip(asked.values(), batches, strict=True):
                if not future.done():
                    future.set_result(batch)

    # --- Wake-ups -----------------------------------------------------------------------------------------------------
    def heard(self, wake_up: WakeUp) -> None:
        """A wake-up has come."""
        match wake_up.about:
            case About.CASES:
                self._changed.update(wake_up.ids)
                if self._telling is None or self._telling.done():
                    self._telling = self._begin(self._tell_of_changes())
            case About.NOTICES:
                for socket in self._of(wake_up.ids):
                    socket.wake()
            case About.READ:
                for socket in self._of(wake_up.ids):
                    socket.recount()
            case About.RIGHTS:
                self._begin(self._end_the_gone(self._of(wake_up.ids)))

    def wake_all(self) -> None:
        """The listener was away: everybody looks, and what a page shows may be old."""
        for socket in self.everybody():
            socket.recount()
            socket.stale()

    def _of(self, users: Iterable[int]) -> list[Socket]:
        return [socket for user in users for socket in self.sockets.get(user, ())]

    async def _sweep(self) -> None:
        """Whatever was not heard is found here."""
        times = 0
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            times += 1
            if not self.sockets:
                continue
            try:
                last = await self.ask(reading.last_numbers, list(self.sockets))
                for socket in self.everybody():
                    if last.get(socket.person.user, 0) > socket.seen:
                        socket.wake()
                if times % _RIGHTS_EVERY == 0:
                    await self._end_the_gone(self.everybody())
            except Exception as error:  # noqa: BLE001 - the next sweep finds it
                logger.warning("a sweep of the sockets failed: %r", error)

    async def _end_the_gone(self, sockets: list[Socket]) -> None:
        gone = await self.ask(reading.gone, {socket.person for socket in sockets})
        for socket in sockets:
            if socket.person in gone:
                socket.end(SIGNED_OUT)

    async def _tell_of_changes(self) -> None:
        while self._changed:
            await asyncio.sleep(_CASES_GATHER_SECONDS)
            cases, self._changed = self._changed, set()
            if self.sockets:
                await self._tell_of(cases)

    async def _tell_of(self, cases: set[int]) -> None:
        changes = await self.ask(reading.changed_cases, cases)
        to_tell = [(socket, change, what) for change in changes for socket, what in self._watching(change)]
        # Of the case that a page shows always: it may have gone elsewhere since.
        doubtful = {(socket.person.user, change.case) for socket, change, what in to_tell if _doubtful(change, what)}
        sees = await self.ask(reading.who_sees, doubtful) if doubtful else set()
        for socket, change, what in to_tell:
            if not _doubtful(change, what) or (socket.person.user, change.case) in sees:
                socket.changed(what)

    def _watching(self, change: Changed) -> Iterable[tuple[Socket, str]]:
        for socket in self.everybody():
            if change.case in socket.cases:
                yield socket, socket.cases[change.case]
            if (socket.queue or socket.numbers) and change.seen_from & socket.person.posts:
                if socket.queue:
                    yield socket, "queue"
                if socket.numbers:
                    yield socket, "numbers"

    def _begin(self, work: Awaitable[None]) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _doubtful(change: Changed, what: str) -> bool:
    return change.guarded or what.startswith("case:")


async def _quietly(work: Awaitable[None]) -> None:
    try:
        await work
    except Exception as error:  # noqa: BLE001 - a hint that was lost; the sweep finds the rows
        logger.warning("a wake-up could not be followed: %r", error)


def _asked(question: Callable[..., T], *facts: object) -> T:
    try:
        return question(*facts)
    finally:
        # Back into the pool: a thread that waits for the next question keeps no connection.
        connections.close_all()
