"""What an edge of an assessment needs beyond who takes it."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.calendar import fiscal_year
from organisations.models import User
from workflows.actors import Actor
from workflows.graph import Text, needs
from workflows.guards import Facts, days, file, not_the_holder, reasons, running_clock, successor, text

if TYPE_CHECKING:
    from scores.models import AssessmentCase, Statement

__all__ = ["days", "file", "not_the_holder", "reasons", "running_clock", "successor", "text"]


# --- Beginning --------------------------------------------------------------------------------------------------------
@needs(_("a rubric that holds for the year"))
def rubric_of_the_year(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`family`, `year` (B.E.): not a year to come, and one for which the source has a rubric."""
    from scores.rubric import rubric_for

    if facts is None:
        return None
    year = facts.get("year") or 0
    if year > fiscal_year(timezone.localdate()):
        return _("This fiscal year has not begun.")
    try:
        rubric_for(facts.get("family") or "", year)
    except LookupError:
        return _("No rubric of this source holds for this fiscal year.")
    return None


@needs(_("no other assessment of the year"))
def one_a_year(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """One per agency, source and fiscal year; one that was called off leaves its place."""
    from scores.models import Assessment

    if facts is None:
        return None
    same = Assessment.objects.filter(
        unit=case.unit_id, family=facts.get("family"), fiscal_year=facts.get("year") or 0, ended=False
    )
    return _("This agency has such an assessment for this year already.") if same.exists() else None


# --- The committee ----------------------------------------------------------------------------------------------------
@needs(_("the order that appoints the committee"))
def order_of_committee(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Number and day of the order on paper; the day is not one to come."""
    if facts is None:
        return None
    if not str(facts.get("order_number") or "").strip() or not isinstance(facts.get("ordered_on"), date):
        return _("Enter the number and the day of the order that appoints the committee.")
    return _("This day has not come yet.") if facts["ordered_on"] > timezone.localdate() else None


@needs(_("a chair, a member and a secretary"))
def committee_is_whole(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """S4:225-229, 251-262: every committee has a chair, at least one member, and one secretary; nobody twice."""
    from scores.models import Evaluator

    if facts is None:
        return None
    members: list[tuple[User, str]] = list(facts.get("members") or ())
    duties = [duty for _user, duty in members]
    if len({user.pk for user, _duty in members}) < len(members):
        return _("Nobody sits on the committee twice.")
    one_each = all(duties.count(duty) == 1 for duty in (Evaluator.Duty.CHAIR, Evaluator.Duty.SECRETARY))
    if not one_each or len(members) < 3:
        return _("A committee has one chair, one secretary and at least one member beside them.")
    return None


@needs(_("nobody of the agency itself"))
def nobody_of_the_agency(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:
    """Nobody examines his own house, nor names who does."""
    from scores.rules import is_of_the_agency

    assert actor.user is not None
    if is_of_the_agency(actor.user, case):
        return _("You work in this agency. Somebody else has to enter its committee.")
    for user, _duty in (facts or {}).get("members") or ():
        if is_of_the_agency(user, case):
            return _("%(name)s works in this agency and cannot examine it.") % {"name": user}
    return None


@needs(_("a committee"))
def committee_named(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Somebody who examines it."""
    from scores.models import Evaluator

    sits = Evaluator.objects.filter(assessment=case.pk, until=None).exists()
    return None if sits else _("No committee has been entered yet that would examine it.")


# --- What is said -----------------------------------------------------------------------------------------------------
@needs(_("something that the rubric asks"))
def a_criterion(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`about`: a criterion that is attested, with `said`, or a figure that is announced elsewhere, with `value`."""
    if facts is None:
        return None
    return _wrong_saying(case, facts)


@needs(_("evidence for what is met"))
def evidence(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A file, a link, a live figure or a sentence that says where it is: for every criterion that is stated as met, and
    for every figure."""
    if facts is None or facts.get("said") == "not_met":
        return None
    found = facts.get("files") or facts.get("link") or facts.get("live") or str(facts.get("remark") or "").strip()
    return None if found else _("Give evidence: a file, a link, a live figure, or a sentence that says where it is.")


@needs(_("what this side says, as it stands now"))
def nobody_said_meanwhile(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`seen`: the statement of this side that the writer had before him, 0 for none. Under the lock of the case, so
    that of two who answer at one moment the second is told."""
    from scores.assessing import AGENCY, COMMITTEE, newest

    if facts is None or facts.get("seen") is None:
        return None
    side = AGENCY if case.state == "self_assessment" else COMMITTEE
    now = newest(case.assessment, side).get(str(facts.get("about") or ""))
    if facts["seen"] == (now.pk if now else 0):
        return None
    return answered_meanwhile(now) if now else _("What stood there is gone.")


def answered_meanwhile(statement: "Statement") -> Text:
    """That somebody of the same side has answered since the writer read it: who, and what."""
    word = statement.get_said_display() if statement.said else gettext("figure entered")
    words = {"name": statement.by, "word": word, "remark": statement.remark}
    return (
        gettext("%(name)s has answered this meanwhile: %(word)s %(remark)s Send again to put yours in its place.")
        % words
    )


@needs(_("a word on every criterion"))
def everything_stated(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The agency says of everything that is asked whether it is met."""
    from scores.assessing import AGENCY, unsaid

    left = len(unsaid(case.assessment, AGENCY))
    return _("%(count)s things that the rubric asks are not stated yet.") % {"count": left} if left else None


@needs(_("something that the rubric asks"))
def a_judgement(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """As for the agency's own statements."""
    return None if facts is None else _wrong_saying(case, facts)


@needs(_("a remark where the committee sees it otherwise"))
def remark_when_different(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """What differs from the agency's own statement is explained (S4:3460: the remarks of the form)."""
    from scores.assessing import AGENCY, newest

    if facts is None or str(facts.get("remark") or "").strip():
        return None
    own = newest(case.assessment, AGENCY).get(facts.get("about") or "")
    same = own is not None and (own.said, own.value) == (facts.get("said") or "", facts.get("value"))
    return None if same else _("Say why the committee sees it otherwise than the agency.")


@needs(_("a judgement on every criterion"))
def everything_judged(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The committee has judged every criterion that is stated."""
    from scores.assessing import COMMITTEE, unsaid

    left = len(unsaid(case.assessment, COMMITTEE))
    return _("%(count)s criteria are not judged yet.") % {"count": left} if left else None


def _wrong_saying(case: "AssessmentCase", facts: Mapping[str, Any]) -> Text | None:
    from scores.assessing import asked_of, fits

    asked = {one.code: one for one in asked_of(case.assessment)}
    one = asked.get(facts.get("about") or "")
    if one is None:
        return _("The rubric does not ask this of this agency.")
    if one.shape is None:
        return None if facts.get("said") in ("met", "not_met") else _("Say whether it is met.")
    if facts.get("value") is None:
        return _("Enter the figure.")
    return None if fits(case.assessment, one.code, facts["value"]) else _("This figure is off its scale.")


# --- The result -------------------------------------------------------------------------------------------------------
@needs(_("not signed by you yet"))
def not_signed_yet(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Once a round."""
    from scores.models import Signature

    mine = Signature.objects.filter(assessment=case.pk, user=actor.user, round=case.assessment.round)
    return _("You have signed it already.") if mine.exists() else None


@needs(_("a committee from outside the agency"))
def nobody_has_moved_in(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Who has come to work in the agency since the order cannot stand for the result."""
    from scores.models import Evaluator
    from scores.rules import is_of_the_agency

    for row in Evaluator.objects.filter(assessment=case.pk, until=None).select_related("user"):
        if is_of_the_agency(row.user, case):
            return _("%(name)s works in this agency now. Enter the committee anew.") % {"name": row.user}
    return None


@needs(_("the signatures of the whole committee"))
def all_signed(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Everybody who sits on it, this round."""
    from scores.models import Evaluator, Signature

    signed = Signature.objects.filter(assessment=case.pk, round=case.assessment.round).values("user")
    left = Evaluator.objects.filter(assessment=case.pk, until=None).exclude(user__in=signed).count()
    return _("%(count)s members of the committee have not signed yet.") % {"count": left} if left else None


@needs(_("what the objection is about"))
def contested(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`criteria`: codes on which the committee has judged otherwise than the agency wants."""
    from scores.assessing import asked_of

    if facts is None:
        return None
    chosen = set(facts.get("criteria") or ())
    if not chosen:
        return _("Choose at least one criterion.")
    known = {one.code for one in asked_of(case.assessment)}
    return None if chosen <= known else _("The rubric does not ask this of this agency.")


@needs(_("somebody who has had no part in it"))
def not_concerned(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Four eyes: who stated, examined or objected does not decide about the objection."""
    from scores.rules import has_examined_or_stated

    assert actor.user is not None
    concerned = has_examined_or_stated(actor.user, case)
    return _("You took part in this assessment. Somebody else has to decide.") if concerned else None


@needs(_("a score that can be computed"))
def score_is_computable(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A part without which the total says nothing must not be missing."""
    from scores.assessing import COMMITTEE, score_by

    found = score_by(case.assessment, COMMITTEE)
    if found.computable:
        return None
    return _("The score cannot be computed: a figure is missing without which it says nothing.")


@needs(_("somebody from above the agency"))
def from_above(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Nobody of the agency decides about its own assessment, wherever there is anybody above it."""
    from scores.rules import is_too_near

    assert actor.user is not None
    if is_too_near(actor.user, case):
        return _("You work in this agency. Somebody above it has to do this.")
    return None


@needs(_("nothing published yet"))
def never_published(case: "AssessmentCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A score that was published is corrected, and not called off."""
    from scores.models import Snapshot

    published = Snapshot.objects.filter(assessment=case.pk, cause=Snapshot.Cause.PUBLISHED).exists()
    return _("A score was published already. It can be corrected, but not called off.") if published else None
