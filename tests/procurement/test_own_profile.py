"""One's own data: a citizen representative reads, corrects, agrees, leaves. And what his account does not open."""

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from procurement.actions.own import contact_state
from procurement.actions.sign_in import make_paper_link, send_link
from procurement.models import Citizen, Consent, DrawEntry, SignInLink, Training
from procurement.pool.accounts import account_for
from procurement.pool.eligibility import eligible
from procurement.pool.sealed import read_private
from tests.support.purchases import Plan
from tests.support.seats import drawn, join_pool, open_seat, pool

pytestmark = pytest.mark.django_db
PRIVATE = {
    "id_number": "1101700230708",
    "phone": "081 234 5678",
    "email": "malee@example.go.th",
    "address": "99 หมู่ 1",
    "relatives": [{"name": "นาย พี่ชาย ทองดี", "relation": "พี่ชาย", "degree": 2, "shares_count": False}],
}


@pytest.fixture
def citizen(plan: Plan) -> Citizen:
    """A citizen of the pool of whom everything is known."""
    return join_pool(plan.citizen("นาง มาลี ทองดี"), plan.staff, private=PRIVATE)


@pytest.fixture
def client(citizen: Citizen) -> Client:
    """His browser."""
    return browser_of(citizen)


def browser_of(citizen: Citizen) -> Client:
    """A browser in which a citizen is signed in."""
    browser = Client()
    assert citizen.account is not None
    browser.force_login(citizen.account, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def private_of(citizen: Citizen) -> dict[str, Any]:
    """What is sealed of him now."""
    return read_private(Citizen.objects.get(pk=citizen.pk))


# --- Reading ----------------------------------------------------------------------------------------------------------
def test_he_reads_everything_that_is_kept_of_him(client: Client, citizen: Citizen) -> None:
    today = timezone.localdate()
    Training.objects.create(citizen=citizen, name="อบรมตรวจรับ", held_on=today, score=85, at=timezone.now())
    page = client.get("/my/data/").content.decode()
    for word in ("1101700230708", "081 234 5678", "malee@example.go.th", "99 หมู่ 1", "พี่ชาย", "อบรมตรวจรับ", "ยินยอม"):
        assert word in page
    assert page.count("<h1") == 1


def test_he_reads_nobody_elses(plan: Plan, citizen: Citizen) -> None:
    other = join_pool(plan.citizen("นาย อื่น ไกล"), plan.staff)
    page = browser_of(other).get("/my/data/").content.decode()
    for word in ("มาลี", "1101700230708", "malee@", citizen.code):
        assert word not in page


def test_a_citizen_of_whom_nothing_is_sealed_sees_his_page(plan: Plan) -> None:
    assert browser_of(join_pool(plan.citizen(), plan.staff)).get("/my/data/").status_code == 200


def test_his_line_of_a_draw_is_the_one_that_was_published(plan: Plan) -> None:
    me = pool(plan, 4)[1]
    draw = drawn(plan)
    entry = DrawEntry.objects.get(draw=draw.pk, person=me.pk)
    page = browser_of(me).get("/my/data/").content.decode()
    secret = re.findall(r'<code class="secret-line" dir="ltr">([^<|]+\|[^<]+)</code>', page)
    assert secret == [f"{me.code}|{entry.nonce}"]
    line = hashlib.sha256(f"{draw.public_id}|{secret[0]}".encode()).hexdigest()
    assert [row["commitment"] for row in draw.draw.announcement["entries"]][entry.place - 1] == line
    others = DrawEntry.objects.filter(draw=draw.pk).exclude(pk=entry.pk)
    assert not [row for row in others if row.nonce in page]


def test_the_page_costs_the_same_with_many_lines(
    client: Client, plan: Plan, citizen: Citizen, django_assert_max_num_queries: Any
) -> None:
    today = timezone.localdate()
    for day in range(40):
        Training.objects.create(citizen=citizen, name="อบรม", held_on=today - timedelta(days=day), at=timezone.now())
    drawn(plan, size=1)
    with django_assert_max_num_queries(10):
        client.get("/my/data/")


# --- Correcting -------------------------------------------------------------------------------------------------------
def contact(citizen: Citizen, **changed: str) -> dict[str, str]:
    """What his form sends."""
    now = private_of(citizen)
    sent = {name: str(now.get(name, "")) for name in ("phone", "email", "address")}
    return {**sent, "seen": contact_state(Citizen.objects.get(pk=citizen.pk)), **changed}


def test_he_corrects_how_he_is_reached_and_nothing_else_moves(client: Client, citizen: Citizen) -> None:
    assert 'value="081 234 5678"' in client.get("/my/data/contact/").content.decode()
    response = client.post("/my/data/contact/", contact(citizen, phone="๐๘๙ ๑๑๑ ๒๒๒๒", address="บ้านใหม่"))
    assert response.url == "/my/data/"
    now = private_of(citizen)
    assert (now["phone"], now["address"]) == ("๐๘๙ ๑๑๑ ๒๒๒๒", "บ้านใหม่")
    assert {name: now[name] for name in ("id_number", "email", "relatives")} == {
        name: PRIVATE[name] for name in ("id_number", "email", "relatives")
    }


def test_a_new_address_ends_links_to_the_old_one_and_tells_it(
    client: Client, plan: Plan, citizen: Citizen, django_capture_on_commit_callbacks: Any
) -> None:
    send_link(citizen.pk, "https://a.example")
    paper = make_paper_link(citizen, by=plan.staff)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/my/data/contact/", contact(citizen, email="new@example.org")).status_code == 302
    assert [sent.to for sent in mail.outbox] == [["malee@example.go.th"], ["malee@example.go.th"]]
    assert "new@example.org" not in mail.outbox[1].body
    assert not SignInLink.objects.filter(way="email", ended_at=None).exists()
    send_link(citizen.pk, "https://a.example")
    assert mail.outbox[2].to == ["new@example.org"]
    assert Client().post("/my/sign-in/", {"paper": "", "paper-letters": paper}).status_code == 302


@pytest.mark.parametrize(
    "changed",
    [
        {"phone": "", "email": ""},
        {"phone": "123"},
        {"phone": "a\0b"},
        {"email": "nothing"},
        {"email": "a@b.th\r\nBcc: c@d.th"},
        {"address": "ก" * 501},
        {"seen": ""},
    ],
)
def test_what_cannot_be_kept_is_told_and_what_was_typed_stays(
    client: Client, citizen: Citizen, changed: dict[str, str]
) -> None:
    response = client.post("/my/data/contact/", contact(citizen, **{"address": "ที่อยู่ที่พิมพ์ไว้", **changed}))
    assert response.status_code == 422
    assert 'class="summary"' in response.content.decode()
    assert changed.get("address", "ที่อยู่ที่พิมพ์ไว้") in response.content.decode()
    assert private_of(citizen) == PRIVATE


def test_an_address_of_somebody_else_is_refused_without_saying_whose(
    client: Client, plan: Plan, citizen: Citizen
) -> None:
    join_pool(plan.citizen("นาย อื่น ไกล"), plan.staff, private={"email": "taken@example.org"})
    response = client.post("/my/data/contact/", contact(citizen, email="Taken@example.org"))
    assert response.status_code == 422
    assert "อื่น" not in re.sub(r"<header.*?</header>", "", response.content.decode(), flags=re.DOTALL)
    assert private_of(citizen) == PRIVATE


def test_the_office_was_quicker(client: Client, citizen: Citizen) -> None:
    sent = contact(citizen, phone="089 000 0000")
    client.post("/my/data/contact/", contact(citizen, address="แก้โดยสำนักงาน"))
    response = client.post("/my/data/contact/", sent)
    assert response.status_code == 409
    assert private_of(citizen)["phone"] == "081 234 5678"
    again = re.findall(r'name="seen" value="(\w{16})"', response.content.decode())
    assert client.post("/my/data/contact/", {**sent, "seen": again[0]}).status_code == 302
    assert private_of(citizen)["phone"] == "089 000 0000"


def test_he_says_until_when_he_is_away(client: Client, plan: Plan, citizen: Citizen) -> None:
    today = timezone.localdate()
    assert citizen in eligible(plan.unit.pk, today)
    day = today + timedelta(days=30)
    assert client.post("/my/data/", {"act": "away", "away-until": day.isoformat()}).status_code == 302
    assert Citizen.objects.get(pk=citizen.pk).away_until == day
    assert citizen not in eligible(plan.unit.pk, today)
    past = client.post("/my/data/", {"act": "away", "away-until": (today - timedelta(days=1)).isoformat()})
    assert past.status_code == 422
    client.post("/my/data/", {"act": "away", "away-until": ""})
    assert Citizen.objects.get(pk=citizen.pk).away_until is None


def test_he_chooses_language_and_numerals(client: Client, citizen: Citizen) -> None:
    client.post("/my/data/", {"act": "pages", "pages-language": "en", "pages-thai_numerals": "on"})
    response = client.get("/my/data/")
    assert response["Content-Language"] == "en"
    assert "๑๑๐๑๗๐๐๒๓๐๗๐๘" in response.content.decode()
    assert client.post("/my/data/", {"act": "pages", "pages-language": "xx"}).status_code == 422
    assert client.post("/my/data/", {"act": "nothing"}).status_code == 422


# --- What he agreed to ------------------------------------------------------------------------------------------------
def test_he_agrees_and_takes_it_back_in_the_words_he_saw(client: Client, citizen: Citizen) -> None:
    url = "/my/data/agreement/publish/"
    wording = re.findall(r'class="wording"><p>(.*?)</p>', client.get(url).content.decode())[0]
    for _ in range(2):
        client.post(url, {"wanted": "yes"})
    given = Consent.objects.get(citizen=citizen, purpose="publish")
    assert (given.wording, given.recorded_by, given.withdrawn_at) == (wording, None, None)
    for _ in range(2):
        assert client.post(url, {"wanted": "no"}).status_code == 302
    given.refresh_from_db()
    assert given.withdrawn_at is not None
    client.post(url, {"wanted": "yes"})
    assert Consent.objects.filter(citizen=citizen, purpose="publish").count() == 2
    assert client.get("/my/data/agreement/other/").status_code == 404
    assert client.get("/my/data/agreement/pool/").url == "/my/data/leave/"
    assert client.post("/my/data/agreement/pool/", {"wanted": "no"}).url == "/my/data/leave/"
    assert Consent.objects.get(citizen=citizen, purpose="pool").withdrawn_at is None


# --- Leaving ----------------------------------------------------------------------------------------------------------
def test_leaving_says_what_follows_first(client: Client, plan: Plan, citizen: Citizen) -> None:
    page = client.get("/my/data/leave/").content.decode()
    assert "<form" in page
    assert client.post("/my/data/leave/", {}).status_code == 422
    assert Citizen.objects.get(pk=citizen.pk).status == "admitted"
    response = client.post("/my/data/leave/", {"sure": "on", "reason": "ย้ายบ้าน"})
    assert response.url == "/my/data/"
    now = Citizen.objects.get(pk=citizen.pk)
    assert (now.status, now.left_on, now.left_because) == ("left", timezone.localdate(), "ย้ายบ้าน")
    assert not now.consents.filter(purpose="pool", withdrawn_at=None).exists()
    assert now not in eligible(plan.unit.pk, timezone.localdate())
    assert client.get("/my/data/leave/").url == client.post("/my/data/leave/", {"sure": "on"}).url == "/my/data/"
    assert client.get("/my/data/").status_code == 200
    assert client.post("/my/data/contact/", contact(citizen, phone="089 000 0000")).url == "/my/data/"
    assert client.post("/my/data/", {"act": "away", "away-until": ""}).url == "/my/data/"
    assert private_of(citizen) == PRIVATE


def test_leaving_keeps_the_seats_and_names_them(client: Client, plan: Plan, citizen: Citizen) -> None:
    seat = plan.do(open_seat(plan, plan.committee()), "nominate", person=citizen.person, reason="เครือข่ายเสนอชื่อ")
    assert "ปรับปรุงถนน" not in client.get("/my/data/leave/").content.decode()
    plan.do(seat, "invite")
    assert "ปรับปรุงถนน" in client.get("/my/data/leave/").content.decode()
    client.post("/my/data/leave/", {"sure": "on"})

    assert type(seat).objects.get(pk=seat.pk).state == "invited"
    assert client.get("/my/seats/").status_code == 200


# --- What his account does not open -----------------------------------------------------------------------------------
def addresses(patterns: Any = None, before: str = "/") -> list[str]:
    """Every address of the URLconf, with something in the place of what varies."""
    found = []
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = before + re.sub(r"<int:\w+>", "1", str(entry.pattern))
        route = re.sub(r"<\w+:\w+>", "abcdefghij", route)
        if isinstance(entry, URLResolver):
            found += addresses(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            found.append(re.sub(r"\(\?P<\w+>[^)]*\)|[\^$]|\\Z", "", route).replace("//", "/"))
    return sorted(set(found))


# Everybody's: the start, asking, filing and following a complaint, the hotline for staff, which asks nobody who he is,
# what is open to all, signing in and out. The bell is empty, and the old address of statistics only leads to the new.
PUBLIC = (
    *("/ask/", "/hotline/", "/file/", "/follow/", "/receipt/", "/published/", "/open/", "/join/", "/monthly/"),
    *("/language/", "/leave/", "/active/", "/account/", "/notices/bell/", "/notices/read/"),
)
OWN = "/my/"


def test_no_page_of_the_staff_opens_for_a_citizen(client: Client, citizen: Citizen) -> None:
    """The whole URLconf, read and written to, as a citizen."""
    opened, paths = [], addresses()
    assert {reverse(name) for name in ("queue", "overview", "seats", "pool", "admin:index", "notices")} <= set(paths)
    for path in paths:
        if path == "/" or path.startswith((OWN, *PUBLIC)):
            continue
        for method in (client.get, client.post):
            response = method(path)
            if response.status_code not in {301, 302, 403, 404, 405}:
                opened.append((path, response.status_code))
            elif response.status_code in {301, 302} and not response.url.startswith((OWN, "/account/", "/admin/")):
                opened.append((path, response.url))
    assert not opened, "\n".join(map(str, opened))


def test_not_even_the_staff_page_of_his_own_seat_opens(client: Client, plan: Plan, citizen: Citizen) -> None:
    committee = plan.committee()
    seat = plan.do(open_seat(plan, committee), "nominate", person=citizen.person, reason="เครือข่ายเสนอชื่อ")
    plan.do(seat, "invite")
    purchase = committee.committee.purchase.case
    for name, case in (("seat", seat), ("committee", committee), ("purchase", purchase)):
        assert client.get(reverse(name, args=[case.public_id])).status_code == 404
    assert client.get(reverse("pool_citizen", args=[citizen.code])).status_code in {403, 404}


def test_no_page_of_signing_in_breaks_for_a_citizen(plan: Plan) -> None:
    citizen = join_pool(plan.citizen(), plan.staff, account=False)
    account_for(citizen)
    browser = browser_of(citizen)
    for path in [path for path in addresses() if path.startswith(("/account/", "/my/")) and "logout" not in path]:
        for method in (browser.get, browser.post):
            assert method(path).status_code < 500, path


def test_a_citizen_cannot_give_himself_a_password(client: Client, citizen: Citizen) -> None:
    assert citizen.account is not None
    citizen.account.set_unusable_password()
    citizen.account.save()
    browser = browser_of(citizen)
    for method in (browser.get, browser.post):
        response = method("/account/password/", {"password1": "long-enough-1234", "password2": "long-enough-1234"})
        assert response.status_code in {302, 403, 404}
    citizen.account.refresh_from_db()
    assert not citizen.account.has_usable_password()
