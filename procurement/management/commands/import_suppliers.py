"""`manage.py import_suppliers FILE --kind bids|people|addresses`: lists of suppliers that staff filled in."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from procurement.importers.reporting import RowReport
from procurement.importers.spool import Spool
from procurement.importers.supplier_lists import KINDS, SupplierImport, key_of
from workflows.importing import reading
from workflows.importing.command import add_import_arguments, carry_out, unreadable


class Command(BaseCommand):
    """Exit code 0 when the import ran, with or without rejected rows; 1 when nothing was written because of a fault of
    the file or, with --all-or-nothing, of a row; 130 when it was stopped by Ctrl-C."""

    help = "Import bidders of purchases, people of suppliers, or addresses. --template prints the columns. " + " ".join(
        f"{kind.code}: {', '.join(kind.headings.columns)}." for kind in KINDS.values()
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_import_arguments(parser, file_needed=False)
        parser.add_argument("--kind", choices=sorted(KINDS), required=True)
        parser.add_argument(
            "--template", action="store_true", help="print an empty list with one made-up row, and import nothing"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        kind = KINDS[options["kind"]]
        if options["template"]:
            self.stdout.write(kind.template(), ending="")
            return
        if options["file"] is None:
            raise CommandError(_("Name the file to import, or ask for --template."))
        try:
            with reading.open_file(options["file"]) as handle, Spool() as spool:
                layout = kind.headings.inspect(handle, options["encoding"])
                spool.fill((key_of(row, kind), row) for row in kind.headings.rows(handle, layout))
                run = SupplierImport(spool, kind, RowReport(self, spool.size), dry_run=options["dry_run"])
                carry_out(self, run, whole=options["all_or_nothing"], dry_run=options["dry_run"])
        except reading.UnreadableFileError as fault:
            raise unreadable(fault) from fault
