"""The case or question that somebody has opened with his code, for half an hour: a cookie, and nothing on our side.

The cookie is sealed, so that a borrowed telephone does not say which case was looked at; it is sent to the pages under
"follow" alone, never to a script, and never from another site. No session row, no address, no list of who looked when.
"""

import base64
import binascii
import json
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from complaints.models import ComplaintCase, Question
from workflows import sealing

COOKIE = "following"
LIFETIME = timedelta(minutes=30)
# Then the code is asked for again, however often pages were opened: a cookie that was copied cannot live for ever.
LONGEST = timedelta(hours=2)

_CONTEXT = "complaints/followed case"
_NAMES = ("case", "question")


def remember(response: HttpResponseBase, what: ComplaintCase | Question) -> None:
    """Open the case or question for half an hour from now: its code was just given."""
    _set(response, _named(what), int(time.time()))


def pass_on(request: HttpRequest, response: HttpResponseBase, case: ComplaintCase) -> None:
    """Open the case that the open question has become, no longer than the question would have been open."""
    if content := _content(request):
        _set(response, _named(case), content["since"])


def renew(request: HttpRequest, response: HttpResponseBase) -> None:
    """Keep what `request` has open for half an hour from now, at most two hours from when its code was given.

    Every page of it calls this.
    """
    if content := _content(request):
        _set(response, {name: content[name] for name in _NAMES if name in content}, content["since"])


def case_of(request: HttpRequest) -> ComplaintCase | None:
    """The case this browser has open; None when there is none, its time is over, or the cookie is not ours."""
    content = _content(request)
    if content is None or "case" not in content:
        return None
    return (
        ComplaintCase.objects.select_related("unit", "complaint__kind")
        .filter(public_id=content["case"], complaint__receipt_lookup__isnull=False)
        .first()
    )


def question_of(request: HttpRequest) -> Question | None:
    """The question this browser has open, in the same way."""
    content = _content(request)
    if content is None or "question" not in content:
        return None
    return Question.objects.select_related("unit", "case").filter(public_id=content["question"]).first()


def close(response: HttpResponseBase) -> None:
    """Take the cookie back."""
    response.delete_cookie(COOKIE, path=reverse("follow"), samesite="Strict")


def _named(what: ComplaintCase | Question) -> dict[str, str]:
    return {"question" if isinstance(what, Question) else "case": what.public_id}


def _set(response: HttpResponseBase, opened: dict[str, str], since: int) -> None:
    now = int(time.time())
    until = min(now + int(LIFETIME.total_seconds()), since + int(LONGEST.total_seconds()))
    content = json.dumps({**opened, "since": since, "until": until})
    response.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(sealing.seal(_key(), content, _CONTEXT)).decode().rstrip("="),
        max_age=until - now,
        path=reverse("follow"),
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _content(request: HttpRequest) -> dict[str, Any] | None:
    value = request.COOKIES.get(COOKIE, "")
    try:
        sealed = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
        content: dict[str, Any] = json.loads(sealing.open_sealed(_key(), sealed, _CONTEXT))
    except (binascii.Error, ValueError, sealing.SealingError):
        return None
    # The browser drops the cookie in time; one that was copied out of it ends here.
    return content if content["until"] >= time.time() else None


def _key() -> sealing.DataKey:
    # Whoever changes the receipt key ends all receipts, and with them what they opened.
    return sealing.DataKey(sealing.derive_key(sealing.key_from_text(settings.RECEIPT_KEY), "followed case/2"))
