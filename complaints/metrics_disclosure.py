"""Whether the public pages about complaints have something to show (S3:16, S3:21; the items of OIT): see
`workflows.metrics`."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from complaints.models import PublicReport
from complaints.states import GRAPH
from organisations.models import Role
from organisations.queries import reach_of
from workflows.drawing import clock_codes
from workflows.metrics import Figure, Metric, Span
from workflows.models import ClockRule

_RECEIVED_BY = """
SELECT DISTINCT reach.unit_id FROM organisations_unitreach reach
JOIN organisations_post post ON post.unit_id = reach.above_id
JOIN organisations_holding holding ON holding.post_id = post.id
WHERE reach.unit_id = ANY(%s) AND post.roles @> ARRAY[%s]::varchar[]
AND post.valid @> %s::date AND holding.valid @> %s::date
"""


def _somebody_receives(units: Collection[int], span: Span) -> Mapping[int, Figure]:
    """Whether what is filed to the unit is screened by somebody, in it or above it, on the last day that counts."""
    day = span.after - timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(_RECEIVED_BY, [list(units), Role.SCREENER, day, day])
        found = {row[0] for row in cursor.fetchall()}
    return {unit: unit in found for unit in units}


def _manual(units: Collection[int], span: Span) -> Mapping[int, Figure]:
    """The manual is read off the rules: it says something where they do, and somebody keeps them."""
    codes = set(clock_codes(GRAPH))
    ruled = ClockRule.objects.filter(code__in=codes, valid_from__lt=span.after).exists()
    return {unit: bool(ruled and receives) for unit, receives in _somebody_receives(units, span).items()}


def _told(units: Collection[int], span: Span) -> Mapping[int, Figure]:
    """Whether public statistics of the year tell something of the unit itself or of one below it."""
    rows = PublicReport.objects.filter(year=span.year, unit__isnull=False, figures__has_key="flows")
    told = frozenset(rows.order_by().values_list("unit", flat=True).distinct())
    return {unit: not told.isdisjoint(below) for unit, below in reach_of(units).items()}


_RECEIVES = _("somebody screens what is filed to the unit, in it or above it")
PUBLISHED = (
    Metric(
        "disclosure.manual",
        _("Manual for complaints published"),
        _("the steps and times of the rules in force are shown, and somebody screens what is filed to the unit"),
        "",
        "S3:16",
        _manual,
    ),
    Metric("disclosure.channels", _("Channels for complaints published"), _RECEIVES, "", "S3:16", _somebody_receives),
    Metric(
        "disclosure.statistics",
        _("Statistics of complaints published"),
        _("a period of the year is published in which figures of the unit are told"),
        "",
        "S3:16",
        _told,
    ),
    Metric("disclosure.questions", _("Questions and answers both ways"), _RECEIVES, "", "S3:21", _somebody_receives),
)
