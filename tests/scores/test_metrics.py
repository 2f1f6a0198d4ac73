"""Metrics: a figure is what the cases behind it are, of a unit with all below it; scores from the database."""

import io
import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from complaints import metrics as of_complaints
from organisations.calendar import fiscal_year, fiscal_year_bounds
from organisations.models import Holding, Role, Unit
from organisations.shares import Share
from procurement.actions.registers import record_publication
from procurement.metrics import covered
from procurement.models import Contract, Purchase
from scores.gathering import facts_of, placement_of
from scores.rubric import rubric_for
from tests.scores.assessment_support import build_house
from tests.support.purchases import Plan, build_plan
from tests.support.world import World, make_person
from workflows.metrics import Metric, Span, figures_of, is_withheld, known, metric, register
from workflows.models import Case, Clock

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def span(day: date = TODAY) -> Span:
    return Span(fiscal_year(day), day)


def make_late(world: World, *, days: int = 3, **changes: object) -> Clock:
    case = world.into("investigating")
    clock = case.clocks.get(code="investigate")
    Clock.objects.filter(pk=clock.pk).update(due_on=TODAY - timedelta(days=days), **changes)
    return clock


def overdue(unit: Unit, when: Span | None = None, code: str = "complaints.overdue_share") -> Share:
    figure = figures_of([unit.pk], [code], when or span())[unit.pk][code]
    assert isinstance(figure, Share)
    return figure


def became_late(unit: Unit, when: Span | None = None) -> Share:
    return overdue(unit, when, "complaints.late_share")


# --- Overdue ----------------------------------------------------------------------------------------------------------
def test_overdue_counts_what_became_late_of_what_was_open_with_all_below(world: World) -> None:
    late = make_late(world)
    world.into("investigating")
    make_late(world, stopped_on=TODAY - timedelta(days=3))  # done on its day
    behind = metric("complaints.overdue_share").behind
    assert behind is not None
    for unit in (world.district, world.province):
        assert overdue(unit) == Share(1, 3)
        assert set(behind(unit.pk, span()).values_list("pk", flat=True)) == {late.case_id}
    assert overdue(world.other) == Share(0, 0)


def test_overdue_leaves_out_windows_of_the_complainant_and_what_was_imported(world: World) -> None:
    make_late(world, silent=True)
    case = world.into("awaiting_complainant")
    Clock.objects.filter(case=case).update(due_on=TODAY - timedelta(days=2))
    Clock.objects.filter(case=case, duty=True).update(due_on=TODAY + timedelta(days=2))
    assert overdue(world.district).part == 0


def test_protected_matter_moves_no_figure(world: World) -> None:
    case = world.into("investigating", world.corruption)
    Clock.objects.filter(case=case, duty=True).update(due_on=TODAY - timedelta(days=3))
    for unit in (world.district, world.department, world.centre):
        assert overdue(unit) == became_late(unit) == Share(0, 0)


def test_what_was_answered_late_is_overdue_no_more_and_stays_late(world: World) -> None:
    clock = make_late(world)
    assert (overdue(world.district).part, became_late(world.district).part) == (1, 1)
    Clock.objects.filter(pk=clock.pk).update(stopped_on=TODAY)
    assert (overdue(world.district).part, became_late(world.district).part) == (0, 1)
    # As it stood yesterday, it was overdue.
    Case.objects.update(opened_at=F("opened_at") - timedelta(days=3))
    yesterday = Span(span().year, TODAY - timedelta(days=1))
    assert overdue(world.district, yesterday).part == 1


def test_late_is_of_the_year_in_which_the_day_passed(world: World) -> None:
    clock = make_late(world)
    first = span().first
    for due, part in (
        (first - timedelta(days=2), 0),
        (first - timedelta(days=1), 1),
        (TODAY - timedelta(days=1), 1),
        (TODAY, 0),
    ):
        Clock.objects.filter(pk=clock.pk).update(due_on=due)
        assert became_late(world.district).part == part, due
    last_year = Span(span().year - 1, first - timedelta(days=1))
    assert overdue(world.district, last_year) == Share(0, 0)


# --- Somebody is assigned ---------------------------------------------------------------------------------------------
def test_officer_is_assigned_only_without_a_gap_whoever_it_was(world: World) -> None:
    def assigned() -> object:
        return figures_of([world.district.pk], ["complaints.officer_assigned"], span())[world.district.pk]

    assert assigned() == {"complaints.officer_assigned": True}
    held = Holding.objects.filter(post__unit=world.district, post__roles__contains=[Role.OFFICER])
    handover = span().first + timedelta(days=10)
    held.update(valid=(None, handover))
    assert assigned() == {"complaints.officer_assigned": False}
    successor = make_person("successor", world.district, Role.OFFICER)
    Holding.objects.filter(user=successor).update(valid=(handover, None))
    assert assigned() == {"complaints.officer_assigned": True}
    Holding.objects.filter(user=successor).update(valid=(handover + timedelta(days=1), None))
    assert assigned() == {"complaints.officer_assigned": False}


# --- Coverage ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def plan(world: World) -> Plan:
    return build_plan(world)


def test_coverage_of_today_is_that_of_the_facts_read_anew(plan: Plan) -> None:
    units = [plan.world.district.pk, plan.world.province.pk]
    for budget in (4, 3, 2, 1):
        plan.activity(budget * 1_000_000)
    first = fiscal_year_bounds(plan.year)[0]
    facts = {"unit": plan.unit, "what": "งานหลัก", "channel": "website", "evidence": "ภาพ", "by": plan.staff}
    record_publication(**facts, published_on=first)
    kept = covered(units, Span(plan.year, TODAY))
    assert {unit: (row.top, row.rest, row.published) for unit, row in kept.items()} == dict.fromkeys(
        units, (Share(0, 3), Share(0, 1), True)
    )
    # Of another day it is read anew: tomorrow nothing is different.
    assert covered(units, Span(plan.year, TODAY + timedelta(days=1))) == kept


# --- Disclosure of procurement ----------------------------------------------------------------------------------------
DISCLOSED = ("procurement.notices_published", "procurement.summary_published")


def disclosed(unit: Unit, when: Span | None = None) -> tuple[object, ...]:
    found = figures_of([unit.pk], DISCLOSED, when or span())[unit.pk]
    return tuple(found[code] for code in DISCLOSED)


def test_notice_of_the_year_and_whole_summaries_are_disclosed(plan: Plan) -> None:
    unit, first = plan.unit, fiscal_year_bounds(plan.year)[0]
    assert disclosed(unit) == (False, False)
    case = plan.contracted(plan.purchase())
    # A contract of this month stands in no summary yet.
    assert disclosed(unit) == disclosed(plan.world.province) == (True, False)
    assert disclosed(plan.world.other) == (False, False)
    Contract.objects.filter(purchase=case.pk).update(signed_on=first)
    over = Span(plan.year, first + timedelta(days=40))
    assert disclosed(unit, over)[1] is True
    assert disclosed(unit, Span(plan.year, first + timedelta(days=5)))[1] is False
    Contract.objects.filter(purchase=case.pk).update(value=None)
    assert disclosed(unit, over)[1] is False
    Purchase.objects.filter(pk=case.pk).update(announced_on=first - timedelta(days=1))
    assert disclosed(unit)[0] is False


@settings(
    max_examples=15, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["DST", "OTH"]), st.integers(-40, 120), st.integers(-40, 120), st.booleans()),
        max_size=5,
    ),
    day=st.integers(0, 100),
)
def test_disclosure_is_that_of_a_recount(plan: Plan, rows: list[tuple[str, int, int, bool]], day: int) -> None:
    first = fiscal_year_bounds(plan.year)[0]
    when = Span(plan.year, first + timedelta(days=day))
    with transaction.atomic():
        for code, announced, signed, whole in rows:
            case = plan.purchase()
            Case.objects.filter(pk=case.pk).update(unit=Unit.objects.get(code=code))
            Purchase.objects.filter(pk=case.pk).update(announced_on=first + timedelta(days=announced))
            Contract.objects.create(
                purchase_id=case.pk, number="1", signed_on=first + timedelta(days=signed),
                supplier=plan.supplier() if whole else None, value=1,
            )  # fmt: skip
        month = (first + timedelta(days=day + 1)).replace(day=1)
        for unit, codes in ((plan.unit, {"DST"}), (plan.world.province, {"DST", "OTH"})):
            mine = [row for row in rows if row[0] in codes]
            listed = [row for row in mine if first <= first + timedelta(days=row[2]) < month]
            expected = (any(0 <= row[1] <= day for row in mine), bool(listed) and all(row[3] for row in listed))
            assert disclosed(unit, when) == expected
        transaction.set_rollback(True)


# --- The registry, and scores from it ---------------------------------------------------------------------------------
def test_every_metric_says_what_it_counts_and_one_code_is_one_metric() -> None:
    for code in known():
        row = metric(code)
        assert row.title
        assert row.part
        assert row.source.startswith(("S0:", "S1:", "S3:", "S4:"))
    with pytest.raises(ValueError, match="two metrics"):
        register(Metric("complaints.overdue_share", "", "", "", "", lambda _units, _span: {}))
    register(of_complaints.OVERDUE)


def test_facts_of_a_unit_hold_what_the_rubric_asks_for(world: World) -> None:
    rubric = rubric_for("cdd-clean", 2564)
    facts = facts_of([world.district, world.department], rubric, span())
    assert facts[world.district.pk].words == {"unit.placement": "regional"}
    assert placement_of(world.department) == "central"
    live = {code for code in known() if not is_withheld(code)}
    assert facts[world.district.pk].figures.keys() == rubric.metrics & live
    kept = facts_of([world.district], rubric, span(), withheld=True)[world.district.pk]
    assert kept.figures.keys() == rubric.metrics & known() > rubric.metrics & live


def test_command_scores_an_agency(world: World) -> None:
    def run(*args: str) -> str:
        out = io.StringIO()
        with translation.override("en"):
            call_command("score", "--rubric", "cdd-clean", *args, stdout=out)
        return out.getvalue()

    make_late(world)
    found = json.loads(run("--year", str(span().year), "--agency", world.district.code, "--json"))
    assert found["rubric"] == "cdd-clean-2564"
    assert found["root"]["children"]
    lines = run("--year", str(span().year), "--agency", world.district.code)
    assert "1/1" in lines
    house = build_house(world)
    house.do(house.begin("cdd-clean"), "state_criterion", house.integrity, about="d5.l1.1", said="met", remark="แฟ้ม")
    stated = json.loads(run("--year", str(span().year), "--agency", world.district.code, "--json"))
    assert stated != found
    for args, said in (
        (("--agency", "NOWHERE", "--year", "2570"), "NOWHERE"),
        (("--agency", world.district.code), "fiscal year"),
        (("--agency", world.district.code, "--year", "2570", "--as-of", "gestern"), "--as-of"),
    ):
        with pytest.raises(CommandError) as refused:
            run(*args)
        assert said in str(refused.value)
