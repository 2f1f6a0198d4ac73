"""Every figure is the length of its list, whatever the cases are; and nothing that is not for the reader moves one."""

import itertools
import random
from collections.abc import Iterable
from datetime import date, timedelta
from statistics import median_high
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints import overview
from complaints.models import ComplaintKind
from complaints.overview import AGE_BANDS, NOBODY, Figure, Selection
from complaints.states import OPEN
from organisations.actions import rebuild_reach
from organisations.models import Role, Unit, User
from tests.support.world import World, make_person, make_unit
from workflows.models import Case, Conflict

pytestmark = pytest.mark.django_db
KINDS = ("", "street_light", "road", "service", "corruption")

case_facts = st.fixed_dictionaries({
    "unit": st.sampled_from(["department", "province", "district", "other", "centre"]),
    "state": st.sampled_from([*OPEN, "closed"]),
    "holder": st.sampled_from(["", "officer", "executive", "stranger"]),
    "protected": st.booleans(),
    "category": st.sampled_from(KINDS),
    "due": st.none() | st.integers(-20, 20),
    "age": st.integers(0, 90),
    "conflict": st.sampled_from([False, False, False, True]),
})  # fmt: skip


def make_case(world: World, facts: dict[str, Any]) -> Case:
    """A bare case row: figures and lists look at nothing else."""
    today, now = timezone.localdate(), timezone.now()
    is_open = facts["state"] != "closed"
    opened = now - timedelta(days=facts["age"])
    case = Case(
        kind="complaint",
        state=facts["state"],
        is_open=is_open,
        unit=getattr(world, facts["unit"]),
        holder=getattr(world, facts["holder"]) if facts["holder"] else None,
        protected=facts["protected"],
        category=facts["category"],
        next_due=None if facts["due"] is None or not is_open else today + timedelta(days=facts["due"]),
        opened_at=opened,
        changed_at=now,
        state_since=now,
        closed_at=None if is_open else now,
    )
    case.number = case.public_id
    case.save()
    if facts["conflict"]:
        Conflict.objects.create(case=case, user=world.executive, at=now)
    return case


def length(user: User, **values: Any) -> Figure:
    """The figure of a selection, counted by reading its list."""
    today = timezone.localdate()
    cases = list(overview.open_complaints(user, Selection(**values), today=today))
    late = sum(case.next_due is not None and case.next_due < today for case in cases)
    soon = sum(
        case.next_due is not None and today <= case.next_due <= today + timedelta(days=overview.SOON_DAYS)
        for case in cases
    )
    return Figure(len(cases), late, soon)


def agrees(user: User, figure: Figure, **values: Any) -> None:
    """The figure, and the lists of its late and soon cases, have the same length."""
    assert figure == length(user, **values)
    assert figure.late == length(user, **values, due="late").cases
    assert figure.soon == length(user, **values, due="soon").cases


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.lists(case_facts, min_size=5, max_size=20))
def test_every_figure_is_the_length_of_its_list(world: World, facts: list[dict[str, Any]]) -> None:
    Conflict.objects.all().delete()
    Case.objects.all().delete()
    for row in facts:
        make_case(world, row)
    user, today = world.executive, timezone.localdate()
    found = overview.overview(user, overview.scope(user), today=today, holders=100)

    agrees(user, found.total)
    for band in AGE_BANDS:
        agrees(user, found.ages.get(band.code, Figure()), age=band.code)
    for row in found.units:
        where = {"unit": row.unit} if row.itself else {"under": row.unit}
        agrees(user, row.total, **where)
        for band in AGE_BANDS:
            agrees(user, row.ages.get(band.code, Figure()), **where, age=band.code)
    for state, figure in found.states:
        agrees(user, figure, state=state)
    for person, figure in found.holders:
        agrees(user, figure, holder=person.username if person else NOBODY)
    for kind, figure in found.kinds:
        agrees(user, figure, kind=kind.pk if kind else NOBODY)
    for part in (found.states, found.holders, found.kinds):
        assert sum((figure for _about, figure in part), Figure()) == found.total
    assert sum((row.total for row in found.units), Figure()) == found.total


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.lists(case_facts, max_size=20))
def test_only_what_exists_for_the_reader_is_counted(world: World, facts: list[dict[str, Any]]) -> None:
    Conflict.objects.all().delete()
    Case.objects.all().delete()
    for row in facts:
        make_case(world, row)

    def counts(row: dict[str, Any]) -> bool:
        in_scope = row["unit"] in {"province", "district", "other"}
        seen = not row["protected"] or row["unit"] == "province"  # whose hands it is in changes nothing
        return row["state"] != "closed" and in_scope and seen and not row["conflict"]

    counted = [row for row in facts if counts(row)]
    found = overview.overview(world.executive, [world.province], today=timezone.localdate())
    assert found.total.cases == len(counted)
    assert found.total.late == sum(row["due"] is not None and row["due"] < 0 for row in counted)
    assert found.median_age == (median_high(row["age"] for row in counted) if counted else None)


def test_age_bands_leave_no_day_out_and_count_none_twice() -> None:
    ages = [
        [band.code for band in AGE_BANDS if band.first <= age and (band.last is None or age <= band.last)]
        for age in range(400)
    ]
    assert all(len(found) == 1 for found in ages)


def test_drilling_down_keeps_to_the_unit_below(world: World) -> None:
    plain = {
        "state": "accepted",
        "holder": "",
        "protected": False,
        "category": "",
        "due": -1,
        "age": 3,
        "conflict": False,
    }
    for unit in ("province", "district", "district", "other"):
        make_case(world, {**plain, "unit": unit})
    below = overview.overview(world.executive, [world.district], today=timezone.localdate())
    assert below.total == Figure(2, 2, 0)
    assert [(row.unit, row.itself) for row in below.units] == [(world.district, True)]


def test_scope_names_only_the_topmost_of_ones_units(world: World) -> None:
    both = make_person("both", world.department, Role.HEAD)
    assert overview.scope(both) == [world.department]
    post = world.executive.holdings.get().post
    both.holdings.create(post=post, deputy=True, valid=post.valid)
    del both._held_posts  # type: ignore[attr-defined]
    assert overview.scope(both) == [world.department]


def test_units_of_no_overview_role_are_out_of_scope(world: World) -> None:
    assert overview.scope(world.officer) == []
    assert overview.in_scope(world.executive, world.district.code) == world.district
    assert overview.in_scope(world.executive, world.department.code) is None
    assert overview.in_scope(world.officer, world.district.code) is None


def test_a_unit_under_two_rows_is_counted_once_in_the_total(world: World) -> None:
    office = make_unit("OFF", Unit.Kind.PROVINCIAL_OFFICE, under=world.province)
    make_unit_link(world.district, office)
    rebuild_reach()
    plain = {
        "state": "accepted",
        "holder": "",
        "protected": False,
        "category": "",
        "due": None,
        "age": 3,
        "conflict": False,
    }
    make_case(world, {**plain, "unit": "district"})
    found = overview.overview(world.executive, [world.province], today=timezone.localdate())
    assert found.total.cases == 1
    assert {row.unit for row in found.units} == {office, world.district}


def make_unit_link(child: Unit, parent: Unit) -> None:
    """A second parent, on the other axis."""
    link = child.links_up.get()
    child.links_up.create(axis="area", parent=parent, valid=link.valid)


@pytest.mark.parametrize("today", [date(2026, 1, 31), date(2026, 3, 1), date(2026, 12, 31)])
def test_trend_has_twelve_months_that_follow_one_another(world: World, today: date) -> None:
    cache.clear()
    months = overview.trend(world.executive, [world.province], today=today)
    assert len(months) == 12
    assert months[-1].first == today.replace(day=1)
    assert all((late.first - early.first).days in range(28, 32) for early, late in itertools.pairwise(months))


def test_trend_counts_what_came_in_and_what_ended(world: World) -> None:
    cache.clear()
    plain = {
        "unit": "district",
        "holder": "",
        "protected": False,
        "category": "",
        "due": None,
        "age": 0,
        "conflict": False,
    }
    for state in ("accepted", "closed", "closed"):
        make_case(world, {**plain, "state": state})
    make_case(world, {**plain, "state": "closed", "protected": True})
    months = overview.trend(world.executive, [world.province], today=timezone.localdate())
    assert (months[-1].opened, months[-1].closed) == (3, 2)
    assert all((month.opened, month.closed) == (0, 0) for month in months[:-1])


@pytest.mark.parametrize("count", [1, 60])
def test_figures_take_a_constant_number_of_statements(world: World, count: int, django_assert_num_queries: Any) -> None:
    chosen = random.Random(count)  # noqa: S311 - any mixture will do
    for _ in range(count):
        make_case(world, {
            "unit": chosen.choice(["province", "district", "other"]), "state": chosen.choice(OPEN), "protected": False,
            "holder": chosen.choice(["officer", "stranger"]), "category": chosen.choice(KINDS), "due": -2, "age": 9,
            "conflict": False,
        })  # fmt: skip
    tops, today = overview.scope(world.executive), timezone.localdate()
    # The units one row lower, a savepoint and its release (in a test), the settings, the figures, units, people, kinds.
    with django_assert_num_queries(8):
        overview.overview(world.executive, tops, today=today)


def test_main_kinds_gather_their_parts(world: World) -> None:
    parts: Iterable[ComplaintKind] = ComplaintKind.objects.filter(parent="service").order_by("position")[:2]
    plain = {
        "unit": "district",
        "state": "accepted",
        "holder": "",
        "protected": False,
        "due": None,
        "age": 1,
        "conflict": False,
    }
    for kind in parts:
        make_case(world, {**plain, "category": kind.pk})
    found = overview.overview(world.executive, [world.province], today=timezone.localdate())
    assert [(kind.pk if kind else "", figure.cases) for kind, figure in found.kinds] == [("service", 2)]


def test_median_of_two_is_the_older(world: World) -> None:
    plain = {
        "unit": "district",
        "state": "accepted",
        "holder": "",
        "protected": False,
        "category": "",
        "due": None,
        "conflict": False,
    }
    for age in (2, 8):
        make_case(world, {**plain, "age": age})
    found = overview.overview(world.executive, [world.province], today=timezone.localdate())
    assert found.median_age == median_high([2, 8])
