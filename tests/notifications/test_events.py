"""News about no case, from the app that announces it to the page of whoever reads it."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from notifications import events
from notifications.choices import Topic, topic_of
from notifications.events import Event, announce, event_of, register
from notifications.live.reading import rows_after
from notifications.models import Delivery, Notice
from notifications.queries import notices_of, page_of, unread_count
from notifications.relay import relay
from notifications.sentences import sentences
from organisations.models import Leave, User
from tests.support.wakes import wakes
from tests.support.world import World
from workflows.models import OutboxRow
from workflows.wakeups import About, WakeUp

pytestmark = pytest.mark.django_db


def people_of(facts: Mapping[str, Any]) -> list[User]:
    """Whom the event of these tests calls."""
    return list(User.objects.filter(pk__in=facts["people"]))


TEST = Event(
    "test_figures",
    Topic.HOUSE,
    recipients=people_of,
    sentence=lambda facts: f"{gettext('Register')} {facts['month']}",
    page=lambda facts: f"/figures/{facts['month']}/",
)


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An event that an app has registered, for the time of a test."""
    monkeypatch.setattr(events, "_events", dict(events._events))
    register(TEST)
    return


def told(*people: User, month: str = "2026-11") -> OutboxRow:
    """The event announced to these people."""
    return announce("test_figures", {"people": [person.pk for person in people], "month": month})


def test_event_is_found_by_its_name() -> None:
    assert event_of("test_figures") is TEST
    with pytest.raises(KeyError):
        event_of("unheard_of")


def test_what_no_app_registered_cannot_be_announced() -> None:
    with pytest.raises(KeyError):
        announce("unheard_of", {})
    assert not OutboxRow.objects.exists()


def test_announcement_is_a_row_and_wakes_the_relay(world: World) -> None:
    with wakes() as said:
        row = told(world.head)
    assert said == [WakeUp(About.CASES, (0,))]
    row = OutboxRow.objects.get(pk=row.pk)
    assert (row.case, row.event, row.seq) == (None, "test_figures", None)
    assert row.facts == {"people": [world.head.pk], "month": "2026-11"}
    assert timezone.now() - row.at < timedelta(minutes=5)


def test_announcement_that_is_rolled_back_was_none(world: World) -> None:
    with wakes() as said, transaction.atomic():
        told(world.head)
        transaction.set_rollback(True)
    assert said == []
    assert relay() == 0


def test_relay_tells_whom_the_event_names_and_nobody_else(world: World) -> None:
    told(world.head, world.administrator, world.head)
    assert relay() == 1
    found = Notice.objects.values_list("recipient", "number", "case", "event")
    assert set(found) == {(person.pk, 1, None, "test_figures") for person in (world.head, world.administrator)}
    assert relay() == 0


def test_event_that_calls_nobody_is_told_to_nobody_and_done(world: World) -> None:
    told()
    assert relay() == 1
    assert not Notice.objects.exists()


def test_who_has_left_is_not_told(world: World) -> None:
    User.objects.filter(pk=world.head.pk).update(is_active=False)
    told(world.head)
    relay()
    assert not Notice.objects.exists()


def test_deputy_is_not_told_what_is_about_no_case(world: World) -> None:
    """Only the event itself knows who may be told."""
    today = timezone.localdate()
    valid = DateRange(today, today + timedelta(days=2))
    Leave.objects.create(user=world.head, deputy=world.officer, valid=valid)
    relay()
    said = set(Notice.objects.values_list("pk", flat=True))
    told(world.head)
    relay()
    assert set(Notice.objects.exclude(pk__in=said).values_list("recipient", flat=True)) == {world.head.pk}


def test_event_falls_under_its_topic_and_goes_out_at_once_to_who_has_an_address(world: World) -> None:
    User.objects.filter(pk=world.head.pk).update(email="head@example.go.th")
    assert topic_of(told(world.head, world.officer)) == Topic.HOUSE
    relay()
    assert [(delivery.target, delivery.road) for delivery in Delivery.objects.all()] == [
        (f"user:{world.head.pk}", "email")
    ]


def test_sentence_and_page_are_the_events_own_in_the_language_of_the_reader(world: World) -> None:
    User.objects.filter(pk=world.head.pk).update(language="en")
    row = told(world.head, world.officer)
    relay()
    Notice.objects.update(told_at=timezone.now() - timedelta(days=400))  # its age takes nothing away: it has no case
    english, thai = (batch.rows[0] for batch in rows_after([(world.head.pk, 0), (world.officer.pk, 0)]))
    assert english["text"] == "Register 2026-11"
    assert thai["text"] != english["text"]
    assert thai["text"].endswith(" 2026-11")
    with translation.override("en"):
        assert sentences([Notice.objects.get(recipient=world.head), row]) == [english["text"]] * 2
    assert page_of(row) == "/figures/2026-11/"


def test_notice_opens_the_page_of_the_event_for_who_was_told(world: World) -> None:
    User.objects.update(language="en")
    told(world.head)
    relay()
    client = Client()
    client.force_login(world.head, backend="django.contrib.auth.backends.ModelBackend")
    assert unread_count(world.head) == 1
    assert "Register 2026-11" in client.get(reverse("notices")).content.decode()
    assert client.get(reverse("notice", args=[1]))["Location"] == "/figures/2026-11/"
    assert unread_count(world.head) == 0
    assert not list(notices_of(world.officer))


def test_announced_beside_cases_everything_is_told_in_one_order(world: World) -> None:
    world.file()
    told(world.screener)
    world.file()
    relay()
    mine = Notice.objects.filter(recipient=world.screener).order_by("number")
    assert [(notice.number, notice.event) for notice in mine] == [
        (1, "register"),
        (2, "test_figures"),
        (3, "register"),
    ]
