"""The form of a rubric file: what it says of itself, its parts, and the verdicts that are read off the points."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from .exact import bounded, exact
from .rubric_parts import (
    Amount,
    Criterion,
    Dashed,
    Exact,
    Measured,
    Node,
    OneOf,
    Part,
    Said,
    SettingName,
    Source,
    Text,
    Tiers,
    Word,
)

__all__ = ["Band", "Condition", "Ladder", "LadderStep", "Reading", "Rubric", "Scale", "Selection", "Setting"]

Year = Annotated[int, Field(strict=True, ge=2400, le=2800)]
"""A fiscal year of the Buddhist Era: 2564 begins on 1 October 2563."""
BandCode = Annotated[str, Field(strict=True, pattern=r"^[A-Za-z][A-Za-z0-9_]*\+?$", max_length=30)]


def _setting_value(value: object) -> object:
    return value if isinstance(value, str) else exact(value)


SettingValue = Annotated[Fraction | Word, BeforeValidator(_setting_value)]


class Setting(Said):
    """A number from `least` to `most` (or a word of `choices`) that an administrator may change without a new file.

    Where a number names no bounds, its value is taken as it is: so wrote files that were kept before there were any.
    """

    value: SettingValue
    least: Exact | None = None
    most: Exact | None = None
    choices: tuple[Word, ...] = ()
    source: Source
    note: Text | None = None

    @model_validator(mode="after")
    def _of_its_choices(self) -> Self:
        if isinstance(self.value, str) != bool(self.choices):
            raise ValueError("A word needs `choices`, and a number has none.")
        if self.choices and self.value not in self.choices:
            raise ValueError(f"It must be one of {', '.join(self.choices)}.")
        if (self.least is None) != (self.most is None) or (self.choices and self.least is not None):
            raise ValueError("A number names both `least` and `most`, or neither; a word has no bounds.")
        if not self.takes(self.value):
            raise ValueError(f"It must be from {self.bounds[0]} to {self.bounds[1]}.")
        return self

    @property
    def bounds(self) -> tuple[Fraction, Fraction]:
        """The least and the most that a number may be from now on: those of a percent where none are named."""
        return (Fraction(0) if self.least is None else self.least), (Fraction(100) if self.most is None else self.most)

    def takes(self, value: Fraction | str) -> bool:
        """Whether a value lies within what the file names."""
        if isinstance(value, str) or self.least is None or self.most is None:
            return True
        return self.least <= value <= self.most


class Condition(Part):
    """An extra condition of a band: every node of a group of the scale has at least so many points.

    scope: name of the group, or "none".
    """

    scope: Word | SettingName
    at_least: Amount


class Band(Said):
    """A verdict: reached from `at_least` on, that bound included. unverified: no source states this bound."""

    code: BandCode
    at_least: Annotated[Exact, Field(ge=0, le=1000)]
    condition: Condition | None = None
    unverified: bool = Field(default=False, strict=True)
    note: Text | None = None


class Scale(Said):
    """Bands over the points of one node; the highest one that is reached holds. Below the lowest there is none."""

    code: Word
    of: Word
    source: Source
    groups: dict[Word, tuple[Word, ...]] = Field(default_factory=dict)
    bands: tuple[Band, ...] = Field(min_length=1, max_length=30)
    note: Text | None = None

    @model_validator(mode="after")
    def _falling(self) -> Self:
        bounds = [(band.at_least, band.condition is not None) for band in self.bands]
        if bounds != sorted(set(bounds), reverse=True):
            raise ValueError("The bands run from the highest bound down; of two equal ones the first has a condition.")
        if len({band.code for band in self.bands}) < len(self.bands):
            raise ValueError("Two bands have the same code.")
        return self


class LadderStep(Part):
    """A step: points of a node from a bound on, or the criteria that carry its number ("model.l2.1"), or both."""

    of: Word | None = None
    at_least: Annotated[Exact, Field(ge=0, le=1000)] | None = None
    source: Source

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.of is None) != (self.at_least is None):
            raise ValueError("`of` and `at_least` stand together.")
        return self


class Ladder(Said):
    """Steps beside the points, each with all below it. holds_from: the step from which its status is held."""

    code: Word
    source: Source
    steps: tuple[LadderStep, ...] = Field(min_length=1, max_length=9)
    holds_from: Annotated[int, Field(strict=True, ge=1, le=9)] = 1
    note: Text | None = None


class Place(Part):
    """So many are chosen in each zone, of so many zones."""

    scope: Word
    zones: Annotated[int, Field(strict=True, ge=1, le=1000)]
    each: Annotated[int, Field(strict=True, ge=1, le=1000)]


class Selection(Said):
    """What a committee chooses by comparison; no points decide it."""

    code: Word
    source: Source
    places: tuple[Place, ...] = Field(min_length=1, max_length=10)

    @property
    def number(self) -> int:
        """How many are chosen in all."""
        return sum(place.zones * place.each for place in self.places)


class Reading(Said):
    """A note that stands beside the score: a decision by which the print was read, or where it contradicts itself.

    of: the node, scale, ladder, selection or criterion it is about; None for the whole.
    """

    code: Word
    sources: tuple[Source, ...] = Field(min_length=1, max_length=10)
    of: str | None = Field(default=None, max_length=80, strict=True)


class Rubric(Said):
    """A rubric of one source, from one fiscal year on.

    family: what stays the same over the years, "ita"; year, until: the first and, where it is known, the last fiscal
    year (B.E.) it holds. root: the node whose points are the score.
    """

    form: Literal[1]
    family: Dashed
    year: Year
    until: Year | None = None
    source: Source
    note: Text | None = None
    root: Word
    settings: dict[Word, Setting] = Field(default_factory=dict)
    nodes: tuple[Node, ...] = Field(min_length=1, max_length=200)
    criteria: tuple[Criterion, ...] = Field(default=(), max_length=1000)
    scales: tuple[Scale, ...] = Field(default=(), max_length=20)
    ladders: tuple[Ladder, ...] = Field(default=(), max_length=20)
    selections: tuple[Selection, ...] = Field(default=(), max_length=20)
    readings: tuple[Reading, ...] = Field(default=(), max_length=100)
    contradictions: tuple[Reading, ...] = Field(default=(), max_length=100)

    @property
    def code(self) -> str:
        """ "ita-2566": the name of its file."""
        return f"{self.family}-{self.year}"

    def holds(self, year: int) -> bool:
        """Whether it holds for a fiscal year (B.E.)."""
        return self.year <= year and (self.until is None or year <= self.until)

    @cached_property
    def node(self) -> Mapping[str, Node]:
        """The nodes by their codes."""
        return {node.code: node for node in self.nodes}

    @cached_property
    def criterion(self) -> Mapping[str, Criterion]:
        """The criteria by their codes."""
        return {criterion.code: criterion for criterion in self.criteria}

    @cached_property
    def metrics(self) -> frozenset[str]:
        """All figures that can matter to a score by it, with those that stand beside others."""
        asked = {ask.metric for criterion in self.criteria for ask in criterion.asks}
        beside = {criterion.founded for criterion in self.criteria if criterion.founded}
        return frozenset(asked | beside | {node.metric for node in self.nodes if isinstance(node, Measured | Tiers)})

    @cached_property
    def words(self) -> frozenset[str]:
        """The facts about the unit that choose a variant."""
        return frozenset(node.fact for node in self.nodes if isinstance(node, OneOf))

    @cached_property
    def _placed(self) -> Mapping[tuple[str, int | None], tuple[Criterion, ...]]:
        placed: dict[tuple[str, int | None], tuple[Criterion, ...]] = {}
        for criterion in self.criteria:
            placed[criterion.place] = (*placed.get(criterion.place, ()), criterion)
        return placed

    def criteria_of(self, code: str, level: int | None = None) -> tuple[Criterion, ...]:
        """The criteria of a node or ladder (of one level of it), in the order of the file."""
        return self._placed.get((code, level), ())

    def amount(self, amount: Fraction | SettingName) -> Fraction:
        """The number itself, or the one that its setting holds."""
        if isinstance(amount, SettingName):
            value = self.settings[amount.setting].value
            assert isinstance(value, Fraction)
            return value
        return amount

    def word(self, word: str | SettingName) -> str:
        """The word itself, or the one that its setting holds."""
        return str(self.settings[word.setting].value) if isinstance(word, SettingName) else word

    def with_settings(self, values: Mapping[str, int | Decimal | Fraction | str]) -> "Rubric":
        """The same rubric with other settings, as an administrator keeps them.

        Raises LookupError with a sentence for a setting it has not, ValueError for a value it cannot take.
        """
        settings = dict(self.settings)
        for name, value in values.items():
            if name not in settings:
                raise LookupError(f"{self.code} has no setting {name}; it has: {', '.join(settings) or 'none'}.")
            old = settings[name]
            if isinstance(value, str) != isinstance(old.value, str) or (old.choices and value not in old.choices):
                wanted = f"one of {', '.join(old.choices)}" if old.choices else "a number"
                raise ValueError(f"{name} of {self.code} must be {wanted}.")
            taken = value if isinstance(value, str | Fraction) else Fraction(bounded(value))
            if not old.takes(taken):
                raise ValueError(f"{name} of {self.code} must be from {old.bounds[0]} to {old.bounds[1]}.")
            settings[name] = old.model_copy(update={"value": taken})
        return self.model_copy(update={"settings": settings})

    def notes_of(self, code: str) -> tuple[Reading, ...]:
        """The contradictions and readings about a part, to be shown beside its figure."""
        return tuple(note for note in (*self.contradictions, *self.readings) if note.of == code)
