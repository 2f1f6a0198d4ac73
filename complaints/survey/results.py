"""What was answered: by unit, kind and channel, for who leads a unit. Never fewer than `LEAST` answers in a figure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Avg, Count, QuerySet

from complaints.models import SurveyAnswer
from complaints.models.survey import Aspect
from complaints.survey import LEAST
from organisations.calendar import fiscal_year, fiscal_year_bounds
from organisations.models import Role, Unit, User
from organisations.queries import units_below, units_where

READING = (Role.EXECUTIVE, Role.HEAD)
"""Who reads the results of his unit and of those below it."""
NOT_TOLD = ""
"""In place of a kind or channel: not kept, or of too few answers to be shown by itself."""
_MEANS = {aspect: Avg(aspect) for aspect in Aspect.values}


@dataclass(frozen=True)
class Marks:
    """The answers of one row: how many, and the mean of each aspect, 1 to 5. Of none there are no means."""

    count: int
    means: Mapping[str, float]


@dataclass(frozen=True)
class Results:
    """The results of a fiscal year: all together, by unit, and by what can be told of kinds and channels."""

    total: Marks
    units: list[tuple[Unit, Marks]]
    kinds: list[tuple[str, Marks]]
    channels: list[tuple[str, Marks]]


def answers_for(user: User, year: int) -> QuerySet[SurveyAnswer]:
    """The answers of a fiscal year (Buddhist Era) that `user` may have counted for him."""
    first, after = fiscal_year_bounds(year)
    below = units_below(units_where(user, READING))
    return SurveyAnswer.objects.filter(unit__in=below, month__gte=first, month__lt=after)


def years_of(user: User, today: date) -> list[int]:
    """The fiscal years in which there are answers for `user`, and the present one, the newest first."""
    months = SurveyAnswer.objects.filter(unit__in=units_below(units_where(user, READING)))
    return sorted({fiscal_year(today), *map(fiscal_year, months.values_list("month", flat=True).distinct())})[::-1]


def results(user: User, year: int) -> Results:
    """The results of a fiscal year for `user`, in five queries whatever their number."""
    answers = answers_for(user, year)
    by_unit = dict(_grouped(answers, "unit"))
    units = Unit.objects.filter(pk__in=by_unit)
    total = answers.aggregate(count=Count("pk"), **_MEANS)
    return Results(
        total=_marks(total),
        units=[(unit, by_unit[unit.pk]) for unit in units],
        kinds=_told(_grouped(answers, "kind")),
        channels=_told(_grouped(answers, "channel")),
    )


def remarks(user: User, year: int) -> QuerySet[SurveyAnswer]:
    """The answers with a remark, in the order of their random keys."""
    return answers_for(user, year).exclude(remark="").select_related("unit").order_by("pk")


def _grouped(answers: QuerySet[SurveyAnswer], column: str) -> list[tuple[Any, Marks]]:
    rows = answers.order_by().values(column).annotate(count=Count("pk"), **_MEANS)
    return [(row[column], _marks(row)) for row in rows]


def _marks(row: Mapping[str, float]) -> Marks:
    return Marks(int(row["count"]), {aspect: row[aspect] for aspect in Aspect.values} if row["count"] else {})


def _told(groups: Iterable[tuple[str, Marks]]) -> list[tuple[str, Marks]]:
    """Groups of at least `LEAST`, the largest first, and what is left under `NOT_TOLD`.

    Were what is left too few, it could be worked out as what is missing from the total: then the smallest group that
    would have been told joins it.
    """
    ordered = sorted(groups, key=lambda group: -group[1].count)
    told = [group for group in ordered if group[0] != NOT_TOLD and group[1].count >= LEAST]
    rest = [group for group in ordered if group not in told]
    while told and 0 < sum(marks.count for _code, marks in rest) < LEAST:
        rest.append(told.pop())
    left = _together(marks for _code, marks in rest)
    return [*told, (NOT_TOLD, left)] if left.count >= LEAST else told


def _together(groups: Iterable[Marks]) -> Marks:
    rows = list(groups)
    count = sum(row.count for row in rows)
    if not count:
        return Marks(0, {})
    return Marks(
        count, {aspect: sum(row.count * row.means[aspect] for row in rows) / count for aspect in Aspect.values}
    )
