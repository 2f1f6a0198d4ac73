"""Work that changes hands, as the head and the officer see it. The pages need no JavaScript."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from complaints.models import ComplaintCase
from complaints.unattended import note
from organisations.actions import enter_leave, plan_leaving
from organisations.models import User
from tests.browser.conftest import WIDTHS
from tests.support.live import sign_in
from tests.support.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def enter(open_page: Callable[..., Page], live_server: Any) -> Callable[..., Page]:
    """`enter(user, width)`: a page of somebody who is signed in. `look` needs JavaScript, the pages do not."""

    def make(user: User, width: int, *, javascript: bool = True) -> Page:
        page = open_page(width=width, javascript=javascript)
        cookie = {"name": django_settings.SESSION_COOKIE_NAME, "value": sign_in(user), "url": live_server.url}
        page.context.add_cookies([cookie])
        return page

    return make


@pytest.mark.parametrize("language", ["th", "en"])
def test_work_is_handed_over_on_a_telephone(enter: Any, look: Any, language: str) -> None:
    world = build_world()
    User.objects.update(language=language)
    cases, today = [world.into("investigating"), world.into("acting")], timezone.localdate()
    world.file(world.ordinary)
    enter_leave(user=world.officer, deputy=world.officer2, first_day=today, last_day=today + timedelta(days=3))
    plan_leaving(world.officer, today + timedelta(days=20))
    User.objects.filter(pk=world.screener.pk).update(is_active=False)
    note()
    for width in WIDTHS:
        page = enter(world.head, width)
        for name, path in (
            ("people", "/people/"),
            ("work", f"/people/{world.officer.pk}/work/"),
            ("vacancies", "/cases/vacancies/"),
        ):
            page.goto(path)
            look(page, f"{name}-{language}")
    page = enter(world.administrator, 390)
    page.goto(f"/people/{world.officer.pk}/work/")
    look(page, f"work-administrator-{language}")
    page = enter(world.officer, 320, javascript=False)
    page.goto(f"/people/{world.officer.pk}/work/")
    expect(page.locator("input[name=to]:checked")).to_have_value(str(world.officer2.pk))
    page.locator("input[name=case]").first.uncheck()
    page.locator("#id_reasons").fill("ลาพักผ่อน")
    page.locator("form", has=page.locator("#id_reasons")).locator("button").click()
    expect(page.locator("ul.chosen li")).to_have_count(1)
    page = enter(world.officer2, 390)
    page.goto(f"/people/{world.officer2.pk}/work/")
    look(page, f"work-back-{language}")
    assert set(ComplaintCase.objects.filter(pk__in=[case.pk for case in cases]).values_list("holder", flat=True)) == {
        world.officer.pk,
        world.officer2.pk,
    }
