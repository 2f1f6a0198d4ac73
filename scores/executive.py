"""What an executive reads of the scores of a unit now: level, next threshold, what would raise it, what moved it since
it was kept last, and the months before. Everything stays on the scale on which its source prints it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncMonth

from organisations.calendar import fiscal_year
from organisations.models import Unit, UnitReach
from organisations.queries import open_units
from procurement.coverage.scope import Scope, scope_of
from scores.daily import LIVE, live_facts_of
from scores.facts import Facts
from scores.in_force import rubric_for
from scores.models import Snapshot
from scores.needs import Need, needed
from scores.results import CriterionScore, NodeScore, Score, State
from scores.rubric import Rubric
from scores.scoring import ScoringError, score
from scores.simulating import Outcome, cheapest
from scores.snapshots import parsed, parts_of, recomputed
from scores.states import RESULT_TOLD

PARTICIPATION, ANTI_CORRUPTION = "d3", "d1"
"""The two headline scores are the third and the first dimension (S4:329-349, S4:303-315)."""
DIMENSIONS = ("d1", "d2", "d3", "d4", "d5")
ITA, ITA_BESIDE = "ita", ("i5", "i10")
"""The indicators of the ITA about corruption: what staff say of how it is dealt with, and what is published against
it (S4:755-770)."""
MONTHS = 12


@dataclass(frozen=True)
class Change:
    """A criterion that stands otherwise than on the day before."""

    code: str
    before: State
    now: State


@dataclass(frozen=True)
class Headline:
    """One of the two scores. code: of the dimension; part: it, or the form of it that holds for the unit.

    next_points: those of the next level, None at the highest. need: what that lacks. road: the first of what would
    raise it, with what it would bring; None where nothing that can still be made good does. before: the part as it was
    kept last; changes: what moved since. derived: the criteria that figures decide.
    """

    code: str
    part: NodeScore
    next_points: Fraction | None
    need: Need | None
    road: tuple[Need, Outcome] | None
    before: NodeScore | None
    changes: tuple[Change, ...]

    @property
    def derived(self) -> list[CriterionScore]:
        """The criteria that figures decide, those that are not met first."""
        return sorted((row for row in self.part.criteria if row.derived), key=lambda row: row.state.met)


@dataclass(frozen=True)
class Indicator:
    """An indicator of the ITA as it was announced to this service last. name_of: its part of `rubric`."""

    code: str
    rubric: Rubric
    points: Fraction
    full: Fraction
    fiscal_year: int


@dataclass(frozen=True)
class LastKeptDay:
    """The last day of a month on which the scores were kept: points of a dimension by its code."""

    day: date
    points: Mapping[str, Fraction]


@dataclass(frozen=True)
class Now:
    """The scores of a unit as they stand today. kept: the day with which they are compared, None before the first."""

    unit: Unit
    year: int
    rubric: Rubric
    score: Score
    headlines: tuple[Headline, ...]
    kept: date | None
    diagnostic: bool


@dataclass(frozen=True)
class Live:
    """The facts of several units today, by their ids, and the rubric of the year; gathered once for all of them.
    without: the cases that they do not count, for they do not exist for the reader."""

    year: int
    rubric: Rubric
    facts: Mapping[int, Facts]
    without: Collection[int]

    @classmethod
    def of(cls, units: list[Unit], today: date, without: Collection[int]) -> "Live":
        """Of each of these units with all below it. without: cases that do not exist for the reader
        (`workflows.metrics.hidden_from`)."""
        year = fiscal_year(today)
        rubric = rubric_for(LIVE, year)
        return cls(year, rubric, live_facts_of(units, rubric, year, without), without)

    def score(self, unit: Unit) -> Score | None:
        """The score of one of them; None where the rubric cannot score it."""
        try:
            return score(self.rubric, self.facts[unit.pk])
        except ScoringError:
            return None


def now_of(unit: Unit, live: Live, today: date) -> Now | None:
    """The scores of a unit with all below it; None where the rubric cannot score it."""
    year, rubric, facts = live.year, live.rubric, live.facts[unit.pk]
    found = live.score(unit)
    if found is None:
        return None
    last = _kept(unit, year).filter(as_of__lt=today).select_related("rubric", "facts").order_by("-as_of").first()
    earlier = recomputed(last, live.without) if last else None
    headlines = headlines_of(rubric, facts, found, earlier)
    return Now(unit, year, rubric, found, headlines, last.as_of if last else None, scope_of(unit) == Scope.DIAGNOSTIC)


def headlines_of(rubric: Rubric, facts: Facts, found: Score, earlier: Score | None) -> tuple[Headline, ...]:
    """Participation and anti-corruption of a score, beside the one before it."""
    roads = cheapest(rubric, facts)
    needs = needed(found)
    return tuple(_headline(code, found, earlier, needs, roads) for code in (PARTICIPATION, ANTI_CORRUPTION))


def _headline(
    code: str, found: Score, earlier: Score | None, needs: tuple[Need, ...], roads: list[tuple[Need, Outcome]]
) -> Headline:
    part = part_of(found, code)
    before = part_of(earlier, code) if earlier else None
    above = [step for step in part.steps if step.points > part.points]
    return Headline(
        code,
        part,
        Fraction(above[0].points) if above else None,
        next((need for need in needs if need.node == part.code), None),
        next((road for road in roads if road[0].node == part.code), None),
        before,
        tuple(_changes(part, before)) if before else (),
    )


def _changes(part: NodeScore, before: NodeScore) -> list[Change]:
    was = {row.code: row.state for row in before.criteria}
    return [
        Change(row.code, was[row.code], row.state)
        for row in part.criteria
        if row.code in was and was[row.code].met != row.state.met
    ]


def part_of(found: Score, code: str) -> NodeScore:
    """A dimension; of one with several forms that which holds for the unit."""
    node = found.node(code)
    return node.children[0] if node.kind == "one_of" and node.children else node


def shares_of(found: Score) -> list[Fraction]:
    """The share of full points, 0 to 1, of each dimension."""
    nodes = [found.node(code) for code in DIMENSIONS]
    return [Fraction(node.points) / Fraction(node.full) if node.full else Fraction(0) for node in nodes]


def months_of(unit: Unit, today: date, without: Collection[int] = ()) -> list[LastKeptDay]:
    """The scores at the end of each month in which they were kept, of this one and the eleven before, oldest first.
    without: cases that do not exist for the reader."""
    first = today.replace(day=1)
    first = first.replace(year=first.year - 1, month=first.month + 1) if first.month < 12 else first.replace(month=1)
    rows = Snapshot.objects.filter(unit=unit, family=LIVE, cause=Snapshot.Cause.DAILY, as_of__range=(first, today))
    last = rows.annotate(month=TruncMonth("as_of")).order_by("month", "-as_of", "-pk").distinct("month")
    found = last.select_related("rubric", "facts") if without else last.only("as_of", "parts")
    return [LastKeptDay(row.as_of, points_of(row, without)) for row in found]


def points_of(row: Snapshot, without: Collection[int] = ()) -> dict[str, Fraction]:
    """The points of each dimension as they were kept, or would have been without these cases."""
    parts = parts_of(recomputed(row, without)) if without else row.parts
    return {code: Fraction(parts[code]["points"]) for code in DIMENSIONS if code in parts}


def indicators_of(unit: Unit) -> list[Indicator]:
    """What the ITA said of the unit last, as far as it was entered in an assessment; empty before that."""
    # What a committee has concluded and not told is nobody's to read here.
    told = ~Q(cause=Snapshot.Cause.CONCLUDED) | Q(assessment__case__state__in=RESULT_TOLD)
    rows = Snapshot.objects.filter(told, unit=unit, family=ITA).exclude(assessment__ended=True).select_related("rubric")
    row = rows.order_by("-fiscal_year", "-as_of", "-pk").first()
    if row is None:
        return []
    return [
        Indicator(code, parsed(row.rubric), Fraction(part["points"]), Fraction(part["full"]), row.fiscal_year)
        for code in ITA_BESIDE
        if (part := row.parts.get(code))
    ]


def agencies_below(tops: list[Unit]) -> list[Unit]:
    """The open units directly below these that are assessed as agencies, or the tops themselves where they are several:
    each has a score of its own, which is kept day by day."""
    rows = UnitReach.objects.filter(above__in=tops, distance=1)
    below = [unit for unit in open_units().filter(pk__in=rows.values("unit")) if scope_of(unit) != Scope.DIAGNOSTIC]
    return below if len(tops) == 1 else tops


def _kept(unit: Unit, year: int) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(unit=unit, family=LIVE, fiscal_year=year, cause=Snapshot.Cause.DAILY)
