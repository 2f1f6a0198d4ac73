"""What a letter says, as plain data: gathered anew from the case whenever it is drawn."""

from datetime import date
from typing import Any

from django.utils import timezone

from complaints.models import ComplaintCase, Letter

from .carried import carried
from .registers import letterhead_of


def letter_content(letter: Letter, case: ComplaintCase, *, addressee: str) -> dict[str, Any]:
    """Everything the document of `letter` prints. addressee: as its reader may see it, "" for a blank line.

    The case has not been erased; that is asked before.
    """
    head, series = letter.read_head(case), letterhead_of(letter.unit)
    what = carried(case, letter.carries)
    assert what is not None  # what a letter carries has been sent, and is never taken back
    asked = what.row.case if what.name == "request" else None
    ground = getattr(what.row, "ground", None)
    return {
        "sort": what.sort,
        "prefix": series.prefix,
        "number": letter.number,
        "agency": series.agency or letter.unit.name_th,
        "address": series.address,
        "dated_on": letter.registered_on,
        "subject": head.subject,
        "addressee": addressee,
        "references": head.references,
        "enclosures": head.enclosures,
        "copies": head.copies,
        # A unit that is asked learns no more of the complaint than the question.
        "case": asked.number if asked else case.number,
        "filed_on": None if asked else _filed_on(case),
        "ground": ground.name_th if ground else "",
        "text": what.text(case),
        "answer_by": what.answer_by(case),
        "signatory": letter.signatory_name,
        "title": letter.signatory_title,
        "acting_for": letter.acting_for,
        "office": letter.unit.name_th,
        "phone": series.phone,
        "email": series.email,
        "thai_numerals": series.thai_numerals,
        "cancelled": letter.cancelled_at is not None,
    }


def _filed_on(case: ComplaintCase) -> date:
    return case.complaint.received_on or timezone.localdate(case.opened_at)
