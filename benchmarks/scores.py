"""Scores of every unit from a million complaints and the plan of the whole country. Run as a process of its own.

What is compared in one run: the figures of complaints counted anew beside those that are kept as cases move, all scores
of all units in full beside those after one event, and an edge with the mark that keeping asks for beside one without.
The rows are made up here, by plain SQL, as in `benchmarks.coverage`, whose units and activities these are.
"""

import os
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import django

from benchmarks.coverage import ACTIVITIES, DISTRICTS, fill_plan
from benchmarks.measuring import Figures, counting, figures, hand_back, percentile, say, timed

COMPLAINTS = 1_000_000
FULL_ROUNDS, EVENT_ROUNDS, EDGE_ROUNDS, BATCH, WARM = 3, 20, 200, 10, 5
RUBRIC = "cdd-clean"
CODES = ("complaints.overdue_share", "complaints.late_share")
OK = 200
# One of fifty is protected; whoever came in the last 25 days is open, and one of a hundred of the others; of what was
# closed one in twenty was late. The unit of a complaint follows from its number, the day on which it came in as well.
_MADE = """
CREATE TEMP TABLE made AS
SELECT n + %(cases)s AS id, %(first)s + n %% %(districts)s AS unit, n %% 50 = 0 AS protected, n %% 20 = 0 AS late,
    %(day)s::date - (n::bigint * 7919 %% 365)::int AS came,
    n::bigint * 7919 %% 365 < 25 OR n %% 100 = 1 AS open, %(user)s + n %% %(districts)s AS holder
FROM generate_series(1, %(complaints)s) n
"""
_FILL = (
    """
INSERT INTO workflows_case (id, kind, public_id, number, subject, category, protected, state, came_from, state_version,
    is_open, unread, silent, opened_at, changed_at, state_since, closed_at, ledger_seq, ledger_head, unit_id, screened,
    holder_id, next_due)
SELECT id, 'complaint', 'K' || id, 'K-' || id, '', %(kind)s, protected,
    CASE WHEN open THEN 'investigating' ELSE 'closed' END, '', 1, open, false, false, came, came, came,
    CASE WHEN NOT open THEN came + 20 END, 0, '', unit, true, holder, CASE WHEN open THEN came + 30 END
FROM made
""",
    """
INSERT INTO complaints_complaint (case_id, text, channel, anonymous, place, subdistrict, district, province, reference,
    language, source, source_number, kind_id, surveyed)
SELECT id, '', 'website', true, '', '', '', '', '', 'th', '', '', %(kind)s, false FROM made
""",
    """
INSERT INTO workflows_clock (code, about, length, unit, duty, pauses, silent, started_on, stopped_on, extension, due_on,
    warned, next_warning_on, case_id, rule_id)
SELECT rule.code, '', rule.length, rule.unit, true, rule.pauses, false, came,
    CASE WHEN NOT (open AND rule.code = 'investigate')
    THEN least(came + least(rule.length, 20) + 20 * late::int, %(day)s::date) END,
    0, came + rule.length, 100, NULL, made.id, rule.id
FROM made CROSS JOIN workflows_clockrule rule
WHERE rule.category = '' AND rule.code IN ('acknowledge', 'screen', 'investigate')
""",
    "INSERT INTO workflows_casechange (kind, unit_id) SELECT DISTINCT 'complaint', unit FROM made",
    "SELECT setval(pg_get_serial_sequence('workflows_case', 'id'), (SELECT max(id) FROM workflows_case))",
)
_TRIGGERS = (
    "ALTER TABLE workflows_case {0} TRIGGER figures_follow",
    "ALTER TABLE workflows_clock {0} TRIGGER figures_follow",
    "ALTER TABLE workflows_clock {0} TRIGGER figures_follow_new",
)


def districts_of(size: int) -> int:
    """How many districts a number of complaints stands for: each has as many as one of the whole country."""
    return max(1, min(DISTRICTS, round(size * DISTRICTS / COMPLAINTS)))


def main() -> None:
    """Fill the database of DATABASE_URL, measure, and hand the figures back."""
    django.setup()
    complaints, requests = int(os.environ["BENCH_COMPLAINTS"]), int(os.environ["BENCH_REQUESTS"])
    districts = districts_of(complaints)
    begun = time.perf_counter()
    say(f"  {complaints:,} complaints, {districts} districts of {ACTIVITIES} activities: filling …")
    year, day, _seconds = fill_plan(districts)
    people = _fill(complaints, districts, day)
    filled = round(time.perf_counter() - begun, 1)
    say("  measuring …")
    hand_back({
        "complaints": complaints, "districts": districts, "activities": districts * ACTIVITIES, "fill_seconds": filled,
        "scores": _scores(people, year), "pages": _pages(people, year, requests), "mark": _mark(people),
    })  # fmt: skip


# --- The database -----------------------------------------------------------------------------------------------------
def _fill(complaints: int, districts: int, day: date) -> dict[str, Any]:
    """Out: the people who open pages and take edges."""
    from django.db import connection, transaction

    from complaints.models import ComplaintKind
    from organisations.models import Role, Unit, User
    from organisations.queries import reach_of
    from tests.support.world import make_person
    from workflows.models import Case

    department = Unit.objects.get(kind="department")
    offices = list(Unit.objects.filter(kind="provincial_office").order_by("pk"))
    first = Unit.objects.filter(kind="district").order_by("pk")[0]
    below = reach_of([office.pk for office in offices])
    people = {
        "department": make_person("department", department, Role.EXECUTIVE),
        "office": make_person("office", max(offices, key=lambda office: len(below[office.pk])), Role.EXECUTIVE),
        "screener": make_person("screener", first, Role.SCREENER),
        "district": first,
        "kind": ComplaintKind.objects.get(code="street_light"),
    }
    officers = User.objects.bulk_create([
        User(username=f"officer{number}", name_th=f"เจ้าหน้าที่ {number}") for number in range(districts)
    ])  # fmt: skip
    about = {
        "cases": Case.objects.order_by("-pk").values_list("pk", flat=True)[0], "first": first.pk,
        "districts": districts, "complaints": complaints, "day": day, "user": officers[0].pk,
        "kind": people["kind"].pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        with transaction.atomic():
            # A check of each reference and a mark for each row would take longer than everything else.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in (_MADE, *_FILL, "DROP TABLE made"):
                cursor.execute(statement, about)
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
    return people


# --- Scores -----------------------------------------------------------------------------------------------------------
def _scores(people: dict[str, Any], year: int) -> Figures:
    from django.utils import timezone

    from organisations.models import Unit
    from organisations.queries import units_above
    from procurement.models import Standing, StandingPart
    from scores.daily import live_facts_of
    from scores.rubric import rubric_for
    from scores.scoring import score
    from workflows.metrics import Span, figures_of, metric
    from workflows.models import KeptFigure

    rubric, everyone = rubric_for(RUBRIC, year), list(Unit.objects.all())
    pks, span = [unit.pk for unit in everyone], Span(year, timezone.localdate())
    moved = list(Unit.objects.filter(pk__in=units_above(people["district"].pk)))
    kept: dict[int, Any] = {}

    def forget() -> None:
        for model in (KeptFigure, Standing, StandingPart):
            model.objects.all().delete()

    def count() -> Any:
        return {code: metric(code).compute(pks, span) for code in CODES}

    def read() -> Any:
        found = figures_of(pks, CODES, span)
        return {code: {unit: found[unit][code] for unit in pks} for code in CODES}

    def gather() -> None:
        kept.update(live_facts_of(everyone, rubric, year))

    def judge(units: list[Any] = everyone) -> None:
        for unit in units:
            score(rubric, kept[unit.pk])

    def all_scores(units: list[Any] = everyone) -> None:
        kept.update(live_facts_of(units, rubric, year))
        judge(units)

    found: Figures = {"units": len(everyone)}
    found["complaints counted anew"] = _rounds(count, FULL_ROUNDS)
    found["first keeping of them"] = _rounds(read, FULL_ROUNDS, before=forget)
    found["complaints, kept"] = _rounds(read, EVENT_ROUNDS)
    found["complaints, kept, after one event"] = _rounds(read, EVENT_ROUNDS, before=lambda: _event(people))
    if read() != count():
        raise SystemExit("error: what is kept is not what counting gives")
    found["facts in full"] = _rounds(gather, FULL_ROUNDS, before=forget)
    found["facts, kept"] = _rounds(gather, EVENT_ROUNDS)
    found["engine"] = _rounds(judge, FULL_ROUNDS)
    found["all scores in full"] = _rounds(all_scores, FULL_ROUNDS, before=forget)
    found["all scores after one event"] = _rounds(all_scores, EVENT_ROUNDS, before=lambda: _event(people))
    found["scores that one event moves"] = _rounds(
        lambda: all_scores(moved), EVENT_ROUNDS, before=lambda: _event(people)
    )
    return found


def _event(people: dict[str, Any]) -> Any:
    """A complaint comes in, in one district."""
    from complaints.receipts import new_receipt
    from workflows.actors import Actor
    from workflows.transitions import open_case

    facts = {"statement": "ไฟถนนดับ", "channel": "website", "kind": people["kind"], "receipt": new_receipt()}
    return open_case("complaint", "register", Actor.complainant(), unit=people["district"], **facts)


def _rounds(operation: Callable[[], Any], rounds: int, *, before: Callable[[], Any] = lambda: None) -> Figures:
    """before: what happens each time before it, and is not timed."""
    times = []
    for _turn in range(rounds):
        before()
        with counting() as statements:
            times.append(timed(operation))
    return {**figures(times), "statements": len(statements)}


# --- Pages ------------------------------------------------------------------------------------------------------------
def _pages(people: dict[str, Any], year: int, requests: int) -> Figures:
    """Each as it is opened again and again, and after an event before every request."""
    from importlib import import_module

    from django.urls import reverse

    from workflows.models import Case

    import_module("config.asgi")  # the process is then as that of a server: loaded whole, and frozen
    district = people["district"]
    plan = {
        "overview, the department": (people["department"], reverse("overview")),
        "overview, an office": (people["office"], reverse("overview")),
        "score board, the department": (people["department"], reverse("score_board")),
        "score board, an office": (people["office"], reverse("score_board")),
        "score of the department": (
            people["department"],
            reverse("unit_score", args=[_own(people["department"]), RUBRIC, year]),
        ),
        "score of a district": (people["department"], reverse("unit_score", args=[district.code, RUBRIC, year])),
    }
    found: Figures = {name: _page(person, address, requests) for name, (person, address) in plan.items()}
    for name in ("overview, the department", "score board, the department"):
        found[f"{name}, after an event"] = _page(*plan[name], requests, before=lambda: _event(people))
    found["open"] = Case.objects.filter(kind="complaint", is_open=True).count()
    return found


def _own(person: Any) -> str:
    from organisations.models import Unit
    from organisations.queries import units_where

    return Unit.objects.get(pk__in=units_where(person)).code


def _page(person: Any, address: str, requests: int, *, before: Callable[[], Any] = lambda: None) -> Figures:
    from django.test import Client

    client = Client()
    client.force_login(person)
    for _turn in range(WARM):
        if (status := client.get(address).status_code) != OK:
            say(f"  {address}: answers {status}, left out.")
            return {"status": status}
    times, counts = [], []
    for _turn in range(requests):
        before()
        with counting() as statements:
            times.append(timed(lambda: client.get(address)))
        counts.append(float(len(statements)))
    return {**figures(times), "statements": int(percentile(counts, 0.5)), "statements_most": int(max(counts))}


# --- What keeping costs an edge ---------------------------------------------------------------------------------------
def _mark(people: dict[str, Any]) -> Figures:
    """Edges with and without the triggers that mark, in turns; the marks of a round are taken away after it."""
    from django.db import connection

    from workflows.actors import Actor
    from workflows.models import CaseChange
    from workflows.transitions import perform

    screener = people["screener"]
    times: dict[str, dict[str, list[float]]] = {
        name: {"with": [], "without": []} for name in ("register", "start_screening", "note")
    }

    def register(cases: list[Any]) -> None:
        cases.append(_event(people))

    def act(case: Any, edge: str, **facts: Any) -> None:
        vars(screener).pop("_held_posts", None)  # what a request keeps about its reader
        perform(case, edge, Actor.person(screener), **facts)

    for _round in range(EDGE_ROUNDS // BATCH):
        for way in ("without", "with"):
            with connection.cursor() as cursor:
                for statement in _TRIGGERS:
                    cursor.execute(statement.format("ENABLE" if way == "with" else "DISABLE"))
            _event(people)
            cases: list[Any] = []
            opened = [partial(register, cases) for _turn in range(BATCH)]
            times["register"][way] += map(timed, opened)
            times["start_screening"][way] += [timed(partial(act, case, "start_screening")) for case in cases]
            times["note"][way] += [timed(partial(act, case, "note", text="โทรแล้ว")) for case in cases]
    CaseChange.objects.all().delete()
    return {
        name: {
            **{way: figures(row) for way, row in ways.items()},
            "ratio": round(percentile(ways["with"], 0.5) / percentile(ways["without"], 0.5), 3),
            "ratio_p10": round(percentile(ways["with"], 0.1) / percentile(ways["without"], 0.1), 3),
        }
        for name, ways in times.items()
    }


if __name__ == "__main__":
    main()
