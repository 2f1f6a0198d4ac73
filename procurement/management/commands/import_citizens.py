"""`manage.py import_citizens FILE`: citizens whom communities and networks put forward for the pool."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from organisations.queries import open_units
from procurement.importers.citizens import HEADINGS, CitizenImport, opened, template
from procurement.importers.reporting import RowReport
from workflows.importing import reading
from workflows.importing.command import add_import_arguments, carry_out, unreadable


class Command(BaseCommand):
    """Exit code 0 when the import ran, with or without rejected rows; 1 when nothing was written because of a fault of
    the file or, with --all-or-nothing, of a row; 130 when it was stopped by Ctrl-C."""

    help = (
        "Import citizens for the pool; they wait for admission. --template prints the columns: "
        f"{', '.join(HEADINGS.columns)}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_import_arguments(parser, file_needed=False)
        parser.add_argument("--unit", metavar="CODE", help="the unit of rows that name none")
        parser.add_argument(
            "--template", action="store_true", help="print an empty list with one made-up row, and import nothing"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["template"]:
            self.stdout.write(template(), ending="")
            return
        if options["file"] is None:
            raise CommandError(_("Name the file to import, or ask for --template."))
        default = open_units().filter(code=options["unit"]).first() if options["unit"] else None
        if options["unit"] and default is None:
            raise CommandError(_("There is no open unit with the code %(code)s.") % {"code": options["unit"]})
        try:
            with (
                reading.open_file(options["file"]) as handle,
                opened(handle, options["encoding"]) as (_layout, spool),
            ):
                listener = RowReport(self, spool.size)
                run = CitizenImport(spool, listener, default=default, dry_run=options["dry_run"])
                carry_out(self, run, whole=options["all_or_nothing"], dry_run=options["dry_run"])
        except reading.UnreadableFileError as fault:
            raise unreadable(fault) from fault
