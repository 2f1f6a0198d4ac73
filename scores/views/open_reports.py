"""Reports for everybody: which are published, one of them, and its documents."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from organisations.publishing import published
from organisations.queries import units_at
from organisations.sheets import csv_response
from scores.models import Publication
from scores.reports.actions import read_content
from scores.reports.content import document_of
from scores.reports.panel import period_name
from scores.reports.published import as_json, report_of, reports, versions_of
from scores.views.report import document_response, number

PAGE = 50
MOST_IN_A_FILE = 10_000
_PLAIN = {"ensure_ascii": False}


@published
def open_reports(request: HttpRequest) -> HttpResponse:
    """The published reports, the newest period first. `unit` (a code) with all below it narrows; `as`: csv or json."""
    rows = reports()
    if unit := request.GET.get("unit", "")[:20]:
        rows = rows.filter(signed__report__unit__in=units_at(unit))
    if request.GET.get("as") == "json":
        return JsonResponse({"reports": [_short(row) for row in rows[:MOST_IN_A_FILE]]}, json_dumps_params=_PLAIN)
    if request.GET.get("as") == "csv":
        head = ["agency", "name", "report", "form", "period", "first", "last", "version", "published_at"]
        return csv_response("reports.csv", head, (list(_short(row).values()) for row in rows[:MOST_IN_A_FILE]))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [(row, period_name(row.signed.report)) for row in page], "unit": unit}
    return render(request, "scores/reports/open.html", context)


def _short(row: Publication) -> dict[str, Any]:
    report = row.signed.report
    return {
        "agency": report.unit.code,
        "name": report.unit.name_th,
        "report": report.case.public_id,
        "form": report.form,
        "period": report.period,
        "first": report.first.isoformat(),
        "last": report.last.isoformat(),
        "version": row.signed.version,
        "published_at": row.at.isoformat(),
    }


@published
def open_report(request: HttpRequest, public_id: str) -> HttpResponse:
    """One published report; `version`: an earlier one."""
    found = _found(request, public_id)
    context = {
        "found": found,
        "row": found.signed.report,
        "period": period_name(found.signed.report),
        "document": document_of(read_content(found)),
        "versions": versions_of(found.signed.report),
    }
    return render(request, "scores/reports/open_report.html", context)


@published
def open_report_json(request: HttpRequest, public_id: str) -> HttpResponse:
    """Its texts and figures as open data."""
    return JsonResponse(as_json(_found(request, public_id)), json_dumps_params=_PLAIN)


@published
def open_report_document(request: HttpRequest, public_id: str, ending: str) -> HttpResponse:
    """The published report as `pdf` or `docx`."""
    found = _found(request, public_id)
    row = found.signed.report
    content = bytes(found.pdf if ending == "pdf" else found.docx)
    return document_response(content, f"report-{row.unit.code}-{row.period}-{found.signed.version}.{ending}")


def _found(request: HttpRequest, public_id: str) -> Publication:
    asked = request.GET.get("version", "")
    return report_of(public_id, number(asked) if asked else None)
