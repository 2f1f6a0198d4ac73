"""What everybody may read of purchases as contracting processes (OCDS): the rows behind `procurement.ocds`.

Nothing is read here that the public pages do not tell: purchases, contracts and committees come from
`procurement.published`, offers by the rule of form สขร.1 (told with a contract that was signed).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from organisations.models import Unit
from procurement.models import Bid, Contract, Purchase
from procurement.ocds import Process, latest
from procurement.published import PublishedPurchase, published_purchases
from procurement.published_lists import purchases_of
from procurement.states.purchase import GRAPH
from workflows.models import LedgerEntry

PAGE = 100
"""Releases of one package."""
# Steps that change nothing of what is told: no date shows that they were taken.
_UNTOLD = {"note", "attach", "record_bids", "pay"}
_TOLD = [edge.name for edge in GRAPH.edges if edge.name not in _UNTOLD]


@dataclass(frozen=True)
class Stretch:
    """Purchases in the order in which they were entered. before, after: the purchase at whose side the neighbouring
    stretch lies; "" where there is none."""

    processes: list[Process]
    before: str = ""
    after: str = ""


def stretch(unit: Unit | None, year: int, *, after: str = "", before: str = "") -> Stretch:
    """At most `PAGE` purchases of a unit's plans (None: all) of a fiscal year: the first, or those beside a purchase.

    It goes on from a purchase and not from a number, so that one entered meanwhile makes none be lost. Raises
    LookupError for a purchase that is not there. A fixed number of queries.
    """
    every = purchases_of(unit, year)
    rows = every.order_by("pk")
    if before:
        rows = every.filter(pk__lt=_place(before)).order_by("-pk")
    elif after:
        rows = rows.filter(pk__gt=_place(after))
    chosen = sorted(rows.values_list("pk", flat=True)[:PAGE])
    if not chosen:
        return Stretch([])
    found = processes(published_purchases(chosen)[::-1])
    ends = found[0].row.case.public_id, found[-1].row.case.public_id
    return Stretch(
        found,
        before=ends[0] if every.filter(pk__lt=chosen[0]).exists() else "",
        after=ends[1] if every.filter(pk__gt=chosen[-1]).exists() else "",
    )


def processes(rows: Iterable[PublishedPurchase]) -> list[Process]:
    """These purchases with their offers that are told, and when each last changed. Two queries."""
    rows = list(rows)
    wanted = [row.purchase.pk for row in rows]
    signed = Exists(Contract.objects.filter(purchase=OuterRef("purchase"), signed_on__isnull=False))
    offers: dict[int, list[Bid]] = defaultdict(list)
    for bid in Bid.objects.filter(signed, purchase__in=wanted).select_related("supplier").order_by("pk"):
        offers[bid.purchase_id].append(bid)
    steps = LedgerEntry.objects.filter(verb__in=_TOLD, case__in=wanted).order_by().values("case")
    moments = dict(steps.annotate(last=Max("at")).values_list("case", "last"))
    return [
        Process(row, offers[row.purchase.pk], _changed_at(row, moments.get(row.purchase.pk, row.case.opened_at)))
        for row in rows
    ]


def _changed_at(row: PublishedPurchase, step: datetime) -> datetime:
    """Its last step, or a day since on which an order or a seat of its committees changed."""
    seats = [seat for committee in row.committees for seat in committee.seats if seat.citizen]
    days = {*(seat.since for seat in seats), *(seat.until for seat in seats)}
    here, today = timezone.get_default_timezone(), timezone.localdate()
    return latest([step, *(datetime.combine(day, time(), here) for day in days if day and day <= today)])


def _place(public_id: str) -> int:
    found = Purchase.objects.filter(case__public_id=public_id).values_list("pk", flat=True).first()
    if found is None:
        raise LookupError(public_id)
    return found
