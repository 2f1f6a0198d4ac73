"""Actions on texts that are not sealed, for kinds of cases that keep open notes: each app has a table of its own."""

from collections.abc import Iterable
from typing import Any

from workflows.actions import Recorded, extend_clock
from workflows.attachments import keep
from workflows.files import Checked
from workflows.models import Clock
from workflows.transitions import Step


class Notes:
    """The notes of an app. model: has `case`, `text`, `by` and `at`; appended, never edited."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def write(self, step: Step, text: str) -> int | None:
        """A text of the case; its key for the ledger. None for no text."""
        if not text.strip():
            return None
        row = self.model.objects.create(case_id=step.case.pk, text=text.strip(), by=step.actor.user, at=step.at)
        key: int = row.pk
        return key

    def note(self, step: Step, *, text: str) -> Recorded:
        """A note."""
        return {"note": self.write(step, text)}

    def why(self, step: Step, *, reasons: str) -> Recorded:
        """An edge that writes nothing but why."""
        return {"note": self.write(step, reasons)}

    def extend(self, step: Step, *, clock: Clock, days: int, reasons: str) -> Recorded:
        """`days` more on a running clock, in its unit."""
        return {**extend_clock(step, clock, days), "note": self.write(step, reasons)}

    def attach(self, step: Step, *, files: Iterable[Checked], text: str = "") -> Recorded:
        """Files, and a line about them."""
        return {"attachments": [row.pk for row in keep(step, files)], "note": self.write(step, text)}


def take_over(step: Step) -> Recorded:
    """Into other hands."""
    step.hand_to(step.user)
    return None
