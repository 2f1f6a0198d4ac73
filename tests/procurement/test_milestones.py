"""Milestones and their clocks: planned days, days that have passed, holidays, and nothing planned at all."""

from datetime import date, timedelta
from typing import Any

import pytest

from organisations.models import Holiday
from procurement.models import Milestone, PurchaseCase
from tests.support.procurement_ways import day, purchase_in
from tests.support.purchases import Plan
from workflows.actors import IMPORT, Actor
from workflows.checks import problems
from workflows.models import Clock, OutboxRow
from workflows.transitions import open_case, perform
from workflows.watch import give_warnings, recompute_deadlines

pytestmark = pytest.mark.django_db
STEPS = ("announce", "contract", "deliver", "inspect", "pay")


def working_day(after: int) -> date:
    """The first Monday to Friday at least so many days from today; no test here runs into a holiday by itself."""
    found = day(-after)
    while found.weekday() > 4:
        found += timedelta(days=1)
    return found


def running(case: PurchaseCase) -> dict[str, date | None]:
    """Code of each running clock: its due day."""
    return dict(Clock.objects.filter(case=case.pk, stopped_on=None).values_list("code", "due_on"))


def planned(plan: Plan, **dates: date | None) -> PurchaseCase:
    """A purchase with these dates."""
    return plan.purchase(dates=dates)


# --- What runs --------------------------------------------------------------------------------------------------------
def test_each_planned_step_has_a_clock_of_its_own_day(plan: Plan) -> None:
    dates = {code: working_day(20 * place) for place, code in enumerate(STEPS, start=1)}
    case = planned(plan, **dates)
    assert running(case) == dates
    assert case.next_due == dates["announce"]
    assert list(problems()) == []


def test_nothing_planned_runs_the_clock_to_plan_and_a_date_ends_it(plan: Plan) -> None:
    case = plan.purchase()
    assert set(running(case)) == {"plan_dates"}
    case = plan.do(case, "set_dates", dates={"contract": working_day(30)})
    assert running(case) == {"contract": working_day(30)}
    # The last date is taken away again: nothing lies without a deadline.
    case = plan.do(case, "set_dates", dates={"contract": None, "pay": working_day(50)})
    case = plan.do(case, "set_dates", dates={"pay": working_day(60)})
    assert running(case) == {"pay": working_day(60)}
    assert list(problems()) == []


def test_all_planned_steps_reached_runs_the_clock_to_plan_again(plan: Plan) -> None:
    case = planned(plan, announce=working_day(5))
    case = plan.do(case, "announce", on=day())
    assert set(running(case)) == {"plan_dates"}
    assert list(problems()) == []


def test_changed_date_stops_one_clock_and_starts_another(plan: Plan) -> None:
    case = planned(plan, contract=working_day(30), pay=working_day(90))
    before = case.clocks.get(code="pay")
    case = plan.do(case, "set_dates", dates={"contract": working_day(40), "pay": working_day(90)})
    assert running(case) == {"contract": working_day(40), "pay": working_day(90)}
    assert case.clocks.get(code="pay") == before  # what stays is not begun anew
    assert case.clocks.filter(code="contract").count() == 2
    assert case.next_due == working_day(40)


def test_day_that_has_passed_is_due_at_once_and_warns_once(plan: Plan) -> None:
    passed = day(10)
    case = planned(plan, announce=passed)
    due = running(case)["announce"]
    assert due is not None
    assert passed <= due < day()  # moved to a working day at most
    clock = case.clocks.get()
    assert (clock.started_on, clock.length) == (passed, 0)
    assert case.next_due == due
    give_warnings()
    give_warnings()
    told = OutboxRow.objects.filter(event="clock_warning").values_list("facts__percent", flat=True)
    assert sorted(told) == [100, 150]
    assert list(problems()) == []


def test_holiday_moves_the_due_day_but_not_the_planned_one(plan: Plan) -> None:
    on = working_day(30)
    after = on + timedelta(days=3 if on.weekday() == 4 else 1)
    Holiday.objects.create(day=on, name_th="วันหยุดพิเศษ", source="มติ ครม.")
    case = planned(plan, contract=on)
    assert running(case) == {"contract": after}
    # The same date set again is the same clock, though it is due another day.
    clock = case.clocks.get()
    case = plan.do(case, "set_dates", dates={"contract": on})
    assert case.clocks.get() == clock
    # The cabinet takes the holiday back.
    Holiday.objects.all().delete()
    recompute_deadlines()
    assert running(case) == {"contract": on}
    assert PurchaseCase.objects.get(pk=case.pk).next_due == on
    assert Milestone.objects.get(purchase=case.pk).planned_on == on


def test_weekend_is_no_due_day(plan: Plan) -> None:
    saturday = working_day(30) + timedelta(days=5 - working_day(30).weekday())
    assert running(planned(plan, contract=saturday)) == {"contract": saturday + timedelta(days=2)}


# --- Steps are reached ------------------------------------------------------------------------------------------------
def test_step_reached_stops_its_clock_and_those_before_it(plan: Plan) -> None:
    dates = {code: working_day(20 * place) for place, code in enumerate(STEPS, start=1)}
    case = planned(plan, **dates)
    case = plan.do(case, "announce", on=day(3))
    assert set(running(case)) == {"contract", "deliver", "inspect", "pay"}
    contract = {"number": "1", "supplier": plan.supplier(), "value": 5, "on": day(2)}
    case = plan.do(case, "sign_contract", **contract)
    case = plan.do(case, "deliver", on=day(1))
    case = plan.do(case, "accept_delivery", on=day(), evidence="แฟ้ม")
    assert set(running(case)) == {"pay"}
    case = plan.do(plan.do(case, "pay", amount=5, on=day()), "complete")
    assert running(case) == {}
    done = dict(case.purchase.milestones.values_list("code", "done_on"))
    assert done == {"announce": day(3), "contract": day(2), "deliver": day(1), "inspect": day(), "pay": day()}


def test_step_beyond_another_reaches_it_too(plan: Plan) -> None:
    case = planned(plan, announce=working_day(20), contract=working_day(40))
    moved = perform(case, "announce", IMPORT, on=day())
    Milestone.objects.filter(purchase=case.pk, code="announce").update(done_on=None)
    contract = {"number": "1", "supplier": plan.supplier(), "value": 5, "on": day()}
    moved = plan.do(moved, "sign_contract", **contract)
    assert dict(moved.purchase.milestones.values_list("code", "done_on")) == {"announce": day(), "contract": day()}
    assert set(running(moved)) == {"plan_dates"}


def test_another_contract_does_not_sign_the_first_one_later(plan: Plan) -> None:
    case = plan.do(plan.purchase(), "announce", on=day(9))
    first = {"number": "1", "supplier": plan.supplier(), "value": 5, "on": day(8)}
    case = plan.do(case, "sign_contract", **first)
    case = plan.do(case, "add_contract", **{**first, "number": "2", "on": day(1)})
    assert case.purchase.milestones.get(code="contract").done_on == day(8)


def test_contract_plans_the_delivery_where_nobody_has(plan: Plan) -> None:
    contract = {"number": "1", "supplier": plan.supplier(), "value": 5, "on": day(), "finish_on": working_day(60)}
    case = plan.do(plan.do(plan.purchase(), "announce", on=day()), "sign_contract", **contract)
    assert running(case) == {"deliver": working_day(60)}
    dated = plan.do(planned(plan, deliver=working_day(90)), "announce", on=day())
    dated = plan.do(dated, "sign_contract", **contract)
    assert running(dated) == {"deliver": working_day(90)}
    # The end of the contract is corrected: the delivery is expected then.
    row = case.purchase.contracts.get()
    case = plan.do(case, "revise", figures={}, contracts={row.pk: {"finish_on": working_day(70)}})
    assert running(case) == {"deliver": working_day(70)}


def test_delivery_sent_back_is_awaited_again(plan: Plan) -> None:
    contract = {"number": "1", "supplier": plan.supplier(), "value": 5, "on": day(), "finish_on": working_day(60)}
    case = plan.do(plan.do(plan.purchase(), "announce", on=day()), "sign_contract", **contract)
    case = plan.do(case, "deliver", on=day())
    assert "deliver" not in running(case)
    case = plan.do(case, "reject_delivery", reasons="ไม่ครบ")
    assert running(case) == {"deliver": working_day(60)}
    assert list(problems()) == []


@pytest.mark.parametrize("edge", ["cancel", "import_cancellation", "import_completion"])
def test_end_stops_every_clock(plan: Plan, edge: str) -> None:
    case: Any = planned(plan, announce=working_day(5), pay=working_day(50))
    facts = {"reasons": "งบถูกตัด"} if edge == "cancel" else {}
    case = perform(case, edge, Actor.person(plan.approver) if edge == "cancel" else IMPORT, **facts)
    assert running(case) == {}
    assert case.next_due is None
    assert list(problems()) == []


def test_figures_of_a_purchase_that_is_over_start_no_clock(plan: Plan) -> None:
    case = purchase_in(plan, "completed")
    row = case.purchase.contracts.get()
    case = plan.do(case, "revise", figures={"budget": 5}, contracts={row.pk: {"finish_on": working_day(70)}})
    assert running(case) == {}
    assert list(problems()) == []


def test_imported_purchase_shows_its_clocks_and_warns_nobody(plan: Plan) -> None:
    activity = plan.activity(source="import")
    case = open_case(
        "purchase", "import_announced", IMPORT, unit=plan.unit, silent=True, activity=activity, name="จัดซื้อ",
        dates={"contract": day(20)}, done={"announce": day(40)},
    )  # fmt: skip
    assert isinstance(case, PurchaseCase)
    assert set(running(case)) == {"contract"}
    assert give_warnings() == 0
    assert list(problems()) == []
