"""What an import writes for one purchase: made new, or brought to what the source says now."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.calendar import fiscal_year, start_of
from procurement.actions.plan import add_activity, change_activity
from procurement.actions.revisions import written
from procurement.actions.suppliers import supplier_of
from procurement.importers.cgd import ContractLine
from procurement.importers.comparing import (
    Changes,
    Group,
    changed_at_source,
    contract_figures,
    first_day,
    known_day,
    to_apply,
)
from procurement.importers.mapping import Mapping
from procurement.importers.running import Outcome, Taken, reason_of, refuse
from procurement.models import Activity, Contract, ImportedPurchase, Purchase, Supplier
from procurement.states.purchase import (
    ANNOUNCED,
    AWARDED,
    CANCELLED,
    COMPLETED,
    CONTRACTED,
    GRAPH,
    PLANNED,
    UNDER_CONTRACT,
)
from workflows.actors import IMPORT
from workflows.importing.reading import BadRowError
from workflows.models import Case
from workflows.refusals import Refused
from workflows.transitions import open_case, perform

ACTIVITY_NAME_CHARS = 500


class Suppliers:
    """The suppliers of a batch: those on record are read at once, the others are made when they are needed."""

    def __init__(self, batch: Iterable[Group]) -> None:
        contracts = [contract for group in batch for contract in group.contracts.values()]
        tins = {contract.tax.number for contract in contracts if contract.tax.number and not contract.tax.masked}
        known = Supplier.objects.filter(tin__in=tins, masked=False)
        self._known = {(supplier.tin, ""): supplier for supplier in known}

    def of(self, contract: ContractLine) -> Supplier | None:
        """Who contracts; None when the row says neither a name nor a number that is known."""
        tin, name = contract.tax.number, contract.supplier
        key = (tin, "" if tin and not contract.tax.masked else name)
        if key not in self._known:
            if not name:
                return None
            self._known[key] = supplier_of(name=name, tin=tin)
        return self._known[key]

    def forget(self) -> None:
        """After a rollback, which may have taken back suppliers that were made."""
        self._known.clear()


def create(group: Group, mapping: Mapping, suppliers: Suppliers, *, year: int | None) -> ImportedPurchase:
    """A purchase that is not here yet, with an activity of its own until staff group them. Out: what the source said,
    not saved yet. year: see `Import`.

    Raises BadRowError where nobody knows the unit or the year, and Refused.
    """
    unit = mapping.unit_for(group.first.agencies)
    if unit is None:
        raise refuse(
            _(
                "no unit here is called %(names)s. Enter the name under “Names of agencies”, "
                "or say with --unit CODE which unit receives it"
            )
            % {"names": " / ".join(group.first.agencies) or "∅"}
        )
    own_year = next((line.fiscal_year for line in group.lines if line.fiscal_year), None)
    known = known_day(group)
    own_year = own_year or year or (fiscal_year(known) if known else None)
    if own_year is None:
        raise refuse(_("budget_year is empty and there is no date: say with --year which fiscal year it is"))
    figures = dict(group.figures)
    name, method = figures.pop("name"), figures.pop("method_id", None)
    activity = add_activity(
        unit=unit,
        fiscal_year=own_year,
        name=name if len(name) <= ACTIVITY_NAME_CHARS else f"{name[: ACTIVITY_NAME_CHARS - 1]}…",
        budget=figures.get("budget"),
        by=None,
        source=Activity.Source.IMPORT,
    )
    contracts = list(group.contracts.values())
    signed = first_day(contract.signed_on for contract in contracts)
    finish = max((contract.finish_on for contract in contracts if contract.finish_on), default=None)
    at = _reached(group, signed)
    case = open_case(
        GRAPH.kind,
        f"import_{group.state}",
        IMPORT,
        unit=unit,
        at=_moment(at),
        opened_at=min(_moment(known), _moment(at)) if known else None,
        silent=own_year < fiscal_year(timezone.localdate()),
        activity=activity,
        name=name,
        method=mapping.methods.get(method),
        project_number=group.number,
        awarded_on=signed,
        cancelled_on=(at or timezone.localdate()) if group.state == CANCELLED else None,
        dates={"deliver": finish} if finish else {},
        done={"announce": figures.get("announced_on"), "contract": signed},
        contracts=[
            {
                "number": contract.number,
                "supplier": suppliers.of(contract),
                "signed_on": contract.signed_on,
                "finish_on": contract.finish_on,
                "value": contract.value,
                "status": contract.status,
            }
            for contract in contracts
        ],
        **figures,
    )
    return ImportedPurchase(
        purchase_id=case.pk,
        figures={name: written(value) for name, value in group.figures.items()},
        contracts={contract.number: contract_figures(contract) for contract in contracts},
        state=group.state,
        imported_at=timezone.now(),
    )


def follow(
    group: Group, purchase: Purchase, imported: ImportedPurchase | None, mapping: Mapping, suppliers: Suppliers
) -> list[Taken]:
    """Bring a purchase that is here to what the source says now. Out: what became of the lines of the group, in order.

    imported: what the source said the last time; None for a purchase that staff entered.
    Raises Refused when the figures cannot be taken; a contract that is refused rejects its own line only.
    """
    return _Following(group, purchase, imported, mapping, suppliers).result()


@dataclass
class _OfLine:
    """What is found out about one line on the way."""

    outcome: Outcome = Outcome.UNCHANGED
    said: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def changed(self, *said: str) -> None:
        if self.outcome == Outcome.UNCHANGED:
            self.outcome = Outcome.CHANGED
        self.said += said


class _Following:
    """One purchase on its way; the steps in the order in which its law allows them."""

    def __init__(
        self,
        group: Group,
        purchase: Purchase,
        imported: ImportedPurchase | None,
        mapping: Mapping,
        suppliers: Suppliers,
    ) -> None:
        self._group = group
        self._purchase = purchase
        self._imported = imported
        self._mapping = mapping
        self._suppliers = suppliers
        self._case: Case = purchase.case
        self._contracts = {row.number: row for row in purchase.contracts.select_related("supplier")}
        self._lines = [_OfLine() for _line in group.lines]
        # What concerns the purchase itself is put down to its first line.
        self._own = self._lines[0]
        self._stuck = False
        # What the source has said, for the next time: also what nothing followed from.
        self._said_figures: dict[str, Any] = dict(imported.figures) if imported else {}
        self._said_contracts: dict[str, dict[str, Any]] = dict(imported.contracts) if imported else {}

    def result(self) -> list[Taken]:
        """See `follow`."""
        new = [contract for number, contract in self._group.contracts.items() if number not in self._contracts]
        self._announce(bool(new))
        for contract in new:
            self._add(contract)
        self._revise()
        self._end()
        self._keep()
        return [Taken(row.outcome, "; ".join(row.said), tuple(row.kept)) for row in self._lines]

    def _of(self, contract: ContractLine) -> _OfLine:
        return self._lines[self._group.by_contract[contract.number]]

    def _announce(self, has_new_contracts: bool) -> None:
        group = self._group
        if self._case.state != PLANNED or not (has_new_contracts or group.state in (ANNOUNCED, CONTRACTED)):
            return
        day = group.figures.get("announced_on") or known_day(group)
        if day is None:
            return
        unknown = self._purchase.method_id is None
        method = self._mapping.methods.get(group.figures.get("method_id", "")) if unknown else None
        try:
            with transaction.atomic():
                self._perform("announce", on=day, method=method)
        except Refused as refusal:
            self._stuck = True
            self._own.kept.append(reason_of(refusal))
            return
        self._own.changed(_now(ANNOUNCED))
        self._purchase.refresh_from_db()

    def _add(self, contract: ContractLine) -> None:
        line = self._of(contract)
        try:
            if self._case.state not in (ANNOUNCED, AWARDED, *UNDER_CONTRACT):
                reason = _("a new contract cannot be recorded: the purchase stands at “%(state)s” here")
                raise refuse(reason % {"state": GRAPH.state(self._case.state).label})
            if contract.signed_on is None:
                raise refuse(_("contract_date is empty, and a new contract of a purchase that is here needs its day"))
            with transaction.atomic():
                self._perform(
                    "add_contract" if self._case.state in UNDER_CONTRACT else "sign_contract",
                    number=contract.number,
                    supplier=self._suppliers.of(contract),
                    value=contract.value,
                    on=contract.signed_on,
                    finish_on=contract.finish_on,
                    status=contract.status,
                )
        except (Refused, BadRowError) as fault:
            self._suppliers.forget()
            line.outcome, line.said = Outcome.REJECTED, [reason_of(fault)]
            return
        line.outcome = Outcome.CREATED
        self._said_contracts[contract.number] = contract_figures(contract)
        self._purchase.refresh_from_db()

    def _revise(self) -> None:
        group = self._group
        own = to_apply(self._purchase, group.figures, self._imported.figures if self._imported else None)
        # Only what staff have not taken into their own plan follows the source.
        follows = "budget" in own.values and self._activity_is_as_imported()
        by_contract: dict[int, dict[str, Any]] = {}
        for number, contract in group.contracts.items():
            if row := self._contracts.get(number):
                changes = self._changes_of(row, contract)
                if changes.values:
                    by_contract[row.pk] = changes.values
                    self._of(contract).changed(*_named(number, changes.said))
                self._of(contract).kept += _named(number, changes.kept)
                self._said_contracts[number] = self._said_contracts.get(number, {}) | contract_figures(contract)
        if own.values or by_contract:
            self._perform("revise", figures=own.values, contracts=by_contract)
        if own.values:
            self._own.changed(*own.said)
        self._own.kept += own.kept
        if follows:
            budget = own.values["budget"]
            change_activity(self._purchase.activity, by=None, source=Activity.Source.IMPORT, budget=budget)
        self._said_figures |= {name: written(value) for name, value in group.figures.items()}

    def _changes_of(self, row: Contract, contract: ContractLine) -> Changes:
        """What the source newly says of a contract, in the fields of `Contract`."""
        last = self._said_contracts.get(row.number)
        fresh = changed_at_source(last or {}, contract_figures(contract))
        now: dict[str, Any] = {name: getattr(contract, name) for name in fresh if name not in ("tax", "supplier")}
        # A number that the source hides by now does not take away the one it gave.
        if fresh.keys() & {"tax", "supplier"} and (contract.tax.number or not (last or {}).get("tax")):
            supplier = self._suppliers.of(contract)
            if supplier is not None:
                now["supplier"] = supplier
        return to_apply(row, now, None if last is None else last | {"supplier": _supplier_as_said(row, last)})

    def _end(self) -> None:
        """Only what the source has newly said moves the purchase; staff may have taken it further."""
        wanted = self._group.state
        if self._imported is not None and wanted == self._imported.state:
            return
        if not self._case.is_open:
            if wanted != self._case.state:
                sentence = _("“%(wanted)s” at the source, but it has ended here as “%(own)s” and stays so")
                labels = {"wanted": GRAPH.state(wanted).label, "own": GRAPH.state(self._case.state).label}
                self._own.kept.append(sentence % labels)
        elif wanted == COMPLETED:
            self._perform("import_completion")
            self._own.changed(_now(wanted))
        elif wanted == CANCELLED:
            self._perform("import_cancellation", on=self._group.figures.get("transaction_on"))
            self._own.changed(_now(wanted))

    def _keep(self) -> None:
        said: dict[str, Any] = {"figures": self._said_figures, "contracts": self._said_contracts}
        # A step that was refused is tried again the next time.
        said["state"] = self._group.state if not self._stuck else self._imported.state if self._imported else ""
        ImportedPurchase.objects.update_or_create(
            purchase=self._purchase, defaults={**said, "imported_at": timezone.now()}
        )

    def _activity_is_as_imported(self) -> bool:
        activity = self._purchase.activity
        return (
            self._imported is not None
            and activity.source == Activity.Source.IMPORT
            and written(activity.budget) == self._imported.figures.get("budget")
            and activity.purchases.count() == 1
        )

    def _perform(self, edge: str, **facts: Any) -> None:
        self._case = perform(self._case, edge, IMPORT, **facts)


def _supplier_as_said(row: Contract, last: dict[str, Any]) -> Supplier | None:
    """The supplier of a contract, when he is the one of whom the source told before; else staff chose another one."""
    supplier = row.supplier
    if supplier is None:
        return None
    said = supplier.tin == last.get("tax", "") and (bool(supplier.tin) or supplier.name == last.get("supplier"))
    return supplier if said else None


def _named(number: str, sentences: Iterable[str]) -> list[str]:
    return [_("contract %(number)s: %(what)s") % {"number": number, "what": sentence} for sentence in sentences]


def _now(state: str) -> str:
    return _("now “%(state)s”") % {"state": GRAPH.state(state).label}


def _reached(group: Group, signed: date | None) -> date | None:
    """The day on which the purchase came into its state; None when nothing tells it."""
    figures = group.figures
    if group.state in (COMPLETED, CANCELLED):
        return figures.get("transaction_on") or signed or figures.get("announced_on")
    if group.state == CONTRACTED:
        return signed or figures.get("transaction_on") or figures.get("announced_on")
    return figures.get("announced_on") or figures.get("transaction_on")


def _moment(day: date | None) -> datetime:
    """The beginning of a day in Bangkok; now for no day."""
    return timezone.now() if day is None else start_of(day)
