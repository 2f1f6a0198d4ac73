"""The forms of what is recorded without a move: notes, messages, files, the kind, a conflict."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.fields import KindField
from workflows.casepages.fields import EvidenceField, text_field
from workflows.casepages.forms import EdgeForm, ExtendForm, ReasonsForm, field_of


class NoteForm(EdgeForm):
    text = text_field(_("Note"), help_text=_("Only people who may see the case read it; the complainant does not."))


class MessageForm(EdgeForm):
    text = text_field(_("Message"), help_text=_("The complainant reads it with his receipt code."))


class SpokenForm(EdgeForm):
    """What the complainant said or wrote by another way, recorded for him."""

    text = text_field(_("What the complainant says"))
    files = EvidenceField()


class WithdrawalForm(EdgeForm):
    text = text_field(_("What the complainant says"), required=False)


class AttachForm(EdgeForm):
    files = EvidenceField(required=True)
    shown = forms.BooleanField(label=_("The complainant may open them"), required=False)


def offer_kinds(form: EdgeForm) -> None:
    """The present kind stands first; a protected case is offered protected kinds only."""
    form.initial.setdefault("kind", form.case.category or None)
    if form.case.protected:
        field = field_of(form, "kind")
        field.queryset = field.queryset.filter(protected=True)
        field.choices = field.grouped


class KindForm(EdgeForm):
    kind = KindField(help_text=_("A protected kind takes the case into the protected register; that cannot be undone."))

    def prepare(self) -> None:
        """The present kind stands first; a protected case is offered protected kinds only."""
        offer_kinds(self)


ACT_FORMS: Mapping[str, type[EdgeForm]] = {
    "note": NoteForm,
    "message": MessageForm,
    "complainant_message": SpokenForm,
    "attach": AttachForm,
    "extend": ExtendForm,
    "change_kind": KindForm,
    "declare_conflict": ReasonsForm,
    "withdraw": WithdrawalForm,
    "record_withdrawal": WithdrawalForm,
}
