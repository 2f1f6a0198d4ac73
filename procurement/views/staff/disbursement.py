"""Disbursement of a plan, month by month of the fiscal year (S4:908, 1754): what is to be paid, and what was."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from organisations.accounts import role_required
from organisations.calendar import fiscal_year_bounds
from organisations.sheets import csv_response
from procurement.models import Activity, Contract, Milestone, Payment
from workflows.queries import visible_to

from .plan_scope import ROLES, Scope, scope_of
from .purchase_money import month_word

OUTSIDE, UNDATED = "outside", "undated"
"""Where money goes that belongs to no month of the year: to another year, or to a day that nobody has set."""
Place = date | str


@dataclass
class Money:
    """Baht planned and paid, by the first day of the month, `OUTSIDE` or `UNDATED`. missing: contracts of the activity
    whose value is not known."""

    activity: Activity | None = None
    planned: dict[Place, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    paid: dict[Place, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    missing: int = 0

    @property
    def agreed(self) -> Decimal:
        """The value of all contracts that is known."""
        return sum(self.planned.values(), Decimal(0))

    @property
    def spent(self) -> Decimal:
        """All that was paid."""
        return sum(self.paid.values(), Decimal(0))

    @property
    def open(self) -> Decimal:
        """What is still to be paid."""
        return self.agreed - self.spent

    @property
    def share(self) -> Decimal | None:
        """Paid of agreed, 0-1; None without a contract."""
        return self.spent / self.agreed if self.agreed else None


@require_GET
@role_required(*ROLES)
def disbursement(request: HttpRequest) -> HttpResponse:
    """The months of the plan of `unit` and `year`, of one activity where `activity` names it; and every activity."""
    scope = scope_of(request)
    rows, months = money_of(scope), months_of(scope.year)
    chosen = _chosen(request, rows)
    shown = [chosen] if chosen else rows
    context = {
        **scope.choices(),
        "rows": rows,
        "total": _together(rows),
        "months": _month_rows(shown, months),
        "chosen": chosen.activity if chosen else None,
        "missing": sum(row.missing for row in shown),
    }
    return render(request, "procurement/disbursement.html", context)


@require_GET
@role_required(*ROLES)
def disbursement_sheet(request: HttpRequest) -> HttpResponse:
    """The same as a CSV file: a line for each activity, two columns for each month. Formulas are neutralised."""
    scope = scope_of(request)
    rows, months = money_of(scope), months_of(scope.year)
    places: list[tuple[Place, str]] = [(month, month.strftime("%Y-%m")) for month in months]
    places += [(OUTSIDE, _("other years")), (UNDATED, _("no date"))]
    head = [_("Number in the plan"), _("Plan activity"), _("Approved plan budget"), _("Contract value"), _("Paid")]
    for _place, word in places:
        head += [_("%(month)s to be paid") % {"month": word}, _("%(month)s paid") % {"month": word}]
    lines = []
    for row in rows:
        assert row.activity is not None
        figures = [row.activity.budget, row.agreed, row.spent]
        for place, _word in places:
            figures += [row.planned.get(place, Decimal(0)), row.paid.get(place, Decimal(0))]
        lines.append([row.activity.code, row.activity.name, *figures])
    return csv_response(f"disbursement-{scope.unit.code}-{scope.year}.csv", head, lines)


def months_of(year: int) -> list[date]:
    """The first days of the twelve months of a fiscal year, from October on."""
    first, _after = fiscal_year_bounds(year)
    return [date(first.year + (month < 10), month, 1) for month in (*range(10, 13), *range(1, 10))]


def money_of(scope: Scope) -> list[Money]:
    """Planned and paid of every activity of the plan: four queries.

    A contract is planned for the month in which its purchase is to be paid; without such a day, in which it is to be
    finished. Cancelled activities are there only when money was agreed or paid for them.
    """
    rows = {
        row.pk: Money(row) for row in Activity.objects.filter(unit=scope.unit, fiscal_year=scope.year).order_by("id")
    }
    here = {"purchase__activity__in": list(rows), "purchase__case__in": visible_to(scope.user, "purchase").values("pk")}
    months = frozenset(months_of(scope.year))
    days = dict(Milestone.objects.filter(code="pay", **here).values_list("purchase", "planned_on"))
    contracts = Contract.objects.filter(**here).values_list("purchase__activity", "purchase", "value", "finish_on")
    for activity, purchase, value, finish_on in contracts:
        if value is None:
            rows[activity].missing += 1
        else:
            rows[activity].planned[_place(days.get(purchase) or finish_on, months)] += value
    for activity, amount, paid_on in Payment.objects.filter(**here).values_list(
        "purchase__activity", "amount", "paid_on"
    ):
        rows[activity].paid[_place(paid_on, months)] += amount
    return [row for row in rows.values() if row.activity.cancelled_on is None or row.planned or row.paid]  # type: ignore[union-attr]


def _place(day: date | None, months: frozenset[date]) -> Place:
    if day is None:
        return UNDATED
    return day.replace(day=1) if day.replace(day=1) in months else OUTSIDE


def _together(rows: Iterable[Money]) -> Money:
    total = Money()
    for row in rows:
        for place, amount in row.planned.items():
            total.planned[place] += amount
        for place, amount in row.paid.items():
            total.paid[place] += amount
        total.missing += row.missing
    return total


def _month_rows(rows: Iterable[Money], months: list[date]) -> list[dict[str, Any]]:
    """The twelve months with what was agreed and paid up to the end of each, and the rest where there is any."""
    total = _together(rows)
    most = max([*total.planned.values(), *total.paid.values(), Decimal(1)])
    planned_so_far = paid_so_far = Decimal(0)
    found = []
    for place in (*months, OUTSIDE, UNDATED):
        planned, paid = total.planned.get(place, Decimal(0)), total.paid.get(place, Decimal(0))
        if isinstance(place, str) and not planned and not paid:
            continue
        planned_so_far += planned
        paid_so_far += paid
        found.append(
            {
                "label": _word(place),
                "planned": planned,
                "paid": paid,
                "planned_so_far": planned_so_far,
                "paid_so_far": paid_so_far,
                "is_month": isinstance(place, date),
                # For an SVG that is 100 wide: a template would write the figures for a reader.
                "planned_width": f"{max(planned, Decimal(0)) * 100 / most:.1f}",
                "paid_width": f"{max(paid, Decimal(0)) * 100 / most:.1f}",
            }
        )
    return found


def _word(place: Place) -> str:
    if isinstance(place, date):
        return month_word(place)
    return _("other years") if place == OUTSIDE else _("no date set")


def _chosen(request: HttpRequest, rows: list[Money]) -> Money | None:
    wanted = request.GET.get("activity", "")
    if not wanted:
        return None
    found = next((row for row in rows if row.activity and str(row.activity.pk) == wanted), None)
    if found is None:
        raise Http404
    return found
