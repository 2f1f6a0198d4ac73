"""Who reads statistics: each unit its own, the superior those of the units directly below it, and the province those of
the units that lie in it; each unit with all that lies below it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.rules import READERS
from notifications import events
from organisations.models import Role, Unit, UnitLink, User
from organisations.queries import holders_of, units_below, units_where

from .periods import Period, period_of

EVENT = "monthly_statistics"
_TOLD = (Role.HEAD, Role.EXECUTIVE)


def register() -> None:
    """Make the news of a month's statistics known."""
    events.register(events.Event(EVENT, "house", _recipients, _sentence, _page))


@dataclass(frozen=True)
class Row:
    """A row of statistics: a unit, and the ids of the units whose figures it adds up. itself: the unit alone."""

    unit: Unit
    units: frozenset[int]
    itself: bool = False


def rows_of(unit: Unit, on: date) -> list[Row]:
    """The unit itself, and those directly below it on the line or in the area, each with all that lies below it; as the
    tree stood on that day. A unit that lies below two of them is in both rows."""
    below: dict[int, set[int]] = {}
    for links in _links(on).values():
        for child, parent in links.items():
            below.setdefault(parent, set()).add(child)
    children = Unit.objects.filter(pk__in=below.get(unit.pk, set()) - {unit.pk})
    return [Row(unit, frozenset({unit.pk}), itself=True), *(Row(each, _all_below(each.pk, below)) for each in children)]


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
    links = _links(on)
    area = links[UnitLink.Axis.AREA]
    provinces = set(Unit.objects.filter(kind=Unit.Kind.PROVINCE).values_list("pk", flat=True))
    return links[UnitLink.Axis.LINE], {unit: home for unit in area if (home := _home(unit, area, provinces))}


def _links(on: date) -> dict[str, dict[int, int]]:
    """For the line and the area: each unit with the one above it, as the tree stood on that day."""
    links: dict[str, dict[int, int]] = {UnitLink.Axis.LINE: {}, UnitLink.Axis.AREA: {}}
    rows = UnitLink.objects.filter(axis__in=links, valid__contains=on).values_list("axis", "child", "parent")
    for axis, child, parent in rows:
        links[axis][child] = parent
    return links


def _all_below(unit: int, below: Mapping[int, set[int]]) -> frozenset[int]:
    found, ahead = {unit}, [unit]
    while ahead:
        new = below.get(ahead.pop(), set()) - found
        found |= new
        ahead += new
    return frozenset(found)


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
    period = _period(facts)
    words = {"unit": Unit.objects.get(pk=facts["unit"]).name, "month": period.name if period else ""}
    return _("Statistics of complaints for %(month)s: %(unit)s") % words


def _page(facts: Mapping[str, Any]) -> str:
    unit = Unit.objects.get(pk=facts["unit"]).code
    return (
        reverse("monthly", args=[unit, facts["month"]])
        if "month" in facts
        else reverse("statistics", args=[unit, facts["period"]])
    )


def _period(facts: Mapping[str, Any]) -> Period | None:
    return period_of(facts.get("month") or facts["period"])
