"""Handing work over: what somebody has in hand, who could take it, from whom it came. Only reads."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from complaints.candidates import Candidate, candidates
from complaints.models import ComplaintCase, Measure
from complaints.queries import complaints_visible_to
from organisations.accounts import role_words
from organisations.models import Holding, Leave, User
from organisations.queries import leaves_ahead, on_leave
from workflows.graph import Text
from workflows.models import Assignment, Case, LedgerEntry
from workflows.queries import counted_for, visible_to
from workflows.registry import kind_of

MOST = 100
"""Cases that are handed over at once, and people in a list."""


@dataclass(frozen=True)
class Work:
    """What somebody has to do with. cases: (kind, open, overdue) by kind; measures: those of which he is the owner and
    which are not done; stands_in: leaves of others; alone: (unit, role) that nobody else has there."""

    cases: list[tuple[Text, int, int]]
    measures: int
    stands_in: list[Leave]
    alone: list[tuple[str, str]]

    @property
    def is_none(self) -> bool:
        """Whether he has nothing that somebody else would have to take."""
        return not (self.cases or self.measures or self.stands_in or self.alone)


def work_of(person: User, reader: User, *, only_counts: bool = False) -> Work:
    """What `person` has, as far as it exists for `reader`; only_counts: an administrator, for whom no case exists, is
    told how much it is (`counted_for`)."""
    seen = counted_for(reader) if only_counts else visible_to(reader)
    mine = seen.filter(holder=person, is_open=True)
    late = Count("pk", filter=Q(next_due__lt=timezone.localdate()))
    counts = mine.order_by("kind").values("kind").annotate(count=Count("pk"), late=late)
    measures = Measure.objects.filter(owner=person, done_at=None, case__is_open=True, case__in=seen.values("pk"))
    return Work(
        [(kind_of(row["kind"]).graph.label, row["count"], row["late"]) for row in counts],
        measures.count(),
        list(leaves_ahead().filter(deputy=person)),
        _alone(person),
    )


def _alone(person: User) -> list[tuple[str, str]]:
    today = timezone.localdate()
    held = Holding.objects.filter(valid__contains=today, post__valid__contains=today, user__is_active=True)
    own = {
        (row.post.unit, role)
        for row in held.filter(user=person).select_related("post__unit")
        for role in row.post.roles
    }
    others = held.exclude(user=person).filter(post__unit__in={unit for unit, _role in own})
    covered = {(unit, role) for unit, roles in others.values_list("post__unit", "post__roles") for role in roles}
    lacking = [(unit.name, role) for unit, role in own if (unit.pk, role) not in covered]
    return [(unit, role_words([role])[0]) for unit, role in sorted(lacking)]


@dataclass(frozen=True)
class InHand:
    """An open complaint in somebody's hands; came_from: who handed it over to him, if anybody did."""

    case: ComplaintCase
    came_from: User | None = None


def in_hand(person: User, reader: User, *, came_from: int | None = None) -> list[InHand]:
    """The open complaints of `person` that exist for `reader`, the earliest due first, at most 100.

    came_from: only those that this person handed over to him.
    """
    cases = complaints_visible_to(reader).filter(holder=person, is_open=True)
    if came_from is not None:
        cases = cases.filter(pk__in=Assignment.objects.filter(user=came_from).values("case"))
    rows = list(cases.select_related("unit", "holder").order_by("next_due", "id")[:MOST])
    givers = _givers(rows)
    found = [InHand(case, givers.get(case.pk)) for case in rows]
    return [row for row in found if came_from is None or (row.came_from and row.came_from.pk == came_from)]


def _givers(cases: Iterable[Case]) -> dict[int, User]:
    """Case → whose it was before it was handed over to its holder. Two queries."""
    keys = [case.pk for case in cases]
    moments = set(LedgerEntry.objects.filter(case__in=keys, verb="hand_over").values_list("case", "at"))
    before, givers = dict[int, User | None](), dict[int, User]()
    for row in Assignment.objects.filter(case__in=keys).select_related("user").order_by("id"):
        giver = before.get(row.case_id)
        givers.pop(row.case_id, None)
        if giver is not None and giver.is_active and (row.case_id, row.at) in moments:
            givers[row.case_id] = giver
        before[row.case_id] = row.user
    return givers


def takers(cases: Iterable[ComplaintCase], reader: User, *, besides: User) -> list[Candidate]:
    """Who reaches the unit of at least one of these cases: his deputy of today first. One look for each unit.

    Whether somebody can take each of them is for the law to say, case by case.
    """
    samples = {(case.unit_id, case.protected): case for case in cases}
    people: dict[int, Candidate] = {}
    for case in samples.values():
        for row in candidates(case, reader):
            people.setdefault(row.user.pk, Candidate(row.user, row.unit, row.open_cases, True, row.leave, row.overdue))
    people.pop(besides.pk, None)
    leave = on_leave([besides.pk]).get(besides.pk)
    first = leave.deputy_id if leave else None
    return sorted(people.values(), key=lambda row: row.user.pk != first)


def staff(words: str = "") -> QuerySet[User]:
    """People who hold a post today, found by their names; without words those who are going to leave."""
    today = timezone.localdate()
    holders = Holding.objects.filter(valid__contains=today, post__valid__contains=today)
    people = User.objects.filter(is_active=True, pk__in=holders.values("user"))
    if not words:
        return people.filter(last_day__isnull=False).order_by("last_day", "pk")
    named = Q(name_th__icontains=words) | Q(name_en__icontains=words) | Q(username__icontains=words)
    return people.filter(named).order_by("name_th", "pk")
