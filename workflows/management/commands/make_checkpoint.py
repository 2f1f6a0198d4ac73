from typing import Any

from django.core.management.base import BaseCommand

from workflows.checkpoints import make_checkpoint


class Command(BaseCommand):
    """Take a checkpoint of the ledger now."""

    help = "Take a checkpoint of every case that changed since the last one and print its root, to be published."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print time, number of leaves and root; say so when nothing has changed."""
        checkpoint = make_checkpoint()
        if checkpoint is None:
            self.stdout.write("nothing has changed since the last checkpoint")
            return
        self.stdout.write(f"{checkpoint.at:%Y-%m-%dT%H:%M:%SZ} {checkpoint.leaves} cases")
        self.stdout.write(checkpoint.root)
