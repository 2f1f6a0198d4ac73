"""The case that a complainant has opened with his code, for half an hour: a cookie, and nothing on our side.

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

from complaints.models import ComplaintCase
from workflows import sealing

COOKIE = "following"
LIFETIME = timedelta(minutes=30)
# Then the code is asked for again, however often pages were opened: a cookie that was copied cannot live for ever.
LONGEST = timedelta(hours=2)

_CONTEXT = "complaints/followed case"


def remember(response: HttpResponseBase, case: ComplaintCase) -> None:
    """Open the case for half an hour from now: its code was just given."""
    _set(response, case.public_id, int(time.time()))


def renew(request: HttpRequest, response: HttpResponseBase) -> None:
    """Keep the case that `request` has open for half an hour from now, at most two hours from when its code was given.

    Every page of it calls this.
    """
    if content := _content(request):
        _set(response, content["case"], content["since"])


def case_of(request: HttpRequest) -> ComplaintCase | None:
    """The case this browser has open; None when there is none, its time is over, or the cookie is not ours."""
    content = _content(request)
    if content is None:
        return None
    return (
        ComplaintCase.objects.select_related("unit", "complaint__kind")
        .filter(public_id=content["case"], complaint__receipt_lookup__isnull=False)
        .first()
    )


def close(response: HttpResponseBase) -> None:
    """Take the cookie back."""
    response.delete_cookie(COOKIE, path=reverse("follow"), samesite="Strict")


def _set(response: HttpResponseBase, public_id: str, since: int) -> None:
    now = int(time.time())
    until = min(now + int(LIFETIME.total_seconds()), since + int(LONGEST.total_seconds()))
    content = json.dumps({"case": public_id, "since": since, "until": until})
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
