"""Procurement staff with keyboard, mouse or telephone: the plan filled in, pasted, grouped; a purchase followed."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from procurement.actions.plan import cancel_activity, change_activity
from procurement.actions.registers import record_education, record_publication, strike_out
from procurement.models import Activity, Purchase, PurchaseCase
from tests.browser.conftest import WIDTHS
from tests.browser.test_officer_pages import sign_in
from tests.support.purchases import Plan, build_plan
from tests.support.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], None]
PLAN = "/procurement/plan/"
PASTED = "เลขที่\tโครงการ\tงบประมาณ\n11\tซ่อมสะพาน\t1,200,000\n2\tเครื่องพ่นหมอกควัน\t๘๙,๐๐๐ บาท\n13\tจ้างที่ปรึกษา\tสามแสน\n"


@pytest.fixture
def staff(world: World) -> Plan:
    """The world of procurement, for a test that empties the tables."""
    return build_plan(world)


def fill(plan: Plan) -> PurchaseCase:
    """A plan with a bit of everything. Out: a purchase under contract."""
    today = timezone.localdate()
    road = plan.activity(4_500_000, name="ก่อสร้างถนนคอนกรีตเสริมเหล็ก สายบ้านหนองบัว–บ้านโคกสูง หมู่ที่ 4", code="1")
    water = plan.activity(2_350_000, name="ปรับปรุงระบบประปาหมู่บ้านแบบบาดาลขนาดใหญ่", code="2")
    plan.activity(None, name="ขุดลอกลำห้วย", code="3")
    case = plan.purchase(road, project_number="69117000001", reference_price=Decimal(4_480_000))
    days = {"announce": 0, "contract": 20, "deliver": 120, "inspect": 130, "pay": 140}
    case = plan.do(case, "set_dates", dates={code: today + timedelta(days=day) for code, day in days.items()})
    case = plan.do(case, "announce", on=today)
    offers = [
        {"supplier": plan.supplier(), "amount": Decimal(4_395_000), "result": "pending", "note": ""},
        {
            "supplier": plan.supplier("0105500000002", "ห้างหุ้นส่วนจำกัด รุ่งเรืองการโยธา"),
            "amount": Decimal(4_470_000), "result": "disqualified", "note": "เอกสารหลักประกันไม่ครบ",
        },
    ]  # fmt: skip
    case = plan.do(case, "record_bids", bids=[{**offer, "submitted_on": today} for offer in offers])
    plan.ordered(plan.committee(case, citizen=True))
    case = plan.do(case, "award", on=today, winner=plan.supplier())
    about = {"supplier": plan.supplier(), "value": Decimal(4_395_000), "on": today}
    case = plan.do(case, "sign_contract", number="จ.12/2570", finish_on=today + timedelta(days=120), **about)
    case = plan.do(case, "pay", amount=Decimal(1_000_000), on=today, note="งวดที่ 1")
    plan.purchase(water)
    plan.purchase(water, name="ค่าควบคุมงาน", budget=Decimal(50_000))
    change_activity(water, by=plan.staff2, budget=Decimal(2_300_000), reason="ปรับตามมติ")
    cancel_activity(plan.activity(100_000, name="จัดงานประเพณี", code="9"), by=plan.staff, reason="งดจัดงาน")
    taught = {"unit": plan.unit, "by": plan.staff, "held_on": today}
    record_education(name="อบรมผู้นำชุมชน", audience=["leaders"], evidence="https://example.go.th/album/12", **taught)
    record_education(name="อบรมบุคลากร", audience=["staff"], evidence="แฟ้ม พช.3 หน้า 12", **taught)
    shown = {"unit": plan.unit, "by": plan.staff, "published_on": today, "channel": "website"}
    strike_out(record_publication(what="ซ้ำ", evidence="แฟ้ม", **shown), by=plan.staff, reason="บันทึกซ้ำ")
    return case


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_look(staff: Plan, open_page: OpenPage, look: Look, width: int, language: str) -> None:
    case = fill(staff)
    type(staff.staff).objects.update(language=language)
    row, purchase = Activity.objects.get(code="2"), f"/procurement/purchases/{case.public_id}/"
    page = sign_in(open_page(width=width), staff.staff, PLAN)
    for name, address in {
        "plan": PLAN,
        "plan-activity": f"{PLAN}{row.pk}/",
        "plan-cancel": f"{PLAN}{row.pk}/cancel/",
        "purchase-new": f"{PLAN}{row.pk}/purchases/new/",
        "plan-group": f"{PLAN}group/",
        "purchases": "/procurement/purchases/",
        "purchase": purchase,
        "purchase-bids": f"{purchase}do/record_bids/",
        "purchase-contract": f"{purchase}do/add_contract/",
        "purchase-revise": f"{purchase}do/revise/",
        "disbursement": "/procurement/disbursement/",
        "registers": "/procurement/registers/",
    }.items():
        page.goto(address)
        for part in page.locator("details.clock, details.measure, .versions details, .bid-lists").all():
            part.evaluate("part => { part.open = true; }")
        look(page, f"{language}-{name}")
    page.goto(PLAN)
    page.click(f"#activity-{row.pk} .row-act a")
    expect(page.locator("tr.editing [name=name]")).to_be_focused()
    look(page, f"{language}-plan-edit")
    page.goto(f"{PLAN}paste/")
    page.fill("[name=text]", PASTED)
    page.locator("form.paste button").last.click()
    expect(page.locator(".pasted-rows")).to_be_visible()
    look(page, f"{language}-plan-paste")


def test_five_activities_by_keyboard_alone(staff: Plan, open_page: OpenPage) -> None:
    page = sign_in(open_page(width=1280), staff.staff, PLAN)
    page.locator("#id_new_code").focus()
    for number in range(1, 6):
        expect(page.locator("#id_new_code")).to_be_focused()
        page.keyboard.type(str(number))
        page.keyboard.press("Tab")
        page.keyboard.type(f"กิจกรรมที่ {number}")
        page.keyboard.press("Tab")
        page.keyboard.type(f"{number}00,000")
        page.keyboard.press("Enter")
        expect(page.locator("#plan-rows tr")).to_have_count(number)
        expect(page.locator("#id_new_name")).to_have_value("")
    expect(page.locator("#id_new_code")).to_be_focused()
    rows = Activity.objects.order_by("id").values_list("code", "name", "budget")
    assert list(rows) == [(str(n), f"กิจกรรมที่ {n}", Decimal(n * 100_000)) for n in range(1, 6)]
    # The marks of the top three have moved from row to row on the way, and the totals with them.
    assert [bool(mark.inner_text()) for mark in page.locator("#plan-rows .plan-mark").all()] == [
        False, False, True, True, True,
    ]  # fmt: skip
    expect(page.locator("#plan-totals")).to_contain_text("1,500,000.00")
    page.reload()
    expect(page.locator("#plan-rows tr")).to_have_count(5)


def test_a_wrong_amount_keeps_the_row_and_goes_to_its_field(staff: Plan, open_page: OpenPage) -> None:
    page = sign_in(open_page(width=1280), staff.staff, PLAN)
    page.fill("#id_new_name", "ขุดลอกคลอง")
    page.fill("#id_new_budget", "สามแสน")
    page.keyboard.press("Enter")
    expect(page.locator("#plan-entry .wrong")).to_be_visible()
    expect(page.locator("#id_new_budget")).to_be_focused()
    expect(page.locator("#id_new_name")).to_have_value("ขุดลอกคลอง")
    page.fill("#id_new_budget", "๓๐๐,๐๐๐")
    page.keyboard.press("Enter")
    expect(page.locator("#plan-rows tr")).to_have_count(1)
    assert Activity.objects.get().budget == 300_000


def test_plan_without_javascript(staff: Plan, open_page: OpenPage) -> None:
    page = sign_in(open_page(width=390, javascript=False), staff.staff, PLAN)
    for number in (1, 2):
        page.fill("#id_new_name", f"กิจกรรมที่ {number}")
        page.fill("#id_new_budget", "100")
        page.press("#id_new_budget", "Enter")
        page.wait_for_url("**added=**")
        expect(page.locator("#id_new_code")).to_be_focused()
    page.click("#plan-rows tr:first-child .row-act a")
    page.fill("[name=name]", "ชื่อใหม่")
    page.locator("form.form button").first.click()
    page.wait_for_url(f"**{PLAN}?*")
    assert set(Activity.objects.values_list("name", flat=True)) == {"ชื่อใหม่", "กิจกรรมที่ 2"}


def test_a_row_is_corrected_in_place(staff: Plan, open_page: OpenPage) -> None:
    rows = [staff.activity(number * 100, name=f"กิจกรรม {number}") for number in (1, 2, 3, 4)]
    page = sign_in(open_page(width=1280), staff.staff, PLAN)
    way = page.locator(f"#activity-{rows[0].pk} .row-act a")
    way.focus()
    page.keyboard.press("Enter")
    expect(page.locator("tr.editing [name=name]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("tr.editing")).to_have_count(0)
    expect(way).to_be_focused()
    page.keyboard.press("Enter")
    page.fill("tr.editing [name=budget]", "1,000,000")
    page.keyboard.press("Enter")
    expect(page.locator(f"#activity-{rows[0].pk}")).to_contain_text("1,000,000.00")
    expect(page.locator(f"#mark-{rows[0].pk} .tag")).to_be_visible()
    expect(page.locator(f"#mark-{rows[1].pk} .tag")).to_have_count(0)
    expect(way).to_be_focused()


def test_two_correct_the_same_row(staff: Plan, open_page: OpenPage, look: Look) -> None:
    row = staff.activity(100, name="เดิม")
    page = sign_in(open_page(width=390), staff.staff, PLAN)
    page.click(f"#activity-{row.pk} .row-act a")
    page.fill("tr.editing [name=name]", "ที่พิมพ์ไว้")
    # A row that is being added meanwhile takes nothing away from the one that is open.
    page.fill("#id_new_name", "อีกกิจกรรม")
    page.press("#id_new_name", "Enter")
    expect(page.locator("#plan-rows tr")).to_have_count(2)
    expect(page.locator("tr.editing [name=name]")).to_have_value("ที่พิมพ์ไว้")
    change_activity(row, by=staff.staff2, budget=Decimal(777))
    page.press("tr.editing [name=name]", "Enter")
    expect(page.locator("tr.editing [role=alert]")).to_contain_text(str(staff.staff2))
    expect(page.locator("tr.editing [name=name]")).to_have_value("ที่พิมพ์ไว้")
    look(page, "plan-conflict")
    page.press("tr.editing [name=name]", "Enter")
    expect(page.locator("tr.editing")).to_have_count(0)
    row.refresh_from_db()
    assert row.name == "ที่พิมพ์ไว้"


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_rows_pasted_from_a_spreadsheet(staff: Plan, open_page: OpenPage, javascript: bool) -> None:
    staff.activity(code="2")
    page = sign_in(open_page(width=1280, javascript=javascript), staff.staff, PLAN)
    page.click(f"a[href^='{PLAN}paste/']")
    page.fill("[name=text]", PASTED)
    page.locator("form.paste button").last.click()
    expect(page.locator(".pasted-rows tbody tr")).to_have_count(3)
    expect(page.locator(".cell-wrong")).to_have_count(2)
    assert Activity.objects.count() == 1
    page.click("button[name=save]")
    page.wait_for_url(f"**{PLAN}?*")
    assert set(Activity.objects.values_list("code", flat=True)) == {"2", "11"}


def test_purchases_grouped_after_a_look_at_what_it_changes(staff: Plan, open_page: OpenPage, look: Look) -> None:
    target = staff.activity(5_000_000, name="ถนนทั้งสาย")
    for number in (1, 2):
        staff.purchase(staff.activity(number * 100, name=f"ตอน {number}", source="import"))
    page = sign_in(open_page(width=1280), staff.staff, f"{PLAN}group/")
    for box in page.locator("[name=purchase]").all():
        box.check()
    page.select_option("[name=activity]", str(target.pk))
    page.click("[name=look]")
    expect(page.locator(".effect")).to_contain_text("ตอน 2")
    look(page, "plan-effect")
    assert not target.purchases.exists()
    page.click("[name=move]")
    page.wait_for_url(f"**{PLAN}?*")
    assert target.purchases.count() == 2
    expect(page.locator("#plan-rows tr")).to_have_count(1)


def test_purchase_followed_by_keyboard(staff: Plan, open_page: OpenPage) -> None:
    case = staff.purchase(staff.activity())
    page = sign_in(open_page(width=1280), staff.staff, f"/procurement/purchases/{case.public_id}/")
    page.locator("a[href$='/do/announce/']").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".action-form form")).to_be_visible()
    page.locator(".action-form form button:not([name]):not([aria-hidden])").press("Enter")
    page.wait_for_url(f"**/{case.public_id}/")
    expect(page.locator(".milestone-reached")).to_have_count(1)
    assert Purchase.objects.get().announced_on == timezone.localdate()
    page.click("a[href$='/do/record_bids/']")
    page.fill("[name=bids-0-name]", "ร้าน ก")
    page.fill("[name=bids-0-amount]", "๙๐๐,๐๐๐")
    page.locator(".action-form form button:not([name]):not([aria-hidden])").click()
    page.wait_for_url(f"**/{case.public_id}/")
    expect(page.locator("#bidders")).to_contain_text("900,000.00")


def test_three_purchases_in_a_row(staff: Plan, open_page: OpenPage) -> None:
    activity = staff.activity()
    page = sign_in(open_page(width=1280), staff.staff, f"{PLAN}{activity.pk}/purchases/new/")
    for number in range(1, 4):
        expect(page.locator("[name=name]")).to_be_focused()
        page.fill("[name=name]", f"รายการ {number}")
        page.keyboard.press("Control+Enter")
        expect(page.locator("main .plain li")).to_have_count(number)
    assert activity.purchases.count() == 3
