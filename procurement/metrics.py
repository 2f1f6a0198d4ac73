"""The figures that participation in procurement gives to the scores (S4:341-349): see `workflows.metrics`.

They are those of coverage, so that a score and the page of the level can never differ.
"""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Unit
from organisations.queries import reach_of
from organisations.shares import Share
from procurement.coverage.reading import read, variant_of
from procurement.coverage.rule import compute
from procurement.coverage.standing import standings_of
from workflows import metrics
from workflows.graph import Text
from workflows.metrics import Figure, Metric, Span


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


METRICS = (
    _of_coverage(
        "procurement.top_covered",
        _("Largest activities with a citizen on a committee"),
        "S4:344",
        lambda row: row.top,
        _("those with a citizen on a committee that counts"),
        _("activities with the three highest budgets"),
    ),
    _of_coverage(
        "procurement.rest_covered",
        _("Other activities with a citizen on a committee"),
        "S4:345-349",
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
        "S4:343",
        lambda row: row.published,
        _("published in at least one channel in the year"),
    ),
)


def register() -> None:
    """Make them known."""
    metrics.register(*METRICS)
