"""The forms of rule data, made from the models: a field that a model gains stands on its page at once."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.fields import ThaiDateField
from organisations.models import Unit
from organisations.queries import open_units
from workflows.graph import Text
from workflows.rulebook.tables import Table
from workflows.rulebook.years import read_year

FURTHEST = timedelta(days=3653)
_CODE = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_NAMED_AT_MOST = 5


class UnitField(forms.CharField):
    """A unit by its code or its whole Thai name: a list of all units would be thousands of lines long."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = kwargs.pop("help_text", "") or _("The code of the unit, or its whole name in Thai.")
        super().__init__(help_text=help_text, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The code of the unit that is there."""
        if isinstance(value, int):
            return Unit.objects.filter(pk=value).values_list("code", flat=True).first() or ""
        return value

    def clean(self, value: Any) -> Any:
        """The open unit that is meant, None for nothing. Raises ValidationError, which names the nearest."""
        typed = super().clean(value)
        if not typed:
            return None
        found = list(open_units().filter(models.Q(code__iexact=typed) | models.Q(name_th=typed))[:2])
        if len(found) == 1:
            return found[0]
        near = open_units().filter(models.Q(name_th__contains=typed) | models.Q(code__istartswith=typed))
        names = [f"{unit.code} {unit.name}" for unit in near[:_NAMED_AT_MOST]]
        if names:
            said = _("No unit is called that, or several are. Write the code: %(names)s")
            raise forms.ValidationError(said, params={"names": ", ".join(names)})
        raise forms.ValidationError(_("No open unit has this code or this name."))


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]  # the class takes none when it runs
    """A row of rule data. act: `new`, `change`, `next` (a row that follows another one) or `end`."""

    use_required_attribute = False

    def __init__(self, *args: Any, table: Table, act: str, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.table, self.act = table, act
        if act == "end":
            for name in set(self.fields) - {table.until}:
                del self.fields[name]
            self.fields[table.until].required = True
            return
        fixed = {name for name in self.fields if self._is_fixed(name)}
        for name in fixed:
            self.fields[name].disabled = True
        if act == "next" and not self.is_bound:
            # Its day, and that it stands so in what was published, somebody says of the new row itself.
            self.initial.update({table.dated: None, "verified": False})

    def _is_fixed(self, name: str) -> bool:
        """The key of a row stays, and so does the code by which the rows of a line belong together."""
        if self.act == "new":
            return False
        return name == self._meta.model._meta.pk.name or (bool(self.table.dated) and name == "code")

    def clean(self) -> dict[str, Any]:
        """Codes as they stand in addresses, first and last days ahead of today and not beyond a slip of the year."""
        cleaned = super().clean() or {}
        today = timezone.localdate()
        code = cleaned.get("code")
        if self.act == "new" and isinstance(code, str) and not _CODE.fullmatch(code):
            self.add_error("code", _("Use small letters a to z, figures, and _ - . between them."))
        for name in filter(None, (self.table.dated, self.table.until)):
            day: date | None = cleaned.get(name)
            if day is None:
                continue
            if day <= today:
                self.add_error(name, _("A rule begins or ends tomorrow at the earliest: what has begun stays."))
            elif day > today + FURTHEST:
                self.add_error(name, _("This day is more than ten years away. Look at the year."))
        return cleaned


def form_class_of(table: Table) -> type[RuleForm]:
    """The form of a row of `table`."""

    def field_for(column: "models.Field[Any, Any]", **kwargs: Any) -> Any:
        if choices := table.choices.get(column.name):
            return forms.ChoiceField(
                choices=choices,
                label=_first_capital(column.verbose_name),
                help_text=column.help_text,
                required=not column.blank,
            )
        if isinstance(column, models.ForeignKey) and column.related_model is Unit:
            label = _first_capital(column.verbose_name)
            return UnitField(label=label, help_text=column.help_text, required=not column.blank)
        if isinstance(column, models.DateField):
            return column.formfield(form_class=ThaiDateField, **kwargs)
        if column.choices and not column.blank:
            return forms.ChoiceField(
                choices=[("", _("choose")), *column.flatchoices], label=_first_capital(column.verbose_name),
                help_text=column.help_text,
            )  # fmt: skip
        return column.formfield(**kwargs)

    made: type[RuleForm] = forms.modelform_factory(  # type: ignore[assignment]  # it is a subclass of `form`
        table.model,
        form=RuleForm,
        fields=[one.name for one in table.fields()],
        formfield_callback=field_for,
    )
    return made


def _first_capital(text: Any) -> str:
    said = str(text)
    return said[:1].upper() + said[1:]


class ReasonForm(forms.Form):
    """Why a rule is changed; it is kept with the change."""

    use_required_attribute = False

    reason = forms.CharField(
        label=_("Why it is changed"),
        max_length=500,
        help_text=_("It is kept with the change, beside your name: a resolution, a letter, what was wrong."),
        error_messages={"required": _("Write why it is changed.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class YearForm(forms.Form):
    """All holidays of one year (C.E.), a line each, and where they stand."""

    use_required_attribute = False

    days = forms.CharField(
        label=_("Holidays of the year"),
        widget=forms.Textarea(attrs={"rows": 24}),
        max_length=20_000,
        help_text=_("A line a day: the day, then its name; the English name behind a bar. Paste the cabinet's table."),
        error_messages={"required": _("Write at least one holiday.")},
    )
    source = forms.CharField(
        label=_("source"),
        max_length=300,
        help_text=_("For the days that are new or renamed; the others keep theirs."),
        error_messages={"required": _("Write where these days stand.")},
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.year = year
        self.fields["source"].label = _first_capital(self.fields["source"].label)

    def clean_days(self) -> str:
        """Every line has to be understood: `read` are the days then."""
        text: str = self.cleaned_data["days"]
        self.read, faults = read_year(text, self.year)
        if faults:
            raise forms.ValidationError(faults)
        return text


class ChangesFilter(forms.Form):
    """Which changes are listed."""

    table = forms.ChoiceField(label=_("Table"), required=False)
    since = ThaiDateField(label=_("From"), required=False)
    until = ThaiDateField(label=_("Until"), required=False)

    def __init__(self, data: Any, *, tables: "list[tuple[str, Text]]") -> None:
        super().__init__(data, label_suffix="")
        self.fields["table"].choices = [("", _("all")), *tables]  # type: ignore[attr-defined]
