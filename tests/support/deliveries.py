"""Deliveries as the relay leaves them, and webhooks, for tests of what becomes of them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from notifications.models import Delivery, DeliveryLine, Notice, NoticeCounter, Road, Webhook
from organisations.models import Unit, User
from tests.support.servers import WebServer
from tests.support.world import World
from workflows.models import Case, OutboxRow


def news_of(*cases: Case) -> list[OutboxRow]:
    """The last event of each of these cases."""
    return [OutboxRow.objects.filter(case=case.pk).latest("pk") for case in cases]


def waiting(road: str, to: User | Case | Webhook, rows: Sequence[OutboxRow], **fields: Any) -> Delivery:
    """A delivery that is due and tells of `rows`; a person has the notices that belong to it."""
    column = {User: "recipient", Webhook: "webhook"}.get(type(to), "case")
    target = f"{column.replace('recipient', 'user')}:{to.pk}"
    due = timezone.now() - timedelta(seconds=1)
    delivery = Delivery.objects.create(
        **{"road": road, "target": target, "due_at": due, f"{column}_id": to.pk, **fields}
    )
    for row in rows:
        DeliveryLine.objects.create(delivery=delivery, outbox=row, road=road, target=target)
    if isinstance(to, User):
        _notices(to, rows)
    return delivery


def _notices(user: User, rows: Sequence[OutboxRow]) -> None:
    counter, _made = NoticeCounter.objects.get_or_create(recipient=user)
    for row in rows:
        if Notice.objects.filter(recipient=user, outbox=row).exists():
            continue
        counter.last += 1
        Notice.objects.create(
            recipient=user,
            number=counter.last,
            outbox=row,
            case=row.case,
            event=row.event,
            facts=row.facts,
            at=row.at,
            told_at=timezone.now(),
        )
    counter.save()


def make_hook(url: str, unit: Unit, **fields: Any) -> Webhook:
    """A webhook for the cases of a unit and below."""
    return Webhook.objects.create(**{"name": "ระบบ", "url": f"{url}/hook", "unit": unit, **fields})


def state_of(delivery: Delivery) -> tuple[str, int, str]:
    """Its state, its attempts and its reason as they stand now."""
    row = Delivery.objects.get(pk=delivery.pk)
    return row.state, row.attempts, row.reason


def due_again(*roads: str) -> None:
    """Everything that waits is due."""
    found = Delivery.objects.filter(state=Delivery.State.WAITING, road__in=roads or Road.values)
    found.update(due_at=timezone.now() - timedelta(seconds=1))


def for_hooks(world: World, system: WebServer, count: int = 1, **fields: Any) -> list[Delivery]:
    """Deliveries to one new webhook, the oldest first; each tells of a case of its own."""
    hook = make_hook(system.url, world.district)
    return [waiting(Road.WEBHOOK, hook, news_of(world.file()), **fields) for _ in range(count)]
