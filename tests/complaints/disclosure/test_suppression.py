"""No small figure can be computed from those that are published, by any sums and differences of them."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.disclosure.suppression import Released, Rest, Splits, release, sums

LEAST = 5
MONTHS = ("m1", "m2", "m3", "m4")
PARTS = {"q1": ("m1", "m2"), "q2": ("m3", "m4"), "y": ("q1", "q2")}
ORDER = ("m1", "m2", "q1", "m3", "m4", "q2", "y")
UNITS = {"all": ("a", "b"), "a": ("a.own", "a1", "a2")}
KEYS = {"": ("x", "y", "z"), "x": ("x1", "x2")}
UNIT_LEAVES = ("a.own", "a1", "a2", "b")
KEY_LEAVES = ("x1", "x2", "y", "z")
CELLS = list(product(UNIT_LEAVES, MONTHS, KEY_LEAVES))


def _leaves(node: str, tree: dict[str, tuple[str, ...]]) -> list[str]:
    return [leaf for child in tree[node] for leaf in _leaves(child, tree)] if node in tree else [node]


def _counted(numbers: dict[tuple[str, str, str], int]) -> dict[str, dict[tuple[str, str], tuple[int]]]:
    times = {time: _leaves(time, PARTS) for time in ORDER}
    return {
        time: {
            (unit, key): (sum(numbers[unit, month, key] for month in months),)
            for unit, key in product(UNIT_LEAVES, KEY_LEAVES)
        }
        for time, months in times.items()
    }


def _released(numbers: dict[tuple[str, str, str], int]) -> Released:
    return release(Splits.of("all", UNITS), Splits.of("", KEYS), _counted(numbers), PARTS, least=LEAST)


def _nodes(tree: dict[str, tuple[str, ...]]) -> list[str]:
    return list(dict.fromkeys([*tree, *(child for children in tree.values() for child in children)]))


def _lattice() -> Iterator[tuple[str, str, str]]:
    yield from product(_nodes(UNITS), ORDER, _nodes(KEYS))


def _vector(unit: str, time: str, key: str) -> list[int]:
    units, months, keys = _leaves(unit, UNITS), _leaves(time, PARTS), _leaves(key, KEYS)
    return [int(u in units and m in months and k in keys) for u, m, k in CELLS]


class _Span:
    """What can be computed from vectors: Gaussian elimination in exact fractions."""

    def __init__(self, vectors: list[list[int]]) -> None:
        self.rows: dict[int, list[Fraction]] = {}
        for vector in vectors:
            rest = self.left(vector)
            place = next((i for i, x in enumerate(rest) if x), None)
            if place is not None:
                self.rows[place] = [x / rest[place] for x in rest]

    def left(self, vector: list[int]) -> list[Fraction]:
        """What of a vector cannot be computed."""
        rest = [Fraction(x) for x in vector]
        for place in sorted(self.rows):
            if factor := rest[place]:
                rest = [x - factor * y for x, y in zip(rest, self.rows[place], strict=True)]
        return rest

    def __contains__(self, vector: list[int]) -> bool:
        return not any(self.left(vector))


def _number(numbers: dict[tuple[str, str, str], int], where: tuple[str, str, str]) -> int:
    return sum(number for number, inside in zip(numbers.values(), _vector(*where), strict=True) if inside)


_small = st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, 6, 9, 40])
_numbers = st.lists(_small, min_size=len(CELLS), max_size=len(CELLS)).map(
    lambda row: dict(zip(CELLS, row, strict=True))
)
_plenty = st.lists(st.sampled_from([0, 5, 7, 30, 30, 30, 2]), min_size=len(CELLS), max_size=len(CELLS)).map(
    lambda row: dict(zip(CELLS, row, strict=True))
)


@settings(max_examples=40, deadline=None)
@given(numbers=st.one_of(_numbers, _plenty))
def test_no_small_figure_can_be_computed_from_the_published_ones(numbers: dict[Any, int]) -> None:
    released = _released(numbers)
    told = [where for where in _lattice() if released.tells(where[1], where[0], where[2])]
    span = _Span([_vector(*where) for where in told])
    for where in _lattice():
        if 0 < _number(numbers, where) < LEAST:
            assert _vector(*where) not in span, where
    # What a period tells more than those inside it is a figure as well.
    for unit, key in product(_nodes(UNITS), _nodes(KEYS)):
        for first, second in product(ORDER, ORDER):
            if first != second and set(_leaves(second, PARTS)) < set(_leaves(first, PARTS)):
                number = _number(numbers, (unit, first, key)) - _number(numbers, (unit, second, key))
                difference = [x - y for x, y in zip(_vector(unit, first, key), _vector(unit, second, key), strict=True)]
                if 0 < number < LEAST:
                    assert difference not in span, (unit, first, second, key)


@settings(max_examples=40, deadline=None)
@given(numbers=_numbers, later=_numbers)
def test_what_is_published_does_not_depend_on_what_comes_later(numbers: dict[Any, int], later: dict[Any, int]) -> None:
    changed = {where: later[where] if where[1] == "m4" else number for where, number in numbers.items()}
    now, then = _released(numbers), _released(changed)
    for time in ("m1", "m2", "q1", "m3"):
        assert now.pairs[time] == then.pairs[time]


@settings(max_examples=30, deadline=None)
@given(numbers=_numbers)
def test_published_figures_are_none_of_them_small_and_have_all_above_them(numbers: dict[Any, int]) -> None:
    released = _released(numbers)
    for unit, time, key in _lattice():
        if released.tells(time, unit, key):
            assert not 0 < _number(numbers, (unit, time, key)) < LEAST
            assert released.tells(time, "all", key)
            assert released.tells(time, unit, "")


def test_everything_is_told_where_nothing_is_small() -> None:
    released = _released(dict.fromkeys(CELLS, 5))
    assert all(released.tells(time, unit, key) for unit, time, key in _lattice())


def test_one_small_kind_hides_a_second_one_but_not_the_first() -> None:
    numbers = dict.fromkeys(CELLS, 50)
    numbers["a1", "m1", "z"] = 3
    released = _released(numbers)
    assert released.tells("m1", "a1", "x")
    assert not released.tells("m1", "a1", "z")
    assert not released.tells("m1", "a1", "y"), "y would give z by subtraction from the total"
    assert released.tells("m1", "a", "z")
    assert not released.tells("m1", "a2", "z"), "the unit beside it would give it"
    assert not released.tells("q1", "a1", "z") or not released.tells("m2", "a1", "z")


def test_a_tree_is_read_as_splits_in_two() -> None:
    splits = Splits.of("", KEYS)
    assert splits.parts == [("",), ("x", Rest("", 1)), ("y", "z"), ("x1", "x2")]
    assert splits.before == [0, 0, 1, 1]
    with pytest.raises(ValueError, match="single child"):
        Splits.of("", {"": ("x",)})


def test_sums_add_up_over_both_trees() -> None:
    base = {("a1", "x1"): (2, 1), ("b", "z"): (3, 0)}
    found = sums(Splits.of("all", UNITS), Splits.of("", KEYS), base)
    assert found["all"][""] == (5, 1)
    assert found["a"]["x"] == (2, 1)
    assert "y" not in found["all"]
