"""The page on which a person chooses how he is told: what it offers, what it takes, and whom it is for."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from notifications import addresses, shortlived
from notifications.actions import save_choices
from notifications.choices import PRACTICES, Pace, Topic, Wish, chosen, wishes
from notifications.jobs import mail_address_link
from notifications.models import Choice, DigestTime, LineAccount
from organisations.models import User
from procurement.pool.accounts import account_for
from tests.support.purchases import Plan
from tests.support.seats import join_pool
from tests.support.world import World, make_person

pytestmark = pytest.mark.django_db
PAGE = "/notices/choices/"
NEW = "malee@example.go.th"


@pytest.fixture(autouse=True)
def _line(settings: LazySettings) -> None:
    settings.LINE_TOKEN, settings.LINE_SECRET, settings.LINE_ADDRESS = "token", "secret", "@sodsong"


def signed_in(user: User) -> Client:
    """A browser in which `user` is signed in, in English."""
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def answers(**changes: Any) -> dict[str, Any]:
    """What the form sends as it stands for somebody who chose nothing yet; a value of None is left out."""
    sent = {f"email_{topic}": practice.email.value for topic, practice in PRACTICES.items()}
    sent |= {f"line_{topic}": "on" for topic, practice in PRACTICES.items() if practice.line}
    sent |= {"hour": "8", "weekday": "0", **changes}
    return {name: value for name, value in sent.items() if value is not None}


# --- Whom the page is for ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    ["notice_choices", "notice_address", "notice_address_remove", "notice_line", "notice_line_unlink"],
)
def test_page_anonymous_is_sent_to_sign_in(name: str) -> None:
    answer = Client().post(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_link_anonymous_is_sent_to_sign_in_and_back() -> None:
    answer = Client().get(reverse("notice_address_link", args=["x"]))
    assert answer["Location"].startswith(reverse("account_login"))


def test_page_of_a_citizen_is_not_there(plan: Plan) -> None:
    client = signed_in(account_for(join_pool(plan.citizen("นาง มาลี ทองดี"), plan.staff)))
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, answers()).status_code == 404
    assert client.post(reverse("notice_line")).status_code == 404
    assert not Choice.objects.exists()


@pytest.mark.parametrize("name", ["notice_address", "notice_address_remove", "notice_line", "notice_line_unlink"])
def test_acts_take_forms_only(world: World, name: str) -> None:
    assert signed_in(world.officer).get(reverse(name)).status_code == 405


def test_page_of_somebody_without_a_post_is_there(world: World) -> None:
    assert signed_in(make_person("new")).get(PAGE).status_code == 200


# --- What it shows ----------------------------------------------------------------------------------------------------
def test_page_shows_the_practice_of_the_house_and_what_cannot_be_switched_off(world: World) -> None:
    page = signed_in(world.officer).get(PAGE).content.decode()
    with translation.override("en"):
        assert all(str(practice.label) in page for practice in PRACTICES.values())
    assert page.count("always") >= len(PRACTICES)
    assert page.count("this cannot be switched off") == 2
    assert "You have no e-mail address here" in page
    assert len(re.findall(r'<option value="never"', page)) == 4


def test_page_without_line_has_no_line(world: World, settings: LazySettings) -> None:
    settings.LINE_TOKEN = settings.LINE_SECRET = ""
    client = signed_in(world.officer)
    assert "LINE" not in client.get(PAGE).content.decode()
    assert client.post(reverse("notice_line")).status_code == 404


def test_page_without_a_mail_server_says_so(world: World, settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    client = signed_in(world.officer)
    page = client.get(PAGE).content.decode()
    assert "no mail server" in page
    assert "Send the link" not in page
    assert client.post(reverse("notice_address"), {"address": NEW}).status_code == 404


def test_page_is_linked_from_the_profile(world: World) -> None:
    assert f'href="{PAGE}"' in signed_in(world.officer).get(reverse("profile")).content.decode()


def test_page_takes_few_statements(world: World, django_assert_max_num_queries: Any) -> None:
    client = signed_in(world.officer)
    client.get(PAGE)
    with django_assert_max_num_queries(9):
        client.get(PAGE)


# --- Choosing ---------------------------------------------------------------------------------------------------------
def test_choice_is_written_and_shown_again(world: World) -> None:
    client = signed_in(world.officer)
    sent = answers(email_complaints="weekly", line_complaints="on", line_overdue=None, hour="17", weekday="4")
    assert client.post(PAGE, sent)["Location"] == PAGE
    held = chosen(world.officer)
    assert held[Topic.COMPLAINTS] == Wish(Pace.WEEKLY, line=True)
    assert held[Topic.OVERDUE] == Wish(Pace.NOW, line=False)
    time = DigestTime.objects.get(user=world.officer)
    assert (time.hour, time.weekday) == (17, 4)
    page = client.get(PAGE).content.decode()
    assert re.search(r'id="id_hour">.*<option value="17" selected>17:00</option>', page, re.DOTALL)
    assert '<option value="4" selected>Friday</option>' in page
    assert not Choice.objects.exclude(user=world.officer).exists()


def test_topics_left_as_they_are_go_on_following_the_house(world: World) -> None:
    client = signed_in(world.officer)
    client.post(PAGE, answers(email_deadlines="never"))
    assert list(Choice.objects.values_list("topic", "email")) == [("deadlines", "never")]
    client.post(PAGE, answers(email_deadlines="daily"))  # back: a choice of his own all the same
    assert list(Choice.objects.values_list("topic", "email")) == [("deadlines", "daily")]


def test_choice_of_line_outlives_an_installation_without_line(world: World, settings: LazySettings) -> None:
    client = signed_in(world.officer)
    client.post(PAGE, answers(line_complaints="on"))
    settings.LINE_TOKEN = ""
    client.post(PAGE, answers(email_complaints="never", line_complaints=None, line_overdue=None))
    assert chosen(world.officer)[Topic.COMPLAINTS] == Wish(Pace.NEVER, line=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"email_overdue": "never"},
        {"email_overdue": "weekly"},
        {"email_house": "never"},
        {"email_complaints": "hourly"},
        {"email_complaints": None},
        {"hour": "24"},
        {"hour": "-1"},
        {"hour": ""},
        {"weekday": "7"},
        {"weekday": "x"},
    ],
)
def test_choice_that_is_not_offered_changes_nothing(world: World, wrong: dict[str, Any]) -> None:
    answer = signed_in(world.officer).post(PAGE, answers(**{"email_deadlines": "never", **wrong}))
    assert answer.status_code == 200
    assert "Please correct this" in answer.content.decode()
    assert not Choice.objects.exists()
    assert not DigestTime.objects.exists()


def test_saving_refuses_a_pace_that_is_not_offered(world: World) -> None:
    with pytest.raises(ValueError, match="overdue"):
        save_choices(world.officer, {Topic.OVERDUE: Wish(Pace.NEVER, line=False)}, hour=8, weekday=0)
    assert not Choice.objects.exists()


words = st.sampled_from([*Pace.values, "", "NEVER", "0"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.fixed_dictionaries({f"email_{topic}": words for topic in Topic}))
def test_floors_hold_whatever_is_posted(world: World, sent: dict[str, str]) -> None:
    User.objects.filter(pk=world.officer.pk).update(email=NEW)
    signed_in(world.officer).post(PAGE, {**answers(), **sent})
    held = wishes([world.officer.pk])
    for topic in (Topic.OVERDUE, Topic.HOUSE):
        assert held[world.officer.pk, topic].email in {Pace.NOW, Pace.DAILY}


def test_row_that_is_no_longer_offered_falls_back_to_the_practice(world: World) -> None:
    Choice.objects.create(user=world.officer, topic=Topic.OVERDUE, email=Pace.NEVER, line=False)
    assert chosen(world.officer)[Topic.OVERDUE].email == Pace.NOW


# --- The address ------------------------------------------------------------------------------------------------------
def asked(client: Client, address: str = NEW) -> str:
    """The key in the job of a new address."""
    assert client.post(reverse("notice_address"), {"address": address}).status_code == 302
    job = ProcrastinateJob.objects.filter(task_name="notifications.jobs.mail_address_link").latest("id")
    return str(job.args["key"])


def path_of(key: str) -> str:
    """Run the job, and find the path of the link it mailed."""
    mail_address_link(key)
    found = re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


def address_of(user: User) -> str:
    """As it stands now."""
    return User.objects.get(pk=user.pk).email


def test_address_holds_once_its_link_is_opened(world: World) -> None:
    client = signed_in(world.officer)
    path = path_of(asked(client))
    assert [sent.to for sent in mail.outbox] == [[NEW]]
    assert address_of(world.officer) == ""
    assert "told at this address" in client.get(path, follow=True).content.decode()
    assert address_of(world.officer) == NEW
    assert NEW in client.get(PAGE).content.decode()
    assert "good no longer" in client.get(path, follow=True).content.decode()


def test_address_stands_in_no_job(world: World) -> None:
    key = asked(signed_in(world.officer))
    assert NEW not in str(list(ProcrastinateJob.objects.values_list("args", flat=True)))
    assert NEW not in path_of(key)


def test_link_of_another_person_changes_nothing(world: World) -> None:
    path = path_of(asked(signed_in(world.officer)))
    assert "good no longer" in signed_in(world.head).get(path, follow=True).content.decode()
    assert (address_of(world.officer), address_of(world.head)) == ("", "")
    signed_in(world.officer).get(path)
    assert address_of(world.officer) == NEW


def test_link_that_is_not_signed_by_us_changes_nothing(world: World) -> None:
    client = signed_in(world.officer)
    key = asked(client)
    signed = path_of(key).rstrip("/").rsplit("/", 1)[1]
    for forged in (key, signed[:-1] + ("1" if signed.endswith("0") else "0")):
        client.get(reverse("notice_address_link", args=[forged]))
    assert address_of(world.officer) == ""


def test_link_is_good_for_an_hour(world: World) -> None:
    client = signed_in(world.officer)
    key = asked(client)
    path = path_of(key)
    Session.objects.filter(session_key=key).update(expire_date=timezone.now())
    client.get(path)
    assert address_of(world.officer) == ""
    count = len(mail.outbox)
    mail_address_link(key)  # a worker that comes too late
    assert len(mail.outbox) == count


def test_older_link_is_good_no_longer_once_another_was_opened(world: World) -> None:
    client = signed_in(world.officer)
    first, second = path_of(asked(client, "first@example.go.th")), path_of(asked(client, "second@example.go.th"))
    client.get(second)
    client.get(first)
    assert address_of(world.officer) == "second@example.go.th"


def test_page_says_where_the_last_link_went_while_it_is_good(world: World) -> None:
    client, elsewhere = signed_in(world.officer), signed_in(world.officer)
    said = "it is good for an hour"
    assert said not in client.get(PAGE).content.decode()
    key = asked(client, "new.one@example.go.th")
    page = elsewhere.get(PAGE).content.decode()
    assert f"We sent a link to <strong>n…@example.go.th</strong>; {said}." in page
    assert "new.one" not in page
    assert said not in signed_in(world.screener).get(PAGE).content.decode()
    asked(client, "other@example.go.th")
    assert "o…@example.go.th" in client.get(PAGE).content.decode()
    # Once another link was opened, this one is good no longer.
    client.get(path_of(key))
    assert said not in client.get(PAGE).content.decode()
    client.get(path_of(asked(client)))
    assert addresses.waiting_for(User.objects.get(pk=world.officer.pk)) == ""
    asked(client, "other@example.go.th")
    Session.objects.update(expire_date=timezone.now())
    assert addresses.waiting_for(User.objects.get(pk=world.officer.pk)) == ""


def test_link_is_in_the_language_of_its_reader(world: World) -> None:
    client = signed_in(world.officer)
    path_of(asked(client))
    assert "open this link within an hour" in mail.outbox[-1].body
    User.objects.filter(pk=world.officer.pk).update(language="th", is_active=False)
    count = len(mail.outbox)
    mail_address_link(shortlived.keep({"user": world.officer.pk, "before": "", "address": NEW}, timedelta(hours=1)))
    assert len(mail.outbox) == count  # who has left is sent none


@pytest.mark.parametrize("wrong", ["", "nothing", "a@b\r\nBcc: c@d.th", "x" * 300 + "@example.org"])
def test_address_that_is_none_is_refused(world: World, wrong: str) -> None:
    answer = signed_in(world.officer).post(reverse("notice_address"), {"address": wrong})
    assert answer.status_code == 200
    assert "Please correct this" in answer.content.decode()
    assert not ProcrastinateJob.objects.exists()


def test_address_that_holds_already_is_refused(world: World) -> None:
    User.objects.filter(pk=world.officer.pk).update(email=NEW)
    answer = signed_in(world.officer).post(reverse("notice_address"), {"address": NEW})
    assert "your address already" in answer.content.decode()


def test_links_are_few(world: World) -> None:
    client = signed_in(world.officer)
    for _ in range(addresses.MOST_LINKS):
        asked(client)
    answer = client.post(reverse("notice_address"), {"address": NEW}, follow=True)
    assert "Many links were sent" in answer.content.decode()
    assert ProcrastinateJob.objects.count() == addresses.MOST_LINKS


def test_address_can_be_removed(world: World) -> None:
    User.objects.update(email=NEW)
    signed_in(world.officer).post(reverse("notice_address_remove"))
    assert address_of(world.officer) == ""
    assert address_of(world.head) == NEW


def test_nobody_is_signed_in_by_what_is_kept(world: World) -> None:
    key = asked(signed_in(world.officer))
    client = Client()
    client.cookies["sessionid"] = key
    assert client.get(PAGE).status_code == 302


# --- LINE, as the page has it -----------------------------------------------------------------------------------------
def test_page_says_whether_line_is_linked_and_unlinks_it(world: World) -> None:
    client = signed_in(world.officer)
    assert "Not linked" in client.get(PAGE).content.decode()
    for user in (world.officer, world.head):
        LineAccount.objects.create(user=user, line_id=f"U{user.pk}", linked_at=timezone.now())
    assert "Linked since" in client.get(PAGE).content.decode()
    client.post(reverse("notice_line_unlink"))
    assert list(LineAccount.objects.values_list("user", flat=True)) == [world.head.pk]
