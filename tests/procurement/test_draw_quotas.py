"""Panels under quotas: the fairest lottery against every panel there is, and quotas that nobody can keep."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sortition_algorithms import Settings, read_in_features, read_in_people
from sortition_algorithms.committee_generation import find_distribution_maximin

from procurement.draws.announcement import Quota, announce
from procurement.draws.leximin import Lottery, fairest
from procurement.draws.quotas import Rules
from procurement.draws.running import chances
from procurement.draws.terms import Infeasible, NotSolved
from procurement.draws.weights import WHOLE, _rounded, chances_by_type, weighed
from tests.procurement.drawing_support import (
    every_panel,
    keeps,
    leximin_of,
    problems,
    rules_of,
    small,
    town,
    with_quotas,
)

Problem = tuple[dict[tuple[str, ...], int], list[Quota], int]


@settings(max_examples=150, deadline=None)
@given(problem=problems())
def test_lottery_is_the_fairest_of_all(problem: Problem) -> None:
    rules = rules_of(*problem)
    types = sorted(problem[0])
    panels = [counts for counts in every_panel(rules.available, rules.size) if keeps(types, problem[1], counts)]
    if not panels:
        with pytest.raises(Infeasible):
            fairest(rules)
        return
    announced = weighed(rules, fairest(rules))
    assert {panel.counts for panel in announced} <= set(panels)
    found = chances_by_type(rules.available, announced)
    best = leximin_of(panels, rules.available)
    for ours, wanted in zip(found, best, strict=True):
        assert float(ours) == pytest.approx(wanted, abs=1e-6)
    # What is promised: of the smallest chance, at most a millionth of it is lost.
    assert min(found) >= Fraction(min(best)) * (1 - Fraction(1, 10**6)) - Fraction(1, 10**9)


@settings(max_examples=150, deadline=None)
@given(problem=problems())
def test_conflict_is_minimal(problem: Problem) -> None:
    types, quotas, size = problem
    rules = rules_of(*problem)
    panels = list(every_panel(rules.available, size))
    named = sorted(types)

    def possible(demands: Any) -> bool:
        asked = []
        for demand in demands:
            least, most = (demand.bound, 99) if demand.side == "least" else (0, demand.bound)
            asked.append(Quota(demand.feature, demand.value, least, most))
        return any(keeps(named, asked, counts) for counts in panels)

    with_all = any(keeps(named, quotas, counts) for counts in panels)
    conflict = rules.conflict()
    assert (conflict == ()) == with_all
    assume(conflict)
    assert not possible(conflict)
    assert all(possible(rest) for rest in combinations(conflict, len(conflict) - 1))


def test_infeasible_quotas_are_named() -> None:
    types = {("f", "y"): 2, ("f", "o"): 3, ("m", "o"): 9}
    quotas = [Quota("sex", "m", 3, 9), Quota("sex", "f", 3, 9), Quota("age", "y", 1, 5), Quota("age", "o", 0, 9)]
    with pytest.raises(Infeasible) as caught:
        with_quotas(types, quotas, 5)
    refused = caught.value
    assert (refused.size, refused.pool) == (5, 14)
    assert [(row.feature, row.value, row.side, row.bound, row.available) for row in refused.conflict] == [
        ("sex", "f", "least", 3, 5),
        ("sex", "m", "least", 3, 9),
    ]


def test_quota_for_more_people_than_there_are_is_named_alone() -> None:
    for value, least in (("f", 3), ("x", 1), ("m", 6)):
        with pytest.raises(Infeasible) as caught:
            with_quotas({("f", "o"): 2, ("m", "o"): 9}, [Quota("sex", value, least, 9), Quota("age", "o", 1, 9)], 5)
        assert [(row.value, row.side) for row in caught.value.conflict] == [(value, "least")]


def test_list_shorter_than_the_panel_is_no_fault_of_the_quotas() -> None:
    with pytest.raises(Infeasible) as caught:
        with_quotas({("f", "o"): 2}, [Quota("sex", "f", 1, 5)], 3)
    assert (caught.value.conflict, caught.value.size, caught.value.pool) == ((), 3, 2)


def test_who_can_be_on_no_panel_has_no_chance_and_takes_none() -> None:
    types = {("f", "y"): 2, ("m", "y"): 2, ("m", "o"): 4}
    announcement = with_quotas(types, [Quota("age", "o", 0, 0), Quota("sex", "f", 1, 1)], 2)
    by_type = dict(zip((row.type for row in announcement.entries), chances(announcement), strict=True))
    assert by_type == {("f", "y"): Fraction(1, 2), ("m", "y"): Fraction(1, 2), ("m", "o"): 0}


def test_quotas_that_ask_for_nothing_leave_everybody_the_same_chance() -> None:
    announcement = with_quotas({("f", "y"): 1, ("m", "y"): 2, ("m", "o"): 4}, [Quota("sex", "f", 0, 9)], 3)
    assert set(chances(announcement)) == {Fraction(3, 7)}


def test_chances_sum_to_the_seats() -> None:
    for announcement in (small(), announce(**town(300))):
        assert sum(chances(announcement)) == announcement.size


def test_rounding_takes_no_chance_away() -> None:
    facts = town(2000)
    announcement = announce(**facts)
    places = announcement.places_by_type
    rules = Rules.of(announcement.features, announcement.quotas, places, announcement.size)
    meant = fairest(rules).chances
    found = chances_by_type(rules.available, announcement.panels)
    assert announcement.total_weight <= WHOLE
    assert all(float(ours) >= wanted * (1 - 1e-6) for ours, wanted in zip(found, meant, strict=True))


def test_lottery_that_cannot_be_rounded_is_refused() -> None:
    rules = rules_of({("f", "y"): 1, ("m", "y"): 1}, [Quota("sex", "f", 0, 1)], 1)
    honest = Lottery((((0, 1), 0.5), ((1, 0), 0.5)), (0.5, 0.5))
    assert [panel.weight for panel in weighed(rules, honest)] == [1, 1]
    with pytest.raises(NotSolved):
        weighed(rules, replace(honest, chances=(0.5, 0.6)))
    with pytest.raises(NotSolved):
        weighed(rules, replace(honest, panels=(((1, 1), 1.0),)))  # larger than the rules allow


def test_panels_do_not_depend_on_the_order_of_anything() -> None:
    facts = town(200, districts=4, size=12)
    chance = random.Random(1)  # noqa: S311 - the same orders in every run
    first = announce(**facts)
    for _turn in range(3):
        entries, quotas = list(facts["entries"]), list(facts["quotas"])
        chance.shuffle(entries)
        chance.shuffle(quotas)
        again = announce(**{**facts, "entries": entries, "quotas": quotas})
        assert (again.panels, again.quotas, again.types) == (first.panels, first.quotas, first.types)


def test_announcement_is_the_same_in_every_process() -> None:
    program = (
        "from procurement.draws.announcement import announce\n"
        "from tests.procurement.drawing_support import town\n"
        "print(announce(**town(1000)).digest())"
    )
    root = Path(__file__).parents[2]
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert digests == {announce(**town(1000)).digest() + "\n"}


@pytest.mark.parametrize("people", [60, 150])
def test_smallest_chance_is_not_below_that_of_sortition_algorithms(people: int) -> None:
    facts = town(people, districts=4, size=12)
    ours = min(chances(announce(**facts)))
    features, _feature, _value = read_in_features(
        ["feature", "value", "min", "max"],
        [
            {"feature": row.feature, "value": row.value, "min": str(row.least), "max": str(row.most)}
            for row in facts["quotas"]
        ],
    )
    rows = [
        {"id": str(place), **dict(zip(facts["features"], row.type, strict=True))}
        for place, row in enumerate(facts["entries"])
    ]
    pool, _report = read_in_people(
        ["id", *facts["features"]], rows, features, Settings(id_column="id", columns_to_keep=[])
    )
    panels, shares, _report = find_distribution_maximin(features, pool, facts["size"], [])
    theirs = dict.fromkeys(pool, 0.0)
    for panel, share in zip(panels, shares, strict=True):
        for person in panel:
            theirs[person] += share
    assert float(ours) >= min(theirs.values()) - 1e-6


@settings(max_examples=40, deadline=None)
@given(shares=st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=30))
def test_weights_sum_to_the_whole(shares: list[float]) -> None:
    total = sum(shares)
    weights = _rounded([share / total for share in shares])
    assert sum(weights) == WHOLE
    for weight, share in zip(weights, shares, strict=True):
        assert abs(weight - share / total * WHOLE) < 2
