"""From the outbox to people: who is told is resolved, and his rights are checked, when he is told."""

import logging

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from notifications.models import Notice, NoticeCounter
from workflows.models import OutboxRow
from workflows.queries import known_to
from workflows.registry import kind_of

logger = logging.getLogger(__name__)
BATCH = 200
MOST_FAILURES = 5


def relay() -> int:
    """Turn every waiting outbox row into notices, in order. Out: the number of rows taken.

    Several relays at once do no harm: a row is locked by one of them, and a person is told once of it by constraint.
    Dead for a day, nothing is lost: the rows wait.
    """
    taken = 0
    while True:
        with transaction.atomic():
            rows = list(
                OutboxRow.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(relayed_at=None, failures__lt=MOST_FAILURES)
                .select_related("case__unit", "case__holder")
                .order_by("id")[:BATCH]
            )
            told = [row.pk for row in rows if _told(row)]
            OutboxRow.objects.filter(pk__in=told).update(relayed_at=timezone.now())
        taken += len(rows)
        if len(rows) < BATCH:
            return taken


def _told(row: OutboxRow) -> bool:
    """Tell people of one row. One that fails must not hold back everybody's news: it is tried again, and then left."""
    try:
        with transaction.atomic():
            _tell(row)
    except Exception:
        logger.exception("outbox row %s (%s) could not be told", row.pk, row.event)
        OutboxRow.objects.filter(pk=row.pk).update(failures=F("failures") + 1)
        return False
    return True


def _tell(row: OutboxRow) -> None:
    # In the order of their ids: two relays never wait for each other in a circle.
    for user in sorted(kind_of(row.case.kind).recipients(row), key=lambda person: person.pk):
        if not user.is_active or not known_to(user).filter(pk=row.case_id).exists():
            continue
        NoticeCounter.objects.get_or_create(recipient=user)
        NoticeCounter.objects.filter(recipient=user).update(last=F("last") + 1)
        Notice.objects.create(
            recipient=user,
            number=NoticeCounter.objects.values_list("last", flat=True).get(recipient=user),
            outbox=row,
            case=row.case,
            event=row.event,
            facts=row.facts,
            at=row.at,
        )
