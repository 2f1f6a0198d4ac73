"""The forms of screening, and of asking the complainant."""

from collections.abc import Mapping

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.fields import KindField
from complaints.models import Complaint, DeclineGround
from organisations.models import Role, Unit
from organisations.queries import open_units, units_above, units_below, units_where
from workflows.casepages.fields import text_field
from workflows.casepages.forms import EdgeForm, ReasonsForm, field_of

from .acts import SpokenForm, offer_kinds
from .fields import UnitField, unit_words


class AcknowledgeForm(EdgeForm):
    question = _("You confirm that the complainant has his receipt code.")


class ScreenForm(EdgeForm):
    question = _("The case comes into your hands. You can read what the complainant wrote.")


class AcceptForm(EdgeForm):
    kind = KindField()
    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(), label=_("Unit that handles it"), empty_label=None,
        help_text=_("Matters of corruption go to the anti-corruption centre whatever is chosen here."),
    )  # fmt: skip

    about = UnitField(
        label=_("Unit it is about"), required=False,
        help_text=_("Only who may open this case sees it. Scores count the matter there, a quarter after its end."),
    )  # fmt: skip

    body_template = "officer/form_units.html"

    def prepare(self) -> None:
        """The present kind and unit come first; the units are those below where `user` works. Which unit a protected
        case is about is asked, for it does not lie there."""
        if self.case.protected:
            field_of(self, "about").offered = open_units()
            now = Complaint.objects.select_related("about_unit").get(case=self.case.pk).about_unit
            if now is not None:
                self.initial.setdefault("about", unit_words([now])[0])
        else:
            del self.fields["about"]
        mine = units_below(units_where(self.user, {Role.SCREENER}))
        within = Q(pk=self.case.unit_id) if self.case.protected else Q(pk=self.case.unit_id) | Q(pk__in=mine)
        field_of(self, "unit").queryset = open_units().filter(within)
        self.initial.setdefault("unit", self.case.unit_id)
        offer_kinds(self)

    def units(self) -> list[str]:
        """The list from which the unit it is about is chosen."""
        around = units_below(units_above(self.case.unit_id))
        return unit_words(open_units().filter(pk__in=around)) if self.case.protected else []


class DeclineForm(EdgeForm):
    ground = forms.ModelChoiceField(
        queryset=DeclineGround.objects.filter(active=True),
        label=_("Ground"),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    reply = text_field(_("Reply to the complainant"), help_text=_("Say why, and where else he can turn to."), rows=7)


class QuestionForm(EdgeForm):
    text = text_field(_("Question"), help_text=_("Ask everything at once: the clocks stand still until the answer."))
    days = forms.IntegerField(
        label=_("Days to answer"), min_value=1, max_value=90, required=False,
        help_text=_("Calendar days. Left empty, the rule decides."),
    )  # fmt: skip


class WithdrawQuestionForm(ReasonsForm):
    question = _("The complainant need not answer any more; the clocks go on.")


COMING_IN_FORMS: Mapping[str, type[EdgeForm]] = {
    "acknowledge": AcknowledgeForm,
    "start_screening": ScreenForm,
    "accept": AcceptForm,
    "decline": DeclineForm,
    "ask_complainant": QuestionForm,
    "complainant_answered": SpokenForm,
    "cancel_question": WithdrawQuestionForm,
}
