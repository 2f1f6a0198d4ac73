"""The systems that are told of cases: an administrator enters them, and hands their keys over."""

import logging
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from notifications.models import Webhook
from notifications.models.delivery import new_webhook_secret
from notifications.roads import Result, say_reason
from notifications.roads.webhook import may_be_told, ping
from organisations.queries import open_units
from organisations.reference_data import administrators_only

logger = logging.getLogger(__name__)

_SHOW_KEY = "webhook_fresh_key"
"""In the session: which webhook's key the next page shows, and whether it had another before; never the key itself."""


class WebhookForm(forms.ModelForm):  # type: ignore[type-arg]  # the class takes none when it runs
    """Name, address, unit, and whether it is told."""

    url = forms.URLField(
        label=gettext_lazy("address"),
        help_text=gettext_lazy("Begins with https://, without a user name and without #."),
        max_length=500,
        assume_scheme="https",
    )

    class Meta:
        model = Webhook
        fields = ("name", "url", "unit", "active")
        help_texts = {
            "unit": gettext_lazy(
                "It is told of the cases of this unit and below; of a protected case only of its own."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = open_units()  # type: ignore[attr-defined]
        self.fields["active"].label = gettext_lazy("Tell this system")

    def clean_url(self) -> str:
        """Only an address to which the road goes at all."""
        url = str(self.cleaned_data["url"])
        if not may_be_told(url):
            raise forms.ValidationError(
                _("Use an address that begins with https://, without a user name and without #.")
            )
        return url


@require_GET
@administrators_only
def webhooks(request: HttpRequest) -> HttpResponse:
    """All systems that are told; right after one was entered or its key renewed, the key, once."""
    show, renewed = request.session.pop(_SHOW_KEY, (None, False))
    context = {
        "hooks": Webhook.objects.select_related("unit").order_by("-active", "name", "pk"),
        "fresh": Webhook.objects.filter(pk=show).first() if show else None,
        "renewed": renewed,
    }
    return render(request, "notifications/service_webhooks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Enter a system, or change one."""
    hook = get_object_or_404(Webhook, pk=pk) if pk else None
    form = WebhookForm(request.POST or None, instance=hook)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        logger.warning("service: user %s saved webhook %s", request.user.pk, saved.pk)
        if hook is None:
            request.session[_SHOW_KEY] = (saved.pk, False)
        messages.success(request, _("Saved."))
        return redirect("service_webhooks")
    context = {"form": form, "hook": hook}
    return render(request, "notifications/service_webhook.html", context, status=422 if form.errors else 200)


@require_POST
@administrators_only
def renew_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a system another key; the old one holds no longer."""
    hook = get_object_or_404(Webhook, pk=pk)
    hook.secret = new_webhook_secret()
    hook.save(update_fields=["secret"])
    logger.warning("service: user %s renewed the key of webhook %s", request.user.pk, pk)
    request.session[_SHOW_KEY] = (pk, True)
    return redirect("service_webhooks")


@require_POST
@administrators_only
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a message that says nothing, and show what was answered; it takes half a minute at the most."""
    hook = get_object_or_404(Webhook, pk=pk)
    outcome = ping(hook)
    logger.warning("service: user %s sent a test to webhook %s", request.user.pk, pk)
    if outcome.result is Result.SENT:
        messages.success(request, _("%(name)s has taken the test message.") % {"name": hook.name})
    else:
        words = {"name": hook.name, "reason": say_reason(outcome.reason)}
        messages.error(request, _("%(name)s has not taken the test message: %(reason)s.") % words)
    return redirect("service_webhooks")
