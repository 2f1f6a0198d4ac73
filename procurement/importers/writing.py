"""Making purchases of the rows of an export.

A purchase is known by its project number, a contract by its number within it. What is written goes through
`open_case()` and `perform()` as everywhere, with the import as the actor: state, clocks, tasks, number, ledger,
versions. A second run, or a run after one that was killed, adds what is missing and changes nothing else.
"""

from collections.abc import Iterable, Iterator, Sequence

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from procurement.importers import cgd
from procurement.importers.comparing import Group, is_unchanged, known_contracts, put_together
from procurement.importers.mapping import Mapping, state_at_source
from procurement.importers.reporting import RowListener
from procurement.importers.running import BatchRun, Outcome, Taken, Told, reason_of
from procurement.importers.spool import Row, Spool
from procurement.importers.taking import Suppliers, create, follow
from procurement.models import ImportedPurchase, Purchase
from workflows.importing.reading import BadRowError
from workflows.refusals import Refused


class Import(BatchRun[Group]):
    """One run over the rows of one file."""

    def __init__(
        self,
        spool: Spool,
        mapping: Mapping,
        listener: RowListener,
        *,
        year: int | None = None,
        dry_run: bool = False,
    ) -> None:
        """year: the fiscal year (BE) of rows that name none. The others: see `BatchRun`."""
        super().__init__(spool, listener, dry_run=dry_run)
        self._mapping = mapping
        self._year = year
        self._today = timezone.localdate()

    def group(self, key: str, rows: Iterable[Row]) -> tuple[Group | None, int]:
        """The rows of a purchase, put together."""
        lines = []
        for row in rows:
            try:
                lines.append(cgd.parse(row, today=self._today))
            except BadRowError as bad:
                self.reject(row.line, key or row.cells.get("project_id", ""), str(bad))
        group, refused = put_together(key, lines)
        for line, reason in refused:
            self.reject(line.line, key, reason)
        if not group.lines:
            return None, 0
        code, name = self._mapping.method_for(group.first.methods)
        group.figures |= {field: value for field, value in (("method_id", code), ("method_name", name)) if value}
        return group, len(group.lines) + len(group.repeated)

    def take_batch(self, batch: Sequence[Group]) -> list[Told]:
        """Make or change the purchases of a batch."""
        here = _already_here(batch)
        suppliers = Suppliers(batch)
        made: list[ImportedPurchase] = []
        told = [row for group in batch for row in self._take(group, here.get(group.number), suppliers, made)]
        ImportedPurchase.objects.bulk_create(made)
        return told

    def notes(self) -> Iterator[str]:
        """Also the words that have no meaning here."""
        yield from self._mapping.notes()
        yield from super().notes()

    def _take(
        self, group: Group, purchase: Purchase | None, suppliers: Suppliers, made: list[ImportedPurchase]
    ) -> list[Told]:
        taken = [Taken(Outcome.UNCHANGED)] * len(group.lines)
        imported = getattr(purchase, "imported", None)
        group.state = self._state(group, imported)
        if not is_unchanged(group, imported):
            try:
                with transaction.atomic():
                    if purchase is None:
                        made.append(create(group, self._mapping, suppliers, year=self._year))
                        taken = [Taken(Outcome.CREATED)] * len(group.lines)
                    else:
                        taken = follow(group, purchase, imported, self._mapping, suppliers)
            except (Refused, BadRowError, IntegrityError, DataError) as fault:
                suppliers.forget()
                taken = [Taken(Outcome.REJECTED, reason_of(fault))] * len(group.lines)
        self.repeated += len(group.repeated)
        taken += [Taken(Outcome.UNCHANGED)] * len(group.repeated)
        return [
            Told(line.line, group.number, told.with_remarks(line.remarks))
            for line, told in zip([*group.lines, *group.repeated], taken, strict=True)
        ]

    def _state(self, group: Group, imported: ImportedPurchase | None) -> str:
        figures = (imported.figures if imported else {}) | group.figures
        return state_at_source(
            self._mapping.meaning(figures.get("status_at_source", "")),
            [self._mapping.meaning(status) for status in known_contracts(group, imported)],
            announced="announced_on" in figures,
        )


def _already_here(batch: Iterable[Group]) -> dict[str, Purchase]:
    purchases = Purchase.objects.filter(project_number__in=[group.number for group in batch])
    return {purchase.project_number: purchase for purchase in purchases.select_related("activity", "case", "imported")}
