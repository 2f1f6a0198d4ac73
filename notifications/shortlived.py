"""What is kept for an hour and then forgotten: rows of Django's table of sessions, which the worker clears nightly.

A job carries the key of such a row where what it holds, an address, may stand in no job. No row of these is anybody's
session: nobody is signed in by its key.
"""

from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

_KEY_LENGTH = 40  # of a session


def keep_under(name: str, data: dict[str, Any], life: timedelta) -> None:
    """Keep some values for so long under a name, of which only a keyed hash is kept, in place of those from before."""
    Session.objects.update_or_create(
        session_key=_hashed(name),
        defaults={"session_data": SessionStore().encode(data), "expire_date": timezone.now() + life},
    )


def kept_under(name: str) -> dict[str, Any] | None:
    """What was kept under a name; None when its time is over or it never was."""
    return kept(_hashed(name))


def keep(data: dict[str, Any], life: timedelta) -> str:
    """Keep some values (as JSON has them) for so long. Out: the key, 32 random characters."""
    row = SessionStore()
    row.update(data)
    row.set_expiry(int(life.total_seconds()))
    row.create()
    return str(row.session_key)


def kept(key: str) -> dict[str, Any] | None:
    """What was kept under a key; None when its time is over or it never was."""
    row = Session.objects.filter(session_key=key, expire_date__gt=timezone.now()).first()
    return row.get_decoded() if row else None


def forget(key: str) -> None:
    """Keep it no longer."""
    Session.objects.filter(session_key=key).delete()


def count(name: str, life: timedelta) -> int:
    """Count once more under a name. Out: how often within `life` of the first time; then it begins again at 1.

    Of the name only a keyed hash is kept. Whoever counts under it at the same time waits.
    """
    key, now = _hashed(name), timezone.now()
    with transaction.atomic():
        Session.objects.filter(session_key=key, expire_date__lte=now).delete()
        row, _new = Session.objects.select_for_update().get_or_create(
            session_key=key, defaults={"session_data": SessionStore().encode({}), "expire_date": now + life}
        )
        counted = int(row.get_decoded().get("counted", 0)) + 1
        row.session_data = SessionStore().encode({"counted": counted})
        row.save(update_fields=["session_data"])
    return counted


def uncount(name: str) -> None:
    """Begin at nothing again."""
    forget(_hashed(name))


def _hashed(name: str) -> str:
    return salted_hmac("notifications.shortlived", name, algorithm="sha256").hexdigest()[:_KEY_LENGTH]
