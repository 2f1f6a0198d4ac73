"""Other units and agencies: requests, transfers, referrals; and what rests or ends early."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints import routing, rules
from complaints.barring import bar
from complaints.models import Message, Referral, ReferralAgency, Respondent
from complaints.requests.asking import ask_units, cancel_open
from complaints.writing import (
    evidence_in_plain,
    put_right,
    with_evidence,
    write_decision,
    write_finding,
    write_measure,
    write_message,
    write_reply,
)
from organisations.models import Unit
from workflows.attachments import keep
from workflows.files import Checked
from workflows.models import Attachment
from workflows.refusals import Missing
from workflows.transitions import Step

from .common import Recorded, edge


# --- Units ------------------------------------------------------------------------------------------------------------
@edge("ask_agencies", "ask_another_agency")
def ask_agencies(
    step: Step,
    *,
    units: Iterable[Unit],
    text: str,
    days: int | None = None,
    passed_on: Iterable[Attachment] = (),
    files: Iterable[Checked] = (),
) -> Recorded:
    """One request to each unit, all at once. days: calendar days to answer, in place of the rule's. passed_on: files of
    the complaint that the units may read."""
    asked = list(units)
    step.then(lambda: ask_units(step, asked, text, days=days, passed_on=list(passed_on), files=list(files)))
    return {"units": [unit.pk for unit in asked]}


@edge("agency_answered")
def agency_answered(step: Step, *, request: int, outcome: str) -> Recorded:  # noqa: ARG001 - nothing but the entry
    """A request has come to its end. outcome: the state in which it ended."""
    return {"request": request, "outcome": outcome}


@edge("transfer")
def transfer(step: Step, *, unit: Unit, reasons: str) -> Recorded:
    """Another unit screens it. A case that bounces a second time goes to the unit above both, which decides; one that
    would come under a respondent, above him. Raises Missing where that is where it lies already."""
    case, before = step.case, step.case.unit_id
    wanted, second = unit, rules.bounces(case) + 1 == rules.DECIDING_BOUNCE
    if second:
        unit = routing.above_both(case.unit, unit, protected=case.protected)
    message = write_message(step, Message.Kind.NOTE, reasons)
    if not case.protected:
        put_right(step, wanted)
    case.unit = unit
    step.hand_to(None)
    bar(step)
    if case.unit_id == before:
        raise Missing(_("This unit is led by somebody the case is about, or stands below him."), field="unit")
    return {"unit": case.unit_id, "wanted": wanted.pk, "second": second, "message": message.pk}


# --- Agencies ---------------------------------------------------------------------------------------------------------
@edge("refer")
def refer(step: Step, *, agency: ReferralAgency, reasons: str, files: Iterable[Checked] = ()) -> Recorded:
    """To a named agency, whose answer is followed."""
    step.case.screened, step.case.unread = True, False
    row = Referral(case=step.case, agency=agency, by=step.user, at=step.at)
    row.write(step.case, reasons.strip())
    row.save()
    step.clocks.stop("corruption_referral", step.today)
    return {"referral": row.pk, "agency": agency.code, "files": len(keep(step, files))}


@edge("remind_agency")
def remind_agency(step: Step, *, text: str, files: Iterable[Checked] = ()) -> Recorded:
    """The agency was written to again; its time starts anew."""
    return {"message": write_message(step, Message.Kind.NOTE, text).pk, "files": len(keep(step, files))}


@edge("referral_answered")
def referral_answered(
    step: Step,
    *,
    outcome: str,
    reasons: str,
    evidence: str = "",
    respondents: Iterable[Mapping[str, Any]] = (),
    files: Iterable[Checked] = (),
) -> Recorded:
    """What the agency found comes before the approver as a finding; respondents: as `submit_finding` takes them."""
    finding = write_finding(step, outcome, reasons, evidence, respondents)
    return {"finding": finding.pk, "outcome": outcome, "files": len(keep(step, files))}


@edge("referral_returned")
def referral_returned(step: Step, *, reasons: str, files: Iterable[Checked] = ()) -> Recorded:
    """The agency says it is not its matter: it is screened again."""
    step.hand_to(None)
    return {"message": write_message(step, Message.Kind.NOTE, reasons).pk, "files": len(keep(step, files))}


@edge("binding_finding")
def binding_finding(
    step: Step,
    *,
    reasons: str,
    measures: Iterable[Mapping[str, Any]],
    evidence: str = "",
    files: Iterable[Checked] = (),
) -> Recorded:
    """The anti-corruption body has found, and that binds: from today the penalty is due, for every respondent.

    ORGANIC ACT: the penalty is decided within 30 days, and the order copied within 15 (domain: Clocks, older text).
    """
    decision = write_decision(
        step, "founded", with_evidence(step, reasons, evidence) if step.case.protected else reasons
    )
    plain = evidence_in_plain(step, evidence)
    facts: dict[str, Any] = {"decision": decision.pk, "outcome": "founded"}
    if plain:
        facts["message"] = write_message(step, Message.Kind.NOTE, plain).pk
    facts["measures"] = [write_measure(step, **measure).pk for measure in measures]
    for respondent in Respondent.objects.filter(case=step.case.pk, removed_at=None, official=True):
        step.clocks.start("penalty_decision", step.today, about=str(respondent.pk))
    return {**facts, "files": len(keep(step, files))}


# --- It rests, or ends early ------------------------------------------------------------------------------------------
@edge("suspend")
def suspend(step: Step, *, body: str, reasons: str, files: Iterable[Checked] = ()) -> Recorded:
    """The matter is before a court or another body. body: which; it stands in the text, for it may name people."""
    message = write_message(step, Message.Kind.NOTE, f"{body.strip()}\n\n{reasons.strip()}")
    return {"message": message.pk, "files": len(keep(step, files))}


@edge("keep_suspended", "resume", "cancel_question")
def say_why(step: Step, *, reasons: str) -> Recorded:
    """Only why."""
    return {"message": write_message(step, Message.Kind.NOTE, reasons).pk}


@edge("discontinue")
def discontinue(step: Step, *, reasons: str, reply: str) -> Recorded:
    """It ends without a result; the complainant is told why."""
    decision = write_decision(step, "", reasons)
    step.then(lambda: cancel_open(step))
    return {"decision": decision.pk, "reply": write_reply(step, reply).pk}
