"""Several files at once from a form: the good ones are kept, each refused one is named with the reason."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from workflows import files
from workflows.files import Checked, FileRefused


def sort_out(uploads: Iterable[UploadedFile]) -> tuple[list[Checked], list[str]]:
    """What may be kept, and a sentence for each file that may not."""
    kept, refused = [], []
    for number, upload in enumerate(uploads, start=1):
        try:
            files.check_count(0, number)
            kept.append(files.check_upload(upload))
        except FileRefused as refusal:
            refused.append(refusal_of(upload.name or "", refusal))
    return kept, refused


def refusal_of(name: str, refusal: FileRefused) -> str:
    """ "photo.heic: This kind of file is not accepted. …" """
    label = files.clean_label(name, Path(name).suffix[1:6] or "?").removesuffix(".?")
    return f"{label}: {refusal.sentence}"


class ManyFiles(forms.FileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__({"multiple": True, "accept": files.ACCEPT})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:  # noqa: ARG002 - Django's names
        """All of them."""
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class FilesField(forms.Field):
    """Files that go with a text; its value is a list of `Checked`. When one is refused, the form is."""

    widget = ManyFiles

    def clean(self, value: Any) -> list[Checked]:
        """Check each file."""
        kept, refused = sort_out(value or [])
        if refused:
            raise forms.ValidationError([*refused, _("Nothing was sent yet. Please choose the files again.")])
        return kept
