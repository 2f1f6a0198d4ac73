from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.checks import problems
from workflows.models import Case


class Command(BaseCommand):
    """Check that everything about the cases agrees."""

    help = "Check that state, tasks, clocks, numbers, files and ledger of all cases agree."

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 when everything agrees, 1 with what does not otherwise."""
        found = 0
        for number, sentence in problems():
            found += 1
            self.stdout.write(self.style.ERROR(f"{number}: {sentence}"))
        cases = Case.objects.count()
        if found:
            raise CommandError(f"{found} disagreements in {cases} cases")
        self.stdout.write(self.style.SUCCESS(f"everything agrees in {cases} cases"))
