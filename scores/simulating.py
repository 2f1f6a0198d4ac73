"""What a score would be if: more of what can be counted, and criteria met that are not. Pure, like the engine."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from .exact import Figure, Share
from .facts import Attestation, Attested, Facts
from .needs import Need, needed
from .results import Score
from .rubric_form import Rubric
from .scoring import score

__all__ = ["Outcome", "Wish", "cheapest", "simulate"]


@dataclass(frozen=True)
class Wish:
    """What is imagined. more: by so many the part of a share, or a count, changes (less where it is negative); flags:
    figures that would hold; met: attested criteria that would be met."""

    more: Mapping[str, int]
    flags: Collection[str] = ()
    met: Collection[str] = ()

    def __bool__(self) -> bool:
        return bool(any(self.more.values()) or self.flags or self.met)


@dataclass(frozen=True)
class Outcome:
    """A score, and what it would be."""

    now: Score
    then: Score

    @property
    def gain(self) -> Fraction:
        """In points; negative where the wish makes it worse."""
        return self.then.points - self.now.points


def simulate(rubric: Rubric, facts: Facts, wish: Wish, *, confirmed_only: bool = False) -> Outcome:
    """The score now and as it would be. A part never leaves its whole, and a count never falls below 0."""
    figures: dict[str, Figure] = dict(facts.figures)
    for code, more in wish.more.items():
        figures[code] = _moved(figures.get(code), more)
    figures.update(dict.fromkeys(wish.flags, True))
    said = Attestation(Attested.MET, by="imagined", confirmed_by="also imagined")
    attested = {**facts.attested, **dict.fromkeys(wish.met, said)}
    then = replace(facts, figures=figures, attested=attested)
    return Outcome(
        score(rubric, facts, confirmed_only=confirmed_only), score(rubric, then, confirmed_only=confirmed_only)
    )


def _moved(figure: Figure | None, more: int) -> Figure:
    match figure:
        case Share(part=part, whole=whole):
            return Share(min(max(part + more, 0), whole), whole)
        case bool():
            return more > 0 or figure
        case None:
            return max(more, 0)
    return max(figure + more, type(figure)(0))


def wish_of(need: Need) -> Wish:
    """What would make a need good, as far as it can be."""
    more: dict[str, int] = {}
    flags: list[str] = []
    met: list[str] = []
    for lack in need.lacks:
        reason = lack.reason
        match reason.code:
            case "short" if reason.more is not None:
                more[reason.metric] = max(more.get(reason.metric, 0), reason.more)
            case "over" if reason.more is not None:
                more[reason.metric] = min(more.get(reason.metric, 0), -reason.more)
            case "flag":
                flags.append(reason.metric)
            case "not_confirmed" | "not_stated" | "stated_not_met":
                met.append(lack.criterion)
    return Wish(more, tuple(flags), tuple(met))


def cheapest(rubric: Rubric, facts: Facts, *, confirmed_only: bool = False) -> list[tuple[Need, Outcome]]:
    """What would raise the score: each need of a part with what it would bring, most points for the fewest steps first.

    Only what can be made good, and is seen to bring points when it is tried.
    """
    found = []
    for need in needed(score(rubric, facts, confirmed_only=confirmed_only)):
        if not all(reachable(lack.reason) for lack in need.lacks):
            continue
        outcome = simulate(rubric, facts, wish_of(need), confirmed_only=confirmed_only)
        if outcome.gain > 0:
            found.append((need, outcome))
    return sorted(found, key=lambda pair: (-pair[1].gain / steps_of(pair[0]), pair[0].node))


def steps_of(need: Need) -> int:
    """How many things have to be done for it: so many more of what is counted, one of everything else."""
    return sum(lack.reason.more or 1 for lack in need.lacks) or 1


def reachable(reason: object) -> bool:
    """Whether a reason can still be mended, as far as the figures say."""
    code, more = getattr(reason, "code", ""), getattr(reason, "more", None)
    if code in ("short", "over"):
        return more is not None
    return code in ("flag", "not_confirmed", "not_stated", "stated_not_met")
