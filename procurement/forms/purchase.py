"""The form of every edge of a purchase that a person takes: what is typed becomes the facts of its action."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.formats import write_baht
from procurement.forms.fields import MoneyField, known_sum, methods, past_day
from procurement.forms.purchase_bids import AwardForm, BidsForm, ContractForm
from procurement.forms.purchase_figures import GroupForm, ReviseForm
from procurement.models import Contract, Milestone, ProcurementMethod
from workflows.casepages.fields import EvidenceField, ThaiDateField, text_field
from workflows.casepages.forms import AttachForm, EdgeForm, NoteForm, ReasonsForm, field_of


class AnnounceForm(EdgeForm):
    on = past_day(_("Announced or invited on"))
    method = forms.ModelChoiceField(queryset=ProcurementMethod.objects.none(), label=_("Method"), required=False)

    def prepare(self) -> None:
        """The method known so far stands there; without one it has to be chosen."""
        purchase = self.case.purchase
        field = field_of(self, "method")
        field.queryset = methods(purchase.method_id)
        field.initial = purchase.method_id
        field.required = not (purchase.method_id or purchase.method_name)


# --- Delivery and payment ---------------------------------------------------------------------------------------------
class DeliverForm(EdgeForm):
    on = past_day(_("Delivered on"))


class AcceptForm(EdgeForm):
    on = past_day(_("Accepted on"))
    evidence = forms.CharField(
        label=_("Where the acceptance is kept"), required=False, max_length=500,
        help_text=_("Needed only when no inspection committee has recorded its acceptance here."),
    )  # fmt: skip
    files = EvidenceField()


class PayForm(EdgeForm):
    contract = forms.ModelChoiceField(queryset=Contract.objects.none(), label=_("Contract"), required=False)
    amount = MoneyField(
        label=_("Amount"), signed=True, help_text=_("In baht. With a minus sign it takes a wrong payment back.")
    )
    on = past_day(_("Paid on"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=300, help_text=_("Say why, when a payment is taken back.")
    )

    def prepare(self) -> None:
        """The contract when there is one, and what is still open of it."""
        purchase = self.case.purchase
        contracts = list(purchase.contracts.all())
        field = field_of(self, "contract")
        field.queryset = purchase.contracts.all()
        if len(contracts) == 1:
            field.initial = contracts[0].pk
        agreed = known_sum(row.value for row in contracts)
        paid = sum((row.amount for row in purchase.payments.all()), Decimal(0))
        if contracts and agreed is not None:
            self.question = gettext("Agreed: %(agreed)s. Paid so far: %(paid)s. Open: %(open)s.") % {
                "agreed": write_baht(agreed),
                "paid": write_baht(paid),
                "open": write_baht(agreed - paid),
            }


class CompleteForm(EdgeForm):
    def prepare(self) -> None:
        """What was agreed and what was paid are read once more before the end."""
        agreed = known_sum(row.value for row in self.case.purchase.contracts.all())
        paid = sum((row.amount for row in self.case.purchase.payments.all()), Decimal(0))
        if agreed is None or paid == agreed:
            self.question = gettext("Everything is paid, and the purchase is over.")
        else:
            self.question = gettext("Paid are %(paid)s of %(agreed)s agreed. The purchase is over all the same.") % {
                "paid": write_baht(paid),
                "agreed": write_baht(agreed),
            }


# --- Acts -------------------------------------------------------------------------------------------------------------
class DatesForm(EdgeForm):
    announce = ThaiDateField(label=_("Announce or invite"), required=False)
    contract = ThaiDateField(label=_("Sign the contract"), required=False)
    deliver = ThaiDateField(label=_("Delivery"), required=False)
    inspect = ThaiDateField(label=_("Inspection and acceptance"), required=False)
    pay = ThaiDateField(label=_("Payment"), required=False)
    reasons = text_field(_("Why they change"), required=False, rows=2)

    def prepare(self) -> None:
        """Only the steps that are not reached; their days as planned so far."""
        for row in self.case.purchase.milestones.all():
            if row.done_on is not None:
                del self.fields[row.code]
            else:
                self.fields[row.code].initial = row.planned_on

    def facts(self) -> dict[str, Any]:
        """`dates` by milestone; a day that was emptied is planned no more."""
        typed = super().facts()
        return {
            "reasons": typed["reasons"],
            "dates": {code: typed[code] for code in Milestone.Code.values if code in typed},
        }


FORMS: Mapping[str, type[EdgeForm]] = {
    "announce": AnnounceForm,
    "record_bids": BidsForm,
    "award": AwardForm,
    "sign_contract": ContractForm,
    "add_contract": ContractForm,
    "deliver": DeliverForm,
    "reject_delivery": ReasonsForm,
    "accept_delivery": AcceptForm,
    "pay": PayForm,
    "complete": CompleteForm,
    "cancel": ReasonsForm,
    "set_dates": DatesForm,
    "revise": ReviseForm,
    "group": GroupForm,
    "note": NoteForm,
    "attach": AttachForm,
}
"""Edge → its form. Edges that only an import takes have none here, and `plan` has a page of its own."""
