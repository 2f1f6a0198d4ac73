"""Fields that the officers' forms of every kind of case use: Thai dates, evidence, long texts."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.calendar import BUDDHIST_ERA
from workflows.files import ACCEPT, Checked, check_count, check_upload
from workflows.refusals import Refused

TEXT_LENGTH = 20_000


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


class _FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class EvidenceField(forms.FileField):
    """Files, checked by their content; cleaned to a list of `Checked`, empty where none was chosen."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Files"))
        kwargs.setdefault("required", False)
        super().__init__(widget=_FilesInput(attrs={"accept": ACCEPT}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Checked]:  # noqa: ARG002 - Django's signature
        """Every file checked. Raises ValidationError with the sentence of each that is refused."""
        uploads = [upload for upload in (data if isinstance(data, list | tuple) else [data]) if upload]
        if self.required and not uploads:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        kept, refused = [], []
        try:
            check_count(0, len(uploads))
        except Refused as refusal:
            raise forms.ValidationError(str(refusal.sentence)) from None
        for upload in uploads:
            try:
                kept.append(check_upload(upload))
            except Refused as refusal:
                refused.append(f"{upload.name}: {refusal.sentence}" if len(uploads) > 1 else str(refusal.sentence))
        if refused:
            raise forms.ValidationError(refused)
        return kept


def text_field(label: Any, *, required: bool = True, help_text: Any = "", rows: int = 5) -> forms.CharField:
    """A long text of at most 20,000 letters."""
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": rows}),
    )
