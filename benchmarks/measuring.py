"""Times of single operations, and the figures made of them."""

import gc
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Figures = dict[str, Any]


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
    """10th percentile (little disturbed), median and 95th percentile in milliseconds; at the median, so many a second."""
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
            for name, row in operations.items():
                times[name] += [timed(operation) for operation in row[start : start + batch]]
    finally:
        gc.enable()
    return times


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
