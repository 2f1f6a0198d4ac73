"""Participation coverage of whole provinces: full, and after one change. Run as a process of its own.

What is compared in one run: the reading of the facts beside the pure rule, and a full computation beside the one after
a single change. The rows are made up here, by plain SQL: no `perform()` would fill 175,600 activities in a minute.
"""

import os
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import django

from benchmarks.measuring import Figures, counting, figures, hand_back, say, timed

PROVINCES, DISTRICTS, ACTIVITIES = 76, 878, 200
FULL_ROUNDS, CHANGE_ROUNDS = 3, 20
_MADE = """
CREATE TEMP TABLE made AS
SELECT n AS id, %(first)s + (n - 1) / %(each)s AS unit FROM generate_series(1, %(count)s) n
"""
# Two of a hundred have no budget, three of a hundred are cancelled; every fifth purchase is under contract, half of the
# activities have a committee with a citizen, and eight of ten such committees have decided.
_FILL = (
    """
INSERT INTO procurement_activity (id, unit_id, fiscal_year, code, name, budget, cancelled_on, cancel_reason, source,
    version, created_at)
SELECT id, unit, %(year)s, '', 'กิจกรรม ' || id, CASE WHEN id %% 50 > 0 THEN (id * 7919 %% 100000) * 100 END,
    CASE WHEN id %% 33 = 0 THEN %(day)s::date END, CASE WHEN id %% 33 = 0 THEN 'ยกเลิก' ELSE '' END, 'hand', 1, now()
FROM made
""",
    """
INSERT INTO procurement_revision (activity_id, number, figures, reason, source, at)
SELECT id, 1, jsonb_build_object('budget', budget::text, 'name', name), '', 'hand', %(day)s::date - 60
FROM procurement_activity
""",
    """
INSERT INTO workflows_case (id, kind, public_id, number, subject, category, protected, state, came_from, state_version,
    is_open, unread, silent, opened_at, changed_at, state_since, closed_at, ledger_seq, ledger_head, unit_id, screened)
SELECT id, 'purchase', 'P' || id, 'P-' || id, '', 'ebidding', false,
    CASE WHEN id %% 33 = 0 THEN 'cancelled' WHEN id %% 5 = 0 THEN 'contracted' ELSE 'announced' END, '', 1,
    id %% 33 > 0, false, true, now(), now(), now(), CASE WHEN id %% 33 = 0 THEN now() END, 0, '', unit, true
FROM made
UNION ALL
SELECT id + %(count)s, 'committee', 'C' || id, 'C-' || id, '', 'ebidding', false, 'working', '', 1, true, false, true,
    now(), now(), now(), NULL, 0, '', unit, true
FROM made WHERE id %% 2 = 0
""",
    """
INSERT INTO procurement_purchase (case_id, activity_id, project_number, name, type_name, method_name, agency_name,
    awarded_on, cancelled_on, status_at_source, province, district, subdistrict, bidders_version, source, method_id)
SELECT id, id, '', 'ซื้อ ' || id, '', '', '', CASE WHEN id %% 5 = 0 THEN %(day)s::date - 5 END,
    CASE WHEN id %% 33 = 0 THEN %(day)s::date END, '', '', '', '', 0, 'hand', 'ebidding'
FROM made
""",
    """
INSERT INTO procurement_contract (purchase_id, number, signed_on, value, status)
SELECT id, '1', %(day)s::date - 4, 1000, '' FROM made WHERE id %% 5 = 0
""",
    """
INSERT INTO procurement_committee (case_id, purchase_id, kind_id)
SELECT id + %(count)s, id, 'ebidding' FROM made WHERE id %% 2 = 0
""",
    """
INSERT INTO procurement_order (id, committee_id, unit_id, kind, number, year, dated_on, signatory, signatory_title,
    recorded_by_id, at, content)
SELECT id, id + %(count)s, unit, 'appointment', id, %(year)s, %(day)s::date - 30, 'x', '', %(user)s, now(), '{}'
FROM made WHERE id %% 2 = 0
""",
    """
INSERT INTO procurement_person (id, standing, name, position, network, unit_id, most_seats, active)
SELECT 2 * unit.id, 'official', 'นาย ก', '', '', unit.id, 3, true FROM organisations_unit unit
UNION ALL SELECT 2 * unit.id + 1, 'citizen', 'นาง ข', '', '', unit.id, 3, true FROM organisations_unit unit
""",
    """
INSERT INTO procurement_member (committee_id, person_id, duty, position, nomination, leaving, appointed_on,
    appointed_by_id, left_because, added_by_id, added_at)
SELECT id + %(count)s, 2 * unit + citizen, CASE citizen WHEN 0 THEN 'chair' ELSE 'member' END, citizen, '', false,
    %(day)s::date - 30, id, '', %(user)s, now()
FROM made CROSS JOIN generate_series(0, 1) citizen WHERE id %% 2 = 0
""",
    """
INSERT INTO procurement_meeting (committee_id, number, held_on, decision, minutes, recorded_by_id, at)
SELECT id + %(count)s, 1, %(day)s::date - 20, 'propose', '', %(user)s, now()
FROM made WHERE id %% 2 = 0 AND id / 2 %% 5 > 0
""",
    """
INSERT INTO procurement_publication (unit_id, evidence, recorded_by_id, recorded_at, struck_reason, what, channel,
    published_on)
SELECT DISTINCT unit, 'x', %(user)s, now(), '', 'งาน', 'website', %(day)s::date FROM made
""",
    """
INSERT INTO procurement_educationactivity (unit_id, evidence, recorded_by_id, recorded_at, struck_reason, name, held_on,
    audience)
SELECT DISTINCT unit, 'x', %(user)s, now(), '', 'อบรม', %(day)s::date, '{leaders}'::varchar[] FROM made
""",
    "SELECT setval(pg_get_serial_sequence('procurement_activity', 'id'), %(count)s)",
    "SELECT setval(pg_get_serial_sequence('workflows_case', 'id'), 2 * %(count)s)",
)


def districts_of(size: int) -> int:
    """How many districts a size stands for: in the other parts it is a number of complaints, here of activities, and at
    most those of the whole country."""
    return max(1, min(DISTRICTS, size // ACTIVITIES))


def main() -> None:
    """Fill the database of DATABASE_URL, measure, and hand the figures back."""
    django.setup()
    districts = int(os.environ["BENCH_DISTRICTS"])
    say(f"  {districts} districts of {ACTIVITIES} activities: filling …")
    year, day, seconds = fill_plan(districts)
    say("  measuring …")
    hand_back(
        {"districts": districts, "activities": districts * ACTIVITIES, "fill_seconds": seconds, **_measure(year, day)}
    )


def fill_plan(districts: int) -> tuple[int, date, float]:
    """A department over provinces over districts, with the plan of each. Out: the fiscal year, the day on which the
    made-up things happened, and how long it took in seconds."""
    from django.db import connection
    from django.utils import timezone

    from organisations.calendar import fiscal_year
    from organisations.models import User

    begun = time.perf_counter()
    day = timezone.localdate()
    user = User.objects.create(username="bench", name_th="ผู้วัด")
    first = _units(districts)
    about = {
        "first": first, "each": ACTIVITIES, "count": districts * ACTIVITIES, "year": fiscal_year(day),
        "day": day, "user": user.pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in (_MADE, *_FILL, "DROP TABLE made"):
            cursor.execute(statement, about)
        cursor.execute("VACUUM (ANALYZE)")
    return fiscal_year(day), day, round(time.perf_counter() - begun, 1)


def _units(districts: int) -> int:
    """A department over provinces over districts. Out: the key of the first district; the others follow it."""
    from django.db.backends.postgresql.psycopg_any import DateRange

    from organisations.actions import rebuild_reach
    from organisations.models import Unit, UnitLink

    provinces = -(-districts * PROVINCES // DISTRICTS)
    founded = date(2000, 1, 1)

    def unit(code: str, kind: str) -> Unit:
        return Unit(code=code, name_th=code, sort_key=code, kind=kind, founded_on=founded)

    above = Unit.objects.bulk_create(
        [unit("DEP", "department"), *(unit(f"P{n}", "provincial_office") for n in range(provinces))]
    )
    below = Unit.objects.bulk_create([unit(f"D{n}", "district") for n in range(districts)])
    links = [(above[0], province) for province in above[1:]]
    links += [(above[1 + n * provinces // districts], district) for n, district in enumerate(below)]
    UnitLink.objects.bulk_create(
        [UnitLink(axis="line", parent=parent, child=child, valid=DateRange(founded)) for parent, child in links]
    )
    rebuild_reach()
    return below[0].pk


def _measure(year: int, day: date) -> Figures:
    from organisations.models import Unit
    from procurement.coverage.reading import facts_of_many, variant_of
    from procurement.coverage.rule import compute
    from procurement.coverage.standing import refresh_all, standings_of
    from procurement.models import Standing, StandingPart

    district = Unit.objects.filter(kind="district").order_by("pk")[0]
    office = Unit.objects.filter(kind="provincial_office").order_by("pk")[0]
    department = Unit.objects.get(kind="department")
    districts = list(Unit.objects.filter(kind="district"))
    everyone = list(Unit.objects.all())
    pks, variant = [unit.pk for unit in districts], variant_of()
    kept: list[Any] = []

    def read() -> None:
        kept[:] = [facts_of_many(pks, year, day)]

    def judge() -> None:
        for facts in kept[0].values():
            compute(facts, variant)

    def whole() -> None:
        Standing.objects.all().delete()
        StandingPart.objects.all().delete()
        refresh_all(year)

    found: Figures = {
        "reading": _rounds(read, FULL_ROUNDS),
        "rule": _rounds(judge, FULL_ROUNDS),
        "full": _rounds(whole, FULL_ROUNDS),
    }
    kept.clear()
    named = {"district": [district], "office": [office], "department": [department], "all units": everyone}
    for name, units in named.items():
        found[f"after one change, {name}"] = _after_changes(
            district, year, lambda units=units: standings_of(units, year)
        )
    found["fresh, all units"] = _rounds(lambda: standings_of(everyone, year), CHANGE_ROUNDS)
    return found


def _rounds(operation: Callable[[], Any], rounds: int) -> Figures:
    times = []
    for _turn in range(rounds):
        with counting() as statements:
            times.append(timed(operation))
    return {**figures(times), "statements": len(statements)}


def _after_changes(district: Any, year: int, operation: Callable[[], Any]) -> Figures:
    """Each time after another change of an activity of this district; only the computing is timed."""
    from decimal import Decimal

    from procurement.actions.plan import change_activity
    from procurement.coverage.standing import refresh_all
    from procurement.models import Activity

    activity = Activity.objects.filter(unit=district, cancelled_on=None).order_by("pk")[0]
    refresh_all(year)
    times = []
    for turn in range(CHANGE_ROUNDS):
        change_activity(activity, by=None, budget=Decimal(1_000_000 + turn + int(time.time())))
        with counting() as statements:
            times.append(timed(operation))
    refresh_all(year)
    return {**figures(times), "statements": len(statements)}


if __name__ == "__main__":
    main()
