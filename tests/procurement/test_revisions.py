"""Versions of the figures: numbered, one for each change, and each says everything as it stood."""

from decimal import Decimal

import pytest

from procurement.actions.plan import ActivityOvertaken, add_activity, cancel_activity, change_activity
from procurement.models import Activity, Revision
from procurement.rules import newest_version
from tests.support.procurement_ways import day, purchase_in, refused
from tests.support.purchases import Plan
from workflows.actors import IMPORT
from workflows.models import LedgerEntry
from workflows.refusals import Missing
from workflows.transitions import perform

pytestmark = pytest.mark.django_db


def numbers(rows: object) -> list[int]:
    return list(rows.values_list("number", flat=True))  # type: ignore[attr-defined]


# --- Activities -------------------------------------------------------------------------------------------------------
def test_activity_has_a_version_for_each_change_and_none_for_none(plan: Plan) -> None:
    activity = plan.activity(1_000)
    changed = change_activity(
        activity, by=plan.staff, seen_version=1, reason="แก้ไข", budget=Decimal("1000.50"), name="ใหม่"
    )
    assert changed.version == 2
    same = change_activity(changed, by=plan.staff, seen_version=2, budget=Decimal("1000.500"), name="ใหม่")
    assert same.version == 2
    first, second = activity.revisions.all()
    assert (first.number, first.figures["budget"], first.figures["name"]) == (1, "1000.00", "ปรับปรุงถนน")
    assert (second.number, second.figures["budget"], second.figures["name"]) == (2, "1000.50", "ใหม่")
    assert (second.by, second.reason, second.source) == (plan.staff, "แก้ไข", "hand")
    unknown = change_activity(changed, by=None, source="import", budget=None)
    assert activity.revisions.last().figures["budget"] is None  # type: ignore[union-attr]
    assert unknown.version == 3


def test_activity_changed_by_somebody_else_is_told(plan: Plan) -> None:
    activity = plan.activity()
    change_activity(activity, by=plan.staff, seen_version=1, name="คนแรก")
    with pytest.raises(ActivityOvertaken) as caught:
        change_activity(activity, by=plan.staff2, seen_version=1, name="คนที่สอง")
    assert caught.value.activity.name == "คนแรก"
    with pytest.raises(ActivityOvertaken):
        cancel_activity(activity, by=plan.staff2, seen_version=1, reason="งบถูกตัด")
    assert numbers(activity.revisions) == [1, 2]


def test_number_of_another_activity_of_the_plan_is_refused_with_a_sentence(plan: Plan) -> None:
    plan.activity(code="1.1")
    other = plan.activity(code="1.2")
    facts = {"unit": plan.unit, "name": "อีกกิจกรรม", "by": plan.staff}
    with pytest.raises(Missing) as caught:
        add_activity(fiscal_year=plan.year, code=" 1.1 ", **facts)
    assert caught.value.field == "code"
    with pytest.raises(Missing):
        change_activity(other, by=plan.staff, code="1.1")
    assert Activity.objects.count() == 2
    add_activity(fiscal_year=plan.year + 1, code="1.1", **facts)


def test_cancelled_activity_has_its_day_and_reason_in_the_version(plan: Plan) -> None:
    activity = plan.activity()
    cancel_activity(activity, by=plan.staff, reason="งบถูกตัด", seen_version=1)
    last = activity.revisions.last()
    assert last is not None
    assert (last.number, last.figures["cancelled_on"], last.figures["cancel_reason"]) == (
        2,
        day().isoformat(),
        "งบถูกตัด",
    )


# --- Purchases and contracts ------------------------------------------------------------------------------------------
def test_purchase_has_a_version_for_each_step_that_changes_a_figure(plan: Plan) -> None:
    case = purchase_in(plan, "completed")
    rows = case.purchase.revisions.all()
    assert numbers(rows) == [1, 2, 3, 4]
    told = [(row.figures["announced_on"], row.figures["awarded_on"], row.figures["total_value"]) for row in rows]
    today = day().isoformat()
    assert told == [(None, None, None), (today, None, None), (today, today, None), (today, today, "900000.00")]
    contract = case.purchase.contracts.get()
    assert numbers(contract.revisions) == [1]
    assert contract.revisions.get().figures["value"] == "900000.00"


def test_corrected_figures_are_one_version_of_each_thing(plan: Plan) -> None:
    case = purchase_in(plan, "contracted")
    contract = case.purchase.contracts.get()
    before = case.purchase.revisions.count()
    case = plan.do(
        case, "revise", figures={"budget": Decimal(5), "name": "ชื่อใหม่", "contracts": True},
        contracts={contract.pk: {"value": Decimal(950_000), "number": "ส.1/2570"}}, reasons="พิมพ์ผิด",
    )  # fmt: skip
    assert numbers(case.purchase.revisions) == list(range(1, before + 2))
    last = case.purchase.revisions.last()
    assert (last.figures["budget"], last.reason, last.by) == ("5.00", "พิมพ์ผิด", plan.staff)
    assert numbers(contract.revisions) == [1, 2]
    assert case.subject == "ชื่อใหม่"
    assert LedgerEntry.objects.get(case=case.pk, seq=case.ledger_seq).data["figures"] == {
        "budget": "5.00",
        "name": "ชื่อใหม่",
    }


def test_figures_that_differ_in_nothing_are_refused(plan: Plan) -> None:
    case = purchase_in(plan, "contracted")
    contract = case.purchase.contracts.get()
    budget = case.purchase.budget
    assert budget is not None
    count = Revision.objects.count()
    refused(plan, case, "revise", "figures", figures={})
    refused(plan, case, "revise", "figures", figures={"contracts": True}, contracts={})
    refused(plan, case, "revise", "figures", figures={"budget": budget + Decimal("0.000")})
    refused(plan, case, "revise", "figures", figures={}, contracts={contract.pk: {"value": contract.value}})
    assert Revision.objects.count() == count


def test_what_does_not_differ_makes_no_version_beside_what_does(plan: Plan) -> None:
    case = purchase_in(plan, "contracted")
    contract = case.purchase.contracts.get()
    before = case.purchase.revisions.count()
    plan.do(case, "revise", figures={"name": case.purchase.name}, contracts={contract.pk: {"value": Decimal(901_000)}})
    assert case.purchase.revisions.count() == before
    plan.do(case, "revise", figures={"name": "ใหม่"}, contracts={contract.pk: {"value": Decimal(901_000)}})
    assert numbers(contract.revisions) == [1, 2]


def test_figures_corrected_by_somebody_else_meanwhile_are_told(plan: Plan) -> None:
    case = purchase_in(plan, "contracted")
    seen = newest_version(case.purchase)
    plan.do(case, "revise", figures={"budget": Decimal(5)}, seen=seen)
    refused(plan, case, "revise", "figures_as_seen", plan.staff2, figures={"name": "ใหม่"}, seen=seen)
    contract = case.purchase.contracts.get()
    seen = newest_version(case.purchase)
    plan.do(case, "revise", figures={}, contracts={contract.pk: {"value": Decimal(901_000)}}, seen=seen)
    refused(plan, case, "revise", "figures_as_seen", plan.staff2, figures={"name": "ใหม่"}, seen=seen)
    plan.do(case, "revise", plan.staff2, figures={"name": "ใหม่"}, seen=newest_version(case.purchase))


def test_figures_of_an_import_say_where_they_come_from(plan: Plan) -> None:
    case = purchase_in(plan, "announced")
    perform(case, "revise", IMPORT, figures={"status_at_source": "ประกาศ"})
    last = case.purchase.revisions.last()
    assert last is not None
    assert (last.source, last.by, last.figures["status_at_source"]) == ("import", None, "ประกาศ")
