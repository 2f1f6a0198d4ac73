"""Acts: on the record, without a move."""

from collections.abc import Iterable

from complaints.barring import settle_matter
from complaints.contacts import write_contact
from complaints.models import (
    ComplaintKind,
    Message,
    Rating,
)
from complaints.protecting import set_kind
from complaints.writing import (
    sent_replies,
    write_message,
)
from workflows.actions import extend_clock
from workflows.attachments import keep
from workflows.files import Checked
from workflows.models import Clock, Conflict
from workflows.transitions import Step

from .common import Recorded, edge


@edge("note")
def note(step: Step, *, text: str) -> Recorded:
    """A note nobody outside reads."""
    return {"message": write_message(step, Message.Kind.NOTE, text).pk}


@edge("message")
def message(step: Step, *, text: str) -> Recorded:
    """A text to the complainant; what he wrote counts as read."""
    return {"message": write_message(step, Message.Kind.TO_COMPLAINANT, text).pk}


@edge("complainant_message")
def complainant_message(step: Step, *, text: str, files: Iterable[Checked] = ()) -> Recorded:
    """A text from the complainant."""
    step.case.unread = step.actor.user is None
    return {
        "message": write_message(step, Message.Kind.FROM_COMPLAINANT, text).pk,
        "files": len(keep(step, files, shown=True)),
    }


@edge("attach")
def attach(step: Step, *, files: Iterable[Checked], shown: bool = False) -> Recorded:
    """Files. shown: the complainant may open them."""
    return {"attachments": [row.pk for row in keep(step, files, shown=shown)]}


@edge("extend")
def extend(step: Step, *, clock: Clock, days: int, reasons: str) -> Recorded:
    """`days` more on a running clock, in its unit."""
    granted = extend_clock(step, clock, days)
    return {**granted, "message": write_message(step, Message.Kind.NOTE, reasons).pk}


@edge("change_kind")
def change_kind(step: Step, *, kind: ComplaintKind) -> Recorded:
    """Another kind; one that is protected takes the case into the protected register."""
    before = step.case.category
    set_kind(step, kind)
    return {"from": before, "to": kind.code, "unit": step.case.unit_id}


@edge("declare_conflict")
def declare_conflict(step: Step, *, reasons: str) -> Recorded:
    """From now on the case does not exist for this person, nor what hangs together with it, nor a request about it; if
    he had it, it goes back on the table."""
    message = write_message(step, Message.Kind.NOTE, reasons)
    Conflict.objects.create(case_id=step.case.pk, user=step.user, at=step.at)
    settle_matter(step)
    if step.case.holder_id == step.user.pk:
        step.hand_to(None)
    return {"message": message.pk}


@edge("set_contact")
def set_contact(step: Step, *, road: str, address: str) -> Recorded:
    """The complainant is told on a road when there is news, or with "" no longer. The address is not recorded."""
    write_contact(step.case, road, address)
    return {"road": road, "on": bool(address)}


@edge("rate")
def rate(step: Step, *, stars: int, text: str = "") -> Recorded:
    """1 to 5 stars and a remark for the last reply."""
    row = Rating(case=step.case, reply=sent_replies(step).last(), stars=stars, at=step.at)
    row.write(step.case, text)
    row.save()
    return {"stars": stars}
