"""Whose step it is, and where the work rises to when nobody in the unit of the case may take it (four eyes)."""

from typing import NamedTuple

from complaints import rules
from complaints.queries import drafts_of
from complaints.states import ACTING, GRAPH, RECEIVED, REVIEW, REVIEW_REQUESTED, SCREENING, SUSPENDED
from organisations.models import Role, Unit, User
from organisations.queries import units_above
from workflows import hands, people
from workflows.models import Case


class RoleStep(NamedTuple):
    """A step that is not the holder's: the role by which it is taken, and who of those who have it may not."""

    role: Role
    barred: people.Barred


def nobody(_user: User, _case: Case) -> bool:
    """Nobody who has the role is barred."""
    return False


def has_drafted(user: User, case: Case) -> bool:
    """Whether `user` wrote the reply that waits for approval (domain: reply approved, by somebody else)."""
    return drafts_of(case.pk).filter(drafted_by=user).exists()


SCREENS = RoleStep(Role.SCREENER, nobody)
GIVES_OUT = RoleStep(Role.HEAD, nobody)
DECIDES = RoleStep(Role.APPROVER, rules.has_investigated)
REVIEWS = RoleStep(Role.APPROVER, rules.has_handled)
RESUMES = RoleStep(Role.APPROVER, nobody)
APPROVES = RoleStep(Role.APPROVER, has_drafted)
_STEPS = {RECEIVED: SCREENS, SCREENING: SCREENS, REVIEW: DECIDES, REVIEW_REQUESTED: REVIEWS, SUSPENDED: RESUMES}
# Who has a post above sees a protected case that was raised to him in these roles only (`workflows.actors.post_for`).
_RISING = frozenset({Role.HEAD, Role.APPROVER})


def step_of(case: Case, *, in_hand: bool, drafted: bool | None = None) -> RoleStep | None:
    """By which role the next step is taken, and who of its holders may not; None where it is the holder's.

    in_hand: whether the case is in the hands of somebody who may have it (`workflows.hands`). In nobody's it is the
    head's to give it to somebody, where the state itself names no role. drafted: whether a reply waits for approval;
    looked up where it is not said.
    """
    step = _STEPS.get(case.state)
    if not in_hand:
        return step or GIVES_OUT
    if case.state == ACTING and (drafts_of(case.pk).exists() if drafted is None else drafted):
        return APPROVES
    return None if GRAPH.state(case.state).of_holder else step


def next_people(case: Case) -> list[User]:
    """The people whose step it is: the holder, or whoever has the role of the state, as near as there is anybody.

    While his reply waits for approval the holder goes on carrying out the measures.
    """
    step = step_of(case, in_hand=hands.in_hand(case))
    if step is None:
        return holder_or_head(case)
    return people.nearest(case, *step) + (holder_or_head(case) if step is APPROVES else [])


def holder_or_head(case: Case) -> list[User]:
    """Who has the complaint; where nobody has it or he may have it no longer, the head, who can give it to another."""
    return [case.holder] if case.holder is not None and hands.in_hand(case) else nearest(case, Role.HEAD)


def nearest(case: Case, role: Role) -> list[User]:
    """Who has `role` and may take the next step of this complaint, as near as there is anybody (`people.nearest`)."""
    step = step_of(case, in_hand=hands.in_hand(case))
    return people.nearest(case, role, step.barred if step is not None and step.role == role else None)


def rises_to(case: Case) -> Unit | None:
    """The unit above in which a head or approver may take the next step of an open protected case, when nobody in its
    own may (domain: where four eyes are needed). Who screens is not above: he alone reads what is not screened yet.

    An ordinary case is reached from every unit above anyway. Raises nothing; None also when there is nobody at all.
    """
    if not case.protected or not GRAPH.state(case.state).is_open:
        return None
    step = step_of(case, in_hand=hands.in_hand(case))
    if step is None or step.role not in _RISING:
        return None
    for unit, distance in units_above(case.unit_id).items():
        if people.free_in(unit, case, *step):
            return Unit.objects.get(pk=unit) if distance else None
    return None
