"""Forms of the annual plan: an activity in a row of the table, giving it up, pasting many, moving purchases."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.models import Unit
from procurement.forms.fields import MoneyField
from procurement.models import Activity

_LONGEST_PASTE = 400_000


class ActivityForm(forms.Form):
    """An activity as a row: the fields stand in the cells of the table, so their labels are heard and not seen."""

    code = forms.CharField(label=_("Number in the plan"), required=False, max_length=40)
    name = forms.CharField(label=_("Name of the activity"), max_length=500)
    budget = MoneyField(label=_("Approved plan budget in baht"), required=False)

    def __init__(self, *args: Any, unit: Unit, fiscal_year: int, own: Activity | None = None, **kwargs: Any) -> None:
        """own: the activity that is being changed; None for a new one. Its key keeps the ids on a page apart."""
        kwargs.setdefault("auto_id", f"id_{own.pk}_%s" if own else "id_new_%s")
        if own is not None:
            kwargs.setdefault("initial", {"code": own.code, "name": own.name, "budget": own.budget})
        super().__init__(*args, label_suffix="", **kwargs)
        self.unit, self.fiscal_year, self.own = unit, fiscal_year, own
        # The fields stand in table cells, outside of their <form>.
        self.form_id = f"edit-{own.pk}" if own else "add-activity"
        for field in self.fields.values():
            field.widget.attrs |= {"form": self.form_id, "autocomplete": "off"}

    def clean_code(self) -> str:
        """A number once in a plan."""
        code: str = self.cleaned_data["code"].strip()
        if code and code_is_taken(self.unit, self.fiscal_year, code, but=self.own):
            raise forms.ValidationError(gettext("Another activity of this plan has this number."), code="taken")
        return code


class ChangeForm(ActivityForm):
    """Correcting an activity; why is kept with the version."""

    reason = forms.CharField(label=_("Why it changes"), required=False, max_length=500)


def code_is_taken(unit: Unit, fiscal_year: int, code: str, but: Activity | None = None) -> bool:
    """Whether an activity of this plan other than `but` has the number, cancelled ones too."""
    rows = Activity.objects.filter(unit=unit, fiscal_year=fiscal_year, code=code)
    return rows.exclude(pk=but.pk if but else None).exists()


class CancelForm(forms.Form):
    """Giving an activity up."""

    reason = forms.CharField(label=_("Reasons"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)


class PasteForm(forms.Form):
    """Rows copied from a spreadsheet, columns parted by tabs."""

    text = forms.CharField(
        label=_("Rows from the spreadsheet"),
        max_length=_LONGEST_PASTE,
        strip=False,
        help_text=_("Columns: number in the plan, name, approved budget. At most 1,000 rows."),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "pasted", "wrap": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
