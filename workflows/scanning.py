"""The virus scanner of the installation: clamd, spoken to over its socket, where `SODSONG_CLAMAV` names one.

What a scanner did not look at says so. What it called the harm is told to nobody who sends files: it would teach how to
pass. Nothing of a file is written to a log.
"""

import socket
from collections.abc import Iterable
from contextlib import closing
from enum import StrEnum

from django.conf import settings

_SECONDS = 30
"""How long a scan may keep silent."""
_KNOCK_SECONDS = 2
_BLOCK = 64 * 1024
_MOST_ANSWERED = 4096


class ScannerAway(Exception):
    """No scanner is configured, it cannot be reached, or it gave no verdict on this content (it may be too large)."""


class Verdict(StrEnum):
    """What the scanner says of a content."""

    CLEAN = "clean"
    INFECTED = "infected"


class State(StrEnum):
    """How the scanner of this installation is doing."""

    NOT_SET_UP = "not set up"
    WELL = "well"
    AWAY = "away"


def state() -> State:
    """How it is doing now."""
    if not is_set_up():
        return State.NOT_SET_UP
    return State.WELL if answers() else State.AWAY


def is_set_up() -> bool:
    """Whether this installation names a scanner."""
    return bool(settings.CLAMAV)


def scan(chunks: Iterable[bytes]) -> Verdict:
    """What the scanner says of a content, given piece by piece (clamd(8), INSTREAM).

    Raises ScannerAway, and what reading the chunks raises.
    """
    try:
        with closing(_connect(_SECONDS)) as line:
            line.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                for at in range(0, len(chunk), _BLOCK):
                    block = chunk[at : at + _BLOCK]
                    line.sendall(len(block).to_bytes(4, "big") + block)
            line.sendall(bytes(4))
            answer = _answer(line)
    except OSError:
        raise ScannerAway from None
    if answer == b"stream: OK":
        return Verdict.CLEAN
    if answer.startswith(b"stream: ") and answer.endswith(b" FOUND"):
        return Verdict.INFECTED
    raise ScannerAway


def answers() -> bool:
    """Whether the scanner that is set up answers now; at most two seconds are waited."""
    try:
        with closing(_connect(_KNOCK_SECONDS)) as line:
            line.sendall(b"zPING\0")
            return _answer(line) == b"PONG"
    except (OSError, ScannerAway):
        return False


def _connect(seconds: float) -> socket.socket:
    """A line to the scanner. Raises ScannerAway without one, OSError when it is not there."""
    address: str = settings.CLAMAV
    if not address:
        raise ScannerAway
    if not address.startswith("/"):
        host, _colon, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(seconds)
    try:
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def _answer(line: socket.socket) -> bytes:
    """What is said up to the NUL or the end of the line."""
    said = b""
    while b"\0" not in said and len(said) < _MOST_ANSWERED and (part := line.recv(_BLOCK)):
        said += part
    return said.partition(b"\0")[0].strip()
