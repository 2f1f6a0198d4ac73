"""Keyset pages of a queue: the earliest due first, what has no due date last, or the newest first; the same cost
however deep one goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.signing import BadSignature, Signer
from django.db.models import F, Q, QuerySet

from workflows.models import Case

SIZE = 50
_NO_DAY = "-"
# Only marks of ours are read: what they name is looked up nowhere, so they tell nobody which cases exist.
_SIGNER = Signer(salt="workflows/page of a queue")


@dataclass(frozen=True)
class Page:
    """A page of a queue; `before` and `after` are what leads to its neighbours, empty where there is none."""

    cases: Sequence[Case]
    before: str = ""
    after: str = ""


def page_of(
    cases: QuerySet[Case], *, after: str = "", before: str = "", size: int = SIZE, newest: bool = False
) -> Page:
    """One page of `cases`, from the place that `after` or `before` names; from the start where they name none.

    newest: the newest first, whatever is due. A place is the due day and the key of a row. A row that has moved since
    still marks the place where it was.
    """
    backwards = bool(before)
    place = _place(before or after)
    if place is None:
        backwards = False
    rows: list[Case] = []
    for part in (_by_age if newest else _parts)(cases, place, backwards=backwards):
        rows += part[: size + 1 - len(rows)]
        if len(rows) > size:
            break
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page(rows)
    return Page(
        rows,
        before=_mark(rows[0]) if (more if backwards else place is not None) else "",
        after=_mark(rows[-1]) if (True if backwards else more) else "",
    )


def _mark(case: Case) -> str:
    return _SIGNER.sign(f"{case.next_due.isoformat() if case.next_due else _NO_DAY}~{case.pk}")


def _place(mark: str) -> tuple[date | None, int] | None:
    try:
        day, _, pk = _SIGNER.unsign(mark).partition("~")
    except BadSignature:
        return None
    return (None if day == _NO_DAY else date.fromisoformat(day)), int(pk)


def _by_age(cases: QuerySet[Case], place: tuple[date | None, int] | None, *, backwards: bool) -> list[QuerySet[Case]]:
    """What follows a place where the newest stand first."""
    if place is None:
        return [cases.order_by("-id")]
    pk = place[1]
    return [cases.filter(pk__gt=pk).order_by("id") if backwards else cases.filter(pk__lt=pk).order_by("-id")]


def _parts(cases: QuerySet[Case], place: tuple[date | None, int] | None, *, backwards: bool) -> list[QuerySet[Case]]:
    """What follows a place, as two ranges of the index one after the other: rows with a due day, and rows without.

    The day stands alone in a condition of its own, so that the index is entered at it and not read from the start.
    """
    dated, undated = cases.filter(next_due__isnull=False), cases.filter(next_due__isnull=True)
    ahead = F("next_due").asc(nulls_last=True), F("id").asc()
    if place is None:
        return [dated.order_by(*ahead), undated.order_by(*ahead)]
    day, pk = place
    if not backwards:
        if day is None:
            return [undated.filter(pk__gt=pk).order_by(*ahead)]
        rest = dated.filter(next_due__gte=day).filter(Q(next_due__gt=day) | Q(pk__gt=pk))
        return [rest.order_by(*ahead), undated.order_by(*ahead)]
    back = F("next_due").desc(nulls_first=True), F("id").desc()
    if day is None:
        return [undated.filter(pk__lt=pk).order_by(*back), dated.order_by(*back)]
    return [dated.filter(next_due__lte=day).filter(Q(next_due__lt=day) | Q(pk__lt=pk)).order_by(*back)]
