"""What people type, made fit to be kept: nothing they see is lost, and nothing they do not see is taken in."""

import re
import unicodedata
from typing import Any

from django import forms

# Line ends are kept; of the unseen signs only those that join emoji and complex letters.
_KEPT = {"\n", "\u200c", "\u200d"}
# Controls, signs that turn the direction, halves of pairs. What this Python does not know is next year's emoji.
_UNSEEN = {"Cc", "Cf", "Cs"}


def clean_text(text: str) -> str:
    """NFC, with plain line ends, without control and direction signs, and without blanks at both ends."""
    lines = re.sub("\r\n?|[\u2028\u2029]", "\n", text).replace("\t", " ")
    seen = (char for char in lines if char in _KEPT or unicodedata.category(char) not in _UNSEEN)
    return unicodedata.normalize("NFC", "".join(seen)).strip()


class Line(forms.CharField):
    """One line of text."""

    def to_python(self, value: Any) -> str:
        """See `clean_text`; line ends become blanks."""
        return " ".join(clean_text(super().to_python(value) or "").split())


class Text(forms.CharField):
    """A text of several lines."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """See `clean_text`."""
        return clean_text(super().to_python(value) or "")
