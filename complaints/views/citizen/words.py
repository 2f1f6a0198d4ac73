"""What happened, what comes next and by when, in the words of somebody who has never seen a file.

No names of officials, no internal steps: a verb that is not listed is nobody's business but the office's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.models import ComplaintCase
from workflows.actors import Kind as ActorKind
from workflows.graph import Text
from workflows.models import Clock

STORY: dict[str, Text] = {
    "register": _("Your complaint came in."),
    "acknowledge": _("You got the receipt."),
    "start_screening": _("The office began to look at it."),
    "accept": _("The office takes up the matter."),
    "decline": _("The office does not take up the matter. It gave you the reasons."),
    "ask_complainant": _("The office asked you a question."),
    "complainant_answered": _("You answered the question."),
    "answer_timed_out": _("The time to answer has passed. The office goes on without the answer."),
    "assign": _("Somebody was put in charge of finding out the facts."),
    "send_progress": _("You got a progress report."),
    "submit_finding": _("The facts were put together. A second person decides about them."),
    "return_finding": _("The second person wants the facts checked again."),
    "decide_founded": _("A second person decided. What has to be done was laid down."),
    "decide_partly": _("A second person decided. What has to be done was laid down."),
    "decide_unfounded": _("A second person decided, and you got the reply."),
    "decide_inconclusive": _("A second person decided, and you got the reply."),
    "measure_done": _("Something that had to be done is done."),
    "answer_directly": _("You got the reply."),
    "answer": _("You got the reply."),
    "close": _("The case was closed."),
    "close_after_window": _("The case was closed, for the time to ask for a review had ended."),
    "request_review": _("You asked for a review."),
    "reopen": _("The review was granted. Somebody new looks into the case."),
    "reopen_screening": _("The review was granted. The office looks at the case again."),
    "refuse_review": _("The review was refused. The office gave you the reasons."),
    "withdraw": _("You withdrew the complaint."),
    "record_withdrawal": _("You wished to withdraw. The case goes on."),
    "message": _("The office wrote to you."),
    "complainant_message": _("You wrote to the office."),
    "extend": _("The office got more time."),
    "change_kind": _("The office put the complaint under another kind."),
    "set_contact": _("You chose how you are told of news."),
    "rate": _("You rated the handling."),
}

# State → what comes next, and the clocks that say by when, the first that runs.
NEXT: dict[str, tuple[Text, tuple[str, ...]]] = {
    "received": (_("The office looks at your complaint."), ("screen",)),
    "screening": (_("The office decides whether it takes up the matter."), ("screen",)),
    "awaiting_complainant": (_("It is your turn: answer the question of the office."), ("complainant_answer",)),
    "accepted": (_("The office puts somebody in charge."), ("first_report", "next_report", "investigate")),
    "investigating": (_("The office finds out the facts."), ("investigate",)),
    "review": (_("A second person decides about what was found."), ("review",)),
    "acting": (_("The office does what was decided. Then you get the reply."), ("measure",)),
    "replied": (_("Read the reply. If you do not agree, you can ask for a review."), ("objection",)),
    "closed": (_("The case is closed."), ()),
    "declined": (_("The case is closed. If you do not agree, you can ask for a review."), ("objection",)),
    "review_requested": (_("Somebody who did not handle your case decides about the review."), ("review",)),
    "withdrawn": (_("The case is closed because you withdrew it."), ()),
}
YOUR_TURN = frozenset({"awaiting_complainant", "replied"})

AHEAD: dict[str, Text] = {
    "screen": _("The office decides whether it takes up the matter."),
    "first_report": _("You get a first report."),
    "next_report": _("You get the next report."),
    "investigate": _("The facts are put together."),
    "review": _("A second person decides."),
    "measure": _("What was decided is done."),
}


@dataclass(frozen=True)
class Event:
    """Something that happened."""

    text: Text
    at: datetime


@dataclass(frozen=True)
class Promise:
    """Something that is to happen, and by when."""

    text: Text
    by: date


def story(entries: Iterable[Any]) -> list[Event]:
    """The ledger entries of a case that concern the complainant, oldest first."""
    return [
        Event(_("You sent files.") if entry.verb == "attach" else STORY[entry.verb], entry.at)
        for entry in entries
        if entry.verb in STORY or (entry.verb == "attach" and entry.actor_kind == ActorKind.COMPLAINANT)
    ]


def running_clocks(case: ComplaintCase) -> list[Clock]:
    """The running clocks of a case that have a day, earliest first."""
    return list(case.clocks.filter(stopped_on=None, due_on__isnull=False).order_by("due_on", "id"))


def ahead(case: ComplaintCase, running: list[Clock] | None = None) -> list[Promise]:
    """What the complainant can wait for, earliest first, one line for each day and promise."""
    clocks = running_clocks(case) if running is None else running
    promises = [Promise(AHEAD[clock.code], clock.due_on) for clock in clocks if clock.code in AHEAD and clock.due_on]
    return list(dict.fromkeys(promises))


def next_step(case: ComplaintCase, running: list[Clock]) -> tuple[Text, date | None]:
    """What is next in one sentence, and by when."""
    text, codes = NEXT[case.state]
    days = {clock.code: clock.due_on for clock in reversed(running)}
    return text, next((days[code] for code in codes if code in days), None)
