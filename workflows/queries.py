"""The only reads of cases for pages: what exists for a person, and the queues."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from organisations.models import Role, UnitReach, User
from organisations.queries import units_where
from workflows.models import Case, Conflict

WORKING_ROLES = frozenset(set(Role.values) - {Role.ADMINISTRATOR})


def visible_to(user: User) -> QuerySet[Case]:
    """The cases that exist for `user`; for all others he gets the same 404 as for an unknown number.

    His own unit and what lies below it, nothing beside it; a protected case only in its own unit or the one it was
    raised to; what is in his hands; nothing he has a conflict with (domain: Organisation, Conflict rule). An
    administrator of the system sees no case. Denies by default.
    """
    if not user.is_active:
        return Case.objects.none()
    units = units_where(user, WORKING_ROLES)
    below = UnitReach.objects.filter(above__in=units, unit=OuterRef("unit"))
    decides = units_where(user, {Role.HEAD, Role.APPROVER})
    return Case.objects.filter(
        Q(holder=user)
        | (Q(protected=False) & Exists(below))
        | Q(protected=True, unit__in=units)
        | Q(protected=True, raised_to__in=decides)
    ).exclude(Exists(Conflict.objects.filter(user=user, case=OuterRef("pk"))))


def queue(user: User, name: str) -> QuerySet[Case]:
    """The open cases of a queue, earliest due first: `mine`, `unit` (own units), `unassigned`, `overdue`, `all`.

    Unassigned: nobody has it, in the units of `user`; what is not screened yet is shown to screeners only. Overdue: a
    duty is past its due day.
    Raises KeyError for another name.
    """
    from django.utils import timezone

    units, screens = units_where(user, WORKING_ROLES), units_where(user, {Role.SCREENER})
    narrowed = {
        "mine": Q(holder=user),
        "unit": Q(unit__in=units),
        "unassigned": Q(unit__in=units, holder=None) & (Q() if screens else Q(screened=True)),
        "overdue": Q(next_due__lt=timezone.localdate()),
        "all": Q(),
    }[name]
    return visible_to(user).filter(narrowed, is_open=True).order_by(F("next_due").asc(nulls_last=True), "id")
