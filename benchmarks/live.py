"""News on their way: from a commit to the pages, beside plain Channels; and what a notice costs. A process of its own.

Real servers, a real relay, sockets on this machine. Everything but the wake-up is the same for NOTIFY and for Redis.
"""

import asyncio
import json
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any
from unittest.mock import patch

import django

from benchmarks.measuring import Figures, hand_back, percentile, say

CLIENTS = (1, 100, 1_000)
BURST = 2_000
# The fewer listen, the more often: a figure of a thousand sockets is a thousand times already.
ROUNDS = {1: 30, 100: 10, 1_000: 4}
PATIENCE = 120
EVERYBODY, ONE = "everybody", "one"


class Clients:
    """Sockets, and what came when: (seconds after `begin`) of every row since."""

    def __init__(self) -> None:
        self.ready = 0
        self.begun = 0.0
        self.arrived: list[float] = []

    def begin(self) -> None:
        """What comes from now on is counted from now on."""
        self.begun, self.arrived = time.perf_counter(), []

    async def sit(self, opened: Any) -> None:
        """One socket, as long as it lasts."""
        async with opened as socket:
            async for text in socket:
                message = json.loads(text)
                if "hello" in message:
                    self.ready += 1
                else:
                    came = len(message.get("rows", "1"))
                    self.arrived += [time.perf_counter() - self.begun] * came

    async def until(self, condition: Callable[[], bool], patience: float = PATIENCE) -> bool:
        """Whether it came true in time; patience in seconds."""
        give_up = time.monotonic() + patience
        while not condition() and time.monotonic() < give_up:
            await asyncio.sleep(0.002)
        return condition()


@asynccontextmanager
async def sitting(clients: Clients, sockets: list[Any]) -> AsyncIterator[None]:
    """All these sockets are open."""
    tasks = []
    for start in range(0, len(sockets), 50):
        tasks += [asyncio.create_task(clients.sit(socket)) for socket in sockets[start : start + 50]]
        await clients.until(lambda: clients.ready == len(tasks))  # noqa: B023 - awaited here
    if clients.ready != len(sockets):
        sys.exit(f"error: only {clients.ready} of {len(sockets)} sockets opened.")
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def rounds(clients: Clients, many: int, send: Callable[[str], Any]) -> Figures:
    """Events to everybody and to one, one after the other. Out: p50, p99 in ms, how many of the rows came."""
    found: Figures = {}
    for to, expected in ((EVERYBODY, many), (ONE, 1)):
        times: list[float] = []
        for n in range(ROUNDS[many] + 1):
            await send(to)
            await clients.until(lambda expected=expected: len(clients.arrived) >= expected)
            times += clients.arrived if n else []  # the first warms up
        found[to] = {
            "p50_ms": round(percentile(times, 0.5) * 1000, 1),
            "p99_ms": round(percentile(times, 0.99) * 1000, 1),
            "came": len(times),
            "of": expected * ROUNDS[many],
        }
    return found


# --- Ours -------------------------------------------------------------------------------------------------------------
class House:
    """As many screeners as clients, in units of all, of a hundred and of one; a case in each."""

    def __init__(self) -> None:
        from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
        from django.core.management import call_command

        from organisations.actions import rebuild_reach
        from organisations.models import Holding, Post, Role, User
        from tests.support.live import sign_in
        from tests.support.world import ALWAYS, build_world, make_unit

        call_command("migrate", verbosity=0, skip_checks=True)
        world = build_world()
        units = {many: make_unit(f"B{many}", under=world.province) for many in CLIENTS}
        rebuild_reach()
        people = User.objects.bulk_create(
            User(username=f"b{n}", name_th=f"b{n}", name_en=f"b{n}", password=UNUSABLE_PASSWORD_PREFIX)
            for n in range(max(CLIENTS))
        )
        for many, unit in units.items():
            posts = Post.objects.bulk_create(
                Post(unit=unit, title_th="ตำแหน่ง", title_en="Post", roles=[Role.SCREENER], valid=ALWAYS)
                for _ in range(many)
            )
            Holding.objects.bulk_create(
                Holding(post=post, user=user, valid=ALWAYS) for post, user in zip(posts, people, strict=False)
            )
        self.sessions = [sign_in(user) for user in people]
        self.cases = {many: world.file(unit=unit).pk for many, unit in units.items()}

    def tell(self, case: int, clients: Clients, rows: int = 1) -> None:
        """Rows about a case; the time begins when they are committed."""
        from django.db import connections, transaction
        from django.utils import timezone

        from workflows.models import OutboxRow
        from workflows.wakeups import About, wake

        with transaction.atomic():
            OutboxRow.objects.bulk_create(
                OutboxRow(case_id=case, event="register", at=timezone.now()) for _ in range(rows)
            )
            transaction.on_commit(clients.begin)
            wake(About.CASES, [case])
        connections.close_all()

    def tell_at_once(self, case: int, clients: Clients) -> None:
        """The same, told by a relay in this process; the time begins when the notices are committed."""
        from django.db import connections, transaction

        from notifications import relay
        from workflows import wakeups

        def wake(about: wakeups.About, ids: Iterable[int]) -> None:
            transaction.on_commit(clients.begin)
            wakeups.wake(about, ids)

        self.tell(case, Clients())
        with patch.object(relay, "wake", wake):
            relay.relay()
        connections.close_all()


async def ours(house: House, redis: str) -> Figures:
    """By NOTIFY or by the Redis of that address, from the commit of an act to the sockets, through the relay; and from
    the commit of the notices to the sockets (`told`), which is what a message of plain Channels is measured by."""
    from tests.support.live import open_socket, processes, relayer, web

    found: Figures = {"told": {}}
    with processes() as started:
        server = web(redis=redis)
        started += [server.start(), relayer(redis).start()]

        async def measure(many: int, tell: Callable[[int, Clients], None]) -> Figures:
            clients = Clients()
            cases = {EVERYBODY: house.cases[many], ONE: house.cases[1]}
            async with sitting(clients, [open_socket(server.port, key) for key in house.sessions[:many]]):
                return await rounds(clients, many, lambda to: asyncio.to_thread(tell, cases[to], clients))

        for many in CLIENTS:
            say(f"    {many} clients …")
            found[str(many)] = await measure(many, house.tell)
        clients = Clients()
        async with sitting(clients, [open_socket(server.port, house.sessions[0])]):
            await asyncio.to_thread(house.tell, house.cases[1], clients, BURST)
            await clients.until(lambda: len(clients.arrived) >= BURST)
            found["burst"] = burst(clients)
        started[1].kill()
        for many in CLIENTS:
            say(f"    {many} clients, from the notices on …")
            found["told"][str(many)] = await measure(many, house.tell_at_once)
    return found


def burst(clients: Clients) -> Figures:
    """How many came of a burst, and when the last one."""
    return {"came": len(clients.arrived), "of": BURST, "last_ms": round(max(clients.arrived, default=0) * 1000)}


# --- Plain Channels ---------------------------------------------------------------------------------------------------
async def plain(layer: str, redis: str) -> Figures:
    """The same by group_send of plain Channels, from its own process."""
    from websockets.asyncio.client import connect

    from tests.support.live import Process, free_port, processes

    os.environ.update(BENCH_LAYER=layer, BENCH_REDIS=redis)
    port, found = free_port(), {}
    arguments = ["--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--log-level", "critical"]
    arguments += ["--lifespan", "off", "--ws", "websockets-sansio"]
    server = Process([sys.executable, "-m", "uvicorn", "benchmarks.channels_plain:application", *arguments], "", port)

    def opened(n: int) -> Any:
        query = "?one" if n == 0 else ""
        return connect(f"ws://127.0.0.1:{port}/{query}", open_timeout=20, ping_interval=None)

    async def send(clients: Clients, control: Any, to: str, messages: int) -> None:
        clients.begin()
        await control.send(json.dumps({"to": to, "messages": ["x" * 150] * messages}))

    with processes() as started:
        started.append(server.start())
        # The sender listens too (plain Channels has nobody else in its process), and what it hears is not counted.
        async with connect(f"ws://127.0.0.1:{port}/", ping_interval=None) as control:
            hearing = asyncio.create_task(_drop(control))
            for many in CLIENTS:
                say(f"    {many} clients …")
                clients = Clients()
                async with sitting(clients, [opened(n) for n in range(many)]):
                    found[str(many)] = await rounds(
                        clients, many, lambda to, clients=clients: send(clients, control, to, 1)
                    )
            clients = Clients()
            async with sitting(clients, [opened(0)]):
                await send(clients, control, ONE, BURST)
                # What has not come a while after the last one is lost.
                before = -1
                while before != len(clients.arrived):
                    before = len(clients.arrived)
                    await asyncio.sleep(3)
                found["burst"] = burst(clients)
            hearing.cancel()
    return found


async def _drop(socket: Any) -> None:
    with suppress(Exception):
        async for _ in socket:
            pass


def main() -> None:
    """Measure on the database of DATABASE_URL and hand the figures back."""
    django.setup()
    from benchmarks.notices import adding, draining
    from tests.support.live import processes, redis_address, redis_server

    house = House()
    found: Figures = {"latency": {}}
    with processes() as started:
        address = ""
        if shutil.which("redis-server"):
            started.append(redis_server().start())
            address = redis_address(started[0])
        else:
            say("Redis is left out: there is no redis-server.")
        say("  ours by NOTIFY …")
        found["latency"]["NOTIFY"] = asyncio.run(ours(house, ""))
        if address:
            from django.test import override_settings

            say("  ours by Redis …")
            layer = {"hosts": [{"address": address, "socket_timeout": None}], "prefix": "sodsong"}
            layers = {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": layer}}
            with override_settings(REDIS_URL=address, CHANNEL_LAYERS=layers):
                found["latency"]["Redis"] = asyncio.run(ours(house, address))
        say("  plain Channels, in memory …")
        found["latency"]["Channels in memory"] = asyncio.run(plain("memory", ""))
        if address:
            say("  plain channels-redis …")
            found["latency"]["channels-redis"] = asyncio.run(plain("redis", address))
        say("  the relay …")
        found["relay"] = draining()
        say("  what a notice adds to an edge …")
        found["adds"] = adding(address)
    hand_back(found)


if __name__ == "__main__":
    main()
