"""The draft of an order and the rules in force, from the database: in as many queries for one member as for twenty."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Min, Q, QuerySet

from procurement.coverage.rule import ActivityFacts, is_covered
from procurement.coverage.rule import Seat as CoverageSeat
from procurement.models import (
    Committee,
    Declaration,
    Member,
    OrderRule,
    Person,
    ProcurementMethod,
    Purchase,
    Supplier,
    SupplierPerson,
)
from procurement.models import Seat as CitizenSeat

from .facts import Bidder, Draft, Linked, Method, Other, Rule, Seat
from .rules import Finding, lint

_FIRST_DECISION = Min("committee__meetings__held_on", filter=~Q(committee__meetings__decision="none"))


def findings_of(committee: Committee, *, on: date) -> list[Finding]:
    """What the linter says of `committee` as its order of that day would leave it."""
    return lint(draft_of(committee, on=on), rules_on(on))


def rules_on(day: date) -> list[Rule]:
    """The rules in force on `day`: of each code the newest."""
    rows = OrderRule.objects.filter(Q(valid_until=None) | Q(valid_until__gt=day), valid_from__lte=day)
    newest = {row.code: row for row in rows.order_by("valid_from")}
    return [
        Rule(
            code=row.code,
            clause=row.clause,
            source=row.source,
            verified=row.verified,
            level=row.level,
            threshold=row.threshold,
            kinds=frozenset(row.kinds),
            valid_from=row.valid_from,
        )
        for row in newest.values()
    ]


def draft_of(committee: Committee, *, on: date) -> Draft:
    """The committee as its order would leave it: who is in it now and is not taken out."""
    read = Committee.objects.select_related("kind", "purchase__activity", "purchase__method__committee_kind")
    committee = read.annotate(orders_made=Count("orders")).get(pk=committee.pk)
    purchase, kind = committee.purchase, committee.kind
    present = list(committee.members.filter(left_on=None).select_related("person", "seat"))
    rows = [row for row in present if not row.leaving]
    people = {row.person_id for row in rows}
    declared = _declared(purchase, people)
    live = _live_seats(committee, people)
    return Draft(
        kind=kind.code,
        task=kind.task,
        single=kind.single,
        seats=tuple(_seat(row, declared.get(row.person_id, _Declared()), live.get(row.person_id, 0)) for row in rows),
        value=purchase.budget,
        method=_method(purchase.method),
        on=on,
        qualifying=kind.qualifying,
        activity=purchase.activity.name,
        covered=_covered_without(committee, on),
        bidders_version=purchase.bidders_version,
        bidders=_bidders(purchase),
        others=_others(committee),
        amends=committee.orders_made > 0,
        changes=any(row.leaving or row.appointed_on is None for row in present),
    )


@dataclass(frozen=True)
class _Declared:
    """What a person declared for a purchase: the last word on an interest, one he took back, the newest list."""

    interest: str = ""
    took_back: str = ""
    version: int | None = None


def _seat(row: Member, declared: _Declared, live: int) -> Seat:
    person = row.person
    return Seat(
        person=person.pk,
        name=person.name,
        standing=person.standing,
        duty=row.duty,
        position=person.position,
        nomination=row.nomination,
        drawn=hasattr(row, "seat") and row.seat.how == CitizenSeat.How.DRAW,
        active=person.active,
        serving=row.appointed_on is not None,
        interest=declared.interest,
        took_back=declared.took_back,
        declared=declared.version,
        other_seats=live,
        most_seats=person.most_seats,
    )


def _declared(purchase: Purchase, people: Collection[int]) -> dict[int, _Declared]:
    """By person, not by seat: an interest in this purchase, and a declaration for it, is one on all its committees."""
    found: dict[int, _Declared] = {}
    rows = Declaration.objects.filter(member__committee__purchase=purchase, member__person__in=people)
    for row in rows.select_related("ground").annotate(declarer=F("member__person")).order_by("id"):
        before = found.get(row.declarer, _Declared())
        found[row.declarer] = _Declared(
            interest=row.ground.name if row.ground else "",
            took_back=before.took_back or before.interest,
            version=max(row.bidders_version, before.version or 0),
        )
    return found


def _others(committee: Committee) -> tuple[Other, ...]:
    """Who sits on the other committees of the purchase, or sat there when they had decided something.

    Who leaves by an amendment in draft is a member until that is signed. A committee that has done its work has let all
    its members go; they remain those who considered the offers. Who left before the first decision never did.
    """
    rows = Member.objects.filter(committee__purchase=committee.purchase_id).exclude(committee=committee.pk)
    rows = rows.annotate(first_decision=_FIRST_DECISION).select_related("person", "committee__kind")
    rows = rows.filter(Q(left_on=None) | Q(appointed_on__isnull=False, first_decision__lte=F("left_on")))
    return tuple(
        Other(
            kind=row.committee.kind_id,
            name=row.committee.kind.name,
            task=row.committee.kind.task,
            person=row.person_id,
            person_name=row.person.name,
        )
        for row in rows.order_by("committee", "position", "id")
    )


def _live_seats(committee: Committee, people: Collection[int]) -> dict[int, int]:
    """How many seats on other live committees each citizen among `people` has."""
    rows = Member.objects.filter(
        person__in=people, person__standing=Person.Standing.CITIZEN, left_on=None, committee__case__is_open=True
    )
    counted = rows.exclude(committee=committee.pk).values("person").annotate(seats=Count("pk")).order_by()
    return dict(counted.values_list("person", "seats"))


def _covered_without(committee: Committee, on: date) -> bool:
    """Whether other committees cover the plan activity already, by the rule of the level itself."""
    rows: QuerySet[Member] = Member.objects.filter(
        committee__purchase__activity=committee.purchase.activity_id,
        committee__kind__qualifying=True,
        person__standing=Person.Standing.CITIZEN,
    ).exclude(committee=committee.pk)
    seats = rows.annotate(first_decision=_FIRST_DECISION).order_by()
    facts = ActivityFacts(
        id=str(committee.purchase.activity_id),
        budget=None,
        seats=tuple(
            CoverageSeat(start=start, end=end, qualifying=True, first_decision=first)
            for start, end, first in seats.values_list("appointed_on", "left_on", "first_decision")
            if start is not None
        ),
    )
    return is_covered(facts, on)


def _bidders(purchase: Purchase) -> tuple[Bidder, ...]:
    """Who bids or has a contract, with the directors, partners and shareholders that are known."""
    suppliers = Supplier.objects.filter(Q(bids__purchase=purchase) | Q(contracts__purchase=purchase)).distinct()
    return tuple(
        Bidder(name=supplier.name, people=tuple(map(_linked, supplier.people.all())))
        for supplier in suppliers.prefetch_related("people")
    )


def _linked(row: SupplierPerson) -> Linked:
    return Linked(
        name=row.name,
        part=row.get_part_display(),
        shareholder=row.part == SupplierPerson.Part.SHAREHOLDER,
        share=row.share,
    )


def _method(method: ProcurementMethod | None) -> Method | None:
    if method is None:
        return None
    kind = method.committee_kind
    return Method(
        name=method.name,
        kind=kind.code if kind else "",
        kind_name=kind.name if kind else "",
        floor=method.floor,
        ceiling=method.ceiling,
    )
