"""A browser from which somebody has signed in before is not shut out by failures made elsewhere.

Wrong passwords lock a name, for no address is kept by which they could be told apart; whoever knows a name could keep
its owner out. So a browser keeps a cookie after signing in, and failures are counted for each browser that an account
knows, and together for all that it does not (`AXES_USERNAME_CALLABLE`). The cookie holds, for each account that signed
in there, a random name of the browser, signed with the account and its password: it tells nobody whose it is, opens
nothing, and a new password forgets it. Nothing of it is kept here but the name of the browser beside its failures.
"""

from typing import Any

from axes.models import AccessAttempt
from django.core.signing import BadSignature, Signer
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import get_random_string

from .models import User

COOKIE = "known"
KEEP_SECONDS = 400 * 24 * 3600
"""Browsers keep no cookie longer."""
MOST = 8
"""Accounts that one browser remembers, as at a desk that several people share: those that signed in last."""
_BETWEEN = "/"
_APART = " "
"""Between the name of an account, which has no space, and that of a browser."""


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """The name under which failures of this sign-in are counted: that of the account, and where this browser has signed
    in to it before, that of the browser too. None where no account is named."""
    name: str | None = (credentials or {}).get("username")
    kept = _kept(request)
    if not name or not kept:
        return name
    user = User.objects.filter(username=name).first()
    browser = _browser(kept, user) if user else None
    return f"{name}{_APART}{browser}" if browser else name


def forget_failures(user: User) -> None:
    """No failure to sign in to this account counts any more, from whichever browser."""
    name = user.get_username()
    AccessAttempt.objects.filter(Q(username=name) | Q(username__startswith=f"{name}{_APART}")).delete()


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let the browser that gets `response` be known to `user`, who has just signed in."""
    kept = _kept(request)
    others = [token for token in kept if _read(token, user) is None]
    own = _signer(user).sign(_browser(kept, user) or get_random_string(22))
    response.set_cookie(
        COOKIE,
        _BETWEEN.join([own, *others][:MOST]),
        max_age=KEEP_SECONDS,
        # Only where passwords are asked for: it goes with nothing that is done elsewhere.
        path=reverse("account_login").removesuffix("login/"),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _kept(request: HttpRequest) -> list[str]:
    """The tokens that the browser sent; who sends many does not make us check them all."""
    return [token for token in request.COOKIES.get(COOKIE, "").split(_BETWEEN)[:MOST] if token]


def _browser(tokens: list[str], user: User) -> str | None:
    return next((name for token in tokens if (name := _read(token, user))), None)


def _read(token: str, user: User) -> str | None:
    """The name of the browser in a token of this account and its password of now; None for any other."""
    try:
        return _signer(user).unsign(token)
    except BadSignature:
        return None


def _signer(user: User) -> Signer:
    return Signer(salt=f"organisations.known_browsers/{user.pk}/{user.password}")
