"""What the holder of a receipt may read of his case: what he wrote, what was written to him, and the files."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from complaints.models import ComplaintCase, Message
from workflows.models import Attachment

_MINE = {Message.Kind.FROM_COMPLAINANT, Message.Kind.ANSWER}
_TO_ME = {Message.Kind.TO_COMPLAINANT, Message.Kind.QUESTION, Message.Kind.PROGRESS}


@dataclass(frozen=True)
class Said:
    """A text between him and the office. `heading` says what it is, where it is more than a message."""

    mine: bool
    heading: str
    text: str
    at: datetime
    reply: bool = False
    folded: bool = False


@dataclass(frozen=True)
class Talk:
    """Everything said, oldest first; the reply in force, and the question that waits for an answer."""

    said: list[Said] = field(default_factory=list)
    question: str = ""


def talk(case: ComplaintCase) -> Talk:
    """All that may be read of a case."""
    said = sorted(_said(case), key=lambda each: each.at)
    question = ""
    if case.state == "awaiting_complainant":
        asked = case.messages.filter(kind=Message.Kind.QUESTION).last()
        question = asked.read(case) if asked else ""
    return Talk(said, question)


def _said(case: ComplaintCase) -> Iterator[Said]:
    headings = {
        Message.Kind.QUESTION: _("Question"),
        Message.Kind.PROGRESS: _("Progress report"),
        Message.Kind.ANSWER: _("Your answer"),
    }
    complaint = case.complaint
    # What a part is about was worded by the office; what the complainant wrote stands in the whole.
    if complaint.receipt_lookup:
        yield Said(True, _("Your complaint"), complaint.read(case), case.opened_at, folded=True)
    withdrawn = _questions_withdrawn(case)
    for message in case.messages.filter(kind__in=_MINE | _TO_ME):
        heading = headings.get(Message.Kind(message.kind), "")
        if message.pk in withdrawn:
            heading = _("Question, withdrawn since")
        yield Said(message.kind in _MINE, heading, message.read(case), message.at)
    for reply in case.replies.exclude(sent_at=None).select_related("ground"):
        ground = reply.ground
        heading = _("Why the matter is not taken up: %(ground)s") % {"ground": ground.name} if ground else _("Reply")
        assert reply.sent_at is not None
        yield Said(False, heading, reply.read(case), reply.sent_at, reply=True)
    for request in case.review_requests.all():
        yield Said(True, _("Your request for a review"), request.read(case), request.at)
    for rating in case.ratings.all():
        stars = _("Your rating: %(stars)s of 5") % {"stars": rating.stars}
        yield Said(True, stars, rating.read(case), rating.at)


def _questions_withdrawn(case: ComplaintCase) -> set[int]:
    """The messages with questions that the office took back before they were answered."""
    asked, withdrawn = 0, set()
    for entry in case.ledger.filter(verb__in=("ask_complainant", "cancel_question")).order_by("seq"):
        if entry.verb == "ask_complainant":
            asked = entry.data["message"]
        else:
            withdrawn.add(asked)
    return withdrawn


def files_of(case: ComplaintCase) -> list[Attachment]:
    """His own files and those shown to him, oldest first."""
    return list(case.attachments.filter(shown_to_complainant=True).exclude(storage_name=""))
