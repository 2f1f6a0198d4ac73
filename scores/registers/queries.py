"""The only reads of registers for pages, and which versions counted on a day."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404

from organisations.models import User
from scores.models import EntryVersion, RegisterCase
from workflows.queries import visible_to


def entries_visible_to(user: User) -> QuerySet[RegisterCase]:
    """The entries that exist for `user`, as cases."""
    return RegisterCase.objects.filter(pk__in=visible_to(user, "register").values("pk"))


def entry_for(user: User, public_id: str) -> RegisterCase:
    """One entry by its public id. Raises Http404, the same whether it is unknown or not for `user`."""
    wanted = entries_visible_to(user).select_related("unit", "holder", "entry__unit")
    case = wanted.filter(public_id=public_id).first()
    if case is None:
        raise Http404
    return case


def counting(register: str, on: date, *, year: int | None = None, still: bool = False) -> QuerySet[EntryVersion]:
    """What the entries of a register said when the day `on` ended: of each its version that had been confirmed last,
    unless the entry had been struck out by then.

    year: only entries of that fiscal year (B.E.). still: not those that had ended by then.
    """
    there = Q(entry__struck_on=None) | Q(entry__struck_on__gt=on)
    if still:
        there &= Q(entry__ended_on=None) | Q(entry__ended_on__gt=on)
    if year is not None:
        there &= Q(entry__fiscal_year=year)
    confirmed = EntryVersion.objects.filter(there, entry__register=register, confirmation__on__lte=on)
    return confirmed.order_by("entry_id", "-id").distinct("entry_id").select_related("entry__case", "entry__unit")


def current_of(cases: Iterable[RegisterCase]) -> dict[int, EntryVersion]:
    """What each of these entries says now (`RegisterEntry.current`), by the key of its case; one query for all."""
    from scores.registers.states import DRAFT, SUBMITTED

    rows = {case.pk: case for case in cases}
    found: dict[int, tuple[bool, EntryVersion]] = {}
    versions = EntryVersion.objects.filter(entry__in=list(rows)).select_related("entry", "confirmation").order_by("id")
    for version in versions:
        confirmed = hasattr(version, "confirmation")
        working = rows[version.entry_id].state in (DRAFT, SUBMITTED)
        if working or confirmed or not found.get(version.entry_id, (False, None))[0]:
            found[version.entry_id] = (confirmed, version)
    return {pk: version for pk, (_confirmed, version) in found.items()}
