"""What the actions of every kind of case share; an action is what an edge writes besides its move."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet

from workflows.graph import Text
from workflows.keys import CaseText, reseal
from workflows.models import Case, Clock, ClockExtension
from workflows.numbering import forget_number
from workflows.refusals import Missing
from workflows.transitions import Step

# What an action returns is recorded in the ledger: keys, codes and numbers, never a text.
Recorded = Mapping[str, Any] | None
Action = Callable[..., Recorded]


def enter_into(
    actions: dict[str, Action], *, within: Callable[[], AbstractContextManager[None]] | None = None
) -> Callable[..., Callable[[Action], Action]]:
    """A decorator that enters an action into `actions` under the names of its edges.

    within: what is opened around each of them. The decorator raises ValueError for a name that is taken.
    """

    def edge(*names: str) -> Callable[[Action], Action]:
        def enter(action: Action) -> Action:
            if taken := actions.keys() & set(names):
                raise ValueError(f"two actions for {', '.join(sorted(taken))}")
            actions.update(dict.fromkeys(names, action if within is None else _inside(action, within)))
            return action

        return enter

    return edge


@contextmanager
def taken_is_refused(taken: Mapping[str, tuple[str, Text]]) -> Iterator[None]:
    """Raises Missing for what somebody else took a moment earlier; the transaction around it is lost.

    What is unique beyond one case cannot be settled by the lock of that case: of two at once the constraint lets one
    pass. taken: the name of a constraint → the fact beside which the other one is told, and the sentence.
    """
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        found = taken.get(getattr(diagnosis, "constraint_name", None) or "")
        if found is None:
            raise
        field, sentence = found
        raise Missing(sentence, field=field) from None


def _inside(action: Action, within: Callable[[], AbstractContextManager[None]]) -> Action:
    @wraps(action)
    def take(*args: Any, **facts: Any) -> Recorded:
        with within():
            return action(*args, **facts)

    return take


def extend_clock(step: Step, clock: Clock, days: int) -> dict[str, Any]:
    """`days` more on a running clock of the case, in the unit of the clock. Gives what the ledger records of it."""
    mine = next(running for running in step.clocks.clocks if running.pk == clock.pk)
    step.clocks.extend(mine, days, step.today)
    ClockExtension.objects.create(clock=mine, days=days, by=step.user, at=step.at)
    return {"clock": mine.pk, "code": mine.code, "days": days}


def protect(case: Case, texts: Iterable[QuerySet[CaseText]]) -> None:
    """Into the protected register: `texts` are sealed, files lose their names, the number leaves its series.

    Does not save the case.
    """
    case.protected, case.subject = True, ""
    for rows in texts:
        reseal(case, rows)
    for number, attachment in enumerate(case.attachments.order_by("pk"), start=1):
        attachment.label = f"{number}.{attachment.label.rpartition('.')[2]}"
        attachment.save(update_fields=["label"])
    forget_number(case)
