"""Correcting what is known of a person who can sit on committees."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from procurement.actions.people import PersonOvertaken, change_person, state_of
from procurement.forms.people import PersonForm
from procurement.models import Member, Person
from procurement.queries import units_planned_by
from workflows.casepages.access import reader


@require_http_methods(["GET", "POST"])
@login_required
def committee_person(request: HttpRequest, person: int) -> HttpResponse:
    """The form of a person (GET), or the corrections kept (POST). 404 for somebody of a unit that the reader does not
    plan, as for nobody; 409 when somebody else changed him meanwhile, with what was typed kept."""
    user = reader(request)
    found = get_object_or_404(Person.objects.filter(unit__in=units_planned_by(user)).select_related("unit"), pk=person)
    back = _back(request)
    if request.method == "GET":
        return _page(request, found, PersonForm(person=found), back)
    form = PersonForm(request.POST, person=found)
    if not form.is_valid():
        return _page(request, found, form, back, status=422)
    try:
        change_person(found, by=user, seen=request.POST.get("seen", ""), **form.cleaned_data)
    except PersonOvertaken as overtaken:
        conflict = _("Somebody else has changed this person since you opened the page.")
        return _page(request, overtaken.person, form, back, status=409, conflict=conflict)
    messages.success(request, _("%(name)s: kept") % {"name": form.cleaned_data["name"]})
    return redirect(back)


def _back(request: HttpRequest) -> str:
    """Where he came from, a page of ours; else the committees."""
    wanted = request.POST.get("back", "") or request.GET.get("back", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("committees")


def _page(
    request: HttpRequest, person: Person, form: PersonForm, back: str, *, status: int = 200, conflict: str = ""
) -> HttpResponse:
    seats = Member.objects.filter(person=person, left_on=None, leaving=False, committee__case__is_open=True)
    context = {
        "person": person,
        "form": form,
        "back": back,
        "seen": state_of(person),
        "conflict": conflict,
        "seats": seats.select_related("committee__case", "committee__kind", "committee__purchase"),
    }
    return render(request, "procurement/committee_person.html", context, status=status)
