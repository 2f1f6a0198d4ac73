"""Who uses the embedded server: each process holds a shared lock while it lives, and the last one out stops it."""

import atexit
import fcntl
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.home import data_home

from . import server
from .cluster import Cluster, cluster_of
from .errors import from_os_error

_holds: dict[Path, tuple[Cluster, int]] = {}
_one_thread = threading.Lock()


def ensure_running(home: Path | None = None) -> str:
    """Find or start the embedded server of this installation and hold it until the process ends.

    In: the data home (default: `data_home()`). Out: the `postgresql://` address of the database `sodsong` on it, over a
    unix socket. May be called again at any time, also to bring back a server that was killed.
    Raises EmbeddedServerError with one sentence for the person at the terminal.
    """
    place = home or data_home()
    try:
        with _one_thread:
            if place in _holds and (sockets := server.running_socket(_holds[place][0])):
                return _holds[place][0].url(sockets)
            cluster = cluster_of(place)
            with _alone(cluster.start_lock, cluster):
                if place not in _holds:
                    _holds[place] = cluster, _share(cluster)
                sockets = server.bring_up(cluster)
                server.create_database(cluster, sockets)
            return cluster.url(sockets)
    except OSError as error:
        raise from_os_error(error, place) from error


def revive() -> None:
    """Bring back the servers that this process holds, where one was killed. Raises EmbeddedServerError."""
    for place in list(_holds):
        ensure_running(place)


def release(home: Path | None = None) -> None:
    """Let go of the server (of every home when None), and stop it when no other process holds it."""
    for place in [home] if home else list(_holds):
        if place not in _holds:
            continue
        cluster, hold = _holds.pop(place)
        try:
            with _alone(cluster.start_lock, cluster):
                # Whoever wants to share waits for the start lock, so nobody comes in between.
                fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
                server.stop(cluster)
        except BlockingIOError:  # others use it
            pass
        except OSError as error:  # at the very end of the process, so a sentence and no traceback
            sys.stderr.write(f"{from_os_error(error, place)}\n")
        finally:
            os.close(hold)


atexit.register(release)


def _share(cluster: Cluster) -> int:
    hold = _open(cluster.users_lock, cluster)
    fcntl.flock(hold, fcntl.LOCK_SH)
    return hold


def _share_as_child() -> None:
    """A forked child inherits its parent's very lock, which the parent would give up for both: take one of its own."""
    for place, (cluster, inherited) in list(_holds.items()):
        with suppress(OSError):
            _holds[place] = cluster, _share(cluster)
        os.close(inherited)


os.register_at_fork(after_in_child=_share_as_child)


@contextmanager
def _alone(lock: Path, cluster: Cluster) -> Iterator[None]:
    tell = server.Teller()
    handle = _open(lock, cluster)
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                tell("Another process is starting or stopping the database; waiting for it …")
                time.sleep(0.03)
        yield
    finally:
        os.close(handle)


def _open(lock: Path, cluster: Cluster) -> int:
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    # Root at an ordinary user's data: the user must be able to open the lock again.
    if cluster.account.is_another and os.fstat(handle).st_uid != cluster.account.uid:
        os.fchown(handle, cluster.account.uid, cluster.account.gid)
    return handle
