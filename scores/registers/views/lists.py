"""The registers a person reads: what each holds and gives, and the list of one."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from organisations.accounts import role_required
from organisations.calendar import fiscal_year
from organisations.formats import digits
from organisations.models import Role, Unit, User
from organisations.queries import open_units, roles_of, units_where
from organisations.sheets import csv_response
from scores.forms import YEARS
from scores.models import RegisterCase
from scores.queries import units_scored_for
from scores.registers.kinds import REGISTERS, Register
from scores.registers.metrics import FIGURES_OF, span_of
from scores.registers.queries import current_of, entries_visible_to
from scores.registers.rules import READERS
from scores.registers.showing import brief, csv_head, csv_line
from scores.registers.states import COUNTING, STATES, SUBMITTED
from workflows import metrics
from workflows.casepages.access import reader
from workflows.casepages.pages import page_of
from workflows.metrics import Figure, Metric

ROLES = tuple(role for role in Role if role in READERS)
MOST_IN_A_FILE = 10_000
OPEN = "open"


@dataclass(frozen=True)
class Line:
    """A register on the page of all: how many entries count, how many wait to be confirmed, how many are late."""

    register: Register
    counting: int
    waiting: int
    late: int
    figures: list[tuple[Metric, Figure]]


def register_or_404(code: str) -> Register:
    """The register of an address. Raises Http404."""
    if code not in REGISTERS:
        raise Http404
    return REGISTERS[code]


def year_of(value: str) -> int:
    """A fiscal year (B.E.) of a query that can be chosen; that of today where it names none."""
    now = fiscal_year(timezone.localdate())
    return int(value) if value in {str(then) for then in range(now, now - YEARS, -1)} else now


def unit_of(user: User, code: str) -> Unit | None:
    """The unit whose figures are shown: that of the code, where he reads its scores; else his own."""
    units = units_scored_for(user)
    if code and (chosen := units.filter(code=code).first()):
        return chosen
    return units.filter(pk__in=units_where(user, READERS)).first()


@require_GET
@role_required(*ROLES)
def registers(request: HttpRequest) -> HttpResponse:
    """All registers. `year`, `unit` (a code): for which the figures are shown."""
    user = reader(request)
    year, unit = year_of(request.GET.get("year", "")), unit_of(user, request.GET.get("unit", ""))
    now = fiscal_year(timezone.localdate())
    of_year = entries_visible_to(user).filter(Q(entry__fiscal_year=year) | Q(is_open=True))
    counted = (
        of_year.order_by()
        .values("entry__register")
        .annotate(
            counting=Count("pk", filter=Q(state__in=COUNTING)),
            waiting=Count("pk", filter=Q(state=SUBMITTED)),
            late=Count("pk", filter=Q(is_open=True, next_due__lt=timezone.localdate())),
        )
    )
    rows = {row.pop("entry__register"): row for row in counted}
    none = {"counting": 0, "waiting": 0, "late": 0}
    figures = _figures(unit, year, [code for codes in FIGURES_OF.values() for code in codes])
    lines = [
        Line(register, **rows.get(code, none), figures=[figures[one] for one in FIGURES_OF[code] if one in figures])
        for code, register in REGISTERS.items()
    ]
    context = {
        "lines": lines,
        "unit": unit,
        "year": year,
        "years": range(now, now - YEARS, -1),
        "may_enter": Role.INTEGRITY in roles_of(user),
    }
    return render(request, "scores/registers/registers.html", context)


def _figures(unit: Unit | None, year: int, codes: list[str]) -> dict[str, tuple[Metric, Figure]]:
    if unit is None:
        return {}
    found = metrics.figures_of([unit.pk], codes, span_of(year))[unit.pk]
    return {code: (metrics.metric(code), figure) for code, figure in found.items()}


class EntryFilter(forms.Form):
    """The filter row; every field is optional and narrows further. figure: only the entries that it counts."""

    unit = forms.ChoiceField(label=_("Agency"), required=False)
    year = forms.TypedChoiceField(label=_("Fiscal year"), required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(label=_("State"), required=False)
    figure = forms.ChoiceField(label=_("Counted in"), required=False)

    def __init__(self, data: Any, *, register: Register, units: QuerySet[Unit]) -> None:
        """units: those that have entries."""
        super().__init__(data, label_suffix="")
        now = fiscal_year(timezone.localdate())
        every = ("", _("all"))
        choices: dict[str, list[Any]] = {
            "unit": [every, *((row.code, row.name) for row in units)],
            "year": [every, *((then, digits(then)) for then in range(now, now - YEARS, -1))],
            "state": [every, (OPEN, _("going on")), *((row.code, row.label) for row in STATES)],
            "figure": [every, *((code, metrics.metric(code).title) for code in FIGURES_OF[register.code])],
        }
        for name, rows in choices.items():
            self.fields[name].choices = rows  # type: ignore[attr-defined]

    @property
    def is_set(self) -> bool:
        """Whether anything narrows the list."""
        return self.is_valid() and any(self.cleaned_data.values())

    def narrow(self, cases: QuerySet[RegisterCase], unit: Unit | None) -> QuerySet[RegisterCase]:
        """`cases` narrowed by what is set; what cannot be read narrows nothing. unit: whose figure is meant."""
        self.is_valid()
        wanted = self.cleaned_data
        if code := wanted.get("unit"):
            cases = cases.filter(entry__unit__code=code)
        figure = metrics.metric(wanted["figure"]) if wanted.get("figure") else None
        if figure is not None and figure.behind is not None and unit is not None:
            # A figure of a year may count what was entered in another one: a rule, a risk.
            span = span_of(wanted.get("year") or fiscal_year(timezone.localdate()))
            cases = cases.filter(pk__in=figure.behind(unit.pk, span).values("pk"))
        elif year := wanted.get("year"):
            cases = cases.filter(entry__fiscal_year=year)
        if state := wanted.get("state"):
            cases = cases.filter(is_open=True) if state == OPEN else cases.filter(state=state)
        return cases


@require_GET
@role_required(*ROLES)
def register_list(request: HttpRequest, register: str) -> HttpResponse:
    """The entries of a register that exist for the reader, one page of them; `of` (a code): of whose figure `figure`
    speaks. `as=csv`: a file of all."""
    kind, user = register_or_404(register), reader(request)
    entries = entries_visible_to(user).filter(entry__register=register)
    units = open_units().filter(pk__in=entries.order_by().values("entry__unit"))
    filters = EntryFilter(request.GET, register=kind, units=units)
    cases = filters.narrow(entries, unit_of(user, request.GET.get("of", "")))
    cases = cases.select_related("unit", "holder", "entry__unit")
    if request.GET.get("as") == "csv":
        found = list(cases.order_by("-id")[:MOST_IN_A_FILE])
        said = current_of(found)
        lines = (csv_line(kind, case, said[case.pk]) for case in found)
        return csv_response(f"{register}.csv", csv_head(kind), lines)
    page = page_of(cases, after=request.GET.get("after", ""), before=request.GET.get("before", ""), newest=True)
    said = current_of(page.cases)
    context = {
        "register": kind,
        "page": page,
        "rows": [(case, said[case.pk], brief(said[case.pk])) for case in page.cases],
        "filters": filters,
        "is_set": filters.is_set,
        "may_enter": Role.INTEGRITY in roles_of(user),
    }
    return render(request, "scores/registers/list.html", context)
