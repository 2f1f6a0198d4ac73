"""The rows of an annual plan: each activity with its purchases and its coverage. Few queries, however long."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from procurement.coverage.reading import facts_of, variant_of
from procurement.coverage.rule import Result, compute
from procurement.models import Activity, Purchase
from workflows.queries import visible_to

from .plan_scope import Scope

MOST_SHOWN = 3
"""Purchases of an activity in its row; the others are on its own page."""


@dataclass(frozen=True)
class Row:
    """An activity in the table. covered: None where it does not count."""

    activity: Activity
    purchases: list[Purchase] = field(default_factory=list)
    top: bool = False
    covered: bool | None = None

    @property
    def shown(self) -> list[Purchase]:
        """The purchases that stand in the row."""
        return self.purchases[:MOST_SHOWN]

    @property
    def more(self) -> int:
        """How many purchases do not stand in it."""
        return len(self.purchases) - len(self.shown)


@dataclass(frozen=True)
class Plan:
    """A whole plan as the table shows it."""

    rows: list[Row]
    cancelled: list[Activity]
    result: Result

    @property
    def totals(self) -> dict[str, Any]:
        """The last line: activities, baht, how many budgets are missing, covered of counted."""
        budgets = [row.activity.budget for row in self.rows]
        known = [budget for budget in budgets if budget is not None]
        return {
            "activities": len(self.rows),
            "budget": sum(known, Decimal(0)),
            "missing": len(budgets) - len(known),
            "covered": sum(row.covered is True for row in self.rows),
            "counted": sum(row.covered is not None for row in self.rows),
            "purchases": sum(len(row.purchases) for row in self.rows),
        }

    def chosen(self, show: str, sort: str) -> list[Row]:
        """The rows of a filter, in the order of the plan or by budget."""
        keep = _SHOW.get(show, _SHOW["all"])
        rows = [row for row in self.rows if keep(row)]
        if sort == "budget":
            # Unknown first: it counts among the top until it is known.
            rows.sort(key=lambda row: (row.activity.budget is not None, -(row.activity.budget or 0)))
        return rows


_SHOW = {
    "all": lambda row: True,  # noqa: ARG005
    "uncovered": lambda row: row.covered is False,
    "no_budget": lambda row: row.activity.budget is None,
    "no_purchase": lambda row: not row.purchases,
}


def plan_of(scope: Scope) -> Plan:
    """The plan of a unit and year."""
    activities = list(Activity.objects.filter(unit=scope.unit, fiscal_year=scope.year).order_by("id"))
    purchases = purchases_of(scope, activities)
    standing = Standing(coverage_of(scope))
    return Plan(
        rows=[standing.row(row, purchases[row.pk]) for row in activities if row.cancelled_on is None],
        cancelled=[row for row in activities if row.cancelled_on is not None],
        result=standing.result,
    )


def coverage_of(scope: Scope) -> Result:
    """Coverage of the unit with all below it, as it stands now."""
    return compute(facts_of(scope.unit, scope.year), variant_of())


class Standing:
    """What coverage says of single activities."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.top, self.rest, self.covered = frozenset(result.top), frozenset(result.rest), frozenset(result.covered)

    def row(self, activity: Activity, purchases: list[Purchase]) -> Row:
        """An activity as a row of the table."""
        key = str(activity.pk)
        counts = key in self.top or key in self.rest
        return Row(activity, purchases, key in self.top, key in self.covered if counts else None)


def purchases_of(scope: Scope, activities: Iterable[Activity]) -> dict[int, list[Purchase]]:
    """The purchases that exist for the reader, by activity, in the order in which they came."""
    rows = Purchase.objects.filter(
        activity__in=[row.pk for row in activities], case__in=visible_to(scope.user, "purchase").values("pk")
    )
    grouped: dict[int, list[Purchase]] = defaultdict(list)
    for row in rows.select_related("case").order_by("case"):
        grouped[row.activity_id].append(row)
    return grouped
