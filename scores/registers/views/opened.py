"""Registers for everybody: No Gift declarations, policies and rules, awards, as they were confirmed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.calendar import fiscal_year
from organisations.publishing import published
from scores.forms import YEARS
from scores.registers.kinds import REGISTERS, Register
from scores.registers.published import confirmed, public_registers, table_of
from scores.views.openlists import answer_list, unit_asked, year_asked


@published
def open_registers(request: HttpRequest) -> HttpResponse:
    """Which registers are open, and how many confirmed entries each has."""
    return render(request, "scores/registers/open_registers.html", {"registers": public_registers()})


@published
def open_register(request: HttpRequest, register: str) -> HttpResponse:
    """The confirmed entries of an open register, the newest first. `year`, `unit` (a code) narrow; `as`: csv or json.
    404 for a register that is not for everybody."""
    kind, unit, year = _open_or_404(register), unit_asked(request), year_asked(request)
    rows = confirmed(kind, year=year, unit=unit.code if unit else "")
    now = fiscal_year(timezone.localdate())
    words = {
        "title": kind.label,
        "nothing": _("Nothing is confirmed yet"),
        "advice": _("An entry stands here once the head of the agency has confirmed it."),
        "above": _("Open registers"),
        "above_url": reverse("open_registers"),
    }
    years = range(now, now - YEARS, -1)
    return answer_list(request, table_of(kind, rows), register, words, unit=unit, year=year, years=years)


def _open_or_404(code: str) -> Register:
    register = REGISTERS.get(code)
    if register is None or not register.public:
        raise Http404
    return register
