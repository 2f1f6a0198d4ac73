"""The figures that registers give to the scores: see `workflows.metrics`. Only what was confirmed counts.

Of each entry counts what its version said that had been confirmed last when the day ended.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from fractions import Fraction

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from organisations.models import Unit
from organisations.queries import reach_of
from organisations.shares import Share
from scores.in_force import rubric_for
from scores.models import EntryVersion
from scores.registers.kinds import moral_level
from scores.registers.queries import of_year, standing
from workflows import metrics
from workflows.graph import Text
from workflows.metrics import Figure, Metric, Span
from workflows.models import Case

VersionsOf = Callable[[Span], Iterable[EntryVersion]]
DEPARTMENT_LEVEL = frozenset({Unit.Kind.DEPARTMENT})
"""Agencies of the level of a department (S1:165-167)."""


def _unit_of(version: EntryVersion, span: Span) -> Unit:
    """That which entered it; once it has closed, the one that took over, with which the case goes."""
    unit = version.entry.unit
    return version.entry.case.unit if unit.is_closed(span.as_of) else unit


def _by_unit(versions: Iterable[EntryVersion], span: Span) -> dict[int, list[EntryVersion]]:
    found: dict[int, list[EntryVersion]] = defaultdict(list)
    for version in versions:
        found[_unit_of(version, span).pk].append(version)
    return found


def _reach(units: Collection[int], *, own: bool) -> dict[int, list[int]]:
    return {unit: [unit] for unit in units} if own else reach_of(units)


def _metric(
    code: str,
    title: Text,
    part: Text,
    source: str,
    counted: VersionsOf,
    figure: Callable[[list[EntryVersion]], Figure],
    *,
    own: bool = False,
    whole: Text = "",
    part_of: Callable[[EntryVersion], bool] = bool,
) -> Metric:
    """A figure of entries. own: of the unit alone, not what lies below it. part_of: which of them stand behind it."""

    def compute(units: Collection[int], span: Span) -> Mapping[int, Figure]:
        by_unit = _by_unit(counted(span), span)
        return {
            unit: figure([row for one in below for row in by_unit.get(one, ())])
            for unit, below in _reach(units, own=own).items()
        }

    def behind(unit: int, span: Span) -> QuerySet[Case]:
        below = set(_reach([unit], own=own)[unit])
        rows = [row.entry_id for row in counted(span) if _unit_of(row, span).pk in below and part_of(row)]
        return Case.objects.filter(pk__in=rows)

    return Metric(code, title, part, whole, source, compute, behind)


def _share_of_units(
    code: str,
    title: Text,
    part: Text,
    whole: Text,
    source: str,
    kinds: Collection[str],
    counted: VersionsOf,
    *,
    or_itself: bool = False,
) -> Metric:
    """How many of the units of these kinds, of those there are on the day, have an entry that counts; several
    offices of one area are one. Of a unit that has none of them below it nothing can be said, and it is missing;
    or_itself: it is counted itself."""

    def there(span: Span) -> dict[int, str]:
        open_then = Q(closed_on=None) | Q(closed_on__gt=span.as_of)
        rows = Unit.objects.filter(open_then, kind__in=kinds, founded_on__lte=span.as_of)
        return {pk: place_of(pk, area) for pk, area in rows.values_list("pk", "area_code")}

    def counted_in(unit: int, below: Collection[int], every: Mapping[int, str]) -> dict[int, str]:
        found = {one: every[one] for one in below if one in every}
        return found or ({unit: place_of(unit)} if or_itself else {})

    def compute(units: Collection[int], span: Span) -> Mapping[int, Figure]:
        every = there(span)
        having = {place for row in counted(span) for place in places_of(row, span)}
        found: dict[int, Figure] = {}
        for unit, below in reach_of(units).items():
            if agencies := counted_in(unit, below, every):
                places = set(agencies.values())
                found[unit] = Share(len(places & having), len(places))
        return found

    def behind(unit: int, span: Span) -> QuerySet[Case]:
        below = set(counted_in(unit, reach_of([unit])[unit], there(span)).values())
        return Case.objects.filter(
            pk__in=[row.entry_id for row in counted(span) if not below.isdisjoint(places_of(row, span))]
        )

    return Metric(code, title, part, whole, source, compute, behind)


def place_of(unit: int, area: str = "") -> str:
    """By what a unit is counted: by its area, for offices of several departments stand in one district; else itself."""
    return f"area {area}" if area else f"unit {unit}"


def places_of(version: EntryVersion, span: Span) -> set[str]:
    """The places for which an entry counts: the unit itself, and its area, for whichever office of it entered it."""
    unit = _unit_of(version, span)
    return {place_of(unit.pk), place_of(unit.pk, unit.area_code)}


# --- What counts ------------------------------------------------------------------------------------------------------
def _of_year(register: str) -> VersionsOf:
    return lambda span: of_year(register, span)


def _named_courses(span: Span) -> Iterable[EntryVersion]:
    return [row for row in _of_year("training")(span) if row.texts.get("course") in ("governance", "corporate")]


def _updated_rules(span: Span) -> Iterable[EntryVersion]:
    """Rules about complaints whose text was issued within the year, and still holds."""
    rows = standing("rule", span)
    return [
        row
        for row in rows
        if row.texts.get("about") == "complaints" and row.happened_on and span.first <= row.happened_on < span.after
    ]


def _surveys_with(*stages: str) -> VersionsOf:
    return lambda span: [row for row in _of_year("survey")(span) if all(row.texts.get(stage) for stage in stages)]


def _passed_ita(span: Span) -> Iterable[EntryVersion]:
    bound = ita_pass_mark(span.year)
    return [row for row in _of_year("ita")(span) if row.points is not None and row.points >= bound]


def ita_pass_mark(year: int) -> Fraction:
    """From how many points of ITA on an agency has passed in a fiscal year (B.E.), as the rubric of ITA says; of a year
    without one, that of the first that there is."""
    try:
        rubric = rubric_for("ita", year)
    except LookupError:
        rubric = rubric_for("ita", 2566)
    scale = next(scale for scale in rubric.scales if scale.code == "pass")
    return rubric.amount(next(band.at_least for band in scale.bands if band.code == "passed"))


def _districts_at(level: int) -> VersionsOf:
    """The entries of districts whose highest level is this one, whichever of its offices entered it."""

    def counted(span: Span) -> Iterable[EntryVersion]:
        best: dict[str, EntryVersion] = {}
        for row in of_year("moral", span):
            unit = _unit_of(row, span)
            place = place_of(unit.pk, unit.area_code)
            if place not in best or moral_level(row.indicators) > moral_level(best[place].indicators):
                best[place] = row
        return [row for row in best.values() if moral_level(row.indicators) == level]

    return counted


def _risks(span: Span) -> Iterable[EntryVersion]:
    """Risks still there; a register of risks goes on over the years."""
    return standing("risk", span)


def _treated(row: EntryVersion) -> bool:
    return bool(row.texts.get("treatment") == "adequate")


# --- The figures ------------------------------------------------------------------------------------------------------
_ENTRIES = _("confirmed entries of the year")
# Whoever has none below it is an agency of its own: its score by such a rubric must not be without the figure.
_AGENCIES = _("agencies of the level of a department; where there are none, the unit itself")
_OWN_SURVEY = _("a survey campaign of the unit itself in the year, confirmed")


def _any(rows: list[EntryVersion]) -> bool:
    return bool(rows)


_DISTRICTS = frozenset({Unit.Kind.DISTRICT})
METRICS = (
    _share_of_units(
        "scores.no_gift_declared", _("Agencies that have declared No Gift"),
        _("those with a confirmed declaration of the year"), _AGENCIES,
        "S1:167", DEPARTMENT_LEVEL, _of_year("no_gift"), or_itself=True,
    ),
    _share_of_units(
        "scores.ita_passed", _("Agencies that passed ITA"),
        _("those whose announced points of the year reach the pass mark of ITA"),
        _AGENCIES, "S1:165", DEPARTMENT_LEVEL, _passed_ita, or_itself=True,
    ),
    _metric(
        "scores.trained", _("People trained"), _("people in trainings of the two named courses, as confirmed"),
        "S1:163", _named_courses, lambda rows: sum(row.trained or 0 for row in rows),
    ),
    _metric(
        "scores.training_passed", _("People trained who passed"), _("those who passed"), "S1:175", _named_courses,
        lambda rows: Share(sum(row.passed or 0 for row in rows), sum(row.trained or 0 for row in rows)),
        whole=_("people in trainings of the two named courses, as confirmed"),
    ),
    _metric(
        "scores.expansion_sites", _("Places to which surveillance was carried"), _ENTRIES, "S1:159",
        _of_year("expansion"), len,
    ),
    _metric(
        "scores.rules_updated", _("Rules about complaints updated in the year"),
        _("a rule about complaints of the unit itself that was issued within the year, confirmed and in force"),
        "S4:308", _updated_rules, _any, own=True,
    ),
    _metric("scores.survey_run", _("Survey of the public run"), _OWN_SURVEY, "S4:333", _surveys_with(), _any, own=True),
    _metric(
        "scores.survey_analysed", _("Survey analysed and put before the head"), _OWN_SURVEY, "S4:334",
        _surveys_with("analysis", "presented_on"), _any, own=True,
    ),
    _metric(
        "scores.survey_planned", _("Analysis of the survey put into the plan"), _OWN_SURVEY, "S4:337",
        _surveys_with("analysis", "presented_on", "plan"), _any, own=True,
    ),
    _metric(
        "scores.survey_activities", _("Activities that came of surveys"),
        _("activities held, in the confirmed survey campaigns of the unit itself"), "S4:338-339",
        _surveys_with("activities"), lambda rows: sum(len(row.texts.get("activities", ())) for row in rows), own=True,
    ),
    _metric(
        "scores.awards", _("Awards from outside"), _("confirmed awards of the unit itself in the year"), "S4:374",
        _of_year("award"), len, own=True,
    ),
    *(
        _share_of_units(
            f"scores.moral_level_{level}", name, what, _("districts"), source, _DISTRICTS, _districts_at(level)
        )
        for level, name, what, source in (
            (1, _("Moral districts: promoting"), _("those that passed indicators 1 to 3, not 4 to 6"), "S0:118"),
            (2, _("Moral districts: developing"), _("those that passed indicators 1 to 6, not 7 to 9"), "S0:119"),
            (3, _("Moral districts: model"), _("those that passed all nine indicators"), "S0:120"),
        )
    ),
    _metric(
        "scores.risks_treated", _("Risks treated adequately"), _("those whose treatment is adequate"), "S4:795-805",
        _risks, lambda rows: Share(sum(map(_treated, rows)), len(rows)), whole=_("risks that are still there"),
        part_of=_treated,
    ),
)  # fmt: skip


def span_of(year: int) -> Span:
    """A fiscal year (B.E.) as it stands today; one that is over, as it stood on its last day."""
    return Span.of_year(year)


def register() -> None:
    """Make them known."""
    metrics.register(*METRICS)


FIGURES_OF: Mapping[str, tuple[str, ...]] = {
    "no_gift": ("scores.no_gift_declared",),
    "training": ("scores.trained", "scores.training_passed"),
    "rule": ("scores.rules_updated",),
    "award": ("scores.awards",),
    "moral": ("scores.moral_level_1", "scores.moral_level_2", "scores.moral_level_3"),
    "survey": ("scores.survey_run", "scores.survey_analysed", "scores.survey_planned", "scores.survey_activities"),
    "risk": ("scores.risks_treated",),
    "expansion": ("scores.expansion_sites",),
    "ita": ("scores.ita_passed",),
}
"""Which figures a register gives, for its page."""
