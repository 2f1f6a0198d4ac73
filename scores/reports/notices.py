"""Who is told what happened to a report. Rights and conflicts are checked afterwards, by the relay."""

from organisations.models import Role, User
from scores.reports import states
from workflows.models import Case, OutboxRow
from workflows.people import nearest, warned


def recipients(row: OutboxRow) -> list[User]:
    """The people of an event: by the names its edge gives, or for a warning by how late it is."""
    case = row.about
    if row.event == OutboxRow.CLOCK_WARNING:
        return warned(case, next_people(case), row.facts["percent"])
    told = {user.pk: user for name in states.GRAPH.edge(row.event).tells for user in _called(name, case)}
    return list(told.values())


def next_people(case: Case) -> list[User]:
    """The people whose step it is."""
    return _signers(case) if case.state == states.SIGNING else _holder(case)


def _called(name: str, case: Case) -> list[User]:
    match name:
        case "holder":
            return _holder(case)
        case "head":
            return nearest(case, Role.HEAD)
        case "executives":
            return nearest(case, Role.EXECUTIVE)
    raise LookupError(name)


def _holder(case: Case) -> list[User]:
    if case.holder is not None and case.holder.is_active:
        return [case.holder]
    return nearest(case, Role.INTEGRITY) or nearest(case, Role.OFFICER)


def _signers(case: Case) -> list[User]:
    return [*nearest(case, Role.HEAD), *nearest(case, Role.EXECUTIVE)]
