"""The start page with its three doors, and what this installation has published so far."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from complaints import drafts
from complaints.views.citizen.sending import FILED


@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Three doors; and the way back to what was begun or filed on this device within the hour."""
    draft = drafts.load_draft(drafts.token_of(request))
    state = "" if draft is None else "filed" if FILED in draft else "begun"
    return render(request, "citizen/start.html", {"draft": state})


@never_cache
@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """What is published, and honestly what is not yet."""
    return render(
        request,
        "citizen/published.html",
        {"graph_url": _address("graph_help", kind="complaint"), "ledger_url": _address("public_ledger")},
    )


def _address(name: str, **parts: str) -> str:
    """The address of a page that an installation may leave out; "" then."""
    try:
        return reverse(name, kwargs=parts)
    except NoReverseMatch:
        return ""
