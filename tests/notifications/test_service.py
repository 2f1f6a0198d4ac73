"""The administrators' page of the roads, what it counts, and what may be done there."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from notifications import actions, service
from notifications.models import Delivery, DeliveryLine, RoadState, Webhook
from notifications.relay import relay
from organisations.models import User
from tests.support.world import World, make_person
from workflows.models import OutboxRow

pytestmark = pytest.mark.django_db

PAGES = [
    ("service", []), ("service_outbox", ["waiting"]), ("service_outbox", ["given-up"]),
    ("service_deliveries", ["email", "dead"]), ("service_deliveries", ["line", "dropped"]),
    ("service_webhooks", []), ("service_webhook_new", []),
]  # fmt: skip
ACTS = [
    ("service_resend", [1]), ("service_resend_all", ["email"]), ("service_retell", [1]), ("service_try_now", ["email"]),
    ("service_webhook_key", [1]), ("service_webhook_test", [1]),
]  # fmt: skip


def signed_in(user: User) -> Client:
    """A browser in which `user` is signed in, in English."""
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def delivery(user: User | None = None, state: str = "dead", **facts: Any) -> Delivery:
    """A message on its way, or at its end just now."""
    ended = None if state == "waiting" else timezone.now()
    whom: dict[str, Any] = {"recipient": user, "target": f"user:{user.pk}"} if user else {}
    defaults = {"road": "email", "due_at": timezone.now(), "ended_at": ended, "attempts": 3}
    return Delivery.objects.create(state=state, **defaults | whom | facts)


def hook(world: World, name: str = "Agency") -> Webhook:
    """A system that is told."""
    return Webhook.objects.create(name=name, url="https://agency.example/in", unit=world.department)


def text_of(client: Client, name: str, *args: object) -> str:
    """A page, as it was sent."""
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


# --- Who --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "args"), PAGES)
def test_page_is_for_administrators(world: World, name: str, args: list[Any]) -> None:
    address = reverse(name, args=args)
    assert Client().get(address)["Location"].startswith(reverse("account_login"))
    refused = signed_in(world.head).get(address)
    assert refused.status_code == 403
    assert "administrator" in refused.content.decode()
    assert signed_in(world.administrator).get(address).status_code == 200


@pytest.mark.parametrize(("name", "args"), ACTS)
def test_act_is_for_administrators_who_send_a_form_of_ours(world: World, name: str, args: list[Any]) -> None:
    address = reverse(name, args=args)
    assert Client().post(address).status_code == 302
    assert signed_in(world.head).post(address).status_code == 403
    assert signed_in(world.administrator).get(address).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.administrator, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(address).status_code == 403


@pytest.mark.parametrize(("name", "args"), [
    ("service_resend", [9]), ("service_retell", [9]),
    ("service_resend_all", ["fax"]), ("service_try_now", ["webhook:9"]),
])  # fmt: skip
def test_act_on_what_is_not_there_answers_404(world: World, name: str, args: list[Any]) -> None:
    assert signed_in(world.administrator).post(reverse(name, args=args)).status_code == 404


def test_menu_has_the_page_for_administrators_only(world: World) -> None:
    way = f'href="{reverse("service")}"'
    assert way in text_of(signed_in(world.administrator), "service")
    assert way not in text_of(signed_in(world.screener), "notices")


# --- What it says -----------------------------------------------------------------------------------------------------
def test_outbox_counts_what_waits_apart_from_what_was_given_up(world: World) -> None:
    for _ in range(3):
        world.file()
    OutboxRow.objects.filter(pk=OutboxRow.objects.order_by("-pk")[0].pk).update(failures=5)
    waiting, given_up = service.untold(), service.given_up()
    assert (service.count(waiting).number, service.count(given_up).number) == (2, 1)
    relay()
    assert (service.count(waiting).number, service.count(given_up).number) == (0, 1)


def test_given_up_shows_number_and_step_and_of_a_protected_case_neither(world: World) -> None:
    case, secret = world.file(), world.file(world.corruption)
    assert secret.protected
    OutboxRow.objects.update(failures=5)
    page = text_of(signed_in(world.administrator), "service_outbox", "given-up")
    assert f"Case {case.number}: Register" in page
    assert "News of a protected case" in page
    assert secret.number not in page
    assert case.public_id not in page
    assert "ไฟถนน" not in page


def test_road_counts_its_own(world: World) -> None:
    one, two = hook(world), hook(world, "Other")
    delivery(world.head)
    delivery(world.head, "waiting")
    delivery(world.head, "sent")
    old = delivery(world.head, "sent")
    Delivery.objects.filter(pk=old.pk).update(ended_at=service.today() - timedelta(seconds=1))
    delivery(world.head, "dropped")
    old = delivery(world.head, "dropped")
    Delivery.objects.filter(pk=old.pk).update(ended_at=service.today() - timedelta(seconds=1))
    delivery(road="webhook", webhook=one, target=f"webhook:{one.pk}")
    found = {road.gate: road for road in service.reports()}
    assert list(found) == ["email", "line", f"webhook:{one.pk}", f"webhook:{two.pk}"]
    email = found["email"]
    assert (email.waiting.number, email.sent_today.number, email.dead.number) == (1, 1, 1)
    assert email.dropped_today.number == 1
    assert len(service.page_of_deliveries("email", "dropped").rows) == 1
    assert [found[f"webhook:{pk}"].dead.number for pk in (one.pk, two.pk)] == [1, 0]
    assert found["line"].oldest is None


def test_oldest_is_what_was_written_first(world: World) -> None:
    first = timezone.now() - timedelta(hours=3)
    delivery(world.head, "waiting", created_at=first, due_at=timezone.now() + timedelta(hours=4))
    delivery(world.head, "waiting")
    page = text_of(signed_in(world.administrator), "service")
    assert "3 hours ago" in page


def test_road_that_is_down_says_since_when_and_why(world: World) -> None:
    until = timezone.now() + timedelta(minutes=20)
    RoadState.objects.create(road="email", failures=7, open_until=until, last_error="no connection, or it was cut (x)")
    page = text_of(signed_in(world.administrator), "service")
    moment = timezone.localtime(until).strftime("%H:%M")
    assert f"not tried before {moment}, after 7 failures: no connection, or it was cut (x)" in page


@pytest.mark.parametrize("there", [True, False])
def test_road_that_is_not_set_up_says_so(world: World, settings: Any, there: bool) -> None:
    settings.LINE_TOKEN = "x" if there else ""
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if there else 'console'}.EmailBackend"
    hook(world)
    reports = {road.gate.partition(":")[0]: road.is_set_up for road in service.reports()}
    assert reports == {"email": there, "line": there, "webhook": True}
    page = text_of(signed_in(world.administrator), "service")
    # The virus scanner is not set up either.
    assert page.count("Not set up") == (1 if there else 3)


def test_list_of_what_was_not_sent_says_why(world: World) -> None:
    delivery(world.head, "dropped", reason="there is no mail server here")
    client = signed_in(world.administrator)
    assert reverse("service_deliveries", args=["email", "dropped"]) in text_of(client, "service")
    page = text_of(client, "service_deliveries", "email", "dropped")
    assert "there is no mail server here" in page
    assert "Why</th>" in page
    assert "What went wrong" not in page
    assert "Try anew" not in page


def test_list_names_staff_and_systems_and_nobody_else(world: World) -> None:
    citizen = make_person("somchai")
    citizen.email = "somchai@citizen.example"
    citizen.save()
    case = world.file()
    one = hook(world)
    delivery(world.head, reason="the address was refused (550)")
    delivery(citizen)
    delivery(case=case, target=f"case:{case.pk}")
    page = text_of(signed_in(world.administrator), "service_deliveries", "email", "dead")
    assert str(world.head.name_en) in page
    assert "a citizen" in page
    assert "a complainant" in page
    assert "the address was refused (550)" in page
    for hidden in ("somchai", case.number, case.public_id):
        assert hidden not in page
    delivery(road="webhook", webhook=one, target=f"webhook:{one.pk}")
    page = text_of(signed_in(world.administrator), "service_deliveries", f"webhook:{one.pk}", "dead")
    assert '<th scope="row">Agency</th>' in page
    assert "agency.example" not in page


@pytest.mark.parametrize("state", ["waiting", "sent", "dead", "dropped"])
def test_list_goes_through_all_pages_once(world: World, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PAGE", 3)
    moment = timezone.now()
    column = "created_at" if state == "waiting" else "ended_at"
    # Several at one moment, as one statement of the relay writes them.
    made = [delivery(world.head, state, **{column: moment + timedelta(seconds=place // 4)}).pk for place in range(10)]
    seen, after = list[int](), ""
    while True:
        page = service.page_of_deliveries("email", state, after)
        seen += [row.pk for row in page.rows]
        if not (after := page.after):
            break
    assert seen == (made if state == "waiting" else made[::-1])


@pytest.mark.parametrize(
    "after", ["x", "2026-01-01~1", "~", "2026-01-01T00:00:00+00:00~x", "2026-01-01T00:00:00+00:00~"]
)
def test_list_with_a_cursor_of_nobodys_begins_anew(world: World, after: str) -> None:
    made = delivery(world.head)
    assert [row.pk for row in service.page_of_deliveries("email", "dead", after).rows] == [made.pk]


def test_list_of_an_unknown_road_or_state_answers_404(world: World) -> None:
    client = signed_in(world.administrator)
    for address in ("/service/roads/fax/dead/", "/service/roads/email/lost/", "/service/outbox/told/"):
        assert client.get(address).status_code == 404


def test_page_that_renews_itself_gets_its_part_alone(world: World) -> None:
    part = signed_in(world.administrator).get(reverse("service"), headers={"hx-trigger": "poll-service"})
    assert part.content.decode().lstrip().startswith('<div id="poll-service"')


def test_queries_do_not_grow_with_the_list(world: World) -> None:
    client = signed_in(world.administrator)

    def cost(*where: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            text_of(client, *where)
        return len(asked)

    delivery(world.head)
    text_of(client, "service")  # what is looked up once in a process
    one = cost("service_deliveries", "email", "dead"), cost("service")
    for place in range(49):
        delivery(make_person(f"p{place}", world.district, "officer"))
    assert (cost("service_deliveries", "email", "dead"), cost("service")) == one


def test_counts_and_lists_use_their_own_indexes(world: World) -> None:
    """On many rows, none of which is counted: whoever reads them all shows it by its plan."""
    person, now = world.head, timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notifications_delivery (key, road, contents, target, recipient_id, period, state, attempts,"
            " due_at, created_at, ended_at, reason) SELECT gen_random_uuid(), 'email', 'news', 'user:1', %s, '',"
            " 'sent', 1, %s, %s, %s - interval '3 days', '' FROM generate_series(1, 20000)",
            [person.pk, now, now - timedelta(days=4), now],
        )
        cursor.execute("ANALYZE notifications_delivery")
    delivery(person)
    of = service.of_gate
    for rows in (
        of("email").filter(state="waiting"),
        of("email").filter(state="waiting").order_by("created_at")[:1],
        of("email").filter(state="dead"),
        of("email").filter(state="dead").order_by("-ended_at", "-pk")[:51],
        of("email").filter(state="sent", ended_at__gte=service.today()),
    ):
        assert "Seq Scan" not in (plan := rows.explain()), plan


# --- What may be done -------------------------------------------------------------------------------------------------
def test_resend_one_tries_it_anew_and_says_who_did_it(world: World, caplog: pytest.LogCaptureFixture) -> None:
    one, other = delivery(world.head, reason="x"), delivery(world.officer)
    with caplog.at_level(logging.WARNING, "notifications"):
        answer = signed_in(world.administrator).post(reverse("service_resend", args=[one.pk]))
    assert answer["Location"] == reverse("service_deliveries", args=["email", "dead"])
    states = dict(Delivery.objects.values_list("pk", "state"))
    assert states == {one.pk: "waiting", other.pk: "dead"}
    assert f"user {world.administrator.pk} resends delivery {one.pk}" in caplog.text


def test_resend_all_of_a_webhook_leaves_the_others(world: World) -> None:
    one, two = hook(world), hook(world, "Other")
    for each in (one, two):
        delivery(road="webhook", webhook=each, target=f"webhook:{each.pk}")
    mail = delivery(world.head)
    client = signed_in(world.administrator)
    page = client.post(reverse("service_resend_all", args=[f"webhook:{one.pk}"]), follow=True).content.decode()
    assert "1 message is tried anew." in page
    states = dict(Delivery.objects.values_list("target", "state"))
    assert states == {f"webhook:{one.pk}": "waiting", f"webhook:{two.pk}": "dead", mail.target: "dead"}
    assert Delivery.objects.get(webhook=one).ended_at is None


def test_retell_lets_the_relay_try_again(world: World) -> None:
    world.file()
    OutboxRow.objects.update(failures=5)
    assert relay() == 0
    row = OutboxRow.objects.get()
    assert signed_in(world.administrator).post(reverse("service_retell", args=[row.pk])).status_code == 302
    assert relay() == 1


def test_try_now_closes_the_breaker_and_touches_nothing_that_is_being_sent(world: World) -> None:
    now = timezone.now()
    RoadState.objects.create(road="email", failures=7, open_until=now + timedelta(minutes=20), last_error="x")
    later, sending = now + timedelta(hours=3), now + timedelta(minutes=4)
    waits = delivery(world.head, "waiting", due_at=later)
    digest = delivery(world.head, "waiting", due_at=later, attempts=0)
    taken = delivery(world.head, "waiting", due_at=sending)
    signed_in(world.administrator).post(reverse("service_try_now", args=["email"]))
    state = RoadState.objects.get()
    assert (state.failures, state.open_until) == (0, None)
    due = dict(Delivery.objects.values_list("pk", "due_at"))
    assert due[waits.pk] < sending
    assert due[digest.pk] == later
    assert due[taken.pk] == sending


def test_resend_all_of_a_road_takes_every_webhook(world: World) -> None:
    for each in (hook(world), hook(world, "Other")):
        delivery(road="webhook", webhook=each, target=f"webhook:{each.pk}")
    assert actions.resend_all("webhook") == 2


def test_pages_are_written_in_thai_too(world: World) -> None:
    RoadState.objects.create(road="email", failures=7, open_until=timezone.now() + timedelta(hours=1), last_error="x")
    delivery(world.head)
    client = signed_in(world.administrator)
    User.objects.filter(pk=world.administrator.pk).update(language="th", thai_numerals=True)
    with translation.override("th"):
        for name, args in PAGES:
            assert client.get(reverse(name, args=args)).status_code == 200


def test_lines_of_a_delivery_are_no_part_of_the_page(world: World) -> None:
    case = world.file()
    row = delivery(world.head)
    DeliveryLine.objects.create(delivery=row, outbox=OutboxRow.objects.get(), road="email", target=row.target)
    page = text_of(signed_in(world.administrator), "service_deliveries", "email", "dead")
    assert case.number not in page
