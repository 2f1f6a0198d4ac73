"""A complaint comes in, is screened, and its complainant is asked."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any

from django.utils import timezone

from complaints import routing
from complaints.barring import bar
from complaints.contacts import write_contact
from complaints.identity import write_identity
from complaints.models import (
    Complaint,
    ComplaintKind,
    DeclineGround,
    Message,
)
from complaints.protecting import set_kind
from complaints.receipts import KeptReceipt, Receipt
from complaints.states import RECEIVED
from complaints.subjects import subject_of
from complaints.writing import (
    put_right,
    write_message,
    write_reply,
)
from notifications.models import Road
from organisations.models import Unit, User
from workflows.attachments import keep
from workflows.files import Checked
from workflows.transitions import Step

from .common import Recorded, edge


@edge("register", "import_received", "import_investigating", "import_closed")
def register(
    step: Step,
    *,
    statement: str,
    channel: str,
    kind: ComplaintKind | None = None,
    identity: Mapping[str, str] | None = None,
    receipt: Receipt | KeptReceipt | None = None,
    files: Iterable[Checked] = (),
    holder: User | None = None,
    tell_at: str = "",
    about: Unit | None = None,
    **details: Any,
) -> Recorded:
    """A complaint comes in. details: the other fields of `Complaint` (place, reference, source, language, …).

    identity: name, phone, email, address of a complainant who gives them; without it the complaint is anonymous.
    tell_at: the e-mail address at which he wants to hear that there is news; "" for none.
    about: the unit it is about, where that is not the one with which it is filed.
    A protected kind goes to the nearest anti-corruption centre above the unit; which one it is about stays known.
    """
    case, about = step.case, about or step.case.unit
    case.category = kind.code if kind else ""
    case.protected = bool(kind and kind.protected)
    case.subject = "" if case.protected else subject_of(statement)
    if case.protected:
        case.unit = routing.protected_unit(case.unit)
    case.unread = step.actor.user is None and not case.silent
    complaint = Complaint(
        case=case,
        kind=kind,
        about_unit=about,
        channel=channel,
        anonymous=not identity,
        receipt_lookup=receipt.lookup if receipt else None,
        receipt_hmac=receipt.hmac if receipt else None,
        **details,
    )
    complaint.write(case, statement)
    complaint.save(force_insert=True)
    if identity:
        write_identity(complaint, identity)
    if tell_at:
        write_contact(case, Road.EMAIL, tell_at)
    kept = keep(step, files)
    if holder:
        step.hand_to(holder)
    case.screened = step.edge.target != RECEIVED
    if (received := details.get("received_on")) and received < step.today:
        # A letter that lay for a week has used up a week.
        step.counts_from = received
        case.opened_at = datetime.combine(received, time(12), timezone.get_current_timezone())
    step.number_wanted = True
    return {
        "channel": channel,
        "kind": case.category,
        "anonymous": complaint.anonymous,
        "files": len(kept),
        "unit": case.unit_id,
    }


@edge("start_screening")
def start_screening(step: Step) -> Recorded:
    """The screener takes the case in hand."""
    step.case.unread = False
    step.hand_to(step.user)
    return None


@edge("accept")
def accept(step: Step, *, kind: ComplaintKind, unit: Unit, about: Unit | None = None) -> Recorded:
    """The kind and the owning unit are fixed. about: the unit it is about, where that is to be put right.

    Where somebody it is about leads that unit, it goes above him. A simple kind that stays in the unit stays with the
    person who accepts it; anything else waits for the head.
    """
    # A protected case lies above the unit it is about; another one lies where it belongs.
    if about is None and not step.case.protected and unit.pk != step.case.unit_id:
        about = unit
    put_right(step, about)
    set_kind(step, kind)
    step.case.screened = True
    # A protected case has gone above the unit accused already, and does not climb again.
    owner = (kind.owning_unit or step.case.unit) if step.case.protected else routing.owning_unit(kind, unit)
    moved = owner.pk != step.case.unit_id
    step.case.unit = owner
    step.hand_to(step.user if kind.simple and not moved else None)
    bar(step)
    return {"kind": kind.code, "unit": step.case.unit_id}


@edge("decline")
def decline(step: Step, *, ground: DeclineGround, reply: str) -> Recorded:
    """A reasoned refusal on a ground from the list."""
    step.case.screened = True
    row = write_reply(step, reply, ground=ground)
    return {"ground": ground.code, "reply": row.pk}


@edge("ask_complainant")
def ask_complainant(step: Step, *, text: str, days: int | None = None) -> Recorded:
    """A question, with `days` (calendar) to answer in place of the rule's."""
    message = write_message(step, Message.Kind.QUESTION, text)
    clock = step.clocks.start("complainant_answer", step.today, length=days)
    return {"message": message.pk, "days": clock.length}


@edge("complainant_answered")
def complainant_answered(step: Step, *, text: str, files: Iterable[Checked] = ()) -> Recorded:
    """The complainant answers, or a clerk records his answer."""
    message = write_message(step, Message.Kind.ANSWER, text)
    step.case.unread = step.actor.user is None
    return {"message": message.pk, "files": len(keep(step, files, shown=True))}
