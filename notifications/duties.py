"""Which deadlines a person answers for, found for a whole list at once.

Each kind of case says of one case whose step it is (`notices.next_people`); a list would ask that a thousand times.
This rule is coarser, and rather names one person too many than none:

* what is in his hands, or in those of somebody for whom he stands in today;
* where he approves: what is no longer the holder's step (`State.of_holder`), unless the complainant is waited for,
  and nobody but him goes on with it;
* what is in nobody's hands: where he screens what is not screened yet, where he is the head what is, and where he is a
  procurement officer what is procurement's;
* of what is overdue also everything where he is the head.

"Where" are the units in which he has the role, and those below them in which, and above which, nobody nearer has it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from organisations.models import Holding, Leave, Role, UnitReach, User
from organisations.queries import units_where
from workflows.actors import APPROVER
from workflows.models import Case, Clock
from workflows.queries import visible_to
from workflows.registry import all_kinds, kind_of

ROLES = (Role.SCREENER, Role.HEAD, Role.APPROVER, Role.PROCUREMENT)
"""The roles whose holders have something to do with cases that are in nobody's hands, or in somebody else's."""


@dataclass(frozen=True)
class Duty:
    """Something that has to be done in a case, and by when."""

    case: Case
    name: str
    due_on: date

    @property
    def path(self) -> str:
        """The page of the case, within this site."""
        return reverse(kind_of(self.case.kind).page, kwargs={"public_id": self.case.public_id})


@dataclass(frozen=True)
class Duties:
    """The deadlines of a person, the earliest first: the first of them, how many more there are, and in which cases."""

    first: list[Duty]
    more: int
    cases: frozenset[int]


def overdue_of(user: User, today: date, most: int) -> Duties:
    """The duties he answers for that are overdue, at the most `most` of them."""
    return _duties(user, Q(next_due__lt=today), Q(due_on__lt=today), most, everything=True)


def due_soon_of(user: User, today: date, days: int, most: int) -> Duties:
    """The duties he answers for that fall due from today to `days` days on."""
    until = today + timedelta(days=days)
    # One that is overdue hides in `next_due` those that fall due after it.
    return _duties(user, Q(next_due__lte=until), Q(due_on__range=(today, until)), most, everything=False)


def busy_people(until: date) -> set[int]:
    """Whoever may answer for a duty that is due by then; some of them do not, for this only asks where it is due."""
    today = timezone.localdate()
    due = Case.objects.filter(is_open=True, next_due__lte=until)
    holders = set(due.filter(holder__isnull=False).order_by().values_list("holder", flat=True).distinct())
    above = UnitReach.objects.filter(above=OuterRef("post__unit"), unit__in=due.order_by().values("unit").distinct())
    roles = Holding.objects.filter(
        Exists(above), valid__contains=today, post__valid__contains=today, post__roles__overlap=ROLES
    )
    standing_in = Leave.objects.filter(user__in=holders, valid__contains=today)
    return holders | set(roles.values_list("user", flat=True)) | set(standing_in.values_list("deputy", flat=True))


def _duties(user: User, cases: Q, clocks: Q, most: int, *, everything: bool) -> Duties:
    due = Case.objects.filter(cases, is_open=True)
    # One question for each way, for an OR over them would use no index.
    found = {pk for way in _ways(user, everything=everything) for pk in due.filter(way).values_list("pk", flat=True)}
    seen = visible_to(user).filter(pk__in=found)
    running = Clock.objects.filter(clocks, duty=True, stopped_on=None, silent=False, case__in=seen.values("pk"))
    keys = list(running.order_by("due_on", "pk").values_list("pk", "case_id"))
    first = Clock.objects.filter(pk__in=[pk for pk, _case in keys[:most]]).select_related("case", "rule")
    return Duties(
        [Duty(clock.case, clock.rule.name, _day(clock)) for clock in first.order_by("due_on", "pk")],
        max(0, len(keys) - most),
        frozenset(case for _pk, case in keys),
    )


def _ways(user: User, *, everything: bool) -> Iterator[Q]:
    absent = Leave.objects.filter(deputy=user, valid__contains=timezone.localdate()).values_list("user", flat=True)
    yield Q(holder__in=[user.pk, *absent])
    nobody = Q(holder=None)
    if (screens := _where(user, Role.SCREENER)) is not None:
        yield nobody & Q(unit__in=screens, screened=False, kind__in=_kinds_of(Role.SCREENER))
    if (heads := _where(user, Role.HEAD)) is not None:
        yield Q(unit__in=heads) if everything else nobody & Q(unit__in=heads, screened=True)
    if (procures := _where(user, Role.PROCUREMENT)) is not None:
        yield nobody & Q(unit__in=procures, kind__in=_kinds_of(Role.PROCUREMENT))
    if (approves := _where(user, Role.APPROVER)) is not None:
        yield Q(unit__in=approves) & _to_decide()


def _where(user: User, role: Role) -> QuerySet[UnitReach, Any] | None:
    """The units in which he is the nearest with this role; None when he does not have it."""
    units = units_where(user, {role})
    if not units:
        return None
    today = timezone.localdate()
    nearer = UnitReach.objects.filter(
        unit=OuterRef("unit"),
        distance__lt=OuterRef("distance"),
        above__posts__roles__contains=[role],
        above__posts__valid__contains=today,
        above__posts__holdings__valid__contains=today,
        above__posts__holdings__user__is_active=True,
    )
    return UnitReach.objects.filter(~Exists(nearer), above__in=units).values("unit")


def _to_decide() -> Q:
    decides = Q(pk__in=[])
    for kind in all_kinds():
        moves = [edge for edge in kind.graph.edges if edge.moves and APPROVER in edge.by]
        approved = {source for edge in moves for source in edge.sources}
        states = [
            state.code
            for state in kind.graph.states
            if not state.of_holder and (not state.pauses or state.code in approved)
        ]
        decides |= Q(kind=kind.graph.kind, state__in=states)
    return decides


def _kinds_of(role: Role) -> Iterable[str]:
    return [kind.graph.kind for kind in all_kinds() if role in kind.readers]


def _day(clock: Clock) -> date:
    assert clock.due_on is not None
    return clock.due_on
