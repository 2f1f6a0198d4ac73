"""From the outbox to people, on real connections: each is told once, in order, and nothing that waits is lost."""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications import events as news
from notifications import relay as relaying
from notifications.choices import Topic
from notifications.events import Event
from notifications.models import Notice, NoticeCounter
from notifications.relay import relay
from organisations.models import Role, User
from tests.support.live import database_url
from tests.support.threads import together
from tests.support.world import World, build_world, make_person
from workflows.models import Case, Conflict, OutboxRow


def numbers(user: User) -> list[int]:
    """The numbers of the notices of `user`, in the order in which they were written."""
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("number", flat=True))


def events(user: User) -> list[str]:
    """What `user` was told, oldest first."""
    return list(Notice.objects.filter(recipient=user).order_by("number").values_list("event", flat=True))


@pytest.mark.django_db
def test_relay_tells_whom_the_edge_names(world: World) -> None:
    world.into("review")
    relay()
    assert events(world.screener) == ["register"]
    assert events(world.head) == ["accept"]
    assert events(world.officer) == ["assign"]
    assert events(world.approver) == ["submit_finding"]
    assert not Notice.objects.filter(recipient__in=[world.stranger, world.executive, world.administrator]).exists()


@pytest.mark.django_db
def test_relay_leaves_nothing_waiting_and_tells_nobody_twice(world: World) -> None:
    world.into("review")
    assert relay() == OutboxRow.objects.count()
    told = Notice.objects.count()
    assert not OutboxRow.objects.filter(relayed_at=None).exists()
    assert relay() == 0
    OutboxRow.objects.update(relayed_at=None)
    relay()  # a row that was told already cannot be told again: the database refuses it, and the relay goes on
    assert Notice.objects.count() == told > 0


@pytest.mark.django_db
def test_relay_numbers_each_person_from_one_without_gaps(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaying, "BATCH", 3)
    for _ in range(7):
        world.file()
    relay()
    assert numbers(world.screener) == list(range(1, 8))
    assert NoticeCounter.objects.get(recipient=world.screener).last == 7
    world.file()
    relay()
    assert numbers(world.screener) == list(range(1, 9))


@pytest.mark.django_db
def test_relay_dead_for_a_day_loses_nothing(world: World) -> None:
    for _ in range(5):
        world.file()
    yesterday = timezone.now() - timedelta(days=1)
    OutboxRow.objects.update(at=yesterday)
    world.file()
    assert relay() == 6
    told = Notice.objects.filter(recipient=world.screener).order_by("number")
    assert [notice.at for notice in told[:5]] == [yesterday] * 5
    assert [notice.outbox_id for notice in told] == sorted(notice.outbox_id for notice in told)


@pytest.mark.django_db
def test_relay_checks_rights_when_it_tells(world: World) -> None:
    world.into("investigating")
    # Between the act and the relay he was moved to another district.
    world.officer.holdings.update(post=world.stranger.holdings.get().post, deputy=True)
    Case.objects.update(holder=None)
    relay()
    assert "assign" not in events(world.officer)
    assert not numbers(world.officer)


@pytest.mark.django_db
def test_relay_tells_nobody_with_a_conflict(world: World) -> None:
    case = world.file()
    Conflict.objects.create(case=case, user=world.screener, at=timezone.now())
    relay()
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_relay_tells_nobody_who_has_left(world: World) -> None:
    world.file()
    User.objects.filter(pk=world.screener.pk).update(is_active=False)
    relay()
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_relay_asks_the_unit_above_where_nobody_has_the_role(world: World) -> None:
    world.screener.holdings.all().delete()
    above = make_person("above", world.province, Role.SCREENER)
    world.file()
    relay()
    assert events(above) == ["register"]


@pytest.mark.django_db
def test_relay_tells_of_a_protected_case_within_its_unit_only(world: World) -> None:
    make_person("above", world.department, Role.SCREENER, Role.HEAD, Role.APPROVER)
    case = world.file(world.corruption)
    relay()
    units = set(Notice.objects.values_list("recipient__holdings__post__unit", flat=True))
    assert units == {case.unit_id}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("percent", "told"),
    [(50, {"officer"}), (80, {"officer"}), (100, {"officer", "head"}), (150, {"officer", "head", "executive"})],
)
def test_warning_goes_higher_the_later_it_is(world: World, percent: int, told: set[str]) -> None:
    case = world.into("investigating")
    relay()
    OutboxRow.objects.create(
        case=case,
        event="clock_warning",
        facts={"clock": 1, "code": "investigate", "percent": percent},
        at=timezone.now(),
    )
    relay()
    warned = Notice.objects.filter(event="clock_warning").values_list("recipient__username", flat=True)
    assert set(warned) == told


@pytest.mark.django_db(transaction=True)
def test_relays_at_once_tell_everybody_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaying, "BATCH", 5)
    world = build_world()
    second = make_person("second", world.district, Role.SCREENER)
    third = make_person("third", world.district, Role.SCREENER)
    for _ in range(40):
        world.file()
    taken = together(*([relay] * 4))
    assert sum(taken) == 40
    for person in (world.screener, second, third):
        assert sorted(numbers(person)) == list(range(1, 41))
        assert Notice.objects.filter(recipient=person).values("outbox").distinct().count() == 40


@pytest.mark.django_db(transaction=True)
def test_relay_beside_new_cases_misses_none() -> None:
    world = build_world()

    def file_ten() -> int:
        for _ in range(10):
            world.file()
        return 0

    together(file_ten, file_ten, *([lambda: sum(relay() for _ in range(15))] * 2))
    relay()
    assert numbers(world.screener)
    assert sorted(numbers(world.screener)) == list(range(1, 21))


def fail_at_the_fourth(monkeypatch: pytest.MonkeyPatch, error: type[BaseException]) -> None:
    """The relay comes to the fourth row, and something happens."""
    called, fourth = relaying.recipients_of, OutboxRow.objects.order_by("pk")[3].pk

    def called_or_fail(row: OutboxRow) -> list[User]:
        if row.pk == fourth:
            raise error
        return called(row)

    monkeypatch.setattr(relaying, "recipients_of", called_or_fail)


@pytest.mark.django_db(transaction=True)
def test_row_that_cannot_be_told_holds_back_nobody_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = build_world()
    for _ in range(6):
        world.file()
    with monkeypatch.context() as broken:
        fail_at_the_fourth(broken, ConnectionError)
        relay()
    assert numbers(world.screener) == list(range(1, 6))
    assert relay() == 1
    assert numbers(world.screener) == list(range(1, 7))
    assert OutboxRow.objects.get(failures=1).relayed_at is not None


@pytest.mark.django_db(transaction=True)
def test_relay_that_is_killed_midway_is_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = build_world()
    for _ in range(6):
        world.file()
    with monkeypatch.context() as broken:
        fail_at_the_fourth(broken, KeyboardInterrupt)
        with pytest.raises(KeyboardInterrupt):
            relay()
    assert not Notice.objects.exists()
    assert relay() == 6
    assert numbers(world.screener) == list(range(1, 7))


@pytest.mark.django_db
def test_row_that_can_never_be_told_is_left_to_the_administrator(world: World) -> None:
    case = world.file()
    poison = OutboxRow.objects.create(case=case, event="unheard_of", at=timezone.now())
    world.file()
    assert relay() == 2
    assert numbers(world.screener) == [1, 2]
    for failures in range(2, relaying.MOST_FAILURES + 3):
        relay()
        poison.refresh_from_db()
        assert poison.failures == min(failures, relaying.MOST_FAILURES)
        assert poison.relayed_at is None
    assert numbers(world.screener) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_relay_that_finds_another_at_work_leaves_the_rows_to_it() -> None:
    world = build_world()
    world.file()
    with psycopg.connect(database_url()) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [relaying._ALONE])
        assert relay() == 0
        assert not Notice.objects.exists()
        other.rollback()
    assert relay() == 1
    assert numbers(world.screener) == [1]


@pytest.mark.django_db
def test_relay_takes_no_more_statements_for_a_full_batch_than_its_rows_need(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [make_person(f"p{number}", world.district, Role.SCREENER) for number in range(4)]
    test = Event("test", Topic.HOUSE, lambda _facts: people, lambda _facts: "", lambda _facts: "/")
    monkeypatch.setitem(news._events, "test", test)
    cases = [world.file() for _ in range(3)]
    relay()

    def statements(count: int, event: str, case: Case | None) -> int:
        OutboxRow.objects.bulk_create(OutboxRow(case=case, event=event, at=timezone.now()) for _ in range(count))
        with CaptureQueriesContext(connection) as taken:
            assert relay() == count
        return len(taken)

    most = relaying.BATCH - 1
    assert statements(most, "test", None) == statements(10, "test", None) <= 25
    few, many = statements(10, "register", cases[0]), statements(most, "register", cases[1])
    # Whom an edge calls is asked for each row: the units above, who has the role, and whether each has a conflict.
    assert (many - few) / (most - 10) <= 3 + len(people) + 1


@pytest.mark.django_db
def test_relay_of_thousands_goes_on_to_the_end_in_order(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    test = Event("test", Topic.HOUSE, lambda _facts: [world.head], lambda _facts: "", lambda _facts: "/")
    monkeypatch.setitem(news._events, "test", test)
    OutboxRow.objects.bulk_create(OutboxRow(event="test", at=timezone.now()) for _ in range(5 * relaying.BATCH))
    assert relay() == 5 * relaying.BATCH
    told = Notice.objects.filter(recipient=world.head).order_by("number").values_list("number", "outbox")
    assert [number for number, _ in told] == list(range(1, 5 * relaying.BATCH + 1))
    assert [row for _, row in told] == sorted(row for _, row in told)
