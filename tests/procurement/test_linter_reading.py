"""The draft of an order as the database has it: who counts, on which day, and in how many queries."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from procurement.linter import draft_of, findings_of
from procurement.linter.facts import Seat
from procurement.linter.reading import rules_on
from procurement.models import (
    CommitteeCase,
    CommitteeKind,
    InterestGround,
    Member,
    OrderRule,
    Person,
    ProcurementMethod,
    PurchaseCase,
    SupplierPerson,
)
from tests.support.purchases import Plan
from workflows.actors import Actor
from workflows.transitions import open_case

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def codes(case: CommitteeCase, *, on: date | None = None) -> set[str]:
    """The rules that the draft of `case` breaks."""
    return {row.rule.code for row in findings_of(case.committee, on=on or TODAY())}


def seat_of(case: CommitteeCase, person: Person) -> Seat:
    """The seat of a person in the draft."""
    return next(seat for seat in draft_of(case.committee, on=TODAY()).seats if seat.person == person.pk)


def first(case: CommitteeCase) -> Member:
    """The chair."""
    return case.committee.members.select_related("person")[0]


def empty(plan: Plan, purchase: PurchaseCase, kind: str = "inspection") -> CommitteeCase:
    """A committee in draft without anybody."""
    case = open_case(
        "committee", "draft", Actor.person(plan.staff),
        unit=purchase.unit, purchase=purchase.purchase, kind=CommitteeKind.objects.get(code=kind),
    )  # fmt: skip
    assert isinstance(case, CommitteeCase)
    return case


def add(plan: Plan, case: CommitteeCase, person: Person, duty: str = "member", **facts: Any) -> CommitteeCase:
    """Somebody more in the draft."""
    moved = plan.do(case, "add_member", person=person, duty=duty, **facts)
    assert isinstance(moved, CommitteeCase)
    return moved


def with_bids(plan: Plan, purchase: PurchaseCase, *names: str) -> PurchaseCase:
    """Announced, with bidders of these names."""
    if purchase.state == "planned":
        purchase = plan.do(purchase, "announce", on=TODAY())
    bids = [{"supplier": plan.supplier(f"01055000000{place:02}", name)} for place, name in enumerate(names)]
    moved = plan.do(purchase, "record_bids", bids=bids)
    assert isinstance(moved, PurchaseCase)
    return moved


def test_committee_in_order_breaks_nothing(plan: Plan) -> None:
    assert codes(plan.committee(citizen=True)) == set()
    assert codes(plan.committee()) == {"citizen"}


def test_who_is_taken_out_is_no_more_in_the_draft(plan: Plan) -> None:
    case = plan.ordered(plan.committee(citizen=True))
    case = plan.do(case, "amend", reasons="ย้าย")
    assert codes(case) == {"no_change"}
    chair = first(case)
    case = plan.do(case, "remove_member", member=chair)
    draft = draft_of(case.committee, on=TODAY())
    assert chair.person_id not in {seat.person for seat in draft.seats}
    assert (draft.amends, draft.changes) == (True, True)
    assert codes(case) == {"chair"}


def test_member_of_the_tender_cannot_inspect_even_after_the_tender_is_over(plan: Plan) -> None:
    purchase = plan.purchase()
    tender = plan.committee(purchase, citizen=True)
    person = first(tender).person
    inspection = add(plan, empty(plan, purchase), person)
    assert {"separation"} <= codes(inspection) & codes(tender)
    plan.do(inspection, "discard", reasons="ตั้งใหม่")
    assert "separation" not in codes(tender)
    tender = plan.meeting(plan.ordered(tender), "propose")
    tender = plan.do(plan.do(tender, "report", text="รายที่ 1"), "dissolve", plan.approver)
    assert tender.state == "dissolved"
    assert "separation" in codes(add(plan, empty(plan, purchase), person))


def test_member_whose_tender_was_cancelled_before_it_decided_may_inspect(plan: Plan) -> None:
    purchase = plan.purchase()
    tender = plan.ordered(plan.committee(purchase, citizen=True))
    person = first(tender).person
    plan.do(tender, "cancel_order", plan.approver, number="2", on=TODAY(), reasons="เปลี่ยนวิธี")
    assert "separation" not in codes(add(plan, empty(plan, purchase), person))


def test_member_who_leaves_by_an_unsigned_amendment_is_still_a_member(plan: Plan) -> None:
    purchase = plan.purchase()
    tender = plan.do(plan.ordered(plan.committee(purchase, citizen=True)), "amend", reasons="ย้าย")
    member = first(tender)
    plan.do(tender, "remove_member", member=member)
    assert "separation" in codes(add(plan, empty(plan, purchase), member.person))


def test_committees_of_another_purchase_are_nothing_to_this_one(plan: Plan) -> None:
    tender = plan.committee(citizen=True)
    inspection = add(plan, empty(plan, plan.purchase()), first(tender).person)
    assert not {"separation", "same_name"} & codes(inspection)


def test_interest_declared_on_one_committee_is_one_on_every_committee_of_the_purchase(plan: Plan) -> None:
    purchase = plan.purchase()
    tender = plan.committee(purchase, citizen=True)
    member = first(tender)
    ground = InterestGround.objects.get(code="spouse")
    plan.do(tender, "declare_interest", member=member, ground=ground)
    terms = add(plan, empty(plan, purchase, "terms"), member.person)
    assert seat_of(terms, member.person).interest == ground.name
    assert "interest" in codes(terms)
    again = terms.committee.members.get(person=member.person)
    terms = plan.do(terms, "declare_interest", member=again, ground=None)
    assert (seat_of(terms, member.person).interest, seat_of(terms, member.person).took_back) == ("", ground.name)
    assert codes(terms) == {"interest_taken_back"}
    assert "interest" not in codes(add(plan, empty(plan, plan.purchase(), "terms"), member.person))


def test_declaration_is_due_anew_at_every_list_of_bidders(plan: Plan) -> None:
    purchase = plan.purchase()
    case = plan.committee(purchase, citizen=True)
    case = add(plan, case, plan.official("นาย มาใหม่ ใจดี"))
    assert codes(case) == {"declaration_early"}
    with_bids(plan, purchase, "บริษัท หนึ่ง จำกัด")
    assert codes(case) == {"declaration_missing", "declaration_outdated"}
    for member in case.committee.members.all():
        case = plan.do(case, "declare_interest", member=member, ground=None)
    assert codes(case) == set()
    with_bids(plan, PurchaseCase.objects.get(pk=purchase.pk), "บริษัท หนึ่ง จำกัด", "บริษัท สอง จำกัด")
    assert codes(case) == {"declaration_outdated"}
    assert seat_of(case, first(case).person).declared == 1


def test_names_of_bidders_and_their_people_are_found(plan: Plan) -> None:
    purchase = plan.purchase()
    case = plan.committee(purchase, citizen=True)
    name = first(case).person.name
    with_bids(plan, purchase, "บริษัท หนึ่ง จำกัด")
    supplier = plan.supplier("0105500000000", "")
    holder = SupplierPerson.objects.create(supplier=supplier, name=name, part="shareholder", share=Decimal(25))
    assert "bidder_link" not in codes(case)
    holder.share = Decimal("25.5")
    holder.save()
    sentence = next(row for row in findings_of(case.committee, on=TODAY()) if row.rule.code == "bidder_link").sentence
    assert name in str(sentence)
    assert "บริษัท หนึ่ง จำกัด" in str(sentence)


def test_supplier_under_contract_counts_as_a_bidder(plan: Plan) -> None:
    purchase = plan.contracted(plan.purchase())
    supplier = plan.supplier()
    case = plan.committee(purchase, "inspection")
    SupplierPerson.objects.create(supplier=supplier, name=first(case).person.name, part="director")
    assert codes(case) == {"bidder_link"}
    assert len(draft_of(case.committee, on=TODAY()).bidders) == 1


def test_live_seats_of_a_citizen_are_counted_elsewhere_only(plan: Plan) -> None:
    person = plan.citizen(most_seats=1)
    case = add(plan, plan.committee(), person, nomination="เครือข่ายเสนอ")
    assert "seats" not in codes(case)
    more = add(plan, plan.committee(), person, nomination="เครือข่ายเสนอ")
    assert "seats" in codes(case) & codes(more)
    plan.do(more, "discard", reasons="ไม่ใช้")
    assert "seats" not in codes(case)


def test_activity_covered_by_another_purchase_needs_no_second_citizen(plan: Plan) -> None:
    activity = plan.activity()
    case = plan.committee(plan.purchase(activity))
    drafted = plan.committee(plan.purchase(activity), citizen=True)
    assert "citizen" in codes(case)
    plan.ordered(drafted)
    assert "citizen" not in codes(case)
    assert "citizen" in codes(plan.committee())


def test_facts_of_the_purchase_are_read(plan: Plan) -> None:
    specific = ProcurementMethod.objects.get(code="specific")
    purchase = plan.purchase(plan.activity(700_000), method=specific)
    assert {"method", "ceiling"} <= codes(empty(plan, purchase, "ebidding"))
    assert "ceiling" in codes(empty(plan, purchase, "specific"))
    unknown = plan.purchase(plan.activity(None), method=None)
    assert {"method_known", "budget_known"} <= codes(empty(plan, unknown, "ebidding"))
    inspector = add(plan, empty(plan, purchase, "inspector"), plan.official())
    assert codes(inspector) == {"inspector_value", "declaration_early"}
    assert draft_of(inspector.committee, on=TODAY()).single


def test_person_who_is_not_available_any_more_is_not_appointed_but_may_stay(plan: Plan) -> None:
    case = plan.committee(citizen=True)
    Person.objects.filter(pk=first(case).person_id).update(active=False, position="")
    assert codes(case) == {"unavailable", "position"}
    Person.objects.filter(pk=first(case).person_id).update(active=True)
    case = plan.do(plan.ordered(case), "amend", reasons="เพิ่มกรรมการ")
    Person.objects.filter(pk=first(case).person_id).update(active=False)
    assert codes(case) == {"position", "no_change"}


# --- Rules by their days ----------------------------------------------------------------------------------------------
def rule(code: str = "members", **facts: Any) -> OrderRule:
    """A rule beside the one that is there."""
    facts = {
        "level": "error", "clause": "ข้อ ใหม่", "source": "s", "name_th": "n", "name_en": "n", "threshold": 2, **facts,
    }  # fmt: skip
    return OrderRule.objects.create(code=code, **facts)


def test_newest_rule_of_a_code_is_in_force_from_its_day(plan: Plan) -> None:
    day = TODAY()
    rule(threshold=4, valid_from=day + timedelta(days=1))
    case = plan.committee(citizen=True)
    assert "members" not in codes(case, on=day)
    assert "members" in codes(case, on=day + timedelta(days=1))
    codes_of_day = [row.code for row in rules_on(day + timedelta(days=1))]
    assert len(codes_of_day) == len(set(codes_of_day))


def test_rule_ends_on_its_last_day_and_an_older_one_speaks_again(plan: Plan) -> None:
    day = TODAY()
    rule(threshold=4, valid_from=day - timedelta(days=2), valid_until=day)
    assert {row.threshold for row in rules_on(day) if row.code == "members"} == {2}
    assert {row.threshold for row in rules_on(day - timedelta(days=1)) if row.code == "members"} == {4}
    OrderRule.objects.filter(code="members").update(valid_until=day)
    assert not [row for row in rules_on(day) if row.code == "members"]


def test_level_and_mark_of_the_rule_are_those_of_its_row(plan: Plan) -> None:
    OrderRule.objects.filter(code="citizen").update(level="error", verified=False)
    (found,) = findings_of(plan.committee().committee, on=TODAY())
    assert (found.level, found.as_json()["verified"]) == ("error", False)


def test_draft_is_read_in_as_many_queries_for_many_members_as_for_few(
    plan: Plan, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    purchase = plan.purchase()
    case, other = plan.committee(purchase, citizen=True), plan.committee(purchase, "inspection")
    with_bids(plan, purchase, "บริษัท หนึ่ง จำกัด")
    committee = case.committee
    with django_assert_num_queries(9):
        findings_of(committee, on=TODAY())
    for number in range(12):
        case = add(plan, case, plan.citizen(f"นาย ราษฎร {number}"), nomination="เสนอ")
        add(plan, other, plan.official(f"นาย พนักงาน {number}"))
    names = [f"บริษัท {number} จำกัด" for number in range(12)]
    with_bids(plan, PurchaseCase.objects.get(pk=purchase.pk), *names)
    for place in range(len(names)):
        SupplierPerson.objects.create(supplier=plan.supplier(f"01055000000{place:02}", ""), name="น", part="director")
    with django_assert_num_queries(9):
        findings_of(committee, on=TODAY())
