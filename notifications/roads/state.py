"""How a road is doing, in one row that all workers share: its breaker and its rate.

The row is locked for the moment in which it is read and written, never while something is being sent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from notifications.backoff import MOST_FAILURES, rest
from notifications.models import Delivery, Road, RoadState

WINDOW = timedelta(minutes=1)
PROBE = timedelta(minutes=5)
"""For so long one message goes ahead on a road that has failed, and the others wait for what becomes of it."""


@dataclass(frozen=True)
class Pass:
    """Leave to try one message. probe: it goes ahead alone, for the breaker was open until now."""

    probe: bool = False


def gate_of(delivery: Delivery) -> str:
    """The road of a message as `RoadState` knows it: "email", "line", or one for each webhook."""
    return delivery.target if delivery.road == Road.WEBHOOK else delivery.road


def let_through(gate: str, now: datetime) -> Pass | None:
    """Leave to try one message now, counted in the rate of this minute; None while the breaker is open, while another
    message goes ahead, or when the minute is used up."""
    with transaction.atomic():
        state = _locked(gate)
        if state.open_until is not None and state.open_until > now:
            return None
        if state.window_began is None or not timedelta(0) <= now - state.window_began < WINDOW:
            state.window_began, state.window_count = now, 0
        if state.window_count >= settings.ROAD_RATES[gate.partition(":")[0]]:
            return None
        state.window_count += 1
        probe = state.failures >= MOST_FAILURES
        state.open_until = now + PROBE if probe else None
        state.save(update_fields=["window_began", "window_count", "open_until"])
    return Pass(probe)


def answered(gate: str, now: datetime, *, sent: bool) -> None:
    """The other side took a message, or refused this one only: the road is well, and its breaker closes."""
    with transaction.atomic():
        state = _locked(gate)
        state.failures, state.open_until, state.last_error = 0, None, ""
        if sent:
            state.last_sent_at = now
        state.save(update_fields=["failures", "open_until", "last_error", "last_sent_at"])


def failed(gate: str, leave: Pass, why: str, now: datetime) -> bool:
    """The road failed. Out: whether it is the road's fault by now, and not the message's: its breaker is open.

    What was on its way when the breaker opened, and fails after it, is not counted again.
    """
    with transaction.atomic():
        state = _locked(gate)
        if state.open_until is not None and state.open_until > now and not leave.probe:
            return True
        state.failures += 1
        state.last_error = why
        state.open_until = now + rest(state.failures) if state.failures >= MOST_FAILURES else None
        state.save(update_fields=["failures", "open_until", "last_error"])
    return state.open_until is not None


def asked_to_wait(gate: str, until: datetime, why: str) -> None:
    """The other side named a moment before which nothing shall come."""
    with transaction.atomic():
        state = _locked(gate)
        state.open_until, state.last_error = until, why
        state.save(update_fields=["open_until", "last_error"])


def unused(gate: str, leave: Pass) -> None:
    """Leave was given, and nothing was tried: the next message may go ahead."""
    if leave.probe:
        RoadState.objects.filter(road=gate).update(open_until=None)


def _locked(gate: str) -> RoadState:
    rows = RoadState.objects.select_for_update()
    if (found := rows.filter(road=gate).first()) is not None:
        return found
    RoadState.objects.bulk_create([RoadState(road=gate)], ignore_conflicts=True)  # another worker may have done so
    return rows.get(road=gate)
