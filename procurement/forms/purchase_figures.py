"""The figures of a purchase: correcting them, moving it within the plan, and a new one."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.formats import digits, write_baht
from procurement import rules
from procurement.actions.revisions import differing
from procurement.forms.fields import MoneyField, known_sum, methods
from procurement.grouping import attempt, targets
from procurement.models import Activity, Contract, Milestone, ProcurementMethod, Purchase
from workflows.casepages.fields import ThaiDateField, text_field
from workflows.casepages.forms import EdgeForm, field_of
from workflows.refusals import Refused


class ReviseForm(EdgeForm):
    """The figures of the purchase and of its contracts; only what differs becomes a new version."""

    OWN = ("project_number", "name", "type_name", "budget", "reference_price", "province", "district", "subdistrict")
    OF_CONTRACT = ("number", "value", "signed_on", "finish_on")

    project_number = forms.CharField(label=_("e-GP project number"), required=False, max_length=30)
    name = forms.CharField(label=_("Name"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    method = forms.ModelChoiceField(queryset=ProcurementMethod.objects.none(), label=_("Method"), required=False)
    type_name = forms.CharField(label=_("Type"), required=False, max_length=200)
    budget = MoneyField(label=_("Budget"), required=False)
    reference_price = MoneyField(label=_("Reference price"), required=False)
    province = forms.CharField(label=_("Province"), required=False, max_length=100)
    district = forms.CharField(label=_("District"), required=False, max_length=100)
    subdistrict = forms.CharField(label=_("Subdistrict"), required=False, max_length=100)
    # Which version was before his eyes: a newer one is refused, and shown.
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def prepare(self) -> None:
        """Everything as it stands; four fields more for every contract."""
        purchase = self.case.purchase
        for name in self.OWN:
            self.fields[name].initial = getattr(purchase, name)
        method = field_of(self, "method")
        method.queryset, method.initial = methods(purchase.method_id), purchase.method_id
        self.contracts: list[Contract] = list(purchase.contracts.all())
        for row in self.contracts:
            self.fields.update(self._fields_of(row))
        self.fields["reasons"] = text_field(_("Reasons"), rows=2)
        self.fields["seen"].initial = rules.newest_version(purchase)

    def _fields_of(self, row: Contract) -> dict[str, forms.Field]:
        made: dict[str, forms.Field] = {
            "number": forms.CharField(label=_("Number"), max_length=100),
            "value": MoneyField(label=_("Contract value"), required=False),
            "signed_on": ThaiDateField(label=_("Signed on"), required=False),
            "finish_on": ThaiDateField(label=_("To be finished by"), required=False),
        }
        for name, made_field in made.items():
            made_field.initial = getattr(row, name)
            made_field.label = gettext("Contract %(number)s: %(what)s") % {
                "number": row.number,
                "what": made_field.label,
            }
        return {f"contract_{row.pk}_{name}": made_field for name, made_field in made.items()}

    def clean_project_number(self) -> str:
        """An e-GP number belongs to one purchase."""
        return free_number(self.cleaned_data["project_number"], but=self.case.pk)

    def clean(self) -> dict[str, Any]:
        """A contract number once in a purchase."""
        typed = super().clean() or self.cleaned_data
        taken: set[str] = set()
        for row in self.contracts:
            number = typed.get(f"contract_{row.pk}_number", row.number).strip()
            if number in taken:
                self.add_error(f"contract_{row.pk}_number", gettext("A contract of this number is recorded already."))
            taken.add(number)
        return typed

    def facts(self) -> dict[str, Any]:
        """`figures` and `contracts` that differ. The total follows the contracts where all their values are known."""
        typed, purchase = self.cleaned_data, self.case.purchase
        wanted = {name: _plain(typed[name]) for name in self.OWN}
        method = typed["method"]
        figures: dict[str, Any] = differing(purchase, {**wanted, "method_id": method.pk if method else None})
        contracts = {}
        for row in self.contracts:
            sent = {name: _plain(typed[f"contract_{row.pk}_{name}"]) for name in self.OF_CONTRACT}
            if changes := differing(row, sent):
                contracts[row.pk] = changes
        if any("value" in changes for changes in contracts.values()):
            total = known_sum(typed[f"contract_{row.pk}_value"] for row in self.contracts)
            figures |= differing(purchase, {"total_value": total})
        if contracts:
            figures["contracts"] = True
        return {"figures": figures, "contracts": contracts, "reasons": typed["reasons"], "seen": typed["seen"]}

    def look_again(self) -> int:
        """Let the form say that it has seen the newest version: sending it once more is then a decision. Out: the
        version that it had seen."""
        seen: int = self.cleaned_data.get("seen") or 0
        self.data = self.data.copy()
        self.data["seen"] = str(rules.newest_version(self.case.purchase))
        return seen


def _plain(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def free_number(number: str, but: int | None = None) -> str:
    """An e-GP project number that no other purchase (than the one with the key `but`) has. Raises ValidationError."""
    wanted = number.strip()
    if wanted and Purchase.objects.filter(project_number=wanted).exclude(pk=but).exists():
        raise forms.ValidationError(gettext("A purchase with this e-GP number is recorded already."), code="taken")
    return wanted


class GroupForm(EdgeForm):
    activity = forms.ModelChoiceField(queryset=Activity.objects.none(), label=_("Plan activity"))
    preview_label = _("Show what it changes")

    def prepare(self) -> None:
        """The other activities of the same plan, and those that grouping emptied, so that it can be undone."""
        own = self.case.purchase.activity
        field = field_of(self, "activity")
        field.queryset = targets(own.unit_id, own.fiscal_year).exclude(pk=own.pk)
        field.label_from_instance = activity_line

    def preview(self) -> str | None:
        """Top three and coverage before and after."""
        target = self.cleaned_data.get("activity")
        if target is None:
            return None
        try:
            return attempt({self.case: target}, self.user).sentence()
        except Refused as refusal:
            return str(refusal.sentence)


def activity_line(row: Activity) -> str:
    """An activity in a list of choices: number, name, budget."""
    money = write_baht(row.budget) if row.budget is not None else gettext("budget not known")
    return " · ".join(filter(None, [digits(row.code), row.name, money]))


# --- A new purchase ---------------------------------------------------------------------------------------------------
class NewPurchaseForm(forms.Form):
    """A purchase enters the plan; the dates of its steps can follow later."""

    name = forms.CharField(label=_("What is to be bought"), max_length=1000)
    project_number = forms.CharField(
        label=_("e-GP project number"), required=False, max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    method = forms.ModelChoiceField(queryset=ProcurementMethod.objects.none(), label=_("Method"), required=False)
    budget = MoneyField(label=_("Budget"), required=False)
    reference_price = MoneyField(label=_("Reference price"), required=False)
    retender_of = forms.ModelChoiceField(
        queryset=Purchase.objects.none(), label=_("Re-tender of"), required=False,
        help_text=_("A cancelled purchase of this activity that is tried again."),
    )  # fmt: skip
    announce = ThaiDateField(label=_("Announce or invite"), required=False)
    contract = ThaiDateField(label=_("Sign the contract"), required=False)
    deliver = ThaiDateField(label=_("Delivery"), required=False)
    inspect = ThaiDateField(label=_("Inspection and acceptance"), required=False)
    pay = ThaiDateField(label=_("Payment"), required=False)

    DATES = tuple(Milestone.Code.values)

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.activity = activity
        self.fields["name"].widget.attrs["autofocus"] = True
        field_of(self, "method").queryset = methods()
        cancelled = activity.purchases.filter(case__state="cancelled")
        if cancelled.exists():
            field_of(self, "retender_of").queryset = cancelled
        else:
            del self.fields["retender_of"]

    def clean_project_number(self) -> str:
        """An e-GP number belongs to one purchase."""
        return free_number(self.cleaned_data["project_number"])

    def clean(self) -> dict[str, Any]:
        """The dates follow the steps."""
        typed = super().clean() or self.cleaned_data
        latest: date | None = None
        for code in self.DATES:
            day = typed.get(code)
            if day and latest and day < latest:
                self.add_error(code, gettext("This day is before the step that comes first."))
            latest = day or latest
        return typed

    def facts(self) -> dict[str, Any]:
        """The facts of the edge `plan`; only of a valid form."""
        typed = dict(self.cleaned_data)
        dates = {code: typed.pop(code) for code in self.DATES}
        return {"activity": self.activity, "dates": {code: day for code, day in dates.items() if day}, **typed}

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """What stands in the open."""
        return [field for field in self if field.name not in self.DATES]

    @property
    def date_fields(self) -> list[forms.BoundField]:
        """What is folded away until it is wanted."""
        return [field for field in self if field.name in self.DATES]
