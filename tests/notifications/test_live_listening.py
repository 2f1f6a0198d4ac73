"""Wake-ups that are cut, never heard, or go to a Redis that is not there: news come all the same, only later."""

import asyncio
import os
import socket
import urllib.request
from collections.abc import Iterator

import pytest
from channels.layers import get_channel_layer
from django.db import connection, transaction
from pytest_django import Settings
from redis.asyncio import Redis

from notifications.live.listening import listen
from notifications.relay import relay
from tests.support.live import (
    LISTENERS,
    Process,
    Tab,
    cut,
    in_thread,
    processes,
    redis_address,
    redis_server,
    relayer,
    run,
    sign_in,
    until,
    web,
)
from tests.support.world import World, build_world
from workflows import wakeups
from workflows.models import Case, OutboxRow
from workflows.wakeups import About, WakeUp, wake

needs_redis = pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="REDIS_URL is not set")
# What a sweep may take on a machine that is busy with other things.
LONG = 60


@pytest.fixture
def everything(transactional_db: None) -> World:
    """The small world, in a database that other processes see."""
    return build_world()


@pytest.fixture
def unheard(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process has to say is heard by nobody."""
    monkeypatch.setattr(wakeups, "_send", lambda text: None)


@pytest.fixture
def stalling_redis() -> Iterator[str]:
    """The address of something that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as silent:
        yield f"redis://127.0.0.1:{silent.getsockname()[1]}/0"


def use_redis(settings: Settings, address: str) -> None:
    """Wake-ups of this process go by the Redis of that address."""
    settings.REDIS_URL = address
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [{"address": address, "socket_timeout": None}], "prefix": "sodsong"},
        }
    }


def all_told() -> bool:
    """Whether the relay has told everything."""
    return not OutboxRow.objects.filter(relayed_at=None).exists()


def test_listener_that_is_cut_opens_a_new_connection_and_says_so(everything: World) -> None:
    async def walk() -> None:
        heard: list[WakeUp] = []
        connected: list[bool] = []
        listening = asyncio.create_task(listen(heard.append, lambda: connected.append(True)))
        for times in (1, 2, 3):
            await until(lambda times=times: len(connected) == times, LONG)
            await in_thread(wake, About.NOTICES, [times, 70])
            await until(lambda times=times: len(heard) == times, LONG)
            assert await in_thread(cut, LISTENERS) == 1
        assert heard == [WakeUp(About.NOTICES, (times, 70)) for times in (1, 2, 3)]
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)

    run(walk())
    assert cut(LISTENERS) == 0


def test_listener_leaves_out_what_is_no_wake_up(everything: World) -> None:
    async def walk() -> None:
        heard: list[WakeUp] = []
        connected = asyncio.Event()
        listening = asyncio.create_task(listen(heard.append, connected.set))
        await connected.wait()
        for text in ("", "c", "z1", "n1,", "n-1", "n1;2", "n" + "9" * 5000):
            await in_thread(_say, text)
        await in_thread(wake, About.READ, [5])
        await until(lambda: heard, LONG)
        assert heard == [WakeUp(About.READ, (5,))]
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)

    run(walk())


def _say(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [wakeups.CHANNEL, text])


def test_what_a_server_never_hears_is_found_by_its_sweep(everything: World, unheard: None) -> None:
    session = sign_in(everything.screener)

    async def walk(port: int) -> None:
        tab = Tab([port], session)
        sitting = asyncio.create_task(tab.run())
        await until(lambda: tab.said, LONG)
        for times in (1, 2):
            await in_thread(everything.file)
            assert await in_thread(relay) == 1
            await until(lambda times=times: tab.numbers == list(range(1, times + 1)), LONG)
        sitting.cancel()

    with processes() as started:
        server = web()
        started.append(server.start())
        run(walk(server.port))


def test_what_a_relay_never_hears_is_found_by_its_sweep(everything: World, unheard: None) -> None:
    async def walk() -> None:
        for _ in range(2):
            await in_thread(everything.file)
            while not await in_thread(all_told):
                await asyncio.sleep(0.1)

    with processes() as started:
        started.append(relayer().start())
        run(asyncio.wait_for(walk(), LONG))


def test_server_whose_listener_is_cut_catches_up(everything: World, unheard: None) -> None:
    session = sign_in(everything.screener)

    async def walk(port: int) -> None:
        tab = Tab([port], session, shows=["queue"])
        sitting = asyncio.create_task(tab.run())
        await until(lambda: tab.said, LONG)
        for times in range(1, 6):
            # The tab is the only socket, and its server the only listener.
            while not await in_thread(cut, LISTENERS):
                await asyncio.sleep(0.05)
            await in_thread(everything.file)
            await in_thread(relay)
            await until(lambda times=times: tab.numbers == list(range(1, times + 1)), LONG)
        # What its page shows may have changed while nobody listened.
        assert {"changed": ["queue"]} in tab.said
        assert not tab.codes, "a page hears nothing of a listener that is cut"
        sitting.cancel()

    with processes() as started:
        server = web()
        started.append(server.start())
        run(walk(server.port))


@needs_redis
def test_redis_that_is_down_at_the_start_is_found_when_it_comes(everything: World) -> None:
    session = sign_in(everything.screener)
    redis = redis_server()
    address = redis_address(redis)

    async def listened_to() -> int:
        async with Redis.from_url(address) as asking:
            return (await asking.pubsub_numsub("sodsong__group__sodsong_wake"))[0][1]

    async def walk(port: int, started: list[Process]) -> None:
        with await asyncio.to_thread(urllib.request.urlopen, f"http://127.0.0.1:{port}/", None, LONG) as page:
            assert page.status == 200
        tab = Tab([port], session)
        sitting = asyncio.create_task(tab.run())
        await until(lambda: tab.said, LONG)
        await in_thread(everything.file)
        await until(lambda: tab.numbers == [1], LONG)
        for times in (2, 3):
            started.append(redis.start())
            async with asyncio.timeout(LONG):
                while await listened_to() < 2:  # the server and the relay, as two connections
                    await asyncio.sleep(0.1)
            await in_thread(everything.file)
            await until(lambda times=times: tab.numbers == list(range(1, times + 1)), LONG)
            redis.kill()
        assert not tab.codes, "a page hears nothing of a Redis that goes"
        sitting.cancel()

    with processes() as started:
        server = web(redis=address)
        started += [server.start(), relayer(address).start()]
        run(walk(server.port, started))


@needs_redis
def test_listener_keeps_nothing_of_attempts_that_failed(transactional_db: None, settings: Settings) -> None:
    redis = redis_server()
    use_redis(settings, redis_address(redis))

    async def walk(started: list[Process]) -> None:
        heard: list[WakeUp] = []
        connected: list[bool] = []
        listening = asyncio.create_task(listen(heard.append, lambda: connected.append(True)))
        await asyncio.sleep(1)  # several attempts in vain
        assert not connected
        started.append(redis.start())
        await until(lambda: connected, LONG)
        layer = get_channel_layer()
        assert layer is not None
        assert len(layer.channels) == 1
        await in_thread(wake, About.CASES, [3])
        await until(lambda: heard, LONG)
        assert heard == [WakeUp(About.CASES, (3,))]
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        assert not layer.channels

    with processes() as started:
        run(walk(started))


def test_act_whose_wake_up_fails_is_done(everything: World) -> None:
    case = everything.file()

    def cut_myself() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            mine = cursor.fetchone()[0]
        run(in_thread(cut, f"SELECT {int(mine)} AS pid"))

    try:
        with transaction.atomic():
            # After the commit, and before the wake-up is sent.
            transaction.on_commit(cut_myself)
            everything.do(case, "start_screening", everything.screener)
    finally:
        connection.close()
    assert Case.objects.get(pk=case.pk).state == "screening"
    assert relay() == 1


def test_act_does_not_wait_for_a_redis_that_stalls(
    everything: World, settings: Settings, stalling_redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = wakeups._RedisSender()
    monkeypatch.setattr(wakeups, "_redis", sender)
    use_redis(settings, stalling_redis)
    everything.do(everything.file(), "start_screening", everything.screener)
    for case in range(2 * wakeups._MOST_UNSENT):
        wake(About.CASES, [case])
    assert sender._unsent <= wakeups._MOST_UNSENT
    assert relay() == 1
