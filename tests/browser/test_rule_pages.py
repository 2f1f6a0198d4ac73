"""The administrator changes a rule on a telephone, and an officer puts a standard text in, as they see it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from organisations.models import Holiday, User
from tests.browser.conftest import WIDTHS
from tests.support.live import sign_in
from tests.support.world import build_world
from workflows.models import RuleChange

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def enter(open_page: Callable[..., Page], live_server: Any) -> Callable[..., Page]:
    """`enter(user, width)`: a page of somebody who is signed in."""

    def make(user: User, width: int, *, javascript: bool = True) -> Page:
        page = open_page(width=width, javascript=javascript)
        cookie = {"name": django_settings.SESSION_COOKIE_NAME, "value": sign_in(user), "url": live_server.url}
        page.context.add_cookies([cookie])
        return page

    return make


@pytest.mark.parametrize("language", ["th", "en"])
def test_rule_pages_are_read_at_every_width(enter: Any, look: Any, language: str) -> None:
    world = build_world()
    User.objects.filter(pk=world.administrator.pk).update(language=language)
    day = timezone.localdate() + timedelta(days=1)
    Holiday.objects.create(day=day, name_th="วันหยุดพิเศษ", name_en="Special day", source="มติคณะรัฐมนตรี")
    world.file(world.ordinary)
    pages = {
        "tables": reverse("rules"),
        "kinds": reverse("rule_table", args=["kinds"]),
        "clocks": reverse("rule_table", args=["clocks"]),
        "form": reverse("rule_edit", args=["kinds", "road", "change"]),
        "row": reverse("rule_row", args=["standard-texts", "ask_place"]),
        "year": reverse("rule_year", args=[day.year]),
        "remove": reverse("rule_edit", args=["holidays", str(day), "remove"]),
    }
    for width in WIDTHS:
        page = enter(world.administrator, width)
        for name, address in pages.items():
            page.goto(address)
            look(page, f"rules-{name}-{language}")


def test_a_holiday_is_entered_on_a_telephone_without_javascript(enter: Any, look: Any) -> None:
    world = build_world()
    case = world.file(world.ordinary)
    due = case.clocks.get(code="screen").due_on
    page = enter(world.administrator, 390, javascript=False)
    page.goto(reverse("rule_new", args=["holidays"]))
    page.locator("#id_day").fill(due.isoformat())
    page.locator("#id_name_th").fill("วันหยุดพิเศษ")
    page.locator("#id_source").fill("มติคณะรัฐมนตรี")
    page.locator(".form .buttons button").click()
    expect(page.locator("main table").nth(1)).to_be_visible()  # the deadlines that move
    assert not Holiday.objects.exists()
    page.locator("#id_reason").fill("คณะรัฐมนตรีกำหนด")
    page.locator("button[name=save]").click()
    expect(page.locator(".notice-success")).to_be_visible()
    assert Holiday.objects.get().day == due
    assert RuleChange.objects.get().by == world.administrator
    page = enter(world.administrator, 320)
    page.goto(reverse("rule_changes"))
    look(page, "rules-changes-th")


def test_a_standard_text_is_shown_and_put_in_without_leaving_the_form(enter: Any, look: Any) -> None:
    world = build_world()
    case = world.into("investigating")
    address = reverse("take", args=[case.public_id, "ask_complainant"])
    page = enter(world.officer, 320)
    page.goto(address)
    page.locator("#id_text").fill("เรียนผู้ร้อง")
    page.locator("[data-standard] select").select_option("ask_facts")
    shown = page.locator("[data-standard-shown]")
    expect(shown).to_be_visible()
    look(page, "standard-text")
    page.locator("[data-standard] button").click()
    expect(page.locator("#id_text")).to_have_value(f"เรียนผู้ร้อง\n\n{shown.text_content()}")
    assert page.url.endswith(address)
    # Enter in another field sends the form, it does not put a text in.
    page.locator("#id_days").fill("7")
    page.locator("#id_days").press("Enter")
    page.wait_for_url("**" + reverse("case", args=[case.public_id]))
    assert case.messages.get(kind="question").read(case).startswith("เรียนผู้ร้อง")
