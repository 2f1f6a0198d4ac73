"""Figures that have a name: what is counted, of what, and which cases stand behind it (domain: Scores).

An app says in ``AppConfig.ready()`` which figures it gives; rubrics ask for them by their codes (docs/scores.md). A
figure of a unit is that of everything below it. The same selection gives the figure and the cases behind it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from organisations.calendar import fiscal_year_bounds
from organisations.queries import reach_of
from organisations.shares import Share
from workflows.graph import Text
from workflows.models import Case

Figure = bool | int | Share
"""What a metric gives: whether something holds, how many, or how many of how many."""


@dataclass(frozen=True)
class Span:
    """A fiscal year (Buddhist Era) as it stood when the day `as_of` ended."""

    year: int
    as_of: date

    @property
    def first(self) -> date:
        """The first day of the year."""
        return fiscal_year_bounds(self.year)[0]

    @property
    def after(self) -> date:
        """The day after the last one that counts."""
        return min(fiscal_year_bounds(self.year)[1], self.as_of + timedelta(days=1))


@dataclass(frozen=True)
class Metric:
    """A figure with a name.

    code: ``complaints.overdue_share``. title: as rubrics and pages call it. part, whole: what is counted, and of what
    ("" where it is no share). source: the clause that asks for it. compute(units, span): the figure of each of these
    units with all below it; a unit of which nothing is known is missing. behind(unit, span): the cases that the figure
    counts (of a share those of the part); None where no cases stand behind it.
    """

    code: str
    title: Text
    part: Text
    whole: Text
    source: str
    compute: Callable[[Collection[int], Span], Mapping[int, Figure]]
    behind: Callable[[int, Span], QuerySet[Case]] | None = None


_metrics: dict[str, Metric] = {}


def register(*metrics: Metric) -> None:
    """Make metrics known. Raises ValueError for a code that another one has."""
    for metric in metrics:
        if _metrics.get(metric.code, metric) is not metric:
            raise ValueError(f"two metrics are called {metric.code}")
        _metrics[metric.code] = metric


def metric(code: str) -> Metric:
    """The metric of that code. Raises KeyError."""
    return _metrics[code]


def known() -> frozenset[str]:
    """The codes of all metrics."""
    return frozenset(_metrics)


def figures_of(units: Collection[int], codes: Iterable[str], span: Span) -> dict[int, dict[str, Figure]]:
    """The figures of several units, each with all below it. What nobody computes, or is not known, is missing."""
    found: dict[int, dict[str, Figure]] = {unit: {} for unit in units}
    for code in sorted(set(codes) & _metrics.keys()):
        for unit, figure in _metrics[code].compute(units, span).items():
            found[unit][code] = figure
    return found


# --- Metrics that count cases -----------------------------------------------------------------------------------------
Selected = Callable[[Span], QuerySet[Case]]


def of_cases(
    code: str, title: Text, *, whole: tuple[Text, Selected], part: tuple[Text, Callable[[Span], Q]], source: str
) -> Metric:
    """A share of cases. whole: what they are, and which; part: which are counted, as a condition on the case."""

    def compute(units: Collection[int], span: Span) -> Mapping[int, Figure]:
        of_unit = whole[1](span).order_by().values("unit")
        rows = of_unit.annotate(all=Count("pk"), part=Count("pk", filter=part[1](span)))
        counted = {row["unit"]: (row["part"], row["all"]) for row in rows}
        return {unit: Share(*_sum(counted, below)) for unit, below in reach_of(units).items()}

    def behind(unit: int, span: Span) -> QuerySet[Case]:
        return whole[1](span).filter(part[1](span), unit__in=reach_of([unit])[unit])

    return Metric(code, title, part[0], whole[0], source, compute, behind)


def count_of_cases(code: str, title: Text, *, counted: tuple[Text, Selected], source: str) -> Metric:
    """How many cases: what they are, and which."""

    def compute(units: Collection[int], span: Span) -> Mapping[int, Figure]:
        rows = dict(counted[1](span).order_by().values_list("unit").annotate(all=Count("pk")))
        return {unit: sum(rows.get(below, 0) for below in all_below) for unit, all_below in reach_of(units).items()}

    def behind(unit: int, span: Span) -> QuerySet[Case]:
        return counted[1](span).filter(unit__in=reach_of([unit])[unit])

    return Metric(code, title, counted[0], "", source, compute, behind)


def flag_of_units(
    code: str, title: Text, *, counted: Text, having: Callable[[Span], Iterable[int]], source: str
) -> Metric:
    """Whether there is something of a unit or of any below it. having: the ids of the units of which there is."""

    def compute(units: Collection[int], span: Span) -> Mapping[int, Figure]:
        found = frozenset(having(span))
        return {unit: not found.isdisjoint(below) for unit, below in reach_of(units).items()}

    return Metric(code, title, counted, "", source, compute)


def _sum(counted: Mapping[int, tuple[int, int]], units: Iterable[int]) -> tuple[int, int]:
    rows = [counted.get(unit, (0, 0)) for unit in units]
    return sum(some for some, _every in rows), sum(every for _some, every in rows)
