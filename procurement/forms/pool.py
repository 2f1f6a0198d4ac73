"""Forms by which somebody comes into the pool: the public one, the same from a paper, invitations."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.calendar import BUDDHIST_ERA
from organisations.formats import digits
from organisations.models import Unit
from procurement.models import Citizen, Consent
from procurement.pool.identity import identity_number
from procurement.pool.rules import pool_rules
from procurement.pool.wordings import WORDINGS, wording_of
from workflows.graph import Text
from workflows.sealing import EXTENSION

OLDEST = 120
PHONE_DIGITS = range(8, 16)
FIRST_BE_YEAR = 2400
"""Years from here on are of the Buddhist Era; before, of the Common Era."""
_SEALED = ("id_number", "phone", "email", "address")
CONSENTS = tuple(Consent.Purpose)


def consent_field(purpose: str) -> str:
    """The name of the box of a purpose."""
    return f"consent_{purpose}"


class Line(forms.CharField):
    """One line of text; what cannot be seen is left out."""

    def to_python(self, value: Any) -> str:
        """The text in NFC with single spaces."""
        text = unicodedata.normalize("NFC", super().to_python(value) or "")
        return " ".join("".join(sign for sign in text if sign.isprintable() or sign.isspace()).split())


class IdentityField(forms.CharField):
    """A 13-digit identity number with its check digit; what was wrong is never repeated in a message."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Identity number, 13 digits"))
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(max_length=30, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        """The 13 digits, "" for nothing. Raises ValidationError."""
        try:
            return identity_number(super().to_python(value) or "")
        except ValueError:
            raise forms.ValidationError(
                _("This is no identity number. Compare its 13 digits with the card."), code="invalid"
            ) from None


class PhoneField(Line):
    """A telephone number one can call, as it was typed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Telephone"))
        widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"})
        super().__init__(max_length=30, widget=widget, **kwargs)

    def validate(self, value: Any) -> None:
        """Raises ValidationError for what has too few or too many digits."""
        super().validate(value)
        # What follows an extension sign is not part of the number, here as where it is looked up.
        number = EXTENSION.split(unicodedata.normalize("NFKC", value).casefold(), maxsplit=1)[0]
        if value and sum(unicodedata.category(sign) == "Nd" for sign in number) not in PHONE_DIGITS:
            raise forms.ValidationError(_("This is no telephone number. Write it with all its digits."))


class BirthYearField(forms.CharField):
    """A year of birth in the Buddhist Era; one of the Common Era is turned into it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Year of birth (Buddhist Era)"))
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "bday-year"})
        super().__init__(max_length=10, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        """The year, None for nothing. Raises ValidationError for what is no year in which somebody alive was born."""
        text = super().clean(value)
        if not text:
            return None
        year = int(text) if text.isdecimal() and len(text) == 4 else 0
        year += 0 if year >= FIRST_BE_YEAR else BUDDHIST_ERA
        now = timezone.localdate().year + BUDDHIST_ERA
        if not now - OLDEST <= year <= now:
            raise forms.ValidationError(
                digits(gettext("Write the year with four digits, such as %(year)s.") % {"year": now - 40})
            )
        return year


class ApplicantForm(forms.Form):
    """What an applicant says of himself, on whatever page; `units` is what may be chosen as his district."""

    name = Line(
        label=_("Name with its title"), max_length=200,
        help_text=_("As it would stand in an order, such as นาย สมชาย ใจดี."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    sex = forms.ChoiceField(label=_("Sex"), choices=Citizen.Sex, widget=forms.RadioSelect, required=False)
    birth_year = BirthYearField()
    unit = forms.ModelChoiceField(
        label=_("District where you live"), queryset=Unit.objects.none(), empty_label=_("Choose")
    )
    phone = PhoneField(required=False)
    email = forms.EmailField(
        label=_("E-mail"), max_length=200, required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    address = forms.CharField(
        label=_("Address"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    id_number = IdentityField(required=False)
    occupation = Line(label=_("Occupation"), max_length=200, required=False)
    expertise = Line(
        label=_("What you know well"), max_length=300, required=False,
        help_text=_("Such as building, accounts, computers, health, farming."),
    )  # fmt: skip
    network = Line(
        label=_("Community or network that puts you forward"), max_length=200, required=False,
    )  # fmt: skip
    no_official = forms.BooleanField(label=_("I hold none of the posts listed here."))

    own_words: Mapping[str, Text] = {}
    """Labels of a form that somebody else fills in for the applicant."""
    ways: tuple[str, ...] = ("phone", "email")
    """By one of which he can be reached."""

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["unit"].queryset = units
        # Boxes of which one must be filled are not "optional".
        for name in self.ways:
            self.fields[name].one_of_two = True
        for purpose in CONSENTS:
            needed = purpose == Consent.Purpose.POOL
            self.fields[consent_field(purpose)] = forms.BooleanField(label=WORDINGS[purpose], required=needed)
        self.fields["no_official"].error_messages["required"] = _(
            "Who holds one of these posts cannot be a citizen representative."
        )
        self.fields[consent_field(Consent.Purpose.POOL)].error_messages["required"] = _(
            "Without this agreement nothing of you may be kept."
        )
        for name, word in self.own_words.items():
            self.fields[name].label = word

    def parts(self, names: Iterable[str]) -> list[forms.BoundField]:
        """The fields of these names that the form has, for a part of the page."""
        return [self[name] for name in names if name in self.fields]

    def clean_birth_year(self) -> int | None:
        """Old enough by the year alone, which is all that is asked for."""
        year: int | None = self.cleaned_data["birth_year"]
        least, today = pool_rules(timezone.localdate()).get("least_age", 0), timezone.localdate()
        if year is not None and today.year + BUDDHIST_ERA - year < least:
            raise forms.ValidationError(
                digits(gettext("A citizen representative is at least %(age)s years old.") % {"age": least})
            )
        return year

    def clean(self) -> dict[str, Any]:
        """There is a way to reach him."""
        typed = super().clean() or self.cleaned_data
        if not any(typed.get(name) or name in self.errors for name in self.ways):
            self.add_error("phone", gettext("Give a telephone number or an e-mail address."))
        return typed

    def facts(self) -> dict[str, Any]:
        """For `actions.pool.apply_for_pool`: everything but how he came and who entered it."""
        data = self.cleaned_data
        own = ("name", "sex", "birth_year", "unit", "occupation", "expertise", "network", "no_official")
        return {
            **{name: data[name] for name in own if name in data},
            "private": {name: data[name] for name in _SEALED if data.get(name)},
            "consents": {purpose.value: wording_of(purpose) for purpose in CONSENTS if data[consent_field(purpose)]},
        }


class JoinForm(ApplicantForm):
    """The public form. `ticket`: the signed code of this application; `website`: a box that people do not see."""

    ticket = forms.CharField(required=False, widget=forms.HiddenInput)
    website = forms.CharField(
        label=_("Leave this empty"), required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )  # fmt: skip

    PARTS = (
        (_("You"), ("name", "sex", "birth_year", "unit")),
        (_("How we reach you"), ("phone", "email", "address")),
        (_("What you bring along"), ("occupation", "expertise", "network")),
    )
    AFTER = ("no_official", *(consent_field(purpose) for purpose in CONSENTS))

    @property
    def is_machine(self) -> bool:
        """Whether the box that people do not see was filled in."""
        return bool(self.cleaned_data.get("website"))


class PaperForm(ApplicantForm):
    """The same, entered by the staff from a signed paper; who has neither telephone nor e-mail is written to."""

    ways = ("phone", "email", "address")

    own_words = {
        "unit": _("District where he lives"),
        "expertise": _("What he knows well"),
        "network": _("Community or network that puts him forward"),
        "no_official": _("He has signed that he holds none of the posts listed here."),
    }


class InviteForm(forms.Form):
    """Whom a link invites, and how long it is good."""

    unit = forms.ModelChoiceField(label=_("District"), queryset=Unit.objects.none())
    network = Line(
        label=_("Community or network"), max_length=200, required=False,
        help_text=_("Stands in the form of everybody who opens the link. Empty: each writes his own."),
    )  # fmt: skip
    days = forms.IntegerField(label=_("Good for how many days"), min_value=1, max_value=180, initial=30)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        field: Any = self.fields["unit"]
        field.queryset = units
