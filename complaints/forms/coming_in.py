"""The forms of screening, and of asking the complainant."""

from collections.abc import Mapping

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.fields import KindField
from complaints.models import DeclineGround
from organisations.models import Role, Unit
from organisations.queries import open_units, units_below, units_where
from workflows.casepages.fields import text_field
from workflows.casepages.forms import EdgeForm, ReasonsForm, field_of

from .acts import SpokenForm, offer_kinds


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

    def prepare(self) -> None:
        """The present kind and unit come first; the units are those below where `user` works."""
        mine = units_below(units_where(self.user, {Role.SCREENER}))
        within = Q(pk=self.case.unit_id) if self.case.protected else Q(pk=self.case.unit_id) | Q(pk__in=mine)
        field_of(self, "unit").queryset = open_units().filter(within)
        self.initial.setdefault("unit", self.case.unit_id)
        offer_kinds(self)


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
