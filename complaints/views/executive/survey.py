"""What complainants think of the service: the results of a fiscal year, as a page and as a sheet."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from complaints.models import Complaint, ComplaintKind, SurveyQuestion
from complaints.overview import eit_shares
from complaints.survey.results import NOT_TOLD, READING, Marks, Results, remarks, results, years_of
from organisations.accounts import role_required
from organisations.calendar import fiscal_year_bounds
from organisations.formats import thai_numerals
from organisations.sheets import xlsx_response
from workflows.casepages.access import reader

MOST_REMARKS = 200
"""Remarks on the page; the sheet has them all."""


@dataclass(frozen=True)
class Row:
    """A row of a table: its name, how many answers, and the mean of each question in their order; none without
    answers."""

    name: str
    count: int
    means: list[float]


@dataclass(frozen=True)
class Tables:
    """The results with their names, in the language of the moment."""

    units: list[Row]
    total: Row
    kinds: list[Row]
    channels: list[Row]


@require_GET
@role_required(*READING)
def survey_results(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The page of a fiscal year (Buddhist Era); without one of the present year."""
    user = reader(request)
    years = years_of(user, timezone.localdate())
    chosen = _chosen(years, year)
    found, questions = results(user, chosen), list(SurveyQuestion.objects.all())
    shares = eit_shares((unit.pk for unit, _marks in found.units), *fiscal_year_bounds(chosen))
    context = {
        "year": chosen,
        "years": [other for other in years if other != chosen],
        "questions": questions,
        "tables": _tables(found, questions),
        "indicators": [(each.label, shares[each.value]) for each in SurveyQuestion.Indicator if each.value in shares],
        "remarks": remarks(user, chosen)[:MOST_REMARKS],
    }
    return render(request, "executive/survey.html", context)


@require_GET
@role_required(*READING)
def survey_sheet(request: HttpRequest, year: int) -> HttpResponse:
    """The sheet, in Thai whatever the language of the reader, with figures that compute."""
    user = reader(request)
    chosen = _chosen(years_of(user, timezone.localdate()), year)
    found, questions = results(user, chosen), list(SurveyQuestion.objects.all())
    with translation.override("th"), thai_numerals(False):
        tables = _tables(found, questions)
        rows = [
            [row.name, row.count, *(round(mean, 2) for mean in row.means)]
            for row in (*tables.units, tables.total, *tables.kinds, *tables.channels)
        ]
        rows += [[], [_("Remarks")], *([row.unit.name, row.remark] for row in remarks(user, chosen))]
        title = _("Fiscal year %(year)s") % {"year": chosen}
        head = [_("Unit"), _("Answers"), *(question.text for question in questions)]
        titles = [_("Satisfaction of complainants"), title]
        return xlsx_response(f"satisfaction-{chosen}.xlsx", titles, head, rows, title=title)


def _chosen(years: list[int], year: int | None) -> int:
    """Raises Http404 for a year of which there is nothing."""
    if year is not None and year not in years:
        raise Http404
    return year or years[0]


def _tables(found: Results, questions: list[SurveyQuestion]) -> Tables:
    kinds = {kind.code: kind.name for kind in ComplaintKind.objects.filter(parent=None)}
    rest = {NOT_TOLD: _("others, and what is not told")}

    def row(name: Any, marks: Marks) -> Row:
        return Row(str(name), marks.count, [marks.means[question.code] for question in questions if marks.count])

    return Tables(
        units=[row(unit, marks) for unit, marks in found.units],
        total=row(_("All together"), found.total),
        kinds=[row((kinds | rest).get(code, code), marks) for code, marks in found.kinds],
        channels=[row((dict(Complaint.Channel.choices) | rest)[code], marks) for code, marks in found.channels],
    )
