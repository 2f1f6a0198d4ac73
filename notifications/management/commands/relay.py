"""`manage.py relay`: tells people what has happened, as it happens, until it is stopped."""

import asyncio
import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from notifications.relay import relay
from notifications.relaying import keep_relaying


class Command(BaseCommand):
    help = "Turn what has happened into notices, as it happens, until stopped. Several may run; one works at a time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="tell what waits, and end")

    def handle(self, *_args: Any, once: bool, **_options: Any) -> None:
        if once:
            self.stdout.write(f"{relay()} told")
            return
        asyncio.run(_until_stopped())


async def _until_stopped() -> None:
    stopping = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    await keep_relaying(stopping)
