"""The embedded server as it is: real starts, real kills, in folders of their own."""

import errno
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

import psycopg
import pytest

from config import postgres
from config.postgres import EmbeddedServerError, binaries, cluster, server
from config.postgres.errors import from_os_error

ROOT = Path(__file__).resolve().parents[2]
IS_ROOT = os.geteuid() == 0

USE = """
import sys
from config import postgres
print(postgres.ensure_running(), flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SODSONG_DB_FAST", "1")


@pytest.fixture
def home() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="sodsong-test-"))
    yield place
    shutil.rmtree((place / "postgres").resolve(), ignore_errors=True)
    shutil.rmtree(place, ignore_errors=True)


class Use:
    """Another process that uses the server of a home until it is told to leave."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USE],
            cwd=ROOT,
            env={**os.environ, "SODSONG_HOME": str(home)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._url = ""

    @property
    def url(self) -> str:
        assert self.process.stdout is not None
        self._url = self._url or self.process.stdout.readline().strip()
        return self._url

    def leave(self) -> None:
        _, said = self.process.communicate("")
        assert self.process.returncode == 0, said

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def postmaster(home: Path) -> int | None:
    """The living server of the home."""
    return server._find(cluster.cluster_of(home))[0]


def query(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement).fetchone()
        return row and row[0]


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def as_ordinary_user(work: Callable[[Path], None], home: Path) -> None:
    """Run `work(home)` in a forked child that has given up root, so that tests run by root see both worlds."""
    spec = ModuleSpec(binaries.PACKAGE, None, is_package=True)
    if IS_ROOT:
        nobody = pwd.getpwnam("nobody")
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        found = binaries.binaries_for(cluster.Account(nobody.pw_uid, nobody.pw_gid))
        spec.submodule_search_locations = [str(found.parents[1])]
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if IS_ROOT:
                os.setgroups([])
                os.setgid(nobody.pw_gid)
                os.setuid(nobody.pw_uid)
                binaries.importlib.util.find_spec = lambda _name: spec  # type: ignore[assignment]
            work(home)
            postgres.release(home)
            code = 0
        except BaseException as error:  # told on stderr, and by the exit code
            os.write(2, "".join(traceback.format_exception(error)).encode())
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0, "what failed in the child is on stderr"


def test_ensure_running_in_an_empty_home_gives_a_utf8_database(home: Path) -> None:
    use = Use(home)
    assert query(use.url, "SHOW server_encoding") == "UTF8"
    assert query(use.url, "SELECT length('สอดส่อง')") == 7
    assert query(use.url, "SHOW listen_addresses") == ""
    place = cluster.cluster_of(home)
    for folder in (place.data, place.socket_folder()):
        assert folder.stat().st_mode & 0o077 == 0
        assert folder.stat().st_uid != 0
    use.leave()
    assert postmaster(home) is None


def test_ensure_running_by_an_ordinary_user_keeps_all_in_his_home(home: Path) -> None:
    def work(home: Path) -> None:
        assert query(postgres.ensure_running(home), "SELECT 1") == 1
        assert (home / "postgres" / "run" / ".s.PGSQL.5432").exists()

    as_ordinary_user(work, home)
    assert {path.stat().st_uid for path in (home / "postgres").iterdir()} == {home.stat().st_uid}


def test_ensure_running_by_root_on_a_users_home_leaves_the_server_his(home: Path) -> None:
    as_ordinary_user(lambda home: execute(postgres.ensure_running(home), "CREATE TABLE his (n int)"), home)
    use = Use(home)  # root where root runs the tests
    assert query(use.url, "SELECT count(*) FROM his") == 0
    use.leave()
    as_ordinary_user(lambda home: execute(postgres.ensure_running(home), "DROP TABLE his"), home)


def test_ensure_running_by_two_processes_gives_one_server_until_the_last_leaves(home: Path) -> None:
    first, second = Use(home), Use(home)  # both start in the same moment, on nothing
    assert first.url == second.url
    pid = postmaster(home)
    first.leave()
    assert postmaster(home) == pid
    assert query(second.url, "SELECT 1") == 1
    second.leave()
    assert postmaster(home) is None


def test_server_is_in_a_session_of_its_own_so_that_ctrl_c_spares_it(home: Path) -> None:
    use = Use(home)
    assert use.url
    pid = postmaster(home)
    assert pid is not None
    assert os.getsid(pid) == pid != os.getsid(use.process.pid)
    use.leave()


def test_ensure_running_after_the_server_was_killed_keeps_what_was_committed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SODSONG_DB_FAST")
    use = Use(home)
    execute(use.url, "CREATE TABLE kept (n int)")
    execute(use.url, "INSERT INTO kept SELECT generate_series(1, 1000)")
    pid = postmaster(home)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    another = Use(home)
    assert query(another.url, "SELECT count(*) FROM kept") == 1000
    assert postmaster(home) not in {None, pid}
    another.leave()
    use.leave()
    assert postmaster(home) is None


def test_revive_brings_back_a_server_that_was_killed(home: Path) -> None:
    url = postgres.ensure_running(home)
    pid = postmaster(home)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    postgres.revive()
    assert query(url, "SELECT 1") == 1
    postgres.release(home)
    assert postmaster(home) is None


def test_ensure_running_while_a_backend_of_the_killed_server_still_works_waits_for_it(home: Path) -> None:
    use = Use(home)
    connection = psycopg.connect(use.url, autocommit=True)
    connection.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 12000000)")
    time.sleep(0.2)
    pid = postmaster(home)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    another = Use(home)
    assert query(another.url, "SELECT 1") == 1
    another.leave()
    connection.close()
    use.leave()


def test_ensure_running_after_its_user_was_killed_finds_the_server_and_later_stops_it(home: Path) -> None:
    use = Use(home)
    assert use.url
    pid = postmaster(home)
    use.kill()
    assert postmaster(home) == pid
    another = Use(home)
    assert another.url
    assert postmaster(home) == pid
    another.leave()
    assert postmaster(home) is None


def test_ensure_running_with_a_pid_file_whose_number_is_reused_starts(home: Path) -> None:
    Use(home).leave()
    place = cluster.cluster_of(home)
    with subprocess.Popen(["sleep", "60"], **binaries.run_options(place.account)) as stranger:
        pid_file = place.data / "postmaster.pid"
        pid_file.write_text(f"{stranger.pid}\n{place.data}\n0\n5432\n{place.socket_folder()}\n")
        place.account.own(pid_file)
        use = Use(home)
        assert query(use.url, "SELECT 1") == 1
        use.leave()
        assert stranger.poll() is None
        stranger.kill()


def test_ensure_running_in_a_copied_home_starts_a_server_of_its_own(home: Path) -> None:
    def work(home: Path) -> None:
        url = postgres.ensure_running(home)
        copy = home / "copy"
        copy.mkdir(mode=0o700)
        (copy / "postgres").mkdir(mode=0o700)
        subprocess.run(["cp", "-a", home / "postgres" / "data", copy / "postgres"], check=True)
        execute(url, "CREATE TABLE only_in_the_first (n int)")
        second = postgres.ensure_running(copy)
        assert query(second, "SELECT to_regclass('only_in_the_first')") is None
        postgres.release(copy)

    as_ordinary_user(work, home)


def test_ensure_running_with_a_path_too_long_for_a_socket_uses_a_short_one(home: Path) -> None:
    def work(home: Path) -> None:
        os.environ.pop("XDG_RUNTIME_DIR", None)
        long = home / ("ก" * 60)
        long.mkdir()
        assert query(postgres.ensure_running(long), "SELECT 1") == 1
        sockets = cluster.cluster_of(long).socket_folder()
        assert sockets.parent == Path("/tmp")  # noqa: S108 - where it must be
        postgres.release(long)
        assert not sockets.exists()
        sockets.symlink_to(home)  # anyone may put something there
        with pytest.raises(EmbeddedServerError, match="another user"):
            postgres.ensure_running(long)
        sockets.unlink()

    as_ordinary_user(work, home)


def test_ensure_running_after_its_socket_was_cleaned_away_starts_anew(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "SILENCE_SECONDS", 10)
    postgres.ensure_running(home)
    shutil.rmtree(cluster.cluster_of(home).socket_folder())
    assert query(postgres.ensure_running(home), "SELECT 1") == 1
    postgres.release(home)


@pytest.fixture
def recovering(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[float, bool], None]:
    """Makes a server look as during crash recovery for some seconds, with or without progress in its log."""
    real = server._ping
    log = cluster.cluster_of(home).log
    monkeypatch.setattr(server, "SILENCE_SECONDS", 1)

    def recover(seconds: float, makes_progress: bool) -> None:
        until = time.monotonic() + seconds

        def ping(place: cluster.Cluster, sockets: Path) -> psycopg.pq.Ping:
            if time.monotonic() > until:
                return real(place, sockets)
            if makes_progress:
                with log.open("a") as lines:
                    lines.write("LOG:  redo in progress\n")
            return psycopg.pq.Ping.REJECT

        monkeypatch.setattr(server, "_ping", ping)

    return recover


def test_ensure_running_waits_for_a_recovery_that_makes_progress_and_says_so(
    home: Path, recovering: Callable[[float, bool], None], capsys: pytest.CaptureFixture[str]
) -> None:
    recovering(3, True)
    assert query(postgres.ensure_running(home), "SELECT 1") == 1
    assert "getting ready" in capsys.readouterr().err
    postgres.release(home)


def test_ensure_running_gives_up_on_a_recovery_without_progress_and_leaves_it_to_go_on(
    home: Path, recovering: Callable[[float, bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    recovering(10, False)
    with pytest.raises(EmbeddedServerError, match="no progress"):
        postgres.ensure_running(home)
    assert postmaster(home)
    monkeypatch.undo()
    postgres.release(home)


def test_ensure_running_on_data_of_another_major_version_refuses(home: Path) -> None:
    Use(home).leave()
    version = cluster.cluster_of(home).data / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(EmbeddedServerError, match="made by PostgreSQL 17"):
        postgres.ensure_running(home)
    postgres.release(home)


def test_ensure_running_on_damaged_data_shows_the_end_of_the_log(home: Path) -> None:
    Use(home).leave()
    (cluster.cluster_of(home).data / "global" / "pg_control").unlink()
    with pytest.raises(EmbeddedServerError, match=r"(?s)did not start.*pg_control"):
        postgres.ensure_running(home)
    postgres.release(home)


def test_manage_with_an_unusable_database_says_one_sentence_and_no_traceback(home: Path) -> None:
    Use(home).leave()
    (cluster.cluster_of(home).data / "PG_VERSION").write_text("17\n")
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"SODSONG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "config.settings.local"}
    asked = subprocess.run(
        [sys.executable, "manage.py", "help"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert asked.returncode == 1
    assert asked.stderr.startswith("error: ")
    assert "Traceback" not in asked.stderr


def test_ensure_running_without_programs_for_this_system_says_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(EmbeddedServerError, match="set DATABASE_URL"):
        postgres.ensure_running(home)
    monkeypatch.undo()
    postgres.release(home)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, "is full"), (errno.EACCES, "may not be used by this user"), (errno.EIO, "cannot be used")],
)
def test_from_os_error_names_the_place_and_the_reason(number: int, sentence: str) -> None:
    message = str(from_os_error(OSError(number, os.strerror(number)), "/some/home"))
    assert sentence in message
    assert "/some/home" in message


def test_disk_full_while_starting_is_one_sentence(home: Path) -> None:
    place = cluster.cluster_of(home)
    assert "is full" in server._explain(place, "FATAL: could not write: No space left on device")


def test_initialise_that_was_interrupted_leaves_nothing_in_the_way(home: Path) -> None:
    place = cluster.cluster_of(home)
    half = place.folder / "data.new"
    half.mkdir()
    (half / secrets.token_hex(4)).touch()
    use = Use(home)
    assert query(use.url, "SELECT 1") == 1
    use.leave()
    assert not half.exists()


def test_user_of_the_server_is_made_where_path_lacks_the_folder_of_useradd(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def found(name: str) -> pwd.struct_passwd:
        if not made:
            raise KeyError(name)
        return pwd.struct_passwd((name, "x", 990, 991, "", "/", ""))

    def run(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        made.append(command[0])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(cluster.shutil, "which", lambda name, path: f"{path.split(':')[1]}/{name}")
    monkeypatch.setattr(cluster.pwd, "getpwnam", found)
    monkeypatch.setattr(cluster.subprocess, "run", run)
    assert cluster._system_account() == cluster.Account(990, 991)
    assert made == ["/usr/sbin/useradd"]
