"""Which systems are told of which cases: those of the unit they are set up for, and of what lies below it."""

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.models import Webhook
from organisations.models import UnitReach
from workflows.models import Case


@dataclass(frozen=True)
class Listening:
    """A webhook that is told, and the units whose cases it hears of."""

    pk: int
    unit: int
    reach: frozenset[int]


def listening(pk: int | None = None) -> list[Listening]:
    """Every webhook that is told, read once for a batch; or only that one, none when it is not told."""
    hooks = list(Webhook.objects.filter(active=True, **({} if pk is None else {"pk": pk})))
    return [
        Listening(
            hook.pk,
            hook.unit_id,
            frozenset(UnitReach.objects.filter(above=hook.unit_id).values_list("unit", flat=True)),
        )
        for hook in hooks
    ]


def told_of(hooks: Sequence[Listening], case: Case) -> list[Listening]:
    """Which of `hooks` are told of a case. Of a protected one only a system of its own unit hears anything."""
    return [hook for hook in hooks if (case.unit_id == hook.unit if case.protected else case.unit_id in hook.reach)]
