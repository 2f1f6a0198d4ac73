"""For whom a case in his hands exists: by his post of today, and of what he asked he hears while the complaint does."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import ComplaintCase, RequestCase
from complaints.requests.queries import asked_by
from notifications.models import Notice
from notifications.relay import relay
from organisations.models import Holding, Post, Role, Unit, User
from tests.support.world import ALWAYS, World
from workflows.models import Case, Conflict
from workflows.queries import known_among, visible_to

pytestmark = pytest.mark.django_db


def again(user: User) -> User:
    """As a new request knows him."""
    return User.objects.get(pk=user.pk)


def sees(user: User, case: Case) -> bool:
    return visible_to(again(user)).filter(pk=case.pk).exists()


def moves_to(user: User, unit: Unit, *roles: str) -> None:
    """His posts have ended, and he has this one."""
    Holding.objects.filter(user=user).delete()
    post = Post.objects.create(unit=unit, title_th="ตำแหน่ง", title_en="Post", roles=list(roles), valid=ALWAYS)
    Holding.objects.create(post=post, user=user, valid=ALWAYS)


@pytest.mark.parametrize("state", ["closed", "merged", "investigating"])
def test_last_holder_sees_a_case_no_longer_when_his_post_there_has_ended(world: World, state: str) -> None:
    case = world.into(state)
    assert case.holder == world.officer
    assert sees(world.officer, case)
    moves_to(world.officer, world.other, Role.OFFICER, Role.SCREENER)
    assert not sees(world.officer, case)
    Holding.objects.filter(user=world.officer).delete()
    assert not sees(world.officer, case)


def test_last_holder_sees_it_from_a_unit_above_and_a_protected_one_only_from_its_own(world: World) -> None:
    ordinary, protected = world.into("closed"), world.into("closed", world.corruption)
    moves_to(world.officer, world.province, Role.OFFICER)
    assert sees(world.officer, ordinary)
    moves_to(world.centre_officer, world.department, Role.OFFICER)
    assert not sees(world.centre_officer, protected)


def test_post_that_reads_no_complaints_shows_none_that_was_in_his_hands(world: World) -> None:
    case = world.into("closed")
    moves_to(world.officer, world.district, Role.PROCUREMENT)
    assert not sees(world.officer, case)


def test_reading_what_exists_costs_one_query_for_the_posts_and_one_for_the_cases(world: World) -> None:
    world.into("closed")
    user = again(world.officer)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        list(visible_to(user))
    assert len(queries) == 2


# --- What he asked ----------------------------------------------------------------------------------------------------
def test_who_asked_hears_nothing_of_an_answer_once_the_complaint_does_not_exist_for_him(world: World) -> None:
    case = world.do(world.into("investigating"), "ask_agencies", world.officer, units=[world.other], text="ขอข้อมูล")
    request = RequestCase.objects.get(request__complaint=case.pk)
    assert known_among(again(world.officer), [request.pk]) == {request.pk}
    # He came to work under a respondent, or his is merged with one about his superior: the case is still in his hands.
    Conflict.objects.create(case_id=case.pk, user=world.officer, cause=Conflict.Cause.SUBORDINATE, at=case.changed_at)
    assert ComplaintCase.objects.get(pk=case.pk).holder == world.officer
    assert not asked_by(again(world.officer)).exists()
    assert known_among(again(world.officer), [request.pk]) == set()
    world.do(request, "answer", world.stranger, text="คำตอบ")
    relay()
    assert not Notice.objects.filter(recipient=world.officer, case=request.pk, event="answer").exists()


def test_who_asked_and_whose_post_has_ended_hears_nothing(world: World) -> None:
    case = world.do(world.into("investigating"), "ask_agencies", world.officer, units=[world.other], text="ขอข้อมูล")
    request = RequestCase.objects.get(request__complaint=case.pk)
    moves_to(world.officer, world.province, Role.PROCUREMENT)
    assert known_among(again(world.officer), [request.pk]) == set()
