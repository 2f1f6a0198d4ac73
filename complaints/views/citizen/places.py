"""Where something happened and which office hears of it, in the words of somebody who knows neither codes nor trees."""

import re

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language

from organisations.models import Holding, Role, Unit, UnitReach
from organisations.queries import open_units

PROVINCE_CODE, DISTRICT_CODE = 2, 4
# More than this nobody reads on a telephone; who does not find his office chooses "I am not sure".
MOST_OFFICES = 120

_THAI_DISTRICT = re.compile(r"(?:อำเภอ|เขต)(\S.*)$")
_ENGLISH_DISTRICT = re.compile(r"^(.+?) District\b")


def provinces() -> list[tuple[str, str]]:
    """Official code and name of every province of this installation."""
    rows = open_units().filter(kind=Unit.Kind.PROVINCE, area_code__regex=r"^\d{2}$")
    return [(unit.area_code, unit.name) for unit in rows]


def districts(province: str) -> list[tuple[str, str]]:
    """Official code and name of every district of a province; with "" of all provinces.

    A district is no row of its own: its name is taken from the offices that bear it.
    """
    found: dict[str, str] = {}
    for unit in open_units().filter(kind=Unit.Kind.DISTRICT, area_code__regex=rf"^{province or '..'}..$"):
        found.setdefault(unit.area_code, district_name(unit))
    return list(found.items())


def district_name(unit: Unit) -> str:
    """The bare name of an office's district: "ปัว" of "ที่ทำการปกครองอำเภอปัว"; else the office's own name."""
    if get_language() == "en" and (english := _ENGLISH_DISTRICT.search(unit.name_en)):
        return english[1]
    thai = _THAI_DISTRICT.search(unit.name_th)
    return thai[1] if thai else unit.name


def stored_names(province: str, district: str) -> tuple[str, str]:
    """Province and district by code as they are stored: in Thai, whatever the language of the page."""
    units = open_units()
    of_province = units.filter(kind=Unit.Kind.PROVINCE, area_code=province or None).first()
    of_district = units.filter(kind=Unit.Kind.DISTRICT, area_code=district or None).first()
    thai = _THAI_DISTRICT.search(of_district.name_th) if of_district else None
    return (
        of_province.name_th.removeprefix("จังหวัด") if of_province else "",
        thai[1] if thai else of_district.name_th if of_district else "",
    )


def workplaces(province: str) -> list[Unit]:
    """All open units there and those of no one place, in Thai dictionary order: where somebody of the staff works."""
    near = Q(area_code="") | Q(area_code__startswith=province) if province else Q()
    return list(open_units().filter(near))


def offices(province: str, district: str) -> list[Unit]:
    """The offices to which a complaint from there can go, the nearest first, then the one that has most below it.

    Only offices for which somebody screens, there or above: a complaint is never laid where nobody would read it.
    Anti-corruption centres are left out, for what concerns them goes there by itself.
    """
    today = timezone.localdate()
    screened = UnitReach.objects.filter(
        unit=OuterRef("pk"),
        above__in=Holding.objects.filter(
            user__is_active=True,
            valid__contains=today,
            post__valid__contains=today,
            post__roles__contains=[Role.SCREENER.value],
        ).values("post__unit"),
    )
    near = Q(area_code="") | Q(area_code=province) | Q(area_code__startswith=district or province)
    below = UnitReach.objects.filter(above=OuterRef("pk")).order_by().values("above").annotate(n=Count("*")).values("n")
    rows = (
        open_units()
        .filter(near if province else Q(), Exists(screened))
        .exclude(kind=Unit.Kind.ANTI_CORRUPTION)
        .annotate(below=below)
        .order_by("sort_key")
    )
    nearest = DISTRICT_CODE if district else PROVINCE_CODE
    found = sorted(rows, key=lambda unit: (abs(len(unit.area_code) - nearest), not unit.area_code, -(unit.below or 0)))
    return found[:MOST_OFFICES]
