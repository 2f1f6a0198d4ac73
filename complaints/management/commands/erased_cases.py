from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from complaints.models import ComplaintCase
from workflows.actors import TIMER
from workflows.keys import is_erased
from workflows.models import CaseKey
from workflows.refusals import Refused
from workflows.transitions import perform


class Command(BaseCommand):
    """The list of erased complaints, to be kept outside; and erasing them again after an older backup was restored."""

    help = (
        "Print the public ids of all erased complaints, one a line: keep them apart from the backups, every night. "
        "After a restore, --again erases those that the backup brought back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--again: a file with such a list."""
        parser.add_argument("--again", type=Path, metavar="FILE", help="erase what stands in this list and is back")

    def handle(self, *args: Any, again: Path | None, **options: Any) -> None:
        """Exit 0 when nothing of the list is left, 1 with what could not be erased otherwise."""
        if again is None:
            erased = CaseKey.objects.filter(wrapped="", case__kind="complaint").order_by("case")
            for public_id in erased.values_list("case__public_id", flat=True).iterator(chunk_size=2000):
                self.stdout.write(public_id)
            return
        done, left = 0, 0
        for public_id in filter(None, map(str.strip, again.read_text().splitlines())):
            case = ComplaintCase.objects.filter(public_id=public_id).first()
            if case is None:
                continue  # it came in after this backup was made
            if is_erased(case) and not case.subject and not case.complaint.text:
                continue
            try:
                perform(case, "erase_again", TIMER)
                done += 1
            except Refused as refusal:
                left += 1
                self.stderr.write(self.style.ERROR(f"{public_id}: {refusal.sentence}"))
        self.stdout.write(f"erased again {done}, left {left}")
        if left:
            raise CommandError("Bring these cases to their end, and run it again.")
