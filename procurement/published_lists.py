"""What everybody may read of procurement as lists: notices, the monthly summary (สขร.1), the result of a year, and the
committees with citizens. With `published` the only read of the public pages.

Offers are published with the contract they led to (form สขร.1, S4:324), not before; of the reasons only why the winner
was chosen.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from organisations.models import Unit
from organisations.opentables import Column, Row, Table
from organisations.queries import units_below
from procurement.models import Activity, Bid, Committee, Contract, Order, Person, Purchase
from procurement.models import Member as CommitteeMember
from procurement.published import MOST_FOUND, PublishedCommittee, PublishedPurchase, published_purchases
from procurement.states import seat as seat_law
from workflows import search

_UNIT = (
    Column("unit_code", gettext_lazy("Code"), page=False),
    Column("unit", gettext_lazy("Unit")),
)
NOTICES = (
    Column("name", gettext_lazy("Purchase")),
    Column("purchase_id", gettext_lazy("Code"), page=False),
    Column("project_number", gettext_lazy("e-GP project number")),
    *_UNIT,
    Column("method", gettext_lazy("Method")),
    Column("announced_on", gettext_lazy("Announced on"), "day"),
    Column("budget", gettext_lazy("Budget"), "baht"),
    Column("reference_price", gettext_lazy("Reference price"), "baht"),
    Column("awarded_on", gettext_lazy("Awarded on"), "day"),
    Column("winners", gettext_lazy("Winner"), "list"),
    Column("cancelled_on", gettext_lazy("Cancelled on"), "day"),
)
SUMMARY = (
    Column("item", gettext_lazy("Item bought")),
    Column("purchase_id", gettext_lazy("Code"), page=False),
    *_UNIT,
    Column("budget", gettext_lazy("Budget"), "baht"),
    Column("reference_price", gettext_lazy("Reference price"), "baht"),
    Column("method", gettext_lazy("Method")),
    Column("bidders", gettext_lazy("Bidders and their prices"), "list"),
    Column("winner", gettext_lazy("Chosen")),
    Column("agreed_price", gettext_lazy("Agreed price"), "baht"),
    Column("reason", gettext_lazy("Why chosen")),
    Column("contract_number", gettext_lazy("Contract number")),
    Column("contract_date", gettext_lazy("Contract dated"), "day"),
)
"""The columns of form สขร.1."""
ANNUAL = (
    Column("method_name", gettext_lazy("Method")),
    Column("method", gettext_lazy("Code"), page=False),
    Column("planned", gettext_lazy("Purchases"), "number"),
    Column("contracted", gettext_lazy("With a contract"), "number"),
    Column("cancelled", gettext_lazy("Cancelled"), "number"),
    Column("budget", gettext_lazy("Budget"), "baht"),
    Column("contracts", gettext_lazy("Contracts"), "number"),
    Column("agreed_value", gettext_lazy("Agreed value"), "baht"),
)
ALL_METHODS = "*"
"""In place of a code in the row of all methods together; an empty code is a method that is not known."""
COMMITTEES = (
    Column("purchase", gettext_lazy("Purchase")),
    Column("purchase_id", gettext_lazy("Code"), page=False),
    *_UNIT,
    Column("committee", gettext_lazy("Committee")),
    Column("orders", gettext_lazy("Orders"), "list"),
    Column("decided_on", gettext_lazy("First decided on"), "day"),
    Column("citizens", gettext_lazy("Citizens"), "number"),
    Column("citizens_drawn", gettext_lazy("of them drawn"), "number"),
    Column("networks", gettext_lazy("Put forward by"), "list"),
)


def purchases_of(unit: Unit | None, year: int) -> QuerySet[Purchase]:
    """The purchases of the plans of a unit and all below it (None: of all) in a fiscal year."""
    return Purchase.objects.filter(_below(unit, "activity__"), activity__fiscal_year=year)


def find_activities(text: str) -> list[Activity]:
    """The plan activities whose name contains `text`, the latest year first, at most `MOST_FOUND`."""
    wanted = search.clean(text)
    if len(wanted) < search.SHORTEST:
        return []
    # The index of `0011_activity_search` finds, the LIKE confirms.
    has_all = RawSQL(
        "sodsong_grams(procurement_activity.name) @@ %s::tsquery",
        [search.pieces_of(wanted)],
        output_field=BooleanField(),
    )
    rows = Activity.objects.filter(has_all, name__icontains=wanted).select_related("unit")
    return list(rows.order_by("-fiscal_year", "-pk")[:MOST_FOUND])


def notices(unit: Unit | None, year: int) -> Table:
    """What was announced, the latest first."""
    found = purchases_of(unit, year).exclude(announced_on=None).order_by("-announced_on", "-case")
    contracts = Prefetch("contracts", Contract.objects.select_related("supplier"))
    rows = found.select_related("case", "method", "activity__unit").prefetch_related(contracts)
    return Table(NOTICES, lambda start, stop: [_notice(row) for row in rows[start:stop]], found.order_by().count())


def contracts_in(unit: Unit | None, first: date, last: date) -> QuerySet[Contract]:
    """The contracts signed on the days `first` to `last`, of purchases of a unit and all below it (None: of all)."""
    return Contract.objects.filter(_below(unit, "purchase__activity__"), signed_on__range=(first, last))


def summary(unit: Unit | None, first: date, last: date) -> Table:
    """The summary of what was contracted on the days `first` to `last`, in the columns of form สขร.1."""
    found = contracts_in(unit, first, last)
    bids = Prefetch("purchase__bids", Bid.objects.select_related("supplier"))
    rows = found.select_related("supplier", "purchase__case", "purchase__method", "purchase__activity__unit")
    rows = rows.prefetch_related(bids).order_by("signed_on", "pk")
    return Table(SUMMARY, lambda start, stop: [_contract(row) for row in rows[start:stop]], found.count())


def annual(unit: Unit | None, year: int) -> Table:
    """The result of a year by method, and all together. Two queries, and one for what all methods are called."""
    found = purchases_of(unit, year)
    signed = Exists(Contract.objects.filter(purchase=OuterRef("pk")))
    by_method = found.order_by().values("method", "method__name_th", "method__name_en").annotate(
        planned=Count("pk"),
        contracted=Count("pk", filter=Q(signed)),
        cancelled=Count("pk", filter=Q(cancelled_on__isnull=False)),
        budget=Sum("budget"),
    )  # fmt: skip
    agreed = Contract.objects.filter(purchase__in=found).order_by().values("purchase__method")
    values = {row["purchase__method"]: row for row in agreed.annotate(contracts=Count("pk"), value=Sum("value"))}
    rows = [
        {
            "method": row["method"] or "",
            "method_name": _method(row) or _("not known"),
            **{key: row[key] for key in ("planned", "contracted", "cancelled", "budget")},
            "contracts": values.get(row["method"], {}).get("contracts", 0),
            "agreed_value": values.get(row["method"], {}).get("value"),
        }
        for row in sorted(by_method, key=lambda row: row["method"] or "~")
    ]
    if rows:
        rows.append({"method": ALL_METHODS, "method_name": _("All together"), **_added(rows)})
    return Table.of(ANNUAL, rows)


def committees(unit: Unit | None, year: int) -> Table:
    """The committees with a citizen that an order appointed, by purchase, the latest first."""
    # The citizens who count, as `published.Member.counts` has it, so that a row is a committee and all are counted.
    citizens = CommitteeMember.objects.filter(
        Q(left_on=None) | Q(left_because=CommitteeMember.Leaving.END, committee__case__is_open=False),
        committee=OuterRef("pk"),
        appointed_on__isnull=False,
        person__standing=Person.Standing.CITIZEN,
    ).exclude(seat__case__state=seat_law.SUSPENDED)
    ordered = Order.objects.filter(committee=OuterRef("pk"), kind=Order.Kind.APPOINTMENT)
    found = Committee.objects.filter(Exists(citizens), Exists(ordered), purchase__in=purchases_of(unit, year))

    def rows(start: int, stop: int) -> list[Row]:
        chosen = dict(found.order_by("-purchase", "case")[start:stop].values_list("pk", "purchase"))
        purchases = published_purchases(set(chosen.values()))
        return [_committee(row, each) for row in purchases for each in row.committees if each.pk in chosen]

    return Table(COMMITTEES, rows, found.count())


def _below(unit: Unit | None, prefix: str) -> Q:
    return Q() if unit is None else Q(**{f"{prefix}unit__in": units_below([unit.pk])})


def _purchase(purchase: Purchase) -> Row:
    return {
        "purchase_id": purchase.case.public_id,
        "unit_code": purchase.activity.unit.code,
        "unit": purchase.activity.unit.name,
        "method": purchase.method.name if purchase.method else purchase.method_name,
        "budget": purchase.budget,
        "reference_price": purchase.reference_price,
        "_url": reverse("open_purchase", args=[purchase.case.public_id]),
    }


def _notice(purchase: Purchase) -> Row:
    winners = {contract.supplier.name for contract in purchase.contracts.all() if contract.supplier}
    return {
        **_purchase(purchase),
        "name": purchase.name,
        "project_number": purchase.project_number,
        "announced_on": purchase.announced_on,
        "awarded_on": purchase.awarded_on,
        "winners": sorted(winners),
        "cancelled_on": purchase.cancelled_on,
    }


def _contract(contract: Contract) -> Row:
    purchase, bids = contract.purchase, list(contract.purchase.bids.all())
    return {
        **_purchase(purchase),
        "item": purchase.name,
        "bidders": [{"name": bid.supplier.name, "amount": bid.amount} for bid in bids],
        "winner": contract.supplier.name if contract.supplier else "",
        "agreed_price": contract.value,
        "reason": _why(contract, bids),
        "contract_number": contract.number,
        "contract_date": contract.signed_on,
    }


def _why(contract: Contract, bids: Iterable[Bid]) -> str:
    """Why the winner was chosen, in the words of the staff where they wrote them for everybody; else what the offers
    show."""
    won = next((bid for bid in bids if bid.supplier_id == contract.supplier_id and bid.result == Bid.Result.WON), None)
    if won is None:
        return ""
    valid = [bid.amount for bid in bids if bid.amount is not None and bid.result != Bid.Result.DISQUALIFIED]
    if won.note and won.public_reason:
        return won.note
    if len(valid) == 1:
        return _("the only offer")
    return _("lowest price of the valid offers") if won.amount is not None and won.amount == min(valid) else ""


def _method(row: dict[str, Any]) -> str:
    english = row["method__name_en"] if get_language() == "en" else ""
    return english or row["method__name_th"] or ""


def _added(rows: list[Row]) -> Row:
    keys = ("planned", "contracted", "cancelled", "contracts")
    money = {key: sum((row[key] or Decimal(0) for row in rows), Decimal(0)) for key in ("budget", "agreed_value")}
    return {**{key: sum(row[key] for row in rows) for key in keys}, **money}


def _committee(row: PublishedPurchase, committee: PublishedCommittee) -> Row:
    return {
        **_purchase(row.purchase),
        "purchase": row.purchase.name,
        "committee": committee.kind.name,
        "orders": [str(order) for order in committee.orders],
        "decided_on": committee.decided_on,
        "citizens": committee.citizens,
        "citizens_drawn": committee.drawn,
        "networks": committee.networks,
    }
