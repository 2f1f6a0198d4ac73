"""`manage.py serve` as people start and stop it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import serve

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind((serve.HOST, 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """A local installation of its own, migrated, without the demo."""
    home = Path(tempfile.mkdtemp(prefix="sodsong-serve-"))
    made = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    made |= {"SODSONG_HOME": str(home), "SODSONG_DB_FAST": "1", "DJANGO_SETTINGS_MODULE": "config.settings.local"}
    try:
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=ROOT, env=made, check=True)
        yield made
    finally:
        shutil.rmtree((home / "postgres").resolve(), ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Callable[[int], subprocess.Popen[str]]]:
    """Starts copies of the server on a port, and leaves none behind."""
    started: list[subprocess.Popen[str]] = []

    def start(port: int) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        pipe = subprocess.PIPE
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True))
        return started[-1]

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=30)


def wait_until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("ready at "), line + process.communicate()[1]
    return line.removeprefix("ready at ").strip()


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_serve_told_to_stop_ends_with_exit_code_0_and_stops_the_database(
    environment: dict[str, str], start: Callable[[int], subprocess.Popen[str]], port: int, name: signal.Signals
) -> None:
    process = start(port)
    address = wait_until_ready(process)
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - our own address
        assert answer.status == 200
    process.send_signal(name)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    sockets = Path(environment["SODSONG_HOME"], "postgres", "run")
    assert not list(sockets.glob(".s.*"))


def test_serve_while_another_copy_serves_the_same_data_says_so_and_harms_nothing(
    start: Callable[[int], subprocess.Popen[str]], port: int
) -> None:
    first = start(port)
    address = wait_until_ready(first)
    second = start(port + 1)
    _, said = second.communicate(timeout=30)
    assert second.returncode == 1
    assert "already runs" in said
    assert address in said
    assert "Traceback" not in said
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - our own address
        assert answer.status == 200
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=30)
    assert first.returncode == 0


def test_bind_to_a_taken_port_names_the_port(port: int) -> None:
    with serve.bind(port), pytest.raises(serve.CannotServeError, match=f"Port {port} is used by another program"):
        serve.bind(port)


@pytest.mark.parametrize("number", [-1, 70000])
def test_bind_to_an_impossible_port_says_so(number: int) -> None:
    with pytest.raises(serve.CannotServeError, match="cannot be had"):
        serve.bind(number)


def test_only_copy_is_free_again_when_left(tmp_path: Path) -> None:
    with serve.only_copy(tmp_path, 8000), pytest.raises(serve.CannotServeError), serve.only_copy(tmp_path, 8001):
        pass
    with serve.only_copy(tmp_path, 8000):
        pass
