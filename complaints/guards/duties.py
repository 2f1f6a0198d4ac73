"""What an edge needs of measures, replies and deadlines."""

from typing import TYPE_CHECKING, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workflows.actors import Actor
from workflows.graph import Text, needs
from workflows.guards import Facts
from workflows.hands import why_gone
from workflows.models import Case

if TYPE_CHECKING:
    from complaints.models import ComplaintCase


@needs(_("the owner of the measure, or the assignee"))
def owner_of_the_measure(case: Case, actor: Actor, facts: Facts) -> Text | None:
    """Who owns a measure reports it done; the assignee may do it for him."""
    if facts is None:
        return (
            None if cast("ComplaintCase", case).measures.filter(done_at=None).exists() else _("Every measure is done.")
        )
    given = facts.get("measure")
    # Read again: somebody may have recorded it since it was shown.
    measure = given and cast("ComplaintCase", case).measures.filter(pk=given.pk, done_at=None).first()
    if measure is None:
        return _("Choose a measure that is not done yet.")
    assert actor.user is not None
    if actor.user.pk in (measure.owner_id, case.holder_id):
        return None
    return _("Only the owner of the measure or the assignee may record it as done.")


@needs(_("a measure of somebody who left, and a holder who may have the case"))
def measure_left_behind(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """See `complaints.measures`."""
    from complaints.measures import left_behind

    if case.holder_id and not why_gone(case) and left_behind().filter(case=case.pk).exists():
        return None
    return _("Nobody left a measure behind, or nobody has the case who could take it over.")


@needs(_("a drafted reply"))
def reply_is_drafted(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The newest reply waits for approval."""
    reply = case.replies.last()
    if reply is not None and reply.sent_at is None and reply.approved_at is None:
        return None
    return _("There is no drafted reply to approve.")


@needs(_("the reply that was read"))
def reply_is_the_one_seen(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Nobody approves a text that took the place of the one before his eyes."""
    reply = case.replies.last()
    if facts is None or (reply is not None and facts.get("reply_seen") == reply.pk):
        return None
    return _("The draft has been changed since you opened it. Read it again.")


@needs(_("somebody other than who drafted it"))
def not_the_drafter(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Four eyes on the reply."""
    reply = case.replies.last()
    assert actor.user is not None
    if reply is not None and reply.drafted_by_id == actor.user.pk:
        return _("You drafted this reply. Somebody else has to approve it.")
    return None


@needs(_("an approved reply"))
def reply_is_approved(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The newest reply has been approved and not sent."""
    reply = case.replies.last()
    if reply is not None and reply.approved_at is not None and reply.sent_at is None:
        return None
    return _("The reply has not been approved yet.")


@needs(_("every measure done or dated"))
def every_measure_done_or_dated(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A measure that is neither done nor due in the future has no date worth the name."""
    late = case.clocks.filter(code="measure", stopped_on=None, due_on__lt=timezone.localdate()).count()
    if late:
        return _("Measures past their date and not done: %(count)s") % {"count": late}
    return None


@needs(_("every measure done"))
def every_measure_done(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """What was promised in the reply has to be done before the case can end."""
    left = case.measures.filter(done_at=None).count()
    return _("Measures not done yet: %(count)s") % {"count": left} if left else None


@needs(_("not rated yet"))
def not_yet_rated(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Once for each reply."""
    reply = case.replies.exclude(sent_at=None).last()
    if case.ratings.filter(reply=reply).exists():
        return _("You have rated this reply already. Thank you.")
    return None
