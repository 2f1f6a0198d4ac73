"""What each edge of a citizen seat writes. Every function takes the `Step` (the case is locked, rights and guards are
checked) and the facts of its edge as keywords, and returns what the ledger records: references and codes."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django.utils.translation import gettext as _

from procurement.actions import seating
from procurement.actions.checking import check_seat
from procurement.actions.common import attach, enter_into, extend, note, take_over, write_note
from procurement.models import (
    Committee,
    ConflictHit,
    Declaration,
    Draw,
    InterestGround,
    Meeting,
    Member,
    Observation,
    Person,
    Seat,
    SeatCase,
    Suspension,
)
from procurement.pool.line import against_nomination, next_in_line
from workflows.actions import Action, Recorded
from workflows.actors import TIMER
from workflows.attachments import keep
from workflows.files import Checked
from workflows.refusals import Missing
from workflows.transitions import Step

ACTIONS: dict[str, Action] = {"note": note, "attach": attach, "take_over": take_over, "extend": extend}
_edge = enter_into(ACTIONS)
SUBJECT_LENGTH = 200


# --- A place and somebody for it --------------------------------------------------------------------------------------
@_edge("open", "succeed")
def open_seat(step: Step, *, committee: Committee, follows: Seat | None = None) -> Recorded:
    """A vacant seat, in the hands of who keeps the committee. One that follows another is filled by itself where there
    is somebody in the drawn order."""
    _begin(step, committee, follows=follows)
    if follows is not None:
        step.then(lambda: seating.fill_from_draw(cast("SeatCase", step.case), TIMER, step.at))
    return {"committee": committee.pk, "follows": follows.pk if follows else None}


@_edge("propose")
def propose(step: Step, *, committee: Committee, person: Person, member: Member, reason: str) -> Recorded:
    """The seat of a citizen whom the staff put into the draft."""
    _begin(step, committee, person=person, how=Seat.How.NOMINATION, reason=reason.strip(), member=member)
    line = next_in_line(_seat(step), step.today)
    left = bool(line and line.entry)
    return {"committee": committee.pk, "person": person.pk, "how": Seat.How.NOMINATION, "line_left": left}


def _begin(step: Step, committee: Committee, **facts: Any) -> None:
    case = step.case
    case.subject, case.category, case.screened = committee.purchase.name[:SUBJECT_LENGTH], committee.kind_id, True
    Seat.objects.create(case=case, committee=committee, **facts)
    step.hand_to(committee.case.holder or step.actor.user)
    step.number_wanted = True


@_edge("draw_next")
def draw_next(step: Step) -> Recorded:
    """The next of the drawn order. The draw stays locked: two seats at once never take the same line."""
    seat = _seat(step)
    line = next_in_line(seat, step.today)
    if line is not None:
        Draw.objects.select_for_update(no_key=True).get(pk=line.draw.pk)
        line = next_in_line(seat, step.today)
    if line is None or line.entry is None:
        raise Missing(_("Nobody in the drawn order is left who may sit here."), field="somebody_in_line")
    _offer(step, seat, line.entry.person, how=Seat.How.DRAW, entry=line.entry)
    passed = [[place, bar.value] for place, bar in line.passed]
    return {"draw": line.draw.pk, "place": line.entry.place, "person": line.entry.person_id, "passed": passed}


@_edge("nominate")
def nominate(step: Step, *, person: Person, reason: str) -> Recorded:
    """Somebody who was not drawn. Whether the drawn order still had somebody is on record."""
    seat = _seat(step)
    line = next_in_line(seat, step.today)
    _offer(step, seat, person, how=Seat.How.NOMINATION, reason=reason.strip())
    return {"person": person.pk, "how": Seat.How.NOMINATION, "line_left": bool(line and line.entry)}


def _offer(step: Step, seat: Seat, person: Person, **facts: Any) -> None:
    # Locked, so that two seats at once do not give him more than he may hold.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if (bar := against_nomination(seat.committee, person, step.today)) is not None:
        raise Missing(bar.label, field="may_sit_here")
    seat.person = person
    for name, value in facts.items():
        setattr(seat, name, value)
    seat.save()
    if seat.committee.case.state in seating.ENTERING:
        seating.enter(seat, step.actor.user or step.case.holder, step.at)


@_edge("invite", "serve", "clear", "approve_seat", "order_returned", "appoint", "complete")
def without_words(step: Step) -> Recorded:  # noqa: ARG001 - the shape of an action
    """Nothing but the move."""
    return None


# --- His answer -------------------------------------------------------------------------------------------------------
@_edge("accept", "record_acceptance")
def accept(step: Step, *, text: str = "") -> Recorded:
    """He accepts; text: his words, or how the staff heard it."""
    return {"note": write_note(step, text)}


@_edge("decline", "record_refusal", "no_reply", "declaration_overdue")
def decline(step: Step, *, text: str = "") -> Recorded:
    """He will not sit; the next in line is invited by itself."""
    _falls(step, step.today, Member.Leaving.RESIGNED)
    return {"note": write_note(step, text)}


# --- His interests ----------------------------------------------------------------------------------------------------
@_edge("declare", "declare_again")
def declare(step: Step, *, seen: int, on: date | None = None, text: str = "") -> Recorded:
    """He has no interest that he knows of, as to the bidders of this version; he is checked at once."""
    seat = _seat(step)
    row = _declaration(step, seat, seen, None, on)
    step.then(lambda: check_seat(seat.pk, at=step.at))
    return {"declaration": row.pk, "version": seen, "note": write_note(step, text)}


@_edge("declare_conflict", "leave_for_interest")
def declare_interest(
    step: Step, *, ground: InterestGround, seen: int | None = None, on: date | None = None, text: str = ""
) -> Recorded:
    """He has an interest, and leaves that day (Regulation cl. 27, 175)."""
    seat, day = _seat(step), on or step.today
    version = seat.committee.purchase.bidders_version if seen is None else seen
    row = _declaration(step, seat, version, ground, on)
    _falls(step, day, Member.Leaving.INTEREST)
    return {"declaration": row.pk, "ground": ground.code, "note": write_note(step, text)}


def _declaration(step: Step, seat: Seat, version: int, ground: InterestGround | None, on: date | None) -> Declaration:
    return Declaration.objects.create(
        member=seat.member,
        seat=seat,
        bidders_version=version,
        ground=ground,
        declared_on=on or step.today,
        recorded_by=step.actor.user,
        at=step.at,
    )


@_edge("decide_hit")
def decide_hit(step: Step, *, hit: ConflictHit, decision: str, reasons: str) -> Recorded:
    """A person decides about one possible conflict, and says why. The reasons stay in a note when somebody decides
    otherwise later."""
    ConflictHit.objects.filter(pk=hit.pk, seat=step.case.pk).update(
        decision=decision, reasons=reasons.strip(), decided_by=step.user, decided_at=step.at
    )
    return {"hit": hit.pk, "decision": decision, "note": write_note(step, reasons)}


@_edge("find_conflict")
def find_conflict(step: Step, *, text: str = "") -> Recorded:
    """A conflict was found before he was appointed."""
    _falls(step, step.today, Member.Leaving.INTEREST)
    return {"note": write_note(step, text)}


@_edge("check_again")
def check_again(step: Step) -> Recorded:
    """Something came up after he was cleared; the order that would name him cannot be signed."""
    return {"hits": list(_seat(step).hits.filter(decision="").values_list("pk", flat=True))}


@_edge("conflict_found")
def conflict_found(step: Step) -> Recorded:
    """He does not take part, and does not count, until somebody has decided."""
    seat = _seat(step)
    Suspension.objects.create(seat=seat, since=step.today)
    seating.touch_activity(seat.committee)
    return {"hits": list(seat.hits.filter(decision="").values_list("pk", flat=True))}


@_edge("lift_suspension")
def lift_suspension(step: Step, *, text: str = "") -> Recorded:
    """He takes part again from today."""
    seat = _seat(step)
    seating.end_suspension(seat, step.today)
    seating.touch_activity(seat.committee)
    return {"note": write_note(step, text)}


# --- He leaves --------------------------------------------------------------------------------------------------------
@_edge("withdraw_acceptance")
def withdraw_acceptance(step: Step, *, reasons: str) -> Recorded:
    """He takes his acceptance back before an order names him."""
    _falls(step, step.today, Member.Leaving.RESIGNED)
    return {"note": write_note(step, reasons)}


@_edge("set_aside", "close_vacancy", "draw_annulled", "project_cancelled", "take_out")
def void(step: Step, *, reasons: str = "") -> Recorded:
    """The seat ends without an appointment. Whom an approver set aside, or the annulled draw had chosen, leaves his
    place to somebody else."""
    seat = _seat(step)
    seating.fall(seat, step.today, Member.Leaving.ORDER)
    if step.edge.name in ("set_aside", "draw_annulled"):
        step.then(lambda: seating.succeed(seat, step.at))
    return {"note": write_note(step, reasons)}


_BECAUSE = {"resign": Member.Leaving.RESIGNED, "die": Member.Leaving.DIED, "no_show": Member.Leaving.NO_SHOW}


@_edge("resign", "die", "discharge", "no_show")
def leave(step: Step, *, on: date | None = None, reasons: str = "", because: str = "") -> Recorded:
    """He leaves on that day. because, of a discharge: code of `Member.Leaving`."""
    day = on or step.today
    why = _BECAUSE.get(step.edge.name) or because or Member.Leaving.DISCHARGED
    _falls(step, day, why)
    return {"on": day.isoformat(), "because": str(why), "note": write_note(step, reasons)}


@_edge("order_cancelled")
def order_cancelled(step: Step) -> Recorded:
    """An order let him go; nobody follows him."""
    seating.fall(_seat(step), step.today, Member.Leaving.ORDER)
    return None


@_edge("conclude")
def conclude(step: Step) -> Recorded:
    """The committee has ended; his reports may still come, and are still answered."""
    seating.end_suspension(_seat(step), step.today)
    return None


def _falls(step: Step, on: date, because: str) -> None:
    seat = _seat(step)
    seating.fall(seat, on, because)
    step.then(lambda: seating.succeed(seat, step.at))


# --- Reports ----------------------------------------------------------------------------------------------------------
@_edge("report", "record_report")
def report(
    step: Step,
    *,
    token: str,
    observed_on: date,
    seen: str,
    attended: bool = True,
    meeting: Meeting | None = None,
    documents: str = "",
    refused_documents: str = "",
    concerns: str = "",
    dissent: str = "",
    files: Iterable[Checked] = (),
) -> Recorded:
    """What he observed; its answer has a deadline. token: of the form, so that a report sent twice is one."""
    seat = _seat(step)
    row = Observation.objects.create(
        seat=seat,
        number=seat.observations.count() + 1,
        token=token,
        meeting=meeting,
        observed_on=observed_on,
        attended=attended,
        documents=documents,
        refused_documents=refused_documents.strip(),
        seen=seen.strip(),
        concerns=concerns.strip(),
        dissent=dissent.strip(),
        by=step.user,
        at=step.at,
    )
    kept = keep(step, files, shown=True)
    row.files.set(kept)
    step.clocks.start("observation_answer", step.today, about=str(row.pk))
    return {"report": row.pk, "attachments": [file.pk for file in kept]}


@_edge("answer_report")
def answer_report(
    step: Step, *, report: Observation, text: str, outcome: str, fixed_on: date | None = None
) -> Recorded:
    """The agency answers, and says what followed."""
    Observation.objects.filter(pk=report.pk).update(
        answer=text.strip(), outcome=outcome, answered_by=step.user, answered_at=step.at, fixed_on=fixed_on
    )
    step.clocks.stop("observation_answer", step.today, about=str(report.pk))
    return {"report": report.pk, "outcome": outcome}


@_edge("record_fix")
def record_fix(step: Step, *, report: Observation, on: date) -> Recorded:  # noqa: ARG001 - the shape of an action
    """What was promised has been done."""
    Observation.objects.filter(pk=report.pk).update(outcome=Observation.Outcome.FIXED, fixed_on=on)
    return {"report": report.pk, "on": on.isoformat()}


# --- Acts -------------------------------------------------------------------------------------------------------------
@_edge("send_documents")
def send_documents(step: Step, *, files: Iterable[Checked], text: str = "") -> Recorded:
    """Files that the citizen may open."""
    return {"attachments": [row.pk for row in keep(step, files, shown=True)], "note": write_note(step, text)}


def _seat(step: Step) -> Seat:
    """Read again, and so the case that `perform` returns shows what this step made of it."""
    rows = Seat.objects.select_related(
        "committee__case__holder", "committee__purchase__activity", "committee__purchase__case", "member", "person"
    )
    seat = rows.get(pk=step.case.pk)
    cast("SeatCase", step.case).seat = seat
    return seat
