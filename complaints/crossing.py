"""What complaints do for other apps: open one out of an observation report, and count to how many somebody is a party.

Whoever asks knows nothing of complaints, and complaints nothing of purchases (`workflows.crossing`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.models import ComplainantIdentity, Complaint, ComplaintCase, ComplaintKind
from complaints.receipts import receipt_of, verify
from organisations.models import Unit, User
from workflows import crossing
from workflows.actors import Actor
from workflows.files import Checked
from workflows.models import Case
from workflows.refusals import Missing
from workflows.transitions import open_case, perform

# What it is about, in the words of `workflows`: the kind of complaint, and the group it falls back to.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "offers": ("procurement_bidding", "procurement"),
    "work": ("procurement_work", "procurement"),
    "purchase": ("procurement",),
}
_CORRUPTION = "corruption"


def register() -> None:
    """Say to `workflows.crossing` what complaints do."""
    crossing.register("complaint", opener=open_complaint, parties=parties)


def open_complaint(
    *,
    unit: Unit,
    text: str,
    by: User | None,  # noqa: ARG001 - never kept: who complained is `identity`, sealed, or nobody
    at: Any,  # noqa: ARG001 - the complaint has the moment of its lock
    secret: str,
    about: str = "purchase",
    corruption: bool = False,
    identity: Mapping[str, str] | None = None,
    files: Iterable[Checked] = (),
) -> tuple[Case, str]:
    """File a complaint for its sender: (the case, the receipt as it is shown). Within the caller's transaction.

    about: `offers`, `work` or `purchase`. corruption: it is filed as corruption, protected, and goes to the
    anti-corruption centre above `unit`. identity: name, phone, email; None files it without a name, and then nothing
    that is stored tells who sent it. secret: a random text of 256 bits that only the sender's page holds; the receipt
    is made of it, so that a form sent twice is one complaint and shows the same receipt, which is kept nowhere.
    Raises Missing when no protected kind is there, and what `open_case` raises.
    """
    kind = _kind(about, corruption=corruption)
    for number in range(100):
        receipt = receipt_of(secret, number)
        filed = Complaint.objects.select_related("case").filter(receipt_lookup=receipt.lookup).first()
        if filed is not None and verify(receipt.secret, filed.receipt_hmac):
            return filed.case, receipt.text
        if filed is None:
            break
    try:
        with transaction.atomic():
            case = open_case(
                "complaint", "register", Actor.complainant(), unit=unit, statement=text,
                channel=Complaint.Channel.WEBSITE, kind=kind, identity=identity or None, receipt=receipt, files=files,
                language=(get_language() or "th")[:2],
            )  # fmt: skip
            # The receipt is shown by the same answer.
            return perform(case, "acknowledge", Actor.complainant(case)), receipt.text
    except IntegrityError:
        # The same form at the same moment: the other one has filed it.
        filed = Complaint.objects.select_related("case").filter(receipt_lookup=receipt.lookup).first()
        if filed is None or not verify(receipt.secret, filed.receipt_hmac):
            raise
        return filed.case, receipt.text


def parties(cases: list[int], hashes: Mapping[str, str]) -> int:
    """To how many of these complaints somebody is a party whose telephone or e-mail has one of these keyed hashes.

    hashes: `phone` and `email`, in hex. A protected complaint is never counted, whoever asks.
    """
    same = Q()
    for purpose in ("phone", "email"):
        if value := hashes.get(purpose):
            same |= Q(**{f"{purpose}_hash": value})
    if not same:
        return 0
    open_ones = ComplaintCase.objects.filter(pk__in=cases, protected=False)
    return ComplainantIdentity.objects.filter(same, complaint__in=open_ones.values("pk")).count()


def _kind(about: str, *, corruption: bool) -> ComplaintKind | None:
    """The kind by the rule data; None where none of them is offered: then a screener finds it. Raises Missing."""
    if corruption:
        kind = ComplaintKind.objects.filter(pk=_CORRUPTION, protected=True).first()
        if kind is None:
            raise Missing(
                _("A matter of corruption cannot be filed from here. Use the public form."), field="corruption"
            )
        return kind
    offered = ComplaintKind.objects.filter(active=True, protected=False).in_bulk(_KINDS[about])
    return next((offered[code] for code in _KINDS[about] if code in offered), None)
