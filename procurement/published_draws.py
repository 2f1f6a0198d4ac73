"""What everybody may read of draws, and nothing else: the only read of their public pages and files.

A draw is public from the moment of its announcement, one that was annulled too: else a draw could be repeated until it
pleases. People stand in it as commitments and, with quotas, by their type. Whom a place belongs to is told of a citizen
alone who agreed to be named, and only once an order has appointed him.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from organisations.models import Unit
from organisations.queries import units_below
from procurement.draws.announcement import Announcement, canonical
from procurement.draws.minutes import Replacement, minutes
from procurement.draws.records import announcement_of, result_of
from procurement.draws.running import Result, replacement_order
from procurement.models import Consent, Draw, Purchase, Seat
from procurement.pool.line import Bar
from procurement.states import seat as law
from workflows.graph import Text
from workflows.models import LedgerEntry

# What the public learns of a seat: less than the staff knows, for a place may once be put to a name.
_OFFERED: Text = _("offered")
_IN_OFFICE: Text = _("in office")
_SERVED: Text = _("served to the end")
_NOT_TAKEN: Text = _("did not take the seat, or left it")
_NAMED = (*law.REPORTING, law.COMPLETED)


@dataclass(frozen=True)
class PublishedSeat:
    """A seat offered by a draw. place: in the list; rank: in the order drawn; follows: the place of who had the seat
    before him. name, purchase: of who agreed to be named and was appointed, else empty."""

    place: int
    rank: int
    unit: Unit
    state: Text
    follows: int | None = None
    name: str = ""
    purchase: Purchase | None = None


@dataclass(frozen=True)
class PassedOver:
    """A place that was passed over, why, and at how many seats."""

    place: int
    why: Text
    times: int


def draws() -> QuerySet[Draw]:
    """All draws that were ever announced, the latest quarter first."""
    found: QuerySet[Draw] = Draw.objects.select_related("case", "unit")
    return found.order_by("-fiscal_year", "-quarter", "unit__sort_key", "case")


def draws_of(unit: Unit) -> QuerySet[Draw]:
    """Those of a unit and of all below it today."""
    return draws().filter(unit__in=units_below([unit.pk]))


def draw_of(public_id: str) -> Draw:
    """One draw by the public id of its case. Raises Http404."""
    found = draws().filter(case__public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def announcement_text(draw: Draw) -> str:
    """The announcement as it was hashed: the SHA-256 of it in UTF-8 is the digest."""
    return canonical(draw.announcement)


def offers_of(draw: Draw) -> list[Seat]:
    """The seats offered by a draw, in the order in which they were opened."""
    rows = Seat.objects.filter(entry__draw=draw).select_related("case__unit", "entry", "follows__entry")
    return list(rows.order_by("case"))


def seats_of(draw: Draw, offers: Iterable[Seat]) -> list[PublishedSeat]:
    """The same as published. One query more."""
    offers = list(offers)
    agreed = Consent.objects.filter(citizen=OuterRef("person"), purpose=Consent.Purpose.PUBLISH, withdrawn_at=None)
    named = Seat.objects.filter(Exists(agreed), case__in=[seat.pk for seat in offers], case__state__in=_NAMED)
    known = {seat.pk: seat for seat in named.select_related("person", "committee__purchase__case")} if offers else {}
    return [_published(draw, seat, known.get(seat.pk)) for seat in offers]


def _published(draw: Draw, seat: Seat, named: Seat | None) -> PublishedSeat:
    entry, before = seat.entry, seat.follows.entry if seat.follows else None
    assert entry is not None  # of `offers_of`
    assert entry.rank is not None
    return PublishedSeat(
        place=entry.place,
        rank=entry.rank,
        unit=seat.case.unit,
        state=_state(seat.case.state),
        follows=before.place if before is not None and before.draw_id == draw.pk else None,
        name=named.person.name if named and named.person else "",
        purchase=named.committee.purchase if named else None,
    )


def _state(state: str) -> Text:
    if state in law.BEFORE_ORDER:
        return _OFFERED
    if state in law.REPORTING:
        return _IN_OFFICE
    return _SERVED if state == law.COMPLETED else _NOT_TAKEN


def passed_over(draw: Draw, offers: Iterable[Seat]) -> list[PassedOver]:
    """Who was passed over when seats were filled, from the ledger: place and reason, never at which seat. One query."""
    entries = LedgerEntry.objects.filter(case__in=[seat.pk for seat in offers], verb="draw_next")
    told = [facts for facts in (entry.data for entry in entries) if facts.get("draw") == draw.pk]
    counted = Counter((place, why) for facts in told for place, why in facts.get("passed", ()))
    return [PassedOver(place, _why(code), times) for (place, code), times in sorted(counted.items())]


def _why(code: str) -> Text:
    return {str(bar.value): bar.label for bar in Bar}.get(code, code)


def minutes_of(draw: Draw, offers: Sequence[Seat]) -> dict[str, Any]:
    """The file of the minutes of a draw that was held, as docs/draw-minutes.schema.json describes it."""
    announcement, result = announcement_of(draw), result_of(draw)
    return minutes(announcement, result, _replacements(announcement, result, offers))


def _replacements(announcement: Announcement, result: Result, offers: Iterable[Seat]) -> list[Replacement]:
    """Who was asked in whose place. taken: everybody before him in the order of replacement; each of them had been
    offered a seat already, or was passed over for a reason that is on record."""
    seats = {seat.pk: seat for seat in offers}
    rows: list[Replacement] = []
    orders: dict[int, tuple[int, ...]] = {}
    for seat in seats.values():
        first = _first(seat, seats)
        if first is None or seat.entry is None:
            continue
        if first not in orders:
            orders[first] = replacement_order(announcement, result, first)
        before = orders[first][: orders[first].index(seat.entry.place)]
        rows.append(Replacement(first, tuple(before), seat.entry.place))
    return rows


def _first(seat: Seat, seats: dict[int, Seat]) -> int | None:
    """The place that the draw put on this seat first; None for a seat that follows none of this draw."""
    first, follows = None, seat.follows_id
    while follows is not None:
        before = seats.get(follows)
        if before is not None and before.entry is not None:
            first, follows = before.entry.place, before.follows_id
        else:
            # Somebody in between was nominated, or drawn by another draw: the chain goes on behind him.
            follows = Seat.objects.filter(pk=follows).values_list("follows", flat=True).first()
    return first
