"""Fields that forms of several subjects use: units by their name, files of the case that others may read."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Holding, Unit
from organisations.queries import open_units
from workflows.contents import Note
from workflows.models import Attachment, Case

UNITS_LIST = "units-to-choose"
"""The id of the list of units that stands once in the form, for every `UnitField` in it."""
_LONGEST_NAME = 300


def units_with(roles: Iterable[str]) -> "QuerySet[Unit]":
    """The open units in which somebody holds one of `roles` today."""
    today = timezone.localdate()
    held = Holding.objects.filter(
        valid__contains=today, post__valid__contains=today, post__roles__overlap=list(roles), user__is_active=True
    )
    return open_units().filter(pk__in=held.values("post__unit"))


def unit_words(units: Iterable[Unit]) -> list[str]:
    """What the list of units offers: the name, and the code that tells two of the same name apart."""
    return [f"{unit} ({unit.code})" for unit in units]


class UnitField(forms.CharField):
    """A unit, typed and found by its name or code, for a list of all would be long; cleaned to the `Unit`.

    `offered`: the units among which it is found.
    """

    default_error_messages = {"unknown": _("There is no such unit to choose. Type a part of its name and choose it.")}
    offered: "QuerySet[Unit]"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Unit"))
        kwargs.setdefault("help_text", _("Type a part of the name or the code, and choose."))
        widget = forms.TextInput(attrs={"list": UNITS_LIST, "autocomplete": "off"})
        super().__init__(max_length=_LONGEST_NAME, widget=widget, **kwargs)
        self.offered = Unit.objects.none()

    def clean(self, value: Any) -> Any:
        """The unit of the code in brackets, else of that code or name alone. Raises ValidationError."""
        typed = super().clean(value)
        if not typed:
            return None
        _name, _bracket, code = typed.rstrip(")").rpartition("(")
        named = (
            Q(code__iexact=code.strip()) | Q(code__iexact=typed) | Q(name_th__iexact=typed) | Q(name_en__iexact=typed)
        )
        found = list(self.offered.filter(named)[:2])
        if len(found) != 1:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return found[0]


class PassedOnField(forms.ModelMultipleChoiceField):
    """Files of the case that somebody else may read as well; none is ticked before."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Files of the case that go along"))
        super().__init__(
            queryset=Attachment.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, **kwargs
        )

    def offer(self, case: Case) -> None:
        """The files of `case` that may be given out; the scans of its letters stand with their letters."""
        self.queryset = (
            case.attachments.filter(letter=None).exclude(storage_name="").exclude(notes__contains=[str(Note.INFECTED)])
        )
