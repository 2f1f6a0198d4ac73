"""Who can be given a case, and what each of them has in hand already."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.rules import HANDLING
from organisations.formats import digits, write_date
from organisations.models import Holding, Leave, Role, User
from organisations.queries import on_leave, units_above
from workflows.models import Assignment, Case, Conflict, LedgerEntry

MOST = 60


@dataclass(frozen=True)
class Candidate:
    """An officer who reaches the unit of a case. open_cases: how many open cases he holds; able: whether he can take
    this one (who assigns learns that, and never why not; domain: Conflict rule); leave: if he is away today."""

    user: User
    unit: str
    open_cases: int
    able: bool = True
    leave: Leave | None = None

    @property
    def label(self) -> str:
        """Name, unit and load, for a list to choose from."""
        load = ngettext("%(count)d open case", "%(count)d open cases", self.open_cases) % {"count": self.open_cases}
        return " · ".join(filter(None, (str(self.user), self.unit, digits(load), self._absence)))

    @property
    def _absence(self) -> str:
        if self.leave is None:
            return ""
        if self.leave.last_day is None:
            return _("on leave")
        return _("on leave until %(day)s") % {"day": write_date(self.leave.last_day)}


def candidates(case: Case, *, new: bool = False) -> list[Candidate]:
    """Officers who reach the unit of `case`: the nearest units first, in them who has least in hand. At most 60.

    new: those who handled the case before cannot take it (a reopened case needs somebody new). Six queries whatever
    the number of people.
    """
    distances = {case.unit_id: 0} if case.protected else units_above(case.unit_id)
    unable = set(Conflict.objects.filter(case=case.pk).values_list("user", flat=True))
    if new:
        unable |= _handled(case)
    people: dict[int, tuple[int, Candidate]] = {}
    loads = _loads(holdings := list(_officers(distances)))
    leaves = on_leave(loads)
    for held in holdings:
        distance = distances[held.post.unit_id]
        candidate = Candidate(
            held.user, held.post.unit.name, loads[held.user_id], held.user_id not in unable, leaves.get(held.user_id)
        )
        if held.user_id not in people or distance < people[held.user_id][0]:
            people[held.user_id] = (distance, candidate)
    ordered = sorted(people.values(), key=lambda row: (row[0], row[1].open_cases, row[1].user.pk))
    return [candidate for _distance, candidate in ordered[:MOST]]


def _officers(units: Iterable[int]) -> Iterable[Holding]:
    today = timezone.localdate()
    return Holding.objects.filter(
        valid__contains=today,
        post__valid__contains=today,
        post__roles__contains=[Role.OFFICER],
        post__unit__in=list(units),
        user__is_active=True,
    ).select_related("user", "post__unit")


def _loads(holdings: list[Holding]) -> dict[int, int]:
    """How many open cases each of these people holds."""
    rows = User.objects.filter(pk__in={held.user_id for held in holdings}).annotate(
        load=Count("cases", filter=Q(cases__is_open=True))
    )
    return dict(rows.values_list("pk", "load"))


def _handled(case: Case) -> set[int]:
    """The same people as `rules.has_handled` finds one by one."""
    held = Assignment.objects.filter(case=case.pk, user__isnull=False).values_list("user", flat=True)
    acted = LedgerEntry.objects.filter(case=case.pk, actor__isnull=False, verb__in=HANDLING).values_list(
        "actor", flat=True
    )
    return {*held, *acted, *([case.holder_id] if case.holder_id else [])}
