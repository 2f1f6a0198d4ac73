from typing import Any

from django.core.management.base import BaseCommand

from complaints.questions import keeping as questions
from complaints.retention import apply_retention


class Command(BaseCommand):
    """What the worker does every night about what has been kept long enough."""

    help = (
        "Announce the erasure of complaints that were kept long enough, take back what is not due any more, and erase "
        "questions that were kept long enough."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many."""
        counts, erased = apply_retention(), questions.apply_retention()
        self.stdout.write(
            f"announced {counts['announced']}, taken back {counts['taken_back']}, questions erased {erased}"
        )
