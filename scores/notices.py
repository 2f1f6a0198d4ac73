"""Who is told what happened to an assessment. Rights and conflicts are checked afterwards, by the relay."""

from organisations.models import Role, User
from organisations.queries import holders_of, units_above
from scores import rules, states
from scores.models import Evaluator
from workflows.models import Case, OutboxRow
from workflows.people import nearest


def recipients(row: OutboxRow) -> list[User]:
    """The people of an event: by the names its edge gives, or for a warning by how late it is.

    A warning goes to whose step it is, at 80 % also to the executive (S4:2159), at 100 % also to the head, at 150 % one
    level up (domain.md: Clocks).
    """
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
    match case.state:
        case states.REVIEW | states.SIGNING:
            return evaluators_of(case)
        case states.TOLD:
            return nearest(case, Role.HEAD)
        case states.OBJECTED:
            return nearest(case, Role.APPROVER, rules.may_not_decide)
        case states.FINAL:
            return nearest(case, Role.EXECUTIVE, rules.is_too_near)
    return _holder(case)


def evaluators_of(case: Case) -> list[User]:
    """Who sits on the committee."""
    sitting = Evaluator.objects.filter(assessment=case.pk, until=None)
    return list(User.objects.filter(evaluations__in=sitting, is_active=True).distinct())


def _holder(case: Case) -> list[User]:
    if case.holder is not None and case.holder.is_active:
        return [case.holder]
    return nearest(case, Role.INTEGRITY)


def _called(name: str, case: Case) -> list[User]:
    match name:
        case "holder":
            return _holder(case)
        case "head":
            return nearest(case, Role.HEAD)
        case "committee":
            return evaluators_of(case)
        case "approvers":
            return nearest(case, Role.APPROVER, rules.may_not_decide)
        case "executives":
            return nearest(case, Role.EXECUTIVE, rules.is_too_near)
    raise LookupError(name)


def _for_warning(case: Case, percent: int) -> list[User]:
    return warned(case, percent, next_people(case))


def warned(case: Case, percent: int, people: list[User]) -> list[User]:
    """Who hears that a deadline comes near or has passed. people: whose step it is."""
    if percent >= 80:
        people = people + nearest(case, Role.EXECUTIVE)
    if percent >= 100:
        people = people + nearest(case, Role.HEAD)
    if percent >= 150:
        levels = [unit for unit, distance in units_above(case.unit_id).items() if distance == 1]
        people = people + [
            user for unit in levels for role in (Role.HEAD, Role.EXECUTIVE) for user in holders_of(unit, role)
        ]
    return list({user.pk: user for user in people}.values())
