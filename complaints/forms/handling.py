"""The forms from the assignment to the end: finding, decision (here or on paper), measures, reply."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.candidates import Candidate, candidates
from complaints.fields import CandidateField
from complaints.models import Measure, Respondent
from complaints.models.handling import Outcome
from complaints.respondents import Named, OnRecord, named_in, on_record
from complaints.rules import may_approve
from organisations.formats import write_date
from organisations.models import Role, User
from organisations.queries import holders_of, units_above
from workflows.actors import post_for
from workflows.casepages.fields import EvidenceField, ThaiDateField, text_field
from workflows.casepages.forms import EMPTY_ROWS, MOST_ROWS, EdgeForm, EvidenceForm, ReasonsForm, RowsForm, field_of
from workflows.models import Case

# Longer than any project of an agency; what is typed beyond it is a slip, such as a year of the other era.
LONGEST_MEASURE = timedelta(days=3653)


class AssignForm(EdgeForm):
    to = CandidateField()

    def prepare(self) -> None:
        """Who has the case already is not offered again."""
        people = candidates(self.case, self.user)
        cast("CandidateField", self.fields["to"]).offer(row for row in people if row.user.pk != self.case.holder_id)


class HandOverForm(AssignForm):
    reasons = text_field(_("Reasons"), rows=2, help_text=_("For instance: leave, another post."))


class ProgressForm(EdgeForm):
    text = text_field(_("Progress"), help_text=_("What has been done and what comes next. The complainant reads it."))


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


class OutcomeForm(EvidenceForm):
    """What was found, why, and where the evidence is."""

    outcome = forms.ChoiceField(label=_("Finding"), choices=Outcome.choices, widget=forms.RadioSelect)
    reasons = text_field(_("Reasons"), help_text=_("What was checked, what was found, and why this follows."), rows=8)
    evidence = forms.CharField(
        label=_("Evidence"), max_length=500, required=False,
        help_text=_("Where it is kept, if it is not attached."),
    )  # fmt: skip
    files = EvidenceField()


class FindingForm(OutcomeForm):
    """The finding of the investigator: about the case, and about every allegation with what he said to it beside it."""

    body_template = "officer/form_finding.html"
    hearing_is_ours = True

    def prepare(self) -> None:
        """An outcome and reasons for every respondent."""
        self.records = [row for row in on_record(self.case, self.user) if row.person.row.removed_at is None]
        for record in self.records:
            outcome, reasons = _names_of(record)
            self.fields[outcome] = forms.ChoiceField(
                label=_("Finding"), choices=Outcome.choices, widget=forms.RadioSelect
            )
            self.fields[reasons] = text_field(_("Reasons"), rows=4)

    def unheard(self) -> list[OnRecord]:
        """Against whom nothing can be found yet; nobody where another agency has heard him."""
        return [row for row in self.records if not row.hearings] if self.hearing_is_ours else []

    def of_the_case(self) -> Iterator[forms.BoundField]:
        """The fields about the case itself."""
        theirs = {name for record in self.records for name in _names_of(record)}
        yield from (self[name] for name in self.fields if name not in theirs)

    def of_respondents(self) -> Iterator[tuple[OnRecord, list[forms.BoundField]]]:
        """Every respondent with what is on record about him, and his fields."""
        for record in self.records:
            yield record, [self[name] for name in _names_of(record)]

    def facts(self) -> dict[str, Any]:
        """With `respondents`, a row for each."""
        facts, rows = super().facts(), []
        for record in self.records:
            outcome, reasons = (facts.pop(name) for name in _names_of(record))
            rows.append({"respondent": record.person.row, "outcome": outcome, "reasons": reasons})
        return {**facts, "respondents": rows}


def _names_of(record: OnRecord) -> tuple[str, str]:
    return f"respondent-{record.person.row.pk}-outcome", f"respondent-{record.person.row.pk}-reasons"


# --- Decisions --------------------------------------------------------------------------------------------------------
def _deciders(case: Case) -> Iterator[User]:
    """Who may decide about a finding of this case: the approvers of its unit and above, the nearest first."""
    seen = set[int]()
    for unit in (case.unit_id,) if case.protected else units_above(case.unit_id):
        for user in holders_of(unit, Role.APPROVER):
            if user.pk not in seen and may_approve(user, case):
                yield user
            seen.add(user.pk)


class DecisionForm(EdgeForm):
    """Base: an approver decides himself; who is none records what an approver decided on paper, with its scan."""

    decided_by = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Decided by"), help_text=_("Who signed the decision on paper.")
    )
    files = EvidenceField(label=_("Scan of the decision"), required=True)

    def prepare(self) -> None:
        """Nothing of paper for an approver."""
        super().prepare()
        if post_for(self.user, self.case, Role.APPROVER) is not None:
            del self.fields["decided_by"], self.fields["files"]
            return
        self.question = _("You record a decision that an approver signed on paper. He is told of it.")
        people = list(_deciders(self.case))
        field = field_of(self, "decided_by")
        field.queryset = User.objects.filter(pk__in=[user.pk for user in people])
        field.choices = [("", _("choose")), *((user.pk, str(user)) for user in people)]


class ReturnForm(DecisionForm, ReasonsForm):
    """Why the finding goes back."""


class DecideAgainstForm(DecisionForm):
    reply = text_field(
        _("Reply to the complainant"), help_text=_("The result and its reasons, in plain words."), rows=8
    )
    reasons = text_field(_("Reasons for the file"), required=False, help_text=_("The complainant does not read them."))

    field_order = ("decided_by", "reply", "reasons", "files")


class MeasureForm(forms.Form):
    """One measure; an empty row is left out."""

    kind = forms.ChoiceField(label=_("Measure"), choices=Measure.Kind.choices, required=False)
    text = text_field(_("What is to be done"), rows=2)
    respondent = forms.ModelChoiceField(queryset=Respondent.objects.none(), label=_("Respondent"), required=False)
    owner = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Owner"))
    due_on = ThaiDateField(label=_("Due"))

    def __init__(self, *args: Any, people: list[Candidate], named: list[Named], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        if named:
            field_of(self, "respondent").queryset = Respondent.objects.filter(pk__in=[row.row.pk for row in named])
            field_of(self, "respondent").choices = [("", _("nobody")), *((row.row.pk, row.label) for row in named)]
        else:
            del self.fields["respondent"]
        field_of(self, "owner").queryset = User.objects.filter(pk__in=[row.user.pk for row in people])
        field_of(self, "owner").choices = [("", gettext("choose")), *((row.user.pk, row.label) for row in people)]

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

    def clean(self) -> None:
        """Nobody owns what is due after his last day in service."""
        super().clean()
        owner, due_on = (self.cleaned_data.get(name) for name in ("owner", "due_on"))
        if owner and due_on and owner.last_day and owner.last_day < due_on:
            left = gettext("%(name)s leaves the service after %(day)s. Choose an earlier day, or somebody else.")
            self.add_error("owner", left % {"name": owner, "day": write_date(owner.last_day)})


class MeasuresForm(RowsForm):
    """Base: what is to be done, by whom and until when."""

    rows_name = "measures"
    row_forms = forms.formset_factory(
        MeasureForm, extra=EMPTY_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
    )

    def row_kwargs(self) -> dict[str, Any]:
        """Who may own a measure, and against whom it may be."""
        people = [row for row in candidates(self.case, self.user) if row.able]
        return {"people": people, "named": named_in(self.case, self.user)}

    def row_title(self, number: str) -> str:
        """What stands above the fields of a measure."""
        return gettext("Measure %(n)s") % {"n": number}

    def facts(self) -> dict[str, Any]:
        """With `measures`, the rows that are filled in."""
        measures = [{**row, "kind": row["kind"] or Measure.Kind.CORRECTIVE} for row in self.filled()]
        return {**super().facts(), "measures": measures}


class DecideForForm(DecisionForm, MeasuresForm):
    reasons = text_field(_("Reasons"), required=False)

    field_order = ("decided_by", "reasons", "files")


# --- Afterwards -------------------------------------------------------------------------------------------------------
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


class CloseForm(EvidenceForm):
    evidence = text_field(
        _("How the matter was settled"), required=False, help_text=_("Or attach the evidence."), rows=3
    )
    files = EvidenceField()


DECISION_FORMS: Mapping[str, type[DecisionForm]] = {
    "return_finding": ReturnForm,
    "decide_founded": DecideForForm,
    "decide_partly": DecideForForm,
    "decide_unfounded": DecideAgainstForm,
    "decide_inconclusive": DecideAgainstForm,
}
"""What an approver decides, or a clerk records of what he decided on paper."""

HANDLING_FORMS: Mapping[str, type[EdgeForm]] = {
    "assign": AssignForm,
    "reassign": AssignForm,
    "hand_over": HandOverForm,
    "answer_directly": ReplyForm,
    "send_progress": ProgressForm,
    "submit_finding": FindingForm,
    **DECISION_FORMS,
    "measure_done": MeasureDoneForm,
    "draft_reply": DraftForm,
    "approve_reply": ApproveForm,
    "answer": SendForm,
    "close": CloseForm,
}
