"""The overview and the lists behind its figures, as pages."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.overview import AGE_BANDS, Figure
from complaints.receipts import new_receipt
from complaints.views.executive.pages import _cells as heat_cells
from organisations.models import User
from tests.support.world import World
from workflows.actors import Actor
from workflows.models import Case, Conflict
from workflows.transitions import open_case

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="(?P<url>/overview/cases/[^"]*)"[^>]*>(?:<span class="stat-value"[^>]*>)?(?P<count>[\d,]+)<')


def signed_in(user: User) -> Client:
    """A browser in which `user` is signed in, in English."""
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def cases(world: World, count: int, **facts: Any) -> list[Case]:
    """Open complaints in the district, received."""
    return [
        open_case(
            "complaint", "register", Actor.complainant(), unit=world.district, statement="ไฟดับ", channel="website",
            kind=world.simple, receipt=new_receipt(), **facts,
        )
        for _ in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["overview", "overview_trend", "open_cases"])
def test_page_anonymous_is_sent_to_sign_in(name: str) -> None:
    answer = Client().get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["overview", "overview_trend", "open_cases"])
def test_page_of_another_role_says_who_has_it(world: World, name: str) -> None:
    answer = signed_in(world.officer).get(reverse(name))
    assert answer.status_code == 403
    assert "executive" in answer.content.decode()


@pytest.mark.parametrize("who", ["executive", "head", "approver"])
def test_overview_opens_for_who_oversees(world: World, who: str) -> None:
    cases(world, 1)
    answer = signed_in(getattr(world, who)).get(reverse("overview"))
    assert answer.status_code == 200
    assert answer.context["figures"].total.cases == 1


@pytest.mark.parametrize("name", ["overview", "overview_trend", "open_cases"])
@pytest.mark.parametrize("values", ["under=DEP", "under=nowhere", "unit=ACC"])
def test_unit_out_of_scope_is_not_there(world: World, name: str, values: str) -> None:
    assert signed_in(world.executive).get(f"{reverse(name)}?{values}").status_code == 404


@pytest.mark.parametrize(
    "values", ["age=3", "due=maybe", "state=closed", "kind=nonsense", "holder=nobody.of.that.name"]
)
def test_selection_that_means_nothing_is_not_there(world: World, values: str) -> None:
    assert signed_in(world.executive).get(f"{reverse('open_cases')}?{values}").status_code == 404


def test_every_number_on_the_page_opens_a_list_of_that_length(world: World) -> None:
    made = [world.into(state) for state in ("received", "screening", "investigating", "review", "replied")]
    world.file(world.corruption, unit=world.district)
    today = timezone.localdate()
    Case.objects.filter(pk=made[0].pk).update(
        next_due=today - timedelta(days=3), opened_at=timezone.now() - timedelta(days=40)
    )
    Case.objects.filter(pk=made[1].pk).update(next_due=today)
    client = signed_in(world.executive)
    page = client.get(reverse("overview")).content.decode()
    links = {
        (found["url"].replace("&amp;", "&"), int(found["count"].replace(",", ""))) for found in LINK.finditer(page)
    }
    assert len(links) > 12
    for url, count in links:
        answer = client.get(url)
        assert answer.status_code == 200, url
        if answer.context["count"] != count:
            # The median is an age, not a number of cases; it opens the list of all.
            assert url == reverse("open_cases") + "?"
            assert count == page_median(page)
        else:
            assert len(answer.context["rows"]) == count


def page_median(page: str) -> int:
    """The figure of the tile whose value is an age."""
    found = re.search(r'id="median"[^>]*>(\d+)<', page)
    assert found
    return int(found[1])


def test_list_says_what_it_is_a_list_of(world: World) -> None:
    world.into("investigating")
    url = f"{reverse('open_cases')}?under=DST&state=investigating&holder=officer&age=0-7"
    page = signed_in(world.executive).get(url).content.decode()
    assert "1 open case" in page
    for word in ("Unit DST and all below it", "Investigating", "officer", "0–7 days old"):
        assert word in page


def test_list_hides_text_that_is_not_screened(world: World) -> None:
    world.file(world.simple, statement="ความลับของผู้ร้อง")
    page = signed_in(world.executive).get(reverse("open_cases")).content.decode()
    assert "ความลับของผู้ร้อง" not in page
    assert "Not screened yet" in page


def test_protected_case_of_another_unit_moves_nothing(world: World) -> None:
    world.file(world.corruption)
    client = signed_in(world.executive)
    assert client.get(reverse("overview")).context["figures"].total.cases == 0
    assert client.get(reverse("open_cases")).context["count"] == 0


def test_conflict_takes_a_case_out_of_figures_and_lists(world: World) -> None:
    case, _other = cases(world, 2)
    Conflict.objects.create(case=case, user=world.executive, at=timezone.now())
    client = signed_in(world.executive)
    assert client.get(reverse("overview")).context["figures"].total.cases == 1
    assert case.number not in client.get(reverse("open_cases")).content.decode()


def test_nothing_open_says_so(world: World) -> None:
    page = signed_in(world.executive).get(reverse("overview")).content.decode()
    assert "No complaint is open here" in page


def test_list_goes_on_where_the_page_ended(world: World) -> None:
    cases(world, 52)
    client = signed_in(world.executive)
    first = client.get(reverse("open_cases"))
    assert len(first.context["rows"]) == 50
    assert first.context["count"] == 52
    second = client.get(reverse("open_cases"), {"after": first.context["page"].after})
    seen = {row.case.pk for answer in (first, second) for row in answer.context["rows"]}
    assert len(second.context["rows"]) == 2
    assert len(seen) == 52


def test_trend_is_a_table_under_its_drawing(world: World) -> None:
    cache.clear()
    cases(world, 2)
    client = signed_in(world.executive)
    part = client.get(reverse("overview_trend"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert part.count("<td>") == 12 * 2 + 1
    assert "<html" in client.get(reverse("overview_trend")).content.decode()


@pytest.mark.parametrize("count", [1, 50])
def test_overview_takes_a_constant_number_of_statements(
    world: World, count: int, django_assert_max_num_queries: Any
) -> None:
    cases(world, count)
    client = signed_in(world.executive)
    with django_assert_max_num_queries(16):
        client.get(reverse("overview"))


@pytest.mark.parametrize("count", [1, 50])
def test_list_takes_a_constant_number_of_statements(
    world: World, count: int, django_assert_max_num_queries: Any
) -> None:
    cases(world, count)
    client = signed_in(world.executive)
    with django_assert_max_num_queries(14):
        client.get(reverse("open_cases"))


def test_cell_is_no_hotter_than_its_age() -> None:
    ages = {band.code: Figure(1) for band in AGE_BANDS}
    assert [cell["heat"] for cell in heat_cells(ages, 1, unit="DST")] == [1, 2, 3, 4, 5]
    assert {cell["heat"] for cell in heat_cells(ages, 5, unit="DST")} == {1}
    assert {cell["heat"] for cell in heat_cells({}, 5, unit="DST")} == {0}
