"""How the server ends a socket: `uvicorn --ws config.sockets:SocketProtocol`, and `manage.py serve` by itself."""

import socket
from asyncio import BaseTransport

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class SocketProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's own, but whoever does not take what was sent is cut off.

    Uvicorn closes a connection when all that was sent has been taken, so one that never reads would stay for ever.
    close_grace: how long what was said last may take to be read, in seconds. room: how much the system holds for one
    that does not read, in bytes; by itself it takes up to 4 MB, and nobody would notice that he does not.
    """

    close_grace = 5.0
    room = 128 * 1024

    def connection_made(self, transport: BaseTransport) -> None:
        """A page has come."""
        super().connection_made(transport)
        if (line := transport.get_extra_info("socket")) is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self.room)

    async def run_asgi(self) -> None:
        """Let the socket do its work; when it has ended, so does the connection."""
        try:
            await super().run_asgi()
        finally:
            self.loop.call_later(self.close_grace, self.transport.abort)

    def keepalive_timeout(self) -> None:
        """A ping was not answered."""
        super().keepalive_timeout()
        self.transport.abort()
