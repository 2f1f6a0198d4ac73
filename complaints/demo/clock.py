"""The demo's time machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Let everything inside believe that it is `moment` (aware).

    Steps of a year ago must be judged by that day: who held which post, whether an objection window was open, when
    Viewflow's task began. Django asks `timezone.now` for all of it. Only for a command that runs alone in its process.
    """
    real = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real
