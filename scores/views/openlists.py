"""What every public list of scores, registers and reports is asked for, and how it is answered: page, CSV and JSON."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from organisations.models import Unit
from organisations.opentables import Table, answer
from organisations.queries import open_units, units_around
from procurement.published import unit_of

_EARLIEST, _LATEST = 2400, 2999


def unit_asked(request: HttpRequest) -> Unit | None:
    """The unit that `unit` (a code) names; None for all. Raises Http404 for one that is not open."""
    code = request.GET.get("unit", "")[:20]
    return unit_of(code) if code else None


def year_asked(request: HttpRequest) -> int | None:
    """The fiscal year (Buddhist Era) that `year` names; None for all. Raises Http404 for what is no year."""
    text = request.GET.get("year", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and _EARLIEST <= int(text[:5]) <= _LATEST):
        raise Http404
    return int(text)


def answer_list(
    request: HttpRequest,
    table: Table,
    name: str,
    words: dict[str, Any],
    *,
    unit: Unit | None,
    year: int | None = None,
    years: Iterable[int] = (),
) -> HttpResponse:
    """The list with what it was asked for. name: of the file, without ending; words: for `open/list.html`; years: those
    of which there is something, the latest first, where the list is chosen by year."""
    known = sorted({*years, *([year] if year else [])}, reverse=True)
    context = {
        **words,
        "unit": unit,
        "units": units_around(unit, open_units()),
        "year": year,
        "years": known,
        "any_year": True,
    }
    about = {"unit": {"code": unit.code, "name_th": unit.name_th} if unit else None, "fiscal_year": year}
    return answer(request, table, name=name, template="open/list.html", context=context, about=about)
