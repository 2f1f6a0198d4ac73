"""What the holder of a receipt may read of his case: what he wrote, what was written to him, and the files."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from complaints.models import ComplaintCase, Message
from workflows.keys import CaseText
from workflows.models import Attachment
from workflows.sealing import KeyErased

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


def text_of(row: CaseText, case: ComplaintCase) -> str:
    """The text of a row; a sentence in its place where it was erased."""
    try:
        return row.read(case)
    except KeyErased:
        return _("This text was deleted for good.")


def talk(case: ComplaintCase) -> Talk:
    """All that may be read of a case."""
    said = sorted(_said(case), key=lambda each: each.at)
    question = ""
    if case.state == "awaiting_complainant":
        asked = case.messages.filter(kind=Message.Kind.QUESTION).last()
        question = text_of(asked, case) if asked else ""
    return Talk(said, question)


def _said(case: ComplaintCase) -> Iterator[Said]:
    headings = {
        Message.Kind.QUESTION: _("Question"),
        Message.Kind.PROGRESS: _("Progress report"),
        Message.Kind.ANSWER: _("Your answer"),
    }
    complaint = case.complaint
    yield Said(True, _("Your complaint"), text_of(complaint, case), case.opened_at, folded=True)
    for message in case.messages.filter(kind__in=_MINE | _TO_ME):
        heading = headings.get(Message.Kind(message.kind), "")
        yield Said(message.kind in _MINE, heading, text_of(message, case), message.at)
    for reply in case.replies.exclude(sent_at=None).select_related("ground"):
        ground = reply.ground
        heading = _("Why the matter is not taken up: %(ground)s") % {"ground": ground.name} if ground else _("Reply")
        assert reply.sent_at is not None
        yield Said(False, heading, text_of(reply, case), reply.sent_at, reply=True)
    for request in case.review_requests.all():
        yield Said(True, _("Your request for a review"), text_of(request, case), request.at)
    for rating in case.ratings.all():
        stars = _("Your rating: %(stars)s of 5") % {"stars": rating.stars}
        yield Said(True, stars, text_of(rating, case), rating.at)


def files_of(case: ComplaintCase) -> list[Attachment]:
    """His own files and those shown to him, oldest first."""
    return list(case.attachments.filter(shown_to_complainant=True))
