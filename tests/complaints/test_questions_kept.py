"""Questions of a unit that was closed go on where it goes on; and what nobody needs any more is deleted for good."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.jobs import apply_retention, take_up_what_is_left
from complaints.models import ComplaintCase, Question, QuestionEntry
from complaints.questions import actions, keeping
from complaints.questions.actions import Erased
from complaints.questions.queries import by_receipt, visible_to
from complaints.questions.texts import thread
from complaints.rule_data import OWN_PRACTICE
from notifications.models import Notice
from notifications.relay import relay
from organisations.models import Unit, User
from tests.support.asking import TEXT, asked, newest, post, signed_in
from tests.support.filing import follow
from tests.support.world import World
from workflows.keeping import years_before
from workflows.models import RetentionRule

pytestmark = pytest.mark.django_db


def close_unit(unit: Unit, successor: Unit | None) -> None:
    Unit.objects.filter(pk=unit.pk).update(closed_on=timezone.localdate(), successor=successor)


def fresh(question: Question) -> Question:
    return Question.objects.get(pk=question.pk)


def answered(world: World, question: Question, *, close: bool = False) -> Question:
    return actions.answer(question=question, user=world.officer, text="ใช้ทะเบียนบ้าน", seen=newest(question), close=close)


def years_ago(question: Question, years: int, *, days: int = 0) -> None:
    """Everything about it was said then; days: so many later."""
    today = timezone.localdate()
    ago = today - years_before(today, years) - timedelta(days=days)
    for entry in question.entries.all():
        QuestionEntry.objects.filter(pk=entry.pk).update(at=entry.at - ago)


# --- Closed units -----------------------------------------------------------------------------------------------------
def test_question_of_a_closed_unit_goes_to_its_successor_and_waits_since_the_same_day(world: World) -> None:
    waiting, done = asked(world.district)[0], asked(world.district, "อีกเรื่อง")[0]
    answered(world, done, close=True)
    relay()
    close_unit(world.district, world.other)
    take_up_what_is_left(0)
    for question in (waiting, done):
        entry = question.entries.last()
        assert entry is not None
        assert (fresh(question).unit, entry.kind, entry.unit, entry.by) == (world.other, "followed", world.other, None)
        assert visible_to(User.objects.get(pk=world.stranger.pk)).filter(pk=question.pk).exists()
    assert fresh(waiting).waiting_since == waiting.waiting_since
    relay()
    assert Notice.objects.filter(recipient=world.stranger, event="question_waits").count() == 1
    assert keeping.follow_closed_units() == 0


def test_question_goes_to_the_unit_above_where_none_is_named_and_stays_in_one_that_is_open(world: World) -> None:
    question, stays = asked(world.district)[0], asked(world.other)[0]
    close_unit(world.district, None)
    assert keeping.follow_closed_units() == 1
    assert (fresh(question).unit, fresh(stays).unit) == (world.province, world.other)


def test_one_question_that_fails_keeps_no_other_from_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = asked(world.district)[0], asked(world.district, "อีกเรื่อง")[0]
    close_unit(world.district, world.other)
    tell = keeping.announce

    def broken(event: str, facts: dict[str, Any]) -> None:
        if facts["question"] == first.pk:
            raise RuntimeError
        tell(event, facts)

    monkeypatch.setattr(keeping, "announce", broken)
    assert keeping.follow_closed_units() == 1
    assert (fresh(first).unit, fresh(second).unit) == (world.district, world.other)


def test_pages_say_where_it_went(client: Client, world: World) -> None:
    question, receipt = asked(world.district)
    close_unit(world.district, world.other)
    keeping.follow_closed_units()
    page = signed_in(world.stranger).get(reverse("question", args=[question.public_id])).content.decode()
    assert "moved with its unit: Unit OTH" in page
    assert "the clock" in page
    client.cookies["django_language"] = "en"
    follow(client, receipt)
    assert "which answers you" in client.get(reverse("follow_question")).content.decode()


# --- How long it is kept ----------------------------------------------------------------------------------------------
def test_first_rule_says_that_it_is_own_practice() -> None:
    rule = RetentionRule.objects.get(code=keeping.KIND)
    assert (rule.years, rule.disposal, rule.source, rule.verified) == (1, "erase", OWN_PRACTICE, False)


@pytest.mark.parametrize("close", [False, True])
def test_question_is_deleted_for_good_a_year_after_its_last_entry(world: World, close: bool) -> None:
    question, receipt = asked(world.district)
    answered(world, question, close=close)
    years_ago(question, 1)
    assert keeping.apply_retention() == 0  # its last day
    years_ago(question, 0, days=-1)
    apply_retention(0)
    gone = fresh(question)
    assert gone.is_erased
    assert gone.wrapped == ""
    assert {bytes(row) for row in gone.entries.exclude(sealed=None).values_list("sealed", flat=True)} == {b""}
    assert TEXT not in "".join(line.text for line in thread(gone, gone.entries.all()))
    assert list(gone.entries.values_list("kind", flat=True))[-1] == "erased"
    assert by_receipt(receipt.text) == gone  # its holder is told
    assert keeping.apply_retention() == 0


def test_what_waits_or_was_written_back_to_or_turned_is_not_deleted(world: World) -> None:
    waiting, turned, back = (asked(world.district, text)[0] for text in ("ก", "ข", "ค"))
    actions.turn(question=turned, user=world.officer)
    answered(world, back)
    for question in (waiting, turned, back):
        years_ago(question, 5)
    actions.write_back(question=back, text="ขอบคุณ")
    assert keeping.apply_retention() == 0


def test_move_with_its_unit_makes_a_question_no_newer(world: World) -> None:
    question = asked(world.district)[0]
    answered(world, question)
    years_ago(question, 2)
    close_unit(world.district, world.other)
    keeping.follow_closed_units()
    assert keeping.apply_retention() == 1


def test_rule_data_says_how_long(world: World) -> None:
    question = asked(world.district)[0]
    answered(world, question)
    years_ago(question, 2)
    RetentionRule.objects.filter(code=keeping.KIND).update(years=3)
    assert keeping.apply_retention() == 0
    RetentionRule.objects.filter(code=keeping.KIND).update(years=1, disposal="keep")
    assert keeping.apply_retention() == 0
    RetentionRule.objects.filter(code=keeping.KIND).delete()
    assert keeping.apply_retention() == 0


def test_nothing_can_be_done_with_what_was_deleted(client: Client, world: World) -> None:
    question, receipt = asked(world.district)
    answered(world, question)
    years_ago(question, 2)
    keeping.apply_retention()
    with pytest.raises(Erased):
        actions.write_back(question=question, text="อีกครั้ง")
    with pytest.raises(Erased):
        actions.turn(question=question, user=world.officer)
    officer = signed_in(world.officer)
    page = officer.get(reverse("question", args=[question.public_id])).content.decode()
    assert "Deleted for good" in page
    assert 'value="answer"' not in page
    assert "It is a complaint now" not in page
    assert post(officer, question, "answer", text="คำตอบ").status_code == 409
    assert post(officer, question, "close").status_code == 409
    assert not ComplaintCase.objects.exists()
    client.cookies["django_language"] = "en"
    follow(client, receipt)
    page = client.get(reverse("follow_question")).content.decode()
    assert "has been deleted for good" in page
    assert 'name="text"' not in page
    answer = client.post(reverse("follow_question"), {"text": "อีกครั้ง"})
    assert answer.status_code == 409
