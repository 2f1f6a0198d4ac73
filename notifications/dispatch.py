"""Sending what waits to leave the house, on as many workers as there are.

A delivery is claimed in one short transaction, handed over outside any, and its outcome written in another. The claim
lasts `LEASE`: a worker that is killed leaves its delivery to be tried again, with the same key. What leaves, to whom,
and whether he still may be told is decided between the two, by `letters`.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from notifications import roads
from notifications.backoff import MOST_ATTEMPTS, wait
from notifications.letters import NotToSend, compose, compose_for_webhook
from notifications.models import Delivery, DeliveryLine, Road, RoadState
from notifications.roads import Outcome, Result, Sender, email, line, state, webhook
from notifications.roads.state import Pass, gate_of

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(days=3)
"""After so long nobody is told any more of himself, however patient the other side asks us to be."""
MOST_EVENTS = 500
"""So many events a webhook is sent at once."""
# Of each road with one other side: whether this installation has it, what sends on it, and why nothing leaves if not.
_ROADS: dict[str, tuple[Callable[[], bool], type[Sender], str]] = {
    Road.EMAIL: (email.is_set_up, email.Email, roads.NO_MAIL_SERVER),
    Road.LINE: (line.is_set_up, line.Line, roads.NO_LINE),
}


@dataclass(frozen=True)
class _Claim:
    delivery: Delivery
    gate: str
    leave: Pass


def send_waiting(road: str, webhook_id: int | None = None, now: datetime | None = None) -> int:
    """Send what is due on a road, or to one webhook, oldest first. Out: the number of messages sent.

    Ends when nothing is due or nothing may leave: the breaker is open, or the rate of this minute used up. What fails
    while it is tried is left alone for the rest of the run. now: instead of the clock, for whoever tests time.
    """
    sent, shut = 0, set[str]()
    sender = _sender(road)
    try:
        while (claim := _claim(road, webhook_id, shut, now or timezone.now())) is not None:
            outcome = _attempt(claim, sender)
            _record(claim, outcome, now or timezone.now())
            sent += outcome.result is Result.SENT
            if outcome.result in {Result.ILL, Result.BUSY}:
                shut.add(claim.gate)
    finally:
        if sender is not None:
            sender.close()
    return sent


def _sender(road: str) -> Sender | None:
    if road not in _ROADS:
        return None  # each webhook is another place
    is_set_up, kind, _missing = _ROADS[road]
    return kind() if is_set_up() else None


def webhooks_waiting() -> list[int]:
    """The webhooks for which something is due, without those whose breaker is open."""
    now = timezone.now()
    shut = RoadState.objects.filter(open_until__gt=now).values("road")
    found = _due(Road.WEBHOOK, now).exclude(target__in=shut)
    return sorted(found.order_by().values_list("webhook", flat=True).distinct())


# --- Claiming ---------------------------------------------------------------------------------------------------------
def _due(road: str, now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(road=road, state=Delivery.State.WAITING, due_at__lte=now)


def _claim(road: str, webhook_id: int | None, shut: set[str], now: datetime) -> _Claim | None:
    """The oldest delivery that is due and may be tried, now ours until its lease ends; None when there is none."""
    waiting = _due(road, now) if webhook_id is None else _due(road, now).filter(webhook=webhook_id)
    while road == Road.WEBHOOK or road not in shut:
        with transaction.atomic():
            free = waiting.exclude(target__in=shut) if road == Road.WEBHOOK else waiting
            delivery = free.select_for_update(skip_locked=True).order_by("due_at", "id").first()
            if delivery is None:
                return None
            if delivery.attempts >= MOST_ATTEMPTS:
                # Whoever tried it the last time was killed over it.
                _end(delivery, Delivery.State.DEAD, roads.BROKEN_OFF, now)
                continue
            gate = gate_of(delivery)
            if (leave := state.let_through(gate, now)) is None:
                shut.add(gate)
                continue
            if road == Road.WEBHOOK and delivery.attempts == 0:
                _split(delivery, now)
            delivery.attempts += 1
            delivery.due_at = now + LEASE
            delivery.save(update_fields=["attempts", "due_at"])
        return _Claim(delivery, gate, leave)
    return None


def _split(delivery: Delivery, now: datetime) -> None:
    """What gathered for a system while it was down leaves in parts that it can swallow; the rest follows at once."""
    lines = delivery.lines.order_by("outbox").values_list("pk", flat=True)
    if rest := list(lines[MOST_EVENTS:]):
        following = Delivery.objects.create(
            road=delivery.road, target=delivery.target, webhook_id=delivery.webhook_id, due_at=now
        )
        DeliveryLine.objects.filter(pk__in=rest).update(delivery=following)


# --- Trying -----------------------------------------------------------------------------------------------------------
def _attempt(claim: _Claim, sender: Sender | None) -> Outcome:
    """One attempt; nothing that goes wrong in it holds back the others."""
    delivery, key = claim.delivery, str(claim.delivery.key)
    try:
        if delivery.road == Road.WEBHOOK:
            assert delivery.webhook is not None
            return webhook.send(delivery.webhook, compose_for_webhook(delivery), key)
        if sender is None:
            return Outcome(Result.DROPPED, _ROADS[delivery.road][2])
        address, letter = compose(delivery)
        return sender.send(address, letter, key)
    except NotToSend as nothing:
        return Outcome(Result.DROPPED, nothing.reason)
    except Exception as error:
        logger.exception("delivery %s could not be sent", delivery.pk)
        return Outcome(Result.FAULT, roads.reason(roads.OWN_FAULT, type(error).__name__))


# --- Recording --------------------------------------------------------------------------------------------------------
def _record(claim: _Claim, outcome: Outcome, now: datetime) -> None:
    """Write what became of an attempt, of the message and of its road.

    A failure of the road uses up an attempt only as long as the breaker is closed: after five in a row it is the
    road's fault, and its messages wait without dying of it. They keep one attempt at least: what was begun takes no
    further lines, for the other side may know its key. After `LONGEST_WAIT` it is given up whoever is to blame.
    """
    delivery = claim.delivery
    with transaction.atomic():
        # Sent stays sent, even where the lease has ended and somebody else has begun: who failed must not undo him.
        ours = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING)
        if outcome.result is not Result.SENT:
            ours = ours.filter(attempts=delivery.attempts, due_at=delivery.due_at)
        held = ours.select_for_update().first()
        excused = _tell_road(claim, outcome, now)
        if held is None:
            return
        match outcome.result:
            case Result.SENT:
                _end(held, Delivery.State.SENT, "", now)
            case Result.DROPPED:
                _end(held, Delivery.State.DROPPED, outcome.reason, now)
            case Result.REFUSED:
                _end(held, Delivery.State.DEAD, outcome.reason, now)
            case _ if (held.attempts >= MOST_ATTEMPTS and not excused) or held.created_at < now - LONGEST_WAIT:
                _end(held, Delivery.State.DEAD, outcome.reason, now)
            case _:
                held.due_at = outcome.not_before or now + wait(held.attempts, held.key)
                held.attempts = max(held.attempts - excused, 1)
                held.reason = outcome.reason
                held.save(update_fields=["due_at", "attempts", "reason"])


def _tell_road(claim: _Claim, outcome: Outcome, now: datetime) -> bool:
    """Let the road's row know. Out: whether the road is to blame, and not the message."""
    match outcome.result:
        case Result.ILL:
            return state.failed(claim.gate, claim.leave, outcome.reason, now)
        case Result.BUSY:
            state.asked_to_wait(claim.gate, outcome.not_before or now, outcome.reason)
            return True
        case Result.DROPPED | Result.FAULT:
            state.unused(claim.gate, claim.leave)
        case _:
            state.answered(claim.gate, now, sent=outcome.result is Result.SENT)
    return False


def _end(delivery: Delivery, into: str, reason: str, now: datetime) -> None:
    delivery.state, delivery.reason, delivery.ended_at = into, reason, now
    delivery.save(update_fields=["state", "reason", "ended_at"])


def forget_ended(before: datetime, dead_before: datetime) -> int:
    """Delete deliveries that ended before these moments (those that died: the second). Out: how many."""
    forgotten = 0
    ended = Delivery.objects.exclude(state=Delivery.State.WAITING).filter(ended_at__lt=before)
    for found in (
        ended.exclude(state=Delivery.State.DEAD),
        Delivery.objects.filter(state=Delivery.State.DEAD, ended_at__lt=dead_before),
    ):
        while keys := list(found.order_by("pk").values_list("pk", flat=True)[:1000]):
            Delivery.objects.filter(pk__in=keys).delete()
            forgotten += len(keys)
    return forgotten
