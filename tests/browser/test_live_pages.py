"""Pages that renew themselves, in a real browser at a real server: notices arrive, lists and cases move, and where the
connection is blocked, cut or ended the page goes on or says so."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from notifications.relay import relay
from organisations.models import User
from tests.browser.conftest import WIDTHS
from tests.support.live import Process, processes, web
from tests.support.live import sign_in as session_of
from tests.support.purchases import Plan
from tests.support.seats import join_pool
from tests.support.world import World
from workflows.models import Conflict

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Look = Callable[[Page, str], None]
Enter = Callable[..., Page]
UNIT_QUEUE = "/cases/list/unit/"
COUNT = "#poll-bell .count"
CLIPPED = """() => [...document.querySelectorAll('.bell-panel *, .toast *, .live-status *')]
    .filter(part => !part.closest('.visually-hidden, svg') && part.scrollHeight > part.clientHeight + 1
        && part.clientHeight && getComputedStyle(part).overflowY === 'hidden').length"""
# Keeps the address of every toast that is ever shown.
WATCH_TOASTS = """addEventListener('DOMContentLoaded', () => { window.toasted = [];
    new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(toast =>
        window.toasted.push(toast.querySelector('a').getAttribute('href')))))
    .observe(document.getElementById('toasts'), {childList: true}); });"""


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Process]:
    """One web server for these tests; the relay is called by the tests themselves."""
    with processes() as started:
        started.append(web().start())
        yield started[0]


@pytest.fixture
def enter(browser: Browser, server: Process, world: World) -> Iterator[Enter]:
    """`enter(user, path)` gives a page of somebody who is signed in; `beside=page` opens one more tab of that browser.

    port: of another server. before: called with the page before it goes anywhere.
    """
    contexts: list[BrowserContext] = []

    def make(
        user: User,
        path: str,
        *,
        beside: Page | None = None,
        port: int = 0,
        width: int = 1280,
        before: Callable[[Page], Any] = lambda page: None,
        **context: Any,
    ) -> Page:
        made = beside.context if beside else None
        if made is None:
            address = f"http://127.0.0.1:{port or server.port}"
            size = {"width": width, "height": 844 if width < 1000 else 900}
            made = browser.new_context(base_url=address, viewport=size, reduced_motion="reduce", **context)
            made.set_default_timeout(20_000)
            made.add_cookies([{"name": "sessionid", "value": session_of(user), "url": address}])
            contexts.append(made)
        page = made.new_page()
        before(page)
        page.goto(path)
        return page

    yield make
    for context in contexts:
        context.close()


def is_live(page: Page) -> Page:
    """The page, once its socket is open."""
    expect(page.locator("body")).to_have_attribute("data-connection", "live", timeout=20_000)
    return page


def case_url(case: Any) -> str:
    """The path of a case."""
    return f"/cases/{case.public_id}/"


def comes(change: Callable[[], Any], place: Locator) -> None:
    """After `change` the page shows `place` by itself. What happened in the moment in which a page began to listen may
    be missed until the next change."""
    for _ in range(4):
        change()
        try:
            expect(place.first).to_be_visible(timeout=8_000)
        except AssertionError:
            continue
        return
    raise AssertionError(f"{place} did not come")


# --- Notices ----------------------------------------------------------------------------------------------------------
def test_notice_arrives_as_toast_badge_and_in_the_open_panel(world: World, enter: Enter) -> None:
    page = is_live(enter(world.screener, "/cases/"))
    page.locator("#poll-bell").click()
    expect(page.locator(".latest-none")).to_be_visible()
    first = world.file()
    relay()
    expect(page.locator(".toast a")).to_have_attribute("href", "/notices/1/")
    expect(page.locator(".toast")).to_contain_text(first.number)
    expect(page.locator(COUNT)).to_have_text("1")
    expect(page.locator(".latest .is-unread")).to_contain_text(first.number)
    page.keyboard.press("Escape")
    expect(page.locator(".bell-panel")).to_be_hidden()
    expect(page.locator("#poll-bell")).to_be_focused()
    # Four at once are one line, and a close button puts it away.
    for _ in range(4):
        world.file()
    relay()
    expect(page.locator(".toast")).to_have_count(1)
    expect(page.locator(".toast a")).to_have_attribute("href", "/notices/")
    expect(page.locator(".toast")).to_contain_text("5")
    expect(page.locator(COUNT)).to_have_text("5")
    page.locator(".toast button").click()
    expect(page.locator(".toast")).to_have_count(0)
    # What the server counts is what the page had counted.
    page.reload()
    expect(page.locator(COUNT)).to_have_text("5")


def test_panel_is_read_and_worked_by_keyboard(world: World, enter: Enter) -> None:
    for _ in range(9):
        world.file()
    relay()
    page = is_live(enter(world.screener, "/notices/"))
    expect(page.locator(COUNT)).to_have_text("9")
    page.locator("#poll-bell").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".latest li")).to_have_count(8)
    page.keyboard.press("Tab")
    expect(page.locator(".latest a").first).to_be_focused()
    # What comes in while it is open pushes the list down, and the focus stays at what it was at.
    at = page.locator(".latest a").first.get_attribute("href")
    world.file()
    relay()
    expect(page.locator(".latest a").first).to_have_attribute("href", "/notices/10/")
    assert page.evaluate("document.activeElement.getAttribute('href')") == at
    page.locator("#latest-read button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".latest .is-unread")).to_have_count(0)
    expect(page.locator(COUNT)).to_have_count(0)
    # The list beneath it says the same.
    expect(page.locator(".notice-list .is-unread")).to_have_count(0)


def test_notice_read_in_one_tab_is_read_in_the_other(world: World, enter: Enter) -> None:
    world.file()
    relay()
    one = is_live(enter(world.screener, "/notices/"))
    other = is_live(enter(world.screener, "/cases/", beside=one))
    expect(other.locator(COUNT)).to_have_text("1")
    one.locator(".notice-list a").click()
    one.wait_for_url("**/cases/*/")
    expect(other.locator(COUNT)).to_have_count(0)
    expect(one.locator(COUNT)).to_have_count(0)


def test_citizen_has_the_same_socket(plan: Plan, enter: Enter) -> None:
    account = join_pool(plan.citizen(), plan.staff).account
    assert account is not None
    page = is_live(enter(account, "/my/seats/"))
    expect(page.locator("#toasts")).to_have_count(1)


def test_bell_without_javascript_is_a_link(world: World, enter: Enter) -> None:
    page = enter(world.screener, "/cases/", java_script_enabled=False)
    expect(page.locator("#poll-bell")).to_be_hidden()
    page.locator("a.bell").click()
    page.wait_for_url("**/notices/")


# --- Parts of pages ---------------------------------------------------------------------------------------------------
def test_queue_takes_a_new_row_and_keeps_the_focus(world: World, enter: Enter) -> None:
    case = world.into("investigating")
    page = is_live(enter(world.head, UNIT_QUEUE))
    link = page.locator(f"#row-{case.public_id} [data-open]")
    link.focus()
    comes(lambda: world.into("investigating"), page.locator("#rows tr").nth(2))
    expect(link).to_be_focused()
    expect(page.locator("#rail a[aria-current] .count")).not_to_have_text("1")


def test_hidden_tab_asks_nothing_and_catches_up_when_it_is_looked_at(world: World, enter: Enter) -> None:
    said: list[str] = []

    def hidden(page: Page) -> None:
        page.add_init_script("Object.defineProperty(document, 'hidden', {get: () => window.away});")
        page.on("websocket", lambda socket: socket.on("framereceived", lambda text: said.append(str(text))))

    page = is_live(enter(world.head, UNIT_QUEUE, before=hidden))
    page.evaluate("window.away = true")
    for _ in range(4):
        world.into("investigating")
        page.wait_for_timeout(2_000)
        if any("changed" in text for text in said):
            break
    assert any("changed" in text for text in said)
    expect(page.locator("#rows tbody tr")).to_have_count(0)
    page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#rows tbody tr").first).to_be_visible()


def test_case_moves_on_and_what_is_typed_stays(world: World, enter: Enter, look: Look) -> None:
    case = world.into("investigating")
    page = is_live(enter(world.officer, case_url(case)))
    entries = page.locator(".timeline .entry")
    before = entries.count()
    # Nothing is open: everything is renewed, what one may do as well.
    comes(lambda: world.do(case, "note", world.officer2, text="โทรถามแล้ว"), entries.nth(before))
    page.click(f"a[href='{case_url(case)}do/note/']")
    page.fill("#actions .action-form textarea", "ข้อความที่ยังพิมพ์ไม่เสร็จ")
    before = entries.count()
    comes(lambda: world.do(case, "note", world.officer2, text="ไปดูมาแล้ว"), entries.nth(before))
    field = page.locator("#actions .action-form textarea")
    expect(field).to_have_value("ข้อความที่ยังพิมพ์ไม่เสร็จ")
    expect(field).to_be_focused()
    expect(page.locator("[data-moved-what]")).to_contain_text(str(world.officer2))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        look(page, "live-case-moved")
    # The panel is renewed when he says so, and the form opens again with his words.
    version = page.locator("#actions").get_attribute("data-version")
    page.locator("[data-renew-actions]").click()
    expect(page.locator("[data-moved]")).to_have_count(0)
    expect(field).to_have_value("ข้อความที่ยังพิมพ์ไม่เสร็จ")
    assert page.locator("#actions").get_attribute("data-version") != version


def test_what_can_no_longer_be_done_leaves_its_text_to_be_copied(world: World, enter: Enter) -> None:
    case = world.into("accepted", world.simple)
    page = is_live(enter(world.officer, case_url(case)))
    page.click(f"a[href='{case_url(case)}do/answer_directly/']")
    page.fill("[name=reply]", "ข้อความที่พิมพ์ไว้ก่อนถูกแซง")
    world.do(case, "answer_directly", world.officer2, reply="ซ่อมแล้ว")
    comes(lambda: world.do(case, "note", world.officer2, text="แจ้งแล้ว"), page.locator("[data-moved]"))
    page.locator("[data-renew-actions]").click()
    expect(page.locator(".kept textarea")).to_have_value("ข้อความที่พิมพ์ไว้ก่อนถูกแซง")
    expect(page.locator("[name=reply]")).to_have_count(0)


def test_number_of_the_overview_changes_and_glows(world: World, enter: Enter) -> None:
    world.into("investigating")
    page = is_live(enter(world.executive, "/overview/"))
    expect(page.locator("#open")).to_have_text("1")
    comes(lambda: world.into("investigating"), page.locator("#open.glow"))
    expect(page.locator("#open")).not_to_have_text("1")
    expect(page.locator("table.heat tfoot td").last).to_have_text(page.locator("#open").inner_text())


# --- The connection ---------------------------------------------------------------------------------------------------
def blocked(page: Page) -> None:
    """As a proxy that lets no socket through; the clock of the page is the test's."""
    page.route_web_socket("**/live/*", lambda socket: socket.close())
    page.clock.install()


def test_blocked_page_says_so_and_asks_every_half_minute(world: World, enter: Enter) -> None:
    page = enter(world.head, UNIT_QUEUE, before=blocked)
    expect(page.locator("#poll-bell")).to_be_visible()
    expect(page.locator("#live-status")).to_be_hidden()
    page.clock.run_for(7_000)
    expect(page.locator("#live-status [data-when=connecting]")).to_be_visible()
    page.clock.run_for(10_000)
    expect(page.locator("#live-status [data-when=blocked]")).to_be_visible()
    case = world.into("investigating")
    relay()
    page.clock.run_for(31_000)
    expect(page.locator(f"#row-{case.public_id}")).to_be_visible()
    expect(page.locator(COUNT)).to_be_visible()


def test_server_that_comes_again_finds_its_pages_and_tells_nothing_twice(world: World, enter: Enter) -> None:
    with processes() as started:
        own = web().start()
        started.append(own)
        page = enter(world.screener, "/cases/", port=own.port, before=lambda page: page.add_init_script(WATCH_TOASTS))
        is_live(page)
        world.file()
        relay()
        expect(page.locator(COUNT)).to_have_text("1")
        own.kill()
        expect(page.locator("body")).not_to_have_attribute("data-connection", "live")
        world.file()
        relay()
        own.start()
        is_live(page)
        expect(page.locator(COUNT)).to_have_text("2")
        world.file()
        relay()
        expect(page.locator(COUNT)).to_have_text("3")
        expect(page.locator(".toast a").last).to_have_attribute("href", "/notices/3/")
        assert page.evaluate("window.toasted") == ["/notices/1/", "/notices/2/", "/notices/3/"]
        page.context.close()


def test_sign_out_in_one_tab_ends_the_other(world: World, enter: Enter) -> None:
    one = is_live(enter(world.screener, "/cases/"))
    other = is_live(enter(world.screener, "/notices/", beside=one))
    one.locator(".head-end .menu:not(.bell-menu) summary").click()
    one.locator("form[action$='/logout/'] button").first.click()
    expect(other.locator("[data-said=say-ended]")).to_be_visible()
    expect(other.locator("body")).not_to_have_attribute("data-connection", "live")
    # It does not come again by itself, and says nothing of the connection beside.
    expect(other.locator("#live-status")).to_be_hidden()


def test_case_that_is_gone_says_the_words_of_a_page_that_is_not_there(world: World, enter: Enter) -> None:
    case = world.into("investigating")
    page = enter(world.officer2, case_url(case), before=blocked)
    expect(page.locator("#timeline")).to_be_visible()
    Conflict.objects.create(case=case, user=world.officer2, at=timezone.now())
    page.clock.run_for(40_000)
    expect(page.locator("[data-said=say-gone]")).to_be_visible()
    expect(page.locator("#poll-case")).to_have_count(0)
    expect(page.locator("[data-said=say-failed]")).to_have_count(0)


# --- How it looks -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("width", WIDTHS)
def test_panel_toasts_and_status_look(world: World, enter: Enter, look: Look, width: int) -> None:
    for _ in range(3):
        world.file()
    relay()
    page = is_live(enter(world.screener, "/cases/", width=width))
    world.file()
    relay()
    expect(page.locator(".toast")).to_be_visible()
    page.locator("#poll-bell").click()
    expect(page.locator(".latest li")).to_have_count(4)
    look(page, "live-panel")
    assert page.evaluate(CLIPPED) == 0
    for target in page.locator(".bell-panel a, .bell-panel button, .toast button, #poll-bell").all():
        box = target.bounding_box()
        assert box is None or min(box["height"], box["width"]) >= 24
    page = enter(world.screener, "/cases/", width=width, before=blocked)
    page.clock.run_for(20_000)
    expect(page.locator("#live-status [data-when=blocked]")).to_be_visible()
    look(page, "live-blocked")
