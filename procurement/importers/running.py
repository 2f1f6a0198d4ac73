"""How every import of procurement runs over its rows: in batches, in turns with others, counted after the commit."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Generic, TypeVar

from django.db import connection, transaction
from django.utils.translation import gettext as _

from procurement.importers.reporting import RowListener
from procurement.importers.spool import Row, Spool
from workflows.importing.reading import BadRowError
from workflows.importing.report import Tally
from workflows.refusals import Refused

# A transaction holds the number series of the units it gives numbers in: staff who plan a purchase at the same time
# wait for its end. 50 rows are about a second.
BATCH = 50
# Any number that nothing else locks: two imports at once take turns, a batch each, so that neither sees half of the
# other's batch nor waits for it in a circle.
IMPORT_LOCK = 0x534F_4453_5052

G = TypeVar("G")


class Outcome(Enum):
    """What became of a row."""

    CREATED = auto()
    CHANGED = auto()
    UNCHANGED = auto()
    REJECTED = auto()


@dataclass(frozen=True)
class Taken:
    """The outcome of a row. what: the changes, or the reason of the rejection. remarks: what was left out, mended or
    kept as it is here."""

    outcome: Outcome
    what: str = ""
    remarks: tuple[str, ...] = ()

    def with_remarks(self, remarks: Iterable[str]) -> "Taken":
        """The same with more remarks."""
        return replace(self, remarks=(*self.remarks, *remarks))


@dataclass(frozen=True)
class Told:
    """What is said about a row once its batch is committed. number: by which the person knows it."""

    line: int
    number: str
    taken: Taken


class BatchRun(ABC, Generic[G]):
    """One run over the rows of a file. A subclass says what belongs together (`group`) and what becomes of it
    (`take_batch`)."""

    def __init__(self, spool: Spool, listener: RowListener, *, dry_run: bool = False) -> None:
        """spool: the rows, together by their keys. dry_run: do everything, then take it back."""
        self.tally = Tally()
        self.repeated = 0
        self._spool = spool
        self._listener = listener
        self._dry_run = dry_run
        self._in_vain = False

    @abstractmethod
    def group(self, key: str, rows: Iterable[Row]) -> tuple[G | None, int]:
        """What the rows under a key say, None when none of them can be taken, and how many of them wait for it.

        It rejects the others by `reject`.
        """

    @abstractmethod
    def take_batch(self, batch: Sequence[G]) -> list[Told]:
        """Write some groups, inside a transaction; what became of each of their rows."""

    def run(self) -> Tally:
        """Write what can be written, batch by batch."""
        batch: list[G] = []
        waiting = 0
        for key, rows in self._spool.groups():
            self.tally.read += len(rows)
            group, count = self.group(key, rows)
            waiting += count
            if group is not None:
                batch.append(group)
            if waiting >= BATCH:
                self._finish(batch)
                waiting = 0
        self._finish(batch)
        self._listener.finished(self.tally)
        return self.tally

    def run_whole(self) -> Tally:
        """As `run()`, but nothing is written if any row is rejected: all in one transaction, for which others wait."""
        try:
            with transaction.atomic():
                self.run()
                if self.tally.rejected:
                    transaction.set_rollback(True)
        except BaseException:
            self.tally.created = self.tally.changed = 0
            raise
        if self.tally.rejected:
            self._in_vain = True
            self.tally.created = self.tally.changed = self.tally.unchanged = 0
        return self.tally

    def notes(self) -> Iterator[str]:
        """What the numbers do not say."""
        if self.repeated:
            yield _("Rows that repeat an earlier one: %(count)d. They count as unchanged.") % {"count": self.repeated}
        if self._in_vain:
            yield _("Nothing was written, because rows were rejected.")

    def reject(self, line: int, number: str, reason: str) -> None:
        """A row is not taken."""
        self.tally.rejected += 1
        self._listener.rejected(line, number, reason)

    def _finish(self, batch: list[G]) -> None:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
            # After the lock: what another import wrote in its turn is seen.
            told = self.take_batch(batch) if batch else []
            if self._dry_run:
                transaction.set_rollback(True)
        # Counted after the commit, so that the report of a run that was stopped is true.
        for row in sorted(told, key=lambda row: row.line):
            self._tell(row)
        batch.clear()
        self._listener.progress(self.tally, self.tally.read)

    def _tell(self, row: Told) -> None:
        taken = row.taken
        match taken.outcome:
            case Outcome.REJECTED:
                self.reject(row.line, row.number, taken.what)
                return
            case Outcome.CREATED:
                self.tally.created += 1
            case Outcome.CHANGED:
                self.tally.changed += 1
            case Outcome.UNCHANGED:
                self.tally.unchanged += 1
        if taken.remarks:
            self._listener.remarked(row.line, row.number, "; ".join(taken.remarks))
        if taken.what:
            self._listener.changed(row.line, row.number, taken.what)


def refuse(sentence: str) -> BadRowError:
    """A row cannot be taken, for one reason."""
    return BadRowError([sentence.rstrip(".")])


def reason_of(fault: Exception) -> str:
    """Why something was refused, as a part of a sentence; what a database says has one line."""
    sentence = str(fault.sentence) if isinstance(fault, Refused) else str(fault)
    return sentence.partition("\n")[0].rstrip(".")
