"""Who can be chosen for a committee: officials of its unit and citizens of its area, with the seats they hold already
and why somebody is not offered."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.utils.translation import gettext as _

from organisations.formats import digits
from organisations.models import User
from organisations.queries import units_above, units_below
from procurement.models import Citizen, Committee, Declaration, Member, Person, Seat
from procurement.queries import units_planned_by
from procurement.states import seat as seat_law
from workflows.search import clean

MOST = 12
"""Of either standing; a search narrows the rest."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be chosen. seats: committees on which he sits now. reason: why he is not offered, "" when he is;
    notes: what to consider about him."""

    person: Person
    seats: int
    reason: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_citizen(self) -> bool:
        """Whether he would sit as a citizen."""
        return self.person.standing == Person.Standing.CITIZEN

    @property
    def load(self) -> str:
        """His seats; of a citizen also how many he may have at most."""
        words = {"count": self.seats, "most": self.person.most_seats}
        return digits((_("%(count)s of %(most)s seats") if self.is_citizen else _("seats: %(count)s")) % words)


@dataclass(frozen=True)
class Found:
    """Those found of one standing; more: whether there are others, for whom the search has to be narrowed."""

    standing: Person.Standing
    rows: list[Candidate]
    more: bool


@dataclass(frozen=True)
class Declared:
    """What a person declared for a purchase: the last word, and the newest list of bidders for which there is one."""

    last: Declaration
    version: int


def declared_for(purchase_id: int, people: Iterable[int]) -> dict[int, Declared]:
    """What these people declared, by person and not by seat: an interest in a purchase is one on all its committees,
    as the order linter reads it. One query."""
    pks = list(people)
    # A citizen may declare while no draft names him.
    of_member = Q(member__committee__purchase=purchase_id, member__person__in=pks)
    of_seat = Q(member=None, seat__committee__purchase=purchase_id, seat__person__in=pks)
    rows = Declaration.objects.filter(of_member | of_seat).select_related("ground", "member", "seat")
    found: dict[int, Declared] = {}
    for row in rows.order_by("id"):
        declarer = row.member or row.seat
        assert declarer is not None and declarer.person_id is not None  # noqa: PT018 - what the query asked for
        before = found.get(declarer.person_id)
        found[declarer.person_id] = Declared(row, max(row.bidders_version, before.version if before else 0))
    return found


def candidates(committee: Committee, user: User, *, words: str = "", chosen: Collection[int] = ()) -> list[Found]:
    """Officials, then citizens, whom `user` may propose for `committee`: those of its unit first.

    words: parts of a name, a position or a network. Without any, the people of its unit and below; with some, also
    those of the other units that `user` plans and of the units above. chosen: keys of people who stay in the list
    whatever the words. Six queries.
    """
    everybody = _within_reach(committee, user)
    if words:
        found = _matching(everybody, words)
    else:
        found = everybody.filter(unit__in=units_below([committee.case.unit_id]), active=True)
    lists, kept = [], {row.pk: row for row in everybody.filter(pk__in=chosen)} if chosen else {}
    for standing in Person.Standing:
        rows = [row for row in kept.values() if row.standing == standing]
        others = found.filter(standing=standing).exclude(pk__in=[row.pk for row in rows])[: MOST + 1]
        lists.append((standing, rows, list(others)))
    known = _Known(committee, [row.pk for _standing, rows, others in lists for row in (*rows, *others)])
    return [
        Found(standing, [known.candidate(row) for row in (*rows, *others[:MOST])], more=len(others) > MOST)
        for standing, rows, others in lists
    ]


def _within_reach(committee: Committee, user: User) -> "QuerySet[Person]":
    unit = committee.case.unit_id
    live = Q(memberships__left_on=None, memberships__leaving=False, memberships__committee__case__is_open=True)
    # A seat that was offered and stands in no draft yet is one that he may come to hold.
    waiting = Q(seats__member=None, seats__case__state__in=seat_law.BEFORE_ORDER)
    units = Q(unit__in=units_below([unit])) | Q(unit__in=units_planned_by(user)) | Q(unit__in=list(units_above(unit)))
    return (
        Person.objects.filter(units)
        # Who only applied is nobody's business beyond the pool.
        .exclude(citizen__status__in=(Citizen.Status.APPLIED, Citizen.Status.REFUSED))
        .select_related("unit")
        .annotate(
            held=Count("memberships", filter=live, distinct=True) + Count("seats", filter=waiting, distinct=True),
            here=ExpressionWrapper(Q(unit=unit), output_field=BooleanField()),
        )
        .order_by("-here", "name", "id")
    )


def _matching(people: "QuerySet[Person]", words: str) -> "QuerySet[Person]":
    for word in clean(words).split():
        people = people.filter(Q(name__icontains=word) | Q(position__icontains=word) | Q(network__icontains=word))
    return people


class _Known:
    """What the purchase knows of these people already. Three queries for all of them."""

    def __init__(self, committee: Committee, people: Iterable[int]) -> None:
        self.committee, pks = committee, list(people)
        seated = Member.objects.filter(
            person__in=pks, committee__purchase=committee.purchase_id, left_on=None, leaving=False
        ).select_related("committee__kind", "committee__case")
        self.here: set[int] = set()
        self.elsewhere: dict[int, list[str]] = defaultdict(list)
        for row in seated:
            if row.committee_id == committee.pk:
                self.here.add(row.person_id)
            elif row.committee.case.is_open:
                self.elsewhere[row.person_id].append(row.committee.kind.name)
        offered = Seat.objects.filter(person__in=pks, committee=committee, member=None)
        self.offered = set(offered.filter(case__state__in=seat_law.BEFORE_ORDER).values_list("person", flat=True))
        declared = declared_for(committee.purchase_id, pks)
        self.interest = {pk: row.last.bidders_version for pk, row in declared.items() if row.last.has_interest}

    def candidate(self, person: Person) -> Candidate:
        """Whether this person is offered."""
        seats: int = person.held  # type: ignore[attr-defined]  # of the annotation
        notes = [_("Also sits on: %(committee)s") % {"committee": name} for name in self.elsewhere[person.pk]]
        interest = self.interest.get(person.pk)
        current = self.committee.purchase.bidders_version
        if interest is not None and interest < current:
            notes.append(_("Declared an interest before the bidders changed"))
        return Candidate(person, seats, self._reason(person, seats, barred=interest == current), tuple(notes))

    def _reason(self, person: Person, seats: int, *, barred: bool) -> str:
        if person.pk in self.here:
            return _("Is a member already")
        if person.pk in self.offered:
            return _("Has a seat here that waits for the next draft")
        if not person.active:
            return _("Is not available any more")
        if barred:
            return _("Declared an interest in this purchase")
        # The number of seats is a rule of the citizens' pool; officials sit where their post puts them.
        if person.standing == Person.Standing.CITIZEN and seats >= person.most_seats:
            return digits(
                _("Has %(count)s seats, and no more than %(most)s at a time")
                % {"count": seats, "most": person.most_seats}
            )
        return ""
