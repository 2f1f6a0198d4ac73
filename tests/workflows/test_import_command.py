"""How an import ends on the command line: what was counted is the last line, whatever happened."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import translation

from workflows.importing.command import INTERRUPTED, carry_out
from workflows.importing.reading import UnreadableFileError
from workflows.importing.report import Report, Tally

LAST = "read 9, created 3, changed 2, unchanged 1, rejected 3"


@dataclass
class FakeRun:
    fault: BaseException | None = None
    tally: Tally = field(default_factory=lambda: Tally(read=9, created=3, changed=2, unchanged=1, rejected=3))

    def run(self) -> Tally:
        if self.fault:
            raise self.fault
        return self.tally

    def run_whole(self) -> Tally:
        return self.run()

    def notes(self) -> Iterable[str]:
        return ["a note"]


@pytest.fixture
def command() -> BaseCommand:
    return BaseCommand(stdout=io.StringIO(), stderr=io.StringIO(), no_color=True)


def out(command: BaseCommand) -> list[str]:
    return command.stdout.getvalue().splitlines()  # type: ignore[attr-defined]


def test_import_ends_with_its_notes_and_the_tally(command: BaseCommand) -> None:
    carry_out(command, FakeRun(), whole=False, dry_run=False)
    assert out(command) == ["a note", LAST]


def test_dry_run_says_that_nothing_was_written(command: BaseCommand) -> None:
    with translation.override("en"):
        carry_out(command, FakeRun(), whole=False, dry_run=True)
    assert out(command)[-2:] == ["A dry run: nothing was written.", LAST]


@pytest.mark.parametrize("fault", [DatabaseError("gone."), UnreadableFileError("changed")])
def test_import_that_a_fault_ended_tells_what_is_in(command: BaseCommand, fault: Exception) -> None:
    with pytest.raises(CommandError):
        carry_out(command, FakeRun(fault), whole=False, dry_run=False)
    assert out(command)[-1] == LAST


def test_import_stopped_by_hand_tells_what_is_in(command: BaseCommand) -> None:
    with pytest.raises(SystemExit) as ended:
        carry_out(command, FakeRun(KeyboardInterrupt()), whole=False, dry_run=False)
    assert ended.value.code == INTERRUPTED
    assert out(command)[-1] == LAST


def test_whole_import_with_a_rejected_row_ends_with_one(command: BaseCommand) -> None:
    with pytest.raises(SystemExit) as ended:
        carry_out(command, FakeRun(), whole=True, dry_run=False)
    assert ended.value.code == 1
    carry_out(command, FakeRun(tally=Tally(read=1, created=1)), whole=True, dry_run=False)


def test_report_takes_control_characters_out_of_what_a_file_says(command: BaseCommand) -> None:
    report = Report(command, 10, changed="%(line)d %(number)s: %(what)s")
    report.rejected(3, "A\x1b[2J1", "no\u202e good")
    report.changed(4, "B\x9b2", "its\x07 state")
    rejected, changed = out(command)
    assert "A[2J1" in rejected
    assert "no good" in rejected
    assert changed == "4 B2: its state"


def test_report_without_a_sentence_is_silent_about_changed_rows(command: BaseCommand) -> None:
    Report(command, 10).changed(4, "B2", "its state")
    assert out(command) == []
