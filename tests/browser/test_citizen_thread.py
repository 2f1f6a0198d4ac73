"""A citizen with a telephone: files, keeps the receipt, follows, answers, rates, asks for a review."""

import re

import pytest
from playwright.sync_api import Error

from tests.browser.conftest import WIDTHS
from tests.workflows import samples

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CODE = re.compile(r"([0-9A-HJKMNP-TV-Z]{5})")


def _continue(page):
    with page.expect_navigation():
        page.locator("form.question p.buttons button").last.click()


def _to_check(page, *, photo=None, named=False, kind="general", detail="street_light"):
    page.goto("/")
    page.locator("a.door").first.click()
    page.check(f"input[value={kind}]")
    _continue(page)
    page.check(f"input[value={detail}]")
    _continue(page)
    page.fill("textarea", "ไฟถนนหน้าโรงเรียนดับมาสามคืนแล้ว")
    _continue(page)
    page.fill("input[name=place]", "หน้าโรงเรียนบ้านนา")
    _continue(page)
    page.check("input[name=unit] >> nth=0")
    _continue(page)
    if photo:
        page.set_input_files("input[type=file]", [{"name": "ไฟดับ.jpg", "mimeType": "image/jpeg", "buffer": photo}])
        page.click("button[name=add]")
    _continue(page)
    page.check(f"input[value={'named' if named else 'anonymous'}]")
    if named:
        page.fill("input[name=phone]", "081 234 5678")
    _continue(page)


def _code(page):
    return "-".join(page.locator("#code li").all_inner_texts())


def _back(page):
    """The button of the browser. While Chromium exchanges the process of a page it has no history for a moment."""
    for _attempt in range(10):
        try:
            page.go_back()
        except Error:
            page.wait_for_timeout(200)
        else:
            return
    raise AssertionError("no way back")


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_thread_from_filing_to_review(world, open_page, javascript):
    page = open_page(javascript=javascript)
    _to_check(page, photo=samples.photo(), named=True)
    assert "ไฟถนนหน้าโรงเรียน" in page.inner_text("main")
    _continue(page)
    code = _code(page)
    assert len(CODE.findall(code)) == 5
    page.click("button[value=start]")
    assert page.url.endswith("/")
    _back(page)
    assert code not in page.content()

    page.goto("/follow/")
    page.fill("#code", code.lower().replace("-", " "))
    page.locator("form.question button").click()
    assert page.url.endswith("/follow/case/")
    assert code[:5] not in page.url

    from complaints.models import ComplaintCase

    case = ComplaintCase.objects.get()
    case = world.do(case, "start_screening", world.screener)
    case = world.do(case, "ask_complainant", world.screener, text="เสาต้นไหน")
    page.reload()
    assert "เสาต้นไหน" in page.inner_text(".turn")
    page.click(".turn a.button")
    page.fill("textarea", "ต้นที่สามจากประตู")
    page.set_input_files("input[type=file]", [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": samples.photo()}])
    page.locator("main form.form button").click()
    assert "ต้นที่สามจากประตู" in page.inner_text(".talk")
    case = world.do(case, "accept", world.screener, kind=world.simple, unit=case.unit)
    case = world.do(case, "answer_directly", case.holder, reply="เปลี่ยนหลอดแล้ว")
    page.reload()
    assert "เปลี่ยนหลอดแล้ว" in page.inner_text(".said-reply")
    page.click("a[href$='/rate/']")
    page.check("input[value='4']")
    page.locator("main form.form button").click()
    assert page.locator("a[href$='/rate/']").count() == 0
    page.click("a[href$='/review/']")
    page.fill("textarea", "ไฟยังดับอยู่")
    page.locator("main form.form button").click()
    assert ComplaintCase.objects.get().state == "review_requested"


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_at_every_width_and_axe(world, open_page, look, width):
    page = open_page(width=width)
    page.goto("/")
    look(page, "start")
    page.goto("/open/")
    look(page, "published")
    page.goto("/file/kind/")
    _continue(page)
    look(page, "kind-wrong")
    page.check("input[value=corruption]")
    page.click("details.more summary")
    look(page, "kind")
    _continue(page)
    look(page, "detail")
    page.check("input[value=corruption_bribery]")
    _continue(page)
    page.fill("textarea", "เจ้าหน้าที่เรียกเงินก่อนออกใบอนุญาต " * 12)
    look(page, "what")
    _continue(page)
    look(page, "where")
    page.fill("input[name=place]", "หน้าอำเภอ")
    _continue(page)
    look(page, "unit")
    page.check("input[name=unit] >> nth=0")
    _continue(page)
    files = [
        {"name": name, "mimeType": "image/jpeg", "buffer": data}
        for name, data in (("รูปหน้าสำนักงาน.jpg", samples.photo()), ("x.exe", b"MZ" + bytes(100)))
    ]
    page.set_input_files("input[type=file]", files)
    page.click("button[name=add]")
    look(page, "files")
    _continue(page)
    page.check("input[value=named]")
    _continue(page)
    look(page, "who-wrong")
    page.fill("input[name=email]", "a@example.org")
    _continue(page)
    look(page, "check")
    _continue(page)
    look(page, "receipt")
    code = _code(page)
    page.click("button[value=start]")
    page.goto("/file/who/")
    look(page, "gone")
    page.goto("/follow/")
    page.fill("#code", code[:-1] + ("0" if code[-1] != "0" else "1"))
    page.locator("form.question button").click()
    look(page, "follow-wrong")
    page.fill("#code", code)
    page.locator("form.question button").click()
    look(page, "case")
    for act in ("contact", "message", "withdraw", "rate"):
        page.goto(f"/follow/case/{act}/")
        look(page, f"act-{act}")


def test_receipt_saved_as_picture(world, open_page):
    page = open_page()
    _to_check(page)
    _continue(page)
    with page.expect_download() as download:
        page.click("[data-picture]")
    data = download.value.path().read_bytes()
    assert data.startswith(b"\x89PNG")


def test_place_by_button_is_added_and_removed(world, open_page):
    page = open_page(geolocation={"latitude": 18.7756, "longitude": 100.773}, permissions=["geolocation"])
    page.goto("/file/kind/")
    page.check("input[value=unsure]")
    _continue(page)
    page.fill("textarea", "ถนนพัง")
    _continue(page)
    page.click("[data-position-ask]")
    page.wait_for_selector("[data-position-set]:not([hidden])")
    assert page.input_value("input[name=latitude]") == "18.775600"
    page.click("[data-position-drop]")
    assert page.input_value("input[name=latitude]") == ""


def test_back_button_after_sending_shows_the_receipt_again(world, open_page):
    from complaints.models import ComplaintCase

    page = open_page()
    _to_check(page)
    _continue(page)
    code = _code(page)
    _back(page)
    page.wait_for_load_state()
    assert _code(page) == code
    assert ComplaintCase.objects.count() == 1


def test_leaving_quickly_forgets_everything(world, open_page):
    from complaints.models import FilingDraft

    page = open_page()
    _to_check(page)
    page.route("https://www.tmd.go.th/**", lambda route: route.fulfill(body="weather"))
    page.click("[data-leave]")
    page.wait_for_url("https://www.tmd.go.th/**")
    assert FilingDraft.objects.count() == 0
    assert not [cookie for cookie in page.context.cookies() if cookie["name"] in {"filing", "following"}]
