"""Coverage and level of many units: rows, what blocks, every number's list, the file."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from organisations.actions import rebuild_reach
from organisations.models import Unit
from organisations.sheets import neutral
from procurement.coverage.standing import standings_of
from procurement.models import Activity
from tests.procurement.test_desk import signed_in
from tests.support.levels import covered_plan, registers
from tests.support.purchases import Plan
from tests.support.world import make_unit

pytestmark = pytest.mark.django_db
HERE = "/procurement/coverage/"


def two_districts(plan: Plan) -> None:
    """The district at level 1 (two of the largest budgets open), the other at level 5."""
    covered_plan(plan, top=1, rest=5, rest_covered=2)
    covered_plan(plan, top=3, rest=5, rest_covered=4, education=1, unit=plan.world.other)


def look(plan: Plan, **values: Any) -> Any:
    """The page as the executive of the province gets it."""
    return signed_in(plan.world.executive).get(HERE, values)


def codes(answer: Any) -> list[str]:
    """The units on the page, in order."""
    return [line["unit"].code for line in answer.context["rows"]]


def test_page_anonymous_is_sent_to_sign_in() -> None:
    answer = Client().get(HERE)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("who", ["officer", "screener"])
def test_page_of_another_role_says_who_has_it(plan: Plan, who: str) -> None:
    answer = signed_in(getattr(plan.world, who)).get(HERE)
    assert answer.status_code == 403
    assert "executive" in answer.content.decode()


@pytest.mark.parametrize(
    "values", ["unit=DEP", "unit=nowhere", "year=2499", "year=x", "year=2560", "level=x", "blocks=nothing", "level=999"]
)
def test_what_he_does_not_oversee_or_means_nothing_is_not_there(plan: Plan, values: str) -> None:
    assert signed_in(plan.world.executive).get(f"{HERE}?{values}").status_code == 404


def test_units_below_stand_with_their_level_and_what_blocks_it(plan: Plan) -> None:
    two_districts(plan)
    answer = look(plan)
    assert codes(answer) == ["DST", "OTH"]
    first, second = (line["row"] for line in answer.context["rows"])
    assert (first.level, [lack.code for lack in first.lacks], first.top_uncovered) == (1, ["top"], 2)
    assert (second.level, second.lacks) == (5, ())
    page = answer.content.decode()
    assert "2 of the largest budgets" in page
    assert "the highest level" in page
    assert page.count("diagnostic") == 2


def test_every_number_opens_what_it_counts(plan: Plan) -> None:
    two_districts(plan)
    client = signed_in(plan.world.executive)
    page = client.get(HERE)
    assert {row["level"]: row["count"] for row in page.context["levels"]} == {0: 0, 1: 1, 2: 0, 3: 0, 4: 0, 5: 1}
    for row in page.context["levels"]:
        assert client.get(HERE, {"level": row["level"]}).context["count"] == row["count"]
    assert {row["code"]: row["count"] for row in page.context["blocks"]} == {"top": 1}
    for row in page.context["blocks"]:
        assert client.get(HERE, {"blocks": row["code"]}).context["count"] == row["count"]
    for line in page.context["rows"]:
        level = client.get(line["level_url"])
        assert level.context["result"].level == line["row"].level
        top = client.get(line["level_url"] + "&list=top").context["rows"]
        assert sum(row["covered"] for row in top) == line["standing"].top_covered


@pytest.mark.parametrize(
    ("sort", "first"),
    [("worst", "DST"), ("name", "DST"), ("level", "OTH"), ("top", "DST"), ("rest", "DST"), ("x", "DST")],
)
def test_rows_are_sorted_as_asked(plan: Plan, sort: str, first: str) -> None:
    two_districts(plan)
    assert codes(look(plan, sort=sort))[0] == first


def test_department_sees_provinces_and_on_demand_every_district(plan: Plan) -> None:
    two_districts(plan)
    client = signed_in(plan.world.executive)
    executive = plan.world.executive.holdings.get()
    executive.post.unit = plan.world.department
    executive.post.save()
    assert codes(client.get(HERE)) == ["PRV"]
    assert sorted(codes(client.get(HERE, {"depth": "all"}))) == ["DST", "OTH", "PRV"]
    province = client.get(HERE)
    assert not province.context["rows"][0]["row"].diagnostic
    assert province.context["rows"][0]["below_url"] == f"{HERE}?unit=PRV&year={plan.year}"
    assert codes(client.get(HERE, {"unit": "PRV"})) == ["DST", "OTH"]


def test_level_blocked_by_publication_and_education(plan: Plan) -> None:
    covered_plan(plan, top=3, rest=5, rest_covered=5)
    plan.activity(1000, unit=plan.world.other)
    found = {line["unit"].code: [lack.code for lack in line["row"].lacks] for line in look(plan).context["rows"]}
    assert found == {"DST": ["education"], "OTH": ["published"]}


def test_unit_without_a_plan_is_no_row(plan: Plan) -> None:
    registers(plan, plan.unit)
    answer = look(plan)
    assert codes(answer) == []
    assert "No plan of this year yet" in answer.content.decode()


def test_unit_with_nothing_below_shows_itself(plan: Plan) -> None:
    covered_plan(plan, rest=1, rest_covered=1)
    assert codes(signed_in(plan.world.head).get(HERE)) == ["DST"]


def test_file_has_the_rows_of_the_page_and_no_formula(plan: Plan) -> None:
    two_districts(plan)
    Unit.objects.filter(code="OTH").update(name_en="=HYPERLINK(1)", name_th="=HYPERLINK(1)")
    answer = look(plan, **{"as": "csv", "sort": "level"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert f"coverage-{plan.year}.csv" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Code", "OTH", "DST"]
    assert rows[1][1] == "'=HYPERLINK(1)"
    assert rows[2][3:9] == ["1", "4", "8", "1", "3", "2"]


@pytest.mark.parametrize(
    ("value", "cell"),
    [("=1+1", "'=1+1"), ("+66", "'+66"), ("-", "'-"), ("@x", "'@x"), ("\t=1", "'\t=1"), (" =1", "' =1"), ("ก", "ก"),
     (None, ""), (-5, -5), (True, 1), (date(2026, 1, 2), "2026-01-02")],
)  # fmt: skip
def test_cell_is_no_formula(value: Any, cell: Any) -> None:
    assert neutral(value) == cell


def test_page_of_many_units_shows_some_and_says_how_many_more(plan: Plan) -> None:
    many_districts(plan, 130)
    answer = look(plan)
    assert len(answer.context["rows"]) == 100
    assert answer.context["left_out"] == 30
    assert len(look(plan, rows="all").context["rows"]) == 130
    page = answer.content.decode()
    assert len(re.findall(r'<tr class="no-print">', page)) == 70


def many_districts(plan: Plan, count: int) -> None:
    """Districts under the province, each with one activity."""
    units = [make_unit(f"X{number:04}", under=plan.world.province) for number in range(count)]
    rebuild_reach()
    Activity.objects.bulk_create(
        Activity(unit=unit, fiscal_year=plan.year, name="กิจกรรม", budget=1000) for unit in units
    )
    standings_of(Unit.objects.all(), plan.year)


@pytest.mark.parametrize("count", [1, 60])
def test_page_takes_a_constant_number_of_statements(plan: Plan, count: int, django_assert_max_num_queries: Any) -> None:
    many_districts(plan, count)
    client = signed_in(plan.world.executive)
    client.get(HERE)
    with django_assert_max_num_queries(17):  # one of them: seats that should not wait
        client.get(HERE)
