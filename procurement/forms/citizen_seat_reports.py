"""Forms about the reports of a citizen: one that came on paper, the answer, and that something was changed."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.formats import digits, write_date
from procurement.models import Meeting, Observation
from workflows.casepages.fields import EvidenceField, ThaiDateField, text_field
from workflows.casepages.forms import EdgeForm, field_of

TOKEN_LENGTH = 32


class _OneReportForm(EdgeForm):
    """Base: about one report, chosen here or on the page before."""

    report = forms.ModelChoiceField(
        queryset=Observation.objects.none(),
        label=_("Report"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the report.")},
    )

    def reports(self) -> Any:
        """Which reports it can be about."""
        raise NotImplementedError

    def prepare(self) -> None:
        """One that was chosen already, or is the only one, is not asked for again."""
        super().prepare()
        field = field_of(self, "report")
        field.queryset = self.reports()
        field.label_from_instance = report_title
        value = str(self.data.get("report", "") if self.is_bound else self.initial.get("report", ""))
        rows = {str(row.pk): row for row in field.queryset}
        chosen = rows.get(value) or (next(iter(rows.values())) if len(rows) == 1 and not self.is_bound else None)
        if chosen is not None:
            field.widget = forms.HiddenInput()
            self.initial["report"] = chosen.pk
            self.question = report_title(chosen)


def report_title(row: Observation) -> str:
    """Number and day of a report."""
    words = {"number": digits(row.number), "day": write_date(row.observed_on)}
    return gettext("Report %(number)s, observed on %(day)s") % words


class AnswerReportForm(_OneReportForm):
    text = text_field(_("Your answer"), help_text=_("He reads it, and it is kept with his report."), rows=4)
    outcome = forms.ChoiceField(
        label=_("What followed"),
        choices=Observation.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what followed from the report.")},
    )
    fixed_on = ThaiDateField(
        label=_("Changed on"), required=False, help_text=_("Only where something was changed already.")
    )

    def reports(self) -> Any:
        """Those without an answer."""
        return self.case.seat.observations.filter(answered_at=None)

    def prepare(self) -> None:
        """No later day than today."""
        super().prepare()
        field_of(self, "fixed_on").widget.attrs["max"] = timezone.localdate().isoformat()

    def clean(self) -> dict[str, Any]:
        """What was changed has its day, and nothing else has one."""
        super().clean()
        outcome, on = self.cleaned_data.get("outcome"), self.cleaned_data.get("fixed_on")
        if outcome == Observation.Outcome.FIXED and on is None and "fixed_on" not in self.errors:
            self.add_error("fixed_on", gettext("Say on which day it was changed."))
        if on is not None and on > timezone.localdate():
            self.add_error("fixed_on", gettext("This day has not come yet."))
        if outcome and outcome != Observation.Outcome.FIXED:
            self.cleaned_data["fixed_on"] = None
        return self.cleaned_data


class RecordFixForm(_OneReportForm):
    on = ThaiDateField(label=_("Changed on"), error_messages={"required": _("Say on which day.")})

    def reports(self) -> Any:
        """Those whose answer promised a change."""
        return self.case.seat.observations.filter(outcome=Observation.Outcome.PROMISED)

    def prepare(self) -> None:
        """Today."""
        super().prepare()
        self.initial.setdefault("on", timezone.localdate())
        field_of(self, "on").widget.attrs["max"] = timezone.localdate().isoformat()


class RecordReportForm(EdgeForm):
    """A report on paper, with its scan. token: the same form sent twice is one report."""

    question = _("As he wrote it, in his words; the scan of his paper stays with it.")

    token = forms.CharField(widget=forms.HiddenInput, max_length=TOKEN_LENGTH)
    meeting = forms.ModelChoiceField(
        queryset=Meeting.objects.none(), label=_("Meeting"), required=False, empty_label=_("about no meeting")
    )
    observed_on = ThaiDateField(label=_("Observed on"), error_messages={"required": _("Say on which day.")})
    attended = forms.BooleanField(label=_("He was there"), required=False, initial=True)
    documents = forms.ChoiceField(
        label=_("Documents he was given"), choices=[("", _("not said")), *Observation.Documents.choices], required=False
    )
    refused_documents = text_field(_("Documents that were refused"), required=False, rows=2)
    seen = text_field(_("What he saw"))
    concerns = text_field(_("Concerns"), required=False, rows=3)
    dissent = text_field(_("Dissenting opinion"), required=False, rows=3)
    files = EvidenceField(label=_("Scan of his paper"), required=True, error_messages={"required": _("Choose a file.")})

    def prepare(self) -> None:
        """The meetings of the committee, the last one first."""
        super().prepare()
        self.initial.setdefault("token", get_random_string(TOKEN_LENGTH))
        self.initial.setdefault("observed_on", timezone.localdate())
        field_of(self, "observed_on").widget.attrs["max"] = timezone.localdate().isoformat()
        field = field_of(self, "meeting")
        field.queryset = self.case.seat.committee.meetings.order_by("-number")
        field.label_from_instance = lambda row: (
            gettext("Meeting %(number)s of %(day)s") % {"number": digits(row.number), "day": write_date(row.held_on)}
        )
