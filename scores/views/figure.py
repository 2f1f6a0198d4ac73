"""A live figure of an agency: what it is, how it stands today, and what it counts."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from organisations.accounts import role_required
from organisations.calendar import fiscal_year
from organisations.models import Role
from organisations.queries import roles_of
from procurement.rules import READERS as PROCUREMENT_READERS
from scores.daily import LIVE
from scores.forms import YEARS
from scores.queries import units_scored_for
from scores.rules import READERS
from workflows import metrics
from workflows.casepages.access import reader
from workflows.casepages.pages import page_of
from workflows.metrics import Span
from workflows.registry import kind_of

ROLES = tuple(role for role in Role if role in READERS)


@require_GET
@role_required(*ROLES)
def unit_figure(request: HttpRequest, code: str, year: int, figure: str) -> HttpResponse:
    """A figure by its code, of a unit and fiscal year (B.E.): as it stands today, of a year that is over as its last
    day ended; without what he has a conflict with. With the cases behind it that exist for the reader, one page of
    them. 404 for a unit that is not there for him, a figure that nobody computes, and a year that no page of scores
    shows.

    A figure that is withheld is explained and not shown; its list opens only for whom all of it exists.
    """
    user = reader(request)
    unit = get_object_or_404(units_scored_for(user), code=code)
    now = fiscal_year(timezone.localdate())
    if figure not in metrics.known() or not now - YEARS < year <= now:
        raise Http404
    metric = metrics.metric(figure)
    span = Span.of_year(year)
    context: dict[str, Any] = {
        "unit": unit,
        "year": year,
        "family": LIVE,
        "metric": metric,
        "value": metrics.figures_of([unit.pk], [figure], span, without=metrics.hidden_from(user))[unit.pk].get(figure),
        "counts_cases": metric.behind is not None,
        "reads_procurement": bool(roles_of(user) & PROCUREMENT_READERS),
        "page": None,
    }
    if (cases := metrics.list_behind(user, figure, unit.pk, span)) is not None:
        page = page_of(
            cases.select_related("unit", "holder"),
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        )
        rows = [(case, reverse(kind_of(case.kind).page, args=[case.public_id])) for case in page.cases]
        context |= {"page": page, "rows": rows}
    return render(request, "scores/figure.html", context)
