"""The demo's time machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Let everything inside believe that it is `moment` (aware).

    A step of a year ago must be judged by its day: who held which post, whether an objection window was open. All of
    that asks Django's `timezone.now`. Only for a command that runs alone in its process.
    """
    real = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real
