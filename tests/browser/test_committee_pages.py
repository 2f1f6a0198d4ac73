"""Procurement staff and approvers with a keyboard or a telephone: a committee from its draft to its meeting."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from procurement.models import Attendance, CommitteeCase
from tests.browser.conftest import WIDTHS
from tests.support.purchases import Plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], None]
LIST = "/procurement/committees/"
# In English the pages are looked at where words are longest and where they have to break.
LANGUAGES = [("th", width) for width in WIDTHS] + [("en", 390), ("en", 1280)]


def sign_in(page: Page, user: Any, to: str = LIST) -> Page:
    """Sign in as somebody of the small world and go where he wants."""
    page.goto(to)
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", user.username * 2)
    page.locator("main form button").first.click()
    page.wait_for_url(f"**{to}")
    return page


def url_of(case: CommitteeCase, edge: str = "") -> str:
    """The path of a committee, or of an edge of it."""
    return f"{LIST}{case.public_id}/" + (f"do/{edge}/" if edge else "")


def at_work(plan: Plan) -> CommitteeCase:
    """A committee with two meetings, a citizen who was not invited, a dissent, and an amendment in draft."""
    case = plan.ordered(plan.committee(citizen=True), "117")
    citizen = case.committee.members.get(person__standing="citizen")
    ballots = [
        {
            "member": row,
            "invited": row != citizen,
            "attended": row != citizen,
            "documents": row != citizen,
            "vote": vote,
        }
        for row in case.committee.members.all()
        for vote in [{"secretary": "against"}.get(row.duty, "" if row == citizen else "for")]
    ]
    for edge in ("hold_meeting", "record_meeting"):
        facts = {"on": timezone.localdate(), "ballots": ballots, "minutes": "พิจารณาผลการเสนอราคาของผู้ยื่นข้อเสนอสามราย"}
        case = plan.do(case, edge, decision="propose", **facts)
    against = Attendance.objects.filter(vote="against").order_by("id")[0]
    case = plan.do(case, "record_dissent", attendance=against, text="ราคาที่เสนอสูงกว่าราคาตลาดอย่างเห็นได้ชัด")
    case = plan.do(case, "amend", reasons="กรรมการย้ายไปปฏิบัติราชการที่อื่น")
    case = plan.do(case, "remove_member", member=case.committee.members.get(duty="secretary"))
    return plan.do(case, "add_member", person=plan.official("นางสาว แทน ตัวอย่าง"), duty="secretary")  # type: ignore[no-any-return]


def read_in(user: Any, language: str) -> Any:
    """The same person, who reads that language."""
    user.language = language
    user.save(update_fields=["language"])
    return user


@pytest.mark.parametrize(("language", "width"), LANGUAGES)
def test_pages_look(plan: Plan, open_page: OpenPage, look: Look, language: str, width: int) -> None:
    for person in (plan.staff, plan.approver):
        read_in(person, language)
    for number in range(2):
        plan.citizen(f"นาง บุญมี ตัวอย่าง{number}", position="อสม. ประจำหมู่บ้าน")
        plan.official(f"นาย สมชาย ตัวอย่าง{number}")
    full = plan.citizen("นาย ขยัน ตัวอย่าง", most_seats=1)
    working, draft = at_work(plan), plan.committee(plan.purchase(name="จ้างก่อสร้างรางระบายน้ำคอนกรีตเสริมเหล็ก หมู่ที่ 4"))
    draft = plan.do(draft, "add_member", person=full, duty="member", nomination="เวทีประชาคมเสนอชื่อ")
    draft = plan.do(draft, "remove_member", member=draft.committee.members.get(duty="chair"))
    sent = plan.do(plan.committee(citizen=True), "lint")
    page = sign_in(open_page(width=width), plan.staff, f"{LIST}list/all/")

    def shown(name: str) -> None:
        # The page of an error would look well, too.
        expect(page.locator("#rows, .identity, form.form").first).to_be_attached()
        look(page, f"committees-{name}-{language}")

    shown("list")
    page.goto(f"{LIST}list/waiting/?state=discarded")
    shown("list-empty")
    page.goto(url_of(draft))
    shown("draft")
    page.locator(".member-acts a").first.click()
    expect(page.locator(".member-acts .action-form form")).to_be_visible()
    shown("draft-declare")
    page.goto(url_of(draft, "add_member"))
    page.select_option(".candidate select >> nth=0", "chair")
    page.locator("details.new-person").evaluate("part => { part.open = true; }")
    shown("add")
    page.locator("form.form[action*='/do/'] .buttons button").first.click()
    page.goto(url_of(draft, "declare_interest"))
    shown("declarations")
    page.goto(f"/procurement/purchases/{plan.purchase().public_id}/committees/new/")
    shown("new")
    person = draft.committee.members.select_related("person").first()
    page.goto(f"/procurement/people/{person.person_id}/")
    shown("person")
    page.goto(url_of(working))
    for part in page.locator("details.clock, details[data-open-when-wide], details.earlier").all():
        part.evaluate("part => { part.open = true; }")
    shown("working")
    page.goto(url_of(working, "record_meeting"))
    page.check("input[name=decision][value=propose]")
    shown("meeting")
    page = sign_in(open_page(width=width), plan.approver)
    shown("decide")
    page.goto(url_of(sent))
    page.click(f"a[href='{url_of(sent, 'approve')}']")
    expect(page.locator(".action-form form")).to_be_visible()
    shown("approve")
    page.goto(url_of(sent, "approve"))
    shown("approve-page")


def until(page: Page, selector: str) -> None:
    """Press Tab until the focus is where the selector says."""
    for _ in range(80):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the focus never came to {selector}")


def choose(page: Page, selector: str, *values: str) -> None:
    """Choose in one list after the other, each reached by Tab."""
    for value in values:
        until(page, selector)
        page.locator(":focus").select_option(value)
        page.keyboard.press("Tab")


def drafted_by_keyboard(plan: Plan, page: Page) -> CommitteeCase:
    """A committee begun from its purchase, three members added in one form, their declarations in another, and sent."""
    keys = page.keyboard
    page.goto(f"/procurement/purchases/{plan.purchase().public_id}/committees/new/")
    until(page, "input[name=kind]")
    keys.press("Control+Enter")
    page.wait_for_url("**/do/add_member/")
    case = CommitteeCase.objects.get(kind="committee")
    expect(page.locator("[name=q]")).to_be_focused()
    choose(page, ".candidate select", "chair", "member", "secretary")
    keys.press("Control+Enter")
    expect(page.locator(".draft-members li")).to_have_count(3)
    expect(page.locator("[name=q]")).to_be_focused()
    page.goto(url_of(case))
    until(page, f"a[href='{url_of(case, 'declare_interest')}']")
    keys.press("Enter")
    page.wait_for_url("**/do/declare_interest/")
    choose(page, ".seat-lines select", "none", "none", "none")
    keys.press("Control+Enter")
    page.wait_for_url(f"**{url_of(case)}")
    until(page, "[data-assign]")
    keys.press("Enter")
    expect(page.locator(".action-form button").first).to_be_focused()
    keys.press("Enter")
    expect(page.locator(f"a[href='{url_of(case, 'take_back')}']")).to_be_visible()
    return case


def signed_by_keyboard(plan: Plan, page: Page, case: CommitteeCase) -> None:
    """The approver: `a` opens the step that waits for him, Enter takes it. Two keys approve; a number more signs."""
    keys = page.keyboard
    for key in ("j", "Enter"):
        keys.press(key)
    page.wait_for_url(f"**{url_of(case)}")
    keys.press("a")
    expect(page.locator(".action-form button").first).to_be_focused()
    keys.press("Enter")
    page.wait_for_function("document.querySelector('[data-assign]')?.href.endsWith('/sign_order/')")
    keys.press("a")
    expect(page.locator("[name=number]")).to_be_focused()
    keys.type("12")
    keys.press("Enter")
    expect(page.locator("#orders")).to_be_visible()
    assert case.committee.orders.get().number == "12"


def test_draft_to_meeting_by_keyboard(plan: Plan, open_page: OpenPage) -> None:
    """The whole way without a mouse, in Thai."""
    for name in "กขค":
        plan.official(f"นาย {name} ตัวอย่าง")
    case = drafted_by_keyboard(plan, sign_in(open_page(width=1280), plan.staff))
    signed_by_keyboard(plan, sign_in(open_page(width=1280), plan.approver), case)

    page = sign_in(open_page(width=1280), plan.staff, url_of(case))
    page.keyboard.press("a")
    expect(page.locator(".action-form [name=minutes]")).to_be_visible()
    until(page, "[name=decision]")
    page.keyboard.press("ArrowDown")
    until(page, "textarea[name=minutes]")
    page.keyboard.type("พิจารณาแล้วเห็นควรจ้างผู้เสนอราคาต่ำสุด")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#meetings .meeting")).to_have_count(1)
    meeting = case.committee.meetings.get()
    assert (meeting.decision, meeting.attendances.filter(vote="for").count()) == ("propose", 3)


def test_search_finds_while_one_types_and_keeps_what_was_chosen(plan: Plan, open_page: OpenPage) -> None:
    case = plan.committee()
    chosen = plan.citizen("นาง เลือก ไว้")
    for number in range(15):
        plan.citizen(f"นาย คน{number:02}")
    plan.citizen("นาย สมหมาย", network="กองทุนหมู่บ้าน")
    page = sign_in(open_page(width=390), plan.staff, url_of(case, "add_member"))
    page.select_option(f"[name=duty-{chosen.pk}]", "member")
    nomination = page.locator(f"[name=nomination-{chosen.pk}]")
    expect(nomination).to_be_visible()
    nomination.fill("ประชาคมหมู่ที่ 3")
    page.locator("[name=q]").press_sequentially("กองทุน")
    citizens = page.locator(".candidate-list").last
    expect(citizens.locator(".candidate")).to_have_count(2)
    expect(nomination).to_have_value("ประชาคมหมู่ที่ 3")
    expect(page.locator("[name=q]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(citizens.locator(".candidate")).to_have_count(2)
    assert page.url.endswith("/do/add_member/")


def test_add_members_without_javascript(plan: Plan, open_page: OpenPage) -> None:
    case = plan.committee()
    for number in range(15):
        plan.citizen(f"นาย คน{number:02}")
    wanted = plan.citizen("นาย สมหมาย", network="กองทุนหมู่บ้าน")
    page = sign_in(open_page(width=390, javascript=False), plan.staff, url_of(case, "add_member"))
    page.fill("[name=q]", "กองทุน")
    page.keyboard.press("Enter")
    page.select_option(f"[name=duty-{wanted.pk}]", "member")
    page.locator("form.form .buttons button").first.click()
    assert case.committee.members.filter(person=wanted).exists()


def test_two_staff_one_committee(plan: Plan, open_page: OpenPage) -> None:
    case = plan.ordered(plan.committee())
    late = sign_in(open_page(width=1280), plan.staff, url_of(case, "hold_meeting"))
    late.fill("[name=minutes]", "รายงานการประชุมที่พิมพ์ไว้ก่อนถูกแซง")
    ballots = [{"member": row, "attended": True} for row in case.committee.members.all()]
    plan.do(case, "hold_meeting", plan.staff2, on=timezone.localdate(), ballots=ballots, minutes="พิจารณาแล้ว")
    late.locator("form.form[action*='/do/'] .buttons button").first.click()
    expect(late.locator("[role=alert]").first).to_contain_text(str(plan.staff2))
    assert "รายงานการประชุมที่พิมพ์ไว้ก่อนถูกแซง" in late.content()


def test_list_by_keyboard_and_live(plan: Plan, open_page: OpenPage) -> None:
    cases = [plan.committee() for _ in range(3)]
    page = sign_in(open_page(width=1280), plan.staff)
    for key in ("j", "j"):
        page.keyboard.press(key)
    expect(page.locator("tr.here")).to_have_id(f"row-{cases[1].public_id}")
    plan.do(cases[0], "discard", reasons="ไม่ซื้อแล้ว")
    with page.expect_response(lambda answer: answer.request.headers.get("hx-trigger") == "poll-committees"):
        page.evaluate(
            "htmx.ajax('GET', location.href, {source: '#poll-committees', target: '#rows', swap: 'outerHTML'})"
        )
    expect(page.locator(f"#row-{cases[0].public_id}")).to_have_count(0)
    page.wait_for_timeout(300)  # htmx settles what it has swapped
    expect(page.locator("tr.here")).to_have_id(f"row-{cases[1].public_id}")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"{cases[1].public_id}/$"))
