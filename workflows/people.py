"""Who could take the next step of a case: the people with a role, as near to its unit as there is anybody."""

from collections.abc import Callable, Iterable

from organisations.models import Role, User
from organisations.queries import holders_of, units_above
from workflows.actors import is_conflicted
from workflows.graph import Graph
from workflows.models import Case, OutboxRow

Barred = Callable[[User, Case], bool]
Whose = Callable[[Case], list[User]]
Called = Callable[[str, Case], list[User]]


def nearest(case: Case, role: str, barred: Barred | None = None) -> list[User]:
    """Who has `role` and may act, in the unit of the case or else in the nearest unit above where anybody may.

    barred: says of a person that he may not take this step though he has the role. A protected case is seen from its
    own unit and the one it was raised to; nobody else is told of it.
    """
    seen_from = {case.unit_id, case.raised_to_id} if case.protected else None
    for unit in units_above(case.unit_id):
        if (seen_from is None or unit in seen_from) and (people := free_in(unit, case, role, barred)):
            return people
    return []


def holder_or_nearest(case: Case, *roles: str) -> list[User]:
    """Whose file it is; once he is gone, who may take it over: those with the first of `roles` that anybody has."""
    if case.holder is not None and case.holder.is_active:
        return [case.holder]
    return next((people for role in roles if (people := nearest(case, role))), [])


def free_in(unit_id: int, case: Case, role: str, barred: Barred | None = None) -> list[User]:
    """The holders of `role` in exactly this unit who have no conflict with the case and are not barred."""
    return [
        user
        for user in holders_of(unit_id, role)
        if not is_conflicted(user, case) and not (barred and barred(user, case))
    ]


def superiors(case: Case) -> list[User]:
    """Heads and executives one level above the unit of the case; nobody for a protected one."""
    if case.protected:
        return []
    levels = [unit for unit, distance in units_above(case.unit_id).items() if distance == 1]
    return [user for unit in levels for role in (Role.HEAD, Role.EXECUTIVE) for user in holders_of(unit, role)]


def warned(case: Case, people: Iterable[User], percent: int) -> list[User]:
    """Who hears that so much of a time has passed: whose step it is (`people`), at 80 % also the executive (S4:2159),
    at 100 % also the head, at 150 % one level up (domain.md: Clocks)."""
    told = [*people]
    if percent >= 80:
        told += nearest(case, Role.EXECUTIVE)
    if percent >= 100:
        told += nearest(case, Role.HEAD)
    if percent >= 150:
        told += superiors(case)
    return list({user.pk: user for user in told}.values())


def told(row: OutboxRow, graph: Graph, whose: Whose, called: Called) -> list[User]:
    """Who is told of an event of a case: the people whom its edge names, or those of a warning (`warned`).

    whose: the people whose step it is. called: those whom an edge calls by a name (`Edge.tells`).
    """
    case = row.about
    if row.event == OutboxRow.CLOCK_WARNING:
        return warned(case, whose(case), row.facts["percent"])
    return list({user.pk: user for name in graph.edge(row.event).tells for user in called(name, case)}.values())
