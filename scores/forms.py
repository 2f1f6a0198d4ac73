"""The form of every edge of an assessment that a person takes, and of its beginning."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.calendar import fiscal_year
from organisations.models import Role, Unit, User
from organisations.queries import units_above
from scores.assessing import AGENCY, COMMITTEE, Asked, Shape, asked_of, newest, rubric_of
from scores.guards import answered_meanwhile
from scores.models import Evaluator, Statement
from scores.rubric import families, rubric_for
from scores.showing import say, say_about
from workflows import metrics
from workflows.casepages.fields import EvidenceField, ThaiDateField, text_field
from workflows.casepages.forms import AttachForm, EdgeForm, ExtendForm, NoteForm, ReasonsForm, RowsForm, field_of
from workflows.graph import Text

YEARS = 5
"""How many fiscal years back an assessment may begin for."""
MOST = 1_000_000_000
_SAID = [("met", _("Met")), ("not_met", _("Not met"))]


class BeginForm(forms.Form):
    """Of which agency, by whose rubric, for which fiscal year."""

    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), label=_("Agency"), to_field_name="code")
    family = forms.ChoiceField(label=_("Assessed by"), widget=forms.RadioSelect)
    year = forms.TypedChoiceField(label=_("Fiscal year"), coerce=int)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        """units: those that may be chosen."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        now = fiscal_year(timezone.localdate())
        unit, family, year = (field_of(self, name) for name in ("unit", "family", "year"))
        unit.queryset = units
        family.choices = [(code, rubric_name(code, now)) for code in families()]
        year.choices = [(then, str(then)) for then in range(now, now - YEARS, -1)]


def rubric_name(family: str, year: int) -> str:
    """What the rubric of a source is called that holds for a year, or the newest one; its code where there is none."""
    for then in range(year, year - 20, -1):
        try:
            return say(rubric_for(family, then))
        except LookupError:
            continue
    return family


# --- What is said -----------------------------------------------------------------------------------------------------
class SayForm(EdgeForm):
    """One criterion or figure: `about` says which; its shape says which fields there are. `seen`: the statement of this
    side that the writer has before him, 0 for none."""

    side = AGENCY
    about = forms.CharField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def prepare(self) -> None:
        """The fields of what is asked, with what was said before."""
        code = str(self.data.get("about", "") if self.is_bound else self.initial.get("about", ""))
        self.asked = next((one for one in asked_of(self.case.assessment) if one.code == code), None)
        if self.asked is None:
            return
        self.question = say_about(rubric_of(self.case.assessment), code)
        self.stands = newest(self.case.assessment, self.side).get(code)
        self.initial["seen"] = self.stands.pk if self.stands else 0
        said = self.said_before(code)
        for name, field in reversed(list(fields_of(self.asked, said).items())):
            self.fields = {name: field, **self.fields}
        if said is not None:
            for name in ("remark", "link", "live", "shown"):
                self.initial.setdefault(name, getattr(said, name))
        if said is not None and said.pk and said.files.exists():
            field_of(self, "files").help_text = gettext("Files given before stay: %(files)s") % {
                "files": ", ".join(said.files.values_list("label", flat=True))
            }
            self.fields["fresh"] = forms.BooleanField(label=_("Leave out the files given before"), required=False)

    def said_before(self, code: str) -> Statement | None:  # noqa: ARG002 - for subclasses
        """What stands already."""
        return self.stands

    def clean(self) -> dict[str, Any]:
        """`said` or `value`, from the fields of the shape."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.asked is None:
            raise forms.ValidationError(gettext("The rubric does not ask this of this agency."))
        read_value(self.asked, cleaned)
        if self.stands is not None and cleaned.get("seen") != self.stands.pk:
            # Sent again as it stands it is a decision: from now on this is what was seen.
            sent: Any = self.data
            self.data = sent = sent.copy()
            sent["seen"] = str(self.stands.pk)
            raise forms.ValidationError(str(answered_meanwhile(self.stands)))
        return cleaned


def fields_of(asked: Asked, said: Statement | None) -> dict[str, forms.Field]:
    """The fields in which an answer is given, with the one before as their beginning."""
    value: Any = said.value if said else None
    match asked.shape:
        case None:
            initial = said.said if said else None
            field = forms.ChoiceField(label=_("It is"), choices=_SAID, widget=forms.RadioSelect, initial=initial)
            return {"said": field}
        case Shape.FLAG:
            choices = [("yes", _("Yes")), ("no", _("No"))]
            initial = None if value is None else "yes" if value else "no"
            return {
                "flag": forms.ChoiceField(label=_("It is"), choices=choices, widget=forms.RadioSelect, initial=initial)
            }
        case Shape.COUNT:
            return {"count": forms.IntegerField(label=_("How many"), min_value=0, max_value=MOST, initial=value)}
        case Shape.NUMBER:
            number = forms.DecimalField(label=_("Figure"), min_value=0, max_value=MOST, decimal_places=6, initial=value)
            return {"number": number}
    part, whole = (value["part"], value["whole"]) if value else (None, None)
    return {
        "part": forms.IntegerField(label=_("How many"), min_value=0, max_value=MOST, initial=part),
        "whole": forms.IntegerField(label=_("Of how many"), min_value=0, max_value=MOST, initial=whole),
    }


def read_value(asked: Asked, cleaned: dict[str, Any]) -> None:
    """Put `value` into what was typed, as a file of facts has it. Raises ValidationError for a part above its whole."""
    number, part, whole = cleaned.pop("number", None), cleaned.pop("part", None), cleaned.pop("whole", None)
    flag, count = cleaned.pop("flag", None), cleaned.pop("count", None)
    match asked.shape:
        case Shape.COUNT if count is not None:
            cleaned["value"] = count
        case Shape.FLAG if flag:
            cleaned["value"] = flag == "yes"
        case Shape.NUMBER if number is not None:
            cleaned["value"] = int(number) if number == int(number) else format(number.normalize(), "f")
        case Shape.SHARE if part is not None and whole is not None:
            if part > whole:
                raise forms.ValidationError(gettext("The part is larger than the whole."))
            cleaned["value"] = {"part": part, "whole": whole}


class StateForm(SayForm):
    remark = text_field(_("Where the evidence is, or a remark"), required=False, rows=3)
    link = forms.URLField(label=_("Link"), required=False, max_length=500, assume_scheme="https")
    live = forms.ChoiceField(label=_("A live figure as evidence"), required=False)
    files = EvidenceField()  # type: ignore[assignment]  # a field, whatever forms have of this name
    shown = forms.BooleanField(label=_("Publish this evidence with the score"), required=False)

    def prepare(self) -> None:
        """Every figure that we compute may be evidence but counts of complaints: what is shown with a score is public,
        and small counts are not (docs/disclosure.md)."""
        super().prepare()
        offered = (metrics.metric(code) for code in metrics.known() if not metrics.is_withheld(code))
        figures = sorted((str(row.title), row.code) for row in offered if row.among is None)
        field_of(self, "live").choices = [("", _("none")), *((code, title) for title, code in figures)]


class JudgeForm(SayForm):
    side = COMMITTEE
    remark = text_field(_("Remark"), required=False, rows=3)
    files = EvidenceField()  # type: ignore[assignment]  # a field, whatever forms have of this name

    def said_before(self, code: str) -> Statement | None:
        """What the committee has said, else what the agency says."""
        if self.stands is not None:
            return self.stands
        own = newest(self.case.assessment, AGENCY).get(code)
        return own and Statement(said=own.said, value=own.value)


# --- The committee ----------------------------------------------------------------------------------------------------
class _MemberForm(forms.Form):
    user = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Name of the member"), empty_label=_("not chosen")
    )
    duty = forms.ChoiceField(label=_("Duty"), choices=[("", _("not chosen")), *Evaluator.Duty.choices])

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        field_of(self, "user").queryset = people


class CommitteeForm(RowsForm):
    """The committee as its order appoints it: each with a duty."""

    rows_name = "members"
    row_forms = formset_factory(_MemberForm, extra=4, max_num=15, validate_max=True)
    order_number = forms.CharField(label=_("Number of the order"), max_length=60)
    ordered_on = ThaiDateField(label=_("Day of the order"))

    def row_kwargs(self) -> dict[str, Any]:
        """Who holds a post of an evaluator that reaches the agency."""
        return {"people": evaluators_for(self.case.unit_id)}

    def row_title(self, number: str) -> Text:
        """Which member."""
        return gettext("Member %(number)s") % {"number": number}

    def facts(self) -> dict[str, Any]:
        """The order, and the members as pairs."""
        return {**super().facts(), "members": [(row["user"], row["duty"]) for row in self.filled()]}


def evaluators_for(unit_id: int) -> Any:
    """The people who hold a post of an evaluator in this unit or above it today."""
    today = timezone.localdate()
    return User.objects.filter(
        is_active=True,
        holdings__valid__contains=today,
        holdings__post__valid__contains=today,
        holdings__post__roles__contains=[Role.EVALUATOR],
        holdings__post__unit__in=list(units_above(unit_id)),
    ).distinct()


# --- The result -------------------------------------------------------------------------------------------------------
class SignForm(EdgeForm):
    question = _("You sign for the committee that this is its result.")


class SubmitForm(EdgeForm):
    question = _("You sign for the agency. The live figures are frozen as they stand now, and the committee is told.")


class ObjectForm(EdgeForm):
    criteria = forms.MultipleChoiceField(label=_("About which criteria"), widget=forms.CheckboxSelectMultiple)
    reasons = text_field(_("Reasons"))

    def prepare(self) -> None:
        """What is asked of this agency, those first on which the committee sees it otherwise, with its remark."""
        rubric = rubric_of(self.case.assessment)
        own, judged = newest(self.case.assessment, AGENCY), newest(self.case.assessment, COMMITTEE)
        same: list[tuple[str, str]] = []
        other: list[tuple[str, str]] = []
        for one in asked_of(self.case.assessment):
            text, row, mine = f"{one.code} {say_about(rubric, one.code)}", judged.get(one.code), own.get(one.code)
            if row is None or (mine is not None and (row.said, row.value) == (mine.said, mine.value)):
                same.append((one.code, text))
                continue
            word = row.get_said_display() if row.said else gettext("figure entered")
            other.append((one.code, f"{text} – {gettext('Committee')}: {word} {row.remark}"))
        field_of(self, "criteria").choices = [*other, *same]


class TakeOverForm(EdgeForm):
    question = _("The assessment comes into your hands, with its deadline.")


FORMS: Mapping[str, type[EdgeForm]] = {
    "submit": SubmitForm,
    "send_back": ReasonsForm,
    "conclude": EdgeForm,
    "examine_again": ReasonsForm,
    "tell_result": EdgeForm,
    "accept_result": EdgeForm,
    "object": ObjectForm,
    "dismiss_objection": ReasonsForm,
    "uphold_objection": ReasonsForm,
    "publish": EdgeForm,
    "correct_score": ReasonsForm,
    "call_off": ReasonsForm,
    "state_criterion": StateForm,
    "name_committee": CommitteeForm,
    "judge_criterion": JudgeForm,
    "gather_anew": ReasonsForm,
    "sign_result": SignForm,
    "extend": ExtendForm,
    "take_over": TakeOverForm,
    "note": NoteForm,
    "attach": AttachForm,
}
