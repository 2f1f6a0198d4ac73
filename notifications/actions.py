"""The only writes that a person causes: to notices, to how he is told of them, and to what could not be sent."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from notifications.choices import PRACTICES, Topic, Wish, chosen
from notifications.dispatch import LEASE
from notifications.models import Choice, Delivery, DigestTime, Notice, RoadState
from notifications.service import of_gate
from organisations.models import User
from workflows.models import OutboxRow
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


@transaction.atomic
def save_choices(user: User, wishes: Mapping[Topic, Wish], *, hour: int, weekday: int) -> None:
    """Write how `user` wants to be told, and when his digests come (an hour of Bangkok; 0 is Monday).

    A topic that he leaves as it is gets no row, so that it follows the practice of the house as before. Raises
    ValueError for a pace that is not offered: what is overdue cannot be switched off.
    """
    held = chosen(user)
    for topic, wish in wishes.items():
        if wish.email not in PRACTICES[topic].paces:
            raise ValueError(f"{topic}: {wish.email}")
        if wish != held[topic]:
            Choice.objects.update_or_create(user=user, topic=topic, defaults={"email": wish.email, "line": wish.line})
    DigestTime.objects.update_or_create(user=user, defaults={"hour": hour, "weekday": weekday})


def resend(delivery: Delivery) -> None:
    """Let a delivery that could not be delivered be tried anew, with the same key; nothing happens to another one."""
    _try_anew(Delivery.objects.filter(pk=delivery.pk))


def resend_all(road: str) -> int:
    """Let everything that could not be delivered on a road ("webhook:1" is one of its own) be tried anew. Out: how
    many."""
    return _try_anew(of_gate(road))


def try_now(gate: str) -> None:
    """Close the breaker of a road, and let what waits for its next attempt be tried at once.

    What is being tried at this moment has its lease (`dispatch.LEASE`) and stays as it is, or it would be sent twice.
    """
    now = timezone.now()
    RoadState.objects.filter(road=gate).update(failures=0, open_until=None)
    waiting = of_gate(gate).filter(state=Delivery.State.WAITING, attempts__gt=0)
    waiting.filter(due_at__gt=now + LEASE).update(due_at=now)


def _try_anew(deliveries: QuerySet[Delivery]) -> int:
    dead = deliveries.filter(state=Delivery.State.DEAD)
    # Not 0: it was begun, and the receiver may know its key, so it takes no further lines.
    return dead.update(state=Delivery.State.WAITING, attempts=1, due_at=timezone.now(), ended_at=None, reason="")


def retell(row: OutboxRow) -> None:
    """Let the relay try an outbox row anew that it gave up; nothing happens to one that was told."""
    if OutboxRow.objects.filter(pk=row.pk, relayed_at=None).update(failures=0):
        wake(About.CASES, [row.case_id or 0])
