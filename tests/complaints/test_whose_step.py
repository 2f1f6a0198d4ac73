"""Whose step it is, in every state in which it is not the holder's, and from where a protected case is seen for it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from complaints import rules
from complaints.candidates import candidates
from complaints.checks import problems as complaint_problems
from complaints.escalation import has_drafted, next_people, rises_to
from complaints.models import ComplaintCase
from complaints.notices import recipients
from complaints.queries import complaints_visible_to
from complaints.rules import READERS, has_handled, has_investigated
from complaints.unattended import unattended
from complaints.views.officer.panel import actions_of, groups_of, next_step
from notifications.duties import overdue_of
from organisations.models import Holding, Role, User
from tests.support.world import World, make_person
from workflows.checks import problems
from workflows.models import Case, LedgerEntry, OutboxRow
from workflows.watch import give_warnings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def fresh(case: Case) -> ComplaintCase:
    return ComplaintCase.objects.get(pk=case.pk)


def gone(*users: User) -> None:
    """They are not in service any more."""
    User.objects.filter(pk__in=[user.pk for user in users]).update(is_active=False)


def turn(case: ComplaintCase, user: User) -> str:
    """Whose step the panel says it is."""
    return str(next_step(case, groups_of(case, user, actions_of(case, user)), []).who)


def drafted(world: World, case: ComplaintCase, by: User) -> ComplaintCase:
    return world.do(case, "draft_reply", by, reply="ซ่อมแล้ว")


# --- Suspended --------------------------------------------------------------------------------------------------------
def test_suspended_case_is_the_step_of_an_approver_who_is_warned_and_sees_it_overdue(world: World) -> None:
    case = world.into("suspended_case")
    assert next_people(case) == [world.approver]
    assert turn(case, world.officer) == "an approver of Unit DST"
    assert list(problems()) == []  # nor does a task say that it is the holder's
    give_warnings(timezone.localdate() + timedelta(days=400))
    rows = [row for row in OutboxRow.objects.filter(case=case.pk) if row.facts.get("code") == "suspension_check"]
    assert rows
    first = next(row for row in rows if row.facts["percent"] < 100)
    assert recipients(first) == [world.approver]
    due = overdue_of(world.approver, timezone.localdate() + timedelta(days=400), 9)
    assert case.pk in due.cases


def test_suspended_protected_case_without_an_approver_rises_or_is_a_vacancy(world: World) -> None:
    case = world.into("suspended_case", world.corruption)
    assert not list(unattended())
    gone(world.centre_approver)
    assert list(unattended()) == [(case, Role.APPROVER)]
    make_person("department_approver", world.department, Role.APPROVER)
    assert rises_to(fresh(case)) == world.department


# --- A reply that is drafted ------------------------------------------------------------------------------------------
def test_drafted_reply_is_the_step_of_an_approver_who_did_not_draft_it(world: World) -> None:
    case = drafted(world, world.into("acting"), world.officer)
    # What is still to be done in it stays the holder's.
    assert next_people(case) == [world.approver, world.officer]
    assert turn(case, world.officer) == "an approver of Unit DST, not who drafted it"
    case = world.do(case, "approve_reply", world.approver, reply_seen=case.replies.get().pk)
    assert next_people(case) == [world.officer]
    assert turn(case, world.officer) == str(world.officer)


def test_protected_reply_rises_from_the_draft_to_its_approval_where_its_drafter_alone_approves(world: World) -> None:
    case = world.into("acting", world.corruption)
    post = Holding.objects.get(user=world.centre_approver).post
    post.roles = [Role.APPROVER, Role.HEAD, Role.OFFICER]
    post.save()
    both = User.objects.get(pk=world.centre_approver.pk)
    case = world.do(case, "reassign", both, to=both)
    case = drafted(world, case, both)
    assert has_drafted(both, case)
    assert list(unattended()) == [(case, Role.APPROVER)]
    above = make_person("department_approver", world.department, Role.APPROVER)
    case = drafted(world, case, both)
    case = fresh(case)
    assert case.raised_to == world.department
    assert list(unattended()) == []
    assert complaints_visible_to(above).filter(pk=case.pk).exists()
    entry = LedgerEntry.objects.filter(case=case.pk).latest("seq")
    assert (entry.verb, entry.actor_kind) == ("rise", "timer")
    assert above in recipients(OutboxRow.objects.get(case=case.pk, event="rise"))
    case = world.do(case, "approve_reply", above, reply_seen=case.replies.last().pk)
    assert fresh(case).raised_to is None
    assert not complaints_visible_to(User.objects.get(pk=above.pk)).filter(pk=case.pk).exists()
    assert list(problems()) == []


# --- Where it does not rise -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["received", "screening"])
def test_protected_case_nobody_may_screen_does_not_rise_and_is_reported(world: World, state: str) -> None:
    head = make_person("department_head", world.department, Role.HEAD, Role.SCREENER)
    case = world.into(state, world.corruption)
    gone(world.centre_screener)
    assert rises_to(fresh(case)) is None
    case = world.do(case, "note", world.centre_approver, text="ไม่มีผู้กลั่นกรอง")
    assert fresh(case).raised_to is None
    assert not complaints_visible_to(head).exists()
    assert list(unattended()) == [(case, Role.SCREENER)]
    assert any("nobody screens" in sentence for _number, sentence in complaint_problems())


def test_closed_protected_case_does_not_rise(world: World) -> None:
    head = make_person("department_head", world.department, Role.HEAD)
    into = world.into("investigating", world.corruption)
    case = world.into("accepted", world.corruption)
    post = Holding.objects.get(user=world.centre_approver).post
    post.roles = [Role.APPROVER]
    post.save()
    case = world.do(case, "merge", world.centre_screener, into=into)
    assert case.state == "merged"
    assert rises_to(case) is None
    assert fresh(case).raised_to is None
    assert not complaints_visible_to(head).filter(pk=case.pk).exists()


# --- When who may take it changes -------------------------------------------------------------------------------------
def test_protected_case_rises_with_the_conflict_of_its_only_approver(world: World) -> None:
    above = make_person("department_approver", world.department, Role.APPROVER)
    case = world.into("review", world.corruption)
    case = world.do(case, "declare_conflict", world.centre_approver, reasons="ญาติ")
    assert fresh(case).raised_to == world.department
    assert above in recipients(OutboxRow.objects.get(case=case.pk, event="rise"))


def test_protected_case_rises_when_its_only_approver_is_named_and_comes_down_when_he_is_not(world: World) -> None:
    above = make_person("department_approver", world.department, Role.APPROVER)
    post = Holding.objects.get(user=world.centre_approver).post
    post.roles = [Role.APPROVER]
    post.save()
    world.centre_head = make_person("centre_head", world.centre, Role.HEAD)
    case = world.into("review", world.corruption)
    case = world.do(
        case, "add_respondent", world.centre_officer, name="นาย ข", text="ละเลย", account=world.centre_approver
    )
    case = fresh(case)
    assert (case.unit, case.raised_to) == (world.centre, world.department)
    row = case.respondents.get()
    case = world.do(case, "remove_respondent", above, respondent=row, reasons="คนละคน")
    assert fresh(case).raised_to is None


# --- Whether the holder may have it -----------------------------------------------------------------------------------
def test_holder_who_may_have_it_no_longer_has_no_step(world: World) -> None:
    case = world.into("investigating")
    holding = Holding.objects.get(user=world.officer)
    holding.delete()
    case = fresh(case)
    assert next_people(case) == [world.head]
    assert turn(case, world.head) == "the head of Unit DST assigns it"
    row = OutboxRow.objects.filter(case=case.pk, event="assign").latest("id")
    assert recipients(row) == [world.head]


# --- One rule in two forms --------------------------------------------------------------------------------------------
def test_vacancies_are_found_in_as_many_queries_for_many_cases_as_for_one(world: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            list(unattended())
        return len(captured)

    for state in ("review", "review_requested"):
        world.into(state)
    drafted(world, world.into("acting"), world.officer)
    one = queries()
    for _n in range(3):
        for state in ("review", "review_requested"):
            world.into(state)
        drafted(world, world.into("acting"), world.officer)
    assert queries() == one


def test_lists_and_single_cases_say_the_same_of_who_took_part(world: World) -> None:
    cases = [world.into(state) for state in ("review", "review_requested", "suspended_case", "acting")]
    cases.append(drafted(world, cases.pop(), world.officer))
    for case in cases:
        for user in User.objects.filter(is_active=True):
            offered = {row.user.pk: row.able for row in candidates(case, world.head, new=True)}
            if user.pk in offered:
                assert offered[user.pk] is not has_handled(user, case)
    review, again = cases[0], cases[1]
    assert has_investigated(world.officer, review)
    assert not has_investigated(world.approver, review)
    assert has_handled(world.approver, again)
    assert not has_handled(world.upper_approver, again)


# --- For whom complaints exist ----------------------------------------------------------------------------------------
def test_new_role_reads_no_complaints() -> None:
    named = {Role.SCREENER, Role.OFFICER, Role.HEAD, Role.APPROVER, Role.CUSTODIAN, Role.EXECUTIVE}
    assert named == READERS
    assert "Role.values" not in Path(rules.__file__).read_text()
