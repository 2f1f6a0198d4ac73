"""Figures of registers: equal to a naive recount of all that was entered, of any day; and what each one means."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organisations.calendar import fiscal_year, fiscal_year_bounds
from organisations.models import Unit
from organisations.queries import reach_of
from organisations.shares import Share
from scores.models import Confirmation, EntryVersion, RegisterCase, RegisterEntry
from scores.registers.kinds import REGISTERS, moral_level
from scores.registers.metrics import FIGURES_OF, METRICS, ita_pass_mark, span_of
from scores.rubric import families, rubric_for
from tests.scores.register_support import Office, build_office, values
from tests.support.world import World
from workflows.metrics import Figure, Span, figures_of, known, metric

pytestmark = pytest.mark.django_db
YEAR = fiscal_year(timezone.localdate())
FIRST, AFTER = fiscal_year_bounds(YEAR)


@pytest.fixture
def office(world: World) -> Office:
    return build_office(world)


def figure(unit: Unit, code: str, on: date | None = None, year: int = YEAR) -> Figure | None:
    span = Span(year, on) if on else span_of(year)
    return figures_of([unit.pk], [code], span)[unit.pk].get(code)


def behind(unit: Unit, code: str, on: date | None = None) -> set[int]:
    found = metric(code).behind
    assert found is not None
    return set(found(unit.pk, Span(YEAR, on) if on else span_of(YEAR)).values_list("pk", flat=True))


# --- What is asked ----------------------------------------------------------------------------------------------------
def test_rubrics_ask_registers_for_nothing_that_they_do_not_give() -> None:
    rubrics = [rubric_for(family, year) for family in families() for year in (2564, 2567, YEAR) if holds(family, year)]
    asked = {code for rubric in rubrics for code in rubric.metrics if code.startswith("scores.")}
    assert len(asked) == 10
    assert asked <= {row.code for row in METRICS} <= known()


def holds(family: str, year: int) -> bool:
    try:
        rubric_for(family, year)
    except LookupError:
        return False
    return True


def test_every_figure_belongs_to_the_page_of_a_register() -> None:
    assert set(FIGURES_OF) == set(REGISTERS)
    assert sorted(code for codes in FIGURES_OF.values() for code in codes) == sorted(row.code for row in METRICS)


# --- What each one means ----------------------------------------------------------------------------------------------
def test_only_what_was_confirmed_counts_and_no_more_once_it_is_struck_out(office: Office) -> None:
    district = office.world.district
    case = office.enter("training")
    assert figure(district, "scores.trained") == 0
    case = office.do(case, "submit_entry", office.integrity)
    assert figure(district, "scores.trained") == 0
    case = office.do(case, "confirm", office.world.head)
    assert figure(district, "scores.trained") == 40
    assert figure(district, "scores.training_passed") == Share(33, 40)
    assert behind(district, "scores.trained") == {case.pk}
    office.do(case, "strike_entry", office.world.head, reasons="ลงซ้ำ")
    assert figure(district, "scores.trained") == 0
    # The day before it was confirmed there was nothing either.
    assert figure(district, "scores.trained", timezone.localdate() - timedelta(days=1)) == 0


def test_only_the_two_named_courses_count_and_those_of_units_below_do(office: Office) -> None:
    office.confirmed("training", course="corporate", trained=10, passed=1)
    office.confirmed("training", course="other", trained=500, passed=500)
    for unit in (office.world.district, office.world.province, office.world.department):
        assert figure(unit, "scores.trained") == 10
    assert figure(office.world.other, "scores.trained") == 0


def test_no_gift_is_the_share_of_departments_or_of_the_unit_itself_where_there_is_none(office: Office) -> None:
    department = office.world.department
    assert figure(department, "scores.no_gift_declared") == Share(0, 1)
    # A district's own declaration is its own, and none of its department.
    assert figure(office.world.district, "scores.no_gift_declared") == Share(0, 1)
    own = office.confirmed("no_gift")
    assert figure(office.world.district, "scores.no_gift_declared") == Share(1, 1)
    assert behind(office.world.district, "scores.no_gift_declared") == {own.pk}
    assert figure(office.world.other, "scores.no_gift_declared") == Share(0, 1)
    assert figure(department, "scores.no_gift_declared") == Share(0, 1)
    case = office.confirmed("no_gift", unit=department, by=office.upper_integrity)
    assert figure(department, "scores.no_gift_declared") == Share(1, 1)
    assert behind(department, "scores.no_gift_declared") == {case.pk}
    assert figure(department, "scores.no_gift_declared", year=YEAR - 1) == Share(0, 1)


@pytest.mark.parametrize(("points", "passed"), [("84.99", 0), ("85", 1), ("100", 1)])
def test_ita_is_passed_from_the_mark_of_its_rubric_on(office: Office, points: str, passed: int) -> None:
    assert ita_pass_mark(YEAR) == ita_pass_mark(2560) == Fraction(85)
    department = office.world.department
    office.confirmed("ita", unit=department, by=office.upper_integrity, points=Decimal(points))
    assert figure(department, "scores.ita_passed") == Share(passed, 1)


def test_rule_about_complaints_counts_in_the_year_in_which_it_was_updated(office: Office) -> None:
    district, code = office.world.district, "scores.rules_updated"
    assert figure(district, code) is False
    office.confirmed("rule", about="budget")
    assert figure(district, code) is False
    case = office.confirmed("rule", happened_on=FIRST - timedelta(days=400))
    assert figure(district, code) is False
    # The review finds that it has been issued anew; until that is confirmed the version before counts.
    case = office.reviewed(case, happened_on=FIRST)
    assert figure(district, code) is False
    case = office.do(case, "confirm_and_follow", office.world.head)
    assert figure(district, code) is True
    assert behind(district, code) == {case.pk}
    # It is a rule of the unit itself, not of the one above.
    assert figure(office.world.province, code) is False
    office.do(case, "end_entry", office.world.head, reasons="ยกเลิกระเบียบ")
    assert figure(district, code) is False


def test_survey_climbs_stage_by_stage(office: Office) -> None:
    district = office.world.district
    codes = ("scores.survey_run", "scores.survey_analysed", "scores.survey_planned", "scores.survey_activities")

    def stands() -> list[Figure | None]:
        return [figure(district, code) for code in codes]

    assert stands() == [False, False, False, 0]
    case = office.confirmed("survey")
    assert stands() == [True, False, False, 0]
    today = timezone.localdate()
    said: dict[str, Any] = {}
    held = [{"what": "ตั้งจุดบริการ", "on": today}, {"what": "เปิดคิวออนไลน์", "on": today}]
    for more, then in (
        ({"analysis": "รอคิวนาน", "presented_on": today}, [True, True, False, 0]),
        ({"plan": "เพิ่มจุดบริการ"}, [True, True, True, 0]),
        ({"activities": held}, [True, True, True, 2]),
    ):
        said |= more
        before = stands()
        case = office.reviewed(case, **said)
        assert stands() == before
        case = office.do(case, "confirm_and_follow", office.world.head)
        assert stands() == then
    assert behind(district, "scores.survey_activities") == {case.pk}
    # A campaign that is over still counts in its year.
    office.do(case, "end_entry", office.world.head, reasons="ดำเนินการครบแล้ว")
    assert stands() == [True, True, True, 2]


@pytest.mark.parametrize(
    ("passed", "level"),
    [
        ([], 0),
        ([1, 2], 0),
        ([1, 2, 3], 1),
        ([1, 2, 3, 7], 1),
        ([1, 2, 3, 4, 5, 6], 2),
        ([2, 3, 4, 5, 6, 7, 8, 9], 0),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9], 3),
    ],
)
def test_moral_district_has_the_level_of_its_unbroken_indicators(passed: list[int], level: int) -> None:
    assert moral_level(passed) == level


def test_moral_districts_are_counted_by_level_of_all_districts(office: Office) -> None:
    office.confirmed("moral", indicators=[1, 2, 3])
    office.confirmed("moral", unit=office.world.other, by=office.upper_integrity, indicators=list(range(1, 10)))
    found = [figure(office.world.department, f"scores.moral_level_{level}") for level in (1, 2, 3)]
    assert found == [Share(1, 2), Share(0, 2), Share(1, 2)]


def test_offices_of_one_district_are_one_district_at_its_highest_level(office: Office) -> None:
    world = office.world
    Unit.objects.filter(pk__in=[world.district.pk, world.other.pk]).update(area_code="5501")
    office.confirmed("moral", indicators=[1, 2, 3])
    office.confirmed("moral", unit=world.other, by=office.upper_integrity, indicators=list(range(1, 10)))
    found = [figure(world.department, f"scores.moral_level_{level}") for level in (1, 2, 3)]
    assert found == [Share(0, 1), Share(0, 1), Share(1, 1)]


def test_risk_is_treated_or_not_and_one_that_is_gone_counts_no_more(office: Office) -> None:
    district, code = office.world.district, "scores.risks_treated"
    well = office.confirmed("risk")
    plan = {"plan": "แยกหน้าที่", "treat_by": timezone.localdate() + timedelta(days=30)}
    bad = office.confirmed("risk", treatment="inadequate", **plan)
    assert figure(district, code) == Share(1, 2)
    assert behind(district, code) == {well.pk}
    # The day of its plan is a deadline.
    assert bad.clocks.get(code="risk_treatment").length == 30
    office.do(bad, "end_entry", office.world.head, reasons="เลิกกระบวนงานแล้ว")
    assert figure(district, code) == Share(1, 1)


# --- Equal to a naive recount -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    """An entry as it may stand in the database: its versions with the days of their confirmations."""

    register: str
    place: int
    year: int
    versions: tuple[tuple[int | None, int], ...]
    struck: int | None
    ended: int | None


_DAYS = st.integers(0, 60)
_ROWS = st.lists(
    st.builds(
        Row,
        register=st.sampled_from(sorted(REGISTERS)),
        place=st.integers(0, 3),
        year=st.sampled_from([YEAR, YEAR - 1]),
        # Confirmed on which day (None: never), and which of some contents.
        versions=st.lists(st.tuples(st.none() | _DAYS, st.integers(0, 5)), min_size=1, max_size=3).map(tuple),
        struck=st.none() | _DAYS,
        ended=st.none() | _DAYS,
    ),
    max_size=12,
)


def contents(register: str, choice: int) -> dict[str, Any]:
    """One of six things that an entry of a register may say."""
    day = FIRST + timedelta(days=choice * 20 - 30)
    changes: dict[str, Callable[[], dict[str, Any]]] = {
        "training": lambda: {
            "course": ("governance", "corporate", "other")[choice % 3], "trained": choice * 7, "passed": choice * 3,
        },
        "rule": lambda: {"about": ("complaints", "budget")[choice % 2]},
        "moral": lambda: {"indicators": list(range(1, 2 * choice))[:9]},
        "survey": lambda: dict(
            [
                ("analysis", "ผล"), ("presented_on", FIRST), ("plan", "แผน"),
                ("activities", [{"what": "ก", "on": FIRST}] * choice),
            ][: choice + 1]
        ),
        "risk": lambda: {"treatment": ("adequate", "inadequate")[choice % 2], "impact": choice % 3 + 1},
        "ita": lambda: {"points": Decimal(60 + choice * 5)},
    }  # fmt: skip
    return values(register, happened_on=day, **changes.get(register, dict)())


def written(rows: list[Row], units: list[Unit], office: Office) -> None:
    """The rows in the database, past all actions."""
    now, taken = timezone.now(), set[tuple[Any, ...]]()
    for number, row in enumerate(rows):
        kind, unit, struck = REGISTERS[row.register], units[row.place], row.struck
        place = (row.register, unit.pk, row.year)
        if kind.one_a_year and struck is None:
            struck = 0 if place in taken else None
            taken.add(place)
        case = RegisterCase(
            kind="register", state="entry_draft", unit=unit, number=f"T-{number}", opened_at=now, state_since=now,
            changed_at=now,
        )  # fmt: skip
        case.save(force_insert=True)
        entry = RegisterEntry.objects.create(
            case=case, register=row.register, unit=unit, fiscal_year=row.year, struck_on=_on(struck),
            ended_on=_on(row.ended),
        )  # fmt: skip
        for confirmed, choice in row.versions:
            said = contents(row.register, choice)
            version = EntryVersion.objects.create(
                entry=entry, texts=kind.texts(said), by=office.integrity, at=now,
                **{name: value for name, value in kind.columns(said).items() if value is not None},
            )  # fmt: skip
            if confirmed is not None:
                Confirmation.objects.create(version=version, by=office.world.head, on=_on(confirmed), at=now)


def _on(day: int | None) -> date | None:
    return None if day is None else FIRST + timedelta(days=day)


def recount(unit: Unit, on: date, units: list[Unit]) -> dict[str, Figure]:
    """Every figure of a unit by plain loops over all rows."""
    said: list[EntryVersion] = []
    for entry in RegisterEntry.objects.all():
        if entry.struck_on is not None and entry.struck_on <= on:
            continue
        last = None
        for version in entry.versions.order_by("id"):
            confirmation = Confirmation.objects.filter(version=version).first()
            if confirmation is not None and confirmation.on <= on:
                last = version
        if last is not None:
            said.append(last)
    below = set(reach_of([unit.pk])[unit.pk])

    def of(register: str, *, own: bool = False, every_year: bool = False) -> list[EntryVersion]:
        return [
            row
            for row in said
            if row.entry.register == register
            and (row.entry.unit_id == unit.pk if own else row.entry.unit_id in below)
            and (every_year or row.entry.fiscal_year == YEAR)
            and not (every_year and row.entry.ended_on is not None and row.entry.ended_on <= on)
        ]

    trainings = [row for row in of("training") if row.texts["course"] != "other"]
    surveys = of("survey", own=True)
    analysed = [row for row in surveys if "analysis" in row.texts and "presented_on" in row.texts]
    risks = of("risk", every_year=True)
    rules = [row for row in of("rule", own=True, every_year=True) if row.texts["about"] == "complaints"]
    found: dict[str, Figure] = {
        "scores.trained": sum(row.trained or 0 for row in trainings),
        "scores.training_passed": Share(
            sum(row.passed or 0 for row in trainings), sum(row.trained or 0 for row in trainings)
        ),
        "scores.expansion_sites": len(of("expansion")),
        "scores.awards": len(of("award", own=True)),
        "scores.rules_updated": any(row.happened_on and FIRST <= row.happened_on <= on for row in rules),
        "scores.survey_run": len(surveys) > 0,
        "scores.survey_analysed": len(analysed) > 0,
        "scores.survey_planned": any("plan" in row.texts for row in analysed),
        "scores.survey_activities": sum(len(row.texts.get("activities", [])) for row in surveys),
        "scores.risks_treated": Share(sum(row.texts["treatment"] == "adequate" for row in risks), len(risks)),
    }
    agencies = [one for one in units if one.kind == "department" and one.pk in below] or [unit]
    declared = {row.entry.unit_id for row in of("no_gift")}
    passed = {row.entry.unit_id for row in of("ita") if row.points is not None and row.points >= 85}
    found["scores.no_gift_declared"] = Share(sum(one.pk in declared for one in agencies), len(agencies))
    found["scores.ita_passed"] = Share(sum(one.pk in passed for one in agencies), len(agencies))
    districts = [one for one in units if one.kind == "district" and one.pk in below]
    for level in (1, 2, 3):
        if districts:
            at = {row.entry.unit_id for row in of("moral") if moral_level(row.indicators) == level}
            found[f"scores.moral_level_{level}"] = Share(sum(one.pk in at for one in districts), len(districts))
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_ROWS, day=_DAYS)
def test_figures_of_any_day_equal_a_naive_recount(office: Office, rows: list[Row], day: int) -> None:
    world = office.world
    units = [world.department, world.province, world.district, world.other]
    on = FIRST + timedelta(days=day)
    with transaction.atomic():
        written(rows, units, office)
        found = figures_of([unit.pk for unit in units], [row.code for row in METRICS], Span(YEAR, on))
        for unit in units:
            assert found[unit.pk] == recount(unit, on, units), unit.code
        transaction.set_rollback(True)


# --- Years that are over ----------------------------------------------------------------------------------------------
def test_entry_of_a_year_that_is_over_counts_in_it_once_it_is_confirmed(office: Office) -> None:
    district, code, day = office.world.district, "scores.trained", FIRST - timedelta(days=3)
    case = office.enter("training", year=YEAR - 1, happened_on=day)
    case = office.do(case, "submit_entry", office.integrity)
    assert figure(district, code, year=YEAR - 1) == 0
    case = office.do(case, "confirm", office.world.head)
    assert figure(district, code, year=YEAR - 1) == 40
    assert figure(district, code) == 0
    office.do(case, "strike_entry", office.world.head, reasons="ลงซ้ำ")
    assert figure(district, code, year=YEAR - 1) == 0


def test_entry_of_a_unit_that_closed_later_stays_in_the_figure_of_the_year_before(office: Office) -> None:
    world = office.world
    case = office.confirmed("award", unit=world.other, by=office.upper_integrity)
    today = timezone.localdate()
    Unit.objects.filter(pk=world.other.pk).update(closed_on=today + timedelta(days=1), successor=world.district)
    RegisterCase.objects.filter(pk=case.pk).update(unit=world.district)
    assert figure(world.other, "scores.awards") == 1
    assert figure(world.district, "scores.awards") == 0
    assert figure(world.district, "scores.awards", today + timedelta(days=1)) == 1


def test_office_of_another_department_lifts_its_district_for_each_of_them(office: Office) -> None:
    world = office.world
    Unit.objects.filter(pk__in=[world.district.pk, world.other.pk]).update(area_code="5501")
    office.confirmed("moral", indicators=[1, 2, 3])
    office.confirmed("moral", unit=world.other, by=office.upper_integrity, indicators=list(range(1, 10)))
    for unit in (world.district, world.other):
        assert figure(unit, "scores.moral_level_3") == Share(1, 1), unit
        assert figure(unit, "scores.moral_level_1") == Share(0, 1), unit
