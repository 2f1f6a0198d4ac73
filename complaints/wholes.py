"""Parts of a complaint and the whole they were split from: one complainant, one receipt, one address for his news."""

from typing import TYPE_CHECKING

from workflows.models import Case, CaseLink

if TYPE_CHECKING:
    from complaints.models import ComplaintCase


def whole_of(case: Case) -> Case:
    """The case that was filed, of which `case` is a part of a part …; `case` itself where it is no part."""
    link = CaseLink.objects.select_related("target").filter(source=case.pk, relation=CaseLink.Relation.PART).first()
    return whole_of(link.target) if link is not None else case


def has_receipt(case: Case) -> bool:
    """Whether somebody can read and answer with a receipt: that of the case, or of the whole it is a part of."""
    from complaints.models import Complaint

    return Complaint.objects.filter(case=whole_of(case).pk, receipt_lookup__isnull=False).exists()


def parts_of(whole: Case) -> "list[ComplaintCase]":
    """The parts into which a complaint was split, and theirs, in the order in which they were made."""
    from complaints.models import ComplaintCase

    found: list[ComplaintCase] = []
    level = [whole.pk]
    while level:
        parts = ComplaintCase.objects.filter(links__target__in=level, links__relation=CaseLink.Relation.PART)
        parts = parts.select_related("unit", "complaint__kind").order_by("pk")
        level = [part.pk for part in parts]
        found.extend(parts)
    return sorted(found, key=lambda part: part.pk)


def number_for_complainant(case: Case) -> str:
    """The number by which the complainant knows a case: for a part that of the whole, for it may be confidential."""
    return whole_of(case).number
