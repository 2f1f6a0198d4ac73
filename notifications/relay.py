"""From the outbox to people: who is told is resolved, and his rights are checked, when he is told.

One relay works at a time, and the others wait for it: so everybody is told in the order in which things happened, and
no two of them number notices against each other. Dead for a day, nothing is lost: the rows wait.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from notifications import webhooks
from notifications.choices import Pace, away, topic_of, wishes
from notifications.events import event_of
from notifications.models import Delivery, DeliveryLine, Notice, Road
from organisations.models import Role, User
from organisations.queries import on_leave
from workflows.models import LedgerEntry, OutboxRow
from workflows.people import nearest
from workflows.queries import known_among
from workflows.registry import kind_of
from workflows.wakeups import About, wake

logger = logging.getLogger(__name__)

BATCH = 200
MOST_FAILURES = 5
GATHER = timedelta(seconds=60)
"""How long a message waits before it leaves, so that a burst of news is one message."""

_ALONE = 0x50D50  # the key of the relay's advisory lock
_LOCK_NOT_AVAILABLE = "55P03"
# In the order of their ids, so that nobody who locks several counters waits in a circle.
_NUMBERS = """
INSERT INTO notifications_noticecounter (recipient_id, last)
SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS new (recipient_id, last) ORDER BY recipient_id
ON CONFLICT (recipient_id) DO UPDATE SET last = notifications_noticecounter.last + excluded.last
RETURNING recipient_id, last
"""


@dataclass(frozen=True)
class Target:
    """Whom a message leaves for: a person, the complainant of a case, or a system."""

    kind: str
    pk: int

    @property
    def code(self) -> str:
        """As it stands in `Delivery.target`."""
        return f"{self.kind}:{self.pk}"

    def columns(self) -> dict[str, int]:
        """The column of `Delivery` that points at it."""
        return {{"user": "recipient_id", "case": "case_id", "webhook": "webhook_id"}[self.kind]: self.pk}


@dataclass
class _Telling:
    """What one batch has to tell, before anything is written."""

    rows: list[OutboxRow]
    # Who is told of each row: on the pages, and of them those whom it follows outside.
    people: dict[int, list[int]] = field(default_factory=dict)
    outside: list[tuple[OutboxRow, Target, str]] = field(default_factory=list)


def relay() -> int:
    """Turn every waiting outbox row into notices and messages, in order. Out: the number of rows told.

    Several relays at once do no harm, and a row that was told already is not told again. One that fails must not hold
    back everybody's news: it is tried again the next time, and after `MOST_FAILURES` left to the administrator.
    """
    told, failed = 0, set[int]()
    while True:
        waiting = OutboxRow.objects.filter(relayed_at=None, failures__lt=MOST_FAILURES).exclude(pk__in=failed)
        try:
            got = _relay_rows(waiting.order_by("id")[:BATCH])
        except _Trouble as trouble:
            good = [pk for pk in trouble.rows if _relay_alone(pk)]
            failed |= set(trouble.rows) - set(good)
            told += len(good)
            continue
        told += got
        if got < BATCH:
            return told


class _Trouble(Exception):
    """A row of the batch could not be told; nothing of the batch was written."""

    def __init__(self, rows: list[int]) -> None:
        super().__init__(f"{len(rows)} outbox rows")
        self.rows = rows


def _relay_rows(waiting: QuerySet[OutboxRow]) -> int:
    """Tell these rows in one transaction. Out: how many. Raises _Trouble."""
    rows: list[OutboxRow] = []
    try:
        with transaction.atomic():
            if not _alone():
                return 0
            # Read only now: whoever relayed before has told some of them.
            rows = list(waiting.select_related("case__unit", "case__holder"))
            if rows:
                _tell(rows)
                OutboxRow.objects.filter(pk__in=[row.pk for row in rows]).update(relayed_at=timezone.now())
    except Exception as error:
        if not rows:
            raise
        raise _Trouble([row.pk for row in rows]) from error
    return len(rows)


def _relay_alone(pk: int) -> bool:
    """Tell one row of a batch that failed. Out: whether it could be told."""
    try:
        _relay_rows(OutboxRow.objects.filter(pk=pk, relayed_at=None))
    except _Trouble:
        logger.exception("outbox row %s could not be told", pk)
        OutboxRow.objects.filter(pk=pk, relayed_at=None).update(failures=F("failures") + 1)
        return False
    return True


def _alone() -> bool:
    """Wait a moment for whoever relays; False when he goes on."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ALONE])
            cursor.execute("SET LOCAL lock_timeout = 0")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == _LOCK_NOT_AVAILABLE:
            return False
        raise
    return True


def _tell(rows: list[OutboxRow]) -> None:
    now = timezone.now()
    telling = _Telling(rows)
    _resolve(telling)
    _write_notices(telling, now)
    _write_deliveries(telling.outside, now)


# --- Who --------------------------------------------------------------------------------------------------------------
def _resolve(telling: _Telling) -> None:
    did = _who_did(telling.rows)
    called = {row.pk: [user for user in recipients_of(row) if user.pk != did.get(row.pk)] for row in telling.rows}
    leaves = on_leave({user.pk for users in called.values() for user in users})
    for row in telling.rows:
        # Beside whoever is on leave: his news wait for him, and his deputy acts. Not for what is about no case: only
        # its own event says who may be told.
        if row.case is not None:
            called[row.pk] += [leaves[user.pk].deputy for user in called[row.pk] if user.pk in leaves]
    _add_allowed(telling, telling.rows, called)
    without = [row for row in telling.rows if any(user.pk in leaves for user in called[row.pk])]
    if without:
        _add_heads(telling, without)
    _resolve_outside(telling)


def _who_did(rows: Sequence[OutboxRow]) -> dict[int, int]:
    """Who did what the rows tell of, where a person did: nobody needs news of his own act."""
    acts = {(row.case_id, row.seq): row.pk for row in rows if row.seq is not None}
    entries = LedgerEntry.objects.filter(
        case__in={case for case, _seq in acts}, seq__in={seq for _case, seq in acts}, actor__isnull=False
    ).values_list("case", "seq", "actor")
    return {acts[case, seq]: actor for case, seq, actor in entries if (case, seq) in acts}


def _add_allowed(telling: _Telling, rows: Sequence[OutboxRow], called: dict[int, list[User]]) -> None:
    allowed = _allowed(rows, called)
    for row in rows:
        people = {user.pk for user in called[row.pk] if user.is_active and (user.pk, row.case_id) in allowed}
        telling.people[row.pk] = sorted(people.union(telling.people.get(row.pk, ())))


def _add_heads(telling: _Telling, without: Sequence[OutboxRow]) -> None:
    """Of `without`, rows that call somebody on leave, tell the nearest head who is there where else nobody is: the
    deputy may not see the case, or is away too. A deputy's own deputy is not asked; a deadline has to reach somebody.
    """
    absent = away({user for row in without for user in telling.people[row.pk]})
    heads = {
        row.pk: nearest(row.case, Role.HEAD, lambda user, _case: bool(away([user.pk])))
        for row in without
        if row.case is not None and absent.issuperset(telling.people[row.pk])
    }
    _add_allowed(telling, [row for row in without if row.pk in heads], heads)


def recipients_of(row: OutboxRow) -> list[User]:
    """Whom an event calls, by the rules of the app it belongs to; their rights are checked afterwards."""
    if row.case is not None:
        return list(kind_of(row.case.kind).recipients(row))
    return list(event_of(row.event).recipients(row.facts))


def _allowed(rows: Sequence[OutboxRow], called: dict[int, list[User]]) -> set[tuple[int, int | None]]:
    """(person, case) for every case of which the person may be told now; one question for each person."""
    asked: dict[int, set[int]] = defaultdict(set)
    people: dict[int, User] = {}
    allowed: set[tuple[int, int | None]] = set()
    for row in rows:
        for user in called[row.pk]:
            people[user.pk] = user
            if row.case_id is None:
                allowed.add((user.pk, None))  # its own event says who may be told
            else:
                asked[user.pk].add(row.case_id)
    for pk, cases in asked.items():
        allowed |= {(pk, case) for case in known_among(people[pk], cases)}
    return allowed


def _resolve_outside(telling: _Telling) -> None:
    people = {user for told in telling.people.values() for user in told}
    wished, absent, hooks = wishes(people), away(people), webhooks.listening()
    for row in telling.rows:
        topic = topic_of(row)
        for user in telling.people[row.pk]:
            wish = wished[user, topic]
            if user in absent:
                continue
            if wish.email == Pace.NOW:
                telling.outside.append((row, Target("user", user), Road.EMAIL))
            if wish.line:
                telling.outside.append((row, Target("user", user), Road.LINE))
        if row.case is not None:
            outsiders = kind_of(row.case.kind).outsiders
            for road in outsiders(row) if outsiders else ():
                telling.outside.append((row, Target("case", row.case.pk), road))
            for hook in webhooks.told_of(hooks, row.case):
                telling.outside.append((row, Target("webhook", hook.pk), Road.WEBHOOK))


# --- Writing ----------------------------------------------------------------------------------------------------------
def _write_notices(telling: _Telling, now: datetime) -> None:
    told = set(Notice.objects.filter(outbox__in=telling.rows).values_list("outbox_id", "recipient_id"))
    new = [(row, user) for row in telling.rows for user in telling.people[row.pk] if (row.pk, user) not in told]
    if not new:
        return
    counts: dict[int, int] = defaultdict(int)
    for _row, user in new:
        counts[user] += 1
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, [list(counts), list(counts.values())])
        following = {user: last - counts[user] for user, last in cursor.fetchall()}
    notices = []
    for row, user in new:
        following[user] += 1
        notices.append(
            Notice(
                recipient_id=user,
                number=following[user],
                outbox=row,
                case_id=row.case_id,
                event=row.event,
                facts=row.facts,
                at=row.at,
                told_at=now,
            )
        )
    Notice.objects.bulk_create(notices)
    wake(About.NOTICES, counts)


def _write_deliveries(outside: Sequence[tuple[OutboxRow, Target, str]], now: datetime) -> None:
    codes = {target.code for _row, target, _road in outside}
    if not codes:
        return
    lines = DeliveryLine.objects.filter(outbox__in={row.pk for row, _target, _road in outside}, target__in=codes)
    written = set(lines.values_list("outbox_id", "road", "target"))
    new = [entry for entry in outside if (entry[0].pk, entry[2], entry[1].code) not in written]
    # Locked, so that nobody begins one while it takes another line.
    begun = Delivery.objects.select_for_update().filter(
        target__in=codes, state=Delivery.State.WAITING, attempts=0, contents=Delivery.Contents.NEWS
    )
    open_ones = {(delivery.target, delivery.road): delivery for delivery in begun.order_by("id")}
    fresh: dict[tuple[str, str], Delivery] = {}
    for _row, target, road in new:
        key = (target.code, road)
        if key not in open_ones and key not in fresh:
            fresh[key] = Delivery(
                road=road, target=target.code, due_at=now + GATHER, created_at=now, **target.columns()
            )
    Delivery.objects.bulk_create(fresh.values())
    open_ones |= fresh
    DeliveryLine.objects.bulk_create(
        DeliveryLine(delivery=open_ones[target.code, road], outbox=row, road=road, target=target.code)
        for row, target, road in new
    )
