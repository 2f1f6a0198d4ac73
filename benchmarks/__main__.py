"""`make bench`: measures everything on databases of its own and prints one table. docs/benchmarks.md explains it."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import projects, traffy
from benchmarks.coverage import districts_of
from benchmarks.measuring import Figures, say, take_turns
from benchmarks.report import table
from benchmarks.server import Server, surroundings

PARTS = ("edges", "pages", "import", "projects", "coverage", "planner", "draws", "conflicts", "live", "scores")
SIZES = (1_000, 100_000, 1_000_000)
LARGE = 1_000_000
# A million complaints only where they are filled in and checked within this time, in seconds, or where FULL=1 asks.
PATIENCE = 360
IMPORT_ROWS, IMPORT_ROWS_FULL = 10_000, 100_000


class Bench:
    """One run: where, how much, and what was found."""

    def __init__(self, server: Server, home: Path) -> None:
        self.server = server
        self.home = home
        self.rounds = int(os.environ.get("ROUNDS", "300"))
        self.requests = max(30, int(os.environ.get("REQUESTS", "40")))
        named = os.environ.get("SIZES", "")
        self.sizes = tuple(int(size) for size in named.replace("_", "").split(",")) if named else SIZES
        self.full = os.environ.get("FULL") == "1"

    def _environment(self, database: str, settings: str = "config.settings.local") -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.server.address(database),
            "DJANGO_SETTINGS_MODULE": settings,
            "SODSONG_HOME": str(self.home),
            "BENCH_ROUNDS": str(self.rounds),
            "BENCH_REQUESTS": str(self.requests),
        }

    def _start(self, module: str, database: str, settings: str = "config.settings.local") -> "subprocess.Popen[str]":
        """A part in a process of its own that measures when it is its turn."""
        return subprocess.Popen(
            [sys.executable, "-m", f"benchmarks.{module}"],
            env=self._environment(database, settings) | {"BENCH_TURNS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _part(self, module: str, database: str, **more: str) -> Figures:
        """A part in a process of its own, measured at once. more: variables of its environment.

        Raises CalledProcessError; why stands on stderr.
        """
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{module}"],
            env=self._environment(database) | more,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        found: Figures = json.loads(done.stdout.splitlines()[-1])
        return found

    def _manage(self, database: str, *arguments: str) -> tuple[float, float, str]:
        """A command as a person runs it: seconds, its largest memory in megabytes, the last line it said."""
        with tempfile.TemporaryFile("w+") as said:
            begun = time.perf_counter()
            child = subprocess.Popen(
                [sys.executable, "manage.py", *arguments, "--skip-checks"],
                env=self._environment(database),
                stdout=said,
            )
            _, status, usage = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - begun
            child.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            lines = said.read().strip().splitlines()
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, arguments)
        return seconds, usage.ru_maxrss / 1024, lines[-1] if lines else ""

    def edges(self) -> Figures:
        """perform(), plain SQL and, where installed, django-helpdesk: with the disk as it is and with a slower one."""
        with_helpdesk = importlib.util.find_spec("helpdesk") is not None
        if not with_helpdesk:
            say("django-helpdesk is left out: it is not installed (`make bench` installs it).")
        found: Figures = {}
        for disk in ("as_it_is", "commit_delay_1000"):
            with self.server.database("edges") as ours, self.server.database("helpdesk") as theirs:
                if disk != "as_it_is" and not (self.server.slow_disk(ours) and self.server.slow_disk(theirs)):
                    continue
                say(f"Edges ({disk}) …")
                parts = {"edges": self._start("edges", ours)}
                if with_helpdesk:
                    parts["helpdesk"] = self._start("helpdesk", theirs, "benchmarks.helpdesk_settings")
                found[disk] = take_turns(parts)
        return found

    def pages(self) -> Figures:
        """Filling, the pages and the checks at each size."""
        found: Figures = {}
        rate = 0.0
        for size in self.sizes:
            if size >= LARGE and not self.full and rate * size > PATIENCE:
                say(f"{size:,} complaints are left out: about {rate * size / 60:.0f} minutes. FULL=1 measures them.")
                continue
            say(f"{size:,} complaints: filling …")
            with self.server.database(f"load_{size}") as database:
                begun = time.perf_counter()
                self._manage(database, "migrate", "-v0")
                seconds, megabytes, _ = self._manage(database, "make_load", "--complaints", str(size))
                self.server.settle(database)
                say(f"{size:,} complaints: pages and checks …")
                found[str(size)] = {
                    "make_load": _rate(size, seconds, megabytes),
                    "database_megabytes": self.server.size(database),
                    **self._part("pages", database),
                }
                rate = (time.perf_counter() - begun) / size
        return found

    def imports(self) -> Figures:
        """A generated export of complaints, read the first and the second time."""
        return self._import(traffy.write, "import_complaints", "traffy")

    def projects(self) -> Figures:
        """A generated export of contracts, read the first and the second time."""
        return self._import(projects.write, "import_projects", "cgd")

    def _import(self, write: Callable[[Path, int], None], command: str, form: str) -> Figures:
        rows = int(os.environ.get("IMPORT_ROWS", IMPORT_ROWS_FULL if self.full else IMPORT_ROWS))
        export = self.home / f"{form}.csv"
        write(export, rows)
        with self.server.database(form) as database:
            self._manage(database, "migrate", "-v0")
            self._manage(database, "make_load", "--complaints", "1")
            with self.server.connect(database) as connection:
                unit = connection.execute("SELECT code FROM organisations_unit ORDER BY id DESC LIMIT 1").fetchone()
            assert unit is not None
            found: Figures = {}
            for name in ("first", "again"):
                say(f"{command}, {rows:,} rows ({name}) …")
                arguments = (command, str(export), "--format", form, "--unit", str(unit[0]))
                seconds, megabytes, said = self._manage(database, *arguments)
                found[name] = {**_rate(rows, seconds, megabytes), "says": said}
        return found

    def coverage(self) -> Figures:
        """Levels of whole provinces: full and after one change, at each size."""
        found: Figures = {}
        for districts in sorted({districts_of(size) for size in self.sizes}):
            say(f"coverage of {districts} districts …")
            with self.server.database(f"coverage_{districts}") as database:
                self._manage(database, "migrate", "-v0")
                found[str(districts)] = self._part("coverage", database, BENCH_DISTRICTS=str(districts))
        return found

    def scores(self) -> Figures:
        """All scores of all units, full and after one event, and the executive's pages, at each size."""
        found: Figures = {}
        for size in self.sizes:
            if size >= LARGE and not self.full:
                say(f"scores of {size:,} complaints are left out: they take 10 GB of disk. FULL=1 measures them.")
                continue
            say(f"scores of {size:,} complaints …")
            with self.server.database(f"scores_{size}") as database:
                self._manage(database, "migrate", "-v0")
                found[str(size)] = self._part("scores", database, BENCH_COMPLAINTS=str(size))
                found[str(size)]["database_megabytes"] = self.server.size(database)
        return found

    def planner(self) -> Figures:
        """The exact planner of seats beside a greedy heuristic."""
        say("planner …")
        with self.server.database("planner") as database:
            self._manage(database, "migrate", "-v0")
            return self._part("planner", database)

    def draws(self) -> Figures:
        """Draws beside sortition-algorithms. They know no database; the part is started like the others."""
        say("draws …")
        with self.server.database("draws") as database:
            return self._part("draws", database)

    def conflicts(self) -> Figures:
        """People looked up among bidders, beside rapidfuzz over everything. No database is read; started alike."""
        say("conflicts …")
        with self.server.database("conflicts") as database:
            return self._part("conflicts", database)

    def live(self) -> Figures:
        """News from a commit to the pages, beside plain Channels; the relay; what a notice adds to an edge."""
        say("live …")
        with self.server.database("live") as database:
            return self._part("live", database)


def _rate(rows: int, seconds: float, megabytes: float) -> Figures:
    return {
        "rows": rows,
        "seconds": round(seconds, 1),
        "rows_per_second": round(rows / seconds),
        "megabytes": round(megabytes),
    }


def main() -> None:
    """Read the environment, measure, print, write OUT."""
    wanted = tuple(filter(None, os.environ.get("PARTS", ",".join(PARTS)).split(",")))
    if unknown := set(wanted) - set(PARTS):
        sys.exit(f"error: no part is called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
    # So that the databases are dropped also when it is told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    begun = time.monotonic()
    server = Server.chosen()
    with tempfile.TemporaryDirectory(prefix="sodsong-bench-") as home:
        bench = Bench(server, Path(home))
        found: dict[str, Any] = {"surroundings": surroundings(server)}
        measures = {"edges": bench.edges, "pages": bench.pages, "import": bench.imports, "projects": bench.projects,
                    "coverage": bench.coverage, "planner": bench.planner, "draws": bench.draws,
                    "conflicts": bench.conflicts, "live": bench.live, "scores": bench.scores}  # fmt: skip
        for name in wanted:
            try:
                found[name] = measures[name]()
            except subprocess.CalledProcessError as fault:
                # The part said why; the others are still worth having.
                say(f"{name} failed: {fault}")
                found[name] = {"failed": str(fault)}
    found["surroundings"]["load_after"] = round(os.getloadavg()[0], 2)
    found["surroundings"]["seconds"] = round(time.monotonic() - begun)
    print(table(found))
    if out := os.environ.get("OUT"):
        Path(out).write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        say(f"The figures are in {out}.")
    if any("failed" in part for part in found.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
