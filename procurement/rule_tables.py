"""The tables of rule data of procurement that an administrator keeps."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.models import (
    CitizenBar,
    CommitteeKind,
    CoverageLevel,
    CoverageVariant,
    InterestGround,
    OrderRule,
    PoolRule,
    ProcurementMethod,
)
from workflows.rulebook.tables import Effect, Table, register

PROCUREMENT = gettext_lazy("Procurement")


def _levels_follow(before: Any, after: Any) -> Effect:  # noqa: ARG001 - the same whatever is changed
    return Effect((_("The participation levels of all units are computed anew."),))


def _orders_from_then_on(before: Any, after: Any) -> Effect:  # noqa: ARG001 - the same whatever is changed
    return Effect(
        (
            _("Orders signed before stay as they are; a draft is checked by the rules of the day it is signed on."),
            _("No deadline gets another day."),
        )
    )


def register_tables() -> None:
    """Called once, from ``AppConfig.ready()``."""
    tables = (
        Table(
            name="committee-kinds",
            model=CommitteeKind,
            group=PROCUREMENT,
            about=gettext_lazy("Kinds of committees, and whether a citizen on one counts for coverage."),
            columns=("task", "qualifying", "unanimous", "single", "active", "verified"),
            effect=_levels_follow,
        ),
        Table(
            name="methods",
            model=ProcurementMethod,
            group=PROCUREMENT,
            about=gettext_lazy("Methods of procurement with their ceilings."),
            columns=("floor", "ceiling", "committee_kind", "active", "verified"),
        ),
        Table(
            name="order-rules",
            model=OrderRule,
            group=PROCUREMENT,
            about=gettext_lazy("What an order is checked for before it can be signed."),
            columns=("clause", "level", "threshold", "valid_from", "valid_until", "verified"),
            dated="valid_from",
            until="valid_until",
            may_add=False,
            effect=_orders_from_then_on,
        ),
        Table(
            name="interest-grounds",
            model=InterestGround,
            group=PROCUREMENT,
            about=gettext_lazy("Relations to a bidder that make a member leave."),
            columns=("degree", "verified", "source"),
        ),
        Table(
            name="pool-rules",
            model=PoolRule,
            group=PROCUREMENT,
            about=gettext_lazy("Numbers that govern the pool of citizens, the draw and the check for conflicts."),
            columns=("value", "valid_from", "verified", "source"),
            dated="valid_from",
            may_add=False,
        ),
        Table(
            name="citizen-bars",
            model=CitizenBar,
            group=PROCUREMENT,
            about=gettext_lazy("Posts whose holder is no citizen of the pool."),
            columns=("position", "verified", "source"),
        ),
        Table(
            name="level-forms",
            model=CoverageVariant,
            group=PROCUREMENT,
            about=gettext_lazy("Printed forms of the participation level; one of them governs."),
            columns=("governing", "verified", "source"),
            effect=_levels_follow,
        ),
        Table(
            name="levels",
            model=CoverageLevel,
            group=PROCUREMENT,
            about=gettext_lazy("What each level of a form asks, beside everything the levels below it ask."),
            columns=("variant", "level", "points", "rest_percent", "education"),
            effect=_levels_follow,
        ),
    )
    for table in tables:
        register(table)
