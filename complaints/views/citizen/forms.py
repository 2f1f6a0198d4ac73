"""The questions of the filing wizard, one form each.

A form knows the answers given before it. What it takes is kept as plain text, so that
the same form, bound to it again, checks it once more before the complaint is sent.
"""

import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from complaints import contacts, routing
from complaints.models import ComplaintKind
from complaints.views.citizen import places
from complaints.views.citizen.answers import UNSURE, Answers
from complaints.views.citizen.texts import Line, Text
from complaints.views.citizen.uploads import ManyFiles
from notifications.models import Road
from organisations.models import Unit
from workflows.sealing import EXTENSION

STATEMENT_LENGTH = 10_000
EXAMPLES = 5
PHONE_DIGITS = range(8, 16)


def _with_note(word: Any, note: Any) -> Any:
    """A choice with a line of explanation under it."""
    return format_html('<span><strong>{}</strong><br><span class="help">{}</span></span>', word, note)


class StepForm(forms.Form):
    """A page of the wizard."""

    use_required_attribute = False

    def __init__(self, answers: Answers, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers = answers
        self.prepare()

    def prepare(self) -> None:
        """Set what depends on the answers before."""

    def answer(self) -> dict[str, str]:
        """What is kept of a valid form."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value not in (None, "", [])}


# --- What kind --------------------------------------------------------------------------------------------------------
class KindForm(StepForm):
    """A group of kinds, in plain words: what belongs to it stands under its name."""

    kind = forms.ChoiceField(
        label=_("What is it about?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what comes closest. “I am not sure” is an answer too.")},
    )

    def prepare(self) -> None:
        """The groups of the rule data that are offered."""
        kinds, hotline = self.answers.kinds, self.answers.hotline
        groups = [kind for kind in kinds if kind.parent_id is None and (kind.protected or not hotline)]
        self.fields["kind"].choices = [(kind.code, _with_note(kind.name, self._note(kind, kinds))) for kind in groups]
        if hotline:
            # What comes by the hotline is protected, so somebody has to say of which such kind it is.
            return
        self.fields["kind"].choices += [
            (UNSURE, _with_note(_("I am not sure"), _("Tell us what happened. The office finds the right kind."))),
        ]

    @staticmethod
    def _note(kind: ComplaintKind, kinds: list[ComplaintKind]) -> Any:
        names = [child.name for child in kinds if child.parent_id == kind.code]
        examples = ", ".join(names[:EXAMPLES]) + (" …" if len(names) > EXAMPLES else "")
        if kind.protected:
            return format_html("{}<br>{}", examples, _("Protected: only few people may read it."))
        return examples


class DetailForm(StepForm):
    """The kind itself, within its group."""

    detail = forms.ChoiceField(
        label=_("Which of these fits best?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what comes closest. “I am not sure” is an answer too.")},
    )

    def prepare(self) -> None:
        """The kinds of the group."""
        self.fields["detail"].choices = [
            *((kind.code, kind.name) for kind in self.answers.details),
            (UNSURE, _("I am not sure, or none of these")),
        ]


# --- What and where ---------------------------------------------------------------------------------------------------
class WhatForm(StepForm):
    """The statement."""

    statement = Text(
        label=_("What happened?"),
        max_length=STATEMENT_LENGTH,
        widget=forms.Textarea({"rows": 9}),
        help_text=_(
            "What happened, when, who was involved, and how you know. If you know no names, describe. "
            "What you would like to be done helps too."
        ),
        error_messages={"required": _("Write what happened. One sentence is enough to begin.")},
    )


class ProvinceForm(StepForm):
    """The province, where the installation has several."""

    province = forms.ChoiceField(label=_("In which province?"), error_messages={"required": _("Choose the province.")})

    def prepare(self) -> None:
        """All provinces."""
        self.fields["province"].choices = [("", _("Choose a province")), *self.answers.provinces]


class WhereForm(StepForm):
    """The district, the place in words, and the point on the map where a script put one."""

    district = forms.ChoiceField(label=_("District"), required=False)
    place = Line(
        label=_("Place"),
        max_length=500,
        required=False,
        help_text=_("Village, road, house number, or what stands nearby."),
    )
    latitude = forms.DecimalField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.DecimalField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)

    def prepare(self) -> None:
        """The districts of the province; no question where there are none."""
        found = places.districts(self.answers.province)
        self.fields["district"].choices = [("", _("I do not know, or not in one district")), *found]
        if not found:
            del self.fields["district"]

    def clean_latitude(self) -> Decimal | None:
        """Six decimals, which is a hand's breadth."""
        return _six_decimals(self.cleaned_data["latitude"])

    def clean_longitude(self) -> Decimal | None:
        """Six decimals."""
        return _six_decimals(self.cleaned_data["longitude"])

    def clean(self) -> dict[str, Any]:
        """Half a point is none."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("latitude") is None or cleaned.get("longitude") is None:
            cleaned["latitude"] = cleaned["longitude"] = None
        return cleaned


def _six_decimals(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.000001"))


class UnitForm(StepForm):
    """The office that is to hear of it."""

    unit = forms.ChoiceField(
        label=_("Which office should deal with it?"),
        widget=forms.RadioSelect,
        help_text=_("An office that is not the right one passes it on. You are told."),
        error_messages={"required": _("Choose an office. “I am not sure” is an answer too.")},
    )

    def prepare(self) -> None:
        """The offices near the place; by the hotline of the staff all units, for it may be about any."""
        if self.answers.hotline:
            self._offer_workplaces()
            return
        self.offices = places.offices(self.answers.province, self.answers.district)
        kind = self.answers.kind
        if kind and kind.protected:
            self.fields["unit"].label = _("Which office is it about?")
            self.fields["unit"].help_text = _(
                "The office itself does not get to see it. It goes to the anti-corruption centre above that office."
            )
        self.fields["unit"].choices = [
            *((unit.code, unit.name) for unit in self.offices),
            (UNSURE, _("I am not sure")),
        ]

    def _offer_workplaces(self) -> None:
        self.offices = places.workplaces(self.answers.province)
        field = self.fields["unit"]
        field.label = _("In which unit does the person work whom it is about?")
        field.help_text = _("The unit itself does not get to see it. It goes to a unit above.")
        field.widget = forms.Select({"aria-label": field.label})
        field.choices = [("", _("Choose a unit")), *((unit.code, unit.name) for unit in self.offices)]

    @property
    def office(self) -> Any:
        """The office chosen in a valid form; the nearest where none was."""
        chosen = self.cleaned_data["unit"]
        return next((unit for unit in self.offices if chosen in (unit.code, UNSURE)), None)

    def clean(self) -> None:
        """Somewhere there must be an office."""
        super().clean()
        if not self.offices:
            raise forms.ValidationError(
                _(
                    "No office takes complaints through this page at the moment. "
                    "Please telephone the government hotline 1111."
                )
            )


class HeadForm(StepForm):
    """Whether it is about who leads the unit; asked by the staff's hotline only."""

    YES, NO = "yes", "no"

    head = forms.ChoiceField(
        label=_("Is it about the head of that unit?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of them.")},
    )

    def prepare(self) -> None:
        """Who is not sure is routed as if it were."""
        self.fields["head"].choices = [
            (self.YES, _with_note(_("Yes"), _("It goes one level further up, to the superior of that superior."))),
            (self.NO, _("No, about somebody else")),
            (UNSURE, _with_note(_("I am not sure"), _("Then it goes further up, to be safe."))),
        ]

    def clean(self) -> None:
        """Nobody's matter is laid before the one it is about."""
        super().clean()
        unit = Unit.objects.filter(code=self.answers.given("unit")).first()
        if unit is not None and self.about_head and routing.above_the_accused(unit, head=True) is None:
            raise forms.ValidationError(
                _(
                    "Nobody above the head of this unit works with this service. Turn to the Merit System Protection "
                    "Commission (OCSC) or to the NACC, hotline 1205."
                )
            )

    @property
    def about_head(self) -> bool:
        """Whether a valid form routes it past the head."""
        return self.cleaned_data.get("head") in (self.YES, UNSURE)


# --- Files and who ----------------------------------------------------------------------------------------------------
class FilesForm(StepForm):
    """Photos and papers; the files themselves are kept beside the answers (`drafts.add_file`)."""

    files = forms.Field(
        label=_("Choose photos or files"),
        required=False,
        widget=ManyFiles(),
    )

    def prepare(self) -> None:
        """Say what may come."""
        self.fields["files"].help_text = _(
            "Photos, PDF, Word, Excel, sound or video. Up to %(count)d files of %(megabytes)d MB each."
        ) % {"count": settings.EVIDENCE_MAX_FILES, "megabytes": settings.EVIDENCE_MAX_BYTES // 1024**2}

    def answer(self) -> dict[str, str]:
        """That the page was answered; the files lie elsewhere."""
        return {}


class WhoForm(StepForm):
    """With or without a name."""

    NAMED, ANONYMOUS = "named", "anonymous"

    who = forms.ChoiceField(
        label=_("Do you want to give your name?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    name = Line(label=_("Name"), max_length=200, required=False)
    phone = Line(label=_("Telephone"), max_length=30, required=False, widget=forms.TextInput({"inputmode": "tel"}))
    email = forms.EmailField(label=_("E-mail"), max_length=200, required=False)
    tell = forms.BooleanField(
        label=_("Write to me there when there is news"),
        required=False,
        initial=True,
        help_text=_(
            "The e-mail says only that there is news, with the number of your case. You read it here, with your code."
        ),
    )

    def prepare(self) -> None:
        """Say what each means for this kind, truly; and what the browser may fill in by itself."""
        kind = self.answers.kind
        seen_by = (
            _(
                "Your name and contact are encrypted and stay closed. Only one person appointed for it can open them, "
                "with a reason, on the record."
            )
            if kind and kind.protected
            else _("Your name and contact are encrypted. Only the people who handle your complaint can open them.")
        )
        unknown = _(
            "We do not know who you are, and keep nothing that could tell. "
            "You follow the case with the code you get at the end."
        )
        self.fields["who"].choices = [
            (self.ANONYMOUS, _with_note(_("No, I stay anonymous"), unknown)),
            (self.NAMED, _with_note(_("Yes, the office may contact me"), seen_by)),
        ]
        if Road.EMAIL not in contacts.offered():
            del self.fields["tell"]
        if "tell" in self.initial:
            # In the draft it is a word, and every word would be a tick.
            self.initial["tell"] = self.initial["tell"] == str(True)
        for name, hint in (("name", "name"), ("phone", "tel"), ("email", "email")):
            self.fields[name].widget.attrs["autocomplete"] = hint

    def clean_phone(self) -> str:
        """A number one can call, as it was typed."""
        phone: str = self.cleaned_data["phone"]
        # What follows an extension sign is not part of the number, here as where it is looked up.
        number = EXTENSION.split(unicodedata.normalize("NFKC", phone).casefold(), maxsplit=1)[0]
        digits = sum(unicodedata.category(char) == "Nd" for char in number)
        if phone and digits not in PHONE_DIGITS:
            raise forms.ValidationError(_("This is no telephone number. Write it with all its digits."))
        return phone

    def clean(self) -> dict[str, Any]:
        """Who gives his name can be reached; of who does not, nothing is taken, whatever stands in the fields."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("who") == self.ANONYMOUS:
            for name in ("name", "phone", "email"):
                cleaned[name] = ""
                self.errors.pop(name, None)
        elif cleaned.get("who") == self.NAMED and not any(
            cleaned.get(name) or name in self.errors for name in ("phone", "email")
        ):
            self.add_error("phone", _("Give a telephone number or an e-mail address, or stay anonymous."))
        return cleaned


class CheckForm(StepForm):
    """Nothing to fill in: everything is shown once more."""
