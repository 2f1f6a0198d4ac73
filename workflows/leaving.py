"""The moment in which somebody leaves, or a unit closes: what follows from it for cases, after the commit."""

import contextlib
from typing import Any

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued


def settle_after(users: frozenset[int] | None, **_: Any) -> None:
    """Receives `organisations.signals.staff_changed`. What people had in hand goes back to its unit at once; where it
    may be anybody's, a job goes over all cases.

    Robust: what fails here is found by the nightly job, and the change itself stands.
    """
    transaction.on_commit(_look_over_all if users is None else lambda: _put_back(users), robust=True)


def _put_back(users: frozenset[int]) -> None:
    from workflows import handover

    handover.put_back_strayed(users)


def _look_over_all() -> None:
    from workflows.jobs import settle_now

    # One waiting run sees every change made before it starts. Atomic: the refusal of a second must not spoil a
    # transaction around it.
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        settle_now.defer()
