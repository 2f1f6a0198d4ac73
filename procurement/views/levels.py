"""What the pages about the participation level share, for the staff and for everybody: a result as it is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from organisations.calendar import fiscal_year
from organisations.models import Unit, UnitReach
from organisations.queries import open_units
from procurement.coverage.history import history
from procurement.coverage.reading import facts_of, variant_of
from procurement.coverage.rule import ActivityFacts, Facts, Result, Step, Totals, Variant, compute, reached, steps_of
from procurement.coverage.standing import standing_of, standings_of, waiting_years
from procurement.covering import covers
from procurement.models import Activity, CoverageVariant, Standing
from procurement.overview import ASSESSED, totals_of
from procurement.quality import never_invited, quality_of

PAGE = 50
MOST_LISTED = 5000
"""Activities of a unit that a page reads one by one: twice those of a large province. Above it stand units that are
assessed through those below them; their level is kept, and their activities are looked at below."""

TABS = {
    "top": _("Largest budgets"),
    "rest-lacking": _("Others without a citizen"),
    "rest-covered": _("Others with a citizen"),
    "no-budget": _("Budget not known"),
    "out": _("Left out"),
}
"""Lists of activities on the page of a level: the code of each and its words."""


@dataclass(frozen=True)
class Bar:
    """The bar of the rest. width: how far it is filled, as SVG writes it; marks: the shares at which levels begin."""

    width: str
    marks: list[dict[str, Any]]


def bar_of(variant: Variant, *, rest: int, rest_covered: int) -> Bar:
    """The bar of the rest, of which `rest_covered` activities have a citizen."""
    by_share: dict[int, list[int]] = {}
    for rule in variant.levels:
        if rule.rest_percent:
            by_share.setdefault(rule.rest_percent, []).append(rule.level)
    marks = [
        {"percent": percent, "levels": levels, "reached": 100 * rest_covered >= percent * rest}
        for percent, levels in sorted(by_share.items())
    ]
    return Bar(width=f"{100 * rest_covered / rest:.2f}%" if rest else "0", marks=marks)


@dataclass(frozen=True)
class LevelFigures:
    """A level with the counts behind it, whether it was computed now or is kept as a standing."""

    totals: Totals
    steps: tuple[Step, ...]
    as_of: date

    @classmethod
    def of_result(cls, result: Result) -> "LevelFigures":
        """Of what was computed."""
        totals = Totals(
            top=len(result.top),
            top_covered=result.top_covered,
            rest=len(result.rest),
            rest_covered=result.rest_covered,
            published=result.published,
            education=result.education,
        )
        return cls(totals, result.steps, result.as_of)

    @classmethod
    def of_standing(cls, standing: Standing, variant: Variant) -> "LevelFigures":
        """Of what is kept: no activity has to be read."""
        totals = totals_of(standing)
        return cls(totals, steps_of(totals, variant), standing.as_of)

    @property
    def level(self) -> int:
        """The highest level that is reached."""
        return reached(self.steps)[0]

    @property
    def points(self) -> int:
        """Its points."""
        return reached(self.steps)[1]

    @property
    def next_step(self) -> Step | None:
        """The first level that is not reached."""
        return next((step for step in self.steps if not step.met), None)

    @property
    def share(self) -> Decimal | None:
        """Percent of the rest, cut after two places; None where there is no rest."""
        rest = self.totals.rest
        return Decimal(10_000 * self.totals.rest_covered // rest) / 100 if rest else None

    @property
    def marked(self) -> bool:
        """Nothing is counted, so the level says little."""
        return not self.totals.top + self.totals.rest


def strip(unit: Unit, figures: LevelFigures, variant: Variant) -> dict[str, Any]:
    """What `templates/procurement/level_strip.html` shows of the level of `unit`."""
    return {
        "figures": figures,
        "bar": bar_of(variant, rest=figures.totals.rest, rest_covered=figures.totals.rest_covered),
        "diagnostic": unit.kind not in ASSESSED,
    }


def kept_strip(unit: Unit, fiscal_year: int, variant: Variant) -> dict[str, Any]:
    """The same from the standing that is kept, and whether the unit is too large to list its activities on a page."""
    standing = standing_of(unit, fiscal_year)
    figures = LevelFigures.of_standing(standing, variant)
    return {**strip(unit, figures, variant), "too_large": standing.activities > MOST_LISTED}


def quality_shown(unit: Unit, fiscal_year: int, *, by_name: bool = False) -> dict[str, Any]:
    """What `templates/procurement/quality.html` shows. by_name: for those who may read who was never invited."""
    quality = quality_of(unit, fiscal_year)
    named = never_invited([unit], fiscal_year) if by_name and quality.never_invited else []
    return {"quality": quality, "never_invited": named}


def details_of(unit: Unit, fiscal_year: int, variant: Variant, values: Mapping[str, str]) -> dict[str, Any]:
    """What a page tells of the activities behind the level: a page of one list (`list`, `page` of `values`), the other
    readings beside it, and the year so far."""
    facts = facts_of(unit, fiscal_year)
    result = compute(facts, variant)
    return {
        **activity_page(result, values.get("list", ""), values.get("page", "")),
        "result": result,
        "inspection": LevelFigures.of_result(compute(facts_of(unit, fiscal_year, inspection=True), variant)),
        "other_forms": other_forms(result, facts),
        "months": months_of(unit, fiscal_year, variant),
    }


def lists_of(result: Result) -> dict[str, list[str]]:
    """The ids of the activities of each list of `TABS`."""
    covered = frozenset(result.covered)
    return {
        "top": list(result.top),
        "rest-lacking": [pk for pk in result.rest if pk not in covered],
        "rest-covered": [pk for pk in result.rest if pk in covered],
        "no-budget": list(result.missing_budget),
        "out": list(result.left_out),
    }


def activity_page(result: Result, wanted: str, number: str) -> dict[str, Any]:
    """One page of one list of activities, with who covers each of them.

    wanted: a code of `TABS`, else the largest budgets; number: of the page, from 1. What is no page shows the nearest.
    """
    lists, shown = lists_of(result), wanted if wanted in TABS else "top"
    ids = _largest_first(lists[shown])
    last = max(1, -(-len(ids) // PAGE))
    page = min(max(1, int(number)), last) if number.isascii() and number.isdecimal() and len(number) < 6 else 1
    covered = frozenset(result.covered)
    rows = covers(ids[PAGE * (page - 1) : PAGE * page])
    return {
        "list": shown,
        "tabs": [
            {"code": code, "word": word, "count": len(lists[code]), "current": code == shown}
            for code, word in TABS.items()
            if lists[code] or code in {"top", shown}
        ],
        "rows": [{"cover": row, "activity": row.activity, "covered": str(row.activity.pk) in covered} for row in rows],
        "newer_page": page - 1 if page > 1 else None,
        "older_page": page + 1 if page < last else None,
    }


def _largest_first(ids: Iterable[str]) -> list[int]:
    """By budget, an unknown one before all, as the rule ranks them."""
    rows = Activity.objects.filter(pk__in=[int(pk) for pk in ids]).order_by(F("budget").desc(nulls_first=True), "id")
    return list(rows.values_list("pk", flat=True))


def other_forms(result: Result, facts: Facts) -> list[dict[str, Any]]:
    """What the stored forms that do not govern say of the same facts."""
    others = CoverageVariant.objects.exclude(code=result.variant)
    return [{"variant": row, "figures": LevelFigures.of_result(compute(facts, variant_of(row.code)))} for row in others]


def months_of(unit: Unit, fiscal_year: int, variant: Variant) -> list[dict[str, Any]]:
    """The level on the last day of each month of the year so far, with the bar of the rest."""
    return [
        {"day": day, **strip(unit, LevelFigures.of_result(result), variant)}
        for day, result in history(unit, fiscal_year)
    ]


def read_year(text: str) -> int:
    """The fiscal year (Buddhist Era) of a query string; this one where none is named. Raises Http404 for another one
    than `years_to_choose` offers: a standing is kept of each that is asked for."""
    now = fiscal_year(timezone.localdate())
    if not text:
        return now
    if text not in {str(year) for year in years_to_choose(now)}:
        raise Http404
    return int(text)


def years_to_choose(*also: int) -> list[int]:
    """The fiscal years of which there is a plan, and this one; the latest first.

    Asked of the standings and of what changes them, which every activity has left: they are few, activities are many.
    """
    kept = Standing.objects.filter(activities__gt=0).order_by().values_list("fiscal_year", flat=True).distinct()
    return sorted({*kept, *waiting_years(), fiscal_year(timezone.localdate()), *also}, reverse=True)


def way_to(unit: Unit, among: QuerySet[Unit]) -> list[Unit]:
    """The units of `among` that lie above `unit`, the topmost first."""
    above = UnitReach.objects.filter(unit=unit, distance__gt=0, above__in=among).order_by("-distance", "above")
    return [row.above for row in above.select_related("above")]


def facts_file(unit: Unit, fiscal_year: int) -> HttpResponse:
    """The facts of the level as a file to keep, in the form of docs/coverage-facts.schema.json.

    Raises Http404 for a unit whose activities are too many for a page: what is assessed has fewer.
    """
    if standing_of(unit, fiscal_year).activities > MOST_LISTED:
        raise Http404
    facts = facts_of(unit, fiscal_year)
    content = {
        "variant": variant_of().code,
        "as_of": facts.as_of.isoformat(),
        "published": facts.published,
        "education": facts.education,
        "activities": [_activity_as_json(row, facts.as_of) for row in facts.activities],
    }
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    name = f"coverage-{unit.code}-{fiscal_year}.json"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _activity_as_json(row: ActivityFacts, as_of: date) -> dict[str, Any]:
    award = row.award
    if award is True:
        # The file knows days only. A contract without one counts as signed before whatever ended the activity.
        award = row.cancelled if isinstance(row.cancelled, date) else as_of
    return {
        "id": int(row.id),
        "budget": None if row.budget is None else str(row.budget),
        "cancelled": _day(row.cancelled),
        "award_date": _day(award),
        "first_decision": _day(row.first_decision),
        "seats": [
            {
                "from": seat.start.isoformat(),
                "to": _day(seat.end),
                "qualifying": seat.qualifying,
                "first_decision": _day(seat.first_decision),
            }
            for seat in row.seats
        ],
    }


def _day(value: date | bool | None) -> str | bool | None:
    return value.isoformat() if isinstance(value, date) else value


def below(unit: Unit, fiscal_year: int) -> list[dict[str, Any]]:
    """The open units directly under `unit` that have a plan, with the level of each (of a district: diagnostic)."""
    reach = UnitReach.objects.filter(above=unit, distance=1).values("unit")
    return with_a_plan(open_units().filter(pk__in=reach), fiscal_year)


def with_a_plan(units: Iterable[Unit], fiscal_year: int) -> list[dict[str, Any]]:
    """Those of `units` that have a plan in this year, themselves or below them, with the standing of each."""
    chosen = list(units)
    standings = standings_of(chosen, fiscal_year)
    return [{"unit": row, "standing": standings[row.pk]} for row in chosen if standings[row.pk].activities]
