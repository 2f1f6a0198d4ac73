"""The digest as a page, as it would be written now: for who has no e-mail, and for who does not want to wait."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from notifications.digests import digest_now
from organisations.models import User
from organisations.navigation import own_door


@require_GET
@login_required
def digest(request: HttpRequest) -> HttpResponse:
    """What is overdue, what is due soon, and what he has not read. Who has pages of his own is led there."""
    user = cast("User", request.user)
    if door := own_door(user):
        return redirect(door.landing)
    return render(request, "notifications/digest.html", {"digest": digest_now(user)})
