"""What surrounds every page: its frame, its policy, and the pages for what went wrong."""

import logging
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from config.security import CONTENT_SECURITY_POLICY
from organisations.models import Role
from tests.support.world import make_person, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.organisations.pages")]


class _Page(HTMLParser):
    """Collects what a strict policy would block, and what the page loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        if tag in {"script", "img"} and given.get("src"):
            self.loads.append(given["src"])
        if tag == "link" and given.get("rel") in {"stylesheet", "preload", "icon"}:
            self.loads.append(given["href"])
        if "id" in given:
            self.ids.append(given["id"])


@pytest.fixture
def officer():
    return make_person("malee", make_unit("T1"), Role.OFFICER)


PAGES = [
    "/",
    "/queue/",
    "/profile/",
    "/account/login/",
    "/account/password/",
    "/account/logout/",
    "/nix/",
    "/for-executives/",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("signed_in", [False, True])
def test_page_has_nothing_inline_and_loads_only_files_we_have(client, officer, path, signed_in):
    if signed_in:
        client.force_login(officer)
    response = client.get(path, follow=True)
    page = _Page(response.content.decode())
    assert response["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert page.inline == []
    assert page.loads
    assert len(page.ids) == len(set(page.ids))
    for address in page.loads:
        assert address.startswith("/static/")
        assert finders.find(address.removeprefix("/static/")), address


def test_citizen_page_has_the_way_out_skip_link_and_language(client):
    page = client.get("/").content.decode()
    assert "data-leave" in page
    assert 'href="/leave/"' in page
    assert 'href="#main"' in page
    assert 'action="/language/"' in page
    assert "htmx" not in page


def test_citizen_page_first_load_is_light(client):
    """A bad line: page, styles, scripts, icons and all four fonts, uncompressed, in less than 150 kB."""
    text = client.get("/").content
    page = _Page(text.decode())
    paths = {finders.find(address.removeprefix("/static/")) for address in page.loads}
    paths |= set(Path(settings.BASE_DIR, "static/vendor/sarabun").glob("*.woff2")) | {finders.find("icons.svg")}
    assert len(text) + sum(Path(path).stat().st_size for path in map(str, paths)) < 150_000


def test_static_files_refer_to_nothing_missing_or_foreign():
    root = Path(settings.BASE_DIR, "static")
    for sheet in root.rglob("*.css"):
        text = sheet.read_text()
        assert "sourceMappingURL" not in text
        for reference in re.findall(r'url\("?([^")]+)"?\)', text):
            if not reference.startswith("data:"):
                assert (sheet.parent / reference).resolve().is_file(), (sheet.name, reference)
    for script in root.glob("js/*.js"):
        assert not re.search(r"https?://", script.read_text()), script.name


def test_every_icon_named_in_templates_is_drawn():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', Path(settings.BASE_DIR, "static/icons.svg").read_text()))
    for template in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        named = set(re.findall(r'{% icon "([^"]+)"', template.read_text()))
        assert named <= drawn, (template.name, named - drawn)


# --- What went wrong ----------------------------------------------------------------------------------------------
def test_404_says_what_to_do_in_both_languages(client):
    assert client.get("/nix/").status_code == 404
    client.cookies["django_language"] = "en"
    assert "There is no such page" in client.get("/nix/").content.decode()


def test_403_names_the_role_and_whom_to_ask(client, officer):
    province = make_unit("P1", "province")
    unit = make_unit("D1", under=province)
    from organisations.actions import rebuild_reach

    rebuild_reach()
    asker = make_person("dao", unit, Role.OFFICER)
    make_person("nearest", unit, Role.EXECUTIVE)
    make_person("above", province, Role.EXECUTIVE)
    make_person("elsewhere", make_unit("D2"), Role.EXECUTIVE)
    make_person("keeper", province, Role.ADMINISTRATOR)
    client.force_login(asker)
    client.post("/language/", {"code": "en", "next": "/"})
    response = client.get("/for-executives/")
    page = response.content.decode()
    assert response.status_code == 403
    assert "executive" in page
    assert page.index("nearest") < page.index("above")
    assert "elsewhere" not in page
    assert "keeper" in page


def test_403_is_for_the_signed_in_and_others_sign_in_first(client):
    assert client.get("/for-executives/").url == "/account/login/?next=/for-executives/"
    client.force_login(make_person("boss", make_unit("B1"), Role.EXECUTIVE))
    assert client.get("/for-executives/").content == b"seen"


def test_500_gives_the_number_that_stands_in_the_log_and_no_details(officer, caplog):
    client = Client(raise_request_exception=False)
    client.force_login(officer)
    with caplog.at_level(logging.ERROR, "config.errors"):
        response = client.get("/broken/")
    number = re.search(r"\d{4}-\d{4}", response.content.decode())
    assert response.status_code == 500
    assert number
    ours = [record.getMessage() for record in caplog.records if record.name == "config.errors"]
    assert ours == [f"error {number[0]}: RuntimeError in tests.organisations.pages.broken"]
    assert "said something" not in response.content.decode()


def test_503_when_no_connection_came_free():
    response = Client(raise_request_exception=False).get("/crowded/")
    assert response.status_code == 503
    assert response["Retry-After"] == "10"


def test_400_says_that_nothing_was_changed(client):
    client.cookies["django_language"] = "en"
    response = client.get("/odd/")
    assert response.status_code == 400
    assert "Nothing was changed" in response.content.decode()


def test_csrf_failure_gives_back_what_was_typed_escaped(officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    typed = "คำตอบยาวที่พิมพ์ไว้ <script>alert(1)</script>"
    response = client.post("/profile/", {"text": typed, "csrfmiddlewaretoken": "x" * 64, "oldpassword": "p" * 30})
    page = response.content.decode()
    assert response.status_code == 403
    assert "คำตอบยาวที่พิมพ์ไว้ &lt;script&gt;" in page
    assert "p" * 30 not in page
    assert response["Cache-Control"] == "no-store"


def test_referrer_policy_lets_our_own_forms_through():
    """Under "no-referrer" browsers send "Origin: null" with same-origin forms, and Django refuses every one."""
    assert settings.SECURE_REFERRER_POLICY == "same-origin"
