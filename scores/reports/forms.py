"""The form of every edge of a report that a person takes, and of its beginning."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.statistics.periods import Period
from organisations.models import Unit
from scores.reports.outline import Section
from workflows.casepages.fields import TEXT_LENGTH
from workflows.casepages.forms import EdgeForm, ExtendForm, NoteForm, ReasonsForm, field_of


class BeginForm(forms.Form):
    """Of which unit, for which period."""

    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), label=_("Agency"), to_field_name="code")
    period = forms.ChoiceField(label=_("Period"))

    def __init__(self, *args: Any, units: Any, periods: list[tuple[str, list[Period]]], **kwargs: Any) -> None:
        """units, periods: those that may be chosen; periods under headings."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        field_of(self, "unit").queryset = units
        groups = [(heading, [(period.code, period.name) for period in offered]) for heading, offered in periods]
        field_of(self, "period").choices = groups


class WriteForm(EdgeForm):
    """One section: `section` says which, `base` which version the writer has before him."""

    text = forms.CharField(
        label=_("Text"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 18, "class": "report-written"})
    )
    section = forms.CharField(widget=forms.HiddenInput)
    base = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def prepare(self) -> None:
        """The words of the section that was chosen."""
        code = str(self.data.get("section", "") if self.is_bound else self.initial.get("section", ""))
        chosen: Section | None = next((row for row in self.case.report.outline.sections if row.code == code), None)
        if chosen is not None:
            text = field_of(self, "text")
            text.label, text.help_text = chosen.label, chosen.asks


class FillForm(EdgeForm):
    question = _("Figures that have changed take the place of those before. No text changes.")

    shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class SendForm(EdgeForm):
    question = _("Nobody can change it while it waits for the signature.")


class SignForm(EdgeForm):
    question = _("You sign this report as it stands. PDF and DOCX are kept as they are now.")


class PublishForm(EdgeForm):
    question = _(
        "Everybody can read it then. Counts of complaints are left out; what people wrote is not checked: read it for "
        "names and for numbers that point at somebody."
    )


class TakeOverForm(EdgeForm):
    question = _("The report comes into your hands, with its deadline.")


FORMS: Mapping[str, type[EdgeForm]] = {
    "send": SendForm,
    "send_back": ReasonsForm,
    "sign": SignForm,
    "correct": ReasonsForm,
    "keep_signed": ReasonsForm,
    "withdraw": ReasonsForm,
    "write": WriteForm,
    "fill": FillForm,
    "publish": PublishForm,
    "take_down": ReasonsForm,
    "extend": ExtendForm,
    "take_over": TakeOverForm,
    "note": NoteForm,
}
