"""What an executive reads of the scores of a unit now: level, next threshold, what would raise it, what moved it since
it was kept last, and the months before. Everything stays on the scale on which its source prints it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Q
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
    """An indicator of the ITA as an assessment of the unit says that it was announced last; its name stands in the
    rubric."""

    code: str
    rubric: Rubric
    points: Fraction
    full: Fraction
    fiscal_year: int


@dataclass(frozen=True)
class LastKeptDay:
    """The last day of a month on which the scores were kept: points of a part by its code."""

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
        return cls(year, rubric, live_facts_of(units, rubric, year, without=without), without)

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
    last = kept_before([unit], year, today).get(unit.pk)
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


def shares_of(nodes: Iterable[NodeScore]) -> list[Fraction]:
    """The share of full points, 0 to 1, of each of these parts."""
    return [Fraction(node.points) / Fraction(node.full) for node in nodes]


def months_of(units: Iterable[Unit], today: date, without: Collection[int] = ()) -> dict[int, list[LastKeptDay]]:
    """Of each of these units, by its id, the scores at the end of each month in which they were kept, of this one and
    the eleven before, oldest first. without: cases that do not exist for the reader."""
    units = list(units)
    first = months_until(today)[0]
    rows = Snapshot.objects.filter(unit__in=units, family=LIVE, cause=Snapshot.Cause.DAILY, as_of__range=(first, today))
    last = rows.annotate(month=TruncMonth("as_of")).order_by("unit_id", "month", "-as_of", "-pk")
    found: dict[int, list[LastKeptDay]] = {unit.pk: [] for unit in units}
    last = last.distinct("unit_id", "month")
    for row in last.select_related("rubric", "facts") if without else last.only("unit_id", "as_of", "parts"):
        found[row.unit_id].append(LastKeptDay(row.as_of, points_of(row, without)))
    return found


def months_until(today: date) -> list[date]:
    """The first day of each of the months that are shown: this one and the eleven before, oldest first."""
    months = [today.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months[::-1]


def points_of(row: Snapshot, without: Collection[int] = ()) -> dict[str, Fraction]:
    """The points of each part as they were kept, or would have been without these cases."""
    parts = parts_of(recomputed(row, without)) if without else row.parts
    return {code: Fraction(part["points"]) for code, part in parts.items()}


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


def kept_before(units: Iterable[Unit], year: int, today: date) -> dict[int, Snapshot]:
    """The last snapshot of each of these units, by its id, that was kept before today in a fiscal year (B.E.)."""
    rows = Snapshot.objects.filter(
        unit__in=list(units), family=LIVE, fiscal_year=year, cause=Snapshot.Cause.DAILY, as_of__lt=today
    )
    newest = rows.select_related("rubric", "facts").order_by("unit_id", "-as_of").distinct("unit_id")
    return {row.unit_id: row for row in newest}
