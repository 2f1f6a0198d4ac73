"""A meeting: a grid of those who were members on its day, everybody invited and present unless it says otherwise."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procurement import rules
from procurement.models import Attendance, CommitteeKind, Meeting, Member
from workflows.casepages.fields import ThaiDateField, text_field
from workflows.casepages.forms import field_of

from .several import SeveralForm

_DECISIONS = {
    CommitteeKind.Task.PURCHASE: (Meeting.Decision.PROPOSE, Meeting.Decision.CANCEL, Meeting.Decision.OTHER),
    CommitteeKind.Task.INSPECTION: (Meeting.Decision.ACCEPT, Meeting.Decision.REJECT, Meeting.Decision.OTHER),
    CommitteeKind.Task.OTHER: (Meeting.Decision.OTHER,),
}
VOTES = [choice for choice in Attendance.Vote.choices if choice[0]]


@dataclass(frozen=True)
class BallotRow:
    """A member with his fields of the grid."""

    member: Member
    invited: forms.BoundField
    attended: forms.BoundField
    documents: forms.BoundField
    vote: forms.BoundField


class MeetingForm(SeveralForm):
    """The day, who was there, what was decided. Votes count only where something is decided."""

    body_template = "procurement/committee_form_meeting.html"
    question = ""

    on = ThaiDateField(
        label=_("Day of the meeting"), error_messages={"required": _("Say on which day the committee met.")}
    )
    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect, choices=[])
    minutes = text_field(_("What was considered and decided"), rows=6)

    def prepare(self) -> None:
        """The members of the day; decisions that fit the task of the committee."""
        committee, today = self.case.committee, timezone.localdate()
        self.initial.setdefault("on", today)
        self.initial.setdefault("decision", Meeting.Decision.NONE)
        day = field_of(self, "on")
        day.widget.attrs["max"] = today.isoformat()
        fitting = (Meeting.Decision.NONE, *_DECISIONS[committee.kind.task])
        field_of(self, "decision").choices = [(row, row.label) for row in fitting]
        if committee.kind.unanimous:
            field_of(self, "decision").help_text = gettext(
                "Accepted only when everybody who attends votes for it; one vote for refusing is enough (clause 175)."
            )
        self.members = list(
            rules.serving_on(committee, self._day(day) or today).select_related("person").order_by("position", "id")
        )
        defaults: dict[str, Any] = {}
        for row in self.members:
            self._enter(row, defaults)
        if self.asks_for_more:
            shown = {row.pk for row in self.members if f"seen-{row.pk}" in self.data}
            self.keep_defaults({name: "on" for name, pk in defaults.items() if pk not in shown})

    def _day(self, field: forms.Field) -> date | None:
        if not self.is_bound:
            return None
        try:
            return field.clean(self.data.get("on"))  # type: ignore[no-any-return]
        except forms.ValidationError:
            return None

    def _enter(self, member: Member, defaults: dict[str, Any]) -> None:
        for what, label in (
            ("invited", gettext("%(name)s was invited")),
            ("attended", gettext("%(name)s attended")),
            ("documents", gettext("%(name)s was given the documents")),
        ):
            name = f"{what}-{member.pk}"
            text = label % {"name": member.person.name}
            self.fields[name] = forms.BooleanField(label=text, required=False, initial=True)
            defaults[name] = member.pk
        label = gettext("Vote of %(name)s") % {"name": member.person.name}
        self.choice(f"vote-{member.pk}", label, VOTES, initial=Attendance.Vote.FOR)

    @property
    def grid(self) -> list[BallotRow]:
        """The members with their fields, for the page."""
        return [
            BallotRow(row, *(self[f"{what}-{row.pk}"] for what in ("invited", "attended", "documents", "vote")))
            for row in self.members
        ]

    def clean(self) -> dict[str, Any]:
        """Everybody who was a member on that day was shown; who was not there did not vote against or abstain."""
        super().clean()
        if self.cleaned_data.get("on") and {row.pk for row in self.members} != self._shown():
            sentence = gettext("Others were members on this day. Look at the list again, then send it.")
            self.add_error("on", sentence)
            self.data = self.data.copy()  # type: ignore[attr-defined]
            new = {row.pk for row in self.members} - self._shown()
            for pk in new:
                self.data.update({f"{what}-{pk}": "on" for what in ("invited", "attended", "documents")})
        for row in self.members:
            vote, attended = self.cleaned_data.get(f"vote-{row.pk}"), self.cleaned_data.get(f"attended-{row.pk}")
            if not attended and vote not in ("", None, Attendance.Vote.FOR) and self._decides():
                self.add_error(f"vote-{row.pk}", gettext("Who did not attend has no vote."))
        return self.cleaned_data

    def _shown(self) -> set[int]:
        return set(self.sent("seen"))

    def _decides(self) -> bool:
        return self.cleaned_data.get("decision") not in (None, Meeting.Decision.NONE)

    def place_of(self, facts: dict[str, Any], refused: str) -> str:  # noqa: ARG002 - there is one step
        """Beside the day, the decision, or whether the chair attended."""
        if refused == "chair_attended":
            return next((f"attended-{row.pk}" for row in self.members if row.duty == Member.Duty.CHAIR), "")
        return {"meeting_day": "on", "members_of_the_day": "on", "votes_decide": "decision"}.get(refused, "")

    def facts(self) -> dict[str, Any]:
        """With `ballots`: without a decision nobody votes, nor does who was not there."""
        given = self.cleaned_data
        ballots = []
        for row in self.members:
            attended, voted = given[f"attended-{row.pk}"], given[f"vote-{row.pk}"]
            ballots.append(
                {
                    "member": row,
                    "invited": given[f"invited-{row.pk}"],
                    "attended": attended,
                    "documents": given[f"documents-{row.pk}"],
                    "vote": voted if attended and self._decides() else "",
                }
            )
        return {"on": given["on"], "decision": given["decision"], "minutes": given["minutes"], "ballots": ballots}
