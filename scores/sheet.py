"""A score as a sheet that people read: parts, their levels, and every criterion with what was said about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from scores.models import Statement
from scores.results import CriterionScore, LadderScore, NodeScore, Score, StepScore
from scores.rubric import Rubric
from scores.rubric_form import Reading
from scores.showing import say, say_value
from workflows import metrics
from workflows.metrics import is_withheld


@dataclass(frozen=True)
class Figure:
    """A figure that a criterion asks for and that is announced elsewhere: what each side says of it."""

    code: str
    said: Statement | None
    judged: Statement | None


@dataclass(frozen=True)
class Line:
    """A criterion: what it asks, how it stands by the agency's own word and by the committee, and what was said.

    own is that of today's or the frozen facts; examined is None while nobody has examined. figures: of what it asks,
    those that are announced elsewhere. live: those that are computed, by their codes. withheld: it asks for a figure
    that no live page has.
    """

    code: str
    text: str
    source: str
    derived: bool
    own: CriterionScore | None
    examined: CriterionScore | None
    said: Statement | None = None
    judged: Statement | None = None
    figures: tuple[Figure, ...] = ()
    live: tuple[str, ...] = ()
    notes: tuple[Reading, ...] = ()
    unverified: bool = False
    withheld: bool = False

    @property
    def founded(self) -> str:
        """The figure of founded cases beside the printed one, "" where there is none."""
        found = self.own and self.own.founded
        return say_value(found.have) if found and found.have is not None else ""


@dataclass(frozen=True)
class Step:
    """A level or step with its criteria. number: None for a part without levels."""

    number: int | None
    own: StepScore | None
    examined: StepScore | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class PartOfSheet:
    """A part of the score. depth: how far below the whole; steps: empty for a part that only sums others; told: the
    figure that the part itself is read from, where it is announced elsewhere."""

    code: str
    name: str
    depth: int
    source: str
    own: NodeScore | LadderScore
    examined: NodeScore | LadderScore | None
    counted: bool
    steps: tuple[Step, ...] = ()
    told: Figure | None = None
    notes: tuple[Reading, ...] = ()

    @property
    def is_ladder(self) -> bool:
        """Whether it stands beside the points."""
        return isinstance(self.own, LadderScore)

    @property
    def lines(self) -> list[Line]:
        """All its criteria."""
        return [line for step in self.steps for line in step.lines]


@dataclass(frozen=True)
class Said:
    """What both sides have said, by code."""

    own: Mapping[str, Statement] = field(default_factory=dict)
    judged: Mapping[str, Statement] = field(default_factory=dict)


NOTHING_SAID = Said()


def sheet_of(rubric: Rubric, own: Score, examined: Score | None = None, said: Said = NOTHING_SAID) -> list[PartOfSheet]:
    """The parts of a score in the order of the rubric, with the committee's beside them where there is one."""
    return [*_nodes(rubric, own.root, examined, said, depth=0, counted=True), *_ladders(rubric, own, examined, said)]


def _nodes(
    rubric: Rubric, node: NodeScore, examined: Score | None, said: Said, *, depth: int, counted: bool
) -> Iterator[PartOfSheet]:
    other = _node(examined, node.code)
    part = rubric.node[node.code]
    yield PartOfSheet(
        code=node.code,
        name=say(part),
        depth=depth,
        source=part.source,
        own=node,
        examined=other,
        counted=counted,
        steps=tuple(_steps(rubric, node, other, said)),
        told=_told(getattr(part, "metric", ""), said),
        notes=rubric.notes_of(node.code),
    )
    for child in node.children:
        yield from _nodes(rubric, child, examined, said, depth=depth + 1, counted=counted and node.kind != "apart")


def _ladders(rubric: Rubric, own: Score, examined: Score | None, said: Said) -> Iterator[PartOfSheet]:
    others = {ladder.code: ladder for ladder in examined.ladders} if examined else {}
    for ladder in own.ladders:
        row = next(row for row in rubric.ladders if row.code == ladder.code)
        other = others.get(ladder.code)
        yield PartOfSheet(
            code=ladder.code,
            name=say(row),
            depth=0,
            source=row.source,
            own=ladder,
            examined=other,
            counted=False,
            steps=tuple(_steps(rubric, ladder, other, said)),
            notes=rubric.notes_of(ladder.code),
        )


def _node(score: Score | None, code: str) -> NodeScore | None:
    if score is None:
        return None
    try:
        return score.node(code)
    except KeyError:
        return None


Holder = NodeScore | LadderScore


def _steps(rubric: Rubric, own: Holder, examined: Holder | None, said: Said) -> Iterator[Step]:
    of_examined = {row.code: row for row in examined.criteria} if examined else {}
    lines = [_line(rubric, row, of_examined.get(row.code), said) for row in own.criteria]
    if not own.steps:
        if lines:
            yield Step(None, None, None, tuple(lines))
        return
    for place, step in enumerate(own.steps):
        mine = tuple(line for line in lines if rubric.criterion[line.code].place[1] == step.level)
        yield Step(step.level, step, examined.steps[place] if examined else None, mine)


def _line(rubric: Rubric, own: CriterionScore, examined: CriterionScore | None, said: Said) -> Line:
    row = rubric.criterion[own.code]
    return Line(
        code=own.code,
        text=say(row),
        source=row.source,
        derived=own.derived,
        own=own,
        examined=examined,
        said=said.own.get(own.code),
        judged=said.judged.get(own.code),
        figures=tuple(figure for ask in row.asks if (figure := _told(ask.metric, said))),
        live=tuple(ask.metric for ask in row.asks if ask.metric in metrics.known()),
        notes=rubric.notes_of(own.code),
        unverified=row.unverified,
        withheld=any(is_withheld(ask.metric) for ask in row.asks),
    )


def _told(code: str, said: Said) -> Figure | None:
    """What both sides say of a figure; None where nobody has said anything."""
    found = Figure(code, said.own.get(code), said.judged.get(code))
    return found if found.said or found.judged else None
