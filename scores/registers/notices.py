"""Who is told what happened to a register entry. Rights and conflicts are checked afterwards, by the relay."""

from organisations.models import Role, User
from scores.models import RegisterEntry
from scores.registers import states
from workflows.models import Case, OutboxRow
from workflows.people import holder_or_nearest, nearest, told


def recipients(row: OutboxRow) -> list[User]:
    """The people of an event (`workflows.people.told`)."""
    return told(row, states.GRAPH, next_people, _called)


def next_people(case: Case) -> list[User]:
    """The people whose step it is."""
    return deciders_of(case) if case.state == states.SUBMITTED else holder_or_nearest(case, Role.INTEGRITY)


def deciders_of(case: Case) -> list[User]:
    """Who may confirm it: the heads; where there is none but who entered it, the approvers."""
    entered = set(RegisterEntry.objects.get(case=case.pk).unconfirmed.values_list("by", flat=True))

    def entered_it(user: User, _case: Case) -> bool:
        return user.pk in entered

    return nearest(case, Role.HEAD, entered_it) or nearest(case, Role.APPROVER, entered_it)


def _called(name: str, case: Case) -> list[User]:
    match name:
        case "holder":
            return holder_or_nearest(case, Role.INTEGRITY)
        case "next":
            return next_people(case)
        case "head":
            return nearest(case, Role.HEAD)
    raise LookupError(name)
