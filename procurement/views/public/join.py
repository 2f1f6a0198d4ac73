"""Applying for the pool: one page for everybody, without an account or JavaScript, and no trace of the visitor.

Whether somebody is in the pool is nobody's business: who applies twice, sends a form twice or is a machine gets the
same answer as everybody else.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from organisations.models import Unit
from procurement.actions.pool import InPoolAlready, apply_for_pool
from procurement.forms.pool import JoinForm
from procurement.models import Citizen, CitizenBar
from procurement.models.pool import new_citizen_code
from procurement.pool.invitations import Invitation, InvitationOver, read_invitation
from procurement.pool.places import districts, provinces_to_choose
from workflows.refusals import Missing

MOST_AN_HOUR = 300
"""Applications of one installation by the public form within an hour, for no address is kept by which to tell who
sends them. A flood stops here and not in the tables; invitations and the staff go on."""
_FORM_OPEN = timedelta(hours=12)
_SHOWN = timedelta(minutes=30)
_SIGNER = signing.TimestampSigner(salt="procurement/application for the pool")
_COOKIE = "joined"


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def join_pool(request: HttpRequest) -> HttpResponse:
    """The form (GET), or the application taken (POST). `invited`: a signed link; `province`: where the districts are
    too many for one list."""
    invitation, over = _invited(request)
    province, provinces = None, list[Unit]()
    if invitation is None and (provinces := provinces_to_choose()):
        province = next((unit for unit in provinces if unit.code == request.GET.get("province", "")), None)
        if province is None:
            return render(request, "procurement/join_province.html", {"provinces": provinces, "over": over})
    units = Unit.objects.filter(pk=invitation.unit.pk) if invitation else districts(province)
    context = {"invitation": invitation, "over": over, "province": province}
    if request.method != "POST":
        first = {"unit": invitation.unit, "network": invitation.network} if invitation else {}
        first |= {"ticket": _SIGNER.sign(new_citizen_code())}
        return _page(request, JoinForm(units=units, initial=first), context)
    form = JoinForm(request.POST, units=units)
    code = _code_of(request.POST.get("ticket", ""))
    if not form.is_valid() or not code:
        return _again(request, form, context, lapsed=not code)
    if not form.is_machine:
        if invitation is None and _too_many():
            return _again(request, form, context, status=429)
        try:
            apply_for_pool(source=_source(invitation), code=code, **form.facts())
        except InPoolAlready:
            pass  # The same page as for everybody: the form tells nobody who is in the pool.
        except Missing as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.sentence))
            return _again(request, form, context)
    response = redirect("join_received")
    response.set_cookie(
        _COOKIE, _SIGNER.sign(code), max_age=_SHOWN, path=reverse("join_pool"), httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


@never_cache
@require_safe
def join_received(request: HttpRequest) -> HttpResponse:
    """What happens next, with the code of the application; back to the form when there is none."""
    code = _code_of(request.COOKIES.get(_COOKIE, ""), _SHOWN)
    if not code:
        return redirect("join_pool")
    groups = [code[start : start + 5] for start in range(0, len(code), 5)]
    return render(request, "procurement/join_received.html", {"groups": groups})


def _invited(request: HttpRequest) -> tuple[Invitation | None, bool]:
    """Whom the link invites, and whether there was a link that is good no more."""
    token = request.GET.get("invited", "")
    if not token:
        return None, False
    try:
        return read_invitation(token, timezone.localdate()), False
    except InvitationOver:
        return None, True


def _source(invitation: Invitation | None) -> str:
    return Citizen.Source.INVITATION if invitation else Citizen.Source.FORM


def _too_many() -> bool:
    since = timezone.now() - timedelta(hours=1)
    return Citizen.objects.filter(source=Citizen.Source.FORM, applied_at__gt=since).count() >= MOST_AN_HOUR


def _code_of(ticket: str, age: timedelta = _FORM_OPEN) -> str:
    try:
        return _SIGNER.unsign(ticket, max_age=age)
    except signing.BadSignature:
        return ""


def _again(
    request: HttpRequest, form: JoinForm, context: dict[str, Any], *, lapsed: bool = False, status: int = 422
) -> HttpResponse:
    """The form with what was typed. A page that lay open too long, or was not ours, gets a new ticket."""
    if lapsed:
        form.data = form.data.copy()
        form.data["ticket"] = _SIGNER.sign(new_citizen_code())
    told = ""
    if status == 429:
        told = _("Very many people are applying just now. Send the form again in an hour; what you typed is kept here.")
    elif lapsed and not form.errors:
        told = _("This page was open for a long time. Look at it once more and send it again; what you typed is kept.")
    return _page(request, form, {**context, "told": told}, status)


def _page(request: HttpRequest, form: JoinForm, context: dict[str, Any], status: int = 200) -> HttpResponse:
    parts = [(word, form.parts(names)) for word, names in form.PARTS]
    context |= {
        "form": form,
        "parts": parts,
        "id_field": form["id_number"],
        "after": form.parts(form.AFTER[1:]),
        "bars": CitizenBar.objects.all(),
    }
    return render(request, "procurement/join.html", context, status=status)
