"""A score in words, in the language of the reader. The codes it is made of are those of `scores.results`."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Protocol

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from workflows import metrics
from workflows.graph import Text

from .exact import Share, shown
from .needs import needed
from .results import CriterionScore, NodeScore, Reason, Score, State
from .rubric_form import Rubric

_MARKS = {State.MET: "✓", State.MET_NO_CASES: "✓*", State.NOT_MET: "✗", State.NOT_SHOWN: "?"}


class Bilingual(Protocol):
    """Part of a rubric with its text in both languages."""

    @property
    def th(self) -> str:
        """In Thai."""

    @property
    def en(self) -> str:
        """In English."""


def say(part: Bilingual) -> str:
    """The text of a part of a rubric in the language of the reader; Thai unless that is English."""
    return part.en if (get_language() or "").startswith("en") else part.th


def say_about(rubric: Rubric, code: str) -> str:
    """The text of a criterion or a part, or of what asks for a figure; its code where nothing does."""
    named: dict[str, Bilingual] = {**rubric.criterion, **rubric.node, **{row.code: row for row in rubric.ladders}}
    if code in named:
        return say(named[code])
    for node in rubric.nodes:
        if getattr(node, "metric", None) == code:
            return say(node)
    for criterion in rubric.criteria:
        if any(ask.metric == code for ask in criterion.asks):
            return say(criterion)
    return code


_REASONS: Mapping[str, Text] = {
    "reached": gettext_lazy("%(have)s is enough"),
    "points_reached": gettext_lazy("%(have)s points are enough"),
    "no_cases_met": gettext_lazy("there were no cases, which counts as met"),
    "short": gettext_lazy("%(have)s; %(need)s needed"),
    "points_short": gettext_lazy("%(have)s; %(need)s points needed"),
    "over": gettext_lazy("%(have)s; no more than %(need)s allowed"),
    "differs": gettext_lazy("%(have)s, not %(need)s"),
    "flag": gettext_lazy("it does not hold"),
    "no_cases": gettext_lazy("there were no cases"),
    "no_figure": gettext_lazy("nothing is known about this figure"),
    "no_word": gettext_lazy("it is not said which form holds for this unit"),
    "no_variant": gettext_lazy("no form holds for this unit"),
    "confirmed": gettext_lazy("stated, and confirmed by an evaluator"),
    "stated": gettext_lazy("stated, not confirmed yet"),
    "stated_not_met": gettext_lazy("stated as not met"),
    "not_confirmed": gettext_lazy("no evaluator has confirmed it"),
    "not_stated": gettext_lazy("nobody has stated anything"),
    "not_computable": gettext_lazy("the points cannot be computed yet"),
}


_WITHHELD = gettext_lazy("counted when the assessment is sent; not live, so that no number tells of a matter")


def say_reason_without_counts(reason: Reason) -> str:
    """The same without the number where complaints are counted, for pages that are read beside lists of complaints:
    among those may be one that must not exist for the reader, and a number that moved would betray it. "" then."""
    return "" if reason.metric.startswith("complaints.") and reason.code != "flag" else say_reason(reason)


def say_reason(reason: Reason) -> str:
    """Why a criterion has its state, as a sentence without a full stop. Raises KeyError for a code no engine gives."""
    if reason.code == "no_figure" and metrics.is_withheld(reason.metric):
        return str(_WITHHELD)
    words = {"have": say_value(reason.have), "need": _bound(reason), "more": reason.more}
    if reason.code == "short" and reason.more is not None:
        return _("%(have)s; %(need)s needed, %(more)s more") % words
    return str(_REASONS[reason.code]) % words


def as_lines(score: Score, rubric: Rubric) -> Iterator[str]:
    """The score for a person at a terminal: parts with their criteria, verdicts, and what the next levels lack."""
    yield f"{say(rubric)} ({rubric.code})"
    yield _points(score.points, score.full)
    if not score.computable:
        yield _("Points so far: something is missing without which the total says nothing.")
    yield ""
    yield from _node_lines(score.root, rubric, depth=0)
    for scale in score.scales:
        found = next((row for row in rubric.scales if row.code == scale.code), None)
        band = next((say(row) for row in found.bands if row.code == scale.band), None) if found else None
        yield ""
        yield f"{say(found) if found else scale.code}: {band or _('none')}"
        if scale.unverified:
            yield "  " + _("A bound of this scale is stated by no source we have.")
    for ladder in score.ladders:
        row = next(row for row in rubric.ladders if row.code == ladder.code)
        yield f"{say(row)}: " + _("step %(step)s of %(steps)s") % {"step": ladder.level, "steps": len(ladder.steps)}
    needs = [need for need in needed(score) if need.in_reach]
    if needs:
        yield ""
        yield _("What the next levels lack:")
    for need in needs:
        part = say(rubric.node[need.node])
        yield f"  {part}: " + _("%(points)s points") % {"points": f"+{shown(need.gain)}"}
        for lack in need.lacks:
            yield f"    {lack.criterion} {say(rubric.criterion[lack.criterion])} – {say_reason(lack.reason)}"


def _node_lines(node: NodeScore, rubric: Rubric, *, depth: int) -> Iterator[str]:
    level = "" if node.level is None else " · " + _("level %(level)s") % {"level": node.level}
    yield f"{'  ' * depth}{say(rubric.node[node.code])}: {_points(node.points, node.full)}{level}"
    for reason in node.reasons:
        yield f"{'  ' * (depth + 1)}{say_reason(reason)}"
    for criterion in node.criteria:
        yield f"{'  ' * (depth + 1)}{_criterion_line(criterion, rubric)}"
    for child in node.children:
        yield from _node_lines(child, rubric, depth=depth + 1)


def _criterion_line(criterion: CriterionScore, rubric: Rubric) -> str:
    reasons = "; ".join(say_reason(reason) for reason in criterion.reasons)
    line = f"{_MARKS[criterion.state]} {criterion.code} {say(rubric.criterion[criterion.code])} – {reasons}"
    if criterion.founded is None:
        return line
    return line + " (" + _("founded only: %(figure)s") % {"figure": say_value(criterion.founded.have)} + ")"


def _points(points: Fraction, full: Fraction) -> str:
    return _("%(points)s of %(full)s points") % {"points": shown(points), "full": shown(full)}


def _bound(reason: Reason) -> str:
    if isinstance(reason.have, Share) and isinstance(reason.need, Fraction):
        return f"{shown(reason.need)} %"
    return say_value(reason.need)


def say_value(value: object) -> str:
    """A figure for people."""
    if isinstance(value, bool):
        return pgettext("a figure", "yes") if value else pgettext("a figure", "no")
    if isinstance(value, Share):
        return f"{value.part}/{value.whole}" + (f" = {shown(value)} %" if value.whole else "")
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 else str(shown(value))
    return "–" if value is None else str(value)
