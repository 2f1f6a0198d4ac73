"""The stub of a reclassified case: its old number says that it moved, to who could see the unit it stood in."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.models import ComplaintCase
from complaints.queries import moved_to_another_register
from organisations.models import User
from tests.support.world import World
from workflows.models import Conflict, UnitNumber

pytestmark = pytest.mark.django_db


def reclassified(world: World) -> tuple[str, ComplaintCase]:
    """The number a case had, and the case in the protected register."""
    case = world.into("screening")
    return case.number, world.do(case, "change_kind", world.screener, kind=world.corruption)


def _thai(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))


def searched(client: Client, user: User, text: str, name: str = "all") -> Any:
    """The queue as somebody sees it who looks for a number."""
    client.force_login(user)
    return client.get(reverse("queue", args=[name]), {"q": text})


@pytest.mark.parametrize("who", ["screener", "officer", "head", "executive"])
@pytest.mark.parametrize("name", ["all", "mine"])
def test_old_number_says_that_it_moved(client: Client, world: World, who: str, name: str) -> None:
    number, case = reclassified(world)
    response = searched(client, getattr(world, who), number, name)
    # Below the filters, whose lists name every kind.
    text = response.content.decode().partition('data-live="queue"')[2].partition("</main>")[0]
    assert response.context["moved"].left_on == timezone.localdate()
    assert f"{number}" in text
    # No way to it, and nothing of what it is now.
    for betrays in (case.public_id, case.number, world.corruption.name_th, world.centre.name_th):
        assert betrays not in text
    assert response.context["rows"] == []


def test_old_number_in_thai_digits_and_small_letters_is_found(client: Client, world: World) -> None:
    number, _case = reclassified(world)
    assert searched(client, world.head, _thai(number.lower())).context["moved"] is not None


@pytest.mark.parametrize("who", ["stranger", "centre_screener", "administrator"])
def test_who_could_not_see_the_unit_is_told_nothing(world: World, who: str) -> None:
    number, _case = reclassified(world)
    assert moved_to_another_register(getattr(world, who), number) is None


def test_who_has_a_conflict_is_told_nothing(world: World) -> None:
    number, case = reclassified(world)
    assert moved_to_another_register(world.officer, number) is not None
    Conflict.objects.create(case_id=case.pk, user=world.officer, at=timezone.now())
    assert moved_to_another_register(world.officer, number) is None


def test_only_a_whole_number_that_moved_is_told_of(world: World) -> None:
    number, case = reclassified(world)
    stays = world.into("screening")
    others = (stays.number, case.number, "DST-2570-99999", "ไฟถนน", "P-1")
    for text in ("", number[:-1], number[:-5], f"{number}0", *others):
        assert moved_to_another_register(world.head, text) is None, text


def test_stub_tells_of_nothing_that_happened_later(client: Client, world: World) -> None:
    number, case = reclassified(world)
    before = searched(client, world.head, number).content
    UnitNumber.objects.filter(case=case.pk).update(left_on=timezone.localdate() - timedelta(days=9))
    then = searched(client, world.head, number)
    assert then.context["moved"].left_on == timezone.localdate() - timedelta(days=9)
    UnitNumber.objects.filter(case=case.pk).update(left_on=timezone.localdate())
    world.do(case, "accept", world.centre_screener, kind=world.corruption, unit=world.centre)
    strip = lambda page: page.decode().partition("<main")[2].partition("</main>")[0].partition('name="csrf')[0]  # noqa: E731
    assert strip(searched(client, world.head, number).content) == strip(before)


def test_case_that_came_in_protected_has_no_stub(world: World) -> None:
    world.file(world.corruption)
    assert not UnitNumber.objects.exists()


def test_search_without_a_stub_costs_no_more_than_one_query(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert moved_to_another_register(world.head, "ไฟถนนดับ") is None
    with django_assert_num_queries(1):
        assert moved_to_another_register(world.head, "DST-2570-00099") is None
