"""Which citizens of the pool exist for a reader, how he narrows them, and how he finds one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from organisations.models import Unit, User
from organisations.queries import units_below
from procurement.models import Citizen, Training
from procurement.queries import units_planned_by, units_read_by

from .sealed import ID_PURPOSE, hashes_of

SIZE = 50
MOST_FOUND = 50
ENDING_DAYS = 90
"""A term that ends within so many days is shown as ending: time enough to ask for another one."""
_ID_DIGITS, _PHONE_DIGITS = 13, 9


@dataclass(frozen=True)
class Page:
    """A page of the list by name; before, after: keys of the rows that lead to its neighbours, None where there is
    none."""

    rows: Sequence[Citizen]
    before: int | None = None
    after: int | None = None


def citizens_read_by(user: User) -> "QuerySet[Citizen]":
    """The citizens of the units that `user` reads; what is sealed of them is not for readers."""
    return Citizen.objects.filter(person__unit__in=units_read_by(user)).select_related("person__unit")


def citizens_kept_by(user: User) -> "QuerySet[Citizen]":
    """The citizens of the units whose procurement `user` keeps: he admits, corrects and, with a reason, sees all."""
    return Citizen.objects.filter(person__unit__in=units_planned_by(user)).select_related("person__unit")


def of_unit(citizens: "QuerySet[Citizen]", unit: Unit) -> "QuerySet[Citizen]":
    """Those of a unit and all below it."""
    return citizens.filter(person__unit__in=units_below([unit.pk]))


def ending(citizens: "QuerySet[Citizen]", day: date) -> "QuerySet[Citizen]":
    """Those in the pool whose term ends within `ENDING_DAYS` of `day`."""
    last = day + timedelta(days=ENDING_DAYS)
    return citizens.filter(status=Citizen.Status.ADMITTED, term_to__gte=day, term_to__lte=last)


def term_over(citizens: "QuerySet[Citizen]", day: date) -> "QuerySet[Citizen]":
    """Those in the pool whose term is over on `day`."""
    return citizens.filter(status=Citizen.Status.ADMITTED, term_to__lt=day)


def trained() -> Exists:
    """The condition that a citizen has passed a training."""
    return Exists(Training.objects.filter(citizen=OuterRef("pk"), passed=True))


def page_of(citizens: "QuerySet[Citizen]", *, after: str = "", before: str = "", size: int = SIZE) -> Page:
    """One page of `citizens` by name, behind the row whose key is `after` or before that of `before`; from the start
    where they name none. The same cost however deep one goes; the address holds a key and no name."""
    backwards = bool(before)
    key = before or after
    place = citizens.filter(pk=int(key)).first() if key.isascii() and key.isdecimal() and len(key) < 19 else None
    if place is None:
        backwards = False
    names = ("-person__name", "-pk") if backwards else ("person__name", "pk")
    rows = citizens.order_by(*names)
    if place is not None:
        than = "lt" if backwards else "gt"
        same = Q(person__name=place.person.name, **{f"pk__{than}": place.pk})
        rows = rows.filter(Q(**{f"person__name__{than}": place.person.name}) | same)
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page(found)
    # Whoever goes backwards has come from a page behind this one.
    is_before, is_after = (more, True) if backwards else (place is not None, more)
    return Page(found, before=found[0].pk if is_before else None, after=found[-1].pk if is_after else None)


def find(citizens: "QuerySet[Citizen]", words: str, *, sealed: bool) -> list[Citizen]:
    """Those of `citizens` with these words in the name or network, or with exactly this code; with `sealed` also by the
    whole identity number, telephone number or e-mail, compared by their keyed hashes. At most `MOST_FOUND`."""
    words = " ".join(words.split())
    if not words:
        return []
    named = Q()
    for word in words.split():
        named &= Q(person__name__icontains=word) | Q(person__network__icontains=word)
    wanted = named | Q(code__iexact=words)
    if sealed:
        count = sum(sign.isdigit() for sign in words)
        if "@" in words:
            wanted |= Q(email_hash__in=hashes_of(words, "email"))
        elif count >= _PHONE_DIGITS:
            wanted |= Q(phone_hash__in=hashes_of(words, "phone"))
            wanted |= Q(id_hash__in=hashes_of(_digits(words), ID_PURPOSE)) if count == _ID_DIGITS else Q(pk=None)
    return list(citizens.filter(wanted).order_by("person__name", "pk")[:MOST_FOUND])


def _digits(text: str) -> str:
    return "".join(str(int(sign)) for sign in text if sign.isdecimal())
