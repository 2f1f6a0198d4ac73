"""The case page of a purchase: which it is, what is next, its money at every level, bidders, contracts, committees."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from organisations.calendar import current_calendar
from organisations.formats import digits
from organisations.models import User
from procurement.forms.purchase_figures import ReviseForm
from procurement.models import Committee, Milestone, PurchaseCase, Supplier
from procurement.queries import committees_visible_to, purchase_for
from procurement.rules import sitting
from workflows.casepages.access import reader
from workflows.casepages.attachment import file_response
from workflows.casepages.chart import chart_of
from workflows.casepages.clocks import clock_rows
from workflows.casepages.forms import EdgeForm
from workflows.casepages.take import TakePage
from workflows.models import LedgerEntry
from workflows.refusals import Refused
from workflows.timekeeping import as_pauses

from .plan_scope import keeps_plan_of
from .purchase_money import money_levels, months_paid
from .purchase_panel import PANEL, next_step
from .purchase_timeline import TIMELINE
from .purchase_versions import purchase_versions


@require_GET
@login_required
def purchase_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """One purchase. `show` filters its timeline."""
    user = reader(request)
    case = purchase_for(user, public_id)
    purchase, show = case.purchase, request.GET.get("show", "all")
    attachments = list(case.attachments.all())
    clocks = list(case.clocks.select_related("rule"))
    contracts = list(purchase.contracts.select_related("supplier"))
    payments = list(purchase.payments.select_related("contract", "by"))
    actions = PANEL.actions_for(case, user)
    entries = TIMELINE.entries(case, readable=True, attachments=attachments)
    context: dict[str, Any] = {
        "case": case,
        "purchase": purchase,
        **heading(case),
        "next": next_step(case, actions, [clock for clock in clocks if clock.stopped_on is None]),
        "actions": actions,
        "steps": milestone_line(purchase.milestones.all(), is_open=case.is_open),
        "levels": money_levels(purchase, contracts, payments),
        "siblings": purchase.activity.purchases.count() - 1,
        "bids": list(purchase.bids.select_related("supplier")),
        "lists": bidder_lists(case),
        "contracts": contracts,
        "payments": payments,
        "months": months_paid(payments),
        "committees": _committees(user, case),
        "keeps": case.is_open and keeps_plan_of(user, case.unit),
        "retender_of": purchase.retender_of,
        "versions": purchase_versions(purchase),
        "files": [TIMELINE.file_row(case, attachment) for attachment in attachments],
        "tabs": TIMELINE.tab_rows(show),
        "entries": TIMELINE.shown(entries, show),
        "clocks": clock_rows(clocks, as_pauses(case.pauses.all()), current_calendar()),
        "chart": chart_of(case),
    }
    return render(request, "procurement/purchase.html", context)


@require_GET
@login_required
def purchase_file(request: HttpRequest, public_id: str, file_id: str) -> HttpResponseBase:
    """A file of a purchase. 404 for who does not see the purchase, as for a file that is not there."""
    case = purchase_for(reader(request), public_id)
    return file_response(request, get_object_or_404(case.attachments, public_id=file_id), case)


def heading(case: PurchaseCase) -> dict[str, Any]:
    """What the identity bar shows."""
    purchase = case.purchase
    method = purchase.method.name if purchase.method else purchase.method_name
    return {
        "title": purchase.name,
        "facts": [
            (_("e-GP number"), digits(purchase.project_number) or _("none yet")),
            (_("Method"), method or _("not decided yet")),
            (_("Unit"), case.unit),
            (_("Plan activity"), purchase.activity.name),
            (_("Fiscal year"), digits(purchase.activity.fiscal_year)),
        ],
    }


# --- Milestones -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class LineStep:
    """A milestone in the line. state: `reached`, `late`, `next`, `planned` or `open` (without a day)."""

    label: str
    state: str
    planned: date | None
    done: date | None

    @property
    def after_plan(self) -> int:
        """How many days after the planned day it was reached; 0 or less when it was not late."""
        return (self.done - self.planned).days if self.done and self.planned else 0


def milestone_line(rows: Iterable[Milestone], *, is_open: bool) -> list[LineStep]:
    """The five milestones in their order, whether there is a row of each or not. is_open: the purchase goes on."""
    known, today, found, next_found = {row.code: row for row in rows}, timezone.localdate(), [], False
    for code in Milestone.Code:
        row = known.get(code.value)
        planned, done = (row.planned_on, row.done_on) if row else (None, None)
        if done:
            state = "reached"
        elif planned and is_open and planned < today:
            state = "late"
        elif is_open and not next_found:
            state = "next"
        else:
            state = "planned" if planned else "open"
        next_found = next_found or not done
        found.append(LineStep(str(code.label), state, planned, done))
    return found


# --- Bidders ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class BidderList:
    """A version of the list of bidders, as the ledger has it."""

    number: int
    entry: LedgerEntry
    suppliers: list[Supplier]


def bidder_lists(case: PurchaseCase) -> list[BidderList]:
    """The versions of the list of bidders, the newest first. Two queries."""
    entries = LedgerEntry.objects.filter(case=case.pk, verb="record_bids").select_related("actor").order_by("-seq")
    told = [(entry, entry.data) for entry in entries]
    rows = Supplier.objects.in_bulk({pk for _entry, facts in told for pk in facts.get("bidders", ())})
    return [
        BidderList(facts["version"], entry, [rows[pk] for pk in facts["bidders"] if pk in rows])
        for entry, facts in told
        if "version" in facts
    ]


def _committees(user: User, case: PurchaseCase) -> list[Committee]:
    """The committees of the purchase that exist for `user`, with the citizens on each in `citizens`."""
    seated = sitting().filter(person__standing="citizen").select_related("person")
    rows = Committee.objects.filter(purchase=case.pk, case__in=committees_visible_to(user).values("pk"))
    return list(
        rows.select_related("case", "kind")
        .prefetch_related(Prefetch("members", seated, to_attr="citizens"))
        .order_by("case")
    )


# --- Taking an edge ---------------------------------------------------------------------------------------------------
class TakePurchase(TakePage):
    panel = PANEL
    timeline = TIMELINE
    fields = {
        "day": "on", "same_plan": "activity", "contract_number": "number", "contract_is_new": "number",
        "winner_is_a_bidder": "winner", "not_more_than_the_contracts": "amount", "own_contract": "contract",
        "inspection_committee_accepted": "evidence", "file": "files", "after_the_step_before": "on",
    }  # fmt: skip

    def case_for(self, user: User, public_id: str) -> PurchaseCase:
        """See `purchase_for`."""
        return purchase_for(user, public_id)

    def heading(self, user: User, case: PurchaseCase) -> dict[str, Any]:  # noqa: ARG002 - nothing of it is hidden
        """As on the case page."""
        return heading(case)

    def _tell(self, form: EdgeForm, refusal: Refused) -> None:
        """Figures that somebody else has changed meanwhile are shown above what was typed."""
        super()._tell(form, refusal)
        if refusal.field == "figures_as_seen" and isinstance(form, ReviseForm):
            seen = form.look_again()
            for version in reversed(purchase_versions(form.case.purchase)):
                if version.key > seen:
                    form.add_error(None, version.sentence(form.user))


take = TakePurchase.as_view()
