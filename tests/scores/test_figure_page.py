"""The page of a figure: what it is, how it stands, and the cases that it counts, for whom they exist."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organisations.calendar import fiscal_year
from organisations.models import Role, Unit, User
from tests.support.world import World, make_person
from workflows.models import Case, Clock

pytestmark = pytest.mark.django_db
YEAR = fiscal_year(timezone.localdate())
OVERDUE = "complaints.overdue_share"


def address(unit: Unit, figure: str = OVERDUE, year: int = YEAR) -> str:
    return reverse("unit_figure", args=[unit.code, year, figure])


def seen(client: Client, user: User, where: str) -> str:
    client.force_login(user)
    answer = client.get(where)
    assert answer.status_code == 200, where
    return answer.content.decode()


def make_late(world: World) -> Case:
    case = world.into("investigating")
    Clock.objects.filter(case=case, code="investigate").update(due_on=timezone.localdate() - timedelta(days=3))
    return case


def test_figure_opens_the_cases_that_it_counts_and_no_other(world: World, client: Client) -> None:
    late, punctual = make_late(world), world.into("investigating")
    page = seen(client, world.executive, address(world.district))
    assert "1/2" in page
    assert reverse("case", args=[late.public_id]) in page
    assert punctual.public_id not in page


def test_figure_shows_no_case_to_whom_it_does_not_exist(world: World, client: Client) -> None:
    late = make_late(world)
    integrity = make_person("integrity", world.district, Role.INTEGRITY)
    page = seen(client, integrity, address(world.district))
    assert late.public_id not in page
    assert str(late.number) not in page


def test_withheld_figure_is_explained_and_not_shown(world: World, client: Client) -> None:
    page = seen(client, world.executive, address(world.district, "complaints.section_122_grievances"))
    assert "level-number" not in page
    assert "<table" not in page


@pytest.mark.parametrize("figure", ["procurement.top_covered", "complaints.officer_assigned", "disclosure.plan"])
def test_figure_without_cases_says_what_is_behind_it(world: World, client: Client, figure: str) -> None:
    page = seen(client, world.executive, address(world.district, figure))
    assert "level-number" in page
    assert "<table" not in page


def test_figure_is_not_there_for_another_unit_year_or_code(world: World, client: Client) -> None:
    client.force_login(world.head)  # of the district
    for where in (
        address(world.other),
        address(world.district, "complaints.nothing"),
        address(world.district, year=YEAR + 1),
        address(world.district, year=2400),
    ):
        assert client.get(where).status_code == 404, where


def test_figure_is_for_who_reads_scores(world: World, client: Client) -> None:
    assert client.get(address(world.district)).status_code == 302
    client.force_login(world.officer)
    assert client.get(address(world.district)).status_code == 403
    client.force_login(world.executive)
    assert client.post(address(world.district)).status_code == 405


def test_figure_asks_as_much_for_many_cases(world: World, client: Client) -> None:
    make_late(world)
    seen(client, world.executive, address(world.district))

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            seen(client, world.executive, address(world.district))
        return len(asked)

    one = cost()
    for _number in range(4):
        make_late(world)
    seen(client, world.executive, address(world.district))
    assert cost() == one


def test_score_of_a_unit_leads_to_its_figures(world: World, client: Client) -> None:
    make_late(world)
    page = seen(client, world.executive, reverse("unit_score", args=[world.district.code, "cdd-clean", YEAR]))
    assert address(world.district) in page
