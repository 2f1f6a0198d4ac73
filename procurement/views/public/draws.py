"""Draws for everybody: the announcement with its digest, the value, the order, the minutes, the program that verifies.

Who wants to find his own line does so on his own device: the secret line is never sent here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from organisations.models import Unit
from organisations.opentables import Column, Table, answer
from organisations.publishing import published
from procurement.draws.beacon import NETWORK
from procurement.draws.records import announcement_of
from procurement.draws.words import FEATURE_WORDS, Words, in_groups, quarter_words
from procurement.models import Draw
from procurement.published import unit_of
from procurement.published_draws import (
    announcement_text,
    draw_of,
    draws,
    draws_of,
    minutes_of,
    offers_of,
    passed_over,
    seats_of,
)
from procurement.views.draw_figures import trial_of

PAGE = 50
LINES = 100
MOST_PAGES = 1000
_PROGRAM = Path(__file__).parents[2] / "draws" / "verify_draw.py"


@dataclass(frozen=True)
class Line:
    """A line of the list, or of the order drawn."""

    place: int
    commitment: str
    kind: str
    rank: int | None


@published
def open_draws(request: HttpRequest) -> HttpResponse:
    """All draws, the latest quarter first; `unit`: those of a unit and below it."""
    unit: Unit | None = unit_of(request.GET["unit"]) if request.GET.get("unit") else None
    found = draws_of(unit) if unit else draws()
    if request.GET.get("as") in {"csv", "json"}:
        return _as_file(request, found, unit)
    count = found.order_by().count()
    page, last = _page(request, count, PAGE)
    rows = found.defer("announcement", "result")[PAGE * (page - 1) : PAGE * page]
    context = {
        "unit": unit,
        "rows": [{"draw": draw, "quarter": quarter_words(draw.fiscal_year, draw.quarter)} for draw in rows],
        "count": count,
        **_turning(page, last),
    }
    return render(request, "procurement/open_draws.html", context)


def _as_file(request: HttpRequest, found: QuerySet[Draw], unit: Unit | None) -> HttpResponse:
    drawn = found.defer("announcement", "result")
    table = Table(_COLUMNS, lambda start, stop: [_row(draw) for draw in drawn[start:stop]], found.order_by().count())
    about = {"unit": {"code": unit.code, "name_th": unit.name_th} if unit else None}
    return answer(request, table, name="draws", template="", context={}, about=about)


def _row(draw: Draw) -> dict[str, Any]:
    return {
        "draw_id": draw.case.public_id,
        "unit_code": draw.unit.code,
        "unit": draw.unit.name_th,
        "fiscal_year": draw.fiscal_year,
        "quarter": draw.quarter,
        "state": draw.case.state,
        "seed_known_at": draw.seed_known_at,
        "seats": draw.size,
        "digest": draw.digest,
    }


_COLUMNS = [
    Column(key, key)
    for key in ("draw_id", "unit_code", "unit", "fiscal_year", "quarter", "state", "seed_known_at", "seats", "digest")
]


@published
def open_draw(request: HttpRequest, public_id: str) -> HttpResponse:
    """One draw. `page` turns the pages of its list, or of its order once it is drawn."""
    draw = draw_of(public_id)
    announcement = announcement_of(draw)
    offers = offers_of(draw)
    words = Words.of_types(announcement.features, announcement.types)
    page, last = _page(request, len(announcement.entries), LINES)
    context: dict[str, Any] = {
        "draw": draw,
        "case": draw.case,
        "quarter": quarter_words(draw.fiscal_year, draw.quarter),
        "announcement": announcement,
        "figures": trial_of(announcement),
        "quotas": [
            (FEATURE_WORDS.get(quota.feature, quota.feature), words.value(quota.feature, quota.value), quota)
            for quota in announcement.quotas
        ],
        "digest": in_groups(draw.digest),
        "network": NETWORK,
        "is_lottery": draw.seed_source == Draw.SeedSource.LOTTERY,
        "lines": _lines(draw, words, page),
        "seats": seats_of(draw, offers),
        "passed": passed_over(draw, offers),
        "verifier_digest": in_groups(verifier_digest()),
        "in_order": draw.drawn_at is not None,
        **_turning(page, last),
    }
    return render(request, "procurement/open_draw.html", context)


def _lines(draw: Draw, words: Words, page: int) -> list[Line]:
    """A page of the list; of a draw that was held, in the order drawn."""
    entries, features = draw.announcement["entries"], draw.announcement["features"]
    order: Sequence[int] = draw.result["order"] if draw.result else range(1, len(entries) + 1)
    start = LINES * (page - 1)
    return [
        Line(
            place,
            entries[place - 1]["commitment"],
            words.type_(features, entries[place - 1]["type"]),
            rank if draw.result else None,
        )
        for rank, place in enumerate(order[start : start + LINES], start=start + 1)
    ]


@published
def open_draw_announcement(request: HttpRequest, public_id: str) -> HttpResponse:  # noqa: ARG001 - the shape of a view
    """The announcement, byte for byte as it was hashed: its SHA-256 is the digest."""
    draw = draw_of(public_id)
    return _file(announcement_text(draw), f"announcement-{public_id}.json", "application/json")


@published
def open_draw_minutes(request: HttpRequest, public_id: str) -> HttpResponse:  # noqa: ARG001 - the shape of a view
    """The minutes, for the program that verifies. 404 before the draw is held."""
    draw = draw_of(public_id)
    if draw.drawn_at is None:
        raise Http404
    text = json.dumps(minutes_of(draw, offers_of(draw)), ensure_ascii=False, indent=1)
    return _file(text, f"minutes-{public_id}.json", "application/json")


@published
def draw_verifier(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the shape of a view
    """The program that verifies, as a text to keep."""
    return _file(_verifier(), "verify_draw.py", "text/plain")


@cache
def _verifier() -> bytes:
    return _PROGRAM.read_bytes()


def verifier_digest() -> str:
    """SHA-256 of the program as it is given out, in hex."""
    return sha256(_verifier()).hexdigest()


def _file(content: str | bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _page(request: HttpRequest, count: int, size: int) -> tuple[int, int]:
    last = min(MOST_PAGES, max(1, -(-count // size)))
    asked = request.GET.get("page", "")
    return min(max(1, int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1), last), last


def _turning(page: int, last: int) -> dict[str, int | None]:
    return {"newer_page": page - 1 if page > 1 else None, "older_page": page + 1 if page < last else None}
