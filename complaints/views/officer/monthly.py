"""The statistics of a month: a unit and those that report to it, as a page and as a sheet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from complaints.metrics import scope
from complaints.models import Complaint, ComplaintKind, MonthlyReport
from complaints.models.handling import Outcome
from complaints.monthly import ANSWERED, FLOWS, MOVED, UNDECIDED, Figures, month_of
from complaints.monthly_readers import readable_unit, reported_units
from complaints.states import DECLINED, GRAPH, WITHDRAWN
from organisations.formats import THAI_MONTHS_LONG, thai_numerals
from organisations.models import Unit, User
from organisations.sheets import xlsx_response
from workflows.graph import Text

HIDDEN = "–"
"""In place of a figure of protected complaints that is too small to be told, or nothing."""
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_FLOWS: dict[str, Text] = {
    "received": gettext_lazy("Received in the month"),
    "closed": gettext_lazy("Closed in the month"),
    "open": gettext_lazy("Open at the end"),
    "overdue": gettext_lazy("Overdue at the end"),
}
_PARTS: dict[str, Text] = {
    "outcomes": gettext_lazy("How they ended"),
    "kinds": gettext_lazy("What they were about"),
    "channels": gettext_lazy("How they came in"),
}


@dataclass(frozen=True)
class Statistics:
    """What a page of statistics shows: a unit first, then those that report to it, each with its figures."""

    unit: Unit
    month: date
    rows: list[tuple[Unit, Figures]]
    total: Figures


@require_GET
@login_required
def latest(request: HttpRequest) -> HttpResponse:
    """To the newest statistics of the topmost unit the reader oversees. 404 for who oversees none."""
    units = scope(cast("User", request.user))
    newest = MonthlyReport.objects.order_by("-month").first()
    if not units:
        raise Http404
    if newest is None:
        messages.info(request, _("There are no statistics yet: they are made on the first working day of a month."))
        return redirect("overview")
    return redirect("monthly", units[0].code, f"{newest.month:%Y-%m}")


@require_GET
@login_required
def monthly(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """The page."""
    found = _statistics(request, code, month)
    protected = any(found.total.protected.values())
    months = MonthlyReport.objects.order_by("month").values_list("month", flat=True)
    context = {
        "found": found,
        "columns": _columns(protected),
        "rows": [(unit, _cells(figures, protected)) for unit, figures in found.rows],
        "total": _cells(found.total, protected),
        "parts": [
            (
                title,
                [(label, count) for key, label in _labels(part).items() if (count := getattr(found.total, part)[key])],
            )
            for part, title in _PARTS.items()
        ],
        "earlier": months.filter(month__lt=found.month).last(),
        "later": months.filter(month__gt=found.month).first(),
    }
    return render(request, "officer/monthly.html", context)


@require_GET
@login_required
def monthly_sheet(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """The sheet, in the official form: Thai, whatever the language of the reader, and with figures that compute."""
    found = _statistics(request, code, month)
    with translation.override("th"), thai_numerals(False):
        parts = {part: _labels(part) for part in _PARTS}
        head = [
            _("Unit"),
            *_FLOWS.values(),
            _("Median days to the end"),
            *(f"{_PARTS[part]}: {label}" for part, labels in parts.items() for label in labels.values()),
            *(_("Protected: %(figure)s") % {"figure": name} for name in _FLOWS.values()),
        ]
        month_name = THAI_MONTHS_LONG[found.month.month - 1]
        titles = [
            _("Statistics of complaints"),
            found.unit.name,
            f"ประจำเดือน {month_name} พ.ศ. {found.month.year + 543}",
        ]
        rows = [_sheet_row(unit.name, figures, parts) for unit, figures in found.rows]
        foot = _sheet_row(_("All together"), found.total, parts)
        name = f"monthly-{found.unit.code}-{found.month:%Y-%m}.xlsx"
        title = f"{month_name} {found.month.year + 543}"
        return xlsx_response(name, titles, head, rows, foot, title=title)


def _statistics(request: HttpRequest, code: str, month: str) -> Statistics:
    """Raises Http404: no such month, no statistics of it, or a unit that is not the reader's to see."""
    if not _MONTH.fullmatch(month) or month.startswith("0000"):
        raise Http404
    unit = readable_unit(cast("User", request.user), code)
    first = date.fromisoformat(f"{month}-01")
    if unit is None or not MonthlyReport.objects.filter(month=first).exists():
        raise Http404
    units = reported_units(unit, month_of(first).last)
    made = dict(MonthlyReport.objects.filter(month=first, unit__in=units).values_list("unit", "figures"))
    rows = [(each, Figures.from_json(made.get(each.pk, {}))) for each in units]
    return Statistics(unit, first, rows, sum((figures for _unit, figures in rows), Figures()))


@dataclass(frozen=True)
class Cell:
    """A figure under its heading; None is not told. untold: a figure of protected complaints in a unit of which no
    such figure is told."""

    label: str
    count: int | None
    untold: bool = False


def _columns(protected: bool) -> list[str]:
    """The headings of the page's table, of the figures in `_cells`. protected: whether those of protected complaints
    are among them: only where one is told, for columns of dashes say nothing."""
    hidden = [_("Protected: %(figure)s") % {"figure": name} for name in _FLOWS.values() if protected]
    return [*map(str, _FLOWS.values()), _("Median days to the end"), *hidden]


def _cells(figures: Figures, protected: bool) -> list[Cell]:
    plain = [*(figures.flows[name] for name in FLOWS), figures.median_days]
    hidden = [figures.protected[name] or None for name in FLOWS if protected]
    untold = not any(hidden)
    return [
        Cell(label, count, untold and place >= len(plain))
        for place, (label, count) in enumerate(zip(_columns(protected), [*plain, *hidden], strict=True))
    ]


def _sheet_row(name: str, figures: Figures, parts: Mapping[str, Mapping[str, Any]]) -> list[Any]:
    return [
        name,
        *(figures.flows[flow] for flow in FLOWS),
        figures.median_days,
        *(getattr(figures, part)[key] for part, labels in parts.items() for key in labels),
        *(figures.protected[flow] or HIDDEN for flow in FLOWS),
    ]


def _labels(part: str) -> dict[str, Any]:
    """What a figure can be divided into, in a fixed order: by its code the word for it."""
    match part:
        case "outcomes":
            ends = {state: GRAPH.state(state).label for state in (DECLINED, WITHDRAWN)}
            others = {ANSWERED: _("answered without a finding"), MOVED: _("moved to another register")}
            return {**dict(Outcome.choices), **others, **ends}
        case "kinds":
            main = ComplaintKind.objects.filter(parent=None)
            return {**{kind.code: kind.name for kind in main}, UNDECIDED: _("kind not decided yet")}
    return dict(Complaint.Channel.choices)
