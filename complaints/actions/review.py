"""The complainant disagrees or no longer wishes it."""

from complaints.merged import return_unanswered
from complaints.models import (
    Message,
    ReviewRequest,
)
from complaints.requests.asking import cancel_open
from complaints.writing import (
    write_decision,
    write_message,
)
from organisations.models import User
from workflows.transitions import Step

from .common import Recorded, edge


@edge("request_review")
def request_review(step: Step, *, reasons: str) -> Recorded:
    """The complainant disputes what he was told."""
    request = ReviewRequest(case=step.case, against=step.case.state, at=step.at)
    request.write(step.case, reasons)
    request.save()
    step.case.unread = True
    return {"request": request.pk, "against": step.case.state}


@edge("reopen")
def reopen(step: Step, *, to: User, reasons: str) -> Recorded:
    """A new investigator starts again. The case keeps its number and history."""
    step.hand_to(to)
    step.case.unread = False
    return {"decision": write_decision(step, "", reasons).pk, "to": to.pk}


@edge("reopen_screening")
def reopen_screening(step: Step, *, reasons: str) -> Recorded:
    """A declined case is screened again."""
    step.hand_to(None)
    step.case.unread = False
    return {"decision": write_decision(step, "", reasons).pk}


@edge("refuse_review")
def refuse_review(step: Step, *, reasons: str) -> Recorded:
    """What was decided stands; the reasons go to the complainant."""
    step.case.unread = False
    return_unanswered(step)
    message = write_message(step, Message.Kind.TO_COMPLAINANT, reasons)
    return {"decision": write_decision(step, "", reasons).pk, "message": message.pk}


@edge("withdraw", "record_withdrawal")
def withdraw(step: Step, *, text: str = "") -> Recorded:
    """The complainant no longer wishes it. Nobody is asked any longer about a case that ends by it; what others said of
    the matter goes on."""
    if step.edge.moves:
        step.then(lambda: cancel_open(step))
        return_unanswered(step)
    return {"message": write_message(step, Message.Kind.FROM_COMPLAINANT, text).pk} if text else None
