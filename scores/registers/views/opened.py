"""Registers for everybody: No Gift declarations, policies and rules, awards, as they were confirmed."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from organisations.calendar import fiscal_year
from organisations.publishing import published
from organisations.sheets import csv_response
from scores.forms import YEARS
from scores.registers.kinds import REGISTERS, Register
from scores.registers.published import as_row, confirmed, head_of, public_registers
from scores.registers.showing import shown_values

PAGE = 50
MOST_IN_A_FILE = 10_000
_COLUMNS = ("title", "happened_on")


@published
def open_registers(request: HttpRequest) -> HttpResponse:
    """Which registers are open, and how many confirmed entries each has."""
    return render(request, "scores/registers/open_registers.html", {"registers": public_registers()})


@published
def open_register(request: HttpRequest, register: str) -> HttpResponse:
    """The confirmed entries of an open register, the newest first. `year`, `unit` (a code) narrow; `as`: csv or json.
    404 for a register that is not for everybody."""
    kind = _open_or_404(register)
    values = request.GET
    now = fiscal_year(timezone.localdate())
    year = (
        values.get("year", "") if values.get("year", "") in {str(then) for then in range(now, now - YEARS, -1)} else ""
    )
    rows = confirmed(kind, year=int(year) if year else None, unit=values.get("unit", "")[:20])
    if values.get("as") == "json":
        found: dict[str, Any] = {register: [as_row(row) for row in rows[:MOST_IN_A_FILE]]}
        return JsonResponse(found, json_dumps_params={"ensure_ascii": False})
    if values.get("as") == "csv":
        lines = (list(as_row(row).values()) for row in rows[:MOST_IN_A_FILE])
        return csv_response(f"{register}.csv", head_of(kind), lines)
    page = Paginator(rows, PAGE).get_page(values.get("page"))
    shown = [(row, [pair for pair in shown_values(row) if pair[0].name not in _COLUMNS]) for row in page]
    context = {"register": kind, "page": page, "rows": shown, "year": year, "years": range(now, now - YEARS, -1)}
    return render(request, "scores/registers/open_register.html", context)


def _open_or_404(code: str) -> Register:
    register = REGISTERS.get(code)
    if register is None or not register.public:
        raise Http404
    return register
