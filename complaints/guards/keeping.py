"""What an edge needs of how long the content of a case is kept, and of who erases it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints import retention
from workflows import keys
from workflows.actors import Actor
from workflows.graph import Edge, Text, given, needs
from workflows.keeping import is_erased, is_held
from workflows.models import Case, CaseLink

if TYPE_CHECKING:
    from complaints.models import ComplaintCase

Facts = Mapping[str, Any] | None

_OF_ERASED = frozenset({"follow_unit", "erase_again"})

erasure_ground = given("erasure_ground", _("a ground for erasing"), "ground", _("Choose why the content is erased."))


@needs(_("a case that was not erased"))
def not_erased(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """What was erased stays as it is."""
    if not case.is_open and is_erased(case):
        return _("The content of this case was erased. Nothing can be done with it any more.")
    return None


@needs(_("a key that was not destroyed"))
def key_is_there(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """In an open case too: nothing can be sealed or opened any more."""
    if is_erased(case):
        return _("What was sealed in this case was deleted for good.")
    return None


@needs(_("a case that is not held"))
def not_held(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Nobody has said that it must be kept for now."""
    return _("The content of this case is held. Release it first.") if is_held(case) else None


@needs(_("a case that is held"))
def held(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Somebody has said that it must be kept for now."""
    return None if is_held(case) else _("The content of this case is not held.")


@needs(_("a case in which nothing runs"))
def nothing_runs(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """No deadline, objection window, measure, request or related case is open."""
    if case.clocks.filter(stopped_on=None).exclude(code=retention.NOTICE).exists():
        return _("A deadline or the objection window is still running.")
    if case.measures.filter(done_at=None).exists():
        return _("A measure is not done yet.")
    if case.requests.filter(case__is_open=True).exists():
        return _("Another unit has not answered yet.")
    related = (CaseLink.Relation.MERGED, CaseLink.Relation.PART)
    links = CaseLink.objects.filter(Q(source=case.pk) | Q(target=case.pk), relation__in=related)
    if links.filter(Q(source__is_open=True) | Q(target__is_open=True)).exists():
        return _("A case that belongs to this one is still open.")
    into = links.filter(source=case.pk, relation=CaseLink.Relation.MERGED).values("target")
    if keys.not_erased(Case.objects.filter(pk__in=into)).exists():
        return _("It is kept as long as the case into which it was merged.")
    return None


@needs(_("a retention period that has ended"))
def retention_is_over(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The rule that is in force today says so."""
    until = retention.kept_until(case, timezone.localdate())
    if until is None or until >= timezone.localdate():
        return _("The time for which it is kept has not ended.")
    return None


@needs(_("a retention period that has not ended after all"))
def retention_goes_on(case: Case, actor: Actor, facts: Facts) -> Text | None:
    """The counterpart of `retention_is_over`, after the rule was changed."""
    return None if retention_is_over.refusal(case, actor, facts) else _("The time for which it is kept has ended.")


@needs(_("not proposed yet"))
def not_proposed(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The notice does not run yet."""
    return _("Its erasure has been announced already.") if retention.is_proposed(case) else None


@needs(_("announced for erasure"))
def proposed(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The notice runs."""
    return None if retention.is_proposed(case) else _("Its erasure has not been announced.")


@needs(_("not asked for yet"))
def not_asked(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Nobody has asked for the erasure, or it was held since."""
    return _("Erasing it has been asked for already.") if retention.request_of(case) else None


@needs(_("asked for by a custodian"))
def erasure_is_asked(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Two people: one asks, another one carries it out."""
    if retention.request_of(case):
        return None
    return _("No custodian has asked for it. Two are needed: one asks, another one erases.")


@needs(_("somebody other than who asked"))
def not_the_asker(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The second of the two."""
    request = retention.request_of(case)
    if request is not None and actor.user is not None and request.actor_id == actor.user.pk:
        return _("You asked for it yourself. Another custodian has to erase it.")
    return None


def shut_when_erased(edges: Iterable[Edge], ends: Collection[str]) -> tuple[Edge, ...]:
    """These edges, each of which that begins at an end (`ends`: states) needs a case that was not erased. What moves it
    with its unit does not, nor what erases it again when a backup brought a part of it back."""
    return tuple(
        replace(edge, requires=(not_erased, *edge.requires))
        if set(edge.sources) & set(ends) and edge.name not in _OF_ERASED
        else edge
        for edge in edges
    )
