"""What follows when a complaint becomes protected: for its texts, its unit, and for whatever hangs together with it."""

from collections.abc import Mapping
from typing import Any, cast

from django.db.models import Q

from complaints import routing
from complaints.barring import bar
from complaints.models import (
    Complaint,
    ComplaintCase,
    ComplaintKind,
    Decision,
    Finding,
    Hearing,
    ImportedReport,
    Letter,
    Measure,
    Message,
    Penalty,
    Rating,
    Referral,
    Reply,
    Respondent,
    RespondentFinding,
    ReviewRequest,
)
from complaints.requests.asking import protect_all
from complaints.writing import with_evidence
from workflows.actions import protect
from workflows.actors import TIMER
from workflows.crossing import forget_source
from workflows.keys import not_erased
from workflows.models import CaseLink
from workflows.transitions import Step, perform

# Every table whose rows have a text about a complaint, with the way from the row to its case.
TEXTS: Mapping[type[Any], str] = {
    **dict.fromkeys(
        (Complaint, Message, Finding, Decision, Measure, Reply, ReviewRequest, Rating, Referral, Respondent, Letter),
        "case",
    ),
    **dict.fromkeys((Hearing, RespondentFinding, Penalty), "respondent__case"),
}


def set_kind(step: Step, kind: ComplaintKind) -> None:
    """Another kind; the first protected one takes the case into the protected register, and with it its requests, its
    parts and what is merged with it. The whole it is a part of stays as it is: what is to be kept from others there is
    for who handles it to say."""
    case = step.case
    Complaint.objects.filter(case=case.pk).update(kind=kind)
    case.category = kind.code
    if kind.protected and not case.protected:
        _protect(step)
        step.then(lambda: _protect_others(step, kind))


def _protect_others(step: Step, kind: ComplaintKind) -> None:
    """What else says the same: requests to units, parts, what was merged into this case or this one into. Each does the
    same for what hangs together with it."""
    protect_all(step)
    merged, part = CaseLink.Relation.MERGED, CaseLink.Relation.PART
    said = CaseLink.objects.filter(target=step.case.pk, relation__in=[merged, part]).values("source")
    into = CaseLink.objects.filter(source=step.case.pk, relation=merged).values("target")
    # Of what was erased nothing is left to protect.
    others = not_erased(ComplaintCase.objects.filter(Q(pk__in=said) | Q(pk__in=into), protected=False))
    for case in others.order_by("pk"):
        case.refresh_from_db(fields=["protected"])  # one of them may have taken another along
        if not case.protected:
            perform(case, "protected_with_other", TIMER, at=step.at, kind=kind)


def _protect(step: Step) -> None:
    """Into the protected register: everything written so far is sealed, the number leaves the series."""
    case = cast("ComplaintCase", step.case)
    protect(case, [model.objects.filter(**{path: case.pk}) for model, path in TEXTS.items()])
    _seal_evidence(step)
    _seal_place(case)
    forget_source(case)
    above = routing.protected_unit(case.unit)
    if above.pk != case.unit_id:
        case.unit = above
        step.hand_to(None)
    bar(step)  # nor to a centre that a respondent leads


def _seal_evidence(step: Step) -> None:
    """Where the evidence is may name people: it moves into the sealed text beside which it stood."""
    for model in (Finding, Measure):
        for row in model.objects.filter(case=step.case.pk).exclude(evidence=""):
            row.write(step.case, with_evidence(step, row.read(step.case), row.evidence))
            row.evidence = ""
            row.save(update_fields=["text", "sealed", "evidence"])


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
