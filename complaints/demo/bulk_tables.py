"""The tables of the load, and how a row becomes a line of COPY."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db import connection

Value = str | int | float | bool | bytes | date | datetime | None
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def line(values: Iterable[Value]) -> str:
    """One line of COPY in its text form."""
    return "\t".join(map(_text, values)) + "\n"


def _text(value: Value) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES) if _SPECIAL.search(value) else value
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    # Dates, moments, numbers and truth values: PostgreSQL reads what Python writes.
    return str(value)


def null(value: object) -> object:
    """A value for a line that is put together by hand: whole numbers, dates and moments, or None."""
    return "\\N" if value is None else value


class Table:
    """One table: its columns, the next key, and the lines that wait to be written.

    columns: those that are written, the key first. keyed: the key is ``id`` and the table's own.
    """

    def __init__(self, name: str, columns: str, *, keyed: bool = True) -> None:
        self.name, self.columns, self.keyed = name, columns, keyed
        self.lines: list[str] = []
        self.next_id = 1
        if keyed:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {name}")  # noqa: S608 - a table of ours
                self.next_id = cursor.fetchone()[0]

    def add(self, *values: Value) -> int:
        """A row. values: all columns but an ``id``, whose new value is given back (else 0)."""
        return self.add_line(line(values))

    def add_line(self, made: str) -> int:
        """A row as a line of COPY that was put together by hand: for the tables that get most of the rows."""
        if not self.keyed:
            self.lines.append(made)
            return 0
        key = self.next_id
        self.next_id += 1
        self.lines.append(f"{key}\t{made}")
        return key

    def take(self) -> str:
        """The lines that wait, which then wait no more."""
        taken = "".join(self.lines)
        self.lines.clear()
        return taken


class Tables:
    """All tables the load writes, in the order in which they are written."""

    def __init__(self) -> None:
        text = "id, text, case_id"
        self.series = Table("workflows_numberseries", "id, unit_id, year, last")
        self.process = Table("viewflow_process", "id, flow_class, status, created, finished, data, seed_object_id")
        self.case = Table(
            "workflows_case",
            "id, kind, public_id, number, subject, category, protected, state, came_from, state_version, is_open, "
            "next_due, unread, silent, opened_at, changed_at, state_since, closed_at, ledger_seq, ledger_head, "
            "holder_id, process_id, unit_id, screened",
        )
        self.key = Table("workflows_casekey", "case_id, wrapped", keyed=False)
        self.complaint = Table(
            "complaints_complaint",
            "case_id, text, sealed, kind_id, about_unit_id, channel, anonymous, place, subdistrict, district, "
            "province, latitude, longitude, reference, receipt_lookup, receipt_hmac, language, source, source_number",
            keyed=False,
        )
        self.number = Table("workflows_unitnumber", "id, series_id, value, case_id")
        self.task = Table(
            "viewflow_task",
            "id, process_id, flow_task, flow_task_type, status, owner_id, created, started, finished, token, data",
        )
        self.task_previous = Table("viewflow_task_previous", "id, from_task_id, to_task_id")
        self.assignment = Table("workflows_assignment", "id, case_id, user_id, by_id, at")
        self.message = Table("complaints_message", f"{text}, kind, by_id, at")
        self.finding = Table("complaints_finding", f"{text}, outcome, evidence, by_id, at")
        self.decision = Table("complaints_decision", f"{text}, finding_id, outcome, by_id, at")
        self.measure = Table(
            "complaints_measure", f"{text}, kind, owner_id, due_on, by_id, at, done_at, done_by_id, evidence"
        )
        self.reply = Table(
            "complaints_reply",
            f"{text}, outcome, ground_id, drafted_by_id, drafted_at, approved_by_id, approved_at, sent_at",
        )
        self.review_request = Table("complaints_reviewrequest", f"{text}, against, at")
        self.clock = Table(
            "workflows_clock",
            "id, case_id, rule_id, code, about, length, unit, duty, pauses, silent, started_on, stopped_on, extension, "
            "due_on, warned",
        )
        self.pause = Table("workflows_casepause", "id, case_id, started_on, ended_on")
        self.entry = Table(
            "workflows_ledgerentry",
            "id, case_id, seq, at, actor_kind, actor_id, post_id, verb, from_state, to_state, facts, previous, hash",
        )

    def __iter__(self) -> Iterator[Table]:
        return iter(vars(self).values())
