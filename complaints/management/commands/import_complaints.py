"""`manage.py import_complaints FILE --format traffy`: reports of another system become complaints."""

import re
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from complaints.importers import reading, traffy
from complaints.importers.mapping import Mapping
from complaints.importers.writing import Import, Tally

INTERRUPTED = 130
# What a cell could make a terminal do: the control characters (category Cc), and those that turn the direction.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Command(BaseCommand):
    """Exit code 0 when the import ran, with or without rejected rows; 1 when nothing was written because of a fault of
    the file, of the table or, with --all-or-nothing, of a row; 130 when it was stopped by Ctrl-C."""

    help = "Import complaints from another system's export. A second run adds only what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--format", choices=[traffy.NAME], required=True)
        parser.add_argument(
            "--unit",
            default="",
            metavar="CODE",
            help="receives reports whose organisations are no unit here (default: the mapping of the empty name)",
        )
        parser.add_argument(
            "--unmapped-type", default="", metavar="KIND", help="the kind of reports whose types have no import mapping"
        )
        parser.add_argument("--encoding", choices=reading.ENCODINGS, help="default: found out from the whole file")
        parser.add_argument("--dry-run", action="store_true", help="report what would happen and write nothing")
        parser.add_argument(
            "--all-or-nothing",
            action="store_true",
            help="write nothing if any row is rejected; one transaction, so nobody can register meanwhile",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with reading.open_file(options["file"]) as handle:
                layout = reading.inspect(handle, traffy.COLUMNS, encoding=options["encoding"])
                mapping = Mapping.load(options["format"], unit=options["unit"], unmapped_type=options["unmapped_type"])
                report = _Report(self, layout.size)
                self._import(Import(handle, layout, mapping, report, dry_run=options["dry_run"]), options)
        except reading.UnreadableFileError as fault:
            raise CommandError(_plain(str(fault))) from fault

    def _import(self, run: Import, options: dict[str, Any]) -> None:
        whole = options["all_or_nothing"]
        try:
            tally = run.run_whole() if whole else run.run()
        except KeyboardInterrupt:
            self.stderr.write(_("Stopped. What is counted as created is in; run the same command again for the rest."))
            self._conclude(run.tally, options)
            sys.exit(INTERRUPTED)
        except DatabaseError as error:
            self._conclude(run.tally, options)
            raise CommandError(
                _("The database ended the import: %(reason)s. Run the same command again for the rest.")
                % {"reason": str(error).strip().rstrip(".")}
            ) from error
        except reading.UnreadableFileError:
            self._conclude(run.tally, options)
            raise
        self._conclude(tally, options)
        if whole and tally.rejected:
            sys.exit(1)

    def _conclude(self, tally: Tally, options: dict[str, Any]) -> None:
        if tally.changed:
            self.stdout.write(
                _("%(count)d rows changed at the source since they were imported; they are counted as unchanged.")
                % {"count": tally.changed}
            )
        if options["dry_run"]:
            self.stdout.write(_("A dry run: nothing was written."))
        # Not translated: scripts read it.
        self.stdout.write(str(tally))


def _plain(text: str) -> str:
    return _CONTROLS.sub("", text)


class _Report:
    """Rejected and changed rows to stdout as they come; progress to stderr, about once a second."""

    def __init__(self, command: BaseCommand, size: int) -> None:
        self._command = command
        self._size = size
        self._started = self._last = time.monotonic()

    def rejected(self, line: int, number: str, reason: str) -> None:
        self._command.stdout.write(
            _("Line %(line)d, %(number)s rejected: %(reason)s.")
            % {"line": line, "number": _plain(number) or "∅", "reason": _plain(reason)}
        )

    def changed(self, line: int, number: str, what: str) -> None:
        self._command.stdout.write(
            _("Line %(line)d, %(number)s changed at the source, not applied here: %(what)s.")
            % {"line": line, "number": _plain(number), "what": _plain(what)}
        )

    def progress(self, tally: Tally, position: int) -> None:
        if time.monotonic() - self._last < 1:
            return
        self._last = time.monotonic()
        # The file is read a little ahead of the rows: it is finished when the last row is.
        self._say(tally, min(99, 100 * position // self._size))

    def finished(self, tally: Tally) -> None:
        self._say(tally, 100)

    def _say(self, tally: Tally, percent: int) -> None:
        line = _("%(percent)d %%, %(rows)d rows, %(rate)d rows a second") % {
            "percent": percent,
            "rows": tally.read,
            "rate": tally.read / max(time.monotonic() - self._started, 0.001),
        }
        self._command.stderr.write(line, style_func=str)  # not red: progress is no error
