"""The desk, the level, coverage of many units and the public pages of procurement, in a real browser."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from organisations.models import Unit, User
from procurement.models import CommitteeCase, Member
from tests.browser.conftest import WIDTHS
from tests.browser.test_executive import sign_in
from tests.procurement.test_coverage_overview import many_districts
from tests.support.levels import covered_plan, decided, seated
from tests.support.purchases import Plan
from workflows.models import Case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], None]


def some_work(plan: Plan) -> None:
    """A plan in the middle of its year: some covered, some not, and something on every pile."""
    cache.clear()
    today = timezone.localdate()
    rows = covered_plan(plan, top=2, rest=9, rest_covered=5, education=1)
    seated(plan, rows[2], None)
    decided(plan, seated(plan, rows[8], None, days_ago=9), today - timedelta(days=2))
    near, later = today + timedelta(days=9), today + timedelta(days=50)
    late = plan.purchase(rows[9], dates={"announce": near, "contract": later})
    soon = plan.purchase(rows[10], dates={"announce": near, "contract": later})
    Case.objects.filter(pk=late.pk).update(next_due=today - timedelta(days=3))
    plan.committee(late, citizen=True)
    plan.do(plan.do(plan.committee(soon), "lint"), "approve", plan.approver)
    plan.do(plan.committee(plan.purchase(rows[11])), "lint")
    bids = plan.do(plan.purchase(rows[6]), "announce", on=today)
    plan.ordered(plan.committee(bids, citizen=True), "77")
    plan.do(bids, "record_bids", bids=[{"supplier": plan.supplier()}])
    plan.contracted(plan.purchase(rows[0]))
    plan.purchase(plan.activity(None, name="จัดซื้อครุภัณฑ์คอมพิวเตอร์"))
    for number in range(4):
        plan.citizen(f"นาง สมศรี จำลอง {number}", network="กลุ่มสตรีพัฒนา")


def at_all_widths(page: Page, look: Look, name: str) -> None:
    """`look` at the page on a small telephone, a telephone and a desk."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844 if width < 1000 else 900})
        look(page, name)


@pytest.mark.parametrize("language", ["th", "en"])
def test_staff_pages_look(plan: Plan, open_page: OpenPage, look: Look, language: str) -> None:
    some_work(plan)
    User.objects.update(language=language)
    page = sign_in(open_page(), plan.staff, "/procurement/")
    at_all_widths(page, look, f"desk-{language}")
    page.goto("/procurement/?list=drafts")
    at_all_widths(page, look, f"desk-pile-{language}")
    page.goto("/procurement/level/?list=rest-lacking")
    at_all_widths(page, look, f"level-{language}")
    page.goto("/procurement/planner/?level=3")
    at_all_widths(page, look, f"planner-{language}")
    page.fill("[name=reason]", "ตามแผนการมีส่วนร่วม")
    page.locator("form[action$='/planner/do/'] button:not([aria-hidden])").click()
    expect(page.locator("table.outcomes")).to_be_visible()
    at_all_widths(page, look, f"planner-done-{language}")


@pytest.mark.parametrize("language", ["th", "en"])
def test_executive_pages_look(plan: Plan, open_page: OpenPage, look: Look, language: str) -> None:
    some_work(plan)
    covered_plan(plan, top=3, rest=4, rest_covered=4, education=1, unit=plan.world.other)
    User.objects.update(language=language)
    page = sign_in(open_page(), plan.world.executive, "/procurement/coverage/")
    at_all_widths(page, look, f"coverage-{language}")
    page.goto("/procurement/coverage/?unit=DST")
    at_all_widths(page, look, f"coverage-one-{language}")


@pytest.mark.parametrize("language", ["th", "en"])
def test_public_pages_look(plan: Plan, open_page: OpenPage, look: Look, language: str) -> None:
    some_work(plan)
    purchase = CommitteeCase.objects.get(kind="committee", state="ordered").committee.purchase.case
    page = open_page()
    page.goto("/open/procurement/")
    if language == "en":
        page.click("button[name=code]")
    at_all_widths(page, look, f"open-{language}")
    page.goto("/open/procurement/?unit=DST")
    at_all_widths(page, look, f"open-unit-{language}")
    page.goto(f"/open/procurement/{purchase.public_id}/")
    at_all_widths(page, look, f"open-purchase-{language}")
    page.goto("/open/procurement/level/?unit=DST")
    at_all_widths(page, look, f"open-level-{language}")
    page.goto("/open/procurement/?q=ก่อสร้าง")
    at_all_widths(page, look, f"open-search-{language}")


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_long_plan_is_written_to_its_end(plan: Plan, open_page: OpenPage, javascript: bool) -> None:
    for number in range(28):
        plan.purchase(plan.activity(100_000 + number, name=f"กิจกรรม {number}"))
        plan.citizen(f"นาย ประชา {number}")
    page = sign_in(open_page(width=1280, javascript=javascript), plan.staff, "/procurement/planner/?level=5")
    page.fill("[name=reason]", "ตามแผนการมีส่วนร่วม")
    page.locator("form[action$='/planner/do/'] button:not([aria-hidden])").click()
    expect(page.locator("table.outcomes").first).to_be_visible()
    if not javascript:
        with page.expect_navigation():
            page.locator(".done-more button").click()
    expect(page.locator(".done-more")).to_have_count(0, timeout=30_000)
    wanted = 3 + 20  # the largest budgets, and 80 % of the other 25
    assert Member.objects.filter(person__standing="citizen").count() == wanted
    if javascript:
        expect(page.locator(".outcomes tbody tr")).to_have_count(wanted)


def test_what_if_boxes_change_the_plan(plan: Plan, open_page: OpenPage) -> None:
    for number in range(3):
        plan.purchase(plan.activity(1_000_000 + number, name=f"ก่อสร้าง {number}"))
    for number in range(5):
        plan.citizen(f"นาย ประชา {number}")
    page = sign_in(open_page(width=1280), plan.staff, "/procurement/planner/?level=2")
    first = page.locator(".planned tbody tr").first
    person = first.locator("td").nth(1).inner_text().splitlines()[0]
    first.locator("[name=without_person]").check()
    page.locator(".what-if-more button").click()
    page.wait_for_url("**without_person**")
    assert person not in page.inner_text(".planned")
    page.locator(".what-if-more [name=without_person]").uncheck()
    page.locator(".planned [name=pin]").first.check()
    page.locator(".what-if-more button").click()
    page.wait_for_url("**pin=**")
    expect(page.locator(".planned [name=pin]:checked")).to_have_count(1)


def test_coverage_of_many_units_prints_on_one_page(plan: Plan, open_page: OpenPage) -> None:
    many_districts(plan, 60)
    Unit.objects.filter(kind="district").update(name_th="สำนักงานพัฒนาชุมชนอำเภอพระนครศรีอยุธยาเหนือ")
    page = sign_in(open_page(width=1280), plan.world.executive, "/procurement/coverage/")
    expect(page.locator("table.units tbody tr")).to_have_count(60)
    assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True))) == 1


def test_number_of_the_coverage_leads_to_its_units_and_their_level(plan: Plan, open_page: OpenPage) -> None:
    some_work(plan)
    covered_plan(plan, top=3, rest=4, rest_covered=4, education=1, unit=plan.world.other)
    page = sign_in(open_page(width=1280), plan.world.executive, "/procurement/coverage/")
    page.locator(".stats a[href*='level=5']").click()
    expect(page.locator("table.units tbody tr")).to_have_count(1)
    page.locator("table.units tbody td a").first.click()
    page.wait_for_url("**/procurement/level/?unit=OTH*")
    expect(page.locator(".level-number")).to_contain_text("5")


def test_visitor_finds_procurement_from_the_start_page(plan: Plan, open_page: OpenPage) -> None:
    some_work(plan)
    page = open_page(width=390)
    page.goto("/")
    page.click("a[href='/open/']")
    page.click("a[href='/open/procurement/']")
    page.fill("[name=q]", "ก่อสร้างถนน")
    page.press("[name=q]", "Enter")
    page.locator("table.found a").first.click()
    expect(page.locator("h1")).to_contain_text("ก่อสร้างถนน")
    assert [cookie["name"] for cookie in page.context.cookies()] in ([], ["csrftoken"])
