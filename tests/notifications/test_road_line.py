"""LINE, by a server of our own that answers as the Messaging API does."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from notifications import roads
from notifications.dispatch import send_waiting
from notifications.models import LineAccount, Road, RoadState
from notifications.roads import Letter, Result, asked_wait, line
from tests.support.deliveries import due_again, news_of, state_of, waiting
from tests.support.live import free_port
from tests.support.servers import WebServer, web_server
from tests.support.world import World

LETTER = Letter("", "มีเรื่องใหม่")
KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.fixture
def api(settings: LazySettings) -> Iterator[WebServer]:
    """LINE's side."""
    with web_server() as running:
        settings.LINE_TOKEN, settings.LINE_HOST = "the-token", running.url
        yield running


def test_push_carries_the_text_the_token_and_the_retry_key(api: WebServer) -> None:
    assert line.Line().send("U123", LETTER, KEY) == roads.SENT
    (request,) = api.asked
    assert request.path == "/v2/bot/message/push"
    assert request.headers["Authorization"] == "Bearer the-token"
    assert request.headers["X-Line-Retry-Key"] == KEY
    assert request.json["to"] == "U123"
    assert [message["text"] for message in request.json["messages"]] == [LETTER.text]


@pytest.mark.parametrize(
    ("status", "headers", "result", "why"),
    [
        (409, {}, Result.SENT, ""),
        (400, {}, Result.REFUSED, "the address was refused (400)"),
        (403, {}, Result.REFUSED, "the address was refused (403)"),
        (401, {}, Result.ILL, "our sign-in or key was refused (401)"),
        (429, {}, Result.ILL, "the other side asked us to wait (429)"),
        (429, {"Retry-After": "30"}, Result.BUSY, "the other side asked us to wait (429)"),
        (500, {}, Result.ILL, "the other side failed (500)"),
        (302, {"Location": "http://127.0.0.1:1/"}, Result.ILL, "the other side failed (302)"),
    ],
)
def test_answer_of_line_and_what_it_means(
    api: WebServer, status: int, headers: dict[str, str], result: Result, why: str
) -> None:
    api.status, api.headers = status, headers
    outcome = line.Line().send("U123", LETTER, KEY)
    assert (outcome.result, outcome.reason) == (result, why)
    assert len(api.asked) == 1  # the library tries nothing again by itself


def test_line_that_stalls_cuts_or_is_not_there_is_ill(
    api: WebServer, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "TIMEOUT", (5, 0.3))
    api.stalls = True
    outcome = line.Line().send("U123", LETTER, KEY)
    assert (outcome.result, outcome.reason) == (Result.ILL, roads.TIMED_OUT)
    api.stalls, api.cuts = False, True
    monkeypatch.setattr(line, "TIMEOUT", (5, 20))
    assert line.Line().send("U123", LETTER, KEY).result is Result.ILL
    settings.LINE_HOST = f"http://127.0.0.1:{free_port()}"
    assert line.Line().send("U123", LETTER, KEY).result is Result.ILL


@pytest.mark.django_db
def test_line_that_took_a_message_and_failed_to_say_so_gets_it_once(world: World, api: WebServer) -> None:
    LineAccount.objects.create(user=world.head, line_id="U123", linked_at=timezone.now())
    delivery = waiting(Road.LINE, world.head, news_of(world.file()))
    api.first = [500, 409]
    assert send_waiting(Road.LINE) == 0
    due_again()
    assert send_waiting(Road.LINE) == 1
    assert api.keys == [str(delivery.key)] * 2
    assert state_of(delivery)[:2] == ("sent", 2)
    assert RoadState.objects.get().road == "line"


@pytest.mark.django_db
def test_without_an_account_of_the_agency_nothing_pretends(world: World) -> None:
    delivery = waiting(Road.LINE, world.head, news_of(world.file()))
    LineAccount.objects.create(user=world.head, line_id="U123", linked_at=timezone.now())
    assert send_waiting(Road.LINE) == 0
    assert state_of(delivery) == ("dropped", 1, roads.NO_LINE)


NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0", 0),
        ("90", 90),
        ("Fri, 20 Nov 2026 12:05:00 GMT", 300),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
        ("99999999999999", 4 * 3600),
        ("Fri, 20 Nov 2099 11:00:00 GMT", 4 * 3600),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_has_an_end(said: str, seconds: int) -> None:
    assert asked_wait(said, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("said", [None, "", "-1", "1.5", "soon", "๙", "Fri, 20 Nov 2026 12:05:00", "\x00"])
def test_retry_after_that_says_nothing_is_none(said: str | None) -> None:
    assert asked_wait(said, NOW) is None
