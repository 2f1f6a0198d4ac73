"""What the commands that import a file have in common: their arguments, how they end, and their last line."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from workflows.importing.reading import ENCODINGS, UnreadableFileError
from workflows.importing.report import Tally, plain

INTERRUPTED = 130


class Run(Protocol):
    """One run over one file."""

    @property
    def tally(self) -> Tally:
        """What has been counted so far; created and changed: only what is committed."""

    def run(self) -> Tally:
        """Take what can be taken."""

    def run_whole(self) -> Tally:
        """Take everything, or nothing when any row is rejected."""

    def notes(self) -> Iterable[str]:
        """Sentences about the tally, for the person who reads it."""


def add_import_arguments(parser: ArgumentParser, *, file_needed: bool = True) -> None:
    """FILE, --encoding, --dry-run and --all-or-nothing. file_needed: False where another option does without it."""
    parser.add_argument("file", type=Path, metavar="FILE", nargs=None if file_needed else "?")
    parser.add_argument("--encoding", choices=ENCODINGS, help="default: found out from the whole file")
    parser.add_argument("--dry-run", action="store_true", help="report what would happen and write nothing")
    parser.add_argument(
        "--all-or-nothing",
        action="store_true",
        help="write nothing if any row is rejected; one transaction, so nobody can register meanwhile",
    )


def carry_out(command: BaseCommand, run: Run, *, whole: bool, dry_run: bool) -> None:
    """Run an import and say how it ended: what was counted is the last line, whatever happens.

    Ends the program with 130 when it was stopped by Ctrl-C, and with 1 when `whole` was asked for and a row was
    rejected. Raises CommandError when the database or a fault of the file ended it.
    """
    try:
        tally = run.run_whole() if whole else run.run()
    except KeyboardInterrupt:
        command.stderr.write(_("Stopped. What is counted as created is in; run the same command again for the rest."))
        _conclude(command, run, dry_run=dry_run)
        sys.exit(INTERRUPTED)
    except DatabaseError as error:
        _conclude(command, run, dry_run=dry_run)
        raise CommandError(
            _("The database ended the import: %(reason)s. Run the same command again for the rest.")
            % {"reason": str(error).strip().rstrip(".")}
        ) from error
    except UnreadableFileError as fault:
        _conclude(command, run, dry_run=dry_run)
        raise unreadable(fault) from fault
    _conclude(command, run, dry_run=dry_run)
    if whole and tally.rejected:
        sys.exit(1)


def unreadable(fault: UnreadableFileError) -> CommandError:
    """What a command raises for a file that cannot be imported."""
    return CommandError(plain(str(fault)))


def _conclude(command: BaseCommand, run: Run, *, dry_run: bool) -> None:
    for note in run.notes():
        command.stdout.write(note)
    if dry_run:
        command.stdout.write(_("A dry run: nothing was written."))
    command.stdout.write(str(run.tally))
