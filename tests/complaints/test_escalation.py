"""Whose step it is, and where the work rises to when nobody in the unit may take it."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from complaints.models import ComplaintKind, Measure
from complaints.notices import recipients
from complaints.queries import complaint_for
from organisations.models import Role, User
from tests.support.world import World, make_person
from workflows.actors import TIMER, Actor
from workflows.checks import problems
from workflows.models import ClockRule, OutboxRow
from workflows.refusals import Missing, NotAllowed, Refused
from workflows.timekeeping import rules_in_force
from workflows.transitions import perform
from workflows.watch import give_warnings

pytestmark = pytest.mark.django_db


def test_review_of_a_declined_corruption_case_rises_to_who_did_not_handle_it(world: World) -> None:
    above = make_person("dep_approver", world.department, Role.APPROVER)
    case = world.into("declined", world.corruption)
    with pytest.raises(Http404):
        complaint_for(above, case.public_id)
    case = world.do(case, "request_review", reasons="ไม่ตรง")
    assert case.raised_to == world.department
    assert complaint_for(above, case.public_id).pk == case.pk
    assert recipients(OutboxRow.objects.filter(case=case).latest("id")) == [above]
    with pytest.raises(Refused):
        world.do(case, "reopen_screening", world.centre_approver, reasons="x")
    case = world.do(case, "reopen_screening", above, reasons="มีพยานใหม่")
    assert (case.state, case.raised_to) == ("screening", None)
    with pytest.raises(Http404):
        complaint_for(above, case.public_id)
    assert list(problems()) == []


def test_finding_of_the_only_approver_rises(world: World) -> None:
    above = make_person("dep_approver", world.department, Role.APPROVER)
    make_person("helper", world.centre, Role.OFFICER)
    case = world.into("accepted", world.corruption)
    post = world.centre_approver.holdings.get().post
    post.roles = [*post.roles, Role.OFFICER]
    post.save()
    world.centre_approver = User.objects.get(pk=world.centre_approver.pk)
    case = world.do(case, "assign", world.centre_approver, to=world.centre_approver)
    case = world.do(case, "submit_finding", world.centre_approver, outcome="founded", reasons="x", evidence="y")
    assert case.raised_to == world.department
    assert world.do(case, "decide_unfounded", above, reply="ไม่พบ").state == "replied"


def test_ordinary_case_is_not_raised(world: World) -> None:
    assert world.into("review_requested").raised_to is None


def test_warnings_about_a_review_go_to_who_may_decide(world: World) -> None:
    case = world.into("review")
    give_warnings(timezone.localdate() + timedelta(days=6))
    rows = [row for row in OutboxRow.objects.filter(case=case, event="clock_warning") if row.facts["code"] == "review"]
    assert rows
    assert {user.username for row in rows for user in recipients(row)} == {"approver"}


def test_news_for_the_head_goes_up_when_the_head_has_a_conflict(world: World) -> None:
    upper = make_person("upper_head", world.province, Role.HEAD)
    case = world.into("investigating")
    case = world.do(case, "declare_conflict", world.head, reasons="เป็นญาติ")
    case = world.do(case, "declare_conflict", world.officer, reasons="เป็นญาติ")
    assert case.holder is None
    assert recipients(OutboxRow.objects.filter(case=case).latest("id")) == [upper]


def test_protected_case_is_not_accepted_as_an_ordinary_kind(world: World) -> None:
    case = world.into("screening", world.corruption)
    with pytest.raises(Missing):
        world.do(case, "accept", world.centre_screener, kind=world.simple, unit=world.district)


def test_approver_approves_only_the_draft_he_read(world: World) -> None:
    case = world.into("acting")
    case = world.do(case, "draft_reply", world.officer, reply="ร่างแรก")
    read = case.replies.get().pk
    case = world.do(case, "draft_reply", world.officer, reply="ร่างที่สอง")
    with pytest.raises(Missing):
        world.do(case, "approve_reply", world.approver, reply_seen=read)


def test_measure_promised_in_the_reply_is_done_before_the_case_ends(world: World) -> None:
    case = world.into("acting")
    case = world.do(case, "draft_reply", world.officer, reply="จะซ่อม")
    case = world.do(case, "approve_reply", world.approver, reply_seen=case.replies.get().pk)
    case = world.do(case, "answer", world.officer)
    with pytest.raises(Missing):
        world.do(case, "close", world.officer, evidence="ภาพ")
    with pytest.raises(Missing):
        world.clock(case, "close_after_window")
    measure = Measure.objects.get(case=case)
    case = world.do(case, "measure_done", world.officer, measure=measure, evidence="ภาพ")
    with pytest.raises(Missing):
        world.do(case, "measure_done", world.officer, measure=measure, evidence="อีกครั้ง")
    assert world.do(case, "close", world.officer, evidence="ภาพ").state == "closed"
    assert list(problems()) == []


def test_reopened_case_owes_the_complainant_a_report(world: World) -> None:
    case = world.into("review_requested")
    case = world.do(case, "reopen", world.upper_approver, to=world.officer2, reasons="มีพยาน")
    running = set(case.clocks.filter(stopped_on=None).values_list("code", flat=True))
    assert {"investigate", "next_report"} <= running


def test_text_that_was_never_screened_stays_with_the_screeners(world: World) -> None:
    from complaints.rules import may_read_text

    case = world.into("withdrawn")
    assert may_read_text(world.screener, case)
    assert not may_read_text(world.officer, case)


def test_rule_of_a_main_kind_holds_for_its_sub_kinds(world: World) -> None:
    ClockRule.objects.create(
        code="investigate", name_th="ตรวจ", name_en="x", length=60, unit="calendar", category="corruption",
        valid_from="2020-01-01", source="x",
    )  # fmt: skip
    case = world.into("accepted", world.corruption)
    assert case.clocks.get(code="investigate").length == 60
    other = rules_in_force(["investigate"], ("road", "general"), timezone.localdate())
    assert other["investigate"].length == 30


def test_missing_rule_is_a_sentence(world: World) -> None:
    ClockRule.objects.filter(code="complainant_answer").delete()
    case = world.into("investigating")
    with pytest.raises(Missing, match="complainant_answer"):
        world.do(case, "ask_complainant", world.officer, text="?")


def test_letter_that_lay_has_used_up_its_days(world: World) -> None:
    lain = timezone.localdate() - timedelta(days=10)
    case = world.file(world.ordinary, channel="letter", received_on=lain)
    assert case.clocks.get(code="first_report").started_on == lain
    assert timezone.localdate(case.opened_at) == lain


def test_answered_case_is_no_longer_unread(world: World) -> None:
    case = world.file(world.ordinary)
    assert case.unread
    case = world.do(case, "start_screening", world.screener)
    case = world.do(case, "complainant_message", text="มีข่าวไหม")
    assert case.unread
    assert not world.do(case, "send_progress", world.screener, text="กำลังตรวจ").unread


def test_kinds_are_not_simple_and_protected(world: World) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        ComplaintKind.objects.filter(pk=world.corruption.pk).update(simple=True)


def test_days_granted_are_at_least_one(world: World) -> None:
    case = world.into("investigating")
    clock = case.clocks.get(code="investigate")
    with pytest.raises(Missing):
        world.do(case, "extend", world.approver, clock=clock, days=-3, reasons="x")


def test_stranger_to_the_graph_is_refused(world: World) -> None:
    with pytest.raises(NotAllowed):
        perform(world.into("review"), "decide_unfounded", TIMER, reply="x")
    assert Actor.complainant().case_id is None
