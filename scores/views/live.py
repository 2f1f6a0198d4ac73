"""The score of an agency as it stands today: what it is, what moved it, what would raise it, and "what if"."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from organisations.accounts import role_required
from organisations.calendar import fiscal_year
from organisations.formats import arabic
from organisations.models import Role, Unit
from scores import assessing
from scores.assessing import AGENCY, COMMITTEE
from scores.facts import Facts
from scores.forms import YEARS
from scores.gathering import facts_of
from scores.in_force import rubric_for
from scores.models import Assessment, Snapshot
from scores.needs import Lack, Need
from scores.queries import assessments_visible_to, units_scored_for
from scores.radar import axes_of, radar_of
from scores.results import Score
from scores.rubric import Rubric, families
from scores.rules import READERS
from scores.scoring import score
from scores.sheet import Said, sheet_of
from scores.showing import say, say_about, say_reason
from scores.simulating import Outcome, Wish, cheapest, simulate
from scores.snapshots import parts_of, recomputed
from workflows.casepages.access import reader
from workflows.metrics import Span, hidden_from

ROLES = tuple(role for role in Role if role in READERS)
_MOST = 10_000


@dataclass(frozen=True)
class Road:
    """A need with what it would bring, in words. level: the one that the part would have then, None without levels."""

    part: str
    level: int | None
    need: Need
    outcome: Outcome
    lacks: list[tuple[str, str, Lack]]
    query: str


@dataclass(frozen=True)
class Field:
    """Something that can be imagined: its name in the query, what it is about, how it stands, and what is imagined."""

    name: str
    text: str
    reason: str
    number: bool
    value: str


@require_GET
@role_required(*ROLES)
def unit_score(request: HttpRequest, code: str, family: str, year: int) -> HttpResponse:
    """The score of a unit by the rubric of a source for a fiscal year (B.E.), as it stands today or on its last day.

    In the query: `more.<figure>`, `flag.<figure>`, `met.<criterion>` imagine something. 404 for a unit that is not
    there for the reader and for a year without a rubric.
    """
    user = reader(request)
    unit = get_object_or_404(units_scored_for(user), code=code)
    now = fiscal_year(timezone.localdate())
    if family not in families() or not now - 20 <= year <= now:
        raise Http404
    try:
        rubric = rubric_for(family, year)
    except LookupError:
        raise Http404 from None
    assessment = _assessment_of(unit, family, year)
    if assessment is not None:
        rubric = assessing.rubric_of(assessment)
    hidden = hidden_from(user)
    facts, said = live_facts(unit, rubric, year, assessment, hidden)
    fields = _fields(rubric, score(rubric, facts), request.GET)
    wish = _wish(request.GET, fields)
    outcome = simulate(rubric, facts, wish)
    context: dict[str, Any] = {
        "unit": unit,
        "family": family,
        "year": year,
        "years": [then for then in range(now, now - YEARS, -1) if _holds(family, then)],
        "rubric": rubric,
        "rubric_name": say(rubric),
        "assessment": assessment
        and assessments_visible_to(user).filter(pk=assessment.pk).select_related("assessment").first(),
        "own": outcome.now,
        "outcome": outcome if wish else None,
        "changed": _changed(rubric, outcome) if wish else [],
        **_radar(rubric, outcome.now),
        "sheet": sheet_of(rubric, outcome.now, None, said),
        "roads": [_road(rubric, need, found) for need, found in cheapest(rubric, facts)],
        "moved": _moved(unit, rubric, outcome.now.points, year, hidden),
        "fields": fields,
    }
    return render(request, "scores/unit.html", context)


def _radar(rubric: Rubric, found: Score) -> dict[str, Any]:
    """The radar of the parts, and the rows of the table beside it; nothing for a score of fewer than three parts."""
    axes = axes_of(found.root)
    if not axes:
        return {}
    shares = [Fraction(node.points) / Fraction(node.full) for node in axes]
    rows = []
    for number, node in enumerate(axes, start=1):
        name = say(rubric.node[node.code])
        # Names of dimensions say their number themselves.
        spoken = "" if str(number) in name else number
        rows.append({"name": name, "number": spoken, "node": node, "url": f"#part-{node.code}"})
    return {"radar": radar_of(shares), "dimensions": rows}


def _holds(family: str, year: int) -> bool:
    try:
        rubric_for(family, year)
    except LookupError:
        return False
    return True


def _assessment_of(unit: Unit, family: str, year: int) -> Assessment | None:
    rows = Assessment.objects.select_related("unit", "rubric", "case")
    return rows.filter(unit=unit, family=family, fiscal_year=year, ended=False).first()


def live_facts(
    unit: Unit, rubric: Rubric, year: int, assessment: Assessment | None, hidden: Collection[int]
) -> tuple[Facts, Said]:
    """The figures of today with what the agency and its committee have said in the assessment of the year, if any.
    hidden: cases that do not exist for the reader."""
    if assessment is None:
        return facts_of([unit], rubric, Span.of_year(year), without=hidden)[unit.pk], Said()
    said = Said(assessing.newest(assessment, AGENCY), assessing.newest(assessment, COMMITTEE))
    side = assessing.counting_side(assessment)
    if side == AGENCY:
        said = Said(said.own)
    return assessing.facts_by(assessment, side, assessing.live_facts(assessment, hidden)), said


def _wish(query: QueryDict, fields: Collection[Field]) -> Wish:
    """What is imagined: only of what can be imagined at all, and in numbers that can be read."""
    more: dict[str, int] = {}
    flags, met = [], []
    for field in fields:
        kind, _dot, code = field.name.partition(".")
        value = arabic(query.get(field.name, "")).strip().removeprefix("+")
        if (
            kind == "more"
            and len(value) < 7
            and value.removeprefix("-").isascii()
            and value.removeprefix("-").isdecimal()
        ):
            more[code] = max(-_MOST, min(int(value), _MOST))
        elif kind == "flag" and value:
            flags.append(code)
        elif kind == "met" and value:
            met.append(code)
    return Wish(more, tuple(flags), tuple(met))


def _road(rubric: Rubric, need: Need, outcome: Outcome) -> Road:
    lacks = [(say_about(rubric, lack.criterion), say_reason(lack.reason), lack) for lack in need.lacks]
    query = QueryDict(mutable=True)
    for lack in need.lacks:
        reason = lack.reason
        if reason.code in ("short", "over"):
            query[f"more.{reason.metric}"] = str(reason.more if reason.code == "short" else -(reason.more or 0))
        elif reason.code == "flag":
            query[f"flag.{reason.metric}"] = "on"
        else:
            query[f"met.{lack.criterion}"] = "on"
    level = outcome.then.node(need.node).level
    return Road(say(rubric.node[need.node]), level, need, outcome, lacks, query.urlencode())


def _changed(rubric: Rubric, outcome: Outcome) -> list[tuple[str, Any, Any]]:
    then = {node.code: node for node in outcome.then.root.walk()}
    return [
        (say(rubric.node[node.code]), node, then[node.code])
        for node in outcome.now.root.walk()
        if node.code in then and (then[node.code].points, then[node.code].level) != (node.points, node.level)
    ]


def _moved(unit: Unit, rubric: Rubric, points: Fraction, year: int, hidden: Collection[int]) -> dict[str, Any] | None:
    """What the score was when it was last kept on an earlier day, and which parts differ today."""
    today = timezone.localdate()
    rows = Snapshot.objects.filter(unit=unit, family=rubric.family, fiscal_year=year, as_of__lt=today)
    last = rows.filter(cause=Snapshot.Cause.DAILY).order_by("-as_of").first()
    if last is None:
        return None
    parts = parts_of(recomputed(last, hidden)) if hidden else last.parts
    whole = Fraction(parts[rubric.root]["points"]) if rubric.root in parts else Fraction(last.points)
    return {"day": last.as_of, "points": whole, "gain": points - whole, "parts": parts}


def _fields(rubric: Rubric, now: Score, query: QueryDict) -> list[Field]:
    """A field for everything that keeps a criterion from being met now and that could be otherwise."""
    found: dict[str, Field] = {}
    for node in now.root.walk():
        for criterion in node.criteria:
            if criterion.state.met:
                continue
            for reason in criterion.reasons:
                if reason.code in ("short", "over"):
                    name, number = f"more.{reason.metric}", True
                elif reason.code == "flag":
                    name, number = f"flag.{reason.metric}", False
                elif not criterion.derived:
                    name, number = f"met.{criterion.code}", False
                else:
                    continue
                text = say_about(rubric, criterion.code)
                found.setdefault(name, Field(name, text, say_reason(reason), number, query.get(name, "")))
    return list(found.values())
