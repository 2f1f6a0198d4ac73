"""Who bids, who wins, who contracts: the forms in which suppliers are found or made."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.formats import digits, write_baht
from procurement.forms.fields import MoneyField, TaxNumberField, check_supplier, found_or_made, past_day
from procurement.models import Bid, Supplier
from workflows.casepages.fields import ThaiDateField
from workflows.casepages.forms import EMPTY_ROWS, EdgeForm, RowsForm, field_of
from workflows.graph import Text

# The rows of a form are counted with two digits (`RowsForm`).
MOST_BIDDERS = 99
NAME_LENGTH = 300


# --- Bidders ----------------------------------------------------------------------------------------------------------
class BidRow(forms.Form):
    """A bidder: one on record, known by `supplier`, or a new one by tax number and name."""

    supplier = forms.ModelChoiceField(queryset=Supplier.objects.none(), required=False, widget=forms.HiddenInput)
    tin = TaxNumberField(required=False)
    name = forms.CharField(label=_("Name of the supplier"), required=False, max_length=NAME_LENGTH)
    amount = MoneyField(label=_("Offered price"), required=False)
    submitted_on = ThaiDateField(label=_("Submitted on"), required=False)
    result = forms.ChoiceField(label=_("Result"), required=False)
    note = forms.CharField(
        label=_("Reason"), required=False, max_length=500,
        help_text=_("Needed for who is disqualified. Of the winner everybody reads it in the monthly summary (SKR 1)."),
    )  # fmt: skip

    def __init__(self, *args: Any, bids: Mapping[int, Bid], results: list[tuple[str, Any]], **kwargs: Any) -> None:
        """bids: what is on record, by the key of the supplier; results: what may be chosen in this state."""
        super().__init__(*args, label_suffix="", **kwargs)
        field_of(self, "supplier").queryset = Supplier.objects.filter(pk__in=bids)
        self.known = bids.get(self._key())
        if self.known is not None:
            del self.fields["tin"], self.fields["name"]
            results = results if self.known.result in dict(results) else [*results, self._own_result()]
        field_of(self, "result").choices = results

    def has_changed(self) -> bool:
        """Whether it says something that is not on record; a row in which nothing was typed says nothing."""
        if self.known is None:
            return any(name not in {"result", "supplier"} for name in self.changed_data)
        if not self.is_bound:
            return False
        return any(self._differs(name) for name in ("amount", "submitted_on", "result", "note"))

    def clean(self) -> dict[str, Any]:
        """A new bidder has a number or a name; who is disqualified is told why."""
        typed = super().clean() or self.cleaned_data
        if self.known is None and not self.errors:
            tin, name = typed.get("tin", ""), typed.get("name", "").strip()
            if not tin and not name:
                self.add_error("name", gettext("Write the tax number or the name of the supplier."))
            check_supplier(self, tin, name)
        if typed.get("result") == Bid.Result.DISQUALIFIED and not typed.get("note", "").strip():
            self.add_error("note", gettext("Say why the bidder is disqualified."))
        return typed

    def bid(self) -> dict[str, Any]:
        """The bid for `record_bids`; a supplier who is not known yet is made."""
        typed = self.cleaned_data
        supplier = self.known.supplier if self.known else found_or_made(typed["tin"], typed["name"])
        kept = {name: typed[name] for name in ("amount", "submitted_on", "note")}
        # A reason that stands as it was keeps the mark that it has: it was not written beside the sentence above.
        kept["public_reason"] = self.known.public_reason if self.known and not self._differs("note") else True
        return {"supplier": supplier, "result": typed["result"] or Bid.Result.PENDING, **kept}

    def _key(self) -> int:
        sent: Any = self.data.get(self.add_prefix("supplier")) if self.is_bound else self.initial.get("supplier")
        return int(sent) if str(sent or "").isdecimal() and len(str(sent)) < 19 else 0

    def _own_result(self) -> tuple[str, Any]:
        assert self.known is not None
        return self.known.result, self.known.get_result_display()

    def _differs(self, name: str) -> bool:
        sent = self.fields[name].widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        return self.fields[name].has_changed(getattr(self.known, name), sent)


class BidsForm(RowsForm):
    question = _(
        "Rows that you leave as they are stay as they are. Every change makes a new version of the list, for which "
        "the members of the committees declare their interests anew."
    )
    rows_name = "bids"
    row_forms = forms.formset_factory(
        BidRow, extra=EMPTY_ROWS, max_num=MOST_BIDDERS, absolute_max=MOST_BIDDERS, validate_max=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            known = [
                {
                    "supplier": bid.supplier_id, "amount": bid.amount, "submitted_on": bid.submitted_on,
                    "result": bid.result, "note": bid.note,
                }
                for bid in self.on_record.values()
            ]  # fmt: skip
            self.rows = self.row_forms(None, prefix=self.rows_name, initial=known, form_kwargs=self.row_kwargs())

    def prepare(self) -> None:
        """The bidders on record, the lowest offer first."""
        self.on_record = {bid.supplier_id: bid for bid in self.case.purchase.bids.select_related("supplier")}

    def row_kwargs(self) -> dict[str, Any]:
        """Before the award nobody has won or lost yet: the award itself says who."""
        results = Bid.Result
        offered = [results.PENDING, results.DISQUALIFIED] if self.case.state == "announced" else list(results)
        return {"bids": self.on_record, "results": [(result.value, result.label) for result in offered]}

    def titled_rows(self) -> Iterator[tuple[Text, forms.BaseForm]]:
        """A bidder on record by his name, a new one by his number."""
        for number, row in enumerate(self.rows, start=1):
            yield (str(row.known.supplier) if row.known else gettext("Bidder %(n)s") % {"n": digits(number)}), row

    def facts(self) -> dict[str, Any]:
        """With `bids`, the rows that say something new."""
        return {"bids": [row.bid() for row in self.rows.forms if row.has_changed()]}


# --- Who wins, who contracts ------------------------------------------------------------------------------------------
class _SupplierForm(EdgeForm):
    """Base: a supplier chosen among the bidders in the field `chosen_name`, or entered by tax number and name."""

    chosen_name = "supplier"

    def offer(self, bids: QuerySet[Bid], *, others: bool) -> None:
        """Offer the bidders; others: somebody else may be entered too. Without bidders he is always entered."""
        offered = {bid.supplier_id: bid for bid in bids.select_related("supplier")}
        for name in ("tin", "name"):
            field_of(self, name).one_of_two = True
        if not offered:
            del self.fields[self.chosen_name]
            return
        field = field_of(self, self.chosen_name)
        field.queryset = Supplier.objects.filter(pk__in=offered)
        field.choices = [(pk, _bidder_line(bid)) for pk, bid in offered.items()]
        if others:
            field.choices = [*field.choices, ("", gettext("another supplier, entered below"))]
            field.required, field.one_of_two = False, True
            won = [pk for pk, bid in offered.items() if bid.result == Bid.Result.WON]
            field.initial = won[0] if len(won) == 1 else None
        else:
            del self.fields["tin"], self.fields["name"]

    def clean(self) -> dict[str, Any]:
        """One of the two ways to say who it is."""
        typed = super().clean() or self.cleaned_data
        if "name" in self.fields and not typed.get(self.chosen_name) and not {"tin", "name"} & set(self.errors):
            tin, name = typed.get("tin", ""), typed.get("name", "").strip()
            if not tin and not name:
                where = self.chosen_name if self.chosen_name in self.fields else "name"
                self.add_error(where, gettext("Say which supplier it is."))
            check_supplier(self, tin, name)
        return typed

    def facts(self) -> dict[str, Any]:
        """The supplier as a row; one who is not known yet is made."""
        typed = super().facts()
        tin, name = typed.pop("tin", ""), typed.pop("name", "")
        if typed.get(self.chosen_name) is None:
            typed[self.chosen_name] = found_or_made(tin, name)
        return typed


class AwardForm(_SupplierForm):
    chosen_name = "winner"
    on = past_day(_("Winner announced on"))
    winner = forms.ModelChoiceField(
        queryset=Supplier.objects.none(), label=_("Winner"), empty_label=None, widget=forms.RadioSelect
    )
    tin = TaxNumberField(required=False)
    name = forms.CharField(label=_("Name of the supplier"), required=False, max_length=NAME_LENGTH)

    def prepare(self) -> None:
        """Whoever was not disqualified."""
        self.offer(self.case.purchase.bids.exclude(result=Bid.Result.DISQUALIFIED), others=False)


class ContractForm(_SupplierForm):
    number = forms.CharField(label=_("Number of the contract or purchase order"), max_length=100)
    supplier = forms.ModelChoiceField(queryset=Supplier.objects.none(), label=_("Supplier"), widget=forms.RadioSelect)
    tin = TaxNumberField(required=False)
    name = forms.CharField(label=_("Name of the supplier"), required=False, max_length=NAME_LENGTH)
    value = MoneyField(label=_("Contract value"))
    on = past_day(_("Signed on"))
    finish_on = ThaiDateField(label=_("To be finished by"), required=False)

    def prepare(self) -> None:
        """The winners first; a contract with somebody else can be recorded too."""
        bids = self.case.purchase.bids
        won = bids.filter(result=Bid.Result.WON)
        self.offer(won if won.exists() else bids.exclude(result=Bid.Result.DISQUALIFIED), others=True)
        if won.count() == 1 and not self.case.purchase.contracts.exists():
            field_of(self, "value").initial = won[0].amount

    def clean(self) -> dict[str, Any]:
        """A contract ends after it was signed."""
        typed = super().clean()
        signed, ends = typed.get("on"), typed.get("finish_on")
        if signed and ends and ends < signed:
            self.add_error("finish_on", gettext("This day is before the signature."))
        return typed


def _bidder_line(bid: Bid) -> str:
    parts = [str(bid.supplier), digits(bid.supplier.tin)]
    if bid.amount is not None:
        parts.append(write_baht(bid.amount))
    if bid.result != Bid.Result.PENDING:
        parts.append(str(bid.get_result_display()))
    return " · ".join(filter(None, parts))
