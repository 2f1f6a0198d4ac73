"""Figures and their versions: a changed figure is a new version, and what stood before stays readable."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max

from organisations.models import User
from procurement.models import Activity, Contract, Purchase, Revision

Thing = Activity | Purchase | Contract
FIGURES: dict[type, tuple[str, ...]] = {
    Activity: ("code", "name", "budget", "cancelled_on", "cancel_reason"),
    Purchase: (
        "project_number", "name", "type_name", "method_id", "method_name", "agency_name", "budget", "reference_price",
        "total_value", "announced_on", "awarded_on", "cancelled_on", "transaction_on", "status_at_source", "province",
        "district", "subdistrict", "latitude", "longitude",
    ),
    Contract: ("supplier_id", "number", "signed_on", "finish_on", "value", "status"),
}  # fmt: skip


def written(value: Any) -> Any:
    """A figure as JSON: money as text with its satang, days as ISO dates."""
    if isinstance(value, Decimal):
        return str(value.quantize(Decimal("0.01")) if value == value.quantize(Decimal("0.01")) else value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def differing(thing: Thing, figures: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `figures` (field to value) that `thing` does not have yet."""
    return {name: value for name, value in figures.items() if written(getattr(thing, name)) != written(value)}


def revise(
    thing: Thing, changes: Mapping[str, Any], *, at: datetime, by: User | None, source: str, reason: str = ""
) -> Revision:
    """Set `changes` on `thing`, save it and append the version. Without changes it appends the first version.

    The row (or the case above it) is locked by whoever calls.
    """
    for name, value in changes.items():
        setattr(thing, name, value)
    if changes:
        thing.save(update_fields=list(changes))
    return append_revision(thing, at=at, by=by, source=source, reason=reason)


def append_revision(
    thing: Thing, *, at: datetime, by: User | None, source: str, reason: str = "", is_new: bool = False
) -> Revision:
    """Append the figures of `thing` as they stand now. is_new: it has just been made and has no version yet."""
    row = new_revision(thing, at=at, by=by, source=source, reason=reason)
    if not is_new:
        row.number = (thing.revisions.aggregate(last=Max("number"))["last"] or 0) + 1
    row.save(force_insert=True)
    return row


def new_revision(thing: Thing, *, at: datetime, by: User | None, source: str, reason: str = "") -> Revision:
    """The first version of `thing`, not saved yet."""
    figures = {name: written(getattr(thing, name)) for name in FIGURES[type(thing)]}
    row = Revision(number=1, figures=figures, reason=reason, source=source, by=by, at=at)
    setattr(row, type(thing).__name__.lower(), thing)
    return row


def changed_names(names: Iterable[str]) -> list[str]:
    """Names of figures as the ledger records them, in a fixed order."""
    return sorted(names)
