"""The forms of what custodians do: reveal who complained, hold what is kept, erase it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.erasing import ErasureGround
from workflows.casepages.fields import text_field
from workflows.casepages.forms import EdgeForm, ReasonsForm


class RevealForm(EdgeForm):
    question = _("Who complained is shown to you once. It is recorded, and the other custodians are told.")
    reasons = text_field(_("Reasons"), help_text=_("Custodians read them, and nobody else."))
    sure = forms.BooleanField(label=_("I need it to do my duty in this case, and I will not pass it on."))

    def facts(self) -> dict[str, Any]:
        """That he is sure is asked here alone."""
        return {"reasons": self.cleaned_data["reasons"]}


class AskErasureForm(EdgeForm):
    question = _("Another custodian decides about it, and carries it out.")
    ground = forms.ChoiceField(label=_("Why"), choices=ErasureGround.choices, widget=forms.RadioSelect)
    reasons = text_field(_("Reasons"), help_text=_("Custodians read them. They are erased with the content."))


class EraseForm(EdgeForm):
    question = _(
        "Texts, files and names of this case are deleted for good; nobody can bring them back. The number, the days"
        " and what was decided stay on record."
    )
    sure = forms.BooleanField(label=_("I have looked at the case, and nothing in it is needed any more."))

    def facts(self) -> dict[str, Any]:
        """Nothing: that he is sure is asked here alone."""
        return {}


KEEPING_FORMS: Mapping[str, type[EdgeForm]] = {
    "reveal": RevealForm,
    "hold_records": ReasonsForm,
    "release_records": ReasonsForm,
    "ask_erasure": AskErasureForm,
    "erase": EraseForm,
}
