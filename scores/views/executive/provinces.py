"""The map of provinces: how many open cases are late in each, or which level of participation it has; beside it the
same as a table. Only units that the reader oversees are filled."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from complaints.overview import OVERVIEW_ROLES, Figure, figures_of, scope
from complaints.views.executive.selecting import list_url, read_selection
from organisations.accounts import role_required
from organisations.calendar import fiscal_year
from organisations.formats import write_number, write_share
from organisations.models import Unit, User
from organisations.queries import open_units, units_below
from procurement.coverage.reading import variant_of
from procurement.coverage.standing import standings_of
from procurement.models import Standing
from scores.showing import say
from scores.tiles import TINTS, Province, provinces, tint
from workflows.casepages.access import reader

SHOWN = ("late", "level")
SIZE = 44
"""The side of a tile with the gap beside it, in units of the drawing."""
_OF_PROVINCES = (Unit.Kind.PROVINCE, Unit.Kind.PROVINCIAL_OFFICE)


@dataclass(frozen=True)
class Place:
    """A unit that stands for a province. tint: 0 to `TINTS`; word: its figure as a sentence; figure: as it stands in
    the tile."""

    unit: Unit
    url: str
    cases: Figure
    standing: Standing | None
    tint: int
    figure: str
    word: str
    late_url: str
    open_url: str


@dataclass(frozen=True)
class Tile:
    """A province on the map, with the unit that stands for it where the reader oversees one."""

    x: int
    y: int
    name: str
    short: str
    place: Place | None


@require_GET
@role_required(*OVERVIEW_ROLES)
def executive_map(request: HttpRequest) -> HttpResponse:
    """The map of the units of the overview (`under`); `show`: a code of `SHOWN`. 404 for a unit that is not the
    reader's to oversee and for anything else to show."""
    user, today = reader(request), timezone.localdate()
    under = read_selection(request.GET, user).under
    shown = request.GET.get("show", SHOWN[0])
    if shown not in SHOWN:
        raise Http404
    places = _places(user, [under] if under else scope(user), shown)
    by_province: dict[str, list[Place]] = {}
    for place in places:
        by_province.setdefault(place.unit.area_code[:2], []).append(place)
    tiles = [_tile(province, by_province.get(province.code, [])) for province in provinces()]
    context: dict[str, Any] = {
        "under": under,
        "shown": shown,
        "tiles": tiles,
        "places": places,
        "without": [place.unit for place in places if len(place.unit.area_code) < 2],
        "size": SIZE,
        "width": SIZE * (1 + max(province.column for province in provinces())),
        "height": SIZE * (1 + max(province.row for province in provinces())),
        "now": timezone.now(),
        "year": fiscal_year(today),
        "tints": range(1, TINTS + 1),
        "query": f"?under={under.code}" if under else "",
    }
    return render(request, "scores/executive_map.html", context)


def units_of(tops: list[Unit]) -> QuerySet[Unit]:
    """The open units that stand for provinces below these: provinces, and offices of a province that is not among
    them."""
    units = open_units().filter(pk__in=units_below(top.pk for top in tops), kind__in=_OF_PROVINCES)
    whole = units.filter(kind=Unit.Kind.PROVINCE)
    return units.exclude(kind=Unit.Kind.PROVINCIAL_OFFICE, pk__in=units_below(whole.values_list("pk", flat=True)))


def _places(user: User, tops: list[Unit], shown: str) -> list[Place]:
    """A fixed number of queries, however many provinces."""
    units = list(units_of(tops))
    today = timezone.localdate()
    cases = figures_of(user, units, today=today)
    standings = standings_of(units, fiscal_year(today))
    highest = max((rule.level for rule in variant_of().levels), default=0)
    made = [_place(unit, cases[unit.pk], standings, shown, highest) for unit in units]
    return sorted(made, key=_late_first if shown == "late" else _low_first)


def _late_first(place: Place) -> float:
    return -place.cases.late / place.cases.cases if place.cases.cases else 0.0


def _low_first(place: Place) -> float:
    return place.standing.level if place.standing else TINTS + 1


def _place(unit: Unit, figure: Figure, standings: Mapping[int, Standing], shown: str, highest: int) -> Place:
    standing = standings[unit.pk] if standings[unit.pk].activities else None
    if shown == "late":
        share = write_share(figure.late / figure.cases, 0) if figure.cases else "–"
        words = {"late": write_number(figure.late), "open": write_number(figure.cases), "share": share}
        strength, word = (
            tint(figure.late, figure.cases),
            _("%(late)s of %(open)s open cases overdue (%(share)s)") % words,
        )
        told = write_number(figure.late) if figure.cases else "–"
    elif standing:
        strength, told = tint(standing.level, highest), write_number(standing.level)
        word = _("participation: level %(level)s") % {"level": told}
    else:
        strength, told, word = 0, "–", _("no plan in this year")
    return Place(
        unit,
        f"{reverse('overview')}?under={unit.code}",
        figure,
        standing,
        strength,
        told,
        word,
        list_url(unit, due="late"),
        list_url(unit),
    )


def _tile(province: Province, places: list[Place]) -> Tile:
    """Where several units stand for a province, the first of the table does on the map: the worst."""
    x, y = SIZE * province.column, SIZE * province.row
    return Tile(x, y, say(province.name), say(province.short), places[0] if places else None)
