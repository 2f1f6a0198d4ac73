"""A draw is what was announced: checks of the announcement, promised chances against many seeds, replacements."""

import unicodedata
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from itertools import permutations
from math import sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.draws.announcement import (
    Announcement,
    Entry,
    Infeasible,
    Panel,
    Quota,
    Unusable,
    announce,
    canonical,
    check,
    commitment_of,
)
from procurement.draws.running import Result, chances, replacement_order, reserves, run
from tests.procurement.drawing_support import NAMED, entry, problems, simple, small, with_quotas

SEEDS = st.lists(st.lists(st.integers(0, 2**256), min_size=1, max_size=3), min_size=1, max_size=3)
MANY = 6_000


def drawn(announcement: Announcement, times: int = MANY) -> list[Result]:
    """As many draws as a day in the life of a nation would hold; always the same ones."""
    return [run(announcement, [[2570, number]]) for number in range(times)]


def deviation(seen: int, chance: Fraction | float, times: int = MANY) -> float:
    """How many standard deviations lie between what was seen and what was promised."""
    p = float(chance)
    if p in (0, 1):
        return 0.0 if seen == p * times else 99.0
    return abs(seen - p * times) / sqrt(times * p * (1 - p))


# --- Always -----------------------------------------------------------------------------------------------------------
@settings(max_examples=150, deadline=None)
@given(problem=problems(), seed=SEEDS)
def test_order_is_a_permutation_and_its_panel_keeps_the_quotas(problem: Any, seed: Any) -> None:
    types, quotas, size = problem
    try:
        announcement = with_quotas(types, quotas, size)
    except Infeasible:
        return
    check(announcement)
    result = run(announcement, seed)
    assert sorted(result.order) == list(range(1, len(announcement.entries) + 1))
    assert result.panel == result.order[:size]
    people = [announcement.entries[place - 1].type for place in result.panel]
    for quota in quotas:
        there = sum(type_[announcement.features.index(quota.feature)] == quota.value for type_ in people)
        assert quota.least <= there <= quota.most
    assert result.panel_number is not None
    counted = Counter(people)
    assert announcement.panels[result.panel_number - 1].counts == tuple(counted[row] for row in announcement.types)
    assert result.chances == chances(announcement)
    assert sum(result.chances) == size


@settings(max_examples=100, deadline=None)
@given(people=st.integers(1, 60), size=st.integers(1, 80), seed=SEEDS)
def test_simple_order_is_a_permutation(people: int, size: int, seed: Any) -> None:
    result = run(simple(people, size), seed)
    assert sorted(result.order) == list(range(1, people + 1))
    assert result.panel == result.order[:size]
    assert set(result.chances) == {Fraction(min(size, people), people)}


# --- Promised and seen ------------------------------------------------------------------------------------------------
def test_every_order_of_a_simple_draw_comes_as_often_as_any_other() -> None:
    seen = Counter(result.order for result in drawn(simple(4)))
    assert set(seen) == set(permutations(range(1, 5)))
    chi_square = sum((count - MANY / 24) ** 2 / (MANY / 24) for count in seen.values())
    assert chi_square < 49.7  # 23 degrees of freedom: exceeded once in a thousand


def test_promised_chances_are_those_seen() -> None:
    announcement = small()
    assert len(set(chances(announcement))) > 1  # else nothing is shown
    results = drawn(announcement)
    seen = Counter(place for result in results for place in result.panel)
    for place, chance in enumerate(chances(announcement), start=1):
        assert deviation(seen[place], chance) < 4
    for number, panel in enumerate(announcement.panels, start=1):
        share = Fraction(panel.weight, announcement.total_weight)
        assert deviation(sum(result.panel_number == number for result in results), share) < 4


def test_place_in_the_order_does_not_depend_on_the_type() -> None:
    """Within the panel, and behind it: the rare are not asked later than the frequent."""
    announcement = with_quotas({("f", "o"): 2, ("m", "o"): 12}, [Quota("sex", "f", 1, 1)], 3)
    rare = {place for place, row in enumerate(announcement.entries, start=1) if row.type == ("f", "o")}
    results = drawn(announcement)
    on_panel = Counter(next(turn for turn, place in enumerate(row.panel) if place in rare) for row in results)
    behind = Counter(next(turn for turn, place in enumerate(row.order[3:]) if place in rare) for row in results)
    assert all(deviation(on_panel[turn], Fraction(1, 3)) < 4 for turn in range(3))
    assert all(deviation(behind[turn], Fraction(1, 11)) < 4 for turn in range(11))


def test_people_of_a_type_are_drawn_independently_of_those_of_another() -> None:
    announcement = with_quotas({("f", "o"): 2, ("m", "o"): 3}, [Quota("sex", "f", 1, 1)], 2)
    seen = Counter(tuple(sorted(result.panel)) for result in drawn(announcement))
    assert len(seen) == 6
    assert all(deviation(count, Fraction(1, 6)) < 4 for count in seen.values())


# --- Who replaces whom ------------------------------------------------------------------------------------------------
def test_replacement_of_a_simple_draw_is_the_next_in_the_order() -> None:
    announcement = simple(6, 2)
    result = run(announcement, [[7]])
    first, second, third, *rest = result.order
    assert replacement_order(announcement, result, first, [second]) == (third, *rest)
    assert replacement_order(announcement, result, first) == (second, third, *rest)
    assert replacement_order(announcement, result, first, result.order) == ()


def test_replacement_under_quotas_is_of_the_same_type_first() -> None:
    announcement = small()
    for number in range(40):
        result = run(announcement, [[number]])
        for place in result.order:
            own = announcement.entries[place - 1].type
            behind = [other for other in result.order if other not in result.panel]
            alike = [other for other in behind if announcement.entries[other - 1].type == own and other != place]
            order = replacement_order(announcement, result, place)
            assert order[: len(alike)] == tuple(alike)
            assert list(order[len(alike) :]) == [row for row in result.order if row != place and row not in alike]
            taken = (*result.panel, *alike[:1])
            after = [row for row in order if row not in taken]
            assert list(replacement_order(announcement, result, place, taken)) == after


def test_reserves_are_everybody_who_is_not_on_the_panel() -> None:
    announcement = small()
    result = run(announcement, [[1]])
    found = reserves(announcement, result)
    assert tuple(found) == announcement.types
    assert sorted(place for places in found.values() for place in places) == sorted(result.order[3:])
    assert reserves(simple(4), run(simple(4), [[1]])) == {}


@pytest.mark.parametrize(("place", "taken"), [(0, ()), (7, ()), (1, (9,)), (-1, ())])
def test_replacement_of_somebody_unknown_is_refused(place: int, taken: tuple[int, ...]) -> None:
    announcement = simple(6)
    with pytest.raises(Unusable):
        replacement_order(announcement, run(announcement, [[7]]), place, taken)


# --- What may be announced --------------------------------------------------------------------------------------------
def test_text_is_canonical_and_its_digest_is_that_of_its_bytes() -> None:
    announcement = small()
    text = announcement.text()
    assert text.startswith('{"algorithm":"quotas/1","entries":[{"commitment":"')
    assert "หญิง" in text
    assert announcement.digest() == sha256(text.encode()).hexdigest()


def test_texts_are_brought_into_one_form() -> None:
    decomposed, composed = unicodedata.normalize("NFD", "Café"), "Café"
    facts = {**NAMED, "unit": decomposed, "features": [decomposed], "quotas": [Quota(decomposed, decomposed, 0, 1)]}
    announcement = announce(**facts, size=1, entries=[Entry(entry(1).commitment, (decomposed,))])
    assert (announcement.unit, announcement.features, announcement.types) == (composed, (composed,), ((composed,),))
    with pytest.raises(Unusable):
        replace(announcement, unit=decomposed).text()


@pytest.mark.parametrize("data", [1.0, {"a": [float("nan")]}, "\ud800", {"Cafe\u0301": 1}])
def test_what_has_no_canonical_form_is_refused(data: object) -> None:
    with pytest.raises(Unusable):
        canonical(data)


@pytest.mark.parametrize(
    "changed",
    [
        {"id": ""},
        {"id": "a|b"},
        {"unit": " "},
        {"seed_source": ""},
        {"seed_known_at": "tomorrow"},
        {"size": 0},
        {"size": True},
        {"algorithm": "simple/2"},
        {"entries": ()},
        {"entries": (entry(1), entry(1))},
        {"entries": (Entry("ab" * 31),)},
        {"entries": (Entry("AB" * 32),)},
        {"entries": (entry(1, "f"),)},
        {"features": ("sex",)},
        {"quotas": (Quota("sex", "f", 0, 1),)},
        {"panels": (Panel((1,), 1),)},
    ],
)
def test_simple_announcement_that_contradicts_itself_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Unusable):
        run(replace(simple(5), **changed), [[1]])


def test_announcement_with_quotas_that_contradicts_itself_is_refused() -> None:
    good = small()
    first, *others = good.panels
    over = Panel((4, 0, 0, -1), 1)
    for changed in (
        {"panels": ()},
        {"panels": (first, *good.panels)},
        {"panels": tuple(reversed(good.panels))},
        {"panels": (replace(first, weight=0), *others)},
        {"panels": (replace(first, weight=1.5), *others)},
        {"panels": (replace(first, counts=first.counts[:-1]), *others)},
        {"panels": (over,)},
        {"panels": (Panel((3, 0, 0, 0), 1),)},  # of a type with one person
        {"panels": (Panel((0, 3, 0, 0), 1),)},  # no woman
        {"quotas": ()},
        {"quotas": (*good.quotas, good.quotas[0])},
        {"quotas": (replace(good.quotas[0], feature="height"),)},
        {"quotas": (replace(good.quotas[0], least=3, most=2),)},
        {"quotas": (replace(good.quotas[0], least=-1),)},
        {"quotas": (replace(good.quotas[0], most=0, least=0), *good.quotas[1:])},
        {"features": ("sex", "sex")},
        {"size": 4},
    ):
        with pytest.raises(Unusable):
            run(replace(good, **changed), [[1]])  # type: ignore[arg-type]


def test_list_too_long_for_two_bytes_is_refused() -> None:
    row = [entry(number) for number in range(65_536)]
    assert len(announce(**NAMED, size=1, entries=row[:-1]).entries) == 65_535
    with pytest.raises(Unusable):
        announce(**NAMED, size=1, entries=row)
    women = [Entry(line.commitment, ("f",)) for line in row[:-3]]
    with pytest.raises(Unusable):
        announce(**NAMED, size=2, entries=women, features=["sex"], quotas=[Quota("sex", "f", 0, 2)])


def test_commitment_is_the_hash_of_the_secret_line() -> None:
    nonce = "b" * 16
    assert commitment_of("d-1", "p-7", nonce) == sha256(f"d-1|p-7|{nonce}".encode()).hexdigest()
    assert commitment_of("d-1", "p-7", nonce) != commitment_of("d-2", "p-7", nonce)


@pytest.mark.parametrize(
    "parts",
    [
        ("", "p", "n" * 16),
        ("d", "", "n" * 16),
        ("d", "p", "n" * 15),
        ("d|p", "p", "n" * 16),
        ("d", " p", "n" * 16),
    ],
)
def test_commitment_that_could_be_guessed_or_misread_is_refused(parts: tuple[str, str, str]) -> None:
    with pytest.raises(Unusable):
        commitment_of(*parts)
