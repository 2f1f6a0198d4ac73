"""Whether the public pages of scores and registers have something to show: see `workflows.metrics`."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from scores.models import Snapshot
from scores.registers.queries import counting
from workflows import metrics
from workflows.metrics import Span


def _published(span: Span) -> Iterable[int]:
    """Units of which a score of the year or of the one before was published: a year is scored when it is over."""
    rows = Snapshot.objects.filter(
        cause=Snapshot.Cause.PUBLISHED, fiscal_year__in=(span.year, span.year - 1), taken_at__date__lt=span.after
    )
    return rows.order_by().values_list("unit", flat=True).distinct()


def _declared(span: Span) -> Iterable[int]:
    rows = counting("no_gift", span.as_of, year=span.year, still=True)
    return {row.entry.case.unit_id for row in rows}


def _personnel(span: Span) -> Iterable[int]:
    """Units with a policy or rule about personnel that holds."""
    rows = counting("rule", span.as_of, still=True)
    return {row.entry.case.unit_id for row in rows if row.texts.get("about") == "personnel"}


PUBLISHED = (
    metrics.flag_of_units(
        "disclosure.scores",
        _("Scores published with their evidence"),
        counted=_("a score of the year or of the year before is published"),
        having=_published,
        source="S4:692",
    ),
    metrics.flag_of_units(
        "disclosure.no_gift",
        _("No Gift declaration published"),
        counted=_("a declaration of the year is confirmed, and stands in the open register"),
        having=_declared,
        source="S4:308",
    ),
    metrics.flag_of_units(
        "disclosure.personnel",
        _("Policy on personnel published"),
        counted=_("a policy or rule about personnel is confirmed, and stands in the open register"),
        having=_personnel,
        source="S3:12",
    ),
)


def register() -> None:
    """Make them known."""
    metrics.register(*PUBLISHED)
