"""The pool of citizens in a real browser: somebody applies on a telephone without JavaScript, an officer admits him."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from procurement.actions.pool import admit, leave_pool
from procurement.actions.pool_records import record_consent, record_training
from procurement.models import Citizen
from tests.browser.conftest import WIDTHS
from tests.browser.test_officer_pages import sign_in
from tests.procurement.pool_support import EMAIL, applied, id_number
from tests.support.purchases import Plan, build_plan
from tests.support.seats import drawn, open_seat
from tests.support.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], None]
POOL = "/procurement/pool/"


@pytest.fixture
def staff(world: World) -> Plan:
    """The world of procurement, for a test that empties the tables."""
    return build_plan(world)


def fill(plan: Plan) -> Citizen:
    """A pool with a bit of everything. Out: one of it who was offered a seat."""
    today = timezone.localdate()
    names = ("นาย กฤษดา ใจซื่อจำลอง", "นาง บุญเรือน ทุ่งกว้างสมมุติ", "นางสาว เยาวลักษณ์ เพียรดีตัวอย่าง", "นาย โอภาส ลำน้ำทดลอง")
    people = [applied(plan, seed, name=name, private={"email": ""}) for seed, name in enumerate(names, start=1)]
    for citizen in people:
        admit(citizen, by=plan.staff, on=today - timedelta(days=30))
    Citizen.objects.filter(pk=people[1].pk).update(term_to=today + timedelta(days=20))
    Citizen.objects.filter(pk=people[2].pk).update(away_until=today)
    leave_pool(people[3], by=plan.staff, reason="ย้ายไปจังหวัดอื่น")
    record_training(
        people[:2], by=plan.staff, name="หลักสูตรผู้แทนภาคประชาชนเพื่อการจัดซื้อจัดจ้างโปร่งใส", held_on=today, score=88
    )
    record_consent(people[0], by=plan.staff, purpose="publish")
    applied(plan, 8, birth_year=None)
    applied(plan, 9, private={"email": EMAIL})
    plan.activity()
    drawn(plan, size=1)
    seat = plan.do(open_seat(plan, plan.committee()), "draw_next")
    return Citizen.objects.get(pk=seat.seat.person_id)


def apply(page: Page, plan: Plan) -> None:
    """Fill in the public form by its labels."""
    page.goto("/join/")
    page.fill("#id_name", "นาง สมัครเอง สมมุติ")
    page.check("#id_sex_0")
    page.fill("#id_birth_year", "๒๕๑๕")
    page.select_option("#id_unit", str(plan.unit.pk))
    page.fill("#id_phone", "081-234-5678")
    page.check("#id_no_official")
    page.check("#id_consent_pool")


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_whole_at_every_width(staff: Plan, open_page: OpenPage, look: Look, width: int) -> None:
    citizen = fill(staff)
    visitor = open_page(width=width)
    visitor.goto("/join/")
    look(visitor, "join")
    visitor.click("main form.form button")
    expect(visitor.locator(".summary")).to_be_visible()
    look(visitor, "join-wrong")
    apply(visitor, staff)
    visitor.click("main form.form button")
    visitor.wait_for_url("**/join/received/")
    look(visitor, "join-received")
    page = open_page(width=width)
    sign_in(page, staff.staff)
    here = f"{POOL}citizens/{citizen.code}/"
    waiting = Citizen.objects.filter(status="applied").order_by("birth_year").last()
    assert waiting is not None
    addresses = {
        "pool": POOL, "pool-health": f"{POOL}health/", "pool-new": f"{POOL}new/", "pool-invite": f"{POOL}invite/",
        "pool-import": f"{POOL}import/", "pool-citizen": here, "pool-waiting": f"{POOL}citizens/{waiting.code}/",
        "pool-show": f"{here}sealed/", "pool-correct": f"{here}do/correct/", "pool-leave": f"{here}do/leave/",
        "pool-term": f"{here}do/term/",
    }  # fmt: skip
    for name, address in addresses.items():
        page.goto(address)
        expect(page.locator("h1")).to_have_count(1)
        look(page, name)
    page.goto(f"{here}sealed/")
    page.fill("#id_reason", "โทรนัดประชุม")
    page.click("main form.form button")
    expect(page.get_by_text("08000")).to_be_visible()
    look(page, "pool-shown")
    page.goto(POOL)
    page.fill("main input[type=search]", id_number(1))
    page.press("main input[type=search]", "Enter")
    expect(page.locator("table.pool tbody tr")).to_have_count(1)
    look(page, "pool-found")


def test_application_on_a_telephone_without_javascript_and_admission(staff: Plan, open_page: OpenPage) -> None:
    visitor = open_page(width=320, javascript=False)
    apply(visitor, staff)
    visitor.click("main form.form button")
    code = "".join(visitor.locator(".receipt-groups li").all_inner_texts())
    page = open_page(width=1280)
    sign_in(page, staff.staff)
    page.goto(f"{POOL}citizens/{code}/")
    expect(page.locator(".actions button[disabled]")).to_be_visible()
    page.click(f"a[href='{POOL}citizens/{code}/do/correct/']")
    page.fill("#id_id_number", id_number(5))
    page.click("main form.form button")
    page.wait_for_url(f"**/citizens/{code}/")
    page.click(f"form[action='{POOL}citizens/{code}/do/admit/'] button")
    expect(page.locator(".tag-well").first).to_be_visible()
    citizen = Citizen.objects.get(code=code)
    assert (citizen.status, citizen.birth_year, citizen.sex) == ("admitted", 2515, "female")


def test_several_are_admitted_by_keyboard(staff: Plan, open_page: OpenPage) -> None:
    for seed in (1, 2):
        applied(staff, seed)
    page = open_page(width=1280)
    sign_in(page, staff.staff)
    page.goto(f"{POOL}?status=applied")
    for box in page.locator("table.pool input[type=checkbox]").all():
        box.focus()
        page.keyboard.press("Space")
    page.locator("button[name=do][value=admit]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".notice-success")).to_be_visible()
    assert Citizen.objects.filter(status="admitted").count() == 2
