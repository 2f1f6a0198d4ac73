"""The only reads of notices for pages."""

from collections.abc import Iterator
from itertools import islice

from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse

from notifications.events import event_of
from notifications.models import Notice, NoticeCounter
from organisations.models import User
from workflows.models import OutboxRow
from workflows.queries import known_among
from workflows.registry import kind_of

MOST_COUNTED = 99
_AT_ONCE = 101


def notices_of(user: User, *, before: int | None = None, unread: bool = False) -> Iterator[Notice]:
    """The notices of `user`, newest first, read as far as they are taken; those of a case that no longer exists for him
    are left out.

    before: only those numbered lower. Rights were checked when he was told, but a conflict declared since, or a case
    that became protected, hides it.
    """
    rows = Notice.objects.filter(recipient=user).select_related("case", "outbox").order_by("-number")
    if unread:
        rows = rows.filter(read_at=None)
    while True:
        found = list((rows if before is None else rows.filter(number__lt=before))[:_AT_ONCE])
        known = known_among(user, {notice.case_id for notice in found if notice.case_id})
        # What is about no case was addressed to him by its own rules.
        yield from (notice for notice in found if notice.case_id is None or notice.case_id in known)
        if len(found) < _AT_ONCE:
            return
        before = found[-1].number


def notice_of(user: User, number: int) -> Notice | None:
    """The notice of `user` of that number; None where he has none, or its case does not exist for him any more."""
    found = next(notices_of(user, before=number + 1), None)
    return found if found is not None and found.number == number else None


def last_number(user: User) -> int:
    """The number of the last notice of `user`; 0 when he was never told anything."""
    return NoticeCounter.objects.filter(recipient=user).values_list("last", flat=True).first() or 0


def unread_count(user: User, up_to: int | None = None) -> int:
    """How many unread notices `user` has (up to that number), counted no further than one above `MOST_COUNTED`."""
    unread = notices_of(user, before=None if up_to is None else up_to + 1, unread=True)
    return sum(1 for _notice in islice(unread, MOST_COUNTED + 1))


def page_of(row: Notice | OutboxRow) -> str:
    """The address at which news opens, within this site; the list of notices where what it is about is gone."""
    if row.case is not None:
        return reverse(kind_of(row.case.kind).page, kwargs={"public_id": row.case.public_id})
    try:
        return event_of(row.event).page(row.facts)
    except (LookupError, ObjectDoesNotExist):
        return reverse("notices")
