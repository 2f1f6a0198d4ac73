"""The systems that are told: entering them, their keys, and trying them."""

import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.urls import reverse

from notifications.models import Webhook
from tests.notifications.test_service import hook, signed_in
from tests.support.world import World

pytestmark = pytest.mark.django_db


def filled(world: World, **changes: object) -> dict[str, object]:
    """The form as an administrator fills it in."""
    return {"name": "Agency", "url": "https://agency.example/in", "unit": world.province.pk, "active": "on", **changes}


def test_new_system_shows_its_key_once(world: World) -> None:
    client = signed_in(world.administrator)
    shown = client.post(reverse("service_webhook_new"), filled(world), follow=True).content.decode()
    made = Webhook.objects.get()
    assert (made.name, made.unit, made.active) == ("Agency", world.province, True)
    assert made.secret in shown
    assert "holds no longer.</p></div>" not in shown
    assert len(made.secret) >= 43
    assert made.secret not in client.get(reverse("service_webhooks")).content.decode()
    assert made.secret not in client.get(reverse("service_webhook", args=[made.pk])).content.decode()


def test_key_is_shown_to_nobody_else(world: World) -> None:
    signed_in(world.administrator).post(reverse("service_webhook_new"), filled(world))
    other = signed_in(world.administrator)
    assert Webhook.objects.get().secret not in other.get(reverse("service_webhooks")).content.decode()


def test_another_key_replaces_the_old_one(world: World) -> None:
    made = hook(world)
    client = signed_in(world.administrator)
    shown = client.post(reverse("service_webhook_key", args=[made.pk]), follow=True).content.decode()
    fresh = Webhook.objects.get().secret
    assert fresh != made.secret
    assert fresh in shown
    assert "The key from before holds no longer.</p></div>" in shown
    assert made.secret not in shown


def test_system_is_changed_and_switched_off_with_its_key_kept(world: World) -> None:
    made = hook(world)
    changed = filled(world, name="Another", unit=world.district.pk)
    del changed["active"]
    answer = signed_in(world.administrator).post(reverse("service_webhook", args=[made.pk]), changed)
    assert answer.status_code == 302
    now = Webhook.objects.get()
    assert (now.name, now.unit, now.active, now.secret) == ("Another", world.district, False, made.secret)


@pytest.mark.parametrize("url", [
    "http://agency.example/in", "https://user:pass@agency.example/", "https://user@agency.example/",
    "https://agency.example/#part", "ftp://agency.example/", "javascript:alert(1)", "https://", "",
    "https://a b.example/", "http://10.0.0.1/", "https://agency.example:99999/",
])  # fmt: skip
def test_address_that_may_not_be_told_is_refused(world: World, url: str) -> None:
    answer = signed_in(world.administrator).post(reverse("service_webhook_new"), filled(world, url=url))
    assert answer.status_code == 422
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("local", [True, False])
def test_plain_http_to_this_machine_only_in_local_settings(
    world: World, settings: pytest.FixtureRequest, local: bool
) -> None:
    settings.WEBHOOK_LOCAL = local  # type: ignore[attr-defined]
    url = "http://127.0.0.1:9000/in"
    answer = signed_in(world.administrator).post(reverse("service_webhook_new"), filled(world, url=url))
    assert answer.status_code == (302 if local else 422)


@contextmanager
def system(status: int) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A system on this machine that answers so, and what it was sent: the signature and the body."""
    heard: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.headers["Sodsong-Signature"], body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/in", heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(("status", "words"), [
    (204, "Agency has taken the test message."),
    (410, "Agency has not taken the test message: the message was refused (410)."),
    (500, "Agency has not taken the test message: the other side failed (500)."),
])  # fmt: skip
def test_message_to_try_it_says_what_was_answered(
    world: World, settings: pytest.FixtureRequest, status: int, words: str
) -> None:
    settings.WEBHOOK_LOCAL = True  # type: ignore[attr-defined]
    made = hook(world)
    with system(status) as (url, heard):
        Webhook.objects.update(url=url)
        answer = signed_in(world.administrator).post(reverse("service_webhook_test", args=[made.pk]), follow=True)
    assert words in answer.content.decode()
    ((signature, body),) = heard
    # By the formula that the page gives.
    moment, _comma, given = signature.removeprefix("t=").partition(",v1=")
    assert hmac.new(made.secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest() == given
