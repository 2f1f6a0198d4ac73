"""An executive's month: what came in, what was late, and how participation and anti-corruption stood when it ended. All
of it from what was kept, so that the same month gives the same report whenever it is made."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from complaints.statistics.periods import Period
from complaints.statistics.report import Report, report_of
from organisations.models import Unit, User
from scores.daily import LIVE
from scores.executive import ANTI_CORRUPTION, PARTICIPATION, Headline, agencies_below, headlines_of, part_of
from scores.models import Snapshot
from scores.results import NodeScore, Score
from scores.rubric import Rubric
from scores.snapshots import facts_of, parsed, recomputed
from workflows.metrics import hidden_from


@dataclass(frozen=True)
class KeptScore:
    """The score of a unit on the last day of the month on which it was kept, with the two headlines beside how they
    stood before the month."""

    snapshot: Snapshot
    rubric: Rubric
    score: Score
    headlines: tuple[Headline, ...]


@dataclass(frozen=True)
class MonthlyReport:
    """statistics: None where there are none (yet); kept: None where no day of the month was kept. agencies: those
    directly below with their two headlines at the end of the month."""

    unit: Unit
    period: Period
    statistics: Report | None
    kept: KeptScore | None
    agencies: list[tuple[Unit, list[NodeScore]]]


def month_of_unit(unit: Unit, period: Period, reader: User) -> MonthlyReport:
    """The month of a unit as `reader` may be told it. A fixed number of queries, however many units lie below; for who
    has a conflict, some more for each of them."""
    below = agencies_below([unit])
    newest = {row.unit_id: row for row in _last_days([unit, *below], period)}
    hidden = hidden_from(reader)
    agencies = [(row, _parts(recomputed(newest[row.pk], hidden))) for row in below if row.pk in newest]
    kept = _kept(newest[unit.pk], hidden) if unit.pk in newest else None
    return MonthlyReport(unit, period, report_of(unit, period, reader), kept, agencies)


def _last_days(units: Iterable[Unit], period: Period) -> Iterable[Snapshot]:
    rows = _daily().filter(unit__in=list(units), as_of__range=(period.first, period.last))
    return rows.order_by("unit_id", "-as_of", "-fiscal_year").distinct("unit_id")


def _kept(last: Snapshot, hidden: Collection[int]) -> KeptScore:
    rubric, found = parsed(last.rubric), recomputed(last, hidden)
    rows = _daily().filter(unit=last.unit_id, fiscal_year=last.fiscal_year, as_of__lt=last.as_of.replace(day=1))
    before = rows.order_by("-as_of").first()
    headlines = headlines_of(rubric, facts_of(last, hidden), found, recomputed(before, hidden) if before else None)
    return KeptScore(last, rubric, found, headlines)


def _parts(found: Score) -> list[NodeScore]:
    return [part_of(found, code) for code in (PARTICIPATION, ANTI_CORRUPTION)]


def _daily() -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(family=LIVE, cause=Snapshot.Cause.DAILY).select_related("rubric", "facts")
