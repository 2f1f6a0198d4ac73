"""What an edge of a complaint needs beyond who takes it. Each refusal is a sentence that says what is missing.

A guard is asked twice: without facts, to draw the button (then it speaks only about the case), and with them.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints import rules
from notifications.models import Road
from organisations.models import Role
from workflows.actors import Actor, post_for
from workflows.graph import Text, given, needs
from workflows.models import Case, CaseKey, Clock, LedgerEntry

if TYPE_CHECKING:
    from complaints.models import ComplaintCase

Facts = Mapping[str, Any] | None


# --- Facts that must be given -----------------------------------------------------------------------------------------
text = given("text", _("a text"), "text", _("Write the text."))
question = given("question", _("the question"), "text", _("Write the question."))
reasons = given("reasons", _("reasons"), "reasons", _("Give the reasons."))
reply_text = given(
    "reply_text", _("the reply to the complainant"), "reply", _("Write the reply to the complainant, with its reasons.")
)
outcome = given("outcome", _("an outcome"), "outcome", _("Choose the outcome."))
ground = given("ground", _("a ground from the list"), "ground", _("Choose the ground."))
kind_is_known = given("kind_is_known", _("the kind of complaint"), "kind", _("Choose the kind of complaint."))
unit_is_named = given("unit_is_named", _("the owning unit"), "unit", _("Choose the unit that will handle the case."))
file = given("file", _("a file"), "files", _("Choose a file."))
measures = given(
    "measures",
    _("at least one measure with an owner and a date"),
    "measures",
    _("Add at least one measure with an owner and a date; “no measure” needs its reason."),
)


@needs(_("evidence, as a file or as a sentence that names it"))
def evidence(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A file attached by the agency at any time, or a sentence that says where the evidence is."""
    if facts is None or str(facts.get("evidence") or "").strip() or facts.get("files"):
        return None
    if case.attachments.filter(by_complainant=False).exists():
        return None
    return _("Attach the evidence or say where it is kept.")


@needs(_("a number of days"))
def days(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """One day or more."""
    if facts is None or (isinstance(facts.get("days"), int) and facts["days"] > 0):
        return None
    return _("Say by how many days.")


@needs(_("one to five stars"))
def stars(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """1 to 5."""
    if facts is None or facts.get("stars") in (1, 2, 3, 4, 5):
        return None
    return _("Choose one to five stars.")


@needs(_("e-mail or LINE"))
def road_of_a_person(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """One of the roads by which a person can be told."""
    return None if facts is None or facts.get("road") in (Road.EMAIL, Road.LINE) else _("Choose e-mail or LINE.")


@needs(_("a case that was not erased"))
def not_erased(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """What is sealed needs the key of the case."""
    if CaseKey.objects.filter(case=case.pk, wrapped="").exists():
        return _("What was sealed in this case was deleted for good, and no address can be kept with it.")
    return None


@needs(_("an officer without a conflict"))
def investigator(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """An officer who reaches the unit, without a conflict. Only who assigns learns that somebody cannot take it."""
    if facts is None:
        return None
    if not facts.get("to"):
        return _("Choose who will handle the case.")
    if not rules.may_investigate(facts["to"], case):
        return _("This person cannot take the case. Choose somebody else.")
    return None


@needs(_("a new investigator who did not handle it"))
def new_investigator(case: Case, actor: Actor, facts: Facts) -> Text | None:
    """As `investigator`, and he never had the case in hand."""
    if facts is None:
        return None
    if refusal := investigator.refusal(case, actor, facts):
        return refusal
    if rules.has_handled(facts["to"], case):
        return _("A reopened case needs an investigator who did not handle it before.")
    return None


# --- The case ---------------------------------------------------------------------------------------------------------
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
    """There is a receipt to answer with."""
    if case.complaint.receipt_lookup:
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


# --- Measures and replies ---------------------------------------------------------------------------------------------
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


@needs(_("a running deadline"))
def running_clock(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A duty of this case that runs."""
    if facts is None:
        return None if case.clocks.filter(stopped_on=None, duty=True).exists() else _("No deadline is running.")
    given = facts.get("clock")
    # Read again: it may have been stopped since it was shown.
    if given is not None and case.clocks.filter(pk=given.pk, stopped_on=None, duty=True).exists():
        return None
    return _("Choose a deadline that is running.")


def _running(case: Case, code: str) -> Clock | None:
    return case.clocks.filter(code=code, stopped_on=None).first()


def _reviewed_since(case: "ComplaintCase") -> bool:
    """Whether a review was asked for after the last edge that opened an objection window."""
    opening = [edge.name for edge in case.graph.edges if "objection" in edge.starts]
    last = LedgerEntry.objects.filter(case=case.pk, verb__in=(*opening, "request_review")).order_by("-seq").first()
    return last is not None and last.verb == "request_review"
