"""Who is told what happened to a complaint. Rights and conflicts are checked afterwards, by the relay."""

from complaints.escalation import nearest, next_people
from complaints.states import GRAPH
from organisations.models import Role, User
from organisations.queries import holders_of, units_above
from workflows.models import Case, OutboxRow


def recipients(row: OutboxRow) -> list[User]:
    """The people of an event: by the names its edge gives, or for a warning by how late it is.

    A warning at 50 and 80 % goes to whose step it is, at 100 % also one level up, at
    150 % two levels up (domain: Clocks). The complainant is no user: he sees his news behind his receipt.
    """
    case = row.about
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
            return [case.holder] if case.holder else nearest(case, Role.HEAD)
        case "screeners":
            return nearest(case, Role.SCREENER)
        case "head":
            return nearest(case, Role.HEAD)
        case "approvers":
            return nearest(case, Role.APPROVER)
    return []  # the complainant is no user


def _for_warning(case: Case, percent: int) -> list[User]:
    people = next_people(case)
    if percent >= 100:
        people = people + nearest(case, Role.HEAD)
    if percent >= 150 and not case.protected:
        levels = [unit for unit, distance in units_above(case.unit_id).items() if distance == 1]
        people = people + [
            user for unit in levels for role in (Role.HEAD, Role.EXECUTIVE) for user in holders_of(unit, role)
        ]
    return list({user.pk: user for user in people}.values())
