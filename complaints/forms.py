"""The form of every edge that a person of the agency takes: what is typed becomes the facts of its action.

A form checks what was typed; whether the edge may be taken is for `perform()`. `FORMS` names one for each such edge.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.candidates import Candidate, candidates
from complaints.fields import CandidateField, KindField
from complaints.models import DeclineGround, Measure
from complaints.models.handling import Outcome
from organisations.models import Role, Unit, User
from organisations.queries import open_units, units_below, units_where
from workflows.casepages.fields import EvidenceField, ThaiDateField, text_field
from workflows.casepages.forms import (
    EMPTY_ROWS,
    MOST_ROWS,
    EdgeForm,
    EvidenceForm,
    ExtendForm,
    ReasonsForm,
    RowsForm,
    field_of,
)

# Longer than any project of an agency; what is typed beyond it is a slip, such as a year of the other era.
LONGEST_MEASURE = timedelta(days=3653)


class NoteForm(EdgeForm):
    text = text_field(_("Note"), help_text=_("Only people who may see the case read it; the complainant does not."))


class QuestionForm(EdgeForm):
    text = text_field(_("Question"), help_text=_("Ask everything at once: the clocks stand still until the answer."))
    days = forms.IntegerField(
        label=_("Days to answer"), min_value=1, max_value=90, required=False,
        help_text=_("Calendar days. Left empty, the rule decides."),
    )  # fmt: skip


class MessageForm(EdgeForm):
    text = text_field(_("Message"), help_text=_("The complainant reads it with his receipt code."))


class ProgressForm(EdgeForm):
    text = text_field(_("Progress"), help_text=_("What has been done and what comes next. The complainant reads it."))


class SpokenForm(EdgeForm):
    """What the complainant said or wrote by another way, recorded for him."""

    text = text_field(_("What the complainant says"))
    files = EvidenceField()


class WithdrawalForm(EdgeForm):
    text = text_field(_("What the complainant says"), required=False)


class AcceptForm(EdgeForm):
    kind = KindField()
    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(), label=_("Unit that handles it"), empty_label=None,
        help_text=_("Matters of corruption go to the anti-corruption centre whatever is chosen here."),
    )  # fmt: skip

    def prepare(self) -> None:
        """The present kind and unit come first; the units are those below where `user` works."""
        mine = units_below(units_where(self.user, {Role.SCREENER}))
        within = Q(pk=self.case.unit_id) if self.case.protected else Q(pk=self.case.unit_id) | Q(pk__in=mine)
        field_of(self, "unit").queryset = open_units().filter(within)
        self.initial.setdefault("unit", self.case.unit_id)
        _offer_kinds(self)


class DeclineForm(EdgeForm):
    ground = forms.ModelChoiceField(
        queryset=DeclineGround.objects.filter(active=True),
        label=_("Ground"),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    reply = text_field(_("Reply to the complainant"), help_text=_("Say why, and where else he can turn to."), rows=7)


class AssignForm(EdgeForm):
    to = CandidateField()

    def prepare(self) -> None:
        """Who has the case already is not offered again."""
        people = candidates(self.case)
        cast("CandidateField", self.fields["to"]).offer(row for row in people if row.user.pk != self.case.holder_id)


class ReopenForm(EdgeForm):
    to = CandidateField()
    reasons = text_field(_("Reasons"))

    def prepare(self) -> None:
        """Only who did not handle the case before."""
        cast("CandidateField", self.fields["to"]).offer(candidates(self.case, new=True))


class ReplyForm(EdgeForm):
    reply = text_field(
        _("Reply to the complainant"), help_text=_("The result and its reasons, in plain words."), rows=8
    )
    files = EvidenceField()


class DraftForm(EdgeForm):
    reply = text_field(
        _("Reply to the complainant"), help_text=_("A second person approves it before it goes out."), rows=8
    )

    def prepare(self) -> None:
        """The draft so far."""
        last = self.case.replies.last()
        if last is not None and last.sent_at is None:
            self.initial.setdefault("reply", last.read(self.case))


class FindingForm(EvidenceForm):
    outcome = forms.ChoiceField(label=_("Finding"), choices=Outcome.choices, widget=forms.RadioSelect)
    reasons = text_field(_("Reasons"), help_text=_("What was checked, what was found, and why this follows."), rows=8)
    evidence = forms.CharField(
        label=_("Evidence"), max_length=500, required=False,
        help_text=_("Where it is kept, if it is not attached."),
    )  # fmt: skip
    files = EvidenceField()


class DecideAgainstForm(EdgeForm):
    reply = text_field(
        _("Reply to the complainant"), help_text=_("The result and its reasons, in plain words."), rows=8
    )
    reasons = text_field(_("Reasons for the file"), required=False, help_text=_("The complainant does not read them."))


class MeasureForm(forms.Form):
    """One measure; an empty row is left out."""

    kind = forms.ChoiceField(label=_("Measure"), choices=Measure.Kind.choices, required=False)
    text = text_field(_("What is to be done"), rows=2)
    owner = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Owner"))
    due_on = ThaiDateField(label=_("Due"))

    def __init__(self, *args: Any, people: list[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        field_of(self, "owner").queryset = User.objects.filter(pk__in=[row.user.pk for row in people])
        field_of(self, "owner").choices = [("", "---------"), *((row.user.pk, str(row.user)) for row in people)]

    def has_changed(self) -> bool:
        """A row counts once something is typed in it; the list of kinds always stands somewhere."""
        return any(name != "kind" for name in self.changed_data)

    def clean_due_on(self) -> date:
        """Today or later, and no more than ten years from now."""
        due_on: date = self.cleaned_data["due_on"]
        if due_on < timezone.localdate():
            raise forms.ValidationError(_("This day has passed. Choose a day from today on."))
        if due_on > timezone.localdate() + LONGEST_MEASURE:
            raise forms.ValidationError(_("This day is more than ten years away. Look at the year."))
        return due_on


class DecideForForm(RowsForm):
    reasons = text_field(_("Reasons"), required=False)
    rows_name = "measures"
    row_forms = forms.formset_factory(
        MeasureForm, extra=EMPTY_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
    )

    def row_kwargs(self) -> dict[str, Any]:
        """Who may own a measure."""
        return {"people": [row for row in candidates(self.case) if row.able]}

    def row_title(self, number: str) -> str:
        """What stands above the fields of a measure."""
        return gettext("Measure %(n)s") % {"n": number}

    def facts(self) -> dict[str, Any]:
        """With `measures`, the rows that are filled in."""
        measures = [{**row, "kind": row["kind"] or Measure.Kind.CORRECTIVE} for row in self.filled()]
        return {**super().facts(), "measures": measures}


class MeasureDoneForm(EvidenceForm):
    measure = forms.ModelChoiceField(
        queryset=Measure.objects.none(), label=_("Measure"), empty_label=None, widget=forms.RadioSelect
    )
    evidence = forms.CharField(
        label=_("Evidence"), max_length=500, required=False, help_text=_("Where it is kept, if it is not attached.")
    )
    files = EvidenceField()

    def prepare(self) -> None:
        """The measures of this case that are not done."""
        field = field_of(self, "measure")
        field.queryset = Measure.objects.filter(case=self.case.pk, done_at=None).select_related("owner")
        field.label_from_instance = lambda row: f"{row.read(self.case)} · {row.owner}"


class CloseForm(EvidenceForm):
    evidence = text_field(
        _("How the matter was settled"), required=False, help_text=_("Or attach the evidence."), rows=3
    )
    files = EvidenceField()


class AttachForm(EdgeForm):
    files = EvidenceField(required=True)
    shown = forms.BooleanField(label=_("The complainant may open them"), required=False)


def _offer_kinds(form: EdgeForm) -> None:
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
        _offer_kinds(self)


class ScreenForm(EdgeForm):
    question = _("The case comes into your hands. You can read what the complainant wrote.")


class AcknowledgeForm(EdgeForm):
    question = _("You confirm that the complainant has his receipt code.")


class ApproveForm(EdgeForm):
    question = _("The reply above may go out as it stands.")
    # Which draft was before his eyes: a newer one is refused.
    reply_seen = forms.IntegerField(widget=forms.HiddenInput)

    def prepare(self) -> None:
        """The newest draft is the one that is shown."""
        newest = self.case.replies.last()
        self.initial.setdefault("reply_seen", newest.pk if newest else None)


class SendForm(EdgeForm):
    question = _("The approved reply above goes to the complainant, and the case counts as answered.")


FORMS: Mapping[str, type[EdgeForm]] = {
    "acknowledge": AcknowledgeForm,
    "start_screening": ScreenForm,
    "accept": AcceptForm,
    "decline": DeclineForm,
    "ask_complainant": QuestionForm,
    "complainant_answered": SpokenForm,
    "assign": AssignForm,
    "reassign": AssignForm,
    "answer_directly": ReplyForm,
    "send_progress": ProgressForm,
    "submit_finding": FindingForm,
    "return_finding": ReasonsForm,
    "decide_founded": DecideForForm,
    "decide_partly": DecideForForm,
    "decide_unfounded": DecideAgainstForm,
    "decide_inconclusive": DecideAgainstForm,
    "measure_done": MeasureDoneForm,
    "draft_reply": DraftForm,
    "approve_reply": ApproveForm,
    "answer": SendForm,
    "close": CloseForm,
    "request_review": ReasonsForm,
    "reopen": ReopenForm,
    "reopen_screening": ReasonsForm,
    "refuse_review": ReasonsForm,
    "withdraw": WithdrawalForm,
    "record_withdrawal": WithdrawalForm,
    "note": NoteForm,
    "message": MessageForm,
    "complainant_message": SpokenForm,
    "attach": AttachForm,
    "extend": ExtendForm,
    "change_kind": KindForm,
    "declare_conflict": ReasonsForm,
}
"""Edge → its form. Edges that only a clock, an import or the complainant takes have none here."""
