"""From the assignment to the end: finding, decision, measures, reply."""

from collections.abc import Iterable, Mapping
from typing import Any

from complaints.measures import along
from complaints.merged import return_unanswered
from complaints.models import Decision, Measure, Message, Reply
from complaints.writing import (
    answer_merged,
    evidence_in_plain,
    newest_reply,
    outcome_decided,
    write_decision,
    write_finding,
    write_measure,
    write_message,
    write_reply,
)
from organisations.models import User
from workflows.attachments import keep
from workflows.files import Checked
from workflows.transitions import Step

from .common import Recorded, edge


@edge("assign", "reassign")
def assign(step: Step, *, to: User) -> Recorded:
    """Into somebody's hands, and with the case the measures of who had it before."""
    giver = step.case.holder
    step.hand_to(to)
    return {"to": to.pk, **along(step, giver)}


@edge("hand_over")
def hand_over(step: Step, *, to: User, reasons: str) -> Recorded:
    """From one's own hands, or from those of somebody who is away, into others, with the measures he had in it."""
    giver = step.case.holder
    step.hand_to(to)
    message = write_message(step, Message.Kind.NOTE, reasons)
    return {"to": to.pk, "message": message.pk, **along(step, giver)}


@edge("answer_directly")
def answer_directly(step: Step, *, reply: str, files: Iterable[Checked] = ()) -> Recorded:
    """One officer answers a simple kind."""
    if step.case.holder_id is None:
        step.hand_to(step.user)
    row = write_reply(step, reply)
    return {"reply": row.pk, "files": len(keep(step, files, shown=True))}


@edge("send_progress")
def send_progress(step: Step, *, text: str) -> Recorded:
    """A progress report stops the first-report clock and starts the next one."""
    return {"message": write_message(step, Message.Kind.PROGRESS, text).pk}


@edge("submit_finding")
def submit_finding(
    step: Step,
    *,
    outcome: str,
    reasons: str,
    evidence: str = "",
    respondents: Iterable[Mapping[str, Any]] = (),
    files: Iterable[Checked] = (),
) -> Recorded:
    """The investigator's finding with its reasons and evidence.

    respondents: for every allegation a mapping with respondent, outcome and reasons.
    """
    finding = write_finding(step, outcome, reasons, evidence, respondents)
    return {"finding": finding.pk, "outcome": outcome, "files": len(keep(step, files))}


# A decision on paper: `decided_by` is who decided, the actor the clerk who records it with the scan.
@edge("return_finding")
def return_finding(
    step: Step, *, reasons: str, decided_by: User | None = None, files: Iterable[Checked] = ()
) -> Recorded:
    """The approver gives the finding back."""
    return _decided(step, write_decision(step, "returned", reasons, decided_by=decided_by), files)


@edge("decide_founded", "decide_partly")
def decide_for(
    step: Step,
    *,
    measures: Iterable[Mapping[str, Any]],
    reasons: str = "",
    decided_by: User | None = None,
    files: Iterable[Checked] = (),
) -> Recorded:
    """Founded or partly: what is to be done, by whom and until when.

    measures: mappings with kind, text, owner (User), due_on (date) and, for what is done to a person, respondent.
    """
    outcome = "founded" if step.edge.name == "decide_founded" else "partly"
    decision = write_decision(step, outcome, reasons, decided_by=decided_by)
    made = [write_measure(step, **measure) for measure in measures]
    return {
        **_decided(step, decision, files),
        "outcome": outcome,
        "measures": [measure.pk for measure in made],
    }


@edge("decide_unfounded", "decide_inconclusive")
def decide_against(
    step: Step, *, reply: str, reasons: str = "", decided_by: User | None = None, files: Iterable[Checked] = ()
) -> Recorded:
    """Unfounded or inconclusive: the reply goes out."""
    outcome = "unfounded" if step.edge.name == "decide_unfounded" else "inconclusive"
    decision = write_decision(step, outcome, reasons, decided_by=decided_by)
    return {
        **_decided(step, decision, files),
        "outcome": outcome,
        "reply": write_reply(step, reply, outcome=outcome).pk,
    }


def _decided(step: Step, decision: Decision, files: Iterable[Checked]) -> dict[str, Any]:
    facts: dict[str, Any] = {"decision": decision.pk, "files": len(keep(step, files))}
    if decision.recorded_by_id:
        facts["decided_by"] = decision.by_id
    return facts


@edge("take_over_measures")
def take_over_measures(step: Step) -> Recorded:
    """What is left to do of somebody who left is done by who has the case."""
    return along(step)


@edge("measure_done")
def measure_done(step: Step, *, measure: Measure, evidence: str = "", files: Iterable[Checked] = ()) -> Recorded:
    """A measure is done; its clock stops. In a protected case a sealed note says where the evidence is."""
    measure = step.case.measures.get(pk=measure.pk)
    measure.done_at, measure.done_by, measure.evidence = step.at, step.user, evidence_in_plain(step, evidence)
    measure.save(update_fields=["done_at", "done_by", "evidence"])
    step.clocks.stop("measure", step.today, about=str(measure.pk))
    if not step.case.measures.filter(kind=Measure.Kind.CRIMINAL, done_at=None).exists():
        step.clocks.stop("corruption_referral", step.today)
    facts: dict[str, Any] = {"measure": measure.pk, "files": len(keep(step, files))}
    if step.case.protected and evidence.strip():
        facts["message"] = write_message(step, Message.Kind.NOTE, evidence).pk
    return facts


@edge("draft_reply")
def draft_reply(step: Step, *, reply: str) -> Recorded:
    """A reply that waits for a second person. A newer draft takes the place of an older one."""
    row = Reply(case=step.case, outcome=outcome_decided(step), drafted_by=step.user, drafted_at=step.at)
    row.write(step.case, reply)
    row.save()
    return {"reply": row.pk}


@edge("approve_reply")
def approve_reply(step: Step, *, reply_seen: int) -> Recorded:  # noqa: ARG001 - the guard has compared it
    """The second person approves the newest draft, the one he read."""
    row = newest_reply(step)
    row.approved_by, row.approved_at = step.user, step.at
    row.save(update_fields=["approved_by", "approved_at"])
    return {"reply": row.pk}


@edge("answer")
def answer(step: Step) -> Recorded:
    """The approved reply goes out."""
    row = newest_reply(step)
    row.sent_at = step.at
    row.save(update_fields=["sent_at"])
    step.case.unread = False
    answer_merged(step, row.read(step.case))
    return {"reply": row.pk, "outcome": row.outcome}


@edge("close_after_window")
def close_after_window(step: Step) -> Recorded:
    """Nobody objected in time."""
    return_unanswered(step)
    return None


@edge("close")
def close(step: Step, *, evidence: str = "", files: Iterable[Checked] = ()) -> Recorded:
    """The matter is settled, with its evidence."""
    step.case.unread = False
    return_unanswered(step)
    facts: dict[str, Any] = {"files": len(keep(step, files, shown=True))}
    if evidence:
        facts["message"] = write_message(step, Message.Kind.NOTE, evidence).pk
    return facts
