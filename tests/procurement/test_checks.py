"""What must agree between a purchase or a committee and its case: each disagreement, made by plain SQL, is found."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.translation import override

from procurement.checks import committee_problems, purchase_problems
from tests.support.procurement_ways import committee_in, day, purchase_in
from tests.support.purchases import Plan
from workflows.checks import problems

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: Any) -> None:
    """Write past everything."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def found(check: Callable[[], Any]) -> list[tuple[str, str]]:
    """What the check says, in English."""
    with override("en"):
        return [(number, str(sentence)) for number, sentence in check()]


def test_nothing_is_wrong_in_any_place(plan: Plan) -> None:
    for state in ("planned", "contracted", "completed", "cancelled"):
        purchase_in(plan, state)
    for place in ("draft", "working/opinion", "approved/amending", "dissolved", "discarded"):
        committee_in(plan, place)
    assert list(problems()) == []


# --- Purchases --------------------------------------------------------------------------------------------------------
def test_case_without_a_purchase_is_found(plan: Plan) -> None:
    case = plan.purchase()
    sql("DELETE FROM procurement_revision WHERE purchase_id = %s", case.pk)
    sql("DELETE FROM procurement_purchase WHERE case_id = %s", case.pk)
    assert found(purchase_problems) == [(case.number, "the case has no purchase")]


def test_purchase_of_another_units_plan_is_found(plan: Plan) -> None:
    case = plan.purchase()
    sql("UPDATE procurement_activity SET unit_id = %s", plan.world.other.pk)
    assert found(purchase_problems) == [(case.number, "the purchase and its plan activity belong to different units")]


def test_milestone_without_its_clock_is_found(plan: Plan) -> None:
    case = plan.purchase(dates={"contract": day(-30), "pay": day(-60)})
    sql("UPDATE workflows_clock SET stopped_on = %s WHERE code = 'pay'", day())
    assert found(purchase_problems) == [(case.number, "a milestone that is planned and not reached has no clock")]


def test_clock_of_a_milestone_that_is_reached_or_moved_is_found(plan: Plan) -> None:
    reached, moved = plan.purchase(dates={"contract": day(-30)}), plan.purchase(dates={"pay": day(-30)})
    assert found(purchase_problems) == []
    sql("UPDATE procurement_milestone SET done_on = %s WHERE purchase_id = %s", day(), reached.pk)
    sql("UPDATE procurement_milestone SET planned_on = planned_on + 1 WHERE purchase_id = %s", moved.pk)
    sentence = "a clock runs for a milestone that is reached, or planned for another day"
    assert sorted(found(purchase_problems)) == sorted([(reached.number, sentence), (moved.number, sentence)])


def test_purchase_without_a_version_is_found(plan: Plan) -> None:
    case = plan.purchase()
    sql("DELETE FROM procurement_revision WHERE purchase_id = %s", case.pk)
    assert found(purchase_problems) == [(case.number, "the purchase has no version of its figures")]


# --- Committees -------------------------------------------------------------------------------------------------------
def test_case_without_a_committee_is_found(plan: Plan) -> None:
    case = committee_in(plan, "draft")
    for table in ("procurement_declaration", "procurement_member"):
        sql(f"DELETE FROM {table}")  # noqa: S608 - the two names above
    sql("DELETE FROM procurement_committee WHERE case_id = %s", case.pk)
    assert found(committee_problems) == [(case.number, "the case has no committee")]


def test_committee_of_another_units_purchase_is_found(plan: Plan) -> None:
    case = committee_in(plan, "draft")
    sql("UPDATE workflows_case SET unit_id = %s WHERE id = %s", plan.world.other.pk, case.pk)
    assert found(committee_problems) == [(case.number, "the committee and its purchase belong to different units")]


@pytest.mark.parametrize("place", ["ordered", "working", "reported"])
def test_committee_at_work_without_an_order_is_found(plan: Plan, place: str) -> None:
    case = committee_in(plan, place)
    sql("UPDATE procurement_member SET appointed_on = NULL, appointed_by_id = NULL")
    sql("DELETE FROM procurement_order")
    assert found(committee_problems) == [
        (case.number, "the committee works without an order"),
        (case.number, "a change of members was never ordered"),
    ]


@pytest.mark.parametrize("place", ["dissolved", "discarded"])
def test_member_of_a_committee_at_its_end_is_found(plan: Plan, place: str) -> None:
    case = committee_in(plan, place)
    if place == "discarded":
        sql(
            "INSERT INTO procurement_member (committee_id, person_id, duty, position, nomination, leaving,"
            " left_because, added_by_id, added_at) SELECT %s, %s, 'member', 1, '', false, '', %s, now()",
            case.pk, plan.official().pk, plan.staff.pk,
        )  # fmt: skip
    else:
        sql("UPDATE procurement_member SET left_on = NULL, left_because = '' WHERE duty = 'chair'")
    assert found(committee_problems) == [(case.number, "the committee is at its end, but a member still sits in it")]


@pytest.mark.parametrize("what", ["leaving = true", "appointed_on = NULL"])
def test_change_of_members_without_an_order_is_found(plan: Plan, what: str) -> None:
    case = committee_in(plan, "working")
    sql(f"UPDATE procurement_member SET {what} WHERE duty = 'secretary'")  # noqa: S608 - one of the two above
    assert found(committee_problems) == [(case.number, "a change of members was never ordered")]


# --- Through the command ----------------------------------------------------------------------------------------------
def test_check_cases_names_what_these_checks_find(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    case = plan.purchase()
    call_command("check_cases")
    sql("DELETE FROM procurement_revision WHERE purchase_id = %s", case.pk)
    with pytest.raises((CommandError, SystemExit)):
        call_command("check_cases")
    output = capsys.readouterr()
    assert case.number in output.out + output.err


@pytest.mark.parametrize("column", ["state", "ledger_head"])
def test_state_written_past_the_law_is_found(plan: Plan, column: str) -> None:
    """The checks that every kind of case shares look at purchases and committees too."""
    for case in (purchase_in(plan, "announced"), committee_in(plan, "ordered")):
        value = {"state": "completed" if case.kind == "purchase" else "dissolved", "ledger_head": "0" * 64}[column]
        sql(f"UPDATE workflows_case SET {column} = %s WHERE id = %s", value, case.pk)  # noqa: S608 - one of the two above
        assert case.number in {number for number, _sentence in problems()}
