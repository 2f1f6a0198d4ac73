"""Procurement staff and approvers at citizen seats: a whole day by keyboard, and how the pages look."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from procurement.models import ConflictHit, SeatCase, SupplierPerson
from tests.browser.conftest import WIDTHS
from tests.support.purchases import Plan, paper
from tests.support.seats import account_of, drawn, join_pool, on_paper, open_seat, pool, seats_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], None]
LIST = "/procurement/seats/"
LANGUAGES = [("th", width) for width in WIDTHS] + [("en", 390)]


@pytest.fixture(autouse=True)
def _evidence(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


def sign_in(page: Page, user: Any, to: str = LIST) -> Page:
    """Sign in as somebody of the small world and go where he wants."""
    page.goto(to)
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", user.username * 2)
    page.locator("main form button").first.click()
    page.wait_for_url(f"**{to}")
    return page


def url_of(seat: SeatCase, edge: str = "") -> str:
    """The path of a seat, or of an edge of it."""
    return f"{LIST}{seat.public_id}/" + (f"do/{edge}/" if edge else "")


def read_in(user: Any, language: str) -> Any:
    """The same person, who reads that language."""
    user.language = language
    user.save(update_fields=["language"])
    return user


def fresh(seat: SeatCase) -> SeatCase:
    """The seat as it is now."""
    return SeatCase.objects.get(pk=seat.pk)


def suspended(plan: Plan) -> SeatCase:
    """A seat in office that three possible conflicts have suspended, after a report with a file."""
    committee = plan.committee()
    seat = on_paper(plan, plan.do(open_seat(plan, committee), "draw_next"))
    plan.meeting(plan.ordered(committee))
    me = account_of(seat)
    facts = {"token": "t1", "observed_on": timezone.localdate(), "seen": "เปิดซองครบทุกราย มีผู้ยื่นสองรายมาด้วยกัน"}
    plan.do(fresh(seat), "report", me, concerns="ผู้ยื่นสองรายมาในรถคันเดียวกัน", files=[paper("photo.png")], **facts)
    bidder = plan.supplier(name="ห้างหุ้นส่วนจำกัด ทดลองก่อสร้างและวัสดุภัณฑ์ขนาดใหญ่")
    for part in ("director", "partner", "shareholder"):
        SupplierPerson.objects.create(supplier=bidder, name=seat.seat.person.name, part=part)
    purchase = plan.do(committee.committee.purchase.case, "announce", on=timezone.localdate())
    plan.do(purchase, "record_bids", bids=[{"supplier": bidder}])
    return fresh(seat)


@pytest.mark.parametrize(("language", "width"), LANGUAGES)
def test_pages_look(plan: Plan, open_page: OpenPage, look: Look, language: str, width: int) -> None:
    for person in (plan.staff, plan.approver, plan.world.executive):
        read_in(person, language)
    citizens = pool(plan, 5)
    first = drawn(plan).draw.entries.get(rank=1).person
    first.most_seats = 0
    first.save()
    asleep = suspended(plan)
    committee = plan.committee(plan.purchase(name="จ้างก่อสร้างถนนคอนกรีตเสริมเหล็กสายบ้านหนองสมมุติ หมู่ที่ 7"))
    invited = plan.do(plan.do(open_seat(plan, committee), "draw_next"), "invite")
    gone = plan.do(invited, "record_refusal", text="ติดเก็บเกี่ยว")
    declared = on_paper(plan, SeatCase.objects.get(seat__follows=gone.pk), upto="declared")
    vacant = open_seat(plan, committee)
    page = sign_in(open_page(width=width), plan.staff)

    def shown(name: str, address: str = "", wait: str = "#main h1, main h1") -> None:
        if address:
            page.goto(address)
        expect(page.locator(wait).first).to_be_attached()
        assert page.locator("h1").count() == 1
        for part in page.locator("main details").all():
            part.evaluate("part => { part.open = true; }")
        look(page, f"seats-{name}-{language}")

    shown("list")
    shown("list-empty", f"{LIST}?state=discharged")
    shown("vacant", url_of(vacant))
    shown("suspended", url_of(asleep))
    shown("declared", url_of(declared))
    shown("draw", url_of(vacant, "draw_next"), "form.form")
    shown("nominate", url_of(vacant, "nominate"), "form.form")
    shown("hit", url_of(asleep, "decide_hit"), "form.form")
    shown("answer", url_of(asleep, "answer_report"), "form.form")
    shown("interest", url_of(declared, "declare_conflict"), "form.form")
    shown("paper-report", url_of(asleep, "record_report"), "form.form")
    shown("committee", f"/procurement/committees/{committee.public_id}/")
    shown("add", f"/procurement/committees/{committee.public_id}/do/add_member/", "form.form")
    fresh_draft = plan.committee()
    shown("open", f"/procurement/committees/{fresh_draft.public_id}/seats/new/", "form.form")
    shown("desk", "/procurement/")
    page.goto(url_of(vacant, "nominate"))
    page.locator("form.form[action*='/do/'] .buttons button").first.click()
    page = sign_in(open_page(width=width), plan.approver, url_of(asleep))
    shown("approver")
    assert citizens


def until(page: Page, selector: str) -> None:
    """Press Tab until the focus is where the selector says."""
    for _ in range(90):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the focus never came to {selector}")


def step(page: Page) -> None:
    """`a` opens the step that waits for the reader; its first field or button has the focus then."""
    page.keyboard.press("a")
    expect(page.locator(".action-form form")).to_be_visible()
    expect(page.locator(".action-form :focus")).to_have_count(1)


def test_a_day_of_the_staff_by_keyboard(plan: Plan, open_page: OpenPage) -> None:
    """Without a mouse, in Thai: open a seat and invite, record the answer and the declaration, clear; then decide about
    three possible conflicts of another citizen and answer his report."""
    pool(plan, 4, account=False)
    join_pool(plan.citizen("นาย สำรอง รายชื่อ"), plan.staff)
    drawn(plan)
    committee = plan.committee()
    page = sign_in(open_page(width=1280), plan.staff, f"/procurement/committees/{committee.public_id}/")
    keys = page.keyboard
    until(page, f"a[href='/procurement/committees/{committee.public_id}/seats/new/']")
    keys.press("Enter")
    page.wait_for_url("**/seats/new/")
    until(page, "[name=fill]")
    keys.press("Control+Enter")
    page.wait_for_url(f"**{LIST}*/")
    seat = seats_of(committee)[0]
    assert (seat.state, seat.seat.entry.rank) == ("invited", 1)
    if seat.seat.person.citizen.account_id is None:  # else his own answer is awaited, and `a` offers nothing
        step(page)
    else:
        until(page, f"a[href='{url_of(seat, 'record_acceptance')}']")
        keys.press("Enter")
        expect(page.locator(".action-form [name=text]")).to_be_focused()
    keys.type("ตอบรับทางโทรศัพท์")
    keys.press("Control+Enter")
    expect(page.locator(f"a[href='{url_of(seat, 'declare')}']")).to_be_visible()
    until(page, f"a[href='{url_of(seat, 'declare')}']")
    keys.press("Enter")
    expect(page.locator(".action-form form")).to_be_visible()
    until(page, ".action-form [name=text]")
    keys.press("Control+Enter")
    expect(page.locator("[data-assign][href$='/clear/']")).to_be_visible()
    step(page)
    keys.press("Enter")
    expect(page.locator(f"a[href='{url_of(seat, 'clear')}']")).to_have_count(0)
    assert fresh(seat).state == "cleared"


def test_hits_and_report_by_keyboard(plan: Plan, open_page: OpenPage) -> None:
    """`a`, an arrow, a reason, Ctrl+Enter: one possible conflict after the other; then the report."""
    pool(plan, 3)
    drawn(plan)
    seat = suspended(plan)
    hits = ConflictHit.objects.filter(seat=seat.pk)
    assert hits.count() > 1
    page = sign_in(open_page(width=1280), plan.staff, url_of(seat))
    keys = page.keyboard
    for left in range(hits.count(), 0, -1):
        expect(page.locator(".hit-open")).to_have_count(left)
        step(page)
        keys.press("Space")
        until(page, ".action-form [name=reasons]")
        keys.type("ชื่อพ้องกัน คนละเลขประจำตัว")
        keys.press("Control+Enter")
    expect(page.locator(".hit-open")).to_have_count(0)
    assert not hits.exclude(decision="unfounded").exists()
    until(page, "#reports .act")
    keys.press("Enter")
    expect(page.locator(".action-form [name=text]")).to_be_focused()
    keys.type("ตรวจสอบแล้ว แจ้งคณะกรรมการพิจารณา")
    until(page, ".action-form [name=outcome]")
    keys.press("ArrowDown")
    keys.press("Control+Enter")
    expect(page.locator("#reports .beside")).to_have_count(1)
    assert seat.seat.observations.get().outcome in ("promised", "explained")


def test_nominate_without_javascript(plan: Plan, open_page: OpenPage) -> None:
    for number in range(15):
        join_pool(plan.citizen(f"นาย คน{number:02}"), plan.staff, account=False)
    wanted = join_pool(plan.citizen("นาย สมหมาย ดีจริง", network="กองทุนหมู่บ้าน"), plan.staff)
    seat = open_seat(plan, plan.committee())
    page = sign_in(open_page(width=390, javascript=False), plan.staff, url_of(seat, "nominate"))
    page.fill("[name=q]", "กองทุน")
    page.keyboard.press("Enter")
    page.check(f"#id_person_{wanted.pk}")
    page.fill("[name=reason]", "เวทีประชาคมเสนอชื่อ")
    page.locator("form.form .buttons button").first.click()
    page.wait_for_url(f"**{url_of(seat)}")
    assert fresh(seat).state == "invited"
