"""The engine: a rubric and facts in, a score with every reason out. Pure, and exact to the last fraction."""

from dataclasses import replace
from fractions import Fraction

from .exact import Share, shown
from .facts import Attestation, Attested, Facts, FactsError, facts_from, facts_schema, facts_to
from .judging import Judge, ScoringError, measured, share_of
from .needs import Lack, Need, needed
from .results import CriterionScore, NodeScore, Reason, Score, State, StepScore, score_schema, score_to
from .rubric_checks import full_points
from .rubric_form import Rubric
from .rubric_parts import (
    AllOrNothing,
    Apart,
    Checklist,
    Levels,
    Mean,
    Measured,
    Node,
    OneOf,
    Sum,
    Tiers,
    Weighted,
)
from .verdicts import judge_ladder, judge_scale, steps_of

__all__ = ["Attestation", "Attested", "Facts", "FactsError", "Lack", "Need", "Score", "ScoringError", "Share", "State"]
__all__ += ["facts_from", "facts_schema", "facts_to", "needed", "score", "score_schema", "score_to", "shown"]

NOTHING = Fraction(0)


def score(rubric: Rubric, facts: Facts, *, confirmed_only: bool = False) -> Score:
    """The score of these facts by this rubric.

    confirmed_only: count only statements that an evaluator confirmed. Figures need no confirmation: they are computed
    from cases. Raises ScoringError when a figure is of another kind than the rubric asks for, or off its scale.
    """
    judge = Judge(rubric, facts, confirmed_only)
    root = _node(judge, rubric.node[rubric.root])
    parts = {node.code: node for node in root.walk()}
    stated = {criterion.code for criterion in rubric.criteria if not criterion.derived}
    return Score(
        rubric=rubric.code,
        confirmed_only=confirmed_only,
        settings=tuple((name, rubric.settings[name].value) for name in sorted(rubric.settings)),
        points=root.points,
        full=root.full,
        computable=root.computable,
        root=root,
        scales=tuple(judge_scale(rubric, scale, parts) for scale in rubric.scales),
        ladders=tuple(judge_ladder(judge, ladder, parts) for ladder in rubric.ladders),
        stray=tuple(sorted(facts.attested.keys() - stated)),
    )


def _node(judge: Judge, node: Node) -> NodeScore:
    full = full_points(judge.rubric, node.code)
    match node:
        case Levels():
            return _levels(judge, node)
        case AllOrNothing() | Checklist():
            criteria = _judged(judge, node.code)
            met = sum(criterion.state.met for criterion in criteria)
            if isinstance(node, AllOrNothing):
                points = full if met == len(criteria) else NOTHING
            else:
                points = full * met / len(criteria)
            return NodeScore(node.code, node.kind, points, full, criteria=criteria)
        case Tiers():
            return _tiers(judge, node, full)
        case Measured():
            figure = judge.facts.figures.get(node.metric)
            if figure is None:
                return _unknown(node, full, node.metric)
            number = measured(node.metric, figure, full)
            return NodeScore(node.code, node.kind, number, full, value=number)
        case OneOf():
            return _one_of(judge, node, full)
        case _:
            return _together(judge, node, full)


def _together(judge: Judge, node: Sum | Mean | Weighted | Apart, full: Fraction) -> NodeScore:
    children = tuple(_node(judge, judge.rubric.node[code]) for code in node.children)
    match node:
        case Sum():
            points = sum((child.points for child in children), NOTHING)
        case Mean():
            points = sum((child.points for child in children), NOTHING) / len(children)
        case Weighted():
            points = sum((node.weights[child.code] * child.points / child.full for child in children), NOTHING)
        case Apart():
            # Nothing is counted, so nothing can be missing.
            return NodeScore(node.code, node.kind, NOTHING, NOTHING, children=children)
    computable = all(child.computable for child in children)
    return NodeScore(node.code, node.kind, points, full, computable, children=children)


def _levels(judge: Judge, node: Levels) -> NodeScore:
    judged = [_judged(judge, node.code, level) for level in range(1, len(node.points) + 1)]
    steps = steps_of([StepScore(0, points, False, ()) for points in node.points], judged)
    level = sum(step.reached for step in steps)
    return NodeScore(
        node.code,
        node.kind,
        points=node.points[level - 1] if level else NOTHING,
        full=node.points[-1],
        level=level,
        steps=steps,
        criteria=tuple(criterion for of_level in judged for criterion in of_level),
    )


def _tiers(judge: Judge, node: Tiers, full: Fraction) -> NodeScore:
    figure = judge.facts.figures.get(node.metric)
    if figure is None:
        return _unknown(node, full, node.metric)
    percent = share_of(node.metric, figure).percent
    if percent is None:
        code, points = ("no_cases_met", full) if node.no_cases == "full" else ("no_cases", NOTHING)
        return NodeScore(node.code, node.kind, points, full, reasons=(Reason(code, node.metric, have=figure),))
    points = max((tier.points for tier in node.tiers if percent >= tier.at_least), default=NOTHING)
    return NodeScore(node.code, node.kind, points, full, value=percent)


def _one_of(judge: Judge, node: OneOf, full: Fraction) -> NodeScore:
    # All of them: a figure of the wrong kind is told, also where it stands in a variant that is not chosen.
    children = {code: _node(judge, judge.rubric.node[code]) for code in node.children}
    word = judge.facts.words.get(node.fact)
    code = node.choices.get(word) if word else None
    if code is None:
        # Not asked at all, or not of this unit: either way no level of another variant may stand for it.
        return replace(_unknown(node, full, node.fact, "no_variant" if word else "no_word"), chosen=word)
    child = children[code]
    return NodeScore(node.code, node.kind, child.points, full, child.computable, chosen=word, children=(child,))


def _judged(judge: Judge, code: str, level: int | None = None) -> tuple[CriterionScore, ...]:
    return tuple(map(judge.criterion, judge.rubric.criteria_of(code, level)))


def _unknown(node: Node, full: Fraction, metric: str, code: str = "no_figure") -> NodeScore:
    return NodeScore(node.code, node.kind, NOTHING, full, computable=False, reasons=(Reason(code, metric),))
