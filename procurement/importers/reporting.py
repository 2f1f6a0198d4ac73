"""What an import of procurement tells about each row, on the command line."""

from typing import Protocol

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from workflows.importing.report import Listener, Report, plain


class RowListener(Listener, Protocol):
    """Who hears what becomes of each row."""

    def remarked(self, line: int, number: str, what: str) -> None:
        """The row was taken, and something about it was left out, mended or kept as it is here."""


class RowReport(Report):
    """A `RowListener` of a command: what it says of rows goes to stdout, progress to stderr."""

    def __init__(self, command: BaseCommand, rows: int) -> None:
        """rows: how many there are."""
        super().__init__(command, rows, changed=_("Line %(line)d, %(number)s changed: %(what)s."))

    def remarked(self, line: int, number: str, what: str) -> None:
        """See `RowListener`."""
        self._command.stdout.write(
            _("Line %(line)d, %(number)s: %(what)s.")
            % {"line": line, "number": plain(number) or "∅", "what": plain(what)}
        )
