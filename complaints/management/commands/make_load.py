import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.demo.bulk import BATCH, MOST_WITH_TRIGGERS, NotPrivileged, fill
from complaints.rule_loading import load_rule_data
from organisations.demo.load import load_organisation
from organisations.demo.production import refuse_in_production
from organisations.holidays import seed_holidays
from organisations.models import Holiday
from workflows.models import Case


class Command(BaseCommand):
    """Fill an empty database with made-up complaints for benchmarks."""

    help = "Fill an empty database with made-up complaints, for benchmarks. Refused where there are cases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See the help texts."""
        parser.add_argument("--complaints", type=int, required=True, metavar="N", help="how many")
        parser.add_argument(
            "--today", type=date.fromisoformat, help="the day on which the load stands (YYYY-MM-DD, default today)"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Raises CommandError in production settings, where there are cases, or for a number below one."""
        refuse_in_production("A load is made-up data")
        count = options["complaints"]
        if count < 1:
            raise CommandError("--complaints must be at least 1.")
        if Case.objects.exists():
            raise CommandError("There are cases already: the load is written into an empty database only.")
        today = options["today"] or timezone.localdate()
        load_rule_data()
        if not Holiday.objects.exists():
            seed_holidays(range(today.year - 2, today.year + 3))
        load_organisation(today)
        begun = time.monotonic()

        def told(done: int) -> None:
            if done % (4 * BATCH) == 0 and done < count:
                self.stdout.write(f"{done:,} of {count:,} complaints, {time.monotonic() - begun:.0f} s")

        try:
            fill(count, today, told=told)
        except NotPrivileged:
            raise CommandError(
                f"More than {MOST_WITH_TRIGGERS:,} complaints need a database role that may set"
                " session_replication_role (a superuser)."
            ) from None
        self.stdout.write(self.style.SUCCESS(f"{count:,} complaints in {time.monotonic() - begun:.1f} s"))
