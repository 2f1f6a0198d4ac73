"""A road that fails is left alone, tried by one message, and used again; and no road bears more than its rate."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from notifications.backoff import MOST_FAILURES
from notifications.dispatch import send_waiting
from notifications.models import Delivery, DeliveryLine, Road, RoadState
from notifications.roads import state, webhook
from tests.support.deliveries import due_again, for_hooks, make_hook, news_of, state_of, waiting
from tests.support.servers import WebServer, silent_port, web_server
from tests.support.world import World


@pytest.fixture
def system() -> Iterator[WebServer]:
    """The system behind a webhook."""
    with web_server() as server:
        yield server


# --- The breaker ------------------------------------------------------------------------------------------------------
def fail_until_open(system: WebServer, now: datetime) -> None:
    """Five runs with one failure each."""
    system.status = 500
    for _ in range(MOST_FAILURES):
        due_again()
        assert send_waiting(Road.WEBHOOK, now=now) == 0
    due_again()


@pytest.mark.django_db
def test_breaker_opens_half_opens_and_closes(world: World, system: WebServer) -> None:
    deliveries = for_hooks(world, system, 4)
    now = timezone.now()
    fail_until_open(system, now)
    row = RoadState.objects.get()
    assert (row.failures, row.open_until) == (MOST_FAILURES, now + timedelta(minutes=1))
    assert row.last_error == "the other side failed (500)"
    assert send_waiting(Road.WEBHOOK, now=now + timedelta(seconds=59)) == 0
    assert len(system.asked) == MOST_FAILURES
    # One goes ahead and fails: the road rests twice as long.
    now += timedelta(minutes=1)
    assert send_waiting(Road.WEBHOOK, now=now) == 0
    assert len(system.asked) == MOST_FAILURES + 1
    assert RoadState.objects.get().open_until == now + timedelta(minutes=2)
    # One goes ahead and arrives: all follow.
    system.status = 200
    due_again()
    assert send_waiting(Road.WEBHOOK, now=now + timedelta(minutes=2)) == 4
    row = RoadState.objects.get()
    assert (row.failures, row.open_until, row.last_error) == (0, None, "")
    assert {state_of(delivery)[0] for delivery in deliveries} == {"sent"}


@pytest.mark.django_db
def test_message_does_not_die_of_a_road_that_is_down(world: World, system: WebServer) -> None:
    (delivery,) = for_hooks(world, system)
    now = timezone.now()
    fail_until_open(system, now)
    used = state_of(delivery)[1]
    assert used == MOST_FAILURES - 1  # the fifth opened the breaker
    for hours in range(1, 40):
        due_again()
        send_waiting(Road.WEBHOOK, now=now + timedelta(hours=hours))
    assert len(system.asked) == MOST_FAILURES + 39
    assert state_of(delivery)[:2] == ("waiting", used)
    system.status = 200
    assert send_waiting(Road.WEBHOOK, now=now + timedelta(hours=50)) == 1


@pytest.mark.django_db
def test_message_once_begun_never_looks_as_if_it_was_not(world: World, system: WebServer) -> None:
    (delivery,) = for_hooks(world, system)
    now, system.status = timezone.now(), 500
    RoadState.objects.create(road=delivery.target, failures=MOST_FAILURES, open_until=now)
    assert send_waiting(Road.WEBHOOK, now=now) == 0
    assert state_of(delivery)[:2] == ("waiting", 1)


@pytest.mark.django_db
def test_only_one_goes_ahead_on_a_road_that_was_down(world: World, system: WebServer) -> None:
    now = timezone.now()
    RoadState.objects.create(road="webhook:1", failures=7, open_until=now)
    leave = state.let_through("webhook:1", now)
    assert leave is not None
    assert leave.probe
    assert state.let_through("webhook:1", now) is None
    # Its worker was killed: another one may.
    assert state.let_through("webhook:1", now + state.PROBE) is not None


@pytest.mark.django_db
def test_what_was_on_its_way_when_the_breaker_opened_does_not_make_it_rest_longer(world: World) -> None:
    now = timezone.now()
    leaves = [state.let_through("email", now) for _ in range(8)]
    told = [state.failed("email", leave, "no answer in time", now) for leave in leaves if leave]
    assert told == [False] * 4 + [True] * 4
    row = RoadState.objects.get()
    assert (row.failures, row.open_until) == (5, now + timedelta(minutes=1))


@pytest.mark.django_db
def test_probe_with_nothing_to_say_lets_the_next_one_go_ahead(world: World, system: WebServer) -> None:
    silent, good = for_hooks(world, system, 2)
    DeliveryLine.objects.filter(delivery=silent).delete()
    now = timezone.now()
    RoadState.objects.create(road=silent.target, failures=9, open_until=now)
    assert send_waiting(Road.WEBHOOK, now=now) == 1
    assert state_of(silent)[0] == "dropped"
    assert state_of(good)[0] == "sent"


@pytest.mark.django_db
def test_system_that_is_down_or_stalls_holds_back_no_other(
    world: World, system: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "READ_SECONDS", 0.3)
    with silent_port() as port:
        stalling = make_hook(f"http://127.0.0.1:{port}", world.district)
        old = [waiting(Road.WEBHOOK, stalling, news_of(world.file())) for _ in range(3)]
        Delivery.objects.update(due_at=timezone.now() - timedelta(hours=1))
        others = for_hooks(world, system, 3)
        assert send_waiting(Road.WEBHOOK) == 3
    assert {state_of(delivery)[0] for delivery in others} == {"sent"}
    # It was tried once, and left alone for the rest of the run.
    assert sorted(state_of(delivery)[1] for delivery in old) == [0, 0, 1]
    assert {state_of(delivery)[2] for delivery in old} == {"", "no answer in time"}


@pytest.mark.django_db
def test_other_side_that_asks_for_peace_has_it(world: World, system: WebServer) -> None:
    first, second = for_hooks(world, system, 2)
    system.first, system.headers = [429], {"Retry-After": "120"}
    began = timezone.now()
    assert send_waiting(Road.WEBHOOK) == 0
    assert len(system.asked) == 1
    until = RoadState.objects.get().open_until
    assert until is not None
    assert until >= began + timedelta(seconds=120)
    assert state_of(first) == ("waiting", 1, "the other side asked us to wait (429)")
    assert state_of(second)[:2] == ("waiting", 0)
    assert send_waiting(Road.WEBHOOK, now=until - timedelta(seconds=1)) == 0
    assert send_waiting(Road.WEBHOOK, now=until) == 2


# --- The rate ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_no_more_leave_in_a_minute_than_the_road_bears(world: World, system: WebServer, settings: LazySettings) -> None:
    settings.ROAD_RATES = {**settings.ROAD_RATES, "webhook": 3}
    for_hooks(world, system, 8)
    now = timezone.now()
    assert send_waiting(Road.WEBHOOK, now=now) == 3
    assert send_waiting(Road.WEBHOOK, now=now + timedelta(seconds=59)) == 0
    assert send_waiting(Road.WEBHOOK, now=now + timedelta(seconds=60)) == 3
    # A clock that was set back stops nobody.
    due_again()
    assert send_waiting(Road.WEBHOOK, now=now - timedelta(seconds=1)) in {0, 2}
    assert Delivery.objects.filter(attempts=0).count() in {0, 2}
