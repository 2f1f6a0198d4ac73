"""Figures that have a name: what is counted, of what, and which cases stand behind it (domain: Scores).

An app says in ``AppConfig.ready()`` which figures it gives; rubrics ask for them by their codes (docs/scores.md). A
figure of a unit is that of everything below it. The same selection gives the figure and the cases behind it.

A figure that counts protected matters is `withheld`: no page that is live asks for it, so that nobody whom such a
matter is about can see by a number that it has come in. It is read when an assessment is sent, and kept there; and it
knows no more than what was so before the quarter that runs (`Span.settled`), so that reading it twice tells nothing of
what happened between (docs/scores.md: Withheld figures).

What counts cases may be kept as they move (`KeptByCases`, `workflows.figures`): the figures of today are then read and
not counted, and are the same.

A case that does not exist for a reader is in no live figure that he is shown (`hidden_from`, `without`): the number
beside his list would say that there is one more. What was kept and published is the same for everybody.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from organisations.calendar import fiscal_year, fiscal_year_bounds, quarter_bounds, quarter_of
from organisations.models import Unit, User
from organisations.queries import reach_of
from organisations.shares import Share
from workflows import figures
from workflows.figures import Counting, PartOfWhole
from workflows.graph import Text
from workflows.models import Case, Conflict
from workflows.queries import visible_to

Figure = bool | int | Share
"""What a metric gives: whether something holds, how many, or how many of how many."""


@dataclass(frozen=True)
class Span:
    """A fiscal year (Buddhist Era) as it stood when the day `as_of` ended."""

    year: int
    as_of: date

    @classmethod
    def of_year(cls, year: int, day: date | None = None) -> "Span":
        """A fiscal year (B.E.) as it stood when `day` ended, today where it is left out; one that is over by then, as
        its last day ended."""
        last = fiscal_year_bounds(year)[1] - timedelta(days=1)
        return cls(year, min(day or timezone.localdate(), last))

    @property
    def is_over(self) -> bool:
        """Whether it reaches to the end of the year."""
        return self.after == fiscal_year_bounds(self.year)[1]

    @property
    def first(self) -> date:
        """The first day of the year."""
        return fiscal_year_bounds(self.year)[0]

    @property
    def after(self) -> date:
        """The day after the last one that counts."""
        return min(fiscal_year_bounds(self.year)[1], self.as_of + timedelta(days=1))

    @property
    def settled(self) -> date:
        """The day after the last one that a withheld figure knows: the first of the quarter that runs today, or ran
        when the span ended. Quarters are those of the fiscal year; a year that is over is known whole."""
        day = min(self.after, timezone.localdate())
        return quarter_bounds(*quarter_of(day))[0]

    @property
    def is_live(self) -> bool:
        """Whether it is the year that runs, as it stands today."""
        today = timezone.localdate()
        return self.as_of == today and self.year == fiscal_year(today)


@dataclass(frozen=True)
class Metric:
    """A figure with a name.

    code: ``complaints.overdue_share``. title: as rubrics and pages call it. part, whole: what is counted, and of what
    ("" where it is no share). source: the clause that asks for it. compute(units, span): the figure of each of these
    units with all below it; a unit of which nothing is known is missing. behind(unit, span): the cases that the figure
    counts (of a share those of the part); None where no cases stand behind it. counting(span): how the figures of a
    live span are kept; None where they are computed at every call. among(units, span, cases): the share of each of
    these units with all below it of nothing but these cases, by their ids; None where it is no share of cases.
    withheld: it counts protected matters, so that it is on no live page and knows no day of the quarter that runs.
    """

    code: str
    title: Text
    part: Text
    whole: Text
    source: str
    compute: Callable[[Collection[int], Span], Mapping[int, Figure]]
    behind: Callable[[int, Span], QuerySet[Case]] | None = None
    counting: Callable[[Span], Counting] | None = None
    among: Callable[[Collection[int], Span, Collection[int]], Mapping[int, Share]] | None = None
    withheld: bool = False


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


def is_withheld(code: str) -> bool:
    """Whether no live page may show the figure of that code; False for one that nobody computes."""
    return code in _metrics and _metrics[code].withheld


def list_behind(user: User, code: str, unit: int, span: Span) -> QuerySet[Case] | None:
    """The cases behind a figure, as far as they exist for `user`; None where no list may be opened: nothing stands
    behind it, or it is withheld and there is nothing, or not all of it exists for him. Raises KeyError."""
    row = _metrics[code]
    if row.behind is None:
        return None
    cases = row.behind(unit, span)
    found = visible_to(user).filter(pk__in=cases.values("pk"))
    # None also where there are none: a list that is empty would say that nothing is hidden.
    return None if row.withheld and not 0 < found.count() == cases.count() else found


def hidden_from(user: User) -> list[int]:
    """The cases that `user` has a conflict with, by id: they are in no live figure that he is shown (domain: Conflict
    rule: no count). Protected cases are in no live figure of anybody."""
    return sorted(Conflict.objects.filter(user=user, case__protected=False).values_list("case", flat=True))


def figures_of(
    units: Collection[int],
    codes: Iterable[str],
    span: Span,
    *,
    withheld: bool = False,
    without: Collection[int] = (),
) -> dict[int, dict[str, Figure]]:
    """The figures of several units, each with all below it. What nobody computes, or is not known, is missing.

    withheld: also those that no live page may show; only for what is kept in an assessment. without: cases that the
    shares are not to count, those that are `hidden_from` whom they are shown.
    """
    found: dict[int, dict[str, Figure]] = {unit: {} for unit in units}
    asked = [_metrics[code] for code in sorted(set(codes) & _metrics.keys())]
    wanted = [each for each in asked if withheld or not each.withheld]
    kept = [each for each in wanted if each.counting and span.is_live]
    computed = {each.code: each.compute(units, span) for each in wanted if each not in kept}
    for code, of_units in (computed | _read(kept, units, span)).items():
        for unit, figure in of_units.items():
            found[unit][code] = figure
    if without:
        for each in wanted:
            for unit, hidden in each.among(units, span, without).items() if each.among else ():
                found[unit][each.code] = _less(found[unit][each.code], hidden)
    return found


def leaving_out(without: Collection[int], codes: Iterable[str], unit: int, span: Span) -> dict[str, Share]:
    """Of these figures of a unit with all below it those that count any of these cases at the end of `span`, as they
    are without them: counted again, as far as that can be told today."""
    found = {}
    for each in (_metrics[code] for code in codes if code in _metrics):
        if each.among and (hidden := each.among([unit], span, without)[unit]).whole:
            found[each.code] = _less(each.compute([unit], span)[unit], hidden)
    return found


def _less(figure: Figure, hidden: Share) -> Share:
    assert isinstance(figure, Share)
    return Share(figure.part - hidden.part, figure.whole - hidden.whole)


def _read(kept: list[Metric], units: Collection[int], span: Span) -> dict[str, Mapping[int, Share]]:
    """The figures that are kept, all of them by one reading."""
    if not kept:
        return {}
    reach = reach_of(units)
    counted = figures.counted(
        _countings(kept, span), {unit for below in reach.values() for unit in below}, span.year, span.as_of
    )
    return {each.code: _over(reach, counted[each.code]) for each in kept}


# --- Keeping them -----------------------------------------------------------------------------------------------------
def refresh_all() -> int:
    """Bring all figures that are kept up to today, so that nobody waits for it in the morning. Out: how many units."""
    span, units = _today(), list(Unit.objects.values_list("pk", flat=True))
    countings = _countings(_metrics.values(), span)
    figures.tidy({counting.kind for counting in countings}, span.year)
    figures.counted(countings, units, span.year, span.as_of)
    return len(units)


def problems() -> Iterator[tuple[str, str]]:
    """(code of the unit, sentence) for each kept figure that is not what counting gives."""
    span, codes = _today(), dict(Unit.objects.values_list("pk", "code"))
    for unit, code, kept, anew in figures.wrong(_countings(_metrics.values(), span), span.year):
        yield codes[unit], f"{code} is kept as {kept.part}/{kept.whole}, and counting gives {anew.part}/{anew.whole}"


def _today() -> Span:
    today = timezone.localdate()
    return Span(fiscal_year(today), today)


def _countings(of: Iterable[Metric], span: Span) -> list[Counting]:
    return [each.counting(span) for each in of if each.counting]


# --- Metrics that count cases -----------------------------------------------------------------------------------------
Selected = Callable[[Span], QuerySet[Case]]
_ANY = Q()


@dataclass(frozen=True)
class KeptByCases:
    """That the figures of a metric are kept as cases move.

    Only for a metric that nothing decides but cases of one kind, their clocks, and rows that edges of these cases
    write: whatever else changed it would be noticed by nobody. kind: of the cases. turns(units, span): the first day
    after the span on which the figure of each of these units itself is another one though nothing happens, or may be;
    None where time alone never makes another one of it. (That a case begins later is seen to.)
    """

    kind: str
    turns: Callable[[Collection[int], Span], Mapping[int, date]] | None = None


def of_cases(
    code: str,
    title: Text,
    *,
    whole: tuple[Text, Selected],
    part: tuple[Text, Callable[[Span], Q]],
    source: str,
    kept: KeptByCases | None = None,
) -> Metric:
    """A share of cases. whole: what they are, and which; part: which are counted, as a condition on the case. kept:
    how its figures are kept; without it they are counted at every call."""

    def selected(span: Span) -> QuerySet[Case]:
        return whole[1](span).filter(part[1](span))

    def count(units: Collection[int], span: Span, of: Q = _ANY) -> Mapping[int, PartOfWhole]:
        every, some = _by_unit(whole[1](span).filter(of), units), _by_unit(selected(span).filter(of), units)
        return {unit: PartOfWhole(some.get(unit, 0), many) for unit, many in every.items()}

    def compute(units: Collection[int], span: Span, of: Q = _ANY) -> Mapping[int, Share]:
        reach = reach_of(units)
        return _over(reach, count({unit for below in reach.values() for unit in below}, span, of))

    def among(units: Collection[int], span: Span, cases: Collection[int]) -> Mapping[int, Share]:
        return compute(units, span, Q(pk__in=cases))

    def behind(unit: int, span: Span) -> QuerySet[Case]:
        return selected(span).filter(unit__in=reach_of([unit])[unit])

    def counting(span: Span) -> Counting:
        assert kept is not None
        turns = kept.turns
        return Counting(
            code, kept.kind, lambda units: count(units, span), lambda units: turns(units, span) if turns else {}, kept
        )

    return Metric(code, title, part[0], whole[0], source, compute, behind, counting if kept else None, among)


def _by_unit(cases: QuerySet[Case], units: Collection[int]) -> dict[int, int]:
    return dict(cases.filter(unit__in=units).order_by().values_list("unit").annotate(all=Count("pk")))


def _over(reach: Mapping[int, Iterable[int]], counted: Mapping[int, PartOfWhole]) -> dict[int, Share]:
    """The share of each unit with all below it, from those of the units themselves."""
    found: dict[int, Share] = {}
    for unit, below in reach.items():
        rows = [counted[each] for each in below if each in counted]
        found[unit] = Share(sum(row.part for row in rows), sum(row.whole for row in rows))
    return found


def flag_of_units(
    code: str, title: Text, *, counted: Text, having: Callable[[Span], Iterable[int]], source: str
) -> Metric:
    """Whether there is something of a unit or of any below it. having: the ids of the units of which there is."""

    def compute(units: Collection[int], span: Span) -> Mapping[int, Figure]:
        found = frozenset(having(span))
        return {unit: not found.isdisjoint(below) for unit, below in reach_of(units).items()}

    return Metric(code, title, counted, "", source, compute)
