"""Facts of coverage made shortly, the oracle, and what hypothesis draws."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from procurement.coverage.facts import built_in
from procurement.coverage.rule import ActivityFacts, Facts, Result, Seat, compute

DAY = date(2022, 9, 30)
BEGUN = date(2021, 11, 1)


def day(number: int) -> date:
    """Days counted from the first of November 2021."""
    return BEGUN + timedelta(days=number)


def seat(start: date = BEGUN, end: date | None = None, *, qualifying: bool = True, decided: date | None = None) -> Seat:
    """A seat held from the beginning of the year, unless said otherwise."""
    return Seat(start, end, qualifying, decided)


def activity(id_: str, budget: int | None = 100, *, covered: bool = False, **facts: Any) -> ActivityFacts:
    """An activity; `covered`: with a citizen who sat from the beginning."""
    if covered:
        facts["seats"] = (seat(),)
    return ActivityFacts(id=id_, budget=None if budget is None else Decimal(budget), **facts)


def level_of(
    activities: Iterable[ActivityFacts], *, published: bool = True, education: int = 1, as_of: date = DAY,
    variant: str = "regional",
) -> Result:  # fmt: skip
    """The result for these activities, with everything else there."""
    return compute(Facts(tuple(activities), published, education, as_of), built_in(variant))


def thirteen(covered_of_the_rest: int, *, top_covered: int = 3) -> list[ActivityFacts]:
    """Three large activities and ten others, so many of each covered (domain.md: the fixture)."""
    top = [activity(f"t{n}", 1000 - n, covered=n < top_covered) for n in range(3)]
    return [*top, *(activity(f"r{n}", 100 - n, covered=n < covered_of_the_rest) for n in range(10))]


# --- The oracle: the words of the rule, as slowly and as plainly as they can be written ----------------------------
# Levels 3 to 5 of each form: the share of the rest, and how many education activities.
PRINTED = {
    "regional": {3: (60, 0), 4: (70, 1), 5: (80, 1)},
    "checklist": {3: (60, 0), 4: (70, 0), 5: (80, 1)},
}


def oracle(facts: Facts, variant: str) -> dict[str, Any]:
    """Level, and the sets of ids, by the printed words; nothing is shared with the code that is tested."""
    counted = [row for row in facts.activities if not _is_out(row, facts.as_of)]
    ranked = sorted((row.budget for row in counted if row.budget is not None), reverse=True)
    top = {
        row.id
        for row in counted
        if row.budget is None or len(ranked) < 3 or sum(other > row.budget for other in ranked) < 3
    }
    covered = {row.id for row in counted if _has_citizen(row, facts.as_of)}
    rest = {row.id for row in counted} - top
    level = 0
    if facts.published:
        level = 1
        if counted and top <= covered:
            level = 2
            for number, (percent, education) in PRINTED[variant].items():
                share = Fraction(100 * len(rest & covered), len(rest)) if rest else Fraction(100)
                if share >= percent and facts.education >= education and level == number - 1:
                    level = number
    out = {row.id for row in facts.activities if _is_out(row, facts.as_of)}
    return {"level": level, "top": top, "rest": rest, "covered": covered, "left_out": out}


def _is_out(row: ActivityFacts, as_of: date) -> bool:
    """Cancelled before an award. Walks the days one by one; an unknown day of cancelling comes before no award."""
    if row.cancelled is True:
        return not (row.award is True or (isinstance(row.award, date) and row.award <= as_of))
    awarded = row.award is True
    for number in range(-10, (as_of - BEGUN).days + 1):
        today = day(number)
        if row.award == today:
            awarded = True
        if row.cancelled == today and not awarded:
            return True
    return False


def _has_citizen(row: ActivityFacts, as_of: date) -> bool:
    for held in row.seats:
        decided = held.first_decision if held.first_decision is not None else row.first_decision
        looked_at = decided if decided is not None and decided <= as_of else as_of
        # He is there from the day he starts, day by day, until the day comes that is his end.
        today, there = held.start, set()
        while today != held.end and today <= as_of:
            there.add(today)
            today += timedelta(days=1)
        if held.qualifying and looked_at in there:
            return True
    return False


# --- What hypothesis draws ---------------------------------------------------------------------------------------
days = st.integers(0, 8).map(day)
maybe_days = st.none() | days
events = st.none() | st.just(True) | days


@st.composite
def seats(draw: st.DrawFn) -> Seat:
    """Any seat in a short time, so that days meet."""
    start = draw(days)
    length = draw(st.none() | st.integers(0, 8))
    end = None if length is None else start + timedelta(days=length)
    return Seat(start, end, draw(st.sampled_from([True, True, False])), draw(maybe_days))


@st.composite
def plans(draw: st.DrawFn, most: int = 12) -> tuple[ActivityFacts, ...]:
    """A plan with few different budgets, so that ties are common."""
    count = draw(st.integers(0, most))
    budgets = st.none() | st.integers(0, 5).map(Decimal)
    return tuple(
        ActivityFacts(
            id=str(number),
            budget=draw(budgets),
            cancelled=draw(st.none() | events),
            award=draw(events),
            first_decision=draw(maybe_days),
            seats=tuple(draw(st.lists(seats(), max_size=2))),
        )
        for number in range(count)
    )


@st.composite
def covered_plans(draw: st.DrawFn) -> tuple[ActivityFacts, ...]:
    """A plan in which most is covered, so that the high levels are common too."""
    top = [activity(f"t{number}", draw(st.none() | st.integers(8, 10)), covered=True) for number in range(3)]
    if draw(st.integers(0, 4)) == 0:
        top[0] = activity("t0", 10)
    share = draw(st.integers(5, 10))
    rest = [
        activity(f"r{number}", draw(st.integers(0, 8)), covered=draw(st.integers(1, 10)) <= share)
        for number in range(draw(st.integers(0, 12)))
    ]
    return (*top, *rest)


facts = st.one_of(
    st.builds(Facts, activities=plans(), published=st.booleans(), education=st.integers(0, 2), as_of=days),
    st.builds(Facts, activities=covered_plans(), published=st.just(True), education=st.integers(0, 2), as_of=days),
)
variants = st.sampled_from(["regional", "checklist"])
