"""The only reads of complaints for pages. What exists for a person is `workflows.queries.visible_to`."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from complaints.models import Complaint, ComplaintCase, Question, Reply, RequestCase
from complaints.receipts import Receipt, new_receipt, parse, verify
from complaints.requests.queries import asked_by
from complaints.rules import READERS
from organisations.models import UnitReach, User
from organisations.queries import units_where
from workflows import search
from workflows.models import Case, Conflict, UnitNumber
from workflows.numbering import moved_number
from workflows.queries import visible_to

MOST_ALIKE = 5


def complaints_visible_to(user: User) -> QuerySet[ComplaintCase]:
    """The complaints that exist for `user`, as cases with their complaint."""
    return ComplaintCase.objects.filter(pk__in=visible_to(user, "complaint").values("pk"))


def complaint_for(user: User, public_id: str) -> ComplaintCase:
    """One complaint by its public id. Raises Http404, the same whether it is unknown or not for `user`."""
    case = (
        complaints_visible_to(user)
        .select_related("unit", "holder", "complaint__kind", "complaint__about_unit")
        .filter(public_id=public_id)
        .first()
    )
    if case is None:
        raise Http404
    return case


def moved_to_another_register(user: User, text: str) -> UnitNumber | None:
    """The number `text` of a complaint that was reclassified since, for who could see the unit it stood in.

    It says that the number moved, and when; nothing that happened later is read. None for whom the case must not exist.
    """
    number = moved_number(text) if text else None
    if number is None or number.series.code:
        return None
    reached = UnitReach.objects.filter(above__in=units_where(user, READERS), unit=number.series.unit_id)
    if not reached.exists() or Conflict.objects.filter(user=user, case=number.case_id).exists():
        return None
    return number


def complaint_by_receipt(text: str) -> ComplaintCase | None:
    """The complaint whose receipt is `text`; None when there is none. Raises `receipts.ReceiptMistyped`."""
    receipt = parse(text)
    complaint = Complaint.objects.select_related("case__unit", "kind").filter(receipt_lookup=receipt.lookup).first()
    # A lookup that is not there costs as much as a secret that is wrong.
    if not verify(receipt.secret, complaint.receipt_hmac if complaint else None) or complaint is None:
        return None
    return complaint.case


def unused_receipt() -> Receipt:
    """A receipt whose lookup part nothing has yet: among a million cases one in a million is drawn again."""
    while True:
        receipt = new_receipt()
        if not any(model.objects.filter(receipt_lookup=receipt.lookup).exists() for model in (Complaint, Question)):
            return receipt


def drafts_of(case: Any) -> QuerySet[Reply]:
    """The reply of a case (its key, or an outer reference) that waits for approval: the newest draft, or none."""
    return drafts().filter(case=case)


def drafts() -> QuerySet[Reply]:
    """The replies that wait for approval: of each case the newest draft, or none."""
    newer = Reply.objects.filter(case=OuterRef("case"), pk__gt=OuterRef("pk"))
    return Reply.objects.filter(~Exists(newer), approved_at=None, sent_at=None)


# --- Other cases ------------------------------------------------------------------------------------------------------
def alike(user: User, case: Case) -> list[ComplaintCase]:
    """At most five open complaints of the same unit and kind, the newest first: perhaps the same matter. Only what
    exists for `user`."""
    seen = complaints_visible_to(user).filter(is_open=True).exclude(pk=case.pk)
    same = seen.filter(unit=case.unit_id, category=case.category, protected=case.protected)
    return list(same.select_related("unit", "holder").order_by("-id")[:MOST_ALIKE])


def open_complaint_numbered(user: User, text: str) -> ComplaintCase | None:
    """The open complaint that has the number `text`; None when none has it, as when it does not exist for `user`."""
    number = search.as_number(text)
    return complaints_visible_to(user).filter(is_open=True, number=number).first() if number else None


# --- Requests to units ------------------------------------------------------------------------------------------------
def requests_of_unit(user: User) -> QuerySet[RequestCase]:
    """The requests that exist for `user` because his unit is asked."""
    return RequestCase.objects.filter(pk__in=visible_to(user, "request").values("pk"))


def requests_by(user: User) -> QuerySet[RequestCase]:
    """The requests about complaints that `user` has in hand; none where he has a conflict."""
    barred = Conflict.objects.filter(user=user)
    return asked_by(user).exclude(pk__in=barred.values("case"))


def request_for(user: User, public_id: str) -> RequestCase:
    """One request by its public id, for the unit that is asked and for who asks. Raises Http404, the same whether it is
    unknown or not for `user`."""
    known = Q(pk__in=requests_of_unit(user).values("pk")) | Q(pk__in=requests_by(user).values("pk"))
    found = RequestCase.objects.filter(known, public_id=public_id)
    case = found.select_related("unit", "holder", "request__complaint__unit", "request__by").first()
    if case is None:
        raise Http404
    return case
