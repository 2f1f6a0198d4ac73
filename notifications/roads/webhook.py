"""Systems of agencies, told by a signed POST over HTTPS.

The receiver knows our hand by `Sodsong-Signature: t=<seconds>,v1=<hex>`: HMAC-SHA256 of `<t>.<body>` with the webhook's
key; and a message that he was sent twice by its `Idempotency-Key`. He answers with any 2xx within ten seconds.

The address is resolved once, checked and connected to as it was checked, so that a name which answers with another
address the second time leads nowhere (DNS rebinding). Redirects are not followed, and of an answer only its head is
read.
"""

import hashlib
import hmac
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, urlsplit
from uuid import uuid4

from django.conf import settings
from django.utils.encoding import iri_to_uri

from notifications import roads
from notifications.models import Webhook
from notifications.roads import SENT, Outcome, Result, reason

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 5, 10, 30
_MOST_ADDRESSES = 3
# What a system answers that is just being set up anew.
_NOT_YET = {404, 408, 425}
_THIS_MACHINE = {"127.0.0.1", "localhost"}
# What the open internet uses (IANA), and what of it leads elsewhere; not left to the Python that happens to run.
_UNICAST = ipaddress.ip_network("2000::/3")
_SPECIAL = tuple(
    ipaddress.ip_network(net)
    for net in ("2001::/23", "2001:db8::/32", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15")
)
_ISATAP = 0x5EFE  # RFC 5214: the four bytes behind it are an IPv4 address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last four bytes are an IPv4 address


class _Forbidden(Exception):
    """The address leads where it may not."""


def may_be_told(url: str) -> bool:
    """Whether an address may be that of a webhook at all: https, a host, no user and no fragment.

    In local settings also plain http to this machine. Where its name leads is looked at when a message leaves.
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for what is no port
    except ValueError:
        return False
    if not parts.hostname or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or _is_local(parts)


def send(hook: Webhook, message: dict[str, Any], key: str, now: float | None = None) -> Outcome:
    """POST a message to a webhook; whatever goes wrong is an outcome. now: seconds since 1970, for the signature."""
    if not may_be_told(hook.url):
        return Outcome(Result.REFUSED, roads.FORBIDDEN_PLACE)
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": key,
        "Sodsong-Signature": sign(hook.secret, body, int(now or time.time())),
        "User-Agent": "Sodsong",
        "Connection": "close",
    }
    try:
        with _connected(urlsplit(hook.url)) as (connection, target):
            connection.request("POST", target, body, headers)
            return _judge(connection.getresponse())
    except _Forbidden:
        return Outcome(Result.REFUSED, roads.FORBIDDEN_PLACE)
    except TimeoutError:
        return Outcome(Result.ILL, roads.TIMED_OUT)
    # UnicodeError: a name that DNS cannot hold.
    except (OSError, HTTPException, UnicodeError) as error:
        return Outcome(Result.ILL, reason(roads.NOT_REACHED, type(error).__name__))


def sign(secret: str, body: bytes, at: int) -> str:
    """The value of `Sodsong-Signature`. at: seconds since 1970."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def ping(hook: Webhook) -> Outcome:
    """Send a message that says nothing, to see whether the webhook takes one."""
    return send(hook, {"ping": True}, str(uuid4()))


def _judge(answer: HTTPResponse) -> Outcome:
    status = answer.status
    if 200 <= status < 300:
        return SENT
    if status == 429:
        return roads.busy(answer.getheader("Retry-After"), status)
    if status in _NOT_YET:
        return Outcome(Result.AGAIN, reason(roads.NOT_NOW, status))
    if status >= 500:
        return Outcome(Result.ILL, reason(roads.SERVER_FAILED, status))
    return Outcome(Result.REFUSED, reason(roads.REFUSED_MESSAGE, status))


# --- The connection ---------------------------------------------------------------------------------------------------
@contextmanager
def _connected(parts: SplitResult) -> Iterator[tuple[HTTPConnection, str]]:
    """A connection to a checked address, cut after `WHOLE_SECONDS` however slowly the other side speaks, and the
    target of the request. Raises _Forbidden and OSError."""
    host, usual = parts.hostname or "", 443 if parts.scheme == "https" else 80
    port = parts.port or usual
    link = _first_that_answers(_addresses(host, port, local=_is_local(parts)), port)
    if parts.scheme == "https":
        link = ssl.create_default_context().wrap_socket(link, server_hostname=host, do_handshake_on_connect=False)
    watchdog = Timer(WHOLE_SECONDS, _cut, [link])
    watchdog.daemon = True
    watchdog.start()
    try:
        link.settimeout(READ_SECONDS)
        if isinstance(link, ssl.SSLSocket):
            link.do_handshake()
        connection = HTTPConnection(host, port)
        connection.default_port, connection.sock = usual, link
        yield connection, iri_to_uri((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    finally:
        watchdog.cancel()
        link.close()


def _cut(link: socket.socket) -> None:
    try:
        # Not `link.shutdown`: that of a TLS socket takes its state from under the thread that is reading.
        socket.socket.shutdown(link, socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already


def _addresses(host: str, port: int, *, local: bool) -> list[str]:
    """The addresses of a host, every one of them checked. Raises _Forbidden and OSError."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not (local or settings.WEBHOOK_PRIVATE or all(map(_is_public, found))):
        raise _Forbidden
    return found[:_MOST_ADDRESSES]


def _first_that_answers(addresses: list[str], port: int) -> socket.socket:
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), CONNECT_SECONDS)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), CONNECT_SECONDS)


def _is_public(address: str) -> bool:
    """Whether an address is of the open internet: not private, loopback, link-local, shared, reserved or multicast."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif ip in _NAT64:
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        elif ip.sixtofour is not None:
            ip = ip.sixtofour
    if isinstance(ip, ipaddress.IPv6Address) and (ip not in _UNICAST or int(ip) >> 32 & 0xFDFFFFFF == _ISATAP):
        return False
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in _SPECIAL if net.version == ip.version)


def _is_local(parts: SplitResult) -> bool:
    return settings.WEBHOOK_LOCAL and parts.scheme == "http" and parts.hostname in _THIS_MACHINE
