"""The parts of a rubric: criteria with what they ask, and the kinds of nodes that turn criteria into points."""

import re
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from .exact import exact

__all__ = ["AllOrNothing", "Amount", "Apart", "Ask", "Checklist", "Criterion", "Levels", "Mean", "Measured", "Node"]
__all__ += ["OneOf", "Part", "SettingName", "Sum", "Tier", "Tiers", "Weighted", "Word"]

Word = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Dashed = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
_DOTTED = r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"
MetricCode = Annotated[str, StringConstraints(strict=True, pattern=_DOTTED, max_length=80)]
Text = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=2, max_length=2000)]
Source = Annotated[str, StringConstraints(strict=True, pattern=r"^S[0-4]:[1-9][0-9]{0,4}(-[1-9][0-9]{0,4})?$")]
"""Document and line, "S4:313", or lines, "S4:303-316". What S0 to S4 are is written in docs/scores.md."""
Exact = Annotated[Fraction, BeforeValidator(exact)]
Points = Annotated[Exact, Field(gt=0, le=1000)]

_CRITERION = re.compile(r"^([a-z][a-z0-9_]*)(?:\.l([1-9]))?\.([1-9][0-9]?(?:\.[1-9][0-9]?){0,3})$")


class Part(BaseModel):
    """What every part keeps to: nothing unknown is taken, and nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Said(Part):
    """Something with a text in both languages, in our own words."""

    th: Text
    en: Text


class SettingName(Part):
    """Stands for the number or word that the rubric's settings hold under this name."""

    setting: Word


def _amount(value: object) -> object:
    return value if isinstance(value, dict | SettingName) else exact(value)


Amount = Annotated[Fraction | SettingName, BeforeValidator(_amount)]


class Ask(Part):
    """What one figure must be; exactly one of the comparisons is given. Shares are compared in percent, unrounded.

    no_cases: what holds while the whole of a share is 0; "met" is marked in the score.
    """

    metric: MetricCode
    flag: bool | None = Field(default=None, strict=True)
    equals: Amount | None = None
    at_least: Amount | None = None
    at_most: Amount | None = None
    share_at_least: Amount | None = None
    share_above: Amount | None = None
    share_at_most: Amount | None = None
    no_cases: Literal["met", "not_met"] = "not_met"

    @model_validator(mode="after")
    def _one_comparison(self) -> Self:
        given = [name for name in COMPARISONS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"It needs exactly one of {', '.join(COMPARISONS)}; it has {len(given)}.")
        if self.no_cases == "met" and not self.of_share:
            raise ValueError("Only a share can have no cases.")
        return self

    @cached_property
    def comparison(self) -> str:
        """The name of the comparison that is given."""
        return next(name for name in COMPARISONS if getattr(self, name) is not None)

    @property
    def bound(self) -> bool | Fraction | SettingName:
        """What the figure is compared with."""
        found: bool | Fraction | SettingName = getattr(self, self.comparison)
        return found

    @property
    def of_share(self) -> bool:
        """Whether the metric has to be a share."""
        return self.comparison.startswith("share_")


COMPARISONS = ("flag", "equals", "at_least", "at_most", "share_at_least", "share_above", "share_at_most")


class Criterion(Said):
    """One thing that is asked. With `asks` it is derived from figures, and all of them must hold; else it is attested.

    code: node, level and number as the source prints it, "d1.l3.3". founded: a metric shown beside the first figure,
    which counts founded cases only; it decides nothing. page: the public page that satisfies it.
    """

    code: Annotated[str, StringConstraints(strict=True, pattern=_CRITERION.pattern)]
    source: Source
    asks: tuple[Ask, ...] = ()
    founded: MetricCode | None = None
    page: MetricCode | None = None
    unverified: bool = Field(default=False, strict=True)
    note: Text | None = None

    @model_validator(mode="after")
    def _founded_beside_a_figure(self) -> Self:
        if self.founded and not self.asks:
            raise ValueError("A founded figure stands beside another one; this criterion asks for none.")
        return self

    @property
    def derived(self) -> bool:
        """Whether figures decide it."""
        return bool(self.asks)

    @property
    def place(self) -> tuple[str, int | None]:
        """The node it belongs to, and the level in it."""
        found = _CRITERION.match(self.code)
        assert found
        return found[1], int(found[2]) if found[2] else None


class _Base(Said):
    code: Word
    source: Source
    unverified: bool = Field(default=False, strict=True)
    note: Text | None = None

    @property
    def children(self) -> tuple[str, ...]:
        """Codes of the nodes below."""
        return ()


class _Parent(_Base):
    of: tuple[Word, ...] = Field(min_length=1, max_length=100)

    @property
    def children(self) -> tuple[str, ...]:
        return self.of


class Levels(_Base):
    """Cumulative levels from 0: a level is reached when all its criteria and those of every lower level are met.

    points: of level 1, 2, ...; level 0 gives 0.
    """

    kind: Literal["levels"]
    points: tuple[Points, ...] = Field(min_length=1, max_length=9)
    zero_source: Source | None = None

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if list(self.points) != sorted(set(self.points)):
            raise ValueError("Every level must give more points than the one below it.")
        return self


class AllOrNothing(_Base):
    """All its criteria met gives the points; anything else gives none."""

    kind: Literal["all_or_nothing"]
    points: Points


class Checklist(_Base):
    """As large a share of `full` as there are items met. full left out: a point for each item."""

    kind: Literal["checklist"]
    full: Points | None = None


class Tier(Part):
    """From so many percent on, so many points."""

    at_least: Annotated[Exact, Field(ge=0, le=100)]
    points: Annotated[Exact, Field(ge=0, le=1000)]


class Tiers(_Base):
    """The points of the highest tier that a share reaches; none below the lowest. no_cases: what a whole of 0 gives."""

    kind: Literal["tiers"]
    metric: MetricCode
    tiers: tuple[Tier, ...] = Field(min_length=1, max_length=50)
    no_cases: Literal["full", "zero"] = "zero"

    @model_validator(mode="after")
    def _rising(self) -> Self:
        for lower, higher in zip(self.tiers, self.tiers[1:], strict=False):
            if not (lower.at_least < higher.at_least and lower.points < higher.points):
                raise ValueError("Every tier must ask more and give more than the one before it.")
        if not self.tiers[-1].points:
            raise ValueError("The highest tier must give points.")
        return self


class Measured(_Base):
    """A number given as it is, 0 to `full`."""

    kind: Literal["measured"]
    metric: MetricCode
    full: Points = Fraction(100)


class Sum(_Parent):
    """The points of its children together."""

    kind: Literal["sum"]


class Mean(_Parent):
    """The mean of its children, which are all on the same scale."""

    kind: Literal["mean"]


class Weighted(_Base):
    """Each child brings its share of its own scale, times its weight; the weights make 100."""

    kind: Literal["weighted"]
    weights: dict[Word, Points] = Field(min_length=1, max_length=100)

    @property
    def children(self) -> tuple[str, ...]:
        return tuple(self.weights)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (total := sum(self.weights.values())) != 100:
            raise ValueError(f"The weights must make 100; they make {total}.")
        return self


class Apart(_Parent):
    """Shown with its children, and counted nowhere."""

    kind: Literal["apart"]


class OneOf(_Base):
    """The child that a fact about the unit chooses; the others are not scored."""

    kind: Literal["one_of"]
    fact: MetricCode
    choices: dict[Word, Word] = Field(min_length=1, max_length=20)

    @property
    def children(self) -> tuple[str, ...]:
        return tuple(self.choices.values())


Node = Annotated[
    Levels | AllOrNothing | Checklist | Tiers | Measured | Sum | Mean | Weighted | Apart | OneOf,
    Field(discriminator="kind"),
]
KINDS = frozenset(
    ("levels", "all_or_nothing", "checklist", "tiers", "measured", "sum", "mean", "weighted", "apart", "one_of")
)
WITH_CRITERIA = frozenset(("levels", "all_or_nothing", "checklist"))
