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
    if "first" in found.get("projects", {}):
        lines += ["", "import_projects --format cgd", *_import(found["projects"])]
    lines += _by_size(found)
    if "shapes" in (planner := found.get("planner", {})):
        lines += ["", "Planner of seats, 500 activities and 300 people; exact, beside a greedy heuristic"]
        lines += _planner(planner)
    if "pools" in (draws := found.get("draws", {})):
        lines += ["", "Draws of 30 seats; announcing beside the maximin of sortition-algorithms, ms"]
        lines += _draws(draws)
    if "found" in (conflicts := found.get("conflicts", {})):
        looked_up = f"{conflicts['seats']:,} people looked up among {conflicts['people']:,}"
        lines += ["", f"Conflicts: {looked_up}, names from {conflicts['similar']} %", *_conflicts(conflicts)]
    if "latency" in (live := found.get("live", {})):
        lines += ["", "News: from the commit to the pages, ms p50 / p99", *_live(live)]
    return "\n".join(lines)


def _by_size(found: dict[str, Any]) -> Iterator[str]:
    for part, title, rows in (
        ("coverage", "Participation coverage: ms p50 (SQL statements)", _coverage),
        ("scores", "Scores: ms p50 / p95 (SQL statements)", _scores),
    ):
        if sizes := {size: row for size, row in found.get(part, {}).items() if size != "failed"}:
            yield from ("", title, *rows(sizes))


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


def _coverage(sizes: dict[str, Figures]) -> Iterator[str]:
    parts = list(sizes.values())
    yield f"{'':{_WIDTH + 8}} " + " ".join(f"{part['activities']:>12,} activities" for part in parts)
    yield f"{'':{_WIDTH + 8}} " + " ".join(f"{part['districts']:>13,} districts" for part in parts)
    for name, row in parts[0].items():
        if isinstance(row, dict):
            cells = (f"{part[name]['p50_ms']:,.1f} ({part[name]['statements']})" for part in parts)
            yield f"{name:{_WIDTH + 8}} " + " ".join(f"{cell:>23}" for cell in cells)
    ratios = {
        "reading : rule": ("reading", "rule"),
        "full : one change, an office": ("full", "after one change, office"),
        "full : one change, the department": ("full", "after one change, department"),
    }
    for name, (slow, quick) in ratios.items():
        cells = (f"{part[slow]['p50_ms'] / part[quick]['p50_ms']:,.0f} : 1" for part in parts)
        yield f"{name:{_WIDTH + 8}} " + " ".join(f"{cell:>23}" for cell in cells)


def _planner(part: Figures) -> Iterator[str]:
    head = f"{'exact':>11} {'greedy':>11} {'ratio':>7}   appointments   lacking   most seats (people)"
    yield f"{'':{_WIDTH}} {head}"
    for name, row in part["shapes"].items():
        ours, theirs = row["exact"], row["greedy"]
        times = f"{ours['p50_ms']:>8,.0f} ms {theirs['p50_ms']:>8.1f} ms {row['ratio']:>7,.0f}"
        pairs = ((ours[key], theirs[key]) for key in ("appointments", "lacking"))
        counts = " ".join(f"{one:>8} : {two}" for one, two in pairs)
        loads = " : ".join(f"{side['largest_load']} ({side['with_it']})" for side in (ours, theirs))
        yield f"{name:{_WIDTH}} {times} {counts:>23}   {loads}"
    for name, row in part["reading"].items():
        yield f"{name + ', from the database':{_WIDTH}} {row['p50_ms']:>8,.0f} ms, {row['statements']} statements"


def _draws(part: Figures) -> Iterator[str]:
    head = f"{'pool':{_WIDTH}} {'types':>5} {'panels':>6} {'announce':>9} {'draw':>7} {'verify':>7}"
    yield f"{head}   {'sortition':>12} {'ratio':>7}   smallest chance of size / pool"
    for name, row in part["pools"].items():
        times = [f"{row[step]['p50_ms']:,.0f}" for step in ("announce", "run", "verify")]
        line = f"{name:{_WIDTH}} {row['types']:>5} {row['panels']:>6} {times[0]:>9} {times[1]:>7} {times[2]:>7}"
        theirs = row.get("sortition")
        if theirs is None:
            yield line
        elif theirs["finished"]:
            ratio = theirs["ms"] / row["announce"]["p50_ms"]
            chances = f"{row['smallest']:.4f} : {theirs['smallest']:.4f}"
            yield f"{line}   {theirs['ms']:>12,.0f} {ratio:>7.1f}   {chances}"
        else:
            limit = f"> {part['limit'] * 1000:,.0f}"
            ratio = f"> {part['limit'] * 1000 / row['announce']['p50_ms']:,.0f}"
            yield f"{line}   {limit:>12} {ratio:>7}   {row['smallest']:.4f} : did not finish"


def _conflicts(part: Figures) -> Iterator[str]:
    yield f"{'':{_WIDTH}} {'names':>9} {'ratio':>7}   found of the misspelled, shown for each"
    for name, row in part["found"].items():
        seconds = row.get("names_seconds", row["seconds"])
        ratio = f"{row['times_ours']:>7.1f}" if "times_ours" in row else f"{'':>7}"
        label = name if name == "ours" else f"rapidfuzz {name}"
        yield f"{label:{_WIDTH}} {seconds:>7.1f} s {ratio}   {row['recall']:.3f}, {row['shown']:.2f}"
    ours = part["found"]["ours"]
    yield f"{'the index':{_WIDTH}} {ours['index_seconds']:>7.1f} s"
    yield f"{'the whole check':{_WIDTH}} {ours['seconds']:>7.1f} s           {ours['hits']:,} hits"


def _live(part: Figures) -> Iterator[str]:
    ways = part["latency"]
    yield f"{'':{_WIDTH}} " + " ".join(f"{way:>22}" for way in ways)
    whole = list(ways.values())
    told = [way.get("told", way) for way in whole]
    for begins, columns in (("", whole), ("notice on: ", told)):
        for many in told[0]:
            for to in ("everybody", "one"):
                rows = [column[many][to] for column in columns]
                cells = [f"{row['p50_ms']:,.0f} / {row['p99_ms']:,.0f}{_lost(row)}" for row in rows]
                label = f"{begins}{int(many):,} → {to}"
                yield f"{label:{_WIDTH}} " + " ".join(f"{cell:>22}" for cell in cells)
    bursts = [way["burst"] for way in ways.values()]
    cells = [f"{row['came']:,} of {row['of']:,}, {row['last_ms']:,} ms" for row in bursts]
    yield f"{'a burst to one':{_WIDTH}} " + " ".join(f"{cell:>22}" for cell in cells)
    for many, row in part["relay"].items():
        label = f"relay, {many} told of each"
        yield f"{label:{_WIDTH}} {row['rows_per_second']:,} rows/s"
    for writers, rows in part["adds"].items():
        cells = [f"{way} {row['per_second']:,}/s ({row['ratio']:.2f})" for way, row in rows.items()]
        label = f"notes, {writers} writing"
        yield f"{label:{_WIDTH}} " + ", ".join(cells)


def _scores(sizes: dict[str, Figures]) -> Iterator[str]:
    parts = list(sizes.values())
    for unit in ("complaints", "activities", "districts"):
        yield f"{'':{_WIDTH + 12}} " + " ".join(f"{part[unit]:>13,} {unit:<10}" for part in parts)
    for group in ("scores", "pages"):
        for name, row in parts[0][group].items():
            if isinstance(row, dict) and "p50_ms" in row:
                rows = (part[group][name] for part in parts)
                cells = (f"{row['p50_ms']:,.1f} / {row['p95_ms']:,.1f} ({row['statements']})" for row in rows)
                yield f"{name:{_WIDTH + 12}} " + " ".join(f"{cell:>24}" for cell in cells)
    ratios = {
        "complaints: counted anew : one event": ("complaints counted anew", "complaints, kept, after one event"),
        "all scores: in full : one event": ("all scores in full", "all scores after one event"),
        "in full : what one event moves": ("all scores in full", "scores that one event moves"),
    }
    for name, (slow, quick) in ratios.items():
        found = (part["scores"] for part in parts)
        cells = (f"{row[slow]['p50_ms'] / row[quick]['p50_ms']:,.0f} : 1" for row in found)
        yield f"{name:{_WIDTH + 12}} " + " ".join(f"{cell:>24}" for cell in cells)
    for edge in parts[0]["mark"]:
        rows = (part["mark"][edge] for part in parts)
        cells = (f"{row['ratio']:.3f} (p10 {row['ratio_p10']:.3f})" for row in rows)
        label = f"{edge} with marks : without"
        yield f"{label:{_WIDTH + 12}} " + " ".join(f"{cell:>24}" for cell in cells)


def _lost(row: Figures) -> str:
    return f", {row['of'] - row['came']} lost" if row["came"] < row["of"] else ""
