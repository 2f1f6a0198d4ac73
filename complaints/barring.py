"""For whom a complaint stops existing because of whom it is about (domain: Conflict rule)."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from complaints import routing
from complaints.matters import Matter
from complaints.models import AgencyRequest, ComplaintCase, Respondent
from organisations.models import Role, Unit, User
from organisations.queries import holders_of, people_led_by, units_where
from workflows.actors import TIMER
from workflows.handover import put_back_strayed, take
from workflows.hands import strayed
from workflows.keys import not_erased
from workflows.models import Case, CaseLink, Conflict
from workflows.transitions import Step, perform, without_deadlock

logger = logging.getLogger(__name__)
_BATCH = 1000
# What follows from other rows, and ends with them.
_FOLLOWING = (Conflict.Cause.RESPONDENT, Conflict.Cause.SUBORDINATE, Conflict.Cause.RELATED)


@dataclass(frozen=True)
class Consequences:
    """What follows when somebody is named: barred, user → why the case does not exist for him; unit, where it lies."""

    barred: dict[int, str]
    unit: Unit


def barred_by(accused: Iterable[User]) -> dict[int, str]:
    """User → why a case does not exist for him: he is complained about, or works in a unit that such a person leads."""
    barred: dict[int, str] = {}
    people = list(accused)
    for user in people:
        for subordinate in people_led_by(user):
            barred.setdefault(subordinate.pk, Conflict.Cause.SUBORDINATE)
    barred.update({user.pk: Conflict.Cause.RESPONDENT for user in people})
    return barred


def consequences(case: Case, user: User) -> Consequences:
    """What would follow if `user` were named in `case`. Only reads."""
    return Consequences(barred_by([user]), _unit_above(case, [user]))


def bar(step: Step) -> None:
    """Bring the conflicts of a complaint, and of what hangs together with it, in step with whom it is about.

    Whoever is barred and had the case no longer has it; a case that lies under a respondent moves above him.
    """
    case = step.case
    settle_matter(step)
    unit = unit_above_accused(case)
    if unit.pk != case.unit_id:
        case.unit = unit
        step.hand_to(None)
    vars(case).pop("_conflicted", None)
    if case.holder_id and Conflict.objects.filter(case=case.pk, user=case.holder_id).exists():
        step.hand_to(None)


def settle_matter(step: Step, case: Case | None = None) -> None:
    """`settle()` within a step, for the whole matter of its case or of `case`; after the step it takes effect in the
    others: what lies under a respondent moves above him, and whoever is barred and had one no longer has it."""
    about = case or step.case
    settle(about)
    step.then(lambda: _take_effect(step, Matter(about.pk)))


def _take_effect(step: Step, matter: Matter) -> None:
    others = ComplaintCase.objects.filter(pk__in=matter.cases - {step.case.pk}, is_open=True).select_related("unit")
    for other in others.order_by("pk"):
        if unit_above_accused(other).pk != other.unit_id:
            perform(other, "raise_above", TIMER, at=step.at)
    requests = AgencyRequest.objects.filter(complaint__in=matter.cases).values("case")
    for other in strayed().filter(Q(pk__in=matter.cases) | Q(pk__in=requests)).order_by("pk"):
        perform(other, "put_back", TIMER, at=step.at)


def settle(case: Case) -> None:
    """Write the conflicts that follow from the respondents of `case` and from what was declared in it, and take away
    those that no longer follow.

    They hold for the whole matter: the case, what is merged with it, the whole it is a part of and its own parts
    (`matters.Matter`), and the requests about each. What was declared in a case stays there. Called in every step that
    changes whom it is about or what hangs together, and every night; in a transaction. A case that was erased goes on
    not to exist for whom it did not exist before, though nobody knows any more whom it was about
    (`complaints.erasing`).
    """
    matter = Matter(case.pk)
    # Nobody names a respondent in one of them between what is read and what is written here.
    list(Case.objects.select_for_update(no_key=True).filter(pk__in=matter.cases).order_by("pk").values_list("pk"))
    read = set(not_erased(ComplaintCase.objects.filter(pk__in=matter.cases)).values_list("pk", flat=True))
    now = timezone.now()
    for group in matter.groups():
        cases = read.intersection(group)
        causes: dict[int, str] = dict.fromkeys(matter.interested(group[0]), Conflict.Cause.RELATED)
        causes |= barred_by(User.objects.filter(pk__in=matter.accused(group[0])))
        abouts = [*cases, *AgencyRequest.objects.filter(complaint__in=cases).values_list("case", flat=True)]
        kept = Conflict.objects.filter(case__in=abouts).exclude(cause=Conflict.Cause.DECLARED)
        kept.exclude(pk__in=[row.pk for row in kept if causes.get(row.user_id) == row.cause]).delete()
        Conflict.objects.bulk_create(
            [
                Conflict(case_id=key, user_id=user, cause=cause, at=now)
                for key in abouts
                for user, cause in causes.items()
            ],
            ignore_conflicts=True,
        )


# --- When somebody comes to work under a respondent, leaves his unit, or comes to lead one ----------------------------
def settle_all(users: Collection[int] | None = None) -> int:
    """`settle()` for every complaint, open or ended, whose conflicts are not those that follow from its respondents.

    users: only what may exist for one of these people no longer, or again. One complaint that cannot be settled keeps
    no other from it. Out: how many were settled, those that hang together with others always among them.
    """
    settled = 0
    kept = not_erased(_about_somebody(users))  # of what was erased, nothing follows
    keys = iter(list(kept.order_by("pk").values_list("pk", flat=True)))
    while batch := list(islice(keys, _BATCH)):
        for case in ComplaintCase.objects.filter(pk__in=_out_of_step(batch)).order_by("pk"):
            try:
                without_deadlock(partial(transaction.atomic(settle), case))
                settled += 1
            except Exception:
                logger.exception("the conflicts of case %s could not be settled", case.pk)
    return settled


def raise_all(users: Collection[int] | None = None) -> int:
    """Move every open complaint that lies under somebody it is about above him: he was named as a colleague, and leads
    its unit or one above it now. users: as for `settle_all()`, after which it comes. Out: how many were moved."""
    lying = _about_somebody(users).filter(is_open=True).select_related("unit").order_by("pk")
    return sum(take(case, "raise_above") for case in list(lying) if unit_above_accused(case).pk != case.unit_id)


def settle_after(users: frozenset[int] | None, **_: Any) -> None:
    """Receives `organisations.signals.staff_changed`. For whom a complaint exists now follows right after the commit;
    where it may be anybody, a job goes over all complaints.

    Robust: what fails here is found by the nightly job, and the change itself stands.
    """
    transaction.on_commit(_look_over_all if users is None else lambda: settle_for(users), robust=True)


def settle_for(users: Collection[int]) -> None:
    """`settle_all()` and `raise_all()` for these people; what they or who works under them had in hand and may know no
    longer goes back to its unit."""
    settle_all(users)
    raise_all(users)
    people = list(User.objects.filter(pk__in=users))
    put_back_strayed({*users, *(other.pk for user in people for other in people_led_by(user))})


def _look_over_all() -> None:
    from complaints.jobs import settle_conflicts_now

    # As in `workflows.leaving`: one waiting run sees every change made before it starts.
    with suppress(AlreadyEnqueued), transaction.atomic():
        settle_conflicts_now.defer()


def _about_somebody(users: Collection[int] | None) -> QuerySet[ComplaintCase]:
    """The complaints in which somebody with an account is named, or that do not exist for somebody because of one.

    users: only those in which one of them or the head of a unit in which he works is named, or that do not exist for
    one of them.
    """
    named = Respondent.objects.filter(removed_at=None, user__isnull=False)
    barring = Conflict.objects.filter(cause__in=_FOLLOWING)
    if users is not None:
        units = {unit for user in User.objects.filter(pk__in=users) for unit in units_where(user)}
        heads = {head.pk for unit in units for head in holders_of(unit, Role.HEAD)}
        named, barring = named.filter(user__in=heads.union(users)), barring.filter(user__in=users)
    return ComplaintCase.objects.filter(Q(pk__in=named.values("case")) | Q(pk__in=barring.values("case")))


def _out_of_step(keys: Collection[int]) -> set[int]:
    """Those of these complaints in which `settle()` may change anything: a few queries, where it takes many for each.

    For whom one that hangs together with others does not exist follows from those as well: it is always among them.
    """
    links = CaseLink.objects.filter(Q(source__in=keys) | Q(target__in=keys)).values_list("source", "target")
    found = {end for link in links for end in link}.intersection(keys)
    named = Respondent.objects.filter(case__in=keys, removed_at=None, user__isnull=False).values_list("case", "user")
    accused = User.objects.in_bulk({user for _case, user in named})
    barred = {key: set(barred_by([user])) for key, user in accused.items()}
    wanted, kept, all_kept = (defaultdict[int, set[int]](set) for _n in range(3))
    for case, user in named:
        wanted[case] |= barred[user]
    requests = AgencyRequest.objects.filter(complaint__in=keys).values_list("case", "complaint")
    complaint_of = {key: key for key in keys} | dict(requests)
    for about, user, cause in Conflict.objects.filter(case__in=complaint_of).values_list("case", "user", "cause"):
        all_kept[about].add(user)
        if cause in _FOLLOWING:
            kept[about].add(user)
        elif about in keys:
            wanted[about].add(user)
    return found | {
        complaint
        for about, complaint in complaint_of.items()
        if not kept[about] <= wanted[complaint] <= all_kept[about]
    }


# --- Where it belongs -------------------------------------------------------------------------------------------------
def unit_above_accused(case: Case) -> Unit:
    """Where the case belongs for whom it is about: its own unit, unless one of them leads it or a unit above it."""
    accused = Matter(case.pk).accused(case.pk)
    return _unit_above(case, User.objects.filter(pk__in=accused)) if accused else case.unit


def _unit_above(case: Case, accused: Iterable[User]) -> Unit:
    led = {unit for user in accused for unit in units_where(user, {Role.HEAD})}
    return routing.above_respondents(case.unit, led, protected=case.protected)
