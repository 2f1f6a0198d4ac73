"""Pages that belong to nobody's domain: where one lands, one's own profile, the language, and the way out."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from .accounts import holdings_of
from .forms import ProfileForm
from .models import Role
from .navigation import CASE_ROLES, door_of
from .queries import roles_of
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
    if Role.ADMINISTRATOR in roles:
        return redirect("admin:index")
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
    return render(request, "account/profile.html", {"form": form, "holdings": holdings})


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
