"""The texts of a complaint that can go out as a letter."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.models import AgencyRequest, ComplaintCase, Message, Referral, Reply
from workflows.graph import Text

_NAMES = ("reply", "message", "referral", "request")
_SENT = (Message.Kind.TO_COMPLAINANT, Message.Kind.QUESTION, Message.Kind.PROGRESS)
_KEY = re.compile(r"(message|reply|referral|request)-([0-9]{1,18})")
_LABELS: dict[str, Text] = {
    "reply": _("Reply"),
    "to_complainant": _("Message"),
    "question": _("Question"),
    "progress": _("Progress report"),
    "referral": _("Referral"),
    "request": _("Request to a unit"),
}


@dataclass(frozen=True)
class Carried:
    """A text that can go out as a letter. name: the field of `Letter` that refers to its row; sort: what it is."""

    name: str
    row: Any
    sort: str
    at: datetime

    @property
    def key(self) -> str:
        """Its name in forms and addresses: ``reply-12``."""
        return f"{self.name}-{self.row.pk}"

    @property
    def label(self) -> Text:
        """What it is called."""
        return _LABELS[self.sort]

    def text(self, case: ComplaintCase) -> str:
        """What it says. The caller has checked the right. Raises `sealing.KeyErased` when the case was erased."""
        # A request is a case of its own, with its own key.
        text: str = self.row.read(self.row.case if self.name == "request" else case)
        return text

    @property
    def is_over(self) -> bool:
        """Whether nothing is waited for any more: a request that was answered, cancelled, or let its time pass."""
        return self.name == "request" and not self.row.case.is_open

    def answer_by(self, case: ComplaintCase) -> date | None:
        """Until when an answer is wanted; None where none is, or where the time does not run any more."""
        if self.sort == "request":
            due: date | None = self.row.case.next_due
            return due
        if self.sort != "question" or case.messages.filter(kind=Message.Kind.QUESTION, pk__gt=self.row.pk).exists():
            return None
        return case.clocks.filter(code="complainant_answer", stopped_on=None).values_list("due_on", flat=True).first()


def carried_texts(case: ComplaintCase) -> list[Carried]:
    """Every text of `case` that can go out as a letter, the newest first; no request that is over. Four queries."""
    found = [_carried(name, row) for name in _NAMES for row in _rows(case, name)]
    return sorted((one for one in found if not one.is_over), key=lambda one: one.at, reverse=True)


def has_carried(case: ComplaintCase) -> bool:
    """Whether there is any."""
    return any(_rows(case, name).exists() for name in _NAMES if name != "request") or (
        _rows(case, "request").filter(case__is_open=True).exists()
    )


def carried(case: ComplaintCase, key: str) -> Carried | None:
    """The text of that key; None for one of another case, or that cannot go out: a note, a reply not yet approved."""
    parsed = _KEY.fullmatch(key)
    row = _rows(case, parsed[1]).filter(pk=int(parsed[2])).first() if parsed else None
    return _carried(parsed[1], row) if parsed and row else None


def key_of(row: Message | Reply | Referral) -> str:
    """The key of a row that can go out as a letter; "" for one that cannot."""
    if isinstance(row, Message):
        return f"message-{row.pk}" if row.kind in _SENT else ""
    if isinstance(row, Reply):
        return f"reply-{row.pk}" if row.approved_at or row.sent_at else ""
    return f"referral-{row.pk}"


def _rows(case: ComplaintCase, name: str) -> Any:
    match name:
        case "message":
            return Message.objects.filter(case=case, kind__in=_SENT)
        case "reply":
            return Reply.objects.filter(case=case).exclude(approved_at=None, sent_at=None).select_related("ground")
        case "referral":
            return Referral.objects.filter(case=case).select_related("agency")
    return AgencyRequest.objects.filter(complaint=case).select_related("case__unit")


def _carried(name: str, row: Any) -> Carried:
    at = row.drafted_at if name == "reply" else row.at
    return Carried(name, row, row.kind if name == "message" else name, at)
