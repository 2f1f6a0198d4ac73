"""Signing in by the state's identity service: going there and coming back."""

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from procurement.models import Citizen
from procurement.pool.oidc import Service

from .sign_in import enter


def service_name() -> str:
    """The name of the identity service, "" where none is configured."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return str(apps[0]["name"]) if apps else ""


@never_cache
@require_POST
def go(request: HttpRequest) -> HttpResponse:
    """To the identity service: by a page that leads there, for our policy lets no form end anywhere but here."""
    try:
        away = _service(request).get_provider().redirect(request, process="login")
    except (RequestException, OAuth2Error, ValueError):
        return failed(request)
    url = away["Location"]
    response = render(request, "representative/go.html", {"url": url, "service": service_name()})
    response["Refresh"] = f"0; url={url}"
    return response


@never_cache
@require_GET
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """From the identity service, which has said who somebody is."""
    service = _service(request)
    if provider_id != service.provider_id:
        raise Http404
    try:
        answered: HttpResponse = OAuth2CallbackView.adapter_view(service)(request)
    except (ValueError, KeyError, TypeError):
        # What came back was no answer of the standard; its text may hold what it says of him and is not written down.
        return failed(request)
    return answered


def answer(request: HttpRequest, citizen: Citizen | None) -> HttpResponse:
    """Let a citizen in; tell somebody who is none what he can do."""
    if citizen is None or citizen.account is None:
        return render(request, "representative/stranger.html", {"service": service_name()}, status=403)
    return enter(request, citizen.account)


def failed(request: HttpRequest) -> HttpResponse:
    """Back to the page to sign in, which says that it did not work there."""
    messages.error(
        request,
        _("%(service)s did not tell us who you are. Try again, or have a link sent.") % {"service": service_name()},
    )
    return redirect("my_sign_in")


def _service(request: HttpRequest) -> Service:
    """Raises Http404 where no service is configured."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    if not apps:
        raise Http404
    return Service(request, apps[0]["provider_id"])
