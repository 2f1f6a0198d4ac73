"""Nobody comes near a case that is about him: not by accepting it, passing it on or sealing it, nor for one day."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from complaints import barring
from complaints.jobs import settle_conflicts, settle_conflicts_now
from complaints.models import ComplaintCase
from complaints.queries import complaints_visible_to
from organisations.actions import plan_leaving
from organisations.models import Holding, Post, Role, Unit, User
from organisations.signals import staff_changed
from tests.support.world import ALWAYS, World, make_person
from workflows.models import Case, Conflict, LedgerEntry
from workflows.refusals import Missing

pytestmark = pytest.mark.django_db


def fresh(case: Case) -> ComplaintCase:
    return ComplaintCase.objects.get(pk=case.pk)


def name(world: World, case: ComplaintCase, account: User, by: User) -> ComplaintCase:
    return world.do(case, "add_respondent", by, name="ผู้ถูกร้อง", text="ละเลย", account=account)


def barred(case: Case) -> set[str]:
    return set(Conflict.objects.filter(case=case.pk).values_list("user__username", flat=True))


def put(user: User, unit: Unit, *roles: str) -> Holding:
    post = Post.objects.create(unit=unit, title_th="ตำแหน่ง", title_en="Post", roles=list(roles), valid=ALWAYS)
    return Holding.objects.create(post=post, user=user, valid=ALWAYS)


# --- Where it may not go ----------------------------------------------------------------------------------------------
def test_accepted_case_does_not_go_to_a_unit_that_a_respondent_leads(world: World) -> None:
    chief = make_person("chief", world.other, Role.HEAD)
    make_person("province_screener", world.province, Role.SCREENER)
    case = name(world, world.into("screening"), chief, world.screener)
    case = world.do(case, "accept", world.screener, kind=world.ordinary, unit=world.other)
    assert (case.state, fresh(case).unit, case.holder) == ("accepted", world.province, None)
    assert LedgerEntry.objects.filter(case=case.pk).latest("seq").data["unit"] == world.province.pk


def test_transferred_case_goes_above_a_respondent_and_not_back_to_where_it_is(world: World) -> None:
    chief = make_person("chief", world.other, Role.HEAD)
    case = name(world, world.into("screening"), chief, world.screener)
    case = world.do(case, "accept", world.screener, kind=world.ordinary, unit=world.district)
    upper = make_person("province_screener", world.province, Role.SCREENER)
    case = world.do(case, "transfer", world.head, unit=world.other, reasons="เป็นของหน่วยนั้น")
    assert (case.state, fresh(case).unit) == ("screening", world.province)
    assert LedgerEntry.objects.filter(case=case.pk).latest("seq").data["unit"] == world.province.pk
    case = world.do(case, "accept", upper, kind=world.ordinary, unit=world.province)
    with pytest.raises(Missing):
        world.do(case, "transfer", upper, unit=world.other, reasons="เป็นของหน่วยนั้น")


def test_case_that_becomes_protected_does_not_go_to_a_centre_that_a_respondent_leads(world: World) -> None:
    make_person("department_screener", world.department, Role.SCREENER)
    post = Holding.objects.get(user=world.centre_approver).post
    case = name(world, world.into("investigating"), world.centre_approver, world.officer)
    assert (post.unit, case.unit) == (world.centre, world.district)
    case = world.do(case, "change_kind", world.officer, kind=world.corruption)
    assert fresh(case).unit == world.department
    assert barring.raise_all() == 0


def test_protected_part_does_not_go_to_a_centre_that_a_respondent_leads(world: World) -> None:
    make_person("department_screener", world.department, Role.SCREENER)
    case = name(world, world.into("investigating"), world.centre_approver, world.officer)
    parts = [{"text": "ส่วนแรก", "kind": world.corruption}, {"text": "ส่วนที่สอง", "kind": world.ordinary}]
    world.do(case, "split", world.officer, parts=parts)
    assert ComplaintCase.objects.get(category=world.corruption.code).unit == world.department
    assert barring.raise_all() == 0


# --- Settling ---------------------------------------------------------------------------------------------------------
def test_one_case_that_cannot_be_settled_stops_no_other_nor_the_night(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person("province_screener", world.province, Role.SCREENER)
    first, second = (name(world, world.into("investigating"), world.officer2, world.officer) for _n in range(2))
    settle = barring.settle

    def broken(case: Case) -> None:
        if case.pk == first.pk:
            raise RuntimeError
        settle(case)

    put(world.officer2, world.district, Role.HEAD)
    monkeypatch.setattr(barring, "settle", broken)
    settle_conflicts(0)
    assert "approver" not in barred(first)
    assert "approver" in barred(second)
    assert fresh(second).unit == world.province


def test_night_leaves_alone_what_is_right(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = name(world, world.into("investigating"), world.officer2, world.officer)
    case = world.do(case, "ask_agencies", world.officer, units=[world.other], text="ขอข้อมูล")
    wrong = name(world, world.into("investigating"), world.officer2, world.officer)
    Conflict.objects.filter(case=wrong.pk).delete()
    settled: list[int] = []
    settle = barring.settle
    monkeypatch.setattr(barring, "settle", lambda case: (settled.append(case.pk), settle(case)))
    assert barring.settle_all() == 1
    assert settled == [wrong.pk]
    assert barred(wrong) == {"officer2"}


# --- At once ----------------------------------------------------------------------------------------------------------
def sent(capture: Any, users: frozenset[int] | None) -> None:
    with capture(execute=True):
        staff_changed.send(sender=None, users=users)


def test_who_comes_to_work_under_a_respondent_is_barred_at_once(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    chief = make_person("chief", world.other, Role.HEAD)
    case = name(world, world.into("investigating"), chief, world.officer)
    other = name(world, world.into("investigating"), world.officer2, world.officer)
    moved = put(world.officer, world.other, Role.OFFICER)
    sent(django_capture_on_commit_callbacks, frozenset({world.officer.pk}))
    assert "officer" in barred(case)
    assert fresh(case).holder is None
    assert fresh(other).holder == world.officer
    assert not complaints_visible_to(User.objects.get(pk=world.officer.pk)).filter(pk=case.pk).exists()
    moved.delete()
    sent(django_capture_on_commit_callbacks, frozenset({world.officer.pk}))
    assert "officer" not in barred(case)


def test_case_leaves_at_once_who_comes_to_lead_its_unit(world: World, django_capture_on_commit_callbacks: Any) -> None:
    make_person("province_screener", world.province, Role.SCREENER)
    case = name(world, world.into("investigating"), world.officer2, world.officer)
    put(world.officer2, world.district, Role.HEAD)
    sent(django_capture_on_commit_callbacks, frozenset({world.officer2.pk}))
    assert fresh(case).unit == world.province
    assert "approver" in barred(case)


def test_change_of_a_post_queues_the_settling_once(world: World, django_capture_on_commit_callbacks: Any) -> None:
    chief = make_person("chief", world.other, Role.HEAD)
    case = name(world, world.into("investigating"), chief, world.officer)
    put(world.officer, world.other, Role.OFFICER)
    for _n in range(2):
        sent(django_capture_on_commit_callbacks, None)
    assert ProcrastinateJob.objects.filter(task_name="complaints.jobs.settle_conflicts_now").count() == 1
    settle_conflicts_now()
    assert "officer" in barred(case)
    assert fresh(case).holder is None


def test_subordinates_of_a_head_who_leaves_may_know_the_case_again(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    chief = make_person("chief", world.other, Role.HEAD)
    mate = make_person("mate", world.other, Role.OFFICER)
    case = name(world, world.into("investigating"), chief, world.officer)
    assert mate.username in barred(case)
    with django_capture_on_commit_callbacks(execute=True):
        plan_leaving(chief, timezone.localdate() - timedelta(days=1))
    assert mate.username not in barred(case)
