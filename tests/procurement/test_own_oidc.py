"""Citizens who come by an identity service: a real one on this machine, over real HTTP."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from config import environment
from organisations.models import User
from procurement.models import Citizen
from tests.support.oidc import Provider, running
from tests.support.purchases import Plan
from tests.support.seats import join_pool

pytestmark = pytest.mark.django_db
NUMBER, OTHER_NUMBER = "1101700230708", "1101700230703"
EMAIL = "malee@example.go.th"


@pytest.fixture
def service(settings: Any) -> Iterator[Provider]:
    """An identity service, and an installation that uses it."""
    with running() as provider:
        app = environment.oidc(provider.environment(), plain_http=True)
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        provider.person = {"sub": "s-1", "pid": NUMBER, "name": "มาลี จากบัตร"}
        yield provider


@pytest.fixture
def citizen(plan: Plan) -> Citizen:
    """A citizen of the pool with an identity number and an e-mail."""
    private = {"id_number": NUMBER, "email": EMAIL}
    return join_pool(plan.citizen("นาง มาลี ทองดี"), plan.staff, private=private)


def there(client: Client) -> str:
    """Start here, sign in there. Out: the address by which the browser comes back."""
    response = client.post("/my/identity/")
    assert response.status_code == 200
    url = response["Refresh"].removeprefix("0; url=")
    answer = requests.get(url, allow_redirects=False, timeout=5)
    assert answer.status_code == 302
    back = urlsplit(answer.headers["Location"])
    assert back.netloc == "testserver"
    return f"{back.path}?{back.query}"


def by_service(client: Client) -> Any:
    """The whole way, to the answer."""
    return client.get(there(client))


def signed_in(client: Client) -> str | None:
    """The key of the account of a browser, None when nobody is signed in."""
    return client.session.get("_auth_user_id")


# --- Who comes in -----------------------------------------------------------------------------------------------------
def test_a_citizen_comes_in_by_his_identity_number(client: Client, service: Provider, citizen: Citizen) -> None:
    client.get("/my/sign-in/?next=/my/data/")
    before = client.session.session_key
    response = by_service(client)
    assert (response.status_code, response.url) == (302, "/my/data/")
    assert signed_in(client) == str(citizen.account_id)
    assert client.session.session_key != before
    asked = dict(service.asked)["/authorize"]
    assert asked["code_challenge_method"] == "S256"
    assert sorted(asked["scope"].split()) == ["openid", "pid"]


def test_nothing_the_service_says_is_kept(client: Client, service: Provider, citizen: Citizen) -> None:
    service.person |= {"email": EMAIL, "email_verified": True, "address": "บ้านเลขที่ ๙๙"}
    users = User.objects.count()
    assert by_service(client).status_code == 302
    assert not SocialAccount.objects.exists()
    assert not SocialToken.objects.exists()
    assert not SocialApp.objects.exists()
    assert User.objects.count() == users
    kept = repr([session.get_decoded() for session in Session.objects.all()])
    for word in (NUMBER, EMAIL, "มาลี", "s-1", "for-userinfo"):
        assert word not in kept


def test_without_userinfo_the_token_is_enough(client: Client, service: Provider, citizen: Citizen) -> None:
    service.userinfo = None
    assert by_service(client).status_code == 302
    assert signed_in(client) == str(citizen.account_id)


@pytest.mark.parametrize(
    ("told", "comes_in"),
    [
        ({"pid": "1-1017-00230-70-8"}, True),
        ({"pid": OTHER_NUMBER}, False),
        ({"pid": OTHER_NUMBER, "email": EMAIL, "email_verified": True}, False),
        ({"pid": "", "email": EMAIL.upper(), "email_verified": True}, True),
        ({"pid": "", "email": EMAIL, "email_verified": False}, False),
        ({"pid": "", "email": EMAIL, "email_verified": "false"}, False),
        ({"pid": "", "email": EMAIL}, False),
        ({"pid": "", "email": "", "email_verified": True}, False),
        ({"pid": None}, False),
    ],
)
def test_by_number_or_by_a_verified_address_and_nothing_else(
    client: Client, service: Provider, citizen: Citizen, told: dict[str, Any], comes_in: bool
) -> None:
    service.person |= told
    response = by_service(client)
    assert response.status_code == (302 if comes_in else 403)
    assert signed_in(client) == (str(citizen.account_id) if comes_in else None)


def test_an_address_leads_to_who_gave_no_number(client: Client, service: Provider, plan: Plan) -> None:
    citizen = join_pool(plan.citizen(), plan.staff, private={"email": EMAIL})
    service.person |= {"email": EMAIL, "email_verified": True}
    assert by_service(client).status_code == 302
    assert signed_in(client) == str(citizen.account_id)


# --- Who does not -----------------------------------------------------------------------------------------------------
def test_a_stranger_gets_no_account_and_is_told_what_to_do(client: Client, service: Provider, plan: Plan) -> None:
    users = User.objects.count()
    response = by_service(client)
    assert response.status_code == 403
    assert User.objects.count() == users
    assert not SocialAccount.objects.exists()
    assert "/my/sign-in/" in response.content.decode()
    assert NUMBER not in response.content.decode()


def test_staff_are_not_reached_by_it(client: Client, service: Provider, plan: Plan) -> None:
    """Neither by an address of theirs, nor when the account of a citizen holds a post."""
    User.objects.filter(pk=plan.staff.pk).update(email=EMAIL)
    service.person |= {"email": EMAIL, "email_verified": True, "preferred_username": plan.staff.username}
    assert by_service(client).status_code == 403
    citizen = join_pool(plan.citizen(), plan.staff, private={"id_number": NUMBER}, account=False)
    Citizen.objects.filter(pk=citizen.pk).update(account=plan.staff)
    assert by_service(client).status_code == 403
    assert signed_in(client) is None


def test_who_left_or_was_closed_out_stays_out(client: Client, service: Provider, citizen: Citizen) -> None:
    User.objects.filter(pk=citizen.account_id).update(is_active=False)
    assert by_service(client).status_code == 403
    User.objects.filter(pk=citizen.account_id).update(is_active=True)
    Citizen.objects.update(status="left")
    assert by_service(client).status_code == 403
    assert signed_in(client) is None


# --- What may be wrong on the way -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "wrong",
    [
        {"signs_with": "another key"},
        {"signs_with": "nothing"},
        {"signs_with": "the client's secret"},
        {"claims": {"aud": "another client"}},
        {"claims": {"iss": "http://127.0.0.1:1"}},
        {"claims": {"exp": 1_000_000}},
        {"userinfo": {"sub": "s-2"}},
        {"issuer_told": "http://127.0.0.1:1"},
        {"cancels": True},
        {"answer": b"no JSON"},
        {"answer": b"[]"},
        {"answer": b'{"access_token": "for-userinfo"}'},
        {"answer": b'{"access_token": "for-userinfo", "id_token": "a.b.c"}'},
    ],
    ids=str,
)
def test_an_answer_that_proves_nothing_lets_nobody_in(
    client: Client, service: Provider, citizen: Citizen, wrong: dict[str, Any]
) -> None:
    for name, value in wrong.items():
        setattr(service, name, value)
    response = client.post("/my/identity/")
    if response.status_code == 200:
        url = response["Refresh"].removeprefix("0; url=")
        back = urlsplit(requests.get(url, allow_redirects=False, timeout=5).headers["Location"])
        response = client.get(f"{back.path}?{back.query}")
    assert (response.status_code, response.url) == (302, "/my/sign-in/")
    assert signed_in(client) is None
    assert "ThaID" in client.get(response.url).content.decode()


def test_a_service_that_is_down_says_so(client: Client, service: Provider, citizen: Citizen) -> None:
    service.down = True
    response = client.post("/my/identity/")
    assert response.url == "/my/sign-in/"
    assert 'class="notice notice-error"' in client.get(response.url).content.decode()


def test_the_way_back_works_once_and_only_in_the_browser_that_began(
    client: Client, service: Provider, citizen: Citizen
) -> None:
    back = there(client)
    thief = Client()
    assert thief.get(back).url == "/my/sign-in/"
    assert signed_in(thief) is None
    assert client.get(back).url == "/my/seats/"
    client.post("/account/logout/")
    assert client.get(back).url == "/my/sign-in/"
    assert signed_in(client) is None


def test_a_code_put_in_the_place_of_another_lets_nobody_in(client: Client, service: Provider, citizen: Citizen) -> None:
    """A code that somebody else was given there does not fit what this browser began (PKCE)."""
    mine, his = there(client), parse_qs(urlsplit(there(Client())).query)["code"][0]
    query = parse_qs(urlsplit(mine).query)
    response = client.get(urlsplit(mine).path, {"state": query["state"][0], "code": his})
    assert response.url == "/my/sign-in/"
    assert signed_in(client) is None


def test_going_there_needs_our_own_form_and_passes_nothing_on(service: Provider, citizen: Citizen) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.get("/my/identity/").status_code == 405
    assert client.post("/my/identity/").status_code == 403
    response = Client().post("/my/identity/?scope=all&auth_params=prompt%3Dnone&next=https://example.org/")
    assert "example.org" not in response["Refresh"]
    assert "prompt" not in response["Refresh"]


# --- Configuration ----------------------------------------------------------------------------------------------------
def test_without_a_service_there_is_no_door(client: Client, plan: Plan) -> None:
    assert client.post("/my/identity/").status_code == 404
    assert client.get("/my/identity/citizens/back/").status_code == 404
    assert "/my/identity/" not in client.get("/my/sign-in/").content.decode()


def test_with_a_service_its_name_is_on_the_door(client: Client, service: Provider, plan: Plan) -> None:
    page = client.get("/my/sign-in/").content.decode()
    assert "ThaID" in page
    assert 'action="/my/identity/"' in page
    assert client.get("/my/identity/another/back/").status_code == 404


WHOLE = {
    "SODSONG_OIDC_NAME": "ThaID",
    "SODSONG_OIDC_SERVER": "https://id.example.go.th/",
    "SODSONG_OIDC_CLIENT_ID": "a",
    "SODSONG_OIDC_SECRET": "b",
}


@pytest.mark.parametrize("missing", WHOLE)
def test_half_a_service_is_refused_and_what_is_missing_named(missing: str) -> None:
    half = {name: value for name, value in WHOLE.items() if name != missing}
    with pytest.raises(ImproperlyConfigured, match=missing):
        environment.oidc(half)


def test_a_service_is_reached_by_https_only() -> None:
    assert environment.oidc({}) == {}
    assert environment.oidc(WHOLE)["settings"]["server_url"] == "https://id.example.go.th"
    for server in ("http://id.example.go.th", "http://127.0.0.1:9", "id.example.go.th"):
        with pytest.raises(ImproperlyConfigured):
            environment.oidc({**WHOLE, "SODSONG_OIDC_SERVER": server})
    with pytest.raises(ImproperlyConfigured):
        environment.oidc({**WHOLE, "SODSONG_OIDC_SERVER": "http://id.example.go.th"}, plain_http=True)


def test_mail_is_whole_or_not_at_all() -> None:
    assert environment.mail({"PATH": "/bin"}) == {}
    whole = {"SODSONG_EMAIL_HOST": "mail.example.go.th", "SODSONG_EMAIL_FROM": "sodsong@example.go.th"}
    settings = environment.mail(whole)
    assert (settings["EMAIL_PORT"], settings["EMAIL_USE_TLS"], settings["EMAIL_USE_SSL"]) == (587, True, False)
    assert environment.mail({**whole, "SODSONG_EMAIL_SECURITY": "tls"})["EMAIL_PORT"] == 465
    for wrong in (
        {"SODSONG_EMAIL_HOST": "mail"},
        {"SODSONG_EMAIL_FROM": "a@b.th"},
        {"SODSONG_EMAIL_PASSWORD": "c"},
        {**whole, "SODSONG_EMAIL_USER": "u"},
        {**whole, "SODSONG_EMAIL_SECURITY": "ssl"},
        {**whole, "SODSONG_EMAIL_PORT": "many"},
    ):
        with pytest.raises(ImproperlyConfigured):
            environment.mail(wrong)
