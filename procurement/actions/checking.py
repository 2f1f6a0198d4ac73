"""The check for conflicts of interest: when a citizen has declared, and by itself whenever the bidders change."""

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from procurement.conflicts.facts import BidderFacts, Hit, Rules
from procurement.conflicts.matching import BidderIndex, check
from procurement.conflicts.reading import bidders_of, rules_of, suspect_of
from procurement.models import ConflictCheck, ConflictHit, Seat, SeatCase
from procurement.states import seat as law
from workflows.actors import TIMER
from workflows.transitions import perform

logger = logging.getLogger(__name__)

CHECKED = (law.DECLARED, *law.READY, *law.HELD)
"""States in which a citizen is checked when the bidders change: from his declaration until the committee has ended."""


def check_purchase(purchase_id: int, *, at: datetime) -> int:
    """Check every citizen of the committees of a purchase against its present bidders. Out: how many were checked.

    Called in the transaction that changed the bidders and has the purchase locked; seats are locked in one order.
    """
    return _check_all(SeatCase.objects.filter(seat__committee__purchase=purchase_id), at)


def check_committee(committee_id: int, *, at: datetime) -> int:
    """The same of one committee, before somebody decides about its order: what is known of the people of a bidder, or
    of a citizen, may have changed since he was checked. Called with the committee locked. Out: how many were checked.
    """
    return _check_all(SeatCase.objects.filter(seat__committee=committee_id), at)


def check_everybody() -> int:
    """Check every citizen who is being checked, cleared or in office: an import of directors, a corrected name or a new
    address changes no list of bidders, and may still say something. Out: how many were checked.

    A purchase at a time, each in its own transaction; one that fails keeps no other back.
    """
    waiting = SeatCase.objects.filter(state__in=CHECKED, seat__committee__purchase__bidders_version__gt=0)
    checked = 0
    for purchase in sorted(set(waiting.values_list("seat__committee__purchase", flat=True))):
        try:
            with transaction.atomic():
                checked += check_purchase(purchase, at=timezone.now())
        except Exception:
            logger.exception("the citizens of purchase %s could not be checked", purchase)
    return checked


def _check_all(cases: "QuerySet[SeatCase]", at: datetime) -> int:
    """cases: seats of one purchase."""
    locked = cases.filter(state__in=CHECKED).select_for_update(no_key=True, of=("self",)).order_by("pk")
    seats = list(locked.values_list("pk", "seat__committee__purchase"))
    # Read and indexed once, for they are the same to everybody.
    field = _field(seats[0][1], at) if seats else None
    for pk, _purchase in seats:
        check_seat(pk, at=at, field=field)
    return len(seats)


@dataclass(frozen=True)
class Field:
    """The present bidders of a purchase, and the rules by which somebody is compared with them."""

    bidders: list[BidderFacts]
    index: BidderIndex
    rules: Rules


def _field(purchase_id: int, at: datetime) -> Field:
    bidders = bidders_of(purchase_id)
    return Field(bidders, BidderIndex(bidders), rules_of(timezone.localdate(at)))


def check_seat(seat_id: int, *, at: datetime, field: Field | None = None) -> int:
    """Compare the citizen of a seat with the present bidders and keep what is found, for a person to decide.

    What was found and decided about before is not asked again. Something new, of somebody who was cleared, sends him
    back to be checked; of somebody in office, it suspends his seat. field: the bidders, where they were read already.
    Out: how many hits are not decided about.
    """
    rows = Seat.objects.select_related("person", "committee__purchase__case", "case")
    seat = rows.get(pk=seat_id)
    version = seat.committee.purchase.bidders_version
    field = field or _field(seat.committee.purchase_id, at)
    found = check(suspect_of(seat, field.bidders), field.index, field.rules)
    unchecked = sorted(kind.value for kind in found.unchecked)
    last = seat.checks.order_by("-pk").first()
    # The nightly check of the same bidders with the same gaps is no news, and would fill the table.
    if last is None or (last.bidders_version, last.unchecked) != (version, unchecked):
        ConflictCheck.objects.create(seat=seat, bidders_version=version, unchecked=unchecked, at=at)
    for hit in found.hits:
        _keep(seat, hit, version, at)
    undecided = seat.hits.filter(decision="").count()
    if undecided and seat.case.state in law.READY:
        perform(seat.case, "check_again", TIMER, at=at)
    elif undecided and seat.case.state in law.IN_OFFICE:
        perform(seat.case, "conflict_found", TIMER, at=at)
    return undecided


def _keep(seat: Seat, hit: Hit, version: int, at: datetime) -> None:
    evidence = dict(hit.evidence)
    same = json.dumps([hit.kind.value, hit.bidder, hit.linked, evidence], ensure_ascii=False, sort_keys=True)
    row, new = ConflictHit.objects.get_or_create(
        seat=seat,
        digest=hashlib.sha256(same.encode()).hexdigest(),
        defaults={
            "first_version": version,
            "last_version": version,
            "kind": hit.kind.value,
            "supplier_id": hit.bidder,
            "certain": hit.certain,
            "score": hit.score,
            "evidence": evidence,
            "found_at": at,
        },
    )
    if not new and row.last_version != version:
        ConflictHit.objects.filter(pk=row.pk).update(last_version=version)
