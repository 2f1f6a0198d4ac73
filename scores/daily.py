"""The scores of every day: what the trend is drawn from, and against which "since yesterday" is said."""

import logging
from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone

from organisations.calendar import fiscal_year
from organisations.models import Unit
from organisations.queries import open_units
from procurement.coverage.scope import Scope, scope_of
from scores import assessing
from scores.facts import Facts
from scores.gathering import facts_of
from scores.in_force import rubric_for
from scores.models import Assessment, Snapshot
from scores.rubric import Rubric
from scores.scoring import ScoringError
from scores.snapshots import keep_rubric, take
from workflows.metrics import Span

logger = logging.getLogger(__name__)
LIVE = "cdd-clean"
"""The source by which every agency is followed day by day, whether or not it assesses itself: its first and third
dimensions are the two headline scores (domain.md, 4)."""


def live_facts_of(units: Iterable[Unit], rubric: Rubric, year: int, without: Collection[int] = ()) -> dict[int, Facts]:
    """The facts of several units today, with what was said in their assessments of the year. Of a year that is over,
    as it stood on its last day. year: B.E. without: cases that do not exist for whom they are shown
    (`workflows.metrics.hidden_from`)."""
    found = list(units)
    facts = facts_of(found, rubric, Span.of_year(year), without=without)
    rows = Assessment.objects.filter(family=rubric.family, fiscal_year=year, ended=False, unit__in=found)
    for row in rows.select_related("unit", "rubric", "case"):
        facts[row.unit_id] = assessing.facts_by(row, assessing.counting_side(row), facts[row.unit_id])
    return facts


def followed() -> list[Unit]:
    """The open units that are assessed as agencies: provincial offices and what stands centrally (S4:329-349)."""
    return [unit for unit in open_units() if scope_of(unit) in (Scope.ASSESSED, Scope.SURVEY)]


def take_daily() -> int:
    """Keep the score of today of every agency that is followed and of every assessment under way; once a day. Out: how
    many were kept."""
    today = timezone.localdate()
    year = fiscal_year(today)
    wanted: dict[str, dict[int, Unit]] = {LIVE: {unit.pk: unit for unit in followed()}}
    for row in Assessment.objects.filter(fiscal_year=year, ended=False).select_related("unit"):
        wanted.setdefault(row.family, {})[row.unit_id] = row.unit
    return sum(_take(family, units, year) for family, units in wanted.items())


def _take(family: str, units: dict[int, Unit], year: int) -> int:
    today = timezone.localdate()
    rows = Snapshot.objects.filter(family=family, fiscal_year=year, as_of=today, cause=Snapshot.Cause.DAILY)
    done = set(rows.values_list("unit", flat=True))
    left = [unit for pk, unit in units.items() if pk not in done]
    try:
        rubric = rubric_for(family, year)
    except LookupError:
        return 0
    text, taken = keep_rubric(rubric), 0
    for pk, facts in live_facts_of(left, rubric, year).items():
        try:
            with transaction.atomic():
                take(
                    unit=units[pk],
                    rubric=text,
                    fiscal_year=year,
                    as_of=today,
                    at=timezone.now(),
                    facts=facts,
                    cause=Snapshot.Cause.DAILY,
                )
        except ScoringError:
            # Entered before the rubric knew its scale: the others have their day all the same.
            logger.exception("the score of unit %s by %s was not kept", pk, family)
            continue
        taken += 1
    return taken
