"""Times of single operations, and the figures made of them."""

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Figures = dict[str, Any]
TURN = "your turn?"


def timed(operation: Callable[[], Any]) -> float:
    """How long `operation` took, in seconds."""
    begun = time.perf_counter()
    operation()
    return time.perf_counter() - begun


def percentile(times: list[float], share: float) -> float:
    """The value below which `share` (0-1) of `times` lie: the nearest rank."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def figures(times: list[float]) -> Figures:
    """10th percentile (little disturbed), median and 95th percentile in ms; how many a second at the median."""
    median = percentile(times, 0.5)
    return {
        "n": len(times),
        "p10_ms": round(percentile(times, 0.1) * 1000, 3),
        "p50_ms": round(median * 1000, 3),
        "p95_ms": round(percentile(times, 0.95) * 1000, 3),
        "per_second": round(1 / median, 1),
    }


def alternate(batch: int, **operations: list[Callable[[], Any]]) -> dict[str, list[float]]:
    """Run several rows of operations in turns of `batch`, so that a busy machine slows all of them alike.

    Out: the times of each row, in seconds. The garbage collector waits, as its pauses belong to nobody.
    """
    times: dict[str, list[float]] = {name: [] for name in operations}
    longest = max(map(len, operations.values()))
    gc.collect()
    gc.disable()
    try:
        for start in range(0, longest, batch):
            _wait_for_turn()
            for name, row in operations.items():
                times[name] += [timed(operation) for operation in row[start : start + batch]]
    finally:
        gc.enable()
    return times


def _wait_for_turn() -> None:
    """Parts that are compared with each other work in turns: `take_turns` says when. Alone, nobody is waited for."""
    if os.environ.get("BENCH_TURNS"):
        print(TURN, flush=True)
        sys.stdin.readline()


def take_turns(parts: "dict[str, subprocess.Popen[str]]") -> dict[str, Figures]:
    """Let processes of this package measure in turns, a batch each, so that a busy machine slows all of them alike.

    Out: what each handed back. Raises CalledProcessError when one failed; the others are ended then.
    """
    found: dict[str, Figures] = {}
    try:
        for part in parts.values():
            _until_it_asks(part)
        while waiting := [name for name in parts if name not in found]:
            for name in waiting:
                if (result := _one_turn(parts[name])) is not None:
                    found[name] = result
    finally:
        for part in parts.values():
            part.kill()
            part.communicate()
    return found


def _one_turn(part: "subprocess.Popen[str]") -> Figures | None:
    assert part.stdin is not None
    part.stdin.write("\n")
    part.stdin.flush()
    return _until_it_asks(part)


def _until_it_asks(part: "subprocess.Popen[str]") -> Figures | None:
    """Wait until the part asks for its next turn (None) or hands back what it found."""
    assert part.stdout is not None
    for line in part.stdout:
        if line.strip() == TURN:
            return None
        if line.startswith("{"):
            found: Figures = json.loads(line)
            return found
    raise subprocess.CalledProcessError(part.wait(), part.args)


@contextmanager
def counting() -> Iterator[list[str]]:
    """The SQL statements that Django sends meanwhile. BEGIN and COMMIT are not among them."""
    from django.db import connection

    statements: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield statements


def say(text: str) -> None:
    """Progress, for the person who waits."""
    print(text, file=sys.stderr, flush=True)


def hand_back(result: Any) -> None:
    """What a part measured, for the process that started it: the last line of its output."""
    print(json.dumps(result), flush=True)
