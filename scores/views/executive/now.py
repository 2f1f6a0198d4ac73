"""Participation and anti-corruption now, beside the overview of open cases: what they are, what would raise them, what
moved them, and the way into what stands behind each number."""

from collections.abc import Mapping
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
    ITA,
    PARTICIPATION,
    Headline,
    Indicator,
    LastKeptDay,
    Live,
    Now,
    agencies_below,
    indicators_of,
    kept_before,
    months_of,
    months_until,
    now_of,
    part_of,
    points_of,
    shares_of,
)
from scores.radar import axes_of, radar_of
from scores.results import CriterionScore, NodeScore
from scores.showing import say, say_about, say_reason_without_counts
from scores.views.figure import figure_url
from workflows.casepages.access import reader
from workflows.metrics import hidden_from, metric

MOST_AGENCIES = 8
"""Agencies named beside the scores; the board has them all."""


@dataclass(frozen=True)
class Card:
    """A headline score in words. road: what would raise it most cheaply, as (what, why it is not met yet, the address
    of the figure); derived: what figures decide, each with why and the names and addresses of the figures."""

    headline: Headline
    name: str
    url: str
    road: list[tuple[str, str, str]]
    derived: list[tuple[CriterionScore, str, list[tuple[str, str]]]]
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
    shown = agencies[:MOST_AGENCIES]
    live = Live.of([*tops, *shown], today, hidden_from(user))
    months = months_of({*tops, *shown}, today, live.without)
    now = now_of(tops[0], live, today) if len(tops) == 1 else None
    context: dict[str, Any] = {
        "under": under,
        "tops": tops,
        "now": now,
        **(_shown(now, months[tops[0].pk]) if now else {}),
        "agencies": _agencies(shown, live, months, today),
        "more_agencies": len(agencies) - len(shown),
        "board_url": reverse("score_board") + (f"?unit={tops[0].code}" if len(tops) == 1 else ""),
    }
    fetched = "HX-Request" in request.headers
    return render(request, "scores/executive_now.html" if fetched else "scores/executive_page.html", context)


def _shown(now: Now, months: list[LastKeptDay]) -> dict[str, Any]:
    url = reverse("unit_score", args=[now.unit.code, LIVE, now.year])
    nodes = axes_of(now.score.root)
    return {
        "unit_url": url,
        "rubric": now.rubric,
        "cards": [_card(now, headline, f"{url}#part-{headline.part.code}") for headline in now.headlines],
        "coverage": _coverage(now),
        "radar": radar_of(shares_of(nodes)),
        "dimensions": [
            {"name": say(now.rubric.node[node.code]), "node": node, "url": f"{url}#part-{node.code}"} for node in nodes
        ],
        "indicators": [_indicator(now.unit, row) for row in indicators_of(now.unit)],
        "months": [(month.day, *write_date(month.day).split(" ")[1:]) for month in months],
        "kept_rows": _kept_rows(months, now),
    }


def _card(now: Now, headline: Headline, url: str) -> Card:
    rubric = now.rubric
    need, outcome = headline.road or (None, None)
    lacks = need.lacks if need else headline.need.lacks if headline.need else ()
    return Card(
        headline,
        say(rubric.node[headline.code]),
        url,
        [
            (
                say_about(rubric, lack.criterion),
                say_reason_without_counts(lack.reason),
                figure_url(now.unit, now.year, lack.reason.metric),
            )
            for lack in lacks
        ],
        [
            (row, "; ".join(filter(None, map(say_reason_without_counts, row.reasons))), _figures(now, row.code))
            for row in headline.derived
        ],
        outcome.gain if outcome else Fraction(0),
        [(say_about(rubric, change.code), change.now.met) for change in headline.changes],
    )


def _figures(now: Now, code: str) -> list[tuple[str, str]]:
    """The name and address of each live figure by which a criterion is decided."""
    asked = dict.fromkeys(ask.metric for ask in now.rubric.criterion[code].asks)
    return [(str(metric(figure).title), url) for figure in asked if (url := figure_url(now.unit, now.year, figure))]


def _coverage(now: Now) -> dict[str, Any]:
    standing: Standing = standing_of(now.unit, now.year)
    level = f"{reverse('level')}?unit={now.unit.code}&year={now.year}"
    return {
        "standing": standing,
        "url": level,
        "top_url": f"{level}&list=top",
        "rest_url": f"{level}&list=rest-covered",
    }


def _indicator(unit: Unit, row: Indicator) -> dict[str, Any]:
    """An indicator with its name and the page on which stands who entered it, and by what evidence."""
    url = reverse("unit_score", args=[unit.code, ITA, row.fiscal_year])
    return {"row": row, "name": say(row.rubric.node[row.code]), "url": f"{url}#part-{row.code}"}


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


def _agencies(
    units: list[Unit], live: Live, months: Mapping[int, list[LastKeptDay]], today: date
) -> list[dict[str, Any]]:
    """Each agency with its two headlines: how they stand, what they have moved since they were kept last, and the
    twelve months."""
    before = kept_before(units, live.year, today)
    shown = months_until(today)
    return [
        {
            "unit": unit,
            "url": f"{reverse('overview')}?under={unit.code}",
            "parts": [
                {
                    "now": (part := part_of(found, code)),
                    "before": points_of(before[unit.pk], live.without).get(code) if unit.pk in before else None,
                    "bars": _bars(part, code, months[unit.pk], shown),
                }
                for code in (PARTICIPATION, ANTI_CORRUPTION)
            ],
        }
        for unit in units
        if (found := live.score(unit))
    ]


def _bars(part: NodeScore, code: str, kept: list[LastKeptDay], shown: list[date]) -> list[tuple[int, float, float]]:
    """Where the bar of each month stands, begins and how high it is, of 12 by 16; nothing before the first day."""
    if not kept:
        return []
    heights = {month.day.replace(day=1): float(16 * month.points.get(code, 0) / Fraction(part.full)) for month in kept}
    return [
        (place, round(16 - heights[month], 1), round(heights[month], 1))
        for place, month in enumerate(shown)
        if month in heights
    ]
