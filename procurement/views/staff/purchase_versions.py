"""The versions of figures: what changed with each, when, and by whom or which import."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from organisations.formats import digits, write_ago, write_baht, write_date
from organisations.models import User
from procurement.actions.revisions import FIGURES
from procurement.models import Activity, Contract, ProcurementMethod, Purchase, Revision, Supplier
from procurement.models.plan import EMPTIED

NOTHING = "–"
Figures = Mapping[str, Any]
Names = Mapping[str, Mapping[Any, str]]


@dataclass(frozen=True)
class Change:
    """A figure that differs from the version before; written for people."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Version:
    """The figures from a moment on. about: of which contract, "" for the thing itself; first: nothing came before."""

    key: int
    about: str
    number: int
    at: datetime
    by: User | None
    imported: bool
    reason: str
    first: bool
    changes: list[Change]

    def sentence(self, reader: User) -> str:
        """Who changed what, how long ago."""
        who = _("You") if self.by == reader else str(self.by or _("import"))
        what = "; ".join(f"{change.label}: {change.before} → {change.after}" for change in self.changes)
        return _("%(who)s, %(ago)s: %(what)s") % {"who": who, "ago": write_ago(self.at), "what": what or NOTHING}


def activity_versions(activity: Activity) -> list[Version]:
    """The versions of an activity, the newest first."""
    rows = list(activity.revisions.select_related("by").order_by("id"))
    return _versions(rows, Activity, "", _names(rows))[::-1]


def purchase_versions(purchase: Purchase) -> list[Version]:
    """The versions of a purchase and of its contracts, the newest first."""
    mine = Revision.objects.filter(Q(purchase=purchase.pk) | Q(contract__purchase=purchase.pk)).order_by("id")
    rows = list(mine.select_related("by", "contract"))
    names = _names(rows)
    by_thing: dict[Contract | None, list[Revision]] = {}
    for row in rows:
        by_thing.setdefault(row.contract, []).append(row)
    found: list[Version] = []
    for contract, revisions in by_thing.items():
        if contract is None:
            found += _versions(revisions, Purchase, "", names)
        else:
            about = _("Contract %(number)s") % {"number": digits(contract.number)}
            found += _versions(revisions, Contract, about, names)
    return sorted(found, key=lambda version: version.at, reverse=True)


def _versions(rows: Iterable[Revision], model: type[models.Model], about: str, names: Names) -> list[Version]:
    """The versions of one thing, the oldest first."""
    found: list[Version] = []
    before: Figures = {}
    for row in rows:
        found.append(
            Version(
                key=row.pk,
                about=about,
                number=row.number,
                at=row.at,
                by=row.by,
                imported=row.source == Activity.Source.IMPORT,
                reason="" if row.reason.startswith(EMPTIED) else row.reason,
                first=not before,
                changes=_changes(model, before, row.figures, names),
            )
        )
        before = row.figures
    return found


def _changes(model: type[models.Model], before: Figures, after: Figures, names: Names) -> list[Change]:
    found = []
    for name in FIGURES[model]:
        old, new = before.get(name), after.get(name)
        if old != new and not (_blank(old) and _blank(new)):
            column = model._meta.get_field(name.removesuffix("_id"))
            label = str(getattr(column, "verbose_name", name))
            found.append(Change(label, _written(column, old, names), _written(column, new, names)))
    return found


def _blank(value: Any) -> bool:
    return value is None or value == ""


def _written(column: Any, value: Any, names: Names) -> str:
    """A figure as people write it; what a later release may have stored otherwise shows as it is."""
    if _blank(value):
        return NOTHING
    if column.name in names:
        return names[column.name].get(value, str(value))
    try:
        if isinstance(column, models.DateField):
            return write_date(date.fromisoformat(value))
        if isinstance(column, models.DecimalField) and column.decimal_places == 2:
            return write_baht(Decimal(value))
    except (ValueError, ArithmeticError):
        return str(value)
    if str(value).startswith(EMPTIED):
        key = str(value).removeprefix(EMPTIED)
        return _("moved to: %(name)s") % {"name": names["activity"].get(key, key)}
    return digits(value)


def _names(revisions: list[Revision]) -> dict[str, dict[Any, str]]:
    """The names of what figures refer to: methods, suppliers, activities that took a purchase in."""
    methods = {row.figures.get("method_id") for row in revisions} - {None, ""}
    suppliers = {row.figures.get("supplier_id") for row in revisions} - {None}
    taken = {
        reason.removeprefix(EMPTIED)
        for row in revisions
        if (reason := str(row.figures.get("cancel_reason") or "")).startswith(EMPTIED)
    }
    keys = [int(key) for key in taken if key.isdecimal()]
    return {
        "method": {row.pk: row.name for row in ProcurementMethod.objects.filter(pk__in=methods)} if methods else {},
        "supplier": {row.pk: row.name for row in Supplier.objects.filter(pk__in=suppliers)} if suppliers else {},
        "activity": {str(row.pk): row.name for row in Activity.objects.filter(pk__in=keys)} if keys else {},
    }
