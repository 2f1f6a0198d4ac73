"""The roads that few cases of the demo go, and what stands beside them: each is there, and all of it is played."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.db.models import Count
from django.utils import timezone

from complaints.demo import beside
from complaints.demo.beside import answer_surveys, hand_back, load_questions, load_what_is_over
from complaints.demo.letters import load_letterhead
from complaints.demo.plan import TARGETS, Story, plan
from complaints.demo.play import SOURCE, Player, settle_old_notices
from complaints.demo.rare import RARE
from complaints.models import (
    Complaint,
    ComplaintCase,
    Decision,
    InquiryCommittee,
    Letter,
    Penalty,
    Question,
    RequestAnswer,
    RequestCase,
    SurveyAnswer,
    SurveyPool,
)
from complaints.queries import complaints_visible_to
from complaints.questions.notices import EVENT
from complaints.retention import announced_to
from complaints.rule_loading import load_rule_data
from complaints.survey.answering import waiting_in
from organisations.calendar import WorkingCalendar
from organisations.demo.clock import as_of
from organisations.demo.load import load_organisation
from organisations.demo.people import AWAY, LEAVING, LEFT, POSTS, STANDS_IN
from organisations.models import Leave, Role, User
from workflows.checks import problems
from workflows.models import CaseLink, Clock, LedgerEntry, OutboxRow
from workflows.verification import Report, verify

# The second has the holidays of April behind it.
DAYS = (date(2026, 11, 20), date(2027, 4, 19))


@pytest.fixture(autouse=True)
def _evidence(settings: object, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path / "evidence"


def _stories(today: date) -> list[Story]:
    return [story for story in plan(today, WorkingCalendar()) if story.rare]


def _load(today: date, stories: Sequence[Story]) -> None:
    load_rule_data()
    load_organisation(today)
    load_letterhead()
    player = Player(today)
    for story in stories:
        player.play(story)


def _verbs(**case: object) -> set[str]:
    conditions = {f"case__{name}": value for name, value in case.items()}
    return set(LedgerEntry.objects.filter(**conditions).values_list("verb", flat=True))


def _all_is_well(today: date) -> None:
    """On the day on which the demo stands: posts and leaves begin and end by the day."""
    with as_of(datetime.combine(today, time(12), timezone.get_default_timezone())):
        assert list(problems()) == []
        assert list(verify(Report())) == []


# --- What is planned --------------------------------------------------------------------------------------------
def test_every_rare_road_has_its_place_among_the_stories() -> None:
    assert all(place < TARGETS[target] for target, place in RARE)
    assert len(_stories(DAYS[0])) == len(RARE)


def test_rare_roads_of_each_kind_are_planned() -> None:
    """Whatever a page shows has somebody who did it."""
    verbs = {act.edge for story in _stories(DAYS[0]) for act in story.acts}
    assert verbs >= {
        *("transfer", "split", "part.accept", "part.answer_directly", "binding_finding", "record_penalty"),
        *("copy_penalty", "appoint_committee", "hand_over", "draft_letter", "register_letter", "attach_signed"),
        *("despatch_letter", "request.remind", "request.pass_on", "request.time_out", "request.answer_late"),
        *("request.give_time", "request.cancel", "request.take", "request.give"),
    }


def test_every_centre_has_officers_enough_for_a_committee() -> None:
    centres = {post.unit for post in POSTS if post.unit.endswith("-AC")}
    assert len(centres) == 3
    for centre in centres:
        assert sum(post.unit == centre and Role.OFFICER in post.roles for post in POSTS) >= 3, centre


# --- What is played ---------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("today", DAYS)
def test_every_rare_road_is_gone(today: date) -> None:
    stories = _stories(today)
    _load(today, stories)
    for story in stories:
        case = Complaint.objects.select_related("case").get(source=SOURCE, source_number=story.number).case
        assert (case.state, case.protected) == (story.target, story.protected), story.number

    # By the hotline of the staff, where an executive reads it.
    hotline = ComplaintCase.objects.get(complaint__channel="staff_line")
    assert complaints_visible_to(User.objects.get(username="moiac.appr")).filter(pk=hotline.pk).exists()

    # On paper, with the scan, by a clerk.
    paper = Decision.objects.exclude(recorded_by=None)
    assert {row.case.state for row in paper} == {"acting", "replied", "closed"}
    assert all(row.case.attachments.exists() for row in paper)

    # Transferred once and twice; the unit above both has the second.
    transfers = LedgerEntry.objects.filter(verb="transfer").values("case").annotate(count=Count("pk"))
    assert {row["count"] for row in transfers} == {1, 2}
    bounced = ComplaintCase.objects.filter(pk__in=[row["case"] for row in transfers if row["count"] == 2])
    assert {case.state for case in bounced} == {"screening", "investigating"}
    assert not any(case.unit.kind == "district" for case in bounced)

    # In parts.
    parts = CaseLink.objects.filter(relation=CaseLink.Relation.PART).select_related("source")
    assert {part.source.state for part in parts} == {"screening", "replied"}

    # Committees by order, of three; in the province and in a centre.
    for committee in InquiryCommittee.objects.all():
        assert sorted(committee.members.values_list("part", flat=True)) == ["chair", "member", "secretary"]
    appointed = InquiryCommittee.objects.values_list("case__unit__code", "case__protected")
    assert ("NAN", False) in appointed
    assert any(protected for _unit, protected in appointed)

    # Binding findings: a penalty still to be decided, one whose copy is due, one copied.
    running = Clock.objects.filter(stopped_on=None).values_list("code", flat=True)
    assert {"penalty_decision", "penalty_copy"} <= set(running)
    assert Penalty.objects.filter(copied_on__isnull=False).exists()
    bound = ComplaintCase.objects.filter(pk__in=LedgerEntry.objects.filter(verb="binding_finding").values("case"))
    assert {case.state for case in bound} == {"acting", "replied", "closed"}
    assert all(case.measures.exists() for case in bound)

    # Letters at every stage, numbered here and by hand.
    letters = list(Letter.objects.all())
    stages = Letter.Status
    assert {letter.status for letter in letters} == set(stages) - {stages.CANCELLED}
    assert {letter.carries.partition("-")[0] for letter in letters} == {"reply", "message", "referral", "request"}
    assert {letter.number.partition("/")[0] for letter in letters if letter.number} == {"นน 9999", "นน 9999.1"}
    assert any(letter.acting_for for letter in letters)

    # Requests: reminded, passed on, given more time, late, cancelled, recorded from paper, asked of the province.
    assert _verbs(kind="request") >= {
        *("take", "give", "remind", "pass_on", "give_time", "time_out", "answer_late", "answer", "cancel"),
    }
    assert RequestAnswer.objects.filter(on_paper=True).exists()
    assert RequestCase.objects.filter(kind="request", state="asked", unit__code="NAN", holder__isnull=False).exists()

    hand_back(today)
    _all_is_well(today)


@pytest.mark.django_db
def test_what_somebody_had_who_left_goes_back_and_one_case_to_another() -> None:
    today = DAYS[0]
    wanted = {AWAY, LEAVING, LEFT}
    stories = [story for story in _stories(today) if wanted & {act.facts.get("to") for act in story.acts}]
    _load(today, stories)
    assert ComplaintCase.objects.filter(holder__username=LEFT).count() == 2

    hand_back(today)
    assert not User.objects.get(username=LEFT).is_active
    put_back = ComplaintCase.objects.filter(pk__in=LedgerEntry.objects.filter(verb="put_back").values("case"))
    assert sorted(case.holder.username if case.holder else "" for case in put_back) == ["", "officer"]
    entries = LedgerEntry.objects.count()
    hand_back(today)
    assert LedgerEntry.objects.count() == entries

    leave = Leave.objects.get()
    assert (leave.user.username, leave.deputy.username) == (AWAY, STANDS_IN)
    assert leave.first_day < today < (leave.last_day or today)
    assert User.objects.get(username=LEAVING).last_day == today + timedelta(days=10)
    assert ComplaintCase.objects.filter(holder__username=LEAVING, is_open=True).exists()
    handed = LedgerEntry.objects.filter(verb="hand_over").values_list("actor__username", "case__holder__username")
    assert set(handed) == {(AWAY, STANDS_IN), ("head", "officer")}
    _all_is_well(today)


@pytest.mark.django_db
def test_what_is_over_waits_to_be_erased_for_the_custodian() -> None:
    today = DAYS[0]
    load_rule_data()
    load_organisation(today)
    for _twice in range(2):
        load_what_is_over(today)
    with as_of(datetime.combine(today, time(12), timezone.get_default_timezone())):
        case = announced_to(User.objects.get(username="custodian")).get()
    assert case.state == "closed"
    _all_is_well(today)


@pytest.mark.django_db
def test_questions_stand_in_every_state_once() -> None:
    today = DAYS[0]
    load_rule_data()
    load_organisation(today)
    load_questions(today, WorkingCalendar())
    states = Question.objects.values_list("state", flat=True)
    assert set(states) == set(Question.State.values)
    turned = Question.objects.select_related("case").get(state=Question.State.TURNED)
    assert turned.case is not None
    assert turned.case.state == "received"
    assert Question.objects.filter(entries__kind="moved", state=Question.State.WAITING).exists()
    assert timezone.localdate(Question.objects.latest("asked_at").asked_at) < today
    count = len(states)
    load_questions(today, WorkingCalendar())
    assert Question.objects.count() == count
    settle_old_notices(today)
    assert {row.relayed_at is None for row in OutboxRow.objects.filter(event=EVENT)} == {True, False}
    _all_is_well(today)


@pytest.mark.django_db
def test_surveys_are_answered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_SHARE_OF_SURVEYS", 1.0)
    today = DAYS[0]
    short = sorted(plan(today, WorkingCalendar()), key=lambda story: len(story.acts))
    yesterday = today - timedelta(days=1)
    over = [story for story in short if story.target == "replied" and story.acts[-1].at.date() < yesterday]
    online = [story for story in over if story.begin.online][:6]
    _load(today, online)
    assert answer_surveys(online, today) == len(online)
    waiting = sum(len(waiting_in(pool)) for pool in SurveyPool.objects.all())
    assert SurveyAnswer.objects.count() + waiting == len(online)
    assert answer_surveys(online, today) == 0
