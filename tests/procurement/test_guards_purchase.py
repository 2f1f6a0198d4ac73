"""What the edges of a purchase need: its activity, its method, its steps in their order, and its end."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from procurement.actions.plan import cancel_activity
from procurement.models import Activity, Bid, ProcurementMethod, PurchaseCase
from tests.support.procurement_ways import committee_in, day, group_target, other_supplier, purchase_in, refused
from tests.support.purchases import Plan
from workflows.actors import IMPORT, Actor
from workflows.checks import problems
from workflows.models import Case
from workflows.refusals import Missing
from workflows.transitions import open_case, perform

pytestmark = pytest.mark.django_db


def plan_is_refused(plan: Plan, guard: str, **facts: Any) -> None:
    before = Case.objects.count()
    with pytest.raises(Missing) as caught:
        open_case("purchase", "plan", Actor.person(plan.staff), unit=plan.unit, **facts)
    assert caught.value.field == guard
    assert Case.objects.count() == before


# --- It enters the plan -----------------------------------------------------------------------------------------------
def test_purchase_has_a_name_and_an_activity_of_its_unit_that_goes_on(plan: Plan) -> None:
    activity = plan.activity()
    plan_is_refused(plan, "name", activity=activity, name=" ")
    plan_is_refused(plan, "activity", name="จัดซื้อ")
    plan_is_refused(plan, "activity", name="จัดซื้อ", activity=plan.activity(unit=plan.world.province))
    # Cancelled after the form was opened: what the form holds does not know it.
    cancel_activity(activity, by=plan.staff, reason="งบถูกตัด")
    assert activity.cancelled_on is None
    plan_is_refused(plan, "activity", name="จัดซื้อ", activity=activity)


def test_dates_follow_the_steps_from_the_first(plan: Plan) -> None:
    facts = {"name": "จัดซื้อ", "activity": plan.activity()}
    plan_is_refused(plan, "dates_follow", dates={"contract": day(-30), "announce": day(-40)}, **facts)
    case = open_case(
        "purchase", "plan", Actor.person(plan.staff), unit=plan.unit,
        dates={"announce": day(-30), "contract": None, "pay": day(-30)}, **facts,
    )  # fmt: skip
    assert case.clocks.filter(stopped_on=None).count() == 2


# --- The steps --------------------------------------------------------------------------------------------------------
def test_announcement_needs_the_method(plan: Plan) -> None:
    case = plan.purchase(method=None)
    refused(plan, case, "announce", "method", on=day())
    named = plan.purchase(method=None, method_name="วิธีพิเศษ")
    assert plan.do(named, "announce", on=day()).state == "announced"
    method = ProcurementMethod.objects.get(code="specific")
    case = plan.do(case, "announce", on=day(), method=method)
    assert (case.purchase.method, case.category, case.purchase.announced_on) == (method, "specific", day())


@pytest.mark.parametrize(
    ("state", "edge", "facts"),
    [
        ("planned", "announce", {}),
        ("announced", "award", {"winner": "supplier"}),
        ("announced", "sign_contract", {"number": "9", "supplier": "supplier", "value": Decimal(5)}),
        ("contracted", "add_contract", {"number": "9", "supplier": "supplier", "value": Decimal(5)}),
        ("contracted", "deliver", {}),
        ("delivered", "accept_delivery", {"evidence": "แฟ้ม"}),
        ("contracted", "pay", {"amount": Decimal(5)}),
    ],
)
def test_step_has_a_day_that_has_come(plan: Plan, state: str, edge: str, facts: dict[str, Any]) -> None:
    case = purchase_in(plan, state)
    facts = {name: plan.supplier() if value == "supplier" else value for name, value in facts.items()}
    refused(plan, case, edge, "day", **facts)
    refused(plan, case, edge, "day", on=day(-1), **facts)
    plan.do(case, edge, on=day(), **facts)


def test_step_is_not_before_the_one_before_it(plan: Plan) -> None:
    contract = {"number": "1", "supplier": plan.supplier(), "value": Decimal(5)}
    case = plan.do(plan.purchase(), "announce", on=day(9))
    refused(plan, case, "award", "after_the_step_before", on=day(10), winner=plan.supplier())
    refused(plan, case, "sign_contract", "after_the_step_before", on=day(10), **contract)
    case = plan.do(case, "award", on=day(7), winner=plan.supplier())
    refused(plan, case, "sign_contract", "after_the_step_before", on=day(8), **contract)
    case = plan.do(case, "sign_contract", on=day(6), **contract)
    refused(plan, case, "deliver", "after_the_step_before", on=day(7))
    case = plan.do(case, "deliver", on=day(4))
    refused(plan, case, "accept_delivery", "after_the_step_before", on=day(5), evidence="แฟ้ม")
    # Sent back and delivered anew: the contract is the step before.
    case = plan.do(case, "reject_delivery", reasons="ไม่ครบ")
    case = plan.do(case, "deliver", on=day(6))
    assert plan.do(case, "accept_delivery", on=day(6), evidence="แฟ้ม").state == "inspected"


def test_import_and_days_to_come_are_not_measured_by_the_steps(plan: Plan) -> None:
    case = plan.do(plan.purchase(), "announce", on=day(2))
    moved = perform(case, "award", IMPORT, on=day(5), winner=plan.supplier())
    assert isinstance(moved, PurchaseCase)
    # The source may name a day that lies ahead; the staff can go on all the same.
    type(moved.purchase).objects.filter(pk=moved.pk).update(awarded_on=day(-30))
    contract = {"number": "1", "supplier": plan.supplier(), "value": Decimal(5)}
    assert plan.do(moved, "sign_contract", on=day(), **contract).state == "contracted"


# --- Bidders and winners ----------------------------------------------------------------------------------------------
def test_bidders_are_one_or_more(plan: Plan) -> None:
    case = plan.do(plan.purchase(), "announce", on=day())
    refused(plan, case, "record_bids", "bids", bids=[])
    case = plan.do(case, "record_bids", bids=[{"supplier": plan.supplier(), "amount": None}])
    assert (case.purchase.bidders_version, case.purchase.bids.get().result) == (1, "pending")


def test_winner_is_a_bidder_who_was_not_disqualified(plan: Plan) -> None:
    case = plan.do(plan.purchase(), "announce", on=day())
    refused(plan, case, "award", "winner_is_a_bidder", on=day())
    mine, other = plan.supplier(), other_supplier(plan)
    bids = [{"supplier": mine, "amount": Decimal(5), "result": "disqualified", "note": "เอกสารไม่ครบ"}]
    case = plan.do(case, "record_bids", bids=bids)
    for winner in (mine, other):
        refused(plan, case, "award", "winner_is_a_bidder", on=day(), winner=winner)
    case = plan.do(case, "record_bids", bids=[{"supplier": other, "amount": Decimal(6)}])
    case = plan.do(case, "award", on=day(), winner=other)
    assert dict(case.purchase.bids.values_list("supplier__name", "result")) == {
        mine.name: "disqualified",
        other.name: "won",
    }
    assert list(problems()) == []


def test_winner_without_bidders_on_record_becomes_one(plan: Plan) -> None:
    case = plan.do(plan.purchase(), "announce", on=day())
    case = plan.do(case, "award", on=day(), winner=plan.supplier())
    assert Bid.objects.get().result == "won"
    assert case.purchase.bidders_version == 1


def test_contract_needs_number_supplier_and_value_and_is_new(plan: Plan) -> None:
    case = purchase_in(plan, "announced")
    facts = {"number": "1", "supplier": plan.supplier(), "value": Decimal(5), "on": day()}
    for missing, guard in (
        ({"number": " "}, "contract_number"),
        ({"supplier": None}, "supplier"),
        ({"value": None}, "value"),
    ):
        refused(plan, case, "sign_contract", guard, **{**facts, **missing})
    refused(plan, case, "sign_contract", "value", **{**facts, "value": Decimal(-5)})
    case = plan.do(case, "sign_contract", **facts)
    refused(plan, case, "add_contract", "contract_is_new", **{**facts, "number": " 1 "})
    case = plan.do(case, "add_contract", **{**facts, "number": "2"})
    assert case.purchase.total_value == 10


def test_import_may_bring_a_contract_without_a_value(plan: Plan) -> None:
    case = purchase_in(plan, "announced")
    facts = {"number": "1", "supplier": plan.supplier(), "value": None, "on": day()}
    moved = perform(case, "sign_contract", IMPORT, **facts)
    assert isinstance(moved, PurchaseCase)
    assert moved.purchase.total_value is None


# --- Delivery ---------------------------------------------------------------------------------------------------------
def test_delivery_goes_back_with_reasons(plan: Plan) -> None:
    case = purchase_in(plan, "delivered")
    refused(plan, case, "reject_delivery", "reasons", reasons="")
    assert plan.do(case, "reject_delivery", reasons="ไม่ครบ").state == "contracted"


def test_acceptance_is_that_of_an_inspection_committee_or_kept_somewhere(plan: Plan) -> None:
    case = purchase_in(plan, "delivered")
    refused(plan, case, "accept_delivery", "inspection_committee_accepted", on=day())
    inspection = committee_in(plan, "ordered", "inspection", case)
    inspection = plan.meeting(inspection, "reject", on=day(1))
    refused(plan, case, "accept_delivery", "inspection_committee_accepted", on=day(), evidence=" ")
    plan.meeting(inspection, "accept")
    assert plan.do(case, "accept_delivery", on=day()).state == "inspected"


def test_acceptance_of_the_committee_of_another_purchase_is_none(plan: Plan) -> None:
    case, other = purchase_in(plan, "delivered"), purchase_in(plan, "delivered")
    plan.meeting(committee_in(plan, "ordered", "inspection", other), "accept")
    refused(plan, case, "accept_delivery", "inspection_committee_accepted", on=day())


def test_purchase_is_cancelled_for_a_reason(plan: Plan) -> None:
    case = purchase_in(plan, "announced")
    refused(plan, case, "cancel", "reasons", plan.world.head, reasons="")
    case = plan.do(case, "cancel", plan.world.head, reasons="งบถูกตัด")
    assert (case.is_open, case.next_due, case.purchase.cancelled_on) == (False, None, day())
    assert list(problems()) == []


# --- Grouping ---------------------------------------------------------------------------------------------------------
def test_purchase_is_grouped_within_its_plan(plan: Plan) -> None:
    case = purchase_in(plan, "announced")
    own = case.purchase.activity
    refused(plan, case, "group", "same_plan")
    refused(plan, case, "group", "same_plan", activity=own)
    refused(plan, case, "group", "same_plan", activity=plan.activity(fiscal_year=plan.year - 1))
    refused(plan, case, "group", "same_plan", activity=plan.activity(unit=plan.world.other))
    target = group_target(plan, case)
    cancel_activity(target, by=plan.staff, reason="งบถูกตัด")
    refused(plan, case, "group", "same_plan", activity=target)
    target = group_target(plan, case)
    assert plan.do(case, "group", activity=target).purchase.activity == target
    own.refresh_from_db()
    assert own.cancelled_on is None  # entered by hand: it stays, without a purchase


def test_imported_activity_that_grouping_empties_goes_and_comes_back(plan: Plan) -> None:
    activity = plan.activity(source="import")
    first, second = plan.purchase(activity), plan.purchase(activity)
    target = group_target(plan, first)
    first = plan.do(first, "group", activity=target)
    activity.refresh_from_db()
    assert (activity.cancelled_on, activity.version) == (None, 1)
    second = plan.do(second, "group", activity=target)
    activity.refresh_from_db()
    assert (activity.cancelled_on, activity.version) == (day(), 2)
    stale = Activity(pk=activity.pk, source="import")  # as a page that was opened before would have it
    plan.do(second, "group", activity=stale)
    activity.refresh_from_db()
    assert (activity.cancelled_on, activity.cancel_reason, activity.version) == (None, "", 3)
    assert list(activity.revisions.values_list("number", flat=True)) == [1, 2, 3]
    assert [row.figures["cancelled_on"] for row in activity.revisions.all()] == [None, day().isoformat(), None]


def test_activity_cancelled_by_hand_is_not_grouped_back(plan: Plan) -> None:
    case, activity = plan.purchase(), plan.activity(source="import")
    cancel_activity(activity, by=plan.staff, reason="งบถูกตัด")
    refused(plan, case, "group", "same_plan", activity=activity)


def test_activity_is_cancelled_after_its_purchases_and_with_a_reason(plan: Plan) -> None:
    case = plan.purchase()
    activity = case.purchase.activity
    for reason, field in (("", "reason"), ("งบถูกตัด", "reason")):
        with pytest.raises(Missing) as caught:
            cancel_activity(activity, by=plan.staff, reason=reason)
        assert caught.value.field == field
    plan.do(case, "cancel", plan.approver, reasons="งบถูกตัด")
    cancelled = cancel_activity(activity, by=plan.staff, reason=" งบถูกตัด ")
    assert (cancelled.cancelled_on, cancelled.cancel_reason) == (day(), "งบถูกตัด")


def test_dates_are_planned_in_the_order_of_the_steps(plan: Plan) -> None:
    case = plan.purchase(dates={"announce": day(-10), "deliver": day(-60)})
    refused(plan, case, "set_dates", "dates_in_order")
    refused(plan, case, "set_dates", "dates_in_order", dates={"announce": None})
    refused(plan, case, "set_dates", "dates_in_order", dates={"deliver": day(-60), "pay": day(-59)})
    # What is planned already and not sent along counts too.
    refused(plan, case, "set_dates", "dates_in_order", dates={"pay": day(-59)})
    refused(plan, case, "set_dates", "dates_in_order", dates={"contract": day(-9)})
    case = plan.do(case, "set_dates", dates={"contract": day(-20), "deliver": None, "pay": day(-59)})
    assert dict(case.purchase.milestones.values_list("code", "planned_on")) == {
        "announce": day() + timedelta(days=10),
        "contract": day() + timedelta(days=20),
        "deliver": None,
        "pay": day() + timedelta(days=59),
    }
