from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workflows import scanning
from workflows.attachments import scan_kept


class Command(BaseCommand):
    """Scan kept files for viruses."""

    help = (
        "Scan the files that were kept while the virus scanner was away; what it finds harmful is withheld from then "
        "on. With --again all files. Exit 1 when the scanner is not set up or does not answer, 3 when it found harm."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which files."""
        parser.add_argument("--again", action="store_true", help="also the files that were scanned, and those withheld")

    def handle(self, *args: Any, **options: Any) -> None:
        """Numbers only: no file and no case is named."""
        if not scanning.is_set_up():
            raise CommandError("no virus scanner is set up (SODSONG_CLAMAV)")
        scanned = scan_kept(again=options["again"])
        self.stdout.write(f"clean {scanned.clean}, withheld {scanned.withheld}, could not be read {scanned.unread}")
        if scanned.away:
            raise CommandError("the virus scanner does not answer; the rest waits")
        if scanned.withheld:
            raise CommandError("harmful files are withheld", returncode=3)
