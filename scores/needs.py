"""What the next level of each part lacks, the cheapest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from .results import CriterionScore, NodeScore, Reason, Score

__all__ = ["Lack", "Need", "needed"]

# How near a lack is to being made good: so many more of something countable, then a thing to be done once, then a
# statement, then what nobody has measured, then what may be less. Of a count that is too high nothing can be undone.
_EFFORT = ("short", "flag", "not_confirmed", "not_stated", "stated_not_met", "no_figure", "no_cases", "differs", "over")


@dataclass(frozen=True, slots=True)
class Lack:
    """A criterion that is not met, and the reason that keeps it so; see `Reason` for the codes."""

    criterion: str
    reason: Reason

    @property
    def rank(self) -> tuple[bool, int, int, str]:
        """Orders lacks, the cheapest first; equal ones by code. Counted ones that cannot be reached come late."""
        out_of_reach = self.reason.code in ("short", "over") and self.reason.more is None
        return out_of_reach, _EFFORT.index(self.reason.code), self.reason.more or 0, self.criterion


@dataclass(frozen=True, slots=True)
class Need:
    """What a part lacks for its next level (or, without levels, for its next points).

    level: the level asked for, None without levels. reaches: the level it would have then, which is higher where what
    the levels above ask is met already. gain: the points it would bring to the part itself.
    """

    node: str
    level: int | None
    reaches: int | None
    gain: Fraction
    lacks: tuple[Lack, ...]

    @property
    def in_reach(self) -> bool:
        """Whether everything can still be made good this year, as far as the figures say."""
        return not any(lack.rank[0] for lack in self.lacks)


def needed(score: Score) -> tuple[Need, ...]:
    """For each part that is counted and not full, what its next level lacks; in the order of the rubric.

    Of a checklist every item that is not met is a need of its own. Tiers and measured parts name none: a figure is
    announced for them, and what lies behind it is not known here.
    """
    return tuple(need for node in _counted(score.root) for need in _of(node))


def _counted(node: NodeScore) -> Iterator[NodeScore]:
    if node.kind != "apart":
        yield node
        for child in node.children:
            yield from _counted(child)


def _of(node: NodeScore) -> Iterator[Need]:
    by_code = {criterion.code: criterion for criterion in node.criteria}
    if node.kind == "levels" and node.level is not None and node.level < len(node.steps):
        above = node.steps[node.level]
        reaches = above.level
        while reaches < len(node.steps) and not node.steps[reaches].missing:
            reaches += 1
        gain = node.steps[reaches - 1].points - node.points
        yield Need(node.code, above.level, reaches, gain, _lacks([by_code[code] for code in above.missing]))
    elif node.kind == "all_or_nothing" and node.points < node.full:
        yield Need(node.code, None, None, node.full, _lacks(node.criteria))
    elif node.kind == "checklist":
        item = node.full / len(node.criteria)
        for criterion in node.criteria:
            if not criterion.state.met:
                yield Need(node.code, None, None, item, _lacks([criterion]))


def _lacks(criteria: list[CriterionScore] | tuple[CriterionScore, ...]) -> tuple[Lack, ...]:
    met = ("reached", "no_cases_met", "stated", "confirmed")
    found = [
        Lack(criterion.code, reason)
        for criterion in criteria
        if not criterion.state.met
        for reason in criterion.reasons
        if reason.code not in met
    ]
    return tuple(sorted(found, key=lambda lack: lack.rank))
