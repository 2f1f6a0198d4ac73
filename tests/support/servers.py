"""Servers on this machine that stand for the other end of a road, and fail when they are told to.

A mail server (aiosmtpd), and a web server that is LINE or the system behind a webhook; both keep what they were sent.
"""

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.support.live import free_port

STALL_SECONDS = 30
"""How long a server that stalls keeps silent, unless it is let go before."""


@dataclass
class MailServer:
    """What a test tells the server, and what arrived there.

    to_recipient, to_message: what it answers to RCPT and to DATA. stalls, cuts: it keeps silent, or hangs up, when it
    was given a message, having kept it.
    """

    port: int = 0
    to_recipient: str = "250 OK"
    to_message: str = "250 OK"
    stalls: bool = False
    cuts: bool = False
    arrived: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: set[tuple[str, int]] = field(default_factory=set)

    @property
    def mails(self) -> list[EmailMessage]:
        """What arrived, read as mail."""
        return [cast("EmailMessage", message_from_bytes(raw, policy=policy.default)) for raw in self.arrived]

    def settings(self) -> dict[str, Any]:
        """Django's settings to send mails there."""
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.port,
            "EMAIL_USE_TLS": False,
            "EMAIL_USE_SSL": False,
            "EMAIL_HOST_USER": "",
            "EMAIL_HOST_PASSWORD": "",
            "EMAIL_TIMEOUT": 20,
        }

    # --- aiosmtpd's hooks ---------------------------------------------------------------------------------------------
    async def handle_RCPT(  # noqa: N802 - its name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Somebody is named."""
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A message has come."""
        assert isinstance(envelope.content, bytes)
        if self.to_message.startswith("250"):
            self.arrived.append(envelope.content)
            self.recipients += envelope.rcpt_tos
            self.connections.add(session.peer)
        if self.cuts:
            assert server.transport is not None
            server.transport.abort()
        if self.stalls:
            await asyncio.sleep(STALL_SECONDS)
        return self.to_message


@contextmanager
def mail_server(*, password: str = "") -> Iterator[MailServer]:
    """A mail server; with `password` it wants one, and every name will do."""
    told = MailServer(port=free_port())

    def knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == password.encode(), handled=False)

    wants = {"authenticator": knows, "auth_required": True, "auth_require_tls": False} if password else {}
    controller = Controller(told, hostname="127.0.0.1", port=told.port, ready_timeout=60, **wants)
    controller.start()
    try:
        yield told
    finally:
        with suppress(ConnectionError):
            controller.stop(no_assert=True)


@dataclass(frozen=True)
class Request:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Its body, read."""
        return json.loads(self.body)


@dataclass
class WebServer:
    """What a test tells the server, and what it was asked.

    status, headers: its answer, after those in `first` were given, one each. stalls: it keeps silent; drips: it
    answers a byte at a time and never ends; cuts: it hangs up. All of them after they have kept what was sent.
    """

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    first: list[int] = field(default_factory=list)
    stalls: bool = False
    drips: bool = False
    cuts: bool = False
    asked: list[Request] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)

    @property
    def keys(self) -> list[str]:
        """The keys by which it knows messages again, as they came."""
        return [request.headers.get("Idempotency-Key") or request.headers["X-Line-Retry-Key"] for request in self.asked]


@contextmanager
def web_server(tls: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    """A web server that takes whatever is posted."""
    told = WebServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.asked.append(Request(self.path, dict(self.headers.items()), body))
            if told.stalls:
                told.let_go.wait(STALL_SECONDS)
            if told.drips:
                self._drip()
            if told.cuts or told.drips or told.stalls:
                self.close_connection = True
                return
            self.send_response(told.first.pop(0) if told.first else told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            answer = b'{"sentMessages": [{"id": "1"}]}'
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _drip(self) -> None:
            with suppress(OSError):
                while not told.let_go.wait(0.05):
                    self.wfile.write(b"H")

        def do_GET(self) -> None:
            told.asked.append(Request(self.path, dict(self.headers.items()), b""))
            self.send_error(404)

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hung up is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    told.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        told.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield int(listening.getsockname()[1])
