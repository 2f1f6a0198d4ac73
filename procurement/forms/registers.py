"""Forms of the registers that the level needs beside coverage: education activities, publications of core work."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.calendar import fiscal_year
from organisations.formats import digits
from procurement.models import EducationActivity, Publication
from workflows.casepages.fields import ThaiDateField

EVIDENCE = _("Evidence")


class _EntryForm(forms.Form):
    """Base: a line of a register, on a day of the fiscal year that is shown."""

    day_field = ""

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        """year: Buddhist Era. Two forms stand on one page, so each has its own prefix for its ids."""
        super().__init__(*args, label_suffix="", **kwargs)
        self.year = year

    def clean(self) -> dict[str, Any]:
        """The day has come, and lies in the year in whose register it is written."""
        typed = super().clean() or self.cleaned_data
        day: date | None = typed.get(self.day_field)
        if day and day > timezone.localdate():
            self.add_error(self.day_field, gettext("This day has not come yet."))
        elif day and fiscal_year(day) != self.year:
            told = gettext("This day belongs to the fiscal year %(year)s. Choose that year above.")
            self.add_error(self.day_field, told % {"year": digits(fiscal_year(day))})
        return typed


class EducationForm(_EntryForm):
    day_field = "held_on"
    name = forms.CharField(label=_("What was taught"), max_length=300)
    held_on = ThaiDateField(label=_("Held on"))
    audience = forms.MultipleChoiceField(
        label=_("For whom"), choices=EducationActivity.Audience, widget=forms.CheckboxSelectMultiple
    )
    attendees = forms.IntegerField(label=_("Number of people"), required=False, min_value=1, max_value=1_000_000)
    evidence = forms.CharField(
        label=EVIDENCE, max_length=500, help_text=_("An address on the web, or the file and page where it is kept.")
    )


class PublicationForm(_EntryForm):
    day_field = "published_on"
    what = forms.CharField(label=_("What was published"), max_length=300)
    channel = forms.ChoiceField(label=_("Channel"), choices=Publication.Channel)
    published_on = ThaiDateField(label=_("Published on"))
    evidence = forms.CharField(
        label=EVIDENCE, max_length=500, help_text=_("An address on the web, or the file and page where it is kept.")
    )


class StrikeForm(forms.Form):
    """Why a line was a mistake."""

    reason = forms.CharField(label=_("Reasons"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
