"""The figures that procurement gives to the scores: see `workflows.metrics`.

Those of participation (S4:341-349) are those of coverage, so that a score and the page of the level can never differ.
Those of disclosure (S4:324) are read from what everybody can open here: a notice that has its day stands on the public
page of its purchase, and a contract in the summary of its month.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Unit
from organisations.queries import reach_of
from organisations.shares import Share
from procurement.coverage.reading import read, variant_of
from procurement.coverage.rule import compute
from procurement.coverage.standing import standings_of
from procurement.metrics_disclosure import PUBLISHED
from procurement.models import Contract, PurchaseCase
from workflows import metrics
from workflows.graph import Text
from workflows.metrics import Figure, Metric, Span
from workflows.models import Case


class Covered(NamedTuple):
    """What the coverage of a unit and year gives."""

    top: Share
    rest: Share
    education: int
    published: bool


def covered(units: Collection[int], span: Span) -> dict[int, Covered]:
    """The coverage of these units, each with all below it: of today as it is kept beside the facts, of another day read
    anew."""
    if span.as_of == timezone.localdate():
        kept = standings_of(Unit.objects.filter(pk__in=units), span.year)
        return {
            unit: Covered(
                Share(row.top_covered, row.top), Share(row.rest_covered, row.rest), row.education, row.published
            )
            for unit, row in kept.items()
        }
    facts, variant = read(reach_of(units), span.year, since=span.as_of).facts_on(span.as_of), variant_of()
    results = {unit: compute(of_unit, variant) for unit, of_unit in facts.items()}
    return {
        unit: Covered(
            Share(row.top_covered, len(row.top)), Share(row.rest_covered, len(row.rest)), row.education, row.published
        )
        for unit, row in results.items()
    }


def _of_coverage(
    code: str, title: Text, source: str, figure: Callable[[Covered], Figure], part: Text, whole: Text = ""
) -> Metric:
    def compute_all(units: Collection[int], span: Span) -> Mapping[int, Figure]:
        return {unit: figure(row) for unit, row in covered(units, span).items()}

    return Metric(code, title, part, whole, source, compute_all)


def _notices(span: Span) -> QuerySet[Case]:
    """Purchases announced in the year."""
    return _purchases(purchase__announced_on__gte=span.first, purchase__announced_on__lt=span.after)


def _in_summaries(span: Span) -> QuerySet[Case]:
    """Purchases with a contract of a month of the year that is over: it is one of that month's summary."""
    return _purchases(pk__in=_contracts(span).values("purchase"))


def _not_in_summaries(span: Span) -> QuerySet[Case]:
    """Those of which the summary cannot say who was chosen, or at which price (form สขร.1)."""
    return _purchases(pk__in=_contracts(span).filter(Q(supplier=None) | Q(value=None)).values("purchase"))


def _contracts(span: Span) -> QuerySet[Contract]:
    return Contract.objects.filter(signed_on__gte=span.first, signed_on__lt=span.after.replace(day=1))


def _purchases(**which: Any) -> QuerySet[Case]:
    return Case.objects.filter(pk__in=PurchaseCase.objects.filter(**which).values("pk"))


def _all_there(
    code: str, title: Text, part: Text, there: Callable[[Span], QuerySet[Case]],
    lacking: Callable[[Span], QuerySet[Case]] | None = None,
) -> Metric:  # fmt: skip
    """Whether there are any, and none that is lacking; behind it those that are there."""

    def compute_all(units: Collection[int], span: Span) -> Mapping[int, Figure]:
        having = set(there(span).values_list("unit", flat=True))
        failing = set(lacking(span).values_list("unit", flat=True)) if lacking else set()
        return {
            unit: not having.isdisjoint(below) and failing.isdisjoint(below) for unit, below in reach_of(units).items()
        }

    def behind(unit: int, span: Span) -> QuerySet[Case]:
        return there(span).filter(unit__in=reach_of([unit])[unit])

    return Metric(code, title, part, "", "S4:324", compute_all, behind)


METRICS = (
    _all_there(
        "procurement.notices_published",
        _("Procurement notices of the year"),
        _("at least one purchase was announced in the year"),
        _notices,
    ),
    _all_there(
        "procurement.summary_published",
        _("Monthly summaries of procurement"),
        _("contracts of the months that are over, each with who was chosen and the price"),
        _in_summaries,
        _not_in_summaries,
    ),
    _of_coverage(
        "procurement.top_covered",
        _("Largest activities with a citizen on a committee"),
        "S4:346",
        lambda row: row.top,
        _("those with a citizen on a committee that counts"),
        _("activities with the three highest budgets"),
    ),
    _of_coverage(
        "procurement.rest_covered",
        _("Other activities with a citizen on a committee"),
        "S4:347-349",
        lambda row: row.rest,
        _("those with a citizen on a committee that counts"),
        _("all other activities with procurement"),
    ),
    _of_coverage(
        "procurement.education_activities",
        _("Activities that teach how corruption is prevented"),
        "S4:348",
        lambda row: row.education,
        _("activities for leaders, groups, networks or the public"),
    ),
    _of_coverage(
        "procurement.core_work_published",
        _("Core work published"),
        "S4:345",
        lambda row: row.published,
        _("published in at least one channel in the year"),
    ),
)


def register() -> None:
    """Make them known."""
    metrics.register(*METRICS, *PUBLISHED)
