"""What a citizen of the pool changes of his own data. The pool's own actions write it, in his name; here is what is
different when it is himself."""

import hashlib

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.models import User
from procurement.models import Citizen, Consent, SignInLink
from procurement.pool.sealed import read_private
from procurement.pool.wordings import wording_of
from workflows.refusals import Missing

from .pool import DecidedAlready, locked
from .pool_records import CitizenOvertaken, correct

CONTACT = ("phone", "email", "address")
# Says nothing of whether somebody else in the pool has it.
_NOT_THIS_ONE = _("This e-mail address cannot be used here. Leave it out and tell the office.")


def contact_state(citizen: Citizen) -> str:
    """A short mark of what is sealed of him, by which his form tells whether it is out of date."""
    return hashlib.sha256(bytes(citizen.sealed or b"")).hexdigest()[:16]


@transaction.atomic
def change_contact(citizen: Citizen, *, seen: str, phone: str, email: str, address: str) -> None:
    """How a citizen is reached, from now on. The address he had before is told by mail that it is no longer used, and
    links on the way to it open nothing.

    seen: `contact_state()` of what his form showed; another state now raises CitizenOvertaken. Raises Missing without
    telephone and e-mail, and for an e-mail that cannot be his; DecidedAlready for who is no longer in the pool.
    """
    if not phone.strip() and not email.strip():
        raise Missing(_("Give a telephone number or an e-mail address."), field="phone")
    now = locked(citizen, Citizen.Status.ADMITTED)
    if contact_state(now) != seen:
        raise CitizenOvertaken(now)
    before = str(read_private(now).get("email", ""))
    given = {"phone": phone.strip(), "email": email.strip(), "address": address.strip()}
    try:
        correct(now, by=_account(now), private=given)
    except Missing as refusal:
        if refusal.field != "email":
            raise
        raise Missing(_NOT_THIS_ONE, field="email") from None
    if before != given["email"]:
        SignInLink.objects.filter(citizen=now, way=SignInLink.Way.EMAIL, ended_at=None).update(ended_at=timezone.now())
        if before:
            # Robust: what he changed stays changed when the mail cannot be sent.
            transaction.on_commit(lambda: _tell_former(before, _account(now)), robust=True)


@transaction.atomic
def agree(citizen: Citizen, purpose: str) -> None:
    """A citizen agrees anew to one of the free purposes, in the sentence shown to him; nothing if that is in force.

    Raises DecidedAlready for who is not in the pool, Missing for the purpose of the pool itself: who left it applies.
    """
    if purpose == Consent.Purpose.POOL:
        raise Missing(_("Who left the pool applies again."), field="purpose")
    now = locked(citizen, Citizen.Status.ADMITTED)
    if not now.consents.filter(purpose=purpose, withdrawn_at=None).exists():
        Consent.objects.create(
            citizen=now, purpose=purpose, wording=wording_of(purpose), given_at=timezone.now(), recorded_by=None
        )


def _tell_former(address: str, account: User) -> None:
    if settings.EMAIL_BACKEND.endswith(".dummy.EmailBackend"):
        return
    with translation.override(account.language):
        text = render_to_string("representative/mail_changed.txt")
        EmailMessage(gettext("Your e-mail address was changed"), text, to=[address]).send()


def _account(citizen: Citizen) -> User:
    assert citizen.account is not None, "he is signed in by it"
    return citizen.account


__all__ = ["CONTACT", "CitizenOvertaken", "DecidedAlready", "agree", "change_contact", "contact_state"]
