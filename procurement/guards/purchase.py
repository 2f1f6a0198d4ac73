"""What an edge of a purchase needs beyond who takes it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.formats import write_date
from procurement import rules
from workflows.actors import Actor
from workflows.graph import Text, given, needs
from workflows.guards import Facts, day, file, reasons, text

if TYPE_CHECKING:
    from procurement.models import Activity, PurchaseCase

__all__ = ["day", "file", "reasons", "text"]

# The order in which the steps of a purchase come.
MILESTONES = ("announce", "contract", "deliver", "inspect", "pay")
# A planned day further off than that is a slip.
MOST_YEARS = 20

name = given("name", _("a name"), "name", _("Write what is to be bought."))
bids = given("bids", _("the bidders"), "bids", _("Enter at least one bidder."))
contract_number = given("contract_number", _("the contract number"), "number", _("Enter the contract number."))
supplier = given("supplier", _("the supplier"), "supplier", _("Choose the supplier."))


def _as_they_stand(*activities: "Activity") -> "dict[int, Activity]":
    """Read again and locked to the end of the edge, by key: somebody may just be cancelling one. Always in one order,
    so that two who group at once wait in a row."""
    rows = type(activities[0]).objects.select_for_update(no_key=True)
    return {row.pk: row for row in rows.filter(pk__in=[row.pk for row in activities]).order_by("pk")}


@needs(_("a plan activity"))
def activity(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """An activity of the plan of this unit that goes on."""
    if facts is None:
        return None
    if facts.get("activity") is None:
        return _("Choose the plan activity.")
    (chosen,) = _as_they_stand(facts["activity"]).values()
    if chosen.cancelled_on:
        return _("This plan activity has been cancelled.")
    return None if chosen.unit_id == case.unit_id else _("This plan activity belongs to another unit.")


@needs(_("another activity of the same plan"))
def same_plan(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Coverage counts activities of one unit and year: a purchase does not leave its plan by being grouped. One that
    only grouping has emptied may be grouped back."""
    if facts is None:
        return None
    if facts.get("activity") is None:
        return _("Choose the plan activity.")
    rows = _as_they_stand(case.purchase.activity, facts["activity"])
    own, chosen = rows[case.purchase.activity_id], rows[facts["activity"].pk]
    if chosen.cancelled_on and not chosen.was_emptied:
        return _("This plan activity has been cancelled.")
    if chosen.pk == own.pk:
        return _("It belongs to this activity already.")
    if (chosen.unit_id, chosen.fiscal_year) != (own.unit_id, own.fiscal_year):
        return _("Choose an activity of the same unit and fiscal year.")
    return None


@needs(_("the method of procurement"))
def method(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Given now or known before (Act B.E. 2560 s. 55)."""
    if facts is None or facts.get("method") or case.purchase.method_id or case.purchase.method_name:
        return None
    return _("Choose the method of procurement.")


@needs(_("a day after the step before"))
def after_the_step_before(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:
    """The steps follow each other. A day to come, which an import may have brought, bars nothing; nor is an import
    refused for what its source says."""
    if facts is None or actor.user is None or not facts.get("on"):
        return None
    purchase, today = case.purchase, timezone.localdate()
    reached = [row.done_on for row in purchase.milestones.all()]
    days = [day for day in (*reached, purchase.announced_on, purchase.awarded_on) if day and day <= today]
    latest = max(days, default=facts["on"])
    if latest <= facts["on"]:
        return None
    return _("The step before it was on %(day)s.") % {"day": write_date(latest)}


@needs(_("a winner among the bidders"))
def winner_is_a_bidder(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Where bidders are recorded, one of them wins who was not disqualified."""
    if facts is None:
        return None
    winner = facts.get("winner")
    if not winner:
        return _("Choose the winner.")
    offers = case.purchase.bids.exclude(result="disqualified")
    if case.purchase.bids.exists() and not offers.filter(supplier=winner).exists():
        return _("The winner has to be one of the bidders recorded, and not disqualified.")
    return None


@needs(_("a contract that is not recorded yet"))
def contract_is_new(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A contract number once in a purchase."""
    if facts is None or not case.purchase.contracts.filter(number=str(facts.get("number") or "").strip()).exists():
        return None
    return _("A contract of this number is recorded already.")


@needs(_("the value of the contract"))
def value(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Baht, more than nothing. An import may bring a contract without one: a missing figure stays missing."""
    if facts is None or actor.user is None:
        return None
    if not facts.get("value") or facts["value"] <= 0:
        return _("Enter the value of the contract.")
    return None


@needs(_("an amount"))
def amount(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Baht; less than nothing takes back a mistake and needs a note that says why."""
    if facts is None:
        return None
    given_amount = facts.get("amount")
    if not given_amount or not round(given_amount, 2):
        return _("Enter the amount.")
    if given_amount < 0 and not str(facts.get("note") or "").strip():
        return _("Say why a payment is taken back.")
    return None


@needs(_("a contract of this purchase"))
def own_contract(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`contract`: for which of them it is, where that is known."""
    chosen = (facts or {}).get("contract")
    return None if chosen is None or chosen.purchase_id == case.pk else _("Choose a contract of this purchase.")


@needs(_("no more than what was contracted"))
def not_more_than_the_contracts(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """What is paid in all stays between nothing and the sum of the contracts, where every value is known."""
    if facts is None or not facts.get("amount"):
        return None
    values = list(case.purchase.contracts.values_list("value", flat=True))
    known = [worth for worth in values if worth is not None]
    paid = _paid(case) + facts["amount"]
    if paid < 0:
        return _("More would be taken back than has been paid.")
    if known and len(known) == len(values) and paid > sum(known):
        return _("More would be paid than the contracts are worth. Correct the contract first.")
    return None


def _paid(case: "PurchaseCase") -> Decimal:
    return case.purchase.payments.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


@needs(_("a payment on record"))
def something_paid(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A purchase ends when it has been paid; what was taken back has not."""
    return None if _paid(case) > 0 else _("Record the payment first.")


# --- Figures ----------------------------------------------------------------------------------------------------------
@needs(_("a figure that differs"))
def figures(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`figures` of the purchase, `contracts` of its contracts: one of them is not on record yet."""
    if facts is None:
        return None
    from procurement.actions.revisions import differing

    own = {name: value for name, value in (facts.get("figures") or {}).items() if name != "contracts"}
    contracts = {row.pk: row for row in case.purchase.contracts.all()}
    changes = facts.get("contracts") or {}
    if set(changes) - set(contracts):
        return _("Choose a contract of this purchase.")
    if differing(case.purchase, own) or any(differing(contracts[pk], wanted) for pk, wanted in changes.items()):
        return None
    return _("Nothing has been changed.")


@needs(_("figures that nobody has changed meanwhile"))
def figures_as_seen(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`seen`: key of the newest version of the purchase and its contracts that the person had before him. An act leaves
    the version of the case as it is, and two who correct at once would undo each other."""
    if facts is None or facts.get("seen") is None or facts["seen"] == rules.newest_version(case.purchase):
        return None
    return _("Somebody else has changed the figures since you opened this page. Look at them again.")


@needs(_("contracts worth what has been paid"))
def contracts_cover_payments(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:
    """The counterpart of `not_more_than_the_contracts`, when the value of a contract is corrected."""
    changes = (facts or {}).get("contracts") or {}
    if actor.user is None or not any("value" in wanted for wanted in changes.values()):
        return None
    values = [changes.get(row.pk, {}).get("value", row.value) for row in case.purchase.contracts.all()]
    known = [worth for worth in values if worth is not None]
    if len(known) == len(values) and _paid(case) > sum(known):
        return _("More has been paid than the contracts would be worth.")
    return None


@needs(_("the acceptance of the inspection committee"))
def inspection_committee_accepted(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A meeting of an inspection committee that accepted (Regulation cl. 175), or where the acceptance is kept."""
    accepted = case.purchase.committees.filter(kind__task="inspection", meetings__decision="accept").exists()
    if facts is None or accepted or str(facts.get("evidence") or "").strip():
        return None
    return _("No inspection committee has accepted it here. Record its meeting, or say where its acceptance is kept.")


def _out_of_order(dates: Mapping[str, date | None]) -> Text | None:
    known = [day for code in MILESTONES if (day := dates.get(code))]
    if any(later < earlier for earlier, later in pairwise(known)):
        return _("The dates have to follow the steps: announce, contract, deliver, inspect, pay.")
    return None


@needs(_("dates in the order of the steps"))
def dates_follow(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`dates`: code of the milestone to its day or None, as far as they are known when it enters the plan."""
    return _out_of_order((facts or {}).get("dates") or {})


@needs(_("dates in the order of the steps"))
def dates_in_order(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`dates`: code of the milestone to its day or None; what is not among them stays as it is planned."""
    if facts is None:
        return None
    dates = facts.get("dates") or {}
    planned = dict(case.purchase.milestones.filter(done_on=None).values_list("code", "planned_on"))
    if not any(dates.values()):
        return _("Enter at least one date.")
    if any(day and abs(day.year - timezone.localdate().year) > MOST_YEARS for day in dates.values()):
        return _("A planned day lies within %(years)s years. Check the dates.") % {"years": MOST_YEARS}
    return _out_of_order({**planned, **dates})


@needs(_("no order of a committee in force"))
def no_order_in_force(case: "PurchaseCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The orders of its committees are cancelled first: people were appointed by them."""
    if facts is not None:
        # A committee's order is signed under the same lock, so that neither overlooks the other.
        type(case.purchase).objects.select_for_update().get(pk=case.pk)
    live = case.purchase.committees.filter(orders__kind="appointment", case__is_open=True).count()
    return _("Orders of committees still in force: %(count)s. Cancel them first.") % {"count": live} if live else None
