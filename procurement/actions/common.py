"""What the actions of all kinds of cases share."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from procurement.models import Note
from workflows.attachments import keep
from workflows.files import Checked
from workflows.graph import Text
from workflows.models import Clock, ClockExtension
from workflows.refusals import Missing
from workflows.transitions import Step

Recorded = Mapping[str, Any] | None
Action = Callable[..., Recorded]

# What is unique beyond one case cannot be settled by the lock of that case: of two at once the constraint lets one
# pass. The name of the constraint: the fact beside which the other one is told, and the sentence.
_TAKEN: dict[str, tuple[str, Text]] = {
    "order_number_once": ("order_day", _("Another order has this number in the same year.")),
    "purchase_number_once": ("project_number", _("Another purchase has this e-GP project number.")),
    "contract_number_once": ("contract_number", _("A contract of this number is recorded already.")),
    "one_draw_a_quarter": ("only_one_a_quarter", _("This unit has a draw for this quarter already.")),
    "observation_sent_once": ("token", _("This report has arrived already.")),
    "activity_number_once": ("code", _("Another activity of this plan has this number.")),
}


@contextmanager
def taken_is_refused() -> Iterator[None]:
    """Raises Missing for a number that somebody else took a moment earlier; the transaction around it is lost."""
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        taken = _TAKEN.get(getattr(diagnosis, "constraint_name", None) or "")
        if taken is None:
            raise
        field, sentence = taken
        raise Missing(sentence, field=field) from None


def enter_into(actions: dict[str, Action]) -> Callable[..., Callable[[Action], Action]]:
    """A decorator that enters an action into `actions` under the names of its edges."""

    def edge(*names: str) -> Callable[[Action], Action]:
        def enter(action: Action) -> Action:
            @wraps(action)
            def take(*args: Any, **facts: Any) -> Recorded:
                with taken_is_refused():
                    return action(*args, **facts)

            actions.update(dict.fromkeys(names, take))
            return action

        return enter

    return edge


def write_note(step: Step, text: str) -> int | None:
    """A text of the case; its key for the ledger. None for no text."""
    if not text.strip():
        return None
    return Note.objects.create(case_id=step.case.pk, text=text.strip(), by=step.actor.user, at=step.at).pk


def note(step: Step, *, text: str) -> Recorded:
    """A note."""
    return {"note": write_note(step, text)}


def take_over(step: Step) -> Recorded:
    """Into other hands."""
    step.hand_to(step.user)
    return None


def extend(step: Step, *, clock: Clock, days: int, reasons: str) -> Recorded:
    """`days` more on a running clock, in its unit."""
    mine = next(running for running in step.clocks.clocks if running.pk == clock.pk)
    step.clocks.extend(mine, days, step.today)
    ClockExtension.objects.create(clock=mine, days=days, by=step.user, at=step.at)
    return {"clock": mine.pk, "code": mine.code, "days": days, "note": write_note(step, reasons)}


def attach(step: Step, *, files: Iterable[Checked], text: str = "") -> Recorded:
    """Files, and a line about them."""
    return {"attachments": [row.pk for row in keep(step, files)], "note": write_note(step, text)}
