"""Who reads the statistics of a month: each unit its own, the superior those of the units directly below it, and the
province those of the units that lie in it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.rules import READERS
from notifications import events
from organisations.formats import write_month
from organisations.models import Role, Unit, UnitLink, User
from organisations.queries import holders_of, units_below, units_where

EVENT = "monthly_statistics"
_TOLD = (Role.HEAD, Role.EXECUTIVE)


def register() -> None:
    """Make the news of a month's statistics known."""
    events.register(events.Event(EVENT, "house", _recipients, _sentence, _page))


def reported_units(unit: Unit, on: date) -> list[Unit]:
    """The unit itself, and those that report to it: directly below it on the line, or in it where it is a province."""
    line, province = _superiors(on)
    below = {child for child, parent in line.items() if parent == unit.pk}
    below |= {child for child, home in province.items() if home == unit.pk}
    return [unit, *Unit.objects.filter(pk__in=below - {unit.pk})]


def readers_of(units: Iterable[int], on: date) -> list[int]:
    """Ids of the units in which the statistics of `units` are read: themselves, their superiors and provinces."""
    line, province = _superiors(on)
    own = set(units)
    return sorted(own | {way[unit] for unit in own for way in (line, province) if unit in way})


def readable_unit(user: User, code: str) -> Unit | None:
    """The unit of that code if `user` holds a post in it or above it for which complaints exist; else None."""
    return Unit.objects.filter(code=code, pk__in=units_below(units_where(user, READERS))).first()


def _superiors(on: date) -> tuple[dict[int, int], dict[int, int]]:
    """(unit → the unit above it on the line, unit → the province it lies in), as the tree stood on that day."""
    links: dict[str, dict[int, int]] = {UnitLink.Axis.LINE: {}, UnitLink.Axis.AREA: {}}
    rows = UnitLink.objects.filter(axis__in=links, valid__contains=on).values_list("axis", "child", "parent")
    for axis, child, parent in rows:
        links[axis][child] = parent
    area = links[UnitLink.Axis.AREA]
    provinces = set(Unit.objects.filter(kind=Unit.Kind.PROVINCE).values_list("pk", flat=True))
    return links[UnitLink.Axis.LINE], {unit: home for unit in area if (home := _home(unit, area, provinces))}


def _home(unit: int, area: Mapping[int, int], provinces: set[int]) -> int | None:
    seen = {unit}
    while (above := area.get(unit)) and above not in seen:
        if above in provinces:
            return above
        unit = above
        seen.add(unit)
    return None


# --- The news -----------------------------------------------------------------------------------------------------
def _recipients(facts: Mapping[str, Any]) -> list[User]:
    people = {user.pk: user for role in _TOLD for user in holders_of(facts["unit"], role)}
    return list(people.values())


def _sentence(facts: Mapping[str, Any]) -> str:
    words = {"unit": Unit.objects.get(pk=facts["unit"]).name, "month": write_month(_month(facts))}
    return _("Statistics of complaints for %(month)s: %(unit)s") % words


def _page(facts: Mapping[str, Any]) -> str:
    return reverse("monthly", args=[Unit.objects.get(pk=facts["unit"]).code, facts["month"]])


def _month(facts: Mapping[str, Any]) -> date:
    return date.fromisoformat(f"{facts['month']}-01")
