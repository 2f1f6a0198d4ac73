"""A virus scanner for tests: a real socket that speaks clamd's protocol and finds one word."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HARM = b"X5O!P%@AP harm of the tests"


class Scanner:
    """What it is told to do: `answer` in place of its own, `silent` to say nothing, `limit` bytes it takes.

    seen: what it was sent.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.answer: bytes | None = None
        self.silent = False
        self.limit = 25 * 1024 * 1024
        self.seen: list[bytes] = []

    def serve(self, line: socket.socket) -> None:
        """One conversation."""
        with line, line.makefile("rb") as said:
            command = _until_nul(said)
            if command == b"zPING":
                self._say(line, b"PONG")
            elif command == b"zINSTREAM":
                self._say(line, self._stream(said))

    def _stream(self, said: object) -> bytes:
        content = b""
        while size := int.from_bytes(said.read(4), "big"):  # type: ignore[attr-defined]
            content += said.read(size)  # type: ignore[attr-defined]
            if len(content) > self.limit:
                return b"INSTREAM size limit exceeded. ERROR"
        self.seen.append(content)
        return b"stream: Eicar-Test-Signature FOUND" if HARM in content else b"stream: OK"

    def _say(self, line: socket.socket, answer: bytes) -> None:
        if self.silent:
            time.sleep(3)
            return
        line.sendall((self.answer if self.answer is not None else answer) + b"\0")


def _until_nul(said: object) -> bytes:
    command = b""
    while (byte := said.read(1)) and byte != b"\0":  # type: ignore[attr-defined]
        command += byte
    return command


@contextmanager
def scanning_at(where: Path | None) -> Iterator[Scanner]:
    """A scanner at the path of a socket, or at a port of this machine."""
    if where is None:
        server = socket.create_server(("127.0.0.1", 0))
        address = f"127.0.0.1:{server.getsockname()[1]}"
    else:
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(where))
        server.listen()
        address = str(where)
    scanner = Scanner(address)

    def accept() -> None:
        while True:
            try:
                line, _from = server.accept()
            except OSError:
                return
            try:
                scanner.serve(line)
            except OSError:  # the other end went first
                continue

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield scanner
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)
