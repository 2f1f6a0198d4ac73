"""The rule of coverage against a slow and plain oracle, and what must hold whatever the facts are."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.coverage.facts import built_in
from procurement.coverage.parts import combine, part_of
from procurement.coverage.rule import ActivityFacts, Facts, Result, Seat, compute, reached, steps_of
from tests.procurement.coverage_support import DAY, facts, oracle, seats, variants

# On a busy machine drawing a plan may take longer than hypothesis likes.
PATIENT: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
MANY = settings(max_examples=150, **PATIENT)


def said(result: Result) -> dict[str, Any]:
    """What the oracle also says."""
    return {
        "level": result.level,
        "top": set(result.top),
        "rest": set(result.rest),
        "covered": set(result.covered),
        "left_out": set(result.left_out),
    }


@settings(max_examples=500, **PATIENT)
@given(facts, variants)
def test_result_is_that_of_the_oracle(found: Facts, variant: str) -> None:
    assert said(compute(found, built_in(variant))) == oracle(found, variant)


@MANY
@given(facts, variants)
def test_result_agrees_with_itself(found: Facts, variant: str) -> None:
    result = compute(found, built_in(variant))
    ids = {row.id for row in found.activities}
    counted = set(result.top) | set(result.rest)
    assert not set(result.top) & set(result.rest)
    assert counted | set(result.left_out) == ids
    assert not counted & set(result.left_out)
    assert set(result.covered) | set(result.uncovered) == counted
    assert not set(result.covered) & set(result.uncovered)
    assert set(result.kept) <= counted
    assert set(result.missing_budget) <= set(result.top)
    assert result.top_covered == len(set(result.top) & set(result.covered))
    assert result.rest_covered == len(set(result.rest) & set(result.covered))
    assert result.marked == (not counted)
    assert len(result.top) >= min(3, len(counted))
    met = [step.met for step in result.steps]
    # Cumulative: no level is reached above one that is not.
    assert met == sorted(met, reverse=True)
    assert result.level == sum(met)
    assert result.points == 4 * result.level
    assert (result.next_step.level if result.next_step else 6) == result.level + 1


@MANY
@given(facts, variants, st.randoms())
def test_order_of_activities_and_seats_is_irrelevant(found: Facts, variant: str, random: Any) -> None:
    rows = [replace(row, seats=tuple(random.sample(row.seats, len(row.seats)))) for row in found.activities]
    random.shuffle(rows)
    shuffled = replace(found, activities=tuple(rows))
    assert said(compute(shuffled, built_in(variant))) == said(compute(found, built_in(variant)))


@MANY
@given(facts, variants, seats(), st.integers(0, 20))
def test_one_seat_more_never_lowers_the_level(found: Facts, variant: str, more: Seat, where: int) -> None:
    rows = list(found.activities)
    if rows:
        row = rows[where % len(rows)]
        rows[where % len(rows)] = replace(row, seats=(*row.seats, more))
    assert compute(replace(found, activities=tuple(rows)), built_in(variant)).level >= _level(found, variant)


@MANY
@given(facts, variants)
def test_publishing_and_teaching_more_never_lower_the_level(found: Facts, variant: str) -> None:
    assert _level(replace(found, published=True), variant) >= _level(found, variant)
    assert _level(replace(found, education=found.education + 1), variant) >= _level(found, variant)
    assert _level(replace(found, published=False), variant) == 0


@MANY
@given(facts)
def test_checklist_asks_no_more_than_the_form_that_governs(found: Facts) -> None:
    assert _level(found, "checklist") >= _level(found, "regional")


@MANY
@given(facts, variants, st.sampled_from(["0.01", "7", "1000000"]))
def test_only_the_order_of_budgets_matters(found: Facts, variant: str, factor: str) -> None:
    rows = (
        replace(row, budget=None if row.budget is None else row.budget * Decimal(factor)) for row in found.activities
    )
    scaled = replace(found, activities=tuple(rows))
    assert said(compute(scaled, built_in(variant))) == said(compute(found, built_in(variant)))


@MANY
@given(facts, variants)
def test_what_was_left_out_changes_nothing(found: Facts, variant: str) -> None:
    result = compute(found, built_in(variant))
    kept = tuple(row for row in found.activities if row.id not in result.left_out)
    assert said(compute(replace(found, activities=kept), built_in(variant))) == said(result) | {"left_out": set()}


@MANY
@given(facts, variants)
def test_needs_rest_is_exactly_enough(found: Facts, variant: str) -> None:
    """Covering as many of the rest as the next step names fulfils its share, and one fewer does not."""
    result = compute(found, built_in(variant))
    for step in result.steps:
        for lack in step.lacking:
            if lack.code == "rest":
                assert lack.have < lack.need == step.needs_rest <= len(result.rest)
                for more, enough in ((lack.need - lack.have, True), (lack.need - lack.have - 1, False)):
                    covered = _cover(found, [id_ for id_ in result.rest if id_ not in result.covered][:more])
                    again = compute(covered, built_in(variant)).steps[step.level - 1]
                    assert ("rest" not in {other.code for other in again.lacking}) == enough


@MANY
@given(facts, variants)
def test_doing_what_the_next_step_lacks_reaches_it(found: Facts, variant: str) -> None:
    result = compute(found, built_in(variant))
    step = result.next_step
    if step is None or result.marked:
        return
    done = replace(found, published=True, education=max(found.education, 1))
    top = [id_ for id_ in result.top if id_ not in result.covered]
    rest = [id_ for id_ in result.rest if id_ not in result.covered][: max(0, step.needs_rest - result.rest_covered)]
    assert _level(_cover(done, top + rest), variant) >= step.level


# --- Parts: the same by units ----------------------------------------------------------------------------------------
@settings(max_examples=300, **PATIENT)
@given(st.lists(facts, max_size=4), variants)
def test_level_of_parts_is_that_of_all_activities_together(units: list[Facts], variant: str) -> None:
    day = units[0].as_of if units else DAY
    units = [replace(unit, as_of=day) for unit in units]
    rows = [replace(row, id=f"{n}/{row.id}") for n, unit in enumerate(units) for row in unit.activities]
    whole = compute(
        Facts(tuple(rows), any(unit.published for unit in units), sum(unit.education for unit in units), day),
        built_in(variant),
    )
    totals = combine(part_of(unit) for unit in units)
    assert (totals.top, totals.top_covered, totals.rest, totals.rest_covered) == (
        len(whole.top), whole.top_covered, len(whole.rest), whole.rest_covered,
    )  # fmt: skip
    assert steps_of(totals, built_in(variant)) == whole.steps
    assert reached(whole.steps) == (whole.level, whole.points)


@MANY
@given(facts)
def test_part_keeps_no_more_than_the_top(unit: Facts) -> None:
    part = part_of(unit)
    result = compute(unit, built_in("regional"))
    assert sum(many for _budget, many, _covered in part.highest) == len(result.top) - len(result.missing_budget)
    assert [row[0] for row in part.highest] == sorted({row[0] for row in part.highest}, reverse=True)


def _level(found: Facts, variant: str) -> int:
    return compute(found, built_in(variant)).level


def _cover(found: Facts, ids: list[str]) -> Facts:
    """With a citizen on each of these who sits on every day."""
    wanted = frozenset(ids)

    def with_citizen(row: ActivityFacts) -> ActivityFacts:
        held = Seat(found.as_of.replace(year=1990), None, True)
        return replace(row, seats=(*row.seats, held)) if row.id in wanted else row

    return replace(found, activities=tuple(map(with_citizen, found.activities)))
