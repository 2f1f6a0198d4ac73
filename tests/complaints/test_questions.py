"""Questions: asked once, answered to and fro, sealed, late in time, and made a complaint once."""

import secrets
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from complaints.models import Complaint, ComplaintCase, Question, QuestionEntry
from complaints.queries import complaint_by_receipt
from complaints.questions import actions
from complaints.questions.actions import Moved, Turned, ask
from complaints.questions.queries import by_receipt, due_days, listed, may_register, units_to_move_to, visible_to
from complaints.questions.texts import thread
from notifications.models import Notice
from notifications.queries import page_of
from notifications.relay import relay
from notifications.sentences import sentences
from organisations.actions import rebuild_reach
from organisations.models import Holiday, Role, User
from tests.support.asking import TEXT, asked, newest
from tests.support.world import World, build_world, make_person, make_unit
from workflows.casepages import pages
from workflows.models import Case, Clock, ClockRule, OutboxRow
from workflows.refusals import NotAllowed, Refused

pytestmark = pytest.mark.django_db
State = Question.State


def answered(world: World, question: Question, text: str = "ใช้ทะเบียนบ้าน", **more: Any) -> Question:
    return actions.answer(question=question, user=world.officer, text=text, seen=newest(question), **more)


def said(question: Question) -> list[str]:
    fresh = Question.objects.get(pk=question.pk)
    return [line.text for line in thread(fresh, fresh.entries.all())]


# --- Asking and answering -------------------------------------------------------------------------------------------
def test_asked_question_waits_and_is_no_case(world: World) -> None:
    question, receipt = asked(world.district)
    assert (question.state, question.waiting_since) == (State.WAITING, timezone.localdate())
    assert by_receipt(receipt.text) == question
    assert not Case.objects.exists()


def test_texts_are_sealed_in_the_database(world: World) -> None:
    question, _receipt = asked(world.district)
    answered(world, question, "คำตอบลับ")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(q)::text FROM complaints_question q UNION ALL "
                       "SELECT row_to_json(e)::text || coalesce(encode(e.sealed, 'escape'), '') "
                       "FROM complaints_questionentry e")  # fmt: skip
        stored = " ".join(row[0] for row in cursor.fetchall())
    assert "บัตร" not in stored
    assert "ลับ" not in stored
    assert said(question) == [TEXT, "คำตอบลับ"]


def test_same_form_asks_once_and_shows_the_same_code(world: World) -> None:
    secret = secrets.token_urlsafe(32)
    first = ask(unit=world.district, text=TEXT, secret=secret)
    second = ask(unit=world.district, text=TEXT, secret=secret)
    assert first == second
    assert Question.objects.count() == QuestionEntry.objects.count() == OutboxRow.objects.count() == 1


def test_same_form_after_it_became_a_complaint_asks_nothing(world: World) -> None:
    secret = secrets.token_urlsafe(32)
    done = ask(unit=world.district, text=TEXT, secret=secret)
    assert done.question is not None
    actions.turn(question=done.question, user=world.officer)
    again = ask(unit=world.district, text=TEXT, secret=secret)
    assert (again.receipt, again.question) == (done.receipt, None)
    assert Question.objects.count() == 1


def test_receipt_with_a_wrong_secret_finds_nothing(world: World) -> None:
    _question, receipt = asked(world.district)
    other = asked(world.district)[1]
    forged = type(receipt)(receipt.lookup, other.secret)
    assert by_receipt(forged.text) is None
    assert complaint_by_receipt(receipt.text) is None


def test_answer_ends_the_waiting_and_writing_back_begins_it_anew(world: World) -> None:
    question, _receipt = asked(world.district)
    question = answered(world, question)
    assert (question.state, question.waiting_since) == (State.ANSWERED, None)
    question = actions.write_back(question=question, text="แล้วค่าธรรมเนียมเท่าไร")
    assert (question.state, question.waiting_since) == (State.WAITING, timezone.localdate())
    assert said(question) == [TEXT, "ใช้ทะเบียนบ้าน", "แล้วค่าธรรมเนียมเท่าไร"]


def test_writing_twice_while_it_waits_keeps_the_first_day(world: World) -> None:
    question, _receipt = asked(world.district)
    Question.objects.filter(pk=question.pk).update(waiting_since=date(2026, 11, 2))
    question = actions.write_back(question=question, text="เพิ่มเติม")
    assert question.waiting_since == date(2026, 11, 2)


def test_same_text_sent_twice_is_one_entry(world: World) -> None:
    question, _receipt = asked(world.district)
    seen = newest(question)
    for _click in range(2):
        actions.answer(question=question, user=world.officer, text="ตอบ", seen=seen, close=True)
    for _click in range(2):
        actions.write_back(question=question, text="ขอบคุณ")
    assert [entry.kind for entry in question.entries.all()] == ["asked", "answered", "closed", "wrote_back"]


def test_answer_to_what_has_moved_on_is_refused(world: World) -> None:
    question, _receipt = asked(world.district)
    seen = newest(question)
    actions.write_back(question=question, text="ไม่ใช่บัตรหาย แต่ชำรุด")
    with pytest.raises(Moved):
        actions.answer(question=question, user=world.officer, text="ตอบ", seen=seen)
    with pytest.raises(Moved):
        actions.move(question=question, user=world.officer, unit=world.other, seen=seen)
    answered(world, question)
    with pytest.raises(Moved):
        actions.close(question=question, user=world.officer, seen=seen)


def test_answer_of_a_colleague_in_the_same_words_is_refused_as_moved_on(world: World) -> None:
    question, _receipt = asked(world.district)
    seen = newest(question)
    actions.answer(question=question, user=world.officer, text="ตอบ", seen=seen)
    with pytest.raises(Moved):
        actions.answer(question=question, user=world.head, text="ตอบ", seen=seen)


def test_close_while_it_waits_is_refused(world: World) -> None:
    question, _receipt = asked(world.district)
    with translation.override("en"), pytest.raises(Refused, match="still waits"):
        actions.close(question=question, user=world.officer, seen=newest(question))
    answered(world, question)
    closed = actions.close(question=question, user=world.officer, seen=newest(question))
    assert closed.state == State.CLOSED


def test_closed_question_opens_when_the_citizen_writes(world: World) -> None:
    question, _receipt = asked(world.district)
    answered(world, question, close=True)
    assert actions.write_back(question=question, text="ยังไม่ได้รับ").state == State.WAITING


def test_constraints_hold_against_a_slip(world: World) -> None:
    question, _receipt = asked(world.district)
    for broken in ({"waiting_since": None}, {"state": "turned"}, {"receipt_lookup": None}, {"state": "answered"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Question.objects.filter(pk=question.pk).update(**broken)
    for entry in ({"kind": "asked", "by": world.officer}, {"kind": "answered"}, {"kind": "moved", "by": world.officer}):
        with pytest.raises(IntegrityError), transaction.atomic():
            QuestionEntry.objects.create(question=question, at=timezone.now(), **entry)


# --- Due ------------------------------------------------------------------------------------------------------------
def test_due_is_seven_working_days_after_the_citizen_wrote(world: World) -> None:
    question, _receipt = asked(world.district)
    # A Monday; the seven working days after it end on the Wednesday of the week after.
    Question.objects.filter(pk=question.pk).update(waiting_since=date(2026, 11, 2))
    assert due_days(Question.objects.all()) == {question.pk: date(2026, 11, 11)}
    Holiday.objects.create(day=date(2026, 11, 10), name_th="วันหยุดพิเศษ", name_en="Special holiday")
    assert due_days(Question.objects.all()) == {question.pk: date(2026, 11, 12)}


def test_due_follows_the_rule_that_was_in_force_then(world: World) -> None:
    question, _receipt = asked(world.district)
    Question.objects.filter(pk=question.pk).update(waiting_since=date(2026, 11, 2))
    rule = ClockRule.objects.get(code="question_answer")
    for day, length in ((date(2026, 11, 1), 3), (date(2026, 11, 3), 1)):
        rule.pk, rule.valid_from, rule.length = None, day, length
        rule.save()
    assert due_days(Question.objects.all()) == {question.pk: date(2026, 11, 5)}


def test_due_of_what_was_answered_is_none(world: World) -> None:
    question, _receipt = asked(world.district)
    assert due_days([answered(world, question)]) == {}


# --- Who ------------------------------------------------------------------------------------------------------------
def test_question_exists_for_who_answers_in_its_unit_or_above(world: World) -> None:
    question, _receipt = asked(world.district)
    above = make_person("above", world.province, Role.OFFICER)
    for user in (world.screener, world.officer, world.head, above):
        assert list(visible_to(user)) == [question], user
    others = (world.approver, world.executive, world.custodian, world.administrator, world.stranger,
              world.centre_screener)  # fmt: skip
    for user in others:
        assert not visible_to(user).exists(), user
    User.objects.filter(pk=world.officer.pk).update(is_active=False)
    assert not visible_to(User.objects.get(pk=world.officer.pk)).exists()


def test_lists_show_what_waits_first_and_of_it_the_oldest(world: World) -> None:
    made = [asked(world.district)[0] for _ in range(3)]
    for question, day in zip(made, (3, 2, 4), strict=True):
        Question.objects.filter(pk=question.pk).update(waiting_since=date(2026, 11, day))
    done = answered(world, asked(world.district)[0])
    assert [row.pk for row in pages.page_of(listed(world.officer, "all")).cases] == [  # type: ignore[arg-type]
        made[1].pk, made[0].pk, made[2].pk, done.pk,
    ]  # fmt: skip
    assert set(listed(world.officer, "answered")) == {done}
    assert listed(world.officer, "waiting").count() == 3


def test_news_goes_to_who_answers_in_the_unit(world: World) -> None:
    question, _receipt = asked(world.district)
    relay()
    notices = Notice.objects.filter(event="question_waits")
    assert {row.recipient for row in notices} == {world.screener, world.officer, world.officer2, world.head}
    assert all(TEXT not in line and str(world.district.name) in line for line in sentences(list(notices)))
    assert page_of(notices[0]).endswith(f"/questions/{question.public_id}/")


def test_news_of_a_unit_without_staff_goes_to_the_nearest_above(world: World) -> None:
    empty = make_unit("EMP", under=world.district)
    rebuild_reach()
    asked(empty)
    relay()
    assert world.officer.pk in set(Notice.objects.values_list("recipient", flat=True))


def test_news_that_comes_after_the_answer_is_told_to_nobody(world: World) -> None:
    question, _receipt = asked(world.district)
    answered(world, question)
    relay()
    assert not Notice.objects.exists()


def test_moved_question_is_the_other_units_and_waits_since_the_same_day(world: World) -> None:
    below = make_unit("SUB", under=world.district)
    rebuild_reach()
    clerk = make_person("clerk", below, Role.OFFICER)
    question, _receipt = asked(world.district)
    Question.objects.filter(pk=question.pk).update(waiting_since=date(2026, 11, 2))
    assert list(units_to_move_to(world.officer, question)) == [below]
    moved = actions.move(question=question, user=world.officer, unit=below, seen=newest(question))
    assert (moved.unit, moved.waiting_since) == (below, date(2026, 11, 2))
    assert list(visible_to(clerk)) == [question]
    assert list(visible_to(world.officer)) == [question]  # from above
    relay()
    assert clerk.pk in set(Notice.objects.values_list("recipient", flat=True))


# --- A complaint out of it ------------------------------------------------------------------------------------------
def test_turn_keeps_code_text_and_day(world: World) -> None:
    question, receipt = asked(world.district)
    answered(world, question)
    question = actions.write_back(question=question, text="ไปแล้วถูกเรียกเงิน")
    Question.objects.filter(pk=question.pk).update(waiting_since=timezone.localdate() - timedelta(days=3))
    case = actions.turn(question=question, user=world.officer, kind=world.ordinary)
    assert complaint_by_receipt(receipt.text) == case
    assert by_receipt(receipt.text) is None
    complaint = case.complaint
    assert (case.unit, case.category, complaint.channel) == (world.district, world.ordinary.code, "website")
    statement = complaint.read(case)
    assert statement.startswith(TEXT)
    assert all(text in statement for text in ("ใช้ทะเบียนบ้าน", "ไปแล้วถูกเรียกเงิน"))
    screen = Clock.objects.get(case=case.pk, code="screen")
    assert screen.started_on == timezone.localdate() - timedelta(days=3)
    assert not Clock.objects.filter(case=case.pk, code="acknowledge", stopped_on=None).exists()


def test_turn_destroys_what_the_question_kept(world: World) -> None:
    question, _receipt = asked(world.district)
    case = actions.turn(question=question, user=world.officer)
    question.refresh_from_db()
    assert (question.state, question.case, question.wrapped, question.receipt_lookup) == (State.TURNED, case, "", None)
    assert TEXT not in " ".join(said(question))
    with pytest.raises(Turned):
        actions.write_back(question=question, text="ต่อ")
    with pytest.raises(Turned):
        actions.answer(question=question, user=world.officer, text="ตอบ", seen=newest(question))


def test_turn_twice_gives_the_same_case(world: World) -> None:
    question, _receipt = asked(world.district)
    first = actions.turn(question=question, user=world.officer)
    assert actions.turn(question=question, user=world.screener, kind=world.simple) == first
    assert ComplaintCase.objects.count() == 1


def test_turn_by_who_may_not_register_is_refused_and_changes_nothing(world: World) -> None:
    question, _receipt = asked(world.district)
    assert not may_register(world.head, question)
    assert may_register(world.officer, question)
    with pytest.raises(NotAllowed):
        actions.turn(question=question, user=world.head)
    question.refresh_from_db()
    assert question.state == State.WAITING
    assert said(question) == [TEXT]


def test_turned_into_a_protected_kind_it_is_gone_for_the_unit(world: World) -> None:
    question, receipt = asked(world.district, "นายช่างเรียกเงินสามพันบาท")
    case = actions.turn(question=question, user=world.officer, kind=world.corruption)
    assert (case.unit, case.protected) == (world.centre, True)
    for user in (world.officer, world.screener, world.head):
        assert not visible_to(user).exists()
    assert complaint_by_receipt(receipt.text) == case
    assert case.complaint.text == ""
    assert "สามพัน" in case.complaint.read(case)
    # It is not for the unit accused to say that the receipt was given.
    assert Clock.objects.filter(case=case.pk, code="acknowledge", stopped_on=None).exists()


@pytest.mark.django_db(transaction=True)
def test_turn_by_two_at_once_makes_one_complaint() -> None:
    world = build_world()
    question, _receipt = asked(world.district)
    barrier, cases, errors = threading.Barrier(4), list[int](), list[Exception]()

    def act(user: User) -> None:
        try:
            barrier.wait()
            cases.append(actions.turn(question=question, user=user).pk)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    people = [world.officer, world.screener, world.officer2, world.officer]
    threads = [threading.Thread(target=act, args=(user,)) for user in people]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not errors
    assert len(set(cases)) == 1
    assert Complaint.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_same_form_sent_at_the_same_moment_asks_once() -> None:
    world = build_world()
    secret = secrets.token_urlsafe(32)
    barrier, receipts, errors = threading.Barrier(4), list[str](), list[Exception]()

    def act() -> None:
        try:
            barrier.wait()
            receipts.append(ask(unit=world.district, text=TEXT, secret=secret).receipt.text)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not errors
    assert len(set(receipts)) == 1
    assert Question.objects.count() == 1
