"""The statistics of a period: a unit and what lies below it, as page, sheet and document; the cases of a figure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints.lists import Reader
from complaints.models import ReportPeriod
from complaints.overview import in_scope, scope
from complaints.statistics.cases import Counted, keys_of
from complaints.statistics.document import report_pdf
from complaints.statistics.figures import PARTS, Figures
from complaints.statistics.histories import TOLD
from complaints.statistics.labels import FLOW_WORDS, KindTree, describe
from complaints.statistics.making import ask_for
from complaints.statistics.periods import Period, half_of, last_month, period_of, to_date, year_of
from complaints.statistics.readers import readable_unit
from complaints.statistics.report import Report, newest, report_of
from complaints.statistics.sheet import report_sheet
from organisations.formats import thai_numerals_active
from organisations.models import Unit, User
from workflows import overviews
from workflows.casepages.pages import page_of

YEARS = 5
"""So many fiscal years are offered; earlier ones are found by their address."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@require_GET
@login_required
def latest(request: HttpRequest) -> HttpResponse:
    """To the newest statistics of the topmost unit the reader oversees. 404 for who oversees none."""
    units = scope(cast("User", request.user))
    if not units:
        raise Http404
    month = newest()
    if month is None:
        messages.info(request, _("There are no statistics yet: they are made on the first working day of a month."))
        return redirect("overview")
    return redirect("statistics", units[0].code, month.code)


@require_GET
@login_required
def monthly(request: HttpRequest, code: str, month: str) -> HttpResponse:  # noqa: ARG001 - the page itself asks
    """The address that the notices of months have."""
    return redirect("statistics", code, month)


@require_GET
@login_required
def chosen(request: HttpRequest, code: str) -> HttpResponse:
    """To the period that was chosen from the list."""
    unit = _unit(request, code)
    return redirect("statistics", unit.code, _period(request.GET.get("period", "")).code)


@require_GET
@login_required
def statistics(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """The page; until the figures are worked out, one that says so."""
    unit, wanted = _unit(request, code), _period(period)
    report = report_of(unit, wanted, cast("User", request.user))
    context = {"unit": unit, "period": wanted, "periods": _periods(), **_neighbours(wanted)}
    if report is None:
        asked = ReportPeriod.objects.filter(code=wanted.code).exists()
        answer = render(request, "officer/statistics/waiting.html", {**context, "asked": asked})
        if asked:
            answer["Refresh"] = "5"
        return answer
    overseen = wanted.is_month and in_scope(cast("User", request.user), unit.code)
    documents = [page for page in overviews.besides() if page.monthly and overseen]
    return render(request, "officer/statistics/page.html", {**context, **_shown(report), "documents": documents})


@require_POST
@login_required
def work_out(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """Have a period worked out that is over and was not asked for before."""
    unit, wanted = _unit(request, code), _period(period)
    ask_for(wanted)
    return redirect("statistics", unit.code, wanted.code)


@require_GET
@login_required
def statistics_sheet(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """The report as XLSX."""
    return report_sheet(_report(request, code, period))


@require_GET
@login_required
def statistics_document(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """The report as PDF in official form; ``?numerals=thai`` or ``arabic``, else as the reader chose."""
    report = _report(request, code, period)
    numerals = request.GET.get("numerals")
    thai = numerals == "thai" if numerals in {"thai", "arabic"} else thai_numerals_active()
    pdf = report_pdf(report, thai_numerals=thai, today=timezone.localdate())
    response = HttpResponse(pdf, content_type="application/pdf")
    name = f"statistics-{report.unit.code}-{report.period.code}.pdf"
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    # A document loads and runs nothing; the viewers of browsers bring styles of their own.
    response["Content-Security-Policy"] = _POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@login_required
def statistics_cases(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """The cases of a figure: ``part`` and ``key`` name it, ``own`` the unit without what lies below it, ``exactly`` a
    kind without its parts. 404 where the report counts none, as for a figure that opens nothing."""
    user = cast("User", request.user)
    report = _report(request, code, period)
    part, key = request.GET.get("part", ""), request.GET.get("key", "")
    if part not in PARTS or not report.opens:
        raise Http404
    rows = [row for row, _figures in report.rows if row.itself or not request.GET.get("own")]
    units = frozenset[int]().union(*(row.units for row in rows))
    counted = Counted(report.period, units, part, keys_of(part, key, exactly=bool(request.GET.get("exactly"))))
    count, known = counted.numbers(user)
    if not count:
        raise Http404
    cases = counted.cases(user).select_related("unit", "holder")
    page = page_of(cases, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    times = counted.times(page.cases)
    context = {
        "unit": report.unit,
        "period": report.period,
        "words": describe(part, key, KindTree.read()),
        "own": bool(request.GET.get("own")),
        "count": count,
        "hidden": count - known,
        "rows": [(row, times[row.case.pk]) for row in Reader(user).rows(page.cases)],
        "page": page,
    }
    return render(request, "officer/statistics/cases.html", context)


# --- What is asked for ------------------------------------------------------------------------------------------------
def _unit(request: HttpRequest, code: str) -> Unit:
    """Raises Http404: no such unit, or one that is not the reader's to see."""
    unit = readable_unit(cast("User", request.user), code)
    if unit is None:
        raise Http404
    return unit


def _period(code: str) -> Period:
    """Raises Http404: no such period, or one that is not over."""
    period = period_of(code)
    if period is None or period.last >= timezone.localdate():
        raise Http404
    return period


def _report(request: HttpRequest, code: str, period: str) -> Report:
    report = report_of(_unit(request, code), _period(period), cast("User", request.user))
    if report is None:
        raise Http404
    return report


def _periods() -> list[tuple[int, list[Period]]]:
    """The periods that are offered: by fiscal year, the latest first, the whole before its parts."""
    today = timezone.localdate()
    month = last_month(today)
    years = [year_of(month.first)]
    while len(years) < YEARS:
        years.append(years[-1].before())
    offered = []
    for year in years:
        named = [year, half_of(year.first), half_of(year.last), to_date(month.first), *reversed([*year.months()])]
        of_year = {each.code: each for each in named if each.fiscal_year == year.fiscal_year and each.last < today}
        offered.append((year.fiscal_year, list(of_year.values())))
    return offered


def _neighbours(period: Period) -> dict[str, Period | None]:
    after = period.after()
    return {"earlier": period.before(), "later": after if after.last < timezone.localdate() else None}


# --- What is shown ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cell:
    """A figure under its heading; None is not told. url: the list of its cases, if it opens one. untold: a figure of
    protected complaints in a unit of which no such figure is told."""

    label: str
    count: int | None
    url: str = ""
    untold: bool = False


def _shown(report: Report) -> dict[str, Any]:
    protected = report.tells_protected

    def url(unit: Unit, part: str, key: str, **more: str) -> str:
        if not report.opens:
            return ""
        address = reverse("statistics_cases", args=[unit.code, report.period.code])
        return f"{address}?{urlencode({'part': part, 'key': key, **more})}"

    def of_total(part: str, key: str, **more: str) -> str:
        return url(report.unit, part, key, **more)

    rows, without = [], []
    for row, figures in report.rows:
        if not row.itself and not any([*figures.flows.values(), *figures.protected.values()]):
            without.append(row)
            continue
        more = {"own": "1"} if row.itself else {}
        cells = _cells(
            report, figures, protected, lambda flow, row=row, more=more: url(row.unit, "flows", flow, **more)
        )
        rows.append((row, cells))
    return {
        "report": report,
        "columns": [cell.label for cell in _cells(report, report.total, protected, lambda _flow: "")],
        "rows": rows,
        "without": without,
        "total": _cells(report, report.total, protected, lambda flow: of_total("flows", flow)),
        "parts": [
            (part, words, [(line, of_total(part, line.key), _sub_lines(line, part, of_total)) for line in lines], total)
            for part, words, lines, total in report.parts()
        ],
        "timeliness": [
            (time, of_total("in_time", time.clock), of_total("late", time.clock)) for time in report.timeliness()
        ],
    }


def _sub_lines(line: Any, part: str, url: Callable[..., str]) -> list[tuple[Any, str]]:
    return [(sub, url(part, sub.key, exactly="1")) for sub in line.parts]


def _cells(report: Report, figures: Figures, protected: bool, url: Callable[[str], str]) -> list[Cell]:
    flows = [
        Cell(str(FLOW_WORDS[flow]), figures.flows[flow], url(flow) if figures.flows[flow] else "")
        for flow in report.flows
    ]
    told = [figures.protected[flow] or None for flow in TOLD if protected]
    hidden = [
        Cell(_("Protected: %(figure)s") % {"figure": FLOW_WORDS[flow]}, count, untold=not any(told))
        for flow, count in zip(TOLD, told, strict=False)
    ]
    return [*flows, Cell(_("Median days to the end"), figures.median_days), *hidden]
