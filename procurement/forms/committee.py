"""The form of every edge of a committee that a person takes: what is typed becomes the facts of its action.

A form checks what was typed; whether the edge may be taken is for `perform()`. `FORMS` names one for each such edge.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.formats import digits, write_date
from organisations.models import Post, Role
from procurement import rules
from procurement.forms.meeting import MeetingForm
from procurement.forms.members import AddMembersForm
from procurement.forms.seats import DeclarationsForm, DutiesForm, MemberLeavesForm, RemoveMemberForm
from procurement.models import Attendance, CommitteeCase, CommitteeKind, Dissent, Order, Purchase
from procurement.states.purchase import UNDER_CONTRACT
from workflows.actors import post_for
from workflows.casepages.fields import EvidenceField, ThaiDateField, text_field
from workflows.casepages.forms import AttachForm, EdgeForm, ExtendForm, NoteForm, ReasonsForm, field_of


# --- A committee begins -----------------------------------------------------------------------------------------------
class NewCommitteeForm(forms.Form):
    """Of which kind: the one that is likely next stands first and is chosen; what the purchase has already is not
    offered."""

    kind = forms.ModelChoiceField(
        queryset=CommitteeKind.objects.none(),
        label=_("Kind of committee"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the kind of committee.")},
    )

    def __init__(self, *args: Any, purchase: Purchase, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        rows = list(CommitteeKind.objects.filter(active=True))
        live = purchase.committees.filter(case__is_open=True).select_related("case", "kind")
        self.present = list(live.order_by("kind__position"))
        there = {row.kind_id for row in self.present}
        offered = [row for row in rows if row.pk not in there]
        likely = _likely(purchase, offered)
        offered.sort(key=lambda row: row is not likely)
        field = field_of(self, "kind")
        field.queryset = CommitteeKind.objects.filter(pk__in=[row.pk for row in offered])
        field.choices = [(row.pk, _kind_label(row, proposed=row is likely)) for row in offered]
        if likely:
            self.initial.setdefault("kind", likely.pk)


def _likely(purchase: Purchase, offered: list[CommitteeKind]) -> CommitteeKind | None:
    """The committee that considers the offers of this method, and once there is a contract the one that inspects."""
    by_method = purchase.method.committee_kind_id if purchase.method else None
    for row in offered:
        if purchase.case.state in UNDER_CONTRACT:
            if row.task == CommitteeKind.Task.INSPECTION and not row.single:
                return row
        elif row.pk == by_method:
            return row
    return None


def _kind_label(kind: CommitteeKind, *, proposed: bool) -> str:
    parts = [kind.name, digits(kind.clause)]
    if kind.qualifying:
        parts.append(gettext("counts for coverage"))
    if proposed:
        parts.append(gettext("proposed"))
    return " · ".join(filter(None, parts))


# --- The order --------------------------------------------------------------------------------------------------------
class LintForm(EdgeForm):
    question = _("The draft goes to the approvers. It can be changed again when they return it or you take it back.")


class TakeBackForm(EdgeForm):
    question = _("The draft comes back to be changed.")


class DropAmendmentForm(EdgeForm):
    question = _("The changes are given up, and the order in force stays as it is.")


class TakeOverForm(EdgeForm):
    question = _("The file comes into your hands.")


class ApproveForm(EdgeForm):
    question = _("The draft as it stands goes to be signed.")


class OrderForm(EdgeForm):
    """Base: number and date from the register of orders."""

    number = forms.CharField(
        label=_("Order number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the number from the register of orders.")},
    )
    on = ThaiDateField(label=_("Dated"), error_messages={"required": _("Enter the date of the order.")})

    def prepare(self) -> None:
        """Today; the order of this register that was recorded last stands beside the number."""
        super().prepare()
        self.initial.setdefault("on", timezone.localdate())
        field_of(self, "on").widget.attrs["max"] = timezone.localdate().isoformat()
        last = Order.objects.filter(unit=self.case.unit_id).order_by("dated_on", "id").last()
        if last is not None:
            words = {"number": digits(last), "day": write_date(last.dated_on)}
            field_of(self, "number").help_text = gettext("The last one recorded here: %(number)s of %(day)s") % words

    def clean(self) -> dict[str, Any]:
        """A number that the register has already is refused beside the number, not beside the day."""
        super().clean()
        number, on = self.cleaned_data.get("number"), self.cleaned_data.get("on")
        if number and on and rules.order_number_is_taken(self.case, number, on):
            self.add_error("number", gettext("Another order has this number in the same year."))
        return self.cleaned_data


_TITLE_HELP = _("As it stands under the name; who acts for somebody else says for whom.")


class SignForm(OrderForm):
    title = forms.CharField(label=_("Position of who signs"), max_length=300, required=False, help_text=_TITLE_HELP)

    def prepare(self) -> None:
        """The post by which he may sign, in Thai, for so the order is written."""
        super().prepare()
        self.initial.setdefault("title", _title(self.case, self.user))


def _title(case: CommitteeCase, user: Any) -> str:
    held = post_for(user, case, Role.APPROVER)
    post = Post.objects.filter(pk=held.post_id).first() if held else None
    if held is None or post is None:
        return ""
    return f"ปฏิบัติราชการแทน {post.title_th}" if held.deputy else post.title_th


class SignedOrderForm(OrderForm):
    signatory = forms.CharField(
        label=_("Signed by"),
        max_length=200,
        help_text=_("Name with its title."),
        error_messages={"required": _("Enter who signed the order.")},
    )
    title = forms.CharField(label=_("Position of who signed"), max_length=300, required=False, help_text=_TITLE_HELP)
    files = EvidenceField(
        label=_("Scan of the signed order"), required=True, error_messages={"required": _("Choose a file.")}
    )


class CancelOrderForm(OrderForm):
    question = _("Another order ends this committee; everybody in it leaves on its date.")

    title = forms.CharField(label=_("Position of who signs"), max_length=300, required=False, help_text=_TITLE_HELP)
    reasons = text_field(_("Reasons"))

    def prepare(self) -> None:
        """The post by which he may sign."""
        super().prepare()
        self.initial.setdefault("title", _title(self.case, self.user))


# --- Dissent and report -----------------------------------------------------------------------------------------------
class DissentForm(EdgeForm):
    attendance = forms.ModelChoiceField(
        queryset=Attendance.objects.none(),
        label=_("Who voted against"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a member who voted against.")},
    )
    text = text_field(
        _("Dissenting opinion"), help_text=_("In his own words; it goes to the head of the agency."), rows=7
    )

    def prepare(self) -> None:
        """The votes against whose opinion is not on record."""
        field = field_of(self, "attendance")
        field.queryset = rules.votes_without_opinion(self.case.committee).select_related("member__person", "meeting")
        field.label_from_instance = lambda row: (
            gettext("%(name)s, meeting %(number)s of %(day)s")
            % {
                "name": row.member.person,
                "number": digits(row.meeting.number),
                "day": write_date(row.meeting.held_on),
            }
        )
        _choose_the_only_one(self, "attendance")


class AnswerDissentForm(EdgeForm):
    dissent = forms.ModelChoiceField(
        queryset=Dissent.objects.none(),
        label=_("Dissenting opinion"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an opinion that is not answered yet.")},
    )
    text = text_field(_("Answer"), rows=7)

    def prepare(self) -> None:
        """The opinions that are not answered."""
        field = field_of(self, "dissent")
        field.queryset = rules.open_dissents(self.case.committee).select_related("member__person", "meeting")
        field.label_from_instance = lambda row: (
            gettext("%(name)s, meeting %(number)s of %(day)s")
            % {
                "name": row.member.person,
                "number": digits(row.meeting.number),
                "day": write_date(row.meeting.held_on),
            }
        )
        _choose_the_only_one(self, "dissent")


def _choose_the_only_one(form: EdgeForm, name: str) -> None:
    rows = list(field_of(form, name).queryset[:2])
    if len(rows) == 1:
        form.initial.setdefault(name, rows[0].pk)


class ReportForm(EdgeForm):
    text = text_field(_("Report"), help_text=_("What the committee considered and what it proposes."), rows=8)
    files = EvidenceField()


class DissolveForm(EdgeForm):
    question = _("The report is accepted; the committee has done its work and everybody in it leaves.")

    text = text_field(_("Remark"), required=False, rows=3)


FORMS: Mapping[str, type[EdgeForm]] = {
    "add_member": AddMembersForm,
    "change_duty": DutiesForm,
    "remove_member": RemoveMemberForm,
    "lint": LintForm,
    "take_back": TakeBackForm,
    "return_draft": ReasonsForm,
    "approve": ApproveForm,
    "sign_order": SignForm,
    "record_signed_order": SignedOrderForm,
    "discard": ReasonsForm,
    "amend": ReasonsForm,
    "drop_amendment": DropAmendmentForm,
    "cancel_order": CancelOrderForm,
    "hold_meeting": MeetingForm,
    "record_meeting": MeetingForm,
    "record_dissent": DissentForm,
    "answer_dissent": AnswerDissentForm,
    "report": ReportForm,
    "return_report": ReasonsForm,
    "dissolve": DissolveForm,
    "declare_interest": DeclarationsForm,
    "member_leaves": MemberLeavesForm,
    "extend": ExtendForm,
    "take_over": TakeOverForm,
    "note": NoteForm,
    "attach": AttachForm,
}
"""Edge → its form. A committee is begun from its purchase, by `NewCommitteeForm`."""
