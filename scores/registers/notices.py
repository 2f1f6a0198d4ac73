"""Who is told what happened to a register entry. Rights and conflicts are checked afterwards, by the relay."""

from organisations.models import Role, User
from scores.models import RegisterEntry
from scores.registers import states
from workflows.models import Case, OutboxRow
from workflows.people import nearest, warned


def recipients(row: OutboxRow) -> list[User]:
    """The people of an event: by the names its edge gives, or for a warning by how late it is."""
    case = row.about
    if row.event == OutboxRow.CLOCK_WARNING:
        return warned(case, next_people(case), row.facts["percent"])
    told: dict[int, User] = {}
    for name in states.GRAPH.edge(row.event).tells:
        for user in _called(name, case):
            told[user.pk] = user
    return list(told.values())


def next_people(case: Case) -> list[User]:
    """The people whose step it is."""
    return deciders_of(case) if case.state == states.SUBMITTED else holder_of(case)


def holder_of(case: Case) -> list[User]:
    """Who has it, else the integrity officers."""
    if case.holder is not None and case.holder.is_active:
        return [case.holder]
    return nearest(case, Role.INTEGRITY)


def deciders_of(case: Case) -> list[User]:
    """Who may confirm it: the heads; where there is none but who entered it, the approvers."""
    entered = set(RegisterEntry.objects.get(case=case.pk).unconfirmed.values_list("by", flat=True))

    def entered_it(user: User, _case: Case) -> bool:
        return user.pk in entered

    return nearest(case, Role.HEAD, entered_it) or nearest(case, Role.APPROVER, entered_it)


def _called(name: str, case: Case) -> list[User]:
    match name:
        case "holder":
            return holder_of(case)
        case "next":
            return next_people(case)
        case "head":
            return nearest(case, Role.HEAD)
    raise LookupError(name)
