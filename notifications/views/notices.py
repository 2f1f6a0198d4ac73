"""The notices of a signed-in person, and the bell that says how many he has not read."""

from itertools import islice
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from notifications.actions import mark_all_read, mark_read
from notifications.queries import MOST_COUNTED, last_number, notice_of, notices_of, page_of, unread_count
from notifications.sentences import sentences
from organisations.models import User
from organisations.navigation import own_door

PAGE = 50
LATEST = 8
"""Notices in the panel under the bell."""


@require_GET
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """One page of notices, newest first; `before` is the number of the last one of the page before.

    Who holds no post and has pages of his own is led there: they say what waits for him.
    """
    user = cast("User", request.user)
    if own := _own_pages(user):
        return redirect(own)
    before = request.GET.get("before", "")
    upto = int(before) if before.isdecimal() and len(before) <= 18 else None
    page = list(islice(notices_of(user, before=upto), PAGE + 1))
    shown = page[:PAGE]
    context = {
        "rows": list(zip(shown, sentences(shown), strict=True)),
        "unread": any(notice.read_at is None for notice in shown),
        "newest": shown[0].number if shown else 0,
        "older": f"?before={shown[-1].number}" if len(page) > PAGE else None,
        "first_page": not before,
    }
    return render(request, "notifications/notices.html", context)


@require_GET
@login_required
def open_notice(request: HttpRequest, number: int) -> HttpResponse:
    """Go to the case a notice is about, or to the pages of one's own; the notice counts as read from then on."""
    user = cast("User", request.user)
    notice = notice_of(user, number)
    if notice is None:
        raise Http404
    mark_read(user, number)
    return redirect(_own_pages(user) or page_of(notice))


def _own_pages(user: User) -> str:
    """The name of the first page of who holds no post and has pages of his own; empty for everybody else."""
    door = own_door(user)
    return door.landing if door else ""


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark as read what the reader had before him; what came since stays unread. Answers the panel that asked with the
    latest notices."""
    up_to = request.POST.get("up_to", "")
    if up_to.isdecimal() and len(up_to) <= 18:
        mark_all_read(cast("User", request.user), int(up_to))
    return _panel(request) if request.headers.get("HX-Request") else redirect("notices")


@require_GET
def latest(request: HttpRequest) -> HttpResponse:
    """What stands in the panel under the bell. 401 once signed out, as for the bell."""
    return _panel(request) if request.user.is_authenticated else HttpResponse(status=401)


def _panel(request: HttpRequest) -> HttpResponse:
    if _own_pages(cast("User", request.user)):
        raise Http404
    shown = list(islice(notices_of(cast("User", request.user)), LATEST))
    context = {
        "rows": list(zip(shown, sentences(shown), strict=True)),
        "unread": any(notice.read_at is None for notice in shown),
        "newest": shown[0].number if shown else 0,
    }
    return render(request, "notifications/latest.html", context)


@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """What stands inside the bell. 401 once signed out: a redirect would put the sign-in page into it.

    It says up to which notice it has counted, so that `live.js` can add what comes later.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    # First the last number, then what is unread up to it: so nothing that comes meanwhile is counted twice.
    last = last_number(request.user)
    unread = unread_count(request.user, last)
    count, more = min(unread, MOST_COUNTED), unread > MOST_COUNTED
    context = {"unread": unread, "last": last, "count": count, "more": more}
    return render(request, "notifications/bell_count.html", context)
