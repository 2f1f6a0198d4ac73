"""What must hold between a report, its versions and its case, beyond `workflows.checks`."""

import hashlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from scores.models import Report, ReportCase, SignedReport
from scores.reports import states

Problem = tuple[str, str]


def report_problems() -> Iterator[Problem]:
    """(case number, sentence) for every report that does not agree with itself, and for every signed version that is
    not what its digests say."""
    for number in ReportCase.objects.filter(report=None).values_list("number", flat=True):
        yield number, _("the case has no report")
    rows = Report.objects.select_related("case")
    for row in rows.filter(fillings=None):
        yield row.case.number, _("the report has no figures")
    for row in rows.filter(case__state=states.SIGNED, signed_versions=None):
        yield row.case.number, _("the report is signed without a version")
    for row in rows.filter(case__state=states.WITHDRAWN, ended=False):
        yield row.case.number, _("the report is withdrawn and keeps its place")
    for kept in SignedReport.objects.select_related("report__case").iterator(chunk_size=50):
        told = (kept.digest, kept.pdf_digest, kept.docx_digest)
        if told != tuple(_digest(bytes(content)) for content in (kept.content.encode(), kept.pdf, kept.docx)):
            yield kept.report.case.number, _("a signed version is not what was signed")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
