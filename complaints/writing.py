"""Rows that several actions of `complaints.actions` write, and nobody else."""

from datetime import date
from typing import Any, cast

from complaints import routing
from complaints.models import (
    Complaint,
    ComplaintCase,
    ComplaintKind,
    Decision,
    DeclineGround,
    Finding,
    ImportedReport,
    Measure,
    Message,
    Rating,
    Reply,
    ReviewRequest,
)
from organisations.models import User
from workflows.crossing import forget_source
from workflows.keys import reseal
from workflows.numbering import forget_number
from workflows.transitions import Step


def write_message(step: Step, kind: str, text: str) -> Message:
    """A message or note. Who writes to the complainant has read him."""
    if kind in (Message.Kind.TO_COMPLAINANT, Message.Kind.QUESTION, Message.Kind.PROGRESS):
        step.case.unread = False  # who writes to the complainant has read him
    row = Message(case=step.case, kind=kind, by=step.actor.user, at=step.at)
    row.write(step.case, text.strip())
    row.save()
    return row


def write_decision(step: Step, outcome: str, reasons: str) -> Decision:
    """What a second person decided, about the newest finding where the case is under review."""
    finding = step.case.findings.last() if step.case.state == "review" else None
    row = Decision(case=step.case, finding=finding, outcome=outcome, by=step.user, at=step.at)
    row.write(step.case, reasons)
    row.save()
    return row


def newest_reply(step: Step) -> Reply:
    """The newest reply; the guards of the edge have seen that there is one."""
    row = step.case.replies.last()
    assert row is not None  # the guards of the edge have seen it
    return row


def write_reply(step: Step, text: str, *, outcome: str = "", ground: DeclineGround | None = None) -> Reply:
    """A reply that goes out at once."""
    step.case.unread = False
    row = Reply(
        case=step.case, outcome=outcome, ground=ground, drafted_by=step.user, drafted_at=step.at, sent_at=step.at
    )
    row.write(step.case, text)
    row.save()
    return row


def write_measure(step: Step, *, kind: str, text: str, owner: User, due_on: date) -> Measure:
    """A measure with its clock; kind, text, owner and due day as `decide_for` takes them."""
    row = Measure(case=step.case, kind=kind, owner=owner, due_on=due_on, by=step.user, at=step.at)
    row.write(step.case, text)
    if kind == Measure.Kind.NONE:
        # "No measure" is a decision with its reason, not something that somebody still has to do.
        row.done_at, row.done_by = step.at, step.user
    row.save()
    if row.done_at is None:
        step.clocks.start("measure", step.today, due_on=due_on, about=str(row.pk))
    return row


def outcome_decided(step: Step) -> str:
    """The outcome of the last decision; empty before there is one."""
    decision = step.case.decisions.exclude(outcome__in=["", "returned"]).last()
    return decision.outcome if decision else ""


def sent_replies(step: Step) -> Any:
    """The replies that have gone out."""
    return step.case.replies.exclude(sent_at=None)


def evidence_in_plain(step: Step, evidence: str) -> str:
    """Where the evidence is, as plain text; in a protected case it stands in the sealed text instead."""
    return "" if step.case.protected else evidence.strip()[:500]


def with_evidence(step: Step, reasons: str, evidence: str) -> str:
    """The reasons, and in a protected case where the evidence is."""
    return f"{reasons}\n\n{evidence}" if step.case.protected and evidence else reasons


def set_kind(step: Step, kind: ComplaintKind) -> None:
    """Another kind; the first protected one takes the case into the protected register."""
    case = step.case
    Complaint.objects.filter(case=case.pk).update(kind=kind)
    case.category = kind.code
    if kind.protected and not case.protected:
        _protect(step)


def _protect(step: Step) -> None:
    """Into the protected register: everything written so far is sealed, the number leaves the series."""
    case = cast("ComplaintCase", step.case)
    case.protected, case.subject = True, ""
    rows = (Complaint, Message, Finding, Decision, Measure, Reply, ReviewRequest, Rating)
    for model in rows:
        reseal(case, model.objects.filter(case=case.pk))
    Finding.objects.filter(case=case.pk).update(evidence="")
    Measure.objects.filter(case=case.pk).update(evidence="")
    _seal_place(case)
    for number, attachment in enumerate(case.attachments.order_by("pk"), start=1):
        attachment.label = f"{number}.{attachment.label.rpartition('.')[2]}"
        attachment.save(update_fields=["label"])
    forget_number(case)
    forget_source(case)
    above = routing.protected_unit(case.unit)
    if above.pk != case.unit_id:
        case.unit = above
        step.hand_to(None)


def _seal_place(case: ComplaintCase) -> None:
    """Place and reference may name the complainant: they move into the sealed statement; the district stays."""
    complaint = Complaint.objects.get(case=case.pk)
    parts = [complaint.place, complaint.subdistrict, complaint.reference]
    if complaint.latitude is not None:
        parts.append(f"{complaint.latitude}, {complaint.longitude}")
    if place := " ".join(part for part in parts if part):
        complaint.write(case, f"{complaint.read(case)}\n\n{place}")
    complaint.place = complaint.subdistrict = complaint.reference = ""
    complaint.latitude = complaint.longitude = None
    complaint.save(update_fields=["text", "sealed", "place", "subdistrict", "reference", "latitude", "longitude"])
    ImportedReport.objects.filter(complaint=complaint).update(tags=[], organisations="", photo="", photo_after="")
