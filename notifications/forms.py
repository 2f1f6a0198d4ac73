"""What a person fills in about how he wants to be told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from notifications.choices import PRACTICES, Pace, Practice, Topic, Wish
from notifications.models import DigestTime
from organisations.formats import write_time
from organisations.models import User


@dataclass(frozen=True)
class Line:
    """One row of the table: a topic, and its fields for each road. line: None where the house has no LINE."""

    practice: Practice
    email: forms.BoundField
    line: forms.BoundField | None

    @property
    def may_be_switched_off(self) -> bool:
        """Whether nothing at all need leave the house of this topic."""
        return Pace.NEVER in self.practice.paces


class ChoicesForm(forms.Form):
    """For each topic how fast and by which road, and when the digests come. It offers what may be chosen, and so takes
    nothing else: what is overdue has no "never"."""

    def __init__(
        self, data: Any = None, *, held: Mapping[Topic, Wish], time: DigestTime, with_line: bool, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self._held, self._with_line = held, with_line
        for topic, practice in PRACTICES.items():
            self.fields[f"email_{topic}"] = forms.ChoiceField(
                label=str(practice.label),
                choices=[(pace.value, pace.label) for pace in practice.paces],
                initial=held[topic].email,
            )
            if with_line:
                self.fields[f"line_{topic}"] = forms.BooleanField(
                    label=str(practice.label), required=False, initial=held[topic].line
                )
        self.fields["hour"] = forms.TypedChoiceField(
            label=_("Once a day, at"), coerce=int, choices=_hours, initial=time.hour
        )
        self.fields["weekday"] = forms.TypedChoiceField(
            label=_("Once a week, on"), coerce=int, choices=list(WEEKDAYS.items()), initial=time.weekday
        )

    def lines(self) -> Iterator[Line]:
        """The rows of the table."""
        for topic, practice in PRACTICES.items():
            yield Line(practice, self[f"email_{topic}"], self[f"line_{topic}"] if self._with_line else None)

    def wishes(self) -> dict[Topic, Wish]:
        """What he chose. Where the house has no LINE, what he once said of it stays."""
        cleaned = self.cleaned_data
        return {
            topic: Wish(Pace(cleaned[f"email_{topic}"]), cleaned.get(f"line_{topic}", self._held[topic].line))
            for topic in PRACTICES
        }


def _hours() -> list[tuple[int, str]]:
    midnight = datetime(2000, 1, 1, tzinfo=timezone.get_current_timezone())
    return [(hour, write_time(midnight.replace(hour=hour))) for hour in range(24)]


class AddressForm(forms.Form):
    """A new e-mail address."""

    use_required_attribute = False

    address = forms.EmailField(
        label=_("E-mail"),
        max_length=User._meta.get_field("email").max_length,
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={"required": _("Write the e-mail address.")},
    )

    def __init__(self, data: Any = None, *, present: str, **options: Any) -> None:
        super().__init__(data, **options)
        self._present = present

    def clean_address(self) -> str:
        """Raises ValidationError for the address that holds already."""
        address = str(self.cleaned_data["address"])
        if address == self._present:
            raise forms.ValidationError(_("This is your address already."))
        return address
