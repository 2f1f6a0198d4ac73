"""The tables of rule data that belong to every kind of case: how long a deadline is, and the days that do not count."""

import contextlib
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.exceptions import AlreadyEnqueued

from organisations.holidays import is_seeded
from organisations.models import Holiday, User
from workflows.models import ClockRule
from workflows.rulebook.deadlines import effect_of_days, effect_of_rule
from workflows.rulebook.tables import Choices, Effect, Table, register

HOLIDAYS = "holidays"
CLOCKS = gettext_lazy("Deadlines and calendar")
_categories: list[Choices] = []


def register_categories(choices: Choices) -> None:
    """Name the kinds of matters for which a clock may have a length of its own; each domain app names its own."""
    _categories.append(choices)


def _kinds_of_matters() -> Iterable[tuple[str, Any]]:
    yield "", _("every kind")
    for choices in _categories:
        yield from choices()


def _holiday_effect(before: Holiday | None, after: Holiday | None) -> Effect:
    added = {after.day} - ({before.day} if before else set()) if after else set()
    removed = {before.day} - ({after.day} if after else set()) if before else set()
    return effect_of_days(added=added, removed=removed)


def _own_source(row: Holiday, by: User) -> None:
    """Who edits a row of the seed owns it from then on: a refresh of the seed leaves it alone."""
    if is_seeded(row):
        row.source = _("Entered by %(name)s") % {"name": by}


def _deadlines_follow() -> None:
    from workflows.jobs import recompute

    def enqueue() -> None:
        # One waiting run sees every change made before it starts. Atomic: the refusal of a second must not spoil a
        # transaction around it.
        with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
            recompute.defer()

    transaction.on_commit(enqueue)


def register_tables() -> None:
    """Called once, from ``AppConfig.ready()``."""
    register(
        Table(
            name="clocks",
            model=ClockRule,
            group=CLOCKS,
            about=gettext_lazy("How long something may take. A deadline that runs keeps the length it began with."),
            columns=("length", "unit", "category", "valid_from", "verified"),
            dated="valid_from",
            may_add=False,
            choices={"category": _kinds_of_matters},
            effect=effect_of_rule,
        )
    )
    register(
        Table(
            name=HOLIDAYS,
            model=Holiday,
            group=CLOCKS,
            about=gettext_lazy("Days on which offices are closed. Every running deadline follows a change."),
            columns=("day", "source"),
            removable=True,
            by_year="day",
            effect=_holiday_effect,
            settle=_own_source,
            after=_deadlines_follow,
        )
    )
