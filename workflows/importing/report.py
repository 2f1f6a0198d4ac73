"""What became of the rows of an import: counted, and told on the command line while it happens."""

import re
import time
from dataclasses import dataclass
from typing import Protocol

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

# What a cell could make a terminal do: the control characters (category Cc), and those that turn the direction.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass
class Tally:
    """How many rows: read = created + changed + unchanged + rejected, except where one rejection stopped the rest.

    As text it is the last line of an import, which scripts read: not translated.
    """

    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0

    def __str__(self) -> str:
        return (
            f"read {self.read}, created {self.created}, changed {self.changed}, "
            f"unchanged {self.unchanged}, rejected {self.rejected}"
        )


class Listener(Protocol):
    """Who hears what becomes of each row, while it happens."""

    def rejected(self, line: int, number: str, reason: str) -> None:
        """The row was not taken. number: at the source, or ""."""

    def changed(self, line: int, number: str, what: str) -> None:
        """The row differs from what was imported before; what: in which way."""

    def progress(self, tally: Tally, position: int) -> None:
        """After each batch. position: bytes of the file read so far."""

    def finished(self, tally: Tally) -> None:
        """After the last batch."""


def plain(text: str) -> str:
    """`text` without what would steer a terminal or cannot be written at all (half of a surrogate pair)."""
    return _CONTROLS.sub("", text).encode("utf-8", "backslashreplace").decode()


class Report:
    """A `Listener` of a command: rejected and changed rows to stdout as they come; progress to stderr, about once a
    second."""

    def __init__(self, command: BaseCommand, size: int, *, changed: str = "") -> None:
        """size: of the file, in bytes. changed: the sentence for a changed row, with %(line)d, %(number)s and %(what)s;
        "" for an import that only counts them."""
        self._command = command
        self._size = size
        self._changed = changed
        self._started = self._last = time.monotonic()

    def rejected(self, line: int, number: str, reason: str) -> None:
        """See `Listener`."""
        self._command.stdout.write(
            _("Line %(line)d, %(number)s rejected: %(reason)s.")
            % {"line": line, "number": plain(number) or "∅", "reason": plain(reason)}
        )

    def changed(self, line: int, number: str, what: str) -> None:
        """See `Listener`."""
        if self._changed:
            self._command.stdout.write(self._changed % {"line": line, "number": plain(number), "what": plain(what)})

    def progress(self, tally: Tally, position: int) -> None:
        """See `Listener`."""
        if time.monotonic() - self._last < 1:
            return
        self._last = time.monotonic()
        # The file is read a little ahead of the rows: it is finished when the last row is.
        self._say(tally, min(99, 100 * position // self._size))

    def finished(self, tally: Tally) -> None:
        """See `Listener`."""
        self._say(tally, 100)

    def _say(self, tally: Tally, percent: int) -> None:
        line = _("%(percent)d %%, %(rows)d rows, %(rate)d rows a second") % {
            "percent": percent,
            "rows": tally.read,
            "rate": tally.read / max(time.monotonic() - self._started, 0.001),
        }
        self._command.stderr.write(line, style_func=str)  # not red: progress is no error
