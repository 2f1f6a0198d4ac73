"""To which unit a complaint goes."""

from collections.abc import Collection

from django.utils import timezone

from complaints.models import ComplaintKind
from organisations.models import Role, Unit, UnitLink, UnitReach
from organisations.queries import heir_of, holders_of, open_units
from workflows.models import Case


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
    today = timezone.localdate()
    if unit.kind == Unit.Kind.ANTI_CORRUPTION and not unit.is_closed(today):
        return unit
    found = _staffed_centre(_above(unit))
    return Unit.objects.get(pk=found) if found else unit


def heir(case: Case) -> Unit | None:
    """Where a case goes whose unit has closed: to whom it names or the unit above; None where there is nobody.

    A protected case goes to the centre that takes over, or else as if it came in anew: never to just any unit.
    """
    named = heir_of(case.unit)
    if not case.protected or (named is not None and named.kind == Unit.Kind.ANTI_CORRUPTION):
        return named
    # A centre that stands nowhere any more is looked above from where it stood.
    above = _above(case.unit) or ([named.pk, *_above(named)] if named else [])
    found = _staffed_centre(above)
    return Unit.objects.get(pk=found) if found else None


def above_both(unit: Unit, other: Unit, *, protected: bool) -> Unit:
    """The nearest unit above `unit` in which somebody screens and that reaches both, for the second bounce (domain:
    transfer); protected: a centre directly below it. `other` where there is none."""
    reaching = set(UnitReach.objects.filter(unit=other).values_list("above", flat=True))
    return _first([upper for upper in _above(unit) if upper in reaching], protected=protected) or other


def above_respondents(unit: Unit, led: set[int], *, protected: bool) -> Unit:
    """Where a complaint in `unit` goes whose respondents lead the units `led`: beyond the highest of them that stands
    above it (domain: above the unit accused), and to no centre that one of them leads. It stays where none of them
    does, or nobody screens above."""
    line = [unit.pk, *_above(unit)]
    places = [place for place, upper in enumerate(line) if upper in led]
    return _first(line[places[-1] + 1 :], protected=protected, besides=led) or unit if places else unit


def _first(above: list[int], *, protected: bool, besides: Collection[int] = ()) -> Unit | None:
    staffed = (upper for upper in above if _is_staffed(upper))
    found = _staffed_centre(above, besides) if protected else next(staffed, None)
    return Unit.objects.get(pk=found) if found else None


def _staffed_centre(above: list[int], besides: Collection[int] = ()) -> int | None:
    """Directly below the nearest of these units that has one, a centre in which somebody screens, and none of
    `besides`; else the nearest unit that does so itself."""
    centres = open_units().filter(kind=Unit.Kind.ANTI_CORRUPTION).exclude(pk__in=besides)
    for upper in above:
        for centre in centres.filter(pk__in=UnitReach.objects.filter(above=upper, distance=1).values("unit")):
            if _is_staffed(centre.pk):
                return centre.pk
    return next((upper for upper in above if _is_staffed(upper)), None)


def _is_staffed(unit_id: int) -> bool:
    """Whether it is open and somebody screens there: a protected matter is seen from nowhere else."""
    return open_units().filter(pk=unit_id).exists() and holders_of(unit_id, Role.SCREENER).exists()


def above_the_accused(unit: Unit, *, head: bool) -> Unit | None:
    """Of which unit a matter of the staff's hotline is said to be, so that `protected_unit` takes it above whom it is
    about: somebody in `unit`, or with `head` who leads it. Then it goes one further up, for a grievance against a
    superior is decided by the superior of that superior (พ.ร.บ. ระเบียบข้าราชการพลเรือน พ.ศ. 2551 มาตรา 122, S4:313).

    None when it is about the head and nobody above him screens here.
    """
    higher = head or unit.kind == Unit.Kind.ANTI_CORRUPTION
    above = _above(unit)
    units = Unit.objects.in_bulk(above)
    for candidate in [*([] if higher else [unit]), *(units[pk] for pk in above)]:
        found = protected_unit(candidate).pk
        if found != unit.pk and _is_staffed(found):
            return candidate
    return None if head else unit


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
    # Two axes may lead up equally far: then as the tree of units is ordered, so that the answer is always the same.
    nearest = ("distance", "above__sort_key", "above")
    own = UnitReach.objects.filter(unit=unit, distance__gt=0).order_by(*nearest).values_list("above", flat=True)
    theirs = UnitReach.objects.filter(unit__in=supervisors).order_by(*nearest).values_list("above", flat=True)
    return list(dict.fromkeys([*own, *theirs]))
