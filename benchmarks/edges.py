"""`perform()` against raw SQL that writes the same rows. Run as a process of its own on an empty database."""

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import django
import psycopg

from benchmarks.measuring import Figures, alternate, counting, figures, hand_back, percentile, say

BATCH = 10
WARM = 20
NOTE = "โทรสอบถามเทศบาลแล้ว จะเข้าซ่อมในวันพรุ่งนี้"
WITHIN, HAND_OVER = "within one person's work", "hand-over"
AIMS = {WITHIN: 3, HAND_OVER: 6}
# What may differ between two cases that took the same road: keys, moments, and what is computed from them.
_OWN = frozenset(
    {"id", "case_id", "process_id", "public_id", "number", "at", "created", "started", "finished", "assigned",
     "opened_at", "changed_at", "state_since", "ledger_head", "previous", "hash", "from_task_id", "to_task_id",
     "parent_task_id", "seed_object_id"}
)  # fmt: skip
_ROWS = {
    "workflows_case": "id = {case}",
    "complaints_complaint": "case_id = {case}",
    "complaints_message": "case_id = {case}",
    "workflows_assignment": "case_id = {case}",
    "workflows_clock": "case_id = {case}",
    "workflows_casepause": "case_id = {case}",
    "workflows_ledgerentry": "case_id = {case}",
    "workflows_outboxrow": "case_id = {case}",
    "viewflow_process": "id = (SELECT process_id FROM workflows_case WHERE id = {case})",
    "viewflow_task": "process_id = (SELECT process_id FROM workflows_case WHERE id = {case})",
    "viewflow_task_previous": "from_task_id IN (SELECT t.id FROM viewflow_task t JOIN workflows_case c "
    "ON c.process_id = t.process_id WHERE c.id = {case})",
}
_ORDER = {"complaints_complaint": "case_id"}


@dataclass(frozen=True)
class Measured:
    """An edge to measure: as a person does it, and as plain SQL does it."""

    edge: str
    group: str
    perform: Callable[[Any], Any]
    raw: Callable[[int], Any]


def main() -> None:
    """Measure on the database of DATABASE_URL and hand the figures back."""
    django.setup()
    rounds = int(os.environ["BENCH_ROUNDS"])
    world = _prepare()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        hand_back(_measure(world, connection, rounds))


def _prepare() -> Any:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, skip_checks=True)
    call_command("seed_holidays", verbosity=0, skip_checks=True, stdout=io.StringIO())
    from tests.support.world import build_world

    return build_world()


def _measure(world: Any, connection: "psycopg.Connection[Any]", rounds: int) -> Figures:
    from benchmarks.transcript import Actor, Transcript
    from organisations.queries import held_posts

    raw = Transcript(connection)

    def sql_actor(user: Any) -> Actor:
        return Actor(user.pk, held_posts(user)[0].post_id)

    screener, head = sql_actor(world.screener), sql_actor(world.head)
    kind, unit, officer = world.ordinary, world.district, world.officer

    def do(edge: str, user: Any, **facts: Any) -> Callable[[Any], Any]:
        def once(case: Any) -> Any:
            # What a request keeps about its reader begins anew with every request.
            for person in (user, *facts.values()):
                getattr(person, "__dict__", {}).pop("_held_posts", None)
            return world.do(case, edge, user, **facts)

        return once

    plan = (
        Measured("start_screening", WITHIN, do("start_screening", world.screener),
                 lambda case: raw.start_screening(case, screener)),
        Measured("note", WITHIN, do("note", world.screener, text=NOTE),
                 lambda case: raw.note(case, screener, NOTE)),
        Measured("accept", HAND_OVER, do("accept", world.screener, kind=kind, unit=unit),
                 lambda case: raw.accept(case, screener, kind.code, unit.pk)),
        Measured("assign", HAND_OVER, do("assign", world.head, to=officer),
                 lambda case: raw.assign(case, head, officer.pk)),
    )  # fmt: skip
    amount = rounds + WARM
    opened: list[Any] = []
    say(f"  register: {2 * amount} complaints …")
    times = alternate(BATCH, register=[lambda: opened.append(world.file(kind))] * (2 * amount))["register"]
    with counting() as statements:
        world.file(kind)
    found: Figures = {"register": {**figures(times[WARM:]), "statements": len(statements)}}
    cases, plain = opened[:amount], [case.pk for case in opened[amount:]]
    for measured in plan:
        say(f"  {measured.edge} …")
        found[measured.edge] = _compare(measured, cases, plain, raw)
    _insist_on_same_rows(connection, cases[1].pk, plain[1])
    _insist_on_whole()
    return found


def _compare(measured: Measured, cases: list[Any], plain: list[int], raw: Any) -> Figures:
    """One edge over all cases. The first by perform() is the template; the first few of both are warm-up."""
    with counting() as statements:
        measured.perform(cases[0])
    raw.learn(cases[0].pk)
    measured.raw(plain[0])
    times = alternate(
        BATCH,
        perform=[partial(measured.perform, case) for case in cases[1:]],
        raw=[partial(measured.raw, case) for case in plain[1:]],
    )
    ours, floor = (times[name][WARM - 1 :] for name in ("perform", "raw"))
    return {
        "group": measured.group,
        "perform": {**figures(ours), "statements": len(statements)},
        "raw": figures(floor),
        "ratio": round(percentile(ours, 0.5) / percentile(floor, 0.5), 2),
        "ratio_p10": round(percentile(ours, 0.1) / percentile(floor, 0.1), 2),
        "aim": AIMS[measured.group],
    }


def _insist_on_same_rows(connection: "psycopg.Connection[Any]", ours: int, plain: int) -> None:
    """A comparison with less work would flatter nobody: both cases must look the same, column by column."""
    for table, where in _ROWS.items():
        seen = []
        order = _ORDER.get(table, "id")
        for case in (ours, plain):
            chosen = where.format(case=case)
            cursor = connection.execute(f"SELECT * FROM {table} WHERE {chosen} ORDER BY {order}")  # noqa: S608
            names = [column.name for column in cursor.description or ()]
            seen.append([_without_own(dict(zip(names, row, strict=True))) for row in cursor.fetchall()])
        if seen[0] != seen[1]:
            raise SystemExit(f"error: perform() and plain SQL left different rows in {table}:\n{seen[0]}\n{seen[1]}")
    connection.commit()


def _without_own(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in _OWN and not name.startswith("receipt_")}
    if str(row.get("facts", "")).startswith('{"message":'):
        kept["facts"] = "a message"
    return kept | {name: row[name] is not None for name in ("started", "finished", "assigned") if name in row}


def _insist_on_whole() -> None:
    from workflows.checks import problems
    from workflows.verification import Report, verify

    wrong = [*map(str, verify(Report())), *map(str, problems())]
    if wrong:
        raise SystemExit("error: what the benchmark wrote is not whole:\n" + "\n".join(wrong[:10]))


if __name__ == "__main__":
    main()
