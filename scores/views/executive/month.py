"""An executive's month: which months there are, and each as PDF."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from complaints.models import ReportPeriod
from complaints.overview import OVERVIEW_ROLES, scope
from complaints.statistics.periods import Period, last_month, period_of
from complaints.views.executive.selecting import read_selection
from organisations.accounts import role_required
from organisations.formats import thai_numerals_active
from organisations.models import Unit
from scores.daily import LIVE
from scores.executive import agencies_below
from scores.models import Snapshot
from scores.monthly.document import month_pdf
from scores.monthly.report import month_of_unit
from workflows.casepages.access import reader

MONTHS = 12
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@require_GET
@role_required(*OVERVIEW_ROLES)
def executive_month(request: HttpRequest) -> HttpResponse:
    """The months of the units of the overview (`under`) that are over, each with its PDF; with `month` (``2026-10``)
    that PDF, in Thai; ``numerals=thai`` or ``arabic``, else as the reader chose.

    404 for a unit that is not the reader's to oversee, for a month that is not over, and one of which nothing is known.
    """
    user, today = reader(request), timezone.localdate()
    under = read_selection(request.GET, user).under
    units = [under] if under else scope(user)
    wanted = request.GET.get("month", "")
    if wanted:
        period = period_of(wanted)
        if period is None or not period.is_month or period.last >= today or not units:
            raise Http404
        numerals = request.GET.get("numerals")
        thai = numerals == "thai" if numerals in {"thai", "arabic"} else thai_numerals_active()
        found = month_of_unit(units[0], period, user)
        if not (found.statistics or found.kept or found.agencies):
            raise Http404
        pdf = month_pdf(found, today=today, thai_numerals=thai)
        return _as_file(pdf, f"month-{units[0].code}-{period.code}.pdf")
    months = [last_month(today)]
    while len(months) < MONTHS:
        months.append(months[-1].before())
    return render(request, "scores/executive_month.html", {
        "under": under,
        "units": _shown(units, months),
    })  # fmt: skip


def _shown(units: list[Unit], months: list[Period]) -> list[tuple[Unit, list[dict[str, Any]]]]:
    """For each unit each month with what there is of it."""
    codes = [month.code for month in months]
    made = set(ReportPeriod.objects.filter(code__in=codes).exclude(made_at=None).values_list("code", flat=True))
    # A unit that is not assessed itself has in its document the scores of the agencies below it.
    below = {unit.pk: [unit, *agencies_below([unit])] for unit in units}
    shown = {row.pk for rows in below.values() for row in rows}
    days = (months[-1].first, months[0].last)
    rows = Snapshot.objects.filter(unit__in=shown, family=LIVE, cause=Snapshot.Cause.DAILY, as_of__range=days)
    kept = {(pk, f"{day:%Y-%m}") for pk, day in rows.values_list("unit", "as_of")}
    return [
        (
            unit,
            [
                {
                    "month": each,
                    "statistics": each.code in made,
                    "kept": (unit.pk, each.code) in kept,
                    "agencies": sum((row.pk, each.code) in kept for row in below[unit.pk][1:]),
                }
                for each in months
            ],
        )
        for unit in units
    ]


def _as_file(pdf: bytes, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    # A document loads and runs nothing; the viewers of browsers bring styles of their own.
    response["Content-Security-Policy"] = _POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
