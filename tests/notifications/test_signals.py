"""Who signs out or has a right less wakes his own sockets, and nobody else's."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organisations.models import Holding, Post, Role, User
from tests.support.live import sign_in
from tests.support.wakes import wakes
from tests.support.world import World, make_person
from workflows.wakeups import About, WakeUp

pytestmark = pytest.mark.django_db


def rights(act: Callable[[], object]) -> set[int]:
    """The people whose rights an act makes the sockets look at."""
    with wakes() as said:
        act()
    assert {wake_up.about for wake_up in said} <= {About.RIGHTS}
    return {user for wake_up in said for user in wake_up.ids}


def end(post: Post) -> None:
    """The post ends today."""
    post.valid = DateRange(date(2000, 1, 1), timezone.localdate())
    post.save()


def test_signing_out_by_the_page_wakes_his_sockets(world: World) -> None:
    client, other = Client(), Client()
    for browser, user in ((client, world.officer), (other, world.head)):
        browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert rights(lambda: client.post(reverse("account_logout"))) == {world.officer.pk}


def test_session_that_is_ended_elsewhere_wakes_his_sockets(world: World) -> None:
    key = sign_in(world.officer)
    sign_in(world.head)
    assert rights(lambda: Session.objects.get(session_key=key).delete()) == {world.officer.pk}


def test_cleaning_up_wakes_those_whose_sessions_have_ended(world: World) -> None:
    Session.objects.filter(session_key=sign_in(world.officer)).update(expire_date=timezone.now() - timedelta(days=1))
    sign_in(world.head)
    assert rights(lambda: call_command("clearsessions")) == {world.officer.pk}


def test_session_of_nobody_wakes_nobody() -> None:
    session = SessionStore()
    session["visits"] = 1
    session.create()
    assert rights(session.flush) == set()


@pytest.mark.parametrize("content", ["no session at all", ""])
def test_session_that_cannot_be_read_wakes_nobody_and_is_deleted(content: str) -> None:
    session = Session.objects.create(session_key="x" * 32, session_data=content, expire_date=timezone.now())
    assert rights(session.delete) == set()
    assert not Session.objects.exists()


def test_changed_person_wakes_his_sockets_and_a_new_one_none(world: World) -> None:
    world.officer.is_active = False
    assert rights(world.officer.save) == {world.officer.pk}
    world.head.set_password("another one")
    assert rights(world.head.save) == {world.head.pk}
    assert rights(lambda: make_person("new")) == set()


def test_post_given_changed_and_taken_wakes_who_holds_it(world: World) -> None:
    post = world.head.holdings.get().post
    given = Holding(post=post, user=world.officer, deputy=True, valid=DateRange(date(2000, 1, 1), None))
    assert rights(given.save) == {world.officer.pk}
    assert rights(lambda: end(post)) == {world.officer.pk, world.head.pk}
    assert rights(given.delete) == {world.officer.pk}
    assert rights(lambda: Holding.objects.filter(post=post).delete()) == {world.head.pk}


def test_new_post_and_one_that_nobody_holds_wake_nobody(world: World) -> None:
    def found() -> Post:
        always = DateRange(date(2000, 1, 1), None)
        return Post.objects.create(unit=world.district, title_th="ใหม่", roles=[Role.HEAD], valid=always)

    assert rights(found) == set()
    assert rights(lambda: end(Post.objects.latest("pk"))) == set()


def test_what_is_undone_wakes_nobody(world: World) -> None:

    def try_to() -> None:
        with transaction.atomic():
            world.officer.save()
            transaction.set_rollback(True)

    assert rights(try_to) == set()
    with wakes() as said:
        User.objects.get(pk=world.officer.pk).save()
    assert said == [WakeUp(About.RIGHTS, (world.officer.pk,))]
