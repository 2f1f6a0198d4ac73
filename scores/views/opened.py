"""Scores for everybody: which are published, one of them with its evidence, and the files that prove it."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from organisations.publishing import published
from organisations.queries import units_at
from scores.forms import rubric_name
from scores.published import as_json, facts_text, file_of, score_of, scores, scores_table, snapshot_of
from scores.rubric import families
from scores.views.openlists import answer_list, unit_asked, year_asked
from workflows.casepages.attachment import file_response

_PLAIN = {"ensure_ascii": False}


@published
def open_scores(request: HttpRequest) -> HttpResponse:
    """The published scores, the newest first. `family`, `year` and `unit` (a code) narrow; `as`: csv or json."""
    unit, year, family = unit_asked(request), year_asked(request), request.GET.get("family", "")
    rows = scores()
    years = list(rows.order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct())
    if family in families():
        rows = rows.filter(family=family)
    if year is not None:
        rows = rows.filter(fiscal_year=year)
    if unit is not None:
        rows = rows.filter(unit__in=units_at(unit.code))
    words = {
        "title": _("Published scores"),
        "lead": _(
            "What committees have found of agencies, with the evidence behind it. "
            "Every score can be computed again from its files."
        ),
        "nothing": _("No score is published yet"),
        "advice": _("A score stands here once a committee has signed it and the time for objections is over."),
        "family": family,
        "families": [(code, rubric_name(code, 2600)) for code in families()],
    }
    return answer_list(request, scores_table(rows), "scores", words, unit=unit, year=year, years=years)


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
