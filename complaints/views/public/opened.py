"""Complaints for everybody: how to complain, and the public statistics. Never a case."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from complaints.disclosure.manual import as_json as manual_as_json
from complaints.disclosure.manual import manual_of
from complaints.disclosure.periods import name_of, public_period
from complaints.disclosure.reading import PublicStatistics, as_json, csv_lines, periods, statistics_of
from complaints.statistics.figures import LEAST
from organisations.models import Unit
from organisations.publishing import published
from organisations.queries import open_units, units_around
from organisations.sheets import csv_response

_READ = {"ensure_ascii": False, "indent": 1}
_HEAD = ("period", "unit_code", "unit", "part", "key", "words", "number")


@published
def open_manual(request: HttpRequest) -> HttpResponse:
    """How one complains to a unit (`unit`), or to any: channels, steps with their times, what protects."""
    unit = _open_unit(request)
    return render(
        request,
        "open/manual.html",
        {"manual": manual_of(unit), "unit": unit, "units": units_around(unit, open_units())},
    )


@published
def open_manual_json(request: HttpRequest) -> HttpResponse:
    """The same as a file."""
    unit = _open_unit(request)
    name = f"manual-{unit.code}.json" if unit else "manual.json"
    return _file(JsonResponse(manual_as_json(manual_of(unit)), json_dumps_params=_READ), name)


@published
def open_complaints(request: HttpRequest) -> HttpResponse:
    """The statistics of a `period` (default: the newest) and `unit` (default: all)."""
    known = periods()
    context: dict[str, Any] = {
        "periods": [(period.code, name_of(period)) for period in known],
        "unit": _any_unit(request),
        "least": LEAST,
    }
    if known or request.GET.get("period"):
        found = _found(request)
        context |= {"found": found, "name": name_of(found.period), "period": found.period.code}
    return render(request, "open/complaints.html", context)


@published
def open_complaints_csv(request: HttpRequest) -> HttpResponse:
    """The same as a table."""
    found = _found(request)
    return csv_response(_name(found, "csv"), _HEAD, csv_lines(found))


@published
def open_complaints_json(request: HttpRequest) -> HttpResponse:
    """The same for programs."""
    found = _found(request)
    return _file(JsonResponse(as_json(found), json_dumps_params=_READ), _name(found, "json"))


def _found(request: HttpRequest) -> PublicStatistics:
    """Raises Http404 for a unit or period that is not published."""
    code = request.GET.get("period", "")
    known = [] if code else periods()
    period = public_period(code) if code else known[0] if known else None
    found = statistics_of(period, _any_unit(request)) if period else None
    if found is None:
        raise Http404
    return found


def _open_unit(request: HttpRequest) -> Unit | None:
    return _unit(request, open_units())


def _any_unit(request: HttpRequest) -> Unit | None:
    """Also one that is closed since: its figures stay."""
    return _unit(request, Unit.objects.all())


def _unit(request: HttpRequest, among: Any) -> Unit | None:
    code = request.GET.get("unit", "")
    if not code:
        return None
    found: Unit | None = among.filter(code=code[:20]).first()
    if found is None:
        raise Http404
    return found


def _name(found: PublicStatistics, ending: str) -> str:
    return f"complaints-{found.unit.code if found.unit else 'all'}-{found.period.code}.{ending}"


def _file(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
