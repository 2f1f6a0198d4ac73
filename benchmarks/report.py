"""The figures as one table for people."""

from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.measuring import Figures

_DISKS = {"as_it_is": "disk as it is", "commit_delay_1000": "commit_delay=1000 (every flush waits 1 ms more)"}
_WIDTH = 26


def table(found: dict[str, Any]) -> str:
    """Everything that was measured; a part that was left out has no lines."""
    lines = [*_surroundings(found["surroundings"])]
    for disk, title in _DISKS.items():
        part = found.get("edges", {}).get(disk)
        if part:
            lines += ["", f"perform() against plain SQL that writes the same rows; {title}", *_edges(part["edges"])]
        if part and "helpdesk" in part:
            lines += ["", f"django-helpdesk {part['helpdesk']['version']} by its own Python path; {title}"]
            lines += _helpdesk(part["helpdesk"], part["edges"])
    sizes = {size: part for size, part in found.get("pages", {}).items() if size != "failed"}
    if sizes:
        lines += ["", "Pages (test client, signed in): SQL statements (most), ms p50 / p95", *_pages(sizes)]
        lines += ["", "Filling and checking", *_checks(sizes)]
    if "first" in found.get("import", {}):
        lines += ["", "import_complaints --format traffy", *_import(found["import"])]
    return "\n".join(lines)


def _surroundings(around: Figures) -> Iterator[str]:
    settings = ("fsync", "synchronous_commit", "commit_delay", "shared_buffers")
    yield f"{around['cpu']}, {around['cores']} cores; Python {around['python']}; commit {around['commit']}"
    yield f"PostgreSQL {around['postgresql']}: " + ", ".join(f"{name}={around[name]}" for name in settings)
    load = f"load {around['load_before']} before, {around['load_after']} after"
    # One process and one server process work at a time: with more than that, others took part of the machine.
    busy = around["load_before"] > around["cores"] / 2
    yield f"{load}, {around['seconds']} s" + ("; the machine was BUSY: trust ratios, not milliseconds" if busy else "")


def _edges(part: Figures) -> Iterator[str]:
    head = f"{'edge':{_WIDTH}} {'SQL':>4} {'perform':>10} {'p95':>8} {'/s':>6} {'plain':>10} {'/s':>6}"
    yield f"{head} {'ratio':>6} {'at p10':>6}  aim"
    for name, row in part.items():
        if "raw" not in row:
            continue
        ours, plain = row["perform"], row["raw"]
        taken = f"{ours['p50_ms']:>7.2f} ms {ours['p95_ms']:>8.2f} {ours['per_second']:>6.0f}"
        floor = f"{plain['p50_ms']:>7.2f} ms {plain['per_second']:>6.0f}"
        ratios = f"{row['ratio']:>6.2f} {row['ratio_p10']:>6.2f}"
        yield f"{name:{_WIDTH}} {ours['statements']:>4} {taken} {floor} {ratios}  ≤ {row['aim']} ({row['group']})"


def _helpdesk(part: Figures, ours: Figures) -> Iterator[str]:
    yield f"{'operation':{_WIDTH}} {'SQL':>4} {'helpdesk':>10} {'p95':>8} {'/s':>8}   ours, and how many times as fast"
    against = {"create": ("register",), "update": ("start_screening", "note", "assign")}
    for name, row in part.items():
        if name == "version":
            continue
        base, _, whole = name.partition("_")
        compared = []
        for edge in against[base]:
            figures = ours[edge].get("perform", ours[edge])
            compared.append(f"{edge} {figures['p50_ms']:.2f} ms ({row['p50_ms'] / figures['p50_ms']:.1f}×)")
        label = f"{base}{', one transaction' if whole else ''}"
        yield (
            f"{label:{_WIDTH}} {row['statements']:>4} {row['p50_ms']:>7.2f} ms {row['p95_ms']:>8.2f} "
            f"{row['per_second']:>8.0f}   {', '.join(compared)}"
        )


def _pages(sizes: dict[str, Figures]) -> Iterator[str]:
    yield f"{'page':{_WIDTH}} " + " ".join(f"{int(size):>26,}" for size in sizes)
    names = dict.fromkeys(name for part in sizes.values() for name in part["pages"])
    for name in names:
        cells = []
        for part in sizes.values():
            row = part["pages"].get(name, {})
            cells.append(
                f"{row['statements']:>3} ({row['statements_most']}) {row['p50_ms']:>7.1f} / {row['p95_ms']:>7.1f}"
                if "p50_ms" in row
                else "–"
            )
        yield f"{name:{_WIDTH}} " + " ".join(f"{cell:>26}" for cell in cells)


def _checks(sizes: dict[str, Figures]) -> Iterator[str]:
    yield f"{'':{_WIDTH}} " + " ".join(f"{int(size):>26,}" for size in sizes)
    rows: dict[str, Callable[[Figures], str]] = {
        "make_load": lambda part: f"{part['make_load']['rows_per_second']:,}/s, {part['make_load']['megabytes']} MB",
        "verify_ledger": lambda part: f"{part['checks']['verify_ledger']['seconds']} s",
        "check_cases": lambda part: f"{part['checks']['check_cases']['seconds']} s",
        "database": lambda part: f"{part['database_megabytes']:,} MB",
    }
    for name, cell in rows.items():
        yield f"{name:{_WIDTH}} " + " ".join(f"{cell(part):>26}" for part in sizes.values())


def _import(part: Figures) -> Iterator[str]:
    for name, row in part.items():
        yield (
            f"{name:{_WIDTH}} {row['rows']:,} rows in {row['seconds']} s, {row['rows_per_second']:,}/s, "
            f"at most {row['megabytes']} MB; {row['says']}"
        )
