"""The only reads of assessments and scores for pages."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from organisations.models import Role, Unit, UnitReach, User
from organisations.queries import open_units, units_below, units_where
from scores.models import AssessmentCase, Evaluator
from scores.rules import READERS, reads_committee
from workflows.models import Attachment, Conflict
from workflows.queries import visible_to


def assessments_visible_to(user: User) -> QuerySet[AssessmentCase]:
    """The assessments that exist for `user`, as cases: by his post, or as a member of the committee."""
    examined = Q(pk__in=examined_by(user).values("pk"))
    return AssessmentCase.objects.filter(Q(pk__in=visible_to(user, "assessment").values("pk")) | examined)


def examined_by(user: User) -> QuerySet[AssessmentCase]:
    """The assessments on whose committee `user` sits, wherever his post is; none of an agency in which he works."""
    if not user.is_active:
        return AssessmentCase.objects.none()
    own = UnitReach.objects.filter(unit__in=units_where(user)).values("above")
    sits = Evaluator.objects.filter(assessment=OuterRef("pk"), user=user, until=None)
    barred = Conflict.objects.filter(case=OuterRef("pk"), user=user)
    return AssessmentCase.objects.filter(Exists(sits)).exclude(Exists(barred)).exclude(unit__in=own)


def assessment_for(user: User, public_id: str) -> AssessmentCase:
    """One assessment by its public id. Raises Http404, the same whether it is unknown or not for `user`."""
    wanted = assessments_visible_to(user).select_related("unit", "holder", "assessment__unit", "assessment__rubric")
    case = wanted.filter(public_id=public_id).first()
    if case is None:
        raise Http404
    return case


def files_for(user: User, case: AssessmentCase) -> QuerySet[Attachment]:
    """The files of an assessment that `user` reads: those of the committee, with a judgement or by themselves, only
    once he reads what it has found."""
    if reads_committee(user, case):
        return case.attachments.all()
    of_committee = Evaluator.objects.filter(assessment=case.pk, user=OuterRef("by"))
    return case.attachments.exclude(Exists(of_committee))


def units_assessed_by(user: User) -> QuerySet[Unit]:
    """The open units whose assessments `user` keeps as integrity officer."""
    return open_units().filter(pk__in=units_below(units_where(user, {Role.INTEGRITY})))


def units_scored_for(user: User) -> QuerySet[Unit]:
    """The open units whose scores `user` reads: where he holds a post that reads them, and below."""
    return open_units().filter(pk__in=units_below(units_where(user, READERS)))
