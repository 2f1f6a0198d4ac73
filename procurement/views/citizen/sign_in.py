"""The door of citizen representatives: a link by e-mail, letters from a paper, or the state's identity service."""

from typing import cast

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from organisations.models import User
from procurement.actions.sign_in import LinkDead, ask_for_link, look_at, take_link
from procurement.forms.own import EmailForm, LinkForm, PaperForm

from .access import citizen_of

_NEXT = "my_next"
_STATUS = {"unknown": 404, "ended": 410, "expired": 410, "closed": 410}


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a link, or use the letters of a paper. The answer to an address is the same, whoever gave it."""
    from .oidc import service_name

    if request.method == "GET":
        if citizen_of(cast("User", request.user)):
            return redirect("my_seats")
        _remember(request)
    email, paper, status = EmailForm(prefix="mail"), PaperForm(prefix="paper"), 200
    if request.method == "POST" and "paper" in request.POST:
        paper, status = PaperForm(request.POST, prefix="paper"), 422
        if paper.is_valid():
            return _take(request, paper.cleaned_data["letters"])
    elif request.method == "POST":
        email, status = EmailForm(request.POST, prefix="mail"), 422
        if email.is_valid() and _mails():
            ask_for_link(email.cleaned_data["email"], f"{request.scheme}://{request.get_host()}")
            return redirect("my_link_sent")
    context = {"email": email, "paper": paper, "mails": _mails(), "service": service_name()}
    return render(request, "representative/sign_in.html", context, status=status)


@never_cache
@require_http_methods(["GET"])
def sent(request: HttpRequest) -> HttpResponse:
    """What happens after asking for a link; says nothing of whether there is such a citizen."""
    printed = settings.EMAIL_BACKEND.endswith(".console.EmailBackend")
    minutes = settings.SIGN_IN_LINK_LIFE.seconds // 60
    return render(request, "representative/link_sent.html", {"printed": printed, "minutes": minutes})


@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A link: GET shows a button and uses nothing up, POST signs in."""
    if request.method == "POST" and LinkForm(request.POST).is_valid():
        return _take(request, token)
    try:
        look_at(token)
    except LinkDead as dead:
        return _dead(request, dead)
    return render(request, "representative/link.html", {"form": LinkForm()})


def enter(request: HttpRequest, user: User) -> HttpResponse:
    """Sign a citizen in, in a session with a new key, and lead him to the page he wanted."""
    wanted = request.session.pop(_NEXT, "")
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect(wanted or "my_seats")


def _take(request: HttpRequest, token: str) -> HttpResponse:
    try:
        user = take_link(token)
    except LinkDead as dead:
        return _dead(request, dead)
    return enter(request, user)


def _dead(request: HttpRequest, dead: LinkDead) -> HttpResponse:
    context = {"why": dead.why.value, "mails": _mails(), "inside": citizen_of(cast("User", request.user)) is not None}
    return render(request, "representative/link_dead.html", context, status=_STATUS[dead.why.value])


def _remember(request: HttpRequest) -> None:
    """The page of ours that asked to sign in first; only one of the citizens' own."""
    wanted = request.GET.get("next", "")
    own = reverse("my_sign_in").removesuffix("sign-in/")
    if wanted.startswith(own) and url_has_allowed_host_and_scheme(wanted, None):
        request.session[_NEXT] = wanted


def _mails() -> bool:
    """Whether this installation sends mail."""
    return not settings.EMAIL_BACKEND.endswith(".dummy.EmailBackend")
