"""Who may have a case in hand, and which cases are in hands that may have them no longer.

One rule in two forms: `why_gone()` for one case under its lock, `strayed()` for all there are.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Holding, UnitReach
from workflows.actors import Actor, is_conflicted, post_for
from workflows.graph import Text, needs
from workflows.models import Case, Conflict
from workflows.registry import all_kinds, kind_of

LEFT, POST_ENDED, CONFLICT = "left", "post_ended", "conflict"
Facts = Mapping[str, Any] | None


def why_gone(case: Case) -> str:
    """Why the holder may have `case` in hand no longer: `LEFT`, `POST_ENDED` or `CONFLICT`; "" while he may, or where
    nobody has it. The same rule as `strayed()`, for one case."""
    holder = case.holder
    if holder is None:
        return ""
    if not holder.is_active:
        return LEFT
    if is_conflicted(holder, case):
        return CONFLICT
    hands = kind_of(case.kind).hands
    return "" if any(post_for(holder, case, role) for role in hands) else POST_ENDED


def in_hand(case: Case) -> bool:
    """Whether the case is in the hands of somebody who may have it."""
    return case.holder is not None and not why_gone(case)


def strayed(users: Iterable[int] | None = None) -> QuerySet[Case]:
    """Open cases whose holder may have them no longer. users: only of these people.

    He is not active, or he has a conflict, or he holds no post today with a role of `Kind.hands` that reaches the unit:
    in it, or above it where the case is not protected.
    """
    today, found = timezone.localdate(), Q(pk__in=[])
    for kind in all_kinds():
        if not kind.hands:
            continue
        roles = list(kind.hands)
        in_it = Holding.objects.filter(
            user=OuterRef("holder"),
            valid__contains=today,
            post__valid__contains=today,
            post__roles__overlap=roles,
            post__unit=OuterRef("unit"),
        )
        above = UnitReach.objects.filter(
            unit=OuterRef("unit"),
            above__posts__roles__overlap=roles,
            above__posts__valid__contains=today,
            above__posts__holdings__valid__contains=today,
            above__posts__holdings__user=OuterRef("holder"),
        )
        unreached = Q(protected=True) & ~Exists(in_it) | Q(protected=False) & ~Exists(above)
        found |= Q(kind=kind.graph.kind) & unreached
    gone = Q(holder__is_active=False) | Exists(Conflict.objects.filter(user=OuterRef("holder"), case=OuterRef("pk")))
    kinds = [kind.graph.kind for kind in all_kinds() if kind.hands]
    cases = Case.objects.filter(gone | found, is_open=True, holder__isnull=False, kind__in=kinds)
    return cases if users is None else cases.filter(holder__in=list(users))


def in_closed_units() -> QuerySet[Case]:
    """Open cases that lie in a unit that is closed today."""
    return Case.objects.filter(is_open=True, unit__closed_on__lte=timezone.localdate())


@needs(_("a holder who may have it no longer"))
def holder_is_gone(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001 - the shape of a guard
    """See `why_gone`."""
    return None if why_gone(case) else _("The case is in the hands of somebody who may have it.")


@needs(_("somebody above who takes the next step, or no longer"))
def rises_elsewhere(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001 - the shape of a guard
    """`Kind.rises_to` says another unit than the case does."""
    above = kind_of(case.kind).rises_to(case)
    if (above.pk if above else None) != case.raised_to_id:
        return None
    return _("The case lies where its next step is taken.")
