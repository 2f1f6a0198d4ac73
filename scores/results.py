"""What a score says: the points of every part with the state of each criterion and the reason for it, as codes.

No sentences here: pages write them in the language of the reader. All numbers are exact; `shown` is for people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from .writing import Number, NumberOrNone, Settings, Value

__all__ = ["CriterionScore", "Founded", "LadderScore", "NodeScore", "Reason", "ScaleScore", "Score", "State"]
__all__ += ["StepScore", "score_schema", "score_to"]


class State(StrEnum):
    """Of a criterion. MET_NO_CASES is met, and marked: there was nothing that could have gone wrong."""

    MET = "met"
    MET_NO_CASES = "met_no_cases"
    NOT_MET = "not_met"
    NOT_SHOWN = "not_shown"

    @property
    def met(self) -> bool:
        """Whether it counts as met."""
        return self in (State.MET, State.MET_NO_CASES)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a criterion has its state.

    code, of a figure: reached, no_cases_met (marked), short (`more` of them are missing; of a share, while its whole
    stays as it is), over (more than may be; of a share by `more`), differs, flag, no_cases,
    no_figure (nothing is known).
    code, of a statement: confirmed, stated (not confirmed by anybody), stated_not_met, not_confirmed, not_stated.
    code, of points (a step of a ladder): points_reached, points_short, not_computable.

    metric: of the figure, or the node of the points. need: what it must be compared with; in percent for a share.
    """

    code: str
    metric: str = ""
    comparison: str = ""
    have: Value = None
    need: Value = None
    more: int | None = None


@dataclass(frozen=True, slots=True)
class Founded:
    """The figure that counts founded cases only, and the state it would give. It decides nothing."""

    metric: str
    have: Value
    state: State


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """A criterion: its state, and a reason for each figure it asks for, or for the statement."""

    code: str
    state: State
    derived: bool
    reasons: tuple[Reason, ...]
    founded: Founded | None = None


@dataclass(frozen=True, slots=True)
class StepScore:
    """A level or step. reached: with all below it. missing: codes of its own criteria that are not met."""

    level: int
    points: Number
    reached: bool
    missing: tuple[str, ...]
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeScore:
    """A part and the points it has.

    computable: False while a figure is missing without which the points say nothing; they then count as 0.
    value: the figure of a measured part or of tiers, in percent; chosen: the word that chose the child.
    """

    code: str
    kind: str
    points: Number
    full: Number
    computable: bool = True
    level: int | None = None
    chosen: str | None = None
    value: NumberOrNone = None
    reasons: tuple[Reason, ...] = ()
    steps: tuple[StepScore, ...] = ()
    criteria: tuple[CriterionScore, ...] = ()
    children: tuple["NodeScore", ...] = ()

    def walk(self) -> Iterator["NodeScore"]:
        """It and all below it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class ScaleScore:
    """The verdict of a scale. band: its code; None when not even the lowest is reached, or it is not computable.

    unverified: a bound that took part in it is stated by no source. next_band, short: the next higher band and how many
    points its bound is away; withheld: higher bands whose bound is reached and whose extra condition is not.
    """

    code: str
    of: str
    points: Number
    computable: bool
    band: str | None
    unverified: bool
    next_band: str | None = None
    short: NumberOrNone = None
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LadderScore:
    """How far up a ladder: level 0 is below its first step. holds: the status is held."""

    code: str
    level: int
    holds: bool
    steps: tuple[StepScore, ...]
    criteria: tuple[CriterionScore, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The score of a unit by a rubric.

    confirmed_only: only what an evaluator confirmed was counted (the committee's score); else also what is stated (the
    unit's own). settings: as they were used. stray: attestations of criteria that the rubric has not, or that figures
    decide. points and full are those of `root`.
    """

    rubric: str
    confirmed_only: bool
    settings: Settings
    points: Number
    full: Number
    computable: bool
    root: NodeScore
    scales: tuple[ScaleScore, ...]
    ladders: tuple[LadderScore, ...]
    stray: tuple[str, ...]

    def node(self, code: str) -> NodeScore:
        """A part by its code. Raises KeyError for one the score has not, such as the variant that was not chosen."""
        for node in self.root.walk():
            if node.code == code:
                return node
        raise KeyError(code)

    def criterion(self, code: str) -> CriterionScore:
        """A criterion by its code, of a part or of a ladder. Raises KeyError."""
        holders: tuple[NodeScore | LadderScore, ...] = (*self.root.walk(), *self.ladders)
        for holder in holders:
            for criterion in holder.criteria:
                if criterion.code == code:
                    return criterion
        raise KeyError(code)

    def scale(self, code: str) -> ScaleScore:
        """A verdict by the code of its scale. Raises KeyError."""
        return {scale.code: scale for scale in self.scales}[code]

    def ladder(self, code: str) -> LadderScore:
        """A ladder by its code. Raises KeyError."""
        return {ladder.code: ladder for ladder in self.ladders}[code]


# --- Out as JSON ------------------------------------------------------------------------------------------------------
@cache
def _form() -> TypeAdapter[Score]:
    return TypeAdapter(Score)


def score_to(score: Score) -> dict[str, Any]:
    """The score for a JSON file. Keys stand in the order of the fields here; equal scores give equal files."""
    written: dict[str, Any] = _form().dump_python(score, mode="json")
    return written


def score_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what `score_to` gives."""
    return _form().json_schema(mode="serialization")
