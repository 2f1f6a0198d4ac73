"""What each edge of a request writes; the form is that of `complaints.actions`."""

from collections.abc import Iterable
from typing import cast

from complaints.erasing import erase_request
from complaints.models import AgencyRequest, ComplaintCase, RequestAnswer, RequestCase
from complaints.requests.asking import tell_complaint
from complaints.subjects import subject_of
from organisations.models import Unit, User
from workflows import handover
from workflows.actions import Action, Recorded, enter_into, extend_clock, protect
from workflows.attachments import keep
from workflows.files import Checked
from workflows.models import Clock, Conflict
from workflows.transitions import Step

from .rules import ASKER

ACTIONS: dict[str, Action] = {}
_edge = enter_into(ACTIONS)


def _write(step: Step, kind: str, text: str, *, on_paper: bool = False) -> RequestAnswer:
    row = RequestAnswer(case=step.case, kind=kind, on_paper=on_paper, by=step.actor.user, at=step.at)
    row.write(step.case, text.strip())
    row.save()
    return row


@_edge("ask")
def ask(
    step: Step, *, complaint: ComplaintCase, text: str, days: int | None = None, files: Iterable[Checked] = ()
) -> Recorded:
    """A unit is asked. It is as protected as the complaint, and exists for nobody for whom that does not."""
    case = step.case
    case.protected, case.screened = complaint.protected, True
    case.subject = "" if case.protected else subject_of(text)
    row = AgencyRequest(case=case, complaint=complaint, by=step.user, at=step.at)
    row.write(case, text.strip())
    row.save(force_insert=True)
    Conflict.objects.bulk_create(
        Conflict(
            case_id=case.pk,
            user_id=other.user_id,
            cause=Conflict.Cause.RELATED if other.cause == Conflict.Cause.DECLARED else other.cause,
            at=step.at,
        )
        for other in Conflict.objects.filter(case=complaint.pk)
    )
    clock = step.clocks.start("agency_answer", step.today, length=days)
    step.number_wanted = True
    return {"complaint": complaint.pk, "unit": case.unit_id, "days": clock.length, "files": len(keep(step, files))}


@_edge("take")
def take(step: Step) -> Recorded:
    """An officer of the unit takes it in hand."""
    step.hand_to(step.user)
    return None


@_edge("give")
def give(step: Step, *, to: User) -> Recorded:
    """The head of the unit gives it to somebody."""
    step.hand_to(to)
    return {"to": to.pk}


@_edge("answer", "answer_late")
def answer(step: Step, *, text: str, files: Iterable[Checked] = ()) -> Recorded:
    """The unit answers, or who asked records the letter by which it did."""
    on_paper = ASKER.holds(step.actor, step.case)
    row = _write(step, RequestAnswer.Kind.ANSWER, text, on_paper=on_paper)
    kept = keep(step, files)
    _ended(step)
    return {"text": row.pk, "on_paper": on_paper, "files": len(kept)}


@_edge("remind")
def remind(step: Step, *, text: str) -> Recorded:
    """A reminder; its time goes on as before."""
    return {"text": _write(step, RequestAnswer.Kind.REMINDER, text).pk}


@_edge("give_time")
def give_time(step: Step, *, clock: Clock, days: int, reasons: str) -> Recorded:
    """`days` more to answer, in the unit of the clock."""
    granted = extend_clock(step, clock, days)
    return {**granted, "text": _write(step, RequestAnswer.Kind.REASON, reasons).pk}


@_edge("pass_on")
def pass_on(step: Step, *, unit: Unit, reasons: str) -> Recorded:
    """Another unit is asked in its place, with a time of its own."""
    row = _write(step, RequestAnswer.Kind.REASON, reasons)
    step.case.unit = unit
    step.hand_to(None)
    return {"unit": unit.pk, "text": row.pk}


@_edge("time_out")
def time_out(step: Step) -> Recorded:
    """Nobody answered in time; the complaint does not wait for it any longer."""
    _ended(step)
    return None


@_edge("cancel")
def cancel(step: Step, *, reasons: str) -> Recorded:
    """The answer is not needed any more."""
    row = _write(step, RequestAnswer.Kind.REASON, reasons)
    _ended(step)
    return {"text": row.pk}


@_edge("note")
def note(step: Step, *, text: str) -> Recorded:
    """A note of the unit that is asked."""
    return {"text": _write(step, RequestAnswer.Kind.REASON, text).pk}


@_edge("declare_conflict")
def declare_conflict(step: Step, *, reasons: str) -> Recorded:
    """From now on the request does not exist for this person; if he had it, it goes back on the table."""
    row = _write(step, RequestAnswer.Kind.REASON, reasons)
    Conflict.objects.create(case_id=step.case.pk, user=step.user, at=step.at)
    if step.case.holder_id == step.user.pk:
        step.hand_to(None)
    return {"text": row.pk}


@_edge("protect")
def become_protected(step: Step) -> Recorded:
    """The complaint became protected, and with it what was asked and answered."""
    protect(step.case, [model.objects.filter(case=step.case.pk) for model in (AgencyRequest, RequestAnswer)])
    return None


_edge("erase")(erase_request)
_edge("put_back")(handover.put_back)
_edge("follow_unit")(handover.follow_unit)


def _ended(step: Step) -> None:
    case = cast(RequestCase, step.case)
    step.then(lambda: tell_complaint(case, step))
