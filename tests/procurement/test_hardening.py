"""Ways to cheat or to break procurement that were found by attack, and stay closed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from organisations.models import Role
from procurement.actions.plan import cancel_activity
from procurement.coverage import reading
from procurement.coverage.rule import is_covered
from procurement.importers.values import UnreadableError, money
from procurement.models import Activity, InterestGround, Person
from tests.support.purchases import Plan
from workflows.importing.report import plain
from workflows.refusals import Missing


def test_reason_that_looks_like_the_sign_of_grouping_cancels_nothing(plan: Plan) -> None:
    activity = plan.activity()
    for reason in ("→ gone", "→", " →gone"):
        with pytest.raises(Missing):
            cancel_activity(activity, by=plan.staff, reason=reason)
    assert Activity.objects.get(pk=activity.pk).cancelled_on is None


def test_activity_with_the_sign_is_counted_while_it_has_a_purchase(plan: Plan) -> None:
    activity = plan.activity()
    plan.purchase(activity)
    today = timezone.localdate()
    Activity.objects.filter(pk=activity.pk).update(source="import", cancelled_on=today, cancel_reason="→ 1")
    assert [row.id for row in reading.facts_of(plan.unit, plan.year).activities] == [str(activity.pk)]


def test_activity_whose_awarded_purchase_was_moved_away_is_not_cancelled(plan: Plan) -> None:
    emptied, other = plan.activity(), plan.activity(2_000_000)
    case = plan.contracted(plan.purchase(emptied))
    plan.do(case, "group", activity=other)
    with pytest.raises(Missing):
        cancel_activity(emptied, by=plan.staff, reason="ไม่ดำเนินการแล้ว")


def test_citizen_appointed_after_the_award_covers_nothing_though_no_meeting_is_recorded(plan: Plan) -> None:
    activity = plan.activity()
    case = plan.contracted(plan.purchase(activity))
    earlier = timezone.localdate() - timedelta(days=3)
    case.purchase.awarded_on = earlier
    case.purchase.save()
    case.purchase.contracts.update(signed_on=earlier)
    plan.ordered(plan.committee(case, citizen=True))
    (facts,) = reading.facts_of(plan.unit, plan.year).activities
    assert facts.seats[0].first_decision == earlier
    assert not is_covered(facts, timezone.localdate())


def test_approver_who_left_for_an_interest_does_not_decide_about_the_committee(plan: Plan) -> None:
    case = plan.committee()
    person = Person.objects.create(standing="official", name="นาย ก", position="x", unit=plan.unit, user=plan.approver)
    case = plan.do(case, "add_member", person=person, duty="member")
    ground = InterestGround.objects.all()[0]
    case = plan.do(case, "declare_interest", member=case.committee.members.get(person=person), ground=ground)
    case = plan.do(case, "lint")
    with pytest.raises(Missing):
        plan.do(case, "approve", plan.approver)


def test_person_with_two_roles_does_not_accept_the_report_of_his_own_meeting(plan: Plan) -> None:
    both = plan.world.approver
    post = both.holdings.get().post
    case = plan.ordered(plan.committee())
    post.roles = [Role.APPROVER, Role.PROCUREMENT]
    post.save()
    vars(both).pop("_held_posts", None)
    case = plan.do(case, "take_over", both)
    staff, plan.staff = plan.staff, both
    case = plan.do(plan.meeting(case, "other"), "report", text="เสร็จแล้ว")
    plan.staff = staff
    case = plan.do(case, "take_over")
    with pytest.raises(Missing):
        plan.do(case, "dissolve", both)


def test_order_older_than_the_plan_is_refused(plan: Plan) -> None:
    case = plan.do(plan.do(plan.committee(), "lint"), "approve", plan.approver)
    for day in (date(2000, 1, 1), date(1, 1, 1)):
        with pytest.raises(Missing):
            plan.do(case, "sign_order", plan.approver, number="1", on=day)


def test_planned_day_of_another_age_is_refused(plan: Plan) -> None:
    case = plan.purchase()
    for day in (date(9999, 12, 31), date(1900, 1, 1)):
        with pytest.raises(Missing):
            plan.do(case, "set_dates", dates={"deliver": day})


@pytest.mark.parametrize("text", ["9" * 40, "1" * 5000, f"{'9' * 30}.99"])
def test_money_longer_than_a_number_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError):
        money(text)


def test_money_up_to_the_last_digit_is_read() -> None:
    assert money("9,999,999,999,999.99") == Decimal("9999999999999.99")


def test_half_of_a_surrogate_pair_can_be_written() -> None:
    assert plain("a\ud800b\x1b").encode() == b"a\\ud800b"
