"""The start page with its three doors, and the information centre."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from complaints import drafts
from complaints.views.citizen.sending import FILED
from organisations.publishing import published as public


@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Three doors; and the way back to what was begun or filed on this device within the hour."""
    draft = drafts.load_draft(drafts.token_of(request))
    state = "" if draft is None else "filed" if FILED in draft else "begun"
    return render(request, "citizen/start.html", {"draft": state})


@public
def published(request: HttpRequest) -> HttpResponse:
    """The information centre: what is published, by subject, with the search in all of it (S4:322-327)."""
    return render(request, "open/centre.html")
