"""No case without hands: who is gone, where a unit went, and where the next step is taken."""

import contextlib
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.models import ComplaintCase
from complaints.queries import complaints_visible_to
from complaints.routing import protected_unit
from complaints.unattended import note, unattended
from organisations.actions import LeaveOverlaps, end_services, enter_leave, plan_leaving, rebuild_reach
from organisations.models import Holding, Post, Role, Unit, UnitLink, User, Vacancy
from tests.support.world import ALWAYS, World, build_world, make_person, make_unit
from workflows.actors import TIMER, Actor
from workflows.checks import problems
from workflows.handover import follow_closed_units, put_back_strayed, raise_protected, settle
from workflows.hands import CONFLICT, LEFT, POST_ENDED, strayed, why_gone
from workflows.models import Case, Conflict, LedgerEntry, OutboxRow, UnitNumber
from workflows.refusals import Missing, NotAllowed, Refused
from workflows.transitions import perform
from workflows.verification import Report, verify

pytestmark = pytest.mark.django_db


def gone(user: User) -> None:
    """He is not in service any more."""
    User.objects.filter(pk=user.pk).update(is_active=False)


def end_post(user: User, day: date | None = None) -> None:
    """His posts ended yesterday."""
    Holding.objects.filter(user=user).update(valid=DateRange(date(2000, 1, 1), day or timezone.localdate()))


def close(unit: Unit, successor: Unit | None = None, day: date | None = None) -> None:
    """The unit is closed from a day on (default: today)."""
    Unit.objects.filter(pk=unit.pk).update(closed_on=day or timezone.localdate(), successor=successor)


def fresh(case: Case) -> ComplaintCase:
    """As it is now."""
    return ComplaintCase.objects.get(pk=case.pk)


def last(case: Case) -> LedgerEntry:
    """Its newest entry."""
    return LedgerEntry.objects.filter(case=case.pk).latest("seq")


# --- Who is gone ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["screening", "awaiting_complainant", "investigating", "review", "acting", "replied"])
def test_case_of_who_left_goes_back_to_its_unit(world: World, state: str) -> None:
    case = world.into(state)
    holder = case.holder
    assert holder is not None
    gone(holder)
    assert put_back_strayed() == 1
    case = fresh(case)
    assert (case.holder, case.state, case.unit) == (None, state, world.district)
    entry = last(case)
    assert (entry.verb, entry.actor_kind, entry.data) == ("put_back", "timer", {"of": holder.pk, "why": LEFT})
    assert OutboxRow.objects.filter(case=case, event="put_back").exists()
    assert put_back_strayed() == 0
    note()  # he was the only screener
    assert list(problems()) == []


def test_case_of_who_lost_his_post_goes_back(world: World) -> None:
    case = world.into("investigating")
    end_post(world.officer)
    assert put_back_strayed() == 1
    assert last(case).data["why"] == POST_ENDED


def test_case_stays_with_who_has_another_post_that_reaches_it(world: World) -> None:
    case = world.into("investigating")
    end_post(world.officer)
    post = Post.objects.create(unit=world.province, title_th="ตำแหน่ง", roles=[Role.OFFICER], valid=ALWAYS)
    Holding.objects.create(post=post, user=world.officer, valid=ALWAYS)
    assert put_back_strayed() == 0
    assert fresh(case).holder == world.officer


def test_case_goes_back_from_who_reaches_it_by_a_role_that_handles_nothing(world: World) -> None:
    world.into("investigating")
    Post.objects.filter(holdings__user=world.officer).update(roles=[Role.EXECUTIVE])
    assert put_back_strayed() == 1


def test_protected_case_is_kept_by_a_post_in_its_unit_only(world: World) -> None:
    case = world.into("investigating", world.corruption)
    end_post(world.centre_officer)
    post = Post.objects.create(unit=world.department, title_th="ตำแหน่ง", roles=[Role.OFFICER], valid=ALWAYS)
    Holding.objects.create(post=post, user=world.centre_officer, valid=ALWAYS)
    assert put_back_strayed() == 1
    assert fresh(case).holder is None


def test_case_goes_back_from_who_has_a_conflict(world: World) -> None:
    case = world.into("investigating")
    Conflict.objects.create(case_id=case.pk, user=world.officer, at=timezone.now())
    assert put_back_strayed() == 1
    assert last(case).data["why"] == CONFLICT


def test_only_the_people_named_are_looked_at(world: World) -> None:
    world.into("investigating")
    gone(world.officer)
    assert put_back_strayed({world.officer2.pk}) == 0
    assert put_back_strayed({world.officer.pk}) == 1


def test_closed_case_stays_with_whoever_had_it(world: World) -> None:
    case = world.into("closed")
    gone(world.officer)
    assert put_back_strayed() == 0
    assert fresh(case).holder == world.officer


def test_nobody_but_the_clock_puts_back_and_only_from_who_is_gone(world: World) -> None:
    case = world.into("investigating")
    with pytest.raises(Missing):
        perform(case, "put_back", TIMER)
    gone(world.officer)
    for user in (world.head, world.officer2, world.approver, world.administrator):
        with pytest.raises(NotAllowed):
            perform(case, "put_back", Actor.person(user))


def test_case_put_back_is_given_to_another_by_the_head(world: World) -> None:
    case = world.into("investigating")
    gone(world.officer)
    put_back_strayed()
    case = world.do(fresh(case), "reassign", world.head, to=world.officer2)
    assert case.holder == world.officer2


# --- Leaving the service ----------------------------------------------------------------------------------------------
def test_last_day_that_has_passed_closes_the_account_and_empties_the_hands(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    case, today = world.into("investigating"), timezone.localdate()
    plan_leaving(world.officer, today)
    assert end_services() == []
    with django_capture_on_commit_callbacks(execute=True):
        assert end_services(today + timedelta(days=1)) == [world.officer.pk]
    left = User.objects.get(pk=world.officer.pk)
    assert not left.is_active
    assert left.holdings.get().valid.upper == today + timedelta(days=1)
    assert fresh(case).holder is None
    assert end_services(today + timedelta(days=2)) == []


def test_who_stays_after_all_keeps_everything(world: World) -> None:
    plan_leaving(world.officer, timezone.localdate())
    plan_leaving(world.officer, None)
    assert end_services(timezone.localdate() + timedelta(days=5)) == []


def test_post_that_was_to_be_taken_up_after_the_last_day_is_given_up(world: World) -> None:
    today = timezone.localdate()
    Holding.objects.filter(user=world.officer).update(valid=DateRange(date(2000, 1, 1), today - timedelta(days=3)))
    post = world.officer.holdings.get().post
    Holding.objects.create(post=post, user=world.officer, valid=DateRange(today + timedelta(days=9), None))
    plan_leaving(world.officer, today - timedelta(days=1))
    assert world.officer.holdings.get().valid.upper == today - timedelta(days=3)


# --- Units that close -------------------------------------------------------------------------------------------------
def test_cases_of_a_closed_unit_go_to_the_unit_it_names(world: World) -> None:
    cases = [world.into(state) for state in ("received", "investigating", "closed")]
    numbers = {case.pk: case.number for case in cases}
    close(world.district, world.other)
    assert settle() == 3
    for case in cases:
        assert (fresh(case).unit, fresh(case).number) == (world.other, numbers[case.pk])
        assert UnitNumber.objects.get(case=case.pk).series.unit == world.district
    # The officer of the district does not reach the other one; what is closed is history.
    assert fresh(cases[1]).holder is None
    assert last(cases[1]).data == {"unit": world.other.pk, "from": world.district.pk}
    assert set(complaints_visible_to(world.stranger).values_list("pk", flat=True)) == set(numbers)
    assert settle() == 0
    assert list(problems()) == []
    assert list(verify(Report())) == []


def test_cases_of_a_closed_unit_without_a_successor_go_to_the_unit_above(world: World) -> None:
    case = world.into("investigating")
    close(world.district)
    UnitLink.objects.filter(child=world.district).update(valid=DateRange(date(2000, 1, 1), timezone.localdate()))
    rebuild_reach()
    follow_closed_units()
    assert fresh(case).unit == world.province


def test_unit_that_closes_tomorrow_keeps_its_cases_today(world: World) -> None:
    case = world.into("investigating")
    close(world.district, world.other, timezone.localdate() + timedelta(days=1))
    assert settle() == 0
    assert fresh(case).unit == world.district


def test_successors_are_followed_until_one_is_open(world: World) -> None:
    third = make_unit("THR", under=world.province)
    case = world.into("accepted")
    close(world.other, third)
    close(world.district, world.other)
    settle()
    assert fresh(case).unit == third


def test_units_that_name_each_other_keep_their_cases_and_are_told(world: World) -> None:
    case = world.into("accepted")
    close(world.other, world.district)
    close(world.district, world.other)
    assert settle() == 0
    assert fresh(case).unit == world.district
    assert [number for number, _text in problems()] == [case.number]


def test_holder_who_reaches_the_new_unit_keeps_the_case(world: World) -> None:
    above = make_person("above", world.province, Role.OFFICER)
    case = world.do(world.into("accepted"), "assign", world.head, to=above)
    close(world.district, world.other)
    settle()
    assert fresh(case).holder == above


def test_protected_cases_of_a_centre_that_closes_go_to_the_next_centre(world: World) -> None:
    cases = [world.into(state, world.corruption) for state in ("received", "investigating", "closed")]
    next_centre = make_unit("AC2", Unit.Kind.ANTI_CORRUPTION, under=world.department)
    rebuild_reach()
    make_person("next_screener", next_centre, Role.SCREENER)
    close(world.centre)
    settle()
    assert {fresh(case).unit for case in cases} == {next_centre}
    assert fresh(cases[1]).holder is None
    # What he had in hand to the end he sees no longer: he has no post where it went.
    assert not complaints_visible_to(world.centre_officer).exists()


def test_new_protected_matter_does_not_go_to_a_centre_that_is_closed(world: World) -> None:
    make_person("dep_screener", world.department, Role.SCREENER)
    assert protected_unit(world.centre) == protected_unit(world.district) == world.centre
    close(world.centre)
    assert protected_unit(Unit.objects.get(pk=world.centre.pk)) == protected_unit(world.district) == world.department


def test_protected_cases_go_to_the_centre_that_is_named_and_to_no_other_unit(world: World) -> None:
    named = make_unit("AC3", Unit.Kind.ANTI_CORRUPTION, under=world.province)
    rebuild_reach()
    case = world.into("accepted", world.corruption)
    close(world.centre, named)
    settle()
    assert fresh(case).unit == named
    make_person("dep_screener", world.department, Role.SCREENER)
    close(named, world.district)
    settle()
    # The district that was named is no centre: it goes above, where somebody screens.
    assert fresh(case).unit == world.department


def test_protected_case_stays_where_nobody_above_screens(world: World) -> None:
    case = world.into("accepted", world.corruption)
    close(world.centre, world.district)
    settle()
    assert fresh(case).unit == world.centre


def test_case_follows_its_unit_that_moves_in_the_tree(world: World) -> None:
    case = world.into("investigating")
    elsewhere = make_unit("ELS", Unit.Kind.PROVINCE, under=world.department)
    head_there = make_person("head_there", elsewhere, Role.HEAD)
    today = timezone.localdate()
    assert not complaints_visible_to(head_there).exists()
    UnitLink.objects.filter(child=world.district).update(valid=DateRange(date(2000, 1, 1), today))
    UnitLink.objects.create(axis="line", child=world.district, parent=elsewhere, valid=DateRange(today, None))
    rebuild_reach()
    assert settle() == 0
    assert complaints_visible_to(User.objects.get(pk=head_there.pk)).get() == case
    assert not complaints_visible_to(User.objects.get(pk=world.executive.pk)).exists()
    assert fresh(case).holder == world.officer
    moved = perform(case, "reassign", Actor.person(head_there), to=world.officer2)
    assert moved.holder == world.officer2


def test_holder_above_loses_the_case_of_a_unit_that_moves_away(world: World) -> None:
    above = make_person("above", world.province, Role.OFFICER)
    case = world.do(world.into("accepted"), "assign", world.head, to=above)
    elsewhere = make_unit("ELS", Unit.Kind.PROVINCE, under=world.department)
    today = timezone.localdate()
    UnitLink.objects.filter(child=world.district).update(valid=DateRange(date(2000, 1, 1), today))
    UnitLink.objects.create(axis="line", child=world.district, parent=elsewhere, valid=DateRange(today, None))
    rebuild_reach()
    assert settle() == 1
    assert fresh(case).holder is None


# --- Rising -----------------------------------------------------------------------------------------------------------
def test_protected_case_rises_when_its_only_approver_leaves_and_comes_down_again(world: World) -> None:
    above = make_person("dep_approver", world.department, Role.APPROVER)
    case = world.into("review", world.corruption)
    assert raise_protected() == 0
    gone(world.centre_approver)
    assert settle() == 1
    assert fresh(case).raised_to == world.department
    assert complaints_visible_to(above).filter(pk=case.pk).exists()
    make_person("new_approver", world.centre, Role.APPROVER)
    assert raise_protected() == 1
    assert fresh(case).raised_to is None
    assert not complaints_visible_to(User.objects.get(pk=above.pk)).filter(pk=case.pk).exists()


def test_protected_case_in_nobodys_hands_rises_to_a_head_above(world: World) -> None:
    head = make_person("dep_head", world.department, Role.HEAD)
    case = world.into("investigating", world.corruption)
    gone(world.centre_approver)
    gone(world.centre_officer)
    other = make_person("centre_officer2", world.centre, Role.OFFICER)
    put_back_strayed()
    assert fresh(case).raised_to == world.department
    assert world.do(fresh(case), "reassign", head, to=other).holder == other


# --- One rule in two forms --------------------------------------------------------------------------------------------
class _Undo(Exception):
    """Ends an example; the next one finds nothing of it."""


@contextlib.contextmanager
def a_world_of_its_own() -> Iterator[World]:
    """For each example of a property."""
    with contextlib.suppress(_Undo), transaction.atomic():
        yield build_world()
        raise _Undo


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_strayed_finds_what_why_gone_says_of_each_case(db: None, seed: int) -> None:
    with a_world_of_its_own() as world:
        _compare(world, random.Random(seed))  # noqa: S311 - can be repeated


def _compare(world: World, choose: random.Random) -> None:
    cases = [world.into(state, kind) for state, kind in (
        ("investigating", None), ("screening", None), ("acting", None), ("investigating", world.corruption),
    )]  # fmt: skip
    for case in cases:
        people = [world.officer, world.screener, world.centre_officer, world.head, world.upper_approver, world.stranger]
        Case.objects.filter(pk=case.pk).update(holder=choose.choice(people))
        if choose.random() < 0.3:
            Conflict.objects.get_or_create(case_id=case.pk, user=choose.choice(people), defaults={"at": timezone.now()})
    for user in choose.sample([world.officer, world.screener, world.centre_officer], 2):
        choose.choice([gone, end_post])(user)
    found = set(strayed().values_list("pk", flat=True))
    assert found == {case.pk for case in Case.objects.filter(is_open=True) if why_gone(case)}


# --- Whatever happens -------------------------------------------------------------------------------------------------
def _happen(world: World, choose: random.Random, today: date) -> None:
    people = list(User.objects.filter(is_active=True, holdings__isnull=False).distinct())
    units = [world.district, world.other, world.centre, world.province]
    match choose.randrange(7):
        case 0:
            plan_leaving(choose.choice(people), today - timedelta(days=1))
        case 1:
            end_post(choose.choice(people))
        case 2:
            user, deputy = choose.sample(people, 2)
            with contextlib.suppress(LeaveOverlaps):
                enter_leave(user=user, deputy=deputy, first_day=today, last_day=today)
        case 3:
            unit = choose.choice(units)
            close(unit, choose.choice([None, *[other for other in units if other != unit]]))
        case 4:
            unit = choose.choice(units[:2])
            link = UnitLink.objects.filter(child=unit, valid__contains=today).first()
            if link is not None and link.valid.lower < today:
                UnitLink.objects.filter(pk=link.pk).update(valid=DateRange(link.valid.lower, today))
                UnitLink.objects.create(
                    axis="line", child=unit, parent=choose.choice([world.department, world.province]),
                    valid=DateRange(today, None),
                )  # fmt: skip
            rebuild_reach()
        case 5:
            unit, role = choose.choice([*units, world.department]), choose.choice(Role.values)
            make_person(f"new{User.objects.count()}", unit, role)
        case 6:
            case = choose.choice(list(ComplaintCase.objects.filter(is_open=True)))
            with contextlib.suppress(Refused):
                perform(case, "declare_conflict", Actor.person(choose.choice(people)), reasons="เป็นญาติ")


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_whatever_happens_no_case_is_without_hands_unless_it_is_noted(db: None, seed: int) -> None:
    with a_world_of_its_own() as world:
        _live(world, random.Random(seed))  # noqa: S311 - can be repeated


def _live(world: World, choose: random.Random) -> None:
    today = timezone.localdate()
    for state in (
        "received",
        "screening",
        "accepted",
        "investigating",
        "review",
        "acting",
        "replied",
        "review_requested",
    ):
        world.into(state)
    for state in ("received", "investigating", "review"):
        world.into(state, world.corruption)
    for _night in range(3):
        for _event in range(choose.randrange(1, 6)):
            _happen(world, choose, today)
        end_services()
        rebuild_reach()
        settle()
        note()
        noted = set(Vacancy.objects.values_list("unit", "role"))
        assert {(case.unit_id, role) for case, role in unattended()} == noted
        assert not strayed().exists()
        stuck = {case.number for case in Case.objects.filter(is_open=True, unit__closed_on__lte=today)}
        assert {number for number, _text in problems()} <= stuck | _unscreened()
        assert settle() == 0
    assert list(verify(Report())) == []


def _unscreened() -> set[str]:
    """Protected cases in a unit in which nobody screens: told by a check of their own."""
    return set(Case.objects.filter(protected=True, is_open=True).values_list("number", flat=True))
