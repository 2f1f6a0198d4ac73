"""The districts from which somebody may apply, by provinces where they are too many for one list."""

from django.db.models import QuerySet
from django.utils import timezone

from organisations.models import Holding, Role, Unit, UnitReach
from organisations.queries import open_units, units_below

MOST = 120
"""Districts in one list; beyond it the province is asked first."""


def districts(province: Unit | None = None) -> "QuerySet[Unit]":
    """The open districts whose pool somebody keeps, of a province or all; where there is none, all such units.

    A district without procurement staff of its own or above it would take applications that nobody ever sees.
    """
    units = open_units().filter(pk__in=units_below(_kept_units()))
    if province is not None:
        units = units.filter(pk__in=units_below([province.pk]))
    found = units.filter(kind=Unit.Kind.DISTRICT)
    return found if found.exists() or province is not None else units


def _kept_units() -> list[int]:
    """Units in which somebody is procurement officer today."""
    today = timezone.localdate()
    held = Holding.objects.filter(
        valid__contains=today,
        post__valid__contains=today,
        post__roles__contains=[Role.PROCUREMENT],
        user__is_active=True,
    )
    return list(held.values_list("post__unit", flat=True).distinct())


def provinces_to_choose() -> list[Unit]:
    """The provinces with a district below them, where the districts are too many for one list; else none."""
    if districts()[: MOST + 1].count() <= MOST:
        return []
    below = UnitReach.objects.filter(unit__in=districts().values("pk"), distance__gt=0)
    return list(open_units().filter(kind=Unit.Kind.PROVINCE, pk__in=below.values("above")))
