"""Reports, written, signed and published, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from organisations.models import User
from scores.models import SectionText
from tests.browser.test_executive import sign_in
from tests.browser.test_level_pages import at_all_widths
from tests.scores.report_support import Desk, build_desk
from tests.support.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], None]


@pytest.fixture
def desk(world: World) -> Desk:
    return build_desk(world)


@pytest.mark.parametrize("language", ["th", "en"])
def test_pages_of_reports_look(desk: Desk, open_page: OpenPage, look: Look, language: str) -> None:
    case = desk.write(desk.begin(), "problems", "ข้อความยาว " * 40 + "\n- ข้อหนึ่ง\n" + "x" * 400)
    User.objects.update(language=language)
    page = sign_in(open_page(), desk.integrity, "/reports/")
    at_all_widths(page, look, f"reports-{language}")
    for place in ("begin/", *(f"{case.public_id}/{rest}" for rest in ("", "sections/problems/", "do/fill/"))):
        page.goto(f"/reports/{place}")
        at_all_widths(page, look, f"report-{place.strip('/').replace('/', '-')}-{language}")
    page.goto(f"/reports/{case.public_id}/do/write/?section=problems")
    page.locator("summary").first.click()
    at_all_widths(page, look, f"report-write-{language}")
    case = desk.do(desk.do(desk.write_all(case), "send", desk.integrity), "sign", desk.world.head)
    page = sign_in(open_page(), desk.world.head, f"/reports/{case.public_id}/")
    at_all_widths(page, look, f"report-signed-{language}")
    page.goto(f"/reports/{case.public_id}/do/publish/")
    at_all_widths(page, look, f"report-publish-{language}")
    desk.do(case, "publish", desk.world.head)
    page = open_page()
    for place in ("", f"{case.public_id}/"):
        page.goto(f"/open/reports/{place}")
        at_all_widths(page, look, f"open-reports-{bool(place)}-{language}")


def test_two_writers_of_one_section_lose_nothing(desk: Desk, open_page: OpenPage) -> None:
    case = desk.begin()
    address = f"/reports/{case.public_id}/do/write/?section=problems"
    first = sign_in(open_page(), desk.integrity, address)
    second = sign_in(open_page(), desk.integrity2, address)
    for page, text in ((first, "ของคนแรก"), (second, "ของคนที่สอง")):
        page.locator("textarea").fill(text)
        page.locator("textarea").press("Control+Enter")
        page.wait_for_load_state()
    expect(second.locator(".beside")).to_contain_text("ของคนแรก")
    expect(second.locator("textarea")).to_have_value("ของคนที่สอง")
    second.locator("textarea").press("Control+Enter")
    expect(second.locator("#section-problems")).to_be_visible()
    assert [row.text for row in SectionText.objects.filter(section="problems")] == ["ของคนแรก", "ของคนที่สอง"]
