"""What a citizen reports about what he observed, and the complaint he makes of it."""

import secrets
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.formats import digits, write_date
from procurement.models import Meeting, Observation, SeatCase
from workflows.casepages.fields import EvidenceField, ThaiDateField, text_field
from workflows.casepages.forms import field_of
from workflows.files import ACCEPT

TOKEN_BYTES = 15
# So many letters in a row, blanks left out, are no accident.
_TELLING = 30


def new_token() -> str:
    """120 random bits by which a form that is sent twice is known."""
    return secrets.token_urlsafe(TOKEN_BYTES)


class ReportForm(forms.Form):
    """An observation report. A meeting gives its own day; another day has to be said."""

    use_required_attribute = False

    token = forms.RegexField(r"^[A-Za-z0-9_-]{20}$", widget=forms.HiddenInput)
    meeting = forms.ModelChoiceField(
        queryset=Meeting.objects.none(), required=False, blank=True, label=_("What is the report about?"),
        widget=forms.RadioSelect, empty_label=_("Another day: a visit, the site, documents I read"),
    )  # fmt: skip
    observed_on = ThaiDateField(label=_("On which day?"), required=False, help_text=_("Not needed for a meeting."))
    attended = forms.TypedChoiceField(
        label=_("Were you there?"), widget=forms.RadioSelect, choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes", error_messages={"required": _("Say whether you were there.")},
    )  # fmt: skip
    documents = forms.ChoiceField(
        label=_("Were you given the documents?"), required=False, widget=forms.RadioSelect,
        choices=[
            ("", _("I cannot say, or there were none")),
            (Observation.Documents.ALL, _("All of them")),
            (Observation.Documents.SOME, _("Some of them")),
            (Observation.Documents.NONE, _("Not one of them")),
        ],
    )  # fmt: skip
    refused_documents = text_field(_("Which documents were refused?"), required=False, rows=2)
    seen = text_field(_("What did you see?"), help_text=_("What was done, by whom, and what was decided."), rows=7)
    concerns = text_field(_("What worries you?"), required=False, rows=4)
    dissent = text_field(_("With what do you not agree?"), required=False, rows=4)
    files = EvidenceField(label=_("Photos or files"))

    def __init__(self, *args: Any, case: SeatCase, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.case = case
        day = field_of(self, "observed_on")
        day.widget.attrs["max"] = timezone.localdate().isoformat()
        meeting = field_of(self, "meeting")
        meeting.queryset = meetings_of(case)
        if not meeting.queryset.exists():
            day.help_text, day.required = "", True
            day.error_messages["required"] = gettext("Say on which day.")
            del self.fields["meeting"]
        meeting.label_from_instance = lambda row: (
            gettext("Meeting %(number)s, %(day)s") % {"number": digits(row.number), "day": write_date(row.held_on)}
        )
        field_of(self, "seen").error_messages["required"] = gettext("Write what you saw. One sentence is enough.")
        # With kinds of pictures in the list a telephone offers its camera.
        field_of(self, "files").widget.attrs["accept"] = f"image/jpeg,image/png,image/webp,{ACCEPT}"

    def clean(self) -> dict[str, Any]:
        """The day of the meeting, or the one that was typed."""
        said = super().clean() or {}
        if said.get("meeting") is not None:
            said["observed_on"] = said["meeting"].held_on
        elif not said.get("observed_on") and "observed_on" not in self.errors:
            self.add_error("observed_on", gettext("Say on which day."))
        return said

    def facts(self) -> dict[str, Any]:
        """What `send_report` takes; only of a valid form."""
        return dict(self.cleaned_data)


def meetings_of(case: SeatCase) -> Any:
    """The meetings of the committee while he was a member, the newest first."""
    member = case.seat.member
    if member is None or member.appointed_on is None:
        return Meeting.objects.none()
    held = Meeting.objects.filter(committee=case.seat.committee_id, held_on__gte=member.appointed_on)
    return (held.filter(held_on__lt=member.left_on) if member.left_on else held).order_by("-number")


class ComplaintForm(forms.Form):
    """A complaint about the purchase out of a report."""

    use_required_attribute = False

    # Named so that it is never given back as something typed.
    secret = forms.RegexField(r"^[A-Za-z0-9_-]{43}$", widget=forms.HiddenInput)
    who = forms.ChoiceField(
        label=_("Should the office know that it comes from you?"),
        widget=forms.RadioSelect,
        choices=[
            ("named", _("Yes: with my name and how to reach me")),
            ("anonymous", _("No: without my name")),
        ],
        error_messages={"required": _("Choose whether your name goes with it.")},
    )
    corruption = forms.BooleanField(
        label=_("It is about corruption or misconduct"), required=False,
        help_text=_(
            "Then it is protected: it goes to the anti-corruption centre above the agency, and only few may read it."
        ),
    )  # fmt: skip
    text = text_field(_("What happened?"), rows=9)
    photos = forms.BooleanField(
        label=_("Send the photos and files of the report with it"), required=False,
        help_text=_("Only with your name, and not in a matter of corruption: they would tell who you are."),
    )  # fmt: skip

    def __init__(self, *args: Any, report: Observation, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.report = report
        field_of(self, "text").error_messages["required"] = gettext("Write what happened. One sentence is enough.")
        if not report.files.exists():
            del self.fields["photos"]

    def clean(self) -> dict[str, Any]:
        """Without a name it is not in the words of the report, which the office reads with his name."""
        said = super().clean() or {}
        if said.get("who") == "anonymous" and _retold(said.get("text", ""), self.report):
            self.add_error(
                "text",
                gettext("Some of this stands word for word in your report, which the office reads with your name. "
                        "Write it in other words, or give your name."),
            )  # fmt: skip
        return said

    def facts(self) -> dict[str, Any]:
        """What `complain` takes; only of a valid form."""
        said = self.cleaned_data
        return {
            "text": said["text"],
            "secret": said["secret"],
            "named": said["who"] == "named",
            "corruption": said["corruption"],
            "photos": said.get("photos", False),
        }


def words_of(report: Observation) -> str:
    """What a report says, as the beginning of a complaint."""
    return "\n\n".join(filter(None, (report.seen, report.concerns, report.dissent)))


def _retold(text: str, report: Observation) -> bool:
    """Whether a piece of the report that is long enough to tell whose it is stands in the text. What anybody could
    write (the names of the purchase and of the committee) and blanks are left aside."""
    committee = report.seat.committee
    public = (committee.purchase.name, committee.kind.name_th, committee.kind.name_en)
    written, known = _bare(text, public), _bare(words_of(report), public)
    return not _pieces(written).isdisjoint(_pieces(known))


def _bare(text: str, public: Iterable[str]) -> str:
    for name in filter(None, public):
        text = text.replace(name, "\n")
    return "".join(text.split())


def _pieces(text: str) -> set[str]:
    return {text[start : start + _TELLING] for start in range(len(text) - _TELLING + 1)}
