"""Who is told what happened to an assessment. Rights and conflicts are checked afterwards, by the relay."""

from organisations.models import Role, User
from scores import rules, states
from scores.assessing import AGENCY, unsaid
from scores.models import Assessment, Evaluator
from workflows.models import Case, OutboxRow
from workflows.people import holder_or_nearest, nearest, told


def recipients(row: OutboxRow) -> list[User]:
    """The people of an event (`workflows.people.told`)."""
    return told(row, states.GRAPH, next_people, _called)


def next_people(case: Case) -> list[User]:
    """The people whose step it is."""
    match case.state:
        case states.SELF if is_stated(case):
            return nearest(case, Role.HEAD) if evaluators_of(case) else who_enter_a_committee(case)
        case states.REVIEW | states.SIGNING:
            return evaluators_of(case)
        case states.TOLD:
            return nearest(case, Role.HEAD)
        case states.OBJECTED:
            return nearest(case, Role.APPROVER, rules.may_not_decide)
        case states.FINAL:
            return nearest(case, Role.EXECUTIVE, rules.is_too_near)
    return holder_or_nearest(case, Role.INTEGRITY)


def is_stated(case: Case) -> bool:
    """Whether the agency has said everything that the rubric asks."""
    row = Assessment.objects.select_related("unit", "rubric", "case").get(pk=case.pk)
    return not unsaid(row, AGENCY)


def who_enter_a_committee(case: Case) -> list[User]:
    """Evaluators of above the agency, who enter its committee as the order names it."""
    return nearest(case, Role.EVALUATOR, rules.is_of_the_agency)


def evaluators_of(case: Case) -> list[User]:
    """Who sits on the committee and works outside the agency still."""
    sitting = Evaluator.objects.filter(assessment=case.pk, until=None)
    found = User.objects.filter(evaluations__in=sitting, is_active=True).distinct()
    return [user for user in found if not rules.is_of_the_agency(user, case)]


def _called(name: str, case: Case) -> list[User]:
    match name:
        case "holder":
            return holder_or_nearest(case, Role.INTEGRITY)
        case "head":
            return nearest(case, Role.HEAD)
        case "evaluators":
            return who_enter_a_committee(case)
        case "members":
            return evaluators_of(case)
        case "approvers":
            return nearest(case, Role.APPROVER, rules.may_not_decide)
        case "executives":
            return nearest(case, Role.EXECUTIVE, rules.is_too_near)
    raise LookupError(name)
