"""Where a local installation keeps its data and its secrets."""

import json
import os
import secrets as random_source
from pathlib import Path
from typing import TypedDict


class Secrets(TypedDict):
    """What must never be lost or shown: kept in one 0600 file of the data home, base64url except `secret_key`."""

    secret_key: str
    master_keys: list[str]
    receipt_key: str


def data_home() -> Path:
    """The folder of this installation: `SODSONG_HOME`, else the user's data home. Made 0700 when missing."""
    named = os.environ.get("SODSONG_HOME")
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    home = Path(named).expanduser().resolve() if named else Path(base) / "sodsong"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def secrets() -> Secrets:
    """The secrets of this installation, made on first use (32 random bytes each).

    Two processes may start at once: the one that creates the file wins and the other reads it.
    """
    path = data_home() / "secrets.json"
    if not path.exists():
        made: Secrets = {
            "secret_key": random_source.token_urlsafe(50),
            "master_keys": [random_source.token_urlsafe(32)],
            "receipt_key": random_source.token_urlsafe(32),
        }
        partial = path.with_name(f".secrets-{os.getpid()}")
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(made))
        try:
            os.link(partial, path)
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    loaded: Secrets = json.loads(path.read_text())
    return loaded
