"""Mails by a real mail server of our own: what each of its answers means, and what stands in them."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.utils import timezone

from notifications import roads
from notifications.dispatch import send_waiting
from notifications.models import Delivery, Road, RoadState
from notifications.roads import Letter, Result, email
from tests.support.deliveries import news_of, state_of, waiting
from tests.support.live import free_port
from tests.support.servers import MailServer, WebServer, mail_server, silent_port, web_server
from tests.support.world import World

LETTER = Letter("สอดส่อง: 1 การแจ้งเตือน", "มีเรื่องใหม่\n")
KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


def use(settings: LazySettings, server: MailServer) -> None:
    """Let mails go there."""
    for name, value in server.settings().items():
        setattr(settings, name, value)


@pytest.fixture
def server(settings: LazySettings) -> Iterator[MailServer]:
    """A mail server, and settings that name it."""
    with mail_server() as running:
        use(settings, running)
        yield running


def test_mail_arrives_with_its_key_as_message_id(server: MailServer, settings: LazySettings) -> None:
    settings.SITE_URL = "https://sodsong.example.go.th"
    sender = email.Email()
    assert sender.send("a@example.org", LETTER, KEY) == roads.SENT
    assert sender.send("a@example.org", LETTER, KEY) == roads.SENT
    sender.close()
    assert server.recipients == ["a@example.org"] * 2
    assert len(server.connections) == 1
    for mail in server.mails:
        assert mail["Message-ID"] == f"<{KEY}@sodsong.example.go.th>"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Subject"].strip() == LETTER.subject
        assert mail.get_content().replace("\r\n", "\n") == LETTER.text


def test_connection_is_renewed_before_the_server_tires_of_it(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(email, "PER_CONNECTION", 2)
    sender = email.Email()
    for _ in range(5):
        assert sender.send("a@example.org", LETTER, KEY) == roads.SENT
    sender.close()
    assert len(server.connections) == 3


@pytest.mark.parametrize(
    ("to_recipient", "to_message", "result", "why"),
    [
        ("550 5.1.1 <a@example.org> unknown", "250 OK", Result.REFUSED, "the address was refused (550)"),
        ("450 4.2.1 <a@example.org> busy", "250 OK", Result.AGAIN, "the message was not taken this time (450)"),
        ("421 4.3.2 closing", "250 OK", Result.ILL, "the other side failed (421)"),
        ("250 OK", "554 5.7.1 a@example.org has no wish for it", Result.REFUSED, "the message was refused (554)"),
        ("250 OK", "452 4.3.1 disk full", Result.AGAIN, "the message was not taken this time (452)"),
    ],
)
def test_answer_of_the_server_and_what_it_means(
    server: MailServer, to_recipient: str, to_message: str, result: Result, why: str
) -> None:
    server.to_recipient, server.to_message = to_recipient, to_message
    sender = email.Email()
    outcome = sender.send("a@example.org", LETTER, KEY)
    assert (outcome.result, outcome.reason) == (result, why)
    # The next one goes by a new connection.
    server.to_recipient = server.to_message = "250 OK"
    assert sender.send("b@example.org", LETTER, KEY) == roads.SENT
    sender.close()


def test_server_that_cuts_the_line_is_ill(server: MailServer) -> None:
    server.cuts = True
    outcome = email.Email().send("a@example.org", LETTER, KEY)
    assert (outcome.result, outcome.reason.split(" (")[0]) == (Result.ILL, roads.NOT_REACHED)


def test_server_that_stalls_is_ill(server: MailServer, settings: LazySettings) -> None:
    server.stalls, settings.EMAIL_TIMEOUT = True, 0.5
    assert email.Email().send("a@example.org", LETTER, KEY).result is Result.ILL


def test_server_that_says_nothing_or_is_not_there_is_ill(server: MailServer, settings: LazySettings) -> None:
    with silent_port() as port:
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = port, 0.5
        assert email.Email().send("a@example.org", LETTER, KEY).result is Result.ILL
    settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = free_port(), 20
    outcome = email.Email().send("a@example.org", LETTER, KEY)
    assert (outcome.result, outcome.reason) == (
        Result.ILL,
        "no connection, or it was cut (ConnectionRefusedError)",
    )


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_wrong_password_is_the_roads_illness(settings: LazySettings) -> None:
    with mail_server(password="right") as server:
        use(settings, server)
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "sodsong", "wrong"
        outcome = email.Email().send("a@example.org", LETTER, KEY)
        assert (outcome.result, outcome.reason) == (Result.ILL, "our sign-in or key was refused (535)")
        settings.EMAIL_HOST_PASSWORD = "right"
        assert email.Email().send("a@example.org", LETTER, KEY) == roads.SENT


@pytest.mark.parametrize("address", ["a@b\nBcc: c@example.org", "\ud800@example.org"])
def test_what_is_no_address_is_refused(server: MailServer, address: str) -> None:
    assert email.Email().send(address, LETTER, KEY).result is Result.REFUSED
    assert not server.arrived


@pytest.mark.parametrize("backend", ["console", "dummy"])
@pytest.mark.django_db
def test_without_a_mail_server_nothing_pretends(world: World, settings: LazySettings, backend: str) -> None:
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    world.head.email = "head@example.org"
    world.head.save()
    delivery = waiting(Road.EMAIL, world.head, news_of(world.file()))
    assert send_waiting(Road.EMAIL) == 0
    assert state_of(delivery) == ("dropped", 1, roads.NO_MAIL_SERVER)


@pytest.mark.django_db
def test_nothing_of_the_address_is_kept_when_it_is_refused(
    world: World, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    world.head.email = "secret-address@example.org"
    world.head.save()
    server.to_recipient = "550 5.1.1 <secret-address@example.org> unknown"
    waiting(Road.EMAIL, world.head, news_of(world.file()))
    send_waiting(Road.EMAIL)
    kept = [*Delivery.objects.values(), *RoadState.objects.values(), caplog.text]
    assert Delivery.objects.get().state == "dead"
    assert "secret-address" not in str(kept)
    # One address that is unknown says nothing against the server.
    assert RoadState.objects.get().failures == 0


@pytest.mark.django_db
def test_mail_server_that_is_ill_is_left_alone_and_the_mails_wait(world: World, server: MailServer) -> None:
    people = [world.head, world.officer, world.screener]
    rows = news_of(world.file())
    for person in people:
        person.email = f"{person.username}@example.org"
        person.save()
        waiting(Road.EMAIL, person, rows)
    server.cuts = True
    assert send_waiting(Road.EMAIL) == 0
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    server.cuts = False
    Delivery.objects.update(due_at=timezone.now())
    assert send_waiting(Road.EMAIL) == 3
    assert RoadState.objects.get().failures == 0


# --- A service over HTTPS ---------------------------------------------------------------------------------------------
@pytest.fixture
def service(settings: LazySettings) -> Iterator[WebServer]:
    """A mail service of the kind that wants a key only; its answers are not those of one, but their numbers are."""
    with web_server() as running:
        settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
        settings.ANYMAIL = {
            "POSTMARK_SERVER_TOKEN": "key",
            "POSTMARK_API_URL": f"{running.url}/",
            "REQUESTS_TIMEOUT": (5, 20),
        }
        yield running


@pytest.mark.parametrize(
    ("status", "headers", "result", "why"),
    [
        (401, {}, Result.ILL, "our sign-in or key was refused (401)"),
        (503, {}, Result.ILL, "the other side failed (503)"),
        (429, {}, Result.ILL, "the other side asked us to wait (429)"),
        (429, {"Retry-After": "60"}, Result.BUSY, "the other side asked us to wait (429)"),
        (413, {}, Result.REFUSED, "the message was refused (413)"),
    ],
)
def test_answer_of_a_service_and_what_it_means(
    service: WebServer, status: int, headers: dict[str, str], result: Result, why: str
) -> None:
    service.status, service.headers = status, headers
    outcome = email.Email().send("a@example.org", LETTER, KEY)
    assert (outcome.result, outcome.reason) == (result, why)
    assert (outcome.not_before is not None) == (result is Result.BUSY)
    assert service.asked[0].json["To"] == "a@example.org"


def test_service_that_is_not_there_is_ill(service: WebServer, settings: LazySettings) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "POSTMARK_API_URL": f"http://127.0.0.1:{free_port()}/"}
    assert email.Email().send("a@example.org", LETTER, KEY).result is Result.ILL
