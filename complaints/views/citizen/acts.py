"""What the holder of a receipt can do with his case: each act is one edge, one form, one page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.models import ComplaintCase
from complaints.views.citizen.texts import Text as TextField
from complaints.views.citizen.uploads import FilesField
from workflows.graph import Text

LENGTH = 10_000


class ActForm(forms.Form):
    """A form about one case. `facts()` are the facts of the edge."""

    use_required_attribute = False

    def facts(self) -> dict[str, Any]:
        """What `perform` takes."""
        return dict(self.cleaned_data)


class AnswerForm(ActForm):
    """An answer, with files."""

    text = TextField(
        label=_("Your answer"), max_length=LENGTH, widget=forms.Textarea({"rows": 6}),
        error_messages={"required": _("Write your answer.")},
    )  # fmt: skip
    files = FilesField(label=_("Photos or files"), required=False)


class MessageForm(ActForm):
    """A message, with files."""

    text = TextField(
        label=_("Your message"), max_length=LENGTH, widget=forms.Textarea({"rows": 6}),
        error_messages={"required": _("Write your message.")},
    )  # fmt: skip
    files = FilesField(label=_("Photos or files"), required=False)


class RateForm(ActForm):
    """One to five, and a remark."""

    stars = forms.TypedChoiceField(
        label=_("How was your complaint handled?"),
        widget=forms.RadioSelect,
        coerce=int,
        choices=[
            (5, _("5 – very well")),
            (4, _("4 – well")),
            (3, _("3 – fairly")),
            (2, _("2 – badly")),
            (1, _("1 – very badly")),
        ],
        error_messages={"required": _("Choose one to five.")},
    )
    text = TextField(
        label=_("What should be better?"), max_length=2_000, required=False, widget=forms.Textarea({"rows": 4})
    )


class ReviewForm(ActForm):
    """Why a review."""

    reasons = TextField(
        label=_("Why do you not agree?"),
        max_length=LENGTH,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("What is not right in the reply, or what was left out."),
        error_messages={"required": _("Write why you do not agree.")},
    )


class WithdrawForm(ActForm):
    """A reason nobody has to give."""

    text = TextField(label=_("Why?"), max_length=2_000, required=False, widget=forms.Textarea({"rows": 3}))


@dataclass(frozen=True)
class Act:
    """An act of the complainant. `moves`: the state he saw matters, and somebody may have overtaken him."""

    name: str
    edge: str
    word: Text
    title: Text
    icon: str
    form: type[ActForm]
    button: Text
    done: Text
    moves: bool = True
    grave: bool = False

    def edge_for(self, case: ComplaintCase) -> str:
        """The edge taken; the wish to withdraw a matter of corruption is only recorded (domain: withdrawn)."""
        return "record_withdrawal" if self.name == "withdraw" and case.protected else self.edge


ACTS = (
    Act("answer", "complainant_answered", _("Answer the question"), _("Answer the question"), "message", AnswerForm,
        _("Send the answer"), _("Your answer was sent.")),
    Act("review", "request_review", _("Ask for a review"), _("Ask for a review"), "scales", ReviewForm,
        _("Ask for the review"), _("You asked for a review. Somebody who did not handle your case decides about it.")),
    Act("rate", "rate", _("Rate the handling"), _("Rate the handling"), "star", RateForm,
        _("Send the rating"), _("Thank you for your rating."), moves=False),
    Act("message", "complainant_message", _("Write to the office"), _("Write to the office"), "mail", MessageForm,
        _("Send the message"), _("Your message was sent."), moves=False),
    Act("withdraw", "withdraw", _("Withdraw the complaint"), _("Withdraw the complaint?"), "undo", WithdrawForm,
        _("Yes, withdraw"), _("Your wish was recorded."), grave=True),
)  # fmt: skip
BY_NAME: Mapping[str, Act] = {act.name: act for act in ACTS}
