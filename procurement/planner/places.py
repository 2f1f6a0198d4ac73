"""Where a citizen can still be seated for an activity of the plan, or why nowhere. A fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from django.db.models import Exists, OuterRef, QuerySet

from procurement.models import Activity, Committee, CommitteeKind, Meeting, Member, Order, Person, Purchase, Seat
from procurement.states import committee as committee_law
from procurement.states import purchase as purchase_law
from procurement.states import seat as seat_law

from .problem import Reason

# Where the method names no committee (e-market) or is not known: the one the head of the agency is free to appoint.
_OTHERWISE = "specific"
# Until when a committee has its task still before it. After the award an appointment to a committee that considers
# offers would change the figure and nothing else, though no meeting of it may have been recorded.
_HAS_ITS_TASK = {
    CommitteeKind.Task.PURCHASE: (purchase_law.PLANNED, purchase_law.ANNOUNCED),
    CommitteeKind.Task.INSPECTION: (*purchase_law.BEFORE_CONTRACT, purchase_law.CONTRACTED, purchase_law.DELIVERED),
    CommitteeKind.Task.OTHER: purchase_law.OPEN,
}
# Who left a committee for one of these reasons is not asked again in the same purchase.
_NOT_AGAIN = (
    Member.Leaving.INTEREST,
    Member.Leaving.RESIGNED,
    Member.Leaving.DIED,
    Member.Leaving.MOVED,
    Member.Leaving.DISCHARGED,
    Member.Leaving.NO_SHOW,
)


class Effort(IntEnum):
    """What it takes to write a seat down, the least first."""

    VACANT = 0  # a seat for a citizen is open and empty
    DRAFT = 1  # there is a draft
    NEW = 2  # a committee has to be drafted
    AMENDMENT = 3  # an order is in force and has to be amended
    WAITING = 4  # the draft has been sent and has to come back first
    NO_PURCHASE = 5  # the purchase is not planned yet


@dataclass(frozen=True)
class Place:
    """A committee that counts and has decided nothing, or one that can be drafted (committee: None). Keys of rows.

    barred: who may not sit there. He sits on a committee of this purchase, whichever it is: who considers offers does
    not inspect (Regulation cl. 26), and two citizens are worth more than one twice. Or he left one of them, by himself
    or for an interest that he declared; or a seat there was offered to him. seat: the vacant one, where there is one.
    """

    purchase: int
    committee: int | None
    kind: str
    effort: Effort
    barred: frozenset[int] = frozenset()
    seat: int | None = None


@dataclass
class Prospect:
    """What can be done for an activity. places: the least effort first; none and `unplanned`: its purchase is still to
    come; seated: the citizens who sit in its places already, in office or in a draft; reason: why nothing can be done,
    None when something can."""

    unit: int
    places: list[Place] = field(default_factory=list)
    unplanned: bool = False
    seated: list[int] = field(default_factory=list)
    reason: Reason | None = None

    @property
    def effort(self) -> Effort:
        """The least that it takes."""
        return self.places[0].effort if self.places else Effort.NO_PURCHASE

    def barred(self) -> frozenset[int]:
        """Who may sit in none of the places."""
        return frozenset.intersection(*(place.barred for place in self.places)) if self.places else frozenset()


@dataclass
class _Rows:
    """What was read of some purchases."""

    kinds: dict[str, CommitteeKind]
    committees: dict[int, list[Committee]]
    members: dict[int, list[Member]]
    seats: dict[int, list[Seat]]


def prospects_of(activity_ids: Iterable[int]) -> dict[int, Prospect]:
    """A `Prospect` for each of these activities that there is. Six queries."""
    pks = list(activity_ids)
    activities = {row.pk: row for row in Activity.objects.filter(pk__in=pks)}
    purchases: dict[int, list[Purchase]] = defaultdict(list)
    for purchase in Purchase.objects.filter(activity__in=pks).select_related("case", "method").order_by("pk"):
        purchases[purchase.activity_id].append(purchase)
    rows = _read(Purchase.objects.filter(activity__in=pks).order_by())
    return {pk: _prospect(activity, purchases[pk], rows) for pk, activity in activities.items()}


def _read(purchases: "QuerySet[Purchase]") -> _Rows:
    decided = Meeting.objects.filter(committee=OuterRef("pk")).exclude(decision=Meeting.Decision.NONE)
    cancelled = Order.objects.filter(committee=OuterRef("pk"), kind=Order.Kind.CANCELLATION)
    found = Committee.objects.filter(purchase__in=purchases, kind__qualifying=True).select_related("case", "kind")
    committees: dict[int, list[Committee]] = defaultdict(list)
    for committee in found.annotate(decided=Exists(decided), cancelled=Exists(cancelled)).order_by("pk"):
        committees[committee.purchase_id].append(committee)
    members: dict[int, list[Member]] = defaultdict(list)
    sitting = Member.objects.filter(committee__purchase__in=purchases).select_related("committee__case", "person")
    for member in sitting.order_by("pk"):
        members[member.committee.purchase_id].append(member)
    seats: dict[int, list[Seat]] = defaultdict(list)
    offered = Seat.objects.filter(committee__purchase__in=purchases).select_related("case", "committee")
    for seat in offered.order_by("pk"):
        seats[seat.committee.purchase_id].append(seat)
    return _Rows({kind.code: kind for kind in CommitteeKind.objects.all()}, committees, members, seats)


def _prospect(activity: Activity, purchases: list[Purchase], rows: _Rows) -> Prospect:
    """A purchase that was cancelled says nothing: a re-tender is the same activity (domain.md, section 3)."""
    prospect = Prospect(activity.unit_id)
    tried = [purchase for purchase in purchases if purchase.case.state != purchase_law.CANCELLED]
    reasons = set()
    for purchase in tried:
        places = list(_places(purchase, rows))
        reasons.add(None if places else _why_not(purchase, rows))
        prospect.places += places
        at = {place.committee for place in places}
        for member in rows.members[purchase.pk]:
            sits = member.left_on is None and not member.leaving and member.committee_id in at
            if sits and member.person.standing == Person.Standing.CITIZEN:
                prospect.seated.append(member.person_id)
        prospect.seated += [
            seat.person_id
            for seat in rows.seats[purchase.pk]
            if seat.committee_id in at and seat.person_id and _waits(seat)
        ]
    prospect.places.sort(key=lambda place: (place.effort, place.purchase, place.committee or 0))
    if not tried and activity.cancelled_on is None:
        prospect.unplanned = True
    elif not prospect.places:
        prospect.reason = Reason.DECIDED if Reason.DECIDED in reasons else Reason.OVER
    return prospect


def _places(purchase: Purchase, rows: _Rows) -> Iterable[Place]:
    """The committees of the purchase that count and have not decided; where there is none of the kind that considers
    offers, the one that can be drafted."""
    barred = frozenset(_barred(purchase, rows))
    vacant = {row.committee_id: row.pk for row in rows.seats[purchase.pk] if row.case.state == seat_law.VACANT}
    for committee in rows.committees[purchase.pk]:
        at_work = purchase.case.state in _HAS_ITS_TASK[CommitteeKind.Task(committee.kind.task)]
        if committee.case.is_open and at_work and not committee.decided:  # type: ignore[attr-defined]  # annotated
            seat = vacant.get(committee.pk)
            effort = _effort(committee) if seat is None else Effort.VACANT
            yield Place(purchase.pk, committee.pk, committee.kind_id, effort, barred, seat)
    kind = rows.kinds.get((purchase.method.committee_kind_id if purchase.method else None) or _OTHERWISE)
    if kind is None or not kind.qualifying or purchase.case.state not in _HAS_ITS_TASK[CommitteeKind.Task(kind.task)]:
        return
    if not any(committee.case.is_open or _has_decided(committee) for committee in rows.committees[purchase.pk]):
        yield Place(purchase.pk, None, kind.code, Effort.NEW, barred)


def _has_decided(committee: Committee) -> bool:
    """Decided, and not taken out of the way by an order that cancels it."""
    return committee.decided and not committee.cancelled  # type: ignore[attr-defined]  # annotated


def _waits(seat: Seat) -> bool:
    """Whether somebody has this seat and stands in no draft yet."""
    return seat.person_id is not None and seat.member_id is None and seat.case.state in seat_law.BEFORE_ORDER


def _why_not(purchase: Purchase, rows: _Rows) -> Reason:
    return Reason.DECIDED if any(map(_has_decided, rows.committees[purchase.pk])) else Reason.OVER


def _effort(committee: Committee) -> Effort:
    if committee.case.state == committee_law.DRAFT:
        return Effort.DRAFT
    return Effort.AMENDMENT if committee.case.state in committee_law.IN_FORCE else Effort.WAITING


def _barred(purchase: Purchase, rows: _Rows) -> Iterable[int]:
    for member in rows.members[purchase.pk]:
        if member.left_because in _NOT_AGAIN or (member.left_on is None and member.committee.case.is_open):
            yield member.person_id
    for seat in rows.seats[purchase.pk]:
        # Whom staff took out of a draft before he was invited may be asked again.
        if seat.person_id is not None and (_waits(seat) or seat.case.state in seat_law.FALLEN):
            yield seat.person_id
