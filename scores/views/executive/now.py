"""Participation and anti-corruption now, beside the overview of open cases: what they are, what would raise them, what
moved them, and the way into what stands behind each number."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from complaints.overview import OVERVIEW_ROLES, scope
from complaints.views.executive.selecting import read_selection
from organisations.accounts import role_required
from organisations.formats import write_date
from organisations.models import Unit
from procurement.coverage.standing import standing_of
from procurement.models import Standing
from scores.daily import LIVE
from scores.executive import (
    ANTI_CORRUPTION,
    DIMENSIONS,
    PARTICIPATION,
    Headline,
    Indicator,
    LastKeptDay,
    Live,
    Now,
    agencies_below,
    indicators_of,
    months_of,
    now_of,
    part_of,
    shares_of,
)
from scores.radar import radar_of
from scores.results import CriterionScore, NodeScore
from scores.rubric import Rubric
from scores.showing import say, say_about, say_reason_without_counts
from workflows.casepages.access import reader
from workflows.metrics import hidden_from

MOST_AGENCIES = 8
"""Agencies named beside the scores; the board has them all."""


@dataclass(frozen=True)
class Card:
    """A headline score in words. road: what would raise it most cheaply, as (what, why it is not met yet);
    derived: what figures decide, each with why."""

    headline: Headline
    name: str
    url: str
    road: list[tuple[str, str]]
    derived: list[tuple[CriterionScore, str]]
    gain: Fraction
    changes: list[tuple[str, bool]]

    @property
    def part(self) -> NodeScore:
        """The part that is counted."""
        return self.headline.part

    @property
    def met(self) -> int:
        """How many of the criteria that figures decide are met."""
        return sum(row.state.met for row in self.headline.derived)


@require_GET
@role_required(*OVERVIEW_ROLES)
def executive_scores(request: HttpRequest) -> HttpResponse:
    """The scores of the unit of the overview (`under`, or the only one the reader oversees) and of the agencies below
    it. Asked for by the overview, or a page of its own. 404 for a unit that is not the reader's to oversee."""
    user, today = reader(request), timezone.localdate()
    under = read_selection(request.GET, user).under
    tops = [under] if under else scope(user)
    agencies = agencies_below(tops)
    live = Live.of([*tops, *agencies[:MOST_AGENCIES]], today, hidden_from(user))
    now = now_of(tops[0], live, today) if len(tops) == 1 else None
    context: dict[str, Any] = {
        "under": under,
        "tops": tops,
        "now": now,
        **(_shown(now, today, live.without) if now else {}),
        **_agencies(agencies, live),
        "board_url": reverse("score_board") + (f"?unit={tops[0].code}" if len(tops) == 1 else ""),
    }
    fetched = "HX-Request" in request.headers
    return render(request, "scores/executive_now.html" if fetched else "scores/executive_page.html", context)


def _shown(now: Now, today: date, without: Collection[int]) -> dict[str, Any]:
    url = reverse("unit_score", args=[now.unit.code, LIVE, now.year])
    nodes = [now.score.node(code) for code in DIMENSIONS]
    months = months_of(now.unit, today, without)
    return {
        "unit_url": url,
        "rubric": now.rubric,
        "cards": [_card(now.rubric, headline, f"{url}#part-{headline.part.code}") for headline in now.headlines],
        "coverage": _coverage(now),
        "radar": radar_of(shares_of(now.score)),
        "dimensions": [
            {"name": say(now.rubric.node[node.code]), "node": node, "url": f"{url}#part-{node.code}"} for node in nodes
        ],
        "indicators": [_indicator(row) for row in indicators_of(now.unit)],
        "months": [(month.day, write_date(month.day).split(" ", 1)[1]) for month in months],
        "kept_rows": _kept_rows(months, now),
    }


def _card(rubric: Rubric, headline: Headline, url: str) -> Card:
    need, outcome = headline.road or (None, None)
    lacks = need.lacks if need else headline.need.lacks if headline.need else ()
    return Card(
        headline,
        say(rubric.node[headline.code]),
        url,
        [(say_about(rubric, lack.criterion), say_reason_without_counts(lack.reason)) for lack in lacks],
        [(row, "; ".join(filter(None, map(say_reason_without_counts, row.reasons)))) for row in headline.derived],
        outcome.gain if outcome else Fraction(0),
        [(say_about(rubric, change.code), change.now.met) for change in headline.changes],
    )


def _coverage(now: Now) -> dict[str, Any]:
    standing: Standing = standing_of(now.unit, now.year)
    level = f"{reverse('level')}?unit={now.unit.code}&year={now.year}"
    return {
        "standing": standing,
        "url": level,
        "top_url": f"{level}&list=top",
        "rest_url": f"{level}&list=rest-covered",
    }


def _indicator(row: Indicator) -> dict[str, Any]:
    return {"row": row, "name": say(row.rubric.node[row.code])}


def _kept_rows(months: list[LastKeptDay], now: Now) -> list[dict[str, Any]]:
    """A row for each headline: by month its points, and where a bar of 40 begins and how high it is; the bar is the
    share of full points."""
    rows = []
    for headline in now.headlines:
        full = Fraction(headline.part.full)
        found = [month.points.get(headline.code) for month in months]
        heights = [round(float(38 * (points or 0) / full), 1) for points in found]
        bars = [(round(40 - height, 1), height) for height in heights]
        rows.append({"name": say(now.rubric.node[headline.code]), "cells": list(zip(found, bars, strict=True))})
    return rows


def _agencies(units: list[Unit], live: Live) -> dict[str, Any]:
    found = {unit.pk: score for unit in units[:MOST_AGENCIES] if (score := live.score(unit))}
    rows = [
        {
            "unit": unit,
            "url": f"{reverse('overview')}?under={unit.code}",
            "parts": [part_of(found[unit.pk], code) for code in (PARTICIPATION, ANTI_CORRUPTION)],
        }
        for unit in units[:MOST_AGENCIES]
        if unit.pk in found
    ]
    return {"agencies": rows, "more_agencies": max(0, len(units) - MOST_AGENCIES)}
