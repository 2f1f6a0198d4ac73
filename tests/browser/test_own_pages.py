"""The door and the own data of a citizen representative, in a real browser."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from organisations.models import User
from procurement.actions.sign_in import make_paper_link, send_link
from procurement.models import Citizen, Training
from tests.browser.conftest import WIDTHS
from tests.support.purchases import Plan
from tests.support.seats import drawn, join_pool, open_seat, pool

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], None]


def a_citizen(plan: Plan) -> Citizen:
    """One of whom everything is known, who was in a draw and is invited to a seat."""
    relatives = [{"name": "นาย พี่ชาย ทองดี", "relation": "พี่ชาย", "degree": 2, "shares_count": False}]
    private = {
        "id_number": "1101700230708", "phone": "081 234 5678", "email": "malee-thongdee-somboon@mail.example.go.th",
        "address": "99/9 หมู่ 1 ตำบลตัวอย่าง\nอำเภอตัวอย่าง", "relatives": relatives,
    }  # fmt: skip
    citizen = join_pool(plan.citizen("นาง มาลี ทองดีสมบูรณ์ทรัพย์อนันต์"), plan.staff, private=private)
    today = timezone.localdate()
    Training.objects.create(citizen=citizen, name="อบรมตรวจรับพัสดุ", held_on=today, score=85, at=timezone.now())
    Citizen.objects.filter(pk=citizen.pk).update(
        away_until=None, term_from=today - timedelta(days=30), term_to=today + timedelta(days=700)
    )
    pool(plan, 3)
    drawn(plan)
    seat = plan.do(open_seat(plan, plan.committee()), "nominate", person=citizen.person, reason="เครือข่ายเสนอชื่อ")
    plan.do(seat, "invite")
    return citizen


def link_of(citizen: Citizen, base: str) -> str:
    """A link that was mailed just now."""
    assert send_link(citizen.pk, base)
    found = re.search(r"http\S+/my/sign-in/\S+", mail.outbox[-1].body)
    assert found
    return found[0]


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_door_and_his_own_data(
    plan: Plan, open_page: OpenPage, look: Look, live_server: object, language: str
) -> None:
    citizen = a_citizen(plan)
    User.objects.filter(pk=citizen.account_id).update(language=language)
    page = open_page(width=320)
    page.goto("/my/sign-in/?next=/my/data/")
    if language == "en":
        page.get_by_role("button", name="English").click()

    def at_all_widths(name: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            look(page, f"own-{name}-{language}")

    at_all_widths("door")
    page.locator("#id_mail-email").fill("somebody@example.org")
    page.locator("button[name=mail]").click()
    page.wait_for_url("**/my/sign-in/sent/")
    at_all_widths("sent")
    page.goto("/my/sign-in/")
    page.locator("#id_paper-letters").fill("AAAA-BBBB")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()
    at_all_widths("dead")

    link = link_of(citizen, live_server.url)  # type: ignore[attr-defined]
    page.goto(link)
    at_all_widths("link")
    page.locator("main button").click()
    page.wait_for_url("**/my/data/")
    at_all_widths("data")
    for name in ("contact", "leave", "agreement/publish"):
        page.goto(f"/my/data/{name}/")
        at_all_widths(name.replace("/", "-"))
    page.goto("/my/data/contact/")
    page.locator("#id_phone").fill("1")
    page.locator("main button").click()
    expect(page.locator(".summary")).to_be_visible()
    at_all_widths("contact-wrong")


def test_by_keyboard_and_without_javascript(plan: Plan, open_page: OpenPage) -> None:
    citizen = join_pool(plan.citizen(), plan.staff, private={"email": "a@example.org"})
    letters = make_paper_link(citizen, by=plan.staff)
    page = open_page(javascript=False)
    page.goto("/my/sign-in/")
    page.locator("#id_paper-letters").focus()
    page.keyboard.type(letters.lower())
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/seats/")
    page.goto("/my/data/")
    page.get_by_role("button", name="ออกจากระบบ").click()
    page.goto("/my/data/")
    page.wait_for_url("**/my/sign-in/**")
