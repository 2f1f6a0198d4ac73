"""Who is complained about: named, heard, found about, punished; and the committee that inquires."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from complaints.barring import bar
from complaints.models import Hearing, InquiryCommittee, InquiryMember, Message, Penalty, Respondent
from complaints.writing import write_message
from organisations.models import Unit, User
from workflows.attachments import keep
from workflows.files import Checked
from workflows.transitions import Step

from .common import Recorded, edge


@edge("add_respondent")
def add_respondent(
    step: Step,
    *,
    name: str,
    text: str,
    position: str = "",
    account: User | None = None,
    unit: Unit | None = None,
    official: bool = True,
    executive: bool = False,
) -> Recorded:
    """A person and one allegation. account: his, where he has one; from now on the case does not exist for him nor
    for who works in a unit that he leads. executive: whether he was one when it happened; who is, is an official."""
    row = Respondent(
        case=step.case, user=account, unit=unit, official=official or executive, executive=executive, by=step.user,
        at=step.at,
    )  # fmt: skip
    row.write_person(step.case, {"name": name.strip(), "position": position.strip()})
    row.write(step.case, text.strip())
    row.save()
    bar(step)
    return {"respondent": row.pk, "unit": step.case.unit_id}


@edge("remove_respondent")
def remove_respondent(step: Step, *, respondent: Respondent, reasons: str) -> Recorded:
    """He was named by mistake: the row stays and says so, and the case exists for him again."""
    Respondent.objects.filter(pk=respondent.pk, removed_at=None).update(removed_at=step.at)
    bar(step)
    return {"respondent": respondent.pk, "message": write_message(step, Message.Kind.NOTE, reasons).pk}


@edge("raise_above")
def raise_above(step: Step) -> Recorded:
    """Somebody it is about came to lead its unit or one above it: it moves above him, as when he is named."""
    before = step.case.unit_id
    bar(step)
    return {"unit": step.case.unit_id, "from": before}


@edge("hear_respondent")
def hear_respondent(
    step: Step, *, respondent: Respondent, text: str, heard_on: date | None = None, files: Iterable[Checked] = ()
) -> Recorded:
    """What he said on the day he was heard; without a day, why he could not be heard."""
    row = Hearing(respondent=respondent, heard_on=heard_on, by=step.user, at=step.at)
    row.write(step.case, text.strip())
    row.save()
    return {"respondent": respondent.pk, "hearing": row.pk, "files": len(keep(step, files))}


@edge("appoint_committee")
def appoint_committee(
    step: Step,
    *,
    order_number: str,
    ordered_on: date,
    members: Iterable[Mapping[str, Any]],
    files: Iterable[Checked] = (),
) -> Recorded:
    """An investigating committee. members: mappings with user and part (chair, member, secretary)."""
    row = InquiryCommittee.objects.create(
        case_id=step.case.pk, order_number=order_number.strip(), ordered_on=ordered_on, by=step.user, at=step.at
    )
    InquiryMember.objects.bulk_create(InquiryMember(committee=row, **member) for member in members)
    return {"committee": row.pk, "files": len(keep(step, files))}


@edge("record_penalty")
def record_penalty(
    step: Step,
    *,
    respondent: Respondent,
    kind: str,
    order_number: str,
    ordered_on: date,
    text: str = "",
    files: Iterable[Checked] = (),
) -> Recorded:
    """The order by which a respondent is punished, or not. Its copy is due from the day of the order."""
    row = Penalty(
        respondent=respondent, kind=kind, order_number=order_number.strip(), ordered_on=ordered_on, by=step.user,
        at=step.at,
    )  # fmt: skip
    row.write(step.case, text.strip())
    row.save()
    step.clocks.stop("penalty_decision", step.today, about=str(respondent.pk))
    step.clocks.start("penalty_copy", ordered_on, about=str(row.pk))
    return {"respondent": respondent.pk, "penalty": row.pk, "files": len(keep(step, files))}


@edge("copy_penalty")
def copy_penalty(
    step: Step, *, penalty: Penalty, evidence: str = "", copied_on: date | None = None, files: Iterable[Checked] = ()
) -> Recorded:
    """The copy of the order went to the body that found."""
    Penalty.objects.filter(pk=penalty.pk).update(copied_on=copied_on or step.today)
    step.clocks.stop("penalty_copy", step.today, about=str(penalty.pk))
    facts: dict[str, Any] = {"penalty": penalty.pk, "files": len(keep(step, files))}
    if evidence.strip():
        facts["message"] = write_message(step, Message.Kind.NOTE, evidence).pk
    return facts
