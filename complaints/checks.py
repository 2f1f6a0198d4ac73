"""What must hold between a complaint and its case, beyond what `workflows.checks` looks at."""

from collections.abc import Iterator

from django.db.models import F, Q
from django.utils.translation import gettext as _

from complaints.models import Complaint, ComplaintCase, Finding, Measure, Message, Reply


def problems() -> Iterator[tuple[str, str]]:
    """(case number, sentence) for everything that does not agree. Walks the tables, not the cases."""
    for number in ComplaintCase.objects.filter(kind="complaint", complaint=None).values_list("number", flat=True):
        yield number, _("the case has no complaint")
    for number in (
        Complaint.objects.exclude(case__category=F("kind"))
        .filter(Q(kind__isnull=False))
        .values_list("case__number", flat=True)
    ):
        yield number, _("the kind of the complaint is not that of the case")
    for model in (Complaint, Message, Finding, Measure, Reply):
        for number in (
            model.objects.filter(case__protected=True, sealed=None)
            .exclude(text="")
            .values_list("case__number", flat=True)
        ):
            yield (
                number,
                _("a text of a protected case is not sealed (%(table)s)") % {"table": model._meta.verbose_name},
            )
    running = Measure.objects.filter(done_at=None, case__state="acting").exclude(
        case__clocks__code="measure", case__clocks__stopped_on=None
    )
    for number in running.values_list("case__number", flat=True):
        yield number, _("a measure that is not done has no clock")
