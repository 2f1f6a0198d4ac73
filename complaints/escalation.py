"""Whose step it is, and where the work rises to when nobody in the unit of the case may take it (four eyes)."""

from complaints import rules
from complaints.states import ACCEPTED, GRAPH, RECEIVED, REVIEW, REVIEW_REQUESTED, SCREENING
from organisations.models import Role, Unit, User
from organisations.queries import units_above
from workflows import people
from workflows.models import Case

# Whose step it is in the states in which it is not the holder's, and who of them may not take it.
_STEPS: dict[str, tuple[Role, people.Barred]] = {
    RECEIVED: (Role.SCREENER, lambda _user, _case: False),
    SCREENING: (Role.SCREENER, lambda _user, _case: False),
    ACCEPTED: (Role.HEAD, lambda _user, _case: False),
    REVIEW: (Role.APPROVER, rules.has_investigated),
    REVIEW_REQUESTED: (Role.APPROVER, rules.has_handled),
}


def next_people(case: Case) -> list[User]:
    """The people whose step it is: the holder, or whoever has the role of the state, as near as there is anybody."""
    step = _STEPS.get(case.state)
    if step is None or (case.holder is not None and GRAPH.state(case.state).of_holder):
        return holder_or_head(case)
    return nearest(case, step[0])


def holder_or_head(case: Case) -> list[User]:
    """Who has the complaint; where nobody has it or he has left, the head, who can give it to another."""
    return [case.holder] if case.holder is not None and case.holder.is_active else nearest(case, Role.HEAD)


def nearest(case: Case, role: Role) -> list[User]:
    """Who has `role` and may take the next step of this complaint, as near as there is anybody (`people.nearest`)."""
    return people.nearest(case, role, _barred(case, role))


def rises_to(case: Case) -> Unit | None:
    """The unit above in which somebody may take the next step of a protected case, when nobody in its own may.

    An ordinary case is reached from every unit above anyway. Raises nothing; None also when there is nobody at all.
    """
    step = _STEPS.get(case.state)
    if not case.protected or step is None or (case.state == ACCEPTED and case.holder_id):
        return None
    for unit, distance in units_above(case.unit_id).items():
        if people.free_in(unit, case, step[0], step[1]):
            return Unit.objects.get(pk=unit) if distance else None
    return None


def _barred(case: Case, role: Role) -> people.Barred | None:
    step = _STEPS.get(case.state)
    return step[1] if step and step[0] == role else None
