"""What leaves the house, byte by byte: in the reader's language, to whom it may be told now, and of what is protected
no more than that there is news."""

import dataclasses
from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings
from django.urls import reverse
from django.utils import timezone, translation

from notifications import letters, roads
from notifications.dispatch import send_waiting
from notifications.letters import MOST_LINES
from notifications.models import Delivery, LineAccount, Notice, Road
from organisations import navigation
from organisations.models import User
from tests.support.deliveries import due_again, news_of, state_of, waiting
from tests.support.servers import MailServer, WebServer, mail_server, web_server
from tests.support.world import TEXT, World, make_person
from workflows import registry
from workflows.models import Case, Conflict
from workflows.registry import kind_of

pytestmark = pytest.mark.django_db
SITE = "https://sodsong.example.go.th"


@pytest.fixture(autouse=True)
def site(settings: LazySettings) -> None:
    """Where links lead."""
    settings.SITE_URL = SITE


@pytest.fixture
def mails(settings: LazySettings) -> Iterator[MailServer]:
    """A mail server."""
    with mail_server() as running:
        for name, value in running.settings().items():
            setattr(settings, name, value)
        yield running


@pytest.fixture
def api(settings: LazySettings) -> Iterator[WebServer]:
    """LINE."""
    with web_server() as running:
        settings.LINE_TOKEN, settings.LINE_HOST = "the-token", running.url
        yield running


def reader(user: User, language: str = "en", *, numerals: bool = False) -> User:
    """The person with an address on every road, and his language."""
    user.email, user.language, user.thai_numerals = f"{user.username}@example.org", language, numerals
    user.save()
    LineAccount.objects.get_or_create(user=user, defaults={"line_id": f"U-{user.pk}", "linked_at": timezone.now()})
    return user


def text_of(mails: MailServer) -> str:
    """The last mail's text."""
    return str(mails.mails[-1].get_content()).replace("\r\n", "\n")


def pushed(api: WebServer) -> str:
    """The last LINE message."""
    return str(api.asked[-1].json["messages"][0]["text"])


# --- People of the house ----------------------------------------------------------------------------------------------
def test_mail_says_each_thing_on_a_line_with_its_link(world: World, mails: MailServer) -> None:
    head, first, second = reader(world.head), world.into("accepted"), world.into("accepted")
    waiting(Road.EMAIL, head, news_of(first, second))
    assert send_waiting(Road.EMAIL) == 1
    assert mails.mails[0]["Subject"] == "Sodsong: 2 notices"
    with translation.override("en"):
        label = str(kind_of("complaint").news["accept"])
    lines = text_of(mails).split("\n")
    assert lines[:5] == [
        f"Case {first.number}: {label}",
        f"{SITE}{reverse('notice', args=[1])}",
        "",
        f"Case {second.number}: {label}",
        f"{SITE}{reverse('notice', args=[2])}",
    ]
    assert f"{SITE}{reverse('notice_choices')}" in lines
    assert TEXT not in text_of(mails)


def test_letter_is_in_the_language_and_numerals_of_its_reader(world: World, mails: MailServer) -> None:
    case = world.into("accepted")
    waiting(Road.EMAIL, reader(world.head, "th", numerals=True), news_of(case))
    assert send_waiting(Road.EMAIL) == 1
    assert "๑" in mails.mails[0]["Subject"]
    assert not any(digit in mails.mails[0]["Subject"] for digit in "0123456789")
    # Numbers of cases too, but no address.
    assert case.number not in text_of(mails)
    assert f"{SITE}{reverse('notice', args=[1])}" in text_of(mails)


def test_long_letter_has_an_end(world: World, mails: MailServer, api: WebServer) -> None:
    head = reader(world.head)
    cases = [world.file() for _ in range(MOST_LINES + 7)]
    waiting(Road.EMAIL, head, news_of(*cases))
    waiting(Road.LINE, head, news_of(*cases))
    assert send_waiting(Road.EMAIL) == 1
    assert mails.mails[0]["Subject"] == f"Sodsong: {MOST_LINES + 7} notices"
    assert text_of(mails).count("/notices/") == MOST_LINES + 2
    assert "and 7 more\n" in text_of(mails)
    assert cases[MOST_LINES].number not in text_of(mails)
    assert send_waiting(Road.LINE) == 1
    said = pushed(api)
    assert len(said) <= 500
    shown = said.count("•")
    assert f"and {MOST_LINES + 7 - shown} more" in said
    assert said.endswith(f"{SITE}{reverse('notices')}")
    assert len(said) > 400


def test_line_says_few_things_whole(world: World, api: WebServer) -> None:
    head, case = reader(world.head), world.into("accepted")
    waiting(Road.LINE, head, news_of(case))
    assert send_waiting(Road.LINE) == 1
    assert api.asked[0].json["to"] == f"U-{head.pk}"
    said = pushed(api).split("\n")
    assert (said[0], said[-1], len(said)) == ("Sodsong: 1 notice", f"{SITE}{reverse('notices')}", 3)
    assert case.number in said[1]


@pytest.mark.parametrize("road", [Road.EMAIL, Road.LINE])
def test_of_a_protected_case_only_its_number_leaves(world: World, mails: MailServer, api: WebServer, road: str) -> None:
    case = world.into("accepted", world.corruption)
    (row,) = news_of(case)
    waiting(road, reader(world.centre_approver), [row])
    assert send_waiting(road) == 1
    left = mails.arrived[0].decode() if road == Road.EMAIL else api.asked[0].body.decode()
    said = text_of(mails) if road == Road.EMAIL else pushed(api)
    assert f"Case {case.number} has news" in said
    with translation.override("en"):
        label = str(kind_of("complaint").news["accept"])
    for hidden in (TEXT, label, row.event, case.state, world.corruption.code, case.public_id):
        assert hidden not in left
        assert hidden not in said


# --- Rights, when it leaves -------------------------------------------------------------------------------------------
def test_conflict_declared_since_is_not_told(world: World, mails: MailServer) -> None:
    head, told, hidden = reader(world.head), world.file(), world.file()
    delivery = waiting(Road.EMAIL, head, news_of(told, hidden))
    Conflict.objects.create(case_id=hidden.pk, user=head, at=timezone.now())
    assert send_waiting(Road.EMAIL) == 1
    assert mails.mails[0]["Subject"] == "Sodsong: 1 notice"
    assert told.number in text_of(mails)
    assert hidden.number not in mails.arrived[0].decode()
    assert state_of(delivery)[0] == "sent"


def lose_post(user: User) -> None:
    """He holds no post any more."""
    user.holdings.all().delete()


def leave(user: User) -> None:
    """He has left the house."""
    User.objects.filter(pk=user.pk).update(is_active=False)


def lose_address(user: User) -> None:
    """He took his addresses back."""
    User.objects.filter(pk=user.pk).update(email="")
    LineAccount.objects.filter(user=user).delete()


@pytest.mark.parametrize("road", [Road.EMAIL, Road.LINE])
@pytest.mark.parametrize(
    ("happens", "why"), [(lose_post, roads.NO_RIGHT), (leave, roads.GONE), (lose_address, roads.NO_ADDRESS)]
)
def test_who_may_not_be_told_any_more_is_not(
    world: World, mails: MailServer, api: WebServer, road: str, happens: Callable[[User], None], why: str
) -> None:
    delivery = waiting(road, reader(world.head), news_of(world.file()))
    happens(world.head)
    assert send_waiting(road) == 0
    assert state_of(delivery) == ("dropped", 1, why)
    assert not mails.arrived
    assert not api.asked


def test_case_that_became_protected_since_is_told_bare_or_not_at_all(world: World, mails: MailServer) -> None:
    case = world.file()
    within = waiting(Road.EMAIL, reader(world.head), news_of(case))
    above = waiting(Road.EMAIL, reader(world.executive), news_of(case))
    Case.objects.filter(pk=case.pk).update(protected=True, subject="")
    assert send_waiting(Road.EMAIL) == 1
    assert state_of(within)[0] == "sent"
    assert f"Case {case.number} has news" in text_of(mails)
    assert state_of(above) == ("dropped", 1, roads.NO_RIGHT)


def test_empty_digest_is_not_sent(world: World, mails: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from notifications import digests

    said: list[letters.Letter | None] = [letters.Letter("Sodsong", "all of it"), None]
    monkeypatch.setattr(digests, "letter", lambda delivery: said.pop())
    fields = {"contents": Delivery.Contents.DIGEST, "period": "daily"}
    for day in (1, 2):
        waiting(Road.EMAIL, reader(world.head), [], day=timezone.localdate().replace(day=day), **fields)
    assert send_waiting(Road.EMAIL) == 1
    states = list(Delivery.objects.order_by("due_at", "pk").values_list("state", "reason"))
    assert states == [("dropped", roads.NOTHING_TO_SAY), ("sent", "")]
    assert text_of(mails) == "all of it\n"


# --- Citizens ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("road", [Road.EMAIL, Road.LINE])
def test_citizen_reads_only_that_there_is_news(
    world: World, mails: MailServer, api: WebServer, road: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen, case = reader(make_person("citizen")), world.file()
    about_him = dataclasses.replace(kind_of("complaint"), concerned=lambda _user: Case.objects.filter(pk=case.pk))
    monkeypatch.setitem(registry._kinds, "complaint", about_him)
    door = navigation.Door(lambda user: user.pk == citizen.pk, "my_seats", "my_sign_in", "my_profile")
    monkeypatch.setattr(navigation, "_DOORS", [door])
    waiting(road, citizen, news_of(case))
    assert send_waiting(road) == 1
    said = text_of(mails) if road == Road.EMAIL else pushed(api)
    assert f"{SITE}{reverse('my_seats')}" in said
    assert case.number not in said
    assert "/notices/" not in said
    if road == Road.EMAIL:
        assert mails.mails[0]["Subject"] == "Sodsong: there is news"
        assert case.number not in mails.arrived[0].decode()
        assert f"{SITE}{reverse('my_profile')}" in said


# --- Complainants -----------------------------------------------------------------------------------------------------
@pytest.fixture
def complainant(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The complainant's address on each road, and his language; the kind of case is asked for them."""
    has = {"email": "somebody@example.org", "line": "U-somebody", "language": "en"}
    kind = kind_of("complaint")
    told = {
        **{name: getattr(kind, name) for name in kind.__dataclass_fields__},
        "address_of": lambda case, road: has[road],
        "letter_language": lambda case: has["language"],
    }
    monkeypatch.setitem(registry._kinds, "complaint", registry.Kind(**told))
    return has


@pytest.mark.parametrize("road", [Road.EMAIL, Road.LINE])
@pytest.mark.parametrize("protected", [False, True])
def test_complainant_reads_only_the_number_and_where(
    world: World, mails: MailServer, api: WebServer, complainant: dict[str, str], road: str, protected: bool
) -> None:
    case = world.into("accepted", world.corruption if protected else world.ordinary)
    delivery = waiting(road, case, news_of(case))
    assert send_waiting(road) == 1
    said = text_of(mails) if road == Road.EMAIL else pushed(api)
    left = (mails.arrived[0] if road == Road.EMAIL else api.asked[0].body).decode()
    lines = [line for line in said.split("\n") if line]
    assert lines[:3] == [
        f"There is news of case {case.number}.",
        "Read it here with the code on your receipt:",
        f"{SITE}{reverse('follow')}",
    ]
    for hidden in (TEXT, case.state, case.public_id, "accept", world.receipts[case.pk].text):
        assert hidden not in said
        assert hidden not in left
    assert "somebody" not in str(Delivery.objects.filter(pk=delivery.pk).values())
    assert not Notice.objects.exists()


def test_complainant_is_written_to_in_his_language(
    world: World, mails: MailServer, complainant: dict[str, str]
) -> None:
    complainant["language"] = "th"
    case = world.file()
    waiting(Road.EMAIL, case, news_of(case))
    assert send_waiting(Road.EMAIL) == 1
    assert mails.recipients == ["somebody@example.org"]
    assert case.number in text_of(mails)


def test_complainant_who_took_his_address_back_is_not_written_to(
    world: World, mails: MailServer, complainant: dict[str, str]
) -> None:
    case = world.file()
    delivery = waiting(Road.EMAIL, case, news_of(case))
    complainant["email"] = ""
    assert send_waiting(Road.EMAIL) == 0
    assert state_of(delivery) == ("dropped", 1, roads.NO_ADDRESS)


def test_nothing_personal_stands_in_the_log_whatever_fails(
    world: World, mails: MailServer, complainant: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    case = world.file()
    delivery = waiting(Road.EMAIL, case, news_of(case))
    for to_recipient in (
        "450 <somebody@example.org> later",
        "421 <somebody@example.org>",
        "550 <somebody@example.org>",
    ):
        mails.to_recipient = to_recipient
        due_again()
        assert send_waiting(Road.EMAIL) == 0
    assert state_of(delivery) == ("dead", 3, "the address was refused (550)")
    assert "somebody" not in caplog.text
