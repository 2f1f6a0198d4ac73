"""Who reads the pages of citizen representatives: a citizen of the pool, signed in by himself."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from organisations.middleware import sign_in_url
from organisations.models import User
from procurement.models import Citizen, SeatCase
from procurement.states import seat as law


def citizen_of(user: User) -> Citizen | None:
    """The citizen of an account; None for everybody else, also for the staff."""
    if not user.is_authenticated or not user.is_active:
        return None
    return Citizen.objects.select_related("person__unit").filter(account=user).first()


def citizen_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view through for a signed-in citizen only, and give it `citizen`; others are sent to sign in, and an
    account that is no citizen's gets 404."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect(sign_in_url(request.get_full_path(), page="my_sign_in"))
        citizen = citizen_of(cast("User", request.user))
        if citizen is None:
            raise Http404
        return view(request, *args, citizen=citizen, **kwargs)

    return checked


def seat_for(citizen: Citizen, public_id: str) -> SeatCase:
    """A seat that was offered to this citizen and not only drawn. Raises Http404 for any other, and for one that is not
    there."""
    mine = SeatCase.objects.filter(seat__person=citizen.pk, public_id=public_id).exclude(state__in=law.UNASKED)
    found = mine.select_related(
        "unit", "seat__committee__kind", "seat__committee__purchase__activity", "seat__member", "seat__person"
    ).first()
    if found is None:
        raise Http404
    return found
