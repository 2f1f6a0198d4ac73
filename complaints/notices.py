"""Who is told what happened to a complaint. Rights and conflicts are checked afterwards, by the relay."""

from complaints.states import GRAPH
from organisations.models import Role, User
from organisations.queries import holders_of, units_above
from workflows.models import Case, OutboxRow


def recipients(row: OutboxRow) -> list[User]:
    """The people of an event: by the names its edge gives, or for a warning by how late it is.

    A warning at 50 and 80 % goes to the holder (or who has to give the case out), at 100 % also one level up, at
    150 % two levels up (domain: Clocks). The complainant is no user: he sees his news behind his receipt.
    """
    case = row.case
    if row.event == "clock_warning":
        return _for_warning(case, row.facts["percent"])
    told: dict[int, User] = {}
    for name in GRAPH.edge(row.event).tells:
        for user in _called(name, case):
            told[user.pk] = user
    return list(told.values())


def _called(name: str, case: Case) -> list[User]:
    match name:
        case "holder":
            return [case.holder] if case.holder else _nearest(case, Role.HEAD)
        case "screeners":
            return _nearest(case, Role.SCREENER)
        case "head":
            return _nearest(case, Role.HEAD)
        case "approvers":
            return _nearest(case, Role.APPROVER)
    return []


def _nearest(case: Case, role: Role) -> list[User]:
    """Who has the role in the unit of the case or, where nobody has, in the nearest unit above."""
    for unit in [case.unit_id] if case.protected else units_above(case.unit_id):
        if people := list(holders_of(unit, role)):
            return people
    return []


def _for_warning(case: Case, percent: int) -> list[User]:
    role = {"received": Role.SCREENER, "screening": Role.SCREENER, "review": Role.APPROVER}.get(case.state, Role.HEAD)
    people = [case.holder] if case.holder else _nearest(case, role)
    if percent >= 100:
        people += _nearest(case, Role.HEAD)
    if percent >= 150 and not case.protected:
        levels = [unit for unit, distance in units_above(case.unit_id).items() if distance == 1]
        people += [user for unit in levels for role in (Role.HEAD, Role.EXECUTIVE) for user in holders_of(unit, role)]
    return list({user.pk: user for user in people if user is not None}.values())
