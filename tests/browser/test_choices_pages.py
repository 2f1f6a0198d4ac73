"""A person's own pages of issue 5, as he sees them: how he is told, and leave. They need no JavaScript."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from notifications.models import Choice
from organisations.models import Leave, User
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
def test_choices_are_made_on_a_telephone(enter: Any, look: Any, settings: Any, language: str) -> None:
    settings.LINE_TOKEN, settings.LINE_SECRET, settings.LINE_ADDRESS = "token", "secret", "@sodsong"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    world = build_world()
    User.objects.filter(pk=world.officer.pk).update(language=language, email="officer@example.go.th")
    for width in WIDTHS:
        page = enter(world.officer, width)
        page.goto("/notices/choices/")
        look(page, f"choices-{language}")
    page.locator("#line button").click()
    expect(page.locator("#line code")).to_be_visible()
    look(page, f"choices-code-{language}")
    page = enter(world.officer, 390, javascript=False)
    page.goto("/notices/choices/")
    page.locator("#id_email_complaints").select_option("weekly")
    page.locator("#id_line_complaints").check()
    page.locator("#id_hour").select_option("17")
    page.locator("form", has=page.locator("#id_hour")).locator("button").click()
    expect(page.locator(".notice-success")).to_be_visible()
    chosen = Choice.objects.get()
    assert (chosen.topic, chosen.email, chosen.line) == ("complaints", "weekly", True)


@pytest.mark.parametrize("language", ["th", "en"])
def test_leave_is_entered_by_a_head_on_a_telephone(enter: Any, look: Any, language: str) -> None:
    world = build_world()
    User.objects.update(language=language)
    today = timezone.localdate()
    page = enter(world.head, 320, javascript=False)
    page.goto("/account/leave/")
    page.locator("#for").select_option(str(world.officer.pk))
    page.locator(".filter-buttons button").click()
    page.locator("#id_first_day").fill(f"{today:%Y-%m-%d}")
    page.locator("#id_last_day").fill(f"{today + timedelta(days=2):%Y-%m-%d}")
    page.locator("#id_deputy").select_option(str(world.officer2.pk))
    page.locator("form", has=page.locator("#id_deputy")).locator("button").click()
    expect(page.locator(".notice-success")).to_be_visible()
    leave = Leave.objects.get()
    assert (leave.user, leave.deputy) == (world.officer, world.officer2)
    for width in WIDTHS:
        page = enter(world.head, width)
        page.goto(f"/account/leave/?for={world.officer.pk}")
        look(page, f"leave-{language}")
        page = enter(world.officer, width)
        page.goto("/profile/")
        expect(page.locator(".notice-info")).to_be_visible()
        look(page, f"profile-leave-{language}")
