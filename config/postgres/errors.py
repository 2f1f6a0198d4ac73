"""What the embedded server refuses to do, in one sentence for the person at the terminal."""

import errno


class EmbeddedServerError(Exception):
    """The embedded PostgreSQL cannot be had. The message is one clear sentence, then the end of the log if it helps."""


def from_os_error(error: OSError, place: object) -> EmbeddedServerError:
    """The sentence for a failed file operation of the supervisor at or under `place`."""
    where = error.filename or place
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return EmbeddedServerError(disk_full(where))
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return EmbeddedServerError(
            f"{where} may not be used by this user ({error.strerror}): "
            "run as its owner, or name another data folder with SODSONG_HOME."
        )
    return EmbeddedServerError(f"{where} cannot be used: {error.strerror or error}.")


def disk_full(place: object) -> str:
    return f"The disk that holds {place} is full: free some space and start again; what was saved is kept."
