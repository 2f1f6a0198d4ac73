"""How a person wants to be told outside the pages: topics and roads, his e-mail address, his LINE account."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from notifications import addresses, jobs, linking
from notifications.actions import save_choices
from notifications.choices import chosen
from notifications.forms import AddressForm, ChoicesForm
from notifications.models import DigestTime, LineAccount
from notifications.roads import email
from organisations.models import User
from organisations.navigation import own_door

P = ParamSpec("P")


def _for_staff(view: Callable[Concatenate[HttpRequest, User, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the signed-in person to the view; who has pages of his own agrees there to be written to: 404."""

    @wraps(view)
    def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = cast("User", request.user)
        if own_door(user):
            raise Http404
        return view(request, user, *args, **kwargs)

    return login_required(checked)


@_for_staff
def choices(request: HttpRequest, user: User) -> HttpResponse:
    """The page: what he chose, and saving it."""
    form = _choices_form(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        save_choices(user, form.wishes(), hour=form.cleaned_data["hour"], weekday=form.cleaned_data["weekday"])
        messages.success(request, _("Saved."))
        return redirect("notice_choices")
    return _page(request, user, form=form)


@require_POST
@_for_staff
def new_address(request: HttpRequest, user: User) -> HttpResponse:
    """Send a link to a new address; until it is opened the present one holds."""
    form = AddressForm(request.POST, present=user.email)
    if not email.is_set_up():
        raise Http404
    if not form.is_valid():
        return _page(request, user, address=form)
    if key := addresses.ask_for(user, form.cleaned_data["address"]):
        jobs.mail_address_link.defer(key=key)
        messages.success(request, _("A link was sent to that address. Open it within an hour: from then on it holds."))
    else:
        messages.error(request, _("Many links were sent within this hour. Look through that mailbox, or wait an hour."))
    return redirect("notice_choices")


@never_cache
@require_GET
@_for_staff
def address_link(request: HttpRequest, user: User, token: str) -> HttpResponse:
    """The link that was sent to a new address."""
    if addresses.confirm(user, token):
        messages.success(request, _("From now on you are told at this address."))
    else:
        messages.error(
            request, _("This link is good no longer, or it is somebody else’s. Enter the address once more.")
        )
    return redirect("notice_choices")


@require_POST
@_for_staff
def remove_address(request: HttpRequest, user: User) -> HttpResponse:
    """No e-mail any more."""
    addresses.remove(user)
    messages.success(request, _("The address is gone. No e-mail is sent to you."))
    return redirect("notice_choices")


@never_cache
@require_POST
@_for_staff
def link_line(request: HttpRequest, user: User) -> HttpResponse:
    """A new code. It stands in this answer and nowhere else."""
    if not linking.is_set_up():
        raise Http404
    return _page(request, user, code=linking.new_code(user))


@require_POST
@_for_staff
def unlink_line(request: HttpRequest, user: User) -> HttpResponse:
    """Nothing by LINE any more."""
    linking.unlink(user)
    messages.success(request, _("LINE is linked no longer."))
    return redirect("notice_choices")


def _choices_form(user: User, data: object = None) -> ChoicesForm:
    time = DigestTime.objects.filter(user=user).first() or DigestTime(user=user)
    return ChoicesForm(data, held=chosen(user), time=time, with_line=linking.is_set_up())


def _page(
    request: HttpRequest,
    user: User,
    *,
    form: ChoicesForm | None = None,
    address: AddressForm | None = None,
    code: str = "",
) -> HttpResponse:
    context = {
        "form": form or _choices_form(user),
        "address": address or AddressForm(present=user.email),
        "waiting": addresses.waiting_for(user),
        "mails": email.is_set_up(),
        "line": linking.is_set_up(),
        "line_address": settings.LINE_ADDRESS,
        "line_account": LineAccount.objects.filter(user=user).first(),
        "code": code,
    }
    return render(request, "notifications/choices.html", context)
