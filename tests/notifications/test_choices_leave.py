"""Who is told while somebody is on leave: his deputy beside him, and a head where nobody else is there."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from notifications.models import Delivery, Notice
from notifications.queries import page_of
from notifications.relay import relay
from notifications.sentences import sentences
from organisations.actions import cancel_leave, enter_leave
from organisations.models import Leave, Role, User
from tests.support.world import World, make_person
from workflows.models import Case, Conflict, OutboxRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world: World) -> Case:
    """A case in the hands of the officer, of which everybody was told before."""
    found = world.into("investigating")
    relay()
    Notice.objects.all().delete()
    Delivery.objects.all().delete()
    return found


@pytest.fixture
def mate(world: World) -> User:
    """A second officer of the district."""
    return make_person("mate", world.district, Role.OFFICER)


def away(user: User, deputy: User, first: int = -1, last: int = 1) -> Leave:
    """A leave, in days from today."""
    today = timezone.localdate()
    return enter_leave(
        user=user, deputy=deputy, first_day=today + timedelta(days=first), last_day=today + timedelta(days=last)
    )


def told(case: Case, percent: int = 80) -> set[str]:
    """Who is told of a warning to the holder."""
    facts = {"clock": 1, "code": "investigate", "percent": percent}
    row = OutboxRow.objects.create(case=case, event="clock_warning", facts=facts, at=timezone.now())
    relay()
    row.refresh_from_db()
    assert row.relayed_at is not None
    return set(Notice.objects.filter(outbox=row).values_list("recipient__username", flat=True))


def outside() -> set[str]:
    """To whom something leaves the house."""
    return set(Delivery.objects.values_list("recipient__username", flat=True))


def test_deputy_is_told_beside_who_is_away(world: World, case: Case, mate: User) -> None:
    away(world.officer, mate)
    assert told(case) == {"officer", "mate"}


def test_nothing_leaves_the_house_to_who_is_away(world: World, case: Case, mate: User) -> None:
    away(world.officer, mate)
    User.objects.update(email="somebody@example.go.th")
    assert told(case, 100) == {"officer", "mate", "head"}
    assert outside() == {"mate", "head"}


@pytest.mark.parametrize(("first", "last"), [(-9, -1), (1, 9)])
def test_deputy_is_not_told_before_or_after_the_leave(
    world: World, case: Case, mate: User, first: int, last: int
) -> None:
    away(world.officer, mate, first, last)
    assert told(case) == {"officer"}


def test_deputy_is_told_on_the_first_and_on_the_last_day(world: World, case: Case, mate: User) -> None:
    away(world.officer, mate, 0, 0)
    assert told(case) == {"officer", "mate"}


def test_deputy_without_the_right_is_not_told_but_the_head_is(world: World, case: Case) -> None:
    away(world.officer, world.stranger)
    assert told(case) == {"officer", "head"}
    assert told(case, 100) == {"officer", "head"}


def test_deputy_with_a_conflict_is_not_told_but_the_head_is(world: World, case: Case, mate: User) -> None:
    Conflict.objects.create(case=case, user=mate, at=timezone.now())
    away(world.officer, mate)
    assert told(case) == {"officer", "head"}


def test_deputy_who_has_left_is_not_told_but_the_head_is(world: World, case: Case, mate: User) -> None:
    User.objects.filter(pk=mate.pk).update(is_active=False)
    away(world.officer, mate)
    User.objects.update(email="somebody@example.go.th")
    assert told(case, 100) == {"officer", "head"}
    assert outside() == {"head"}


def test_two_who_stand_in_for_each_other_leave_it_to_the_head(world: World, case: Case, mate: User) -> None:
    away(world.officer, mate)
    away(mate, world.officer)
    assert told(case) == {"officer", "mate", "head"}


def test_deputy_of_a_deputy_is_not_asked(world: World, case: Case, mate: User) -> None:
    away(world.officer, mate)
    away(mate, world.officer2)
    assert told(case) == {"officer", "mate", "head"}


def test_head_who_is_away_too_leaves_it_to_the_head_above(world: World, case: Case) -> None:
    above = make_person("above", world.province, Role.HEAD)
    away(world.officer, world.stranger)
    away(world.head, above)
    assert told(case) == {"officer", "above"}


def test_head_is_not_told_where_a_colleague_is_there(world: World, mate: User) -> None:
    second = make_person("second", world.district, Role.SCREENER)
    away(world.screener, world.stranger)
    case = world.file()
    relay()
    assert set(Notice.objects.filter(case=case).values_list("recipient", flat=True)) == {world.screener.pk, second.pk}


def test_head_of_a_protected_case_is_of_its_own_unit(world: World) -> None:
    make_person("above", world.department, Role.HEAD)
    away(world.centre_screener, world.screener)
    world.file(world.corruption)
    relay()
    names = set(Notice.objects.exclude(case=None).values_list("recipient__username", flat=True))
    assert names == {"centre_screener", "centre_approver"}  # who leads the centre


def test_nobody_is_told_who_would_not_be_without_a_leave(world: World, case: Case) -> None:
    assert told(case) == {"officer"}
    Conflict.objects.create(case=case, user=world.head, at=timezone.now())
    away(world.officer, world.stranger)
    assert told(case) == {"officer"}


# --- That he stands in ------------------------------------------------------------------------------------------------
def test_deputy_is_told_that_he_stands_in(world: World, mate: User) -> None:
    away(world.officer, mate)
    relay()
    notice = Notice.objects.get()
    assert notice.recipient == mate
    with translation.override("en"):
        assert sentences([notice])[0].startswith("You stand in for ")
    assert page_of(notice) == "/account/leave/"


def test_leave_that_was_cancelled_before_anybody_was_told_is_told_to_nobody(world: World, mate: User) -> None:
    cancel_leave(away(world.officer, mate, first=2, last=3))
    relay()
    assert not Notice.objects.exists()
    assert not OutboxRow.objects.filter(relayed_at=None).exists()


def test_leave_that_was_cancelled_afterwards_stops_no_page(world: World, mate: User) -> None:
    leave = away(world.officer, mate, first=2, last=3)
    relay()
    cancel_leave(leave)
    notice = Notice.objects.get()
    with translation.override("en"):
        assert sentences([notice]) == ["There is news"]
    assert page_of(notice) == "/account/leave/"
