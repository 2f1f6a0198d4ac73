"""Forms about people who are in a committee or its draft: duties, declarations of interest, leaving."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.formats import write_date
from procurement.candidates import declared_for
from procurement.models import InterestGround, Member, Seat
from procurement.states import seat as seat_law
from workflows.casepages.fields import ThaiDateField, text_field
from workflows.casepages.forms import EdgeForm, field_of

from .several import SeveralForm

_GONE = _("Somebody on this form has left meanwhile, or was taken out. Look at the list again.")


@dataclass(frozen=True)
class MemberRow:
    """A member with his field; note: what is known already."""

    member: Member
    field: forms.BoundField
    note: str = ""


class _MembersForm(SeveralForm):
    """Base: one list to choose from beside each member, or beside the one that the way to the form has chosen."""

    body_template = "procurement/committee_form_seats.html"
    what = ""
    heading = ""

    def rows_of(self) -> "QuerySet[Member]":
        """The members concerned."""
        raise NotImplementedError

    def offer(self, member: Member) -> None:
        """Add the field of a member."""
        raise NotImplementedError

    def prepare(self) -> None:
        """The members concerned; the only one where one was chosen on the page before."""
        one = _one(self)
        rows = self.rows_of().select_related("person")
        self.members = [row for row in rows if one is None or row.pk == one] or list(rows)
        for row in self.members:
            self.offer(row)

    def note_of(self, member: Member) -> str:  # noqa: ARG002 - for subclasses
        """What is known of a member already."""
        return ""

    @property
    def lines(self) -> list[MemberRow]:
        """The members with their fields, for the page."""
        return [MemberRow(row, self[f"{self.what}-{row.pk}"], self.note_of(row)) for row in self.members]

    def clean(self) -> dict[str, Any]:
        """Nobody for whom something was chosen has gone."""
        super().clean()
        if set(self.sent(self.what)) - {row.pk for row in self.members}:
            raise forms.ValidationError(_GONE, code="gone")
        return self.cleaned_data

    def place_of(self, facts: dict[str, Any], refused: str) -> str:  # noqa: ARG002
        """Beside the member who was refused."""
        return f"{self.what}-{facts['member'].pk}"


def _one(form: EdgeForm) -> int | None:
    value = str(form.data.get("member", "") if form.is_bound else form.initial.get("member", ""))
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 18 else None


class DutiesForm(_MembersForm):
    """The duties of those who are not in office yet. The chair can change hands in one go."""

    what = "duty"
    heading = _("Duty")

    member = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def rows_of(self) -> "QuerySet[Member]":
        """Who is in the draft only."""
        members: QuerySet[Member] = self.case.committee.members.filter(left_on=None, appointed_on=None)
        return members

    def offer(self, member: Member) -> None:
        """His duty now is chosen."""
        label = gettext("Duty of %(name)s") % {"name": member.person.name}
        self.choice(f"duty-{member.pk}", label, list(Member.Duty.choices), initial=member.duty)

    def clean(self) -> dict[str, Any]:
        """Something changes."""
        super().clean()
        if not self.errors and not self._changes():
            raise forms.ValidationError(gettext("Nothing has been changed."))
        return self.cleaned_data

    def _changes(self) -> list[tuple[Member, str]]:
        wanted = [(row, self.cleaned_data.get(f"duty-{row.pk}") or row.duty) for row in self.members]
        return [(row, duty) for row, duty in wanted if duty != row.duty]

    def steps(self) -> Iterator[dict[str, Any]]:
        """Who stops being chair goes first, so that there are never two."""
        for row, duty in sorted(self._changes(), key=lambda change: change[1] == Member.Duty.CHAIR):
            yield {"member": row, "duty": duty}


class DeclarationsForm(_MembersForm):
    """What members declared about their interests, all of them in one form."""

    what = "interest"
    heading = _("Interest in this purchase")
    NONE = "none"

    member = forms.IntegerField(widget=forms.HiddenInput, required=False)
    on = ThaiDateField(label=_("Declared on"), error_messages={"required": _("Say on which day.")})

    def rows_of(self) -> "QuerySet[Member]":
        """Who is there. Who changes his duty by the amendment in draft has two seats and declares once."""
        members: QuerySet[Member] = self.case.committee.members.filter(left_on=None)
        staying = members.filter(leaving=False, person=OuterRef("person"))
        # A citizen declares once he has accepted his seat.
        members = members.exclude(seat__case__state__in=seat_law.OFFERED)
        return members.exclude(Exists(staying), leaving=True)

    def prepare(self) -> None:
        """The grounds as the rules name them; what was declared last stands beside each."""
        self.initial.setdefault("on", timezone.localdate())
        field_of(self, "on").widget.attrs["max"] = timezone.localdate().isoformat()
        self.grounds = {row.code: row for row in InterestGround.objects.all()}
        people = self.case.committee.members.filter(left_on=None).values_list("person", flat=True)
        self.declared = declared_for(self.case.committee.purchase_id, people)
        super().prepare()

    def offer(self, member: Member) -> None:
        """Nothing is chosen: a declaration that was not made is never recorded by chance."""
        grounds = [(code, row.name) for code, row in self.grounds.items()]
        label = gettext("Interest of %(name)s") % {"name": member.person.name}
        choices = [("", _("nothing to record")), (self.NONE, _("no interest")), (_("an interest: he leaves"), grounds)]
        self.choice(f"interest-{member.pk}", label, choices)

    def note_of(self, member: Member) -> str:
        """What he declared last, and whether that was before the bidders changed."""
        declared = self.declared.get(member.person_id)
        if declared is None:
            return gettext("Has not declared yet.")
        words = {"day": write_date(declared.last.declared_on)}
        if declared.version < self.case.committee.purchase.bidders_version:
            return gettext("Declared on %(day)s, before the bidders were known or changed.") % words
        return gettext("Declared on %(day)s.") % words

    def clean_on(self) -> Any:
        """Not after today."""
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(gettext("This day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        """At least one member declared something."""
        super().clean()
        if not self.errors and not any(self.cleaned_data.get(f"interest-{row.pk}") for row in self.members):
            raise forms.ValidationError(gettext("Say whether there is an interest, and which."))
        return self.cleaned_data

    def steps(self) -> Iterator[dict[str, Any]]:
        """Those for whom something was chosen."""
        for row in self.members:
            if said := self.cleaned_data.get(f"interest-{row.pk}"):
                yield {"member": row, "ground": self.grounds.get(said), "on": self.cleaned_data["on"]}


# --- One member -------------------------------------------------------------------------------------------------------
class _OneMemberForm(EdgeForm):
    """Base: about one member, chosen here or on the page before."""

    member = forms.ModelChoiceField(
        queryset=Member.objects.none(),
        label=_("Member"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a member who is still there."),
            "invalid_choice": _("Choose a member who is still there."),
        },
    )

    def members(self) -> "QuerySet[Member]":
        """Who may be chosen."""
        raise NotImplementedError

    def ask(self, member: Member) -> str:
        """What stands above the fields about the member who was chosen on the page before."""
        raise NotImplementedError

    def prepare(self) -> None:
        """One who was chosen already is not asked for again."""
        field = field_of(self, "member")
        field.queryset = self.members().select_related("person")
        field.label_from_instance = str
        one = _one(self)
        chosen = field.queryset.filter(pk=one).first() if one is not None else None
        if chosen is not None:
            field.widget = forms.HiddenInput()
            self.initial["member"] = chosen.pk
            self.question = self.ask(chosen)


class RemoveMemberForm(_OneMemberForm):
    def members(self) -> "QuerySet[Member]":
        """Who is there and is not taken out already."""
        members: QuerySet[Member] = self.case.committee.members.filter(left_on=None, leaving=False)
        return members

    def ask(self, member: Member) -> str:
        """Whether he only leaves the draft."""
        if member.appointed_on is None:
            return _out_of_draft(member)
        return gettext("%(name)s leaves the committee with this amending order.") % {"name": member.person}


def _out_of_draft(member: Member) -> str:
    """What becomes of who is taken out: an official is gone; a citizen who was drawn, or has been invited, keeps his
    seat and waits for the next order."""
    name = {"name": member.person}
    seat = Seat.objects.filter(member=member).select_related("case").first()
    if seat is None:
        return gettext("%(name)s is taken out of the draft.") % name
    if seat.case.state == seat_law.NOMINATED:
        return gettext("%(name)s is taken out of the draft, and his seat ends: he has not been invited yet.") % name
    return (
        gettext(
            "%(name)s is taken out of this draft only. He keeps his seat and waits for the next order; only an "
            "approver sets aside whom the draw or an invitation gave a seat."
        )
        % name
    )


class MemberLeavesForm(_OneMemberForm):
    on = ThaiDateField(
        label=_("Left on"),
        help_text=_("From this day on he is no member."),
        error_messages={"required": _("Say from which day on and why.")},
    )
    because = forms.ChoiceField(
        label=_("Because he"),
        choices=[(row, row.label) for row in (Member.Leaving.RESIGNED, Member.Leaving.MOVED, Member.Leaving.DIED)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say from which day on and why.")},
    )
    reasons = text_field(_("Reasons"), help_text=_("The letter or fact on which this rests."), rows=3)

    def members(self) -> "QuerySet[Member]":
        """Who was appointed and has not left."""
        members: QuerySet[Member] = self.case.committee.members.filter(left_on=None, appointed_on__isnull=False)
        return members

    def ask(self, member: Member) -> str:
        """Who it is about."""
        return gettext("%(name)s leaves without an order.") % {"name": member}

    def prepare(self) -> None:
        """Today."""
        super().prepare()
        self.initial.setdefault("on", timezone.localdate())
        field_of(self, "on").widget.attrs["max"] = timezone.localdate().isoformat()
