from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm
from django import forms
from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _

from .models import User


class SignInForm(LoginForm):
    """Name and password. Labels stand above the fields, so there are no placeholders to vanish while one types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, password = self.fields["login"], self.fields["password"]
        name.label, password.label = _("User name"), _("Password")
        password.help_text = _("Forgotten? Your administrator sets a new one for you.")
        name.widget.attrs.update({"autocapitalize": "none", "spellcheck": "false"})
        for field in (name, password):
            field.widget.attrs.pop("placeholder", None)


class OwnPasswordForm(ChangePasswordForm):
    """The old password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "oldpassword": _("Your password now"),
            "password1": _("New password"),
            "password2": _("New password once more"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)

    def clean_oldpassword(self) -> str:
        """The old password. A wrong one counts as at the sign-in: who finds a session open cannot guess it there."""
        adapter, typed = get_adapter(), str(self.cleaned_data["oldpassword"])
        if authenticate(adapter.request, username=self.user.username, password=typed) is None:
            raise adapter.validation_error("enter_current_password")
        return typed


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # the class takes none when it runs
    """What a person sets for himself: the language of his pages and the numerals in them."""

    class Meta:
        model = User
        fields = ("language", "thai_numerals")
        widgets = {"language": forms.RadioSelect}
