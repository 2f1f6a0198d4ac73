"""What waits is sent once, tried again when it must be and given up when it may be; by a real server of our own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from notifications import dispatch, jobs
from notifications.actions import resend, resend_all, retell
from notifications.backoff import MOST_ATTEMPTS
from notifications.dispatch import LEASE, forget_ended, send_waiting, webhooks_waiting
from notifications.models import Delivery, DeliveryLine, Road, RoadState
from notifications.relay import relay
from tests.support.deliveries import due_again, for_hooks, make_hook, news_of, state_of, waiting
from tests.support.live import environment
from tests.support.servers import WebServer, mail_server, web_server
from tests.support.threads import together
from tests.support.world import World, build_world
from workflows.models import OutboxRow

State = Delivery.State


@pytest.fixture
def system() -> Iterator[WebServer]:
    """The system behind a webhook."""
    with web_server() as server:
        yield server


# --- One message ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_what_is_due_is_sent_once_oldest_first(world: World, system: WebServer) -> None:
    first, second, later = for_hooks(world, system, 3)
    Delivery.objects.filter(pk=second.pk).update(due_at=timezone.now() - timedelta(hours=1))
    Delivery.objects.filter(pk=later.pk).update(due_at=timezone.now() + timedelta(hours=1))
    assert send_waiting(Road.WEBHOOK) == 2
    assert system.keys == [str(second.key), str(first.key)]
    assert [state_of(row)[:2] for row in (first, second, later)] == [("sent", 1), ("sent", 1), ("waiting", 0)]
    assert send_waiting(Road.WEBHOOK) == 0
    assert len(system.asked) == 2
    assert RoadState.objects.get().last_sent_at is not None


@pytest.mark.django_db
def test_failure_is_tried_again_later_and_later_with_the_same_key(world: World, system: WebServer) -> None:
    (delivery,) = for_hooks(world, system)
    system.first = [503, 503]
    now = timezone.now()
    assert send_waiting(Road.WEBHOOK, now=now) == 0
    assert state_of(delivery) == ("waiting", 1, "the other side failed (503)")
    first_wait = Delivery.objects.get().due_at - now
    assert send_waiting(Road.WEBHOOK, now=now + timedelta(seconds=20)) == 0
    assert len(system.asked) == 1
    again = now + first_wait
    send_waiting(Road.WEBHOOK, now=again)
    assert Delivery.objects.get().due_at - again > 2 * first_wait
    assert send_waiting(Road.WEBHOOK, now=again + timedelta(hours=1)) == 1
    assert state_of(delivery)[:2] == ("sent", 3)
    assert set(system.keys) == {str(delivery.key)}
    assert len(system.keys) == 3


@pytest.mark.django_db
@pytest.mark.parametrize("status", [400, 403, 410, 301])
def test_refusal_for_good_is_dead_at_once(world: World, system: WebServer, status: int) -> None:
    delivery, other = for_hooks(world, system, 2)
    system.first, system.headers = [status], {"Location": f"{system.url}/elsewhere"}
    assert send_waiting(Road.WEBHOOK) == 1
    assert state_of(delivery) == ("dead", 1, f"the message was refused ({status})")
    assert state_of(other)[0] == "sent"
    assert {request.path for request in system.asked} == {"/hook"}
    assert Delivery.objects.get(pk=delivery.pk).ended_at is not None


@pytest.mark.django_db
def test_message_that_alone_always_fails_is_dead_after_the_last_attempt(world: World, system: WebServer) -> None:
    hook = make_hook(system.url, world.district)
    poison = waiting(Road.WEBHOOK, hook, news_of(world.file()))
    for attempt in range(1, MOST_ATTEMPTS + 1):
        system.first = [500, 200]
        waiting(Road.WEBHOOK, hook, news_of(world.file()))
        due_again()
        Delivery.objects.filter(pk=poison.pk).update(due_at=timezone.now() - timedelta(hours=1))
        assert send_waiting(Road.WEBHOOK) == 0  # what failed is left alone for the rest of the run
        assert state_of(poison)[:2] == ("dead" if attempt == MOST_ATTEMPTS else "waiting", attempt)
        assert send_waiting(Road.WEBHOOK) == 1  # another message goes, so it is not the road


@pytest.mark.django_db
def test_fault_of_our_own_holds_back_nobody_and_blames_no_road(
    world: World, system: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, good = for_hooks(world, system, 2)
    composed = dispatch.compose_for_webhook

    def compose(delivery: Delivery) -> dict[str, Any]:
        if delivery.pk == broken.pk:
            raise KeyError("somebody@example.org")
        return composed(delivery)

    monkeypatch.setattr(dispatch, "compose_for_webhook", compose)
    assert send_waiting(Road.WEBHOOK) == 1
    assert state_of(broken) == ("waiting", 1, "a fault of our own, see the log (KeyError)")
    assert state_of(good)[0] == "sent"
    assert RoadState.objects.get().failures == 0


@pytest.mark.django_db
def test_what_gathered_for_a_webhook_leaves_in_parts(
    world: World, system: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "MOST_EVENTS", 2)
    cases = [world.file() for _ in range(5)]
    hook = make_hook(system.url, world.district)
    first = waiting(Road.WEBHOOK, hook, news_of(*cases))
    system.first = [500]
    assert send_waiting(Road.WEBHOOK) == 0
    due_again()
    assert send_waiting(Road.WEBHOOK) == 3
    parts = [[event["case"] for event in request.json["events"]] for request in system.asked]
    numbers = [case.number for case in cases]
    # What was begun stays as it was.
    assert parts[0] == numbers[:2]
    assert sorted(parts[1:]) == [numbers[:2], numbers[2:4], numbers[4:]]
    assert sorted(system.keys).count(str(first.key)) == 2
    assert len(set(system.keys)) == 3


# --- Many workers -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_nothing_twice_and_keep_the_rate(system: WebServer, settings: LazySettings) -> None:
    settings.ROAD_RATES = {**settings.ROAD_RATES, "webhook": 30}
    world = build_world()
    rows = news_of(world.file())
    for _ in range(2):
        hook = make_hook(system.url, world.district)
        for _ in range(20):
            delivery = waiting(Road.WEBHOOK, hook, [])
            DeliveryLine.objects.create(delivery=delivery, outbox=rows[0], road=Road.WEBHOOK, target=str(delivery.pk))
    now = timezone.now()
    sent = together(*([lambda: send_waiting(Road.WEBHOOK, now=now)] * 4))
    assert sum(sent) == 40
    assert len(system.keys) == len(set(system.keys)) == 40
    assert list(RoadState.objects.values_list("window_count", flat=True)) == [20, 20]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_share_one_rate(system: WebServer, settings: LazySettings) -> None:
    settings.ROAD_RATES = {**settings.ROAD_RATES, "webhook": 7}
    world = build_world()
    for_hooks(world, system, 20)
    now = timezone.now()
    assert sum(together(*([lambda: send_waiting(Road.WEBHOOK, now=now)] * 4))) == 7
    assert len(system.asked) == 7


_WORKER = """
import django; django.setup()
from notifications.dispatch import send_waiting
send_waiting("webhook")
"""


@pytest.mark.django_db(transaction=True)
def test_worker_killed_while_it_sends_leaves_the_message_to_be_tried_with_the_same_key(system: WebServer) -> None:
    world = build_world()
    (delivery,) = for_hooks(world, system)
    system.stalls = True
    worker = subprocess.Popen([sys.executable, "-c", _WORKER], env=environment())
    try:
        give_up = time.monotonic() + 60
        while not system.asked:
            assert time.monotonic() < give_up, "the worker sent nothing"
            time.sleep(0.05)
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(30)
    system.stalls = False
    system.let_go.set()
    assert state_of(delivery)[:2] == ("waiting", 1)
    now = timezone.now()
    assert send_waiting(Road.WEBHOOK, now=now) == 0  # it may still be at it
    assert send_waiting(Road.WEBHOOK, now=now + LEASE) == 1
    assert state_of(delivery)[:2] == ("sent", 2)
    assert system.keys == [str(delivery.key)] * 2


@pytest.mark.django_db
def test_message_over_which_each_worker_was_killed_is_dead(world: World, system: WebServer) -> None:
    (delivery,) = for_hooks(world, system, attempts=MOST_ATTEMPTS)
    assert send_waiting(Road.WEBHOOK) == 0
    assert state_of(delivery) == ("dead", MOST_ATTEMPTS, "each attempt was broken off before it ended")
    assert not system.asked


@pytest.mark.django_db
def test_who_fails_after_his_lease_undoes_nothing(
    world: World, system: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (delivery,) = for_hooks(world, system)

    def sent_by_another(row: Delivery) -> dict[str, Any]:
        Delivery.objects.filter(pk=row.pk).update(attempts=2, due_at=timezone.now() + LEASE)
        raise KeyError

    monkeypatch.setattr(dispatch, "compose_for_webhook", sent_by_another)
    send_waiting(Road.WEBHOOK)
    assert state_of(delivery) == ("waiting", 2, "")


@pytest.mark.django_db
def test_sent_after_the_lease_is_sent(world: World, system: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    (delivery,) = for_hooks(world, system)
    composed = dispatch.compose_for_webhook

    def begun_by_another(row: Delivery) -> dict[str, Any]:
        Delivery.objects.filter(pk=row.pk).update(attempts=2, due_at=timezone.now() + LEASE)
        return composed(row)

    monkeypatch.setattr(dispatch, "compose_for_webhook", begun_by_another)
    assert send_waiting(Road.WEBHOOK) == 1
    assert state_of(delivery)[0] == "sent"


# --- What an administrator may do, and what is forgotten --------------------------------------------------------------
@pytest.mark.django_db
def test_dead_message_is_tried_anew_with_the_same_key(world: World, system: WebServer) -> None:
    dead, sent = for_hooks(world, system, 2)
    system.first = [410]
    send_waiting(Road.WEBHOOK)
    for delivery in (dead, sent):
        resend(Delivery.objects.get(pk=delivery.pk))
    assert state_of(dead) == ("waiting", 1, "")
    assert state_of(sent)[0] == "sent"
    assert send_waiting(Road.WEBHOOK) == 1
    assert system.keys[0] == system.keys[2] == str(dead.key)


@pytest.mark.django_db
def test_all_dead_messages_of_a_road_are_tried_anew(world: World, system: WebServer) -> None:
    for_hooks(world, system, 3)
    waiting(Road.LINE, world.head, [], state=State.DEAD, ended_at=timezone.now())
    system.status = 410
    send_waiting(Road.WEBHOOK)
    assert resend_all(Road.WEBHOOK) == 3
    assert list(Delivery.objects.filter(state=State.DEAD).values_list("road", flat=True)) == [Road.LINE]


@pytest.mark.django_db
def test_row_the_relay_gave_up_is_told_anew(world: World) -> None:
    row = news_of(world.file())[0]
    OutboxRow.objects.update(failures=5)
    assert relay() == 0
    retell(row)
    assert relay() == 1
    told = OutboxRow.objects.get(pk=row.pk)
    OutboxRow.objects.filter(pk=row.pk).update(failures=3)
    retell(told)
    assert OutboxRow.objects.get(pk=row.pk).failures == 3


@pytest.mark.django_db
def test_what_ended_long_ago_is_forgotten_and_what_died_is_kept_longer(world: World) -> None:
    now, rows = timezone.now(), news_of(world.file())
    kept = [waiting(Road.EMAIL, world.head, rows)]
    gone = []
    for end, days, stays in [
        (State.SENT, 89, True),
        (State.SENT, 91, False),
        (State.DROPPED, 91, False),
        (State.DEAD, 91, True),
        (State.DEAD, 366, False),
    ]:
        delivery = waiting(Road.EMAIL, world.head, [], state=end, ended_at=now - timedelta(days=days))
        (kept if stays else gone).append(delivery)
    assert forget_ended(now - timedelta(days=90), now - timedelta(days=365)) == len(gone)
    assert set(Delivery.objects.all()) == set(kept)
    assert DeliveryLine.objects.count() == 1


# --- The worker's jobs ------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_webhooks_with_something_due_have_a_job_but_not_those_that_rest(world: World, system: WebServer) -> None:
    first, second, third = (make_hook(system.url, world.district) for _ in range(3))
    for hook in (first, first, second):
        waiting(Road.WEBHOOK, hook, [])
    waiting(Road.WEBHOOK, third, [], due_at=timezone.now() + timedelta(minutes=1))
    assert webhooks_waiting() == [first.pk, second.pk]
    RoadState.objects.create(road=f"webhook:{first.pk}", open_until=timezone.now() + timedelta(minutes=5))
    assert webhooks_waiting() == [second.pk]


@pytest.fixture
def no_jobs_left() -> Iterator[None]:
    """The queue's tables are none of Django's: its flush leaves them."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name LIKE 'notifications.%'")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_jobs_left")
def test_each_webhook_has_one_job_at_a_time_and_no_job_says_more_than_its_number(system: WebServer) -> None:
    world = build_world()
    deliveries = [*for_hooks(world, system, 2), *for_hooks(world, system)]
    jobs.send_webhooks(timestamp=0)
    jobs.send_webhooks(timestamp=15)
    found = ProcrastinateJob.objects.filter(task_name="notifications.jobs.send_to_webhook").order_by("id")
    hooks = [deliveries[0].webhook_id, deliveries[2].webhook_id]
    assert [job.args for job in found] == [{"webhook": pk} for pk in hooks]
    assert [job.lock for job in found] == [f"webhook:{pk}" for pk in hooks]
    jobs.send_to_webhook(webhook=hooks[0])
    assert [state_of(delivery)[0] for delivery in deliveries] == ["sent", "sent", "waiting"]


@pytest.mark.django_db
def test_jobs_of_the_other_roads_send_what_waits_there(world: World, settings: LazySettings) -> None:
    world.head.email = "head@example.org"
    world.head.save()
    rows = news_of(world.file())
    mailed, lined = waiting(Road.EMAIL, world.head, rows), waiting(Road.LINE, world.head, rows)
    with mail_server() as mails:
        for name, value in mails.settings().items():
            setattr(settings, name, value)
        jobs.send_mails(timestamp=0)
        jobs.send_line(timestamp=0)
        assert mails.recipients == ["head@example.org"]
    assert [state_of(row)[0] for row in (mailed, lined)] == ["sent", "dropped"]
    Delivery.objects.update(ended_at=timezone.now() - settings.DELIVERIES_KEPT - timedelta(days=1))
    jobs.forget_deliveries(timestamp=0)
    assert not Delivery.objects.exists()
