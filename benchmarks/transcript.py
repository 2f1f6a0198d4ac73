"""By hand, in prepared SQL, what `perform()` writes for some edges: the floor against which it is measured.

The very same rows: `edges.py` compares them column by column, and verify_ledger and check_cases must find them whole.
What is left out is everything but the lock and the writing: rights, guards, the calendar, the law. What a rule or the
calendar decides (which clock, which day) is copied beforehand from a case that `perform()` took over the same edge.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from workflows.ledger import canonical, entry_hash

_LOCK = """SELECT public_id, state, state_version, unit_id, process_id, ledger_seq, ledger_head
FROM workflows_case WHERE id = %s FOR NO KEY UPDATE"""
_ENTRY = """INSERT INTO workflows_ledgerentry
(case_id, seq, at, actor_kind, actor_id, post_id, verb, from_state, to_state, facts, previous, hash)
VALUES (%s, %s, %s, 'user', %s, %s, %s, %s, %s, %s, %s, %s)"""
_TOLD = "INSERT INTO workflows_outboxrow (case_id, event, seq, facts, at) VALUES (%s, %s, %s, '{}', %s)"
_MESSAGE = (
    "INSERT INTO complaints_message (text, case_id, kind, by_id, at) VALUES (%s, %s, 'note', %s, %s) RETURNING id"
)
_ASSIGNMENT = "INSERT INTO workflows_assignment (case_id, user_id, by_id, at) VALUES (%s, %s, %s, %s)"
_KIND = "UPDATE complaints_complaint SET kind_id = %s WHERE case_id = %s"
_STOP = """UPDATE workflows_clock SET stopped_on = %s, next_warning_on = NULL
WHERE case_id = %s AND code = ANY(%s) AND stopped_on IS NULL"""
_GIVE = """UPDATE viewflow_task SET owner_id = %s, status = 'ASSIGNED'
WHERE process_id = %s AND status IN ('NEW', 'ASSIGNED')"""
_DONE = """UPDATE viewflow_task SET status = 'DONE', started = %s, finished = %s
WHERE process_id = %s AND status IN ('NEW', 'ASSIGNED') RETURNING id"""
_PREVIOUS = "INSERT INTO viewflow_task_previous (from_task_id, to_task_id) VALUES (%s, %s)"
_CASE = """UPDATE workflows_case SET state = %s, state_version = %s, state_since = %s, changed_at = %s, holder_id = %s,
category = %s, next_due = %s, unread = %s, screened = %s, ledger_seq = %s, ledger_head = %s WHERE id = %s"""
_ACT = "UPDATE workflows_case SET changed_at = %s, ledger_seq = %s, ledger_head = %s WHERE id = %s"


_MODELS = {
    "case": "SELECT * FROM workflows_case WHERE id = %s",
    "clock": "SELECT * FROM workflows_clock WHERE case_id = %s ORDER BY id DESC LIMIT 1",
    "task": """SELECT t.* FROM viewflow_task t JOIN workflows_case c ON c.process_id = t.process_id
WHERE c.id = %s ORDER BY t.id DESC LIMIT 1""",
}


@dataclass(frozen=True)
class Actor:
    """Who acts, as the ledger records it."""

    user: int
    post: int


class Transcript:
    """Edges in plain SQL over one connection. Each commits."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self.connection = connection
        self._like: dict[str, dict[str, Any]] = {}

    def learn(self, case: int) -> None:
        """Take `case`, which `perform()` has just taken over an edge, as the model of what the edge writes."""
        with self.connection.cursor(row_factory=dict_row) as cursor:
            for table, statement in _MODELS.items():
                row = cursor.execute(statement, [case]).fetchone()
                assert row is not None
                self._like[table] = {name: value for name, value in row.items() if name != "id"}
        self.connection.commit()

    def _run(self, statement: str, values: tuple[Any, ...]) -> Any:
        return self.connection.execute(statement, values, prepare=True)

    def _insert(self, table: str, row: dict[str, Any]) -> int:
        names, places = ", ".join(row), ", ".join(["%s"] * len(row))
        statement = f"INSERT INTO {table} ({names}) VALUES ({places}) RETURNING id"  # noqa: S608 - names of columns
        key: int = self._run(statement, tuple(row.values())).fetchone()[0]
        return key

    def _lock(self, case: int) -> tuple[Any, ...]:
        row: tuple[Any, ...] = self._run(_LOCK, (case,)).fetchone()
        return row

    def _record(
        self, case: int, row: tuple[Any, ...], actor: Actor, verb: str, state: str, facts: str, at: datetime
    ) -> tuple[int, str]:
        public_id, left, _, _, _, seq, previous = row
        head = entry_hash(
            case=public_id, seq=seq + 1, at=at, actor_kind="user", actor=actor.user, post=actor.post, verb=verb,
            from_state=left, to_state=state, facts=facts, previous=previous,
        )  # fmt: skip
        self._run(_ENTRY, (case, seq + 1, at, actor.user, actor.post, verb, left, state, facts, previous, head))
        return seq + 1, head

    def _move(self, case: int, row: tuple[Any, ...], at: datetime, seq: int, head: str) -> None:
        now = self._like["case"]
        screened = now["state"] not in ("received", "screening")
        moved = (now["state"], row[2] + 1, at, at, now["holder_id"], now["category"], now["next_due"], now["unread"])
        moved = (*moved, screened)
        self._run(_CASE, (*moved, seq, head, case))

    def _hand_over(self, row: tuple[Any, ...], at: datetime) -> None:
        process = row[4]
        done = self._run(_DONE, (at, at, process)).fetchone()[0]
        task = {**self._like["task"], "process_id": process, "created": at, "data": "{}"}
        self._run(_PREVIOUS, (self._insert("viewflow_task", task), done))

    def note(self, case: int, actor: Actor, text: str) -> None:
        """An act: a note, its entry, and the case's new head."""
        row, at = self._lock(case), datetime.now(UTC)
        message = self._run(_MESSAGE, (text, case, actor.user, at)).fetchone()[0]
        seq, head = self._record(case, row, actor, "note", row[1], canonical({"message": message}), at)
        self._run(_ACT, (at, seq, head, case))
        self.connection.commit()

    def start_screening(self, case: int, actor: Actor) -> None:
        """A move within the same piece of work, which gets an owner."""
        row, at = self._lock(case), datetime.now(UTC)
        self._run(_ASSIGNMENT, (case, actor.user, actor.user, at))
        self._run(_GIVE, (actor.user, row[4]))
        seq, head = self._record(case, row, actor, "start_screening", "screening", "{}", at)
        self._move(case, row, at, seq, head)
        self.connection.commit()

    def accept(self, case: int, actor: Actor, kind: str, unit: int) -> None:
        """A hand-over with clocks: two stop, one starts; a task is done, another is created."""
        row, at = self._lock(case), datetime.now(UTC)
        self._run(_KIND, (kind, case))
        self._run(_ASSIGNMENT, (case, None, actor.user, at))
        clock = {**self._like["clock"], "case_id": case}
        self._run(_STOP, (clock["started_on"], case, ["screen", "acknowledge"]))
        self._insert("workflows_clock", clock)
        self._hand_over(row, at)
        seq, head = self._record(case, row, actor, "accept", "accepted", canonical({"kind": kind, "unit": unit}), at)
        self._run(_TOLD, (case, "accept", seq, at))
        self._move(case, row, at, seq, head)
        self.connection.commit()

    def assign(self, case: int, actor: Actor, to: int) -> None:
        """A hand-over without clocks: from the head's table into an officer's hands."""
        row, at = self._lock(case), datetime.now(UTC)
        self._run(_ASSIGNMENT, (case, to, actor.user, at))
        self._hand_over(row, at)
        seq, head = self._record(case, row, actor, "assign", "investigating", canonical({"to": to}), at)
        self._run(_TOLD, (case, "assign", seq, at))
        self._move(case, row, at, seq, head)
        self.connection.commit()
