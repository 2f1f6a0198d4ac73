"""Addresses for the tests of what surrounds every page: ours, and a few that answer, refuse and break on purpose."""

from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from psycopg_pool import PoolTimeout

from organisations.accounts import role_required
from organisations.models import Role


def plain(request: HttpRequest) -> HttpResponse:
    """A page of no particular kind, in the officers' frame when signed in."""
    return render(request, "base_officer.html" if request.user.is_authenticated else "base_citizen.html")


@role_required(Role.EXECUTIVE)
def for_executives(request: HttpRequest) -> HttpResponse:
    """A function of one role."""
    return HttpResponse("seen")


def broken(request: HttpRequest) -> HttpResponse:
    """An error with something in its message that must not be shown or logged by us."""
    raise RuntimeError("the complainant said something")


def crowded(request: HttpRequest) -> HttpResponse:
    """What Django raises when no connection came free in time."""
    raise OperationalError("couldn't get a connection") from PoolTimeout("after 10.00 sec")


def odd(request: HttpRequest) -> HttpResponse:
    """A request Django will not take."""
    raise SuspiciousOperation


urlpatterns = [
    path("", plain, name="start"),
    path("queue/", plain, name="queue"),
    path("overview/", plain, name="overview"),
    path("rules/", plain, name="rules"),
    path("for-executives/", for_executives),
    path("broken/", broken),
    path("crowded/", crowded),
    path("odd/", odd),
    path("", include("organisations.urls")),
    path("", include("notifications.urls")),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
