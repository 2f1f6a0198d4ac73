"""Who could take the next step of a case: the people with a role, as near to its unit as there is anybody."""

from collections.abc import Callable

from organisations.models import User
from organisations.queries import holders_of, units_above
from workflows.actors import is_conflicted
from workflows.models import Case

Barred = Callable[[User, Case], bool]


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


def free_in(unit_id: int, case: Case, role: str, barred: Barred | None = None) -> list[User]:
    """The holders of `role` in exactly this unit who have no conflict with the case and are not barred."""
    return [
        user
        for user in holders_of(unit_id, role)
        if not is_conflicted(user, case) and not (barred and barred(user, case))
    ]
