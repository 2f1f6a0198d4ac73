"""Official letters: drafted, registered, signed, despatched. The case stays where it is."""

from collections.abc import Iterable
from datetime import date
from typing import cast

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints.letters.addressing import usual_addressee
from complaints.letters.carried import carried
from complaints.letters.registers import as_number, letter_year, letterhead_of, register_of
from complaints.letters.signing import Signature
from complaints.letters.wording import usual_subject
from complaints.models import ComplaintCase, Head, Letter, Message
from complaints.rules import may_see_contact
from complaints.writing import write_message
from organisations.models import Holding
from workflows.attachments import keep
from workflows.files import Checked
from workflows.refusals import Missing
from workflows.transitions import Step

from .common import Recorded, edge


@edge("draft_letter")
def draft_letter(
    step: Step,
    *,
    carries: str,
    subject: str = "",
    addressee: str = "",
    references: str = "",
    enclosures: str = "",
    copies: str = "",
    signatory: Holding | None = None,
    other_signatory: str = "",
) -> Recorded:
    """A letter that says what `carries` names (``reply-12``). A draft of the same text gives way to it.

    subject: "" for the usual one. addressee: the line after เรียน, then the address; "" for what is known. Where the
    writer may not see who complained, it stays as the draft before had it; in a protected case it stays blank.
    signatory: one of `signing.signatories`, or other_signatory: name and, on the next line, position of somebody else.
    """
    case = cast("ComplaintCase", step.case)
    what = carried(case, carries)
    assert what is not None  # the guard has looked
    before = case.letters.filter(**{what.name: what.row.pk}, number="", cancelled_at=None).last()
    letter = Letter(case=case, unit=case.unit, by=step.user, at=step.at)
    setattr(letter, what.name, what.row)
    letter.write_head(case, Head(subject.strip() or usual_subject(what.sort), references, enclosures, copies))
    if not letter.to_complainant or may_see_contact(step.user, case):
        letter.write_addressee(case, addressee.strip() or usual_addressee(case, what))
    elif before is not None and not case.protected:
        letter.addressee = before.addressee
    _sign(letter, signatory, other_signatory)
    if before is not None:
        before.cancelled_at = step.at
        before.save(update_fields=["cancelled_at"])
    letter.save()
    return {"letter": letter.pk}


@edge("register_letter")
def register_letter(
    step: Step,
    *,
    letter: Letter,
    registered_on: date,
    number: str = "",
    signatory: Holding | None = None,
    other_signatory: str = "",
    files: Iterable[Checked] = (),
    despatched_on: date | None = None,
    way: str = "",
    tracking: str = "",
) -> Recorded:
    """The number and date of the register, who signed; and at once the scan and the despatch, where both are done.

    number: as it stands in the register; left aside where `register_of` the unit gives it.
    """
    row = _row(step, letter)
    row.unit = step.case.unit
    row.registered_on, row.year = registered_on, letter_year(registered_on)
    register = register_of(row.unit)
    row.number = register.next_number(row.unit, row.year) if register else as_number(number)
    if signatory or other_signatory.strip():
        _sign(row, signatory, other_signatory)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        # Two clerks wrote the same number at one moment: the guard of neither has seen the other's.
        raise Missing(_("The register has this number already. Look it up again."), field="letter_number") from None
    scans = _attach(step, row, files)
    if despatched_on is not None:
        _despatch(row, despatched_on, way, tracking)
    return {"letter": row.pk, "files": scans, "despatched": way}


@edge("attach_signed")
def attach_signed(step: Step, *, letter: Letter, files: Iterable[Checked]) -> Recorded:
    """The signed sheet, scanned."""
    row = _row(step, letter)
    return {"letter": row.pk, "files": _attach(step, row, files)}


@edge("despatch_letter")
def despatch_letter(step: Step, *, letter: Letter, despatched_on: date, way: str, tracking: str = "") -> Recorded:
    """It has gone out, on that day and that way."""
    row = _row(step, letter)
    _despatch(row, despatched_on, way, tracking)
    return {"letter": row.pk, "despatched": way}


@edge("cancel_letter")
def cancel_letter(step: Step, *, letter: Letter, reasons: str) -> Recorded:
    """It does not go out. A number that it had stays taken."""
    row = _row(step, letter)
    row.cancelled_at = step.at
    row.save(update_fields=["cancelled_at"])
    return {"letter": row.pk, "message": write_message(step, Message.Kind.NOTE, reasons).pk}


def _row(step: Step, letter: Letter) -> Letter:
    """Read again under the lock of the case."""
    return cast("ComplaintCase", step.case).letters.get(pk=letter.pk)


def _sign(letter: Letter, signatory: Holding | None, other: str) -> None:
    signature = Signature.of(signatory, letterhead_of(letter.unit).acting) if signatory else Signature.typed(other)
    letter.signatory, letter.signatory_name = signature.user, signature.name
    letter.signatory_title, letter.acting_for = signature.title, signature.acting_for


def _attach(step: Step, letter: Letter, files: Iterable[Checked]) -> int:
    """Keep the scan, of which there is one or, on registering, none yet."""
    kept = keep(step, files)
    for scan in kept:
        letter.signed = scan
        letter.save(update_fields=["signed"])
    return len(kept)


def _despatch(letter: Letter, day: date, way: str, tracking: str) -> None:
    letter.despatched_on, letter.way, letter.tracking = day, way, tracking.strip()
    letter.save(update_fields=["despatched_on", "way", "tracking"])
