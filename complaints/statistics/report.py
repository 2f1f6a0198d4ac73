"""A report: the figures of a unit and of what lies below it for a period, as page, sheet and document show them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from complaints.models import ReportPeriod, UnitReport
from organisations.models import Unit, User

from .barred import barred_cases, without_barred
from .figures import Figures, quantile
from .histories import FLOWS, TOLD
from .labels import PART_WORDS, TOTAL_OF, KindTree, clock_words, words_of
from .periods import Period, period_of
from .readers import Row, rows_of

_ALWAYS = ("opening", "received", "closed", "open", "overdue")


@dataclass(frozen=True)
class Line:
    """A figure of a part: its code, its words, how many, and for a main kind the lines of its parts."""

    key: str
    label: str
    count: int
    parts: tuple["Line", ...] = ()


@dataclass(frozen=True)
class Timeliness:
    """The duties of a clock: how many in time and late, the share in time (0 to 1), and the days that half and nine
    tenths of those that were done did not exceed."""

    clock: str
    label: str
    in_time: int
    late: int
    median: int | None
    ninetieth: int | None

    @property
    def share(self) -> float | None:
        """What was in time of all that was in time or late; None for nothing."""
        both = self.in_time + self.late
        return self.in_time / both if both else None


@dataclass(frozen=True)
class Report:
    """What is shown. rows: the unit itself, then what lies directly below it, each with its figures; total: of the unit
    and all below it, each unit once. opens: whether the figures open their cases; those of before they did were counted
    by an older rule, and lack some figures."""

    unit: Unit
    period: Period
    rows: list[tuple[Row, Figures]]
    total: Figures
    opens: bool

    @property
    def counted_twice(self) -> bool:
        """Whether a unit that lies below two rows is counted in both, so that the rows come to more than the total."""
        return sum((figures for _row, figures in self.rows), Figures()).flows != self.total.flows

    @cached_property
    def flows(self) -> tuple[str, ...]:
        """The flows that are shown: what there was nothing of anywhere is left out."""
        if not self.opens:
            return ("received", "closed", "open", "overdue")
        return tuple(flow for flow in FLOWS if flow in _ALWAYS or self.total.flows[flow])

    @property
    def tells_protected(self) -> bool:
        """Whether a figure of protected complaints is told in any row: else columns of dashes say nothing."""
        return any(figures.protected[flow] for _row, figures in self.rows for flow in TOLD)

    def lines(self, part: str) -> list[Line]:
        """The figures of a part that are not nothing, in a fixed order; kinds under their main kinds."""
        counted: Counter[str] = getattr(self.total, part)
        if part == "kinds":
            return list(_kind_lines(counted))
        return [Line(key, str(label), counted[key]) for key, label in words_of(part).items() if counted[key]]

    def parts(self) -> list[tuple[str, str, list[Line], int]]:
        """Each part with its words, its figures and their sum."""
        found = ((part, str(words), self.lines(part)) for part, words in PART_WORDS.items())
        return [(part, words, lines, self.total.flows[TOTAL_OF[part]]) for part, words, lines in found if lines]

    def timeliness(self) -> list[Timeliness]:
        """How the duties were kept, clock by clock; without those of which there is nothing to say."""
        return [
            Timeliness(code, label, in_time, late, quantile(took, 0.5), quantile(took, 0.9))
            for code, label in clock_words().items()
            if (in_time := self.total.in_time[code]) + (late := self.total.late[code])
            + (took := self.total.took_days(code)).total()
        ]  # fmt: skip


def report_of(unit: Unit, period: Period, reader: User | None) -> Report | None:
    """The report of a unit as `reader` may be told it, without what he has a conflict with; None where the statistics
    of the period are not there (yet). Five queries, whatever the number of units, and more where he has a conflict.

    reader: None for a document of the agency, which is no view of anybody's.
    """
    made = ReportPeriod.objects.filter(code=period.code).exclude(made_at=None).first()
    if made is None:
        return None
    rows = rows_of(unit, period.last)
    units = frozenset[int]().union(*(row.units for row in rows))
    stored = UnitReport.objects.filter(period=made, unit__in=units).values_list("unit", "figures")
    figures = {pk: Figures.from_json(kept) for pk, kept in stored}
    if reader:
        figures = without_barred(figures, made, period, units, barred_cases(reader, period))

    def added(pks: frozenset[int]) -> Figures:
        return sum((figures[pk] for pk in sorted(pks) if pk in figures), Figures())

    return Report(unit, period, [(row, added(row.units)) for row in rows], added(units), made.opens)


def newest() -> Period | None:
    """The last month of which there are statistics."""
    codes = ReportPeriod.objects.exclude(code__startswith="fy").exclude(made_at=None).order_by("-first")
    code = codes.values_list("code", flat=True).first()
    return period_of(code) if code else None


def _kind_lines(counted: Counter[str]) -> Iterator[Line]:
    tree = KindTree.read()
    by_main: dict[str, list[Line]] = {}
    known = [code for code in tree.codes() if counted[code]]
    for code in [*known, *sorted(set(+counted) - set(known))]:
        by_main.setdefault(tree.main(code), []).append(Line(code, tree.name(code), counted[code]))
    for main, lines in by_main.items():
        # A main kind of which nothing else was counted is a line of its own.
        parts = () if [line.key for line in lines] == [main] else tuple(lines)
        yield Line(main, tree.name(main), sum(line.count for line in lines), parts)
