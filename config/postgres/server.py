"""Starting, finding and stopping one PostgreSQL server. The callers hold the cluster's start lock."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from psycopg import pq, sql

from .binaries import MAJOR, binaries_for, run_options
from .cluster import DATABASE, PORT, Cluster, private_folder
from .errors import EmbeddedServerError, disk_full

# Crash recovery reports every two seconds of real progress; its last checkpoint may take longer without a word.
SILENCE_SECONDS = 120
STOP_SECONDS = 60
TELL_AFTER_SECONDS = 2
LOG_BYTES = 5_000_000

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "max_wal_size": "256MB",
    "timezone": "UTC",
    "log_startup_progress_interval": "2s",
    # A failed statement carries what people wrote, and its detail the row's values: neither belongs in a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# For data that is thrown away, as in `make test`: a power cut would destroy it.
FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

_children: dict[int, subprocess.Popen[bytes]] = {}


def bring_up(cluster: Cluster) -> Path:
    """Find the server or start it. Out: the folder of its socket, where it accepts connections.

    Waits for crash recovery as long as that makes progress, and says so on stderr. Raises EmbeddedServerError.
    """
    tell = Teller()
    deadline = time.monotonic() + STOP_SECONDS
    while True:
        pid, sockets = _find(cluster)
        offset = _size(cluster.log)
        if pid is None:
            pid, sockets = _start(cluster)
        if _wait_until_ready(cluster, pid, sockets, tell):
            return sockets
        said = _said_since(cluster.log, offset)
        # Between two attempts: processes of a server killed with -9 are still ending, or another was stopping.
        another_attempt_helps = not said or any(
            sign in said for sign in ("pre-existing shared memory", "lock file", "database system is shut down")
        )
        if not another_attempt_helps or time.monotonic() > deadline:
            raise EmbeddedServerError(_explain(cluster, said))
        tell("The database's earlier processes are still ending; waiting for them …")
        time.sleep(0.2)


def running_socket(cluster: Cluster) -> Path | None:
    """The socket folder of the cluster's server if it accepts connections now."""
    pid, sockets = _find(cluster)
    return sockets if pid is not None and _ping(cluster, sockets) == pq.Ping.OK else None


def create_database(cluster: Cluster, sockets: Path) -> None:
    """Create the installation's database when missing: UTF-8, from the one template that nobody changes."""
    try:
        with psycopg.connect(cluster.url(sockets, "postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(DATABASE))
                )
    except psycopg.errors.DiskFull:
        raise EmbeddedServerError(disk_full(cluster.folder)) from None
    except psycopg.Error as error:
        raise EmbeddedServerError(f"The embedded database does not accept us: {error}".strip()) from None


def stop(cluster: Cluster) -> None:
    """Stop the server in order (open transactions are rolled back). One that takes over a minute is left to end."""
    pid, sockets = _find(cluster)
    if pid is None:
        return
    tell = Teller()
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + STOP_SECONDS
    while _is_postmaster(cluster, pid) and time.monotonic() < deadline:
        tell("Waiting for the database to stop …")
        time.sleep(0.02)
    if sockets != cluster.folder / "run" and not _is_postmaster(cluster, pid):
        shutil.rmtree(sockets, ignore_errors=True)


def _start(cluster: Cluster) -> tuple[int, Path]:
    programs = binaries_for(cluster.account)
    if not cluster.data.exists():
        _initialise(cluster, programs)
    _refuse_another_major(cluster)
    _drop_reused_pid(cluster)
    if _size(cluster.log) > LOG_BYTES:
        cluster.log.replace(cluster.log.with_suffix(".log.1"))
    sockets = cluster.socket_folder()
    private_folder(sockets, cluster.account)
    # Left by a server that was killed; its number may live on, as a zombie or as another program.
    for leftover in (f".s.PGSQL.{PORT}.lock", f".s.PGSQL.{PORT}"):
        (sockets / leftover).unlink(missing_ok=True)
    settings = SETTINGS | {"unix_socket_directories": str(sockets)}
    if _is_fast():
        settings |= FAST_SETTINGS
    command = [str(programs / "postgres"), "-D", str(cluster.data)]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = os.open(cluster.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        child = subprocess.Popen(command, stdout=log, stderr=log, **run_options(cluster.account))
    finally:
        os.close(log)
    _children[child.pid] = child  # asked later, so that a server that ends leaves no zombie
    return child.pid, sockets


def _initialise(cluster: Cluster, programs: Path) -> None:
    """Make the data folder beside its place and move it there whole: an interrupted initdb leaves nothing half-made."""
    fresh = cluster.folder / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    private_folder(fresh, cluster.account)
    command = [str(programs / "initdb"), f"--pgdata={fresh}", f"--username={DATABASE}", "--encoding=UTF8"]
    # Without these initdb takes the caller's locale: under LANG=C that is SQL_ASCII, and Thai has wrong lengths.
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    # Who reaches the socket is decided by its 0700 folder.
    command += ["--auth-local=trust", "--auth-host=reject", "--no-instructions"]
    if _is_fast():
        command.append("--no-sync")
    made = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **run_options(cluster.account),
    )
    if made.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        raise EmbeddedServerError(_explain(cluster, made.stdout))
    fresh.rename(cluster.data)


def _refuse_another_major(cluster: Cluster) -> None:
    made_by = (cluster.data / "PG_VERSION").read_text().strip()
    if made_by != str(MAJOR):
        raise EmbeddedServerError(
            f"{cluster.data} was made by PostgreSQL {made_by}, and this version of Sodsong brings {MAJOR}: dump it "
            "with the version that made it (manage.py dbshell, pg_dump) and load it into a new SODSONG_HOME."
        )


def _drop_reused_pid(cluster: Cluster) -> None:
    """Remove the pid file of a dead server whose process id now belongs to some other program.

    PostgreSQL sees a living process of that number and would refuse to start. Backends of the dead server may still
    write: as long as one lives the file stays, for it names their shared memory.
    """
    pid = _pid_in_file(cluster)
    if pid is None or not Path(f"/proc/{pid}").exists() or _is_postmaster(cluster, pid):
        return
    deadline = time.monotonic() + STOP_SECONDS
    while any(_works_in(cluster, process) for process in _processes()):
        if time.monotonic() > deadline:
            raise EmbeddedServerError(f"Processes of a killed server still work in {cluster.data}: end them first.")
        time.sleep(0.1)
    (cluster.data / "postmaster.pid").unlink(missing_ok=True)


def _wait_until_ready(cluster: Cluster, pid: int, sockets: Path, tell: "Callable[[str], None]") -> bool:
    """Wait for the server `pid`. Out: True when it accepts connections, False when it has ended."""
    size, since, unheard = _size(cluster.log), time.monotonic(), 0.0
    while True:
        match _ping(cluster, sockets):
            case pq.Ping.OK:
                return True
            case pq.Ping.REJECT:
                unheard = 0.0
        if not _is_postmaster(cluster, pid) and not _is_fresh_child(pid):
            return False
        if (now_size := _size(cluster.log)) != size:
            size, since = now_size, time.monotonic()
        if time.monotonic() - since > SILENCE_SECONDS:
            raise EmbeddedServerError(
                f"The database has not become ready and reports no progress for {SILENCE_SECONDS} seconds; it goes on "
                f"trying, so start again in a while. The end of {cluster.log}:\n{_tail(_said_since(cluster.log, 0))}"
            )
        # A cleaner of temporary files can remove the socket of a living server: only a new start brings it back.
        unheard = unheard or time.monotonic()
        if time.monotonic() - unheard > SILENCE_SECONDS / 10 and not (sockets / f".s.PGSQL.{PORT}").exists():
            stop(cluster)
            return False
        tell("The database is getting ready (after an interrupted stop this can take a minute) …")
        time.sleep(0.03)


def _find(cluster: Cluster) -> tuple[int | None, Path]:
    """The living server of this cluster, if any, and the folder of its socket (the pid file's fifth line)."""
    pid = _pid_in_file(cluster)
    if pid is not None and _is_postmaster(cluster, pid):
        fifth = (cluster.data / "postmaster.pid").read_text().splitlines()[4:5]
        return pid, Path(fifth[0].strip()) if fifth and fifth[0].strip() else cluster.socket_folder()
    return None, cluster.socket_folder()


def _pid_in_file(cluster: Cluster) -> int | None:
    try:
        return int((cluster.data / "postmaster.pid").read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _is_postmaster(cluster: Cluster, pid: int) -> bool:
    """Is `pid` the server of this data folder? Numbers are reused, so what counts is where the process works."""
    child = _children.get(pid)
    if child is not None and child.poll() is not None:
        del _children[pid]
        return False
    return _pid_in_file(cluster) == pid and _works_in(cluster, pid)


def _is_fresh_child(pid: int) -> bool:
    """A server that this process started and that may not have written its pid file yet."""
    child = _children.get(pid)
    return child is not None and child.poll() is None


def _works_in(cluster: Cluster, pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").samefile(cluster.data)
    except OSError:  # it ended, is a zombie, or is another user's
        return False


def _processes() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _ping(cluster: Cluster, sockets: Path) -> pq.Ping:
    return pq.Ping(pq.PGconn.ping(f"{cluster.url(sockets, 'postgres')}&connect_timeout=3".encode()))


def _is_fast() -> bool:
    return os.environ.get("SODSONG_DB_FAST") == "1"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _said_since(log: Path, offset: int) -> str:
    if not log.exists():
        return ""
    with log.open("rb") as lines:
        lines.seek(offset if offset <= _size(log) else 0)
        return lines.read().decode(errors="replace")


def _tail(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.strip().splitlines()[-6:])


def _explain(cluster: Cluster, said: str) -> str:
    """One sentence for why the server did not start, from what it said."""
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return disk_full(cluster.folder)
    if "Permission denied" in said:
        return f"The database may not use its own files under {cluster.folder}: see that they are its user's, 0700."
    return f"The embedded PostgreSQL did not start. The end of what it said:\n{_tail(said)}"


class Teller:
    """Says each thing once on stderr, and nothing in the first two seconds."""

    def __init__(self) -> None:
        self._from = time.monotonic() + TELL_AFTER_SECONDS
        self._said: set[str] = set()

    def __call__(self, text: str) -> None:
        if time.monotonic() >= self._from and text not in self._said:
            self._said.add(text)
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
