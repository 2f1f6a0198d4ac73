"""Writing what the planner proposes: into a vacant seat, or into the draft of a committee, by their edges alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.models import Unit, User
from organisations.queries import units_below
from procurement.coverage.reading import facts_of, variant_of
from procurement.coverage.rule import compute
from procurement.models import Activity, CommitteeCase, CommitteeKind, Member, Person, Purchase, SeatCase
from procurement.planner.places import Effort, Place, Prospect, prospects_of
from procurement.planner.reading import candidate_of, is_near, pool_of
from procurement.queries import units_planned_by
from workflows.actors import Actor
from workflows.graph import Text
from workflows.models import Case
from workflows.refusals import Missing, Refused
from workflows.transitions import open_case, perform

LONGEST_REASON: int = Member._meta.get_field("nomination").max_length or 0


class Did(StrEnum):
    """What became of an assignment."""

    ADDED = "added"
    NOMINATED = "nominated"
    AMENDED = "amended"
    DRAFTED = "drafted"
    ALREADY = "already"
    REFUSED = "refused"


_SENTENCES: dict[str, Text] = {
    Did.ADDED: gettext_lazy("Added to the draft of the order."),
    Did.NOMINATED: gettext_lazy("Nominated for the vacant seat. Invite him next."),
    Did.AMENDED: gettext_lazy("An amending order is drafted, and the citizen is in it."),
    Did.DRAFTED: gettext_lazy("A committee is drafted, and the citizen is in it."),
    Did.ALREADY: gettext_lazy("This citizen sits there already."),
}


@dataclass(frozen=True)
class Outcome:
    """What became of one assignment. sentence: what was done, or why nothing was; case: the committee, where one was
    written."""

    activity_id: str
    candidate_id: str
    did: Did
    sentence: Text
    case: CommitteeCase | None = None

    @property
    def is_done(self) -> bool:
        """Whether the citizen sits there now, at least in the draft."""
        return self.did is not Did.REFUSED


def propose(
    unit: Unit, fiscal_year: int, assignments: Iterable[tuple[str, str]], by: User, reason: str
) -> list[Outcome]:
    """Write a proposal of the planner for a unit and all below it, as far as it can be written today.

    assignments: pairs of an activity and a candidate by their ids, as `planner.rule.solve` gives them. fiscal_year:
    Buddhist Era. reason: why these citizens are nominated and orders in force amended; it stands in both.

    Each assignment is written whole or not at all, and one that is refused leaves the others alone. Written twice, it
    changes nothing the second time. A committee that is drafted for the purpose has no other member yet: the officials
    are still to be entered. Nothing is written for an activity without a purchase, nor into a draft that is on its way
    to be approved: it has to come back first.

    Raises Missing without a reason, for a longer one than an order prints, and for somebody who is no procurement
    officer of the unit or above it; then nothing has been written.
    """
    if not units_planned_by(by).filter(pk=unit.pk).exists():
        raise Missing(
            _("Only a procurement officer of this unit or of one above it may propose its seats."), field="by"
        )
    words = " ".join(reason.split())
    if not words:
        raise Missing(_("Give the reasons."), field="reason")
    if len(words) > LONGEST_REASON:
        raise Missing(_("Give the reasons in %(most)s characters at most.") % {"most": LONGEST_REASON}, field="reason")
    desk = _Desk(unit, fiscal_year, by, words)
    return [desk.outcome(activity, candidate) for activity, candidate in assignments]


class _Desk:
    """One call of `propose`."""

    def __init__(self, unit: Unit, fiscal_year: int, by: User, reason: str) -> None:
        self.unit, self.fiscal_year, self.reason = unit, fiscal_year, reason
        self.actor = Actor.person(by)
        # Who sits in a place is read under the lock of his activity; this is for those that are covered for good.
        self.covered = frozenset(map(int, compute(facts_of(unit, fiscal_year), variant_of()).covered))

    def outcome(self, activity_id: str, candidate_id: str) -> Outcome:
        try:
            with transaction.atomic():
                did, case = self._write(activity_id, candidate_id)
        except Refused as refusal:
            return Outcome(activity_id, candidate_id, Did.REFUSED, refusal.sentence)
        return Outcome(activity_id, candidate_id, did, _SENTENCES[did], case)

    def _write(self, activity_id: str, candidate_id: str) -> tuple[Did, CommitteeCase | None]:
        """The activity stays locked, so that the same proposal sent twice waits for itself, and the person, so that two
        proposals together do not give him more seats than he may hold. Always in this order."""
        activity = self._activity(activity_id)
        person = self._person(candidate_id)
        prospect = prospects_of([activity.pk])[activity.pk]
        if person.pk in prospect.seated:
            return Did.ALREADY, None
        if prospect.seated:
            raise Missing(_("Another citizen sits there already, or is in the draft."), field="activity")
        if activity.pk in self.covered:
            raise Missing(_("This activity is covered already."), field="activity")
        return self._seat(self._place(prospect, person, activity), person)

    def _activity(self, id_: str) -> Activity:
        mine = Activity.objects.filter(fiscal_year=self.fiscal_year, unit__in=units_below([self.unit.pk]))
        found = mine.select_for_update(no_key=True).filter(pk=int(id_)).first() if id_.isdecimal() else None
        if found is None:
            raise Missing(_("This activity is not in the plan."), field="activity")
        return found

    def _person(self, id_: str) -> Person:
        pool = Person.objects.filter(standing=Person.Standing.CITIZEN, unit__in=units_below([self.unit.pk]))
        found = pool.select_for_update(no_key=True).filter(pk=int(id_)).first() if id_.isdecimal() else None
        if found is None:
            raise Missing(_("This citizen is not in the pool."), field="person")
        return found

    def _place(self, prospect: Prospect, person: Person, activity: Activity) -> Place:
        """The place of the least effort in which this person may sit. Raises Missing with what stands against it."""
        if prospect.unplanned:
            raise Missing(_("No purchase of this activity has been planned yet. Plan it first."), field="activity")
        if prospect.reason is not None:
            raise Missing(prospect.reason.label, field="activity")
        if not is_near(person.unit_id, activity.unit_id):
            raise Missing(_("This citizen lives in the area of another unit."), field="person")
        known = pool_of(self.unit).filter(pk=person.pk).first()
        if known is None:
            raise Missing(_("This person is not available any more."), field="person")
        if candidate_of(known).seats_left == 0:
            raise Missing(_("This citizen holds as many seats as he may."), field="person")
        places = [place for place in prospect.places if person.pk not in place.barred]
        if not places:
            sentence = _(
                "This citizen sits on another committee of the purchase, has left one, or declared an interest in it."
            )
            raise Missing(sentence, field="person")
        if places[0].effort == Effort.WAITING:
            raise Missing(_("The draft was sent for approval. It has to come back first."), field="activity")
        return places[0]

    def _seat(self, place: Place, person: Person) -> tuple[Did, CommitteeCase]:
        did = Did.ADDED
        if place.seat is not None and place.committee is not None:
            seat = SeatCase.objects.get(pk=place.seat)
            perform(seat, "nominate", self.actor, person=person, reason=self.reason)
            return Did.NOMINATED, CommitteeCase.objects.get(pk=place.committee)
        if place.committee is None:
            case, did = self._draft(place), Did.DRAFTED
        else:
            case = CommitteeCase.objects.get(pk=place.committee)
            if place.effort == Effort.AMENDMENT:
                case, did = perform(case, "amend", self.actor, reasons=self.reason), Did.AMENDED
        duty = Member.Duty.MEMBER
        case = perform(case, "add_member", self.actor, person=person, duty=duty, nomination=self.reason)
        assert isinstance(case, CommitteeCase)
        return did, case

    def _draft(self, place: Place) -> Case:
        purchase = Purchase.objects.select_related("case__unit").get(pk=place.purchase)
        kind = CommitteeKind.objects.get(pk=place.kind)
        return open_case("committee", "draft", self.actor, unit=purchase.case.unit, purchase=purchase, kind=kind)
