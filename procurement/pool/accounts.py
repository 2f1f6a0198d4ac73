"""The account by which a citizen of the pool signs in, and who may: a user without a post and without a password."""

from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone

from organisations.models import Holding, User
from procurement.models import Citizen, Seat

from .sealed import ID_PURPOSE, hashes_of

_IDENTITY_DIGITS = 13


def account_for(citizen: Citizen) -> User:
    """The account of a citizen, made if there is none; `citizen.account` is set and saved.

    To be called within the transaction that admits him. The name to sign in with says nothing of him, and there is no
    password: the way in is a link sent by e-mail or handed over on paper, or the state's identity service.
    """
    locked = (
        Citizen.objects.select_for_update(of=("self",), no_key=True)
        .select_related("account", "person")
        .get(pk=citizen.pk)
    )
    if locked.account is None:
        # `password=None` makes one that no password matches.
        locked.account = User.objects.create_user(f"c-{locked.code.lower()}", password=None, name_th=locked.person.name)
        locked.save(update_fields=["account"])
    citizen.account = locked.account
    return locked.account


def may_sign_in(citizen: Citizen) -> bool:
    """Whether the account of a citizen opens: he is in the pool, or has left it and still holds a seat.

    Never an account that holds a post or keeps the system: staff come in by their own door, with their password.
    """
    user = citizen.account
    if user is None or not user.is_active or user.is_staff or user.is_superuser:
        return False
    if Holding.objects.filter(user=user, valid__contains=timezone.localdate()).exists():
        return False
    if citizen.status == Citizen.Status.LEFT:
        return live_seats(citizen).exists()
    return citizen.status == Citizen.Status.ADMITTED


def live_seats(citizen: Citizen) -> "QuerySet[Seat]":
    """The seats that are offered to a citizen or held by him and have not come to their end."""
    return Seat.objects.filter(person=citizen.pk, case__is_open=True)


def by_email(email: str) -> Citizen | None:
    """The citizen who may sign in and gave this e-mail address; None for everybody else."""
    return _first("email_hash", email, "email")


def by_identity(number: str) -> Citizen | None:
    """The citizen who may sign in and has this identity number (13 digits, signs between them are left out)."""
    digits = "".join(sign for sign in number if sign.isascii() and sign.isdigit())
    return _first("id_hash", digits, ID_PURPOSE) if len(digits) == _IDENTITY_DIGITS else None


def _first(column: str, value: str, purpose: str) -> Citizen | None:
    hashes = hashes_of(value, purpose)
    if not hashes:
        return None
    # Who left and joined again stands twice; the present one comes first, the newest of several.
    now_first = Case(When(status=Citizen.Status.ADMITTED, then=Value(0)), default=Value(1))
    found = Citizen.objects.filter(**{f"{column}__in": hashes}, account__isnull=False).select_related("account")
    return next((row for row in found.order_by(now_first, "-pk") if may_sign_in(row)), None)
