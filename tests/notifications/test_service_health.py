"""What monitoring reads, and what administrators are told of a road that is down."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from notifications.health import administrators, health, tell_of_outages
from notifications.models import Delivery, Notice, RoadState
from notifications.relay import relay
from notifications.sentences import sentences
from tests.notifications.test_service import delivery, hook, signed_in
from tests.support.world import World, make_person
from workflows.models import OutboxRow

pytestmark = pytest.mark.django_db

TOKEN = "a token of monitoring, long enough"


def ask(settings: Any, said: str | None, token: str = TOKEN) -> Any:
    """What monitoring is answered."""
    settings.HEALTH_TOKEN = token
    return Client().get(reverse("service_health"), headers={} if said is None else {"authorization": said})


@pytest.mark.parametrize("said", [None, "", "Bearer ", "Bearer wrong", f"Bearer {TOKEN}x", "Bearer ก"])
@pytest.mark.parametrize("token", [TOKEN, ""])
def test_health_without_the_token_says_nothing(world: World, settings: Any, said: str | None, token: str) -> None:
    answer = ask(settings, said, token)
    assert answer.status_code == 403
    assert "roads" not in answer.json()


def test_health_with_the_token_or_for_an_administrator(world: World, settings: Any) -> None:
    assert ask(settings, f"Bearer {TOKEN}").status_code == 200
    assert signed_in(world.administrator).get(reverse("service_health")).status_code == 200
    assert signed_in(world.head).get(reverse("service_health")).status_code == 403


def test_health_names_no_person_no_address_and_no_case(world: World, settings: Any) -> None:
    case = world.file()
    hook(world, "Agency of secrets")
    delivery(world.head, reason="the address was refused (550)")
    text = ask(settings, f"Bearer {TOKEN}").content.decode()
    for hidden in (case.number, "Agency", "agency.example", world.head.username, "refused"):
        assert hidden not in text


def test_health_when_all_is_well(world: World) -> None:
    world.file()
    delivery(world.head, "waiting")
    delivery(world.head, "sent")
    found, well = health()
    assert well
    assert found["outbox_waiting"] == 1
    assert found["roads"]["email"]["waiting"] == 1


@pytest.mark.parametrize(("trouble", "unwell"), [
    ("nothing", False), ("old row", True), ("given up", True), ("dead today", True), ("dead long ago", False),
    ("road down", True), ("road stumbles", False),
])  # fmt: skip
def test_health_says_what_is_wrong(world: World, settings: Any, trouble: str, unwell: bool) -> None:
    world.file()
    now = timezone.now()
    match trouble:
        case "old row":
            OutboxRow.objects.update(at=now - timedelta(minutes=6))
        case "given up":
            OutboxRow.objects.update(failures=5)
        case "dead today":
            delivery(world.head)
        case "dead long ago":
            delivery(world.head, ended_at=now - timedelta(days=2))
        case "road down":
            RoadState.objects.create(road="line", failures=5, open_until=now + timedelta(minutes=1))
        case "road stumbles":
            RoadState.objects.create(road="line", failures=4)
    assert ask(settings, f"Bearer {TOKEN}").status_code == (503 if unwell else 200)
    out = StringIO()
    if unwell:
        with pytest.raises(CommandError):
            call_command("check_roads", stdout=out)
    else:
        call_command("check_roads", stdout=out)
    assert set(json.loads(out.getvalue())["roads"]) == {"email", "line"}


# --- Outages ----------------------------------------------------------------------------------------------------------
def told() -> int:
    """How often administrators were told of a road."""
    return OutboxRow.objects.filter(event="road_down").count()


def down(minutes: int, **facts: Any) -> None:
    """E-mail has been down for so long."""
    now = timezone.now()
    facts = {"failures": 9, "open_until": now + timedelta(minutes=5), **facts}
    RoadState.objects.update_or_create(road="email", defaults={"down_since": now - timedelta(minutes=minutes), **facts})


def test_road_that_is_down_for_a_while_is_told_once(world: World) -> None:
    down(0, down_since=None)
    assert tell_of_outages() == []
    assert RoadState.objects.get().down_since is not None
    down(14)
    assert tell_of_outages() == []
    down(15)
    assert tell_of_outages() == ["email"]
    assert tell_of_outages() == []
    # While one message goes ahead and fails again the outage is the same.
    RoadState.objects.update(open_until=None)
    assert tell_of_outages() == []
    assert told() == 1


def test_road_that_was_well_in_between_is_told_of_again(world: World) -> None:
    down(15)
    tell_of_outages()
    RoadState.objects.update(failures=0, open_until=None)
    assert tell_of_outages() == []
    down(3, down_since=None)
    assert tell_of_outages() == []
    down(15)
    assert tell_of_outages() == ["email"]
    assert told() == 2


def test_road_that_was_asked_to_wait_for_long_is_down_too(world: World) -> None:
    down(15, failures=0)
    assert tell_of_outages() == ["email"]


def test_messages_that_died_are_told_of_once_until_a_day_without(world: World) -> None:
    RoadState.objects.create(road="email")
    delivery(world.head)
    assert tell_of_outages() == ["email"]
    delivery(world.officer)
    assert tell_of_outages() == []
    Delivery.objects.update(ended_at=timezone.now() - timedelta(days=2))
    assert tell_of_outages() == []
    delivery(world.head)
    assert tell_of_outages() == ["email"]
    assert told() == 2


def test_outage_reaches_administrators_only_with_the_name_of_the_road(world: World) -> None:
    agency = hook(world)
    gone = make_person("gone", world.department, "administrator")
    gone.is_active = False
    gone.save()
    RoadState.objects.create(road=f"webhook:{agency.pk}", failures=9, down_since=timezone.now() - timedelta(hours=1))
    tell_of_outages()
    relay()
    told_people = {notice.recipient for notice in Notice.objects.all()}
    assert told_people == {world.administrator, world.stranger}  # the stranger has every role, elsewhere
    assert set(administrators()) == told_people
    with translation.override("en"):
        assert set(sentences(list(Notice.objects.all()))) == {
            "Webhook: Agency has not worked for 15 minutes: its messages wait"
        }
    assert OutboxRow.objects.get(event="road_down").facts == {"road": f"webhook:{agency.pk}", "why": "down"}
    opened = signed_in(world.administrator).get(reverse("notice", args=[1]))
    assert opened["Location"] == reverse("service")


def test_outage_of_a_webhook_that_is_gone_has_a_sentence(world: World) -> None:
    agency = hook(world)
    RoadState.objects.create(road=f"webhook:{agency.pk}", failures=9, down_since=timezone.now() - timedelta(hours=1))
    tell_of_outages()
    relay()
    agency.delete()
    with translation.override("en"):
        assert "has not worked" in sentences(list(Notice.objects.all()))[0]
