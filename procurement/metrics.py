"""The figures that procurement gives to the scores: see `workflows.metrics`.

Those of participation (S4:341-349) are those of coverage, so that a score and the page of the level can never differ;
those of disclosure say whether the public pages have something to show.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Unit
from organisations.queries import reach_of
from organisations.shares import Share
from procurement.coverage.reading import read, variant_of
from procurement.coverage.rule import compute
from procurement.coverage.standing import standings_of
from procurement.models import Activity, Contract, Draw, Member, Person, Purchase
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


# --- What the public pages show (S4:324; the items of OIT) ------------------------------------------------------------
def _plans(span: Span) -> Iterable[int]:
    return Activity.objects.filter(fiscal_year=span.year).order_by().values_list("unit", flat=True).distinct()


def _bought(span: Span) -> QuerySet[Purchase]:
    return Purchase.objects.filter(activity__fiscal_year=span.year).order_by()


def _units(purchases: QuerySet[Purchase]) -> Iterable[int]:
    return purchases.values_list("activity__unit", flat=True).distinct()


def _announced(span: Span) -> Iterable[int]:
    return _units(_bought(span).filter(announced_on__lt=span.after))


def _summarised(span: Span) -> Iterable[int]:
    signed = Contract.objects.filter(signed_on__gte=span.first, signed_on__lt=span.after)
    return signed.order_by().values_list("purchase__activity__unit", flat=True).distinct()


def _resulted(span: Span) -> Iterable[int]:
    signed = Contract.objects.filter(purchase=OuterRef("pk"), signed_on__lt=span.after)
    return _units(_bought(span).filter(Exists(signed)))


def _with_citizens(span: Span) -> Iterable[int]:
    appointed = Member.objects.filter(
        committee__purchase=OuterRef("pk"), appointed_on__lt=span.after, person__standing=Person.Standing.CITIZEN
    )
    return _units(_bought(span).filter(Exists(appointed)))


def _drawn(span: Span) -> Iterable[int]:
    found = Draw.objects.filter(fiscal_year=span.year, case__opened_at__date__lt=span.after)
    return found.order_by().values_list("unit", flat=True).distinct()


def _taking_part(span: Span) -> Iterable[int]:
    return {*_with_citizens(span), *_drawn(span)}


_PLAN = _("the plan of the year has an activity")
_NOTICES = _("a purchase of the plan of the year was announced, and stands on the page of notices")
_SUMMARY = _("a contract was signed in the year, and stands in the summary of its month")
PUBLISHED = tuple(
    metrics.flag_of_units(code, title, counted=counted, having=having, source=source)
    for code, title, counted, having, source in (
        ("procurement.notices_published", _("Procurement notices published"), _NOTICES, _announced, "S4:324"),
        ("procurement.summary_published", _("Monthly summary published"), _SUMMARY, _summarised, "S4:324"),
        (
            "disclosure.plan",
            _("Procurement plan published"),
            _PLAN,
            _plans,
            "S4:324",
        ),
        ("disclosure.notices", _("Procurement notices published"), _NOTICES, _announced, "S4:324"),
        ("disclosure.summary", _("Monthly summary published"), _SUMMARY, _summarised, "S4:324"),
        (
            "disclosure.annual",
            _("Result of the year published"),
            _("a purchase of the plan of the year has a contract"),
            _resulted,
            "S4:692",
        ),
        (
            "disclosure.committees",
            _("Committees with citizens published"),
            _("an order has appointed a citizen to a committee of a purchase of the year"),
            _with_citizens,
            "S4:594",
        ),
        ("disclosure.draws", _("Draws published"), _("a draw of the year was announced"), _drawn, "S4:594"),
        (
            "disclosure.participation",
            _("Participation of the public published"),
            _("a citizen was appointed to a committee, or a draw was announced, in the year"),
            _taking_part,
            "S4:693",
        ),
    )
)


def register() -> None:
    """Make them known."""
    metrics.register(*METRICS, *PUBLISHED)
