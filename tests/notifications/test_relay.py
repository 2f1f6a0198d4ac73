"""From the outbox to people, on real connections: each is told once, in order, and nothing that waits is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from notifications import relay as relaying
from notifications.models import Notice, NoticeCounter
from notifications.relay import relay
from organisations.models import Role, User
from tests.support.world import World, build_world, make_person
from workflows.models import Case, Conflict, OutboxRow


def numbers(user: User) -> list[int]:
    """The numbers of the notices of `user`, in the order in which they were written."""
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("number", flat=True))


def events(user: User) -> list[str]:
    """What `user` was told, oldest first."""
    return list(Notice.objects.filter(recipient=user).order_by("number").values_list("event", flat=True))


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run acts at the same moment, each on a connection of its own."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


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
