"""The only reads of registers for pages, and which versions counted on a day."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from organisations.models import User
from scores.models import EntryVersion, RegisterCase
from workflows.metrics import Span
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


def of_year(register: str, span: Span) -> QuerySet[EntryVersion]:
    """What the entries of a fiscal year say as the day ended. Of a year that is over, as they say today: what happened
    in it may be entered, confirmed or struck out later."""
    return counting(register, _known_on(span), year=span.year)


def standing(register: str, span: Span) -> QuerySet[EntryVersion]:
    """What those entries of all years say that had not ended when the day ended; of a year that is over, by what is
    known today."""
    return counting(register, _known_on(span), there_on=span.as_of)


def _known_on(span: Span) -> date:
    return max(span.as_of, timezone.localdate()) if span.is_over else span.as_of


def counting(
    register: str, on: date, *, year: int | None = None, there_on: date | None = None
) -> QuerySet[EntryVersion]:
    """What the entries of a register said when the day `on` ended: of each its version that had been confirmed last,
    unless the entry had been struck out by then.

    year: only entries of that fiscal year (B.E.). there_on: not those that had ended by that day.
    """
    there = Q(entry__struck_on=None) | Q(entry__struck_on__gt=on)
    if there_on is not None:
        there &= Q(entry__ended_on=None) | Q(entry__ended_on__gt=there_on)
    if year is not None:
        there &= Q(entry__fiscal_year=year)
    confirmed = EntryVersion.objects.filter(there, entry__register=register, confirmation__on__lte=on)
    return confirmed.order_by("entry_id", "-id").distinct("entry_id").select_related("entry__case__unit", "entry__unit")


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
