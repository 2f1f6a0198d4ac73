"""Real servers for the live tests: uvicorn processes on the test database, and a browser's socket without a browser."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from organisations.middleware import ACTIVE_AT
from organisations.models import User

T = TypeVar("T")


def database_url() -> str:
    """The address of the database this test runs on, for another process."""
    parameters = connection.get_connection_params()
    host, name = parameters.get("host", "127.0.0.1"), parameters["dbname"]
    user, password = parameters.get("user", ""), parameters.get("password", "")
    who = f"{quote(user)}:{quote(password)}@" if password else f"{quote(user)}@" if user else ""
    if host.startswith("/"):
        return f"postgresql://{who}/{name}?host={quote(host, safe='')}"
    return f"postgresql://{who}{host}:{parameters.get('port', 5432)}/{name}"


def environment(redis: str = "") -> dict[str, str]:
    """What a process of ours is started with, so that it works on the test database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis,
        "PYTHONUNBUFFERED": "1",
    }


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Process:
    """One process of ours that can be killed and started again."""

    arguments: list[str]
    redis: str = ""
    port: int = 0
    running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> "Process":
        """Start it, and wait until a server listens."""
        self.running = subprocess.Popen(
            self.arguments, env=environment(self.redis), cwd=settings.BASE_DIR, stdout=sys.stderr, stderr=sys.stderr
        )
        give_up = time.monotonic() + 60
        while self.port and time.monotonic() < give_up:
            assert self.running.poll() is None, "the process ended by itself"
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                break
            time.sleep(0.05)
        return self

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it, without a word unless another signal is named."""
        if self.running is not None and self.running.poll() is None:
            self.running.send_signal(how)
            self.running.wait(30)


@contextlib.contextmanager
def processes() -> Iterator[list[Process]]:
    """A list of what was started, so that all of it ends."""
    started: list[Process] = []
    try:
        yield started
    finally:
        for process in started:
            process.kill()


def web(port: int | None = None, redis: str = "") -> Process:
    """A web server as an installation runs it."""
    port = port or free_port()
    arguments = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--host", "127.0.0.1", "--port", str(port)]
    arguments += ["--ws", "config.sockets:SocketProtocol", "--ws-max-size", "4096"]
    arguments += ["--no-access-log", "--log-level", "warning"]
    return Process(arguments, redis, port)


def relayer(redis: str = "") -> Process:
    """`manage.py relay`."""
    return Process([sys.executable, "manage.py", "relay"], redis)


def redis_server() -> Process:
    """A Redis of the test's own, that may be stopped. Its address: `redis_address`."""
    port = free_port()
    arguments = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    return Process([*arguments, "--loglevel", "warning"], port=port)


def redis_address(server: Process) -> str:
    """What REDIS_URL names it by."""
    return f"redis://127.0.0.1:{server.port}/0"


def sign_in(user: User) -> str:
    """The session key of somebody who has just signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[ACTIVE_AT] = int(time.time())
    session.create()
    return str(session.session_key)


class Tab:
    """A tab of a browser: a socket that comes again when it is cut, and goes on after the last row it saw.

    `rows` are all rows in the order in which they came; `doubled` the numbers of those that were sent although they had
    been seen; `said` everything else.
    """

    def __init__(self, ports: list[int], session: str, shows: list[str] | None = None) -> None:
        self.ports, self.session, self.shows = ports, session, shows or []
        self.seen = 0
        self.rows: list[dict[str, Any]] = []
        self.doubled: list[int] = []
        self.said: list[dict[str, Any]] = []
        self.codes: list[int] = []
        self.socket: ClientConnection | None = None
        self._turn = 0

    @property
    def numbers(self) -> list[int]:
        """The numbers of the rows, in the order in which they came."""
        return [row["n"] for row in self.rows]

    async def run(self) -> None:
        """Come again and again, until cancelled, or closed with a code after which a page does not."""
        while not self.codes or self.codes[-1] not in {4401, 4429}:
            port = self.ports[self._turn % len(self.ports)]
            self._turn += 1
            with contextlib.suppress(OSError, TimeoutError, WebSocketException, EOFError):
                await self._sit(port)
            await asyncio.sleep(0.1)

    async def _sit(self, port: int) -> None:
        async with open_socket(port, self.session, self.seen) as self.socket:
            if self.shows:
                await self.socket.send(json.dumps({"shows": self.shows}))
            try:
                async for text in self.socket:
                    self._take(json.loads(text))
            finally:
                self.codes.append(self.socket.close_code or 1006)

    def drop(self) -> None:
        """Cut the line, without a word to the server."""
        if self.socket is not None:
            self.socket.transport.abort()

    def _take(self, message: dict[str, Any]) -> None:
        if "rows" in message:
            # As live.js does: a row that is not after the last one was seen already.
            self.rows += [row for row in message["rows"] if row["n"] > self.seen]
            self.doubled += [row["n"] for row in message["rows"] if row["n"] <= self.seen]
            self.seen = max(self.seen, message["upto"])
        else:
            self.said.append(message)


def open_socket(port: int, session: str, seen: int | None = None, origin: str | None = None) -> connect:
    """A socket of somebody signed in, as a page of ours opens it."""
    address = f"ws://127.0.0.1:{port}/live/" + ("" if seen is None else f"?seen={seen}")
    return connect(
        address,
        origin=origin or f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
        additional_headers={"Cookie": f"sessionid={session}"} if session else {},
        open_timeout=20,
        ping_interval=None,
    )


def run(work: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run` in a thread of its own: where a browser test was before, this one has an event loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def in_thread(act: Callable[..., T], *facts: Any) -> T:
    """Do something with the database beside the event loop; its connection is given back."""

    def done() -> T:
        try:
            return act(*facts)
        finally:
            connections.close_all()

    return await asyncio.to_thread(done)


def cut(sql: str) -> int:
    """End the other sessions of this database that the statement chooses by their `pid`. Out: how many."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(pg_terminate_backend(pid)) FROM ({sql}) AS chosen")  # noqa: S608
        return int(cursor.fetchone()[0])


LISTENERS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'LISTEN%'"
"""For `cut`: whoever waits for wake-ups."""
RELAYING = """
SELECT DISTINCT pid FROM pg_locks
WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
"""For `cut`: whoever holds or awaits the lock of the relay, in the middle of whatever he does."""


async def until(condition: Any, seconds: float = 20) -> None:
    """Wait until something is so. Raises AssertionError when it does not come."""
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it did not come"
        await asyncio.sleep(0.02)
