"""A draw in the browser: announced by the keyboard, drawn, annulled; a citizen who finds his line on his own device."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from procurement.draws.terms import Quota
from procurement.forms.draw import LOTTERY as BOXES
from procurement.models import Draw, DrawCase
from tests.browser.conftest import WIDTHS
from tests.browser.test_committee_pages import read_in, sign_in
from tests.support.purchases import Plan
from tests.support.seats import LOTTERY, announce, drawn, join_pool, open_seat, pool

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], None]
LANGUAGES = [("th", width) for width in WIDTHS] + [("en", 390), ("en", 1280)]
CALENDAR = "/procurement/draws/"


def of(name: str, case: DrawCase, *more: str) -> str:
    """The path of a page of a draw."""
    return reverse(name, args=[case.public_id, *more])


def mixed_pool(plan: Plan) -> None:
    """Citizens of both sexes and several ages."""
    for number, (sex, year) in enumerate([("female", 2500), ("female", 2520), ("male", 2520), ("male", 2545)] * 3):
        citizen = plan.citizen(f"นาย คนที่{number} สมมุติ")
        join_pool(citizen, plan.staff, sex=sex, birth_year=year, account=number < 3)


def known(case: DrawCase) -> DrawCase:
    """The value is known by now."""
    Draw.objects.filter(pk=case.pk).update(seed_known_at=timezone.now() - timedelta(days=1))
    return DrawCase.objects.get(pk=case.pk)


@pytest.mark.parametrize(("language", "width"), LANGUAGES)
def test_pages_look(plan: Plan, open_page: OpenPage, look: Look, language: str, width: int) -> None:
    for person in (plan.staff, plan.approver):
        read_in(person, language)
    mixed_pool(plan)
    plan.activity()
    page = sign_in(open_page(width=width), plan.staff, CALENDAR)
    look(page, f"draws-{language}-empty")
    page.goto(reverse("draw_announce"))
    look(page, f"draw-announce-{language}")
    page.locator("details.quotas summary").click()
    page.fill("[name=size]", "4")
    page.fill("[name=least-sex-male]", "1")
    page.fill("[name='most-age-20-34']", "1")
    page.click("[name=check]")
    expect(page.locator("#tried")).to_be_visible()
    look(page, f"draw-checked-{language}")
    page.fill("[name=least-sex-male]", "4")
    page.fill("[name=least-sex-female]", "2")
    page.click("[name=check]")
    expect(page.locator(".summary")).to_be_focused()
    look(page, f"draw-infeasible-{language}")
    quotas = (Quota("sex", "male", 1, 3), Quota("age", "20-34", 0, 1))
    case = known(announce(plan, size=4, quotas=quotas))
    page.goto(CALENDAR)
    look(page, f"draws-{language}-to-enter")
    page.goto(of("draw", case))
    look(page, f"draw-announced-{language}")
    page.goto(of("draw_notice", case))
    look(page, f"draw-notice-{language}")
    page.goto(of("draw_take", case, "hold_draw"))
    look(page, f"draw-hold-{language}")
    case = plan.do(case, "hold_draw", seed=LOTTERY)
    seat = plan.do(plan.do(open_seat(plan, plan.committee()), "draw_next"), "invite")
    plan.do(seat, "record_refusal", text="ป่วย")
    page.goto(of("draw", case))
    look(page, f"draw-done-{language}")
    public = open_page(width=width)
    public.context.add_cookies([{"name": "django_language", "value": language, "url": page.url.partition(CALENDAR)[0]}])
    public.goto(reverse("open_draws"))
    look(public, f"open-draws-{language}")
    public.goto(of("open_draw", case))
    look(public, f"open-draw-{language}")
    approver = sign_in(open_page(width=width), plan.approver, of("draw_take", case, "annul"))
    look(approver, f"draw-annul-{language}")


def test_draw_from_the_calendar_to_the_order_by_keyboard(plan: Plan, open_page: OpenPage) -> None:
    read_in(plan.staff, "en")
    pool(plan, 5)
    page = sign_in(open_page(width=1280), plan.staff, CALENDAR)
    page.get_by_role("link", name="Announce a draw").focus()
    page.keyboard.press("Enter")
    page.fill("[name=size]", "2")
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    page.fill("[name=other_day]", day)
    page.focus("[name=check]")
    page.keyboard.press("Enter")
    expect(page.locator("#tried")).to_contain_text("Nothing has been written yet")
    assert not Draw.objects.exists()
    page.focus("[name=announce]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/procurement/draws/[^/]+/$"))
    case = known(DrawCase.objects.get())
    page.goto(CALENDAR)
    page.get_by_role("link", name="Enter the value").click()
    page.wait_for_url(re.compile("hold_draw"))
    for (name, _label, _digits), number in zip(BOXES, LOTTERY.split(), strict=True):
        page.fill(f"[name={name}]", number)
    page.check("[name=compared]")
    page.locator("main form button").first.click()
    page.wait_for_url(f"**{of('draw', case)}")
    expect(page.locator("#order tbody tr")).to_have_count(5)


def test_only_the_fields_of_the_chosen_source_are_shown(plan: Plan, open_page: OpenPage) -> None:
    pool(plan, 3)
    page = sign_in(open_page(width=390), plan.staff, reverse("draw_announce"))
    expect(page.locator("[name=other_day]")).to_be_visible()
    expect(page.locator("[name=beacon_round]")).to_be_hidden()
    page.check("[name=seed_source][value=beacon]")
    expect(page.locator("[name=other_day]")).to_be_hidden()
    expect(page.locator("[name=beacon_round]")).to_be_visible()


@pytest.mark.parametrize("is_drawn", [True, False])
def test_citizen_finds_his_line_and_nothing_of_it_is_sent(plan: Plan, open_page: OpenPage, *, is_drawn: bool) -> None:
    pool(plan, 5)
    case = drawn(plan) if is_drawn else announce(plan)
    entry = case.draw.entries.select_related("person__citizen").order_by("place")[2]
    page = open_page(width=390)
    page.goto(of("open_draw", case))
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": page.url}])
    page.reload()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url + str(request.post_data or "") + str(request.headers)))
    page.fill("#mine-line", f" {entry.person.citizen.code}|{entry.nonce} ")
    page.locator("[data-find-line] button").click()
    answer = page.locator(".mine-answer")
    expect(answer).to_contain_text(f"place {entry.place} of the list")
    if is_drawn:
        expect(answer).to_contain_text(f"number {entry.rank} of 5")
    page.fill("#mine-line", f"{entry.person.citizen.code}|{'0' * 32}")
    page.locator("[data-find-line] button").click()
    expect(answer).to_contain_text("no line")
    assert sent
    assert not [text for text in sent if entry.nonce in text or entry.person.citizen.code in text]


def test_without_a_script_the_program_is_named_in_place_of_the_form(plan: Plan, open_page: OpenPage) -> None:
    pool(plan, 3)
    page = open_page(width=390, javascript=False)
    page.goto(of("open_draw", drawn(plan)))
    expect(page.locator("[data-find-line]")).to_be_hidden()
    expect(page.locator(".mine-offline")).to_contain_text("verify_draw.py")
