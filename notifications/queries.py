"""The only reads of notices for pages."""

from django.db.models import Q, QuerySet
from django.urls import reverse

from notifications.events import event_of
from notifications.models import Notice
from organisations.models import User
from workflows.models import OutboxRow
from workflows.queries import known_to
from workflows.registry import kind_of

MOST_COUNTED = 99


def notices_of(user: User) -> QuerySet[Notice]:
    """The notices of `user`, newest first; those of a case that no longer exists for him are left out.

    Rights were checked when he was told, but a conflict declared since, or a case that became protected, hides it.
    """
    return Notice.objects.filter(_of(user)).select_related("case", "outbox").order_by("-number")


def unread_count(user: User) -> int:
    """How many unread notices `user` has, counted no further than one above `MOST_COUNTED`."""
    unread = Notice.objects.filter(_of(user), read_at=None)
    return unread.order_by()[: MOST_COUNTED + 1].count()


def _of(user: User) -> Q:
    # What is about no case was addressed to him by its own rules.
    return Q(recipient=user) & (Q(case=None) | Q(case__in=known_to(user)))


def page_of(row: Notice | OutboxRow) -> str:
    """The address at which news opens, within this site."""
    if row.case is None:
        return event_of(row.event).page(row.facts)
    return reverse(kind_of(row.case.kind).page, kwargs={"public_id": row.case.public_id})
