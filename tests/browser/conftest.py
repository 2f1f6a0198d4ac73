"""A real Chromium against a real server, and axe-core over what it shows."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# Playwright's synchronous interface runs a loop in this thread; the tests use the ORM beside it, one thing at a time.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

WIDTHS = (320, 390, 1280)
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for all tests. It calls nobody but the server under test."""
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=quiet)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """`open_page(width=390, javascript=True, **context)` gives a page of its own browser, on the server under test."""
    contexts: list[BrowserContext] = []

    def make(*, width: int = 390, javascript: bool = True, **context: Any) -> Page:
        size = {"width": width, "height": 844 if width < 1000 else 900}  # a telephone or a desk
        made = browser.new_context(
            base_url=live_server.url,
            viewport=size,
            java_script_enabled=javascript,
            locale="th-TH",
            # A colour on its way to another is none that axe could judge.
            reduced_motion="reduce",
            **context,
        )
        made.set_default_timeout(10_000)
        contexts.append(made)
        return made.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def look() -> Callable[[Page, str], None]:
    """`look(page, name)`: the page has no fault that axe finds and does not scroll sideways; the picture of it is kept
    where `SODSONG_SCREENSHOTS` says, for somebody to look at."""

    def check(page: Page, name: str) -> None:
        page.evaluate("document.fonts.ready.then(() => true)")
        page.evaluate("scrollTo(0, 0)")
        if folder := os.environ.get("SODSONG_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{page.viewport_size['width']}.png", full_page=True)
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"

    return check
