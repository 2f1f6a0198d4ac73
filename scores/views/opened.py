"""Scores for everybody: which are published, one of them with its evidence, and the files that prove it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from organisations.publishing import published
from organisations.queries import units_at
from organisations.sheets import csv_response
from scores.forms import rubric_name
from scores.models import Snapshot
from scores.published import as_json, facts_text, file_of, score_of, scores, snapshot_of
from scores.rubric import families
from workflows.casepages.attachment import file_response

PAGE = 50
MOST_IN_A_FILE = 10_000


@published
def open_scores(request: HttpRequest) -> HttpResponse:
    """The published scores, the newest first, a page of them. `family`, `year`, `unit` (a code) narrow; `as`: file."""
    values = request.GET
    rows = scores()
    if (family := values.get("family", "")) in families():
        rows = rows.filter(family=family)
    if (year := values.get("year", "")).isascii() and year.isdecimal() and len(year) == 4:
        rows = rows.filter(fiscal_year=int(year))
    if unit := values.get("unit", "")[:20]:
        rows = rows.filter(unit__in=units_at(unit))
    if values.get("as") == "json":
        return JsonResponse({"scores": [_short(row) for row in rows[:MOST_IN_A_FILE]]}, json_dumps_params=_PLAIN)
    if values.get("as") == "csv":
        head = ["agency", "name", "family", "fiscal_year", "as_of", "version", "points", "full", "score_sha256"]
        return csv_response("scores.csv", head, (list(_short(row).values()) for row in rows[:MOST_IN_A_FILE]))
    page = Paginator(rows, PAGE).get_page(values.get("page"))
    context = {
        "page": page,
        "rows": [(row, rubric_name(row.family, row.fiscal_year)) for row in page],
        "family": family,
        "year": year,
        "families": [(code, rubric_name(code, 2600)) for code in families()],
        "years": list(scores().order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct()),
    }
    return render(request, "scores/open.html", context)


_PLAIN = {"ensure_ascii": False}


def _short(row: Snapshot) -> dict[str, Any]:
    return {
        "agency": row.unit.code,
        "name": row.unit.name_th,
        "family": row.family,
        "fiscal_year": row.fiscal_year,
        "as_of": row.as_of.isoformat(),
        "version": row.version,
        "points": str(row.points.normalize()),
        "full": str(row.full.normalize()),
        "score_sha256": row.digest,
    }


@published
def open_score(request: HttpRequest, public_id: str) -> HttpResponse:
    """One published score with its evidence; `version`: an earlier one."""
    return render(request, "scores/open_score.html", {"found": score_of(public_id, _version(request))})


@published
def open_score_json(request: HttpRequest, public_id: str) -> HttpResponse:
    """The whole computation."""
    return JsonResponse(as_json(snapshot_of(public_id, _version(request))), json_dumps_params=_PLAIN)


@published
def open_score_facts(request: HttpRequest, public_id: str) -> HttpResponse:
    """The facts by which it was scored."""
    found = snapshot_of(public_id, _version(request))
    return _file(facts_text(found), "application/json", f"facts-{found.unit.code}-{found.fiscal_year}.json")


@published
def open_score_rubric(request: HttpRequest, public_id: str) -> HttpResponse:
    """The rubric by which it was scored, as its file stood."""
    found = snapshot_of(public_id, _version(request))
    return _file(found.rubric.text, "application/toml", f"{found.rubric.code}.toml")


@require_safe
def open_score_file(request: HttpRequest, public_id: str, file_id: str) -> HttpResponseBase:
    """A file that was published as evidence."""
    found = file_of(public_id, file_id)
    return file_response(request, found, found.case)


def _file(text: str, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(text.encode("utf-8"), content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _version(request: HttpRequest) -> int | None:
    value = request.GET.get("version", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 5 else None
