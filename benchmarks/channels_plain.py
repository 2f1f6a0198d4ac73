"""Plain Channels, as its tutorial has it: a consumer in a group, and messages sent to the group. No row, no replay.

What `benchmarks.live` compares with. BENCH_LAYER: `memory` or `redis`. Whoever sends here is in the same process, so no
time is lost on the way to it.
"""

import json
import os
from typing import Any

import django
from django.conf import settings

settings.configure(
    CHANNEL_LAYERS={
        "default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}
        if os.environ["BENCH_LAYER"] == "memory"
        else {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [{"address": os.environ["BENCH_REDIS"], "socket_timeout": None}]},
        }
    }
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402 - it needs the settings

EVERYBODY, ONE = "everybody", "one"


class Listener(AsyncWebsocketConsumer):
    """`/?one` is in both groups, any other in the first. `{"to": group, "messages": […]}` sends them there."""

    async def connect(self) -> None:
        """Join, and say so."""
        await self.channel_layer.group_add(EVERYBODY, self.channel_name)
        if self.scope["query_string"] == b"one":
            await self.channel_layer.group_add(ONE, self.channel_name)
        await self.accept()
        await self.send(json.dumps({"hello": 0}))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:  # noqa: ARG002
        """Send to a group."""
        order = json.loads(text_data or "{}")
        for message in order["messages"]:
            await self.channel_layer.group_send(order["to"], {"type": "tell", "text": message})

    async def tell(self, event: dict[str, Any]) -> None:
        """Pass a message on to the browser."""
        await self.send(json.dumps({"row": event["text"]}))


application = Listener.as_asgi()
