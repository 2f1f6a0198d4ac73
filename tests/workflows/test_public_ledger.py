"""The checkpoints, for everybody: counts and hashes, and nothing of any case."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.support.world import World
from workflows.checkpoints import make_checkpoint
from workflows.models import Checkpoint

pytestmark = pytest.mark.django_db


def test_page_without_checkpoints_says_when_one_comes() -> None:
    answer = Client().get(reverse("public_ledger"))
    assert answer.status_code == 200
    assert not answer.context["checkpoints"]


def test_page_shows_roots_and_no_case(world: World) -> None:
    case = world.into("accepted")
    first = make_checkpoint()
    world.do(case, "note", world.officer, text="บันทึก")
    second = make_checkpoint()
    assert first
    assert second
    page = Client().get(reverse("public_ledger")).content.decode()
    assert page.index(second.root) < page.index(first.root)
    for secret in (case.number, case.public_id, case.ledger_head, world.officer.name_th):
        assert secret not in page


def test_json_says_the_same_for_machines(world: World) -> None:
    case = world.file()
    first = make_checkpoint()
    world.do(case, "start_screening", world.screener)
    second = make_checkpoint()
    assert first
    assert second
    answer = Client().get(reverse("public_ledger_json")).json()
    assert [row["root"] for row in answer["checkpoints"]] == [second.root, first.root]
    assert answer["checkpoints"][0]["previous"] == first.root
    assert set(answer["checkpoints"][0]) == {"number", "at", "leaves", "root", "previous"}
    assert answer["before"] is None


def test_older_checkpoints_are_on_the_next_page() -> None:
    Checkpoint.objects.bulk_create([Checkpoint(at=timezone.now(), leaves=1, root=f"{i:064}") for i in range(53)])
    client = Client()
    first = client.get(reverse("public_ledger"))
    second = client.get(f"{reverse('public_ledger')}{first.context['older']}")
    assert (len(first.context["checkpoints"]), len(second.context["checkpoints"])) == (50, 3)
    assert second.context["older"] is None
    json = client.get(reverse("public_ledger_json")).json()
    rest = client.get(reverse("public_ledger_json"), {"before": json["before"]}).json()
    assert (len(rest["checkpoints"]), rest["before"]) == (3, None)


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "1;2"])
@pytest.mark.parametrize("name", ["public_ledger", "public_ledger_json"])
def test_page_after_nonsense_is_not_there(name: str, before: str) -> None:
    assert Client().get(reverse(name), {"before": before}).status_code == 404


@pytest.mark.parametrize("name", ["public_ledger", "public_ledger_json"])
@pytest.mark.parametrize("count", [1, 50])
def test_page_takes_one_statement_and_counts_the_visit(name: str, count: int, django_assert_num_queries: Any) -> None:
    Checkpoint.objects.bulk_create([Checkpoint(at=timezone.now(), leaves=1, root=f"{i:064}") for i in range(count)])
    # Three more than the page itself: the visit is counted, in a savepoint.
    with django_assert_num_queries(1 + 3):
        Client().get(reverse(name))
