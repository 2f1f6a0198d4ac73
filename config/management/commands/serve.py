"""`manage.py serve`: the whole of Sodsong on one machine, in the foreground, until Ctrl-C."""

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from config import serve
from config.home import data_home


class Command(BaseCommand):
    help = "Serve the pages and run the background jobs in one process on this machine, until Ctrl-C."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="the port on 127.0.0.1 (default 8000)")
        parser.add_argument("--prepare", action="store_true", help="first migrate, and load the demo if it never was")

    def handle(self, *_args: Any, port: int, prepare: bool, **_options: Any) -> None:
        home = data_home()
        try:
            with serve.only_copy(home, port), serve.bind(port) as listening:
                if prepare:
                    call_command("migrate", interactive=False, verbosity=0)
                    call_command("load_demo", once=True)
                else:
                    self.check(databases=["default"])
                    self.check_migrations()
                connections.close_all()  # the web server's threads open their own
                asyncio.run(serve.serve(listening, lambda: self._ready(port)))
        except serve.CannotServeError as error:
            raise CommandError(str(error)) from None

    def _ready(self, port: int) -> None:
        sign_ins = data_home() / "demo-sign-ins.txt"
        self.stdout.write(f"ready at http://{serve.HOST}:{port}/")
        if sign_ins.exists():
            self.stdout.write(sign_ins.read_text().rstrip())
        self.stdout.write("Stop with Ctrl-C.")
        self.stdout.flush()
