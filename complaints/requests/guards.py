"""What an edge of a request needs beyond who takes it; the form is that of `complaints.guards`."""

from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _

from complaints.guards import (
    Facts,
    days,
    nobody_answers,
    question,
    reasons,
    running_clock,
    shut_when_erased,
    successor,
    text,
)
from organisations.models import Role
from workflows.actors import Actor, is_conflicted, post_for
from workflows.graph import Text, needs
from workflows.models import Case

if TYPE_CHECKING:
    from complaints.models import RequestCase

__all__ = ["days", "question", "reasons", "running_clock", "shut_when_erased", "successor", "text"]


@needs(_("the complaint in hand"))
def complaint_in_hand(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The complaint is in the hands of who asks."""
    complaint = facts and facts.get("complaint")
    if complaint and actor.user and complaint.holder_id == actor.user.pk and not is_conflicted(actor.user, complaint):
        return None
    return _("Only the person who has the case may ask other units.")


@needs(_("not in my hands yet"))
def not_in_my_hands(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Nobody takes what he has."""
    assert actor.user is not None
    return _("You have it in hand already.") if case.holder_id == actor.user.pk else None


@needs(_("an officer of the unit without a conflict"))
def somebody_of_the_unit(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """An officer who reaches the unit that is asked."""
    if facts is None:
        return None
    to = facts.get("to")
    if not to:
        return _("Choose who will handle the case.")
    if to.is_active and post_for(to, case, Role.OFFICER) is not None and not is_conflicted(to, case):
        return None
    return _("This person cannot take the case. Choose somebody else.")


@needs(_("another unit"))
def another_unit(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Not one that is asked already, and in it somebody who can answer, as where it is asked first."""
    if facts is None:
        return None
    unit = facts.get("unit")
    if unit is None:
        return _("Choose the unit.")
    asked = cast("RequestCase", case).request.complaint.requests.filter(case__is_open=True, case__unit=unit)
    return _("This unit is asked already.") if asked.exists() else nobody_answers(unit)
