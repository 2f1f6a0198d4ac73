"""Digests: one a person and period whoever writes them, and in each what waits for its reader and nobody else's."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from notifications import choices, digests
from notifications.digests import letter, make_digests
from notifications.letters import NotToSend
from notifications.letters import compose as compose_letter
from notifications.models import Choice, Delivery, DeliveryLine, DigestTime, Notice, Road
from notifications.relay import relay
from organisations.models import Leave, User
from tests.support.world import World, make_person
from workflows.models import Case, Clock, Conflict
from workflows.watch import give_warnings

ZONE = timezone.get_default_timezone()
FRIDAY = date(2026, 11, 20)


def at(hour: int, day: date = FRIDAY, minute: int = 0) -> datetime:
    """A moment of the office: Bangkok, but for a run near midnight (config/settings/test.py)."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def addressed(user: User, **changes: object) -> User:
    """The person with an e-mail address, reading English."""
    User.objects.filter(pk=user.pk).update(**{"email": f"{user.username}@example.go.th", "language": "en", **changes})
    return User.objects.get(pk=user.pk)


def rows(user: User) -> list[tuple[str, date | None]]:
    """The digests of `user`: period and day, in the order in which they were written."""
    found = Delivery.objects.filter(recipient=user, contents=Delivery.Contents.DIGEST).order_by("pk")
    return [(row.period, row.day) for row in found]


def digest_of(user: User, period: str = "daily") -> Delivery:
    """A digest that leaves now."""
    return Delivery.objects.create(
        road=Road.EMAIL, contents=Delivery.Contents.DIGEST, target=f"user:{user.pk}", recipient=user, period=period,
        day=timezone.localdate(), due_at=timezone.now(),
    )  # fmt: skip


def text_of(user: User, period: str = "daily") -> str:
    """What a digest of this moment says; "" for nothing. It is not kept."""
    delivery = digest_of(User.objects.get(pk=user.pk), period)
    try:
        return compose_letter(delivery)[1].text
    except NotToSend:
        return ""
    finally:
        delivery.delete()


def due(case: Case, days: int) -> Case:
    """The case with every duty due so many days from today."""
    day = timezone.localdate() + timedelta(days=days)
    Clock.objects.filter(case=case.pk, stopped_on=None, duty=True).update(due_on=day)
    Case.objects.filter(pk=case.pk).update(next_due=day)
    return Case.objects.get(pk=case.pk)


def wants(user: User, pace: str, *topics: str) -> None:
    """The person chooses a pace for these topics (all that there are when none is named)."""
    for topic in topics or list(choices.PRACTICES):
        Choice.objects.update_or_create(user=user, topic=topic, defaults={"email": pace, "line": False})


# --- When -------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_daily_waits_for_its_hour_and_comes_once() -> None:
    user = addressed(make_person("one"))
    assert make_digests(at(7, minute=59)) == 0
    assert make_digests(at(8)) == 1
    assert make_digests(at(8)) == make_digests(at(20)) == 0
    assert make_digests(at(0, FRIDAY + timedelta(days=1))) == 0
    assert make_digests(at(9, FRIDAY + timedelta(days=1))) == 1
    assert rows(user) == [("daily", FRIDAY), ("daily", FRIDAY + timedelta(days=1))]


@pytest.mark.django_db
@override_settings(TIME_ZONE="Asia/Bangkok")
def test_daily_hour_is_bangkok_whatever_the_zone_of_the_machine() -> None:
    user = addressed(make_person("one"))
    DigestTime.objects.create(user=user, hour=0)
    # 17:30 of UTC is half past midnight, and the next day, in Bangkok.
    assert make_digests(datetime(2026, 11, 20, 16, 59, tzinfo=UTC)) == 1
    assert make_digests(datetime(2026, 11, 20, 17, 30, tzinfo=UTC)) == 1
    assert rows(user) == [("daily", FRIDAY), ("daily", FRIDAY + timedelta(days=1))]


@pytest.mark.django_db
def test_daily_missed_is_made_up_for_on_the_same_day_and_not_on_the_next() -> None:
    user = addressed(make_person("one"))
    assert make_digests(at(23, minute=50)) == 1
    assert make_digests(at(8, FRIDAY + timedelta(days=3))) == 1
    assert rows(user) == [("daily", FRIDAY), ("daily", FRIDAY + timedelta(days=3))]


@pytest.mark.django_db
def test_daily_hour_changed_after_it_came_brings_no_second() -> None:
    user = addressed(make_person("one"))
    make_digests(at(8))
    DigestTime.objects.create(user=user, hour=15)
    assert make_digests(at(16)) == 0


@pytest.mark.django_db
def test_weekly_is_only_for_who_wants_something_weekly_and_on_his_day() -> None:
    user, other = addressed(make_person("one")), addressed(make_person("two"))
    wants(user, "weekly", "complaints")
    DigestTime.objects.create(user=user, hour=10, weekday=4)
    make_digests(at(9, FRIDAY - timedelta(days=6)))  # the Saturday before
    make_digests(at(9))
    assert [row for row in rows(user) if row[0] == "weekly"] == [("weekly", FRIDAY - timedelta(days=7))]
    make_digests(at(10))
    make_digests(at(10, FRIDAY + timedelta(days=1)))
    assert [row for row in rows(user) if row[0] == "weekly"][1:] == [("weekly", FRIDAY)]
    assert all(period == "daily" for period, _day in rows(other))


@pytest.mark.django_db
def test_weekly_day_moved_back_brings_no_second() -> None:
    user = addressed(make_person("one"))
    wants(user, "weekly", "complaints")
    DigestTime.objects.create(user=user, hour=8, weekday=4)
    make_digests(at(8))
    DigestTime.objects.update(weekday=3)
    make_digests(at(12))
    make_digests(at(12, FRIDAY + timedelta(days=5)))  # Wednesday
    assert [row for row in rows(user) if row[0] == "weekly"] == [("weekly", FRIDAY)]
    make_digests(at(12, FRIDAY + timedelta(days=6)))
    assert ("weekly", FRIDAY + timedelta(days=6)) in rows(user)


@pytest.mark.django_db
def test_nobody_gets_one_without_address_on_leave_inactive_or_from_another_book(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_person("silent")
    gone, away, citizen = (addressed(make_person(name)) for name in ("gone", "away", "citizen"))
    User.objects.filter(pk=gone.pk).update(is_active=False)
    today = timezone.localdate()
    Leave.objects.create(
        user=away, deputy=make_person("deputy"), valid=DateRange(today, today + timedelta(days=1))
    )  # fmt: skip
    monkeypatch.setattr(choices, "_readers", [lambda ids: {citizen.pk: True} if citizen.pk in set(ids) else {}])
    assert make_digests(at(12)) == 0
    Leave.objects.all().delete()
    assert make_digests(at(12)) == 1
    assert rows(away)


@pytest.mark.django_db
def test_digest_with_nothing_to_say_is_dropped_at_once(world: World) -> None:
    idle, busy = addressed(world.executive), addressed(world.officer)
    due(world.into("investigating"), -1)
    make_digests(timezone.localtime().replace(hour=23))
    dropped, waiting = Delivery.objects.get(recipient=idle), Delivery.objects.get(recipient=busy)
    assert (dropped.state, dropped.reason) == ("dropped", "nothing to say")
    assert dropped.ended_at is not None
    assert (waiting.state, waiting.reason, waiting.ended_at) == ("waiting", "", None)


@pytest.mark.django_db
def test_writing_asks_as_many_questions_for_sixty_people_as_for_one() -> None:
    def count(moment: datetime) -> int:
        with CaptureQueriesContext(connection) as asked:
            make_digests(moment)
        return len(asked)

    addressed(make_person("first"))
    one = count(at(9))
    for number in range(60):
        addressed(make_person(f"person{number}"))
    assert count(at(9, FRIDAY + timedelta(days=1))) == one
    assert Delivery.objects.count() == 62


@pytest.mark.django_db(transaction=True)
def test_many_machines_at_once_write_each_digest_once() -> None:
    people = [addressed(make_person(f"person{number}")) for number in range(40)]
    machines = 4
    barrier = Barrier(machines)

    def run(_machine: int) -> int:
        try:
            barrier.wait()
            return make_digests(at(9))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(machines) as pool:
        counts = list(pool.map(run, range(machines)))
    assert sum(counts) == len(people)
    assert all(rows(user) == [("daily", FRIDAY)] for user in people)


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(
    hour=st.integers(0, 23),
    weekday=st.integers(0, 6),
    minutes=st.lists(st.integers(0, 15 * 24 * 60 - 1), min_size=1, max_size=12),
)
def test_whoever_runs_whenever_gives_one_a_period(hour: int, weekday: int, minutes: list[int]) -> None:
    DigestTime.objects.all().delete()
    Delivery.objects.all().delete()
    user = User.objects.filter(username="one").first() or addressed(make_person("one"))
    wants(user, "weekly", "complaints")
    DigestTime.objects.create(user=user, hour=hour, weekday=weekday)
    runs = [at(0) + timedelta(minutes=minute) for minute in sorted(minutes)]
    for moment in runs:
        make_digests(moment)
    daily = [day for period, day in rows(user) if period == "daily"]
    weekly = [day for period, day in rows(user) if period == "weekly"]
    assert daily == sorted({moment.date() for moment in runs if moment.hour >= hour})
    assert len(weekly) == len(set(weekly))
    assert all(day is not None and day.weekday() == weekday for day in weekly)
    on_the_day = {moment.date() for moment in runs if moment.weekday() == weekday and moment.hour >= hour}
    assert on_the_day <= set(weekly)


# --- What -------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_letter_names_the_overdue_of_its_reader_oldest_first(world: World) -> None:
    officer = addressed(world.officer)
    older, newer, mine_not = (world.into("investigating") for _ in range(3))
    due(newer, -2)
    due(older, -9)
    Case.objects.filter(pk=due(mine_not, -5).pk).update(holder=world.officer2)
    Notice.objects.all().delete()
    text = text_of(officer)
    assert text.index(older.number) < text.index(newer.number)
    assert mine_not.number not in text
    assert "9 days late" in text
    assert settings.SITE_URL + reverse("case", args=[older.public_id]) in text
    assert settings.SITE_URL + reverse("digest") in text
    assert settings.SITE_URL + reverse("notice_choices") in text


@pytest.mark.django_db
def test_letter_counts_what_is_too_much(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "MOST", 2)
    officer = addressed(world.officer)
    for _ in range(3):
        case = due(world.into("investigating"), -1)
    found = Clock.objects.filter(case__holder=officer, duty=True, stopped_on=None).count()
    text = text_of(officer)
    assert f"and {found - 2} more" in text
    assert text.count("1 day late") == 2
    assert case.number not in text.split("and ")[0]


@pytest.mark.django_db
def test_letter_looks_three_days_ahead(world: World) -> None:
    officer = addressed(world.officer)
    today, third, fourth = (world.into("investigating") for _ in range(3))
    due(today, 0), due(third, 3), due(fourth, 4)
    text = text_of(officer)
    assert "Due within 3 days" in text
    assert today.number in text
    assert third.number in text
    assert fourth.number not in text
    assert "Overdue" not in text
    wants(officer, "never", "deadlines")
    assert "Due within" not in text_of(officer)


@pytest.mark.django_db
def test_overdue_cannot_be_switched_off(world: World) -> None:
    officer = addressed(world.officer)
    case = due(world.into("investigating"), -20)
    wants(officer, "never")
    assert case.number in text_of(officer)


@pytest.mark.django_db
def test_what_waits_for_a_decision_is_the_approvers_and_the_late_of_a_unit_its_heads(world: World) -> None:
    case = due(world.into("review"), -1)
    Notice.objects.all().delete()
    told = {name: case.number in text_of(addressed(getattr(world, name))) for name in ("approver", "head", "screener")}
    assert told == {"approver": True, "head": True, "screener": False}
    due(case, 2)
    asked = due(world.into("awaiting_complainant"), 2)
    Notice.objects.all().delete()
    told = {name: case.number in text_of(getattr(world, name)) for name in ("approver", "head")}
    assert told == {"approver": True, "head": False}
    assert asked.number not in text_of(world.approver)


@pytest.mark.django_db
def test_what_nobody_has_waits_for_screener_then_head(world: World) -> None:
    fresh, accepted = due(world.into("received"), 1), due(world.into("accepted"), 1)
    assert fresh.holder is accepted.holder is None
    screener, head = text_of(addressed(world.screener)), text_of(addressed(world.head))
    assert fresh.number in screener
    assert accepted.number not in screener
    assert accepted.number in head
    assert fresh.number not in head


@pytest.mark.django_db
def test_where_nobody_decides_it_rises_to_the_nearest_above(world: World) -> None:
    case = due(world.into("review"), -1)
    upper = addressed(world.upper_approver)
    assert case.number not in text_of(upper)
    User.objects.filter(pk=world.approver.pk).update(is_active=False)
    assert case.number in text_of(upper)


@pytest.mark.django_db
def test_deputy_reads_what_waits_for_whom_he_stands_in(world: World) -> None:
    case = due(world.into("investigating"), -1)
    deputy = addressed(world.officer2)
    assert case.number not in text_of(deputy)
    today = timezone.localdate()
    Leave.objects.create(user=world.officer, deputy=deputy, valid=DateRange(today, today + timedelta(days=1)))
    assert case.number in text_of(deputy)
    make_digests(timezone.localtime().replace(hour=23))
    assert Delivery.objects.get(recipient=deputy).state == "waiting"


@pytest.mark.django_db
def test_silent_imports_and_conflicts_and_windows_are_left_out(world: World) -> None:
    officer = addressed(world.officer)
    silent, conflicted = due(world.into("investigating"), -1), due(world.into("investigating"), -1)
    Clock.objects.filter(case=silent.pk).update(silent=True)
    Conflict.objects.create(case=conflicted, user=officer, at=timezone.now())
    assert text_of(officer) == ""


@pytest.mark.django_db
def test_protected_case_gives_its_number_and_nothing_else(world: World) -> None:
    officer = addressed(world.centre_officer)
    case = due(world.into("investigating", world.corruption), -1)
    relay()
    text = text_of(officer)
    assert case.number in text
    names = [clock.rule.name_en for clock in Clock.objects.filter(case=case).select_related("rule")]
    assert not any(name in text for name in names)
    assert "late" not in text.replace("latest", "")
    assert "Assign" not in text
    assert f"Case {case.number} has news" in text
    assert not any(case.number in text_of(addressed(user)) for user in (world.head, world.executive, world.officer))


@pytest.mark.django_db
def test_news_are_what_is_not_read_of_the_topics_of_this_pace(world: World) -> None:
    head = addressed(world.head)
    first, second = world.into("accepted"), world.into("accepted")
    relay()
    assert {first.number in text_of(head), second.number in text_of(head)} == {True}
    Notice.objects.filter(recipient=head, case=first.pk).update(read_at=timezone.now())
    assert f"Case {first.number}" not in text_of(head)
    assert f"Case {second.number}: Accept" in text_of(head)
    assert text_of(head, "weekly") == ""
    wants(head, "weekly", "complaints")
    assert f"Case {second.number}: Accept" not in text_of(head)
    assert f"Case {second.number}: Accept" in text_of(head, "weekly")


@pytest.mark.django_db
def test_news_that_were_mailed_or_told_by_the_last_digest_are_not_told_again(world: World) -> None:
    head = addressed(world.head)
    mailed, digested, fresh = (world.into("accepted") for _ in range(3))
    relay()
    notices = {notice.case_id: notice for notice in Notice.objects.filter(recipient=head)}
    news = Delivery.objects.create(road=Road.EMAIL, target=f"user:{head.pk}", recipient=head, due_at=timezone.now())
    DeliveryLine.objects.create(delivery=news, outbox=notices[mailed.pk].outbox, road=Road.EMAIL, target=news.target)
    yesterday = timezone.now() - timedelta(days=1)
    Notice.objects.filter(pk=notices[digested.pk].pk).update(told_at=yesterday - timedelta(hours=1))
    before = digest_of(head)
    Delivery.objects.filter(pk=before.pk).update(
        day=timezone.localdate() - timedelta(days=1), created_at=yesterday, state="sent", ended_at=yesterday
    )
    text = text_of(head)
    assert f"Case {fresh.number}: Accept" in text
    assert f"Case {mailed.number}: Accept" not in text
    assert f"Case {digested.number}: Accept" not in text
    # What never arrived has not been told.
    Delivery.objects.filter(pk=before.pk).update(state="dead")
    assert f"Case {digested.number}: Accept" in text_of(head)


@pytest.mark.django_db
def test_news_of_a_case_stand_together_each_sentence_once(world: World) -> None:
    screener = addressed(world.screener)
    case = world.file(world.simple)
    relay()
    row = Notice.objects.get(recipient=screener, case=case.pk)
    for number in (7, 8):
        outbox = row.outbox
        outbox.pk, outbox.relayed_at = None, timezone.now()
        outbox.save()
        Notice.objects.create(
            recipient=screener, number=number, outbox=outbox, case=row.case, event=row.event, at=row.at,
            told_at=timezone.now(),
        )  # fmt: skip
    text = text_of(screener)
    assert text.count(f"Case {case.number}: A new complaint, to be screened") == 1
    assert reverse("notice", args=[8]) in text
    assert reverse("notice", args=[7]) not in text


@pytest.mark.django_db
def test_warnings_of_a_head_are_one_list(world: World) -> None:
    case = world.into("investigating")
    clock = Clock.objects.filter(case=case, duty=True, stopped_on=None).order_by("due_on")[0]
    assert clock.due_on is not None
    Clock.objects.filter(pk=clock.pk).update(next_warning_on=timezone.localdate() - timedelta(days=1))
    give_warnings(clock.due_on + timedelta(days=1))
    due(case, -1)
    relay()
    head = addressed(world.head)
    wants(head, "daily", "overdue")
    assert Notice.objects.filter(recipient=head, event="clock_warning").exists()
    text = text_of(head)
    assert "Overdue" in text
    assert "has ended" not in text
    assert "% of the time" not in text


@pytest.mark.django_db
def test_older_digest_that_still_waits_leaves_it_to_the_newer(world: World) -> None:
    officer = addressed(world.officer)
    due(world.into("investigating"), -1)
    older = digest_of(officer)
    Delivery.objects.filter(pk=older.pk).update(day=timezone.localdate() - timedelta(days=1))
    older.refresh_from_db()
    newer = digest_of(officer)
    assert letter(older) is None
    assert letter(newer) is not None


@pytest.mark.django_db
def test_letter_is_in_the_language_and_numerals_of_its_reader(world: World) -> None:
    officer = addressed(world.officer, language="th", thai_numerals=True)
    due(world.into("investigating"), -1)
    delivery = digest_of(officer)
    with translation.override("en"):
        found = compose_letter(delivery)[1]
    assert "๒๕๖๙" in found.subject
    assert "2569" not in found.text.replace("https://", "")
    assert officer.name_th not in found.text


@pytest.mark.django_db
def test_nobody_reads_in_it_what_he_lost_the_right_to(world: World) -> None:
    head = addressed(world.head)
    case = world.into("accepted")
    relay()
    assert case.number in text_of(head)
    head.holdings.update(post=world.stranger.holdings.get().post, deputy=True)
    assert text_of(User.objects.get(pk=head.pk)) == ""


# --- The page ---------------------------------------------------------------------------------------------------------
def signed_in(user: User) -> Client:
    """A browser in which the person is signed in, in English."""
    client = Client()
    client.force_login(addressed(user), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_page_anonymous_is_sent_to_sign_in(db: None) -> None:
    answer = Client().get(reverse("digest"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.django_db
def test_page_shows_the_same_to_who_has_no_mail(world: World) -> None:
    late, soon = due(world.into("investigating"), -1), due(world.into("investigating"), 2)
    relay()
    client = signed_in(world.officer)
    User.objects.update(email="")
    body = client.get(reverse("digest")).content.decode()
    assert late.number in body
    assert soon.number in body
    assert "Not read yet" in body
    assert "Nothing waits" in signed_in(world.custodian).get(reverse("digest")).content.decode()


@pytest.mark.django_db
def test_page_asks_as_many_questions_for_thirty_cases_as_for_two(world: World) -> None:
    client = signed_in(world.officer)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("digest"))
        return len(asked)

    for _ in range(2):
        due(world.into("investigating"), -1)
    relay()
    count()
    few = count()
    for _ in range(15):
        due(world.into("investigating"), -1)
    relay()
    assert count() == few
