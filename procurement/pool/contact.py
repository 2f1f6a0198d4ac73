"""How citizens of the pool are written to: by e-mail, where they agreed to it."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from notifications.models import Road
from organisations.models import User
from procurement.models import Citizen, Consent

from .accounts import may_sign_in
from .sealed import read_private


def address_of(user: User, road: str) -> str | None:
    """The e-mail address of a citizen who agreed to be written to and may sign in to read his news; else "".

    None for somebody who is no citizen. Raises what `sealing.open_text` raises.
    """
    citizen = Citizen.objects.select_related("account").filter(account=user).first()
    if citizen is None:
        return None
    if road != Road.EMAIL or not _agreed().filter(citizen=citizen).exists() or not may_sign_in(citizen):
        return ""
    return str(read_private(citizen).get("email", ""))


def whose(user_ids: Iterable[int]) -> dict[int, bool]:
    """Those of these people who are citizens, and whether each has an e-mail address and agreed to be written to."""
    citizens = Citizen.objects.filter(account__in=list(user_ids))
    rows = citizens.values_list("account", "email_hash", Exists(_agreed().filter(citizen=OuterRef("pk"))))
    return {user: bool(address and agreed) for user, address, agreed in rows}


def _agreed() -> QuerySet[Consent]:
    return Consent.objects.filter(purpose=Consent.Purpose.CONTACT, withdrawn_at=None)
