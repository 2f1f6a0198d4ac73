"""The notices of a signed-in person, and the bell that says how many he has not read."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from notifications.actions import mark_all_read, mark_read
from notifications.queries import MOST_COUNTED, notices_of, page_of, unread_count
from notifications.sentences import sentences
from organisations.models import User
from organisations.navigation import door_of
from organisations.queries import roles_of

PAGE = 50


@require_GET
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """One page of notices, newest first; `before` is the number of the last one of the page before.

    Who holds no post and has pages of his own is led there: they say what waits for him.
    """
    user = cast("User", request.user)
    if not roles_of(user) and (door := door_of(user)):
        return redirect(door.landing)
    found = notices_of(user)
    if (before := request.GET.get("before", "")).isdecimal() and len(before) <= 18:
        found = found.filter(number__lt=int(before))
    page = list(found[: PAGE + 1])
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
    """Go to the case a notice is about; the notice counts as read from then on."""
    user = cast("User", request.user)
    notice = notices_of(user).filter(number=number).first()
    if notice is None:
        raise Http404
    mark_read(user, number)
    return redirect(page_of(notice))


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark as read what the reader had before him; what came since stays unread."""
    up_to = request.POST.get("up_to", "")
    if up_to.isdecimal() and len(up_to) <= 18:
        mark_all_read(cast("User", request.user), int(up_to))
    return redirect("notices")


@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """What stands inside the bell. 401 once signed out: a redirect would put the sign-in page into it."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    count = unread_count(request.user)
    return render(
        request, "notifications/bell_count.html", {"count": min(count, MOST_COUNTED), "more": count > MOST_COUNTED}
    )
