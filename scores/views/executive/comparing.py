"""Units side by side: their open cases, participation and anti-corruption, each number with what it counts."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from complaints.overview import OVERVIEW_ROLES, Figure, figures_of, in_scope, scope
from complaints.views.executive.selecting import list_url, read_selection
from organisations.accounts import role_required
from organisations.calendar import fiscal_year
from organisations.models import Unit, UnitReach, User
from organisations.queries import open_units
from organisations.sheets import csv_response
from procurement.coverage.standing import standings_of
from procurement.models import Standing
from scores.daily import LIVE
from scores.exact import shown
from scores.executive import ANTI_CORRUPTION, PARTICIPATION, Live, part_of
from scores.results import NodeScore
from workflows.casepages.access import reader
from workflows.metrics import hidden_from

LEAST, MOST = 2, 5
MOST_BELOW = 60
"""All units below one that are compared at once, as on the board."""


@dataclass(frozen=True)
class Row:
    """A unit with its figures. participation, anti: None where the rubric cannot score it; standing: None without a
    plan in the year."""

    unit: Unit
    cases: Figure
    standing: Standing | None
    participation: NodeScore | None
    anti: NodeScore | None
    late_url: str
    soon_url: str
    open_url: str
    level_url: str
    score_url: str

    @property
    def late_share(self) -> float | None:
        """The share of its open cases that is overdue, 0 to 1; None where nothing is open."""
        return self.cases.late / self.cases.cases if self.cases.cases else None


@require_GET
@role_required(*OVERVIEW_ROLES)
def executive_compare(request: HttpRequest) -> HttpResponse:
    """`unit`, 2 to 5 times: the codes of what is compared; or `below`: a unit, of which all directly below are;
    `as=csv` the same as a file. Without them the choice: the units directly below that of the overview (`under`).

    404 for a unit that is not the reader's to oversee.
    """
    user, today = reader(request), timezone.localdate()
    under = read_selection(request.GET, user).under if not request.GET.getlist("unit") else None
    below = _one(user, request.GET.get("below", ""))
    tops = [below or under] if below or under else scope(user)
    choice = _directly_below(tops)
    chosen = choice[:MOST_BELOW] if below else _chosen(user, request.GET)
    few = bool(chosen) and not below and not LEAST <= len(chosen) <= MOST
    rows = [] if few else _rows(user, chosen)
    if request.GET.get("as") == "csv" and rows:
        return csv_response(f"compare-{today.isoformat()}.csv", *_sheet(rows))
    if not choice and len(tops) == 1:
        choice = tops
    context: dict[str, Any] = {
        "under": below or under,
        "rows": rows,
        "few": few,
        "least": LEAST,
        "most": MOST,
        "choice": [(unit, not below and unit in chosen) for unit in choice],
        "all_of": tops[0] if len(tops) == 1 and len(choice) > 1 else None,
        "left_out": max(0, len(choice) - MOST_BELOW) if below else 0,
        "year": fiscal_year(today),
        "now": timezone.now(),
        "back": f"?under={under.code}" if under else "",
    }
    return render(request, "scores/executive_compare.html", context)


def _one(user: User, code: str) -> Unit | None:
    unit = in_scope(user, code) if code else None
    if code and unit is None:
        raise Http404
    return unit


def _chosen(user: User, values: QueryDict) -> list[Unit]:
    found = [_one(user, code) for code in dict.fromkeys(values.getlist("unit")[:MOST_BELOW]) if code]
    return [unit for unit in found if unit]


def _directly_below(tops: list[Unit]) -> list[Unit]:
    rows = UnitReach.objects.filter(above__in=tops, distance=1)
    below = list(open_units().filter(pk__in=rows.values("unit")))
    return below if len(tops) == 1 else [*tops, *(unit for unit in below if unit not in tops)]


def _rows(user: User, units: list[Unit]) -> list[Row]:
    """A fixed number of queries, however many units."""
    today = timezone.localdate()
    year = fiscal_year(today)
    cases, standings = figures_of(user, units, today=today), standings_of(units, year)
    live = Live.of(units, today, hidden_from(user))
    scored = {unit.pk: score for unit in units if (score := live.score(unit))}
    level = reverse("level")

    def part(unit: Unit, code: str) -> NodeScore | None:
        return part_of(scored[unit.pk], code) if unit.pk in scored else None

    return [
        Row(
            unit,
            cases[unit.pk],
            standings[unit.pk] if standings[unit.pk].activities else None,
            part(unit, PARTICIPATION),
            part(unit, ANTI_CORRUPTION),
            list_url(unit, due="late"),
            list_url(unit, due="soon"),
            list_url(unit),
            f"{level}?unit={unit.code}&year={year}",
            reverse("unit_score", args=[unit.code, LIVE, year]),
        )
        for unit in units
    ]


def _sheet(rows: list[Row]) -> tuple[list[str], list[list[Any]]]:
    head = [
        _("Code"), _("Unit"), _("Still open"), _("Overdue"), _("Overdue in percent"), _("Due within 3 days"),
        _("Participation: level"), _("Participation: points"), _("Largest budgets, covered"), _("Largest budgets"),
        _("Others, covered"), _("Others"), _("Anti-corruption: level"), _("Anti-corruption: points"),
    ]  # fmt: skip
    return head, [
        [
            row.unit.code, row.unit.name, row.cases.cases, row.cases.late,
            shown(Fraction(100 * row.cases.late, row.cases.cases)) if row.cases.cases else None, row.cases.soon,
            *_of_part(row.participation), *_of_standing(row.standing), *_of_part(row.anti),
        ]
        for row in rows
    ]  # fmt: skip


def _of_part(part: NodeScore | None) -> list[Any]:
    return [None, None] if part is None else [part.level, shown(Fraction(part.points))]


def _of_standing(standing: Standing | None) -> list[Any]:
    if standing is None:
        return [None] * 4
    return [standing.top_covered, standing.top, standing.rest_covered, standing.rest]
