"""Who takes an edge: everybody tries, and what was written is undone."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from workflows.actors import Actor
from workflows.models import Case, Clock
from workflows.refusals import NotAllowed, Refused, WrongState
from workflows.transitions import perform, why_not

Table = Mapping[str, Mapping[str, str]]
"""Edge → {places: who may take it there}, both as names with spaces between."""


def expected(table: Table, edge: str, place: str) -> set[str]:
    """Who may take `edge` in `place` by the table. Raises KeyError for an edge that it does not name."""
    return {who for places, names in table[edge].items() if place in places.split() for who in names.split()}


def takers(
    case: Case, edge: str, people: Mapping[str, Actor], facts: Mapping[str, Any], *, quick: bool = False
) -> set[str]:
    """The names of those who can really take `edge` of `case` with these facts; nothing of it stays.

    quick: who is not among those the edge is for is only asked about, as a page does before it draws a button; where
    another test has seen that `perform()` refuses him too. It takes a third of the time.
    """
    point, found = transaction.savepoint(), set()
    for name, actor in people.items():
        if quick and isinstance(why_not(case, case.graph.edge(edge), actor), NotAllowed):
            continue
        try:
            perform(case, edge, actor, **facts)
        except Refused:
            continue  # it has written nothing
        found.add(name)
        transaction.savepoint_rollback(point)
    transaction.savepoint_commit(point)
    return found


def begins(case: Case, edge: str) -> bool:
    """Whether `edge` begins in the state of `case`. Another state is refused before it is asked who comes, so that one
    try, by somebody who may do nothing, stands for everybody's."""
    try:
        perform(case, edge, Actor.complainant())
    except Refused as refusal:
        return not isinstance(refusal, WrongState)
    raise AssertionError(f"anybody may {edge}")


def run_out(case: Case, clock: str) -> None:
    """A time has ended, without anybody having acted on it."""
    past = timezone.localdate() - timedelta(days=1)
    Clock.objects.filter(case=case.pk, code=clock, stopped_on=None).update(due_on=past)


def differences(
    case: Case,
    place: str,
    table: Table,
    people: Mapping[str, Actor],
    facts_of: Callable[[str], Mapping[str, Any]],
    *,
    quick: bool = False,
) -> list[str]:
    """Where the law and the table disagree about `case`, which is in `place`, one sentence for each edge.

    facts_of(edge name): complete facts, so that only the law can refuse. quick: see `takers`.
    """
    wrong = []
    for edge in case.graph.edges:
        allowed, wanted = set(), expected(table, edge.name, place)
        if begins(case, edge.name):
            point = transaction.savepoint()
            if edge.ends_with:
                run_out(case, edge.ends_with)
            allowed = takers(case, edge.name, people, facts_of(edge.name), quick=quick)
            transaction.savepoint_rollback(point)
            transaction.savepoint_commit(point)
        if allowed != wanted:
            wrong.append(f"{edge.name}: allowed {sorted(allowed - wanted)}, refused {sorted(wanted - allowed)}")
    return wrong
