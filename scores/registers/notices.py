"""Who is told what happened to a register entry. Rights and conflicts are checked afterwards, by the relay."""

from organisations.models import Role, User
from organisations.queries import holders_of, units_above
from scores.models import EntryVersion
from scores.registers import states
from workflows.models import Case, OutboxRow
from workflows.people import nearest


def recipients(row: OutboxRow) -> list[User]:
    """The people of an event: by the names its edge gives, or for a warning by how late it is: at 80 % also the head,
    at 100 % also the executive, at 150 % one level up (domain.md: Clocks)."""
    case = row.about
    if row.event == OutboxRow.CLOCK_WARNING:
        return _for_warning(case, row.facts["percent"])
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
    last = EntryVersion.objects.filter(entry=case.pk).last()

    def entered_it(user: User, _case: Case) -> bool:
        return last is not None and user.pk == last.by_id

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


def _for_warning(case: Case, percent: int) -> list[User]:
    people = next_people(case)
    if percent >= 80:
        people = people + nearest(case, Role.HEAD)
    if percent >= 100:
        people = people + nearest(case, Role.EXECUTIVE)
    if percent >= 150:
        levels = [unit for unit, distance in units_above(case.unit_id).items() if distance == 1]
        people = people + [
            user for unit in levels for role in (Role.HEAD, Role.EXECUTIVE) for user in holders_of(unit, role)
        ]
    return list({user.pk: user for user in people}.values())
