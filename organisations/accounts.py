"""Signing in: nobody signs himself up, five wrong passwords lock a name for a while (for browsers
that it does not know, or for one that it knows: `known_browsers`), and no address is kept."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.account.adapter import DefaultAccountAdapter
from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .known_browsers import remember
from .models import Holding, Role, UnitReach, User
from .queries import roles_of, units_where

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class ClosedAdapter(DefaultAccountAdapter):
    """Accounts are made by the administrator, in the post somebody takes up; allauth only lets them in."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The user name or the password is not right."),
        "enter_current_password": _("This is not your password now."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the answer never depends on it
        """Never."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """No address: see `no_address`."""
        return no_address(request)

    def post_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse:  # type: ignore[override]
        """From now on this browser is known to the account."""
        response: HttpResponse = super().post_login(request, user, **how)
        remember(request, response, user)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        """Back to the page where the change began."""
        return resolve_url("profile")


def no_address(request: HttpRequest) -> str:  # noqa: ARG001 - axes asks for a callable of the request
    """What axes stores as the address of a failed attempt: the unspecified one, for nobody's is kept (design: Privacy).

    Not None: axes counts in one row per (name, address, browser), and NULL would exempt that row from its unique
    constraint. Two first failures at once would make two rows, and every later attempt would end in an error.
    """
    return "0.0.0.0"  # noqa: S104 - a value to store, nothing listens on it


def lock_ends_at(request: HttpRequest, username: str) -> datetime | None:
    """When the lock on `username` ends: the cool-off after its last counted failure; None when none is counted."""
    cool_off = get_cool_off(request)
    last = AccessAttempt.objects.filter(username=username).order_by("-attempt_time").first()
    return None if last is None or cool_off is None else last.attempt_time + cool_off


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:  # noqa: ARG001
    """The page after too many wrong passwords (`AXES_LOCKOUT_CALLABLE`): when the lock ends, and who can lift it.

    The same for names that exist and names that do not, so that it tells nobody which is which.
    """
    ends = lock_ends_at(request, get_client_username(request, credentials) or "")
    seconds = max(1, int((ends - timezone.now()).total_seconds())) if ends else None
    page = render(request, "account/locked_out.html", {"ends": ends}, status=429)
    if seconds:
        page["Retry-After"] = str(seconds)
    return page


def who_has_a_password(view: View[P]) -> View[P]:
    """Let a view through only for who signs in by a password (or for nobody yet, whom it sends to sign in); for others
    it does not exist: who comes in by a link or an identity service cannot give himself a second way."""

    @wraps(view)
    def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise Http404
        return view(request, *args, **kwargs)

    return checked


# --- A function one lacks -----------------------------------------------------------------------------------------
class RoleNeeded(PermissionDenied):
    """Somebody asked for a function that belongs to other roles; the 403 page says which, and whom to ask.

    Only for functions. A *case* one may not see answers 404, as if it were not there.
    """

    def __init__(self, *roles: str) -> None:
        super().__init__(", ".join(roles))
        self.roles = roles


def role_required(*roles: str) -> Callable[[View[P]], View[P]]:
    """Let a view through only for a signed-in person whose posts have one of `roles` today; else `RoleNeeded`."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not roles_of(request.user) & set(roles):  # type: ignore[arg-type]  # login_required has seen to it
                raise RoleNeeded(*roles)
            return view(request, *args, **kwargs)

        return login_required(checked)  # type: ignore[return-value]

    return decorate


def who_has(user: User, roles: Sequence[str], limit: int = 5) -> list[Holding]:
    """Whom `user` may ask for what `roles` can do: holders in his own units or above them today, the nearest first."""
    today = timezone.localdate()
    reach = UnitReach.objects.filter(unit__in=units_where(user)).values_list("above", "distance")
    nearness: dict[int, int] = {}
    for unit, distance in reach:
        nearness[unit] = min(distance, nearness.get(unit, distance))
    holdings = Holding.objects.filter(
        valid__contains=today,
        post__valid__contains=today,
        post__roles__overlap=list(roles),
        post__unit__in=nearness,
        user__is_active=True,
    ).select_related("post__unit", "user")
    return sorted(holdings, key=lambda held: (nearness[held.post.unit_id], held.deputy, held.pk))[:limit]


def holdings_of(user: User) -> list[Holding]:
    """The posts somebody holds today, with their units, for him to read."""
    today = timezone.localdate()
    holdings = Holding.objects.filter(user=user, valid__contains=today, post__valid__contains=today)
    return list(holdings.select_related("post__unit").order_by("deputy", "pk"))


def role_words(roles: Sequence[str]) -> list[str]:
    """The names of roles in the language of the page; a role we do not know shows by its code."""
    known = dict(Role.choices)
    return [str(known.get(role, role)) for role in roles]
