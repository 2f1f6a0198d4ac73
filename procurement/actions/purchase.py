"""What each edge of a purchase writes. Every function takes the `Step` (the case is locked, rights and guards are
checked) and the facts of its edge as keywords, and returns what the ledger records: references and figures."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from procurement.actions import seating
from procurement.actions.checking import check_purchase
from procurement.actions.common import attach, enter_into, note, write_note
from procurement.actions.revisions import append_revision, changed_names, differing, revise, written
from procurement.coverage.standing import touch
from procurement.models import (
    Activity,
    Bid,
    Contract,
    Milestone,
    Payment,
    ProcurementMethod,
    Purchase,
    PurchaseCase,
    Supplier,
)
from procurement.models.plan import EMPTIED
from workflows.actions import Action, Recorded
from workflows.attachments import keep
from workflows.files import Checked
from workflows.models import Clock, LedgerEntry
from workflows.transitions import Step

ACTIONS: dict[str, Action] = {"note": note, "attach": attach}
_edge = enter_into(ACTIONS)
SUBJECT_LENGTH = 200
PLAN_DATES = "plan_dates"


# --- It enters the plan -----------------------------------------------------------------------------------------------
@_edge("plan", "import_planned", "import_announced", "import_contracted", "import_completed", "import_cancelled")
def plan(
    step: Step,
    *,
    activity: Activity,
    name: str,
    method: ProcurementMethod | None = None,
    dates: Mapping[str, date | None] | None = None,
    done: Mapping[str, date | None] | None = None,
    contracts: Iterable[Mapping[str, Any]] = (),
    **details: Any,
) -> Recorded:
    """A purchase enters the plan. details: the other fields of `Purchase`. dates: milestone to the day planned for it;
    done: milestone to the day it was reached; contracts: the fields of each `Contract`, for an import."""
    case = step.case
    case.subject, case.category, case.screened = name.strip()[:SUBJECT_LENGTH], method.code if method else "", True
    purchase = Purchase(case=case, activity=activity, name=name.strip(), method=method, source=_source(step), **details)
    purchase.save(force_insert=True)
    append_revision(purchase, at=step.at, by=step.actor.user, source=purchase.source, is_new=True)
    made = [_write_contract(step, purchase, **contract) for contract in contracts]
    _write_dates(purchase, planned=dates or {}, done=done or {}, is_new=True)
    keep_milestones(step, purchase)
    _touch(purchase)
    step.number_wanted = True
    facts = {"activity": activity.pk, "project_number": purchase.project_number, "budget": written(purchase.budget)}
    return {**facts, "contracts": [contract.number for contract in made]}


# --- From the announcement to the contract ----------------------------------------------------------------------------
@_edge("announce")
def announce(step: Step, *, on: date, method: ProcurementMethod | None = None) -> Recorded:
    """Announced, or the suppliers invited, on that day."""
    purchase = _purchase(step)
    changes: dict[str, Any] = {"announced_on": on}
    if method:
        changes["method_id"] = step.case.category = method.code
    _revise(step, purchase, changes)
    return {"on": on.isoformat(), **_reached(step, purchase, "announce", on)}


@_edge("record_bids")
def record_bids(step: Step, *, bids: Iterable[Mapping[str, Any]]) -> Recorded:
    """The bidders as known now: supplier, amount, submitted_on, result, note of each; public_reason: whether who wrote
    the note knew that it becomes public (else it does not). The list gets a new version, at which every declaration of
    interest is due anew (domain.md: conflicts are checked twice)."""
    purchase = _purchase(step)
    for bid in bids:
        facts = {name: value for name, value in bid.items() if name != "supplier"}
        if "note" in facts:
            facts.setdefault("public_reason", False)
        Bid.objects.update_or_create(purchase=purchase, supplier=bid["supplier"], defaults=facts)
    purchase.bidders_version += 1
    purchase.save(update_fields=["bidders_version"])
    step.then(lambda: check_purchase(purchase.pk, at=step.at))
    return {"version": purchase.bidders_version, "bidders": list(purchase.bids.values_list("supplier", flat=True))}


@_edge("award")
def award(step: Step, *, on: date, winner: Supplier) -> Recorded:
    """The winner is announced."""
    purchase = _purchase(step)
    if purchase.bids.exists():
        purchase.bids.filter(supplier=winner).update(result=Bid.Result.WON)
        purchase.bids.filter(result=Bid.Result.PENDING).update(result=Bid.Result.LOST)
    else:
        Bid.objects.create(purchase=purchase, supplier=winner, result=Bid.Result.WON)
        purchase.bidders_version += 1
        purchase.save(update_fields=["bidders_version"])
    _revise(step, purchase, {"awarded_on": on})
    step.then(lambda: check_purchase(purchase.pk, at=step.at))
    return {"on": on.isoformat(), "winner": winner.pk}


@_edge("sign_contract", "add_contract")
def add_contract(
    step: Step,
    *,
    number: str,
    supplier: Supplier | None,
    value: Decimal | None,
    on: date,
    finish_on: date | None = None,
    status: str = "",
) -> Recorded:
    """A contract. value: baht. finish_on becomes the planned day of delivery where none was set."""
    purchase = _purchase(step)
    contract = _write_contract(
        step, purchase, number=number, supplier=supplier, value=value, signed_on=on, finish_on=finish_on, status=status
    )
    if finish_on:
        _plan_if_open(purchase, "deliver", finish_on)
    changes: dict[str, Any] = {}
    if purchase.awarded_on is None:
        changes["awarded_on"] = on
    values = list(purchase.contracts.values_list("value", flat=True))
    known = [worth for worth in values if worth is not None]
    if len(known) == len(values):
        changes["total_value"] = sum(known, Decimal(0))
    _revise(step, purchase, changes)
    if supplier is not None:
        # Who comes in by a contract alone, as in an import, is a bidder like the others.
        step.then(lambda: check_purchase(purchase.pk, at=step.at))
    facts = {"contract": contract.pk, "number": contract.number, "value": written(value), "on": on.isoformat()}
    return {**facts, **_reached(step, purchase, "contract", on)}


# --- From the delivery to the last payment ----------------------------------------------------------------------------
@_edge("deliver")
def deliver(step: Step, *, on: date) -> Recorded:
    """The goods or the work are handed over."""
    return {"on": on.isoformat(), **_reached(step, _purchase(step), "deliver", on)}


@_edge("reject_delivery")
def reject_delivery(step: Step, *, reasons: str) -> Recorded:
    """Not as contracted: the delivery is open again."""
    purchase = _purchase(step)
    purchase.milestones.filter(code="deliver").update(done_on=None)
    keep_milestones(step, purchase)
    return {"note": write_note(step, reasons)}


@_edge("accept_delivery")
def accept_delivery(step: Step, *, on: date, evidence: str = "", files: Iterable[Checked] = ()) -> Recorded:
    """Inspected and accepted."""
    facts = _reached(step, _purchase(step), "inspect", on)
    return {"on": on.isoformat(), "note": write_note(step, evidence), "files": len(keep(step, files)), **facts}


@_edge("pay")
def pay(step: Step, *, amount: Decimal, on: date, contract: Contract | None = None, note: str = "") -> Recorded:
    """A payment in baht; less than nothing takes a mistake back. Disbursement is followed monthly (S4:908, 1754)."""
    row = Payment.objects.create(
        purchase=_purchase(step),
        contract=contract,
        amount=amount,
        paid_on=on,
        note=note.strip(),
        by=step.actor.user,
        at=step.at,
    )
    return {"payment": row.pk, "amount": written(amount), "on": on.isoformat()}


@_edge("complete")
def complete(step: Step) -> Recorded:
    """Everything is paid."""
    purchase = _purchase(step)
    last = purchase.payments.last()
    return _reached(step, purchase, "pay", last.paid_on if last else step.today)


@_edge("import_completion")
def complete_at_the_source(step: Step) -> Recorded:  # noqa: ARG001 - the shape of an action
    """The source says that it is over."""
    return None


# --- It ends early ----------------------------------------------------------------------------------------------------
@_edge("cancel", "import_cancellation")
def cancel(step: Step, *, reasons: str = "", on: date | None = None) -> Recorded:
    """Given up. on: the day at the source, for an import."""
    purchase = _purchase(step)
    _revise(step, purchase, {"cancelled_on": on or step.today})
    _touch(purchase)
    step.then(lambda: seating.purchase_over(step))
    return {"note": write_note(step, reasons)}


# --- Acts -------------------------------------------------------------------------------------------------------------
@_edge("set_dates")
def set_dates(step: Step, *, dates: Mapping[str, date | None], reasons: str = "") -> Recorded:
    """The days planned for the milestones that are not reached yet."""
    purchase = _purchase(step)
    _write_dates(purchase, planned=dates, done={})
    keep_milestones(step, purchase)
    return {"dates": {code: written(day) for code, day in dates.items()}, "note": write_note(step, reasons)}


@_edge("revise")
def revise_figures(
    step: Step,
    *,
    figures: Mapping[str, Any],
    contracts: Mapping[int, Mapping[str, Any]] | None = None,
    reasons: str = "",
    seen: int | None = None,  # noqa: ARG001 - for the guard `figures_as_seen`
) -> Recorded:
    """Figures that differ from those on record: a new version. figures: field to value; contracts: key of a contract
    to its figures that differ."""
    purchase = _purchase(step)
    own = differing(purchase, {name: value for name, value in figures.items() if name != "contracts"})
    _revise(step, purchase, own, reason=reasons)
    if "name" in own:
        step.case.subject = purchase.name[:SUBJECT_LENGTH]
    for pk, wanted in (contracts or {}).items():
        contract = purchase.contracts.get(pk=pk)
        if not (changes := differing(contract, wanted)):
            continue
        revise(contract, changes, at=step.at, by=step.actor.user, source=_source(step), reason=reasons)
        if changes.get("supplier"):
            step.then(lambda: check_purchase(purchase.pk, at=step.at))
        if changes.get("finish_on"):
            purchase.milestones.filter(code="deliver", done_on=None).update(planned_on=changes["finish_on"])
    if contracts:
        keep_milestones(step, purchase)
    _touch(purchase)
    changed = {name: written(value) for name, value in own.items()}
    return {
        "figures": changed,
        "contracts": changed_names(map(str, contracts or ())),
        "note": write_note(step, reasons),
    }


@_edge("group")
def group(step: Step, *, activity: Activity) -> Recorded:
    """The purchase counts with another activity of the plan. An imported activity that is left empty goes with it, and
    comes back when a purchase is grouped back."""
    purchase = _purchase(step)
    # Locked by the guard `same_plan`; what the form showed may be older.
    before, activity = purchase.activity, Activity.objects.get(pk=activity.pk)
    purchase.activity = activity
    purchase.save(update_fields=["activity"])
    _touch(purchase)
    if activity.was_emptied:
        _change_activity(step, activity, {"cancelled_on": None, "cancel_reason": ""})
    if before.source == Activity.Source.IMPORT and not before.cancelled_on and not before.purchases.exists():
        reason = f"{EMPTIED}{activity.pk}"
        _change_activity(step, before, {"cancelled_on": step.today, "cancel_reason": reason}, reason)
    return {"from": before.pk, "to": activity.pk}


# --- What several edges do --------------------------------------------------------------------------------------------
def keep_milestones(step: Step, purchase: Purchase) -> None:
    """Bring the clocks in step with the milestones: one for each that is planned and not reached.

    A purchase that goes on and has none of them runs the clock `plan_dates` instead: nothing lies without a deadline.
    A day that has passed already stays the due day, so that an import shows what is late.
    """
    target = step.edge.target if step.edge.moves else step.case.state
    if not step.case.graph.state(target).is_open:
        return  # every duty ends with the round
    waiting = {
        row.code: row.planned_on for row in purchase.milestones.filter(done_on=None) if row.planned_on is not None
    }
    for clock in step.clocks.clocks:
        if clock.code in Milestone.Code.values and waiting.get(clock.code) != _planned_day(clock):
            step.clocks.stop(clock.code, step.today)
    for code, planned in waiting.items():
        step.clocks.start(code, min(step.today, planned), due_on=planned)
    if waiting:
        step.clocks.stop(PLAN_DATES, step.today)
    else:
        step.clocks.start(PLAN_DATES, step.today)


def _planned_day(clock: Clock) -> date:
    """The day that was given for it, before holidays move its due day."""
    return clock.started_on + timedelta(days=clock.length)


def _purchase(step: Step) -> Purchase:
    """Read again, and so the case that `perform` returns shows what this step made of it."""
    purchase = Purchase.objects.select_related("activity").get(pk=step.case.pk)
    cast("PurchaseCase", step.case).purchase = purchase
    return purchase


def _source(step: Step) -> str:
    by_import = step.actor.kind == LedgerEntry.ActorKind.IMPORT
    return Activity.Source.IMPORT if by_import else Activity.Source.HAND


def _revise(step: Step, purchase: Purchase, changes: Mapping[str, Any], reason: str = "") -> None:
    if changes:
        revise(purchase, changes, at=step.at, by=step.actor.user, source=_source(step), reason=reason)


def _change_activity(step: Step, activity: Activity, figures: Mapping[str, Any], reason: str = "") -> None:
    changes = {"version": activity.version + 1, **figures}
    revise(activity, changes, at=step.at, by=step.actor.user, source=_source(step), reason=reason)


def _write_contract(step: Step, purchase: Purchase, **fields: Any) -> Contract:
    contract = Contract.objects.create(purchase=purchase, **{**fields, "number": fields["number"].strip()})
    append_revision(contract, at=step.at, by=step.actor.user, source=_source(step), is_new=True)
    return contract


def _write_dates(
    purchase: Purchase,
    *,
    planned: Mapping[str, date | None],
    done: Mapping[str, date | None],
    is_new: bool = False,
) -> None:
    new: list[Milestone] = []
    for code in Milestone.Code.values:
        fields: dict[str, date | None] = {}
        if code in planned:
            fields["planned_on"] = planned[code]
        if done.get(code):
            fields["done_on"] = done[code]
        if fields and is_new:
            new.append(Milestone(purchase=purchase, code=code, **fields))
        elif fields:
            Milestone.objects.update_or_create(purchase=purchase, code=code, defaults=fields)
    Milestone.objects.bulk_create(new)


def _plan_if_open(purchase: Purchase, code: str, day: date) -> None:
    row, _made = Milestone.objects.get_or_create(purchase=purchase, code=code)
    if row.planned_on is None and row.done_on is None:
        row.planned_on = day
        row.save(update_fields=["planned_on"])


def _reached(step: Step, purchase: Purchase, code: str, on: date) -> dict[str, Any]:
    """A milestone is reached: its clock stops. A step beyond it reaches it too, on the same day. One that was reached
    before stays where it is: another contract does not sign the first one later."""
    Milestone.objects.get_or_create(purchase=purchase, code=code)
    order = list(Milestone.Code.values)
    purchase.milestones.filter(code__in=order[: order.index(code) + 1], done_on=None).update(done_on=on)
    keep_milestones(step, purchase)
    _touch(purchase)
    return {"milestone": code}


def _touch(purchase: Purchase) -> None:
    touch(purchase.activity.unit_id, purchase.activity.fiscal_year)
