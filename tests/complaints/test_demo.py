"""The demo: made-up people and complaints of a real province, the same for the same day."""

import hashlib
import random
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from complaints.demo import play as playing
from complaints.demo.pictures import picture
from complaints.demo.plan import TARGETS, TOTAL, Story, plan
from complaints.demo.play import SOURCE, Player, receipt_of
from complaints.demo.texts import bases
from complaints.models import Complaint, ComplaintCase, Question
from complaints.receipts import parse
from complaints.rule_data import KINDS
from complaints.rule_loading import load_rule_data
from complaints.states import STATES
from organisations.calendar import WorkingCalendar, current_calendar
from organisations.demo.clock import as_of
from organisations.demo.load import begun_on, load_organisation
from organisations.demo.people import PASSWORD, PEOPLE, POSTS, SIGN_INS
from organisations.demo.units import DISTRICTS, UNITS
from organisations.models import Role, Unit, UnitLink, UnitReach, User
from procurement.demo import plan as purchases
from procurement.models import Activity
from workflows.checks import problems
from workflows.models import LedgerEntry
from workflows.verification import Report, verify

A_DAY = date(2026, 11, 20)
FILES = ("general_simple", "general_long", "service", "procurement", "corruption", "internal", "declined")


@pytest.fixture(scope="module")
def stories() -> tuple[Story, ...]:
    return plan(A_DAY, WorkingCalendar())


# --- What is planned --------------------------------------------------------------------------------------------
def test_plan_for_the_same_day_is_the_same(stories: tuple[Story, ...]) -> None:
    assert plan(A_DAY, WorkingCalendar()) == stories


def test_plan_has_every_state_as_often_as_written(stories: tuple[Story, ...]) -> None:
    assert Counter(story.target for story in stories) == TARGETS
    assert set(TARGETS) == {state.code for state in STATES}
    assert len(stories) == TOTAL == 300


@pytest.mark.parametrize("days", range(0, 371, 53))
def test_plan_of_any_day_keeps_time_in_order_and_out_of_the_future(days: int) -> None:
    today = A_DAY + timedelta(days=days)
    for story in plan(today, WorkingCalendar()):
        moments = [act.at for act in story.acts]
        assert moments == sorted(set(moments)), story.number
        assert timezone.localdate(moments[-1]) < today, story.number


def test_plan_leaves_no_placeholder_in_a_text(stories: tuple[Story, ...]) -> None:
    for story in stories:
        for act in story.acts:
            assert not re.search(r"[{}]", str(act.facts.get("statement", ""))), story.number


def test_plan_has_no_telephone_number_identity_number_or_mailbox_of_anybody(stories: tuple[Story, ...]) -> None:
    for story in stories:
        said = repr([act.facts for act in story.acts])
        assert all(
            re.fullmatch(r"08\d-000-\d{4}", found) for found in re.findall(r"\b0\d{1,2}[- ]?\d{3}[- ]?\d{4}\b", said)
        )
        assert not re.search(r"\b\d[- ]?\d{4}[- ]?\d{5}[- ]?\d{2}[- ]?\d\b", said)
        assert all(found == "@example.org" for found in re.findall(r"@[\w.]+", said))


def test_plan_names_only_people_who_say_that_they_are_made_up(stories: tuple[Story, ...]) -> None:
    made_up = re.compile("สมมุติ|ตัวอย่าง|จำลอง|ทดลอง")
    assert all(made_up.search(person.name_th) for person in PEOPLE)
    identities = [story.begin.facts["identity"] for story in stories if story.begin.facts["identity"]]
    assert identities
    assert all(made_up.search(identity["name"]) for identity in identities)


def test_plan_accuses_only_offices_that_do_not_exist(stories: tuple[Story, ...]) -> None:
    real = re.compile("ที่ว่าการอำเภอ|ที่ทำการปกครอง")
    accusing = [story for story in stories if story.begin.base.protected]
    assert accusing
    assert not any(real.search(story.begin.facts["statement"]) for story in accusing)


def test_texts_name_kinds_that_exist_and_are_told_to_the_end() -> None:
    simple = {kind.code for kind in KINDS if kind.simple}
    known = {kind.code for kind in KINDS}
    for name in FILES:
        for base in bases(name):
            assert base.kind in known
            assert base.openings
            assert base.details
            if name == "declined":
                assert base.ground
                assert base.reply
            elif name == "general_simple":
                assert base.kind in simple
                assert base.replies
            else:
                assert base.kind not in simple
                assert all((base.finding, base.measure, base.reply, base.unfounded, base.reply_unfounded))


def test_receipt_of_a_demo_complaint_can_be_typed() -> None:
    receipt = receipt_of("001")
    assert parse(receipt.text) == receipt
    assert receipt_of("002") != receipt


def test_as_of_moves_the_clock_and_puts_it_back() -> None:
    moment = timezone.now() - timedelta(days=90)
    with as_of(moment):
        assert timezone.now() == moment
        assert timezone.localdate() == timezone.localdate(moment)
    assert timezone.now() - moment > timedelta(days=89)


def test_picture_is_the_same_for_the_same_seed_and_shows_what_was_mended() -> None:
    def seed() -> random.Random:
        return random.Random(1)  # noqa: S311 - made-up pictures

    before, again = (picture("จุด", seed(), mended=False) for _ in range(2))
    assert before.sha256 == again.sha256
    assert before.content_type == "image/jpeg"
    assert picture("จุด", seed(), mended=True).sha256 != before.sha256


# --- The organisation -------------------------------------------------------------------------------------------
def test_districts_have_the_official_codes_of_nan() -> None:
    assert [district.area_code for district in DISTRICTS] == [f"55{number:02d}" for number in range(1, 16)]


def test_people_hold_every_role_at_the_province_and_can_sign_in() -> None:
    held = {unit: {role for post in POSTS if post.unit == unit for role in post.roles} for unit in ("NAN", "NAN-CD")}
    # Purchases are planned by the provincial office that the level is computed for, which is also the one assessed.
    assert held["NAN"] == set(Role) - {Role.PROCUREMENT, Role.INTEGRITY}
    assert {Role.PROCUREMENT, Role.INTEGRITY} <= held["NAN-CD"]
    assert {role for role, _ in SIGN_INS} == set(Role)
    assert {username for _, username in SIGN_INS} <= {person.username for person in PEOPLE if person.active}


@pytest.mark.django_db
def test_load_organisation_twice_changes_nothing() -> None:
    load_organisation(A_DAY)
    before = (Unit.objects.count(), UnitLink.objects.count(), User.objects.count(), UnitReach.objects.count())
    load_organisation(A_DAY)
    assert (Unit.objects.count(), UnitLink.objects.count(), User.objects.count(), UnitReach.objects.count()) == before
    assert before[0] == len(UNITS)


@pytest.mark.django_db
def test_load_organisation_shows_a_unit_that_moved_and_one_that_closed() -> None:
    load_organisation(A_DAY)
    moved = UnitLink.objects.filter(child__code="NAN-PP", axis="line").order_by("valid")
    assert [link.parent.code for link in moved] == ["NAN-MU", "NAN-ADM"]
    closed = Unit.objects.get(code="NAN-C19")
    assert closed.closed_on is not None
    assert not UnitReach.objects.filter(unit=closed, distance__gt=0).exists()


@pytest.mark.django_db
def test_begun_on_gives_the_day_of_the_demo() -> None:
    assert begun_on() is None
    load_organisation(A_DAY)
    assert begun_on() == A_DAY


@pytest.mark.django_db
def test_people_sign_in_with_the_password_of_the_demo() -> None:
    load_organisation(A_DAY)
    for _, username in SIGN_INS:
        assert User.objects.get(username=username).check_password(PASSWORD)
    assert not User.objects.get(username="former").is_active


# --- What is loaded ---------------------------------------------------------------------------------------------
def _one_of_each(today: date) -> list[Story]:
    """The shortest set with every state, one that was reclassified, and one into which another can be merged.

    Without the rare roads: `test_demo_rare`.
    """
    stories = [story for story in plan(today, current_calendar()) if not story.rare]
    first = {story.target: story for story in reversed(stories)}
    reclassified = [story for story in stories if story.begin.reclassified and story.protected][:1]
    protected = [story for story in stories if story.protected and story.target == "closed"][:1]
    merged = first["merged"]
    open_there = {"screening", "accepted", "investigating"}
    into = [
        story
        for story in stories
        if story.target in open_there
        and story.begin.desk.unit == merged.begin.desk.unit
        and not story.protected
        and story.acts[0].at < merged.acts[0].at
    ][:1]
    chosen = {story.number: story for story in (*first.values(), *reclassified, *protected, *into)}
    return [chosen[number] for number in sorted(chosen)]


def _digest() -> str:
    rows = LedgerEntry.objects.order_by("case__complaint__source_number", "case", "seq").values_list(
        "case__complaint__source_number", "case__state", "case__unit__code", "verb", "at", "actor__username"
    )
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()


@pytest.fixture(autouse=True)
def _evidence(settings: object, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path / "evidence"


@pytest.fixture
def loaded(db: None) -> list[Story]:
    today = timezone.localdate()
    load_rule_data()
    load_organisation(today)
    stories = _one_of_each(today)
    player = Player(today)
    for story in stories:
        player.play(story)
    return stories


def test_play_brings_each_story_to_its_state_and_leaves_everything_in_agreement(loaded: list[Story]) -> None:
    for story in loaded:
        complaint = Complaint.objects.select_related("case__unit").get(source=SOURCE, source_number=story.number)
        assert complaint.case.state == story.target
        assert complaint.case.protected == story.protected
        if story.protected:
            assert complaint.case.unit.code == story.begin.desk.unit
            assert not complaint.text
    assert list(problems()) == []
    assert list(verify(Report())) == []

    before = _digest()
    player = Player(timezone.localdate())
    for story in loaded:
        player.play(story)
    assert _digest() == before
    assert ComplaintCase.objects.filter(kind="complaint").count() == len(loaded)


@pytest.mark.django_db
def test_play_interrupted_leaves_no_half_of_a_story(monkeypatch: pytest.MonkeyPatch) -> None:
    today = timezone.localdate()
    load_organisation(today)
    story = next(story for story in plan(today, current_calendar()) if len(story.acts) > 4)
    real, taken = playing.perform, []

    def failing(*args: object, **kwargs: object) -> object:
        taken.append(args)
        if len(taken) == 3:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(playing, "perform", failing)
    with pytest.raises(KeyboardInterrupt):
        Player(today).play(story)
    assert not Complaint.objects.filter(source_number=story.number).exists()
    monkeypatch.undo()
    assert Player(today).play(story).state == story.target


# --- The command ------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_load_demo_loads_once_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the shortest stories and two purchases only: the whole demo takes a minute."""
    few = sorted(plan(timezone.localdate(), current_calendar()), key=lambda story: len(story.acts))[:12]
    monkeypatch.setattr("complaints.demo.load.plan", lambda *_: few)
    for module in ("complaints.demo.load", "config.management.commands.load_demo"):
        monkeypatch.setattr(f"{module}.TOTAL", len(few))
    for year in ("THIS_YEAR", "LAST_YEAR"):
        monkeypatch.setattr(f"procurement.demo.load.{year}", getattr(purchases, year)[:1])
    sheet = tmp_path / "sign-ins.txt"
    call_command("load_demo", "--sign-ins", str(sheet))
    assert Complaint.objects.filter(source=SOURCE).count() == len(few)
    assert Question.objects.exists()
    complaints = Complaint.objects.count()
    assert Activity.objects.count() == 2
    assert sheet.stat().st_mode & 0o077 == 0
    written = sheet.read_text()
    assert all(f"{username} / {PASSWORD}" in written for _, username in SIGN_INS)

    call_command("load_demo", "--once", "--sign-ins", str(sheet))
    assert "loaded already" in capsys.readouterr().out
    assert Complaint.objects.count() == complaints
    with pytest.raises(CommandError, match="loaded already"):
        call_command("load_demo", "--sign-ins", str(sheet))


@pytest.mark.django_db
def test_load_demo_with_production_settings_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.production")
    with pytest.raises(CommandError, match="production"):
        call_command("load_demo")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_load_demo_among_other_complaints_is_refused() -> None:
    call_command("make_load", "--complaints", "1")
    with pytest.raises(CommandError, match="empty database"):
        call_command("load_demo")
