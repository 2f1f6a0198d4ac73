"""What the sockets ask the database: against slow programs that say the same, one person and one row at a time."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications import events
from notifications.choices import Topic
from notifications.live.reading import (
    ROWS_AT_ONCE,
    rows_after,
)
from notifications.models import Notice, NoticeCounter
from organisations.models import Holding, Role, User
from tests.support.world import World, make_person
from workflows.models import Case, Conflict, OutboxRow
from workflows.queries import known_among

pytestmark = pytest.mark.django_db

OLD = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def _news(monkeypatch: pytest.MonkeyPatch) -> None:
    """News about no case, that somebody was told."""
    event = events.Event("news", Topic.HOUSE, lambda _facts: [], lambda _facts: "news", lambda _facts: "/")
    monkeypatch.setitem(events._events, "news", event)


def tell(user: User, case: Case | None, count: int = 1, *, ago: timedelta = timedelta(0)) -> None:
    """Write notices of `case` for `user`, as the relay does that told them so long ago."""
    at = timezone.now() - ago
    counter, _ = NoticeCounter.objects.get_or_create(recipient=user)
    rows = OutboxRow.objects.bulk_create(
        OutboxRow(case=case, event="register" if case else "news", at=at, relayed_at=at) for _ in range(count)
    )
    Notice.objects.bulk_create(
        Notice(recipient=user, number=number, outbox=row, case=case, event=row.event, at=at, told_at=at)
        for number, row in enumerate(rows, start=counter.last + 1)
    )
    counter.last += count
    counter.save()


def numbers(user: User, seen: int = 0) -> list[int]:
    """The numbers of the next rows of `user`."""
    (batch,) = rows_after([(user.pk, seen)])
    return [row["n"] for row in batch.rows]


def declare(user: User, case: Case) -> None:
    """`user` has an interest in `case`, from now on."""
    Conflict.objects.create(case=case, user=user, at=timezone.now())


def protect(case: Case) -> None:
    """`case` turns out to be one that is protected."""
    Case.objects.filter(pk=case.pk).update(protected=True, subject="")


def leave_post(user: User) -> None:
    """`user` holds no post any more from today on."""
    Holding.objects.filter(user=user).update(valid=DateRange(date(2000, 1, 1), timezone.localdate()))


# --- Rows: the whole rule ---------------------------------------------------------------------------------------------
def expected(user: User, seen: int) -> tuple[list[int], int, bool]:
    """What one socket gets, by the words of `rows_after` and one row at a time."""
    shown, upto, looked_at = [], seen, 0
    for notice in Notice.objects.filter(recipient=user).order_by("number"):
        if notice.number <= seen:
            continue
        if looked_at == ROWS_AT_ONCE:
            break
        looked_at += 1
        upto = notice.number
        if notice.case_id is None or known_among(user, [notice.case_id]):
            shown.append(notice.number)
    return shown, upto, looked_at == ROWS_AT_ONCE


def test_any_sockets_together_get_what_each_would_get_alone(world: World) -> None:
    people = [world.screener, world.officer, world.head, world.approver, world.administrator]
    cases = [world.file() for _ in range(6)]
    declare(world.screener, cases[1])
    protect(cases[2])
    declare(world.head, cases[2])
    Case.objects.filter(pk=cases[3].pk).update(unit=world.other)
    chosen = random.Random(5)  # noqa: S311 - which case a notice is about
    for person, most in zip(people, (130, 60, 50, 49, 0), strict=True):
        for _ in range(most):
            # A right that was lost is looked for in what was told a while ago, here of the case that moved away.
            case = chosen.choice([*cases, None])
            tell(person, case, ago=OLD if case == cases[3] else chosen.choice([OLD, timedelta(0)]))
    answers: dict[tuple[int, int], tuple[list[int], int, bool]] = {}

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.sampled_from(people), st.integers(0, 140) | st.just(10**12)), max_size=12))
    def all_agree(asked: list[tuple[User, int]]) -> None:
        found = rows_after([(person.pk, seen) for person, seen in asked])
        assert len(found) == len(asked)
        for (person, seen), batch in zip(asked, found, strict=True):
            if (person.pk, seen) not in answers:
                answers[person.pk, seen] = expected(person, seen)
            assert ([row["n"] for row in batch.rows], batch.upto, batch.more) == answers[person.pk, seen]

    all_agree()


def test_who_follows_the_batches_to_the_end_gets_every_row_once_and_in_order(world: World) -> None:
    seen_case, hidden = world.file(), world.file()
    declare(world.screener, hidden)
    for _ in range(4):
        tell(world.screener, hidden, ROWS_AT_ONCE)
        tell(world.screener, seen_case, 7)
    found, seen, more = [], 0, True
    while more:
        (batch,) = rows_after([(world.screener.pk, seen)])
        found += [row["n"] for row in batch.rows]
        assert batch.upto > seen
        seen, more = batch.upto, batch.more
    assert seen == 4 * (ROWS_AT_ONCE + 7)
    mine = Notice.objects.filter(recipient=world.screener, case=seen_case).order_by("number")
    assert found == list(mine.values_list("number", flat=True))


def test_nobody_asked_and_nothing_new_are_nothing(world: World) -> None:
    assert rows_after([]) == []
    (batch,) = rows_after([(world.screener.pk, 0)])
    assert (list(batch.rows), batch.upto, batch.more) == ([], 0, False)


# --- Rows: what is hidden ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("ago", [timedelta(0), OLD], ids=["fresh", "old"])
def test_conflict_declared_since_hides_at_once(world: World, ago: timedelta) -> None:
    hidden, shown = world.file(), world.file()
    for case in (shown, hidden):
        tell(world.screener, case, ago=ago)
    declare(world.screener, hidden)
    declare(world.head, shown)  # another's conflict is his own
    (batch,) = rows_after([(world.screener.pk, 0)])
    assert [row["n"] for row in batch.rows] == [1]
    assert batch.upto == 2  # passed over, so that nobody asks for it again


@pytest.mark.parametrize("ago", [timedelta(0), OLD], ids=["fresh", "old"])
def test_case_that_became_protected_is_hidden_from_those_above_at_once(world: World, ago: timedelta) -> None:
    above = make_person("above", world.province, Role.SCREENER)
    case = world.file()
    for person in (above, world.screener):
        tell(person, case, ago=ago)
    assert numbers(above) == numbers(world.screener) == [1]
    protect(case)
    assert numbers(above) == []
    (batch,) = rows_after([(world.screener.pk, 0)])
    assert case.number in batch.rows[0]["text"]
    assert "ลงทะเบียน" not in batch.rows[0]["text"]


def test_right_that_was_lost_hides_what_was_told_a_while_ago(world: World) -> None:
    tell(world.screener, world.file(), ago=OLD)
    tell(world.screener, None, ago=OLD)
    assert numbers(world.screener) == [1, 2]
    leave_post(world.screener)
    assert numbers(world.screener) == [2]  # what is about no case was addressed to him


def test_fresh_rows_of_ordinary_cases_are_not_looked_at_again_for_each_person(world: World) -> None:
    case = world.file()
    people = [make_person(f"s{number}", world.district, Role.SCREENER) for number in range(20)]
    for person in people:
        tell(person, case)
    counts = []
    for asked in (people[:1], people):
        with CaptureQueriesContext(connection) as statements:
            found = rows_after([(person.pk, 0) for person in asked])
        assert all(len(batch.rows) == 1 for batch in found)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 4


# --- Rows: what stands in them ----------------------------------------------------------------------------------------
def test_row_says_what_a_page_needs(world: World) -> None:
    tell(world.screener, world.file(), 2)
    Notice.objects.filter(number=2).update(read_at=timezone.now())
    (batch,) = rows_after([(world.screener.pk, 0)])
    notice = Notice.objects.get(number=1)
    assert set(batch.rows[0]) == {"n", "text", "url", "at", "unread"}
    assert batch.rows[0]["url"] == "/notices/1/"
    assert batch.rows[0]["at"] == notice.at.isoformat()
    assert [row["unread"] for row in batch.rows] == [True, False]


def test_each_reads_in_his_language_and_numerals(world: World) -> None:
    case = world.file()
    readers = [world.screener, world.officer, world.head, world.approver]
    for user, (language, thai) in zip(readers, [("th", False), ("en", False), ("th", True), ("en", True)], strict=True):
        User.objects.filter(pk=user.pk).update(language=language, thai_numerals=thai)
        tell(user, case)
    texts = [batch.rows[0]["text"] for batch in rows_after([(user.pk, 0) for user in readers])]
    in_thai = case.number.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    assert in_thai != case.number
    assert texts[1] == f"Case {case.number}: A new complaint, to be screened"
    assert texts[3] == f"Case {in_thai}: A new complaint, to be screened"
    assert case.number in texts[0]
    assert "screened" not in texts[0] + texts[2]
    assert texts[2] == texts[0].translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))


def test_notice_of_an_edge_that_the_law_has_no_more_holds_back_nobody(world: World) -> None:
    case = world.file()
    tell(world.screener, case, 2)
    Notice.objects.filter(number=1).update(event="abolished")
    User.objects.update(language="en")
    (batch,) = rows_after([(world.screener.pk, 0)])
    assert [row["text"] for row in batch.rows] == [
        f"Case {case.number} has news",
        f"Case {case.number}: A new complaint, to be screened",
    ]
