"""Who is next in the drawn order, and why those before him were passed over."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.calendar import quarter_of
from organisations.queries import units_above
from procurement.draws.records import replacement_places
from procurement.models import (
    Bid,
    Citizen,
    Committee,
    ConflictHit,
    Contract,
    Declaration,
    Draw,
    DrawEntry,
    Member,
    Person,
    Seat,
)
from procurement.states import draw as draw_law
from procurement.states import seat as seat_law
from workflows.graph import Text

from .eligibility import in_the_pool
from .rules import pool_rules

_CHUNK = 100


class Bar(StrEnum):
    """Why somebody may not take a seat now."""

    label: Text

    def __new__(cls, code: str, label: Text) -> "Bar":
        bar = str.__new__(cls, code)
        bar._value_ = code
        bar.label = label
        return bar

    OUTSIDE = "outside", _("The pool does not know him.")
    NOT_IN_POOL = "not_in_pool", _("He is not in the pool, or his term is over.")
    AWAY = "away", _("He is not available now.")
    SEATS = "seats", _("He holds as many seats as he may.")
    HERE = "here", _("He sits on a committee of this purchase already, or was offered a seat there.")
    INTEREST = "interest", _("He declared an interest in this purchase.")
    CONFLICT = "conflict", _("A conflict of interest was found for this purchase, or is being looked into.")
    AGENCY = "agency", _("He sat on a committee of this agency a short while ago.")
    WINNER = "winner", _("He sat on a committee a short while ago that chose one of these bidders.")


@dataclass(frozen=True)
class Line:
    """The next in line. entry: None when nobody is left; passed: the lines passed over before it, with why."""

    draw: Draw
    entry: DrawEntry | None
    passed: tuple[tuple[int, Bar], ...] = field(default=())


def draw_for(unit_id: int, day: date) -> Draw | None:
    """The draw that fills the seats of a unit on `day`: of its quarter, of the unit or else of the nearest above it.

    None while the nearest one is only announced and its value is known already: it has to be held first, or whoever
    computes its order beforehand could choose between the two.
    """
    year, quarter = quarter_of(day)
    above = units_above(unit_id)
    known = Q(case__state=draw_law.DRAWN) | Q(case__state=draw_law.ANNOUNCED, seed_known_at__lte=timezone.now())
    found = Draw.objects.filter(known, unit__in=list(above), fiscal_year=year, quarter=quarter, annulled_at=None)
    nearest = min(found, key=lambda draw: above[draw.unit_id], default=None)
    return nearest if nearest is not None and nearest.result is not None else None


def next_in_line(seat: Seat, day: date) -> Line | None:
    """Who comes next for `seat` by the draw of the quarter; None when there is no draw.

    Every seat of the quarter is filled from one order: the first who has been offered the fewest seats of this draw
    and whom nothing bars. A seat that follows another of the same draw goes through the order of replacement that the
    same draw fixed. Out: also who was passed over, and why, for the ledger.
    """
    draw = draw_for(seat.committee.case.unit_id, day)
    if draw is None:
        return None
    passed: list[tuple[int, Bar]] = []
    ahead = iter(_in_order(draw, seat))
    while chunk := tuple(islice(ahead, _CHUNK)):
        barred = bars_of(seat.committee, [entry.person for entry in chunk], day)
        for entry in chunk:
            if not barred[entry.person_id]:
                return Line(draw, entry, tuple(passed))
            passed.append((entry.place, barred[entry.person_id][0]))
    return Line(draw, None, tuple(passed))


def _in_order(draw: Draw, seat: Seat) -> list[DrawEntry]:
    entries = {entry.place: entry for entry in draw.entries.select_related("person")}
    offers = Counter(Seat.objects.filter(entry__draw=draw).values_list("entry__place", flat=True))
    order = sorted(_places(draw, seat), key=lambda place: offers[place])  # stable: within equals the drawn order stays
    return [entries[place] for place in order]


def _places(draw: Draw, seat: Seat) -> Sequence[int]:
    """The drawn order; for a seat that follows one of the same draw, the order of replacement for whom the draw put on
    it first."""
    first, before = None, seat.follows
    while before is not None:
        if before.entry is not None and before.entry.draw_id == draw.pk:
            first = before.entry
        before = before.follows
    if first is not None:
        return replacement_places(draw, first.place)
    order: list[int] = draw.result["order"]  # type: ignore[index]  # it is drawn
    return order


def against_nomination(committee: Committee, person: Person, day: date) -> Bar | None:
    """What keeps this person from being nominated, the first thing; None when nothing does.

    Somebody whom the pool does not know may be nominated with a reason: the paper road of who has no account. Who has
    left it, was not admitted or only applied may not.
    """
    return against_nominations(committee, [person], day)[person.pk]


def against_nominations(committee: Committee, people: Iterable[Person], day: date) -> dict[int, Bar | None]:
    """The same of several people, by the key of the person, with the queries of one."""
    found = bars_of(committee, people, day)
    return {pk: next((bar for bar in bars if bar is not Bar.OUTSIDE), None) for pk, bars in found.items()}


def bars_of(committee: Committee, people: Iterable[Person], day: date) -> dict[int, list[Bar]]:
    """What keeps each of these people from a seat on `committee` on `day`, by the key of the person. A dozen queries or
    so, however many people."""
    pks = [person.pk for person in people]
    known = _Known(committee, pks, day)
    return {pk: list(known.bars(pk)) for pk in pks}


class _Known:
    """What is known of some people about one committee."""

    def __init__(self, committee: Committee, pks: list[int], day: date) -> None:
        self.day, self.rules = day, pool_rules(day)
        purchase = committee.purchase_id
        self.people = {person.pk: person for person in Person.objects.filter(pk__in=pks)}
        self.pool = {row.pk: row for row in in_the_pool(day).filter(pk__in=pks)}
        self.known = set(Citizen.objects.filter(pk__in=pks).values_list("pk", flat=True))
        self.live = live_seats(pks)
        own = Q(committee__purchase=purchase)
        self.here = set(Seat.objects.filter(own, person__in=pks).values_list("person", flat=True))
        # Who left only because a committee came to its end may sit on the next one of the same purchase.
        sits = own & (Q(left_on=None) | ~Q(left_because=Member.Leaving.END))
        self.here |= set(Member.objects.filter(sits, person__in=pks).values_list("person", flat=True))
        declared = Q(member__committee__purchase=purchase, member__person__in=pks) | Q(
            seat__committee__purchase=purchase, seat__person__in=pks
        )
        said = Declaration.objects.filter(declared, ground__isnull=False)
        self.interested = {a or b for a, b in said.values_list("member__person", "seat__person")}
        # Else who was suspended, or found to have one, would come in again by another seat.
        hits = ConflictHit.objects.filter(seat__committee__purchase=purchase, seat__person__in=pks).filter(
            Q(decision=ConflictHit.Decision.FOUNDED)
            | Q(decision=ConflictHit.Decision.OPEN, seat__case__state=seat_law.SUSPENDED)
        )
        self.conflicted = set(hits.values_list("seat__person", flat=True))
        self.agency, self.winner = self._recent(committee, pks)

    def _recent(self, committee: Committee, pks: list[int]) -> tuple[set[int], set[int]]:
        """Who sat for this agency, or for one who bids here, within the days of the rules (cooling-off)."""
        purchase = committee.purchase_id
        bidders = set(Bid.objects.filter(purchase=purchase).values_list("supplier", flat=True))
        bidders |= set(
            Contract.objects.filter(purchase=purchase, supplier__isnull=False).values_list("supplier", flat=True)
        )
        served = Member.objects.filter(person__in=pks, appointed_on__isnull=False, left_on__isnull=False).exclude(
            committee__purchase=purchase
        )
        agency = served.filter(
            committee__case__unit=committee.case.unit_id, left_on__gt=self._since("cooling_off_agency")
        )
        won = Bid.objects.filter(purchase=OuterRef("committee__purchase"), result=Bid.Result.WON, supplier__in=bidders)
        got = Contract.objects.filter(purchase=OuterRef("committee__purchase"), supplier__in=bidders)
        winner = served.filter(Exists(won) | Exists(got), left_on__gt=self._since("cooling_off_winner"))
        return set(agency.values_list("person", flat=True)), set(winner.values_list("person", flat=True))

    def _since(self, code: str) -> date:
        return self.day - timedelta(days=self.rules.get(code, 0))

    def bars(self, pk: int) -> Iterator[Bar]:
        """In the order in which they are named."""
        person, citizen = self.people[pk], self.pool.get(pk)
        if citizen is None:
            yield Bar.NOT_IN_POOL if pk in self.known else Bar.OUTSIDE
        away_until = citizen.away_until if citizen is not None else None
        if not person.active or (away_until is not None and away_until >= self.day):
            yield Bar.AWAY
        if pk in self.here:
            yield Bar.HERE
        if pk in self.interested:
            yield Bar.INTEREST
        if pk in self.conflicted:
            yield Bar.CONFLICT
        if self.live[pk] >= person.most_seats:
            yield Bar.SEATS
        if pk in self.agency:
            yield Bar.AGENCY
        if pk in self.winner:
            yield Bar.WINNER


def live_seats(people: "Sequence[int] | QuerySet[Any, Any]") -> Counter[int]:
    """How many live seats each of these people holds, by the key of the person: offered and held ones, and memberships
    of open committees without a seat. people: keys, or a query of keys. Two queries."""
    seats = Seat.objects.filter(person__in=people, case__state__in=seat_law.LIVE)
    live = Counter(pk for pk in seats.values_list("person", flat=True) if pk is not None)
    rows = Member.objects.filter(person__in=people, seat=None, left_on=None, committee__case__is_open=True)
    live.update(rows.values_list("person", flat=True))
    return live
