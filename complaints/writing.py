"""Rows that several actions of `complaints.actions` write, and nobody else."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from complaints.models import (
    Complaint,
    ComplaintCase,
    Decision,
    DeclineGround,
    Finding,
    Measure,
    Message,
    Reply,
    Respondent,
    RespondentFinding,
)
from organisations.models import Unit, User
from workflows.actors import TIMER
from workflows.keys import not_erased
from workflows.models import CaseLink
from workflows.transitions import Step, perform


def write_message(step: Step, kind: str, text: str) -> Message:
    """A message or note. Who writes to the complainant has read him."""
    if kind in (Message.Kind.TO_COMPLAINANT, Message.Kind.QUESTION, Message.Kind.PROGRESS):
        step.case.unread = False  # who writes to the complainant has read him
    row = Message(case=step.case, kind=kind, by=step.actor.user, at=step.at)
    row.write(step.case, text.strip())
    row.save()
    return row


def write_finding(
    step: Step, outcome: str, reasons: str, evidence: str, respondents: Iterable[Mapping[str, Any]] = ()
) -> Finding:
    """What was found, with its reasons and where the evidence is.

    respondents: for every allegation a mapping with respondent, outcome and reasons.
    """
    row = Finding(case=step.case, outcome=outcome, evidence=evidence_in_plain(step, evidence), by=step.user, at=step.at)
    row.write(step.case, with_evidence(step, reasons, evidence))
    row.save()
    for found in respondents:
        about = RespondentFinding(respondent=found["respondent"], finding=row, outcome=found["outcome"])
        about.write(step.case, found["reasons"].strip())
        about.save()
    return row


def write_decision(step: Step, outcome: str, reasons: str, *, decided_by: User | None = None) -> Decision:
    """What a second person decided, about the newest finding where the case is under review.

    decided_by: who decided on paper, where the actor only records it.
    """
    finding = step.case.findings.last() if step.case.state == "review" else None
    on_paper = decided_by is not None and decided_by.pk != step.user.pk
    row = Decision(
        case=step.case, finding=finding, outcome=outcome, by=decided_by if on_paper else step.user,
        recorded_by=step.user if on_paper else None, at=step.at,
    )  # fmt: skip
    row.write(step.case, reasons)
    row.save()
    return row


def put_right(step: Step, about: Unit | None) -> None:
    """The unit that a complaint is about was another one. about: None leaves it as it is."""
    if about is not None:
        Complaint.objects.filter(case=step.case.pk).update(about_unit=about)


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
    answer_merged(step, text)
    return row


def answer_merged(step: Step, text: str) -> None:
    """The reply goes to the complainants of the cases that were merged into this one, too."""

    def tell() -> None:
        merged = ComplaintCase.objects.filter(links__target=step.case.pk, links__relation=CaseLink.Relation.MERGED)
        # Locked, and then asked once more: one of them may be taken out of this case at this moment.
        list(merged.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk"))
        for case in not_erased(merged).order_by("pk"):
            perform(case, "answered_with_other", TIMER, at=step.at, text=text)

    step.then(tell)


def write_measure(
    step: Step, *, kind: str, text: str, owner: User, due_on: date, respondent: Respondent | None = None
) -> Measure:
    """A measure with its clock; kind, text, owner, due day and respondent as `decide_for` takes them.

    A referral to the anti-corruption bodies has a time of its own as well (ORGANIC ACT).
    """
    row = Measure(
        case=step.case, kind=kind, owner=owner, due_on=due_on, respondent=respondent, by=step.user, at=step.at
    )
    if kind == Measure.Kind.CRIMINAL and step.case.protected:
        step.clocks.start("corruption_referral", step.today)
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
