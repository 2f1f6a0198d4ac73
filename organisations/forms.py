from datetime import date, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm
from django import forms
from django.contrib.auth import authenticate
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .fields import ThaiDateField
from .models import Leave, User
from .queries import substitutes_for

LONGEST_LEAVE = timedelta(days=3653)
LEAVE_OVERLAPS = _("There is a leave on some of these days already. Cancel that one first, or choose other days.")


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


class LeaveForm(forms.Form):
    """From when to when a person is away, and who stands in for him."""

    use_required_attribute = False

    first_day = ThaiDateField(label=_("First day"), error_messages={"required": _("Enter the first day.")})
    last_day = ThaiDateField(label=_("Last day"), error_messages={"required": _("Enter the last day.")})
    deputy = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("Who stands in"),
        empty_label=_("choose"),
        help_text=_("People with the same role, and heads, in the unit or above it. His rights stay his own."),
        error_messages={"required": _("Choose who stands in.")},
    )

    def __init__(self, data: Any = None, *, person: User, **options: Any) -> None:
        super().__init__(data, **options)
        self._person = person
        self.fields["deputy"].queryset = substitutes_for(person)  # type: ignore[attr-defined]

    def clean_last_day(self) -> date:
        """Today or later, and no typing error in the year."""
        last: date = self.cleaned_data["last_day"]
        if last < timezone.localdate():
            raise forms.ValidationError(_("This day has passed. Choose a day from today on."))
        if last > timezone.localdate() + LONGEST_LEAVE:
            raise forms.ValidationError(_("This day is more than ten years away. Look at the year."))
        return last

    def clean(self) -> dict[str, Any]:
        """The days in order, none of them taken, and the deputy there on all of them."""
        cleaned = super().clean() or {}
        first, last, deputy = (cleaned.get(name) for name in ("first_day", "last_day", "deputy"))
        if not (first and last):
            return cleaned
        if first > last:
            self.add_error("last_day", _("The last day lies before the first."))
            return cleaned
        if first < timezone.localdate() - LONGEST_LEAVE:
            self.add_error("first_day", _("This day is more than ten years ago. Look at the year."))
            return cleaned
        on_these_days = Leave.objects.filter(valid__overlap=DateRange(first, last + timedelta(days=1)))
        if on_these_days.filter(user=self._person).exists():
            self.add_error("first_day", LEAVE_OVERLAPS)
        if deputy and on_these_days.filter(user=deputy).exists():
            said = _("%(name)s is on leave on some of these days. Choose somebody else.")
            self.add_error("deputy", said % {"name": deputy})
        return cleaned
