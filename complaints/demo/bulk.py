"""Fill an empty database with many complaints by COPY: the one stated exception to `perform()`, for benchmarks.

What it writes is what `perform()` would have written: the journeys are walked through the graph, the hashes are those
of `workflows.ledger`, the due days those of `workflows.clocks`. `check_cases` and `verify_ledger` are clean afterwards.
All complaints are anonymous and silent, so that no warning or notice goes out for them.
"""

import random
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import ProgrammingError, connection, transaction

from organisations.calendar import current_calendar

from .bulk_rows import BulkRows
from .bulk_tables import Table
from .story import BANGKOK

BATCH = 5_000
SPAN_DAYS = 365
# As many as fit into the server's memory with the checks of every reference waiting for the commit.
MOST_WITH_TRIGGERS = 50_000
_SEED = 2570
_SECONDARY = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY (%s::regclass[]) AND NOT indisunique
"""


class NotPrivileged(Exception):
    """A large load needs a role that may switch off triggers."""


def fill(count: int, today: date, *, told: Callable[[int], None] = lambda _: None) -> None:
    """Write `count` complaints, spread over the year before `today` in the order in which they came in.

    The demo's organisation and the rule data are there, and no case is. told: hears how many are written, after each
    batch. One transaction: an interrupted load leaves nothing. Memory is bounded by a batch. Raises NotPrivileged.
    """
    rows = BulkRows(today, current_calendar(), random.Random(_SEED))  # noqa: S311 - made-up data
    with transaction.atomic():
        triggers_off = _switch_triggers_off()
        if not triggers_off and count > MOST_WITH_TRIGGERS:
            raise NotPrivileged
        indexes = _drop_secondary_indexes([*(table.name for table in rows.tables), "workflows_casesearch"])
        _write(rows, count, today, told)
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE workflows_numberseries SET last = %s WHERE id = %s", rows.last_numbers())
            if triggers_off:
                _follow_triggers(cursor)
                cursor.execute("SET LOCAL session_replication_role = origin")
            # Checks that wait would not let an index be made.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
            for definition in indexes:
                cursor.execute(definition)
    with connection.cursor() as cursor:
        # The planner must not take a filled table for an empty one.
        cursor.execute("ANALYZE")


def _write(rows: BulkRows, count: int, today: date, told: Callable[[int], None]) -> None:
    """Make the rows of a batch while the one before is on its way to the server."""
    with ThreadPoolExecutor(max_workers=1) as sender:
        sending: Future[None] | None = None
        for first in range(0, count, BATCH):
            after = min(first + BATCH, count)
            for order in range(first, after):
                rows.add(order, _moment(order, count, today))
            if sending:
                sending.result()
                told(first)
            sending = sender.submit(_send, connection.connection, [(table, table.take()) for table in rows.tables])
        if sending:
            sending.result()
    with connection.cursor() as cursor:
        for table in rows.tables:
            if table.keyed:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table.name, table.next_id])


def _send(psycopg: Any, lines: list[tuple[Table, str]]) -> None:
    """COPY. psycopg: the connection itself, because Django's wrapper belongs to the thread that makes the rows."""
    with psycopg.cursor() as cursor:
        for table, text in lines:
            if text:
                with cursor.copy(f"COPY {table.name} ({table.columns}) FROM STDIN") as copy:
                    copy.write(text)


def _switch_triggers_off() -> bool:
    """Until the end of the transaction, no check of references and no trigger runs; False where the role may not."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
    except ProgrammingError:
        return False
    return True


def _drop_secondary_indexes(tables: list[str]) -> list[str]:
    """Drop the indexes that hold no constraint; out: the statements that make them again, in a fraction of the time."""
    with connection.cursor() as cursor:
        cursor.execute(_SECONDARY, [tables])
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
    return [definition for _, definition in indexes]


def _follow_triggers(cursor: Any) -> None:
    """What the triggers of the case table would have written."""
    cursor.execute(
        "INSERT INTO workflows_casesearch (case_id, grams)"
        " SELECT id, sodsong_grams(subject) FROM workflows_case WHERE length(subject) >= 3"
    )
    cursor.execute("INSERT INTO workflows_casechange (kind, unit_id) SELECT DISTINCT kind, unit_id FROM workflows_case")


def _moment(order: int, count: int, today: date) -> datetime:
    """When the complaint came in: evenly over the year, the last one yesterday."""
    start = datetime.combine(today - timedelta(days=SPAN_DAYS), time(0, 5), BANGKOK)
    return start + timedelta(seconds=order * (SPAN_DAYS - 1) * 86_400 // max(count, 1))
