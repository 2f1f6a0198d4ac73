"""Participation coverage and the level it gives (S4:341-349; the checklist S4:3498). Pure: facts in, a result out.

Every decision the printed rule leaves open is taken here and nowhere else; `Result.decisions` says each of them, so
that it stands beside the figure. docs/coverage.md explains them with their sources.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from heapq import nlargest

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .decisions import Decision, decisions_of

__all__ = [
    "ActivityFacts",
    "Decision",
    "Facts",
    "Lack",
    "LevelRule",
    "Result",
    "Seat",
    "Step",
    "Variant",
    "compute",
    "steps_of",
]

HIGHEST = 3
"""How many positions by budget make the top (S4:346: สูงสุด ๓ ลำดับแรก)."""
WITHOUT_ACTIVITIES = 1
"""The level a unit without any activity with procurement reaches at most."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A citizen's seat on a committee of an activity.

    start: the day of his appointment or assignment (มอบหมาย). end: the first day on which he is no member any more,
    None while he is one; who is suspended leaves, and comes back in another seat. qualifying: whether a seat on this
    kind of committee counts. first_decision: the day on which his committee first decided; None: that of the activity.
    """

    start: date
    end: date | None
    qualifying: bool
    first_decision: date | None = None


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """A plan activity with procurement. A re-tender of it is the same activity.

    budget: approved plan budget in baht, None when it is not known. cancelled, award: the day, True when only the day
    is not known, None (or False) when it did not happen. first_decision: for seats that name none of their own.
    """

    id: str
    budget: Decimal | None
    cancelled: date | bool | None = None
    award: date | bool | None = None
    first_decision: date | None = None
    seats: tuple[Seat, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What the level of a unit and year is computed from.

    published: whether core work was published in at least one channel; education: how many education activities count;
    as_of: the day of assessment. What happened after it has not happened.
    """

    activities: tuple[ActivityFacts, ...]
    published: bool
    education: int
    as_of: date


@dataclass(frozen=True)
class LevelRule:
    """What a level asks, beside everything the levels below it ask. rest_percent: 0-100, None for no share."""

    level: int
    points: int
    published: bool
    top: bool
    rest_percent: int | None
    education: int


@dataclass(frozen=True)
class Variant:
    """A printed form of the rule."""

    code: str
    levels: tuple[LevelRule, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """All that decides the level: how many activities are top and rest, how many of each are covered, and whether core
    work was published, and how many education activities count."""

    top: int
    top_covered: int
    rest: int
    rest_covered: int
    published: bool
    education: int


@dataclass(frozen=True, slots=True)
class Lack:
    """Why a level is not reached: `code` names the demand, `have` of `need` are there; percent: the share asked."""

    code: str
    have: int
    need: int
    of: int = 0
    percent: int = 0

    @property
    def missing(self) -> int:
        """How many more it takes."""
        return self.need - self.have

    @property
    def sentence(self) -> str:
        """In the language of the reader."""
        words = {
            "have": self.have,
            "need": self.need,
            "of": self.of,
            "missing": self.missing,
            "percent": self.percent,
        }
        match self.code:
            case "published":
                return _("The core work has not been published in any channel.")
            case "activities":
                return _("No activity with procurement is counted, so the level ends at 1.")
            case "top":
                text = ngettext(
                    "%(missing)s of the top %(need)s activities is not covered.",
                    "%(missing)s of the top %(need)s activities are not covered.",
                    self.missing,
                )
            case "rest":
                text = ngettext(
                    "Needs %(need)s of the other %(of)s activities (%(percent)s percent), %(have)s is covered.",
                    "Needs %(need)s of the other %(of)s activities (%(percent)s percent), %(have)s are covered.",
                    self.have,
                )
            case "education":
                text = ngettext(
                    "Needs %(need)s education activity, %(have)s recorded.",
                    "Needs %(need)s education activities, %(have)s recorded.",
                    self.need,
                )
            case unknown:
                raise LookupError(unknown)
        return text % words


@dataclass(frozen=True, slots=True)
class Step:
    """A level: whether it is reached, and all that is missing for it, the demands of the levels below included.

    needs_rest: how many activities of the rest have to be covered in all; 0 where no share is asked.
    """

    level: int
    points: int
    needs_rest: int
    lacking: tuple[Lack, ...]

    @property
    def met(self) -> bool:
        """Nothing is missing."""
        return not self.lacking

    @property
    def lacks(self) -> tuple[str, ...]:
        """What is missing, a sentence each, in the language of the reader."""
        return tuple(lack.sentence for lack in self.lacking)


@dataclass(frozen=True)
class Result:
    """The level with everything behind it. Activities are named by their ids, in the order in which they were given.

    top, rest: what is counted; covered: those of both that are. left_out: cancelled before an award. kept: cancelled
    afterwards and counted all the same. missing_budget: counted in the top for want of a budget. marked: nothing was
    counted, so the level says little.
    """

    level: int
    points: int
    variant: str
    as_of: date
    top: tuple[str, ...]
    rest: tuple[str, ...]
    covered: tuple[str, ...]
    top_covered: int
    rest_covered: int
    left_out: tuple[str, ...]
    kept: tuple[str, ...]
    missing_budget: tuple[str, ...]
    published: bool
    education: int
    marked: bool
    steps: tuple[Step, ...]

    @property
    def next_step(self) -> Step | None:
        """The first level that is not reached; None at the highest."""
        return next((step for step in self.steps if not step.met), None)

    @property
    def share(self) -> Decimal | None:
        """100 × covered of the rest / all of the rest, cut after two places; None where there is no rest.

        For people only: no level is decided by it, as it is no exact number.
        """
        return Decimal(10_000 * self.rest_covered // len(self.rest)) / 100 if self.rest else None

    @property
    def share_exact(self) -> str:
        """The same as it is, ``6/10``."""
        return f"{self.rest_covered}/{len(self.rest)}"

    @property
    def uncovered(self) -> tuple[str, ...]:
        """What is counted and not covered, the top first."""
        here = frozenset(self.covered)
        return tuple(id_ for id_ in (*self.top, *self.rest) if id_ not in here)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Every decision by which the printed rule was read, with what it did here, in the language of the reader."""
        return decisions_of(
            as_of=self.as_of,
            counted=len(self.top) + len(self.rest),
            top=len(self.top),
            missing=len(self.missing_budget),
            rest=len(self.rest),
            left_out=len(self.left_out),
            kept=len(self.kept),
            covered=len(self.covered),
            education=self.education,
        )


def compute(facts: Facts, variant: Variant) -> Result:
    """The level of these facts by this form (S4:341-349).

    Every comparison is of whole numbers or of days; nothing is rounded.
    """
    counted, left_out, kept = sort_out(facts)
    lowest = lowest_of_the_top(activity.budget for activity in counted)
    top: list[str] = []
    rest: list[str] = []
    covered, missing = [], []
    top_covered = 0
    for activity in counted:
        highest = activity.budget is None or lowest is None or activity.budget >= lowest
        (top if highest else rest).append(activity.id)
        if activity.budget is None:
            missing.append(activity.id)
        if is_covered(activity, facts.as_of):
            covered.append(activity.id)
            top_covered += highest
    totals = Totals(len(top), top_covered, len(rest), len(covered) - top_covered, facts.published, facts.education)
    steps = steps_of(totals, variant)
    level, points = reached(steps)
    return Result(
        level=level,
        points=points,
        variant=variant.code,
        as_of=facts.as_of,
        top=tuple(top),
        rest=tuple(rest),
        covered=tuple(covered),
        top_covered=totals.top_covered,
        rest_covered=totals.rest_covered,
        left_out=tuple(activity.id for activity in left_out),
        kept=tuple(activity.id for activity in kept),
        missing_budget=tuple(missing),
        published=facts.published,
        education=facts.education,
        marked=not counted,
        steps=steps,
    )


def sort_out(facts: Facts) -> tuple[list[ActivityFacts], list[ActivityFacts], list[ActivityFacts]]:
    """The activities that are counted; those left out, as they were cancelled before an award; and those of the
    counted that were cancelled afterwards."""
    counted, left_out, kept = [], [], []
    for activity in facts.activities:
        if not _happened(activity.cancelled, facts.as_of):
            counted.append(activity)
        elif _cancelled_after_award(activity, facts.as_of):
            counted.append(activity)
            kept.append(activity)
        else:
            left_out.append(activity)
    return counted, left_out, kept


def is_covered(activity: ActivityFacts, as_of: date) -> bool:
    """Whether a citizen held a qualifying seat on the day of his committee's first decision; until there is one (as of
    the day of assessment), on the day of assessment itself."""
    for seat in activity.seats:
        if seat.qualifying:
            decision = seat.first_decision or activity.first_decision
            day = as_of if decision is None or decision > as_of else decision
            if seat.start <= day and (seat.end is None or day < seat.end):
                return True
    return False


def _happened(event: date | bool | None, as_of: date) -> bool:
    """An event of an unknown day has happened; one after the day of assessment has not."""
    return event <= as_of if isinstance(event, date) else bool(event)


def _cancelled_after_award(activity: ActivityFacts, as_of: date) -> bool:
    """On the day of the award or later. Where only one of the days is known, the award came first: that is the
    stricter reading, as the activity then stays counted."""
    if not _happened(activity.award, as_of):
        return False
    both_known = isinstance(activity.cancelled, date) and isinstance(activity.award, date)
    return activity.cancelled >= activity.award if both_known else True  # type: ignore[operator]


def lowest_of_the_top(budgets: Iterable[Decimal | None]) -> Decimal | None:
    """The third largest known budget by position, so that ties widen the top; of fewer than three the lowest, so that
    all of them are top. None: no budget is known."""
    return min(nlargest(HIGHEST, (budget for budget in budgets if budget is not None)), default=None)


def steps_of(totals: Totals, variant: Variant) -> tuple[Step, ...]:
    """The levels of a form from the lowest: each asks the most of what it and those below it ask."""
    published, whole_top, percent, education = False, False, 0, 0
    steps = []
    for rule in sorted(variant.levels, key=lambda rule: rule.level):
        published |= rule.published
        whole_top |= rule.top
        percent = max(percent, rule.rest_percent or 0)
        education = max(education, rule.education)
        # 100 × covered ≥ p × |R|: the least whole number that fulfils it.
        needs = -(-percent * totals.rest // 100)
        lacking = []
        if published and not totals.published:
            lacking.append(Lack("published", 0, 1))
        if rule.level > WITHOUT_ACTIVITIES and not totals.top + totals.rest:
            lacking.append(Lack("activities", 0, 1))
        if whole_top and totals.top_covered < totals.top:
            lacking.append(Lack("top", totals.top_covered, totals.top))
        if 100 * totals.rest_covered < percent * totals.rest:
            lacking.append(Lack("rest", totals.rest_covered, needs, of=totals.rest, percent=percent))
        if totals.education < education:
            lacking.append(Lack("education", totals.education, education))
        steps.append(Step(rule.level, rule.points, needs, tuple(lacking)))
    return tuple(steps)


def reached(steps: tuple[Step, ...]) -> tuple[int, int]:
    """The highest level that is reached and its points; 0 and 0 for none."""
    return next(((step.level, step.points) for step in reversed(steps) if step.met), (0, 0))
