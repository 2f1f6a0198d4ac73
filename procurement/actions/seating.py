"""What ties a citizen seat to its committee: its member in the draft, and what the committee's steps do to its seats.

A committee is locked before its seats, a purchase before the seats of its committees."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from organisations.models import User
from procurement.coverage.standing import touch
from procurement.models import Committee, Declaration, InterestGround, Member, Order, Seat, SeatCase, Suspension
from procurement.states import committee as committee_law
from procurement.states import seat as law
from workflows.actors import TIMER, Actor
from workflows.refusals import Refused
from workflows.transitions import Step, open_case, perform

# Where a citizen may be entered: into the draft of an order, or to wait for the amendment of the one in force. What is
# on its way to be signed is signed as it was sent.
ENTERING = (committee_law.DRAFT, *committee_law.IN_FORCE)
_AT_WORK = (*committee_law.BEFORE_SIGNATURE, *committee_law.IN_FORCE)


# --- The member of a seat ---------------------------------------------------------------------------------------------
def enter(seat: Seat, by: User | None, at: datetime) -> None:
    """Put the citizen of a seat among the members that the next order appoints, with what he has declared."""
    assert seat.person is not None
    last = seat.committee.members.order_by("position").last()
    seat.member = Member.objects.create(
        committee=seat.committee,
        person=seat.person,
        duty=Member.Duty.MEMBER,
        nomination=seat.reason,
        position=last.position + 1 if last else 1,
        added_by=by,
        added_at=at,
    )
    seat.save(update_fields=["member"])
    seat.declarations.update(member=seat.member)


def enter_waiting(committee: Committee, by: User | None, at: datetime) -> None:
    """The order is in draft again: who was found for a seat meanwhile comes into it."""
    waiting = committee.seats.filter(member=None, person__isnull=False, case__state__in=law.BEFORE_ORDER)
    for seat in waiting.select_related("committee", "person").order_by("pk"):
        enter(seat, by, at)


def leave_draft(member: Member) -> None:
    """Take a citizen out of a draft. His seat stays, and what he declared stays with it."""
    Seat.objects.filter(member=member).update(member=None)
    Declaration.objects.filter(member=member, seat__isnull=False).update(member=None)
    Declaration.objects.filter(member=member).delete()
    member.delete()


def fall(seat: Seat, on: date, because: str) -> None:
    """The citizen is a member no more; what he declared stays on record with him. because: code of `Member.Leaving`."""
    member = seat.member
    if member is None:
        return
    if member.appointed_on is None and not member.declarations.exists():
        leave_draft(member)
        return
    begun = member.appointed_on or on
    Member.objects.filter(pk=member.pk, left_on=None).update(
        left_on=max(on, begun), left_because=because, leaving=False
    )
    end_suspension(seat, on)
    touch_activity(seat.committee)


def end_suspension(seat: Seat, on: date) -> None:
    """A suspension that runs ends on that day, or on the day it began where that is later."""
    for row in seat.suspensions.filter(until=None):
        Suspension.objects.filter(pk=row.pk).update(until=max(on, row.since))


def touch_activity(committee: Committee) -> None:
    """Coverage of the plan activity has to be looked at again."""
    activity = committee.purchase.activity
    touch(activity.unit_id, activity.fiscal_year)


def seat_of(member: Member) -> SeatCase | None:
    """The seat of a member who is a citizen, as a case; None of an official."""
    return SeatCase.objects.filter(seat__member=member).first()


def declared(step: Step, seat: SeatCase, ground: InterestGround | None, on: date) -> dict[str, Any]:
    """What a citizen declared on paper, recorded with his committee, is an edge of his seat."""
    version = Committee.objects.select_related("purchase").get(pk=step.case.pk).purchase.bidders_version
    facts: dict[str, Any] = {"seen": version, "on": on}
    if ground is not None:
        edge, facts = (
            ("leave_for_interest" if seat.state in law.HELD else "declare_conflict"),
            {**facts, "ground": ground},
        )
    else:
        edge = "declare" if seat.state == law.ACCEPTED else "declare_again"
    perform(seat, edge, step.actor, at=step.at, **facts)
    row = Declaration.objects.filter(seat=seat.pk).order_by("-pk")[0]
    return {"declaration": row.pk, "ground": ground.code if ground else ""}


def left(step: Step, seat: SeatCase, on: date, because: str, reasons: str) -> None:
    """That a citizen left, recorded with his committee, is an edge of his seat."""
    edge = "die" if because == Member.Leaving.DIED else "resign"
    perform(seat, edge, step.actor, at=step.at, on=on, reasons=reasons)


# --- The next in line -------------------------------------------------------------------------------------------------
def succeed(seat: Seat, at: datetime) -> None:
    """Open the seat again for somebody else, while its committee goes on (domain: replaced opens a new seat)."""
    committee = Committee.objects.select_related("case__unit", "purchase__case").get(pk=seat.committee_id)
    if committee.case.state in _AT_WORK and committee.purchase.case.is_open:
        open_case("seat", "succeed", TIMER, unit=committee.case.unit, at=at, committee=committee, follows=seat)


def fill_from_draw(case: SeatCase, actor: Actor, at: datetime) -> None:
    """Take the next of the drawn order and invite him; a seat for which there is nobody stays vacant."""
    try:
        drawn = perform(case, "draw_next", actor, at=at)
    except Refused:
        return
    perform(drawn, "invite", actor, at=at)


# --- What the steps of a committee do to its seats --------------------------------------------------------------------
def _take(step: Step, edge: str, cases: Iterable[SeatCase]) -> None:
    for case in cases:
        perform(case, edge, step.actor, at=step.at)


def _of(committee_id: int, states: Iterable[str]) -> Iterable[SeatCase]:
    return SeatCase.objects.filter(seat__committee=committee_id, state__in=list(states)).order_by("pk")


def propose(step: Step, member: Member, reason: str) -> None:
    """A citizen whom the staff put into the draft has a seat like everybody else; who had one here that waited for the
    next order comes into this one with it."""
    waiting = Seat.objects.filter(committee=member.committee, person=member.person, member=None)
    if (seat := waiting.filter(case__state__in=law.BEFORE_ORDER).first()) is not None:
        seat.member = member
        seat.save(update_fields=["member"])
        seat.declarations.update(member=member)
        return
    open_case(
        "seat", "propose", step.actor, unit=step.case.unit, at=step.at,
        committee=member.committee, person=member.person, member=member, reason=reason,
    )  # fmt: skip


def taken_out(step: Step, seat_id: int) -> None:
    """Who was only nominated is out; everybody else waits for the next draft."""
    for case in SeatCase.objects.filter(pk=seat_id, state=law.NOMINATED):
        perform(case, "take_out", step.actor, at=step.at)


def approved(step: Step) -> None:
    """With the draft its citizens are approved."""
    _take(step, "approve_seat", _of(step.case.pk, [law.CLEARED]).filter(seat__member__isnull=False))  # type: ignore[attr-defined]


def back_in_draft(step: Step) -> None:
    """The draft came back: its citizens are no longer approved, and who was found meanwhile comes in."""
    _take(step, "order_returned", _of(step.case.pk, [law.APPROVED]))
    committee = Committee.objects.get(pk=step.case.pk)
    enter_waiting(committee, step.actor.user, step.at)


def ordered(step: Step, order: int) -> None:
    """Whom the order names is appointed; whom it lets go is discharged."""
    named = Q(seat__member__appointed_by=order)
    seats = SeatCase.objects.filter(named | Q(seat__member__removed_by=order, state__in=law.HELD))
    for case in seats.select_related("seat__member").order_by("pk"):
        edge = "appoint" if case.seat.member.appointed_by_id == order else "order_cancelled"  # type: ignore[union-attr]
        perform(case, edge, step.actor, at=step.at)


def met(step: Step) -> None:
    """Who came to a meeting serves."""
    came = _of(step.case.pk, [law.APPOINTED]).filter(seat__member__attendances__attended=True)  # type: ignore[attr-defined]
    _take(step, "serve", came.distinct())


def ended(step: Step) -> None:
    """The committee is over: by its report, by an order, or before there was one."""
    by_order = Order.objects.filter(committee=step.case.pk, kind=Order.Kind.CANCELLATION).exists()
    _take(step, "order_cancelled" if by_order else "conclude", _of(step.case.pk, law.HELD))
    _take(step, "project_cancelled", _of(step.case.pk, law.BEFORE_ORDER))


def purchase_over(step: Step) -> None:
    """The purchase was given up: nobody is sought for its committees any more. Orders in force are ended by orders."""
    waiting = SeatCase.objects.filter(seat__committee__purchase=step.case.pk, state__in=law.BEFORE_ORDER)
    _take(step, "project_cancelled", waiting.order_by("pk"))
