"""Draws to test with, every panel there is for small ones, and a second program that finds the fairest lottery."""

import importlib.util
import io
import json
import random
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from functools import cache
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from scipy.optimize import linprog

from procurement.draws.announcement import Announcement, Entry, Quota, announce, commitment_of
from procurement.draws.minutes import Replacement, minutes
from procurement.draws.quotas import Counts, Rules
from procurement.draws.running import replacement_order, run

NAMED: dict[str, Any] = {
    "id": "d-1",
    "unit": "NAN-CD",
    "period": "2570-Q1",
    "seed_source": "drand round 5000000",
    "seed_known_at": "2026-12-01T12:00:00+07:00",
}
RFC_SEED = ((9319,), (2, 5, 8, 10, 12), (9, 18, 26, 34, 41, 45))
PROGRAM = Path(__file__).parents[2] / "procurement" / "draws" / "verify_draw.py"
NONCE = "7Q2M4XK9TD3HVB6N"


def entry(number: int, *type_: str) -> Entry:
    return Entry(sha256(f"person {number}".encode()).hexdigest(), type_)


def simple(people: int, size: int = 3) -> Announcement:
    return announce(**NAMED, size=size, entries=[entry(number) for number in range(people)])


def with_quotas(
    types: dict[tuple[str, ...], int], quotas: Sequence[Quota], size: int, features: Sequence[str] = ("sex", "age")
) -> Announcement:
    """types: how many people of each, dealt out in turn so that neighbours in the list are of different types."""
    people = [type_ for type_, count in types.items() for _person in range(count)]
    random.Random(len(people)).shuffle(people)  # noqa: S311 - the same pool in every run
    entries = [entry(number, *type_) for number, type_ in enumerate(people)]
    return announce(**NAMED, size=size, entries=entries, features=features, quotas=quotas)


def small() -> Announcement:
    """Nine people of four types; three seats; two women, and at least one young person."""
    types = {("หญิง", "18-34"): 1, ("หญิง", "35+"): 3, ("ชาย", "18-34"): 2, ("ชาย", "35+"): 3}
    return with_quotas(types, [Quota("sex", "หญิง", 2, 2), Quota("age", "18-34", 1, 3)], 3)


def town(people: int, districts: int = 8, size: int = 30) -> dict[str, Any]:
    """What `announce` takes for a pool as it might be: districts of different sizes, fewer women, mostly older."""
    chance = random.Random(2569)  # noqa: S311 - the same pool in every run
    values = ([f"D{number:02}" for number in range(districts)], ["f", "m"], ["18-34", "35-59", "60+"])
    weights = ([chance.random() + 0.3 for _district in range(districts)], [0.35, 0.65], [0.2, 0.5, 0.3])
    entries = [
        entry(number, *(chance.choices(row, weight)[0] for row, weight in zip(values, weights, strict=True)))
        for number in range(people)
    ]
    fair = size // districts
    quotas = [Quota("district", value, max(0, fair - 2), fair + 3) for value in values[0]]
    quotas += [Quota("sex", value, size // 2 - 1, size // 2 + 1) for value in values[1]]
    quotas += [Quota("age", value, size // 3 - 2, size // 3 + 2) for value in values[2]]
    return {**NAMED, "size": size, "entries": entries, "features": ("district", "sex", "age"), "quotas": quotas}


@st.composite
def problems(draw: Any) -> tuple[dict[tuple[str, ...], int], list[Quota], int]:
    """Types with people, quotas and a size: small enough for every panel to be looked at; not always possible."""
    values = (["a", "b", "c"][: draw(st.integers(2, 3))], ["x", "y"])
    types = {type_: draw(st.integers(0, 4)) for type_ in product(*values)}
    types = {type_: count for type_, count in types.items() if count} or {("a", "x"): 1}
    size = draw(st.integers(1, min(5, sum(types.values()))))
    quotas = []
    for feature, row in zip(("sex", "age"), values, strict=True):
        for value in row:
            if draw(st.booleans()):
                least = draw(st.integers(0, 2))
                quotas.append(Quota(feature, value, least, draw(st.integers(least, 5))))
    return types, quotas or [Quota("sex", "a", 0, size)], size


def rules_of(types: dict[tuple[str, ...], int], quotas: Sequence[Quota], size: int) -> Rules:
    places = {type_: range(types[type_]) for type_ in sorted(types)}
    return Rules.of(("sex", "age"), quotas, places, size)


def every_panel(available: Counts, size: int) -> Iterator[Counts]:
    """Of the right size; quotas are not looked at."""
    return (counts for counts in product(*(range(there + 1) for there in available)) if sum(counts) == size)


def keeps(types: Sequence[tuple[str, ...]], quotas: Sequence[Quota], counts: Counts) -> bool:
    """Whether a panel keeps the quotas, counted person by person."""
    people = [type_ for type_, count in zip(types, counts, strict=True) for _person in range(count)]
    return all(
        quota.least
        <= sum(quota.value == person[("sex", "age").index(quota.feature)] for person in people)
        <= quota.most
        for quota in quotas
    )


def leximin_of(panels: Sequence[Counts], available: Counts) -> list[float]:
    """The fairest chances over these panels, by another way than ours: whoever cannot be raised alone is fixed."""
    types = range(len(available))
    fixed: dict[int, float] = {}
    while len(fixed) < len(available):
        loose = [place for place in types if place not in fixed]
        smallest = _most(panels, available, fixed, loose, raised=loose)
        stuck = []
        for place in loose:
            others = {other: smallest for other in loose if other != place}
            if _most(panels, available, fixed | others, [place], raised=[place]) <= smallest + 1e-7:
                stuck.append(place)
        assert stuck
        fixed |= dict.fromkeys(stuck, smallest)
    return [fixed[place] for place in types]


def _most(
    panels: Sequence[Counts], available: Counts, at_least: dict[int, float], loose: list[int], *, raised: list[int]
) -> float:
    """The largest z such that each of `raised` has a chance of z, and the others what they must have."""
    rows, bounds = [], []
    for place in range(len(available)):
        if place in raised or place in at_least:
            own = -1.0 if place in raised else 0.0
            rows.append([-panel[place] / available[place] for panel in panels] + [-own])
            bounds.append(-max(0.0, at_least.get(place, 0.0) - 1e-10))
    goal = [0.0] * len(panels) + [-1.0]
    sums = [[1.0] * len(panels) + [0.0]]
    found = linprog(goal, A_ub=rows, b_ub=bounds, A_eq=sums, b_eq=[1.0], bounds=(0, None), method="highs")
    assert found.status == 0, found.message
    return -float(found.fun)


# --- Minutes, and the program that anybody can check them with ---
def _load_verifier() -> Any:
    spec = importlib.util.spec_from_file_location("verify_draw", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFIER = _load_verifier()


def agrees(data: Any, published: str | None = None) -> bool:
    """What the program says of such a file."""
    try:
        read = VERIFIER.load(json.dumps(data).encode())
    except VERIFIER.Wrong:
        return False
    with redirect_stdout(io.StringIO()):
        return bool(VERIFIER.verify(read, published))


def mine() -> Announcement:
    people = [Entry(commitment_of("d-1", f"p-{number}", NONCE)) for number in range(12)]
    return announce(**NAMED, size=4, entries=people)


@cache
def written(kind: str) -> str:
    """Minutes of a draw of this kind, with replacements: two of the panel, and one when nobody is left."""
    announcement = {"simple": simple(12), "quotas": small(), "one": simple(1), "mine": mine()}[kind]
    result = run(announcement, RFC_SEED)
    rows = []
    for place in result.panel[:2]:
        following = replacement_order(announcement, result, place, result.panel)
        rows.append(Replacement(place, result.panel, next(iter(following), None)))
    rows.append(Replacement(result.order[-1], result.order, None))
    return json.dumps(minutes(announcement, result, rows), ensure_ascii=False)


KINDS = ("simple", "quotas", "one")


def paths(data: Any, *, inner: bool = False, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where leaves are; with `inner` where lists and objects are."""
    if isinstance(data, dict | list):
        if inner:
            yield path
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from paths(value, inner=inner, path=(*path, key))
    elif not inner:
        yield path


def leaves(data: Any) -> Iterator[Any]:
    return (at(data, path) for path in paths(data))


def at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data
