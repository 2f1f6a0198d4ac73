"""The form of every edge of a draw that a person takes on its page."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.formats import arabic
from procurement.models import Draw
from workflows.casepages.forms import AttachForm, EdgeForm, ExtendForm, NoteForm, ReasonsForm
from workflows.graph import Text

LOTTERY: tuple[tuple[str, Text, int], ...] = (
    ("first_prize", _("First prize (6 digits)"), 6),
    ("front_a", _("Front three digits, first number"), 3),
    ("front_b", _("Front three digits, second number"), 3),
    ("last_a", _("Last three digits, first number"), 3),
    ("last_b", _("Last three digits, second number"), 3),
    ("last_two", _("Last two digits"), 2),
)
"""Field, label and digits of the six numbers, in the order in which `draws.records.read_seed` reads them."""


class DigitsField(forms.CharField):
    """A number as it is printed, leading zeros and all; spaces and Thai digits are taken."""

    def __init__(self, *, digits: int, **kwargs: Any) -> None:
        self.digits = digits
        box = {"inputmode": "numeric", "autocomplete": "off", "size": digits, "class": "digits"}
        super().__init__(max_length=30, widget=forms.TextInput(attrs=box), **kwargs)

    def to_python(self, value: Any) -> str:
        """The digits. Raises ValidationError unless there are exactly so many."""
        found = "".join(arabic(super().to_python(value) or "").split())
        if found and not (found.isascii() and found.isdecimal() and len(found) == self.digits):
            wrong = gettext("Write all %(count)s digits as they are printed, leading zeros too.")
            raise forms.ValidationError(wrong % {"count": self.digits}, code="digits")
        return found


class HoldForm(EdgeForm):
    """The public value, as its source publishes it. Which fields, the announcement says."""

    body_template = "procurement/draw_form_hold.html"

    compared = forms.BooleanField(
        label=_("I have compared every digit with what the source itself has published."),
        error_messages={"required": _("Compare every digit with the source, then say so here.")},
    )

    def prepare(self) -> None:
        """Six numbers of a lottery, or one value of a beacon; the confirmation stands last."""
        self.is_lottery = self.case.draw.seed_source == Draw.SeedSource.LOTTERY
        if self.is_lottery:
            for name, label, digits in LOTTERY:
                self.fields[name] = DigitsField(label=label, digits=digits)
        else:
            box = {"rows": 2, "autocomplete": "off", "spellcheck": "false", "class": "hex"}
            self.fields["value"] = forms.CharField(
                label=_("Randomness of the round (64 hexadecimal digits)"), max_length=200, widget=forms.Textarea(box)
            )
        self.order_fields([*(name for name in self.fields if name != "compared"), "compared"])

    def facts(self) -> dict[str, Any]:
        """`seed`, as `draws.records.read_seed` takes it."""
        names = [name for name, _label, _digits in LOTTERY] if self.is_lottery else ["value"]
        return {"seed": " ".join(self.cleaned_data[name] for name in names)}


class TakeOverForm(EdgeForm):
    question = _("The draw comes into your hands, with its deadline.")


FORMS: Mapping[str, type[EdgeForm]] = {
    "hold_draw": HoldForm,
    "annul": ReasonsForm,
    "extend": ExtendForm,
    "take_over": TakeOverForm,
    "note": NoteForm,
    "attach": AttachForm,
}
