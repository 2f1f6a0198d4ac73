"""One's own data: what is kept of a citizen representative, what he agreed to, and his way out of the pool."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organisations.forms import ProfileForm
from organisations.models import User
from procurement.actions.own import CitizenOvertaken, DecidedAlready, agree, change_contact, contact_state
from procurement.actions.pool import leave_pool
from procurement.actions.pool_records import set_away, withdraw_consent
from procurement.forms.own import AwayForm, ContactForm, LeaveForm, LinkForm
from procurement.models import Citizen, Consent, DrawEntry
from procurement.pool.accounts import live_seats
from procurement.pool.sealed import read_private
from procurement.pool.wordings import wording_of
from procurement.states import seat as law
from workflows.refusals import Missing, Refused

from .access import citizen_required

# A seat that was only drawn is not yet known to him.
_SHOWN = frozenset(law.OPEN).difference(law.UNASKED)


@require_http_methods(["GET", "POST"])
@citizen_required
def profile(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Everything kept of him (GET); his availability or how his pages look (POST, `act` says which)."""
    user, act = cast("User", request.user), request.POST.get("act", "")
    away = AwayForm(request.POST if act == "away" else None, initial={"until": citizen.away_until}, prefix="away")
    pages = ProfileForm(request.POST if act == "pages" else None, instance=user, prefix="pages")
    if act == "away" and away.is_valid():
        try:
            set_away(citizen, by=user, until=away.cleaned_data["until"])
        except DecidedAlready:
            return _not_in_the_pool(request)
        return _saved(request)
    if act == "pages" and pages.is_valid():
        pages.save()
        return _saved(request)
    return render(
        request,
        "representative/profile.html",
        _all_of(citizen, away, pages),
        status=200 if request.method == "GET" else 422,
    )


@require_http_methods(["GET", "POST"])
@citizen_required
def contact(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Correct telephone, e-mail and address."""
    if request.method == "GET":
        initial = {**read_private(citizen), "seen": contact_state(citizen)}
        return render(request, "representative/contact.html", {"form": ContactForm(initial=initial)})
    form, status = ContactForm(request.POST), 422
    if form.is_valid():
        try:
            change_contact(citizen, **form.cleaned_data)
        except CitizenOvertaken as overtaken:
            form.data = form.data.copy()  # type: ignore[attr-defined]
            form.data["seen"] = contact_state(overtaken.citizen)  # type: ignore[index]
            form.add_error(None, _("The office changed your data meanwhile. What you typed is kept: save it again."))
            status = 409
        except DecidedAlready:
            return _not_in_the_pool(request)
        except Missing as refusal:
            form.add_error(refusal.field or None, str(refusal.sentence))
        else:
            return _saved(request)
    return render(request, "representative/contact.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@citizen_required
def agreement(request: HttpRequest, purpose: str, citizen: Citizen) -> HttpResponse:
    """Take back what he agreed to, or agree anew: the sentence and what follows (GET), then the deed (POST)."""
    if purpose not in Consent.Purpose.values:
        raise Http404
    if purpose == Consent.Purpose.POOL:
        return redirect("my_leave")
    given = citizen.consents.filter(purpose=purpose, withdrawn_at=None).first()
    if request.method == "POST" and LinkForm(request.POST).is_valid():
        # What the page offered, not what is in force now: a second click does not turn it round.
        try:
            if request.POST.get("wanted") == "no":
                withdraw_consent(citizen, by=cast("User", request.user), purpose=purpose)
            else:
                agree(citizen, purpose)
        except DecidedAlready:
            return _not_in_the_pool(request)
        return _saved(request)
    context = {"given": given, "purpose": purpose, "wording": given.wording if given else wording_of(purpose)}
    return render(request, "representative/agreement.html", context)


@require_http_methods(["GET", "POST"])
@citizen_required
def leave(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Leave the pool: first what follows, then the deed."""
    if citizen.status != Citizen.Status.ADMITTED:
        return _not_in_the_pool(request)
    form, status = LeaveForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                leave_pool(citizen, by=cast("User", request.user), reason=form.cleaned_data["reason"])
            except Refused:
                return _not_in_the_pool(request)
            messages.success(request, _("You have left the pool. Thank you for what you did."))
            return redirect("my_profile")
    seats = live_seats(citizen).select_related("case", "committee__purchase__activity").order_by("pk")
    context = {"form": form, "seats": [seat for seat in seats if seat.case.state in _SHOWN]}
    return render(request, "representative/leave.html", context, status=status)


def _all_of(citizen: Citizen, away: AwayForm, pages: ProfileForm) -> dict[str, Any]:
    entries = DrawEntry.objects.filter(person=citizen.pk).select_related("draw__case", "draw__unit")
    return {
        "citizen": citizen,
        "person": citizen.person,
        "inside": citizen.status == Citizen.Status.ADMITTED,
        "private": read_private(citizen),
        "away": away,
        "is_away": citizen.away_until is not None and citizen.away_until >= timezone.localdate(),
        "pages": pages,
        "agreements": _agreements(citizen),
        "trainings": citizen.trainings.order_by("-held_on", "-pk"),
        "lines": [
            {"entry": entry, "draw": entry.draw, "secret": f"{citizen.code}|{entry.nonce}"}
            for entry in entries.order_by("-draw__announced_at")
        ],
    }


def _agreements(citizen: Citizen) -> list[dict[str, Any]]:
    """Each purpose with what he agreed to last."""
    given = {row.purpose: row for row in citizen.consents.order_by("pk")}
    return [{"purpose": code, "label": label, "row": given.get(code)} for code, label in Consent.Purpose.choices]


def _saved(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("my_profile")


def _not_in_the_pool(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("You are not in the pool any more. Nothing was changed."))
    return redirect("my_profile")
