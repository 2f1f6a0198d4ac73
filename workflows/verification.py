"""Checking the whole ledger: every hash, every chain, every head, every checkpoint. Each fault names its row."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from workflows.ledger import merkle_root
from workflows.models import Checkpoint

# The very bytes that were hashed, put together by PostgreSQL: one pass, nothing to parse.
_ENTRIES = """
SELECT e.case_id, e.seq, e.previous, e.hash,
    convert_to(concat_ws(E'\\n', c.public_id, e.seq,
        to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.actor_kind, coalesce(e.actor_id::text, ''),
        coalesce(e.post_id::text, ''), e.verb, e.from_state, e.to_state, e.facts, e.previous), 'UTF8'),
    c.ledger_seq, c.ledger_head, c.number, c.state, e.to_state
FROM workflows_ledgerentry e LEFT JOIN workflows_case c ON c.id = e.case_id
ORDER BY e.case_id, e.seq
"""
_EMPTY = """
SELECT id, number FROM workflows_case c
WHERE NOT EXISTS (SELECT 1 FROM workflows_ledgerentry e WHERE e.case_id = c.id)
"""
_LEAVES = """
SELECT l.case_id, l.seq, l.head, e.hash FROM workflows_checkpointleaf l
LEFT JOIN workflows_ledgerentry e ON e.case_id = l.case_id AND e.seq = l.seq
WHERE l.checkpoint_id = %s
"""


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where. `case` is the case's integer key."""

    case: int
    seq: int
    what: str

    def __str__(self) -> str:
        return f"case {self.case}, entry {self.seq}: {self.what}"


@dataclass
class Report:
    """What was looked at."""

    entries: int = 0
    cases: int = 0
    checkpoints: int = 0


def verify(report: Report) -> Iterator[Fault]:
    """Every fault of the ledger, in the order of cases and entries; `report` counts what was looked at."""
    yield from _verify_entries(report)
    yield from _verify_heads()
    yield from _verify_checkpoints(report)


def _verify_entries(report: Report) -> Iterator[Fault]:
    case = seq = 0
    previous = head = state = to_state = ""
    last_seq = 0

    def end() -> Iterator[Fault]:
        if not case:
            return
        if seq != last_seq:
            yield Fault(case, min(seq, last_seq) + 1, f"the case counts {last_seq} entries, the ledger ends at {seq}")
        elif previous != head:
            yield Fault(case, seq, "the head of the case is not the hash of its last entry")
        if to_state != state:
            yield Fault(case, seq, f"the case is in state {state}, its last entry says {to_state}")

    # A named cursor keeps a million rows out of memory.
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ENTRIES)
        for row in cursor:
            if row[0] != case:
                yield from end()
                case, seq, previous = row[0], 0, ""
                last_seq, head, state = row[5] or 0, row[6], row[8]
                report.cases += 1
                if row[7] is None:
                    yield Fault(case, row[1], "the entry has no case")
            report.entries += 1
            if row[1] != seq + 1:
                yield Fault(case, seq + 1, f"missing: entry {seq} is followed by {row[1]}")
            if row[2] != previous:
                yield Fault(case, row[1], "does not follow the entry before it")
            if row[3] != hashlib.sha256(row[4]).hexdigest():
                yield Fault(case, row[1], "was changed: its hash does not fit its content")
            seq, previous, to_state = row[1], row[3], row[9]
    yield from end()


def _verify_heads() -> Iterator[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY)
        for case, number in cursor.fetchall():
            yield Fault(case, 1, f"case {number} has no entries")


def _verify_checkpoints(report: Report) -> Iterator[Fault]:
    previous = ""
    for checkpoint in Checkpoint.objects.order_by("pk").iterator():
        report.checkpoints += 1
        with connection.cursor() as cursor:
            cursor.execute(_LEAVES, [checkpoint.pk])
            leaves = cursor.fetchall()
        if checkpoint.previous != previous or merkle_root(leaf[:3] for leaf in leaves) != checkpoint.root:
            yield Fault(0, 0, f"checkpoint {checkpoint.pk} does not fit its leaves or the one before it")
        for case, seq, head, found in leaves:
            if found != head:
                gone = "is gone" if found is None else "is another one"
                yield Fault(case, seq, f"the entry of checkpoint {checkpoint.pk} {gone}")
        previous = checkpoint.root
