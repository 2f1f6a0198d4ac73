"""Money: what is paid, what is contracted, and what is not known. Missing is never nothing."""

from decimal import Decimal
from typing import Any

import pytest

from procurement.models import Contract, Payment, PurchaseCase
from tests.support.procurement_ways import day, purchase_in, refused
from tests.support.purchases import Plan
from workflows.actors import IMPORT
from workflows.checks import problems
from workflows.transitions import perform

pytestmark = pytest.mark.django_db


def contracted(plan: Plan, *values: int | None) -> PurchaseCase:
    """A purchase with a contract for each of these values (baht; None: not known)."""
    case: Any = plan.do(plan.purchase(), "announce", on=day())
    for place, value in enumerate(values):
        edge = "add_contract" if place else "sign_contract"
        known = None if value is None else Decimal(value)
        case = perform(case, edge, IMPORT, number=str(place), supplier=plan.supplier(), value=known, on=day())
    assert isinstance(case, PurchaseCase)
    return case


def pay(plan: Plan, case: PurchaseCase, amount: str, **facts: Any) -> PurchaseCase:
    """A payment in baht."""
    paid: PurchaseCase = plan.do(case, "pay", amount=Decimal(amount), on=day(), **facts)
    return paid


# --- Payments ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("amount", [None, Decimal(0), Decimal("0.001")])
def test_payment_is_an_amount(plan: Plan, amount: Decimal | None) -> None:
    refused(plan, contracted(plan, 100), "pay", "amount", amount=amount, on=day())


def test_payments_come_up_to_the_contracts_to_the_satang(plan: Plan) -> None:
    case = pay(plan, contracted(plan, 100, 50), "100.01")
    refused(plan, case, "pay", "not_more_than_the_contracts", amount=Decimal(50), on=day())
    case = pay(plan, case, "49.99")
    refused(plan, case, "pay", "not_more_than_the_contracts", amount=Decimal("0.01"), on=day())


def test_payment_is_taken_back_with_its_reason_and_no_further_than_nothing(plan: Plan) -> None:
    case = pay(plan, contracted(plan, 100), "60")
    refused(plan, case, "pay", "amount", amount=Decimal(-10), on=day())
    refused(plan, case, "pay", "amount", amount=Decimal(-10), on=day(), note=" ")
    refused(plan, case, "pay", "not_more_than_the_contracts", amount=Decimal("-60.01"), on=day(), note="ผิดบัญชี")
    case = pay(plan, case, "-60", note="ผิดบัญชี")
    assert list(Payment.objects.values_list("amount", flat=True)) == [Decimal(60), Decimal(-60)]
    case = pay(plan, case, "100")
    assert sum(Payment.objects.values_list("amount", flat=True)) == 100


def test_contract_of_unknown_value_bounds_nothing(plan: Plan) -> None:
    case = pay(plan, contracted(plan, 100, None), "5000")
    assert case.purchase.total_value == 100  # the sum of all is not known, and what was known stays
    refused(plan, case, "pay", "not_more_than_the_contracts", amount=Decimal(-5001), on=day(), note="ผิด")


def test_payment_is_for_a_contract_of_the_purchase(plan: Plan) -> None:
    case, other = contracted(plan, 100), contracted(plan, 100)
    strange = Contract.objects.get(purchase=other.pk)
    refused(plan, case, "pay", "own_contract", amount=Decimal(5), on=day(), contract=strange)
    pay(plan, case, "5", contract=Contract.objects.get(purchase=case.pk))


def test_purchase_is_completed_when_something_is_paid(plan: Plan) -> None:
    case = contracted(plan, 100)
    case = plan.do(plan.do(case, "deliver", on=day()), "accept_delivery", on=day(), evidence="แฟ้ม")
    refused(plan, case, "complete", "something_paid")
    case = pay(plan, pay(plan, case, "100"), "-100", note="ผิดบัญชี")
    refused(plan, case, "complete", "something_paid")
    case = plan.do(pay(plan, case, "100"), "complete")
    assert case.state == "completed"
    assert list(problems()) == []


# --- Contracts --------------------------------------------------------------------------------------------------------
def test_total_value_is_the_sum_of_the_contracts_where_all_are_known(plan: Plan) -> None:
    assert contracted(plan, 100, 50).purchase.total_value == 150
    assert contracted(plan, None).purchase.total_value is None


def test_contract_is_not_corrected_below_what_has_been_paid(plan: Plan) -> None:
    case = pay(plan, contracted(plan, 100, 50), "120")
    second = Contract.objects.get(purchase=case.pk, number="1")
    wanted = {"figures": {"contracts": True}, "contracts": {second.pk: {"value": Decimal(19)}}}
    refused(plan, case, "revise", "contracts_cover_payments", **wanted)
    plan.do(case, "revise", figures={}, contracts={second.pk: {"value": Decimal(20)}})
    plan.do(case, "revise", figures={}, contracts={second.pk: {"value": None}})  # it is not known after all
    # What the source says is recorded, whatever it is.
    perform(case, "revise", IMPORT, figures={}, contracts={second.pk: {"value": Decimal(1)}})
    # And other figures can be corrected meanwhile.
    plan.do(case, "revise", figures={"name": "ชื่อใหม่"})


def test_contract_of_another_purchase_is_not_corrected_here(plan: Plan) -> None:
    case, other = contracted(plan, 100), contracted(plan, 100)
    strange = Contract.objects.get(purchase=other.pk)
    refused(plan, case, "revise", "figures", figures={}, contracts={strange.pk: {"value": Decimal(1)}})


def test_contract_number_taken_by_another_contract_is_refused_with_a_sentence(plan: Plan) -> None:
    """Nothing but the constraint knows: a form that shows both may pass it on."""
    case = contracted(plan, 100, 50)
    second = Contract.objects.get(purchase=case.pk, number="1")
    refused(plan, case, "revise", "contract_number", figures={}, contracts={second.pk: {"number": "0"}})


def test_project_number_of_another_purchase_is_refused_with_a_sentence(plan: Plan) -> None:
    plan.purchase(project_number="67010000001")
    case = purchase_in(plan, "announced")
    refused(plan, case, "revise", "project_number", figures={"project_number": "67010000001"})
