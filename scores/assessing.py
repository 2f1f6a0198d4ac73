"""What an assessment asks, what each side has said, and the score that follows from it.

The agency states, with evidence; the committee judges. What Sodsong computes from cases nobody states: it is frozen
when the agency sends its assessment, and both sides are scored by the same figures.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from scores import states
from scores.exact import Figure
from scores.facts import Attestation, Attested, Facts, FactsError, facts_from, facts_to
from scores.gathering import facts_of, words_of
from scores.models import Assessment, Statement
from scores.results import CriterionScore, LadderScore, NodeScore, Score
from scores.rubric import Rubric
from scores.rubric_parts import Measured, Tiers
from scores.scoring import ScoringError, score
from scores.snapshots import parsed
from workflows import metrics
from workflows.metrics import Span

AGENCY, COMMITTEE = Statement.Side.AGENCY, Statement.Side.COMMITTEE


class Shape(StrEnum):
    """How a figure that is announced elsewhere is entered."""

    FLAG = "flag"
    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"


@dataclass(frozen=True)
class Asked:
    """One thing that the agency has to say. code: of a criterion, or of a figure (then with its shape)."""

    code: str
    shape: Shape | None = None


def rubric_of(assessment: Assessment) -> Rubric:
    """The rubric by which it is scored, as its file stood when it began."""
    return parsed(assessment.rubric)


def span_of(assessment: Assessment) -> Span:
    """The fiscal year as it stands today; of one that is over, as it stood on its last day."""
    return Span.of_year(assessment.fiscal_year)


def newest(assessment: Assessment, side: str) -> dict[str, Statement]:
    """What a side says now, by the code it is about."""
    rows = Statement.objects.filter(assessment=assessment.pk, side=side).prefetch_related("files").order_by("id")
    return {row.about: row for row in rows.select_related("by")}


def live_facts(assessment: Assessment, without: Collection[int] = ()) -> Facts:
    """The figures of today, as cases and plans give them, with the words about the unit. without: cases that do not
    exist for whom they are shown (`workflows.metrics.hidden_from`)."""
    found = facts_of([assessment.unit], rubric_of(assessment), span_of(assessment), without=without)
    return found[assessment.unit_id]


def facts_to_freeze(assessment: Assessment) -> Facts:
    """The same with the figures that are withheld from live pages: what is kept when it is sent, or read anew."""
    rubric, span = rubric_of(assessment), span_of(assessment)
    return facts_of([assessment.unit], rubric, span, withheld=True)[assessment.unit_id]


def computed(assessment: Assessment, without: Collection[int] = ()) -> Facts:
    """The figures that nobody states: frozen once the assessment was sent, for everybody alike; else those of today,
    without the cases that do not exist for whom they are shown."""
    return facts_from(assessment.figures) if assessment.figures is not None else live_facts(assessment, without)


def facts_by(assessment: Assessment, side: str, base: Facts | None = None) -> Facts:
    """All facts by which a side is scored. side: the agency's own, or the committee's, which starts from those.

    base: `computed()`, where it is known already. Sides stand for people: who said what is in the statements.
    """
    found = base or computed(assessment)
    agency = newest(assessment, AGENCY)
    committee = newest(assessment, COMMITTEE) if side == COMMITTEE else {}
    figures, attested = {**_told(assessment), **found.figures}, dict(found.attested)
    # What is computed the agency does not state; it may have stated it before there was a metric for it.
    announced = {code: row for code, row in agency.items() if code not in figures}
    for code, row in {**announced, **committee}.items():
        if row.value is not None:
            figures[code] = facts_from({"figures": {code: row.value}}).figures[code]
    for code, row in agency.items():
        if row.said:
            attested[code] = Attestation(Attested(row.said), by=AGENCY)
    for code, row in committee.items():
        if row.said:
            attested[code] = Attestation(Attested(row.said), by=AGENCY, confirmed_by=COMMITTEE)
    return replace(found, figures=figures, attested=attested)


def _told(assessment: Assessment) -> dict[str, Figure]:
    """The withheld figures that the agency has been told with its assessment: as they are kept there, also live."""
    if assessment.figures is None:
        return {}
    kept = facts_from(assessment.figures).figures
    return {code: figure for code, figure in kept.items() if metrics.is_withheld(code)}


def score_by(assessment: Assessment, side: str, base: Facts | None = None) -> Score:
    """The score of a side; of the committee's only what it has confirmed counts."""
    facts = facts_by(assessment, side, base)
    return score(rubric_of(assessment), facts, confirmed_only=side == COMMITTEE)


def asked_in(rubric: Rubric, found: Score) -> list[Asked]:
    """What has to be said for a score, in the order of the rubric: attested criteria of the parts that hold for the
    unit, and figures that nobody computes here. Each once."""
    asked: dict[str, Asked] = {}
    holders: list[NodeScore | LadderScore] = [*found.root.walk(), *found.ladders]
    for holder in holders:
        for one in _asked_by(rubric, holder):
            asked.setdefault(one.code, one)
    return list(asked.values())


def _asked_by(rubric: Rubric, holder: NodeScore | LadderScore) -> Iterator[Asked]:
    node = rubric.node.get(holder.code)
    if isinstance(node, Measured | Tiers) and node.metric not in metrics.known():
        yield Asked(node.metric, Shape.NUMBER if isinstance(node, Measured) else Shape.SHARE)
    for criterion in holder.criteria:
        if not criterion.derived:
            yield Asked(criterion.code)
            continue
        for ask in rubric.criterion[criterion.code].asks:
            if ask.metric not in metrics.known():
                yield Asked(ask.metric, _shape(ask.comparison))


def _shape(comparison: str) -> Shape:
    if comparison.startswith("share_"):
        return Shape.SHARE
    return Shape.FLAG if comparison == "flag" else Shape.COUNT


def parts_asking(rubric: Rubric, asked: Asked) -> set[str]:
    """The parts of a rubric in which something is asked: a criterion in its own, a figure wherever it is compared."""
    if asked.shape is None:
        return {rubric.criterion[asked.code].place[0]}
    by_criteria = {row.place[0] for row in rubric.criteria if any(ask.metric == asked.code for ask in row.asks)}
    return by_criteria | {node.code for node in rubric.nodes if getattr(node, "metric", None) == asked.code}


def parts_in_order(rubric: Rubric) -> list[str]:
    """The codes of all parts as the rubric's file has them, ladders last."""
    return [node.code for node in rubric.nodes] + [ladder.code for ladder in rubric.ladders]


def asked_of(assessment: Assessment) -> list[Asked]:
    """What this agency has to say: its form decides, no figure does, so that none is read."""
    rubric = rubric_of(assessment)
    return asked_in(rubric, score(rubric, Facts(words=words_of(assessment.unit))))


def unsaid(assessment: Assessment, side: str) -> list[Asked]:
    """What a side has not said yet. The committee judges criteria, and figures only where it finds them otherwise."""
    said = set(assessment.statements.filter(side=side).values_list("about", flat=True))
    return [one for one in asked_of(assessment) if one.code not in said and (side == AGENCY or one.shape is None)]


def fits(assessment: Assessment, code: str, value: object) -> bool:
    """Whether the rubric can score this value of a figure, as a file of facts writes it."""
    facts = {"figures": {code: value}, "words": words_of(assessment.unit)}
    try:
        score(rubric_of(assessment), facts_from(facts))
    except (FactsError, ScoringError):
        return False
    return True


def counting_side(assessment: Assessment) -> str:
    """Whose word counts for what everybody reads: the committee's once it told its result, until then the agency's."""
    return COMMITTEE if assessment.case.state in states.RESULT_TOLD else AGENCY


@dataclass(frozen=True)
class Difference:
    """A part in which the committee comes to other points than the agency itself."""

    code: str
    agency: NodeScore
    committee: NodeScore


def differences(own: Score, examined: Score) -> list[Difference]:
    """The parts whose points differ, the whole first, in the order of the rubric."""
    found = {node.code: node for node in examined.root.walk()}
    return [
        Difference(node.code, node, found[node.code])
        for node in own.root.walk()
        if node.code in found and node.points != found[node.code].points
    ]


def frozen(facts: Facts) -> Mapping[str, object]:
    """Computed facts as they are kept in an assessment: without anybody's statements."""
    return facts_to(Facts(facts.figures, facts.words))


def judged(found: Score, code: str) -> CriterionScore | None:
    """A criterion of a score; None for a part that does not hold for the unit."""
    try:
        return found.criterion(code)
    except KeyError:
        return None
