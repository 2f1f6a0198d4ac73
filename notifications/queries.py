"""The only reads of notices for pages."""

from django.db.models import QuerySet

from notifications.models import Notice
from organisations.models import User
from workflows.queries import known_to

MOST_COUNTED = 99


def notices_of(user: User) -> QuerySet[Notice]:
    """The notices of `user`, newest first; those of a case that no longer exists for him are left out.

    Rights were checked when he was told, but a conflict declared since, or a case that became protected, hides it.
    """
    return (
        Notice.objects.filter(recipient=user, case__in=known_to(user))
        .select_related("case", "outbox")
        .order_by("-number")
    )


def unread_count(user: User) -> int:
    """How many unread notices `user` has, counted no further than one above `MOST_COUNTED`."""
    unread = Notice.objects.filter(recipient=user, read_at=None, case__in=known_to(user))
    return unread.order_by()[: MOST_COUNTED + 1].count()
