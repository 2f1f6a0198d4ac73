"""Lists of citizen seats for those who fill, oversee and answer for them: which seats, and what each number counts."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from organisations.models import User
from procurement.models import Observation, SeatCase
from procurement.queries import seats_visible_to
from procurement.states import seat as law
from workflows.graph import Text

_REPORTS = Observation.objects.filter(seat=OuterRef("pk"))


@dataclass(frozen=True)
class List:
    """A list of seats. narrow: which of those that exist for the reader."""

    code: str
    title: Text
    narrow: Callable[["QuerySet[SeatCase]", User, date], "QuerySet[SeatCase]"]
    counted: bool = True
    tone: str = ""


def with_open_reports(seats: "QuerySet[SeatCase]") -> "QuerySet[SeatCase]":
    """Those with a report that nobody has answered."""
    return seats.filter(Exists(_REPORTS.filter(answered_at=None)))


LISTS = {
    row.code: row
    for row in (
        List("open", _("Open seats"), lambda seats, user, today: seats.filter(is_open=True)),  # noqa: ARG005
        List("mine", _("In my hands"), lambda seats, user, today: seats.filter(is_open=True, holder=user)),  # noqa: ARG005
        List(
            "late",
            _("Late"),
            lambda seats, user, today: seats.filter(is_open=True, next_due__lt=today),  # noqa: ARG005
            tone="late",
        ),
        List("suspended", _("Suspended"), lambda seats, user, today: seats.filter(state=law.SUSPENDED)),  # noqa: ARG005
        List(
            "reports",
            _("Reports without an answer"),
            lambda seats, user, today: with_open_reports(seats),  # noqa: ARG005
        ),
        List("all", _("All seats"), lambda seats, user, today: seats, counted=False),  # noqa: ARG005
    )
}
"""Code → list. The first opens by itself."""


def seats_of_list(code: str, user: User, today: date) -> "QuerySet[SeatCase]":
    """The seats of a list that exist for `user`. Raises KeyError for a list that there is not."""
    return LISTS[code].narrow(seats_visible_to(user), user, today)


def oversight_counts(user: User, units: Any, most: int) -> dict[str, int]:
    """How many seats of these units are suspended, and how many have a report without an answer, counted no further
    than `most`. units: a query of keys of units. One query."""
    mine = seats_visible_to(user).filter(unit__in=units).order_by()
    parts = {"suspended": mine.filter(state=law.SUSPENDED), "reports": with_open_reports(mine)}
    first, second = (
        part.annotate(list=Value(code)).values_list("list", flat=True)[:most] for code, part in parts.items()
    )
    found = Counter(first.union(second, all=True))
    return {code: found[code] for code in parts}
