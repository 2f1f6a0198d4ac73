from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows import sealing
from workflows.rotation import rotate


class Command(BaseCommand):
    """Bring everything that stands under an older master key under the newest one."""

    help = (
        "Wrap every data key and make every keyed hash anew with the first of the master keys, and say whether the "
        "older ones can be taken out of the settings. May be stopped and run again, beside the running program."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--check: only look."""
        parser.add_argument("--check", action="store_true", help="count what is left, and change nothing")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Exit 0 when nothing needs an older key any more, 1 with what is left otherwise."""
        newest, *older = sealing.master_key_ids()
        self.stdout.write(f"newest master key: {newest}; older ones: {', '.join(older) or 'none'}")
        outcome = rotate(self._progress, check=check)
        for tally in outcome.tallies:
            self.stdout.write(f"{tally.name}: {tally.changed} changed, {tally.left} left, {tally.lost} lost")
        for what, count in outcome.lasting:
            self.stdout.write(f"{count} hashes cannot be made anew: {what}")
        lost = sum(tally.lost for tally in outcome.tallies)
        if lost:
            self.stderr.write(
                self.style.ERROR(f"{lost} rows open with none of the master keys. Put back the key that is missing.")
            )
        if not outcome.finished:
            advice = (
                "Run it without --check."
                if check
                else "Restart every process that still has the settings of before, and run this again."
            )
            raise CommandError(f"The older keys are still needed. {advice}")
        if lost:
            raise CommandError("Nothing more can be done with these keys.")
        done = "can be taken out of SODSONG_MASTER_KEYS" if older else "nothing stands under another key"
        self.stdout.write(self.style.SUCCESS(f"{', '.join(older)} {done}" if older else done))

    def _progress(self, name: str, seen: int) -> None:
        self.stdout.write(f"{name}: {seen} looked at")
        self.stdout.flush()
