"""Where a complainant is told that there is news: an address he leaves, changes and takes back with his receipt."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints import contacts
from complaints.models import ComplaintCase
from complaints.views.citizen import opened
from complaints.views.citizen.following import closed
from notifications import linking, shortlived
from notifications.models import Road
from workflows.actors import Actor
from workflows.refusals import Refused
from workflows.transitions import perform, why_not

EDGE = "set_contact"
# Each is an entry of the ledger; nobody needs more in an hour.
MOST_CHANGES = 10
_ENDS = {"no-email": Road.EMAIL, "no-line": Road.LINE}


class EmailForm(forms.Form):
    """An e-mail address."""

    use_required_attribute = False

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=200,
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={"required": gettext_lazy("Write the e-mail address.")},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_contact(request: HttpRequest) -> HttpResponse:
    """What he has chosen; and leaving an address, changing it, or taking it back."""
    case = opened.case_of(request)
    if case is None:
        return closed(request)
    wish, offered = request.POST.get("do", ""), contacts.offered()
    form = EmailForm(request.POST if wish == Road.EMAIL else None)
    if refusal := why_not(case, case.graph.edge(EDGE), Actor.complainant(case)):
        return _show(request, case, form, refusal=refusal.sentence, blocked=True, status=409)
    if wish == Road.LINE and wish in offered:
        return _show(request, case, form, code=linking.new_code(case))
    if wish == Road.EMAIL and wish in offered:
        if not form.is_valid():
            return _show(request, case, form, status=422)
        return _set(request, case, Road.EMAIL, form.cleaned_data["email"])
    if wish in _ENDS:
        return _set(request, case, _ENDS[wish], "")
    return _show(request, case, form, done=request.GET.get("done", ""))


def _set(request: HttpRequest, case: ComplaintCase, road: str, address: str) -> HttpResponse:
    """Take the edge, unless that is how it stands already (a second click)."""
    try:
        if contacts.address_of(case, road) != address:
            if shortlived.count(f"contact {case.pk}", timedelta(hours=1)) > MOST_CHANGES:
                sentence = _("This has been changed very often. What you chose last stays; try again in an hour.")
                return _show(request, case, EmailForm(), refusal=sentence, status=429)
            perform(case, EDGE, Actor.complainant(case), road=road, address=address)
    except Refused as refusal:
        return _show(request, case, EmailForm(), refusal=refusal.sentence, status=409)
    response = redirect(f"{reverse('follow_contact')}?done={'on' if address else 'off'}")
    opened.renew(request, response)
    return response


def _show(
    request: HttpRequest, case: ComplaintCase, form: EmailForm, *, done: str = "", status: int = 200, **more: Any
) -> HttpResponse:
    said = {
        "on": _("You are told when there is news."),
        "off": _("You are no longer told in this way."),
    }
    context = {
        "case": case,
        "form": form,
        "done": said.get(done, ""),
        "email": contacts.shortened(contacts.address_of(case, Road.EMAIL)),
        "line": Road.LINE in contacts.roads_of(case),
        "line_address": getattr(settings, "LINE_ADDRESS", ""),
        "offered": contacts.offered(),
        **more,
    }
    response = render(request, "citizen/contact.html", context, status=status)
    opened.renew(request, response)
    return response
