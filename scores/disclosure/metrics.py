"""The figure of disclosure that scores themselves give: see `workflows.metrics`."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from scores.models import Snapshot
from workflows import metrics
from workflows.metrics import Span


def _published(span: Span) -> Iterable[int]:
    """Units of which a score of the year or of the one before was published: a year is scored when it is over."""
    rows = Snapshot.objects.filter(
        cause=Snapshot.Cause.PUBLISHED, fiscal_year__in=(span.year, span.year - 1), taken_at__date__lt=span.after
    )
    return rows.order_by().values_list("unit", flat=True).distinct()


SCORES = metrics.flag_of_units(
    "disclosure.scores",
    _("Scores published with their evidence"),
    counted=_("a score of the year or of the year before is published"),
    having=_published,
    source="S4:692",
)


def register() -> None:
    """Make it known."""
    metrics.register(SCORES)
