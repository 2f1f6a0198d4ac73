"""The case that a complainant has opened with his code, for half an hour: a cookie, and nothing on our side.

The cookie is sealed, so that a borrowed telephone does not say which case was looked at; it is sent to the pages under
"follow" alone, never to a script, and never from another site. No session row, no address, no list of who looked when.
"""

import base64
import binascii
import json
import time
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from complaints.models import ComplaintCase
from workflows import sealing

COOKIE = "following"
LIFETIME = timedelta(minutes=30)

_CONTEXT = "complaints/followed case"


def remember(response: HttpResponseBase, case: ComplaintCase) -> None:
    """Keep the case open for half an hour from now; every page of it calls this."""
    content = json.dumps({"case": case.public_id, "until": int(time.time() + LIFETIME.total_seconds())})
    response.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(sealing.seal(_key(), content, _CONTEXT)).decode().rstrip("="),
        max_age=int(LIFETIME.total_seconds()),
        path=reverse("follow"),
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def case_of(request: HttpRequest) -> ComplaintCase | None:
    """The case this browser has open; None when there is none, its time is over, or the cookie is not ours."""
    value = request.COOKIES.get(COOKIE, "")
    try:
        sealed = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
        content = json.loads(sealing.open_sealed(_key(), sealed, _CONTEXT))
    except (binascii.Error, ValueError, sealing.SealingError):
        return None
    # The browser drops the cookie in time; one that was copied out of it ends here.
    if content["until"] < time.time():
        return None
    return (
        ComplaintCase.objects.select_related("unit", "complaint__kind")
        .filter(public_id=content["case"], complaint__receipt_lookup__isnull=False)
        .first()
    )


def close(response: HttpResponseBase) -> None:
    """Take the cookie back."""
    response.delete_cookie(COOKIE, path=reverse("follow"), samesite="Strict")


def _key() -> sealing.DataKey:
    # Whoever changes the receipt key ends all receipts, and with them what they opened.
    return sealing.DataKey(sealing.derive_key(sealing.key_from_text(settings.RECEIPT_KEY), "followed case/1"))
