"""Fields that the officers' forms of every kind of case use: Thai dates, evidence, long texts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.fields import ThaiDateField
from workflows.files import ACCEPT, Checked, check_count, check_upload
from workflows.refusals import Refused

__all__ = ["EvidenceField", "ThaiDateField", "text_field"]

TEXT_LENGTH = 20_000


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
