"""Minutes that were changed after the draw, or made up whole: library and program both refuse them."""

import json
from contextlib import suppress
from copy import deepcopy
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from procurement.draws.minutes import BadMinutes, minutes, read_minutes
from procurement.draws.running import run
from tests.procurement.drawing_support import KINDS, RFC_SEED, VERIFIER, agrees, at, paths, simple, written


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(kind=st.sampled_from(KINDS), data=st.data())
def test_any_change_of_a_leaf_is_caught(kind: str, data: Any) -> None:
    original = json.loads(written(kind))
    changed = deepcopy(original)
    path = data.draw(st.sampled_from([path for path in paths(original) if not _claimed(path)]))
    _put(changed, path, data.draw(st.sampled_from(_others(at(original, path)))))
    assume(json.dumps(changed) != json.dumps(original))
    assert not agrees(changed), path
    with pytest.raises(BadMinutes):
        read_minutes(json.dumps(changed))


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(KINDS), data=st.data())
def test_any_change_of_a_list_or_an_object_is_caught(kind: str, data: Any) -> None:
    original = json.loads(written(kind))
    changed = deepcopy(original)
    spots = [path for path in paths(original, inner=True) if not _claimed(path) and path != ("replacements",)]
    spot = at(changed, data.draw(st.sampled_from(spots)))
    if isinstance(spot, dict):
        key = data.draw(st.sampled_from([*spot, "more"]))
        if key in spot:
            del spot[key]
        else:
            spot[key] = 1
    else:
        way = data.draw(st.sampled_from(["swap", "drop", "double"]))
        assume(len(spot) > (way == "swap"))
        nth = data.draw(st.integers(0, len(spot) - 1))
        if way == "swap":
            spot[nth], spot[nth - 1] = spot[nth - 1], spot[nth]
        elif way == "drop":
            del spot[nth]
        else:
            spot.insert(nth, deepcopy(spot[nth]))
    assume(json.dumps(changed) != json.dumps(original))
    assert not agrees(changed)
    with pytest.raises(BadMinutes):
        read_minutes(json.dumps(changed))


def _claimed(path: tuple[Any, ...]) -> bool:
    """Who fell out and who was not asked any more are facts of the world: no draw can say them, only who comes next."""
    return path[:1] == ("replacements",) and path[2:3] in (("place",), ("taken",))


@pytest.mark.parametrize("change", [{"place": 0}, {"place": 13}, {"place": "1"}, {"taken": [3, 2]}, {"taken": [99]}])
def test_replacement_of_places_that_are_none_is_refused(change: dict[str, Any]) -> None:
    data = json.loads(written("simple"))
    data["replacements"][0] |= change
    assert not agrees(data)
    with pytest.raises(BadMinutes):
        read_minutes(json.dumps(data))


# What a forger could announce who computes digest, result and everything else anew: path and what stands there.
FORGERIES: dict[str, list[tuple[tuple[Any, ...], Any]]] = {
    "a quota that its panels exceed": [(("quotas", 0, "least"), 1), (("quotas", 0, "most"), 1)],
    "a quota that its panels fall short of": [(("quotas", 0, "least"), 3), (("quotas", 0, "most"), 3)],
    "a quota upside down": [(("quotas", 0, "least"), 2), (("quotas", 0, "most"), 1)],
    "a quota below nothing": [(("quotas", 1, "least"), -1)],
    "a quota of a feature that nobody has": [(("quotas", 0, "feature"), "height")],
    "two quotas of one value": [(("quotas", 0, "feature"), "age"), (("quotas", 0, "value"), "18-34")],
    "no quota": [(("quotas",), [])],
    "a weight of nothing": [(("panels", 0, "weight"), 0)],
    "a weight that is a truth": [(("panels", 0, "weight"), True)],
    "a panel of another size": [(("size",), 4)],
    "a panel below nothing": [(("panels", -1, "counts"), [2, -1, -1, 3])],
    "a panel with more people than there are": [(("panels", -1, "counts"), [1, 0, 2, 0])],
    "a panel without a type": [(("panels", 0, "counts"), [1, 2])],
    "a feature that stands twice": [(("features",), ["sex", "sex"])],
    "types in another order": [(("types", 0), ["หญิง", "35+"]), (("types", 3), ["ชาย", "18-34"])],
    "an algorithm of tomorrow": [(("algorithm",), "quotas/2")],
    "a simple draw with panels": [(("algorithm",), "simple/1")],
    "no commitment": [(("entries", 0, "commitment"), "0")],
    "a commitment in capitals": [(("entries", 0, "commitment"), "AB" * 32)],
    "no name": [(("id",), "")],
    "a text in two forms": [(("unit",), "Cafe\u0301")],
    "a value in two forms": [(("quotas", 0), {"feature": "sex", "value": "Cafe\u0301", "least": 0, "most": 9})],
}
SIMPLE_FORGERIES: dict[str, list[tuple[tuple[Any, ...], Any]]] = {
    "no seats": [(("size",), 0)],
    "seats that are a truth": [(("size",), True)],
    "features that are none": [(("features",), {})],
    "a feature that is no text": [(("features",), [1])],
    "quotas that are no list": [(("quotas",), {})],
    "panels that are no list": [(("panels",), {})],
    "nobody": [(("entries",), []), (("types",), [])],
    "people who are no list": [(("entries",), {}), (("types",), [])],
    "a value without a feature": [(("entries", 0, "type"), ["x"]), (("types",), [[], ["x"]])],
    "types of nobody": [(("types",), [[], ["x"]])],
    "no types": [(("types",), [])],
}


def _forged(kind: str, changes: list[tuple[tuple[Any, ...], Any]]) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(written(kind))
    data["replacements"] = []
    for path, value in changes:
        _put(data["announcement"], path, value)
    return _sealed(data)


def _sealed(data: dict[str, Any]) -> dict[str, Any]:
    """With the digest, and where it can be drawn at all with the result, of what it says now."""
    announcement = data["announcement"]
    data["digest"] = sha256(VERIFIER.canonical(announcement).encode()).hexdigest()
    with suppress(LookupError, ValueError, ArithmeticError):
        data["result"] = VERIFIER.drawn_again(announcement, data["result"]["key"])
    return data


def test_what_is_not_changed_stays_true_when_it_is_sealed_anew() -> None:
    assert agrees(_forged("quotas", []))
    assert agrees(_forged("simple", []))


@pytest.mark.parametrize(
    ("kind", "name"), [("quotas", name) for name in FORGERIES] + [("simple", name) for name in SIMPLE_FORGERIES]
)
def test_forgery_with_a_digest_of_its_own_is_caught(kind: str, name: str) -> None:
    forged = _forged(kind, (FORGERIES if kind == "quotas" else SIMPLE_FORGERIES)[name])
    assert not agrees(forged)
    with pytest.raises(BadMinutes):
        read_minutes(json.dumps(forged))


@pytest.mark.parametrize("way", ["double", "turn"])
def test_forgery_of_the_panels_is_caught(way: str) -> None:
    data = json.loads(written("quotas"))
    panels = data["announcement"]["panels"]
    data["announcement"]["panels"] = panels[::-1] if way == "turn" else [panels[0], *panels]
    data["replacements"] = []
    assert not agrees(_sealed(data))
    with pytest.raises(BadMinutes):
        read_minutes(json.dumps(data))


@pytest.mark.parametrize("seed", [[], [[]], [["1"], []], ["12"], [["007"]], [["2", "1"]], [["-1"]], [["๑"]], [[""]]])
def test_seed_that_is_none_is_caught_with_a_key_of_its_own(seed: Any) -> None:
    data = json.loads(written("simple"))
    key = "".join("".join(f"{number}." for number in source) + "/" for source in seed)
    data |= {"seed": seed, "replacements": []}
    with suppress(UnicodeError):
        data["result"] = VERIFIER.drawn_again(data["announcement"], key)
    assert not agrees(data)
    with pytest.raises(BadMinutes):
        read_minutes(json.dumps(data))


def test_replacements_that_are_no_list_are_caught() -> None:
    data = json.loads(written("simple")) | {"replacements": {}}
    assert not agrees(data)
    with pytest.raises(BadMinutes):
        read_minutes(json.dumps(data))


def test_person_who_is_in_the_list_twice_is_caught() -> None:
    data = json.loads(written("simple"))
    data["announcement"]["entries"][1] = data["announcement"]["entries"][0]
    data["replacements"] = []
    assert not agrees(_sealed(data))
    with pytest.raises(BadMinutes):
        read_minutes(json.dumps(data))


def test_another_list_with_a_digest_of_its_own_is_told_by_the_published_one() -> None:
    honest, other = simple(12), simple(13)
    forged = minutes(other, run(other, RFC_SEED))
    assert agrees(forged)
    assert not agrees(forged, honest.digest())


def _put(data: Any, path: tuple[Any, ...], value: Any) -> None:
    at(data, path[:-1])[path[-1]] = value


def _others(value: Any) -> list[Any]:
    """What could stand there instead."""
    if isinstance(value, str):
        return [
            value + "0",
            "0" + value,
            value[:-1],
            value[::-1],
            value.swapcase(),
            value + "\u0301",
            "",
            None,
            1,
            [value],
        ]
    if value is None:
        return [0, 1, False, "", [], {}]
    return [value + 1, value - 1, -value, value * 10, float(value), str(value), value == 1, None, [value], 2**70]
