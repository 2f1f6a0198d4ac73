"""`manage.py import_complaints FILE --format traffy`: reports of another system become complaints."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from complaints.importers import traffy
from complaints.importers.mapping import Mapping
from complaints.importers.writing import Import
from workflows.importing import reading
from workflows.importing.command import add_import_arguments, carry_out, unreadable
from workflows.importing.report import Report


class Command(BaseCommand):
    """Exit code 0 when the import ran, with or without rejected rows; 1 when nothing was written because of a fault of
    the file, of the table or, with --all-or-nothing, of a row; 130 when it was stopped by Ctrl-C."""

    help = "Import complaints from another system's export. A second run adds only what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_import_arguments(parser)
        parser.add_argument("--format", choices=[traffy.NAME], required=True)
        parser.add_argument(
            "--unit",
            default="",
            metavar="CODE",
            help="receives reports whose organisations are no unit here (default: the mapping of the empty name)",
        )
        parser.add_argument(
            "--unmapped-type", default="", metavar="KIND", help="the kind of reports whose types have no import mapping"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        changed = _("Line %(line)d, %(number)s changed at the source, not applied here: %(what)s.")
        try:
            with reading.open_file(options["file"]) as handle:
                layout = reading.inspect(handle, traffy.COLUMNS, encoding=options["encoding"])
                mapping = Mapping.load(options["format"], unit=options["unit"], unmapped_type=options["unmapped_type"])
                report = Report(self, layout.size, changed=changed)
                run = Import(handle, layout, mapping, report, dry_run=options["dry_run"])
                carry_out(self, run, whole=options["all_or_nothing"], dry_run=options["dry_run"])
        except reading.UnreadableFileError as fault:
            raise unreadable(fault) from fault
