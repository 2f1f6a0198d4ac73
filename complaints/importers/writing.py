"""Making complaints of reports: in batches, once each, never half.

What is written goes through `workflows.transitions.open_case()` like every other case: state, clocks, tasks, number,
ledger. Reports are recognised by their number at the source, so that a second run, or a run after one that was killed,
adds only what is missing. A report that is here already is never changed, even if the source has moved on: the case
has a life of its own here, and officers may be working on it. Such rows are named and counted as unchanged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.importers import traffy
from complaints.importers.mapping import Mapping, Placing
from complaints.importers.traffy import TraffyReport
from complaints.models import Complaint, ImportedReport
from complaints.states import GRAPH
from workflows import sealing
from workflows.actors import IMPORT
from workflows.importing import reading
from workflows.importing.reading import BadRowError, Layout
from workflows.importing.report import Listener, Tally
from workflows.models import Case
from workflows.refusals import Refused
from workflows.transitions import open_case

# A transaction holds the number series of the units it gives numbers in: officers who register at the same time wait
# for its end. 50 reports are some tenths of a second, and the cost of a commit is small beside theirs.
BATCH = 50
# Any number that nothing else locks: two imports at once take turns, a batch each, so that neither sees half of the
# other's batch nor waits for it in a circle.
_IMPORT_LOCK = 0x534F_4453_494D


@dataclass
class Counted(Tally):
    """What became of the rows: `changed` are those of `unchanged` that differ at the source by now."""

    def __str__(self) -> str:
        return f"read {self.read}, created {self.created}, unchanged {self.unchanged}, rejected {self.rejected}"


@dataclass(frozen=True)
class _Row:
    line: int
    report: TraffyReport
    placing: Placing
    fingerprint: str


class Import:
    """One run over one file."""

    def __init__(
        self,
        handle: BinaryIO,
        layout: Layout,
        mapping: Mapping,
        listener: Listener,
        *,
        dry_run: bool = False,
    ) -> None:
        """handle, layout: a file that `reading.inspect()` accepted. dry_run: do everything except writing."""
        self.tally = Counted()
        self._handle = handle
        self._layout = layout
        self._mapping = mapping
        self._listener = listener
        self._dry_run = dry_run
        # The numbers of this file and their lines, some 100 bytes each.
        self._lines: dict[str, int] = {}

    def run(self) -> Counted:
        """Read the file and write what is new, batch by batch. Raises UnreadableFileError when the file changes."""
        batch: list[_Row] = []
        for row in self._rows(timezone.now()):
            batch.append(row)
            if len(batch) == BATCH:
                self._finish(batch)
        if batch:
            self._finish(batch)
        self._listener.finished(self.tally)
        return self.tally

    def run_whole(self) -> Counted:
        """As `run()`, but nothing is written if any row is rejected: all in one transaction, for which others wait."""
        for _row in self._rows(timezone.now()):
            pass
        if not self.tally.rejected:
            self.tally = Counted()
            self._lines.clear()
            try:
                with transaction.atomic():
                    self.run()
                    if self.tally.rejected:
                        transaction.set_rollback(True)
            except BaseException:
                self.tally.created = 0
                raise
        if self.tally.rejected:
            self.tally.created = self.tally.unchanged = self.tally.changed = 0
        return self.tally

    def notes(self) -> Iterator[str]:
        """What the numbers do not say: that changed rows are counted as unchanged."""
        if self.tally.changed:
            yield _("%(count)d rows changed at the source since they were imported; they are counted as unchanged.") % {
                "count": self.tally.changed
            }

    def _rows(self, now: datetime) -> Iterator[_Row]:
        """The rows that can be taken; the others are rejected on the way."""
        for record in reading.records(self._handle, self._layout):
            self.tally.read += 1
            number = record.values.get("ticket_id", "").strip()
            try:
                report = traffy.parse(record.values, now=now, fault=record.fault)
                placing = self._mapping.place(report)
                self._refuse_repeated(report.number, record.line)
            except BadRowError as bad:
                self._reject(record.line, number, str(bad))
                continue
            yield _Row(record.line, report, placing, _content(record.values))

    def _refuse_repeated(self, number: str, line: int) -> None:
        first = self._lines.setdefault(number, line)
        if first != line:
            raise BadRowError([_("ticket_id stands in line %(line)d already") % {"line": first}])

    def _reject(self, line: int, number: str, reason: str) -> None:
        self.tally.rejected += 1
        self._listener.rejected(line, number, reason)

    def _finish(self, batch: list[_Row]) -> None:
        with transaction.atomic():
            if not self._dry_run:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])
            # After the lock: what another import wrote in its turn is seen.
            here = _already_here(batch)
            outcome = [(row, self._take(row, here)) for row in batch]
            if not self._dry_run:
                ImportedReport.objects.bulk_create([made for _row, made in outcome if isinstance(made, ImportedReport)])
        # Counted after the commit, so that a report of a run that was stopped is true.
        for row, taken in outcome:
            if isinstance(taken, ImportedReport):
                self.tally.created += 1
            elif taken:
                self._reject(row.line, row.report.number, taken)
            else:
                self.tally.unchanged += 1
                self._compare(row, here[row.report.number])
        batch.clear()
        self._listener.progress(self.tally, self._handle.tell())

    def _take(self, row: _Row, here: dict[str, ImportedReport | None]) -> ImportedReport | str:
        """What to keep beside the new complaint; or the reason why it was refused; or "" when it was here before."""
        if row.report.number in here:
            return ""
        if self._dry_run:
            return _imported(row, None)
        try:
            return _imported(row, _open(row).pk)
        except Refused as refusal:
            return str(refusal.sentence)

    def _compare(self, row: _Row, imported: ImportedReport | None) -> None:
        if imported is None or imported.fingerprint in _fingerprints(row.fingerprint):
            return
        self.tally.changed += 1
        what = _("its text or other fields")
        if imported.state != row.report.state:
            what = _("its state, from %(before)s to %(after)s") % {"before": imported.state, "after": row.report.state}
        self._listener.changed(row.line, row.report.number, what)


def _already_here(batch: list[_Row]) -> dict[str, ImportedReport | None]:
    complaints = Complaint.objects.filter(
        source=traffy.NAME, source_number__in=[row.report.number for row in batch]
    ).select_related("imported")
    return {complaint.source_number: getattr(complaint, "imported", None) for complaint in complaints}


def _open(row: _Row) -> Case:
    report, placing = row.report, row.placing
    return open_case(
        "complaint",
        placing.edge.name,
        IMPORT,
        unit=placing.unit,
        # A matter that is over at the source ended there when it was last touched.
        at=report.reported_at if GRAPH.state(placing.edge.target).is_open else report.last_activity,
        opened_at=report.reported_at,
        silent=True,
        statement=report.comment,
        # Another agency's system handed it to us; officers record by hand what the complainant says later.
        channel=Complaint.Channel.REFERRAL,
        kind=placing.kind,
        place=report.address,
        subdistrict=report.subdistrict,
        district=report.district,
        province=report.province,
        latitude=report.latitude,
        longitude=report.longitude,
        reference=report.number,
        received_on=timezone.localdate(report.reported_at),
        source=traffy.NAME,
        source_number=report.number,
    )


def _imported(row: _Row, complaint_id: int | None) -> ImportedReport:
    report, hidden = row.report, row.placing.kind.protected
    return ImportedReport(
        complaint_id=complaint_id,
        state=report.state,
        tags=[] if hidden else list(report.types),
        organisations="" if hidden else ", ".join(report.organisations),
        photo="" if hidden else report.photo,
        photo_after="" if hidden else report.photo_after,
        star=report.star,
        reopened=report.reopened,
        last_activity=report.last_activity,
        fingerprint=_fingerprints(row.fingerprint)[0],
    )


def _content(values: dict[str, str]) -> str:
    """The cells as one text, in a fixed order, for the fingerprint."""
    return "\x1f".join(values.get(column, "") for column in traffy.COLUMNS)


def _fingerprints(content: str) -> list[str]:
    """Keyed, so that the hash of a protected statement confirms nobody's guess; one for each master key in use."""
    return [found.hex() for found in sealing.lookup_hashes(content, "imported row")]
