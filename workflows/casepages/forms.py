"""Forms of edges: what is typed becomes the facts of the edge's action.

A form checks what was typed; whether the edge may be taken is for `perform()`.
"""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from organisations.calendar import current_calendar
from organisations.formats import digits, write_date
from organisations.models import User
from workflows.casepages.clocks import extended_due
from workflows.casepages.fields import EvidenceField, text_field
from workflows.casepages.standard_texts import Offers
from workflows.graph import Text
from workflows.models import Clock
from workflows.timekeeping import as_pauses

EMPTY_ROWS = 3
MOST_ROWS = 30


def field_of(form: forms.BaseForm, name: str) -> Any:
    """A field of `form`, to fit it to the case. Raises KeyError when it has none of that name."""
    return form.fields[name]


class EdgeForm(forms.Form):
    """Base: a form for one edge of one case, as `user` sees it. Without fields it only asks whether one is sure.

    question: stands above the fields. preview_label: the words of a second button, for a form that has a `preview()`.
    body_template: draws the fields, for a form that is no column of them.
    """

    question: Text = ""
    preview_label: Text = ""
    body_template = ""

    def __init__(self, *args: Any, case: Any, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.case, self.user = case, user
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the case."""

    def offer_texts(self, offers: Offers) -> None:
        """Offer standard texts beside their fields; `offers_texts` says whether there are any."""
        self.offers_texts = False
        for name, texts in offers.items():
            if name in self.fields:
                field_of(self, name).offers = texts
                self.offers_texts = True

    def tell_nothing_yet(self) -> None:
        """Nothing is sent yet: what is missing is told then."""
        self.errors.clear()

    def facts(self) -> dict[str, Any]:
        """The facts for `perform()`; only of a valid form."""
        return dict(self.cleaned_data)

    def preview(self) -> str | None:
        """What the edge would lead to, as a sentence, for who wants to see it before he decides; None while too little
        is filled in. Called after the form was checked, valid or not."""
        return None


class EvidenceForm(EdgeForm):
    """Base: a sentence that says where the evidence is, or a file; one of the two is needed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("evidence", "files"):
            field_of(self, name).one_of_two = True
        field_of(self, "files").help_text = gettext_lazy(
            "One of the two is needed: a file, or a sentence that says where it is."
        )


class ReasonsForm(EdgeForm):
    """Only why."""

    reasons = text_field(gettext_lazy("Reasons"))


class NoteForm(EdgeForm):
    """A note of a case that seals nothing."""

    text = text_field(gettext_lazy("Note"))


class AttachForm(EdgeForm):
    """Files, and a line about them."""

    files = EvidenceField(  # type: ignore[assignment]  # a field, whatever forms have of this name
        required=True, error_messages={"required": gettext_lazy("Choose a file.")}
    )
    text = text_field(gettext_lazy("What it is"), required=False, rows=2)


class RowsForm(EdgeForm):
    """Base: several things of the same shape under the fields, a row of fields each, with a button for more rows.

    rows_name: the prefix of the rows' fields. row_forms: a formset class, made with `EMPTY_ROWS` and `MOST_ROWS`.
    """

    rows_name = "rows"
    row_forms: type[Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent: Any = self.data if self.is_bound else None
        # The rows as they were sent, and three more when "more rows" was pressed.
        if sent is not None and "more" in sent:
            sent = sent.copy()
            total = sent.get(f"{self.rows_name}-TOTAL_FORMS", "")
            rows = int(total) if total.isdecimal() and len(total) <= len(str(MOST_ROWS)) else 0
            sent[f"{self.rows_name}-TOTAL_FORMS"] = str(rows + EMPTY_ROWS)
        self.rows: Any = self.row_forms(sent, prefix=self.rows_name, form_kwargs=self.row_kwargs())

    def row_kwargs(self) -> dict[str, Any]:
        """What the form of every row is made with."""
        return {}

    def row_title(self, number: str) -> Text:
        """What stands above the fields of a row. number: from 1, in the reader's numerals."""
        return number

    def titled_rows(self) -> Iterator[tuple[Text, forms.BaseForm]]:
        """Every row with its title, for the page."""
        for number, row in enumerate(self.rows, start=1):
            yield self.row_title(digits(number)), row

    def tell_nothing_yet(self) -> None:
        """Nor of a row."""
        super().tell_nothing_yet()
        for row in self.rows:
            row.errors.clear()

    def is_valid(self) -> bool:
        """Both the fields and every row that is not empty."""
        return all([super().is_valid(), self.rows.is_valid()])

    def filled(self) -> list[dict[str, Any]]:
        """What the rows say that are not empty; only of a valid form."""
        return [row.cleaned_data for row in self.rows.forms if row.has_changed()]


class ExtendForm(EdgeForm):
    """More days for a duty of the case that runs."""

    preview_label = gettext_lazy("Show the new date")

    clock = forms.ModelChoiceField(
        queryset=Clock.objects.none(), label=gettext_lazy("Deadline"), empty_label=None, widget=forms.RadioSelect
    )
    days = forms.IntegerField(label=gettext_lazy("More days"), min_value=1, max_value=365)
    reasons = text_field(gettext_lazy("Reasons"))

    def prepare(self) -> None:
        """The duties of this case that run."""
        field = field_of(self, "clock")
        field.queryset = Clock.objects.filter(case=self.case.pk, stopped_on=None, duty=True).select_related("rule")
        field.label_from_instance = lambda row: row.rule.name

    def preview(self) -> str | None:
        """The due day that the extension would give."""
        clock, days = self.cleaned_data.get("clock"), self.cleaned_data.get("days")
        if clock is None or days is None:
            return None
        # Only what the preview needs has to be there yet.
        for name in set(self.errors) - {"clock", "days"}:
            del self.errors[name]
        due = extended_due(clock, days, as_pauses(self.case.pauses.all()), current_calendar())
        return gettext("Due now: %(old)s. With the extension: %(new)s.") % {
            "old": write_date(clock.due_on) if clock.due_on else gettext("paused"),
            "new": write_date(due) if due else gettext("paused"),
        }
