"""Who of the pool somebody is: by his identity number, else by his name together with his telephone or e-mail."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from procurement.actions.suppliers import check_digit_holds
from procurement.models import Citizen

from .sealed import ID_PURPOSE, hashes_of

LIVE = (Citizen.Status.APPLIED, Citizen.Status.ADMITTED)
"""Who is in the pool or waits for it."""


def identity_number(text: str) -> str:
    """The 13 digits of an identity number as people write it: spaces, hyphens and Thai digits are understood; "" for
    nothing. Raises ValueError, which does not repeat it, for anything else and for a wrong check digit."""
    plain = unicodedata.normalize("NFKC", text)
    signs = [
        sign for sign in plain if not (sign.isspace() or unicodedata.category(sign) in {"Pd", "Cf"} or sign == ".")
    ]
    if not signs:
        return ""
    if not all(unicodedata.category(sign) == "Nd" for sign in signs):
        raise ValueError("no identity number")
    digits = "".join(str(unicodedata.digit(sign)) for sign in signs)
    if not check_digit_holds(digits):
        raise ValueError("no identity number")
    return digits


def holders_of(id_number: str) -> list[Citizen]:
    """All citizens with this identity number, whatever became of them, the oldest first; none for no number."""
    hashes = hashes_of(id_number, ID_PURPOSE)
    return list(Citizen.objects.filter(id_hash__in=hashes).select_related("person").order_by("pk")) if hashes else []


def same_person(name: str, private: Mapping[str, Any]) -> Citizen | None:
    """Who of the live pool is this very person; None when nobody is.

    An identity number decides alone. Without one on either side it takes the same name with the same telephone or
    e-mail: people of one household share a telephone, and names repeat.
    """
    number = str(private.get("id_number", ""))
    if found := next((row for row in holders_of(number) if row.status in LIVE), None):
        return found
    reached = Q(pk=None)
    for column, field in (("phone_hash", "phone"), ("email_hash", "email")):
        if hashes := hashes_of(str(private.get(field, "")), field):
            reached |= Q(**{f"{column}__in": hashes})
    rows = Citizen.objects.filter(reached, status__in=LIVE, person__name__iexact=" ".join(name.split()))
    if number:
        rows = rows.filter(id_hash="")
    return rows.select_related("person").order_by("pk").first()
