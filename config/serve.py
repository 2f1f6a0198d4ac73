"""The web server and the worker of background jobs in one process and one event loop: what `manage.py serve` runs."""

import asyncio
import contextlib
import errno
import fcntl
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn
from django.conf import settings
from procrastinate.contrib.django import app as jobs
from procrastinate.contrib.django.django_connector import DjangoConnector

from config import postgres
from config.sockets import SocketProtocol
from notifications.relaying import keep_relaying

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
# Requests and jobs in progress get this long to end when the server is asked to stop.
GRACE_SECONDS = 10
ANSWER_SECONDS = 60
WATCH_SECONDS = 5


class CannotServeError(Exception):
    """Why the server does not start, in one sentence."""


@contextlib.contextmanager
def only_copy(folder: Path, port: int) -> Iterator[None]:
    """Hold the data home's serve lock. Raises CannotServeError when another copy serves the same data."""
    handle = os.open(folder / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told = os.pread(handle, 200, 0).decode(errors="replace").strip()
            raise CannotServeError(
                f"Sodsong already runs on the data in {folder} ({told or 'it is just starting'}): "
                "stop it first, or name another data folder with SODSONG_HOME."
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}, http://{HOST}:{port}/\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def bind(port: int) -> socket.socket:
    """A socket on the port of this machine alone. Raises CannotServeError when the port cannot be had."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        # At once: Linux lets two sockets bind one address as long as neither listens.
        listening.listen(2048)
    except (OSError, OverflowError) as error:
        listening.close()
        taken = getattr(error, "errno", None) == errno.EADDRINUSE
        reason = "is used by another program" if taken else f"cannot be had ({error})"
        raise CannotServeError(f"Port {port} {reason}: choose another, for example PORT=8080.") from None
    return listening


async def serve(listening: socket.socket, on_ready: Callable[[], None]) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP, then end what is in progress and return.

    Calls `on_ready` when the start page has truly answered. Raises CannotServeError when it does not.
    """
    server = _Server(
        uvicorn.Config(
            "config.asgi:application",
            lifespan="off",
            # What a page says to its socket is short, and a page that answers no ping is gone.
            ws=SocketProtocol,
            ws_max_size=4096,
            ws_per_message_deflate=False,
            log_config=None,
            # An access log would keep the addresses of people who file without a name.
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(name, stopping.set)
    stopped = asyncio.create_task(stopping.wait())
    helpers = [
        asyncio.create_task(_work(stopping)),
        asyncio.create_task(keep_relaying(stopping)),
        asyncio.create_task(_watch_database(stopping)),
    ]
    web = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        answer = asyncio.create_task(_first_answer(listening.getsockname()[1]))
        await asyncio.wait([answer, web, stopped], return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            if trouble := answer.result():
                raise CannotServeError(trouble)
            on_ready()
        else:
            answer.cancel()
        await asyncio.wait([web, stopped], return_when=asyncio.FIRST_COMPLETED)
        if not stopping.is_set():
            raise CannotServeError("The web server ended by itself: what is wrong is written above.")
    finally:
        stopping.set()
        server.should_exit = True
        await asyncio.wait([web, *helpers], timeout=2 * GRACE_SECONDS)
        for task in [web, *helpers]:
            task.cancel()
        await asyncio.gather(web, *helpers, return_exceptions=True)


class _Server(uvicorn.Server):
    """Uvicorn without its own handling of signals, which ends the process by the signal: ours ends with exit code 0."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _first_answer(port: int) -> str:
    """Ask for the start page. Out: why it does not answer as it should; "" when it does."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(HOST, port)
            writer.write(f"GET / HTTP/1.1\r\nHost: {HOST}:{port}\r\nConnection: close\r\n\r\n".encode())
            status = (await reader.readline()).split(b" ")[1].decode()
            writer.close()
    except (OSError, IndexError) as error:  # TimeoutError is an OSError
        return f"The server does not answer on port {port} ({error or 'it took too long'})."
    return f"The start page answers {status}: what is wrong is written above." if status.startswith("5") else ""


async def _work(stopping: asyncio.Event) -> None:
    """Run the worker of background jobs; when it fails (a database that was restarted) begin again."""
    while not stopping.is_set():
        # An app and pool of its own: the pages go on enqueueing on Django's connection, in its transaction.
        worker = jobs.with_connector(DjangoConnector().get_worker_connector())
        try:
            async with worker.open_async():
                running = asyncio.create_task(
                    worker.run_worker_async(
                        concurrency=settings.WORKER_THREADS,
                        install_signal_handlers=False,
                        delete_jobs="successful",
                        shutdown_graceful_timeout=GRACE_SECONDS,
                    )
                )
                stopped = asyncio.create_task(stopping.wait())
                await asyncio.wait([running, stopped], return_when=asyncio.FIRST_COMPLETED)
                stopped.cancel()
                running.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await running
        except Exception:
            logger.exception("the worker of background jobs failed and begins again")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), 2)


async def _watch_database(stopping: asyncio.Event) -> None:
    """Bring the embedded server back when it was killed under us."""
    while not stopping.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), WATCH_SECONDS)
            return
        try:
            await asyncio.to_thread(postgres.revive)
        except postgres.EmbeddedServerError as error:
            logger.error("%s", error)  # noqa: TRY400 - the sentence says all
