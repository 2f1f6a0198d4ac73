"""The only reads of complaints for pages. What exists for a person is `workflows.queries.visible_to`."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from complaints.models import Complaint, ComplaintCase, Reply
from complaints.receipts import Receipt, new_receipt, parse, verify
from organisations.models import User
from workflows.queries import visible_to


def complaints_visible_to(user: User) -> QuerySet[ComplaintCase]:
    """The complaints that exist for `user`, as cases with their complaint."""
    return ComplaintCase.objects.filter(pk__in=visible_to(user, "complaint").values("pk"))


def complaint_for(user: User, public_id: str) -> ComplaintCase:
    """One complaint by its public id. Raises Http404, the same whether it is unknown or not for `user`."""
    case = (
        complaints_visible_to(user)
        .select_related("unit", "holder", "complaint__kind")
        .filter(public_id=public_id)
        .first()
    )
    if case is None:
        raise Http404
    return case


def complaint_by_receipt(text: str) -> ComplaintCase | None:
    """The complaint whose receipt is `text`; None when there is none. Raises `receipts.ReceiptMistyped`."""
    receipt = parse(text)
    complaint = Complaint.objects.select_related("case__unit", "kind").filter(receipt_lookup=receipt.lookup).first()
    # A lookup that is not there costs as much as a secret that is wrong.
    if not verify(receipt.secret, complaint.receipt_hmac if complaint else None) or complaint is None:
        return None
    return complaint.case


def unused_receipt() -> Receipt:
    """A receipt whose lookup part no complaint has: among a million cases one in a million is drawn again."""
    while Complaint.objects.filter(receipt_lookup=(receipt := new_receipt()).lookup).exists():
        pass
    return receipt


def drafts_of(case: Any) -> QuerySet[Reply]:
    """The reply of a case (its key, or an outer reference) that waits for approval: the newest draft, or none."""
    newer = Reply.objects.filter(case=OuterRef("case"), pk__gt=OuterRef("pk"))
    return Reply.objects.filter(~Exists(newer), case=case, approved_at=None, sent_at=None)
