"""The overview and its lists, the law and the ledger for everybody, notices and their bell, in a real browser."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from notifications.relay import relay
from tests.browser.conftest import WIDTHS
from tests.support.world import World
from workflows.checkpoints import make_checkpoint
from workflows.models import Case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], None]
# Words that do not fit their frame in the drawing, by what the browser has measured.
CLIPPED = """() => [...document.querySelectorAll('.graph-name, .graph-step')]
    .filter(words => words.scrollWidth > words.clientWidth + 1 || words.scrollHeight > words.clientHeight + 1)
    .map(words => words.textContent)"""
# One line of words that stands outside of the drawing.
OUTSIDE = """() => { const frame = document.querySelector('.graph').getBoundingClientRect();
    return [...document.querySelectorAll('.graph text')].filter(words => {
        const box = words.getBoundingClientRect();
        return box.left < frame.left || box.right > frame.right || box.top < frame.top;
    }).map(words => words.textContent); }"""


def sign_in(page: Page, user: Any, to: str) -> Page:
    """Sign in as somebody of the small world and go where he wants."""
    page.goto(to)
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", user.username * 2)
    page.locator("main form button").first.click()
    page.wait_for_url(f"**{to}")
    return page


def some_cases(world: World) -> None:
    """Cases in many states, two of them late."""
    cache.clear()
    cases = [world.into(state) for state in ("received", "accepted", "investigating", "review", "replied", "closed")]
    late, old = timezone.localdate() - timedelta(days=4), timezone.now() - timedelta(days=40)
    Case.objects.filter(pk__in=[case.pk for case in cases[1:3]]).update(next_due=late, opened_at=old)


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_look(world: World, open_page: OpenPage, look: Look, width: int) -> None:
    some_cases(world)
    page = sign_in(open_page(width=width), world.executive, "/overview/")
    expect(page.locator(".trend-chart")).to_be_visible()
    look(page, "overview")
    page.goto("/overview/cases/")
    look(page, "open-cases")
    page.goto("/notices/")
    look(page, "notices-empty")


@pytest.mark.parametrize("width", WIDTHS)
def test_public_pages_look(world: World, open_page: OpenPage, look: Look, width: int) -> None:
    some_cases(world)
    make_checkpoint()
    page = open_page(width=width)
    page.goto("/help/complaint/")
    look(page, "graph-help")
    page.goto("/open/ledger/")
    look(page, "public-ledger")


@pytest.mark.parametrize("language", ["th", "en"])
def test_drawing_clips_no_words(world: World, open_page: OpenPage, language: str) -> None:
    page = open_page(width=1280)
    page.goto("/help/complaint/")
    if language == "en":
        page.click("button[name=code]")
    page.evaluate("document.fonts.ready.then(() => true)")
    assert page.evaluate(CLIPPED) == []
    assert page.evaluate(OUTSIDE) == []
    # Whole on a desk; in a frame of its own on a telephone.
    assert page.evaluate(
        "() => { const f = document.querySelector('.graph-frame'); return f.scrollWidth <= f.clientWidth; }"
    )
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(
        "() => { const f = document.querySelector('.graph-frame'); return f.scrollWidth > f.clientWidth; }"
    )


def test_number_leads_to_its_list_and_back(world: World, open_page: OpenPage) -> None:
    some_cases(world)
    page = sign_in(open_page(width=1280), world.executive, "/overview/")
    expect(page.locator("#late")).to_have_text("2")
    page.locator(".stat-late").click()
    page.wait_for_url("**/overview/cases/?due=late")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator("a.back").click()
    page.wait_for_url("**/overview/")
    page.locator("table.heat a", has_text=re.compile("DST")).click()
    page.wait_for_url("**/overview/?under=DST")
    expect(page.locator("#late")).to_have_text("2")


def test_overview_prints_on_one_page(world: World, open_page: OpenPage) -> None:
    some_cases(world)
    page = sign_in(open_page(width=1280), world.executive, "/overview/")
    expect(page.locator(".trend-chart")).to_be_visible()
    assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True))) == 1


@pytest.mark.parametrize("width", [390, 1280])
def test_bell_tells_and_notices_are_read(world: World, open_page: OpenPage, look: Look, width: int) -> None:
    world.file()
    world.file()
    relay()
    page = sign_in(open_page(width=width), world.screener, "/notices/")
    expect(page.locator(".bell-count .count")).to_have_text("2")
    look(page, "notices")
    page.locator(".notice-list a").first.click()
    page.wait_for_url("**/cases/*/")
    page.goto("/notices/")
    expect(page.locator(".bell-count .count")).to_have_text("1")
    page.locator("form[action$='/notices/read/'] button").click()
    expect(page.locator(".notice-list .is-unread")).to_have_count(0)
    expect(page.locator(".bell-count .count")).to_have_count(0)


def test_overview_without_javascript_still_leads_to_the_months(world: World, open_page: OpenPage) -> None:
    some_cases(world)
    page = sign_in(open_page(width=390, javascript=False), world.executive, "/overview/")
    page.locator("#poll-trend a").click()
    expect(page.locator(".months")).to_be_visible()
