"""Forms by which somebody comes to a citizen seat: opening it, the next of the drawn order, a nomination."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procurement.candidates import Candidate, candidates
from procurement.models import Person
from procurement.pool.line import against_nominations, draw_for
from workflows.casepages.forms import EdgeForm, field_of

from .several import SeveralForm

_AT_ONCE = _("Invite him at once")


class OpenSeatForm(forms.Form):
    """A seat on a committee in draft; with a draw of the quarter, it is filled in the same step.

    draw: that draw, None when there is none.
    """

    fill = forms.BooleanField(
        label=_("Draw and invite the next in line at once"),
        required=False,
        initial=True,
        help_text=_("Without it the seat stays vacant until you fill it."),
    )

    def __init__(self, *args: Any, committee: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.draw = draw_for(committee.case.unit_id, timezone.localdate())
        if self.draw is None:
            del self.fields["fill"]


class DrawNextForm(EdgeForm):
    """The next of the drawn order, whom the page names beside the form."""

    invite = forms.BooleanField(
        label=_AT_ONCE,
        required=False,
        initial=True,
        help_text=_("Without it he is drawn, and invited by a step of its own."),
    )

    def facts(self) -> dict[str, Any]:
        """None: the drawn order says who it is."""
        return {}

    @property
    def invites(self) -> bool:
        """Whether he is invited in the same step; only of a valid form."""
        return bool(self.cleaned_data["invite"])


@dataclass(frozen=True)
class Choice:
    """A citizen within reach. reason: why he may not be nominated, "" when he may; is_chosen: whether he is picked."""

    candidate: Candidate
    reason: str
    is_chosen: bool


class NominateForm(SeveralForm):
    """One citizen, of the pool or beside it, found by parts of his name, and why he is nominated. Works without a
    script: the button of the search sends the form to be shown again, with what was chosen kept."""

    body_template = "procurement/seat_form_nominate.html"

    q = forms.CharField(
        label=_("Search by name, position or network"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    person = forms.ChoiceField(
        label=_("Citizen"), widget=forms.RadioSelect, error_messages={"required": _("Choose the citizen.")}
    )
    reason = forms.CharField(
        label=_("Why nominated"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands in the order, and on public pages: why nobody was drawn, and who put him forward."),
        error_messages={"required": _("Say why this citizen is nominated.")},
    )
    invite = forms.BooleanField(label=_AT_ONCE, required=False, initial=True)

    def prepare(self) -> None:
        """The citizens whom the search finds, with what bars them; who was chosen before stays in the list."""
        words = str(self.data.get("q", "") if self.is_bound else "")
        wanted = str(self.data.get("person", "") if self.is_bound else "")
        chosen = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 18 else None
        committee = self.case.seat.committee
        found = candidates(committee, self.user, words=words, chosen=[chosen] if chosen else [])
        part = next(part for part in found if part.standing == Person.Standing.CITIZEN)
        bars = against_nominations(committee, [row.person for row in part.rows], timezone.localdate())
        self.more = part.more
        self.people = [
            Choice(row, str(bar.label) if bar is not None else "", row.person.pk == chosen)
            for row in part.rows
            for bar in [bars[row.person.pk]]
        ]
        self.by_key = {str(row.candidate.person.pk): row.candidate.person for row in self.people if not row.reason}
        field_of(self, "person").choices = [(key, str(person)) for key, person in self.by_key.items()]

    @property
    def free(self) -> int:
        """How many of those found may be nominated."""
        return len(self.by_key)

    def clean_person(self) -> Person:
        """The person himself."""
        return self.by_key[self.cleaned_data["person"]]

    def clean_reason(self) -> str:
        """In one line: it stands in an order."""
        return " ".join(self.cleaned_data["reason"].split())

    def clean(self) -> dict[str, Any]:
        """Somebody who was chosen and is barred meanwhile is named."""
        super().clean()
        barred = next((row for row in self.people if row.is_chosen and row.reason), None)
        if barred is not None and "person" in self.errors:
            del self.errors["person"]
            words = {"name": barred.candidate.person, "reason": barred.reason}
            self.add_error("person", gettext("%(name)s is not offered: %(reason)s") % words)
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        """Who, and why."""
        return {"person": self.cleaned_data["person"], "reason": self.cleaned_data["reason"]}

    @property
    def invites(self) -> bool:
        """Whether he is invited in the same step; only of a valid form."""
        return bool(self.cleaned_data["invite"])
