"""Columns by their names: each has one here and others in the files, in Thai and English."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

from procurement.importers.spool import Row
from workflows.importing import reading
from workflows.importing.reading import Layout


@dataclass(frozen=True)
class Headings:
    """The columns of a format. columns: the name here to those it may have in a file. needed: without which a file is
    another one."""

    columns: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]

    @cached_property
    def _own(self) -> dict[str, str]:
        return {name.casefold(): own for own, others in self.columns.items() for name in (own, *others)}

    def inspect(self, handle: BinaryIO, encoding: str | None) -> Layout:
        """See `reading.inspect`. Raises UnreadableFileError."""
        layout = reading.inspect(handle, (), encoding=encoding)
        if set(self.needed) <= {self._own.get(name) for name in layout.heading}:
            return layout
        # It says what is missing, and why a heading may look as if it were.
        return reading.inspect(handle, self.needed, encoding=encoding)

    def rows(self, handle: BinaryIO, layout: Layout) -> Iterator[Row]:
        """The rows of a CSV file that `inspect()` accepted, under the names of their columns here."""
        for record in reading.records(handle, layout):
            yield Row(record.line, self.canonical(record.values), record.fault)

    def canonical(self, cells: Mapping[str, str]) -> dict[str, str]:
        """The cells of the columns that are known, under their names here; of two with one name the first filled."""
        found: dict[str, str] = {}
        for name, cell in cells.items():
            own = self._own.get(name.casefold())
            if own and not found.get(own):
                found[own] = cell
        return found
