"""The forms of registers: the fields of a register as it declares them, and the form of every edge."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.calendar import fiscal_year
from organisations.formats import digits
from organisations.models import Unit
from scores.forms import YEARS
from scores.models import EntryVersion
from scores.registers.fields import FULL, INDICATORS, MOST, MOST_ACTIVITIES, TITLE_LENGTH, Field, Shape, Values
from scores.registers.kinds import YEARLY, Register
from scores.registers.showing import LEVEL_WORDS
from workflows.casepages.fields import EvidenceField, ThaiDateField, text_field
from workflows.casepages.forms import AttachForm, EdgeForm, ExtendForm, NoteForm, ReasonsForm, field_of

MORE_ACTIVITIES = 2
"""Empty lines for activities below those that are there."""


def form_field(field: Field) -> forms.Field:
    """The form field of a field of a register, but for activities, which are lines of their own."""
    given: dict[str, Any] = {"label": field.label, "required": field.required, "help_text": field.help}
    match field.shape:
        case Shape.LINE:
            return forms.CharField(max_length=TITLE_LENGTH, **given)
        case Shape.DAY:
            return ThaiDateField(**given)
        case Shape.COUNT:
            return forms.IntegerField(min_value=0, max_value=MOST, **given)
        case Shape.POINTS:
            return forms.DecimalField(min_value=0, max_value=FULL, max_digits=5, decimal_places=2, **given)
        case Shape.CHOICE:
            return forms.ChoiceField(choices=field.choices, widget=forms.RadioSelect, **given)
        case Shape.LEVEL:
            levels = [(level, f"{digits(level)} – {word}") for level, word in LEVEL_WORDS]
            return forms.TypedChoiceField(choices=levels, coerce=int, widget=forms.RadioSelect, **given)
        case Shape.INDICATORS:
            every = [(number, digits(number)) for number in INDICATORS]
            return forms.TypedMultipleChoiceField(
                choices=every, coerce=int, widget=forms.CheckboxSelectMultiple, **given
            )
    return text_field(field.label, required=field.required, help_text=field.help, rows=3)


def add_fields(form: forms.Form, register: Register, version: EntryVersion | None) -> None:
    """Put the fields of a register before those that the form has, filled with what a version says."""
    kept = dict(form.fields)
    form.fields.clear()
    for field in register.fields:
        if field.shape is Shape.ACTIVITIES:
            _add_activities(form, field, version)
            continue
        form.fields[field.name] = form_field(field)
        if version is not None:
            form.initial.setdefault(field.name, version.value(field.name))
    form.fields.update(kept)


def _add_activities(form: forms.Form, field: Field, version: EntryVersion | None) -> None:
    held = version.texts.get(field.name, []) if version is not None else []
    for number in range(min(len(held) + MORE_ACTIVITIES, MOST_ACTIVITIES)):
        shown = digits(number + 1)
        what = gettext("Activity %(number)s that came of it") % {"number": shown}
        form.fields[f"{field.name}_{number}_what"] = forms.CharField(
            label=what, required=False, max_length=TITLE_LENGTH
        )
        form.fields[f"{field.name}_{number}_on"] = ThaiDateField(
            label=gettext("Activity %(number)s held on") % {"number": shown}, required=False
        )
        if number < len(held):
            form.initial.setdefault(f"{field.name}_{number}_what", held[number]["what"])
            form.initial.setdefault(f"{field.name}_{number}_on", date.fromisoformat(held[number]["on"]))


def values_of(register: Register, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as the register's own values."""
    values: dict[str, Any] = {}
    for field in register.fields:
        if field.shape is not Shape.ACTIVITIES:
            values[field.name] = cleaned.get(field.name)
            continue
        rows = []
        for number in range(MOST_ACTIVITIES):
            what, on = (cleaned.get(f"{field.name}_{number}_{part}") for part in ("what", "on"))
            if what or on:
                rows.append({"what": what or "", "on": on})
        values[field.name] = rows
    return values


def tell_faults(form: forms.Form, register: Register, values: Values, year: int) -> None:
    """What the register itself finds wrong, beside the fields that were readable."""
    for name, sentence in register.faults(values, year, timezone.localdate()).items():
        if name not in form.errors:
            form.add_error(name if name in form.fields else None, str(sentence))


class EvidenceFields(forms.Form):
    """Where the evidence is: a sentence, a link or files; one of them is needed before it is sent."""

    evidence = text_field(_("Where the evidence is"), required=False, rows=2)
    link = forms.URLField(label=_("Link"), required=False, max_length=500, assume_scheme="https")
    files = EvidenceField()  # type: ignore[assignment]  # a field, whatever forms have of this name


class EnterForm(EvidenceFields):
    """A new entry of a register: of which unit, for which fiscal year, and what it says."""

    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), label=_("Agency"), to_field_name="code")
    year = forms.TypedChoiceField(label=_("Fiscal year"), coerce=int)

    field_order = ("unit", "year")

    def __init__(self, *args: Any, register: Register, units: Any, **kwargs: Any) -> None:
        """units: those that may be chosen."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.register = register
        now = fiscal_year(timezone.localdate())
        add_fields(self, register, None)
        self.order_fields(("unit", "year"))
        field_of(self, "unit").queryset = units
        field_of(self, "year").choices = [(then, digits(then)) for then in range(now, now - YEARS, -1)]

    def clean(self) -> dict[str, Any]:
        """With `values`, as the register has them."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["values"] = values_of(self.register, cleaned)
        if year := cleaned.get("year"):
            tell_faults(self, self.register, cleaned["values"], year)
        return cleaned

    def facts(self) -> dict[str, Any]:
        """For the edge `enter`; only of a valid form."""
        names = ("year", "values", "evidence", "link", "files")
        return {"register": self.register.code, **{name: self.cleaned_data[name] for name in names}}


class ChangeForm(EdgeForm):
    """What the entry says, to be corrected."""

    evidence = text_field(_("Where the evidence is"), required=False, rows=2)
    link = forms.URLField(label=_("Link"), required=False, max_length=500, assume_scheme="https")
    files = EvidenceField()  # type: ignore[assignment]  # a field, whatever forms have of this name
    keeps_evidence = True

    def prepare(self) -> None:
        """The fields of its register, with what stands there."""
        entry = self.case.entry
        version = entry.current
        add_fields(self, entry.kind, version)
        if self.keeps_evidence:
            for name in ("evidence", "link"):
                self.initial.setdefault(name, getattr(version, name))
        names = ", ".join(version.files.values_list("label", flat=True))
        if names:
            field_of(self, "files").help_text = gettext("Files given before stay: %(files)s") % {"files": names}
            self.fields["fresh"] = forms.BooleanField(label=_("Leave out the files given before"), required=False)

    def clean(self) -> dict[str, Any]:
        """With `values`, as the register has them."""
        cleaned: dict[str, Any] = super().clean() or {}
        entry = self.case.entry
        cleaned["values"] = values_of(entry.kind, cleaned)
        tell_faults(self, entry.kind, cleaned["values"], entry.fiscal_year)
        return cleaned

    def facts(self) -> dict[str, Any]:
        """For the edge; only of a valid form."""
        names = ("values", "evidence", "link", "files", "fresh", "reviewed")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class ReviewForm(ChangeForm):
    """A review, or the next stage: everything as it stands now, and what is new. Its evidence is of its own."""

    keeps_evidence = False
    reviewed = text_field(_("What was looked at, and what is new"), rows=3)

    def prepare(self) -> None:
        """What is asked first depends on the register."""
        super().prepare()
        yearly = self.case.entry.kind.follows == YEARLY
        self.question = _("Bring it up to date, and say what the review found.") if yearly else _("Add what came next.")


class SureForm(EdgeForm):
    question = _("From today on it counts in the figures, under your name.")


class TakeOverForm(EdgeForm):
    question = _("The entry comes into your hands, with its deadline.")


FORMS: Mapping[str, type[EdgeForm]] = {
    "submit_entry": EdgeForm,
    "confirm": SureForm,
    "confirm_and_follow": SureForm,
    "return_entry": ReasonsForm,
    "review_entry": ReviewForm,
    "end_entry": ReasonsForm,
    "withdraw_entry": ReasonsForm,
    "drop_review": ReasonsForm,
    "strike_entry": ReasonsForm,
    "change_entry": ChangeForm,
    "extend": ExtendForm,
    "take_over": TakeOverForm,
    "note": NoteForm,
    "attach": AttachForm,
}
