"""The same as files: a plan as CSV and JSON, a purchase as JSON, the facts behind a level."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import override

from organisations.publishing import published
from organisations.sheets import csv_response
from procurement.published import PublishedActivity, activities, as_json, plan_of, purchase_as_json, purchase_of
from procurement.published_lists import purchases_of
from procurement.states.purchase import GRAPH
from procurement.views.levels import facts_file

from .scope import OpenScope, scope_of

MOST_IN_A_FILE = 2000
"""Activities of one file, and purchases; a plan beyond it is fetched unit by unit."""
_CHUNK = 500
_READ = {"ensure_ascii": False, "indent": 1}


@published
def open_plan_csv(request: HttpRequest) -> HttpResponse:
    """The plan as a table: a line for each purchase, and one for an activity that has none."""
    scope = _scope(request)
    name = f"procurement-{scope.unit.code}-{scope.year}.csv"
    return csv_response(name, _HEAD, (line for row in _all(scope) for line in _lines(row)))


@published
def open_plan_json(request: HttpRequest) -> HttpResponse:
    """The plan with everything published of it."""
    scope = _scope(request)
    content = {
        "unit": {"code": scope.unit.code, "name": scope.unit.name_th},
        "fiscal_year": scope.year,
        "currency": "THB",
        "as_of": timezone.localtime().isoformat(timespec="seconds"),
        "activities": list(as_json(_all(scope))),
    }
    return _file(JsonResponse(content, json_dumps_params=_READ), f"procurement-{scope.unit.code}-{scope.year}.json")


@published
def open_purchase_json(request: HttpRequest, public_id: str) -> HttpResponse:  # noqa: ARG001 - the shape of a view
    """One purchase."""
    row = purchase_of(public_id)
    content = {"currency": "THB", **purchase_as_json(row)}
    return _file(JsonResponse(content, json_dumps_params=_READ), f"purchase-{public_id}.json")


@published
def open_level_facts(request: HttpRequest) -> HttpResponse:
    """The facts behind the level, to compute it again."""
    scope = scope_of(request)
    if scope is None:
        raise Http404
    return facts_file(scope.unit, scope.year)


def _scope(request: HttpRequest) -> OpenScope:
    """Raises Http404 without a unit, and for a plan that is too long for one file."""
    scope = scope_of(request)
    if scope is None or not fits_in_a_file(scope):
        raise Http404
    return scope


def fits_in_a_file(scope: OpenScope) -> bool:
    """Whether the whole plan stands in one file. Two queries."""
    parts = (plan_of(scope.unit, scope.year), purchases_of(scope.unit, scope.year))
    return all(rows.order_by()[: MOST_IN_A_FILE + 1].count() <= MOST_IN_A_FILE for rows in parts)


def _all(scope: OpenScope) -> Iterator[PublishedActivity]:
    """The whole plan, a stretch at a time, so that it is never in memory whole."""
    plan = list(plan_of(scope.unit, scope.year).values_list("pk", flat=True))
    for start in range(0, len(plan), _CHUNK):
        part = plan_of(scope.unit, scope.year).filter(pk__in=plan[start : start + _CHUNK])
        yield from activities(part)


def _file(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


_HEAD = (
    "unit_code", "unit", "activity_number", "activity", "activity_budget", "purchase_id", "project_number", "purchase",
    "method", "state", "budget", "reference_price", "total_value", "announced_on", "awarded_on", "contracts",
    "contract_value", "suppliers", "committees", "citizens", "networks", "citizens_drawn", "citizens_suspended",
)  # fmt: skip
"""Names of columns as the documentation and the JSON file have them: they are the same in every language."""


def _lines(row: PublishedActivity) -> Iterator[list[Any]]:
    activity = row.activity
    own = [activity.unit.code, activity.unit.name_th, activity.code, activity.name, activity.budget]
    if not row.purchases:
        yield own + [""] * (len(_HEAD) - len(own))
    for item in row.purchases:
        purchase, values = item.purchase, [contract.value for contract in item.contracts]
        with override("th"):
            state = str(GRAPH.state(item.case.state).label)
        yield [
            *own,
            item.case.public_id,
            purchase.project_number,
            purchase.name,
            purchase.method.name_th if purchase.method else purchase.method_name,
            state,
            purchase.budget,
            purchase.reference_price,
            purchase.total_value,
            purchase.announced_on,
            purchase.awarded_on,
            "; ".join(contract.number for contract in item.contracts),
            sum(values) if values and None not in values else None,
            "; ".join(sorted({contract.supplier.name for contract in item.contracts if contract.supplier})),
            "; ".join(committee.kind.name_th for committee in item.committees),
            sum(committee.citizens for committee in item.committees),
            "; ".join(sorted({network for committee in item.committees for network in committee.networks})),
            sum(committee.drawn for committee in item.committees),
            sum(committee.suspended for committee in item.committees),
        ]
