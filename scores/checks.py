"""What must hold between an assessment, its scores and its case, beyond `workflows.checks`."""

from collections.abc import Iterator

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from scores import snapshots, states
from scores.models import Assessment, AssessmentCase, Signature, Snapshot

Problem = tuple[str, str]


def assessment_problems() -> Iterator[Problem]:
    """(case number, sentence) for every assessment that does not agree with itself, and for every snapshot that does
    not give its own score again."""
    for number in AssessmentCase.objects.filter(assessment=None).values_list("number", flat=True):
        yield number, _("the case has no assessment")
    examined = [states.REVIEW, states.SIGNING, states.TOLD, states.OBJECTED, states.FINAL, states.PUBLISHED]
    for number in _numbers(Assessment.objects.filter(case__state__in=examined, figures=None)):
        yield number, _("the assessment is with the committee and its figures are not frozen")
    of_other_rounds = Signature.objects.filter(round__gt=F("assessment__round"))
    for number in of_other_rounds.values_list("assessment__case__number", flat=True):
        yield number, _("a signature is of a round that is still to come")
    published = Snapshot.objects.filter(cause=Snapshot.Cause.PUBLISHED).values("assessment")
    for number in _numbers(Assessment.objects.filter(case__state=states.PUBLISHED).exclude(pk__in=published)):
        yield number, _("the assessment is published without a score")
    yield from snapshots.problems()


def _numbers(rows: QuerySet[Assessment]) -> Iterator[str]:
    return rows.values_list("case__number", flat=True).iterator()
