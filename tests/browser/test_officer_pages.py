"""Officers with a keyboard, a mouse or a telephone: the queue, a case to its end, a letter registered, two at once."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS
from tests.support.asking import asked
from tests.support.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], None]


def sign_in(page: Page, user: Any, to: str = "/cases/") -> Page:
    """Sign in as somebody of the small world and go where he wants."""
    page.goto(to)
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", user.username * 2)
    page.locator("main form button").first.click()
    page.wait_for_url(f"**{to}")
    return page


def case_url(case: Any) -> str:
    """The path of a case."""
    return f"/cases/{case.public_id}/"


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_look(world: World, open_page: OpenPage, look: Look, width: int) -> None:
    waits = world.into("review", identity={"name": "สมหญิง", "phone": "0812345678"})
    world.into("investigating")
    world.into("awaiting_complainant")
    world.file(world.ordinary)
    world.into("closed")
    asked(world.district)
    page = sign_in(open_page(width=width), world.head, "/cases/list/unit/")
    look(page, "queue")
    page.goto("/cases/list/ended/")
    look(page, "queue-ended")
    page.goto("/questions/")
    look(page, "questions")
    page.goto("/cases/")
    look(page, "queue-empty")
    page.goto(f"{case_url(waits)}?contact=1")
    for part in page.locator("details.clock, details[data-open-when-wide]").all():
        part.evaluate("part => { part.open = true; }")
    look(page, "case")
    page = sign_in(open_page(width=width), world.approver, case_url(waits))
    page.click(f"a[href='{case_url(waits)}do/decide_founded/']")
    expect(page.locator(".action-form form")).to_be_visible()
    look(page, "case-decide")
    page = sign_in(open_page(width=width), world.officer, "/cases/register/")
    look(page, "register")


def test_queue_by_keyboard(world: World, open_page: OpenPage) -> None:
    cases = [world.into("investigating") for _ in range(3)]
    page = sign_in(open_page(width=1280), world.head, "/cases/list/unit/")
    for key in ("j", "j", "k", "j", "j"):
        page.keyboard.press(key)
    here = page.locator("tr.here")
    expect(here).to_have_id(f"row-{cases[2].public_id}")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.press("Tab")
    page.locator("h1").evaluate("() => document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.wait_for_url(f"**{case_url(cases[2])}do/reassign/")
    page.go_back()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{case_url(cases[0])}")


def test_queue_renews_itself_without_moving_the_row_one_looks_at(world: World, open_page: OpenPage) -> None:
    cases = [world.into("investigating") for _ in range(30)]
    page = sign_in(open_page(width=1280), world.head, "/cases/list/unit/")
    row = page.locator(f"#row-{cases[20].public_id}")
    row.scroll_into_view_if_needed()
    row.locator("input").check()
    row.hover()
    before = row.bounding_box()
    # Rows above it go away: five cases are finished meanwhile.
    for case in cases[:5]:
        world.do(case, "submit_finding", world.officer, outcome="unfounded", reasons="ไม่พบ", evidence="ภาพ")
        world.do(case, "decide_unfounded", world.approver, reply="ไม่พบ")
        world.do(case, "close", world.officer, evidence="ภาพ")
    with page.expect_response(lambda answer: answer.request.headers.get("hx-trigger") == "poll-queue"):
        page.evaluate("htmx.ajax('GET', location.href, {source: '#poll-queue', target: '#rows', swap: 'outerHTML'})")
    expect(page.locator(f"#row-{cases[0].public_id}")).to_have_count(0)
    after = row.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 2
    expect(row.locator("input")).to_be_checked()
    assert page.locator("#rail .count").first.is_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_case_worked_to_its_end(world: World, open_page: OpenPage, javascript: bool) -> None:
    case = world.file(world.simple)
    page = sign_in(open_page(width=1280, javascript=javascript), world.screener, case_url(case))

    def act(edge: str) -> None:
        page.click(f"a[href='{case_url(case)}do/{edge}/']")

    def send() -> None:
        page.locator("form.form[action*='/do/'] button:not([name]):not([aria-hidden])").first.click()
        page.wait_for_url(f"**{case_url(case)}")

    act("start_screening")
    send()
    act("accept")
    send()
    act("answer_directly")
    page.fill("[name=reply]", "ซ่อมไฟแล้ว")
    send()
    act("close")
    page.fill("[name=evidence]", "ภาพถ่ายหลังซ่อม")
    send()
    case.refresh_from_db(fields=["is_open"])
    assert not case.is_open
    assert "ซ่อมไฟแล้ว" in page.inner_text("#timeline")


def test_measures_take_more_rows(world: World, open_page: OpenPage) -> None:
    case = world.into("review")
    page = sign_in(open_page(width=390), world.approver, f"{case_url(case)}do/decide_founded/")
    page.fill("[name=measures-0-text]", "ซ่อมเสาไฟ")
    page.click("button[name=more]")
    expect(page.locator("[name=measures-5-text]")).to_have_count(1)
    expect(page.locator("[name=measures-0-text]")).to_have_value("ซ่อมเสาไฟ")


def test_two_officers_one_case(world: World, open_page: OpenPage) -> None:
    case = world.into("accepted", world.simple)
    late = sign_in(open_page(width=1280), world.officer, f"{case_url(case)}do/answer_directly/")
    late.fill("[name=reply]", "ข้อความที่พิมพ์ไว้ก่อนถูกแซง")
    world.do(case, "answer_directly", world.officer2, reply="ซ่อมแล้ว")
    late.locator("form.form[action*='/do/'] .buttons button").first.click()
    expect(late.locator("[role=alert]").first).to_contain_text(str(world.officer2))
    assert "ข้อความที่พิมพ์ไว้ก่อนถูกแซง" in late.content()


def test_letter_registered_by_keyboard(world: World, open_page: OpenPage, look: Look) -> None:
    page = sign_in(open_page(width=1280), world.officer, "/cases/register/")
    expect(page.locator("[name=channel]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("ขอให้ซ่อมสะพานหมู่ 4")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/cases/registered/")
    assert len(page.inner_text("#code").split("-")) == 5
    look(page, "registered")
    page.locator(".after-registering form button").click()
    page.wait_for_url("**/cases/register/")
    expect(page.locator("[name=channel]")).to_be_focused()


def test_bulk_assign(world: World, open_page: OpenPage, look: Look) -> None:
    for _ in range(3):
        world.into("accepted")
    page = sign_in(open_page(width=1280), world.head, "/cases/list/unassigned/")
    page.check("[data-check-all]")
    page.locator(".bulk button").click()
    look(page, "assign-many")
    page.locator("[name=to]").first.check()
    page.locator("form.form button").click()
    assert page.locator(".chosen li").count() == 3
    look(page, "assigned-many")
