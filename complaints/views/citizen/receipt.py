"""The receipt: shown after filing until the citizen puts it away, leaves, or the hour of his draft ends."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints import drafts
from complaints.models import ComplaintCase
from complaints.views.citizen import words
from complaints.views.citizen.filing import gone
from complaints.views.citizen.sending import FILED
from workflows.actors import Actor
from workflows.refusals import Refused
from workflows.transitions import perform


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """GET: the code, what to do with it, what comes next. POST: put it away, then go to the start or file another."""
    token = drafts.token_of(request)
    draft = drafts.load_draft(token)
    filed = draft.get(FILED) if draft else None
    if request.method == "POST":
        response = redirect("file", step="kind") if request.POST.get("then") == "another" else redirect("start")
        # An unfinished draft is not thrown away from here.
        if filed:
            drafts.discard_draft(token)
            drafts.clear_cookie(response)
        return response
    if draft is None:
        return gone(request)
    if not filed:
        return redirect("file", step="check")
    case = ComplaintCase.objects.select_related("unit").get(public_id=filed["case"])
    context = {
        "groups": filed["receipt"].split("-"),
        "code": filed["receipt"],
        "case": case,
        "ahead": words.ahead(case),
    }
    response = render(request, "citizen/receipt.html", context)
    _acknowledge(case)
    return response


def _acknowledge(case: ComplaintCase) -> None:
    """The receipt has been delivered; a second showing changes nothing."""
    with suppress(Refused):
        perform(case, "acknowledge", Actor.complainant(case))
