"""What each edge of a committee writes. Every function takes the `Step` (the case is locked, rights and guards are
checked) and the facts of its edge as keywords, and returns what the ledger records: references and codes."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from organisations.calendar import BUDDHIST_ERA
from procurement import rules
from procurement.actions import seating
from procurement.actions.checking import check_committee
from procurement.actions.common import attach, enter_into, extend, note, take_over, write_note
from procurement.documents.content import order_content
from procurement.linter import findings_of
from procurement.models import (
    Attendance,
    Check,
    Committee,
    CommitteeCase,
    CommitteeKind,
    Declaration,
    Dissent,
    InterestGround,
    Meeting,
    Member,
    Order,
    Person,
    Purchase,
    Seat,
)
from workflows.actions import Action, Recorded
from workflows.attachments import keep
from workflows.files import Checked
from workflows.transitions import Step

ACTIONS: dict[str, Action] = {"note": note, "attach": attach, "take_over": take_over, "extend": extend}
_edge = enter_into(ACTIONS)
SUBJECT_LENGTH = 200


# --- The order --------------------------------------------------------------------------------------------------------
@_edge("draft")
def draft(step: Step, *, purchase: Purchase, kind: CommitteeKind) -> Recorded:
    """A committee is begun; its file is in the hands of who began it."""
    case = step.case
    case.subject, case.category, case.screened = purchase.name[:SUBJECT_LENGTH], kind.code, True
    Committee.objects.create(case=case, purchase=purchase, kind=kind)
    step.hand_to(step.user)
    step.number_wanted = True
    return {"purchase": purchase.pk, "kind": kind.code}


@_edge("add_member")
def add_member(step: Step, *, person: Person, duty: str, nomination: str = "") -> Recorded:
    """A seat in the draft. nomination: why a citizen who was not drawn is proposed."""
    committee = _committee(step)
    last = committee.members.order_by("position").last()
    row = Member.objects.create(
        committee=committee,
        person=person,
        duty=duty,
        nomination=nomination.strip(),
        position=last.position + 1 if last else 1,
        added_by=step.user,
        added_at=step.at,
    )
    citizen = person.standing == Person.Standing.CITIZEN
    if citizen:
        step.then(lambda: seating.propose(step, row, nomination))
    return {"member": row.pk, "person": person.pk, "duty": duty, "citizen": citizen}


@_edge("change_duty")
def change_duty(step: Step, *, member: Member, duty: str) -> Recorded:  # noqa: ARG001 - the shape of an action
    """Another duty of somebody who is not in office yet."""
    Member.objects.filter(pk=member.pk).update(duty=duty)
    return {"member": member.pk, "duty": duty}


@_edge("remove_member")
def remove_member(step: Step, *, member: Member) -> Recorded:
    """Out of the draft; who is in office leaves with the amending order."""
    # Read again: the order may have been signed since he was shown.
    drafted = Member.objects.filter(pk=member.pk, appointed_on=None).first()
    recorded = {"member": member.pk, "person": member.person_id}
    if drafted is None:
        Member.objects.filter(pk=member.pk).update(leaving=True)
        return recorded
    if (seat := Seat.objects.filter(member=drafted).first()) is not None:
        step.then(lambda: seating.taken_out(step, seat.pk))
    seating.leave_draft(drafted)
    return recorded


@_edge("lint", "approve")
def send_on(step: Step) -> Recorded:
    """The linter's findings are kept as they were when the draft was sent on, and who was in it (`rules`)."""
    # First, so that who is found to have a conflict is not approved.
    step.then(lambda: check_committee(step.case.pk, at=step.at))
    if step.edge.name == "approve":
        step.then(lambda: seating.approved(step))
    return {"check": _keep_check(step, step.today).pk, "members": rules.members_of_draft(step.case)}


@_edge("take_back", "drop_amendment")
def without_words(step: Step) -> Recorded:
    """Nothing but the move; a dropped amendment leaves the members as the order in force names them."""
    if step.edge.name == "take_back":
        step.then(lambda: seating.back_in_draft(step))
    if step.edge.name == "drop_amendment":
        committee = _committee(step)
        _forget_drafted(committee)
        committee.members.filter(leaving=True).update(leaving=False)
    return None


@_edge("return_draft", "amend", "return_report")
def with_reasons(step: Step, *, reasons: str) -> Recorded:
    """Why it goes back, is given up or has to change."""
    if step.edge.name != "return_report":
        step.then(lambda: seating.back_in_draft(step))
    return {"note": write_note(step, reasons)}


@_edge("discard")
def discard(step: Step, *, reasons: str) -> Recorded:
    """The draft is given up; nobody was appointed."""
    _end(_committee(step), step.today, Member.Leaving.END, None)
    step.then(lambda: seating.ended(step))
    return {"note": write_note(step, reasons)}


@_edge("sign_order")
def sign_order(step: Step, *, number: str, on: date, title: str = "") -> Recorded:
    """The head of the agency signs here. title: his position, or for whom he acts (ปฏิบัติราชการแทน)."""
    return _order(step, number=number, on=on, signatory=step.user.name_th, title=title, by_himself=True)


@_edge("record_signed_order")
def record_signed_order(
    step: Step, *, number: str, on: date, signatory: str, title: str = "", files: Iterable[Checked] = ()
) -> Recorded:
    """The order was signed on paper: its scan is kept, and the approvers are told (domain.md, section 2)."""
    facts = _order(step, number=number, on=on, signatory=signatory, title=title, by_himself=False)
    return {**(facts or {}), "attachments": [row.pk for row in keep(step, files)]}


@_edge("cancel_order")
def cancel_order(step: Step, *, number: str, on: date, reasons: str, title: str = "") -> Recorded:
    """Another order ends the committee."""
    committee = _committee(step)
    order = _write_order(
        step,
        committee,
        Order.Kind.CANCELLATION,
        number=number,
        on=on,
        signatory=step.user.name_th,
        title=title,
        by_himself=True,
    )
    _end(committee, on, Member.Leaving.ORDER, order)
    step.then(lambda: seating.ended(step))
    return {"order": order.pk, "number": order.number, "note": write_note(step, reasons)}


# --- The work ---------------------------------------------------------------------------------------------------------
@_edge("hold_meeting", "record_meeting")
def record_meeting(
    step: Step, *, on: date, ballots: Iterable[Mapping[str, Any]], minutes: str, decision: str = Meeting.Decision.NONE
) -> Recorded:
    """A meeting that had its quorum. ballots: member, invited, attended, documents, vote of each serving member."""
    committee = _committee(step)
    meeting = Meeting.objects.create(
        committee=committee,
        number=committee.meetings.count() + 1,
        held_on=on,
        decision=decision,
        minutes=minutes.strip(),
        recorded_by=step.user,
        at=step.at,
    )
    rows = [Attendance(meeting=meeting, **ballot) for ballot in ballots]
    Attendance.objects.bulk_create(rows)
    _touch(committee)
    attended = [row.member_id for row in rows if row.attended]
    step.then(lambda: seating.met(step))
    return {"meeting": meeting.pk, "on": on.isoformat(), "decision": decision, "attended": attended}


@_edge("record_dissent")
def record_dissent(step: Step, *, attendance: Attendance, text: str) -> Recorded:
    """The opposing report of who voted against; its answer has a deadline."""
    row = Dissent.objects.create(
        meeting_id=attendance.meeting_id,
        member_id=attendance.member_id,
        text=text.strip(),
        recorded_by=step.user,
        at=step.at,
    )
    step.clocks.start("dissent_answer", step.today, about=str(row.pk))
    return {"dissent": row.pk, "member": row.member_id}


@_edge("answer_dissent")
def answer_dissent(step: Step, *, dissent: Dissent, text: str) -> Recorded:
    """The head of the agency answers."""
    Dissent.objects.filter(pk=dissent.pk).update(answer=text.strip(), answered_by=step.user, answered_at=step.at)
    step.clocks.stop("dissent_answer", step.today, about=str(dissent.pk))
    return {"dissent": dissent.pk}


@_edge("report")
def report(step: Step, *, text: str, files: Iterable[Checked] = ()) -> Recorded:
    """What the committee reports to the head of the agency."""
    return {"note": write_note(step, text), "files": len(keep(step, files))}


@_edge("dissolve")
def dissolve(step: Step, *, text: str = "") -> Recorded:
    """The report is accepted, and the committee has done its work."""
    _end(_committee(step), step.today, Member.Leaving.END, None)
    step.then(lambda: seating.ended(step))
    return {"note": write_note(step, text)}


# --- Members change without an order ----------------------------------------------------------------------------------
@_edge("declare_interest")
def declare_interest(step: Step, *, member: Member, ground: InterestGround | None, on: date | None = None) -> Recorded:
    """What a member declared; with an interest he leaves the post that day (Regulation cl. 27, 175): every seat he has
    here, for whose duty an amendment in draft changes has two."""
    committee, day = _committee(step), on or step.today
    if (of_citizen := seating.seat_of(member)) is not None:
        return {"member": member.pk, **seating.declared(step, of_citizen, ground, day)}
    row = Declaration.objects.create(
        member=member,
        bidders_version=committee.purchase.bidders_version,
        ground=ground,
        declared_on=day,
        recorded_by=step.user,
        at=step.at,
    )
    for seat in committee.members.filter(person=member.person_id, left_on=None) if ground is not None else ():
        # Who is only in the draft never takes office; his row stays, for the declaration hangs on it.
        _leaves(committee, seat, max(day, seat.appointed_on or day), Member.Leaving.INTEREST)
    return {"declaration": row.pk, "member": member.pk, "ground": ground.code if ground else ""}


@_edge("member_leaves")
def member_leaves(step: Step, *, member: Member, on: date, because: str, reasons: str) -> Recorded:
    """A member resigned, died or moved; from that day on he is none."""
    if (of_citizen := seating.seat_of(member)) is not None:
        seating.left(step, of_citizen, on, because, reasons)
        return {"member": member.pk, "on": on.isoformat(), "because": because}
    _leaves(_committee(step), member, on, because)
    return {"member": member.pk, "on": on.isoformat(), "because": because, "note": write_note(step, reasons)}


# --- What several edges do --------------------------------------------------------------------------------------------
def _committee(step: Step) -> Committee:
    """Read again, and so the case that `perform` returns shows what this step made of it."""
    committee = Committee.objects.select_related("purchase__activity", "kind").get(pk=step.case.pk)
    cast("CommitteeCase", step.case).committee = committee
    return committee


def _keep_check(step: Step, on: date) -> Check:
    found = [finding.as_json() for finding in findings_of(_committee(step), on=on)]
    return Check.objects.create(
        committee_id=step.case.pk, edge=step.edge.name, findings=found, by=step.user, at=step.at
    )


def _order(step: Step, *, number: str, on: date, signatory: str, title: str, by_himself: bool) -> Recorded:
    """The draft becomes an order: who is new is appointed, who was taken out leaves."""
    committee = _committee(step)
    check = _keep_check(step, on)
    kind = Order.Kind.AMENDMENT if committee.orders.exists() else Order.Kind.APPOINTMENT
    order = _write_order(
        step, committee, kind, number=number, on=on, signatory=signatory, title=title, by_himself=by_himself
    )
    committee.members.filter(left_on=None, leaving=True).update(
        left_on=on, left_because=Member.Leaving.ORDER, removed_by=order, leaving=False
    )
    committee.members.filter(left_on=None, appointed_on=None).update(appointed_on=on, appointed_by=order)
    _touch(committee)
    step.then(lambda: seating.ordered(step, order.pk))
    return {"order": order.pk, "kind": kind, "number": order.number, "on": on.isoformat(), "check": check.pk}


def _write_order(
    step: Step,
    committee: Committee,
    kind: str,
    *,
    number: str,
    on: date,
    signatory: str,
    title: str,
    by_himself: bool,
) -> Order:
    order = Order(
        committee=committee,
        unit=step.case.unit,
        kind=kind,
        number=number.strip(),
        year=on.year + BUDDHIST_ERA,
        dated_on=on,
        signatory=signatory.strip(),
        signatory_title=title.strip(),
        signed_by=step.user if by_himself else None,
        recorded_by=step.user,
        at=step.at,
    )
    order.content = order_content(committee, order)
    order.save(force_insert=True)
    return order


def _leaves(committee: Committee, member: Member, on: date, because: str) -> None:
    Member.objects.filter(pk=member.pk).update(left_on=on, left_because=because, leaving=False)
    _touch(committee)


def _end(committee: Committee, on: date, because: str, order: Order | None) -> None:
    """Everybody who is still there leaves. Who was only in a draft is taken out of it."""
    _forget_drafted(committee)
    for member in committee.members.filter(left_on=None):
        member.left_on = max(on, member.appointed_on or on)
        member.left_because, member.removed_by = because, order
        member.leaving = False
        member.save(update_fields=["left_on", "left_because", "removed_by", "leaving"])
    _touch(committee)


def _forget_drafted(committee: Committee) -> None:
    """Who was only in a draft goes with it; who declared an interest in it stays on record."""
    for member in committee.members.filter(appointed_on=None, left_on=None):
        seating.leave_draft(member)


def _touch(committee: Committee) -> None:
    seating.touch_activity(committee)
