"""The administrators' page of the roads by which news leaves: what waits, what could not be delivered, and trying it
anew. They see no case here; who did what stands in the log."""

import logging

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from notifications import actions, service
from notifications.health import health
from notifications.models import Delivery
from organisations.formats import write_number
from organisations.middleware import is_background
from organisations.reference_data import administrators_only, is_administrator
from workflows import scanning
from workflows.models import OutboxRow

logger = logging.getLogger(__name__)

LISTS = {"waiting", "sent", "dead", "dropped"}


# --- Reading ----------------------------------------------------------------------------------------------------------
@require_GET
@administrators_only
def overview(request: HttpRequest) -> HttpResponse:
    """The numbers, each opening its list. The page asks for them again by itself and gets that part alone."""
    context = {
        "waiting": service.count(service.untold()),
        "oldest": service.untold().first(),
        "given_up": service.count(service.given_up()),
        "roads": service.reports(),
        "scanner": scanning.state(),
        "scanner_required": settings.CLAMAV_REQUIRED,
    }
    part = is_background(request)
    return render(request, "notifications/service_live.html" if part else "notifications/service.html", context)


@require_GET
@administrators_only
def outbox(request: HttpRequest, which: str) -> HttpResponse:
    """The news that waits to be told, or that was given up; the oldest of them."""
    found = service.given_up() if which == "given-up" else service.untold()
    rows = list(found.select_related("case")[: service.PAGE + 1])
    context = {
        "given_up": which == "given-up",
        "rows": service.tellings(rows[: service.PAGE]),
        "more": len(rows) > service.PAGE,
    }
    return render(request, "notifications/service_outbox.html", context)


@require_GET
@administrators_only
def deliveries(request: HttpRequest, gate: str, state: str) -> HttpResponse:
    """The messages of a road that wait, were sent today, could not be delivered, or were not sent today."""
    label = service.gates().get(gate)
    if label is None or state not in LISTS:
        raise Http404
    page = service.page_of_deliveries(gate, state, request.GET.get("after", ""))
    context = {"gate": gate, "label": label, "state": state, "page": page, "first_page": "after" not in request.GET}
    return render(request, "notifications/service_deliveries.html", context)


@require_GET
def health_check(request: HttpRequest) -> HttpResponse:
    """For monitoring: 200 when all is well, else 503. By SODSONG_HEALTH_TOKEN as a bearer token, or an administrator's
    session."""
    said, wanted = request.headers.get("Authorization", ""), f"Bearer {settings.HEALTH_TOKEN}"
    known = bool(settings.HEALTH_TOKEN) and constant_time_compare(said, wanted)
    if not known and not is_administrator(request.user):
        return JsonResponse({"error": "a token is needed"}, status=403)
    found, well = health()
    answer = JsonResponse(found, status=200 if well else 503)
    answer["Cache-Control"] = "no-store"
    return answer


# --- Acting -----------------------------------------------------------------------------------------------------------
@require_POST
@administrators_only
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one message be tried anew."""
    delivery = get_object_or_404(Delivery, pk=pk)
    actions.resend(delivery)
    _log(request, "resends delivery", pk)
    messages.success(request, _("The message is tried anew."))
    return redirect("service_deliveries", delivery.target if delivery.webhook_id else delivery.road, "dead")


@require_POST
@administrators_only
def resend_all(request: HttpRequest, gate: str) -> HttpResponse:
    """Let everything be tried anew that could not be delivered on a road."""
    _known_gate(gate)
    count = actions.resend_all(gate)
    _log(request, "resends all of", gate)
    said = ngettext("%(count)s message is tried anew.", "%(count)s messages are tried anew.", count)
    messages.success(request, said % {"count": write_number(count)})
    return redirect("service")


@require_POST
@administrators_only
def retell(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the relay try news anew that it gave up."""
    actions.retell(get_object_or_404(OutboxRow, pk=pk))
    _log(request, "retells outbox row", pk)
    messages.success(request, _("The news is told anew."))
    return redirect("service_outbox", "given-up")


@require_POST
@administrators_only
def try_now(request: HttpRequest, gate: str) -> HttpResponse:
    """Close the breaker of a road."""
    _known_gate(gate)
    actions.try_now(gate)
    _log(request, "closes the breaker of", gate)
    messages.success(request, _("What waits is tried within a minute."))
    return redirect(f"{reverse('service')}#roads")


def _known_gate(gate: str) -> None:
    if gate not in service.gates():
        raise Http404


def _log(request: HttpRequest, what: str, which: object) -> None:
    # As a warning: an installation logs nothing less, and such an act is rare.
    logger.warning("service: user %s %s %s", request.user.pk, what, which)
