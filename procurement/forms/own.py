"""The forms by which a citizen representative signs in and keeps his own data."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procurement.actions.sign_in import normal
from workflows.casepages.fields import ThaiDateField

from .pool import PhoneField


class EmailForm(forms.Form):
    """The address to which a link is sent."""

    email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("The one you gave when you joined."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class PaperForm(forms.Form):
    """The letters of a link handed over on paper."""

    letters = forms.CharField(
        label=_("Letters on your paper"),
        max_length=60,
        help_text=_("Four groups of four, such as 7K2M-…. Small or capital letters make no difference."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_letters(self) -> str:
        """As they are looked up. Raises ValidationError when nothing is left."""
        letters = normal(self.cleaned_data["letters"])
        if not letters:
            raise forms.ValidationError(_("Write the letters as they stand on the paper."))
        return letters


class LinkForm(forms.Form):
    """A button, and nothing to fill in."""


class ContactForm(forms.Form):
    """How a citizen is reached."""

    phone = PhoneField(required=False)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("Links to sign in are sent here. Without it the office hands them to you on paper."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    address = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)


class AwayForm(forms.Form):
    """Until when a citizen is not available."""

    until = ThaiDateField(
        label=_("Not available until"), required=False, help_text=_("The last such day. Leave it empty when you are.")
    )

    def clean_until(self) -> Any:
        """Raises ValidationError for a day that is over."""
        until = self.cleaned_data["until"]
        if until and until < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Leave the field empty if you are available."))
        return until


class LeaveForm(forms.Form):
    """Leaving the pool, after what follows was said."""

    reason = forms.CharField(
        label=_("Why, if you want to say"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    sure = forms.BooleanField(label=_("I have read what follows, and I leave the pool."))
