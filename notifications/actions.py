"""The only writes to notices that a reader causes."""

from django.utils import timezone

from notifications.models import Notice
from organisations.models import User
from workflows.wakeups import About, wake


def mark_read(user: User, number: int) -> None:
    """Mark one notice of `user` as read; nothing happens when he has none of that number or it is read already."""
    if Notice.objects.filter(recipient=user, number=number, read_at=None).update(read_at=timezone.now()):
        wake(About.READ, [user.pk])


def mark_all_read(user: User, up_to: int) -> int:
    """Mark the notices of `user` as read up to the number he had before him. Out: how many were unread."""
    read = Notice.objects.filter(recipient=user, read_at=None, number__lte=up_to).update(read_at=timezone.now())
    if read:
        wake(About.READ, [user.pk])
    return read
