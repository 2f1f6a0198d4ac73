"""The door of citizen representatives: links by e-mail and on paper, and who gets through."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from procrastinate.contrib.django.models import ProcrastinateJob

from organisations.middleware import ACTIVE_AT
from organisations.models import Holding, Role, User
from procurement.actions.sign_in import forget_links, make_paper_link, normal, send_link
from procurement.jobs import mail_sign_in_link
from procurement.models import Citizen, SignInLink
from procurement.pool.accounts import account_for, by_email, by_identity
from tests.support.purchases import Plan
from tests.support.seats import join_pool, open_seat
from tests.support.world import make_person

pytestmark = pytest.mark.django_db
EMAIL = "Malee.T@Example.go.th"
BASE = "https://sodsong.example"


@pytest.fixture
def citizen(plan: Plan) -> Citizen:
    """A citizen of the pool with an e-mail and an identity number."""
    private = {"email": EMAIL, "id_number": "1101700230708", "phone": "081 234 5678"}
    return join_pool(plan.citizen("นาง มาลี ทองดี"), plan.staff, private=private)


def link_of(citizen: Citizen) -> str:
    """The path of a link that was mailed just now."""
    assert send_link(citizen.pk, BASE)
    found = re.search(rf"{BASE}(/my/sign-in/\S+/)", mail.outbox[-1].body)
    assert found
    return found[1]


def signed_in(client: Client) -> str | None:
    """The key of the account of a browser, None when nobody is signed in."""
    return client.session.get("_auth_user_id")


# --- Asking -----------------------------------------------------------------------------------------------------------
def ask(client: Client, email: str) -> Any:
    """Ask for a link."""
    return client.post("/my/sign-in/", {"mail": "", "mail-email": email})


def test_asking_answers_the_same_for_everybody_and_mails_only_the_citizen(client: Client, citizen: Citizen) -> None:
    known, unknown = ask(client, "malee.t@example.GO.TH"), ask(Client(), "nobody@example.go.th")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url) == (302, "/my/sign-in/sent/")
    # "Expires" is the second of the answer, and two answers may fall into two seconds.
    told, answered = ({**response.headers, "Expires": ""} for response in (known, unknown))
    assert told == answered
    one, other = client.get(known.url).content, Client().get(unknown.url).content
    assert re.sub(rb'value="\w{64}"', b"", one) == re.sub(rb'value="\w{64}"', b"", other)
    job = ProcrastinateJob.objects.get(task_name="procurement.jobs.mail_sign_in_link")
    assert job.args == {"citizen": citizen.pk, "base": "http://testserver"}
    assert not mail.outbox
    assert not SignInLink.objects.exists()
    mail_sign_in_link(**job.args)
    assert [sent.to for sent in mail.outbox] == [[EMAIL]]


def test_asking_twice_before_the_worker_came_is_one_job(client: Client, citizen: Citizen) -> None:
    for _ in range(3):
        assert ask(client, EMAIL).status_code == 302
    assert ProcrastinateJob.objects.filter(task_name="procurement.jobs.mail_sign_in_link").count() == 1


@pytest.mark.parametrize("email", ["", "nothing", "a@b\r\nBcc: c@d.th", "x" * 400 + "@example.org"])
def test_asking_with_what_is_no_address_is_told(client: Client, citizen: Citizen, email: str) -> None:
    response = ask(client, email)
    assert response.status_code == 422
    assert 'class="summary"' in response.content.decode()


def test_the_mail_says_what_it_is_in_his_language_and_nothing_about_him(citizen: Citizen) -> None:
    path = link_of(citizen)
    sent = mail.outbox[0]
    with translation.override("th"):
        assert "&" not in sent.body
    assert "มาลี" not in sent.body + sent.subject
    assert citizen.code not in sent.body
    assert f"{BASE}{path}" in sent.body.splitlines()
    User.objects.filter(pk=citizen.account_id).update(language="en")
    link_of(citizen)
    assert mail.outbox[1].subject == "Your link to sign in"
    assert "press the button" in mail.outbox[1].body
    assert "once." in mail.outbox[1].body


def test_only_a_hash_of_a_link_is_kept(citizen: Citizen) -> None:
    token = link_of(citizen).split("/")[-2]
    row = SignInLink.objects.values().get()
    assert token not in repr(row)
    assert normal(token) not in repr(row)
    assert timedelta(minutes=14) < row["expires_at"] - timezone.now() <= timedelta(minutes=15)


def test_three_links_an_hour_then_none(citizen: Citizen) -> None:
    assert [send_link(citizen.pk, BASE) for _ in range(4)] == [True, True, True, False]
    SignInLink.objects.update(made_at=timezone.now() - timedelta(minutes=61))
    assert send_link(citizen.pk, BASE)


def test_a_mail_that_cannot_be_sent_leaves_no_link(citizen: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: EmailBackend, messages: Any) -> int:
        raise ConnectionError

    monkeypatch.setattr(EmailBackend, "send_messages", refused)
    with pytest.raises(ConnectionError):
        send_link(citizen.pk, BASE)
    assert not SignInLink.objects.exists()


# --- Who may ----------------------------------------------------------------------------------------------------------
def close_account(citizen: Citizen, plan: Plan) -> None:
    User.objects.filter(pk=citizen.account_id).update(is_active=False)


def only_apply(citizen: Citizen, plan: Plan) -> None:
    Citizen.objects.filter(pk=citizen.pk).update(status="applied")


def leave(citizen: Citizen, plan: Plan) -> None:
    Citizen.objects.filter(pk=citizen.pk).update(status="left")


def take_a_post(citizen: Citizen, plan: Plan) -> None:
    post = plan.staff.holdings.get().post
    Holding.objects.create(post=post, user=citizen.account, deputy=True, valid=plan.staff.holdings.get().valid)


def become_superuser(citizen: Citizen, plan: Plan) -> None:
    User.objects.filter(pk=citizen.account_id).update(is_superuser=True)


def erase(citizen: Citizen, plan: Plan) -> None:
    Citizen.objects.filter(pk=citizen.pk).update(wrapped_key="", sealed=None)


@pytest.mark.parametrize("change", [close_account, only_apply, leave, take_a_post, become_superuser])
def test_who_may_not_sign_in_gets_no_link_and_one_on_the_way_opens_nothing(
    client: Client, plan: Plan, citizen: Citizen, change: Any
) -> None:
    path = link_of(citizen)
    change(citizen, plan)
    assert by_email(EMAIL) is None
    assert by_identity("1-1017-00230-70-8") is None
    assert not send_link(citizen.pk, BASE)
    response = client.post(path)
    assert response.status_code == 410
    assert signed_in(client) is None


def test_an_erased_citizen_is_sent_nothing(plan: Plan, citizen: Citizen) -> None:
    erase(citizen, plan)
    assert not send_link(citizen.pk, BASE)


def test_who_left_comes_in_as_long_as_he_holds_a_seat(client: Client, plan: Plan, citizen: Citizen) -> None:
    seat = plan.do(open_seat(plan, plan.committee()), "nominate", person=citizen.person, reason="เครือข่ายเสนอชื่อ")
    plan.do(seat, "invite")
    Citizen.objects.update(status="left")
    assert client.post(link_of(citizen)).status_code == 302
    assert signed_in(client) == str(citizen.account_id)


# --- The link ---------------------------------------------------------------------------------------------------------
def test_get_shows_a_button_and_uses_nothing_up(client: Client, citizen: Citizen) -> None:
    path = link_of(citizen)
    for _ in range(3):
        response = client.get(path)
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
    assert signed_in(client) is None
    response = client.post(path)
    assert response.url == "/my/seats/"
    assert signed_in(client) == str(citizen.account_id)


def test_a_link_works_once(client: Client, citizen: Citizen) -> None:
    path = link_of(citizen)
    client.post(path)
    thief = Client()
    assert thief.get(path).status_code == thief.post(path).status_code == 410
    assert signed_in(thief) is None


def test_signing_in_ends_every_other_link(client: Client, plan: Plan, citizen: Citizen) -> None:
    first, second, paper = link_of(citizen), link_of(citizen), make_paper_link(citizen, by=plan.staff)
    client.post(second)
    assert Client().post(first).status_code == 410
    assert Client().post("/my/sign-in/", {"paper": "", "paper-letters": paper}).status_code == 410


def test_a_link_is_too_old_after_a_quarter_of_an_hour(client: Client, citizen: Citizen) -> None:
    path = link_of(citizen)
    SignInLink.objects.update(made_at=timezone.now() - timedelta(minutes=16), expires_at=timezone.now())
    for response in (client.get(path), client.post(path)):
        assert response.status_code == 410
        assert reverse("my_sign_in") in response.content.decode()
    assert signed_in(client) is None


@pytest.mark.parametrize("token", ["A" * 26, "-", "๐" * 26, "A" * 2000, "%27%20OR%201=1"])
def test_a_forged_link_is_unknown(client: Client, citizen: Citizen, token: str) -> None:
    path = link_of(citizen)
    assert client.get(f"/my/sign-in/{token}/").status_code == 404
    assert client.post(f"/my/sign-in/{token}/").status_code == 404
    changed = path[:-2] + ("0" if path[-2] != "0" else "1") + "/"
    assert client.post(changed).status_code == 404
    assert signed_in(client) is None


def test_a_link_needs_the_token_of_the_form(citizen: Citizen) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(link_of(citizen)).status_code == 403
    assert signed_in(client) is None


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_let_one_in(plan: Plan) -> None:
    citizen = join_pool(plan.citizen(), plan.staff, private={"email": EMAIL})
    paths = [link_of(citizen), link_of(citizen)]
    together, answers = threading.Barrier(6), []

    def click(path: str) -> None:
        together.wait()
        answers.append(Client().post(path).status_code)
        connection.close()

    # Two links of the same citizen too: they must not wait for each other.
    threads = [threading.Thread(target=click, args=[paths[place % 2]]) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302] + [410] * 5


def test_the_session_has_a_new_key_and_nothing_of_who_was_signed_in_before(
    client: Client, plan: Plan, citizen: Citizen
) -> None:
    client.get("/my/sign-in/?next=/my/data/")
    planted = client.session.session_key
    assert client.post(link_of(citizen)).url == "/my/data/"
    assert client.session.session_key != planted
    assert not client.session.exists(planted)
    other = Client()
    other.force_login(plan.staff, backend="django.contrib.auth.backends.ModelBackend")
    session = other.session
    session["kept"] = "of the officer"
    session.save()
    other.post(link_of(citizen))
    assert signed_in(other) == str(citizen.account_id)
    assert "kept" not in other.session


@pytest.mark.parametrize("wanted", ["https://example.org/", "//example.org/my/", "/queue/", "/my/../admin/", ""])
def test_only_his_own_pages_are_gone_back_to(client: Client, citizen: Citizen, wanted: str) -> None:
    client.get("/my/sign-in/", {"next": wanted})
    response = client.post(link_of(citizen))
    assert response.url.startswith("/my/")
    assert "example.org" not in response.url


# --- On paper ---------------------------------------------------------------------------------------------------------
def test_letters_on_paper_are_understood_as_people_write_them(client: Client, plan: Plan, citizen: Citizen) -> None:
    letters = make_paper_link(citizen, by=plan.staff)
    assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", letters)
    assert timedelta(days=2) < SignInLink.objects.get().expires_at - timezone.now() <= timedelta(days=3)
    typed = f" {letters.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "
    response = client.post("/my/sign-in/", {"paper": "", "paper-letters": typed})
    assert response.status_code == 302
    assert signed_in(client) == str(citizen.account_id)


def test_staff_make_a_paper_for_their_own_citizens_only(client: Client, plan: Plan, citizen: Citizen) -> None:
    url = reverse("pool_link", args=[citizen.code])
    assert client.post(url).status_code == 302
    for user, status in ((plan.world.officer, 403), (make_person("far", plan.world.other, Role.PROCUREMENT), 404)):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert client.post(url).status_code == status
    assert not SignInLink.objects.exists()
    client.force_login(plan.staff, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(url).status_code == 405
    response = client.post(url)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert SignInLink.objects.get().made_by == plan.staff
    letters = re.findall(r"<code>([0-9A-Z-]{19})</code>", response.content.decode())
    assert Client().post("/my/sign-in/", {"paper": "", "paper-letters": letters[0]}).status_code == 302


def test_a_paper_makes_the_account_that_was_missing(plan: Plan) -> None:
    citizen = join_pool(plan.citizen(), plan.staff, account=False)
    make_paper_link(citizen, by=plan.staff)
    citizen.refresh_from_db()
    assert citizen.account is not None
    assert not citizen.account.has_usable_password()
    assert citizen.account.name_th == citizen.person.name
    assert account_for(citizen) == citizen.account


def test_old_links_are_forgotten(plan: Plan, citizen: Citizen) -> None:
    link_of(citizen)
    day = timezone.now() - timedelta(days=2)
    SignInLink.objects.update(made_at=day, expires_at=day + timedelta(minutes=15))
    make_paper_link(citizen, by=plan.staff)
    assert forget_links() == 1


# --- Inside -----------------------------------------------------------------------------------------------------------
def test_idle_end_leads_back_to_the_citizens_door(client: Client, citizen: Citizen) -> None:
    client.post(link_of(citizen))
    client.get("/my/data/")
    session = client.session
    session[ACTIVE_AT] -= 31 * 60
    session.save()
    response = client.get("/my/data/")
    assert response.url == "/my/sign-in/?next=%2Fmy%2Fdata%2F&ended=idle"
    assert signed_in(client) is None
    assert 'class="notice' in client.get(response.url).content.decode()


def test_signing_out_and_the_landing(client: Client, citizen: Citizen) -> None:
    client.post(link_of(citizen))
    assert client.get("/home/").url == "/my/seats/"
    assert client.get("/profile/").url == "/my/data/"
    assert client.get("/my/sign-in/").url == "/my/seats/"
    assert client.post("/account/logout/").status_code == 302
    assert signed_in(client) is None


def test_a_closed_account_is_out_at_once(client: Client, citizen: Citizen) -> None:
    client.post(link_of(citizen))
    User.objects.filter(pk=citizen.account_id).update(is_active=False)
    assert client.get("/my/data/").url.startswith("/my/sign-in/")


def test_nobody_gets_in_by_a_password(client: Client, plan: Plan) -> None:
    citizen = join_pool(plan.citizen(), plan.staff, account=False)
    user = account_for(citizen)
    for password in ("", "!", user.username, user.password):
        assert client.post("/account/login/", {"login": user.username, "password": password}).status_code == 200
    assert signed_in(client) is None


def test_staff_and_anonymous_see_nothing_of_a_citizen(client: Client, plan: Plan, citizen: Citizen) -> None:
    for name in ("my_profile", "my_contact", "my_leave"):
        assert client.get(reverse(name)).url.startswith("/my/sign-in/?next=")
    client.force_login(plan.staff, backend="django.contrib.auth.backends.ModelBackend")
    for name in ("my_profile", "my_contact", "my_leave"):
        assert client.get(reverse(name)).status_code == 404
