"""Reports for everybody: which are published, one of them, and its documents."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from organisations.publishing import published
from organisations.queries import units_at
from scores.models import Publication
from scores.reports.actions import read_content
from scores.reports.content import document_of
from scores.reports.panel import period_name
from scores.reports.published import as_json, report_of, reports, reports_table, versions_of
from scores.views.openlists import answer_list, unit_asked
from scores.views.report import document_response, number

_PLAIN = {"ensure_ascii": False}


@published
def open_reports(request: HttpRequest) -> HttpResponse:
    """The published reports, the newest period first. `unit` (a code) with all below it narrows; `as`: csv or json."""
    unit, rows = unit_asked(request), reports()
    if unit is not None:
        rows = rows.filter(signed__report__unit__in=units_at(unit.code))
    words = {
        "title": _("Published reports"),
        "lead": _(
            "What agencies report of complaints, purchases and their scores, signed by their heads. "
            "Every figure has its definition."
        ),
        "nothing": _("No report is published yet"),
        "advice": _("A report stands here once its head has signed it and decided to publish it."),
    }
    return answer_list(request, reports_table(rows), "reports", words, unit=unit)


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
