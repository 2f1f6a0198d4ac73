"""Short ways to bring purchases and committees into any place of their laws, and complete facts for every edge."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from organisations.models import Role, User
from procurement.models import CommitteeCase, CommitteeKind, InterestGround, Person, PurchaseCase
from procurement.rules import open_dissents, serving_on, votes_without_opinion
from tests.support.purchases import Plan, paper
from tests.support.world import make_person
from workflows.models import Case
from workflows.refusals import Missing

PURCHASE_STATES = "planned announced awarded contracted delivered inspected completed cancelled".split()
COMMITTEE_PLACES = (
    "draft linted approved ordered working working/against working/opinion reported reported/opinion dissolved "
    "discarded draft/amending linted/amending approved/amending"
).split()


def day(back: int = 0) -> date:
    """So many days ago."""
    return timezone.localdate() - timedelta(days=back)


# --- Purchases --------------------------------------------------------------------------------------------------------
def purchase_in(plan: Plan, state: str, **facts: Any) -> PurchaseCase:
    """A purchase in `state`, by the plain road: two bidders, one contract of 900,000 baht, paid by 100,000 where it is
    under contract."""
    case = plan.purchase(**facts)
    today = timezone.localdate()
    bids = [{"supplier": supplier, "amount": Decimal(900_000)} for supplier in (plan.supplier(), other_supplier(plan))]
    contract = {"number": "ส.1/2570", "supplier": plan.supplier(), "value": Decimal(900_000), "on": today}
    road: list[tuple[str, str, User | None, dict[str, Any]]] = [
        ("announced", "announce", None, {"on": today}),
        ("announced", "record_bids", None, {"bids": bids}),
        ("awarded", "award", None, {"on": today, "winner": plan.supplier()}),
        ("contracted", "sign_contract", None, contract),
        ("contracted", "pay", None, {"amount": Decimal(100_000), "on": today}),
        ("delivered", "deliver", None, {"on": today}),
        ("inspected", "accept_delivery", None, {"on": today, "evidence": "แฟ้มที่ 1"}),
        ("completed", "complete", None, {}),
    ]
    if state == "cancelled":
        road = [("cancelled", "cancel", plan.approver, {"reasons": "งบประมาณถูกตัด"})]
    order = PURCHASE_STATES.index(state)
    for reached, edge, user, given in road:
        if PURCHASE_STATES.index(reached) > order:
            break
        case = plan.do(case, edge, user, **given)
    assert case.state == state
    return case


def other_supplier(plan: Plan) -> Any:
    """A second supplier."""
    return plan.supplier("0105500000002", "ห้างหุ้นส่วนจำกัด ตัวอย่าง")


def purchase_facts(plan: Plan, edge: str, case: PurchaseCase) -> dict[str, Any]:
    """Complete facts for an edge of a purchase."""
    today, reasons = timezone.localdate(), {"reasons": "เหตุผล"}
    contract = {"number": "ส.9/2570", "supplier": plan.supplier(), "value": Decimal(500), "on": today}
    return {
        "announce": {"on": today},
        "record_bids": {"bids": [{"supplier": plan.supplier(), "amount": Decimal(5)}]},
        "award": {"on": today, "winner": plan.supplier()},
        "sign_contract": contract,
        "add_contract": contract,
        "deliver": {"on": today},
        "reject_delivery": reasons,
        "accept_delivery": {"on": today, "evidence": "แฟ้มที่ 1"},
        "pay": {"amount": Decimal(1), "on": today},
        "cancel": reasons,
        "set_dates": {"dates": {"pay": day(-90)}},
        "revise": {"figures": {"budget": Decimal(123)}},
        "group": {"activity": group_target(plan, case) if edge == "group" else None},
        "note": {"text": "ข้อความ"},
        "attach": {"files": [paper()] if edge == "attach" else []},
    }.get(edge, {})


def group_target(plan: Plan, case: PurchaseCase) -> Any:
    """Another activity of the same plan."""
    own = case.purchase.activity
    return plan.activity(unit=own.unit, fiscal_year=own.fiscal_year, name="กิจกรรมอื่น")


# --- Committees -------------------------------------------------------------------------------------------------------
def approver_who_drafted(plan: Plan) -> User:
    """An approver of the district who is procurement staff too; he adds a member to each draft of `committee_in`."""
    return User.objects.filter(username="drafter").first() or make_person(
        "drafter", plan.unit, Role.APPROVER, Role.PROCUREMENT
    )


def approver_who_sits(plan: Plan) -> User:
    """An approver of the district who is a member of every committee of `committee_in`."""
    return User.objects.filter(username="seated").first() or make_person("seated", plan.unit, Role.APPROVER)


def committee_in(
    plan: Plan, place: str, kind: str = "ebidding", purchase: PurchaseCase | None = None, number: str = ""
) -> CommitteeCase:
    """A committee in `place`: ordered three days ago, met yesterday.

    working/against: a vote against whose opinion is missing; …/opinion: it is on record and not answered;
    …/amending: the draft of an amendment that adds one member.
    """
    state, _, variant = place.partition("/")
    case = plan.committee(purchase, kind)
    sitting = Person.objects.get_or_create(
        user=approver_who_sits(plan),
        defaults={"standing": "official", "name": "นาย นั่งอยู่ ตัวอย่าง", "position": "ปลัด", "unit": plan.unit},
    )[0]
    case = plan.do(case, "add_member", approver_who_drafted(plan), person=sitting, duty="member")
    case = plan.do(case, "declare_interest", member=case.committee.members.get(person=sitting), ground=None)
    if place == "discarded":
        return plan.do(case, "discard", reasons="ไม่ใช้แล้ว")
    if place == "draft":
        return case
    case = plan.do(case, "lint")
    if place == "linted":
        return case
    case = plan.do(case, "approve", plan.approver)
    if place == "approved":
        return case
    case = plan.do(case, "sign_order", plan.approver, number=number or f"n{case.pk}", on=day(3))
    if variant == "amending":
        return _amending(plan, case, state)
    if state == "ordered":
        return case
    against = {"secretary": "against"} if variant else {}
    case = plan.meeting(case, "other", on=day(1), **against)
    if variant == "opinion":
        vote = votes_without_opinion(case.committee).get()
        case = plan.do(case, "record_dissent", attendance=vote, text="ไม่เห็นด้วย")
    if state == "working":
        return case
    case = plan.do(case, "report", text="รายงานผล")
    return case if state == "reported" else plan.do(case, "dissolve", plan.approver)


def _amending(plan: Plan, case: CommitteeCase, state: str) -> CommitteeCase:
    case = plan.do(case, "amend", reasons="เพิ่มกรรมการ")
    case = plan.do(case, "add_member", person=plan.official("นาง เพิ่ม ตัวอย่าง"), duty="member")
    if state != "draft":
        case = plan.do(case, "lint")
    return plan.do(case, "approve", plan.approver) if state == "approved" else case


def ballots(case: Case, on: date, vote: str = "", **other: dict[str, Any]) -> list[dict[str, Any]]:
    """A ballot of everybody who serves on that day. other: the duty, or `seat<key>`, to what is different there."""
    rows = []
    for row in serving_on(case.committee, on):  # type: ignore[attr-defined]
        ballot = {"member": row, "invited": True, "attended": True, "documents": True, "vote": vote}
        rows.append({**ballot, **other.get(row.duty, {}), **other.get(f"seat{row.pk}", {})})
    return rows


def committee_facts(plan: Plan, edge: str, case: CommitteeCase) -> dict[str, Any]:
    """Complete facts for an edge of a committee."""
    today, reasons, text = timezone.localdate(), {"reasons": "เหตุผล"}, {"text": "ข้อความ"}
    members = case.committee.members.filter(left_on=None)
    drafted, serving = members.filter(appointed_on=None).last(), members.exclude(appointed_on=None).last()
    order = {"number": f"x{case.pk}", "on": today}
    meeting = {"on": today, "ballots": ballots(case, today), "decision": "none", "minutes": "หารือ"}
    return {
        "add_member": {"person": plan.official("นาย ใหม่ ตัวอย่าง") if edge == "add_member" else None, "duty": "member"},
        "change_duty": {"member": drafted, "duty": "member"},
        "remove_member": {"member": members.last()},
        "return_draft": reasons,
        "sign_order": order,
        "record_signed_order": {
            **order, "signatory": "นาย ผู้ลงนาม ตัวอย่าง", "files": [paper()] if edge == "record_signed_order" else []
        },
        "discard": reasons,
        "amend": reasons,
        "cancel_order": {**order, **reasons},
        "hold_meeting": meeting,
        "record_meeting": meeting,
        "record_dissent": {"attendance": votes_without_opinion(case.committee).first(), **text},
        "answer_dissent": {"dissent": open_dissents(case.committee).first(), **text},
        "report": text,
        "return_report": reasons,
        "declare_interest": {"member": members.last(), "ground": InterestGround.objects.get(code="other")},
        "member_leaves": {"member": serving, "on": today, "because": "resigned", **reasons},
        "extend": {"clock": case.clocks.filter(stopped_on=None, duty=True).first(), "days": 5, **reasons},
        "note": text,
        "attach": {"files": [paper()] if edge == "attach" else []},
    }.get(edge, {})  # fmt: skip


def draft_facts(purchase: PurchaseCase, kind: str = "inspection") -> dict[str, Any]:
    """Complete facts for `draft`."""
    return {"purchase": purchase.purchase, "kind": CommitteeKind.objects.get(code=kind)}


def refused(plan: Plan, case: Case, edge: str, guard: str, user: User | None = None, **facts: Any) -> str:
    """The guard of that code refuses the edge with a sentence, and nothing is written. Out: the sentence."""
    stands = Case.objects.filter(pk=case.pk).values_list("ledger_seq", "state", "next_due")
    before = stands.get()
    with pytest.raises(Missing) as caught:
        plan.do(case, edge, user, **facts)
    assert caught.value.field == guard, f"{caught.value.field}: {caught.value.sentence}"
    assert stands.get() == before
    assert str(caught.value.sentence).strip()
    return str(caught.value.sentence)
