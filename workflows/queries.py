"""The only reads of cases for pages: what exists for a person, and the queues."""

from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from organisations.models import Role, UnitReach, User
from organisations.queries import units_where
from workflows.models import Case, Conflict
from workflows.registry import Kind, all_kinds, kind_of


def readers_of(*kinds: str) -> frozenset[str]:
    """The roles for whose holders cases of these kinds exist (all kinds when none is named)."""
    return frozenset(role for kind in _kinds(kinds) for role in kind.readers)


def visible_to(user: User, *kinds: str) -> QuerySet[Case]:
    """The cases of `kinds` (default: all) that exist for `user`; for all others he gets the same 404 as for an unknown
    number.

    His own unit and what lies below it, nothing beside it, by a post whose roles read that kind; a protected case only
    in its own unit or the one it was raised to; nothing he has a conflict with (domain: Organisation, Conflict rule).
    An administrator of the system sees no case. Denies by default.

    What is in his hands he sees by the same posts, for whoever may have a case in hand reads it there (`Kind.hands`): a
    case that ended keeps its last holder, and is his no longer when his post is not. Only where a kind does not say who
    may have it, holding it is enough.
    """
    if not user.is_active:
        return Case.objects.none()
    decides = units_where(user, {Role.HEAD, Role.APPROVER})
    alike: dict[tuple[frozenset[str], bool], list[str]] = {}
    for kind in _kinds(kinds):
        alike.setdefault((kind.readers, bool(kind.hands)), []).append(kind.graph.kind)
    exists = Q(pk__in=[])
    for (readers, by_post), codes in alike.items():
        units = units_where(user, readers)
        below = UnitReach.objects.filter(above__in=units, unit=OuterRef("unit"))
        exists |= Q(kind__in=codes) & (
            (Q() if by_post else Q(holder=user))
            | (Q(protected=False) & Exists(below))
            | Q(protected=True, unit__in=units)
            | Q(protected=True, raised_to__in=decides)
        )
    return Case.objects.filter(exists).exclude(Exists(Conflict.objects.filter(user=user, case=OuterRef("pk"))))


def known_among(user: User, case_ids: Collection[int]) -> set[int]:
    """Those of these cases of which `user` may be told: that exist for him, or that are about him (`concerned`).

    For notices only. What he may read of the latter is for the pages that are his own.
    """
    # Each way by itself: an OR of subqueries is worked out over all cases there are.
    known = set(visible_to(user).filter(pk__in=case_ids).values_list("pk", flat=True))
    for kind in all_kinds():
        # Mostly he knows them all by his post, and nothing more is asked.
        if kind.concerned is not None and (left := set(case_ids) - known):
            known |= set(kind.concerned(user).filter(pk__in=left).values_list("pk", flat=True))
    return known


def counted_for(user: User) -> QuerySet[Case]:
    """The cases that may move a figure of what people have in hand, as `user` is told it: also those of other units,
    for load is load; none that he has a conflict with, and protected ones only where they exist for him."""
    exists = Exists(visible_to(user).filter(pk=OuterRef("pk")))
    barred = Exists(Conflict.objects.filter(user=user, case=OuterRef("pk")))
    return Case.objects.filter(Q(protected=False) | exists).exclude(barred)


def _kinds(codes: tuple[str, ...]) -> tuple[Kind, ...]:
    return tuple(kind_of(code) for code in codes) if codes else all_kinds()


def queue(user: User, kind: str, name: str) -> QuerySet[Case]:
    """The open cases of a kind in a queue, earliest due first: `mine`, `unit` (own), `unassigned`, `overdue`, `all`.
    What has ended is in `ended`, the newest first.

    Unassigned: nobody has it, in the units of `user`; what is not screened yet is shown to screeners only. Overdue: a
    duty is past its due day.
    Raises KeyError for another name.
    """
    from django.utils import timezone

    if name == "ended":
        return visible_to(user, kind).filter(is_open=False).order_by("-id")
    units, screens = units_where(user, readers_of(kind)), units_where(user, {Role.SCREENER})
    narrowed = {
        "mine": Q(holder=user),
        "unit": Q(unit__in=units),
        "unassigned": Q(unit__in=units, holder=None) & (Q() if screens else Q(screened=True)),
        "overdue": Q(next_due__lt=timezone.localdate()),
        "all": Q(),
    }[name]
    return visible_to(user, kind).filter(narrowed, is_open=True).order_by(F("next_due").asc(nulls_last=True), "id")
