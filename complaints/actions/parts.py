"""Together and apart: merged, split, corrected, opened again on new facts."""

from collections.abc import Iterable, Mapping
from typing import Any

from complaints import routing, rules
from complaints.barring import settle_matter
from complaints.guards import open_case_i_may_see
from complaints.models import Complaint, ComplaintCase, ComplaintKind, Message, Respondent
from complaints.protecting import set_kind
from complaints.states import GRAPH
from complaints.subjects import subject_of
from complaints.writing import write_decision, write_message
from organisations.models import User
from workflows.models import Assignment, Case, CaseLink
from workflows.refusals import Missing
from workflows.transitions import Step, open_case

from .common import Recorded, edge


@edge("merge")
def merge(step: Step, *, into: ComplaintCase, reasons: str = "") -> Recorded:
    """The case goes on in another one; the complainant is told where."""
    CaseLink.objects.create(
        source=step.case, target_id=into.pk, relation=CaseLink.Relation.MERGED, by=step.user, at=step.at
    )
    step.case.screened, step.case.unread = True, False
    # Whatever is merged into this one goes along.
    CaseLink.objects.filter(target=step.case, relation=CaseLink.Relation.MERGED).update(target_id=into.pk)
    settle_matter(step, into)
    # Until it was locked for that, others could end it or make it protected.
    if sentence := open_case_i_may_see.check(step.case, step.actor, {"into": into}):
        raise Missing(sentence, field=open_case_i_may_see.code)
    facts: dict[str, Any] = {"into": into.public_id}
    if reasons.strip():
        facts["message"] = write_message(step, Message.Kind.NOTE, reasons).pk
    return facts


@edge("unmerge")
def unmerge(step: Step, *, reasons: str) -> Recorded:
    """It was another matter after all: it is screened anew."""
    _take_out(step)
    return {"message": write_message(step, Message.Kind.NOTE, reasons).pk}


@edge("other_ended")
def other_ended(step: Step) -> Recorded:
    """The case it was merged into ended without a reply for this complainant: it is screened anew."""
    return {"out_of": _take_out(step).public_id}


def _take_out(step: Step) -> Case:
    """Take the case out of the one it was merged into, and give that one."""
    link = CaseLink.objects.select_related("target").get(source=step.case, relation=CaseLink.Relation.MERGED)
    link.delete()
    for case in (step.case, link.target):
        settle_matter(step, case)
    step.hand_to(None)
    return link.target


@edge("answered_with_other")
def answered_with_other(step: Step, *, text: str) -> Recorded:
    """The reply of the case it was merged into, for this complainant too."""
    return {"message": write_message(step, Message.Kind.TO_COMPLAINANT, text).pk}


@edge("protected_with_other")
def protected_with_other(step: Step, *, kind: ComplaintKind) -> Recorded:
    """The whole it is a part of, or what it is merged with, became protected, and so does what was said here."""
    set_kind(step, kind)
    return {"to": kind.code, "unit": step.case.unit_id}


@edge("split")
def split(step: Step, *, parts: Iterable[Mapping[str, Any]]) -> Recorded:
    """Each part becomes a case of its own in the same unit, followed with the same receipt; this one goes on.

    parts: mappings with text, kind (None while it is not decided) and respondents: those of this case whom the part is
    about as well. Whoever may know nothing of this case may know nothing of its parts either, chosen or not.
    """
    rows = list(parts)

    def open_parts() -> None:
        for row in rows:
            part = open_case(
                "complaint", "register_part", step.actor, unit=step.case.unit, at=step.at, whole=step.case, **row
            )
            CaseLink.objects.create(
                source=part, target=step.case, relation=CaseLink.Relation.PART, by=step.user, at=step.at
            )
        settle_matter(step)

    step.then(open_parts)
    return {"parts": len(rows)}


@edge("register_part")
def register_part(
    step: Step,
    *,
    whole: ComplaintCase,
    text: str,
    kind: ComplaintKind | None = None,
    respondents: Iterable[Respondent] = (),
) -> Recorded:
    """A part of a complaint. Its complainant is that of the whole, who follows it there.

    respondents: of the whole. They are named here anew, person and allegation, because each case has its own hearings,
    findings and penalties and may be sealed with a key that opens nothing else; in the whole they stay named.
    """
    case, origin = step.case, whole.complaint
    case.category = kind.code if kind else ""
    case.protected = whole.protected or bool(kind and kind.protected)
    case.subject = "" if case.protected else subject_of(text)
    if case.protected:
        case.unit = routing.protected_unit(case.unit)
    case.screened, case.opened_at = True, whole.opened_at
    complaint = Complaint(
        case=case,
        kind=kind,
        about_unit=origin.about_unit,
        channel=origin.channel,
        anonymous=origin.anonymous,
        language=origin.language,
    )
    complaint.write(case, text.strip())
    complaint.save(force_insert=True)
    taken = [_name_again(step, whole, row) for row in respondents]
    step.number_wanted = True
    facts = {"channel": origin.channel, "kind": case.category, "unit": case.unit_id}
    return {**facts, "respondents": taken} if taken else facts


def _name_again(step: Step, whole: ComplaintCase, named: Respondent) -> int:
    row = Respondent(
        case=step.case,
        user=named.user,
        unit=named.unit,
        official=named.official,
        executive=named.executive,
        by=step.user,
        at=step.at,
    )
    row.write_person(step.case, named.read_person(whole))
    row.write(step.case, named.read(whole))
    row.save()
    return row.pk


@edge("correct")
def correct(step: Step, *, reasons: str) -> Recorded:
    """Back to the state before the last move, with the clocks and the hands it had then."""
    case, move = step.case, rules.last_move(step.case)
    assert move is not None  # the guard has seen it
    taken_back = GRAPH.edge(move.verb)
    case.undo_to = move.from_state
    step.clocks.take_back(started=taken_back.starts, stopped=taken_back.stops, day=step.today)
    if Assignment.objects.filter(case=case.pk, at=move.at).exists():
        before = Assignment.objects.filter(case=case.pk, at__lt=move.at).select_related("user").last()
        step.hand_to(before.user if before else None)
    return {"undoes": move.seq, "message": write_message(step, Message.Kind.NOTE, reasons).pk}


@edge("reopen_ex_officio")
def reopen_ex_officio(step: Step, *, to: User, reasons: str) -> Recorded:
    """New facts: somebody looks into it again. The case keeps its number and history."""
    step.hand_to(to)
    return {"decision": write_decision(step, "", reasons).pk, "to": to.pk}


@edge("rescreen_ex_officio")
def rescreen_ex_officio(step: Step, *, reasons: str) -> Recorded:
    """New facts: a declined case is screened again."""
    step.hand_to(None)
    return {"decision": write_decision(step, "", reasons).pk}
