"""Who is told what happened to a request. Rights and conflicts are checked afterwards, by the relay."""

from complaints.models import AgencyRequest
from complaints.requests.states import GRAPH
from organisations.models import Role, User
from workflows import people
from workflows.hands import in_hand
from workflows.models import Case, OutboxRow


def recipients(row: OutboxRow) -> list[User]:
    """By the names the edge gives; a warning goes to who has the request, or could take it, and from 100 % on to the
    head of the unit and to who asked."""
    case = row.about
    if row.event == OutboxRow.CLOCK_WARNING:
        late = ("head", "asker") if row.facts["percent"] >= 100 else ()
        names: tuple[str, ...] = ("asked", *late)
    else:
        names = GRAPH.edge(row.event).tells
    return list({user.pk: user for name in names for user in _called(name, case)}.values())


def _called(name: str, case: Case) -> list[User]:
    match name:
        case "holder":
            return [case.holder] if case.holder else []
        case "asked":
            if case.holder is not None and in_hand(case):
                return [case.holder]
            return people.nearest(case, Role.OFFICER) or people.nearest(case, Role.HEAD)
        case "head":
            return people.nearest(case, Role.HEAD)
    holder = AgencyRequest.objects.select_related("complaint__holder").get(case=case.pk).complaint.holder
    return [holder] if holder is not None else []
