"""To which unit a complaint goes."""

from complaints.models import ComplaintKind
from organisations.models import Unit, UnitReach


def owning_unit(kind: ComplaintKind, unit: Unit) -> Unit:
    """The unit that handles a kind: the one the rule data names, else for protected kinds the anti-corruption centre
    above `unit`, else `unit` itself."""
    if kind.owning_unit is not None:
        return kind.owning_unit
    if kind.protected and (centre := anti_corruption_centre(unit)):
        return centre
    return unit


def anti_corruption_centre(unit: Unit) -> Unit | None:
    """The nearest anti-corruption centre (ศปท.) above a unit (domain: above the unit accused); None without one.

    A centre stands under the head office whose matters it takes, so it is looked for among what lies directly below
    each unit above, from the nearest upwards. A complaint that is in a centre already stays there.
    """
    if unit.kind == Unit.Kind.ANTI_CORRUPTION:
        return unit
    above = UnitReach.objects.filter(unit=unit).order_by("distance").values_list("above", flat=True)
    for upper in above:
        centre = Unit.objects.filter(
            kind=Unit.Kind.ANTI_CORRUPTION,
            closed_on=None,
            pk__in=UnitReach.objects.filter(above=upper, distance=1).values("unit"),
        ).first()
        if centre:
            return centre
    return None
