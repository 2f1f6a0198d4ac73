"""What an executive reads of scores, the map, the comparison and the month."""

import re
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints import overview
from complaints.statistics.making import make
from complaints.statistics.periods import last_month
from organisations.actions import rebuild_reach
from organisations.calendar import fiscal_year
from organisations.demo.clock import as_of
from organisations.models import Unit
from scores import executive
from scores.daily import take_daily
from scores.exact import Share
from scores.models import Snapshot
from scores.rubric import rubric_for
from scores.scoring import score
from tests.complaints.test_executive_pages import cases, signed_in
from tests.scores.assessment_support import House, build_house
from tests.scores.test_assessment_pages import browser, page
from tests.scores.test_simulating import district
from tests.support.world import World, make_unit
from workflows.models import Case, Conflict

pytestmark = pytest.mark.django_db
PAGES = ("executive_scores", "executive_map", "executive_compare", "executive_month")
TODAY = timezone.localdate()
LINK = re.compile(r'href="(?P<url>/overview/cases/[^"]*)"[^>]*>(?P<count>[\d,]+)<')


@pytest.fixture
def house(world: World) -> House:
    cache.clear()
    return build_house(world)


def late(world: World, count: int) -> list[Case]:
    """Open cases of the district that are overdue."""
    made = cases(world, count)
    Case.objects.filter(pk__in=[case.pk for case in made]).update(next_due=TODAY - timedelta(days=2))
    return made


def yesterday_is_this_year() -> bool:
    return fiscal_year(TODAY - timedelta(days=1)) == fiscal_year(TODAY)


# --- Who --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", PAGES)
def test_who_does_not_oversee_finds_nothing(house: House, name: str) -> None:
    answer = Client().get(reverse(name))
    assert answer.status_code == 302
    assert "login" in answer["Location"]
    for user in (house.world.officer, house.integrity):
        page(user, name, status=403)
    for code in ("DEP", "nowhere"):
        page(house.world.executive, name, status=404, under=code)
    # The executive of another district.
    page(house.world.stranger, name, status=404, under="DST")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["executive", "head", "approver"])
def test_who_oversees_finds_the_page_and_the_way_to_it(house: House, name: str, who: str) -> None:
    user = getattr(house.world, who)
    page(user, name)
    assert reverse(name) in page(user, "overview")


def test_values_that_mean_nothing_are_not_there(house: House) -> None:
    boss = house.world.executive
    page(boss, "executive_map", status=404, show="nonsense")
    page(boss, "executive_compare", status=404, below="DEP")
    page(boss, "executive_compare", status=404, unit="DEP")
    for month in ("nonsense", "fy2569", f"{TODAY:%Y-%m}", "2026-13", "1990-01"):
        page(boss, "executive_month", status=404, month=month)


# --- The scores now ---------------------------------------------------------------------------------------------------
def test_scores_on_the_page_are_those_of_the_unit_page(house: House) -> None:
    case = house.state_all(house.begin("cdd-clean"))
    unit = house.world.district
    found = executive.now_of(unit, executive.Live.of([unit], TODAY, ()), TODAY)
    assert found is not None
    shown = browser(house.world.executive).get(reverse("executive_scores"), {"under": unit.code})
    whole = browser(house.world.executive).get(reverse("unit_score", args=[unit.code, "cdd-clean", fiscal_year(TODAY)]))
    assert case.assessment.family == "cdd-clean"
    assert shown.context["now"].score == whole.context["own"] == found.score
    for headline in found.headlines:
        assert headline.part == executive.part_of(whole.context["own"], headline.code)


def test_each_headline_says_its_next_level_and_the_first_road() -> None:
    rubric = rubric_for("cdd-clean", 2570)
    facts = district(procurement__rest_covered=Share(6, 10))
    participation, anti = executive.headlines_of(rubric, facts, score(rubric, facts), None)
    assert (participation.part.level, participation.part.points, participation.next_points) == (3, 12, 16)
    assert participation.road is not None
    need, outcome = participation.road
    assert [(lack.reason.metric, lack.reason.more) for lack in need.lacks] == [("procurement.rest_covered", 1)]
    assert outcome.gain == 4
    assert anti.code == "d1"
    assert {row.code for row in anti.derived} == {
        row.code for row in rubric.criteria if row.asks and row.place[0] == "d1"
    }
    assert anti.changes == ()


def test_what_moved_since_it_was_kept_is_named() -> None:
    rubric = rubric_for("cdd-clean", 2570)
    before, now = district(), district(scores__rules_updated=False)
    _participation, anti = executive.headlines_of(rubric, now, score(rubric, now), score(rubric, before))
    assert [(change.code, change.before.met, change.now.met) for change in anti.changes] == [
        ("d1.l1.2.5.1", True, False)
    ]
    assert anti.before is not None
    assert anti.before.points > anti.part.points


def test_page_compares_with_the_day_before(house: House) -> None:
    office = make_unit("OFF", Unit.Kind.PROVINCIAL_OFFICE, under=house.world.province)
    rebuild_reach()
    assert "No day has been kept" in page(house.world.executive, "executive_scores", under=office.code)
    if not yesterday_is_this_year():
        return
    with as_of(timezone.now() - timedelta(days=1)):
        take_daily()
    text = page(house.world.executive, "executive_scores", under=office.code)
    assert "±0" in text
    assert "No day has been kept" not in text


def test_months_are_the_last_kept_day_of_each(house: House) -> None:
    office = make_unit("OFF", Unit.Kind.PROVINCIAL_OFFICE, under=house.world.province)
    take_daily()
    row = Snapshot.objects.get(unit=office)
    day = date(2026, 11, 20)
    for days in (0, 1, 19, 21, 60, 300, 319, 360, 700):
        at = day - timedelta(days=days)
        row.pk, row.as_of, row.fiscal_year = None, at, fiscal_year(at)
        row.parts = {"d1": {"points": str(days)}, "d3": {"points": f"{days}/7"}}
        row.save(force_insert=True)
    found = executive.months_of(office, day)
    assert [month.day for month in found] == [day - timedelta(days=days) for days in (300, 60, 21, 0)]
    assert found[-2].points == {"d1": Fraction(21), "d3": Fraction(3)}


def test_ita_indicators_stand_on_their_own_scale_with_their_year(house: House) -> None:
    office = make_unit("OFF", Unit.Kind.PROVINCIAL_OFFICE, under=house.world.province)
    rebuild_reach()
    assert "Of the ITA nothing has been entered" in page(house.world.executive, "executive_scores", under="OFF")
    case = house.begin("ita")
    take_daily()
    row = Snapshot.objects.get(family="ita")
    row.pk, row.unit, row.assessment, row.as_of = None, office, None, TODAY - timedelta(days=1)
    row.parts = {**row.parts, "i5": {"points": "90", "full": "100"}, "i10": {"points": "175/2", "full": "100"}}
    row.save(force_insert=True)
    assert case.assessment.family == "ita"
    found = executive.indicators_of(office)
    assert [(one.code, one.points, one.full) for one in found] == [
        ("i5", Fraction(90), Fraction(100)), ("i10", Fraction(175, 2), Fraction(100)),
    ]  # fmt: skip
    assert "87.50/100" in page(house.world.executive, "executive_scores", under="OFF")


# --- The map ----------------------------------------------------------------------------------------------------------
def build_provinces(world: World, count: int = 1) -> list[Unit]:
    """The province of the world on the map, and others beside it under one roof that the executive does not oversee."""
    Unit.objects.filter(pk=world.province.pk).update(kind=Unit.Kind.PROVINCE, area_code="55")
    made = []
    for number in range(count):
        unit = make_unit(f"P{number}", Unit.Kind.PROVINCE, under=world.province)
        Unit.objects.filter(pk=unit.pk).update(area_code=f"{60 + number}")
        made.append(unit)
    rebuild_reach()
    return made


def test_map_fills_only_what_the_reader_oversees(house: House) -> None:
    build_provinces(house.world)
    beside = make_unit("BES", Unit.Kind.PROVINCE, under=house.world.department)
    Unit.objects.filter(pk=beside.pk).update(area_code="56")
    rebuild_reach()
    late(house.world, 2)
    cases(house.world, 1)
    answer = browser(house.world.executive).get(reverse("executive_map"))
    filled = {tile.place.unit.code for tile in answer.context["tiles"] if tile.place}
    assert filled == {house.world.province.code, "P0"}
    text = answer.content.decode()
    assert "Nan: 2 of 3 open cases overdue (67%)" in text
    assert beside.name_en not in text
    assert len(answer.context["tiles"]) == 77


def test_numbers_of_map_and_comparison_open_lists_of_that_length(house: House) -> None:
    build_provinces(house.world)
    late(house.world, 2)
    cases(house.world, 3)
    house.world.file(house.world.corruption)
    client = signed_in(house.world.executive)
    code = house.world.province.code
    for name, query in (("executive_map", {}), ("executive_compare", {"unit": [code, "DST"]})):
        text = client.get(reverse(name), query).content.decode()
        links = {(found["url"].replace("&amp;", "&"), int(found["count"])) for found in LINK.finditer(text)}
        assert links
        for url, count in links:
            assert client.get(url).context["count"] == count, url


def test_figures_of_several_units_are_those_of_each_alone(house: House) -> None:
    world = house.world
    late(world, 2)
    made = cases(world, 5)
    # One is protected, of one he must not know: neither moves a figure of his.
    Case.objects.filter(pk=made[0].pk).update(protected=True, subject="")
    Conflict.objects.create(case=made[1], user=world.executive, at=timezone.now())
    units = [world.province, world.district, world.other]
    found = overview.figures_of(world.executive, units, today=TODAY)
    for unit in units:
        assert found[unit.pk] == overview.overview(world.executive, [unit], today=TODAY).total
    assert found[world.district.pk] == overview.Figure(5, 2, found[world.district.pk].soon)


# --- Side by side -----------------------------------------------------------------------------------------------------
def test_two_to_five_units_are_compared_and_as_a_file(house: House) -> None:
    boss = house.world.executive
    assert "Choose 2 to 5 units." in page(boss, "executive_compare")
    assert "compared" not in page(boss, "executive_compare", unit="DST")
    client = browser(boss)
    answer = client.get(reverse("executive_compare"), {"unit": ["DST", "OTH"]})
    assert [row.unit.code for row in answer.context["rows"]] == ["DST", "OTH"]
    sheet = client.get(reverse("executive_compare"), {"unit": ["DST", "OTH"], "as": "csv"}).content.decode("utf-8-sig")
    assert [line.split(",")[0] for line in sheet.splitlines()] == ["Code", "DST", "OTH"]
    below = client.get(reverse("executive_compare"), {"below": house.world.province.code})
    assert {row.unit.code for row in below.context["rows"]} == {"DST", "OTH"}


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("executive_map", {"show": "late"}),
        ("executive_map", {"show": "level"}),
        ("executive_compare", {"below": ""}),
        ("executive_scores", {}),
        ("executive_month", {}),
    ],
)
def test_page_takes_as_many_statements_for_many_units(house: House, name: str, query: dict[str, str]) -> None:
    world = house.world
    query = {key: value or world.province.code for key, value in query.items()}
    build_provinces(world)
    make_unit("O0", Unit.Kind.PROVINCIAL_OFFICE, under=world.province)
    rebuild_reach()
    client = browser(world.executive)
    few = statements(client, name, query)
    for number in range(1, 7):
        unit = make_unit(f"P{number}", Unit.Kind.PROVINCE, under=world.province)
        Unit.objects.filter(pk=unit.pk).update(area_code=f"{60 + number}")
        make_unit(f"O{number}", Unit.Kind.PROVINCIAL_OFFICE, under=world.province)
        make_unit(f"D{number}", under=world.province)
    rebuild_reach()
    cases(world, 5)
    assert statements(client, name, query) == few


def statements(client: Client, name: str, query: dict[str, str]) -> int:
    """How many statements the page takes, once what it keeps has been computed."""
    client.get(reverse(name), query)
    with CaptureQueriesContext(connection) as found:
        assert client.get(reverse(name), query).status_code == 200
    return len(found)


# --- The month --------------------------------------------------------------------------------------------------------
def test_month_is_one_document_that_does_not_change(house: House) -> None:
    world, month = house.world, last_month(TODAY)
    make(month)
    client = browser(world.executive)
    query = {"under": "DST", "month": month.code}
    first, second = (client.get(reverse("executive_month"), query) for _ in range(2))
    assert first.status_code == 200
    assert first["Content-Type"] == "application/pdf"
    assert first.content == second.content
    assert first.content.startswith(b"%PDF")
    text = page(world.executive, "executive_month", under="DST")
    assert f"month={month.code}" in text
    assert f"under=DST&amp;month={month.code}" in page(world.executive, "statistics", "DST", month.code)
    assert "under=DST&amp;month" not in page(world.officer, "statistics", "DST", month.code)


def test_month_of_which_nothing_is_known_is_not_there(house: House) -> None:
    page(house.world.executive, "executive_month", status=404, under="DST", month=last_month(TODAY).code)
    assert "PDF" not in page(house.world.executive, "executive_month", under="DST")


def test_numbers_of_complaints_that_may_hide_one_are_not_told(house: House) -> None:
    unit, boss = house.world.district, house.world.executive
    part = {"headers": {"HX-Request": "true"}}
    before = browser(boss).get(reverse("executive_scores"), {"under": unit.code}, **part).content
    made = cases(house.world, 1)
    Conflict.objects.create(case=made[0], user=boss, at=timezone.now())
    assert browser(boss).get(reverse("executive_scores"), {"under": unit.code}, **part).content == before
