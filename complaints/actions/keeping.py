"""What custodians do: reveal who complained, hold what is kept, erase it. `custody` names reasons for them alone."""

from complaints.erasing import ErasureGround, erase_content
from complaints.models import Message
from complaints.writing import write_message
from workflows.models import RecordsHold
from workflows.transitions import Step

from .common import Recorded, edge


@edge("reveal")
def reveal(step: Step, *, reasons: str) -> Recorded:
    """Who complained is shown to this custodian, by the page alone."""
    return {"custody": write_message(step, Message.Kind.CUSTODY, reasons).pk}


@edge("propose_erasure", "withdraw_proposal")
def announce(step: Step) -> Recorded:  # noqa: ARG001 - the clock of the edge says it all
    """The notice of the erasure begins, or ends without one because the rule has changed."""
    return None


@edge("hold_records")
def hold_records(step: Step, *, reasons: str) -> Recorded:
    """Nothing of the case is erased until the hold is released."""
    RecordsHold.objects.create(case_id=step.case.pk, by=step.user, at=step.at)
    return {"message": write_message(step, Message.Kind.NOTE, reasons).pk}


@edge("release_records")
def release_records(step: Step, *, reasons: str) -> Recorded:
    """The hold has ended; the rule decides again."""
    RecordsHold.objects.filter(case=step.case.pk, released_at=None).update(released_by=step.user, released_at=step.at)
    return {"message": write_message(step, Message.Kind.NOTE, reasons).pk}


@edge("ask_erasure")
def ask_erasure(step: Step, *, ground: str, reasons: str) -> Recorded:
    """One custodian asks; another one erases. ground: a code of `ErasureGround`."""
    return {
        "ground": ErasureGround(ground).value,
        "custody": write_message(step, Message.Kind.CUSTODY, reasons).pk,
    }


@edge("erase", "erase_when_due", "erase_again")
def erase(step: Step) -> Recorded:
    """The content is gone for good. What stays: `complaints.erasing`."""
    return erase_content(step)
