"""Pages that belong to nobody's domain: where one lands, one's own profile, the language, and the way out."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from .accounts import holdings_of
from .actions import LeaveOverlaps, cancel_leave, enter_leave
from .forms import LEAVE_OVERLAPS, LeaveForm, ProfileForm
from .models import Role, User
from .navigation import CASE_ROLES, SCORE_ROLES, door_of
from .queries import held_posts, leaves_ahead, on_leave, people_led_by, roles_of, substitutes_for
from .signals import left_quickly


def landing(request: HttpRequest) -> HttpResponse:
    """The first page after signing in, by the roles of one's posts today; who holds none is told so."""
    if not request.user.is_authenticated:
        return redirect("start")
    roles = roles_of(request.user)
    if roles & CASE_ROLES:
        return redirect("queue")
    if Role.PROCUREMENT in roles:
        return redirect("procurement_desk")
    if Role.EXECUTIVE in roles:
        return redirect("overview")
    if roles & SCORE_ROLES:
        return redirect("assessments")
    if Role.ADMINISTRATOR in roles:
        return redirect("rules")
    if door := door_of(request.user):
        return redirect(door.landing)
    return render(request, "account/no_post.html")


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """One's own posts, language, numerals and password; who holds no post and has pages of his own is sent to those."""
    holdings = holdings_of(request.user)  # type: ignore[arg-type]
    if not holdings and (door := door_of(request.user)):  # type: ignore[arg-type]
        return redirect(door.profile)
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("profile")
    context = {
        "form": form,
        "holdings": holdings,
        "leave": on_leave([request.user.pk]).get(request.user.pk),
        "stands_in": leaves_ahead().filter(deputy=request.user, valid__contains=timezone.localdate()),
        "leads": bool(roles_of(request.user) & {Role.HEAD, Role.ADMINISTRATOR}),  # type: ignore[arg-type]
    }
    return render(request, "account/profile.html", context)


@login_required
def leaves(request: HttpRequest) -> HttpResponse:
    """The leave of a person and who stands in for him: his own, or (`?for=`) that of somebody in a unit he leads."""
    me = cast("User", request.user)
    people = _with_leave(me)
    whose = get_object_or_404(people, pk=_number(request.GET.get("for", ""), me.pk))
    form = LeaveForm(request.POST or None, person=whose)
    if request.method == "POST" and form.is_valid():
        try:
            enter_leave(user=whose, **form.cleaned_data)
        except LeaveOverlaps:
            form.add_error("first_day", LEAVE_OVERLAPS)
        else:
            messages.success(
                request, _("The leave is entered. %(name)s stands in.") % {"name": form.cleaned_data["deputy"]}
            )
            return redirect(_leaves_of(whose, me))
    ahead = leaves_ahead()
    context = {
        "form": form,
        "whose": whose,
        "others": people if people_led_by(me).exists() else [],
        "leaves": ahead.filter(user=whose),
        "stands_in": ahead.filter(deputy=whose),
        "can_be_replaced": substitutes_for(whose).exists(),
    }
    return render(request, "account/leaves.html", context)


@require_POST
@login_required
def leave_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a leave that is to come, or end one that runs."""
    me = cast("User", request.user)
    found = get_object_or_404(leaves_ahead(), pk=pk, user__in=_with_leave(me))
    cancel_leave(found)
    messages.success(request, _("The leave is cancelled."))
    return redirect(_leaves_of(found.user, me))


def _with_leave(me: User) -> "QuerySet[User]":
    """Whose leave somebody enters: his own where he holds a post, and that of the people of the units he leads."""
    own = [me.pk] if held_posts(me) else []
    return User.objects.filter(Q(pk__in=own) | Q(pk__in=people_led_by(me).values("pk"))).order_by("name_th", "pk")


def _leaves_of(whose: User, me: User) -> str:
    return reverse("leaves") + (f"?for={whose.pk}" if whose != me else "")


def _number(text: str, otherwise: int) -> int:
    """The key in an address: `otherwise` where there is none, and nobody's where it is no number."""
    return (int(text) if text.isdecimal() and len(text) <= 18 else 0) if text else otherwise


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language: kept in the profile when signed in, else in a cookie; then back to the same page."""
    code = request.POST.get("code", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = reverse("landing")
    response = HttpResponseRedirect(back)
    if code in dict(settings.LANGUAGES):
        if request.user.is_authenticated and request.user.language != code:
            request.user.language = code
            request.user.save(update_fields=["language"])
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=365 * 24 * 3600,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


@never_cache
@require_GET
def active(request: HttpRequest) -> HttpResponse:
    """Somebody is typing: the session lives on (`session.js`). 204, or 401 when it has already ended."""
    return HttpResponse(status=204 if request.user.is_authenticated else 401)


@never_cache
@require_GET
def leave(request: HttpRequest) -> HttpResponse:
    """Leave quickly: forget what a citizen had begun on this computer and go to a page that says nothing.

    Works as a plain link; with JavaScript the page also disappears from the browser's way back.
    """
    response = HttpResponseRedirect(settings.LEAVE_URL)
    if not request.user.is_authenticated:
        request.session.flush()
        # Robust: whatever fails behind, somebody in a hurry gets away.
        left_quickly.send_robust(sender=None, request=request, response=response)
    response["Clear-Site-Data"] = '"storage"'
    return response
