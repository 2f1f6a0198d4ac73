"""What of the complaints is told to everybody: once, and never what is small or protected."""

import csv
import io
import json
import random
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints.disclosure.manual import STEPS, manual_of
from complaints.disclosure.periods import public_period, quarter_of, quarter_on
from complaints.disclosure.publishing import publish
from complaints.disclosure.trees import grown
from complaints.models import PublicReport, PublicYear, ReportPeriod, UnitReport
from complaints.statistics.figures import LEAST, Figures
from complaints.statistics.making import make
from complaints.statistics.periods import month_of
from tests.complaints.statistics.filing import NOVEMBER, OCTOBER, filed, moment, protected
from tests.support.world import World, make_unit
from workflows.models import ClockRule

pytestmark = pytest.mark.django_db


def figures(**parts: dict[str, int]) -> dict[str, Any]:
    return Figures.from_json(parts).to_json()


def reported(month: str, by_unit: dict[int, dict[str, Any]]) -> None:
    """Statistics of a month as they were worked out."""
    period = month_of(date.fromisoformat(f"{month}-01"))
    row = ReportPeriod.objects.create(
        code=month, first=period.first, last=period.last, made_at=timezone.now(), opens=True
    )
    UnitReport.objects.bulk_create(UnitReport(period=row, unit_id=unit, figures=of) for unit, of in by_unit.items())


def told(period: str = "2026-10", unit: Any = None) -> dict[str, Any]:
    return PublicReport.objects.get(period=period, unit=unit).figures


def get(name: str, status: int = 200, **values: str) -> Any:
    client = Client()
    client.cookies["django_language"] = "en"
    answer = client.get(reverse(name), values)
    assert answer.status_code == status
    return answer


def test_month_is_told_by_kind_and_channel(world: World) -> None:
    for day in range(1, 8):
        filed(world, moment(day))
    make(OCTOBER)
    assert publish() == 1
    assert told()["flows"] == {"received": 7, "closed": 0}
    assert told()["channels"] == {"": 7, "website": 7}
    assert told(unit=world.district)["flows"]["received"] == 7
    assert publish() == 0, "once is enough"


def test_protected_complaints_move_no_public_figure(world: World) -> None:
    for day in range(1, 8):
        filed(world, moment(day))
    for _ in range(9):
        protected(world, moment(5))
    make(OCTOBER)
    publish()
    text = get("open_complaints_json").content.decode()
    assert json.loads(text)["told"]["flows"]["received"] == 7
    assert world.corruption.code not in text
    assert world.corruption.code not in get("open_complaints_csv").content.decode()


def test_fewer_than_least_are_nowhere(world: World) -> None:
    for day in range(1, LEAST):
        filed(world, moment(day))
    make(OCTOBER)
    publish()
    assert not PublicReport.objects.filter(figures__has_key="flows").exists()
    page = get("open_complaints").content.decode()
    assert "Too few to be shown" in page
    assert json.loads(get("open_complaints_json").content)["told"].get("flows") is None


def test_earlier_month_is_not_told_after_a_later_one(world: World) -> None:
    for day in range(1, 8):
        filed(world, moment(day))
        filed(world, moment(day, 11))
    make(NOVEMBER)
    assert publish() == 1
    make(OCTOBER)
    assert publish() == 0
    assert PublicYear.objects.get().periods == ["2026-11"]


def test_quarter_and_year_are_told_with_their_last_month(world: World) -> None:
    for month in range(12):
        code = f"{2026 + (month + 9) // 12}-{(month + 9) % 12 + 1:02}"
        reported(code, {world.district.pk: figures(flows={"received": 10, "closed": 5}, kinds={"general": 10})})
    assert publish() == 12 + 4 + 1
    assert told("fy2570")["flows"] == {"received": 120, "closed": 60}
    assert told("fy2570-q1")["kinds"][""] == 30
    assert "fy2570-q4" in PublicYear.objects.get().periods


def test_new_unit_and_new_kind_come_behind_the_others(world: World) -> None:
    reported("2026-10", {world.district.pk: figures(flows={"received": 10, "closed": 0}, kinds={"general": 10})})
    publish()
    first = PublicYear.objects.get().trees
    young = make_unit("YNG", under=world.province)
    reported("2026-11", {young.pk: figures(flows={"received": 9, "closed": 0}, kinds={"brand_new": 9})})
    publish()
    later = PublicYear.objects.get().trees
    for part, tree in first.items():
        assert later[part][: len(tree)] == tree
    assert told("2026-11", young)["flows"]["received"] == 9


@pytest.mark.parametrize("seed", range(4))
def test_no_small_number_stands_in_a_year_nor_is_left_by_subtraction(world: World, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - made-up figures
    units = [world.district, world.province, world.other, *(make_unit(f"U{i}", under=world.province) for i in range(3))]
    for month in range(12):
        code = f"{2026 + (month + 9) // 12}-{(month + 9) % 12 + 1:02}"
        rows = {}
        for unit in units:
            kinds = {kind: dice.choice([0, 0, 2, 3, 6, 30]) for kind in ("road", "waste", "service", "procurement")}
            whole = sum(kinds.values())
            rows[unit.pk] = figures(flows={"received": whole, "closed": 0}, kinds=kinds, channels={"website": whole})
        reported(code, rows)
    publish()
    by_place: dict[tuple[str, int | None], dict[str, int]] = {}
    for row in PublicReport.objects.all():
        for part, numbers in row.figures.items():
            for key, number in numbers.items():
                assert number == 0 or number >= LEAST, (row, part, key)
        by_place[row.period, row.unit_id] = row.figures.get("kinds", {})
    year, checked = by_place["fy2570", None], 0
    for key, number in year.items():
        if key.endswith("?"):
            continue
        quarters = [by_place[f"fy2570-q{n}", None].get(key) for n in range(1, 5)]
        left = number - sum(each for each in quarters if each)
        assert left == 0 or left >= LEAST, key
        checked += 1
    assert checked


def test_pages_and_files_say_the_same_and_neutralise_formulas(world: World) -> None:
    world.district.name_th = "=HYPERLINK(1)"
    world.district.save()
    for day in range(1, 8):
        filed(world, moment(day))
    make(OCTOBER)
    publish()
    unit = world.district.code
    rows = list(csv.DictReader(io.StringIO(get("open_complaints_csv", unit=unit).content.decode("utf-8-sig"))))
    found = json.loads(get("open_complaints_json", unit=unit).content)
    assert {row["unit"] for row in rows} == {"'=HYPERLINK(1)"}
    website = next(row for row in rows if row["key"] == "website")
    assert int(website["number"]) == found["told"]["channels"]["website"] == 7
    assert set(found) == {"period", "unit", "least", "told", "below"}
    assert ">7<" in get("open_complaints", unit=unit).content.decode()


@pytest.mark.parametrize(
    "values", [{"unit": "nowhere"}, {"period": "2026-13"}, {"period": "fy2570-1"}, {"period": "x"}]
)
def test_what_is_not_published_is_not_there(world: World, values: dict[str, str]) -> None:
    for day in range(1, 8):
        filed(world, moment(day))
    make(OCTOBER)
    publish()
    for name in ("open_complaints", "open_complaints_csv", "open_complaints_json"):
        get(name, 404, **values)
        assert Client().post(reverse(name)).status_code == 405


def test_statistics_page_asks_as_much_for_many_units(world: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            get("open_complaints", unit="PRV" if world.province.code == "PRV" else world.province.code)
        return len(asked)

    of = figures(flows={"received": 10, "closed": 0}, kinds={"general": 10}, channels={"website": 10})
    reported("2026-10", {world.district.pk: of})
    publish()
    one = cost()
    more = [make_unit(f"M{i}", under=world.province) for i in range(8)]
    reported("2026-11", {unit.pk: of for unit in more})
    publish()
    assert PublicReport.objects.filter(period="2026-11", unit__in=more).count() == 8
    assert cost() == one


def test_empty_page_says_when_there_will_be_something(world: World) -> None:
    assert "No statistics are published yet" in get("open_complaints").content.decode()
    get("open_complaints_csv", 404)


# --- The manual ---------------------------------------------------------------------------------------------------
def test_manual_follows_the_rules_as_they_stand(world: World) -> None:
    assert {rule.code for step in manual_of(None).steps for rule in step.rules} == {
        code for _title, _words, codes in STEPS for code in codes
    }
    rule = ClockRule.objects.filter(code="screen", category="").latest("valid_from")
    rule.pk, rule.length, rule.valid_from = None, 77, timezone.localdate()
    rule.save()
    assert "77 working days" in get("open_manual", unit=world.district.code).content.decode()
    times = [time for step in json.loads(get("open_manual_json").content)["steps"] for time in step["times"]]
    assert [time["length"] for time in times if time["clock"] == "screen"] == [77]


def test_manual_of_a_unit_that_is_not_there_is_not_found(world: World) -> None:
    get("open_manual", 404, unit="nowhere")
    get("open_manual_json", 404, unit="nowhere")


# --- Pure ---------------------------------------------------------------------------------------------------------
def test_periods() -> None:
    first = quarter_of(2570, 1)
    assert (first.first, first.last) == (date(2026, 10, 1), date(2026, 12, 31))
    assert quarter_on(date(2027, 9, 30)) == quarter_of(2570, 4)
    assert public_period("fy2570-q4") == quarter_of(2570, 4)
    assert public_period("fy2570-2") is None
    assert public_period("fy0001-q1") is None


def test_trees_begin_with_the_largest_and_grow_at_the_end() -> None:
    tree = grown([], {"a": "", "b": "", "b1": "b"}, {"a": 5, "b1": 9})
    assert [node for node, parent in tree if parent == ""] == ["b", "a", "."]
    assert [node for node, parent in tree if parent == "b"] == ["b1", "b."]
    assert grown(tree, {"c": "", "a": "b"}, {"c": 99})[: len(tree)] == tree
