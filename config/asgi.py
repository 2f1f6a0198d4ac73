"""What a server of ASGI runs: `uvicorn config.asgi:application`, or `manage.py serve` on one machine."""

import gc
import os
from urllib.parse import urlsplit

import django
from channels.routing import ProtocolTypeRouter
from channels.security.websocket import AllowedHostsOriginValidator, WebsocketDenier

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
django.setup(set_prefix=False)

from django.urls import get_resolver  # noqa: E402 - they need the settings

from config.bodies import BoundedASGIHandler, Receive, Scope, Send  # noqa: E402
from notifications.live.consumer import LiveConsumer  # noqa: E402

_live = LiveConsumer.as_asgi()


async def _socket(scope: Scope, receive: Receive, send: Send) -> None:
    """The one address of the sockets, for pages of this host and port; anything else is refused at the handshake."""
    said = {name: value.decode("latin-1") for name, value in scope["headers"] if name in {b"origin", b"host"}}
    # A cookie knows no port: another program of the same machine is another site all the same.
    ours = urlsplit(said.get(b"origin", "")).netloc == said.get(b"host")
    answer = _live if ours and scope["path"] == "/live/" else WebsocketDenier()
    await answer(scope, receive, send)


# A page of another site may not open a socket with the cookie of one of ours: the origin has to be one of our hosts.
application = ProtocolTypeRouter({"http": BoundedASGIHandler(), "websocket": AllowedHostsOriginValidator(_socket)})

# What is loaded stays for as long as the process lives. Else every fifth large page waits a quarter of a second while
# the garbage collector walks through all of it (docs/benchmarks.md, scores).
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
