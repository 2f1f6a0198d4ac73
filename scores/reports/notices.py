"""Who is told what happened to a report. Rights and conflicts are checked afterwards, by the relay."""

from organisations.models import Role, User
from scores.reports import states
from workflows.models import Case, OutboxRow
from workflows.people import holder_or_nearest, nearest, told


def recipients(row: OutboxRow) -> list[User]:
    """The people of an event (`workflows.people.told`)."""
    return told(row, states.GRAPH, next_people, _called)


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
    return holder_or_nearest(case, Role.INTEGRITY, Role.OFFICER)


def _signers(case: Case) -> list[User]:
    return [*nearest(case, Role.HEAD), *nearest(case, Role.EXECUTIVE)]
