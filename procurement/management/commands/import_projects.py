"""`manage.py import_projects FILE --format cgd`: open data of e-GP become purchases with their contracts."""

from argparse import ArgumentParser
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from procurement.importers import cgd, json_stream
from procurement.importers.mapping import Mapping
from procurement.importers.reporting import RowReport
from procurement.importers.spool import Spool
from procurement.importers.writing import Import
from workflows.importing import reading
from workflows.importing.command import add_import_arguments, carry_out, unreadable


class Command(BaseCommand):
    """Exit code 0 when the import ran, with or without rejected rows; 1 when nothing was written because of a fault of
    the file or, with --all-or-nothing, of a row; 130 when it was stopped by Ctrl-C."""

    help = (
        "Import purchases and contracts from the open data of the Comptroller General: CSV, one row a contract, or "
        "JSON with the contracts nested. A second run adds what is missing and takes over what changed at the source. "
        "The last line counts rows (in JSON: contracts, and purchases without any)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_import_arguments(parser)
        parser.add_argument("--format", choices=[cgd.NAME], required=True)
        parser.add_argument(
            "--unit",
            default="",
            metavar="CODE",
            help="receives purchases whose agency is no unit here by its name or by the names of agencies",
        )
        parser.add_argument(
            "--year",
            type=int,
            metavar="YEAR",
            help="fiscal year (Buddhist Era) of rows that name none; default: the one of their first date",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with reading.open_file(options["file"]) as handle, Spool() as spool:
                mapping = Mapping.load(options["unit"])
                fill(spool, handle, options["encoding"])
                report = RowReport(self, spool.size)
                run = Import(spool, mapping, report, year=options["year"], dry_run=options["dry_run"])
                carry_out(self, run, whole=options["all_or_nothing"], dry_run=options["dry_run"])
        except reading.UnreadableFileError as fault:
            raise unreadable(fault) from fault


def fill(spool: Spool, handle: BinaryIO, encoding: str | None) -> None:
    """All rows of the file, together by project. Raises UnreadableFileError for every fault of the file."""
    if json_stream.is_json(handle):
        rows = cgd.rows_of_json(handle, reading.find_encoding(handle, encoding))
    else:
        rows = cgd.HEADINGS.rows(handle, cgd.HEADINGS.inspect(handle, encoding))
    spool.fill((cgd.key_of(row), row) for row in rows)
    if not spool.size:
        raise reading.UnreadableFileError(_("The file holds no projects."))
