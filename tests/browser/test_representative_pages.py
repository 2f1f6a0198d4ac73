"""A citizen representative with a telephone: his seat, his answers, and a report from where there is no network."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from procurement.models import Citizen, Observation, SeatCase
from tests.browser.conftest import WIDTHS
from tests.procurement.my_support import in_office, invited, suspended
from tests.support.purchases import Plan
from tests.support.seats import account_of
from tests.workflows import samples

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], None]
LIST = "/my/seats/"


def sign_in(page: Page, seat: SeatCase, client: Any, *, language: str = "th") -> Page:
    """Give the browser the session of the citizen of a seat, as the link in an e-mail does."""
    me = account_of(seat)
    me.language = language
    me.save()
    client.force_login(me)
    page.goto("/")
    wear(page, client)
    return page


def wear(page: Page, client: Any) -> None:
    """Give the browser the session of the test client."""
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "domain": "localhost", "path": "/"}])


def photo(name: str) -> dict[str, Any]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": samples.photo()}


def ready(page: Page) -> None:
    """What lies on the device has been looked up."""
    page.wait_for_selector("form[data-report][data-ready]")


def fill(page: Page, text: str) -> None:
    if page.locator("input[name=meeting]").count():
        page.check("input[name=meeting][value='']")
    page.fill("input[name=observed_on]", timezone.localdate().isoformat())
    page.check("input[name=attended][value=yes]")
    page.fill("textarea[name=seen]", text)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_an_invitation(plan: Plan, open_page: OpenPage, look: Look, client: Any, width: int) -> None:
    seat = invited(plan)
    page = sign_in(open_page(width=width), seat, client)
    page.goto(LIST)
    look(page, "my-seats")
    page.locator(".seat-mine > a").click()
    look(page, "my-seat-invited")
    page.click("a[href$='/do/decline/']")
    look(page, "my-decline")
    page.goto(f"{LIST}{seat.public_id}/do/accept/")
    look(page, "my-accept")
    page.locator("main form button").first.click()
    expect(page.locator(".notice-success")).to_be_visible()
    page.click("a[href$='/do/declare/']")
    look(page, "my-declare")
    page.locator("main form div.buttons button").first.click()
    look(page, "my-declare-wrong")
    page.check("input[name=ground][value=spouse]")
    page.locator("main form div.buttons button").first.click()
    expect(page.locator(".notice-warning")).to_be_visible()
    look(page, "my-interest")
    page.goto(f"{LIST}{seat.public_id}/do/resign/")
    look(page, "my-resign-refused")


@pytest.mark.parametrize(("width", "language"), [(320, "th"), (390, "en"), (1280, "th")])
def test_every_page_in_office(
    plan: Plan, open_page: OpenPage, look: Look, client: Any, width: int, language: str
) -> None:
    seat, committee = in_office(plan)
    plan.meeting(committee)
    page = sign_in(open_page(width=width), seat, client, language=language)
    page.goto(f"{LIST}{seat.public_id}/")
    look(page, "my-seat-serving")
    page.locator("a.button[href*='?meeting=']").click()
    ready(page)
    look(page, "my-report")
    page.locator("main form p.buttons button").click()
    ready(page)
    look(page, "my-report-wrong")
    page.check("input[name=attended][value=yes]")
    page.fill("textarea[name=seen]", "เปิดซองครบสามราย ราคาใกล้กันมาก " * 8)
    page.set_input_files("input[type=file]", [photo("ป้ายหน้าโครงการ.jpg")])
    page.set_input_files("input[type=file]", [photo("สัญญา.jpg")])
    expect(page.locator("[data-photos] li")).to_have_count(2)
    page.locator("main form p.buttons button").click()
    page.wait_for_url("**/#reports")
    row = Observation.objects.get()
    assert row.files.count() == 2
    plan.do(SeatCase.objects.get(pk=seat.pk), "answer_report", report=row, text="ขอบคุณ จะติดป้ายใหม่", outcome="promised")
    page.reload()
    look(page, "my-seat-answered")
    page.click("a[href$='/complaint/1/']")
    look(page, "my-complaint")
    page.check("input[name=who][value=named]")
    page.locator("main form p.buttons button").click()
    expect(page.locator("#code li")).to_have_count(5)
    look(page, "my-receipt")


def test_suspended_seat(plan: Plan, open_page: OpenPage, look: Look, client: Any) -> None:
    seat = suspended(plan)
    page = sign_in(open_page(width=320), seat, client)
    page.goto(f"{LIST}{seat.public_id}/")
    look(page, "my-seat-suspended")
    page.locator(".turn a.button").first.click()
    look(page, "my-side")
    page.check("input[name=ground][value=none]")
    page.fill("textarea[name=text]", "คนละคนกัน")
    page.locator("main form div.buttons button").first.click()
    expect(page.locator(".notice-success")).to_be_visible()


def test_draft_is_written_without_a_network_and_sent_once(
    plan: Plan, open_page: OpenPage, client: Any, look: Look
) -> None:
    seat, _committee = in_office(plan)
    page = sign_in(open_page(), seat, client)
    address = f"{LIST}{seat.public_id}/report/"
    page.goto(address)
    ready(page)
    page.check("[data-draft-wanted]")
    expect_left(page, [1, 1, 1])
    page.context.set_offline(True)
    page.goto(address)
    ready(page)
    look(page, "my-report-offline")
    expect(page.locator("[data-say=offline]")).to_be_visible()
    fill(page, "ผู้รับจ้างเทคอนกรีตขณะฝนตก")
    page.set_input_files("input[type=file]", [photo("ฝน.jpg")])
    expect(page.locator("[data-say=kept]")).to_be_visible()
    page.wait_for_timeout(600)
    page.goto(address)
    ready(page)
    assert page.input_value("textarea[name=seen]") == "ผู้รับจ้างเทคอนกรีตขณะฝนตก"
    expect(page.locator("[data-photos] li")).to_have_count(1)
    page.locator("main form p.buttons button").click()
    expect(page.locator("[data-say=unsent]")).to_be_visible()
    assert not Observation.objects.exists()

    # The report arrives and its answer is lost.
    page.context.set_offline(False)
    page.evaluate(
        """window.real = window.fetch;
        window.fetch = async (...asked) => { await window.real(...asked); throw new TypeError("lost on the way"); };
        true"""
    )
    page.locator("main form p.buttons button").click()
    expect(page.locator("[data-say=unsent]")).to_be_visible()
    assert Observation.objects.count() == 1
    page.evaluate("window.fetch = window.real; true")
    page.locator("main form p.buttons button").click()
    page.wait_for_url("**/#reports")
    row = Observation.objects.get()
    assert row.seen == "ผู้รับจ้างเทคอนกรีตขณะฝนตก"
    assert row.files.count() == 1
    expect_left(page, [0, 0, 0])


def expect_left(page: Page, wanted: list[int]) -> None:
    """So many drafts, caches and working service workers lie on the device, now or in a moment."""
    for _attempt in range(50):
        if _left(page) == wanted:
            return
        page.wait_for_timeout(100)
    assert _left(page) == wanted


def _left(page: Page) -> list[int]:
    """How many drafts, caches and service workers lie on the device."""
    left: list[int] = page.evaluate(
        """async () => {
          const done = (asked) => new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
          const open = await done(indexedDB.open("sodsong-reports", 1));
          const drafts = await done(open.transaction("drafts").objectStore("drafts").count());
          open.close();
          const workers = await navigator.serviceWorker.getRegistrations();
          const working = workers.filter((one) => one.active?.state === "activated");
          return [drafts, (await caches.keys()).length, working.length];
        }"""
    )
    return left


def test_nothing_is_kept_unless_he_says_so(plan: Plan, open_page: OpenPage, client: Any) -> None:
    seat, _committee = in_office(plan)
    page = sign_in(open_page(), seat, client)
    page.goto(f"{LIST}{seat.public_id}/report/")
    ready(page)
    fill(page, "ไม่เก็บไว้ในเครื่อง")
    page.wait_for_timeout(700)
    assert _left(page) == [0, 0, 0]
    page.check("[data-draft-wanted]")
    expect(page.locator("[data-say=kept]")).to_be_visible()
    expect_left(page, [1, 1, 1])
    page.uncheck("[data-draft-wanted]")
    expect_left(page, [0, 0, 0])


def test_draft_of_somebody_else_is_thrown_away(plan: Plan, open_page: OpenPage, client: Any) -> None:
    seat, _committee = in_office(plan)
    page = sign_in(open_page(), seat, client)
    page.goto(f"{LIST}{seat.public_id}/report/")
    ready(page)
    page.check("[data-draft-wanted]")
    expect_left(page, [1, 1, 1])
    other = Citizen.objects.exclude(account=account_of(seat)).exclude(account=None)[0]
    client.force_login(other.account)
    wear(page, client)
    page.goto(LIST)
    expect_left(page, [0, 0, 0])


def test_refused_draft_keeps_its_photos(plan: Plan, open_page: OpenPage, client: Any) -> None:
    seat, _committee = in_office(plan)
    page = sign_in(open_page(), seat, client)
    page.goto(f"{LIST}{seat.public_id}/report/")
    ready(page)
    page.check("[data-draft-wanted]")
    page.set_input_files("input[type=file]", [photo("ฝน.jpg")])
    page.locator("main form p.buttons button").click()
    expect(page.locator(".summary")).to_be_visible()
    expect(page.locator("[data-photos] li")).to_have_count(1)
    fill(page, "ครบถ้วน")
    page.locator("main form p.buttons button").click()
    page.wait_for_url("**/#reports")
    assert Observation.objects.get().files.count() == 1


def test_report_without_javascript(plan: Plan, open_page: OpenPage, client: Any) -> None:
    seat, _committee = in_office(plan)
    page = sign_in(open_page(javascript=False), seat, client)
    page.goto(f"{LIST}{seat.public_id}/report/")
    assert not page.locator("[data-draft-box]").is_visible()
    fill(page, "ครบถ้วน")
    page.set_input_files("input[type=file]", [photo("ฝน.jpg")])
    page.locator("main form p.buttons button").click()
    assert "#reports" in page.url
    assert Observation.objects.get().files.count() == 1
