"""The form of every edge of a citizen seat that a person of the agency takes: what is typed becomes the facts of its
action.

A form checks what was typed; whether the edge may be taken is for `perform()`. `FORMS` names one for each such edge.
The edges that the committee drives (approve_seat, appoint, serve, conclude ...) have none.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procurement.forms.citizen_seat_choice import DrawNextForm, NominateForm
from procurement.forms.citizen_seat_reports import AnswerReportForm, RecordFixForm, RecordReportForm
from procurement.models import ConflictHit, InterestGround, Member
from workflows.casepages.fields import EvidenceField, ThaiDateField, text_field
from workflows.casepages.forms import EdgeForm, ExtendForm, ReasonsForm, field_of

_SAY_DAY = {"required": _("Say on which day.")}


class PastDayForm(EdgeForm):
    """Base: with the day on which it happened (`on`); today is offered, a later one cannot be chosen."""

    on = ThaiDateField(label=_("Day"), error_messages=_SAY_DAY)

    def prepare(self) -> None:
        """Today."""
        super().prepare()
        self.initial.setdefault("on", timezone.localdate())
        field_of(self, "on").widget.attrs["max"] = timezone.localdate().isoformat()


# --- His answer -------------------------------------------------------------------------------------------------------
class InviteForm(EdgeForm):
    def prepare(self) -> None:
        """How he will hear of it: who has no account is written to by the staff."""
        super().prepare()
        name = {"name": self.case.seat.person}
        if has_account(self.case):
            self.question = gettext("%(name)s finds the invitation on his own pages; his time to answer begins.") % name
        else:
            self.question = (
                gettext("%(name)s has no account: write to him or call him. His time to answer begins now.") % name
            )


def has_account(case: Any) -> bool:
    """Whether the citizen of a seat can sign in and answer by himself."""
    citizen = getattr(case.seat.person, "citizen", None)
    return citizen is not None and citizen.account_id is not None


class AnswerForm(EdgeForm):
    """What he answered to the staff."""

    text = text_field(
        _("How and when he answered"),
        help_text=_("By letter, by telephone, in person; who heard it."),
        rows=3,
    )


class RefusalForm(AnswerForm):
    question = _("The seat goes to the next in the drawn order, who is invited at once.")


# --- His interests ----------------------------------------------------------------------------------------------------
class DeclarationForm(PastDayForm):
    """A declaration on paper, for the list of bidders that stands beside the form.

    seen: the version of that list, so that one that changes meanwhile is read again.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput)
    on = ThaiDateField(label=_("Declared on"), error_messages=_SAY_DAY)
    text = text_field(_("Remark"), required=False, help_text=_("Where the signed paper is kept."), rows=2)

    def prepare(self) -> None:
        """The list as it is now."""
        super().prepare()
        self.initial["seen"] = self.case.seat.committee.purchase.bidders_version


class InterestForm(DeclarationForm):
    """He has an interest: which."""

    question = _("He leaves the seat, and the next in the drawn order is invited at once.")

    ground = forms.ModelChoiceField(
        queryset=InterestGround.objects.all(),
        label=_("Interest"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say which interest it is.")},
    )

    field_order = ("seen", "ground", "on", "text")

    def prepare(self) -> None:
        """The grounds as the rules name them."""
        super().prepare()
        field_of(self, "ground").label_from_instance = lambda row: row.name


class DecideHitForm(EdgeForm):
    """One possible conflict, decided with a reason."""

    hit = forms.ModelChoiceField(
        queryset=ConflictHit.objects.none(),
        label=_("Possible conflict"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the possible conflict.")},
    )
    decision = forms.ChoiceField(
        label=_("Is it a conflict?"),
        choices=[
            (ConflictHit.Decision.UNFOUNDED, _("No: he has nothing to do with this bidder")),
            (ConflictHit.Decision.FOUNDED, _("Yes: he has an interest and may not sit")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it is a conflict.")},
    )
    reasons = text_field(_("Reasons"), help_text=_("What you looked at, and what it showed."), rows=2)

    def prepare(self) -> None:
        """The hit chosen on the page before, or the first one that is not decided."""
        field = field_of(self, "hit")
        field.queryset = self.case.seat.hits.all()
        field.label_from_instance = _hit_label
        value = str(self.data.get("hit", "") if self.is_bound else self.initial.get("hit", ""))
        chosen = field.queryset.filter(pk=int(value)).first() if _is_key(value) else None
        if chosen is None and not self.is_bound:
            chosen = field.queryset.filter(decision="").first()
        if chosen is not None:
            field.widget = forms.HiddenInput()
            self.initial["hit"] = chosen.pk
            if chosen.decision:
                self.question = gettext("It was decided before; your decision takes its place.")


def _is_key(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 18


def _hit_label(row: ConflictHit) -> str:
    from procurement.conflicts.words import KINDS

    return str(KINDS.get(row.kind, row.kind))


class ClearForm(EdgeForm):
    question = _("He may be named by the order, until something new is found.")


class FindConflictForm(EdgeForm):
    question = _("His seat ends, and the next in the drawn order is invited at once.")

    text = text_field(_("Remark"), required=False, rows=2)


class LiftSuspensionForm(EdgeForm):
    question = _("He takes part again from today, and counts for coverage again.")

    text = text_field(_("Remark"), required=False, rows=2)


# --- He leaves --------------------------------------------------------------------------------------------------------
class WithdrawForm(ReasonsForm):
    question = _("The next in the drawn order is invited at once.")


class SetAsideForm(ReasonsForm):
    question = _("His seat ends without an appointment. Another one is opened and the next in line is invited.")


class CloseVacancyForm(ReasonsForm):
    question = _("Nobody is sought any more for this seat. Another one can be opened while the order is in draft.")


class DischargeForm(PastDayForm):
    question = _("He leaves the committee; another seat is opened and the next in line is invited.")

    on = ThaiDateField(label=_("From"), help_text=_("From this day on he is no member."), error_messages=_SAY_DAY)
    because = forms.ChoiceField(
        label=_("Because"),
        choices=[
            (Member.Leaving.INTEREST, _("a conflict of interest was found")),
            (Member.Leaving.DISCHARGED, _("of another reason")),
        ],
        widget=forms.RadioSelect,
    )
    reasons = text_field(_("Reasons"), rows=3)

    def prepare(self) -> None:
        """A conflict, where one was found."""
        super().prepare()
        if self.case.seat.hits.filter(decision=ConflictHit.Decision.FOUNDED).exists():
            self.initial.setdefault("because", Member.Leaving.INTEREST)


class NoShowForm(ReasonsForm):
    question = _("He was invited and did not come. He leaves today, and the next in line is invited.")


class ResignForm(PastDayForm):
    question = _("He leaves the committee; another seat is opened and the next in line is invited.")

    on = ThaiDateField(label=_("From"), help_text=_("From this day on he is no member."), error_messages=_SAY_DAY)
    reasons = text_field(_("Reasons"), help_text=_("The letter on which this rests."), rows=3)


class DiedForm(PastDayForm):
    on = ThaiDateField(label=_("Died on"), error_messages=_SAY_DAY)
    reasons = text_field(_("How it is known"), required=False, rows=2)


class CompleteForm(EdgeForm):
    question = _("The committee has ended and every report is answered. The seat is completed.")


# --- Acts -------------------------------------------------------------------------------------------------------------
class SendDocumentsForm(EdgeForm):
    question = _("He can open these files on his own pages.")

    files = EvidenceField(required=True, error_messages={"required": _("Choose a file.")})
    text = text_field(_("What they are"), required=False, rows=2)


class TakeOverForm(EdgeForm):
    question = _("The file comes into your hands.")


class NoteForm(EdgeForm):
    text = text_field(_("Note"), help_text=_("The citizen does not see it."))


class AttachForm(EdgeForm):
    question = _("For the agency only. What the citizen is to have is given to him as documents.")

    files = EvidenceField(required=True, error_messages={"required": _("Choose a file.")})
    text = text_field(_("What it is"), required=False, rows=2)


FORMS: Mapping[str, type[EdgeForm]] = {
    "draw_next": DrawNextForm,
    "nominate": NominateForm,
    "invite": InviteForm,
    "record_acceptance": AnswerForm,
    "record_refusal": RefusalForm,
    "declare": DeclarationForm,
    "declare_again": DeclarationForm,
    "declare_conflict": InterestForm,
    "leave_for_interest": InterestForm,
    "decide_hit": DecideHitForm,
    "clear": ClearForm,
    "find_conflict": FindConflictForm,
    "withdraw_acceptance": WithdrawForm,
    "set_aside": SetAsideForm,
    "close_vacancy": CloseVacancyForm,
    "lift_suspension": LiftSuspensionForm,
    "discharge": DischargeForm,
    "no_show": NoShowForm,
    "resign": ResignForm,
    "die": DiedForm,
    "complete": CompleteForm,
    "record_report": RecordReportForm,
    "answer_report": AnswerReportForm,
    "record_fix": RecordFixForm,
    "send_documents": SendDocumentsForm,
    "extend": ExtendForm,
    "take_over": TakeOverForm,
    "note": NoteForm,
    "attach": AttachForm,
}
"""Edge → its form. A seat is opened from its committee, by `citizen_seat_choice.OpenSeatForm`."""

COMMITTEE_DRIVES: frozenset[str] = frozenset(
    {"open", "propose", "succeed", "approve_seat", "order_returned", "appoint", "take_out", "draw_annulled",
     "project_cancelled", "serve", "conclude", "order_cancelled"}
)  # fmt: skip
"""Edges that have no form of their own, though staff or approvers take them: they follow from others."""
