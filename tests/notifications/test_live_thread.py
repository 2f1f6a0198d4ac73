"""One web server, one relay, one person: what happens comes to his page by itself."""

import asyncio

import pytest

from tests.support.live import Tab, in_thread, processes, relayer, run, sign_in, until, web
from tests.support.world import build_world


@pytest.mark.django_db(transaction=True)
def test_what_happens_comes_to_the_page_of_whom_it_concerns() -> None:
    world = build_world()
    session = sign_in(world.screener)

    async def walk(port: int) -> None:
        tab = Tab([port], session, shows=["queue"])
        running = asyncio.create_task(tab.run())
        await until(lambda: tab.said)
        for _ in range(3):
            await in_thread(world.file)
        await until(lambda: len(tab.rows) == 3)
        assert tab.numbers == [1, 2, 3]
        assert tab.rows[0]["unread"]
        assert tab.rows[0]["url"] == "/notices/1/"
        await until(lambda: {"changed": ["queue"]} in tab.said)
        running.cancel()

    with processes() as started:
        server = web()
        started += [server.start(), relayer().start()]
        run(walk(server.port))
