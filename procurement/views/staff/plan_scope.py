"""Which plan a page shows: a unit the reader reads and a fiscal year, both in the query string."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone
from django.utils.http import urlencode

from organisations.accounts import RoleNeeded
from organisations.calendar import fiscal_year
from organisations.models import Role, Unit, UnitReach, User
from organisations.queries import units_where
from procurement.models import Activity
from procurement.queries import activities_visible_to, units_planned_by, units_read_by
from procurement.rules import READERS
from workflows.casepages.access import reader

ROLES = tuple(role for role in Role if role in READERS)
# How many units stand in one list; above it, a list leads down the tree step by step.
MOST_UNITS = 300
_FIRST_YEAR, _LAST_YEAR = 2500, 2700


@dataclass(frozen=True)
class Scope:
    """The plan of `unit` in the fiscal year `year` (Buddhist Era), as `user` reads it."""

    user: User
    unit: Unit
    year: int

    @cached_property
    def keeps(self) -> bool:
        """Whether `user` keeps this plan as procurement officer; else he only reads it."""
        return keeps_plan_of(self.user, self.unit)

    @property
    def query(self) -> str:
        """The query string that leads to the same plan on another page."""
        return "?" + urlencode({"unit": self.unit.code, "year": self.year})

    def need_to_keep(self) -> None:
        """Raises RoleNeeded (403) for who only reads this plan."""
        if not self.keeps:
            raise RoleNeeded(Role.PROCUREMENT)

    def choices(self) -> dict[str, Any]:
        """For `procurement/plan_scope.html`: the units and years to choose from. Three queries."""
        years = set(Activity.objects.filter(unit=self.unit).values_list("fiscal_year", flat=True).distinct())
        now = this_year()
        return {
            "scope": self,
            "units": _units_to_choose(self.user, self.unit),
            "years": sorted(years | {self.year, now - 1, now, now + 1}, reverse=True),
        }


def this_year() -> int:
    """The fiscal year of today, Buddhist Era."""
    return fiscal_year(timezone.localdate())


def scope_of(request: HttpRequest, values: QueryDict | None = None) -> Scope:
    """The plan that `unit` (a code) and `year` of the query string (or of `values`) name; by default one's own unit and
    this year. Raises Http404 for a unit that is not there for the reader, and for what is no year."""
    user, wanted = reader(request), request.GET if values is None else values
    units = units_read_by(user)
    if code := wanted.get("unit", ""):
        unit = units.filter(code=code).first()
    else:
        unit = units.filter(pk__in=units_where(user, {Role.PROCUREMENT})).first()
        unit = unit or units.filter(pk__in=units_where(user, READERS)).first() or units.first()
    if unit is None:
        raise Http404
    return Scope(user, unit, _year(wanted.get("year", "")))


def activity_for(user: User, pk: int) -> Activity:
    """A plan activity by its key. Raises Http404, the same whether it is unknown or not for `user`."""
    found = activities_visible_to(user).select_related("unit").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def keeps_plan_of(user: User, unit: Unit) -> bool:
    """Whether `user` keeps the plan of `unit` as procurement officer."""
    return units_planned_by(user).filter(pk=unit.pk).exists()


def scope_of_activity(user: User, activity: Activity) -> Scope:
    """The plan an activity belongs to."""
    return Scope(user, activity.unit, activity.fiscal_year)


def _year(text: str) -> int:
    if not text:
        return this_year()
    if not (text.isascii() and text.isdecimal() and _FIRST_YEAR <= int(text[:5]) <= _LAST_YEAR):
        raise Http404
    return int(text)


def _units_to_choose(user: User, chosen: Unit) -> list[Unit]:
    """All units he reads; where they are too many for a list, the chosen one with what lies beside the way to it."""
    units = list(units_read_by(user)[: MOST_UNITS + 1])
    if len(units) <= MOST_UNITS:
        return units
    near = UnitReach.objects.filter(above=chosen, distance__lte=1).values("unit")
    above = UnitReach.objects.filter(unit=chosen).values("above")
    own = units_where(user, READERS)
    return list(units_read_by(user).filter(Q(pk__in=near) | Q(pk__in=above) | Q(pk__in=own)))
