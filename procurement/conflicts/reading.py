"""A citizen and the bidders of a purchase from the database, as `matching` takes them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from procurement.models import Bid, Citizen, Contract, Member, OrderRule, Purchase, Seat, Supplier
from procurement.pool.rules import pool_rules
from procurement.pool.sealed import ID_PURPOSE, digest_of, read_private
from workflows.crossing import parties_to

from .facts import BidderFacts, LinkedPerson, Relative, Rules, Service, Suspect

_MAJOR_SHARE = Decimal(25)


def rules_of(day: date) -> Rules:
    """The rules of the check in force on `day`. The share of a major shareholder is that of the order linter."""
    numbers = pool_rules(day)
    linked = OrderRule.objects.filter(code="bidder_link", valid_from__lte=day).order_by("-valid_from").first()
    share = linked.threshold if linked is not None and linked.threshold is not None else _MAJOR_SHARE
    return Rules(similar=numbers["similar_name"], major_share=share, recent_days=numbers["recent_service"], today=day)


def suppliers_of(purchase_id: int) -> "QuerySet[Supplier]":
    """Who bids or has a contract, by name: whom somebody declares about, and with whom he is compared."""
    found: QuerySet[Supplier] = Supplier.objects.filter(
        Q(bids__purchase=purchase_id) | Q(contracts__purchase=purchase_id)
    )
    return found.distinct().order_by("name", "pk")


def bidders_of(purchase_id: int) -> list[BidderFacts]:
    """Who bids or has a contract, with the directors, partners and shareholders that are known. Four queries."""
    won = set(Bid.objects.filter(purchase=purchase_id, result=Bid.Result.WON).values_list("supplier", flat=True))
    won |= set(Contract.objects.filter(purchase=purchase_id).values_list("supplier", flat=True))
    return [
        BidderFacts(
            key=row.pk,
            name=row.name,
            address=row.address,
            natural=is_natural(row),
            won=row.pk in won,
            id_digest=digest_of(row.tin, ID_PURPOSE) if is_natural(row) and not row.masked else "",
            people=tuple(
                LinkedPerson(person.pk, person.name, person.part, person.share, person.address)
                for person in row.people.all()
            ),
        )
        for row in suppliers_of(purchase_id).prefetch_related("people").order_by("pk")
    ]


def is_natural(supplier: Supplier) -> bool:
    """Whether the tax number is that of a natural person: those of firms begin with 0."""
    return bool(supplier.tin) and not supplier.tin.startswith("0")


def suspect_of(seat: Seat, bidders: list[BidderFacts]) -> Suspect:
    """What is known of the citizen of a seat. His sealed data is read for the comparison and goes nowhere else."""
    person = seat.person
    assert person is not None
    citizen = Citizen.objects.filter(pk=person.pk).first()
    private: dict[str, Any] = read_private(citizen) if citizen is not None else {}
    relatives = tuple(Relative(**row) for row in private.get("relatives", ()))
    hashes = {"email": citizen.email_hash, "phone": citizen.phone_hash} if citizen is not None else {}
    return Suspect(
        key=person.pk,
        name=person.name,
        former_names=tuple(private.get("former_names", ())),
        relatives=relatives,
        declared=seat.declarations.exists(),
        address=private.get("address", ""),
        # Not the stored one: while the master key is changed, that may be of the older key still.
        id_digest=digest_of(str(private.get("id_number", "")), ID_PURPOSE),
        service=_service(person.pk, seat.committee.purchase_id, [row.key for row in bidders]),
        complaints=parties_to(seat.committee.purchase.case, hashes),
    )


def _service(person: int, purchase: int, suppliers: list[int]) -> tuple[Service, ...]:
    """On which committees of other purchases he sat that one of these suppliers won."""
    rows = Member.objects.filter(person=person, appointed_on__isnull=False).exclude(committee__purchase=purchase)
    found = []
    for member in rows.select_related("committee__purchase__case").order_by("pk"):
        other: Purchase = member.committee.purchase
        won = Bid.objects.filter(purchase=other, supplier=OuterRef("pk"), result=Bid.Result.WON)
        got = Contract.objects.filter(purchase=other, supplier=OuterRef("pk"))
        winners = Supplier.objects.filter(Exists(won) | Exists(got), pk__in=suppliers).order_by("pk")
        found += [Service(row.pk, other.case.number, member.left_on) for row in winners]
    return tuple(found)
