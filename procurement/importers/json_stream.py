"""Reading a JSON export object by object, however long it is: a list, a list under a key, or an object a line.

`json.load()` would need some ten times the size of the file. Here one object is in memory at a time.
"""

import io
import json
from collections.abc import Iterator, Set
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from workflows.importing.reading import UnreadableFileError

CHUNK_CHARS = 256 * 1024
# A purchase with its contracts has some thousand characters. Beyond this a bracket was never closed.
MAX_OBJECT_CHARS = 2_000_000
# Under which names interfaces put the list of what they found (CKAN: result, in it records).
WRAPPERS = frozenset({"result", "results", "data", "records", "items", "rows", "projects", "value"})
MAX_DEPTH = 3
_SPACE = " \t\n\r"

# Numbers stay as they are written: 116190000.0 is no floating point here, and 6.4E+10 shows that it lost digits.
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=lambda _name: None)


def is_json(handle: BinaryIO) -> bool:
    """Whether the text of the file begins as JSON does."""
    handle.seek(0)
    return handle.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{")


def objects(handle: BinaryIO, encoding: str, known_by: Set[str]) -> Iterator[tuple[int, Any]]:
    """The members of the list in the file, each with the line on which it begins; numbers are text.

    known_by: keys of which one tells an object of the list from one that wraps the list. A member that is no object is
    yielded too: whoever reads it says what is wrong. Raises UnreadableFileError, with the line, where the text is not
    JSON or holds no list.
    """
    handle.seek(0)
    text = io.TextIOWrapper(handle, encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline=None)
    stream = _Stream(text)
    try:
        if stream.peek() == "[":
            yield from stream.members()
        else:
            yield from stream.objects_or_wrapped(known_by)
        if stream.peek():
            raise stream.fault()
    finally:
        text.detach()  # Closing the wrapper would close the file, which may be read again.


class _Stream:
    """The text from the present place on."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._buffer = ""
        self._at = 0
        self._line = 1

    def members(self) -> Iterator[tuple[int, Any]]:
        """The members of the list that begins here."""
        self._expect("[")
        if self.peek() == "]":
            self._expect("]")
            return
        while True:
            yield self._value()
            if self.peek() != ",":
                break
            self._expect(",")
        self._expect("]")

    def objects_or_wrapped(self, known_by: Set[str]) -> Iterator[tuple[int, Any]]:
        """Objects one after another, or the list in the object that begins here."""
        try:
            line, first = self._value(keep=True)
        except UnreadableFileError:
            first = {}  # larger than one object may be: it can only be a wrapper
        if not isinstance(first, dict) or not known_by & first.keys():
            yield from self._wrapped(1)
            return
        while self.peek():
            line, value = self._value()
            yield line, value
            if self.peek() == ",":
                self._expect(",")

    def _wrapped(self, depth: int) -> Iterator[tuple[int, Any]]:
        found = False
        self._expect("{")
        while self.peek() not in ("}", ""):
            _line, key = self._value()
            self._expect(":")
            is_list = str(key).casefold() in WRAPPERS and not found
            if is_list and self.peek() == "[":
                found = True
                yield from self.members()
            elif is_list and self.peek() == "{" and depth < MAX_DEPTH:
                found = True
                yield from self._wrapped(depth + 1)
            else:
                self._value()
            if self.peek() == ",":
                self._expect(",")
        self._expect("}")
        if not found:
            raise UnreadableFileError(
                _("The file holds no list of projects: neither a list, nor one under %(names)s.")
                % {"names": ", ".join(sorted(WRAPPERS))}
            )

    def peek(self) -> str:
        """The next sign that is no space; "" at the end."""
        while True:
            while self._at < len(self._buffer):
                char = self._buffer[self._at]
                if char not in _SPACE:
                    return char
                self._line += char == "\n"
                self._at += 1
            if not self._more():
                return ""

    def fault(self) -> UnreadableFileError:
        """What to raise for text that is not JSON, here."""
        return UnreadableFileError(_("Line %(line)d is not JSON as it should be.") % {"line": self._line})

    def _expect(self, char: str) -> None:
        if self.peek() != char:
            raise self.fault()
        self._at += 1

    def _value(self, *, keep: bool = False) -> tuple[int, Any]:
        """The value that begins here, with its line. keep: look at it and stay before it."""
        self.peek()
        line = self._line
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
                # A number at the end of what is read so far may go on.
                if end < len(self._buffer) or not self._more():
                    break
            except (json.JSONDecodeError, RecursionError):
                if len(self._buffer) - self._at > MAX_OBJECT_CHARS or not self._more():
                    raise self.fault() from None
        if not keep:
            self._line += self._buffer.count("\n", self._at, end)
            self._at = end
        return line, value

    def _more(self) -> bool:
        chunk = self._text.read(CHUNK_CHARS)
        self._buffer = self._buffer[self._at :] + chunk
        self._at = 0
        return bool(chunk)
