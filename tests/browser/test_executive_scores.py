"""The scores beside the overview, the map, the comparison and the months, in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from organisations.actions import rebuild_reach
from organisations.models import Unit, User
from scores.daily import take_daily
from tests.browser.test_executive import sign_in, some_cases
from tests.browser.test_level_pages import at_all_widths
from tests.support.world import World, make_unit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], None]


def build(world: World) -> None:
    """A province on the map with an office whose scores are kept, and cases that are late."""
    some_cases(world)
    Unit.objects.filter(pk=world.province.pk).update(kind=Unit.Kind.PROVINCE, area_code="55")
    for number in range(3):
        make_unit(f"O{number}", Unit.Kind.PROVINCIAL_OFFICE, under=world.province)
    rebuild_reach()
    take_daily()


@pytest.mark.parametrize("language", ["th", "en"])
def test_pages_look(world: World, open_page: OpenPage, look: Look, language: str) -> None:
    build(world)
    User.objects.update(language=language)
    page = sign_in(open_page(), world.executive, "/overview/")
    expect(page.locator(".scores-now .headline")).to_have_count(2)
    page.locator(".lacks summary").first.click()
    page.locator(".derived summary").first.click()
    at_all_widths(page, look, f"executive-{language}")
    for path in ("scores/?under=O0", "map/", "map/?show=level", "compare/", "compare/?unit=DST&unit=OTH", "month/"):
        page.goto(f"/overview/{path}")
        at_all_widths(page, look, f"executive-{re.sub('[^a-z]+', '-', path)}{language}")


def test_scores_stand_in_the_overview_and_renew_themselves(world: World, open_page: OpenPage) -> None:
    build(world)
    page = sign_in(open_page(width=1280), world.executive, "/overview/")
    expect(page.locator("#now-d3")).to_be_visible()
    expect(page.locator(".scores-now .radar polygon.shape")).to_have_count(1)
    page.evaluate("document.getElementById('now-d3').textContent = 'old'")
    page.evaluate("htmx.trigger('#poll-executive_scores', 'renew')")
    expect(page.locator("#now-d3")).not_to_have_text("old")


def test_two_clicks_lead_from_the_map_to_the_late_cases(world: World, open_page: OpenPage) -> None:
    build(world)
    page = sign_in(open_page(width=1280), world.executive, "/overview/map/")
    page.locator("svg.map a").first.click()
    page.wait_for_url(f"**/overview/?under={world.province.code}")
    page.locator(".stat-late").click()
    page.wait_for_url("**due=late**")
    expect(page.locator("tbody tr")).to_have_count(2)


def test_two_units_are_chosen_by_keyboard_and_compared(world: World, open_page: OpenPage) -> None:
    build(world)
    page = sign_in(open_page(width=390), world.executive, "/overview/compare/")
    for code in ("DST", "OTH"):
        page.locator(f"input[value={code}]").focus()
        page.keyboard.press("Space")
    page.locator(".compare-form button").press("Enter")
    page.wait_for_url("**unit=DST&unit=OTH**")
    expect(page.locator(".compared tbody tr")).to_have_count(2)


@pytest.mark.parametrize("path", ["/overview/", "/overview/map/", "/overview/compare/?unit=DST&unit=OTH"])
def test_page_prints_on_one_sheet(world: World, open_page: OpenPage, path: str) -> None:
    build(world)
    page = sign_in(open_page(width=1280), world.executive, "/overview/")
    page.goto(path)
    if path == "/overview/":
        expect(page.locator(".scores-now .headline")).to_have_count(2)
        expect(page.locator(".trend-chart")).to_be_visible()
    assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True))) == 1


def test_without_javascript_the_scores_are_a_page(world: World, open_page: OpenPage) -> None:
    build(world)
    page = sign_in(open_page(width=390, javascript=False), world.executive, "/overview/")
    page.locator("#part-executive_scores a").click()
    expect(page.locator(".headline")).to_have_count(2)
