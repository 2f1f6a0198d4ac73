"""The page of the participation level, the file behind it, and that both say the same."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from procurement.actions.plan import cancel_activity
from procurement.coverage.facts import read_facts
from procurement.coverage.reading import facts_of, variant_of
from procurement.coverage.rule import compute
from procurement.covering import covers
from procurement.models import Activity, Purchase
from tests.procurement.test_desk import signed_in
from tests.support.levels import covered_plan, decided, registers, seated
from tests.support.purchases import Plan

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["level", "level_facts"])
def test_page_anonymous_is_sent_to_sign_in(name: str) -> None:
    answer = Client().get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["level", "level_facts"])
def test_page_of_another_role_says_who_has_it(plan: Plan, name: str) -> None:
    assert signed_in(plan.world.officer).get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", ["level", "level_facts"])
@pytest.mark.parametrize("values", ["unit=PRV", "unit=OTH", "unit=nowhere", "year=12", "year=2569x"])
def test_unit_that_one_does_not_read_is_not_there(plan: Plan, name: str, values: str) -> None:
    assert signed_in(plan.staff).get(f"{reverse(name)}?{values}").status_code == 404


@pytest.mark.parametrize("who", ["staff", "approver", "upper_staff"])
def test_level_opens_for_who_reads_procurement(plan: Plan, who: str) -> None:
    assert signed_in(getattr(plan, who)).get(reverse("level")).status_code == 200


@pytest.mark.parametrize(("who", "plans"), [("staff", True), ("executive", False)])
def test_level_leads_to_the_planner_whoever_may_plan(plan: Plan, who: str, plans: bool) -> None:
    user = plan.staff if who == "staff" else plan.world.executive
    text = signed_in(user).get(reverse("level"), {"unit": plan.unit.code, "year": plan.year}).content.decode()
    assert (reverse("planner") in text) == plans


@pytest.mark.parametrize(("covered", "level", "points"), [(6, 3, 12), (7, 4, 16), (8, 5, 20)])
def test_level_of_the_printed_example_comes_out(plan: Plan, covered: int, level: int, points: int) -> None:
    covered_plan(plan, rest_covered=covered, education=1)
    answer = signed_in(plan.staff).get(reverse("level"))
    assert (answer.context["result"].level, answer.context["result"].points) == (level, points)
    page = answer.content.decode()
    assert f"Level {level}" in page
    assert f"{points} points" in page


def test_level_says_what_each_level_lacks(plan: Plan) -> None:
    covered_plan(plan, top=2, rest_covered=5)
    page = signed_in(plan.staff).get(reverse("level")).content.decode()
    assert "1 of the top 3 activities is not covered." in page
    assert "Needs 6 of the other 10 activities (60 percent), 5 are covered." in page
    assert "Needs 1 education activity, 0 recorded." in page


def test_every_decision_of_the_rule_stands_beside_the_result(plan: Plan) -> None:
    answer = signed_in(plan.staff).get(reverse("level"))
    page, decisions = answer.content.decode(), answer.context["result"].decisions
    assert len(decisions) >= 15
    for decision in decisions:
        assert f'id="decision-{decision.code}"' in page


def test_lists_name_who_covers_since_when_or_why_not(plan: Plan) -> None:
    today = timezone.localdate()
    rows = covered_plan(plan, top=1, rest=6, rest_covered=1)
    seated(plan, rows[1], None)
    decided(plan, seated(plan, rows[2], None, days_ago=9), today - timedelta(days=2))
    late = seated(plan, rows[5], plan.citizen("นาย มาช้า สมมุติ"), days_ago=1)
    decided(plan, late, today - timedelta(days=3))
    left = seated(plan, rows[6], plan.citizen("นาง ลาออก สมมุติ"), days_ago=5)
    left.committee.members.filter(person__standing="citizen").update(
        left_on=today - timedelta(days=1), left_because="resigned"
    )
    plan.committee(plan.purchase(rows[7]), citizen=True)
    plan.committee(plan.purchase(rows[8]))
    client = signed_in(plan.staff)
    top = client.get(reverse("level"), {"list": "top"}).content.decode()
    assert "นาย ประชา DST" in top
    assert "Appointed without a citizen" in top
    assert "decided on" in top
    lacking = client.get(reverse("level"), {"list": "rest-lacking"}).content.decode()
    for words in (
        "appointed after the committee had decided", "The citizen left on", "A citizen is in the draft",
        "The order is in draft, without a citizen", "No purchase of it has been planned yet",
    ):  # fmt: skip
        assert words in lacking, words
    covered = client.get(reverse("level"), {"list": "rest-covered"})
    assert [row["activity"].pk for row in covered.context["rows"]] == [rows[3].pk]


def test_words_beside_an_activity_agree_with_the_rule(plan: Plan) -> None:
    today = timezone.localdate()
    rows = covered_plan(plan, top=1, rest=9, rest_covered=1)
    late = seated(plan, rows[4], plan.citizen("นาย มาช้า"), days_ago=1)
    decided(plan, late, today - timedelta(days=3))
    early = seated(plan, rows[5], plan.citizen("นาย มาก่อน"), days_ago=9)
    decided(plan, early, today - timedelta(days=3))
    left = seated(plan, rows[6], plan.citizen("นาง ลาออก"), days_ago=9)
    left.committee.members.filter(person__standing="citizen").update(
        left_on=today - timedelta(days=2), left_because="resigned"
    )
    gone = seated(plan, rows[7], plan.citizen("นาง อยู่จนลงมติ"), days_ago=9)
    decided(plan, gone, today - timedelta(days=3))
    gone.committee.members.filter(person__standing="citizen").update(
        left_on=today - timedelta(days=2), left_because="resigned"
    )
    for row, days_ago in ((rows[8], 9), (rows[9], 1)):  # awarded without a decision on record, five days ago
        awarded = seated(plan, row, plan.citizen(f"นาย {days_ago}"), days_ago=days_ago)
        Purchase.objects.filter(committees=awarded.pk).update(awarded_on=today - timedelta(days=5))
    plan.contracted(plan.purchase(rows[11]))
    result = compute(facts_of(plan.unit, plan.year), variant_of())
    told = {str(cover.activity.pk) for cover in covers(int(pk) for pk in (*result.top, *result.rest)) if cover.seats}
    assert told == set(result.covered)
    assert {str(rows[place].pk) for place in (5, 7, 8)} <= told
    assert not {str(rows[place].pk) for place in (4, 6, 9, 11)} & told
    lacking = signed_in(plan.staff).get(reverse("level"), {"list": "rest-lacking"}).content.decode()
    assert "The winner is known" in lacking


def test_every_tab_lists_as_many_activities_as_it_says(plan: Plan) -> None:
    covered_plan(plan, rest=7, rest_covered=2)
    plan.activity(None, name="ไม่ทราบวงเงิน")
    cancel_activity(plan.activity(100_000, name="ยกเลิก"), by=plan.staff, reason="ไม่ได้รับงบ")
    client = signed_in(plan.staff)
    tabs = client.get(reverse("level")).context["tabs"]
    assert {tab["code"]: tab["count"] for tab in tabs} == {
        "top": 4, "rest-lacking": 5, "rest-covered": 2, "no-budget": 1, "out": 1,
    }  # fmt: skip
    for tab in tabs:
        assert len(client.get(reverse("level"), {"list": tab["code"]}).context["rows"]) == tab["count"]


def test_list_goes_on_on_the_next_page(plan: Plan) -> None:
    for number in range(57):
        plan.activity(100_000 + number, name=f"กิจกรรม {number}")
    client = signed_in(plan.staff)
    first = client.get(reverse("level"), {"list": "rest-lacking"})
    second = client.get(reverse("level"), {"list": "rest-lacking", "page": "2"})
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 4)
    seen = {row["activity"].pk for answer in (first, second) for row in answer.context["rows"]}
    assert len(seen) == 54
    for page in ("0", "9", "-1", "x", "99999999"):
        assert client.get(reverse("level"), {"list": "rest-lacking", "page": page}).status_code == 200


def test_inspection_and_the_other_form_stand_beside(plan: Plan) -> None:
    covered_plan(plan, rest_covered=7)
    answer = signed_in(plan.staff).get(reverse("level"))
    assert answer.context["result"].level == 3
    assert [row["figures"].level for row in answer.context["other_forms"]] == [4]
    assert answer.context["inspection"].level == 3


def test_province_shows_its_districts_and_a_district_that_it_is_diagnostic(plan: Plan) -> None:
    covered_plan(plan, rest=2, rest_covered=1)
    district = signed_in(plan.staff).get(reverse("level"))
    assert "what is assessed is each province" in district.content.decode()
    province = signed_in(plan.upper_staff).get(reverse("level"))
    assert [(row["unit"].code, row["standing"].activities) for row in province.context["below"]] == [("DST", 5)]
    assert "what is assessed is each province" not in province.content.decode()


def test_file_gives_the_level_of_the_page(plan: Plan) -> None:
    rows = covered_plan(plan, rest_covered=7, education=1)
    cancel_activity(rows[-1], by=plan.staff, reason="ไม่ได้รับงบ")
    plan.activity(None, name="ไม่ทราบวงเงิน")
    client = signed_in(plan.staff)
    answer = client.get(reverse("level_facts"))
    assert "coverage-DST-" in answer["Content-Disposition"]
    read = read_facts(answer.content, today=timezone.localdate())
    facts = facts_of(plan.unit, plan.year)
    assert compute(read.facts, variant_of(read.variant)) == compute(facts, variant_of())
    assert len(json.loads(answer.content)["activities"]) == Activity.objects.count()


def test_file_of_a_contract_without_a_day_gives_the_same_level(plan: Plan) -> None:
    from procurement.models import Contract

    activity = plan.activity(100_000)
    purchase = plan.purchase(activity)
    Contract.objects.create(purchase=purchase.purchase, number="1", value=1)
    Activity.objects.filter(pk=activity.pk).update(cancelled_on=timezone.localdate(), cancel_reason="ยกเลิก")
    facts = facts_of(plan.unit, plan.year)
    assert facts.activities[0].award is True
    read = read_facts(signed_in(plan.staff).get(reverse("level_facts")).content, today=timezone.localdate())
    assert compute(read.facts, variant_of()) == compute(facts, variant_of())


def test_history_ends_with_the_level_of_today(plan: Plan) -> None:
    covered_plan(plan, rest_covered=6)
    answer = signed_in(plan.staff).get(reverse("level"))
    months = answer.context["months"]
    assert months[-1]["day"] == timezone.localdate()
    assert months[-1]["figures"].level == answer.context["result"].level == 3


def test_level_without_activities_is_marked(plan: Plan) -> None:
    registers(plan, plan.unit)
    answer = signed_in(plan.staff).get(reverse("level"))
    assert answer.context["result"].level == 1
    assert "this level says little" in answer.content.decode()


def test_unit_with_too_many_activities_shows_its_level_and_the_units_below(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    covered_plan(plan, rest_covered=6)
    monkeypatch.setattr("procurement.views.levels.MOST_LISTED", 3)
    client = signed_in(plan.upper_staff)
    answer = client.get(reverse("level"))
    assert answer.context["figures"].level == 3
    assert [row["unit"].code for row in answer.context["below"]] == ["DST"]
    assert "Too many activities for one page" in answer.content.decode()
    assert client.get(reverse("level_facts")).status_code == 404
    desk = client.get(reverse("procurement_desk"))
    assert desk.context["figures"].level == 3
    assert "lacking" not in desk.context


@pytest.mark.parametrize("count", [1, 40])
def test_level_takes_a_constant_number_of_statements(
    plan: Plan, count: int, django_assert_max_num_queries: Any
) -> None:
    covered_plan(plan, top=1, rest=count, rest_covered=min(count, 6))
    client = signed_in(plan.upper_staff)
    client.get(reverse("level"))
    with django_assert_max_num_queries(48):
        client.get(reverse("level"), {"list": "rest-lacking"})
