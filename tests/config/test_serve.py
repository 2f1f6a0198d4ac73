"""`manage.py serve` as people start and stop it."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import serve
from tests.workflows import samples

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


# --- Bodies -----------------------------------------------------------------------------------------------------------
MEGABYTE = 1024 * 1024


def temporary_files(process: subprocess.Popen[str]) -> list[str]:
    """What the server has open in the temporary folder; files without a name are shown too."""
    names = []
    for handle in Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            names.append(str(handle.readlink()))
        except FileNotFoundError:  # closed meanwhile
            continue
    # A data home of the tests lies there as well.
    return [name for name in names if name.startswith(f"{tempfile.gettempdir()}/") and "sodsong-serve-" not in name]


def test_serve_refuses_a_body_by_its_length_before_it_is_sent(
    start: Callable[[int], subprocess.Popen[str]], port: int
) -> None:
    process = start(port)
    wait_until_ready(process)
    connection = http.client.HTTPConnection(serve.HOST, port, timeout=30)
    connection.putrequest("POST", "/account/login/")
    connection.putheader("Content-Length", str(40 * MEGABYTE))
    connection.endheaders()
    refused = connection.getresponse()
    assert refused.status == 413
    assert "fewer or smaller files" in refused.read().decode()
    connection.close()

    connection.request("POST", "/account/login/", body=bytes(40 * MEGABYTE))
    assert connection.getresponse().status == 413
    assert not temporary_files(process)


def test_serve_counts_a_body_that_tells_no_length_and_keeps_it_off_the_disk(
    start: Callable[[int], subprocess.Popen[str]], port: int
) -> None:
    process = start(port)
    wait_until_ready(process)
    connection = http.client.HTTPConnection(serve.HOST, port, timeout=30)
    connection.putrequest("POST", "/account/login/")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    for _part in range(5):
        connection.send(b"%x\r\n" % MEGABYTE + bytes(MEGABYTE) + b"\r\n")
    time.sleep(0.5)
    assert not temporary_files(process)
    for _part in range(35):
        connection.send(b"%x\r\n" % MEGABYTE + bytes(MEGABYTE) + b"\r\n")
    connection.send(b"0\r\n\r\n")
    assert connection.getresponse().status == 413
    assert not temporary_files(process)


def test_serve_takes_evidence_of_18_megabytes_without_a_file_on_the_disk(
    environment: dict[str, str], start: Callable[[int], subprocess.Popen[str]], port: int
) -> None:
    process = start(port)
    wait_until_ready(process)
    connection = http.client.HTTPConnection(serve.HOST, port, timeout=60)
    cookies: dict[str, str] = {}

    def shell(command: str) -> str:
        command_line = [sys.executable, "manage.py", "shell", "--verbosity=0", "-c", command]
        return subprocess.run(
            command_line, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def sent() -> str:
        return "; ".join(f"{name}={value}" for name, value in cookies.items())

    def ask(method: str, path: str, body: bytes | None = None) -> tuple[int, str]:
        head = {"Cookie": sent(), "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, body=body, headers=head)
        answer = connection.getresponse()
        cookies.update(re.findall(r"^([^=]+)=([^;]+)", line)[0] for line in answer.headers.get_all("Set-Cookie", []))
        return answer.status, answer.read().decode()

    def token(page: str) -> str:
        return re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]

    shell("from tests.support.world import build_world; build_world()")
    status, page = ask("GET", "/file/kind/")
    assert status == 200
    given = {
        "kind": "kind=general",
        "detail": "detail=street_light",
        "what": "statement=dark",
        "where": "place=here",
        "unit": "unit=DST",
    }
    for step, answer in given.items():
        status, _page = ask("POST", f"/file/{step}/", f"csrfmiddlewaretoken={token(page)}&{answer}".encode())
        assert status == 302, step
    scan = samples.pdf(bytes(18 * MEGABYTE))
    fields = (("csrfmiddlewaretoken", token(page).encode()), ('files"; filename="a.pdf', scan))
    parts = [
        b'--part\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (name.encode(), content)
        for name, content in fields
    ]
    body = b"".join(parts) + b"--part--\r\n"
    connection.putrequest("POST", "/file/files/")
    for name, value in {
        "Cookie": sent(),
        "Content-Type": "multipart/form-data; boundary=part",
        "Content-Length": str(len(body)),
    }.items():
        connection.putheader(name, value)
    connection.endheaders(body[:-MEGABYTE])
    time.sleep(0.5)
    assert not temporary_files(process)
    connection.send(body[-MEGABYTE:])
    taken = connection.getresponse()
    assert taken.status == 302, taken.read().decode()
    taken.read()
    kept = shell("from complaints.models import FilingDraftFile as File; print(len(File.objects.get().sealed_content))")
    assert len(scan) <= int(kept) <= len(scan) + MEGABYTE


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
