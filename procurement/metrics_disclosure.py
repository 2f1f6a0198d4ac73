"""Whether the public pages of procurement have something to show (S4:324; items of OIT): see `workflows.metrics`."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from procurement.models import Activity, Contract, Draw, Member, Person, Purchase
from workflows import metrics
from workflows.metrics import Span


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
