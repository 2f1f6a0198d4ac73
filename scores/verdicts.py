"""What is read off the points: bands (letters, passes) and ladders. Bounds are compared with unrounded points."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from .judging import Judge
from .results import CriterionScore, LadderScore, NodeScore, Reason, ScaleScore, StepScore
from .rubric_form import Band, Ladder, Rubric, Scale

__all__ = ["judge_ladder", "judge_scale", "steps_of"]


def judge_scale(rubric: Rubric, scale: Scale, parts: Mapping[str, NodeScore]) -> ScaleScore:
    """The verdict of a scale. parts: the scored nodes by their codes."""
    node = parts[scale.of]
    if not node.computable:
        return ScaleScore(scale.code, scale.of, node.points, computable=False, band=None, unverified=False)
    found = len(scale.bands)
    withheld = []
    for number, band in enumerate(scale.bands):
        if node.points >= band.at_least:
            if _condition_holds(rubric, scale, band, parts):
                found = number
                break
            withheld.append(band.code)
    higher = scale.bands[found - 1] if found else None
    return ScaleScore(
        scale.code,
        scale.of,
        node.points,
        computable=True,
        band=scale.bands[found].code if found < len(scale.bands) else None,
        # Its own bound let it in, the one above kept it out.
        unverified=any(band.unverified for band in scale.bands[max(found - 1, 0) : found + 1]),
        next_band=higher.code if higher else None,
        short=max(higher.at_least - node.points, Fraction(0)) if higher else None,
        withheld=tuple(withheld),
    )


def _condition_holds(rubric: Rubric, scale: Scale, band: Band, parts: Mapping[str, NodeScore]) -> bool:
    if band.condition is None:
        return True
    least = rubric.amount(band.condition.at_least)
    group = scale.groups.get(rubric.word(band.condition.scope), ())
    return all(parts[code].points >= least for code in group)


def judge_ladder(judge: Judge, ladder: Ladder, parts: Mapping[str, NodeScore]) -> LadderScore:
    """How far up a ladder the unit is. parts: the scored nodes by their codes."""
    judged, steps = [], []
    for number, step in enumerate(ladder.steps, 1):
        judged.append(tuple(map(judge.criterion, judge.rubric.criteria_of(ladder.code, number))))
        reasons: tuple[Reason, ...] = ()
        if step.of is not None and step.at_least is not None:
            reasons = (_points(parts[step.of], step.at_least),)
        steps.append(StepScore(0, Fraction(0), False, (), reasons))
    done = steps_of(steps, judged)
    level = sum(step.reached for step in done)
    criteria = tuple(criterion for of_step in judged for criterion in of_step)
    return LadderScore(ladder.code, level, level >= ladder.holds_from, done, criteria)


def _points(node: NodeScore, least: Fraction) -> Reason:
    code = "points_reached" if node.points >= least else "points_short"
    return Reason(code if node.computable else "not_computable", node.code, "at_least", node.points, least)


def steps_of(steps: Sequence[StepScore], judged: Sequence[Sequence[CriterionScore]]) -> tuple[StepScore, ...]:
    """The steps from 1 on, with what each lacks. Cumulative: none is reached above one that is not."""
    done: list[StepScore] = []
    reached = True
    for number, (step, criteria) in enumerate(zip(steps, judged, strict=True), 1):
        missing = tuple(criterion.code for criterion in criteria if not criterion.state.met)
        reached = reached and not missing and all(reason.code == "points_reached" for reason in step.reasons)
        done.append(StepScore(number, step.points, reached, missing, step.reasons))
    return tuple(done)
