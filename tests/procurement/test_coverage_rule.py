"""The rule of participation coverage on the cases it was decided by (S4:341-349, domain.md)."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from procurement.coverage.facts import built_in
from procurement.coverage.rule import ActivityFacts, Facts, LevelRule, Variant, compute
from tests.procurement.coverage_support import DAY, activity, day, level_of, seat, thirteen

BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


# --- The fixture of thirteen ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("covered", "education", "level"),
    [
        (0, 1, 2), (5, 1, 2), (6, 1, 3), (7, 1, 4), (8, 1, 5), (10, 1, 5),
        (5, 0, 2), (6, 0, 3), (7, 0, 3), (8, 0, 3), (10, 0, 3), (8, 7, 5),
    ],
)  # fmt: skip
def test_thirteen_activities_by_how_many_of_the_rest_are_covered(covered: int, education: int, level: int) -> None:
    result = level_of(thirteen(covered), education=education)
    assert (result.level, result.points) == (level, 4 * level)
    assert (len(result.top), len(result.rest)) == (3, 10)
    assert (result.top_covered, result.rest_covered) == (3, covered)
    assert (result.share, result.share_exact) == (Decimal(10 * covered), f"{covered}/10")


@pytest.mark.parametrize(("covered", "education", "level"), [(6, 0, 3), (7, 0, 4), (8, 0, 4), (7, 1, 4), (8, 1, 5)])
def test_checklist_asks_no_education_at_level_4(covered: int, education: int, level: int) -> None:
    assert level_of(thirteen(covered), education=education, variant="checklist").level == level


@pytest.mark.parametrize("covered", [0, 1, 2])
def test_one_of_the_top_uncovered_ends_at_level_1(covered: int) -> None:
    assert level_of(thirteen(10, top_covered=covered)).level == 1


def test_nothing_published_is_level_0_whatever_else() -> None:
    result = level_of(thirteen(10), published=False)
    assert (result.level, result.points) == (0, 0)
    assert all(step.lacking[0].code == "published" for step in result.steps)


@pytest.mark.parametrize(
    ("rest", "covered", "level"),
    [
        (7, 4, 2),  # 57.14
        (7, 5, 4),  # 71.43
        (9, 6, 3),  # 66.67 is not 70
        (3, 2, 3),  # 66.67
        (6, 4, 3),
        (21, 12, 2),  # 57.14
        (1000, 599, 2),
        (1000, 699, 3),
        (1000, 799, 4),
        (1000, 800, 5),
    ],
)
def test_share_is_compared_without_rounding(rest: int, covered: int, level: int) -> None:
    plan = [activity(f"t{n}", 10_000, covered=True) for n in range(3)]
    plan += [activity(f"r{n}", 1, covered=n < covered) for n in range(rest)]
    assert level_of(plan).level == level


# --- The top ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("budgets", "top"),
    [
        ([9, 8, 7, 6], [0, 1, 2]),
        ([6, 7, 8, 9], [1, 2, 3]),
        ([9, 8, 7, 7, 7, 6], [0, 1, 2, 3, 4]),  # a tie at the third place widens it
        ([9, 9, 9, 9, 8], [0, 1, 2, 3]),
        ([9, 9, 8, 7], [0, 1, 2]),  # a tie above takes places
        ([9, 8], [0, 1]),
        ([9], [0]),
        ([5, 5, 5], [0, 1, 2]),
        ([0, 0, 0, 0], [0, 1, 2, 3]),
        ([9, 8, 7, None, 6], [0, 1, 2, 3]),  # a missing budget takes no place of the three
        ([None, None, None, 9, 8, 7, 6], [0, 1, 2, 3, 4, 5]),
        ([None, None, 9], [0, 1, 2]),
        ([None, None, None, None], [0, 1, 2, 3]),
    ],
)
def test_top_by_budget(budgets: list[int | None], top: list[int]) -> None:
    result = level_of([activity(str(n), budget) for n, budget in enumerate(budgets)])
    assert result.top == tuple(map(str, top))
    assert result.missing_budget == tuple(str(n) for n, budget in enumerate(budgets) if budget is None)
    assert set(result.rest) == {str(n) for n in range(len(budgets))} - set(result.top)


def test_budgets_differ_by_one_satang() -> None:
    budgets = ["100.03", "100.02", "100.01", "100.00"]
    result = level_of([ActivityFacts(budget, Decimal(budget)) for budget in budgets])
    assert result.rest == ("100.00",)


def test_what_was_left_out_takes_no_place_of_the_top() -> None:
    result = level_of([activity("gone", 9, cancelled=True), *(activity(str(n), n) for n in range(1, 5))])
    assert result.top == ("2", "3", "4")


def test_empty_rest_is_met_by_the_top_alone() -> None:
    result = level_of([activity(str(n), 5, covered=True) for n in range(3)])
    assert (result.level, result.rest, result.share, result.share_exact) == (5, (), None, "0/0")
    assert result.next_step is None


def test_no_activity_is_level_1_at_most_and_marked() -> None:
    nothing = level_of([], education=3)
    assert (nothing.level, nothing.points, nothing.marked) == (1, 4, True)
    assert (level_of([], published=False).level, level_of([], published=False).marked) == (0, True)
    assert [lack.code for lack in nothing.steps[1].lacking] == ["activities"]
    all_cancelled = level_of([activity("1", cancelled=BEFORE)])
    assert (all_cancelled.level, all_cancelled.marked, all_cancelled.left_out) == (1, True, ("1",))
    assert not level_of(thirteen(0)).marked


# --- Cancelled -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cancelled", "award", "counted"),
    [
        (None, None, True),
        (False, None, True),
        (BEFORE, None, False),
        (DAY, None, False),
        (AFTER, None, True),  # has not happened
        (day(5), day(6), False),
        (day(6), day(6), True),  # on the day of the award
        (day(7), day(6), True),
        (BEFORE, AFTER, False),  # the award has not happened
        (DAY, DAY, True),
        (True, None, False),  # the day is not known
        (True, AFTER, False),
        (True, DAY, True),
        (True, day(1), True),
        (day(5), True, True),
        (True, True, True),
        (None, day(1), True),
        (AFTER, AFTER, True),
    ],
)
def test_cancelled_before_and_after_the_award(cancelled: object, award: object, counted: bool) -> None:
    result = level_of([activity("1", cancelled=cancelled, award=award)])
    assert (result.top, result.left_out) == ((("1",), ()) if counted else ((), ("1",)))
    happened = cancelled is True or (cancelled not in {None, False} and cancelled <= DAY)  # type: ignore[operator]
    assert result.kept == (("1",) if counted and happened else ())


# --- Covered ---------------------------------------------------------------------------------------------------------
DECIDED = day(100)


@pytest.mark.parametrize(
    ("start", "end", "covered"),
    [
        (day(99), None, True),
        (day(100), None, True),  # appointed on the day itself
        (day(101), None, False),  # the committee had decided before the citizen came
        (day(0), day(99), False),
        (day(0), day(100), False),  # from that day on he was no member: resigned the day before
        (day(0), day(101), True),
        (day(100), day(100), False),  # never held
    ],
)
def test_seat_on_the_day_of_the_first_decision(start: object, end: object, covered: bool) -> None:
    for where in (
        activity("1", first_decision=DECIDED, seats=(seat(start, end),)),  # type: ignore[arg-type]
        activity("1", seats=(seat(start, end, decided=DECIDED),)),  # type: ignore[arg-type]
    ):
        assert level_of([where]).covered == (("1",) if covered else ())


@pytest.mark.parametrize(
    ("start", "end", "covered"),
    [(BEFORE, None, True), (DAY, None, True), (AFTER, None, False), (BEFORE, DAY, False), (BEFORE, AFTER, True)],
)
@pytest.mark.parametrize("decided", [None, AFTER])
def test_seat_on_the_day_of_assessment_until_there_is_a_decision(
    start: object, end: object, covered: bool, decided: object
) -> None:
    held = seat(start, end, decided=decided)  # type: ignore[arg-type]
    assert level_of([activity("1", seats=(held,))]).covered == (("1",) if covered else ())


def test_a_decision_on_the_day_of_assessment_has_happened() -> None:
    left = seat(BEFORE, DAY)
    assert level_of([activity("1", first_decision=BEFORE, seats=(left,))]).covered == ("1",)
    assert level_of([activity("1", first_decision=DAY, seats=(left,))]).covered == ()


def test_suspended_on_the_day_is_not_there() -> None:
    before, again = seat(day(0), day(99)), seat(day(105))
    suspended = activity("1", first_decision=DECIDED, seats=(before, again))
    assert level_of([suspended]).covered == ()
    assert level_of([replace(suspended, first_decision=day(98))]).covered == ("1",)
    assert level_of([replace(suspended, first_decision=day(105))]).covered == ("1",)


def test_committees_of_an_activity_are_looked_at_on_their_own_days() -> None:
    early, late = seat(day(0), day(60), decided=day(50)), seat(day(0), day(60), decided=day(70))
    assert level_of([activity("1", seats=(late,))]).covered == ()
    assert level_of([activity("1", seats=(late, early))]).covered == ("1",)
    # A seat's own day goes before that of the activity.
    assert level_of([activity("1", first_decision=day(10), seats=(late,))]).covered == ()
    assert level_of([activity("1", first_decision=day(70), seats=(early,))]).covered == ("1",)


def test_a_seat_that_does_not_qualify_covers_nothing() -> None:
    assert level_of([activity("1", seats=(seat(qualifying=False),))]).covered == ()
    assert level_of([activity("1", seats=(seat(qualifying=False), seat()))]).covered == ("1",)


def test_not_tendered_is_counted_and_not_covered() -> None:
    result = level_of([*thirteen(10)[:12], activity("idea", 1)])
    assert "idea" in result.rest
    assert result.uncovered == ("idea",)


# --- Steps -----------------------------------------------------------------------------------------------------------
def test_steps_say_what_is_missing() -> None:
    result = level_of(thirteen(6, top_covered=1), education=0)
    assert [(step.level, step.points, step.met, step.needs_rest) for step in result.steps] == [
        (1, 4, True, 0), (2, 8, False, 0), (3, 12, False, 6), (4, 16, False, 7), (5, 20, False, 8),
    ]  # fmt: skip
    assert result.next_step == result.steps[1]
    with translation.override("en"):
        assert result.steps[3].lacks == (
            "2 of the top 3 activities are not covered.",
            "Needs 7 of the other 10 activities (70 percent), 6 are covered.",
            "Needs 1 education activity, 0 recorded.",
        )
        assert level_of([], published=False).steps[1].lacks == (
            "The core work has not been published in any channel.",
            "No activity with procurement is counted, so the level ends at 1.",
        )
        assert level_of(thirteen(9, top_covered=2)).steps[1].lacks == ("1 of the top 3 activities is not covered.",)


@pytest.mark.parametrize(("rest", "needs"), [(1, [1, 1, 1]), (7, [5, 5, 6]), (9, [6, 7, 8]), (10, [6, 7, 8])])
def test_needs_rest_is_the_least_number_that_is_enough(rest: int, needs: list[int]) -> None:
    plan = [activity(f"t{n}", 1000, covered=True) for n in range(3)] + [activity(f"r{n}", 1) for n in range(rest)]
    assert [step.needs_rest for step in level_of(plan).steps[2:]] == needs


def test_levels_are_data_and_cumulative() -> None:
    """A form whose rows come in any order, with a demand below that the rows above do not repeat."""
    odd = Variant("odd", (LevelRule(3, 30, False, False, 50, 0), LevelRule(1, 7, False, False, None, 2)))
    facts = Facts(tuple(thirteen(5)), False, 1, DAY)
    assert compute(facts, odd).level == 0
    taught = replace(facts, education=2)
    assert (compute(taught, odd).level, compute(taught, odd).points) == (3, 30)
    fewer = replace(taught, activities=tuple(thirteen(4)))
    assert (compute(fewer, odd).level, compute(fewer, odd).points) == (1, 7)
    assert compute(facts, Variant("empty", ())).level == 0


def test_demands_of_lower_levels_need_not_be_repeated() -> None:
    rows = (
        LevelRule(1, 1, True, True, None, 0),
        LevelRule(2, 2, False, False, 60, 0),
        LevelRule(3, 3, False, False, None, 1),
    )
    form = Variant("terse", rows)

    def level(covered: int, top_covered: int = 3, education: int = 1, *, published: bool = True) -> int:
        plan = tuple(thirteen(covered, top_covered=top_covered))
        return compute(Facts(plan, published, education, DAY), form).level

    assert (level(6), level(6, education=0), level(5)) == (3, 2, 1)
    assert (level(10, top_covered=2), level(10, published=False)) == (0, 0)


@pytest.mark.parametrize("language", ["en", "th"])
def test_every_decision_is_shown_with_its_numbers(language: str) -> None:
    plan = [*thirteen(6), activity("x", None), activity("y", cancelled=True), activity("z", cancelled=DAY, award=DAY)]
    with translation.override(language):
        decisions = level_of(plan).decisions
    codes = [row.code for row in decisions]
    assert codes == [
        "scope", "counted", "as_of", "top", "few", "missing_budget", "share", "not_tendered", "cancelled", "retender",
        "covered", "award", "qualifying", "published", "education", "cumulative", "no_activities", "variant",
    ]  # fmt: skip
    assert all(row.text and "%" not in row.text for row in decisions)
    text = dict(decisions)
    assert "15" in text["counted"]
    assert text["cancelled"].count("1") == 2


def test_share_shown_is_cut_and_never_rounded_up() -> None:
    plan = [activity(f"t{n}", 1000, covered=True) for n in range(3)]
    plan += [activity(f"r{n}", 1, covered=n < 2) for n in range(3)]
    assert (level_of(plan).share, level_of(plan).share_exact) == (Decimal("66.66"), "2/3")


def test_built_in_forms() -> None:
    assert [row.level for row in built_in("regional").levels] == [1, 2, 3, 4, 5]
    with pytest.raises(LookupError, match="regional"):
        built_in("central")


def test_rule_needs_no_models() -> None:
    """It can be run where there is no database and no app registry."""
    code = (
        "import procurement.coverage.rule, procurement.coverage.parts, sys; sys.exit('django.db.models' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
