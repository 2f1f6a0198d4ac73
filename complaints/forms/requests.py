"""The forms of a request to a unit: for the unit that is asked, and for who asks."""

from collections.abc import Mapping
from typing import cast

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.candidates import candidates
from complaints.fields import CandidateField
from complaints.requests.rules import ASKER
from organisations.models import Role
from workflows.actors import Actor
from workflows.casepages.fields import EvidenceField, text_field
from workflows.casepages.forms import EdgeForm, ExtendForm, ReasonsForm

from .elsewhere import UnitForm


class TakeForm(EdgeForm):
    question = _("The request comes into your hands.")


class GiveForm(EdgeForm):
    to = CandidateField()

    def prepare(self) -> None:
        """The officers of the unit; not who has it already."""
        people = candidates(self.case, self.user)
        cast("CandidateField", self.fields["to"]).offer(row for row in people if row.user.pk != self.case.holder_id)


class AnswerForm(EdgeForm):
    text = text_field(pgettext_lazy("text of a request", "Answer"), rows=8)
    files = EvidenceField()

    def prepare(self) -> None:
        """Who asked records the letter by which the unit answered."""
        if ASKER.holds(Actor.person(self.user), self.case):
            self.question = _("You record the letter by which the unit answered. Attach its scan.")


class ReminderForm(EdgeForm):
    text = text_field(_("Reminder"), help_text=_("The unit reads it. Its time to answer goes on as before."), rows=3)


class PassOnForm(UnitForm):
    question = _("The other unit is asked the same, with a time to answer of its own.")
    roles = (Role.OFFICER, Role.HEAD)


class CancelForm(ReasonsForm):
    question = _("The unit need not answer any more, and is told so.")


class RequestNoteForm(EdgeForm):
    text = text_field(_("Note"), help_text=_("Your unit and who asks can read it."))


REQUEST_FORMS: Mapping[str, type[EdgeForm]] = {
    "take": TakeForm,
    "give": GiveForm,
    "answer": AnswerForm,
    "answer_late": AnswerForm,
    "remind": ReminderForm,
    "give_time": ExtendForm,
    "pass_on": PassOnForm,
    "cancel": CancelForm,
    "note": RequestNoteForm,
    "declare_conflict": ReasonsForm,
}
"""Edge → its form, of a request."""
