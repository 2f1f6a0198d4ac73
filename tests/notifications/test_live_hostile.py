"""Sockets of people who mean no good, or whose line is bad: they end themselves, and hurt nobody else."""

import asyncio
import base64
import contextlib
import json
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from notifications.live.consumer import MOST_MESSAGES, NOT_OURS, TOO_MANY_TABS
from notifications.live.hub import MOST_SOCKETS, SIGNED_OUT
from notifications.models import Notice
from notifications.relay import relay
from organisations.middleware import ACTIVE_AT
from organisations.models import Holding, User
from tests.support.live import Process, Tab, open_socket, processes, run, sign_in, until, web
from tests.support.world import World, build_world, make_person
from workflows.models import Case, Conflict
from workflows.wakeups import About, wake

pytestmark = pytest.mark.django_db(transaction=True)


@contextlib.contextmanager
def server(*more: str) -> Iterator[Process]:
    """A web server of its own for a test; `more`: further arguments for it."""
    with processes() as started:
        process = web()
        process.arguments += more
        started.append(process.start())
        yield process


@contextlib.asynccontextmanager
async def tabs(port: int, *sessions: str, shows: list[str] | None = None) -> AsyncIterator[list[Tab]]:
    """A tab for each of these sessions, each greeted already."""
    opened = [Tab([port], session, shows) for session in sessions]
    running = [asyncio.create_task(tab.run()) for tab in opened]
    try:
        await until(lambda: all(tab.said for tab in opened))
        yield opened
    finally:
        for task in running:
            task.cancel()


async def told(world: World, *watching: Tab) -> Case:
    """Register a case; wait until each of these tabs of the screener has the row."""
    before = [len(tab.rows) for tab in watching]

    def register() -> Case:
        case = world.file()
        relay()
        return case

    case = await sync_to_async(register)()
    await until(lambda: all(len(tab.rows) > had for tab, had in zip(watching, before, strict=True)))
    return case


async def code_of(ended: ClientConnection, seconds: float = 20) -> int:
    """The code with which a socket is closed; what it still says is passed over."""
    async with asyncio.timeout(seconds):
        with contextlib.suppress(ConnectionClosed):
            while True:
                await ended.recv()
    return ended.close_code or 1006


async def refused_with(port: int, **how: Any) -> int:
    """The status with which a handshake is refused."""
    with pytest.raises(InvalidStatus) as caught:
        await open_socket(port, **how)
    return caught.value.response.status_code


def walk(process: Process, way: Callable[[int], Awaitable[None]]) -> None:
    """Go a way with a server, which must still live at its end."""
    run(way(process.port))  # type: ignore[arg-type]  # a coroutine
    assert process.running is not None
    assert process.running.poll() is None


def memory_of(process: Process) -> int:
    """What a process holds in memory, in bytes."""
    assert process.running is not None
    pages = Path(f"/proc/{process.running.pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def sockets_of(process: Process) -> int:
    """How many sockets a process has open."""
    assert process.running is not None
    found = 0
    for handle in Path(f"/proc/{process.running.pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found += str(handle.readlink()).startswith("socket:")
    return found


# --- At the door ------------------------------------------------------------------------------------------------------
def test_handshake_of_strangers_is_refused() -> None:
    world = build_world()
    session = sign_in(world.screener)

    async def way(port: int) -> None:
        for nobody in ("", "0" * 32, "x" * 5000, "a\xe9", "' OR 1=1 --"):
            async with open_socket(port, nobody) as shut:
                assert await code_of(shut) == SIGNED_OUT
        for origin in ("https://elsewhere.example", "http://127.0.0.1.elsewhere.example", "null", "file://"):
            assert await refused_with(port, session=session, origin=origin) == 403
        for seen in ("-1", "x", "1e3", "9" * 400, "%00", "1&seen=2"):
            async with open_socket(port, session, seen) as greeted:  # type: ignore[arg-type]
                assert json.loads(await greeted.recv())["hello"] == 0
        for path in ("/live", "/live/x/", "/", "/notices/", "//live/"):
            reading, writing = await asyncio.open_connection("127.0.0.1", port)
            writing.write(handshake(port, session, path))
            status = (await asyncio.wait_for(reading.readline(), 20)).split()[1]
            assert status == b"403", path
            writing.close()

    with server() as process:
        walk(process, way)


def handshake(port: int, session: str, path: str = "/live/") -> bytes:
    """The words with which a browser asks for a socket."""
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
        f"Cookie: sessionid={session}\r\n\r\n"
    ).encode()


# --- What they say ----------------------------------------------------------------------------------------------------
GARBAGE: list[Any] = [
    "", "garbage", "[]", "null", "{}", "1e999", '{"shows": "queue"}', '{"shows": [1]}', '{"shows": [["queue"]]}',
    '{"shows": ["case:../../etc"]}', '{"shows": ["case:0123456789AB\\u0000"]}', '{"shows": ["\\ud800"]}',
    json.dumps({"shows": ["queue"] * 11}), '{"shows": []}' + " " * 2048, "[" * 2000, '{"a":' * 400, "9" * 2000,
    b"", b"\x00\xff", b'{"shows": ["queue"]}', "x" * 4097, b"x" * 4097, "x" * 10_000_000,
]  # fmt: skip


def test_garbage_ends_its_socket_and_nobody_elses() -> None:
    world = build_world()
    session, other = sign_in(world.screener), sign_in(world.screener)

    async def way(port: int) -> None:
        async with tabs(port, other) as (calm,):
            for text in GARBAGE:
                async with open_socket(port, session) as bad:
                    with contextlib.suppress(ConnectionClosed):
                        await bad.send(text)
                    assert await code_of(bad) in {NOT_OURS, 1009}, text[:40]
            # The end of a message that never began, bits that mean nothing, and words that are not masked.
            for raw in (b"\x80\x80aaaa", b"\xff\xff\xff\xff", b"\x81\x05hello"):
                assert await cut_after(port, session, raw)
            await told(world, calm)
            assert calm.codes == []

    with server() as process:
        walk(process, way)


async def cut_after(port: int, session: str, raw: bytes) -> bool:
    """Whether the connection is ended after these bytes, which are no right frames."""
    reading, writing = await asyncio.open_connection("127.0.0.1", port)
    writing.write(handshake(port, session))
    await asyncio.wait_for(reading.readuntil(b"\r\n\r\n"), 20)
    writing.write(raw)
    async with asyncio.timeout(20):
        await reading.read()
    writing.close()
    return True


def test_who_floods_is_closed_and_who_says_what_he_shows_is_not() -> None:
    world = build_world()
    session, other = sign_in(world.screener), sign_in(world.screener)

    async def way(port: int) -> None:
        async with tabs(port, other) as (calm,), open_socket(port, session) as flooding:
            for _ in range(MOST_MESSAGES):
                await flooding.send('{"shows": ["queue", "numbers"]}')
            await told(world, calm)
            while "rows" not in json.loads(await asyncio.wait_for(flooding.recv(), 20)):
                pass
            with contextlib.suppress(ConnectionClosed):
                for _ in range(3000):
                    await flooding.send('{"shows": ["queue"]}')
            assert await code_of(flooding) == NOT_OURS
            await told(world, calm)
            assert calm.codes == []

    with server() as process:
        walk(process, way)


# --- Too many ---------------------------------------------------------------------------------------------------------
def test_too_many_tabs_of_one_person_close_his_oldest() -> None:
    world = build_world()
    session, other = sign_in(world.head), sign_in(world.screener)

    async def way(port: int) -> None:
        async with tabs(port, other) as (calm,), contextlib.AsyncExitStack() as stack:
            opened = [
                await stack.enter_async_context(open_socket(port, session)) for _ in range(10 * MOST_SOCKETS + 10)
            ]
            codes = await asyncio.gather(*(code_of(oldest) for oldest in opened[:-MOST_SOCKETS]))
            assert set(codes) == {TOO_MANY_TABS}
            await told(world, calm)
            for young in opened[-MOST_SOCKETS:]:
                assert json.loads(await asyncio.wait_for(young.recv(), 20))["hello"] == 0
            assert [young.close_code for young in opened[-MOST_SOCKETS:]] == [None] * MOST_SOCKETS
            assert calm.codes == []

    with server() as process:
        walk(process, way)


def test_connections_that_say_nothing_keep_nobody_out() -> None:
    world = build_world()
    session = sign_in(world.screener)

    async def way(port: int) -> None:
        mute = [await asyncio.open_connection("127.0.0.1", port) for _ in range(200)]
        half = [await asyncio.open_connection("127.0.0.1", port) for _ in range(200)]
        for _reading, writing in half:
            writing.write(handshake(port, session)[:120])
        async with tabs(port, session) as (calm,), open_socket(port, session):  # the second never says a word
            await told(world, calm)
        for _reading, writing in mute + half:
            writing.close()

    with server() as process:
        walk(process, way)


# --- Who does not read ------------------------------------------------------------------------------------------------
MANY = 10_000


def write_many(user: User, case: Case) -> None:
    """So many notices of one person that no buffer of a machine takes them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH told AS (INSERT INTO workflows_outboxrow (case_id, event, facts, at, failures, relayed_at)"
            " SELECT %s, 'register', '{}', now(), 0, now() FROM generate_series(1, %s) RETURNING id)"
            " INSERT INTO notifications_notice (recipient_id, number, outbox_id, case_id, event, facts, at, told_at)"
            " SELECT %s, row_number() OVER (), id, %s, 'register', '{}', now(), now() FROM told",
            [case.pk, MANY, user.pk, case.pk],
        )
        cursor.execute("INSERT INTO notifications_noticecounter (recipient_id, last) VALUES (%s, %s)", [user.pk, MANY])
    wake(About.NOTICES, [user.pk])


async def deaf(port: int, session: str) -> socket.socket:
    """A socket whose owner never reads, with the smallest room for what is sent to him."""
    ear = socket.socket()
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    await asyncio.to_thread(ear.connect, ("127.0.0.1", port))
    ear.sendall(handshake(port, session))
    answer = await asyncio.to_thread(ear.recv, 30)
    assert answer.startswith(b"HTTP/1.1 101"), answer
    return ear


@pytest.mark.parametrize("pings", [True, False])
def test_who_never_reads_is_cut_off_and_costs_no_memory(pings: bool) -> None:
    world = build_world()
    session, other = sign_in(world.head), sign_in(world.screener)
    case = world.file()
    relay()
    Notice.objects.all().delete()

    async def way(port: int) -> None:
        async with tabs(port, other) as (calm,):
            before, used = sockets_of(process), memory_of(process)
            ears = [await deaf(port, session) for _ in range(10)]
            assert sockets_of(process) == before + 10
            await sync_to_async(write_many)(world.head, case)
            await told(world, calm)
            # Well after the last of them can have been cut off: 15 s of sending, 5 of goodbye, 5 of grace.
            give_up = time.monotonic() + 60
            while sockets_of(process) > before and time.monotonic() < give_up:
                assert memory_of(process) - used < 60_000_000
                await asyncio.sleep(0.2)
            assert sockets_of(process) == before
            await told(world, calm)
            assert calm.codes == []
            for ear in ears:
                ear.close()

    with server("--ws-ping-interval", "2" if pings else "0", "--ws-ping-timeout", "2") as process:
        walk(process, way)


# --- Who may not any more ---------------------------------------------------------------------------------------------
def test_who_loses_his_session_or_a_right_is_closed() -> None:
    world = build_world()
    names = ("idle", "deactivated", "password", "post", "signed_out", "expired")
    people = {name: make_person(name, world.district, "officer") for name in names}
    sessions = {name: sign_in(user) for name, user in people.items()}
    calm_session = sign_in(world.screener)

    def idle() -> None:
        row = Session.objects.get(session_key=sessions["idle"])
        data = row.get_decoded() | {ACTIVE_AT: int(time.time()) - 31 * 60}
        Session.objects.filter(pk=row.pk).update(session_data=Session.objects.encode(data))

    def lose() -> None:
        # As an administrator does it, and as other programs do, which send no signal.
        idle()
        User.objects.filter(pk=people["deactivated"].pk).update(is_active=False)
        people["password"].set_password("a new one of mine")
        people["password"].save()
        Holding.objects.filter(user=people["post"]).delete()
        Session.objects.filter(session_key=sessions["signed_out"]).delete()
        Session.objects.filter(session_key=sessions["expired"]).update(expire_date=timezone.now())

    async def way(port: int) -> None:
        async with tabs(port, *sessions.values()) as ending, tabs(port, calm_session) as (calm,):
            await sync_to_async(lose)()
            await until(lambda: all(tab.codes for tab in ending), 60)
            assert {name: tab.codes[0] for name, tab in zip(names, ending, strict=True)} == dict.fromkeys(
                names, SIGNED_OUT
            )
            await told(world, calm)
            assert calm.codes == []

    with server() as process:
        walk(process, way)


def test_who_may_not_see_a_case_has_no_hint_of_it() -> None:
    world = build_world()
    barred = make_person("barred", world.district, "officer")
    leaves = make_person("leaves", world.district, "officer")
    plain, open_case, hidden, secret = world.file(), world.file(), world.file(), world.file(world.corruption)
    Conflict.objects.create(user=barred, case=hidden, at=timezone.now())
    shows = ["queue", "numbers", *(f"case:{case.public_id}" for case in (plain, open_case, hidden, secret))]
    blind = [sign_in(user) for user in (world.stranger, world.administrator)]
    seers = [sign_in(user) for user in (world.officer, barred, leaves)]

    def hints(tab: Tab) -> set[str]:
        return {what for said in tab.said for what in said.get("changed", ())}

    async def touched(case: Case, *seeing: Tab) -> None:
        async with asyncio.timeout(30):
            while not all(f"case:{case.public_id}" in hints(tab) for tab in seeing):
                await sync_to_async(wake)(About.CASES, [case.pk])
                await asyncio.sleep(0.3)  # again, for what a page shows is heard when it is

    async def way(port: int) -> None:
        async with tabs(port, *blind, shows=shows) as blinds, tabs(port, *seers, shows=shows) as (sees, bars, left):
            await touched(hidden, sees, left)
            assert hints(bars) == set()
            await sync_to_async(Conflict.objects.create)(user=leaves, case=open_case, at=timezone.now())
            await sync_to_async(wake)(About.CASES, [plain.pk, secret.pk])
            await touched(open_case, sees, bars)
            await asyncio.sleep(0.5)  # all are told at once: whoever has heard nothing by now is told nothing
            assert f"case:{open_case.public_id}" not in hints(left)
            assert f"case:{secret.public_id}" not in hints(sees) | hints(bars) | hints(left)
            assert [hints(tab) for tab in blinds] == [set(), set()]

    with server() as process:
        walk(process, way)


def test_conflict_declared_after_the_notice_keeps_the_row_back() -> None:
    world = build_world()
    session = sign_in(world.screener)
    barred, seen = world.file(), world.file()
    relay()
    Conflict.objects.create(user=world.screener, case=barred, at=timezone.now())

    async def way(port: int) -> None:
        async with open_socket(port, session, 0) as late:
            assert json.loads(await late.recv())["hello"] == 0
            rows = json.loads(await asyncio.wait_for(late.recv(), 20))
            assert [row["n"] for row in rows["rows"]] == [2]
            assert rows["upto"] == 2
            assert seen.number in rows["rows"][0]["text"]

    with server() as process:
        walk(process, way)
