"""What a citizen fills in about his own seat: answers to an invitation, declarations, leaving."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.formats import digits
from procurement.models import Citizen, InterestGround
from procurement.pool.sealed import read_private
from workflows.casepages.fields import ThaiDateField, text_field
from workflows.casepages.forms import EMPTY_ROWS, MOST_ROWS, EdgeForm, ReasonsForm, RowsForm, field_of
from workflows.graph import Text

NONE = "none"
DEGREES = range(1, 7)
# Grounds that say what he is to a bidder himself, and are no relation between two people.
_NO_RELATION = ("party", "shareholder")
# The rule data says what somebody is to a bidder; here is asked what he is to the citizen. A ground that is not named
# here keeps the words of the rule.
_RELATIONS: dict[str, Text] = {
    "spouse": _("My spouse, or engaged to me"),
    "lineal": _("My parent, grandparent, child or grandchild"),
    "collateral": _("My brother, sister, uncle, aunt or cousin"),
    "affinity": _("My kin by marriage"),
    "representative": _("Whom I represent, or who represents me"),
    "creditor": _("My creditor, debtor or employer"),
    "other": _("Close to me in another way"),
}


def grounds() -> list[tuple[str, str]]:
    """The grounds of interest as the rule data names them, for a choice."""
    return [(row.code, row.name) for row in InterestGround.objects.all()]


class AcceptForm(EdgeForm):
    """He takes the seat."""

    question = _("You take the seat. Next you declare whether you have an interest in this purchase.")


class DeclineForm(EdgeForm):
    """Nobody has to say why."""

    question = _("The seat is offered to the next in line. This cannot be undone.")
    text = text_field(_("Why?"), required=False, help_text=_("You need not say why. The office reads it."), rows=3)


class OwnReasonsForm(ReasonsForm):
    """Taking the acceptance back."""

    question = _("The seat is offered to the next in line. This cannot be undone.")


class ResignForm(EdgeForm):
    """From which day on he is no member, and why."""

    question = _("You leave the committee. The seat is offered to the next in line. This cannot be undone.")
    on = ThaiDateField(label=_("From which day on?"), error_messages={"required": _("Say from which day on.")})
    reasons = text_field(_("Reasons"))

    def prepare(self) -> None:
        """Today is offered; no day to come."""
        today = timezone.localdate()
        self.initial.setdefault("on", today)
        field_of(self, "on").widget.attrs["max"] = today.isoformat()


# --- Interests --------------------------------------------------------------------------------------------------------
class RelativeForm(forms.Form):
    """Somebody close to him, by whose name bidders and their directors are looked through."""

    name = forms.CharField(label=_("Name and surname"), max_length=200, required=False)
    relation = forms.ChoiceField(label=_("What he or she is to you"), required=False)
    degree = forms.TypedChoiceField(
        label=_("Degree of kinship"), required=False, coerce=int, empty_value=None,
        help_text=_(
            "Only of kin: parents, children 1; brothers, sisters, grandparents, grandchildren 2; uncles, aunts 3."
        ),
    )  # fmt: skip
    shares_count = forms.BooleanField(label=_("My spouse, or my child under age"), required=False)

    def __init__(self, *args: Any, relations: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        field_of(self, "relation").choices = [("", _("choose")), *relations]
        field_of(self, "degree").choices = [("", _("none")), *((n, digits(n)) for n in DEGREES)]

    def clean(self) -> dict[str, Any]:
        """A row has a name and a relation."""
        said = super().clean() or {}
        if self.has_changed():
            if not said.get("name"):
                self.add_error("name", gettext("Write the name."))
            if not said.get("relation") and "relation" not in self.errors:
                self.add_error("relation", gettext("Choose what he or she is to you."))
        return said


if TYPE_CHECKING:
    _Rows = BaseFormSet[RelativeForm]
else:
    _Rows = BaseFormSet  # Django's cannot be subscripted while it runs


class _Relatives(_Rows):
    """Rows that are all alike: one that is emptied is left out, also when it was there before."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.extra = len(kwargs.get("initial") or ()) + 1
        super().__init__(*args, **kwargs)

    def initial_form_count(self) -> int:
        """None of them was there before, as far as the form is concerned."""
        return 0


_RelativeRows = forms.formset_factory(
    RelativeForm, formset=_Relatives, extra=EMPTY_ROWS, max_num=MOST_ROWS, validate_max=True
)


class DeclareForm(RowsForm):
    """His interests as to the bidders he is shown. One that is chosen leads to the warning before it is declared."""

    body_template = "representative/seat_form_declare.html"
    rows_name = "relatives"
    row_forms = _RelativeRows

    ground = forms.ChoiceField(
        label=_("Do you have an interest in this purchase?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one. “None of these” is an answer too.")},
    )
    text = text_field(_("Anything else the office should know"), required=False, rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.rows = _RelativeRows(prefix=self.rows_name, initial=self._known(), form_kwargs=self.row_kwargs())

    def _known(self) -> list[dict[str, Any]]:
        """Whom he named before: shown to him alone."""
        citizen = Citizen.objects.filter(account=self.user).first()
        return read_private(citizen).get("relatives", []) if citizen is not None else []

    def prepare(self) -> None:
        """The grounds of the rule data, and none of them."""
        field_of(self, "ground").choices = [(NONE, _("None of these")), *self._grounds]

    @cached_property
    def _grounds(self) -> list[tuple[str, str]]:
        return grounds()

    def row_kwargs(self) -> dict[str, Any]:
        """The relations are asked for once for all rows."""
        rows = [row for row in self._grounds if row[0] not in _NO_RELATION]
        return {"relations": [(code, str(_RELATIONS.get(code, name))) for code, name in rows]}

    def row_title(self, number: str) -> Text:
        """Relative 1, 2, …"""
        return gettext("Relative %(number)s") % {"number": number}

    @property
    def version(self) -> int:
        """Of the list of bidders that stands on the page."""
        version: int = self.case.seat.committee.purchase.bidders_version
        return version

    @property
    def has_interest(self) -> bool:
        """Whether he chose a ground; only of a valid form."""
        return bool(self.cleaned_data["ground"] != NONE)

    def facts(self) -> dict[str, Any]:
        """`seen` is what the page he sent was made with, which need not be the present version."""
        return {"seen": seen_version_of(self), "text": self.cleaned_data["text"], "relatives": self.filled()}


class InterestForm(EdgeForm):
    """Which interest he has: he does not take the seat, or leaves it."""

    body_template = "representative/seat_form_interest.html"

    ground = forms.ModelChoiceField(
        queryset=InterestGround.objects.all(), label=_("Which interest?"), empty_label=None, widget=forms.RadioSelect,
        error_messages={"required": _("Say which interest it is.")},
    )  # fmt: skip
    text = text_field(_("Anything else the office should know"), required=False, rows=3)

    def prepare(self) -> None:
        """The grounds by their names in the language of the page."""
        field_of(self, "ground").label_from_instance = lambda row: row.name

    def facts(self) -> dict[str, Any]:
        """For the present bidders."""
        return dict(self.cleaned_data)


def seen_version_of(form: forms.Form) -> int | None:
    """The version of the list of bidders that stood on the page which was sent; None where it says none."""
    value = str(form.data.get("seen", ""))
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 9 else None


FORMS: dict[str, type[EdgeForm]] = {
    "accept": AcceptForm,
    "decline": DeclineForm,
    "declare": DeclareForm,
    "declare_again": DeclareForm,
    "declare_conflict": InterestForm,
    "leave_for_interest": InterestForm,
    "withdraw_acceptance": OwnReasonsForm,
    "resign": ResignForm,
}
