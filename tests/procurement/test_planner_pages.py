"""The planner: the plan it shows, what would be if, and what became of doing it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from organisations.models import Holding, Post, Role
from procurement.models import Committee, CommitteeCase, Member, Person
from tests.procurement.test_desk import signed_in
from tests.support.levels import covered_plan, seated
from tests.support.purchases import Plan
from tests.support.world import ALWAYS, World

pytestmark = pytest.mark.django_db


def open_seats(plan: Plan, *, people: int = 6) -> list[Person]:
    """Three large activities and four others, none with a citizen, each with a purchase; and a pool."""
    for activity in covered_plan(plan, top=0, rest=4, rest_covered=0):
        plan.purchase(activity)
    Person.objects.filter(standing="citizen").delete()
    return [plan.citizen(f"นาย ประชา {n}", most_seats=2) for n in range(people)]


def look(plan: Plan, **values: Any) -> Any:
    """The page as the procurement officer gets it."""
    return signed_in(plan.staff).get(reverse("planner"), values)


def do(plan: Plan, answer: Any, *, reason: str = "ตามแผน", **headers: str) -> Any:
    """Press "write the proposals"."""
    pairs = [row["pair"] for row in answer.context["rows"]]
    values = {"unit": "DST", "year": plan.year, "level": answer.context["level"], "pair": pairs, "reason": reason}
    return signed_in(plan.staff).post(reverse("planner_do"), values, headers=headers)


def test_planner_anonymous_is_sent_to_sign_in() -> None:
    assert Client().get(reverse("planner")).status_code == 302
    assert Client().post(reverse("planner_do")).status_code == 302


@pytest.mark.parametrize("who", ["officer", "executive"])
def test_planner_of_another_role_says_who_has_it(world: World, who: str) -> None:
    assert signed_in(getattr(world, who)).get(reverse("planner")).status_code == 403


@pytest.mark.parametrize("values", ["unit=PRV", "unit=OTH", "year=12", "level=9", "level=x"])
def test_plan_of_what_is_not_his_or_is_none_is_not_there(plan: Plan, values: str) -> None:
    assert signed_in(plan.staff).get(f"{reverse('planner')}?{values}").status_code == 404


def test_plan_reaches_the_next_level_with_the_fewest(plan: Plan) -> None:
    open_seats(plan)
    answer = look(plan)
    assert answer.context["level"] == 2
    assert answer.context["proposal"].reaches
    assert len(answer.context["rows"]) == 3
    assert all(row["top"] for row in answer.context["rows"])
    assert answer.context["then"]["figures"].level == 2
    assert "3 appointments reach level 2" in answer.content.decode()


@pytest.mark.parametrize(("level", "seats"), [(3, 6), (5, 7)])
def test_plan_of_a_level_that_is_asked_for(plan: Plan, level: int, seats: int) -> None:
    open_seats(plan)
    answer = look(plan, level=level)
    assert len(answer.context["rows"]) == seats
    assert answer.context["then"]["figures"].level == min(level, 3)
    assert ("What no appointment can give" in answer.content.decode()) == (level == 5)


def test_what_if_a_person_and_an_activity_are_left_out(plan: Plan) -> None:
    open_seats(plan)
    first = look(plan, level=3).context["rows"]
    person, activity = first[0]["person"], first[-1]["activity"]
    answer = look(plan, level=3, without_person=person.pk, without_activity=activity.pk)
    assert person not in [row["person"] for row in answer.context["rows"]]
    assert activity not in [row["activity"] for row in answer.context["rows"]]
    assert [item["row"] for item in answer.context["left_out"]] == [person, activity]
    assert answer.context["proposal"].reaches


def test_what_if_a_pair_is_fixed(plan: Plan) -> None:
    people = open_seats(plan)
    rows = look(plan).context["rows"]
    other = next(person for person in people if person != rows[0]["person"])
    answer = look(plan, pin_activity=rows[0]["activity"].pk, pin_person=other.pk)
    kept = {row["activity"]: row["person"] for row in answer.context["rows"] if row["pinned"]}
    assert kept == {rows[0]["activity"]: other}
    again = look(plan, pin=f"{rows[0]['activity'].pk}-{other.pk}")
    assert [row["pair"] for row in again.context["rows"]] == [row["pair"] for row in answer.context["rows"]]


def test_pair_that_cannot_be_fixed_is_named_and_the_plan_made_without_it(plan: Plan) -> None:
    open_seats(plan)
    rows = look(plan).context["rows"]
    answer = look(plan, pin=rows[0]["pair"], without_person=rows[0]["person"].pk)
    assert "cannot sit for" in answer.content.decode()
    assert answer.context["proposal"].reaches


def test_condition_that_means_nothing_is_passed_over(plan: Plan) -> None:
    open_seats(plan, people=2)
    for value in ("x", "0-0", "9" * 40, "999999999999999999", "1-", "<b>", "999999-999999"):
        names = ("pin", "without_person", "without_activity", "pin_activity", "pin_person")
        assert look(plan, **dict.fromkeys(names, value)).status_code == 200, value


def test_name_of_somebody_elsewhere_is_not_told(plan: Plan) -> None:
    open_seats(plan)
    stranger = plan.citizen("นาง ห่างไกล", unit=plan.world.other)
    assert "นาง ห่างไกล" not in look(plan, without_person=stranger.pk).content.decode()
    values = {"unit": "DST", "year": plan.year, "pair": f"1-{stranger.pk}", "reason": "ตามแผน"}
    page = signed_in(plan.staff).post(reverse("planner_do"), values).content.decode()
    assert "นาง ห่างไกล" not in page


def test_level_out_of_reach_names_what_blocks_it(plan: Plan) -> None:
    open_seats(plan, people=1)
    answer = look(plan, level=3)
    assert not answer.context["proposal"].reaches
    assert len(answer.context["blocking"]) == 7
    page = answer.content.decode()
    assert "Level 3 cannot be reached" in page
    assert "Everybody who is eligible has as many seats as he may hold." in page


def test_unit_with_too_much_open_is_planned_unit_by_unit(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    open_seats(plan)
    monkeypatch.setattr("procurement.views.staff.planner.MOST_OPEN", 3)
    assert "more than one plan can show" in look(plan).content.decode()


def test_doing_it_writes_the_drafts_and_says_so_line_by_line(plan: Plan) -> None:
    open_seats(plan)
    answer = look(plan)
    done = do(plan, answer)
    assert done.status_code == 200
    assert [row["outcome"].is_done for row in done.context["outcomes"]] == [True] * 3
    assert Member.objects.filter(person__standing="citizen", appointed_on=None).count() == 3
    after = look(plan)
    assert after.context["rows"] == []
    assert len(after.context["under_way"]) == 3
    again = do(plan, answer)
    assert "sits there already" in again.content.decode()
    assert CommitteeCase.objects.filter(state="draft").count() == 3


def test_line_that_cannot_be_done_says_why_and_the_others_are_done(plan: Plan) -> None:
    open_seats(plan)
    answer = look(plan)
    row = answer.context["rows"][0]
    Person.objects.filter(pk=row["person"].pk).update(active=False)
    done = do(plan, answer)
    assert [line["outcome"].is_done for line in done.context["outcomes"]].count(True) == 2
    assert "not available any more" in done.content.decode()


def test_doing_without_a_reason_writes_nothing_and_keeps_the_pairs(plan: Plan) -> None:
    open_seats(plan)
    answer = look(plan)
    refused = do(plan, answer, reason="  ")
    assert refused.status_code == 422
    page = refused.content.decode()
    assert page.count('name="pair"') == 3
    assert not Committee.objects.exists()


def test_long_plan_is_written_in_parts_that_show_how_far_it_is(plan: Plan) -> None:
    rows = [plan.activity(100_000 + n) for n in range(24)]
    for row in rows:
        plan.purchase(row)
    people = [plan.citizen(f"นาย ประชา {n}") for n in range(24)]
    pairs = [f"{row.pk}-{person.pk}" for row, person in zip(rows, people, strict=True)]
    client = signed_in(plan.staff)
    values = {"unit": "DST", "year": plan.year, "pair": pairs, "reason": "ตามแผน"}
    first = client.post(reverse("planner_do"), values)
    assert (first.context["done"], first.context["total"], len(first.context["left"])) == (20, 24, 4)
    page = first.content.decode()
    assert 'value="20"' in page
    assert page.count('name="pair"') == 4
    more = {**values, "pair": first.context["left"], "begun": 20}
    last = client.post(reverse("planner_do"), more, headers={"HX-Request": "true"})
    assert (last.context["done"], last.context["total"], last.context["left"]) == (24, 24, [])
    assert "<html" not in last.content.decode()
    assert Member.objects.filter(person__standing="citizen").count() == 24


@pytest.mark.parametrize("who", ["approver", "head"])
def test_who_only_reads_may_look_and_not_do(plan: Plan, who: str) -> None:
    open_seats(plan)
    user = getattr(plan.world, who)
    answer = signed_in(user).get(reverse("planner"))
    assert answer.status_code == 200
    assert not answer.context["may_do"]
    pairs = [row["pair"] for row in answer.context["rows"]]
    values = {"unit": "DST", "year": plan.year, "pair": pairs, "reason": "ตามแผน"}
    assert signed_in(user).post(reverse("planner_do"), values).status_code == 403
    assert not Committee.objects.exists()


def test_who_keeps_another_plan_and_only_reads_this_one_may_not_do(plan: Plan) -> None:
    open_seats(plan)
    post = Post.objects.create(unit=plan.unit, title_th="ผู้บริหาร", roles=[Role.EXECUTIVE], valid=ALWAYS)
    Holding.objects.create(post=post, user=plan.world.stranger, valid=ALWAYS)
    pairs = [row["pair"] for row in look(plan).context["rows"]]
    values = {"unit": "DST", "year": plan.year, "pair": pairs, "reason": "ตามแผน"}
    assert signed_in(plan.world.stranger).post(reverse("planner_do"), values).status_code == 403
    assert not Committee.objects.exists()


def test_plan_of_another_unit_cannot_be_written(plan: Plan) -> None:
    open_seats(plan)
    pairs = [row["pair"] for row in look(plan).context["rows"]]
    values = {"unit": "DST", "year": plan.year, "pair": pairs, "reason": "ตามแผน"}
    assert signed_in(plan.world.stranger).post(reverse("planner_do"), values).status_code == 404
    assert not Committee.objects.exists()


@pytest.mark.parametrize("count", [1, 30])
def test_planner_takes_a_constant_number_of_statements(
    plan: Plan, count: int, django_assert_max_num_queries: Any
) -> None:
    for row in covered_plan(plan, top=0, rest=count, rest_covered=0):
        plan.purchase(row)
    for number in range(count):
        plan.citizen(f"นาย ประชา {number}")
    seated(plan, plan.activity(50_000), None)
    client = signed_in(plan.staff)
    client.get(reverse("planner"))
    with django_assert_max_num_queries(36):
        client.get(reverse("planner"), {"level": 3})
