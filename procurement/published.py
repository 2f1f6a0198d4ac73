"""What everybody may read of procurement (Act B.E. 2560 s. 8: transparency), and nothing else: the only read of the
public pages and files.

A committee is published once an order appointed it; a draft, a declaration, minutes and notes are not, nor are offers
but in the summary of the month of their contract (`published_lists`). An
official stands with name and position, as in the order. A citizen stands with the network that put him forward, by
name only while his consent to it is in force, and never beside a suspension or the end of his seat: that a seat rests,
or went to somebody else, concerns the public; on whom a suspicion fell does not.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, TextChoices
from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.models import Unit
from organisations.queries import open_units, units_below
from procurement.conflicts.names import parts_of
from procurement.models import (
    Activity,
    Committee,
    CommitteeKind,
    Consent,
    Contract,
    Meeting,
    Milestone,
    Order,
    Person,
    Purchase,
    Seat,
)
from procurement.models import Member as CommitteeMember
from procurement.states import committee as law
from procurement.states import seat as seat_law
from procurement.states.purchase import GRAPH
from workflows import search
from workflows.models import Case

MOST_FOUND = 50
"""Results of a search; who gets as many narrows it."""
_WORD = 3
"""Letters of a name that is looked for in a text: a shorter one stands in too many words."""

_STEPS = {code: place for place, code in enumerate(Milestone.Code.values)}


class Status(TextChoices):
    """How it stands with a member as published."""

    IN_OFFICE = "in_office", _("in office")
    SUSPENDED = "suspended", _("suspended while a possible conflict of interest is looked into")
    SERVED = "served", _("served to the end")
    LEFT = "left", _("left before the end")
    REPLACED = "replaced", _("left before the end, and another citizen took the place")


@dataclass(frozen=True)
class Member:
    """A member of a committee as published. name: of an official, and of a citizen who agreed to it, else empty.

    since: the day of his order; until: from this day on he was no member. how: code of `Seat.How`, empty for an
    official; draw: public id of the draw that chose him; reason: why he was nominated.
    """

    duty: CommitteeMember.Duty
    citizen: bool
    name: str = ""
    position: str = ""
    network: str = ""
    status: Status = Status.IN_OFFICE
    since: date | None = None
    until: date | None = None
    how: str = ""
    draw: str = ""
    reason: str = ""

    @property
    def label(self) -> str:
        """How he is called."""
        return self.name or gettext("Citizen representative")

    @property
    def counts(self) -> bool:
        """Whether he is one of the committee's citizens now, or was to its end."""
        return self.citizen and self.status in (Status.IN_OFFICE, Status.SERVED)


@dataclass(frozen=True)
class PublishedCommittee:
    """A committee that an order appointed. seats: who serves, or served to the end of its work; of its citizens also
    who is suspended, or left before the end. pk: its key, which is never shown."""

    kind: CommitteeKind
    state: str
    orders: list[Order]
    seats: list[Member]
    decided_on: date | None = None
    pk: int | None = None

    @property
    def citizens(self) -> int:
        """How many of them are citizens."""
        return sum(seat.counts for seat in self.seats)

    @property
    def drawn(self) -> int:
        """How many of them were drawn."""
        return sum(seat.counts and seat.how == Seat.How.DRAW for seat in self.seats)

    @property
    def suspended(self) -> int:
        """How many citizens more are suspended."""
        return sum(seat.status == Status.SUSPENDED for seat in self.seats)

    @property
    def networks(self) -> list[str]:
        """The networks that put its citizens forward, each once."""
        return sorted({seat.network for seat in self.seats if seat.counts and seat.network})


@dataclass(frozen=True)
class PublishedPurchase:
    """A purchase with its contracts and committees. method: its name, or as the source writes it."""

    purchase: Purchase
    method: str
    contracts: list[Contract]
    committees: list[PublishedCommittee]
    milestones: list[Milestone] = field(default_factory=list)

    @property
    def case(self) -> Case:
        """The case: number, state, public id."""
        return self.purchase.case


@dataclass(frozen=True)
class PublishedActivity:
    """An activity of a plan with its purchases."""

    activity: Activity
    purchases: list[PublishedPurchase]


# --- Units --------------------------------------------------------------------------------------------------------
def published_units() -> QuerySet[Unit]:
    """The units whose plans are published: all that are open."""
    return open_units()


def unit_of(code: str) -> Unit:
    """The unit of that code. Raises Http404."""
    found = published_units().filter(code=code).first()
    if found is None:
        raise Http404
    return found


# --- Plans --------------------------------------------------------------------------------------------------------
def plan_of(unit: Unit, fiscal_year: int) -> QuerySet[Activity]:
    """The activities of the plans of `unit` and all below it, the largest budget first, an unknown one before all."""
    below = Activity.objects.filter(unit__in=units_below([unit.pk]), fiscal_year=fiscal_year)
    return below.order_by(F("budget").desc(nulls_first=True), "id")


def activities(plan: QuerySet[Activity]) -> list[PublishedActivity]:
    """A stretch of a plan with all that belongs to it: a fixed number of queries, however long."""
    rows = plan.select_related("unit").prefetch_related(Prefetch("purchases", _purchases()))
    return [PublishedActivity(row, [_published(purchase) for purchase in row.purchases.all()]) for row in rows]


def purchase_of(public_id: str) -> PublishedPurchase:
    """One purchase. Raises Http404, the same for an unknown one and for a case of another kind."""
    found = _purchases().filter(case__public_id=public_id).select_related(
        "case__unit", "method", "activity__unit"
    )  # fmt: skip
    purchase = found.first()
    if purchase is None:
        raise Http404
    return _published(purchase)


def published_purchases(wanted: Iterable[int]) -> list[PublishedPurchase]:
    """These purchases, the latest first, with their units: a fixed number of queries."""
    rows = _purchases().filter(pk__in=list(wanted)).select_related("case", "method", "activity__unit").order_by("-case")
    return [_published(row) for row in rows]


def find(text: str) -> list[Purchase]:
    """The purchases whose name contains `text` or whose e-GP number begins with it, the latest first, at most
    `MOST_FOUND`; none for fewer than three letters."""
    wanted = search.clean(text)
    if len(wanted) < search.SHORTEST:
        return []
    rows = Purchase.objects.select_related("case__unit", "activity", "method").order_by("-case")
    number = search.as_number(text)
    if number and (numbered := list(rows.filter(project_number__startswith=number)[:MOST_FOUND])):
        return numbered
    named = search.by_subject(Case.objects.filter(kind=GRAPH.kind), text)
    return list(rows.filter(case__in=named.values("pk"))[:MOST_FOUND])


def _purchases() -> QuerySet[Purchase]:
    agreed = Consent.objects.filter(
        citizen=OuterRef("person"), purpose=Consent.Purpose.PUBLISH, withdrawn_at=None
    )  # fmt: skip
    members = CommitteeMember.objects.filter(appointed_on__isnull=False).annotate(agreed=Exists(agreed))
    members = members.select_related("person", "seat__case", "seat__entry__draw__case").order_by("position", "id")
    places = Seat.objects.only("pk", "committee", "follows", "member")
    decided = Meeting.objects.exclude(decision=Meeting.Decision.NONE).order_by("held_on", "id")
    appointed = Order.objects.filter(committee=OuterRef("pk"), kind=Order.Kind.APPOINTMENT)
    ordered = Committee.objects.select_related("case", "kind").filter(Exists(appointed)).order_by("case")
    committees = ordered.prefetch_related(
        "orders", Prefetch("members", members), Prefetch("meetings", decided), Prefetch("seats", places)
    )
    return Purchase.objects.select_related("case", "method").prefetch_related(
        Prefetch("contracts", Contract.objects.select_related("supplier")),
        "milestones",
        Prefetch("committees", committees),
    )


def _published(purchase: Purchase) -> PublishedPurchase:
    return PublishedPurchase(
        purchase,
        method=purchase.method.name if purchase.method else purchase.method_name,
        contracts=list(purchase.contracts.all()),
        committees=[_published_committee(row) for row in purchase.committees.all()],
        milestones=sorted(purchase.milestones.all(), key=lambda row: _STEPS[row.code]),
    )


def _published_committee(committee: Committee) -> PublishedCommittee:
    first = next(iter(committee.meetings.all()), None)
    # While an amendment is drafted the order in force stands: nothing of the draft shows.
    state = law.ORDERED if committee.case.state in law.BEFORE_SIGNATURE else committee.case.state
    appointed = {member.pk for member in committee.members.all()}
    followers = {place.follows_id: place for place in committee.seats.all() if place.follows_id}
    members = [_member(member, _status(member, committee, followers, appointed)) for member in committee.members.all()]
    return PublishedCommittee(
        kind=committee.kind,
        state=law.WORKING if first and state == law.ORDERED else state,
        orders=list(committee.orders.all()),
        # An official who left is no longer in the order; a citizen's place is told of to the end.
        seats=[row for row in members if row.citizen or row.status in (Status.IN_OFFICE, Status.SERVED)],
        decided_on=first.held_on if first else None,
        pk=committee.pk,
    )


def _seat_of(member: CommitteeMember) -> Seat | None:
    """His seat where he is a citizen; read with the member."""
    return getattr(member, "seat", None)


def _status(
    member: CommitteeMember, committee: Committee, followers: Mapping[int, Seat], appointed: Collection[int]
) -> Status:
    seat = _seat_of(member)
    if seat is not None and seat.case.state == seat_law.SUSPENDED:
        return Status.SUSPENDED
    if member.left_on is None:
        return Status.IN_OFFICE
    # At its end everybody leaves; whoever was there until then served.
    if not committee.case.is_open and member.left_because == CommitteeMember.Leaving.END:
        return Status.SERVED
    # Who was asked next may have declined: the place went to the first of the chain whom an order appointed.
    while seat is not None and (seat := followers.get(seat.pk)) is not None:
        if seat.member_id in appointed:
            return Status.REPLACED
    return Status.LEFT


def _member(member: CommitteeMember, status: Status) -> Member:
    person, duty = member.person, CommitteeMember.Duty(member.duty)
    if person.standing != Person.Standing.CITIZEN:
        return Member(duty, citizen=False, name=person.name, position=person.position, status=status)
    seat, named = _seat_of(member), vars(member)["agreed"] and status in (Status.IN_OFFICE, Status.SERVED)
    drawn = seat is not None and seat.how == Seat.How.DRAW
    return Member(
        duty,
        citizen=True,
        name=person.name if named else "",
        network=person.network,
        status=status,
        since=member.appointed_on,
        until=member.left_on,
        how=seat.how if seat is not None else "",
        draw=seat.entry.draw.case.public_id if seat is not None and seat.entry is not None else "",
        reason="" if drawn or (not named and _names(member.nomination, person.name)) else member.nomination,
    )


def _names(text: str, name: str) -> bool:
    """Whether a text that the staff wrote names him, by his first name or his surname."""
    return any(part in text for part in parts_of(name) if len(part) >= _WORD)


# --- Files --------------------------------------------------------------------------------------------------------
def as_json(found: Iterable[PublishedActivity]) -> Iterator[dict[str, Any]]:
    """Activities for a JSON file. Money as text in baht, days as ISO dates, missing figures null."""
    for row in found:
        yield {
            "unit": {"code": row.activity.unit.code, "name": row.activity.unit.name_th},
            "number": row.activity.code,
            "name": row.activity.name,
            "fiscal_year": row.activity.fiscal_year,
            "budget": _money(row.activity.budget),
            "cancelled_on": _day(row.activity.cancelled_on),
            "purchases": [purchase_as_json(purchase) for purchase in row.purchases],
        }


def purchase_as_json(row: PublishedPurchase) -> dict[str, Any]:
    """One purchase for a JSON file."""
    purchase = row.purchase
    return {
        "id": row.case.public_id,
        "project_number": purchase.project_number,
        "name": purchase.name,
        "state": row.case.state,
        "method": purchase.method_id or None,
        "method_name": purchase.method.name_th if purchase.method else purchase.method_name,
        "budget": _money(purchase.budget),
        "reference_price": _money(purchase.reference_price),
        "total_value": _money(purchase.total_value),
        "announced_on": _day(purchase.announced_on),
        "awarded_on": _day(purchase.awarded_on),
        "cancelled_on": _day(purchase.cancelled_on),
        "milestones": [
            {"code": step.code, "planned_on": _day(step.planned_on), "done_on": _day(step.done_on)}
            for step in row.milestones
        ],
        "contracts": [
            {
                "number": contract.number,
                "supplier": contract.supplier.name if contract.supplier else None,
                "value": _money(contract.value),
                "signed_on": _day(contract.signed_on),
                "finish_on": _day(contract.finish_on),
                "status": contract.status,
            }
            for contract in row.contracts
        ],
        "committees": [
            {
                "kind": committee.kind.code,
                "kind_name": committee.kind.name_th,
                "state": committee.state,
                "orders": [
                    {"kind": order.kind, "number": str(order), "dated_on": _day(order.dated_on)}
                    for order in committee.orders
                ],
                "decided_on": _day(committee.decided_on),
                "citizens": committee.citizens,
                "citizens_drawn": committee.drawn,
                "citizens_suspended": committee.suspended,
                "networks": committee.networks,
                "members": [
                    {
                        "duty": seat.duty.value,
                        "citizen": seat.citizen,
                        "name": seat.name or None,
                        "position": seat.position or None,
                        "network": seat.network or None,
                        "status": seat.status.value,
                        "since": _day(seat.since),
                        "until": _day(seat.until),
                        "how": seat.how or None,
                        "draw": seat.draw or None,
                        "reason": seat.reason or None,
                    }
                    for seat in committee.seats
                ],
            }
            for committee in row.committees
        ],
    }


def _money(value: Any) -> str | None:
    return None if value is None else f"{value:.2f}"


def _day(value: Any) -> str | None:
    return None if value is None else value.isoformat()
