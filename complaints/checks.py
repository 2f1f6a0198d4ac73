"""What must hold between a complaint and its case, beyond what `workflows.checks` looks at."""

from collections.abc import Iterator

from django.db.models import F, Q
from django.utils.translation import gettext as _

from complaints.models import (
    Complaint,
    ComplaintCase,
    Decision,
    Finding,
    Measure,
    Message,
    Rating,
    Reply,
    ReviewRequest,
)
from organisations.models import Role
from organisations.queries import holders_of


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
    # A kind that is not decided yet says nothing.
    for number in ComplaintCase.objects.filter(protected=True, complaint__kind__protected=False).values_list(
        "number", flat=True
    ):
        yield number, _("the case is protected, its kind is not")
    for model in (Complaint, Message, Finding, Decision, Measure, Reply, ReviewRequest, Rating):
        for number in (
            model.objects.filter(case__protected=True, sealed=None)
            .exclude(text="")
            .values_list("case__number", flat=True)
        ):
            yield (
                number,
                _("a text of a protected case is not sealed (%(table)s)") % {"table": model._meta.verbose_name},
            )
    running = Measure.objects.filter(done_at=None, case__state__in=["acting", "replied"]).exclude(
        case__clocks__code="measure", case__clocks__stopped_on=None
    )
    for number in running.values_list("case__number", flat=True):
        yield number, _("a measure that is not done has no clock")
    lying = ComplaintCase.objects.filter(protected=True, is_open=True, raised_to=None)
    for unit in lying.values_list("unit", flat=True).distinct():
        if not holders_of(unit, Role.SCREENER).exists():
            for number in lying.filter(unit=unit).values_list("number", flat=True):
                yield number, _("a protected case lies in a unit in which nobody screens")
