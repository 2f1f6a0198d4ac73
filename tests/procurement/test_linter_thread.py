"""An order that breaks a rule goes nowhere: not sent, not approved, not signed, here or on paper; each time the clause
is named."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from procurement.linter.rules import CHECKS
from procurement.models import Check, CommitteeCase, Member, Order, OrderRule
from procurement.rule_data import ORDER_RULES
from tests.support.purchases import Plan, paper
from workflows.refusals import Missing

pytestmark = pytest.mark.django_db
SIGNATURE = {"number": "7/2569", "signatory": "นาย ผู้ว่า การจังหวัด"}


def refused(plan: Plan, case: CommitteeCase, edge: str, words: str) -> None:
    """The edge is refused by the linter, with these words and the clause, and nothing has moved."""
    user = None if edge in ("lint", "record_signed_order") else plan.approver
    facts = {
        "sign_order": {"number": "7", "on": timezone.localdate()},
        "record_signed_order": {**SIGNATURE, "on": timezone.localdate(), "files": [paper()]},
    }.get(edge, {})
    with pytest.raises(Missing) as refusal:
        plan.do(case, edge, user, **facts)
    assert refusal.value.field == "order_is_in_order"
    assert words in str(refusal.value)
    assert "ข้อ 26 วรรคสาม" in str(refusal.value)
    assert CommitteeCase.objects.get(pk=case.pk).state == case.state
    assert not Order.objects.filter(committee=case.pk).exists()


def test_order_that_breaks_a_rule_is_neither_sent_nor_approved_nor_signed(plan: Plan) -> None:
    purchase = plan.purchase()
    tender = plan.committee(purchase, citizen=True)
    person = tender.committee.members.all()[0].person

    def meddle() -> tuple[CommitteeCase, Member]:
        """The same person comes into the inspection committee, whose draft is on its way, in place of another one: a
        member more or less would be noticed before the rules are asked."""
        inspection = CommitteeCase.objects.get(pk=inspected.pk)
        seat = inspection.committee.members.get(duty="member")
        Member.objects.filter(pk=seat.pk).update(person=person)
        return inspection, seat

    def mend(seat: Member) -> None:
        """As it was before."""
        Member.objects.filter(pk=seat.pk).update(person=seat.person_id)

    inspected = plan.committee(purchase, "inspection")
    with translation.override("th"):
        case, seat = meddle()
        refused(plan, case, "lint", person.name)
        mend(seat)
        plan.do(inspected, "lint")
        case, seat = meddle()
        refused(plan, case, "approve", person.name)
        mend(seat)
        plan.do(case, "approve", plan.approver)
        case, seat = meddle()
        refused(plan, case, "sign_order", person.name)
        refused(plan, case, "record_signed_order", person.name)
        mend(seat)
    assert plan.do(case, "sign_order", plan.approver, number="7", on=timezone.localdate()).state == "ordered"


def test_warnings_are_kept_and_stop_nothing(plan: Plan) -> None:
    case = plan.ordered(plan.committee())
    assert case.state == "ordered"
    checks = Check.objects.filter(committee=case.pk)
    assert [row.edge for row in checks] == ["lint", "approve", "sign_order"]
    for row in checks:
        (kept,) = row.findings
        assert (kept["rule"], kept["level"]) == ("citizen", "warning")
        assert kept["source"]


def test_rule_made_milder_by_the_administrator_stops_nothing(plan: Plan) -> None:
    case = plan.committee()
    for _more in range(4):
        case = plan.do(case, "add_member", person=plan.citizen(f"นาง คน{_more}"), duty="member", nomination="เสนอ")
    plan.seats_ready(case)
    with pytest.raises(Missing, match="ข้อ 26 วรรคสอง"):
        plan.do(case, "lint")
    OrderRule.objects.filter(code="outsiders").update(level="warning")
    assert plan.do(case, "lint").state == "linted"


def test_rule_of_a_day_to_come_does_not_stop_an_order_of_today(plan: Plan) -> None:
    day = timezone.localdate()
    OrderRule.objects.create(
        code="members", level="error", clause="ข้อ 26", source="s", name_th="n", name_en="n",
        threshold=Decimal(9), valid_from=day.replace(year=day.year + 1),
    )  # fmt: skip
    assert plan.ordered(plan.committee(citizen=True)).state == "ordered"


# --- The administrator ------------------------------------------------------------------------------------------------
def test_every_rule_that_is_loaded_can_be_saved_as_it_is() -> None:
    assert OrderRule.objects.count() == len(ORDER_RULES)
    for row in OrderRule.objects.all():
        row.full_clean()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "astrology"}, "code"),
        ({"threshold": None}, "threshold"),
        ({"threshold": Decimal(-1)}, "threshold"),
        ({"kinds": ["ebidding", "nonsense"]}, "kinds"),
        ({"valid_until": "2017-08-23"}, "valid_until"),
    ],
)
def test_rule_that_could_not_be_carried_out_is_refused(changes: dict[str, object], field: str) -> None:
    row = OrderRule.objects.get(code="members")
    for name, value in changes.items():
        setattr(row, name, value)
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    assert set(refusal.value.message_dict) == {field}
    if field == "code":
        assert all(code in str(refusal.value) for code in CHECKS)


def test_rule_without_a_check_in_the_table_stops_nobody(plan: Plan) -> None:
    OrderRule.objects.create(
        code="astrology", level="error", clause="c", source="s", name_th="n", name_en="n", valid_from="2020-01-01"
    )
    assert plan.ordered(plan.committee(citizen=True)).state == "ordered"
