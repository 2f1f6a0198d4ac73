"""One socket: one tab of one person. It sends what he has not seen yet, in order, and says what on his page is old."""

import asyncio
import json
import logging
import re
import time
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http import parse_cookie

from notifications.live import reading
from notifications.live.hub import SIGNED_OUT, Hub
from notifications.live.reading import Person

logger = logging.getLogger(__name__)

TOO_MANY_TABS, TOO_SLOW, NOT_OURS = 4429, 4408, 1008
"""Codes with which a socket is closed; after the first the page does not come again, but polls."""

LONGEST_MESSAGE = 2_048
MOST_CASES = 10
# A page says hello once and perhaps what it shows; who says more than this in a minute is none of ours.
MOST_MESSAGES, _MINUTE = 30, 60
# Who has not taken what was sent after so long is not reading.
SEND_SECONDS = 15
_GOODBYE_SECONDS = 5
# How long a page has peace from the same hint, in seconds.
_PEACE = {"queue": 1.0, "numbers": 5.0}
_SESSION_KEY = re.compile(r"[0-9a-z]{1,64}")
_CASE_ID = re.compile(r"[0-9A-Z]{12}")


class LiveConsumer(AsyncWebsocketConsumer):
    """`/live/?seen=N`: the person has seen his notices up to N; without it he has seen all there are.

    It sends JSON: `{"hello": N, "person": key}`, then `{"rows": […], "upto": N}` with every notice after N in order and
    none twice; `{"recount": true}` when some were read in another tab; `{"changed": ["queue", "numbers", "case:ID"]}`
    for what the page said it shows. It takes `{"shows": ["queue", "numbers", "case:ID"]}`.

    The rows are read when the last ones have been taken, so that whoever reads slowly has nothing waiting in memory.
    """

    # The hub wakes it: no channel of its own, which Redis would have to be there for.
    channel_layer_alias = ""

    person: Person
    seen: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue = self.numbers = False
        self.cases: dict[int, str] = {}
        self._hub: Hub | None = None
        self._woken = asyncio.Event()
        self._recount = False
        self._changes: set[str] = set()
        self._told_at: dict[str, float] = {}
        self._pump: asyncio.Task[None] | None = None
        self._heard: list[float] = []
        self._code = 0
        self._whole: asyncio.Task[Any] | None = None
        self._cut = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The whole life of the socket, until it is closed or `_cut_off`."""
        self._whole = asyncio.current_task()
        try:
            await super().__call__(scope, receive, send)
        except asyncio.CancelledError:
            if not self._cut:
                raise
            await self.disconnect(TOO_SLOW)

    # --- Opening and closing ------------------------------------------------------------------------------------------
    async def connect(self) -> None:
        """Accept whoever is signed in; who is not is told by the code, which a refused handshake would hide."""
        hub, key = Hub.here(), self._session_key()
        person = (await hub.ask(reading.recognise, [key])).get(key) if key else None
        await self.accept()
        if person is None:
            await self.close(SIGNED_OUT)
            return
        last = (await hub.ask(reading.last_numbers, [person.user])).get(person.user, 0)
        said = parse_qs(self.scope["query_string"].decode("latin-1")).get("seen", [""])[0]
        # More than there are was seen of another installation.
        self.seen = min(int(said), last) if said.isdecimal() and said.isascii() and len(said) <= 15 else last
        self.person, self._hub = person, hub
        hub.add(self, TOO_MANY_TABS)
        self._pump = asyncio.create_task(self._keep_sending())

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - whatever it was
        """Forget it."""
        if self._hub is not None:
            self._hub.remove(self)
        if self._pump is not None:
            self._pump.cancel()

    def _session_key(self) -> str:
        for name, value in self.scope["headers"]:
            if name == b"cookie":
                key = parse_cookie(value.decode("latin-1")).get(settings.SESSION_COOKIE_NAME, "")
                return key if _SESSION_KEY.fullmatch(key) else ""
        return ""

    # --- What the page says -------------------------------------------------------------------------------------------
    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:  # noqa: ARG002
        """What the page shows, and nothing else; whoever floods or sends what is none of ours is closed."""
        if self._hub is None or self._code:
            return  # it is being closed
        now = time.monotonic()
        self._heard = [*(moment for moment in self._heard if now - moment < _MINUTE), now]
        shows = _shows(text_data) if len(self._heard) <= MOST_MESSAGES else None
        if shows is None:
            self.end(NOT_OURS)
            return
        self.queue, self.numbers = "queue" in shows, "numbers" in shows
        wanted = [word.removeprefix("case:") for word in shows if word.startswith("case:")]
        keys = await self._hub.ask(reading.case_keys, self.person.user, wanted) if wanted else {}
        self.cases = {key: f"case:{public_id}" for public_id, key in keys.items()}

    # --- What the hub says --------------------------------------------------------------------------------------------
    def wake(self) -> None:
        """See `hub.Socket`."""
        self._woken.set()

    def recount(self) -> None:
        """See `hub.Socket`."""
        self._recount = True
        self._woken.set()

    def changed(self, what: str) -> None:
        """See `hub.Socket`."""
        self._changes.add(what)
        self._woken.set()

    def stale(self) -> None:
        """See `hub.Socket`."""
        shown = {"queue": self.queue, "numbers": self.numbers, **dict.fromkeys(self.cases.values(), True)}
        self._changes |= {what for what, is_shown in shown.items() if is_shown}
        self._woken.set()

    def end(self, code: int) -> None:
        """See `hub.Socket`."""
        self._code = self._code or code
        self._woken.set()

    # --- What it sends ------------------------------------------------------------------------------------------------
    async def _keep_sending(self) -> None:
        try:
            await self._say({"hello": self.seen, "person": self.person.user})
            self._woken.set()
            while not self._code:
                await self._woken.wait()
                self._woken.clear()
                await self._send_rows()
                if self._recount:
                    self._recount = False
                    await self._say({"recount": True})
                await self._send_changes()
            await self._say_goodbye(self._code)
        except TimeoutError:
            await self._say_goodbye(TOO_SLOW)
        except OSError:
            await self._say_goodbye(1001)  # the page went while it was being told: nothing has failed
        except Exception as error:  # noqa: BLE001 - the browser comes again and goes on where it was
            logger.warning("a socket failed and is closed: %r", error)
            await self._say_goodbye(1011)

    async def _send_rows(self) -> None:
        assert self._hub is not None
        while not self._code:
            try:
                batch = await self._hub.rows_after(self.person.user, self.seen)
            except Exception as error:  # noqa: BLE001 - the database is away: the next sweep comes again
                logger.warning("rows could not be read: %r", error)
                return
            if batch.upto > self.seen:
                await self._say({"rows": list(batch.rows), "upto": batch.upto})
                self.seen = batch.upto
            if not batch.more:
                return

    async def _send_changes(self) -> None:
        now = time.monotonic()
        peace = {
            what: self._told_at.get(what, 0.0) + _PEACE.get(what.partition(":")[0], 0.5) - now for what in self._changes
        }
        due = [what for what, left in peace.items() if left <= 0]
        for what in due:
            self._changes.discard(what)
            self._told_at[what] = now
        if due:
            await self._say({"changed": due})
        # What came while that was said has woken this socket again by itself.
        if later := [peace[what] for what in self._changes if what in peace]:
            asyncio.get_running_loop().call_later(min(later), self._woken.set)

    async def _say(self, message: dict[str, Any]) -> None:
        await asyncio.wait_for(self.send(json.dumps(message, ensure_ascii=False)), SEND_SECONDS)

    async def _say_goodbye(self, code: int) -> None:
        if self._hub is not None:
            self._hub.remove(self)
        try:
            await asyncio.wait_for(self.close(code), _GOODBYE_SECONDS)
        except TimeoutError:
            # Left open, a page that reads again would wait at it for news that nobody sends.
            self._cut_off()
        except Exception as error:  # noqa: BLE001 - it is gone already
            logger.debug("a socket could not be closed: %r", error)

    def _cut_off(self) -> None:
        self._cut = True
        if self._whole is not None:
            self._whole.cancel()


def _shows(text: str | None) -> list[str] | None:
    """What a page says it shows; None where it says anything else."""
    if not text or len(text) > LONGEST_MESSAGE:
        return None
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    shows = message.get("shows") if isinstance(message, dict) else None
    if not isinstance(shows, list) or len(shows) > MOST_CASES:
        return None
    for word in shows:
        if not isinstance(word, str):
            return None
        if word not in {"queue", "numbers"} and not (word.startswith("case:") and _CASE_ID.fullmatch(word[5:])):
            return None
    return shows
