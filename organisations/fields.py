"""Fields that forms of every floor use."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from organisations.calendar import BUDDHIST_ERA


class ThaiDateField(forms.DateField):
    """A date; browsers without a date picker may send `25/12/2569`, which is taken as the Buddhist Era.

    What a date picker sends, `2026-12-25`, is in the Common Era.
    """

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y"], **kwargs)

    def to_python(self, value: Any) -> date | None:
        """The day in the Common Era. Raises ValidationError for what is no day."""
        typed = re.fullmatch(r"\s*(\d{1,2}/\d{1,2}/)(\d{4})\s*", value) if isinstance(value, str) else None
        # Nearer to this year in the one era than in the other.
        if typed and int(typed[2]) >= timezone.localdate().year + BUDDHIST_ERA // 2:
            value = f"{typed[1]}{int(typed[2]) - BUDDHIST_ERA}"
        return super().to_python(value)
