"""Links by which citizens sign in: made, sent, handed over on paper, and taken once.

Of a link only a hash is kept. Its letters are random enough (80 bits on paper, 130 in a mail) that nobody finds one by
trying within its life, so no address of whoever tries has to be kept or counted.
"""

import contextlib
import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from procrastinate.exceptions import AlreadyEnqueued

from organisations.formats import thai_numerals
from organisations.models import User
from procurement.models import Citizen, SignInLink
from procurement.pool.accounts import account_for, by_email, may_sign_in
from procurement.pool.sealed import read_private

# Crockford's letters: none of them is taken for another one, and what people write instead is understood.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1", **{thai: str(place) for place, thai in enumerate("๐๑๒๓๔๕๖๗๘๙")}})
_PAPER_LETTERS, _MAIL_LETTERS, _GROUP = 16, 26, 4


class Dead(StrEnum):
    """Why a link opens nothing."""

    UNKNOWN = "unknown"
    ENDED = "ended"
    EXPIRED = "expired"
    CLOSED = "closed"


class LinkDead(Exception):
    """The link opens nothing; `why` says why."""

    def __init__(self, why: Dead) -> None:
        super().__init__(why.value)
        self.why = why


def normal(token: str) -> str:
    """The letters of a token as they are hashed, from what somebody typed off a paper: groups, spaces and small
    letters do not matter, nor does O for 0."""
    kept = token.upper().translate(_MEANT)
    return "".join(sign for sign in kept if sign in _LETTERS)


@transaction.atomic
def send_link(citizen_id: int, base: str) -> bool:
    """Mail a link to the address that is sealed for a citizen. Out: whether one was sent.

    base: scheme and host of the pages, "https://example.go.th". None is sent to who may not sign in (any more), has no
    address, or was sent `settings.SIGN_IN_LINKS_AN_HOUR` within the last hour. If the mail cannot be handed over, the
    link is not kept either. Raises what sending raises.
    """
    now = timezone.now()
    citizen = _locked(citizen_id)
    address = str(read_private(citizen).get("email", ""))
    if not address or citizen.account is None or not may_sign_in(citizen):
        return False
    mailed = citizen.sign_in_links.filter(way=SignInLink.Way.EMAIL, made_at__gt=now - timedelta(hours=1))
    if mailed.count() >= settings.SIGN_IN_LINKS_AN_HOUR:
        return False
    token, link = _new(citizen, SignInLink.Way.EMAIL, now, settings.SIGN_IN_LINK_LIFE)
    context = {"url": base + reverse("my_link", args=[token]), "until": link.expires_at}
    with translation.override(citizen.account.language), thai_numerals(citizen.account.thai_numerals):
        text = render_to_string("representative/mail_link.txt", context)
        EmailMessage(gettext("Your link to sign in"), text, to=[address]).send()
    return True


@transaction.atomic
def make_paper_link(citizen: Citizen, *, by: User) -> str:
    """A link to hand over on paper; its letters in groups of four, to be shown once. An account is made if need be.

    by: who made it, after seeing who stands before him; that he did is in the log of the reference data. Raises
    LinkDead when the citizen may not sign in.
    """
    account_for(citizen)
    locked = _locked(citizen.pk)
    if not may_sign_in(locked):
        raise LinkDead(Dead.CLOSED)
    token, _link = _new(locked, SignInLink.Way.PAPER, timezone.now(), settings.SIGN_IN_PAPER_LIFE, by)
    LogEntry.objects.log_actions(
        by.pk, [locked], CHANGE, change_message=[{"added": {"name": "sign-in link", "object": "paper"}}],
        single_object=True,
    )  # fmt: skip
    return "-".join(token[place : place + _GROUP] for place in range(0, len(token), _GROUP))


def look_at(token: str) -> SignInLink:
    """The living link of a token; changes nothing, for programs that look for harm in mails follow links too.

    Raises LinkDead.
    """
    return _living(token, timezone.now())


@transaction.atomic
def take_link(token: str) -> User:
    """Use a link up, and every other one of its citizen with it. Out: his account, to be signed in.

    Raises LinkDead; of two at once one gets in.
    """
    now = timezone.now()
    # His row first, then his links: two different links of one citizen at once cannot wait for each other.
    citizen = _locked(_living(token, now).citizen_id)
    _living(token, now)
    if citizen.account is None or not may_sign_in(citizen):
        raise LinkDead(Dead.CLOSED)
    citizen.sign_in_links.filter(ended_at=None).update(ended_at=now)
    return citizen.account


def ask_for_link(email: str, base: str) -> None:
    """Let the worker send a link to the citizen who gave this address; nothing for an address nobody gave.

    The caller answers the same either way. base: see `send_link`.
    """
    from procurement.jobs import mail_sign_in_link

    citizen = by_email(email)
    if citizen is None:
        return
    job = mail_sign_in_link.configure(queueing_lock=f"sign_in_link/{citizen.pk}")
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(citizen=citizen.pk, base=base)


def forget_links() -> int:
    """Delete what can open nothing since a day. Out: how many links."""
    return SignInLink.objects.filter(expires_at__lt=timezone.now() - timedelta(days=1)).delete()[0]


def _locked(citizen_id: int) -> Citizen:
    return Citizen.objects.select_for_update(of=("self",), no_key=True).select_related("account").get(pk=citizen_id)


def _new(citizen: Citizen, way: str, now: datetime, life: timedelta, by: User | None = None) -> tuple[str, SignInLink]:
    letters = _PAPER_LETTERS if way == SignInLink.Way.PAPER else _MAIL_LETTERS
    token = "".join(secrets.choice(_LETTERS) for _ in range(letters))
    facts: dict[str, Any] = {"way": way, "made_by": by, "made_at": now, "expires_at": now + life}
    return token, SignInLink.objects.create(citizen=citizen, token_hash=_hash(token), **facts)


def _hash(token: str) -> str:
    return hashlib.sha256(b"sodsong/sign-in/1\0" + normal(token).encode()).hexdigest()


def _living(token: str, now: datetime) -> SignInLink:
    link = SignInLink.objects.filter(token_hash=_hash(token)).first()
    if link is None:
        raise LinkDead(Dead.UNKNOWN)
    if link.ended_at is not None:
        raise LinkDead(Dead.ENDED)
    if link.expires_at <= now:
        raise LinkDead(Dead.EXPIRED)
    return link
