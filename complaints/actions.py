"""What each edge of a complaint writes. The only place that writes complaints.

Every function takes the `Step` (the case is locked, rights and guards are checked) and the facts of its edge as
keywords; it writes rows and returns what the ledger records: references and codes, never texts or people.
The functions are called by `workflows.transitions` alone; a page calls `perform(case, "accept", actor, kind=…)`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time
from typing import Any

from django.utils import timezone

from complaints import routing
from complaints.contacts import write_contact
from complaints.identity import write_identity
from complaints.models import (
    Complaint,
    ComplaintKind,
    DeclineGround,
    Finding,
    Measure,
    Message,
    Rating,
    Reply,
    ReviewRequest,
)
from complaints.receipts import Receipt, secret_hmac
from complaints.states import RECEIVED
from complaints.writing import (
    evidence_in_plain,
    newest_reply,
    outcome_decided,
    sent_replies,
    set_kind,
    with_evidence,
    write_decision,
    write_measure,
    write_message,
    write_reply,
)
from notifications.models import Road
from organisations.models import Unit, User
from workflows.attachments import keep
from workflows.files import Checked
from workflows.models import Clock, ClockExtension, Conflict
from workflows.transitions import Step

Recorded = Mapping[str, Any] | None
ACTIONS: dict[str, Callable[..., Recorded]] = {}
SUBJECT_LENGTH = 120


def _edge(*names: str) -> Callable[[Callable[..., Recorded]], Callable[..., Recorded]]:
    def enter(action: Callable[..., Recorded]) -> Callable[..., Recorded]:
        ACTIONS.update(dict.fromkeys(names, action))
        return action

    return enter


def subject_of(statement: str) -> str:
    """The first line of a statement, cut to what a queue can show."""
    first = next((line.strip() for line in statement.splitlines() if line.strip()), "")
    return first if len(first) <= SUBJECT_LENGTH else f"{first[: SUBJECT_LENGTH - 1]}…"


# --- It comes in ------------------------------------------------------------------------------------------------------
@_edge("register", "import_received", "import_investigating", "import_closed")
def register(
    step: Step,
    *,
    statement: str,
    channel: str,
    kind: ComplaintKind | None = None,
    identity: Mapping[str, str] | None = None,
    receipt: Receipt | None = None,
    files: Iterable[Checked] = (),
    holder: User | None = None,
    tell_at: str = "",
    **details: Any,
) -> Recorded:
    """A complaint comes in. details: the other fields of `Complaint` (place, reference, source, language, …).

    identity: name, phone, email, address of a complainant who gives them; without it the complaint is anonymous.
    tell_at: the e-mail address at which he wants to hear that there is news; "" for none.
    A protected kind goes to the nearest anti-corruption centre above the unit.
    """
    case = step.case
    case.category = kind.code if kind else ""
    case.protected = bool(kind and kind.protected)
    case.subject = "" if case.protected else subject_of(statement)
    if case.protected:
        case.unit = routing.protected_unit(case.unit)
    case.unread = step.actor.user is None and not case.silent
    complaint = Complaint(
        case=case,
        kind=kind,
        channel=channel,
        anonymous=not identity,
        receipt_lookup=receipt.lookup if receipt else None,
        receipt_hmac=secret_hmac(receipt.secret) if receipt else None,
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


@_edge("start_screening")
def start_screening(step: Step) -> Recorded:
    """The screener takes the case in hand."""
    step.case.unread = False
    step.hand_to(step.user)
    return None


@_edge("accept")
def accept(step: Step, *, kind: ComplaintKind, unit: Unit) -> Recorded:
    """The kind and the owning unit are fixed.

    A simple kind that stays in the unit stays with the person who accepts it; anything else waits for the head.
    """
    set_kind(step, kind)
    step.case.screened = True
    owner = routing.owning_unit(kind, unit)
    moved = owner.pk != step.case.unit_id
    step.case.unit = owner
    step.hand_to(step.user if kind.simple and not moved else None)
    return {"kind": kind.code, "unit": owner.pk}


@_edge("decline")
def decline(step: Step, *, ground: DeclineGround, reply: str) -> Recorded:
    """A reasoned refusal on a ground from the list."""
    step.case.screened = True
    row = write_reply(step, reply, ground=ground)
    return {"ground": ground.code, "reply": row.pk}


# --- Asking the complainant -------------------------------------------------------------------------------------------
@_edge("ask_complainant")
def ask_complainant(step: Step, *, text: str, days: int | None = None) -> Recorded:
    """A question, with `days` (calendar) to answer in place of the rule's."""
    message = write_message(step, Message.Kind.QUESTION, text)
    clock = step.clocks.start("complainant_answer", step.today, length=days)
    return {"message": message.pk, "days": clock.length}


@_edge("complainant_answered")
def complainant_answered(step: Step, *, text: str, files: Iterable[Checked] = ()) -> Recorded:
    """The complainant answers, or a clerk records his answer."""
    message = write_message(step, Message.Kind.ANSWER, text)
    step.case.unread = step.actor.user is None
    return {"message": message.pk, "files": len(keep(step, files, shown=True))}


# --- Handling ---------------------------------------------------------------------------------------------------------
@_edge("assign", "reassign")
def assign(step: Step, *, to: User) -> Recorded:
    """Into somebody's hands."""
    step.hand_to(to)
    return {"to": to.pk}


@_edge("answer_directly")
def answer_directly(step: Step, *, reply: str, files: Iterable[Checked] = ()) -> Recorded:
    """One officer answers a simple kind."""
    if step.case.holder_id is None:
        step.hand_to(step.user)
    row = write_reply(step, reply)
    return {"reply": row.pk, "files": len(keep(step, files, shown=True))}


@_edge("send_progress")
def send_progress(step: Step, *, text: str) -> Recorded:
    """A progress report stops the first-report clock and starts the next one."""
    return {"message": write_message(step, Message.Kind.PROGRESS, text).pk}


@_edge("submit_finding")
def submit_finding(
    step: Step, *, outcome: str, reasons: str, evidence: str = "", files: Iterable[Checked] = ()
) -> Recorded:
    """The investigator's finding with its reasons and evidence."""
    finding = Finding(
        case=step.case, outcome=outcome, evidence=evidence_in_plain(step, evidence), by=step.user, at=step.at
    )
    finding.write(step.case, with_evidence(step, reasons, evidence))
    finding.save()
    return {"finding": finding.pk, "outcome": outcome, "files": len(keep(step, files))}


@_edge("return_finding")
def return_finding(step: Step, *, reasons: str) -> Recorded:
    """The approver gives the finding back."""
    return {"decision": write_decision(step, "returned", reasons).pk}


@_edge("decide_founded", "decide_partly")
def decide_for(step: Step, *, measures: Iterable[Mapping[str, Any]], reasons: str = "") -> Recorded:
    """Founded or partly: what is to be done, by whom and until when.

    measures: mappings with kind, text, owner (User) and due_on (date).
    """
    outcome = "founded" if step.edge.name == "decide_founded" else "partly"
    decision = write_decision(step, outcome, reasons)
    made = [write_measure(step, **measure) for measure in measures]
    return {"decision": decision.pk, "outcome": outcome, "measures": [measure.pk for measure in made]}


@_edge("decide_unfounded", "decide_inconclusive")
def decide_against(step: Step, *, reply: str, reasons: str = "") -> Recorded:
    """Unfounded or inconclusive: the reply goes out."""
    outcome = "unfounded" if step.edge.name == "decide_unfounded" else "inconclusive"
    decision = write_decision(step, outcome, reasons)
    return {"decision": decision.pk, "outcome": outcome, "reply": write_reply(step, reply, outcome=outcome).pk}


@_edge("measure_done")
def measure_done(step: Step, *, measure: Measure, evidence: str = "", files: Iterable[Checked] = ()) -> Recorded:
    """A measure is done; its clock stops."""
    measure = step.case.measures.get(pk=measure.pk)
    measure.done_at, measure.done_by, measure.evidence = step.at, step.user, evidence_in_plain(step, evidence)
    measure.save(update_fields=["done_at", "done_by", "evidence"])
    step.clocks.stop("measure", step.today, about=str(measure.pk))
    return {"measure": measure.pk, "files": len(keep(step, files))}


@_edge("draft_reply")
def draft_reply(step: Step, *, reply: str) -> Recorded:
    """A reply that waits for a second person. A newer draft takes the place of an older one."""
    row = Reply(case=step.case, outcome=outcome_decided(step), drafted_by=step.user, drafted_at=step.at)
    row.write(step.case, reply)
    row.save()
    return {"reply": row.pk}


@_edge("approve_reply")
def approve_reply(step: Step, *, reply_seen: int) -> Recorded:  # noqa: ARG001 - the guard has compared it
    """The second person approves the newest draft, the one he read."""
    row = newest_reply(step)
    row.approved_by, row.approved_at = step.user, step.at
    row.save(update_fields=["approved_by", "approved_at"])
    return {"reply": row.pk}


@_edge("answer")
def answer(step: Step) -> Recorded:
    """The approved reply goes out."""
    row = newest_reply(step)
    row.sent_at = step.at
    row.save(update_fields=["sent_at"])
    step.case.unread = False
    return {"reply": row.pk, "outcome": row.outcome}


@_edge("close")
def close(step: Step, *, evidence: str = "", files: Iterable[Checked] = ()) -> Recorded:
    """The matter is settled, with its evidence."""
    step.case.unread = False
    facts: dict[str, Any] = {"files": len(keep(step, files, shown=True))}
    if evidence:
        facts["message"] = write_message(step, Message.Kind.NOTE, evidence).pk
    return facts


# --- The complainant disagrees ----------------------------------------------------------------------------------------
@_edge("request_review")
def request_review(step: Step, *, reasons: str) -> Recorded:
    """The complainant disputes what he was told."""
    request = ReviewRequest(case=step.case, against=step.case.state, at=step.at)
    request.write(step.case, reasons)
    request.save()
    step.case.unread = True
    return {"request": request.pk, "against": step.case.state}


@_edge("reopen")
def reopen(step: Step, *, to: User, reasons: str) -> Recorded:
    """A new investigator starts again. The case keeps its number and history."""
    step.hand_to(to)
    step.case.unread = False
    return {"decision": write_decision(step, "", reasons).pk, "to": to.pk}


@_edge("reopen_screening")
def reopen_screening(step: Step, *, reasons: str) -> Recorded:
    """A declined case is screened again."""
    step.hand_to(None)
    step.case.unread = False
    return {"decision": write_decision(step, "", reasons).pk}


@_edge("refuse_review")
def refuse_review(step: Step, *, reasons: str) -> Recorded:
    """What was decided stands; the reasons go to the complainant."""
    step.case.unread = False
    message = write_message(step, Message.Kind.TO_COMPLAINANT, reasons)
    return {"decision": write_decision(step, "", reasons).pk, "message": message.pk}


@_edge("withdraw", "record_withdrawal")
def withdraw(step: Step, *, text: str = "") -> Recorded:
    """The complainant no longer wishes it."""
    return {"message": write_message(step, Message.Kind.FROM_COMPLAINANT, text).pk} if text else None


# --- Acts -------------------------------------------------------------------------------------------------------------
@_edge("note")
def note(step: Step, *, text: str) -> Recorded:
    """A note nobody outside reads."""
    return {"message": write_message(step, Message.Kind.NOTE, text).pk}


@_edge("message")
def message(step: Step, *, text: str) -> Recorded:
    """A text to the complainant; what he wrote counts as read."""
    return {"message": write_message(step, Message.Kind.TO_COMPLAINANT, text).pk}


@_edge("complainant_message")
def complainant_message(step: Step, *, text: str, files: Iterable[Checked] = ()) -> Recorded:
    """A text from the complainant."""
    step.case.unread = step.actor.user is None
    return {
        "message": write_message(step, Message.Kind.FROM_COMPLAINANT, text).pk,
        "files": len(keep(step, files, shown=True)),
    }


@_edge("attach")
def attach(step: Step, *, files: Iterable[Checked], shown: bool = False) -> Recorded:
    """Files. shown: the complainant may open them."""
    return {"attachments": [row.pk for row in keep(step, files, shown=shown)]}


@_edge("extend")
def extend(step: Step, *, clock: Clock, days: int, reasons: str) -> Recorded:
    """`days` more on a running clock, in its unit."""
    mine = next(running for running in step.clocks.clocks if running.pk == clock.pk)
    step.clocks.extend(mine, days, step.today)
    ClockExtension.objects.create(clock=mine, days=days, by=step.user, at=step.at)
    message = write_message(step, Message.Kind.NOTE, reasons)
    return {"clock": mine.pk, "code": mine.code, "days": days, "message": message.pk}


@_edge("change_kind")
def change_kind(step: Step, *, kind: ComplaintKind) -> Recorded:
    """Another kind; one that is protected takes the case into the protected register."""
    before = step.case.category
    set_kind(step, kind)
    return {"from": before, "to": kind.code, "unit": step.case.unit_id}


@_edge("declare_conflict")
def declare_conflict(step: Step, *, reasons: str) -> Recorded:
    """From now on the case does not exist for this person; if he had it, it goes back on the table."""
    message = write_message(step, Message.Kind.NOTE, reasons)
    Conflict.objects.create(case_id=step.case.pk, user=step.user, at=step.at)
    if step.case.holder_id == step.user.pk:
        step.hand_to(None)
    return {"message": message.pk}


@_edge("set_contact")
def set_contact(step: Step, *, road: str, address: str) -> Recorded:
    """The complainant is told on a road when there is news, or with "" no longer. The address is not recorded."""
    write_contact(step.case, road, address)
    return {"road": road, "on": bool(address)}


@_edge("rate")
def rate(step: Step, *, stars: int, text: str = "") -> Recorded:
    """1 to 5 stars and a remark for the last reply."""
    row = Rating(case=step.case, reply=sent_replies(step).last(), stars=stars, at=step.at)
    row.write(step.case, text)
    row.save()
    return {"stars": stars}
