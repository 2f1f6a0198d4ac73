"""Scores in templates: exact numbers shown, states as tags, names in the language of the reader."""

from fractions import Fraction
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from organisations.formats import digits
from organisations.templatetags.sodsong import tag
from scores.exact import shown
from scores.facts import facts_from
from scores.models import SectionText
from scores.results import CriterionScore, LadderScore, Reason, ScaleScore, State
from scores.rubric import Rubric
from scores.showing import Bilingual, say_about, say_reason, say_value
from scores.showing import say as say_part
from workflows import metrics

register = template.Library()

_STATES = {
    State.MET: (_("met"), "check", "well"),
    State.MET_NO_CASES: (_("met: there were no cases"), "check", "well"),
    State.NOT_MET: (_("not met"), "close", "late"),
    State.NOT_SHOWN: (_("not shown"), "help", "plain"),
}


@register.simple_tag
def points(value: Fraction) -> str:
    """Points as people read them: whole ones without places, else two."""
    number = Fraction(value)
    return digits(number.numerator if number.denominator == 1 else shown(number))


@register.filter
def points_of(value: Fraction) -> str:
    """The same, where a sentence takes them."""
    return points(value)


@register.simple_tag
def about(rubric: Rubric, code: str) -> str:
    """The text of a criterion or a part."""
    return say_about(rubric, code)


@register.simple_tag
def gain(before: Fraction, after: Fraction) -> SafeString:
    """A difference with its sign, coloured by its direction."""
    difference = Fraction(after) - Fraction(before)
    sign = "+" if difference > 0 else "−" if difference < 0 else "±"
    tone = "well" if difference > 0 else "late" if difference < 0 else "plain"
    return format_html('<span class="gain gain-{}">{}{}</span>', tone, sign, points(abs(difference)))


@register.simple_tag
def say(part: Bilingual) -> str:
    """The text of a part of a rubric in the language of the reader."""
    return say_part(part)


@register.simple_tag
def part_name(rubric: Rubric, code: str) -> str:
    """The name of a node."""
    return say_part(rubric.node[code])


@register.simple_tag
def band(rubric: Rubric, scale: ScaleScore) -> SafeString:
    """The verdict of a scale as a tag; nothing where no band is reached."""
    row = next((row for row in rubric.scales if row.code == scale.code), None)
    found = next((found for found in row.bands if found.code == scale.band), None) if row else None
    return tag(say_part(found), "star", "accent") if found else SafeString("")


@register.simple_tag
def ladder_word(rubric: Rubric, ladder: LadderScore) -> SafeString:
    """How far up a ladder, as a tag."""
    row = next(row for row in rubric.ladders if row.code == ladder.code)
    return tag(f"{say_part(row)} {digits(ladder.level)}/{digits(len(ladder.steps))}", "flag", "plain")


@register.simple_tag
def criterion_tag(found: CriterionScore | None) -> SafeString:
    """The state of a criterion as a tag."""
    if found is None:
        return SafeString("")
    word, icon, tone = _STATES[found.state]
    return tag(str(word), icon, tone)


@register.simple_tag
def reason_word(reason: Reason) -> str:
    """Why, in words."""
    return say_reason(reason)


@register.simple_tag
def figure_name(code: str) -> str:
    """What a figure is called; its code where nobody here computes it."""
    return str(metrics.metric(code).title) if code in metrics.known() else code


@register.simple_tag
def kept_value(value: Any) -> str:
    """A figure as a file of facts holds it, for people."""
    return say_value(_exact(facts_from({"figures": {"a.a": value}}).figures["a.a"]))


@register.simple_tag
def figure_value(figure: Any) -> str:
    """A figure as a metric gives it, for people."""
    return say_value(_exact(figure))


@register.simple_tag
def section_text(texts: dict[str, SectionText], code: str) -> SectionText:
    """What stands in a section of a report; an empty text of version 0 for one that nobody wrote."""
    return texts.get(code) or SectionText(section=code, version=0, text="")


def _exact(figure: Any) -> Any:
    return figure if isinstance(figure, bool) or hasattr(figure, "part") else Fraction(figure)
