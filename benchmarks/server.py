"""The PostgreSQL that is measured, and the databases of our own on it."""

import os
import platform
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from benchmarks.measuring import Figures, say

PREFIX = "bench_"
SHOWN = ("fsync", "synchronous_commit", "commit_delay", "commit_siblings", "shared_buffers", "jit", "max_wal_size")
# A disk on which every commit waits a millisecond more: PostgreSQL sleeps before each flush, whoever else writes.
SLOW_DISK = {"commit_delay": "1000", "commit_siblings": "0"}


class Server:
    """A PostgreSQL on which databases may be made."""

    def __init__(self, url: str) -> None:
        self.url = url

    @classmethod
    def chosen(cls) -> "Server":
        """The server of DATABASE_URL, else the embedded one of this user (its own data is not touched)."""
        if url := os.environ.get("DATABASE_URL"):
            return cls(url)
        from config import postgres

        return cls(postgres.ensure_running())

    def address(self, name: str) -> str:
        """The URL of a database on this server."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def connect(self, name: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """A connection outside a transaction."""
        return psycopg.connect(self.address(name), autocommit=True)

    @contextmanager
    def database(self, name: str) -> Iterator[str]:
        """An empty database of that name, dropped at the end; one that an interrupted run left is replaced."""
        full = f"{PREFIX}{name}"
        self._drop(full)
        with self.connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(full))
            )
        try:
            yield full
        finally:
            self._drop(full)

    def _drop(self, full: str) -> None:
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(full)))

    def slow_disk(self, full: str) -> bool:
        """Let every commit of new connections to the database wait 1 ms more. False when this role may not."""
        with self.connect() as connection:
            for setting, value in SLOW_DISK.items():
                statement = sql.SQL("ALTER DATABASE {} SET {} = {}").format(
                    sql.Identifier(full), sql.Identifier(setting), sql.Literal(value)
                )
                try:
                    connection.execute(statement)
                except psycopg.errors.InsufficientPrivilege:
                    say("commit_delay is left out: only a superuser of the server may set it.")
                    return False
        return True

    def settle(self, full: str) -> None:
        """Fresh statistics and visibility, and the checkpoint now: not in the middle of a measurement."""
        with self.connect(full) as connection:
            connection.execute("VACUUM (ANALYZE)")
            try:
                connection.execute("CHECKPOINT")
            except psycopg.errors.InsufficientPrivilege:
                say("no CHECKPOINT before measuring: this role may not.")

    def size(self, full: str) -> int:
        """What the database takes on the disk, in megabytes."""
        with self.connect(full) as connection:
            row = connection.execute("SELECT pg_database_size(current_database()) / 1048576").fetchone()
        assert row is not None
        return int(str(row[0]))

    def settings(self) -> Figures:
        """Its version and the settings that decide what a commit costs."""
        with self.connect() as connection:
            found: Figures = {"postgresql": connection.info.parameter_status("server_version")}
            for name in SHOWN:
                row = connection.execute(sql.SQL("SHOW {}").format(sql.Identifier(name))).fetchone()
                assert row is not None
                found[name] = row[0]
        return found


def surroundings(server: Server) -> Figures:
    """The machine, the server, and the state of the code that was measured."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "commit": _commit(),
        **server.settings(),
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _commit() -> str:
    """The commit that is checked out, and whether files of the repository differ from it."""
    commit = _git("rev-parse", "--short=12", "HEAD")
    return f"{commit}+changes" if commit and _git("status", "--porcelain") else commit or "unknown"


def _git(*arguments: str) -> str:
    try:
        return subprocess.run(["git", *arguments], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
