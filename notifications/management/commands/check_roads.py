import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notifications.health import health


class Command(BaseCommand):
    """Say whether news gets through."""

    help = "Print how the outbox and the roads of news are doing, as JSON; exit 1 when something is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 when all is well, 1 otherwise."""
        found, well = health()
        self.stdout.write(json.dumps(found, indent=2))
        if not well:
            raise CommandError("news does not get through")
