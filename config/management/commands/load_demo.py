from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.demo.load import among_others, load_complaints, loaded
from complaints.demo.plan import TOTAL
from complaints.demo.sign_ins import write_sign_ins
from complaints.disclosure.publishing import publish
from complaints.rule_loading import load_rule_data as load_complaint_rules
from complaints.statistics.making import make_reports
from organisations.demo.load import begun_on, load_organisation
from organisations.demo.production import refuse_in_production
from organisations.holidays import seed_holidays
from organisations.models import Holiday
from procurement.demo.citizens import sign_in_lines
from procurement.demo.load import is_loaded, load_procurement
from procurement.rule_data import load_rule_data as load_procurement_rules
from scores.demo.load import is_loaded as scores_loaded
from scores.demo.load import load_scores
from scores.demo.load import sign_in_lines as score_lines
from scores.demo.registers import is_loaded as registers_loaded
from scores.demo.registers import load_registers
from scores.rule_data import load_rule_data as load_score_rules


class Command(BaseCommand):
    """Load the demo: a real province's districts, made-up people, complaints in every state, two years of plans,
    a pool of citizens with seats in many states."""

    help = "Load the demo: made-up people, complaints and purchases of a province. An interrupted load goes on."

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
        if loaded() >= TOTAL and is_loaded() and registers_loaded() and scores_loaded():
            if not options["once"]:
                raise CommandError("The demo is loaded already.")
            self.stdout.write("The demo is loaded already; nothing was changed.")
            return
        if among_others():
            raise CommandError("There are complaints already: the demo is loaded into an empty database only.")
        self._load(begun_on() or options["today"] or timezone.localdate(), options["sign_ins"])

    def _load(self, today: date, sign_ins: Path) -> None:
        load_complaint_rules()
        load_procurement_rules()
        load_score_rules()
        if not Holiday.objects.exists():
            seed_holidays(range(today.year - 2, today.year + 3))
        load_organisation(today)
        stories = load_complaints(today, self.stdout.write)
        purchases = load_procurement(today, self.stdout.write)
        # Before the assessments, whose figures they are.
        load_registers(today, self.stdout.write)
        load_scores(today, self.stdout.write)
        make_reports(today)
        publish()
        write_sign_ins(sign_ins, stories, [*sign_in_lines(), *score_lines()])
        self.stdout.write(self.style.SUCCESS(f"{TOTAL} complaints, {purchases} purchases; sign-ins in {sign_ins}"))
