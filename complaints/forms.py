"""The form of every edge that a person of the agency takes: what is typed becomes the facts of its action.

A form checks what was typed; whether the edge may be taken is for `perform()`. `FORMS` names one for each such edge.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.candidates import Candidate, candidates
from complaints.fields import CandidateField, EvidenceField, KindField, ThaiDateField, text_field
from complaints.models import ComplaintCase, DeclineGround, Measure
from complaints.models.handling import Outcome
from organisations.models import Role, Unit, User
from organisations.queries import open_units, units_below, units_where
from workflows.models import Clock

EMPTY_MEASURES = 3
MOST_MEASURES = 30
# Longer than any project of an agency; what is typed beyond it is a slip, such as a year of the other era.
LONGEST_MEASURE = timedelta(days=3653)


# --- The forms --------------------------------------------------------------------------------------------------------
class EdgeForm(forms.Form):
    """Base: a form for one edge of one case, as `user` sees it. Without fields it only asks whether one is sure."""

    question: Any = ""

    def __init__(self, *args: Any, case: ComplaintCase, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", None)
        super().__init__(*args, label_suffix="", **kwargs)
        self.case, self.user = case, user
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the case."""

    def facts(self) -> dict[str, Any]:
        """The facts for `perform()`; only of a valid form."""
        return dict(self.cleaned_data)


class EvidenceForm(EdgeForm):
    """Base: a sentence that says where the evidence is, or a file; one of the two is needed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("evidence", "files"):
            _field(self, name).one_of_two = True
        _field(self, "files").help_text = _("One of the two is needed: a file, or a sentence that says where it is.")


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


class ReasonsForm(EdgeForm):
    reasons = text_field(_("Reasons"))


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
        _field(self, "unit").queryset = open_units().filter(within)
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
        _field(self, "owner").queryset = User.objects.filter(pk__in=[row.user.pk for row in people])
        _field(self, "owner").choices = [("", "---------"), *((row.user.pk, str(row.user)) for row in people)]

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


class DecideForForm(EdgeForm):
    reasons = text_field(_("Reasons"), required=False)

    def prepare(self) -> None:
        """The rows of measures, as many as were sent (or three), and three more when "more rows" was pressed."""
        people = [row for row in candidates(self.case) if row.able]
        sent = self.data if self.is_bound else None
        if sent is not None and "more" in sent:
            sent = sent.copy()
            total = sent.get("measures-TOTAL_FORMS", "")
            rows = int(total) if total.isdecimal() and len(total) <= len(str(MOST_MEASURES)) else 0
            sent["measures-TOTAL_FORMS"] = str(rows + EMPTY_MEASURES)
        self.measures = _MeasureFormSet(sent, prefix="measures", form_kwargs={"people": people})

    def is_valid(self) -> bool:
        """Both the reasons and every row of measures that is not empty."""
        return all([super().is_valid(), self.measures.is_valid()])

    def facts(self) -> dict[str, Any]:
        """With `measures`, the rows that are filled in."""
        rows = [row.cleaned_data for row in self.measures.forms if row.has_changed()]
        return {
            **super().facts(),
            "measures": [{**row, "kind": row["kind"] or Measure.Kind.CORRECTIVE} for row in rows],
        }


_MeasureFormSet = forms.formset_factory(
    MeasureForm, extra=EMPTY_MEASURES, max_num=MOST_MEASURES, absolute_max=MOST_MEASURES, validate_max=True
)


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
        field = _field(self, "measure")
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


class ExtendForm(EdgeForm):
    clock = forms.ModelChoiceField(
        queryset=Clock.objects.none(), label=_("Deadline"), empty_label=None, widget=forms.RadioSelect
    )
    days = forms.IntegerField(label=_("More days"), min_value=1, max_value=365)
    reasons = text_field(_("Reasons"))

    def prepare(self) -> None:
        """The duties of this case that run."""
        field = _field(self, "clock")
        field.queryset = Clock.objects.filter(case=self.case.pk, stopped_on=None, duty=True).select_related("rule")
        field.label_from_instance = lambda row: row.rule.name


def _offer_kinds(form: EdgeForm) -> None:
    """The present kind stands first; a protected case is offered protected kinds only."""
    form.initial.setdefault("kind", form.case.category or None)
    if form.case.protected:
        field = _field(form, "kind")
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


def _field(form: forms.Form, name: str) -> Any:
    return form.fields[name]


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
