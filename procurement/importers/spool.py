"""Rows that belong together, wherever they stand in a file of any length.

An export may scatter the contracts of a project over the whole file. The rows are put into a temporary database on the
disk, which is gone when it is closed, and come out of it project by project, so that memory stays what it was.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from types import TracebackType

_TABLE = "CREATE TABLE line (place INTEGER PRIMARY KEY, key TEXT NOT NULL, line INTEGER, cells TEXT, fault TEXT)"
_INSERT = "INSERT INTO line (key, line, cells, fault) VALUES (?, ?, ?, ?)"
_GROUPED = """
SELECT key, line, cells, fault FROM line JOIN (SELECT key AS own, min(place) AS first FROM line GROUP BY key)
ON own = key ORDER BY first, place
"""


@dataclass(frozen=True)
class Row:
    """One row of a file: cells by the names of their columns. line: where it begins, from 1. fault: why its cells
    cannot be trusted, or ""."""

    line: int
    cells: dict[str, str]
    fault: str = ""


class Spool:
    """A context manager that holds rows under keys."""

    def __init__(self, *, in_memory: bool = False) -> None:
        """in_memory: nothing of the rows touches the disk, for lists of people; then they are as many as fit."""
        # "" is a private file in the folder for temporary files; SQLite removes it itself.
        self._database = sqlite3.connect(":memory:" if in_memory else "")
        self._database.execute(_TABLE)
        self.size = 0

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def fill(self, rows: Iterable[tuple[str, Row]]) -> None:
        """Put rows in, each under its key. A row with the key "" stands alone."""
        for place, (key, row) in enumerate(rows, start=1):
            # A number is no key of a row: those are digits only, or text that says so.
            own = key or f"alone {place}"
            self._database.execute(_INSERT, (own, row.line, json.dumps(row.cells), row.fault))
            self.size += 1
        self._database.execute("CREATE INDEX IF NOT EXISTS by_key ON line (key)")
        self._database.commit()

    def groups(self) -> Iterator[tuple[str, list[Row]]]:
        """The rows of each key together, in the order of the first of them; the key is "" for a row that had none."""
        with closing(self._database.cursor()) as cursor:
            last, rows = "", list[Row]()
            for key, line, cells, fault in cursor.execute(_GROUPED):
                if rows and key != last:
                    yield self._key(last), rows
                    rows = []
                last = key
                rows.append(Row(line, json.loads(cells), fault))
            if rows:
                yield self._key(last), rows

    @staticmethod
    def _key(stored: str) -> str:
        return "" if stored.startswith("alone ") else stored
