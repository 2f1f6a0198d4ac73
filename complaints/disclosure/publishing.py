"""Public statistics are told once, when their period is over and worked out, and stay. The only place that writes them.

A month, the quarter and the fiscal year that end with it. What is told of a month older than the last one that is
published in its year is never published, for what was told since would tell more together with it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from complaints.models import PublicReport, PublicYear, ReportPeriod, UnitReport
from complaints.statistics.figures import LEAST, UNDECIDED, Figures
from complaints.statistics.labels import KindTree, clock_words, words_of
from complaints.statistics.periods import Period
from organisations.models import Unit, UnitLink

from .periods import ending_with, month, parts_of
from .suppression import WHOLE, Base, Pair, Released, plus, release, sums
from .trees import ROOT, Tree, children_of, grown, leaf_of, splits_of

_ALONE = 0x50D52  # the key of the advisory lock
FLOWS = ("received", "closed")
"""Told together or not at all: with what is open they nearly make a sum."""
REST = "?"
"""Behind a node: its children that are not told apart, together."""
_CLOCK = "clock:"
OVERDUE, NOT_OVERDUE = "overdue", "not_overdue"


@dataclass(frozen=True)
class Part:
    """A table of the public statistics. counted: from the figures of a unit what it counts, by key. under: the table
    that tells its sums; stock: counted when a month ends, no sum of months."""

    code: str
    counted: Callable[[Figures], Mapping[str, tuple[int, ...]]]
    under: str = ""
    stock: bool = False


def _each(numbers: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    return {key: (number,) for key, number in numbers.items() if number}


def _clock(code: str) -> Part:
    return Part(
        f"{_CLOCK}{code}",
        lambda figures: {"in_time": (figures.in_time[code],), "late": (figures.late[code],)},
    )


def parts(clocks: Iterable[str]) -> list[Part]:
    """All tables, each behind the one that tells its sums. clocks: the codes of the clocks of complaints."""
    return [
        Part("flows", lambda figures: {ROOT: (figures.flows["received"], figures.flows["closed"])}),
        Part("kinds", lambda figures: _each(figures.kinds), under="flows"),
        Part("channels", lambda figures: _each(figures.channels), under="flows"),
        Part("outcomes", lambda figures: _each(figures.outcomes), under="flows"),
        Part("states", lambda figures: _each(figures.states), stock=True),
        Part("due", _due, under="states", stock=True),
        *(_clock(code) for code in clocks),
    ]


def _due(figures: Figures) -> dict[str, tuple[int, ...]]:
    overdue = figures.flows["overdue"]
    return {OVERDUE: (overdue,), NOT_OVERDUE: (figures.flows["open"] - overdue,)}


def publish() -> int:
    """Tell what is worked out and not told yet. Out: how many periods."""
    months = ReportPeriod.objects.filter(opens=True).exclude(made_at=None).exclude(code__startswith="fy")
    by_year: dict[int, list[Period]] = defaultdict(list)
    for code in months.order_by("first").values_list("code", flat=True):
        by_year[month(code).fiscal_year].append(month(code))
    return sum(_publish_year(year, ready) for year, ready in sorted(by_year.items()))


def _publish_year(year: int, ready: list[Period]) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ALONE])
        row, _created = PublicYear.objects.get_or_create(fiscal_year=year)
        told = [month(code) for code in row.periods if not code.startswith("fy")]
        new = [each for each in ready if not told or each.first > told[-1].last]
        if not new:
            return 0
        figures = _figures([*told, *new])
        weights = figures if told else {**_figures(_before(new[0])), **figures}
        row.trees = _grown(row.trees, weights, new[-1])
        codes = {each.code for each in (*told, *new)}
        times = [period for each in (*told, *new) for period in ending_with(each) if _is_whole(period, codes)]
        reports = _told(row.trees, figures, times, set(row.periods))
        row.periods = [period.code for period in times]
        row.save()
        PublicReport.objects.bulk_create(
            [
                PublicReport(year=row, period=period, unit_id=int(unit) if unit else None, figures=found)
                for (period, unit), found in reports.items()
            ],
            batch_size=500,
        )
        return len({period for period, _unit in reports})


def _is_whole(period: Period, months: set[str]) -> bool:
    return all(each.code in months for each in period.months())


def _before(first: Period) -> list[Period]:
    """The months worked out up to this one, of a year at most: by them it is ordered what is divided first."""
    codes = ReportPeriod.objects.filter(opens=True, last__lte=first.last, first__year__gte=first.first.year - 1)
    codes = codes.exclude(code__startswith="fy").exclude(made_at=None)
    return [month(code) for code in codes.order_by("first").values_list("code", flat=True)]


ByUnit = dict[int, Figures]


def _figures(months: Iterable[Period]) -> dict[str, ByUnit]:
    found: dict[str, ByUnit] = {each.code: {} for each in months}
    rows = UnitReport.objects.filter(period__in=found).values_list("period", "unit", "figures")
    for period, unit, kept in rows.iterator(chunk_size=500):
        found[period][unit] = Figures.from_json(kept)
    return found


# --- Trees --------------------------------------------------------------------------------------------------------
def _grown(trees: Mapping[str, Tree], figures: Mapping[str, ByUnit], last: Period) -> dict[str, Tree]:
    """The trees with the units of the last month and all keys that are known or were counted."""
    kinds, weights = KindTree.read(), Counter[str]()
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for by_unit in figures.values():
        for unit, of_unit in by_unit.items():
            weights[str(unit)] += of_unit.flows["received"]
            for part in ("kinds", "channels", "outcomes", "states"):
                counted[part] += getattr(of_unit, part)
    mains = {code: kinds.main(code) for code in [*kinds.kinds, UNDECIDED]}
    parents: dict[str, Mapping[str, str]] = {
        "units": _parents_of_units(last),
        "kinds": {code: "" if main == code else main for code, main in mains.items()},
        **{
            part: dict.fromkeys([*map(str, words_of(part)), *counted[part]], "")
            for part in ("channels", "outcomes", "states")
        },
        "due": {NOT_OVERDUE: "", OVERDUE: ""},
        "clock": {"in_time": "", "late": ""},
    }
    for code in counted["kinds"]:
        parents["kinds"] = {code: "", **parents["kinds"]}
    numbers: dict[str, Mapping[str, int]] = {"units": weights, **counted}
    return {part: grown(trees.get(part, []), wanted, numbers.get(part, {})) for part, wanted in parents.items()}


def _parents_of_units(last: Period) -> dict[str, str]:
    """Of every unit the one under which it is counted: above it on the line, else in the area, else who supervises
    it, as the tree stood on the last day."""
    order = [UnitLink.Axis.LINE, UnitLink.Axis.AREA, UnitLink.Axis.SUPERVISION]
    links = UnitLink.objects.filter(valid__contains=last.last, axis__in=order).values_list("axis", "child", "parent")
    above: dict[int, int] = {}
    for _axis, child, parent in sorted(links, key=lambda link: order.index(UnitLink.Axis(link[0]))):
        if child not in above and not _leads_to(parent, child, above):
            above[child] = parent
    units = Unit.objects.values_list("pk", flat=True)
    return {str(unit): str(above.get(unit, "")) for unit in units}


def _leads_to(unit: int, wanted: int, above: Mapping[int, int]) -> bool:
    at: int | None = unit
    while at is not None:
        if at == wanted:
            return True
        at = above.get(at)
    return False


# --- What is told ---------------------------------------------------------------------------------------------------
def _told(
    trees: Mapping[str, Tree], figures: Mapping[str, ByUnit], times: list[Period], already: set[str]
) -> dict[tuple[str, str], dict[str, dict[str, int]]]:
    """By period and unit what is told of every table, of periods that are not told yet."""
    units = splits_of(trees["units"])
    inner = children_of(trees["units"])
    inside = {period.code: parts_of(period) for period in times}
    wholes: dict[str, Mapping[Any, frozenset[Pair]]] = {}
    found: dict[tuple[str, str], dict[str, dict[str, int]]] = defaultdict(dict)
    nodes = [ROOT, *(unit for unit, _parent in trees["units"] if not unit.endswith("."))]
    for part in parts(clock_words()):
        tree = [] if part.code == "flows" else trees["clock" if part.code.startswith(_CLOCK) else part.code]
        counted: dict[Any, Base] = {}
        for period in times:
            if part.stock and not period.is_month:
                continue
            months = [figures[each.code] for each in period.months()]
            counted[period.code] = _base(part, months, inner, children_of(tree))
        under = wholes.get(part.under)
        released = release(units, splits_of(tree), counted, {} if part.stock else inside, least=LEAST, wholes=under)
        wholes[part.code] = {
            time: frozenset(pair for pair in pairs if pair[1] == WHOLE) for time, pairs in released.pairs.items()
        }
        new = {code: base for code, base in counted.items() if code not in already}
        for code, base in new.items():
            for unit, told in _rows(part, released, code, base, nodes, tree):
                found[code, unit][part.code] = told
    return found


def _base(part: Part, months: Iterable[ByUnit], units: Mapping[Any, object], keys: Mapping[Any, object]) -> Base:
    base: dict[tuple[Any, Any], tuple[int, ...]] = {}
    for by_unit in months:
        for unit, figures in by_unit.items():
            for key, count in part.counted(figures).items():
                where = (leaf_of(str(unit), units), leaf_of(key, keys) if key else ROOT)
                base[where] = plus(base[where], count) if where in base else count
    return base


def _rows(
    part: Part, released: Released, time: str, base: Base, nodes: Iterable[str], tree: Tree
) -> Iterable[tuple[str, dict[str, int]]]:
    """Of every unit of which the sum is told, by key what is told; ``""`` is the sum, and ``x?`` the children of x
    that are not told apart, together. What stands nowhere below a told node without such a rest is nothing."""
    values = sums(released.units, released.keys, base)
    below = children_of(tree)
    for unit in nodes:
        if not released.tells(time, unit, ROOT):
            continue
        row = values.get(unit, {})
        if part.code == "flows":
            yield unit, dict(zip(FLOWS, row.get(ROOT, (0, 0)), strict=True))
            continue
        told = {ROOT: row.get(ROOT, (0,))[0]}
        for node in [ROOT, *(key for key, _parent in tree)]:
            if node not in told or node not in below:
                continue
            apart = {key: row.get(key, (0,))[0] for key in below[node] if released.tells(time, unit, key)}
            told |= {key: number for key, number in apart.items() if number}
            if rest := told[node] - sum(apart.values()):
                told[f"{node}{REST}"] = rest
        yield unit, told
