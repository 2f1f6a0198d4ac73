"""What has changed at the source since the last import, against what stands here. Pure but for the names of fields.

A figure is taken over when the *source* changed it. While the source repeats itself, what staff corrected here stays;
what the source leaves out or nobody can read takes nothing away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from organisations.formats import write_baht, write_date
from procurement.actions.revisions import written
from procurement.importers.cgd import ContractLine, Line
from procurement.models import Contract, ImportedPurchase, Purchase

# Figures that go with another one, which is told in their place.
_GOES_WITH = {"method_id": "method_name", "longitude": "latitude"}


@dataclass
class Group:
    """The rows of one purchase, put together. figures and contracts: what the source says now; by_contract: the place
    in `lines` of each contract. repeated: lines that say what an earlier one said. state: see `state_at_source`."""

    number: str
    lines: list[Line]
    figures: dict[str, Any] = field(default_factory=dict)
    contracts: dict[str, ContractLine] = field(default_factory=dict)
    by_contract: dict[str, int] = field(default_factory=dict)
    repeated: list[Line] = field(default_factory=list)
    state: str = ""

    @property
    def first(self) -> Line:
        """The line to which what concerns the purchase itself is put down."""
        return self.lines[0]


@dataclass(frozen=True)
class Changes:
    """What an import does to figures. values: field to the new value. said: a piece of a sentence for each that is
    told; kept: for each that stays although the source has another one."""

    values: dict[str, Any]
    said: list[str]
    kept: list[str]


def put_together(number: str, lines: Iterable[Line]) -> tuple[Group, list[tuple[Line, str]]]:
    """The lines of one purchase as a group; and those that contradict an earlier one, each with the reason.

    Where two lines give different figures of the purchase, the first is taken and the other gets a remark.
    """
    group, refused = Group(number, []), list[tuple[Line, str]]()
    given_by: dict[str, int] = {}
    for line in lines:
        if line.contract and line.contract.number in group.contracts:
            earlier = group.lines[group.by_contract[line.contract.number]]
            if earlier.contract == line.contract:
                group.repeated.append(line)
            else:
                reason = _("contract %(number)s stands in line %(line)d already, with other figures")
                refused.append((line, reason % {"number": line.contract.number, "line": earlier.line}))
            continue
        if line.contract is None and group.lines:
            group.repeated.append(line)
        else:
            group.lines.append(line)
        if line.contract:
            group.contracts[line.contract.number] = line.contract
            group.by_contract[line.contract.number] = len(group.lines) - 1
        for name, value in line.figures.items():
            if group.figures.setdefault(name, value) != value:
                remark = _("%(field)s differs from line %(line)d, which was taken")
                line.remarks.append(remark % {"field": label_of(Purchase, name), "line": given_by[name]})
            given_by.setdefault(name, line.line)
    return group, refused


def known_contracts(group: Group, imported: ImportedPurchase | None) -> list[str]:
    """The statuses of all contracts of which the source has told, now or before: an export may hold some of them."""
    last = imported.contracts if imported else {}
    statuses = {number: str(figures.get("status", "")) for number, figures in last.items()}
    now = {number: contract.status for number, contract in group.contracts.items()}
    return list((statuses | {number: status or statuses.get(number, "") for number, status in now.items()}).values())


def contract_figures(contract: ContractLine) -> dict[str, Any]:
    """What the source says about a contract, as it is kept: only what it says."""
    figures = {
        "tax": contract.tax.number,
        "supplier": contract.supplier,
        "signed_on": written(contract.signed_on),
        "finish_on": written(contract.finish_on),
        "value": written(contract.value),
        "status": contract.status,
    }
    return {name: value for name, value in figures.items() if value not in (None, "")}


def changed_at_source(last: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `now` that the source did not say, or said differently, the last time."""
    return {name: value for name, value in now.items() if last.get(name) != written(value)}


def to_apply(thing: Purchase | Contract, now: Mapping[str, Any], last: Mapping[str, Any] | None) -> Changes:
    """What of `now` is written to `thing`, and how that is told.

    last: what the source said before; None when it is met for the first time here: then it fills what is empty and
    contradicts nothing that staff entered.
    """
    fresh = changed_at_source(last or {}, now)
    changes = Changes({}, [], [])
    for name, value in fresh.items():
        here = getattr(thing, name)
        if written(here) == written(value):
            continue
        empty = here is None or here == ""
        kept = last is None and not empty
        if not kept:
            changes.values[name] = value
        if _GOES_WITH.get(name) in fresh:
            continue
        words = {"field": label_of(type(thing), name), "before": told(here), "after": told(value)}
        if kept:
            changes.kept.append(_("%(field)s stays %(before)s, the source has %(after)s") % words)
        elif empty:
            changes.said.append(_("%(field)s %(after)s") % words)
        elif last and written(here) != last.get(name):
            changes.said.append(_("%(field)s %(before)s → %(after)s, over a correction made here") % words)
        else:
            changes.said.append(_("%(field)s %(before)s → %(after)s") % words)
    return changes


def is_unchanged(group: Group, imported: ImportedPurchase | None) -> bool:
    """Whether the source says nothing about this purchase that it did not say the last time."""
    return (
        imported is not None
        and imported.state == group.state
        and not changed_at_source(imported.figures, group.figures)
        and all(
            number in imported.contracts
            and not changed_at_source(imported.contracts[number], contract_figures(contract))
            for number, contract in group.contracts.items()
        )
    )


def first_day(days: Iterable[date | None]) -> date | None:
    """The earliest of the days that are known."""
    return min((day for day in days if day), default=None)


def known_day(group: Group) -> date | None:
    """The first day of which the source tells anything."""
    signed = (contract.signed_on for contract in group.contracts.values())
    return first_day([group.figures.get("announced_on"), *signed, group.figures.get("transaction_on")])


def told(value: Any) -> str:
    """A figure in a sentence."""
    if value is None or value == "":
        return "∅"
    if isinstance(value, Decimal):
        return write_baht(value)
    return write_date(value) if isinstance(value, date) else str(value)


def label_of(model: type[Model], name: str) -> str:
    """The name of a field in the language of the report."""
    if name in ("latitude", "longitude"):
        return _("place")
    return str(getattr(model._meta.get_field(name.removesuffix("_id")), "verbose_name", name))
