"""A report as XLSX: a row for each unit, a column for each figure, in the official form."""

from typing import Any

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from organisations.formats import thai_numerals
from organisations.sheets import xlsx_response

from .figures import Figures
from .histories import TOLD
from .labels import FLOW_WORDS, PART_WORDS, words_of
from .report import Report

HIDDEN = "–"
"""In place of a figure of protected complaints that is too small to be told, or nothing."""
_DIVIDED = ("outcomes", "states", "channels")


def report_sheet(report: Report) -> HttpResponse:
    """The file: Thai, whatever the language of the reader, and with figures that compute."""
    with translation.override("th"), thai_numerals(False):
        kinds = report.lines("kinds")
        clocks = report.timeliness()
        words = {part: words_of(part) for part in _DIVIDED}
        head = [
            _("Unit"),
            *(FLOW_WORDS[flow] for flow in report.flows),
            _("Median days to the end"),
            *(f"{PART_WORDS[part]}: {word}" for part in _DIVIDED for word in words[part].values()),
            *(f"{PART_WORDS['kinds']}: {line.label}" for line in kinds),
            *(f"{word}: {time.label}" for time in clocks for word in (_("In time"), _("Late"))),
            *(_("Protected: %(figure)s") % {"figure": FLOW_WORDS[flow]} for flow in TOLD),
        ]

        def row(name: str, figures: Figures) -> list[Any]:
            return [
                name,
                *(figures.flows[flow] for flow in report.flows),
                figures.median_days,
                *(getattr(figures, part)[key] for part in _DIVIDED for key in words[part]),
                *(sum(figures.kinds[key] for key in {line.key, *(sub.key for sub in line.parts)}) for line in kinds),
                *(part[time.clock] for time in clocks for part in (figures.in_time, figures.late)),
                *(figures.protected[flow] or HIDDEN for flow in TOLD),
            ]

        titles = [_("Statistics of complaints"), report.unit.name, report.period.name]
        rows = [row(_name(each.unit.name, itself=each.itself), figures) for each, figures in report.rows]
        foot = row(_("All together"), report.total)
        name = f"statistics-{report.unit.code}-{report.period.code}.xlsx"
        return xlsx_response(name, titles, head, rows, foot, title=report.period.name)


def _name(unit: str, *, itself: bool) -> str:
    return _("%(unit)s itself") % {"unit": unit} if itself else unit
