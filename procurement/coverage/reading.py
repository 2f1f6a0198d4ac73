"""The facts of coverage from the database: a fixed number of queries, however many units and activities.

Plain SQL, because every page of the level asks, and a whole department has 175,600 activities: the ORM would make an
object of each row of five tables.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.calendar import fiscal_year_bounds, start_of
from organisations.models import Unit
from organisations.queries import reach_of
from procurement.models import Activity, CoverageVariant, EducationActivity
from procurement.models.plan import EMPTIED
from procurement.rule_data import VARIANTS

from .rule import ActivityFacts, Facts, LevelRule, Seat, Variant

_ACTIVITIES = """
SELECT id, unit_id, budget, cancelled_on, source = %(import)s AND starts_with(cancel_reason, %(emptied)s)
    AND NOT EXISTS (SELECT FROM procurement_purchase WHERE activity_id = procurement_activity.id)
FROM procurement_activity WHERE fiscal_year = %(year)s AND unit_id = ANY(%(below)s) ORDER BY id
"""
# An award decides only about what was cancelled: by itself or, of an import, purchase by purchase. Nothing else is
# looked up.
_PURCHASES = """
SELECT purchase.activity_id, min(LEAST(purchase.awarded_on, contract.signed_on)), bool_or(contract.some),
    bool_and(cases.state = 'cancelled'), bool_or(cases.state = 'cancelled' AND purchase.cancelled_on IS NULL),
    max(purchase.cancelled_on)
FROM procurement_activity activity
JOIN procurement_purchase purchase ON purchase.activity_id = activity.id
JOIN workflows_case cases ON cases.id = purchase.case_id
CROSS JOIN LATERAL (
    SELECT min(signed_on) AS signed_on, count(*) > 0 AS some FROM procurement_contract
    WHERE purchase_id = purchase.case_id
) contract
WHERE activity.fiscal_year = %(year)s AND activity.unit_id = ANY(%(below)s) AND (
    activity.cancelled_on IS NOT NULL OR activity.source = %(import)s AND EXISTS (
        SELECT FROM procurement_purchase tried JOIN workflows_case ended ON ended.id = tried.case_id
        WHERE tried.activity_id = activity.id AND ended.state = 'cancelled'
    )
)
GROUP BY purchase.activity_id
"""
_SEATS = """
SELECT purchase.activity_id, member.appointed_on, member.left_on, (
    SELECT array_agg(ARRAY[since, until] ORDER BY id) FROM procurement_suspension suspension
    JOIN procurement_seat seat ON seat.case_id = suspension.seat_id WHERE seat.member_id = member.id
), coalesce(
    (SELECT min(held_on) FROM procurement_meeting WHERE committee_id = committee.case_id AND decision <> 'none'),
    -- Without a decision on record it was taken at the latest when the winner was known.
    CASE WHEN kind.task = 'purchase' THEN least(purchase.awarded_on,
        (SELECT min(signed_on) FROM procurement_contract WHERE purchase_id = purchase.case_id)) END
)
FROM procurement_activity activity
JOIN procurement_purchase purchase ON purchase.activity_id = activity.id
JOIN procurement_committee committee ON committee.purchase_id = purchase.case_id
JOIN procurement_committeekind kind ON kind.code = committee.kind_id
JOIN procurement_member member ON member.committee_id = committee.case_id
JOIN procurement_person person ON person.id = member.person_id
WHERE activity.fiscal_year = %(year)s AND activity.unit_id = ANY(%(below)s)
    AND (kind.qualifying OR %(inspection)s AND kind.task = 'inspection')
    AND person.standing = 'citizen' AND member.appointed_on IS NOT NULL
ORDER BY member.id
"""
# Versions of those activities only whose budget was another one on the first day that is asked for, or may have been.
_BUDGETS = """
SELECT activity_id, at, (figures ->> 'budget')::numeric FROM procurement_revision WHERE activity_id IN (
    SELECT activity.id FROM procurement_activity activity
    JOIN procurement_revision later ON later.activity_id = activity.id AND later.at >= %(end)s
    WHERE activity.fiscal_year = %(year)s AND activity.unit_id = ANY(%(below)s)
) ORDER BY id
"""
_EDUCATION = """
SELECT unit_id, held_on FROM procurement_educationactivity
WHERE struck_at IS NULL AND audience && %(audiences)s::varchar[] AND unit_id = ANY(%(below)s)
    AND held_on >= %(first)s AND held_on < %(after)s
"""
_PUBLICATIONS = """
SELECT unit_id, min(published_on) FROM procurement_publication
WHERE struck_at IS NULL AND unit_id = ANY(%(below)s) AND published_on >= %(first)s AND published_on < %(after)s
GROUP BY unit_id
"""


class _Tried(NamedTuple):
    """What the purchases of an activity say about its award and its end."""

    award: date | bool | None
    cancelled: date | bool | None


@dataclass
class Reading:
    """What was read: gives the facts of each unit on any day from the first that was asked for."""

    units: Mapping[int, list[int]]
    activities: list[tuple[int, int, Decimal | None, date | None, bool]]
    tried: dict[int, _Tried]
    seats: dict[int, tuple[Seat, ...]]
    budgets: dict[int, list[tuple[date, Decimal | None]]]
    education: dict[int, list[date]]
    publications: dict[int, date]
    _nothing: _Tried = field(default=_Tried(None, None), repr=False)

    def facts_on(self, as_of: date) -> dict[int, Facts]:
        """The facts of every unit that was asked for, on that day."""
        plans = self._plans(as_of)
        return {
            unit: Facts(
                activities=tuple(activity for below in units for activity in plans.get(below, ())),
                published=any(below in self.publications and self.publications[below] <= as_of for below in units),
                education=sum(day <= as_of for below in units for day in self.education.get(below, ())),
                as_of=as_of,
            )
            for unit, units in self.units.items()
        }

    def _plans(self, as_of: date) -> dict[int, list[ActivityFacts]]:
        """The activities of each unit by itself."""
        plans: dict[int, list[ActivityFacts]] = defaultdict(list)
        for pk, unit, now, cancelled_on, emptied in self.activities:
            if emptied:
                # It was a row of an import, and never a project of its own: grouping has mended that for every day.
                continue
            budget = _budget_on(as_of, self.budgets[pk]) if pk in self.budgets else now
            tried = self.tried.get(pk, self._nothing)
            cancelled = cancelled_on or tried.cancelled
            plans[unit].append(ActivityFacts(str(pk), budget, cancelled, tried.award, None, self.seats.get(pk, ())))
        return plans


def facts_of(unit: Unit, fiscal_year: int, as_of: date | None = None, *, inspection: bool = False) -> Facts:
    """The facts of a unit and all below it. fiscal_year: Buddhist Era; as_of: the day of assessment, default today.

    inspection: let seats on committees that inspect count too, for the figure that is shown beside.
    """
    return facts_of_many([unit.pk], fiscal_year, as_of, inspection=inspection)[unit.pk]


def facts_of_many(
    unit_ids: Iterable[int], fiscal_year: int, as_of: date | None = None, *, inspection: bool = False
) -> dict[int, Facts]:
    """The facts of several units, each with all below it, by their ids. Activities are shared, not copied."""
    day = as_of or timezone.localdate()
    return read(reach_of(unit_ids), fiscal_year, since=day, inspection=inspection).facts_on(day)


def read(units: Mapping[int, list[int]], fiscal_year: int, *, since: date, inspection: bool = False) -> Reading:
    """Read what `facts_on` needs for any day from `since` on: five queries, and one more for a day that has passed.

    units: id of a unit to the ids of those whose facts are its own, as `reach_of` gives them.
    """
    first, after = fiscal_year_bounds(fiscal_year)
    about: dict[str, Any] = {
        "year": fiscal_year,
        "below": sorted({unit for below in units.values() for unit in below}),
        "import": Activity.Source.IMPORT.value,
        "emptied": EMPTIED,
        "inspection": inspection,
        "audiences": sorted(audience.value for audience in EducationActivity.COUNTED),
        "first": first,
        "after": after,
        "end": start_of(since + timedelta(days=1)),
    }
    seats: dict[int, list[Seat]] = defaultdict(list)
    for pk, start, end, suspensions, first_decision in _rows(_SEATS, about):
        seats[pk] += (Seat(since, until, True, first_decision) for since, until in _held(start, end, suspensions))
    education: dict[int, list[date]] = defaultdict(list)
    for unit, day in _rows(_EDUCATION, about):
        education[unit].append(day)
    return Reading(
        units=units,
        activities=_rows(_ACTIVITIES, about),
        tried={pk: _tried(*row) for pk, *row in _rows(_PURCHASES, about)},
        seats={pk: tuple(held) for pk, held in seats.items()},
        # No version is of a day to come: what stands in the activities is what they are today.
        budgets=_budgets(about) if since < timezone.localdate() else {},
        education=education,
        publications=dict(_rows(_PUBLICATIONS, about)),
    )


def variant_of(code: str = "") -> Variant:
    """A form of the rule as the administrator keeps it; without a code the one that governs.

    While none governs, as between two steps of an administrator, it is the one the product began with. Raises
    LookupError with a sentence for an unknown code.
    """
    rows = {row.code: row for row in CoverageVariant.objects.prefetch_related("levels")}
    governing = next((row.code for row in rows.values() if row.governing), str(VARIANTS[0]["code"]))
    if (row := rows.get(code or governing)) is None:
        known = ", ".join(sorted(rows))
        raise LookupError(_("There is no form %(code)s; there are: %(known)s.") % {"code": code, "known": known})
    levels = tuple(
        LevelRule(rule.level, rule.points, rule.published, rule.top, rule.rest_percent, rule.education)
        for rule in row.levels.all()
    )
    return Variant(row.code, levels)


def _held(start: date, end: date | None, suspensions: list[Any] | None) -> Iterator[tuple[date, date | None]]:
    """The stretches in which a seat was held and not suspended: from a day, up to but without another one."""
    for since, until in suspensions or ():
        if since > start:
            yield start, since if end is None else min(since, end)
        if until is None:
            return
        start = until
    if end is None or start <= end:
        yield start, end


def _rows(sql: str, about: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, about)
        rows: list[Any] = cursor.fetchall()
    return rows


def _tried(
    award: date | None, contracted: bool, all_cancelled: bool, day_unknown: bool, last_cancelled: date | None
) -> _Tried:
    """Of the purchases of an activity. A contract without a day is an award all the same."""
    cancelled = None
    if all_cancelled:
        cancelled = last_cancelled if last_cancelled and not day_unknown else True
    return _Tried(award or contracted or None, cancelled)


def _budgets(about: dict[str, Any]) -> dict[int, list[tuple[date, Decimal | None]]]:
    """For each activity whose figures changed later: the day from which a budget stood, and the budget."""
    found: dict[int, list[tuple[date, Decimal | None]]] = defaultdict(list)
    for pk, at, budget in _rows(_BUDGETS, about):
        found[pk].append((timezone.localdate(at), budget))
    return found


def _budget_on(day: date, versions: list[tuple[date, Decimal | None]]) -> Decimal | None:
    """The last version up to that day. Before the first it is the first: the plan is that of the whole year, and what
    was written down late was in it before."""
    budget = versions[0][1]
    for since, changed in versions:
        if since <= day:
            budget = changed
    return budget
