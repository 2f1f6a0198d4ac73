"""A published purchase as a release of the Open Contracting Data Standard 1.1
(https://standard.open-contracting.org/1.1/).

One release tells a whole contracting process as it stands (what the standard calls easy releases): figures are
corrected here, and who fetches again replaces what he had. Its id is a digest of all it says, so the same state has the
same id. Which field comes from where stands in docs/disclosure.md.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from organisations.models import Unit
from procurement.models import Bid, Contract, Milestone, Supplier
from procurement.published import PublishedCommittee, PublishedPurchase
from procurement.states import purchase as law

VERSION = "1.1"
_EXTENSIONS = "https://raw.githubusercontent.com/open-contracting-extensions"
BIDS = f"{_EXTENSIONS}/ocds_bid_extension/v1.1.5/extension.json"
PAGINATION = f"{_EXTENSIONS}/ocds_pagination_extension/master/extension.json"

METHODS = {
    "emarket": "open",
    "ebidding": "open",
    "quotation": "open",
    "selection": "selective",
    "specific": "direct",
}
"""Codes of the standard by those of `ProcurementMethod` (Act B.E. 2560 s. 55: general invitation; only those who
qualify are invited; one is). A method that is not here is told in its own words only."""

Json = dict[str, Any]

_STEPS = {
    Milestone.Code.ANNOUNCE: "preProcurement",
    Milestone.Code.CONTRACT: "approval",
    Milestone.Code.DELIVER: "delivery",
    Milestone.Code.INSPECT: "assessment",
    Milestone.Code.PAY: "payment",
}
_BEFORE_AWARD = {law.PLANNED: "planned", law.ANNOUNCED: "active", law.CANCELLED: "cancelled"}
_OVER = (law.COMPLETED, law.CANCELLED)
_OFFERS = {Bid.Result.PENDING: "pending", Bid.Result.DISQUALIFIED: "disqualified"}


@dataclass(frozen=True)
class Process:
    """What is told of one purchase. offers: only those that are published; changed_at: when it last changed."""

    row: PublishedPurchase
    offers: Sequence[Bid]
    changed_at: datetime


def ocid(prefix: str, public_id: str) -> str:
    """The number of a contracting process in all the world, where `prefix` is a registered one."""
    return f"{prefix}-{public_id}"


def release(process: Process, *, prefix: str, site: str) -> Json:
    """The release, in Thai. prefix: of the publisher's ocids; site: where addresses begin. No queries."""
    purchase = process.row.purchase
    with override("th"):
        said = _full(
            ocid=ocid(prefix, process.row.case.public_id),
            date=process.changed_at.isoformat(timespec="seconds"),
            tag=_tags(process.row),
            initiationType="tender",
            language="th",
            parties=list(_parties(process)),
            buyer=_unit(purchase.activity.unit),
            planning=_planning(process.row, site),
            tender=_tender(process, site),
            awards=list(_awards(process.row)),
            contracts=[_contract(process.row, contract) for contract in process.row.contracts],
            bids=_full(details=[_offer(bid) for bid in process.offers]),
        )
    content = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return {"ocid": said["ocid"], "id": f"{said['ocid']}-{sha256(content.encode()).hexdigest()[:16]}", **said}


def package(releases: list[Json], *, uri: str, publisher: str, site: str, links: dict[str, str]) -> Json:
    """A release package. releases: at least one, as the standard wants it; links: to its neighbours (next, prev)."""
    return {
        "uri": uri,
        "version": VERSION,
        "extensions": [BIDS, PAGINATION],
        # Of a package that is made when it is asked for: when what it holds last changed.
        "publishedDate": max(each["date"] for each in releases),
        "publisher": {"name": publisher, "uri": site},
        "releases": releases,
        **({"links": links} if links else {}),
    }


# --- Parts of a release ---------------------------------------------------------------------------------------------
def _tags(row: PublishedPurchase) -> list[str]:
    """Which parts are told; an easy release is always the first that its reader sees."""
    announced = row.purchase.announced_on or row.case.state not in (law.PLANNED, law.CANCELLED)
    told = (("planning", True), ("tender", announced), ("award", _was_awarded(row)), ("contract", row.contracts))
    return [tag for tag, is_told in told if is_told]


def _was_awarded(row: PublishedPurchase) -> bool:
    return bool(row.contracts or row.purchase.awarded_on) or row.case.state not in _BEFORE_AWARD


def _parties(process: Process) -> Iterator[Json]:
    unit = process.row.purchase.activity.unit
    yield {**_unit(unit), "roles": ["buyer", "procuringEntity"]}
    roles: dict[int, tuple[Supplier, list[str]]] = {}
    for contract in process.row.contracts:
        if contract.supplier:
            roles[contract.supplier.pk] = (contract.supplier, ["supplier"])
    for bid in process.offers:
        roles.setdefault(bid.supplier.pk, (bid.supplier, []))[1].append("tenderer")
    for supplier, parts in roles.values():
        yield {**_supplier(supplier), "roles": parts}


def _unit(unit: Unit) -> Json:
    return _full(id=f"unit-{unit.code}", name=unit.name_th)


def _supplier(supplier: Supplier) -> Json:
    # The tax number is on no public page; the number of the row says only who is the same in two purchases.
    return _full(id=f"supplier-{supplier.pk}", name=supplier.name)


def _planning(row: PublishedPurchase, site: str) -> Json:
    activity = row.purchase.activity
    query = urlencode({"unit": activity.unit.code, "year": activity.fiscal_year})
    plan = {
        "id": "plan",
        "documentType": "procurementPlan",
        **_page(_("Procurement plans"), f"{site}{reverse('open_procurement')}?{query}"),
    }
    budget = _full(amount=_value(row.purchase.budget), project=activity.name, projectID=activity.code)
    return {"budget": budget, "documents": [plan]}


def _tender(process: Process, site: str) -> Json:
    row, purchase = process.row, process.row.purchase
    address = f"{site}{reverse('open_purchase', args=[row.case.public_id])}"
    tenderers = [_supplier(bid.supplier) for bid in process.offers]
    return _full(
        id=purchase.project_number or row.case.public_id,
        title=purchase.name,
        status="complete" if _was_awarded(row) else _BEFORE_AWARD[row.case.state],
        procuringEntity=_unit(purchase.activity.unit),
        value=_value(purchase.reference_price),
        procurementMethod=METHODS.get(purchase.method_id or ""),
        procurementMethodDetails=purchase.method.name_th if purchase.method else purchase.method_name,
        tenderPeriod=_full(startDate=_day(purchase.announced_on)),
        tenderers=tenderers,
        numberOfTenderers=len(tenderers) or None,
        milestones=[*_steps(row), *_citizens(row)],
        documents=[{"id": "page", **_page(_("A purchase"), address)}],
    )


def _steps(row: PublishedPurchase) -> Iterator[Json]:
    over = row.case.state in _OVER
    for step in row.milestones:
        if step.planned_on or step.done_on:
            yield _full(
                id=step.code,
                title=str(step.get_code_display()),
                type=_STEPS[Milestone.Code(step.code)],
                code=step.code,
                dueDate=_day(step.planned_on),
                dateMet=_day(step.done_on),
                status="met" if step.done_on else "notMet" if over else "scheduled",
            )


def _citizens(row: PublishedPurchase) -> Iterator[Json]:
    """The committees with a citizen as milestones of engagement: no field of our own is needed to tell of them."""
    for committee in row.committees:
        if committee.citizens and (first := _first_day(committee)):
            words = _("%(citizens)s citizens on the committee, %(drawn)s of them drawn") % {
                "citizens": committee.citizens,
                "drawn": committee.drawn,
            }
            yield {
                "id": f"citizens-{committee.kind.code}-{committee.orders[0]}",
                "title": committee.kind.name_th,
                "type": "engagement",
                "code": "citizens_appointed",
                "description": "; ".join([words, *committee.networks]),
                "dateMet": _day(first),
                "status": "met",
            }


def _first_day(committee: PublishedCommittee) -> date | None:
    return min((seat.since for seat in committee.seats if seat.counts and seat.since), default=None)


def _awards(row: PublishedPurchase) -> Iterator[Json]:
    """An award a supplier; before there is a contract, that there is one: who won is told with the contract."""
    if not row.contracts:
        if _was_awarded(row):
            status = "cancelled" if row.case.state == law.CANCELLED else "pending"
            yield _full(id=_award_id(None), status=status, date=_day(row.purchase.awarded_on))
        return
    of_supplier: dict[Supplier | None, list[Contract]] = {}
    for contract in row.contracts:
        of_supplier.setdefault(contract.supplier, []).append(contract)
    for supplier, contracts in of_supplier.items():
        values = [contract.value for contract in contracts if contract.value is not None]
        yield _full(
            id=_award_id(supplier),
            status="active",
            date=_day(row.purchase.awarded_on),
            value=_value(sum(values, Decimal(0)) if len(values) == len(contracts) else None),
            suppliers=[_supplier(supplier)] if supplier else [],
        )


def _award_id(supplier: Supplier | None) -> str:
    return f"award-{supplier.pk}" if supplier else "award"


def _contract(row: PublishedPurchase, contract: Contract) -> Json:
    in_force = "active" if contract.signed_on else None
    return _full(
        id=contract.number,
        awardID=_award_id(contract.supplier),
        status="terminated" if row.case.state in _OVER else in_force,
        value=_value(contract.value),
        dateSigned=_day(contract.signed_on),
        period=_full(endDate=_day(contract.finish_on)),
    )


def _offer(bid: Bid) -> Json:
    return _full(
        id=f"bid-{bid.supplier.pk}",
        status=_OFFERS.get(Bid.Result(bid.result), "valid"),
        date=_day(bid.submitted_on),
        tenderers=[_supplier(bid.supplier)],
        value=_value(bid.amount),
    )


# --- Values ---------------------------------------------------------------------------------------------------------
def _full(**fields: Any) -> Json:
    """What is known: the standard knows no empty texts, lists or objects."""
    return {key: value for key, value in fields.items() if value is not None and value not in ("", [], {})}


def _value(amount: Decimal | None) -> Json | None:
    # A number, as the standard wants it: 15 digits stand in a float as they are.
    return None if amount is None else {"amount": float(amount), "currency": "THB"}


def _day(day: date | None) -> str | None:
    """The beginning of a day, here."""
    return day and datetime.combine(day, time(), timezone.get_default_timezone()).isoformat()


def _page(title: str, address: str) -> Json:
    return {"title": title, "url": address, "format": "text/html", "language": "th"}


def latest(moments: Iterable[datetime]) -> datetime:
    """The last of them, at the clock of the place."""
    return timezone.localtime(max(moments), timezone.get_default_timezone())
