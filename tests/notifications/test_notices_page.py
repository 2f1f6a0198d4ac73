"""The notices of a person, and the bell."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from notifications.models import Notice, NoticeCounter
from notifications.queries import last_number, notices_of, unread_count
from notifications.relay import relay
from notifications.sentences import sentences
from organisations.middleware import ACTIVE_AT
from organisations.models import User
from tests.support.purchases import Plan
from tests.support.seats import join_pool
from tests.support.world import World
from workflows.models import Case, Conflict, OutboxRow

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    """A browser in which `user` is signed in, in English."""
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def told(world: World, count: int) -> list[Case]:
    """So many cases of which the screener has been told."""
    cases = [world.file() for _ in range(count)]
    relay()
    return list(cases)


@pytest.mark.parametrize("name", ["notices", "notice"])
def test_page_anonymous_is_sent_to_sign_in(name: str) -> None:
    answer = Client().get(reverse(name, args=[1] if name == "notice" else []))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_page_of_somebody_without_notices_says_what_comes_here(world: World) -> None:
    page = signed_in(world.administrator).get(reverse("notices")).content.decode()
    assert "No notices yet" in page


def test_page_names_each_case_and_event_newest_first(world: World) -> None:
    first, second = told(world, 2)
    page = signed_in(world.screener).get(reverse("notices")).content.decode()
    sentence = f"Case {second.number}: A new complaint, to be screened"
    assert sentence in page
    assert page.index(second.number) < page.index(first.number)


def test_page_shows_nothing_of_others(world: World) -> None:
    (case,) = told(world, 1)
    assert case.number not in signed_in(world.head).get(reverse("notices")).content.decode()


def test_sentence_of_a_protected_case_says_no_more_than_news(world: World) -> None:
    case = world.file(world.corruption)
    relay()
    notice = Notice.objects.get(recipient=world.centre_screener)
    with translation.override("en"):
        assert sentences([notice]) == [f"Case {case.number} has news"]


@pytest.mark.parametrize(
    ("percent", "words"), [(80, "80% of the time for"), (100, "has ended"), (150, "is overdue, 150% of its time")]
)
def test_sentence_of_a_warning_names_the_clock(world: World, percent: int, words: str) -> None:
    case = world.into("investigating")
    facts = {"clock": 1, "code": "investigate", "percent": percent}
    OutboxRow.objects.create(case=case, event="clock_warning", facts=facts, at=timezone.now())
    relay()
    with translation.override("en"):
        (sentence,) = sentences([Notice.objects.get(recipient=world.officer, event="clock_warning")])
    assert case.number in sentence
    assert words in sentence
    assert "investigate" not in sentence  # the name of the rule stands there, not its code


def test_every_event_of_the_graph_has_a_sentence(world: World) -> None:
    (case,) = told(world, 1)
    notice = Notice.objects.get()
    graph = case.graph
    for edge in graph.edges:
        if edge.tells:
            notice.event = edge.name
            assert case.number in sentences([notice])[0]


def test_case_that_is_no_longer_his_hides_its_notices(world: World) -> None:
    one, other = told(world, 2)
    Conflict.objects.create(case=one, user=world.screener, at=timezone.now())
    assert [notice.case_id for notice in notices_of(world.screener)] == [other.pk]
    assert unread_count(world.screener) == 1
    hidden = Notice.objects.get(recipient=world.screener, case=one)
    assert signed_in(world.screener).get(reverse("notice", args=[hidden.number])).status_code == 404


def test_opening_a_notice_marks_it_read_and_leads_to_the_case(world: World) -> None:
    (case,) = told(world, 1)
    answer = signed_in(world.screener).get(reverse("notice", args=[1]))
    assert answer["Location"] == reverse("case", args=[case.public_id])
    assert Notice.objects.get().read_at is not None


def test_notice_of_a_citizen_leads_to_his_own_pages(plan: Plan) -> None:
    account = join_pool(plan.citizen(), plan.staff).account
    assert account is not None
    now = timezone.now()
    row = OutboxRow.objects.create(case=None, event="any", at=now, relayed_at=now)
    Notice.objects.create(recipient=account, number=1, outbox=row, event="any", at=now, told_at=now)
    assert signed_in(account).get(reverse("notice", args=[1]))["Location"] == reverse("my_seats")
    assert Notice.objects.get().read_at is not None


def test_notice_of_another_person_is_not_there(world: World) -> None:
    told(world, 1)
    assert signed_in(world.head).get(reverse("notice", args=[1])).status_code == 404
    assert Notice.objects.get().read_at is None


def test_mark_all_read_leaves_what_came_since(world: World) -> None:
    told(world, 2)
    client = signed_in(world.screener)
    newest = client.get(reverse("notices")).context["newest"]
    told(world, 1)
    client.post(reverse("notices_read"), {"up_to": newest})
    assert [notice.read_at is None for notice in Notice.objects.order_by("number")] == [False, False, True]


@pytest.mark.parametrize("up_to", ["", "x", "9" * 30, "-1"])
def test_mark_all_read_without_sense_changes_nothing(world: World, up_to: str) -> None:
    told(world, 1)
    assert signed_in(world.screener).post(reverse("notices_read"), {"up_to": up_to}).status_code == 302
    assert Notice.objects.get().read_at is None


def test_mark_all_read_takes_forms_only(world: World) -> None:
    assert signed_in(world.screener).get(reverse("notices_read")).status_code == 405


def test_pages_follow_one_another_without_a_gap(world: World) -> None:
    told(world, 53)
    client = signed_in(world.screener)
    first = client.get(reverse("notices"))
    second = client.get(f"{reverse('notices')}{first.context['older']}")
    found = [notice.number for answer in (first, second) for notice, _sentence in answer.context["rows"]]
    assert found == list(range(53, 0, -1))
    assert second.context["older"] is None


@pytest.mark.parametrize("count", [1, 50])
def test_page_takes_a_constant_number_of_statements(
    world: World, count: int, django_assert_max_num_queries: Any
) -> None:
    told(world, count)
    client = signed_in(world.screener)
    with django_assert_max_num_queries(10):
        client.get(reverse("notices"))


# --- The bell ---------------------------------------------------------------------------------------------------------
def test_bell_counts_what_is_unread(world: World) -> None:
    told(world, 3)
    assert "3 unread" in signed_in(world.screener).get(reverse("notices_bell")).content.decode()
    assert "unread</span>" not in signed_in(world.head).get(reverse("notices_bell")).content.decode()


def test_bell_says_up_to_which_notice_it_has_counted(world: World) -> None:
    told(world, 3)
    client = signed_in(world.screener)
    client.get(reverse("notice", args=[2]))
    page = client.get(reverse("notices_bell")).content.decode()
    assert f'data-person="{world.screener.pk}" data-unread="2" data-last="3"' in page


def test_bell_counts_nothing_that_comes_while_it_counts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last number is asked first; a notice that is told after that is for the page itself to add."""
    told(world, 1)
    client = signed_in(world.screener)

    def then_another(user: User) -> int:
        last = last_number(user)
        told(world, 1)
        return last

    monkeypatch.setattr("notifications.views.notices.last_number", then_another)
    page = client.get(reverse("notices_bell")).content.decode()
    assert 'data-unread="1" data-last="1"' in page


def test_bell_stops_counting_at_99(world: World) -> None:
    (case,) = told(world, 1)
    first = Notice.objects.get()
    rows = OutboxRow.objects.bulk_create(
        [OutboxRow(case=case, event="register", at=timezone.now(), relayed_at=timezone.now()) for _ in range(120)]
    )
    Notice.objects.bulk_create(
        [
            Notice(
                recipient=world.screener,
                number=first.number + i,
                outbox=row,
                case=case,
                event="register",
                at=row.at,
                told_at=row.at,
            )
            for i, row in enumerate(rows, start=1)
        ]
    )
    NoticeCounter.objects.filter(recipient=world.screener).update(last=first.number + 120)
    assert "99+" in signed_in(world.screener).get(reverse("notices_bell")).content.decode()


def test_bell_of_a_signed_out_browser_is_401_and_no_sign_in_page() -> None:
    answer = Client().get(reverse("notices_bell"))
    assert answer.status_code == 401
    assert answer.content == b""
    assert Client().get(reverse("notices_latest")).status_code == 401


def test_bell_keeps_nobody_signed_in(world: World) -> None:
    client = signed_in(world.screener)
    client.get(reverse("notices"))
    session = client.session
    session[ACTIVE_AT] = before = session[ACTIVE_AT] - int(timedelta(minutes=20).total_seconds())
    session.save()
    for name in ("notices_bell", "notices_latest", "notices"):
        client.get(reverse(name), headers={"HX-Request": "true", "HX-Trigger": f"poll-{name}"})
    assert client.session[ACTIVE_AT] == before
    client.get(reverse("notices"))
    assert client.session[ACTIVE_AT] > before


def test_bell_stands_in_the_header_and_asks_as_a_poll(world: World) -> None:
    page = signed_in(world.screener).get(reverse("notices")).content.decode()
    assert 'id="poll-bell"' in page
    assert f'hx-get="{reverse("notices_bell")}"' in page
    # Without JavaScript it is a link, and the panel is not there.
    assert f'<a class="bell" href="{reverse("notices")}"' in page
    assert '<details class="menu bell-menu" hidden>' in page


def test_page_that_asks_by_itself_takes_no_message_away(world: World) -> None:
    """What was said to a person after his form waits for the page he looks at next."""
    client = signed_in(world.screener)
    client.post(reverse("profile"), {"language": "en"})
    poll = client.get(reverse("notices"), headers={"HX-Request": "true", "HX-Trigger": "poll-notices"})
    assert "notice-success" not in poll.content.decode()
    assert "notice-success" in client.get(reverse("notices")).content.decode()


# --- The panel under the bell -----------------------------------------------------------------------------------------
def test_latest_shows_the_last_eight_newest_first(world: World) -> None:
    cases = told(world, 9)
    client = signed_in(world.screener)
    client.get(reverse("notice", args=[9]))
    page = client.get(reverse("notices_latest")).content.decode()
    assert [page.count(case.number) for case in cases] == [0] + [1] * 8
    assert page.index(cases[8].number) < page.index(cases[1].number)
    assert page.count("is-unread") == 7


def test_latest_of_somebody_without_notices_says_so(world: World) -> None:
    page = signed_in(world.head).get(reverse("notices_latest")).content.decode()
    assert "No notices yet" in page
    assert "Mark all as read" not in page


def test_latest_hides_a_case_that_is_no_longer_his(world: World) -> None:
    one, other = told(world, 2)
    Conflict.objects.create(case=one, user=world.screener, at=timezone.now())
    page = signed_in(world.screener).get(reverse("notices_latest")).content.decode()
    assert one.number not in page
    assert other.number in page


def test_mark_all_read_from_the_panel_answers_the_panel(world: World) -> None:
    _one, other = told(world, 2)
    client = signed_in(world.screener)
    page = client.post(reverse("notices_read"), {"up_to": 2}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert other.number in page
    assert "Mark all as read" not in page
    assert "is-unread" not in page
    assert unread_count(world.screener) == 0


@pytest.mark.parametrize("count", [1, 50])
def test_latest_takes_a_constant_number_of_statements(
    world: World, count: int, django_assert_max_num_queries: Any
) -> None:
    told(world, count)
    client = signed_in(world.screener)
    with django_assert_max_num_queries(10):
        client.get(reverse("notices_latest"))
