"""Registers, in a real browser: how their pages look, and the way from a form to the confirmation by keyboard."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from organisations.models import User
from scores.models import RegisterCase
from scores.registers.states import CONFIRMED
from tests.browser.test_executive import sign_in
from tests.browser.test_level_pages import at_all_widths
from tests.scores.register_support import Office, build_office
from tests.support.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], None]


@pytest.fixture
def office(world: World) -> Office:
    return build_office(world)


@pytest.mark.parametrize("language", ["th", "en"])
def test_pages_of_registers_look(office: Office, open_page: OpenPage, look: Look, language: str) -> None:
    office.confirmed("rule")
    plan = {"plan": "แยกหน้าที่ผู้ตรวจกับผู้อนุมัติ", "treat_by": timezone.localdate() + timedelta(days=30)}
    office.confirmed("risk", likelihood=3, treatment="inadequate", **plan)
    survey = office.confirmed("survey")
    waiting = office.do(office.enter("award"), "submit_entry", office.integrity)
    User.objects.update(language=language)
    page = sign_in(open_page(), office.integrity, "/registers/")
    at_all_widths(page, look, f"registers-{language}")
    for path, name in (
        ("/registers/risks/", "risks"),
        ("/registers/list/rule/", "rules"),
        ("/registers/list/moral/", "empty"),
        ("/registers/new/moral/", "new"),
        (f"/registers/{survey.public_id}/", "entry"),
        (f"/registers/{survey.public_id}/do/review_entry/", "review"),
    ):
        page.goto(path)
        at_all_widths(page, look, f"register-{name}-{language}")
    page = sign_in(open_page(), office.world.head, f"/registers/{waiting.public_id}/do/confirm/")
    at_all_widths(page, look, f"register-confirm-{language}")
    page = open_page()
    page.goto("/open/registers/")
    at_all_widths(page, look, f"open-registers-{language}")
    page.goto("/open/registers/rule/")
    at_all_widths(page, look, f"open-register-{language}")


def test_award_is_entered_and_confirmed_by_somebody_else(office: Office, open_page: OpenPage) -> None:
    User.objects.update(language="en")
    page = sign_in(open_page(), office.integrity, "/registers/list/award/")
    page.get_by_role("link", name="Enter in the register").first.press("Enter")
    page.get_by_label("Award", exact=True).fill("รางวัลความโปร่งใส")
    page.get_by_label("Given by").fill("สำนักงาน ป.ป.ช.")
    page.get_by_label("transparency").check()
    page.get_by_label("Received on").fill(timezone.localdate().isoformat())
    page.get_by_label("Where the evidence is").fill("แฟ้มรางวัล")
    page.get_by_role("button", name="Keep as a draft").press("Enter")
    page.get_by_role("link", name="Send to be confirmed").click()
    page.get_by_role("button", name="Send to be confirmed").click()
    expect(page.locator("#identity")).to_contain_text("Waits to be confirmed")
    case = RegisterCase.objects.get()
    page = sign_in(open_page(), office.world.head, f"/registers/{case.public_id}/do/confirm/")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#identity")).to_contain_text("Confirmed")
    assert RegisterCase.objects.get().state == CONFIRMED
