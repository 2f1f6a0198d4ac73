"""Who can be given a case, and what each of them has in hand already."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.rules import handlers, taking_roles
from organisations.formats import digits, write_date
from organisations.models import Holding, Leave, User
from organisations.queries import on_leave, units_above
from workflows.models import Case, Conflict
from workflows.queries import counted_for

MOST = 60


@dataclass(frozen=True)
class Candidate:
    """Somebody who reaches the unit of a case. open_cases, overdue: how many open cases he holds, how many of them
    past a due day; able: whether he can take this one (who assigns learns that, and never why not; domain: Conflict
    rule); leave: if he is away today."""

    user: User
    unit: str
    open_cases: int
    able: bool = True
    leave: Leave | None = None
    overdue: int = 0

    @property
    def label(self) -> str:
        """Name, unit and load, for a list to choose from."""
        words = (str(self.user), self.unit, self.load, absence_of(self.leave), leaving_of(self.user))
        return " · ".join(filter(None, words))

    @property
    def load(self) -> str:
        """What he has in hand, in words."""
        return load_words(self.open_cases, self.overdue)


def load_words(open_cases: int, overdue: int) -> str:
    """How many open cases, and how many of them are overdue."""
    words = ngettext("%(count)d open case", "%(count)d open cases", open_cases) % {"count": open_cases}
    if overdue:
        words += " " + ngettext("(%(count)d overdue)", "(%(count)d overdue)", overdue) % {"count": overdue}
    return digits(words)


def absence_of(leave: Leave | None) -> str:
    """Until when somebody is on leave, and who stands in; "" for who is there."""
    if leave is None:
        return ""
    words = {"name": leave.deputy, "day": write_date(leave.last_day) if leave.last_day else ""}
    if leave.last_day is None:
        return _("on leave, %(name)s stands in") % words
    return _("on leave until %(day)s, %(name)s stands in") % words


def leaving_of(user: User) -> str:
    """After which day somebody leaves the service; "" for who stays."""
    return _("leaves the service after %(day)s") % {"day": write_date(user.last_day)} if user.last_day else ""


def candidates(case: Case, reader: User, *, new: bool = False) -> list[Candidate]:
    """Who can be given `case`: the nearest units first, in them who has least in hand, as `reader` may be told it. At
    most 60.

    new: those who handled the case before cannot take it (a reopened case needs somebody new). Six queries whatever
    the number of people.
    """
    distances = {case.unit_id: 0} if case.protected else units_above(case.unit_id)
    unable = set(Conflict.objects.filter(case=case.pk).values_list("user", flat=True))
    if new:
        unable |= {user for _case, user in handlers([case.pk])} | ({case.holder_id} if case.holder_id else set())
    people: dict[int, tuple[int, Candidate]] = {}
    holdings = list(_takers(distances, taking_roles(case)))
    loads = loads_of((held.user_id for held in holdings), reader)
    leaves = on_leave(loads)
    for held in holdings:
        distance = distances[held.post.unit_id]
        load, overdue = loads[held.user_id]
        able, leave = held.user_id not in unable, leaves.get(held.user_id)
        candidate = Candidate(held.user, held.post.unit.name, load, able, leave, overdue)
        if held.user_id not in people or distance < people[held.user_id][0]:
            people[held.user_id] = (distance, candidate)
    ordered = sorted(people.values(), key=lambda row: (row[0], row[1].open_cases, row[1].user.pk))
    return [candidate for _distance, candidate in ordered[:MOST]]


def _takers(units: Iterable[int], roles: Iterable[str]) -> Iterable[Holding]:
    today = timezone.localdate()
    return Holding.objects.filter(
        valid__contains=today,
        post__valid__contains=today,
        post__roles__overlap=list(roles),
        post__unit__in=list(units),
        user__is_active=True,
    ).select_related("user", "post__unit")


def loads_of(people: Iterable[int], reader: User) -> dict[int, tuple[int, int]]:
    """How many open cases each of these people holds, of every kind, and how many of them are overdue, as `reader` may
    be told it (`counted_for`). One query, beside those for his posts."""
    keys, late = set(people), Q(next_due__lt=timezone.localdate())
    in_hand = counted_for(reader).filter(holder__in=keys, is_open=True).order_by().values_list("holder")
    counted = in_hand.annotate(load=Count("pk"), overdue=Count("pk", filter=late))
    return dict.fromkeys(keys, (0, 0)) | {user: (load, overdue) for user, load, overdue in counted}
