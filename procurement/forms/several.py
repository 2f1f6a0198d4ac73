"""Base of a form that takes an act several times at once: three members in one form, the declarations of everybody."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from workflows.casepages.forms import EdgeForm


class SeveralForm(EdgeForm):
    """A form whose edge is taken once for each of `steps()`, all of them or none.

    Its rows are fields named `<what>-<key>`, made by `prepare()`.
    """

    def steps(self) -> Iterator[dict[str, Any]]:
        """The facts of each time; only of a valid form. What is written on the way goes with the transaction."""
        yield self.facts()

    def place_of(self, facts: dict[str, Any], refused: str) -> str:  # noqa: ARG002 - for subclasses
        """The field beside which a refusal of this step stands, by the code of its guard; "" above the form."""
        return ""

    def sent(self, what: str) -> dict[int, str]:
        """What came in of the fields `<what>-<key>`, by key, without those left empty."""
        found: dict[int, str] = {}
        for name in self.data if self.is_bound else ():
            front, _dash, key = name.rpartition("-")
            if front == what and key.isascii() and key.isdecimal() and len(key) < 18 and self.data[name].strip():
                found[int(key)] = self.data[name].strip()
        return found

    @property
    def asks_for_more(self) -> bool:
        """Whether the form was sent only to be shown again, with other rows."""
        return self.is_bound and "more" in self.data

    def full_clean(self) -> None:
        """Nothing is wrong yet with a form that is only to be shown again."""
        if self.asks_for_more:
            self._errors, self.cleaned_data = ErrorDict(renderer=self.renderer), {}
            return
        super().full_clean()

    def keep_defaults(self, defaults: dict[str, Any]) -> None:
        """Fields that were not in the form when it was sent begin with their defaults, as they would unsent."""
        missing = {name: value for name, value in defaults.items() if name not in self.data}
        if missing:
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data.update(missing)

    def choice(self, name: str, label: Any, choices: list[tuple[str, Any]], **more: Any) -> None:
        """Add a list to choose from, narrow enough for a table; it may stay empty."""
        self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False, **more)
