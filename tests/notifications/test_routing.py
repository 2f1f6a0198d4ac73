"""What follows people outside the pages: their choices, what may not be switched off, and one message for a burst."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications import choices, webhooks
from notifications.choices import PRACTICES, Pace, Topic, Wish, address_of, away, topic_of, wishes
from notifications.models import Choice, Delivery, DeliveryLine, LineAccount, Notice, Road, Webhook
from notifications.relay import GATHER, relay
from organisations.models import Leave, Unit, User
from tests.support.purchases import Plan
from tests.support.world import World, make_person
from workflows import registry
from workflows.models import Case, Conflict, OutboxRow

pytestmark = pytest.mark.django_db


def reachable(user: User, *, line: bool = False) -> User:
    """`user` with an e-mail address, and a LINE account where that is wanted."""
    User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.go.th")
    if line:
        LineAccount.objects.create(user=user, line_id=f"U{user.pk}", linked_at=timezone.now())
    return User.objects.get(pk=user.pk)


def choose(user: User, topic: Topic, email: Pace, *, line: bool = False) -> None:
    """The choice of `user` for a topic."""
    Choice.objects.update_or_create(user=user, topic=topic, defaults={"email": email, "line": line})


def on_leave(user: User, deputy: User, *, begins: int = 0, days: int = 2) -> None:
    """`user` is away from the day that `begins` in so many days."""
    first = timezone.localdate() + timedelta(days=begins)
    Leave.objects.create(user=user, deputy=deputy, valid=DateRange(first, first + timedelta(days=days)))


def warn(case: Case, percent: int = 100) -> OutboxRow:
    """A warning about `case`, not told yet."""
    facts = {"clock": 1, "code": "investigate", "percent": percent}
    return OutboxRow.objects.create(case=case, event="clock_warning", facts=facts, at=timezone.now())


def sent(road: str = Road.EMAIL) -> dict[str, list[int]]:
    """The deliveries of a road: whom they are for, and how many lines each has."""
    found: dict[str, list[int]] = {}
    for delivery in Delivery.objects.filter(road=road).order_by("id"):
        found.setdefault(delivery.target, []).append(delivery.lines.count())
    return found


def code(user: User) -> str:
    """As `user` stands in `Delivery.target`."""
    return f"user:{user.pk}"


# --- Wishes -----------------------------------------------------------------------------------------------------------
def test_without_a_choice_the_practice_of_the_house_holds(world: World) -> None:
    officer = reachable(world.officer, line=True)
    found = wishes([officer.pk])
    assert found == {(officer.pk, topic): Wish(practice.email, practice.line) for topic, practice in PRACTICES.items()}
    assert found[officer.pk, Topic.OVERDUE] == Wish(Pace.NOW, line=True)


def test_choice_holds_for_its_topic_and_its_person_only(world: World) -> None:
    officer, head = reachable(world.officer, line=True), reachable(world.head, line=True)
    choose(officer, Topic.COMPLAINTS, Pace.WEEKLY, line=True)
    found = wishes([officer.pk, head.pk])
    assert found[officer.pk, Topic.COMPLAINTS] == Wish(Pace.WEEKLY, line=True)
    assert found[officer.pk, Topic.PROCUREMENT] == found[head.pk, Topic.PROCUREMENT]
    assert found[head.pk, Topic.COMPLAINTS] == Wish(Pace.DAILY, line=False)


def test_who_has_no_address_is_told_on_the_pages_whatever_he_chose(world: World) -> None:
    choose(world.officer, Topic.COMPLAINTS, Pace.NOW, line=True)
    assert set(wishes([world.officer.pk]).values()) == {Wish(Pace.NEVER, line=False)}
    LineAccount.objects.create(user=world.officer, line_id="U1", linked_at=timezone.now())
    assert wishes([world.officer.pk])[world.officer.pk, Topic.COMPLAINTS] == Wish(Pace.NEVER, line=True)


@pytest.mark.parametrize("topic", [Topic.OVERDUE, Topic.HOUSE])
@pytest.mark.parametrize("pace", Pace)
def test_what_may_not_be_switched_off_cannot_be_by_any_row(world: World, topic: Topic, pace: Pace) -> None:
    officer = reachable(world.officer)
    choose(officer, topic, pace)
    found = wishes([officer.pk])[officer.pk, topic]
    assert found.email == (pace if pace in {Pace.NOW, Pace.DAILY} else Pace.NOW)


def test_every_practice_offers_what_it_presets() -> None:
    assert set(PRACTICES) == set(Topic)
    assert all(practice.email in practice.paces for practice in PRACTICES.values())


def test_wishes_take_as_many_statements_for_many_as_for_one(world: World) -> None:
    people = [reachable(make_person(f"n{number}")) for number in range(20)]
    counts = []
    for asked in (people[:1], people):
        with CaptureQueriesContext(connection) as statements:
            wishes([person.pk for person in asked])
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_nobody_asked_for_is_nobody_found() -> None:
    assert wishes([]) == {}


# --- Topics -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("percent", "topic"),
    [(50, Topic.DEADLINES), (80, Topic.DEADLINES), (99, Topic.DEADLINES), (100, Topic.OVERDUE), (150, Topic.OVERDUE)],
)
def test_warning_falls_under_deadlines_until_they_have_passed(world: World, percent: int, topic: Topic) -> None:
    assert topic_of(warn(world.file(), percent)) == topic


def test_event_falls_under_the_topic_of_its_kind(plan: Plan) -> None:
    complaint = plan.world.file()
    purchase = plan.purchase()
    topics = {row.about.kind: topic_of(row) for row in OutboxRow.objects.filter(case__in=[complaint, purchase])}
    assert topics[complaint.kind] == Topic.COMPLAINTS
    assert topic_of(OutboxRow(case=purchase, event="draft")) == Topic.PROCUREMENT


def test_every_kind_has_a_topic_under_which_people_choose() -> None:
    assert {Topic(kind.topic) for kind in registry.all_kinds()} <= {Topic.COMPLAINTS, Topic.PROCUREMENT, Topic.SCORES}


# --- Addresses --------------------------------------------------------------------------------------------------------
def test_address_is_his_own_on_each_road(world: World) -> None:
    officer = reachable(world.officer, line=True)
    assert address_of(officer, Road.EMAIL) == "officer@example.go.th"
    assert address_of(officer, Road.LINE) == f"U{officer.pk}"
    assert address_of(world.head, Road.EMAIL) == address_of(world.head, Road.LINE) == ""


def test_book_of_a_floor_above_comes_first_even_with_no_address(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    officer, head, other = (reachable(user) for user in (world.officer, world.head, world.officer2))
    known = {officer.pk: "kept@example.com", head.pk: ""}
    monkeypatch.setattr(choices, "_books", [lambda _user, _road: None, lambda user, _road: known.get(user.pk)])
    found = [address_of(user, Road.EMAIL) for user in (officer, head, other)]
    assert found == ["kept@example.com", "", other.email]


# --- Leave ------------------------------------------------------------------------------------------------------------
def test_away_is_who_is_on_leave_today(world: World) -> None:
    on_leave(world.officer, world.officer2)
    on_leave(world.head, world.approver, begins=1)
    on_leave(world.screener, world.officer, begins=-2)  # until yesterday
    assert away([world.officer.pk, world.head.pk, world.screener.pk, world.officer2.pk]) == {world.officer.pk}


def test_news_for_who_is_on_leave_wait_on_his_pages_and_follow_his_deputy(world: World) -> None:
    officer, deputy = reachable(world.officer, line=True), reachable(world.officer2)
    case = world.into("investigating")
    relay()
    on_leave(officer, deputy)
    relay()
    Delivery.objects.all().delete()  # that he stands in
    warn(case)
    relay()
    told = set(Notice.objects.filter(event="clock_warning").values_list("recipient", flat=True))
    assert {officer.pk, deputy.pk} <= told
    assert sent() == {code(deputy): [1]}
    assert sent(Road.LINE) == {}


# --- Deliveries -------------------------------------------------------------------------------------------------------
def test_overdue_goes_out_at_once_by_every_road_he_has(world: World) -> None:
    case = world.into("investigating")
    officer = reachable(world.officer, line=True)
    reachable(world.stranger)
    row = warn(case)
    relay()
    assert sent() == {code(officer): [1]}  # the head has no address
    assert sent(Road.LINE) == {code(officer): [1]}
    delivery = Delivery.objects.get(road=Road.EMAIL)
    assert (delivery.recipient, delivery.case, delivery.webhook) == (officer, None, None)
    assert (delivery.state, delivery.attempts, delivery.contents) == ("waiting", 0, "news")
    assert delivery.due_at - delivery.created_at == GATHER
    assert [line.outbox_id for line in delivery.lines.all()] == [row.pk]


@pytest.mark.parametrize("pace", [Pace.DAILY, Pace.WEEKLY, Pace.NEVER])
def test_what_can_wait_for_a_digest_writes_no_delivery(world: World, pace: Pace) -> None:
    choose(reachable(world.screener), Topic.COMPLAINTS, pace)
    world.file()
    relay()
    assert Notice.objects.filter(recipient=world.screener).count() == 1
    assert not Delivery.objects.exists()


def test_line_is_chosen_for_itself(world: World) -> None:
    choose(reachable(world.screener, line=True), Topic.COMPLAINTS, Pace.NEVER, line=True)
    world.file()
    relay()
    assert sent() == {}
    assert sent(Road.LINE) == {code(world.screener): [1]}


def test_who_may_not_see_the_case_is_followed_by_nothing(world: World) -> None:
    choose(reachable(world.screener), Topic.COMPLAINTS, Pace.NOW)
    case = world.file()
    Conflict.objects.create(case=case, user=world.screener, at=timezone.now())
    relay()
    assert not Delivery.objects.exists()


def test_burst_is_one_message_of_many_lines_in_their_order(world: World) -> None:
    for user in (world.screener, make_person("second", world.district, "screener")):
        choose(reachable(user), Topic.COMPLAINTS, Pace.NOW)
    for _ in range(4):
        world.file()
    relay()
    world.file()
    relay()  # a second batch joins the message of the first
    assert list(sent().values()) == [[5], [5]]
    lines = DeliveryLine.objects.filter(target=code(world.screener)).order_by("id")
    assert [line.outbox_id for line in lines] == sorted(line.outbox_id for line in lines)


@pytest.mark.parametrize(
    "begun",
    [
        {"attempts": 1},
        {"state": "sent", "attempts": 1, "ended_at": timezone.now()},
        {"state": "dead", "ended_at": timezone.now()},
        {"state": "dropped", "ended_at": timezone.now()},
        {"contents": "digest", "period": "daily", "day": timezone.now().date()},
    ],
    ids=["tried", "sent", "dead", "dropped", "digest"],
)
def test_message_that_was_begun_takes_no_more_lines(world: World, begun: dict[str, Any]) -> None:
    choose(reachable(world.screener), Topic.COMPLAINTS, Pace.NOW)
    world.file()
    relay()
    Delivery.objects.update(**begun)
    world.file()
    world.file()
    relay()
    assert sent() == {code(world.screener): [1, 2]}


def test_row_that_is_told_again_goes_out_no_second_time(world: World) -> None:
    choose(reachable(world.screener, line=True), Topic.COMPLAINTS, Pace.NOW, line=True)
    Webhook.objects.create(name="ระบบ", url="https://example.go.th/", unit=world.district)
    world.file()
    relay()
    before = (sent(), sent(Road.LINE), sent(Road.WEBHOOK))
    assert all(before)
    for state in ({}, {"attempts": 3}, {"state": "sent", "ended_at": timezone.now()}):
        Delivery.objects.update(**state)
        OutboxRow.objects.update(relayed_at=None)
        assert relay() == 1
        assert (sent(), sent(Road.LINE), sent(Road.WEBHOOK)) == before


# --- Who has no account -----------------------------------------------------------------------------------------------
@pytest.fixture
def outsiders(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[OutboxRow], Sequence[str]]], None]]:
    """Lets a test say by which roads the complainants of its cases want to be told."""

    def are(roads: Callable[[OutboxRow], Sequence[str]]) -> None:
        kind = registry.kind_of("complaint")
        monkeypatch.setitem(registry._kinds, "complaint", replace(kind, outsiders=roads))

    return are


def test_complainant_is_told_by_his_roads_in_one_message_and_never_twice(world: World, outsiders: Any) -> None:
    outsiders(lambda row: (Road.EMAIL, Road.LINE) if row.event in {"register", "accept"} else ())
    case = world.into("investigating")
    relay()
    OutboxRow.objects.update(relayed_at=None)
    relay()
    for road in (Road.EMAIL, Road.LINE):
        assert sent(road) == {f"case:{case.pk}": [2]}
    delivery = Delivery.objects.filter(road=Road.EMAIL).get()
    assert (delivery.case_id, delivery.recipient, delivery.webhook) == (case.pk, None, None)
    Delivery.objects.update(attempts=1)
    OutboxRow.objects.update(relayed_at=None)
    relay()
    assert sent() == {f"case:{case.pk}": [2]}


def test_complainant_is_told_of_a_protected_case_too_for_it_is_his(world: World, outsiders: Any) -> None:
    outsiders(lambda _row: (Road.EMAIL,))
    case = world.file(world.corruption)
    relay()
    assert sent() == {f"case:{case.pk}": [1]}


# --- Systems ----------------------------------------------------------------------------------------------------------
def hook(unit: Unit, *, active: bool = True) -> Webhook:
    """A system that is told of the cases of `unit` and below."""
    return Webhook.objects.create(name=unit.code, url="https://example.go.th/", unit=unit, active=active)


def test_system_hears_of_its_unit_and_what_lies_below(world: World) -> None:
    above, own, beside = hook(world.department), hook(world.district), hook(world.other)
    hook(world.district, active=False)
    case = world.file()
    assert [one.pk for one in webhooks.told_of(webhooks.listening(), case)] == [above.pk, own.pk]
    relay()
    assert sent(Road.WEBHOOK) == {f"webhook:{above.pk}": [1], f"webhook:{own.pk}": [1]}
    upper = world.file(unit=world.province)
    assert [one.pk for one in webhooks.told_of(webhooks.listening(), upper)] == [above.pk]
    assert beside.pk not in Delivery.objects.values_list("webhook", flat=True)


def test_of_a_protected_case_only_a_system_of_its_own_unit_hears(world: World) -> None:
    hook(world.department)
    hook(world.district)
    own = hook(world.centre)
    case = world.file(world.corruption)
    assert case.unit == world.centre
    relay()
    assert sent(Road.WEBHOOK) == {f"webhook:{own.pk}": [1]}


def test_case_that_became_protected_is_heard_of_by_its_own_unit_only(world: World) -> None:
    hook(world.department)
    own = hook(world.district)
    Case.objects.filter(pk=world.file().pk).update(protected=True, subject="")
    relay()
    assert sent(Road.WEBHOOK) == {f"webhook:{own.pk}": [1]}


def test_no_system_is_told_of_news_without_a_case(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from notifications import events

    event = events.Event("test", Topic.HOUSE, lambda _facts: [world.head], lambda _facts: "", lambda _facts: "/")
    monkeypatch.setitem(events._events, "test", event)
    hook(world.department)
    reachable(world.head)
    events.announce("test", {})
    relay()
    assert sent(Road.WEBHOOK) == {}
    assert sent() == {code(world.head): [1]}
