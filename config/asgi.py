"""What a server of ASGI runs: `uvicorn config.asgi:application`, or `manage.py serve` on one machine."""

import os

import django
from channels.routing import ProtocolTypeRouter
from channels.security.websocket import AllowedHostsOriginValidator, WebsocketDenier

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
django.setup(set_prefix=False)

from config.bodies import BoundedASGIHandler, Receive, Scope, Send  # noqa: E402 - they need the settings
from notifications.live.consumer import LiveConsumer  # noqa: E402

_live = LiveConsumer.as_asgi()


async def _socket(scope: Scope, receive: Receive, send: Send) -> None:
    """The one address of the sockets; any other is refused at the handshake."""
    answer = _live if scope["path"] == "/live/" else WebsocketDenier()
    await answer(scope, receive, send)


# A page of another site may not open a socket with the cookie of one of ours: the origin has to be one of our hosts.
application = ProtocolTypeRouter({"http": BoundedASGIHandler(), "websocket": AllowedHostsOriginValidator(_socket)})
