"""What an appointment order says, as plain data: frozen with the order, so that its document never changes."""

from datetime import date
from typing import Any

from django.utils import timezone

from procurement.models import Committee, CommitteeKind, Member, Order
from workflows.models import ClockRule
from workflows.timekeeping import rules_in_force

_REPORT_CLOCK = "committee_work"


def order_content(committee: Committee, order: Order) -> dict[str, Any]:
    """Everything the document of `order` prints, in Thai, as JSON. Called before the members are appointed: of an
    amendment it names who is added, who leaves, and who then sits."""
    return {
        **_content(committee, order.kind, order.dated_on),
        "unit": order.unit.name_th,
        "number": order.number,
        "year": order.year,
        "dated_on": order.dated_on.isoformat(),
        "signatory": order.signatory,
        "signatory_title": order.signatory_title,
    }


def draft_content(committee: Committee) -> dict[str, Any]:
    """The same of the draft, as its order would be today: its number, day and signatory are empty."""
    kind = Order.Kind.AMENDMENT if committee.orders.exists() else Order.Kind.APPOINTMENT
    return {
        **_content(committee, kind, timezone.localdate()),
        "unit": committee.case.unit.name_th,
        "number": "",
        "year": None,
        "dated_on": None,
        "signatory": "",
        "signatory_title": "",
    }


def _content(committee: Committee, order_kind: str, day: date) -> dict[str, Any]:
    purchase, kind = committee.purchase, committee.kind
    rows = list(committee.members.filter(left_on=None).select_related("person"))
    return {
        "kind": order_kind,
        "committee": kind.name_th,
        "duties": kind.duties_th,
        "clause": kind.clause,
        "source": kind.source,
        "purchase": purchase.name,
        "project_number": purchase.project_number,
        "method": purchase.method.name_th if purchase.method else purchase.method_name,
        "budget": str(purchase.budget) if purchase.budget is not None else None,
        "report_within": _report_within(kind, day),
        "members": [_member(row) for row in rows if not row.leaving],
        "added": [_member(row) for row in rows if row.appointed_on is None],
        "removed": [_member(row) for row in rows if row.leaving],
        "replaces": [
            {"kind": row.kind, "number": row.number, "year": row.year, "dated_on": row.dated_on.isoformat()}
            for row in committee.orders.all()
        ],
    }


def _member(row: Member) -> dict[str, str]:
    return {
        "name": row.person.name,
        "position": row.person.position,
        "network": row.person.network,
        "standing": row.person.standing,
        "duty": row.duty,
    }


def _report_within(kind: CommitteeKind, day: date) -> dict[str, Any] | None:
    """The order fixes the time in which offers are considered (Regulation cl. 25): that of the clock it starts.

    None for another task, whose time runs from each delivery, and where no rule is in force.
    """
    if kind.task != CommitteeKind.Task.PURCHASE:
        return None
    rule = rules_in_force([_REPORT_CLOCK], (kind.code,), day).get(_REPORT_CLOCK)
    return {"days": rule.length, "working": rule.unit == ClockRule.Unit.WORKING} if rule else None
