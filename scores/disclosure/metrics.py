"""Whether the public pages of scores and registers have something to show: see `workflows.metrics`."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from scores.models import EntryVersion, Snapshot
from scores.registers.queries import of_year, standing
from workflows import metrics
from workflows.metrics import Span


def _published(span: Span) -> Iterable[int]:
    """Units of which a score of the year or of the one before was published: a year is scored when it is over."""
    rows = Snapshot.objects.filter(
        cause=Snapshot.Cause.PUBLISHED, fiscal_year__in=(span.year, span.year - 1), taken_at__date__lt=span.after
    )
    return rows.order_by().values_list("unit", flat=True).distinct()


def _declared(span: Span) -> Iterable[int]:
    return _units(of_year("no_gift", span))


def _personnel(span: Span) -> Iterable[int]:
    """Units with a policy or rule about personnel that holds."""
    return _units(standing("rule", span), texts__about="personnel")


def _units(counted: QuerySet[EntryVersion], **said: str) -> Iterable[int]:
    # Asked by everybody: of all the country only the numbers of units are read.
    rows = EntryVersion.objects.filter(pk__in=counted.values("pk"), **said)
    return rows.values_list("entry__case__unit", flat=True).distinct()


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
