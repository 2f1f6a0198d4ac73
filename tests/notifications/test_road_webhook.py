"""Webhooks: what a system receives and can check, what its answers mean, and where no message ever goes."""

import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import LazySettings
from django.urls import reverse

from notifications import roads
from notifications.dispatch import send_waiting
from notifications.models import Road, Webhook
from notifications.roads import Outcome, Result, webhook
from tests.support.deliveries import make_hook, news_of, state_of, waiting
from tests.support.live import free_port
from tests.support.servers import WebServer, web_server
from tests.support.world import TEXT, World
from workflows.models import Case

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
HOST = "hook.example.org"


@pytest.fixture
def system() -> Iterator[WebServer]:
    """The system behind a webhook."""
    with web_server() as server:
        yield server


def post(url: str) -> Outcome:
    """One message to an address."""
    return webhook.send(Webhook(url=url, secret="the-secret"), {"ping": True}, KEY)


# --- What is sent -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_system_is_told_what_happened_and_can_check_who_says_so(
    world: World, system: WebServer, settings: LazySettings
) -> None:
    settings.SITE_URL = "https://sodsong.example.go.th"
    case = world.into("accepted")
    (row,) = news_of(case)
    hook = make_hook(system.url, world.province)
    delivery = waiting(Road.WEBHOOK, hook, [row])
    assert send_waiting(Road.WEBHOOK) == 1
    (request,) = system.asked
    assert request.json == {
        "id": str(delivery.key),
        "events": [
            {
                "id": f"{delivery.key}:{row.pk}",
                "at": row.at.isoformat(),
                "case": case.number,
                "kind": "complaint",
                "event": "accept",
                "state_now": "accepted",
                "url": f"https://sodsong.example.go.th{reverse('case', args=[case.public_id])}",
            }
        ],
    }
    assert request.headers["Idempotency-Key"] == str(delivery.key)
    at, signature = (part.partition("=")[2] for part in request.headers["Sodsong-Signature"].split(","))
    expected = hmac.new(hook.secret.encode(), at.encode() + b"." + request.body, hashlib.sha256).hexdigest()
    assert signature == expected


@pytest.mark.django_db
def test_of_a_protected_case_a_system_hears_that_there_is_news(world: World, system: WebServer) -> None:
    case = world.into("accepted", world.corruption)
    (row,) = news_of(case)
    delivery = waiting(Road.WEBHOOK, make_hook(system.url, world.centre), [row])
    assert send_waiting(Road.WEBHOOK) == 1
    (event,) = system.asked[0].json["events"]
    assert set(event) == {"id", "at", "case", "news", "url"}
    sent = json.dumps(dict(system.asked[0].headers)) + system.asked[0].body.decode()
    for hidden in (row.event, case.state, TEXT, world.corruption.code, "complaint"):
        assert hidden not in sent
    assert event["id"] == f"{delivery.key}:{row.pk}"


@pytest.mark.django_db
def test_what_a_system_may_not_hear_any_more_is_left_out(world: World, system: WebServer) -> None:
    stays, moves, becomes_protected = (world.file() for _ in range(3))
    hook = make_hook(system.url, world.province)
    delivery = waiting(Road.WEBHOOK, hook, news_of(stays, moves, becomes_protected))
    Case.objects.filter(pk=moves.pk).update(unit=world.centre)
    Case.objects.filter(pk=becomes_protected.pk).update(protected=True, subject="")
    assert send_waiting(Road.WEBHOOK) == 1
    assert [event["case"] for event in system.asked[0].json["events"]] == [stays.number]
    assert state_of(delivery)[0] == "sent"
    nothing = waiting(Road.WEBHOOK, make_hook(system.url, world.other), news_of(world.file()))
    switched_off = waiting(Road.WEBHOOK, make_hook(system.url, world.district, active=False), news_of(world.file()))
    assert send_waiting(Road.WEBHOOK) == 0
    for row in (nothing, switched_off):
        assert state_of(row) == ("dropped", 1, roads.NOT_TOLD)
    assert len(system.asked) == 1


def test_ping_says_nothing(system: WebServer) -> None:
    assert webhook.ping(Webhook(url=f"{system.url}/a?b=c", secret="s")) == roads.SENT
    (request,) = system.asked
    assert (request.path, request.json) == ("/a?b=c", {"ping": True})


# --- What answers mean ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "result"),
    [
        (200, Result.SENT),
        (204, Result.SENT),
        (307, Result.REFUSED),
        (404, Result.AGAIN),
        (409, Result.REFUSED),
        (410, Result.REFUSED),
        (429, Result.ILL),
        (500, Result.ILL),
        (504, Result.ILL),
    ],
)
def test_answer_of_a_system_and_what_it_means(system: WebServer, status: int, result: Result) -> None:
    system.status, system.headers = status, {"Location": f"{system.url}/elsewhere"}
    assert post(system.url).result is result
    assert len(system.asked) == 1


def test_system_that_stalls_drips_cuts_or_is_not_there_is_ill(
    system: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    system.cuts = True
    assert post(system.url).result is Result.ILL
    system.cuts, system.stalls = False, True
    monkeypatch.setattr(webhook, "READ_SECONDS", 0.3)
    assert post(system.url) == Outcome(Result.ILL, roads.TIMED_OUT)
    # Each byte comes in time, and the answer never ends.
    system.stalls, system.drips = False, True
    monkeypatch.setattr(webhook, "READ_SECONDS", 20)
    monkeypatch.setattr(webhook, "WHOLE_SECONDS", 1)
    assert post(system.url).result is Result.ILL
    assert post(f"http://127.0.0.1:{free_port()}/").result is Result.ILL
    assert len(system.asked) == 3


# --- Where no message goes --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://hook.example.org/a", True),
        ("https://hook.example.org:8443/a?b=c", True),
        ("http://127.0.0.1:8000/", True),
        ("http://localhost/", True),
        ("http://hook.example.org/", False),
        ("http://127.0.0.1.example.org/", False),
        ("https://user:secret@hook.example.org/", False),
        ("https://user@hook.example.org/", False),
        ("https://hook.example.org/#part", False),
        ("https:///path", False),
        ("https://hook.example.org:port/", False),
        ("ftp://hook.example.org/", False),
        ("hook.example.org", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_address_of_a_webhook(url: str, allowed: bool, settings: LazySettings) -> None:
    settings.WEBHOOK_LOCAL = True
    assert webhook.may_be_told(url) is allowed
    settings.WEBHOOK_LOCAL = False
    assert webhook.may_be_told(url) is (allowed and url.startswith("https://"))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.1.1",  # noqa: S104
        "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1",
        "::ffff:127.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_address_inside_is_not_public(address: str) -> None:
    assert not webhook._is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "203.150.0.1", "2404:6800:4001::1", "64:ff9b::8.8.8.8"])
def test_address_of_the_open_internet_is(address: str) -> None:
    assert webhook._is_public(address)


def resolve(monkeypatch: pytest.MonkeyPatch, port: int, *answers: list[str]) -> list[str]:
    """Let the name lead to these addresses, one list at each question. Out: the questions, as they are asked."""
    asked, real = [], socket.getaddrinfo

    def answer(host: str, *rest: Any, **options: Any) -> Any:
        if host != HOST:
            return real(host, *rest, **options)
        found = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's certificate for HOST that nobody but the test trusts, and its file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path, own = folder / "cert.pem", folder / "key.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    own.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, own)
    return context, path


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[WebServer, int]]:
    """A system that speaks TLS, whose certificate is trusted, and its port."""
    context, path = certificate(tmp_path)
    trusting = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting(cafile=str(path)))
    with web_server(context) as server:
        yield server, int(server.url.rpartition(":")[2])


def test_system_is_reached_by_tls_under_its_own_name(
    secure: tuple[WebServer, int], monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    server, port = secure
    settings.WEBHOOK_PRIVATE = True
    asked = resolve(monkeypatch, port, ["127.0.0.1"])
    assert post(f"https://{HOST}:{port}/in") == roads.SENT
    assert asked == [HOST]
    assert server.asked[0].headers["Host"] == f"{HOST}:{port}"
    # Another name than that of its certificate.
    assert post(f"https://localhost:{port}/in").reason == "no connection, or it was cut (SSLCertVerificationError)"
    assert len(server.asked) == 1


def test_certificate_that_nobody_vouches_for_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    settings.WEBHOOK_PRIVATE = True
    with web_server(certificate(tmp_path)[0]) as server:
        port = int(server.url.rpartition(":")[2])
        resolve(monkeypatch, port, ["127.0.0.1"])
        assert post(f"https://{HOST}:{port}/").result is Result.ILL
        assert not server.asked


@pytest.mark.parametrize("found", [["127.0.0.1"], ["203.150.0.1", "127.0.0.1"]])
def test_name_that_leads_inside_is_refused(
    secure: tuple[WebServer, int], monkeypatch: pytest.MonkeyPatch, found: list[str]
) -> None:
    server, port = secure
    resolve(monkeypatch, port, found)
    assert post(f"https://{HOST}:{port}/") == Outcome(Result.REFUSED, roads.FORBIDDEN_PLACE)
    assert not server.asked


def test_name_that_answers_another_address_the_second_time_leads_nowhere(
    secure: tuple[WebServer, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, port = secure
    monkeypatch.setattr(webhook, "CONNECT_SECONDS", 0.3)
    asked = resolve(monkeypatch, port, ["203.0.113.1"], ["127.0.0.1"])
    monkeypatch.setattr(webhook, "_is_public", lambda address: address == "203.0.113.1")
    assert post(f"https://{HOST}:{port}/").result is Result.ILL
    assert asked == [HOST]
    assert not server.asked


def test_second_address_is_taken_where_the_first_is_silent(
    secure: tuple[WebServer, int], monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    server, port = secure
    settings.WEBHOOK_PRIVATE = True
    resolve(monkeypatch, port, ["127.0.0.2", "127.0.0.1"])
    assert post(f"https://{HOST}:{port}/") == roads.SENT
    assert len(server.asked) == 1


def test_address_in_the_url_itself_is_looked_at_too(settings: LazySettings) -> None:
    assert post(f"https://127.0.0.1:{free_port()}/") == Outcome(Result.REFUSED, roads.FORBIDDEN_PLACE)
    assert post(f"https://[::1]:{free_port()}/").reason == roads.FORBIDDEN_PLACE
    assert post("https://2130706433/").result in {Result.REFUSED, Result.ILL}  # 127.0.0.1 as a number
    settings.WEBHOOK_LOCAL = False
    assert post(f"http://127.0.0.1:{free_port()}/").reason == roads.FORBIDDEN_PLACE
