from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.verification import Report, verify


class Command(BaseCommand):
    """Check every entry of the ledger."""

    help = "Check every hash, chain, head and checkpoint of the ledger; name each entry that was changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--limit: how many faults are printed at the most."""
        parser.add_argument("--limit", type=int, default=100, help="faults printed at the most (default 100)")

    def handle(self, *args: Any, limit: int, **options: Any) -> None:
        """Exit 0 when whole, 1 with the faults otherwise."""
        report, faults = Report(), 0
        for fault in verify(report):
            faults += 1
            if faults <= limit:
                self.stdout.write(self.style.ERROR(str(fault)))
        seen = f"{report.entries} entries of {report.cases} cases, {report.checkpoints} checkpoints"
        if faults:
            raise CommandError(f"{faults} faults in {seen}")
        self.stdout.write(self.style.SUCCESS(f"whole: {seen}"))
