"""Who may, and who counts as what, in assessments."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from organisations.models import Role, User
from organisations.queries import units_above, units_where
from workflows.actors import Actor, is_conflicted
from workflows.graph import Text
from workflows.models import Case, LedgerEntry

# For whom assessments exist as cases, within their units and below; committees also see those they examine.
READERS = frozenset({Role.INTEGRITY, Role.HEAD, Role.APPROVER, Role.EXECUTIVE, Role.EVALUATOR})
HANDS = frozenset({Role.INTEGRITY})


@dataclass(frozen=True)
class _Evaluating:
    """Whoever sits on the committee of the assessment as it stands."""

    code: str
    label: Text

    def holds(self, actor: Actor, case: Case) -> bool:
        """See `workflows.graph.Who`."""
        user = actor.user
        return user is not None and user.is_active and is_evaluating(user, case) and not is_conflicted(user, case)


EVALUATING = _Evaluating("evaluating", _("member of the committee of evaluation"))


def is_evaluating(user: User, case: Case) -> bool:
    """Whether `user` sits on the committee of this assessment and works outside the agency still: who has come to work
    there examines nothing any more."""
    from scores.models import Evaluator

    sits = Evaluator.objects.filter(assessment=case.pk, user=user, until=None).exists()
    return sits and not is_of_the_agency(user, case)


def is_of_the_agency(user: User, case: Case) -> bool:
    """Whether `user` works in the agency that is assessed, or below it: nobody examines his own house."""
    posts = units_where(user)
    return any(case.unit_id in units_above(unit) for unit in posts)


def is_too_near(user: User, case: Case) -> bool:
    """Whether `user` is of the agency and somebody stands above it: then it is not his to decide about it."""
    return len(units_above(case.unit_id)) > 1 and is_of_the_agency(user, case)


def may_not_decide(user: User, case: Case) -> bool:
    """Whether an objection is not his to decide: he is too near, or had a part in it."""
    return is_too_near(user, case) or has_examined_or_stated(user, case)


def reads_committee(user: User, case: Case) -> bool:
    """Whether he reads what the committee has found so far: while its result is told everybody who reads the
    assessment; before that, and while it is examined again or was called off, only who sits on it."""
    from scores.states import RESULT_TOLD

    return case.state in RESULT_TOLD or is_evaluating(user, case)


def has_examined_or_stated(user: User, case: Case) -> bool:
    """Whether `user` took part in what an objection is about: he stated, signed, judged or concluded."""
    verbs = ("state_criterion", "submit", "judge_criterion", "conclude", "sign_result", "tell_result", "object")
    return is_evaluating(user, case) or LedgerEntry.objects.filter(case=case.pk, actor=user, verb__in=verbs).exists()
