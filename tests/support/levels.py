"""Plans with a known coverage: activities whose committees have a citizen, or not, without walking every edge."""

from datetime import date, timedelta

from django.utils import timezone

from organisations.models import Unit
from procurement.actions.registers import record_education, record_publication
from procurement.coverage.standing import touch
from procurement.models import (
    Activity,
    CommitteeCase,
    EducationActivity,
    Meeting,
    Member,
    Order,
    Person,
    ProcurementMethod,
    Publication,
    PurchaseCase,
)
from tests.support.purchases import Plan
from workflows.actors import Actor
from workflows.transitions import open_case


def seated(plan: Plan, activity: Activity, citizen: Person | None, *, days_ago: int = 1) -> CommitteeCase:
    """A purchase of `activity` with an e-bidding committee appointed `days_ago`, on which `citizen` sits (if any)."""
    # The staff of the province reach every unit of the small world.
    method, staff = ProcurementMethod.objects.get(code="ebidding"), Actor.person(plan.upper_staff)
    facts = {"activity": activity, "name": activity.name, "budget": activity.budget, "method": method}
    purchase = open_case("purchase", "plan", staff, unit=activity.unit, **facts)
    assert isinstance(purchase, PurchaseCase)
    facts = {"purchase": purchase.purchase, "kind": method.committee_kind}
    case = open_case("committee", "draft", staff, unit=activity.unit, **facts)
    assert isinstance(case, CommitteeCase)
    on = timezone.localdate() - timedelta(days=days_ago)
    order = Order.objects.create(
        committee=case.committee, unit=case.unit, kind=Order.Kind.APPOINTMENT, number=str(case.pk), year=2570,
        dated_on=on, signatory="ผู้ลงนาม", recorded_by=plan.staff, at=timezone.now(), content={},
    )  # fmt: skip
    people = [(plan.official(f"นาย กรรมการ ลำดับ{case.pk}"), Member.Duty.CHAIR)]
    if citizen:
        people.append((citizen, Member.Duty.MEMBER))
    for place, (person, duty) in enumerate(people, start=1):
        Member.objects.create(
            committee=case.committee, person=person, duty=duty, position=place, appointed_on=on, appointed_by=order,
            added_by=plan.staff, added_at=timezone.now(),
        )  # fmt: skip
    CommitteeCase.objects.filter(pk=case.pk).update(state="working")
    touch(activity.unit_id, activity.fiscal_year)
    return CommitteeCase.objects.get(pk=case.pk)


def decided(plan: Plan, case: CommitteeCase, on: date) -> None:
    """The committee decides on that day."""
    Meeting.objects.create(
        committee=case.committee, number=1, held_on=on, decision="propose", minutes="เห็นควร", recorded_by=plan.staff,
        at=timezone.now(),
    )  # fmt: skip
    activity = case.committee.purchase.activity
    touch(activity.unit_id, activity.fiscal_year)


def covered_plan(
    plan: Plan, *, top: int = 3, rest: int = 10, rest_covered: int = 6, education: int = 0, unit: Unit | None = None
) -> list[Activity]:
    """Thirteen activities, or as said: three large ones of which `top` have a citizen, `rest` others of which
    `rest_covered` do. Core work is published; `education` activities were held."""
    unit = unit or plan.unit
    citizen = plan.citizen(f"นาย ประชา {unit.code}", unit=unit)
    large = [plan.activity(9_000_000 - n * 1_000_000, name=f"ก่อสร้างถนน {n}", unit=unit) for n in range(3)]
    small = [plan.activity(900_000 - n * 10_000, name=f"กิจกรรม {n}", unit=unit) for n in range(rest)]
    for activity in [*large[:top], *small[:rest_covered]]:
        seated(plan, activity, citizen)
    registers(plan, unit, education=education)
    return [*large, *small]


def registers(plan: Plan, unit: Unit, *, education: int = 0) -> None:
    """Core work is published today, and `education` activities were held today."""
    today = timezone.localdate()
    record_publication(
        unit=unit, what="ผลการจัดซื้อจัดจ้าง", channel=Publication.Channel.WEBSITE, published_on=today,
        evidence="https://example.go.th", by=plan.staff,
    )  # fmt: skip
    for number in range(education):
        record_education(
            unit=unit, name=f"อบรมผู้นำชุมชน {number}", held_on=today, audience=[EducationActivity.Audience.LEADERS],
            evidence="ภาพถ่าย", by=plan.staff,
        )  # fmt: skip
