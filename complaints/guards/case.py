"""What an edge needs of the case and of who acts."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints import rules
from complaints.wholes import has_receipt
from organisations.models import Role
from workflows.actors import Actor, post_for
from workflows.graph import Text, needs
from workflows.models import Case, Clock, LedgerEntry

if TYPE_CHECKING:
    from complaints.models import ComplaintCase

Facts = Mapping[str, Any] | None


@needs(_("receipt not confirmed yet"))
def not_yet_acknowledged(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The clock `acknowledge` runs."""
    if _running(case, "acknowledge"):
        return None
    return _("Receipt has been confirmed already.")


@needs(_("a simple kind"))
def kind_is_simple(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Kinds that one officer settles alone; never a protected case, whatever its kind says."""
    kind = case.complaint.kind
    if kind is not None and kind.simple and not case.protected:
        return None
    return _("Only a simple kind may be answered without an investigation. Assign an investigator.")


@needs(_("for corruption: an approver"))
def corruption_is_declined_by_the_approver(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A protected matter is not turned away by one person alone; an ordinary one is the screener's."""
    assert actor.user is not None
    role, sentence = (
        (Role.APPROVER, _("Only an approver may decline a matter of corruption."))
        if case.protected
        else (Role.SCREENER, _("Declining is the screener's decision."))
    )
    return None if post_for(actor.user, case, role) else sentence


@needs(_("the case in hand"))
def asker_has_it(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """After screening only the assignee asks, while there is one."""
    if case.state == "screening" or case.holder_id is None or (actor.user and case.holder_id == actor.user.pk):
        return None
    return _("Only the person who has the case may ask the complainant.")


@needs(_("a complainant who can be reached"))
def complainant_can_answer(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """There is a receipt to answer with; for a part that of the whole."""
    if case.complaint.receipt_lookup or has_receipt(case):
        return None
    return _("Nobody holds a receipt of this case, so nobody could answer.")


@needs(_("somebody other than the investigator"))
def not_the_investigator(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Four eyes (domain: approver, never the person who investigated)."""
    assert actor.user is not None
    if rules.has_investigated(actor.user, case):
        return _("You investigated this case. Somebody else has to decide.")
    return None


@needs(_("somebody other than the assignee"))
def not_the_assignee(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Nobody extends his own deadline."""
    assert actor.user is not None
    if case.holder_id == actor.user.pk:
        return _("You cannot extend your own deadline.")
    return None


@needs(_("somebody who did not handle it"))
def did_not_handle_it(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Somebody new decides about a review (domain: ขอทบทวน)."""
    assert actor.user is not None
    if rules.has_handled(actor.user, case):
        return _("You handled this case. Somebody who did not has to decide about the review.")
    return None


@needs(_("a reply that is disputed"))
def was_answered(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The dispute is about a reply or a closure."""
    return None if case.came_from != "declined" else _("This case was declined: reopen it for screening.")


@needs(_("a refusal that is disputed"))
def was_declined(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The dispute is about a refusal."""
    return None if case.came_from == "declined" else _("This case was answered: reopen it with a new investigator.")


@needs(_("the objection window is open, and no review was asked for in it"))
def within_the_window(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The clock `objection` runs and has not ended; one request for each reply."""
    clock = _running(case, "objection")
    if clock is None or (clock.due_on and clock.due_on < timezone.localdate()):
        return _("The time to ask for a review has ended.")
    if _reviewed_since(case):
        return _("A review of this reply has been asked for already.")
    return None


@needs(_("not a matter of corruption"))
def not_corruption(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A protected case goes on whatever the complainant wishes."""
    return _("A matter of corruption goes on; your wish will be recorded.") if case.protected else None


@needs(_("a matter of corruption"))
def corruption_goes_on(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The counterpart of `not_corruption`."""
    return None if case.protected else _("This case can be withdrawn.")


@needs(_("protection is not lifted"))
def protection_is_not_lifted(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A protected case stays protected."""
    if facts is None or not case.protected or facts["kind"].protected:
        return None
    return _("A protected case stays protected. Choose a protected kind.")


def _running(case: Case, code: str) -> Clock | None:
    return case.clocks.filter(code=code, stopped_on=None).first()


def _reviewed_since(case: "ComplaintCase") -> bool:
    """Whether a review was asked for after the last edge that opened an objection window."""
    opening = [edge.name for edge in case.graph.edges if "objection" in edge.starts]
    last = LedgerEntry.objects.filter(case=case.pk, verb__in=(*opening, "request_review")).order_by("-seq").first()
    return last is not None and last.verb == "request_review"
