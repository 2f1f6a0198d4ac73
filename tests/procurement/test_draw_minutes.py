"""The file of the minutes, and the stand-alone program that anybody can check it with."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from procurement.draws.announcement import announce
from procurement.draws.minutes import BadMinutes, Replacement, minutes, read_minutes
from procurement.draws.running import replacement_order, run
from tests.procurement.drawing_support import (
    KINDS,
    NAMED,
    NONCE,
    PROGRAM,
    RFC_SEED,
    agrees,
    entry,
    leaves,
    problems,
    simple,
    small,
    town,
    with_quotas,
    written,
)

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "docs" / "draw-minutes.schema.json"
PURE = "announcement leximin minutes quotas running seeds simple terms weights".split()


def call(*arguments: str, said: str | None = None) -> "subprocess.CompletedProcess[str]":
    """As a citizen calls it: the file alone in a folder, no project on the path, a console that knows no Thai."""
    return subprocess.run(
        [sys.executable, "-I", str(PROGRAM), *arguments],
        capture_output=True,
        encoding="utf-8",
        input=said,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONUTF8": "0"},
        check=False,
    )


# --- What agrees ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", KINDS)
def test_minutes_as_they_were_written_agree(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "minutes.json"
    path.write_text(written(kind), encoding="utf-8")
    digest = json.loads(written(kind))["digest"]
    done = call(str(path), "--digest", digest.upper())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "VERDICT: everything agrees." in done.stdout
    assert "ตรงกันทั้งหมด" in done.stdout
    assert call(str(path), "--digest", "0" * 64).returncode == 1


@settings(max_examples=60, deadline=None)
@given(problem=problems(), seed=st.lists(st.lists(st.integers(0, 2**256), min_size=1), min_size=1, max_size=3))
def test_program_and_library_come_to_the_same(problem: Any, seed: Any) -> None:
    try:
        announcement = with_quotas(*problem)
    except Exception as fault:
        assume(type(fault).__name__ != "Infeasible")
        raise
    result = run(announcement, seed)
    place = result.panel[0]
    following = replacement_order(announcement, result, place, result.panel)
    data = minutes(announcement, result, [Replacement(place, result.panel, next(iter(following), None))])
    assert agrees(data)
    read = read_minutes(json.dumps(data))
    assert (read.announcement, read.result) == (announcement, result)


def test_large_draw_agrees() -> None:
    announcement = announce(**town(2000))
    data = minutes(announcement, run(announcement, [[2**255 + 1]]))
    assert agrees(data)
    assert read_minutes(json.dumps(data)).announcement == announcement


def test_minutes_hold_no_number_that_other_programs_would_round() -> None:
    announcement = small()
    data = minutes(announcement, run(announcement, [[2**255 + 1]]))
    assert max(number for number in leaves(data) if isinstance(number, int)) < 2**53
    assert data["seed"] == [[str(2**255 + 1)]]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "7",
        "null",
        "{",
        "[" * 100_000,
        '{"format": 1, "format": 1}',
        '{"format": 1.0}',
        '{"format": NaN}',
        '{"format": "sodsong-draw-minutes/1"}',
    ],
)
def test_file_that_is_no_minutes_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "minutes.json"
    path.write_text(text, encoding="utf-8")
    done = call(str(path))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    with pytest.raises(BadMinutes):
        read_minutes(text)


def test_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = call(str(tmp_path / "none.json"))
    assert (done.returncode, done.stderr) == (1, "")


def test_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    text = written("simple").replace('"digest":', '"digest": "0", "digest":')
    path = tmp_path / "minutes.json"
    path.write_text(text, encoding="utf-8")
    assert call(str(path)).returncode == 1
    with pytest.raises(BadMinutes):
        read_minutes(text)


def test_result_of_another_draw_makes_no_minutes() -> None:
    announcement = simple(12)
    with pytest.raises(BadMinutes):
        minutes(announcement, run(simple(13), RFC_SEED))
    result = run(announcement, RFC_SEED)
    with pytest.raises(BadMinutes):
        minutes(announcement, result, [Replacement(1, (), 1)])


# --- One's own place --------------------------------------------------------------------------------------------------
def test_secret_line_finds_its_place(tmp_path: Path) -> None:
    path = tmp_path / "minutes.json"
    path.write_text(written("mine"), encoding="utf-8")
    order = json.loads(written("mine"))["result"]["order"]
    for number in range(12):
        done = call(str(path), "--mine", f"p-{number}|{NONCE}")
        assert done.returncode == 0
        turn = order.index(number + 1) + 1
        assert f"You are at place {number + 1} of the list, and were drawn as number {turn} of 12." in done.stdout
        assert ("You are among those drawn" in done.stdout) == (turn <= 4)
    asked = call(str(path), "--mine", "-", said=f"p-3|{NONCE}\n")
    assert "You are at place 4 of the list" in asked.stdout


@pytest.mark.parametrize("line", ["p-3", "p-99|7Q2M4XK9TD3HVB6N", "p-3|wrong", "-"])
def test_line_that_opens_nothing_is_said(line: str, tmp_path: Path) -> None:
    path = tmp_path / "minutes.json"
    path.write_text(written("mine"), encoding="utf-8")
    done = call(str(path), "--mine", line, said="")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_minutes_cannot_fake_a_line_of_the_program(tmp_path: Path) -> None:
    forged = announce(**NAMED | {"seed_source": "a beacon\n✓ forged\x1b[2J"}, size=1, entries=[entry(1)])
    path = tmp_path / "minutes.json"
    path.write_text(json.dumps(minutes(forged, run(forged, RFC_SEED))), encoding="utf-8")
    said = call(str(path)).stdout
    assert "a beacon?✓ forged?[2J" in said
    assert not any(line.startswith("✓ forged") for line in said.splitlines())


# --- What the files are -----------------------------------------------------------------------------------------------
def test_program_needs_the_standard_library_of_python_3_9_only() -> None:
    tree = ast.parse(PROGRAM.read_text(encoding="utf-8"), feature_version=(3, 9))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module))
            assert not node.level
    assert {name.partition(".")[0] for name in imported} <= set(sys.stdlib_module_names)


def test_library_needs_no_django() -> None:
    program = (
        "import sys, importlib\n"
        f"[importlib.import_module('procurement.draws.' + name) for name in {PURE}]\n"
        "sys.exit('django' in sys.modules or 'scipy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


def test_schema_names_what_is_written() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for kind in KINDS:
        _described(json.loads(written(kind)), schema, schema)


def _described(data: Any, rule: dict[str, Any], schema: dict[str, Any]) -> None:
    """As much of JSON Schema as ours uses: keys, kinds and lists."""
    if "$ref" in rule:
        rule = schema["$defs"][rule["$ref"].removeprefix("#/$defs/")]
    kinds = rule.get("type", [])
    kind = {dict: "object", list: "array", str: "string", int: "integer", type(None): "null"}[type(data)]
    assert kind in ([kinds] if isinstance(kinds, str) else kinds), (data, rule)
    if kind == "object":
        assert set(data) == set(rule["properties"]) == set(rule["required"])
        assert rule["additionalProperties"] is False
        for key, value in data.items():
            _described(value, rule["properties"][key], schema)
    elif kind == "array":
        for value in data:
            _described(value, rule["items"], schema)


def test_announcement_of_one_person_is_a_draw_too() -> None:
    announcement = announce(**NAMED, size=3, entries=[entry(1)])
    assert run(announcement, [[0]]).order == (1,)
