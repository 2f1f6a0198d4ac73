"""To which unit a complaint goes."""

from django.utils import timezone

from complaints.models import ComplaintKind
from organisations.models import Role, Unit, UnitLink, UnitReach
from organisations.queries import holders_of


def owning_unit(kind: ComplaintKind, unit: Unit) -> Unit:
    """The unit the rule data names for a kind, else for protected kinds `protected_unit`, else `unit` itself."""
    if kind.owning_unit is not None:
        return kind.owning_unit
    return protected_unit(unit) if kind.protected else unit


def protected_unit(unit: Unit) -> Unit:
    """Where a protected matter about `unit` goes.

    To the nearest anti-corruption centre (ศปท.) above it (domain: above the unit accused). Where an installation has
    no centre there in which somebody screens, to the next unit above that has a screener; failing that it stays.

    A centre stands under the head office whose matters it takes, so it is looked for among what lies directly below
    each unit above, from the nearest upwards. Supervision counts here, though it gives no other right: a local body's
    matter must not stay with the local body. A complaint that is in a centre already stays there.
    """
    if unit.kind == Unit.Kind.ANTI_CORRUPTION:
        return unit
    above = _above(unit)
    for upper in above:
        for centre in Unit.objects.filter(
            kind=Unit.Kind.ANTI_CORRUPTION,
            closed_on=None,
            pk__in=UnitReach.objects.filter(above=upper, distance=1).values("unit"),
        ):
            if _is_staffed(centre.pk):
                return centre
    upwards = next((upper for upper in above if _is_staffed(upper)), None)
    return Unit.objects.get(pk=upwards) if upwards else unit


def _is_staffed(unit_id: int) -> bool:
    """Whether somebody screens there: a protected matter is seen from nowhere else."""
    return holders_of(unit_id, Role.SCREENER).exists()


def lineage(code: str) -> tuple[str, ...]:
    """A kind by its code and the kinds it is part of, the nearest first."""
    chain: list[str] = []
    while code and code not in chain:
        chain.append(code)
        code = ComplaintKind.objects.filter(pk=code).values_list("parent", flat=True).first() or ""
    return tuple(chain)


def _above(unit: Unit) -> list[int]:
    """Ids of the units above `unit`, the nearest first: on its own axes, then from who supervises it."""
    supervisors = UnitLink.objects.filter(
        child=unit, axis=UnitLink.Axis.SUPERVISION, valid__contains=timezone.localdate()
    ).values_list("parent", flat=True)
    own = UnitReach.objects.filter(unit=unit, distance__gt=0).order_by("distance").values_list("above", flat=True)
    theirs = UnitReach.objects.filter(unit__in=supervisors).order_by("distance").values_list("above", flat=True)
    return list(dict.fromkeys([*own, *theirs]))
