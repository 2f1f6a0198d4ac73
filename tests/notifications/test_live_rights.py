"""Who sits at a socket and what he may hear of: sessions, posts, and the cases that exist for him at this moment."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.rules import READERS
from notifications.live.reading import Person, case_keys, changed_cases, gone, last_numbers, recognise, who_sees
from notifications.models import NoticeCounter
from organisations.actions import rebuild_reach
from organisations.middleware import ACTIVE_AT
from organisations.models import Holding, Post, Role, UnitLink, User
from tests.support.live import sign_in
from tests.support.world import ALWAYS, World, make_person
from workflows.models import Case, Conflict
from workflows.queries import known_among

pytestmark = pytest.mark.django_db


def declare(user: User, case: Case) -> None:
    """`user` has an interest in `case`, from now on."""
    Conflict.objects.create(case=case, user=user, at=timezone.now())


def leave_post(user: User) -> None:
    """`user` holds no post any more from today on."""
    Holding.objects.filter(user=user).update(valid=DateRange(date(2000, 1, 1), timezone.localdate()))


# --- Who sits there ---------------------------------------------------------------------------------------------------
def test_session_is_recognised_with_the_posts_of_today(world: World) -> None:
    key, other = sign_in(world.officer), sign_in(world.stranger)
    found = recognise([key, other, key, "0" * 32, ""])
    assert set(found) == {key, other}
    assert found[key] == Person(world.officer.pk, key, frozenset({(world.district.pk, "officer")}))
    assert found[other].posts == {(world.other.pk, role) for role in Role.values}


def test_post_that_ended_or_has_not_begun_is_no_right(world: World) -> None:
    today = timezone.localdate()
    for name, valid in (("past", (None, today)), ("coming", (today + timedelta(days=1), None))):
        held = make_person(name, world.district, Role.HEAD, deputy=True).holdings.get()
        Holding.objects.filter(pk=held.pk).update(valid=DateRange(*valid))
        posted = make_person(f"{name}2", world.district, Role.HEAD, deputy=True).holdings.get().post
        Post.objects.filter(pk=posted.pk).update(valid=DateRange(*valid))
    keys = [sign_in(user) for user in User.objects.filter(username__startswith="past")]
    keys += [sign_in(user) for user in User.objects.filter(username__startswith="coming")]
    found = recognise(keys)
    assert len(found) == 4
    assert all(person.posts == frozenset() for person in found.values())


def idle(session: str) -> None:
    """The browser was left alone for longer than the house allows."""
    store = SessionStore(session)
    store[ACTIVE_AT] = int(time.time() - settings.IDLE_END.total_seconds() - 60)
    store.save()


def active(session: str) -> None:
    """The browser was used a little less long ago than the house allows."""
    store = SessionStore(session)
    store[ACTIVE_AT] = int(time.time() - settings.IDLE_END.total_seconds() + 300)
    store.save()


def unhash(session: str) -> None:
    """A session without the hash of a password."""
    store = SessionStore(session)
    del store[HASH_SESSION_KEY]
    store.save()


def new_password(user: User) -> None:
    """Another password, set by an administrator."""
    user.set_password("quite another one")
    user.save()


ENDED: dict[str, Callable[[User, str], Any]] = {
    "signed out": lambda _user, key: SessionStore(key).flush(),
    "expired": lambda _user, key: Session.objects.filter(pk=key).update(expire_date=timezone.now()),
    "idle": lambda _user, key: idle(key),
    "unreadable": lambda _user, key: Session.objects.filter(pk=key).update(session_data="no session"),
    "without hash": lambda _user, key: unhash(key),
    "deactivated": lambda user, _key: User.objects.filter(pk=user.pk).update(is_active=False),
    "new password": lambda user, _key: new_password(user),
}


@pytest.mark.parametrize("how", ENDED)
def test_session_that_ended_is_nobodys_and_its_socket_goes(world: World, how: str) -> None:
    key, other = sign_in(world.officer), sign_in(world.head)
    people = recognise([key, other])
    ENDED[how](world.officer, key)
    assert set(recognise([key, other])) == {other}
    assert gone(people.values()) == {people[key]}


def test_browser_that_is_used_now_and_then_stays(world: World) -> None:
    key = sign_in(world.officer)
    active(key)
    people = recognise([key])
    assert set(people) == {key}
    assert gone(people.values()) == set()


def test_one_of_two_sessions_that_ends_takes_only_its_own_sockets(world: World) -> None:
    first, second = sign_in(world.officer), sign_in(world.officer)
    people = recognise([first, second])
    SessionStore(first).flush()
    assert gone(people.values()) == {people[first]}


def test_who_loses_a_post_or_a_role_goes(world: World) -> None:
    keys = [sign_in(user) for user in (world.officer, world.stranger, world.head)]
    people = recognise(keys)
    leave_post(world.officer)
    post = world.stranger.holdings.get().post
    post.roles = post.roles[1:]
    post.save()
    assert gone(people.values()) == {people[keys[0]], people[keys[1]]}


def test_who_moves_to_the_same_role_elsewhere_goes(world: World) -> None:
    key = sign_in(world.officer)
    people = recognise([key])
    Post.objects.filter(holdings__user=world.officer).update(unit=world.other)
    assert gone(people.values()) == set(people.values())


def test_who_gains_a_post_or_a_role_sits_on(world: World) -> None:
    key = sign_in(world.officer)
    people = recognise([key])
    Holding.objects.create(post=world.head.holdings.get().post, user=world.officer, deputy=True, valid=ALWAYS)
    own = world.officer.holdings.filter(deputy=False).get().post
    own.roles = [*own.roles, Role.SCREENER]
    own.save()
    assert gone(people.values()) == set()
    assert len(recognise([key])[key].posts) == 3


def test_session_that_became_anothers_is_not_his_any_more(world: World) -> None:
    key = sign_in(world.officer)
    assert gone([Person(world.head.pk, key, frozenset())]) == {Person(world.head.pk, key, frozenset())}


def test_many_are_recognised_in_three_statements(world: World) -> None:
    keys = [sign_in(make_person(f"p{number}", world.district, Role.OFFICER)) for number in range(20)]
    with CaptureQueriesContext(connection) as statements:
        assert len(recognise(keys)) == 20
    assert len(statements) == 3


def test_last_numbers_are_those_of_who_was_ever_told(world: World) -> None:
    NoticeCounter.objects.create(recipient=world.screener, last=3)
    assert last_numbers([world.screener.pk, world.head.pk]) == {world.screener.pk: 3}
    assert last_numbers([]) == {}


# --- Pages that show cases --------------------------------------------------------------------------------------------
def test_ordinary_case_is_seen_from_its_unit_and_all_above(world: World) -> None:
    case = world.file()
    (change,) = changed_cases([case.pk])
    assert change.case == case.pk
    units = {world.district.pk, world.province.pk, world.department.pk}
    assert change.seen_from == {(unit, role) for unit in units for role in READERS}
    assert not change.guarded


def test_protected_or_conflicted_case_is_asked_for_each_person(world: World) -> None:
    protected, conflicted, plain = world.file(world.corruption), world.file(), world.file()
    declare(world.officer, conflicted)
    found = {change.case: change.guarded for change in changed_cases([protected.pk, conflicted.pk, plain.pk])}
    assert found == {protected.pk: True, conflicted.pk: True, plain.pk: False}


def test_case_that_is_not_there_changes_nothing(world: World) -> None:
    assert changed_cases([0]) == changed_cases([]) == []


def test_protected_case_raised_to_the_unit_above_is_seen_from_there_wherever_that_stands_now(world: World) -> None:
    case = world.file(world.corruption)
    Case.objects.filter(pk=case.pk).update(raised_to=world.department)
    decider = make_person("decider", world.department, Role.APPROVER)
    reader = make_person("reader", world.department, Role.SCREENER)
    UnitLink.objects.filter(child=world.centre).delete()  # the centre was taken out of the department since
    rebuild_reach()
    (change,) = changed_cases([case.pk])
    assert change.guarded
    assert {unit for unit, _role in change.seen_from} == {world.centre.pk, world.department.pk}
    pairs = {(person.pk, case.pk) for person in (decider, reader, world.centre_screener)}
    assert who_sees(pairs) == {(decider.pk, case.pk), (world.centre_screener.pk, case.pk)}


def test_who_sees_is_visible_to_for_every_pair(world: World) -> None:
    cases = [world.file(), world.file(world.corruption), world.file(unit=world.other), world.into("investigating")]
    declare(world.officer, cases[3])
    declare(world.head, cases[0])
    people = [*User.objects.all()]
    User.objects.filter(pk=world.approver.pk).update(is_active=False)
    asked = {(person.pk, case.pk) for person in people for case in cases}
    fresh = User.objects.in_bulk()
    assert who_sees(asked) == {(person, case) for person, case in asked if known_among(fresh[person], [case])}
    assert who_sees([]) == who_sees([(0, cases[0].pk)]) == set()


def test_case_keys_are_given_for_what_exists_for_him_only(world: World) -> None:
    own, beside, conflicted = world.file(), world.file(unit=world.other), world.file()
    declare(world.screener, conflicted)
    asked = [case.public_id for case in (own, beside, conflicted)] + ["000000000000"]
    assert case_keys(world.screener.pk, asked) == {own.public_id: own.pk}
