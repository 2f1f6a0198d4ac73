"""The desk: what waits for whom, and which activities lack a citizen."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organisations.models import Holding, Post, Role, User
from procurement.models import Milestone
from tests.support.purchases import Plan
from tests.support.world import ALWAYS, make_person
from workflows.models import Case

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    """A browser in which `user` is signed in, in English."""
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def piles(answer: Any) -> dict[str, int]:
    """The piles shown on the desk, and how many rows each has."""
    return {item["pile"].code: len(item["rows"]) for item in answer.context["piles"]}


def test_desk_anonymous_is_sent_to_sign_in() -> None:
    answer = Client().get(reverse("procurement_desk"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("who", ["officer", "executive"])
def test_desk_of_another_role_says_who_has_it(plan: Plan, who: str) -> None:
    answer = signed_in(getattr(plan.world, who)).get(reverse("procurement_desk"))
    assert answer.status_code == 403
    assert "procurement officer" in answer.content.decode()


def test_desk_empty_says_what_to_do(plan: Plan) -> None:
    page = signed_in(plan.staff).get(reverse("procurement_desk")).content.decode()
    assert "Nothing waits for you" in page
    assert "No activity in the plan of this year" in page


@pytest.mark.parametrize(
    "values", ["unit=PRV", "unit=OTH", "unit=nowhere", "year=12", "year=x", "list=approve", "list=x"]
)
def test_desk_of_what_is_not_his_is_not_there(plan: Plan, values: str) -> None:
    assert signed_in(plan.staff).get(f"{reverse('procurement_desk')}?{values}").status_code == 404


def test_draft_waits_for_staff_then_for_the_approver_then_for_both(plan: Plan) -> None:
    case = plan.committee(citizen=True)
    staff, approver = signed_in(plan.staff), signed_in(plan.approver)

    def look() -> tuple[dict[str, int], dict[str, int]]:
        return piles(staff.get(reverse("procurement_desk"))), piles(approver.get(reverse("procurement_desk")))

    first = look()
    assert (first[0].get("drafts"), first[1]) == (1, {})
    case = plan.do(case, "lint")
    second = look()
    assert (second[0].get("drafts"), second[1]) == (None, {"approve": 1})
    case = plan.do(case, "approve", plan.approver)
    third = look()
    assert (third[0].get("record"), third[1]) == (1, {"sign": 1})
    case = plan.do(case, "sign_order", plan.approver, number="1", on=timezone.localdate())
    assert look() == ({}, {})


def test_who_drafted_or_sits_there_is_not_asked_to_decide(plan: Plan) -> None:
    case = plan.do(plan.committee(), "lint")
    seat = case.committee.members.first()
    seat.person.user = plan.approver
    seat.person.save()
    assert piles(signed_in(plan.approver).get(reverse("procurement_desk"))) == {}
    assert piles(signed_in(plan.world.upper_approver).get(reverse("procurement_desk"))) == {"approve": 1}


def test_report_and_dissent_wait_for_the_approver(plan: Plan) -> None:
    case = plan.meeting(plan.ordered(plan.committee()), "propose", member="against")
    against = case.committee.meetings.get().attendances.get(vote="against")
    case = plan.do(case, "record_dissent", attendance=against, text="ไม่เห็นด้วย")
    case = plan.do(case, "report", text="เห็นควรจ้าง")
    assert piles(signed_in(plan.approver).get(reverse("procurement_desk"))) == {"reports": 1, "dissents": 1}


def test_declarations_are_due_anew_when_the_bidders_are_known(plan: Plan) -> None:
    purchase = plan.purchase()
    case = plan.ordered(plan.committee(purchase, citizen=True))
    client = signed_in(plan.staff)
    assert "declarations" not in piles(client.get(reverse("procurement_desk")))
    purchase = plan.do(purchase, "announce", on=timezone.localdate())
    plan.do(purchase, "record_bids", bids=[{"supplier": plan.supplier()}])
    answer = client.get(f"{reverse('procurement_desk')}?list=declarations")
    assert [row.note for row in answer.context["rows"]] == ["4 members"]
    case = plan.do(case, "declare_interest", member=case.committee.members.first(), ground=None)
    answer = client.get(f"{reverse('procurement_desk')}?list=declarations")
    assert [row.note for row in answer.context["rows"]] == ["3 members"]
    for member in case.committee.members.all()[1:]:
        case = plan.do(case, "declare_interest", member=member, ground=None)
    assert "declarations" not in piles(client.get(reverse("procurement_desk")))


def test_purchase_near_its_milestone_is_on_the_desk_with_the_step(plan: Plan) -> None:
    today = timezone.localdate()
    late = plan.purchase(dates={"announce": today + timedelta(days=3)})
    plan.purchase(dates={"announce": today + timedelta(days=9)})
    plan.purchase(dates={"announce": today + timedelta(days=60)})
    Case.objects.filter(pk=late.pk).update(next_due=today - timedelta(days=1))
    answer = signed_in(plan.staff).get(reverse("procurement_desk"))
    found = {item["pile"].code: [row.note for row in item["rows"]] for item in answer.context["piles"]}
    assert found == {"late": ["Announce or invite"], "soon": ["Announce or invite"]}
    assert piles(signed_in(plan.world.head).get(reverse("procurement_desk"))) == {"late": 1, "soon": 1}


def test_case_of_another_unit_waits_on_no_desk_here(plan: Plan) -> None:
    plan.committee()
    desk = signed_in(plan.world.stranger).get(reverse("procurement_desk"))
    assert piles(desk) == {}
    assert all(not item["count"] for item in desk.context["rail"])
    assert piles(signed_in(plan.upper_staff).get(reverse("procurement_desk")))["drafts"] == 1


def test_who_only_oversees_another_unit_has_its_work_not_on_his_desk(plan: Plan) -> None:
    plan.committee()
    plan.purchase(dates={"announce": timezone.localdate()})
    post = Post.objects.create(unit=plan.unit, title_th="ผู้บริหาร", roles=[Role.EXECUTIVE], valid=ALWAYS)
    elsewhere = make_person("elsewhere", plan.world.other, Role.PROCUREMENT, Role.APPROVER)
    Holding.objects.create(post=post, user=elsewhere, valid=ALWAYS)
    answer = signed_in(elsewhere).get(reverse("procurement_desk"))
    assert all(not item["count"] for item in answer.context["rail"])


def test_activity_without_a_citizen_top_first_then_by_the_day_of_decision(plan: Plan) -> None:
    today = timezone.localdate()
    budgets = [5_000_000, 4_000_000, 3_000_000, 900_000, 800_000, 700_000]
    rows = [plan.activity(budget, name=f"กิจกรรม {budget}") for budget in budgets]
    for row, days in zip(rows, (50, 40, 60, 30, None, 10), strict=True):
        dates = {"contract": today + timedelta(days=days)} if days else None
        plan.purchase(row, dates=dates)
    covered = plan.purchase(plan.activity(600_000))
    plan.ordered(plan.committee(covered, citizen=True))
    answer = signed_in(plan.staff).get(reverse("procurement_desk"))
    assert [row["activity"].budget for row in answer.context["lacking"]] == [
        4_000_000, 5_000_000, 3_000_000, 700_000, 900_000, 800_000,
    ]  # fmt: skip
    assert [row["top"] for row in answer.context["lacking"]] == [True] * 3 + [False] * 3
    assert answer.context["lacking_count"] == 6
    totals = answer.context["figures"].totals
    assert (totals.top_covered, totals.rest_covered, totals.rest) == (0, 1, 4)


def test_activity_whose_committee_has_decided_comes_after_those_that_can_be_mended(plan: Plan) -> None:
    today = timezone.localdate()
    rows = [plan.activity(budget, name=f"กิจกรรม {budget}") for budget in (5_000_000, 4_000_000, 3_000_000)]
    decided_without, later, soon = rows
    purchase = plan.purchase(decided_without, dates={"contract": today + timedelta(days=5)})
    plan.meeting(plan.ordered(plan.committee(purchase)), "propose")
    plan.purchase(later, dates={"contract": today + timedelta(days=40)})
    plan.purchase(soon, dates={"announce": today + timedelta(days=7)})
    answer = signed_in(plan.staff).get(reverse("procurement_desk"))
    found = [(row["activity"], row["cover"].decides_on) for row in answer.context["lacking"]]
    assert found == [
        (soon, today + timedelta(days=7)), (later, today + timedelta(days=40)), (decided_without, None),
    ]  # fmt: skip


def test_every_count_of_the_rail_opens_a_list_of_that_length(plan: Plan) -> None:
    for _ in range(7):
        plan.committee()
    client = signed_in(plan.staff)
    desk = client.get(reverse("procurement_desk"))
    assert next(item for item in desk.context["piles"] if item["pile"].code == "drafts")["more"]
    for item in desk.context["rail"]:
        assert len(client.get(item["url"]).context["rows"]) == item["count"]


@pytest.mark.parametrize("count", [1, 12])
def test_desk_takes_a_constant_number_of_statements(plan: Plan, count: int, django_assert_max_num_queries: Any) -> None:
    today = timezone.localdate()
    for _ in range(count):
        purchase = plan.purchase(dates={"announce": today})
        plan.committee(purchase)
    assert Milestone.objects.count() == count
    client = signed_in(plan.staff)
    client.get(reverse("procurement_desk"))
    with django_assert_max_num_queries(36):
        client.get(reverse("procurement_desk"))
