"""The forms of what goes to other units and agencies, and of what rests or ends early."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.models import ReferralAgency
from organisations.models import Role, Unit
from workflows.casepages.fields import EvidenceField, text_field
from workflows.casepages.forms import EMPTY_ROWS, EdgeForm, EvidenceForm, ReasonsForm, RowsForm, field_of

from .fields import PassedOnField, UnitField, unit_words, units_with
from .handling import FindingForm, MeasuresForm

MOST_UNITS = 30


# --- Units ------------------------------------------------------------------------------------------------------------
class UnitRowForm(forms.Form):
    """One unit; an empty row is left out."""

    unit = UnitField(required=False)

    def __init__(self, *args: Any, offered: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        field_of(self, "unit").offered = offered


class AskUnitsForm(RowsForm):
    """Several units are asked the same at once; each answers by itself."""

    question = _(
        "Each unit gets a request of its own. It reads the question and the files sent along, and nothing else."
    )
    body_template = "officer/form_units.html"

    text = text_field(_("Question"), help_text=_("Do not name the complainant, and say no more than the answer needs."))
    days = forms.IntegerField(
        label=_("Days to answer"), min_value=1, max_value=90, required=False,
        help_text=_("Calendar days. Left empty, the rule decides."),
    )  # fmt: skip
    passed_on = PassedOnField(help_text=_("The units that are asked may read what is ticked."))
    files = EvidenceField(label=_("New files"))

    rows_name = "units"
    row_forms = forms.formset_factory(
        UnitRowForm, extra=EMPTY_ROWS, max_num=MOST_UNITS, absolute_max=MOST_UNITS, validate_max=True
    )

    def prepare(self) -> None:
        """The files that may go along, and the units with somebody who could answer, that are not asked yet."""
        cast("PassedOnField", self.fields["passed_on"]).offer(self.case)
        if not field_of(self, "passed_on").queryset.exists():
            del self.fields["passed_on"]
        asked = self.case.requests.filter(case__is_open=True).values("case__unit")
        self.offered = units_with([Role.OFFICER, Role.HEAD]).exclude(pk=self.case.unit_id).exclude(pk__in=asked)

    def row_kwargs(self) -> dict[str, Any]:
        """Which units may be asked."""
        return {"offered": self.offered}

    def row_title(self, number: str) -> str:
        """What stands above a unit."""
        return gettext("Unit %(n)s") % {"n": number}

    def units(self) -> Iterator[str]:
        """The list from which units are chosen."""
        yield from unit_words(self.offered)

    def facts(self) -> dict[str, Any]:
        """With `units`, those that are named."""
        return {**super().facts(), "units": [row["unit"] for row in self.filled() if row["unit"]]}


class UnitForm(EdgeForm):
    """Base: one other unit in which somebody holds one of `roles`, and why."""

    body_template = "officer/form_units.html"
    roles: tuple[str, ...]

    unit = UnitField()
    reasons = text_field(_("Reasons"))

    def prepare(self) -> None:
        """Any open unit but its own."""
        self.offered = units_with(self.roles).exclude(pk=self.case.unit_id)
        field_of(self, "unit").offered = self.offered

    def units(self) -> Iterator[str]:
        """The list from which the unit is chosen."""
        yield from unit_words(self.offered)


class TransferForm(UnitForm):
    question = _(
        "The other unit screens it. If it sends the case back, the unit above both decides, and that stands."
        " The complainant is told where his case is."
    )
    roles = (Role.SCREENER,)

    def prepare(self) -> None:
        """A protected case goes to an anti-corruption centre only."""
        super().prepare()
        if self.case.protected:
            self.offered = self.offered.filter(kind=Unit.Kind.ANTI_CORRUPTION)
            field_of(self, "unit").offered = self.offered


# --- Agencies ---------------------------------------------------------------------------------------------------------
class ReferForm(EdgeForm):
    question = _("The case stays here and is followed until the agency has answered. The complainant is told.")

    agency = forms.ModelChoiceField(
        queryset=ReferralAgency.objects.filter(active=True),
        label=_("Agency"),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    reasons = text_field(_("Reasons"), help_text=_("Why it is a matter of this agency."))
    files = EvidenceField(label=_("The letter of referral"))


class RemindAgencyForm(EdgeForm):
    text = text_field(
        _("What the agency was reminded of"), help_text=_("Its time to answer begins again today."), rows=3
    )
    files = EvidenceField(label=_("The letter"))


class AgencyAnswerForm(FindingForm):
    question = _("What the agency found comes before an approver of ours as a finding.")
    hearing_is_ours = False


class ReturnedForm(ReasonsForm):
    question = _("The agency says it is not its matter: the case is screened again.")

    files = EvidenceField(label=_("The letter"))


class BindingForm(EvidenceForm, MeasuresForm):
    question = _("The finding of this agency binds: the time for the penalty orders begins today.")

    reasons = text_field(_("What was found"), rows=6)
    evidence = forms.CharField(
        label=_("Evidence"), max_length=500, required=False, help_text=_("Where it is kept, if it is not attached.")
    )
    files = EvidenceField()


# --- It rests, or ends early ------------------------------------------------------------------------------------------
class SuspendForm(EdgeForm):
    question = _("All deadlines stand still until the case is resumed. The complainant is told.")

    body = forms.CharField(
        label=_("The court or body"), max_length=300, help_text=_("Before which the same matter is pending.")
    )
    reasons = text_field(_("Reasons"))
    files = EvidenceField()


class DiscontinueForm(EdgeForm):
    question = _("The case ends here without a result. Units that are still asked are asked no longer.")

    reasons = text_field(_("Reasons for the file"), help_text=_("The complainant does not read them."))
    reply = text_field(
        _("Reply to the complainant"), help_text=_("The result and its reasons, in plain words."), rows=8
    )


ELSEWHERE_FORMS: Mapping[str, type[EdgeForm]] = {
    "ask_agencies": AskUnitsForm,
    "ask_another_agency": AskUnitsForm,
    "transfer": TransferForm,
    "refer": ReferForm,
    "remind_agency": RemindAgencyForm,
    "referral_answered": AgencyAnswerForm,
    "referral_returned": ReturnedForm,
    "binding_finding": BindingForm,
    "suspend": SuspendForm,
    "keep_suspended": ReasonsForm,
    "resume": ReasonsForm,
    "discontinue": DiscontinueForm,
}
