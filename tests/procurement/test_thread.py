"""The thin true path: a purchase from the plan to the last payment, with the committees it needs."""

from decimal import Decimal

import pytest
from django.utils import timezone

from procurement.models import Member, Order, Purchase
from tests.support.purchases import Plan
from workflows.checks import problems
from workflows.verification import Report, verify


def test_purchase_goes_from_the_plan_to_the_last_payment(plan: Plan) -> None:
    today = timezone.localdate()
    purchase = plan.purchase()
    tender = plan.meeting(plan.ordered(plan.committee(purchase, citizen=True), "1"), "propose")
    tender = plan.do(tender, "report", text="เห็นควรจ้างรายที่ 1")
    assert plan.do(tender, "dissolve", plan.approver).state == "dissolved"
    purchase = plan.contracted(purchase)
    inspection = plan.meeting(plan.ordered(plan.committee(purchase, "inspection"), "2"), "accept")
    assert inspection.state == "working"
    purchase = plan.do(plan.do(purchase, "deliver", on=today), "accept_delivery", on=today)
    purchase = plan.do(purchase, "pay", amount=Decimal(900_000), on=today)
    purchase = plan.do(purchase, "complete")

    assert (purchase.state, purchase.is_open, purchase.next_due) == ("completed", False, None)
    stored = Purchase.objects.get(pk=purchase.pk)
    assert stored.total_value == 900_000
    assert stored.revisions.count() >= 3
    assert Order.objects.count() == 2
    assert Member.objects.filter(person__standing="citizen", appointed_on=today).count() == 1
    assert list(problems()) == []
    assert list(verify(Report())) == []


@pytest.mark.parametrize("edge", ["announce", "award"])
def test_purchase_for_somebody_without_the_role_is_not_there(plan: Plan, edge: str) -> None:
    from procurement.queries import purchases_visible_to

    plan.purchase()
    assert not purchases_visible_to(plan.world.officer).exists()
    assert not purchases_visible_to(plan.world.stranger).exists()
    assert purchases_visible_to(plan.upper_staff).exists()
