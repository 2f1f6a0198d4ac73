"""Registering what comes by letter, by telephone or at the office, with the keyboard, in under a minute."""

import json
import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from complaints.fields import KindField
from complaints.models import Complaint, SentForm
from complaints.queries import complaints_visible_to, unused_receipt
from complaints.receipts import Receipt
from complaints.states import GRAPH
from organisations.accounts import role_required
from organisations.models import Role, Unit, User
from organisations.queries import open_units, units_below, units_where
from workflows import sealing
from workflows.actors import Actor
from workflows.casepages.access import reader
from workflows.casepages.fields import EvidenceField, ThaiDateField, text_field
from workflows.models import Case
from workflows.refusals import Refused
from workflows.transitions import open_case, why_not

ROLES = (Role.SCREENER, Role.OFFICER)
COOKIE = "registered"
_SHOWN_FOR = 10 * 60
_IDENTITY = ("name", "phone", "address")


class RegisterForm(forms.Form):
    """The order of a letter on the desk: how it came, what it says, who handles it, who wrote it."""

    channel = forms.ChoiceField(label=_("How it came"))
    statement = text_field(_("What the complaint says"), rows=8, help_text=_("The first line is what lists show."))
    kind = KindField(required=False, empty_label=None)
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), empty_label=None)
    received_on = ThaiDateField(label=_("Received on"), required=False)
    reference = forms.CharField(label=_("Number on the letter"), required=False, max_length=100)
    place = forms.CharField(label=_("Place"), required=False, max_length=500)
    name = forms.CharField(
        label=_("Name of the complainant"), required=False, max_length=200,
        help_text=_("Left empty with telephone and address, the complaint is anonymous."),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=50, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    address = forms.CharField(label=_("Address"), required=False, max_length=500)
    files = EvidenceField(label=_("Scan or photograph of the letter"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        channel: Any = self.fields["channel"]
        channel.choices = [choice for choice in Complaint.Channel.choices if choice[0] in Complaint.OFFLINE]
        channel.widget.attrs["autofocus"] = True
        own = units_where(user, ROLES)
        unit: Any = self.fields["unit"]
        unit.queryset = open_units().filter(pk__in=units_below(own))
        self.initial.setdefault("unit", next(iter(sorted(own)), None))
        self.initial.setdefault("channel", Complaint.Channel.LETTER)
        self.initial.setdefault("received_on", timezone.localdate())
        self.fields["received_on"].widget.attrs["max"] = timezone.localdate().isoformat()
        for name in ("name", "phone", "address"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_received_on(self) -> Any:
        """Not after today."""
        day = self.cleaned_data["received_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def facts(self) -> dict[str, Any]:
        """What `open_case()` takes, without the receipt; place and reference of a protected matter are sealed."""
        given = dict(self.cleaned_data)
        if given["kind"] and given["kind"].protected:
            told = [given["statement"], given.pop("place"), given.pop("reference")]
            given["statement"] = "\n\n".join(text for text in told if text)
        identity = {name: given.pop(name) for name in _IDENTITY}
        return {**given, "identity": {name: text for name, text in identity.items() if text} or None}


@require_http_methods(["GET", "POST"])
@login_required
@role_required(*ROLES)
def register(request: HttpRequest) -> HttpResponse:
    """The form; then the page that shows the receipt code once."""
    user = reader(request)
    if request.method == "GET":
        return _form_page(request, RegisterForm(user=user))
    form = RegisterForm(request.POST, request.FILES, user=user)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    try:
        case, receipt = _open(form, user, request.POST.get("once", "").replace("\0", ""))
    except _SentTwice:
        # The case is there, and its code was shown after the first time.
        return redirect("registered")
    except Refused as refusal:
        form.add_error(None, str(refusal.sentence))
        return _form_page(request, form, status=422)
    response = redirect("registered")
    _give_code(response, user, case, receipt)
    return response


@never_cache
@require_GET
@login_required
@role_required(*ROLES)
def registered(request: HttpRequest) -> HttpResponse:
    """The number and the receipt code of the case just registered, once; then it is forgotten here too."""
    user = reader(request)
    shown = _read_code(request, user)
    context: dict[str, Any] = {"shown": shown, "follow_url": request.build_absolute_uri(reverse("follow"))}
    if shown:
        case = complaints_visible_to(user).filter(public_id=shown["case"]).first()
        context["case"] = case
        context["may_acknowledge"] = (
            case is not None and why_not(case, GRAPH.edge("acknowledge"), Actor.person(user)) is None
        )
    response = render(request, "officer/registered.html", context)
    response.delete_cookie(COOKIE, path=reverse("registered"), samesite="Strict")
    return response


def _form_page(request: HttpRequest, form: RegisterForm, status: int = 200) -> HttpResponse:
    return render(request, "officer/register.html", {"form": form, "once": secrets.token_urlsafe(12)}, status=status)


class _SentTwice(Exception):
    """The same form has been sent before."""


def _open(form: RegisterForm, user: User, token: str) -> tuple[Case, Receipt]:
    facts = {**form.facts(), "language": (get_language() or "th")[:2]}
    receipt = unused_receipt()
    with transaction.atomic():
        try:
            with transaction.atomic():
                # Two at once: the second waits here until the first is through.
                SentForm.objects.create(token=f"{user.pk}/{token[:24]}")
        except IntegrityError:
            raise _SentTwice from None
        return open_case("complaint", "register", Actor.person(user), receipt=receipt, **facts), receipt


# --- The code on its way to the page that shows it: sealed in a cookie of that page, nowhere else ---------------------
def _key() -> sealing.DataKey:
    return sealing.DataKey(sealing.derive_key(sealing.key_from_text(settings.RECEIPT_KEY), "registered cookie/1"))


def _give_code(response: HttpResponse, user: User, case: Case, receipt: Receipt) -> None:
    told = {"case": case.public_id, "number": case.number, "code": receipt.text, "protected": case.protected}
    told["until"] = timezone.now().timestamp() + _SHOWN_FOR
    sealed = sealing.seal(_key(), json.dumps(told), f"registered/{user.pk}")
    response.set_cookie(
        COOKIE,
        sealed.hex(),
        max_age=_SHOWN_FOR,
        path=reverse("registered"),
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _read_code(request: HttpRequest, user: User) -> dict[str, Any] | None:
    try:
        sealed = bytes.fromhex(request.COOKIES.get(COOKIE, ""))
        told: dict[str, Any] = json.loads(sealing.open_text(_key(), sealed, f"registered/{user.pk}"))
    except (ValueError, sealing.SealingError):
        return None
    return told if told["until"] > timezone.now().timestamp() else None
