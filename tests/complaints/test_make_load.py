"""The load for benchmarks: written past `perform()`, and nothing in it contradicts what `perform()` would write."""

import random
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from complaints.demo import bulk
from complaints.demo.bulk_rows import BulkRows, scrambled
from complaints.demo.bulk_tables import line
from complaints.demo.journeys import walks
from complaints.demo.plan import plan
from complaints.demo.play import Player
from complaints.models import Complaint, ComplaintCase
from complaints.states import STATES
from organisations.calendar import current_calendar
from organisations.demo.load import load_organisation
from workflows.checks import problems
from workflows.models import Case, Clock
from workflows.models.search import CaseSearch
from workflows.verification import Report, verify

A_DAY = date(2026, 11, 20)
KEYED = {"workflows_casekey", "complaints_complaint"}


def _load(count: int, today: date = A_DAY) -> None:
    call_command("make_load", "--complaints", str(count), "--today", today.isoformat())


@pytest.mark.django_db
def test_make_load_leaves_everything_in_agreement() -> None:
    _load(400)
    assert ComplaintCase.objects.count() == Complaint.objects.count() == 400
    assert list(problems()) == []
    report = Report()
    assert list(verify(report)) == []
    assert report.cases == 400


@pytest.mark.django_db
def test_make_load_for_the_same_day_is_the_same() -> None:
    load_organisation(A_DAY)

    def made() -> dict[str, str]:
        rows = BulkRows(A_DAY, current_calendar(), random.Random(1))  # noqa: S311 - made-up data
        for order in range(60):
            rows.add(order, datetime(2026, 9, 1, tzinfo=UTC) + timedelta(hours=order))
        # Keys are drawn anew every time, and what is sealed with them differs.
        return {table.name: table.take() for table in rows.tables if table.name not in KEYED}

    assert made() == made()


@pytest.mark.django_db
def test_make_load_where_there_are_cases_is_refused() -> None:
    _load(3)
    with pytest.raises(CommandError, match="empty database"):
        _load(3)
    assert Case.objects.count() == 3


@pytest.mark.django_db
def test_make_load_of_nothing_is_refused() -> None:
    with pytest.raises(CommandError, match="at least 1"):
        _load(0)


@pytest.mark.django_db
def test_make_load_with_production_settings_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.production")
    with pytest.raises(CommandError, match="production"):
        _load(1)


@pytest.mark.django_db
def test_make_load_too_large_for_the_role_is_refused_and_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_switch_triggers_off", lambda: False)
    monkeypatch.setattr(bulk, "MOST_WITH_TRIGGERS", 2)
    with pytest.raises(CommandError, match="session_replication_role"):
        _load(3)
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_make_load_with_triggers_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_switch_triggers_off", lambda: False)
    _load(40)
    assert list(problems()) == []
    assert CaseSearch.objects.count() == Case.objects.exclude(subject="").count()


@pytest.mark.django_db
def test_make_load_can_be_searched_and_keeps_its_indexes() -> None:
    def indexes() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexname || indexdef FROM pg_indexes WHERE schemaname = 'public'")
            return {name for (name,) in cursor.fetchall()}

    before = indexes()
    _load(40)
    assert indexes() == before
    assert CaseSearch.objects.count() == Case.objects.exclude(subject="").count()


@pytest.mark.django_db
def test_make_load_goes_on_with_ordinary_work(settings: object, tmp_path: Path) -> None:
    """The keys and numbers go on after those of the load."""
    settings.EVIDENCE_ROOT = tmp_path
    today = timezone.localdate()
    _load(50, today)
    story = next(story for story in plan(today, current_calendar()) if story.target == "closed" and not story.protected)
    played = Player(today).play(story)
    assert played.state == "closed"
    assert list(problems()) == []


@pytest.mark.django_db
def test_make_load_lies_in_the_past_and_sends_nothing() -> None:
    _load(200)
    assert not Case.objects.filter(changed_at__gt=timezone.make_aware(datetime.combine(A_DAY, time.min))).exists()
    assert not Clock.objects.filter(silent=False).exists()
    assert not Case.objects.filter(silent=False).exists()


def test_journeys_reach_every_state_that_needs_nobody_elsewhere() -> None:
    """The others need a second case or an agency's answer, and rows of their own; the demo plays those."""
    elsewhere = {"awaiting_agency", "referred", "suspended_case", "merged"}
    assert {walk.state for walk in walks()} == {state.code for state in STATES} - elsewhere


def test_journeys_cover_every_age_of_a_year() -> None:
    for age in range(366):
        assert any(age in walk.fits for walk in walks()), age


def test_journeys_end_before_the_case_is_as_old() -> None:
    assert all(walk.entries[-1].day <= walk.fits.start for walk in walks())


def test_scrambled_codes_are_never_doubled() -> None:
    assert len({scrambled(order, 8) for order in range(20_000)}) == 20_000
    assert len({scrambled(order, 2) for order in range(1024)}) == 1024


def test_line_of_copy_escapes_what_would_end_a_column_or_a_row() -> None:
    assert line(("a\tb\nc\\", None, True, 3, b"\x01")) == "a\\tb\\nc\\\\\t\\N\tTrue\t3\t\\\\x01\n"
