"""Signing in and out, the lock, the idle end, one's own profile."""

import re
import threading
from datetime import date, timedelta

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from organisations.known_browsers import COOKIE, KEEP_SECONDS, MOST
from organisations.middleware import ACTIVE_AT
from organisations.models import Role, User
from organisations.signals import left_quickly
from tests.support.world import make_person, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.organisations.pages")]


@pytest.fixture
def officer() -> User:
    return make_person("malee", make_unit("T1"), Role.OFFICER)


def sign_in(client: Client, name: str = "malee", password: str = "maleemalee", **more: str):
    return client.post("/account/login/", {"login": name, "password": password, **more})


def fail(client: Client, times: int, name: str = "malee"):
    for _ in range(times):
        response = sign_in(client, name, "wrong")
    return response


# --- Signing in ---------------------------------------------------------------------------------------------------
def test_sign_in_right_password_lands_and_shows_no_message(client, officer):
    response = client.post("/account/login/", {"login": "malee", "password": "maleemalee"}, follow=True)
    assert [url for url, _ in response.redirect_chain] == ["/home/", "/queue/"]
    assert not list(response.context["messages"])


def test_sign_in_wrong_password_names_what_to_mend_and_keeps_the_name(client, officer):
    response = sign_in(client, password="wrong")
    assert response.status_code == 200
    page = response.content.decode()
    assert 'class="summary"' in page
    assert 'value="malee"' in page
    assert "wrong" not in re.findall(r'type="password"[^>]*', page)[0]


def test_sign_in_returns_to_the_page_asked_for_but_never_to_another_site(client, officer):
    assert sign_in(client, next="/queue/?tab=mine").url == "/queue/?tab=mine"
    client.logout()
    assert "example.org" not in sign_in(client, next="https://example.org/").url


def test_sign_in_inactive_person_is_not_let_in(client, officer):
    User.objects.update(is_active=False)
    assert sign_in(client).status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", ["signup/", "email/", "password/reset/", "password/set/", "confirm-email/"])
def test_sign_up_and_mail_are_not_there(client, path):
    assert client.get(f"/account/{path}").status_code == 404


def test_sign_out_needs_a_post(client, officer):
    client.force_login(officer)
    assert client.get("/account/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/account/logout/").url == "/"
    assert "_auth_user_id" not in client.session


# --- The lock -----------------------------------------------------------------------------------------------------
def test_lock_after_five_failures_refuses_even_the_right_password_and_says_until_when(client, officer):
    response = fail(client, 5)
    assert response.status_code == 429
    ends = timezone.localtime(AccessAttempt.objects.get().attempt_time + timedelta(minutes=15))
    assert f"{ends:%H:%M} น." in response.content.decode()
    assert 0 < int(response["Retry-After"]) <= 15 * 60
    again = sign_in(client)
    assert again.status_code == 429
    assert "_auth_user_id" not in client.session


def test_lock_is_the_same_for_a_name_that_does_not_exist(client, officer):
    assert fail(client, 4, "nobody").status_code == fail(Client(), 4).status_code == 200
    assert fail(client, 1, "nobody").status_code == fail(Client(), 1).status_code == 429


def test_lock_is_not_lengthened_by_knocking_and_ends_by_itself(client, officer):
    fail(client, 5)
    begun = AccessAttempt.objects.get().attempt_time
    fail(client, 3)
    assert AccessAttempt.objects.get().attempt_time == begun
    AccessAttempt.objects.update(attempt_time=begun - timedelta(minutes=16))
    assert sign_in(client).status_code == 302


def test_lock_counts_across_browsers_and_spares_others(client, officer):
    for browser in "abcde":
        response = Client(headers={"user-agent": browser}).post("/account/login/", {"login": "malee", "password": "x"})
    assert response.status_code == 429
    make_person("somchai")
    assert sign_in(client, "somchai", "somchaisomchai").status_code == 302


def test_lock_is_forgotten_after_success(client, officer):
    fail(client, 4)
    sign_in(client)
    assert not AccessAttempt.objects.exists()


def test_no_address_is_kept_anywhere(client, officer):
    address = "203.0.113.77"
    client.post(
        "/account/login/", {"login": "malee", "password": "wrong"}, REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=address
    )
    client.post("/account/login/", {"login": "malee", "password": "maleemalee"}, REMOTE_ADDR=address)
    client.post("/account/login/", {"login": "ghost", "password": "wrong"}, REMOTE_ADDR=address)
    kept = [
        *AccessAttempt.objects.values_list(),
        *AccessLog.objects.values_list(),
        *AccessFailureLog.objects.values_list(),
    ]
    kept += [session.get_decoded() for session in Session.objects.all()]
    assert kept
    assert address not in repr(kept)
    assert "wrong" not in repr(kept)


# --- Browsers that an account knows -----------------------------------------------------------------------------------
def sign_out(browser: Client) -> None:
    """As people do; the test client's own `logout` throws every cookie away."""
    assert browser.post("/account/logout/").status_code == 302


def known(name: str = "malee") -> Client:
    """A browser that has signed in to this account before, and out again."""
    browser = Client()
    assert sign_in(browser, name, name * 2).status_code == 302
    sign_out(browser)
    return browser


def test_known_browser_is_not_shut_out_by_failures_elsewhere(client, officer):
    browser, other = known(), known()
    assert fail(client, 5).status_code == 429
    assert sign_in(browser).status_code == 302
    # Nor are those elsewhere let in by that, nor does it try for ever itself, nor shut out the others.
    assert sign_in(client).status_code == 429
    sign_out(browser)
    assert fail(browser, 4).status_code == 200
    locked = fail(browser, 1)
    assert (locked.status_code, sign_in(browser).status_code) == (429, 429)
    assert 14 * 60 < int(locked["Retry-After"]) <= 15 * 60
    assert sign_in(other).status_code == 302


def test_known_browser_of_another_account_is_unknown(client, officer):
    make_person("somchai")
    browser = known("somchai")
    fail(client, 5)
    assert sign_in(browser).status_code == 429


def test_browser_is_known_to_each_who_signed_in_there_up_to_a_number(client, officer):
    browser = known()
    names = [f"person{n}" for n in range(MOST)]
    for name in names[1:]:
        make_person(name)
        sign_in(browser, name, name * 2)
        sign_out(browser)
    fail(client, 5)
    assert sign_in(browser).status_code == 302
    sign_out(browser)
    fail(client, 5, names[1])
    make_person(names[0])
    sign_in(browser, names[0], names[0] * 2)
    sign_out(browser)
    assert sign_in(browser, names[1], names[1] * 2).status_code == 429


def test_new_password_forgets_known_browsers(client, officer):
    browser = known()
    officer.set_password("ใหม่-กว่า-เดิม-99")
    officer.save()
    fail(client, 5)
    assert sign_in(browser, password="ใหม่-กว่า-เดิม-99").status_code == 429


@pytest.mark.parametrize("forged", ["x", "/", "///", ":", "malee:malee", "\udcff", "a:b/" * 500])
def test_cookie_that_was_not_given_makes_nobody_known(client, officer, forged):
    fail(client, 5)
    browser = Client()
    browser.cookies[COOKIE] = forged.encode("utf-8", "replace").decode()
    assert sign_in(browser).status_code == 429


def test_cookie_of_a_known_browser_tells_nothing_and_goes_only_where_passwords_are_asked(officer):
    browser = Client()
    response = browser.post("/account/login/", {"login": "malee", "password": "maleemalee"}, secure=True)
    cookie = response.cookies[COOKIE]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"], cookie["secure"]) == (
        "/account/", "Lax", True, True,
    )  # fmt: skip
    assert cookie["max-age"] == KEEP_SECONDS
    assert re.fullmatch(r"[A-Za-z0-9]{22}:[A-Za-z0-9_-]{43}", cookie.value)
    assert not Client().post("/account/login/", {"login": "malee", "password": "maleemalee"}).cookies[COOKIE]["secure"]
    assert COOKIE not in Client().post("/account/login/", {"login": "malee", "password": "wrong"}).cookies


@pytest.mark.django_db(transaction=True)
def test_first_failures_at_once_make_one_row():
    together = threading.Barrier(4)
    answers = []

    def knock() -> None:
        together.wait()
        answers.append(sign_in(Client(), "ghost", "wrong").status_code)
        connection.close()

    threads = [threading.Thread(target=knock) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 4
    assert AccessAttempt.objects.get().failures_since_start == 4


# --- The idle end -------------------------------------------------------------------------------------------------
def go_idle(client: Client, minutes: int = 31) -> None:
    session = client.session
    session[ACTIVE_AT] = int(timezone.now().timestamp()) - minutes * 60
    session.save()


def test_idle_end_signs_out_says_so_and_leads_back(client, officer):
    client.force_login(officer)
    client.get("/queue/")
    go_idle(client)
    response = client.get("/queue/?tab=mine")
    assert response.url == "/account/login/?next=%2Fqueue%2F%3Ftab%3Dmine&ended=idle"
    assert "_auth_user_id" not in client.session
    assert 'class="notice' in client.get(response.url).content.decode()
    back = client.post(response.url, {"login": "malee", "password": "maleemalee", "next": "/queue/?tab=mine"})
    assert back.url == "/queue/?tab=mine"


def test_idle_end_is_put_off_by_a_page_but_not_by_polling(client, officer):
    client.force_login(officer)
    client.get("/queue/")
    go_idle(client, 20)
    client.get("/queue/", headers={"HX-Request": "true", "HX-Trigger": "poll-counts"})
    client.get("/active/", headers={"HX-Trigger": "poll-session"})
    assert client.session[ACTIVE_AT] < timezone.now().timestamp() - 19 * 60
    assert client.get("/active/").status_code == 204
    assert client.session[ACTIVE_AT] > timezone.now().timestamp() - 60


def test_idle_end_gives_back_what_was_typed_but_no_password(client, officer):
    client.force_login(officer)
    client.get("/queue/")
    go_idle(client)
    typed = "ผลการตรวจสอบที่พิมพ์ไว้นานแล้ว <b>และยาว</b>"
    sent = {"reasons": typed, "oldpassword": "a-very-long-password-of-mine"}
    response = client.post("/queue/", sent, headers={"referer": "http://testserver/queue/?tab=mine"})
    page = response.content.decode()
    assert response.status_code == 401
    assert "ผลการตรวจสอบที่พิมพ์ไว้นานแล้ว &lt;b&gt;" in page
    assert "a-very-long-password" not in page
    assert "next=%2Fqueue%2F%3Ftab%3Dmine" in page
    assert "no-store" in response["Cache-Control"]


def test_idle_end_leaves_the_page_of_an_htmx_request_alone(client, officer):
    client.force_login(officer)
    client.get("/queue/")
    go_idle(client)
    response = client.get("/queue/", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Trigger"], response.content) == (401, "signed-out", b"")
    assert client.get("/active/").status_code == 401


def test_signed_in_pages_are_not_cached(client, officer):
    client.force_login(officer)
    assert "no-store" in client.get("/queue/")["Cache-Control"]


# --- Language -----------------------------------------------------------------------------------------------------
def test_language_is_thai_whatever_the_browser_asks(client):
    response = client.get("/", headers={"accept-language": "en-US"})
    assert response["Content-Language"] == "th"
    assert '<html lang="th">' in response.content.decode()


def test_language_switch_works_signed_out_and_goes_back(client):
    assert client.post("/language/", {"code": "en", "next": "/?a=1"}).url == "/?a=1"
    assert client.get("/")["Content-Language"] == "en"
    assert client.post("/language/", {"code": "xx", "next": "https://example.org/"}).url == "/home/"
    assert client.get("/")["Content-Language"] == "en"
    assert client.get("/language/").status_code == 405


def test_language_of_a_signed_in_person_is_his_profile(client, officer):
    client.force_login(officer)
    client.cookies["django_language"] = "en"
    assert client.get("/queue/")["Content-Language"] == "th"
    client.post("/language/", {"code": "en", "next": "/queue/"})
    officer.refresh_from_db()
    assert officer.language == "en"
    assert client.get("/queue/")["Content-Language"] == "en"


# --- Landing and profile ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.SCREENER, "/queue/"),
        (Role.APPROVER, "/queue/"),
        (Role.CUSTODIAN, "/queue/"),
        (Role.EXECUTIVE, "/overview/"),
        (Role.ADMINISTRATOR, "/rules/"),
    ],
)
def test_landing_follows_the_role(client, role, path):
    client.force_login(make_person("wit", make_unit("T2"), role))
    assert client.get("/home/").url == path


def test_landing_anonymous_is_the_citizens_start(client):
    assert client.get("/home/").url == "/"


def test_landing_without_a_post_says_what_to_do(client):
    client.force_login(make_person("lost"))
    response = client.get("/home/")
    assert response.status_code == 200
    assert "account/no_post.html" in [template.name for template in response.templates]


def test_profile_needs_signing_in(client):
    assert client.get("/profile/").url == "/account/login/?next=/profile/"


def test_profile_shows_posts_and_saves_language_and_numerals(client, officer):
    client.force_login(officer)
    assert "หน่วย T1" in client.get("/profile/").content.decode()
    assert client.post("/profile/", {"language": "en", "thai_numerals": "on"}).url == "/profile/"
    officer.refresh_from_db()
    assert (officer.language, officer.thai_numerals) == ("en", True)
    assert client.post("/profile/", {"language": "de"}).status_code == 200


def test_profile_query_count(client, officer, django_assert_max_num_queries):
    client.force_login(officer)
    client.get("/profile/")
    with django_assert_max_num_queries(6):
        client.get("/profile/")


def test_password_change_keeps_the_session_and_asks_for_the_old_one(client, officer):
    client.force_login(officer)
    new = {"password1": "ใหม่-กว่า-เดิม-99", "password2": "ใหม่-กว่า-เดิม-99"}
    assert client.post("/account/password/", {"oldpassword": "wrong", **new}).status_code == 200
    assert client.post("/account/password/", {"oldpassword": "maleemalee", **new}).url == "/profile/"
    assert client.get("/profile/").status_code == 200
    client.logout()
    assert sign_in(client, password="ใหม่-กว่า-เดิม-99").status_code == 302


def test_password_change_counts_wrong_old_passwords_as_the_sign_in_does(client, officer):
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    new = {"password1": "ใหม่-กว่า-เดิม-99", "password2": "ใหม่-กว่า-เดิม-99"}
    answers = [client.post("/account/password/", {"oldpassword": f"wrong{n}", **new}).status_code for n in range(5)]
    assert answers == [200] * 4 + [429]
    assert client.post("/account/password/", {"oldpassword": "maleemalee", **new}).status_code == 429
    officer.refresh_from_db()
    assert officer.check_password("maleemalee")
    assert sign_in(Client()).status_code == 429
    assert "wrong" not in repr(list(AccessAttempt.objects.values_list()))


def test_password_change_without_an_old_one_counts_nothing(client, officer):
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/account/password/", {"oldpassword": ""}).status_code == 200
    assert not AccessAttempt.objects.exists()


# --- Leaving quickly ----------------------------------------------------------------------------------------------
def test_leave_forgets_what_was_begun_and_goes_away_even_when_a_receiver_fails(client, settings):
    def failing(**_: object) -> None:
        raise RuntimeError

    left_quickly.connect(failing)
    session = client.session
    session["draft"] = "something"
    session.save()
    response = client.get("/leave/")
    left_quickly.disconnect(failing)
    assert response.url == settings.LEAVE_URL
    assert response["Clear-Site-Data"] == '"storage"'
    assert "draft" not in client.session


def test_leave_does_not_sign_an_officer_out(client, officer):
    client.force_login(officer)
    client.get("/leave/")
    assert client.get("/profile/").status_code == 200


def test_holding_that_has_ended_gives_no_role(client, officer):
    officer.holdings.update(valid=(date(2000, 1, 1), date(2001, 1, 1)))
    client.force_login(officer)
    assert "account/no_post.html" in [template.name for template in client.get("/home/").templates]
