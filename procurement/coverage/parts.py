"""The level of a unit from what each unit below it brings in, so that one change in a district does not read the
175,600 activities of its department anew. Pure, and the same as `rule.compute` over all activities together.

Why it is the same: the third largest budget of all units together is at least that of each unit alone, so what is top
of them all is top in its own unit. It is enough to know the top of each unit; of the others, how many there are and
how many are covered.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .rule import HIGHEST, Facts, Totals, is_covered, lowest_of_the_top, sort_out


@dataclass(frozen=True, slots=True)
class Part:
    """What a unit by itself brings in.

    counted, covered: its activities; missing, missing_covered: those of them without a budget; highest: its top without
    those, as (budget in baht, how many have it, how many of these are covered), the highest budget first.
    """

    counted: int
    covered: int
    missing: int
    missing_covered: int
    highest: tuple[tuple[Decimal, int, int], ...]
    published: bool
    education: int


def part_of(facts: Facts) -> Part:
    """The part of a unit. facts: of the unit by itself, without what lies below it."""
    counted, _left_out, _kept = sort_out(facts)
    lowest = lowest_of_the_top(activity.budget for activity in counted)
    covered = missing = missing_covered = 0
    highest: dict[Decimal, list[int]] = defaultdict(lambda: [0, 0])
    for activity in counted:
        is_one = is_covered(activity, facts.as_of)
        covered += is_one
        if activity.budget is None:
            missing += 1
            missing_covered += is_one
        elif lowest is None or activity.budget >= lowest:
            entry = highest[activity.budget]
            entry[0] += 1
            entry[1] += is_one
    ranked = tuple((budget, *highest[budget]) for budget in sorted(highest, reverse=True))
    return Part(
        counted=len(counted),
        covered=covered,
        missing=missing,
        missing_covered=missing_covered,
        highest=ranked,  # type: ignore[arg-type]  # a list of two is a pair
        published=facts.published,
        education=facts.education,
    )


def combine(parts: Iterable[Part]) -> Totals:
    """All that decides the level of several units together."""
    counted = covered = top = top_covered = education = 0
    published = False
    highest: dict[Decimal, list[int]] = defaultdict(lambda: [0, 0])
    for part in parts:
        counted += part.counted
        covered += part.covered
        top += part.missing
        top_covered += part.missing_covered
        published |= part.published
        education += part.education
        for budget, many, with_citizen in part.highest:
            entry = highest[budget]
            entry[0] += many
            entry[1] += with_citizen
    known = 0
    for budget in sorted(highest, reverse=True):
        # The third position has been reached by higher budgets.
        if known >= HIGHEST:
            break
        known += highest[budget][0]
        top_covered += highest[budget][1]
    top += known
    return Totals(top, top_covered, counted - top, covered - top_covered, published, education)
