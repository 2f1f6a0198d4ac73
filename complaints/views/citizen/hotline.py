"""The door of the staff: the hotline to the executive. Behind it is the filing wizard, with fewer questions.

For grievances of civil servants (มาตรา 122, S4:313), matters about superiors and corruption: always protected, laid
before a unit above the one concerned. Nothing of an account is kept, whether or not somebody is signed in.
"""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints import drafts
from complaints.views.citizen.answers import DOOR, HOTLINE
from complaints.views.citizen.sending import FILED
from complaints.views.citizen.steps import DETAIL, HEAD, KIND, UNIT, WHERE

# What is asked otherwise on the other side of the door.
_OTHERWISE = (KIND, DETAIL, WHERE, UNIT, HEAD)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def staff_hotline(request: HttpRequest) -> HttpResponse:
    """What the hotline is (GET); through the door, or with `leave` out of it again, keeping what was written (POST)."""
    if request.method != "POST":
        return render(request, "citizen/hotline.html")
    token = drafts.token_of(request)
    with transaction.atomic():
        draft = drafts.lock_draft(token)
        if draft is not None and FILED in draft:
            return redirect("receipt")
        if token is None or draft is None:
            token, draft = drafts.new_token(), {}
        answers = draft.setdefault("answers", {})
        for step in _OTHERWISE:
            answers.pop(step.name, None)
        if request.POST.get("do") == "leave":
            answers.pop(DOOR, None)
        else:
            answers[DOOR] = {DOOR: HOTLINE}
        drafts.save_draft(token, draft)
    response = redirect("file", step=KIND.name)
    drafts.set_cookie(response, token)
    return response
