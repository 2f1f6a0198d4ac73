from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.demo.plan import TOTAL, plan
from complaints.demo.play import SOURCE, Player, settle_old_notices
from complaints.demo.production import refuse_in_production
from complaints.demo.sign_ins import write_sign_ins
from complaints.models import Complaint
from complaints.rule_data import load_rule_data
from organisations.calendar import current_calendar
from organisations.demo.load import begun_on, load_organisation
from organisations.holidays import seed_holidays
from organisations.models import Holiday


class Command(BaseCommand):
    """Load the demo: a real province's districts, made-up people, 300 made-up complaints in every state."""

    help = "Load the demo: made-up people and complaints of a province. A load that was interrupted goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See the help texts."""
        parser.add_argument("--once", action="store_true", help="do nothing when the demo is loaded already")
        parser.add_argument(
            "--today", type=date.fromisoformat, help="the day on which the demo stands (YYYY-MM-DD, default today)"
        )
        parser.add_argument(
            "--sign-ins",
            type=Path,
            # Beside the evidence: the data folder of a local installation.
            default=settings.EVIDENCE_ROOT.parent / "demo-sign-ins.txt",
            help="where to write the sign-ins (default: the data folder)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Raises CommandError in production settings, among real complaints, or when loaded already without --once."""
        refuse_in_production("The demo has public passwords and receipts")
        loaded = Complaint.objects.filter(source=SOURCE).count()
        if loaded >= TOTAL:
            if not options["once"]:
                raise CommandError("The demo is loaded already.")
            self.stdout.write("The demo is loaded already; nothing was changed.")
            return
        if not loaded and Complaint.objects.exists():
            raise CommandError("There are complaints already: the demo is loaded into an empty database only.")
        self._load(begun_on() or options["today"] or timezone.localdate(), options["sign_ins"])

    def _load(self, today: date, sign_ins: Path) -> None:
        load_rule_data()
        if not Holiday.objects.exists():
            seed_holidays(range(today.year - 2, today.year + 3))
        load_organisation(today)
        stories = plan(today, current_calendar())
        player = Player(today)
        for done, story in enumerate(stories, start=1):
            player.play(story)
            if done % 50 == 0:
                self.stdout.write(f"{done} of {TOTAL} complaints")
        settle_old_notices(today)
        write_sign_ins(sign_ins, stories)
        self.stdout.write(self.style.SUCCESS(f"{TOTAL} complaints; sign-ins in {sign_ins}"))
