"""The forms of what brings cases together and apart, takes a slip back, or opens a case again."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.candidates import candidates
from complaints.fields import CandidateField, KindField
from complaints.lists import Reader
from complaints.models import ComplaintCase, Respondent
from complaints.queries import alike, open_complaint_numbered
from complaints.respondents import Named, named_in
from complaints.rules import last_move
from complaints.states import GRAPH
from organisations.formats import digits, write_moment
from workflows.casepages.fields import text_field
from workflows.casepages.forms import EMPTY_ROWS, MOST_ROWS, EdgeForm, ReasonsForm, RowsForm, field_of

_OTHER = ""


class MergeForm(EdgeForm):
    question = _("The case ends here and goes on in the other one. The complainant is told, and is answered with it.")

    like = forms.ChoiceField(label=_("Cases that look alike"), required=False, widget=forms.RadioSelect)
    number = forms.CharField(label=_("Number of the other case"), required=False, max_length=40)
    reasons = text_field(_("Note"), required=False, rows=2)

    def prepare(self) -> None:
        """The open cases that look alike, of those the reader may see."""
        for name in ("like", "number"):
            field_of(self, name).one_of_two = True
        if self.case.number:
            example = f"{self.case.number.rpartition('-')[0]}-00012"
            field_of(self, "number").help_text = gettext("For instance %(number)s.") % {"number": digits(example)}
        rows = Reader(self.user).rows(alike(self.user, self.case))
        if not rows:
            del self.fields["like"]
            return
        offered = [(row.case.public_id, f"{row.case.number} · {row.about}") for row in rows]
        field_of(self, "like").choices = [*offered, (_OTHER, _("another one, by its number"))]

    def clean(self) -> dict[str, Any]:
        """One of the two; `into` is the case that is meant, the same sentence for unknown and for not to be seen."""
        given = super().clean() or {}
        number, like = given.get("number", "").strip(), given.get("like", "")
        if number and like:
            self.add_error("number", gettext("Choose a case above or type a number, not both."))
        elif number:
            given["into"] = open_complaint_numbered(self.user, number)
            if given["into"] is None:
                self.add_error("number", gettext("There is no open case of this number."))
        elif like:
            given["into"] = ComplaintCase.objects.get(public_id=like)
        else:
            self.add_error("number", gettext("Choose the case into which this one is merged."))
        return given

    def facts(self) -> dict[str, Any]:
        """The case, and why."""
        return {"into": self.cleaned_data["into"], "reasons": self.cleaned_data["reasons"]}


class PartForm(forms.Form):
    """One part; an empty row is left out."""

    text = text_field(_("What this part is about"), rows=3)
    kind = KindField(required=False)

    respondents = forms.ModelMultipleChoiceField(
        queryset=Respondent.objects.none(),
        label=_("Respondents of this part"),
        help_text=_("They are named in it with the same allegation. In this case they stay named."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, named: list[Named], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        if not named:
            del self.fields["respondents"]
            return
        field_of(self, "respondents").queryset = Respondent.objects.filter(pk__in=[person.row.pk for person in named])
        field_of(self, "respondents").choices = [(person.row.pk, person.label) for person in named]

    def has_changed(self) -> bool:
        """A row counts once its text is written."""
        return "text" in self.changed_data


class SplitForm(RowsForm):
    question = _(
        "Each part becomes a case of its own, which the complainant follows with the same receipt. This one goes on. "
        "Whoever this case does not exist for, its parts do not exist for either."
    )

    rows_name = "parts"
    row_forms = forms.formset_factory(
        PartForm, extra=EMPTY_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
    )

    def row_kwargs(self) -> dict[str, Any]:
        """Those who are named in this case."""
        return {"named": named_in(self.case, self.user)}

    def row_title(self, number: str) -> str:
        """What stands above a part."""
        return gettext("Part %(n)s") % {"n": number}

    def facts(self) -> dict[str, Any]:
        """The parts that are written."""
        return {"parts": self.filled()}


class CorrectForm(ReasonsForm):
    """Which move is taken back, by whom it was, and where the case will stand."""

    def prepare(self) -> None:
        """Say what will be undone."""
        if (move := last_move(self.case)) is not None:
            words = {
                "what": GRAPH.edge(move.verb).label,
                "who": move.actor or "–",
                "when": write_moment(move.at),
                "state": GRAPH.state(move.from_state).label,
            }
            self.question = (
                gettext(
                    "Taken back: “%(what)s” (%(who)s, %(when)s). The case stands at “%(state)s” again, as it was then."
                )
                % words
            )


class ReopenForm(EdgeForm):
    """After a review: only who did not handle the case before."""

    new = True

    to = CandidateField()
    reasons = text_field(_("Reasons"))

    def prepare(self) -> None:
        """Who may take it."""
        cast("CandidateField", self.fields["to"]).offer(candidates(self.case, self.user, new=self.new))


class ReopenOnFactsForm(ReopenForm):
    """On new facts: whoever can take it, also who had it."""

    question = _(
        "The case keeps its number and history, and its time to investigate begins again. The complainant is told."
    )
    new = False


class RescreenForm(ReasonsForm):
    question = _("The case that was declined is screened again. The complainant is told.")


PARTS_FORMS: Mapping[str, type[EdgeForm]] = {
    "merge": MergeForm,
    "unmerge": ReasonsForm,
    "split": SplitForm,
    "correct": CorrectForm,
    "reopen_ex_officio": ReopenOnFactsForm,
    "rescreen_ex_officio": RescreenForm,
    "request_review": ReasonsForm,
    "reopen": ReopenForm,
    "reopen_screening": ReasonsForm,
    "refuse_review": ReasonsForm,
}
