"""What is published of complaints: the only read of its public pages and files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from complaints.models import PublicReport, PublicYear
from complaints.statistics.figures import LEAST
from complaints.statistics.labels import PART_WORDS, KindTree, clock_words, words_of
from complaints.statistics.periods import Period
from complaints.statistics.report import Line
from organisations.models import Unit
from workflows.graph import Text

from .periods import name_of, public_period
from .publishing import FLOWS, OVERDUE, REST
from .trees import ROOT, children_of

PARTS = tuple(PART_WORDS)
Told = Mapping[str, Mapping[str, int]]
_CLOCK = "clock:"


@dataclass(frozen=True)
class Kept:
    """How duties of a clock were kept, as far as it is told. None: not told."""

    clock: str
    label: str
    total: int
    in_time: int | None
    late: int | None

    @property
    def share(self) -> float | None:
        """What was in time, 0 to 1; None where it is not told, or there was nothing."""
        return self.in_time / self.total if self.total and self.in_time is not None else None


@dataclass(frozen=True)
class Row:
    """A unit directly below, with what is told of it."""

    unit: Unit
    told: Told

    @property
    def received(self) -> int | None:
        """How many came in; None where it is not told."""
        return self.told.get("flows", {}).get("received")

    @property
    def closed(self) -> int | None:
        """How many were closed; None where it is not told."""
        return self.told.get("flows", {}).get("closed")

    @property
    def open(self) -> int | None:
        """How many were open when it ended; None where it is not told."""
        return self.told.get("states", {}).get(ROOT)


@dataclass(frozen=True)
class PublicStatistics:
    """What is told of a unit (None: of all) with all below it in a period. stock: of its last month, in which stands
    what was open at its end. rows: the units directly below."""

    period: Period
    unit: Unit | None
    told: Told
    stock: Told
    rows: list[Row]
    above: list[Unit]

    @property
    def received(self) -> int | None:
        """How many came in; None where it is not told."""
        return self.told.get("flows", {}).get("received")

    @property
    def closed(self) -> int | None:
        """How many were closed; None where it is not told."""
        return self.told.get("flows", {}).get("closed")

    @property
    def open(self) -> int | None:
        """How many were open when it ended; None where it is not told."""
        return self.stock.get("states", {}).get(ROOT)

    @property
    def overdue(self) -> int | None:
        """How many of those had a duty that was overdue; None where it is not told."""
        told = self.stock.get("due", {})
        return None if ROOT not in told or f"{ROOT}{REST}" in told else told.get(OVERDUE, 0)

    @cached_property
    def tables(self) -> list[tuple[str, str, int | None, list[Line]]]:
        """Each part: its code, its words, its sum (None: not told) and its lines."""
        kinds = KindTree.read()
        found = []
        for part, words in PART_WORDS.items():
            told = (self.stock if part == "states" else self.told).get(part, {})
            found.append((part, str(words), told.get(ROOT), list(_lines(part, told, kinds))))
        return found

    @cached_property
    def kept(self) -> list[Kept]:
        """How duties were kept, of the clocks of which there is something to say."""
        return [
            Kept(code, label, told[ROOT], *_both(told))
            for code, label in clock_words().items()
            if (told := self.told.get(f"{_CLOCK}{code}", {})).get(ROOT)
        ]

    @property
    def left_apart(self) -> int | None:
        """How many came in at units below that are not told apart (and at the unit itself); None where the sum is not
        told."""
        return None if self.received is None else self.received - sum(row.received or 0 for row in self.rows)


def periods() -> list[Period]:
    """What is published, the newest first: years, their quarters, their months."""
    rows = PublicYear.objects.order_by("-fiscal_year").values_list("periods", flat=True)
    codes = [code for periods in rows for code in periods]
    found = [period for code in codes if (period := public_period(code))]
    return sorted(found, key=lambda each: (each.last, each.last - each.first), reverse=True)


def statistics_of(period: Period, unit: Unit | None) -> PublicStatistics | None:
    """What is told of a unit in a period; None where the period is not published. Five queries, whatever there is."""
    year = PublicYear.objects.filter(fiscal_year=period.fiscal_year).first()
    if year is None or period.code not in year.periods:
        return None
    parents = dict(year.trees["units"])
    below = children_of(year.trees["units"])
    here = str(unit.pk) if unit else ROOT
    ids = [int(node) for node in below.get(here, ()) if not node.endswith(".")]
    way = list(_way(here, parents))
    units = Unit.objects.in_bulk([*ids, *map(int, way)])
    last = list(period.months())[-1].code
    reports = PublicReport.objects.filter(period__in={period.code, last}, year=year)
    own = {row.period: row.figures for row in reports.filter(unit=unit)} if unit else {
        row.period: row.figures for row in reports.filter(unit=None)
    }  # fmt: skip
    told: dict[int, dict[str, Any]] = {}
    for row in reports.filter(unit__in=ids).order_by("period"):
        # What stood at the end of a longer period is told of its last month.
        kept = told.setdefault(row.unit_id or 0, {})
        kept |= row.figures if row.period == period.code else {"states": row.figures.get("states", {})}
    rows = [Row(each, told[each.pk]) for each in sorted(units.values(), key=lambda u: u.sort_key) if each.pk in told]
    rows = [row for row in rows if row.unit.pk in ids and any((row.received, row.closed, row.open))]
    above = [units[int(node)] for node in way if int(node) in units]
    return PublicStatistics(period, unit, own.get(period.code, {}), own.get(last, {}), rows, above)


def csv_lines(found: PublicStatistics) -> Iterator[list[Any]]:
    """Lines of a table: period, unit, part, key, words, number. What is not told has an empty number."""
    for unit, told in [(found.unit, _whole(found)), *((row.unit, row.told) for row in found.rows)]:
        where = [found.period.code, unit.code if unit else "", unit.name_th if unit else ""]
        for flow in FLOWS:
            yield [*where, "flows", flow, "", told.get("flows", {}).get(flow)]
        for part in PARTS:
            for line in _lines(part, told.get(part, {}), _kinds(found)):
                yield [*where, part, line.key, line.label, line.count]
                for inner in line.parts:
                    yield [*where, part, inner.key, inner.label, inner.count]
    for kept in found.kept:
        where = [found.period.code, found.unit.code if found.unit else "", found.unit.name_th if found.unit else ""]
        yield [*where, "in_time", kept.clock, kept.label, kept.in_time]
        yield [*where, "late", kept.clock, kept.label, kept.late]


def as_json(found: PublicStatistics) -> dict[str, Any]:
    """The same for programs; docs/disclosure.md describes the keys."""
    return {
        "period": {
            "code": found.period.code,
            "name": name_of(found.period),
            "first": found.period.first.isoformat(),
            "last": found.period.last.isoformat(),
        },
        "unit": _unit(found.unit),
        "least": LEAST,
        "told": _whole(found),
        "below": [{**(_unit(row.unit) or {}), "told": row.told} for row in found.rows],
    }


def _whole(found: PublicStatistics) -> dict[str, Any]:
    stock = {part: found.stock[part] for part in ("states", "due") if part in found.stock}
    return {**found.told, **stock}


def _kinds(found: PublicStatistics) -> KindTree:
    kept = vars(found).get("_kinds")
    if kept is None:
        kept = vars(found)["_kinds"] = KindTree.read()
    return kept


def _unit(unit: Unit | None) -> dict[str, str] | None:
    return {"code": unit.code, "name_th": unit.name_th, "name_en": unit.name_en} if unit else None


def _way(node: str, parents: Mapping[str, str]) -> Iterator[str]:
    above = []
    while node and (node := parents.get(node, ROOT)):
        above.append(node)
    yield from reversed(above)


def _both(told: Mapping[str, int]) -> tuple[int | None, int | None]:
    if f"{ROOT}{REST}" in told:
        return None, None
    return told.get("in_time", 0), told.get("late", 0)


def _lines(part: str, told: Mapping[str, int], kinds: KindTree) -> Iterator[Line]:
    words = words_of(part) if part != "kinds" else {}
    tops = [key for key in told if key and REST not in key and (part != "kinds" or kinds.main(key.rstrip(".")) == key)]
    for key in sorted(tops, key=lambda each: (-told[each], each)):
        yield Line(
            key, _label(key, words, kinds), told[key], tuple(_inner(key, told, kinds)) if part == "kinds" else ()
        )
    if rest := told.get(REST):
        yield Line(REST, _("others, each too few to be shown apart"), rest)


def _inner(main: str, told: Mapping[str, int], kinds: KindTree) -> Iterator[Line]:
    found = [key for key in told if key != main and REST not in key and kinds.main(key.rstrip(".")) == main]
    for key in sorted(found, key=lambda each: (-told[each], each)):
        yield Line(key, _label(key, {}, kinds), told[key])
    if (rest := told.get(f"{main}{REST}")) and found:
        yield Line(f"{main}{REST}", _("others, each too few to be shown apart"), rest)


def _label(key: str, words: Mapping[str, Text], kinds: KindTree) -> str:
    code = key.rstrip(".")
    return str(words[code]) if code in words else kinds.name(code)
