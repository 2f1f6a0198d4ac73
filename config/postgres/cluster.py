"""Where the files of one embedded server are, and whose they are."""

import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from .errors import EmbeddedServerError

DATABASE = "sodsong"
PORT = 5432  # only names the socket file; no port is opened
SYSTEM_USER = "sodsong-db"
# Homes of root are closed to the unprivileged user that PostgreSQL demands, so root's data has a folder of its own.
ROOT_STORE = Path("/var/lib/sodsong")
# The address of a unix socket holds 107 bytes, of which PostgreSQL adds "/.s.PGSQL.5432".
LONGEST_SOCKET_FOLDER = 90


@dataclass(frozen=True)
class Account:
    """The system user that the server runs as: never root, for PostgreSQL refuses that."""

    uid: int
    gid: int

    @property
    def is_another(self) -> bool:
        return self.uid != os.geteuid()

    def own(self, path: Path) -> None:
        """Give `path`, which this process made, to the account."""
        if self.is_another:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


@dataclass(frozen=True)
class Cluster:
    """The folders and files of one embedded server."""

    folder: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def start_lock(self) -> Path:
        """Held alone by whoever starts or stops the server."""
        return self.folder / "start.lock"

    @property
    def users_lock(self) -> Path:
        """Shared by every process that uses the server."""
        return self.folder / "users.lock"

    def socket_folder(self) -> Path:
        """Where a server started now puts its socket: in the cluster, or under a short name when the path is long."""
        inside = self.folder / "run"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        runtime = os.environ.get("XDG_RUNTIME_DIR", "")
        if runtime and not self.account.is_another and len(os.fsencode(runtime)) <= LONGEST_SOCKET_FOLDER - 24:
            return Path(runtime) / f"sodsong-{name}"
        return Path(f"/tmp/sodsong-{self.account.uid}-{name}")  # noqa: S108 - private_folder() refuses a squatter's

    def url(self, socket_folder: Path, database: str = DATABASE) -> str:
        """The libpq address of `database`. The port is written out because PGPORT may be set in the environment."""
        return f"postgresql://{DATABASE}@:{PORT}/{database}?host={quote(str(socket_folder), safe='')}"


def cluster_of(home: Path) -> Cluster:
    """The cluster of the data home, its folder made when missing.

    Raises EmbeddedServerError when the folder belongs to someone else or no unprivileged user can be had.
    """
    place = home / "postgres"
    if os.geteuid() == 0:
        return _cluster_of_root(place)
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise EmbeddedServerError(
            f"PostgreSQL needs a named user, and user id {os.geteuid()} has no name on this system: "
            "add it to /etc/passwd, or set DATABASE_URL."
        ) from None
    place.mkdir(mode=0o700, exist_ok=True)
    if place.stat().st_uid != os.geteuid():
        raise EmbeddedServerError(
            f"{place} belongs to another user: run as that user, or name another data folder with SODSONG_HOME."
        )
    return Cluster(place.resolve(), Account(os.geteuid(), os.getegid()))


def private_folder(path: Path, account: Account) -> None:
    """Make `path` a 0700 folder of the account.

    Raises EmbeddedServerError when it exists and is another's: in a common folder anyone may have put it there.
    """
    try:
        path.mkdir(mode=0o700)
        account.own(path)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
            raise EmbeddedServerError(
                f"{path} belongs to another user, so the database will not put its socket there: remove it, "
                "or name a data folder with a shorter path with SODSONG_HOME."
            ) from None
        path.chmod(0o700)


def _cluster_of_root(place: Path) -> Cluster:
    if not place.is_symlink() and not place.exists():
        _place_for_root(place)
    try:
        folder = place.resolve(strict=True)
    except FileNotFoundError:
        raise EmbeddedServerError(
            f"{place} points to {place.readlink()}, which is missing: bring it back from a copy, "
            "or name another data folder with SODSONG_HOME."
        ) from None
    owner = folder.stat()
    if owner.st_uid != 0:  # an ordinary user's data: the server stays his
        return Cluster(folder, Account(owner.st_uid, owner.st_gid))
    if folder.parent != ROOT_STORE:
        raise EmbeddedServerError(
            f"{folder} belongs to root, as whom PostgreSQL does not run: give it back to its user with chown -R."
        )
    return Cluster(folder, _system_account())


def _place_for_root(place: Path) -> None:
    """A new folder in the store, reached by a link in the home, so that the home may be moved or removed."""
    ROOT_STORE.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder = ROOT_STORE / secrets.token_hex(6)
    folder.mkdir()
    folder.chmod(0o711)  # the server's user passes through to its own folders, and sees nothing else
    try:
        place.symlink_to(folder)
    except OSError as error:
        folder.rmdir()
        if not isinstance(error, FileExistsError):  # then another process was faster
            raise


def _system_account() -> Account:
    """The unprivileged user that runs root's server, made when missing."""
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        # The PATH of a user who became root by sudo or su may lack the folders of the system's tools.
        path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])
        useradd = shutil.which("useradd", path=path) or "useradd"
        command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        try:
            made = subprocess.run(command, capture_output=True, text=True, check=False)
            said = made.stderr.strip()
        except FileNotFoundError:
            said = "there is no useradd"
        try:  # also when another process made it first and ours failed
            entry = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            raise EmbeddedServerError(
                f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} could not be made ({said}): "
                "make it, run as an ordinary user, or set DATABASE_URL."
            ) from None
    return Account(entry.pw_uid, entry.pw_gid)
