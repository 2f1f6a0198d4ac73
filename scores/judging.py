"""Whether a criterion is met by the facts, and why. Pure; every comparison is of exact numbers."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from .exact import Figure, Share, least_part
from .facts import Attested, Facts
from .results import CriterionScore, Founded, Reason, State
from .rubric_form import Rubric
from .rubric_parts import Ask, Criterion

__all__ = ["Judge", "ScoringError", "measured", "share_of"]


class ScoringError(ValueError):
    """A figure is of another kind than the rubric asks for, or off its scale: the metric or the rubric is wrong."""


class Judge(NamedTuple):
    """What criteria are judged by."""

    rubric: Rubric
    facts: Facts
    confirmed_only: bool

    def criterion(self, criterion: Criterion) -> CriterionScore:
        """The state of a criterion. Raises ScoringError."""
        if not criterion.derived:
            state, reason = self._stated(criterion.code)
            return CriterionScore(criterion.code, state, derived=False, reasons=(reason,))
        judged = [self._asked(ask, ask.metric) for ask in criterion.asks]
        founded = None
        if criterion.founded:
            state, _reason = self._asked(criterion.asks[0], criterion.founded)
            founded = Founded(criterion.founded, self.facts.figures.get(criterion.founded), state)
        reasons = tuple(reason for _state, reason in judged)
        return CriterionScore(criterion.code, _together([state for state, _ in judged]), True, reasons, founded)

    def _stated(self, code: str) -> tuple[State, Reason]:
        said = self.facts.attested.get(code)
        if said is None or said.state is Attested.UNKNOWN:
            return State.NOT_SHOWN, Reason("not_stated")
        if said.state is Attested.NOT_MET:
            return State.NOT_MET, Reason("stated_not_met")
        if said.confirmed_by:
            return State.MET, Reason("confirmed")
        return (State.NOT_SHOWN, Reason("not_confirmed")) if self.confirmed_only else (State.MET, Reason("stated"))

    def _asked(self, ask: Ask, metric: str) -> tuple[State, Reason]:
        figure = self.facts.figures.get(metric)
        bound = ask.bound if isinstance(ask.bound, bool) else self.rubric.amount(ask.bound)

        def because(code: str, more: int | None = None) -> Reason:
            return Reason(code, metric, ask.comparison, figure, bound, more)

        if figure is None:
            return State.NOT_SHOWN, because("no_figure")
        if isinstance(bound, bool):
            if not isinstance(figure, bool):
                raise ScoringError(f"{metric} must be a flag, true or false.")
            return (State.MET, because("reached")) if figure is bound else (State.NOT_MET, because("flag"))
        if ask.of_share:
            share = share_of(metric, figure)
            if not share.whole:
                met = ask.no_cases == "met"
                return (State.MET_NO_CASES, because("no_cases_met")) if met else (State.NOT_MET, because("no_cases"))
            code, more = _compare_share(ask.comparison, share, bound)
        else:
            code, more = _compare(ask.comparison, number_of(metric, figure), bound)
        return (State.MET if code == "reached" else State.NOT_MET), because(code, more)


def _together(states: list[State]) -> State:
    """All figures must hold: one that fails decides, then one that is not known."""
    for state in (State.NOT_MET, State.NOT_SHOWN, State.MET_NO_CASES):
        if state in states:
            return state
    return State.MET


def _compare(comparison: str, number: Fraction, bound: Fraction) -> tuple[str, int | None]:
    """A code of `Reason`, and how many more it takes."""
    match comparison:
        case "equals" if number == bound:
            return "reached", None
        case "equals" if number > bound:
            return "over", None
        case "at_most":
            return ("reached" if number <= bound else "over"), None
        case _ if number >= bound:
            return "reached", None
        case _:
            return "short", (bound - number).__ceil__()


def _compare_share(comparison: str, share: Share, bound: Fraction) -> tuple[str, int | None]:
    """The same of a share, by 100 × part against bound × whole: nothing is divided, so nothing is rounded."""
    part, wanted = 100 * share.part, bound * share.whole
    if comparison == "share_at_most":
        return ("reached", None) if part <= wanted else ("over", share.part - (wanted / 100).__floor__())
    above = comparison == "share_above"
    if part > wanted or (part == wanted and not above):
        return "reached", None
    need = least_part(bound, share.whole, above=above)
    # More than 100 percent is out of reach, however many more there are.
    return "short", need - share.part if need <= share.whole else None


def share_of(metric: str, figure: Figure) -> Share:
    """The figure as a share. Raises ScoringError."""
    if not isinstance(figure, Share):
        raise ScoringError(f"{metric} must be a share, a part of a whole.")
    return figure


def number_of(metric: str, figure: Figure) -> Fraction:
    """The figure as a number. Raises ScoringError."""
    if isinstance(figure, bool) or not isinstance(figure, int | Decimal):
        raise ScoringError(f"{metric} must be a number.")
    return Fraction(figure)


def measured(metric: str, figure: Figure, full: Fraction) -> Fraction:
    """A number on a scale from 0 to `full`. Raises ScoringError."""
    number = number_of(metric, figure)
    if not 0 <= number <= full:
        raise ScoringError(f"{metric} is {figure}; its scale is 0 to {full}.")
    return number
