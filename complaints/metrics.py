"""The figures that complaints give to the scores: see `workflows.metrics`."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from django.db import connection
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from complaints.metrics_disclosure import PUBLISHED
from complaints.metrics_survey import SURVEYED
from complaints.metrics_withheld import WITHHELD
from complaints.states import GRAPH
from organisations.calendar import start_of
from organisations.models import Role
from workflows import metrics
from workflows.metrics import Figure, KeptByCases, Metric, Span
from workflows.models import Case, Clock


def _alive(span: Span) -> QuerySet[Case]:
    """Complaints that somebody had to do something about on some day of the span. None that is protected: it must move
    no figure that people watch (design: Privacy and protection)."""
    return Case.objects.filter(kind=GRAPH.kind, protected=False, opened_at__lt=start_of(span.after)).exclude(
        closed_at__lt=start_of(span.first)
    )


# What is only the complainant's time is no duty of the agency, nor what was imported as history.
_DUTIES = {"case": OuterRef("pk"), "silent": False, "duty": True}
_A_DAY = timedelta(days=1)


def _is_overdue(span: Span) -> Q:
    """A duty's day had passed when the span ended, and it was not done then: who answers late mends it."""
    undone = Q(stopped_on=None) | Q(stopped_on__gte=span.after)
    return Q(Exists(Clock.objects.filter(undone, **_DUTIES, due_on__lt=span.after - _A_DAY)))


def _became_late(span: Span) -> Q:
    """A duty was not done when its day had passed, and that day is one of the span: nothing mends it."""
    late = Q(stopped_on=None) | Q(stopped_on__gt=F("due_on"))
    days = {"due_on__gte": span.first - _A_DAY, "due_on__lt": span.after - _A_DAY}
    return Q(Exists(Clock.objects.filter(late, **_DUTIES, **days)))


def _turns(units: Collection[int], span: Span) -> Mapping[int, date]:
    """When a duty that is not done passes its day, or one was done on a day to come (a server whose clock is ahead)."""
    undone = Q(stopped_on=None) | Q(stopped_on__gte=span.after)
    coming = Q(due_on__gte=span.after - _A_DAY)
    clocks = Clock.objects.filter(
        undone,
        coming | Q(stopped_on__gte=span.after),
        duty=True,
        silent=False,
        case__kind=GRAPH.kind,
        case__protected=False,
        case__unit__in=units,
    )
    rows = clocks.order_by().values_list("case__unit")
    found = {}
    for unit, due, stopped in rows.annotate(due=Min("due_on", filter=coming), stopped=Min("stopped_on")):
        found[unit] = min(filter(None, (due and due + _A_DAY, stopped)))
    return found


_KEPT = KeptByCases(GRAPH.kind, _turns)
_ASSIGNED = """
SELECT post.unit_id, range_agg(holding.valid * post.valid) @> daterange(greatest(%s, unit.founded_on), %s)
FROM organisations_holding holding JOIN organisations_post post ON post.id = holding.post_id
JOIN organisations_unit unit ON unit.id = post.unit_id
WHERE post.unit_id = ANY(%s) AND post.roles @> ARRAY[%s]::varchar[] AND unit.founded_on < %s
GROUP BY post.unit_id, unit.founded_on
"""


def _officer_assigned(units: Collection[int], span: Span) -> Mapping[int, Figure]:
    if span.after <= span.first:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ASSIGNED, [span.first, span.after, list(units), Role.OFFICER, span.after])
        found = dict(cursor.fetchall())
    return {unit: bool(found.get(unit)) for unit in units}


OVERDUE = metrics.of_cases(
    "complaints.overdue_share",
    _("Complaints that are overdue"),
    whole=(_("complaints that were open in the year"), _alive),
    part=(_("those of which a duty is overdue on the day"), _is_overdue),
    source="S4:311",
    kept=_KEPT,
)
LATE = metrics.of_cases(
    "complaints.late_share",
    _("Complaints that became late"),
    whole=(_("complaints that were open in the year"), _alive),
    part=(_("those of which a duty was not done on its day, though it may be done since"), _became_late),
    source="S4:311",
    kept=_KEPT,
)
ASSIGNED = Metric(
    "complaints.officer_assigned",
    _("A complaint officer on every day of the year"),
    _("somebody holds a post of complaint officer in the unit, without a gap since the year or the unit began"),
    "",
    "S4:311",
    _officer_assigned,
)


def register() -> None:
    """Make them known."""
    metrics.register(OVERDUE, LATE, ASSIGNED, *PUBLISHED, *SURVEYED, *WITHHELD)
