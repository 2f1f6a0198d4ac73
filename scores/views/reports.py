"""The list of reports, and the beginning of one."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from complaints.statistics.making import ask_for
from complaints.statistics.periods import Period, half_of, last_month, period_of, year_of
from organisations.accounts import role_required
from organisations.formats import digits
from organisations.models import Role
from organisations.queries import roles_of
from scores.models import ReportCase
from scores.reports.forms import BeginForm
from scores.reports.outline import FORMS
from scores.reports.panel import period_name
from scores.reports.queries import reports_visible_to, units_reported_by
from scores.reports.rules import READERS, WRITERS
from scores.reports.states import STATES
from workflows.actors import Actor
from workflows.casepages.access import reader
from workflows.casepages.pages import page_of
from workflows.refusals import Refused
from workflows.transitions import open_case

ROLES = tuple(role for role in Role if role in READERS)
WRITING = tuple(role for role in Role if role in WRITERS)
OPEN = "open"
YEARS = 3
"""So many fiscal years are offered."""


class ReportFilter(forms.Form):
    """The filter row; every field is optional and narrows further."""

    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    form = forms.ChoiceField(label=gettext_lazy("Kind of report"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="")
        every = ("", gettext_lazy("all"))
        state, form = self.fields["state"], self.fields["form"]
        state.choices = [every, (OPEN, gettext_lazy("going on")), *((row.code, row.label) for row in STATES)]  # type: ignore[attr-defined]
        form.choices = [every, *((row.code, row.label) for row in FORMS)]  # type: ignore[attr-defined]

    @property
    def is_set(self) -> bool:
        """Whether anything narrows the list."""
        return self.is_valid() and any(self.cleaned_data.values())

    def narrow(self, cases: QuerySet[ReportCase]) -> QuerySet[ReportCase]:
        """`cases` narrowed by what is set; what cannot be read narrows nothing."""
        self.is_valid()
        if state := self.cleaned_data.get("state"):
            cases = cases.filter(is_open=True) if state == OPEN else cases.filter(state=state)
        if form := self.cleaned_data.get("form"):
            cases = cases.filter(report__form=form)
        return cases


@require_GET
@role_required(*ROLES)
def reports(request: HttpRequest) -> HttpResponse:
    """The reports that exist for the reader, filtered, one page of them."""
    user = reader(request)
    filters = ReportFilter(request.GET)
    cases = filters.narrow(reports_visible_to(user)).select_related("unit", "holder", "report__unit")
    page = page_of(cases, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    context = {
        "page": page,
        "rows": [(case, period_name(case.report)) for case in page.cases],  # type: ignore[attr-defined]
        "filters": filters,
        "is_set": filters.is_set,
        "may_begin": bool(roles_of(user) & WRITERS),
    }
    return render(request, "scores/reports/list.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*WRITING)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a report. 422 for what is refused: what was typed stays."""
    user = reader(request)
    units, offered = units_reported_by(user), periods(timezone.localdate())
    if request.method == "GET":
        chosen = units.filter(code=request.GET.get("unit", "")).first() or units.first()
        initial = {"unit": chosen, "period": request.GET.get("period", "")}
        form = BeginForm(units=units, periods=offered, initial=initial)
        return render(request, "scores/reports/begin.html", {"form": form})
    form = BeginForm(request.POST, units=units, periods=offered)
    if form.is_valid():
        wanted = form.cleaned_data
        try:
            case = open_case("report", "begin", Actor.person(user), unit=wanted["unit"], period=wanted["period"])
        except Refused as refusal:
            period = period_of(wanted["period"])
            if refusal.field == "statistics_are_there" and period is not None:
                ask_for(period)
            form.add_error("period", str(refusal.sentence))
        else:
            messages.success(request, _("%(number)s: report begun and filled in.") % {"number": case.number})
            return redirect("report", case.public_id)
    return render(request, "scores/reports/begin.html", {"form": form}, status=422)


def periods(today: date) -> list[tuple[str, list[Period]]]:
    """The periods that are over, by fiscal year, the latest first, the whole before its parts."""
    years = [year_of(last_month(today).first)]
    while len(years) < YEARS:
        years.append(years[-1].before())
    found = []
    for year in years:
        named = [year, half_of(year.last), half_of(year.first), *reversed([*year.months()])]
        over = [period for period in named if period.last < today]
        found.append((_("Fiscal year %(year)s") % {"year": digits(year.fiscal_year)}, over))
    return [(heading, over) for heading, over in found if over]
