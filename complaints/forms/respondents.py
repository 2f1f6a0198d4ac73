"""The forms of who is complained about: named, heard, found about, punished; and of the committee that inquires."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.barring import consequences
from complaints.candidates import Candidate, candidates
from complaints.handing import staff
from complaints.models import InquiryMember, Penalty, Respondent
from complaints.respondents import Named, named_in
from complaints.rules import least_of_inquiry
from organisations.formats import digits
from organisations.models import Holding, User
from organisations.queries import open_units, units_above, units_below
from workflows.casepages.fields import EvidenceField, ThaiDateField, text_field
from workflows.casepages.forms import EMPTY_ROWS, MOST_ROWS, EdgeForm, EvidenceForm, RowsForm, field_of
from workflows.models import Case

from .fields import UnitField, unit_words

_MOST_NAMESAKES = 5
_NOT_AHEAD = _("This day has not come yet.")


# --- Fields -----------------------------------------------------------------------------------------------------------
class RespondentField(forms.ModelChoiceField):
    """One of the respondents of the case."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Respondent"))
        super().__init__(queryset=Respondent.objects.none(), empty_label=None, widget=forms.RadioSelect, **kwargs)

    def offer(self, named: Iterable[Named]) -> None:
        """Offer these, in their order, the only one chosen already."""
        rows = list(named)
        self.queryset = Respondent.objects.filter(pk__in=[person.row.pk for person in rows])
        self.choices = [(person.row.pk, person.label) for person in rows]
        if len(rows) == 1:
            self.initial = rows[0].row.pk


class AccountField(forms.CharField):
    """The account of a person, typed as his name or user name; cleaned to the `User`, None where it is left empty.

    `people`: among whom he is found.
    """

    people: "QuerySet[User]"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=150, required=False, **kwargs)
        self.people = User.objects.none()

    def clean(self, value: Any) -> Any:
        """Whom the user name names, else the only one of that name. Raises ValidationError, with the user names of
        those of the same name."""
        typed = super().clean(value)
        if not typed:
            return None
        found = list(self.people.filter(username__iexact=typed)[:1])
        found = found or list(staff(typed).filter(pk__in=self.people.values("pk"))[: _MOST_NAMESAKES + 1])
        if not found:
            raise forms.ValidationError(gettext("Nobody here has this name. Type a part of it, or leave it empty."))
        if len(found) > _MOST_NAMESAKES:
            raise forms.ValidationError(gettext("Too many people have this name. Type more of it."))
        if len(found) > 1:
            names = ", ".join(f"{user} ({user.username})" for user in found)
            raise forms.ValidationError(
                gettext("Several people have this name. Type the user name of one: %(names)s") % {"names": names}
            )
        return found[0]


def _staff_around(case: Case) -> "QuerySet[User]":
    """Who holds a post today anywhere below the units above `case`, or in them."""
    today = timezone.localdate()
    holdings = Holding.objects.filter(
        valid__contains=today, post__valid__contains=today, post__unit__in=units_below(units_above(case.unit_id))
    )
    return User.objects.filter(Q(pk__in=holdings.values("user")), is_active=True)


def _day_not_ahead(day: date | None) -> date | None:
    if day is not None and day > timezone.localdate():
        raise forms.ValidationError(_NOT_AHEAD)
    return day


# --- Named ------------------------------------------------------------------------------------------------------------
class AddRespondentForm(EdgeForm):
    """A person and one allegation against him."""

    question = _(
        "One person and one allegation. If he has an account, the case exists no longer for him and for those who work"
        " under him; a case that lies under him moves above him. It may be gone for you, too."
    )
    preview_label = _("Show what follows")
    body_template = "officer/form_units.html"

    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("Or who he is, if the name is not known."))
    position = forms.CharField(label=_("Position"), max_length=200, required=False)
    unit = UnitField(label=_("His unit"), required=False)
    official = forms.BooleanField(label=_("He is an official"), required=False, initial=True)
    executive = forms.BooleanField(
        label=_("He was an executive when it happened"),
        required=False,
        help_text=_("Head, deputy head or director of an agency. Scores count founded matters about executives apart."),
    )
    account = AccountField(
        label=_("His account"),
        help_text=_("A part of his name, or his user name. Empty: he has none, or none is known."),
    )
    text = text_field(_("Allegation"), help_text=_("What he is accused of, in one sentence or a few."))

    def prepare(self) -> None:
        """The units and the people that can be named."""
        field_of(self, "unit").offered = open_units()
        field_of(self, "account").people = _staff_around(self.case)

    def units(self) -> Iterable[str]:
        """The list from which the unit is chosen."""
        return unit_words(field_of(self, "unit").offered.filter(pk__in=units_below(units_above(self.case.unit_id))))

    def preview(self) -> str | None:
        """Who was found, and for whom the case would exist no longer."""
        typed, account = self.data.get("account", "").strip(), self.cleaned_data.get("account")
        for name in set(self.errors) - {"account"}:
            del self.errors[name]
        if account is None:
            return None if typed else gettext("Without an account nobody is kept from the case because of him.")
        follows = consequences(self.case, account)
        count = len(follows.barred) - 1
        words = gettext("Found: %(name)s (%(username)s).") % {"name": account, "username": account.username}
        words += " "
        if count:
            words += ngettext(
                "The case will not exist for him, nor for %(count)s person who works under him.",
                "The case will not exist for him, nor for %(count)s people who work under him.",
                count,
            ) % {"count": digits(count)}
        else:
            words += gettext("The case will not exist for him.")
        if self.user.pk in follows.barred:
            words += " " + gettext("You are one of them: the case will be gone for you.")
        if follows.unit.pk != self.case.unit_id:
            words += " " + gettext("It moves to %(unit)s.") % {"unit": follows.unit}
        return words


class RemoveRespondentForm(EdgeForm):
    question = _("It stays on record that he was named. The case exists again for him and those who work under him.")

    respondent = RespondentField()
    reasons = text_field(_("Reasons"), rows=3)

    def prepare(self) -> None:
        """Those who are named."""
        field_of(self, "respondent").offer(named_in(self.case, self.user))


# --- Heard ------------------------------------------------------------------------------------------------------------
class HearForm(EdgeForm):
    """The day and what he said, or that he could not be heard and why."""

    respondent = RespondentField()
    heard_on = ThaiDateField(label=_("Heard on"), required=False)
    unheard = forms.BooleanField(label=_("He could not be heard"), required=False)
    text = text_field(
        _("What he said"), help_text=_("Or why he could not be heard: how he was invited, and when."), rows=8
    )
    files = EvidenceField(label=_("Record of the hearing"))

    def prepare(self) -> None:
        """Those who are named."""
        field_of(self, "respondent").offer(named_in(self.case, self.user))
        field_of(self, "heard_on").one_of_two = True

    def clean(self) -> dict[str, Any]:
        """Either the day or the tick."""
        given = super().clean() or {}
        if "heard_on" in self.errors:
            return given
        if bool(given.get("heard_on")) == bool(given.get("unheard")):
            self.add_error("heard_on", gettext("Give the day, or tick that he could not be heard; not both."))
        return given

    def facts(self) -> dict[str, Any]:
        """Without a day: not heard, and the text says why."""
        return {key: value for key, value in super().facts().items() if key != "unheard"}


# --- The committee ----------------------------------------------------------------------------------------------------
class MemberForm(forms.Form):
    """One member; an empty row is left out."""

    user = forms.ModelChoiceField(queryset=User.objects.none(), label=pgettext_lazy("member", "Who"))
    part = forms.ChoiceField(
        label=_("Position on the committee"), choices=[("", _("choose")), *InquiryMember.Part.choices]
    )

    def __init__(self, *args: Any, people: list[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        field_of(self, "user").queryset = User.objects.filter(pk__in=[row.user.pk for row in people])
        field_of(self, "user").choices = [("", _("choose")), *((row.user.pk, row.label) for row in people)]


class CommitteeForm(RowsForm):
    """The order that appoints an investigating committee, and who sits on it."""

    order_number = forms.CharField(label=_("Number of the order"), max_length=60)
    ordered_on = ThaiDateField(label=_("Date of the order"))
    files = EvidenceField(label=_("Scan of the order"), required=True)

    rows_name = "members"
    row_forms = forms.formset_factory(
        MemberForm, extra=EMPTY_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
    )

    def prepare(self) -> None:
        """Who cannot sit is named, never why."""
        self.people = candidates(self.case, self.user)
        least = least_of_inquiry(self.case)
        self.question = gettext(
            "A chair and members, at least %(count)s people. Who sits on it does not decide about its finding."
        ) % {"count": digits(str(least))}
        unable = ", ".join(str(row.user) for row in self.people if not row.able)
        if unable:
            self.question = f"{self.question} " + gettext("Cannot take this case: %(names)s") % {"names": unable}

    def row_kwargs(self) -> dict[str, Any]:
        """Who may sit on it."""
        return {"people": [row for row in self.people if row.able]}

    def row_title(self, number: str) -> str:
        """What stands above the fields of a member."""
        return gettext("Member %(n)s") % {"n": number}

    def clean_ordered_on(self) -> date | None:
        """Today or earlier."""
        return _day_not_ahead(self.cleaned_data["ordered_on"])

    def facts(self) -> dict[str, Any]:
        """With `members`, the rows that are filled in."""
        return {**super().facts(), "members": self.filled()}


# --- Penalties --------------------------------------------------------------------------------------------------------
class PenaltyForm(EdgeForm):
    """The order by which a respondent is punished, or not."""

    respondent = RespondentField()
    kind = forms.ChoiceField(label=_("Penalty"), choices=Penalty.Kind.choices, widget=forms.RadioSelect)
    order_number = forms.CharField(label=_("Number of the order"), max_length=60)
    ordered_on = ThaiDateField(label=_("Date of the order"))
    text = text_field(_("What was ordered"), required=False, help_text=_("Without a penalty: the reason."), rows=3)
    files = EvidenceField(label=_("Scan of the order"))

    def prepare(self) -> None:
        """Those who are named."""
        field_of(self, "respondent").offer(named_in(self.case, self.user))

    def clean_ordered_on(self) -> date | None:
        """Today or earlier."""
        return _day_not_ahead(self.cleaned_data["ordered_on"])

    def clean(self) -> dict[str, Any]:
        """No penalty has its reason."""
        given = super().clean() or {}
        if given.get("kind") == Penalty.Kind.NONE and not given.get("text"):
            self.add_error("text", gettext("Write why there is no penalty."))
        return given


class CopyPenaltyForm(EvidenceForm):
    """The copy of an order went to the body that found."""

    penalty = forms.ModelChoiceField(
        queryset=Penalty.objects.none(), label=_("Order"), empty_label=None, widget=forms.RadioSelect
    )
    copied_on = ThaiDateField(label=_("Sent on"))
    evidence = forms.CharField(
        label=_("Evidence"), max_length=500, required=False, help_text=_("Where it is kept, if it is not attached.")
    )
    files = EvidenceField()

    def prepare(self) -> None:
        """The orders whose copy has not gone out."""
        people = {person.row.pk: person for person in named_in(self.case, self.user)}
        orders = Penalty.objects.filter(respondent__in=people, copied_on=None)
        field = field_of(self, "penalty")
        field.queryset = orders
        field.choices = [
            (row.pk, f"{digits(row.order_number)} · {row.get_kind_display()} · {people[row.respondent_id].person}")
            for row in orders
        ]
        self.initial.setdefault("copied_on", timezone.localdate())


RESPONDENT_FORMS: Mapping[str, type[EdgeForm]] = {
    "add_respondent": AddRespondentForm,
    "remove_respondent": RemoveRespondentForm,
    "hear_respondent": HearForm,
    "appoint_committee": CommitteeForm,
    "record_penalty": PenaltyForm,
    "copy_penalty": CopyPenaltyForm,
}
