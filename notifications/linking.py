"""Linking LINE: who sends a code to our LINE account shows that the account he writes from is his.

A code is shown once, on a page of its owner; of it only a keyed hash is kept, for ten minutes. Its 40 bits, and five
wrong ones an hour from one LINE account, leave nothing to guess.
"""

import logging
import secrets
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from linebot.v3.messaging import ApiClient, Configuration, MessagingApi, ReplyMessageRequest, TextMessage
from linebot.v3.webhooks import Event, MessageEvent, TextMessageContent, UnfollowEvent, UserSource

from notifications import shortlived
from notifications.models import LineAccount, LineCode
from organisations.models import User
from workflows.models import Case

logger = logging.getLogger(__name__)

CODE_LIFE = timedelta(minutes=10)
MOST_TRIES = 5
TRIES_LIFE = timedelta(hours=1)

# Crockford's letters: none is taken for another one, and what people write instead is understood.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEANT = str.maketrans("OIL", "011")
_LENGTH = 8
_REPLY_TIMEOUT = (5, 10)  # seconds to connect and to read

Link = Callable[[Case, str], None]
_outsiders: dict[str, Link] = {}


class Answer(StrEnum):
    """What LINE is told about a code."""

    LINKED = "linked"
    WRONG = "wrong"


class Reply(NamedTuple):
    """An answer, the token with which LINE takes it, and the language of whoever reads it."""

    token: str
    answer: Answer
    language: str


def register_outsider(kind: str, link: Link) -> None:
    """Say what happens when the complainant of a case of this kind sends his code: link(case, LINE id)."""
    _outsiders[kind] = link


def is_set_up() -> bool:
    """Whether this installation has a LINE account: its token and its secret are known."""
    return bool(settings.LINE_TOKEN and settings.LINE_SECRET)


def new_code(whose: User | Case) -> str:
    """A code for a person, or for the complainant of a case: `ABCD-EFGH`, good once and for ten minutes.

    An earlier code of the same owner is good no longer. Of what is shown nothing is kept but a hash.
    """
    code = "".join(secrets.choice(_LETTERS) for _place in range(_LENGTH))
    owner = {"user_id": whose.pk} if isinstance(whose, User) else {"case_id": whose.pk}
    with transaction.atomic():
        LineCode.objects.filter(**owner).delete()
        LineCode.objects.create(code_hash=_hash(code), ends_at=timezone.now() + CODE_LIFE, **owner)
    return f"{code[: _LENGTH // 2]}-{code[_LENGTH // 2 :]}"


def take(event: Event) -> Reply | None:
    """Do what an event of LINE's webhook asks for. Out: what to answer, if anything.

    Only what a person writes to us alone is looked at, never what is said in a group.
    """
    if not isinstance(event.source, UserSource) or not event.source.user_id:
        return None
    line_id = event.source.user_id
    if isinstance(event, UnfollowEvent):
        LineAccount.objects.filter(line_id=line_id).delete()
    elif isinstance(event, MessageEvent) and isinstance(event.message, TextMessageContent):
        again = event.delivery_context.is_redelivery
        found = take_text(line_id, event.message.text, again=again)
        if found and event.reply_token:
            return Reply(event.reply_token, *found)
    return None


def take_text(line_id: str, text: str, *, again: bool = False) -> tuple[Answer, str] | None:
    """Link the LINE account if `text` is a good code. Out: the answer and its language; None where nothing is said.

    That is: to what cannot be a code, after too many wrong ones, and where LINE delivers `again` what may have been
    taken before.
    """
    code = _code_in(text)
    if not code or shortlived.count(f"line {line_id}", TRIES_LIFE) > MOST_TRIES:
        return None
    if (language := _redeem(line_id, code)) is not None:
        shortlived.uncount(f"line {line_id}")
        return Answer.LINKED, language
    return None if again else (Answer.WRONG, settings.LANGUAGE_CODE)


@transaction.atomic
def _redeem(line_id: str, code: str) -> str | None:
    """Link whoever the code belongs to. Out: his language; None when it is nobody's (any more)."""
    rows = LineCode.objects.select_for_update(of=("self",)).select_related("user", "case")
    row = rows.filter(code_hash=_hash(code), ends_at__gt=timezone.now()).first()
    if row is None:
        return None
    row.delete()
    if row.case is not None:
        _outsiders[row.case.kind](row.case, line_id)
        return settings.LANGUAGE_CODE
    if row.user is None or not row.user.is_active:
        return None
    LineAccount.objects.update_or_create(user=row.user, defaults={"line_id": line_id, "linked_at": timezone.now()})
    return row.user.language


def unlink(user: User) -> None:
    """Nothing follows this person to LINE any more; a code that still waits links nothing either."""
    LineAccount.objects.filter(user=user).delete()
    LineCode.objects.filter(user=user).delete()


def forget_codes() -> int:
    """Delete codes whose time is over. Out: how many."""
    return LineCode.objects.filter(ends_at__lte=timezone.now()).delete()[0]


def reply(token: str, answer: str, language: str) -> None:
    """Say in LINE what became of a code. It is only said: whatever LINE answers, what was linked stays linked."""
    with translation.override(language):
        text = _answers()[Answer(answer)]
    message = TextMessage(text=text, quickReply=None, quoteToken=None)
    request = ReplyMessageRequest(replyToken=token, messages=[message])
    configuration = Configuration(access_token=settings.LINE_TOKEN, host=settings.LINE_HOST)
    configuration.retries = False
    try:
        with ApiClient(configuration) as client:
            api = MessagingApi(client)
            api.line_base_path = settings.LINE_HOST
            api.reply_message(request, _request_timeout=_REPLY_TIMEOUT)
    except Exception as error:  # noqa: BLE001 - a token is good for a minute: there is nothing to try again
        logger.warning("LINE did not take a reply: %s %s", type(error).__name__, getattr(error, "status", ""))


def _answers() -> dict[Answer, str]:
    return {
        Answer.LINKED: _("Linked. From now on you are told here when there is news."),
        Answer.WRONG: _("This code is not right, or its ten minutes are over. Get a new one and send that."),
    }


def _code_in(text: str) -> str:
    """The code that somebody typed, in any case, with any spaces and dashes; "" for what cannot be one."""
    if len(text) > 4 * _LENGTH:
        return ""
    plain = unicodedata.normalize("NFKC", text).upper().translate(_MEANT)
    signs = "".join(
        str(unicodedata.digit(sign)) if sign.isdigit() else sign
        for sign in plain
        if not sign.isspace() and unicodedata.category(sign) not in {"Pd", "Cf"}
    )
    return signs if len(signs) == _LENGTH and set(signs) <= set(_LETTERS) else ""


def _hash(code: str) -> str:
    return salted_hmac("notifications.line_code", code, algorithm="sha256").hexdigest()
