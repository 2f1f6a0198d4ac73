"""How the log is written: what went wrong and where, and nothing of whom it happened to."""

import copy
import logging
import traceback
from collections.abc import Iterator
from typing import Any


class DiscreetFormatter(logging.Formatter):
    """Writes errors with their type and place in the code, but without their message.

    PostgreSQL repeats the refused row in its message, and a parser what it could not read: names, telephone numbers,
    what somebody complained about.
    """

    def format(self, record: logging.LogRecord) -> str:
        """As usual, from a copy: another handler may have left its own, talkative, text of the error in the record."""
        own = copy.copy(record)
        own.exc_text = None
        return super().format(own)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """The traceback of the error and of those behind it, newest last."""
        lines: list[str] = []
        for error in reversed(list(_with_causes(ei[1]))):
            lines += ["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__)]
            lines.append(f"{type(error).__module__}.{type(error).__qualname__} (its message is not written down)\n")
        return "".join(lines).rstrip("\n")


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
