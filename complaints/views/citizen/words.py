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
    # Other units, other agencies.
    "ask_agencies": _("The office asked other units."),
    "ask_another_agency": _("The office asked other units."),
    "all_answered": _("The office no longer waits for other units."),
    "transfer": _("Another unit looks at your complaint now."),
    "refer": _("The matter was sent to another agency."),
    "remind_agency": _("The office asked the agency again."),
    "referral_unanswered": _("The agency has not answered in time. The office follows it up."),
    "referral_answered": _("The agency answered. A second person decides about it."),
    "referral_returned": _("The agency returned the matter. The office looks at it again."),
    "binding_finding": _("The agency decided. What has to be done was laid down."),
    # It rests, ends early, goes on with another or in parts.
    "cancel_question": _("The office withdrew its question. You need not answer it."),
    "suspend": _("The case rests until a court or another body has decided."),
    "keep_suspended": _("The office looked whether the case can go on. It still rests."),
    "resume": _("The case goes on."),
    "discontinue": _("The office ended the case without a result. It gave you the reasons."),
    "merge": _("Your case goes on together with another one about the same matter."),
    "unmerge": _("Your case goes on by itself again."),
    "other_ended": _("The case that yours went on with has ended without a reply. Yours goes on by itself again."),
    "answered_with_other": _("You got the reply to the case that yours goes on with."),
    "split": _("The office split your complaint into parts that go on by themselves."),
    "register_part": _("This part of your complaint goes on by itself."),
    # A slip, or new facts.
    "correct": _("The office took back its last step, which was a slip."),
    "reopen_ex_officio": _("New facts came up. Somebody looks into the case again."),
    "rescreen_ex_officio": _("New facts came up. The office looks at the case again."),
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
    "awaiting_agency": (_("Other units are asked. The office waits for their answers."), ("investigate",)),
    "referred": (
        _("Another agency has the matter. The office follows what becomes of it and tells you."),
        ("referral_follow_up",),
    ),
    "suspended_case": (
        _("The case rests, for the matter is before a court or another body. The office looks whether it can go on."),
        ("suspension_check",),
    ),
    "merged": (_("Your case goes on together with another one. You get the reply here."), ()),
}
# Where no review can be asked for any more, nothing is said of one.
SETTLED: dict[str, Text] = {"replied": _("Read the reply."), "declined": NEXT["closed"][0]}
YOUR_TURN = frozenset({"awaiting_complainant", "replied"})

AHEAD: dict[str, Text] = {
    "screen": _("The office decides whether it takes up the matter."),
    "first_report": _("You get a first report."),
    "next_report": _("You get the next report."),
    "investigate": _("The facts are put together."),
    "review": _("A second person decides."),
    "measure": _("What was decided is done."),
    "referral_follow_up": _("The office asks the agency what became of the matter."),
    "suspension_check": _("The office looks whether the case can go on."),
}
WINDOW_ENDS = _("The time to ask for a review ends.")


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


def ahead(case: ComplaintCase, running: list[Clock] | None = None, *, may_review: bool = False) -> list[Promise]:
    """What the complainant can wait for, earliest first, one line for each day and promise.

    may_review: whether a review can be asked for now; then the end of its window is one of them.
    """
    clocks = running_clocks(case) if running is None else running
    texts = {**AHEAD, "objection": WINDOW_ENDS} if may_review else AHEAD
    promises = [Promise(texts[clock.code], clock.due_on) for clock in clocks if clock.code in texts and clock.due_on]
    return list(dict.fromkeys(promises))


def next_step(case: ComplaintCase, running: list[Clock], *, may_review: bool = True) -> tuple[Text, date | None]:
    """What is next in one sentence, and by when. may_review: whether a review can be asked for, where its clock runs.

    An end with the reasons why (`discontinue`) can be disputed like a reply, so a closed case says so while it can.
    """
    days = {clock.code: clock.due_on for clock in reversed(running)}
    may_review = may_review and "objection" in days
    if case.state in SETTLED and not may_review:
        return SETTLED[case.state], None
    text, codes = NEXT["declined" if case.state == "closed" and may_review else case.state]
    return text, next((days[code] for code in codes if code in days), None)
