"""Reading a CSV export safely: what kind of file it is, how it is encoded, where each record begins and ends.

Two passes over one open file. `inspect()` reads all of it and writes nothing, so that a fault of the *file* (another
kind, a broken quote, an undecodable byte, a missing column) is known before the first row reaches the database.
`records()` then yields rows one by one. Neither holds more than one record in memory.
"""

import codecs
import csv
import io
import os
import re
import stat
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CHUNK_BYTES = 256 * 1024
# The longest of 600 real rows has 2,919 characters. Beyond these bounds a quote was never closed. The csv module's
# own limit (131,072 characters a field) belongs to the whole process: we stay below it instead of changing it.
MAX_RECORD_CHARS = 100_000
MAX_RECORD_LINES = 1_000

ENCODINGS = ("utf-8", "cp874")

_KINDS: tuple[tuple[bytes, object], ...] = (
    (b"PK\x03\x04", gettext_lazy("a ZIP archive or an Excel or LibreOffice workbook")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", gettext_lazy("an old Excel or Word document")),
    (b"%PDF-", gettext_lazy("a PDF document")),
    (b"\x1f\x8b", gettext_lazy("a gzip archive")),
    (b"7z\xbc\xaf", gettext_lazy("a 7-Zip archive")),
    (b"Rar!", gettext_lazy("a RAR archive")),
    (b"\x89PNG", gettext_lazy("an image")),
    (b"\xff\xd8\xff", gettext_lazy("an image")),
    (b"SQLite format 3\0", gettext_lazy("a database")),
    (b"PAR1", gettext_lazy("a Parquet table")),
    (codecs.BOM_UTF16_LE, gettext_lazy("text in UTF-16")),
    (codecs.BOM_UTF16_BE, gettext_lazy("text in UTF-16")),
)
_DELIMITERS = {
    ";": gettext_lazy("semicolons"),
    "\t": gettext_lazy("tabs"),
    "|": gettext_lazy("vertical bars"),
}
# A vowel or tone mark above or below needs a consonant (or another mark) before it. In Thai text this hardly ever
# fails; in Western text read as Thai it fails at nearly every accented letter.
_STRAY_MARK = re.compile("(?<![ก-๎])[ัิ-ฺ็-๎]")
_THAI = re.compile("[ก-๛]")


class UnreadableFileError(Exception):
    """The file as a whole cannot be imported. The message is a sentence for the person who chose the file."""


class BadRowError(Exception):
    """The row cannot be imported. `reasons` are sentences without a full stop, one for each thing that is wrong."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Layout:
    """What `inspect()` found out about a file.

    encoding: "utf-8" or "cp874" (which contains TIS-620). heading: the column names in file order. size: bytes.
    records: number of records after the heading, well-formed or not.
    """

    encoding: str
    heading: tuple[str, ...]
    size: int
    modified: int
    records: int


@dataclass(frozen=True)
class Record:
    """One record. line: of its beginning in the file, from 1. fault: why its cells cannot be trusted, or ""."""

    line: int
    values: dict[str, str]
    fault: str


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """Open `path` for reading twice. Raises UnreadableFileError naming why not (missing, folder, pipe, no right)."""
    try:
        handle = path.open("rb")
    except FileNotFoundError:
        raise UnreadableFileError(_("There is no file %(path)s.") % {"path": path}) from None
    except IsADirectoryError:
        raise UnreadableFileError(_("%(path)s is a folder. Name a file.") % {"path": path}) from None
    except OSError as error:
        raise UnreadableFileError(
            _("%(path)s cannot be opened: %(reason)s.") % {"path": path, "reason": error.strerror}
        ) from None
    with handle:
        if not stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
            raise UnreadableFileError(
                _("%(path)s is not an ordinary file. It is read twice, so save it first.") % {"path": path}
            )
        yield handle


def inspect(handle: BinaryIO, columns: Sequence[str], *, encoding: str | None = None) -> Layout:
    """Read the whole file once and say how to read it.

    In: an open file, the columns that must be there, and an encoding where the person states one (default: found out).
    Raises UnreadableFileError, with the line where there is one, for every fault that makes the whole file doubtful.
    """
    state = os.fstat(handle.fileno())
    if state.st_size == 0:
        raise UnreadableFileError(_("The file is empty."))
    _refuse_other_kinds(handle)
    encoding = find_encoding(handle, encoding)
    rows = _rows(handle, encoding)
    try:
        _line, cells = next(rows, (1, []))
        heading = _check_heading(cells, columns)
        count = sum(1 for _row in rows)
    finally:
        rows.close()
    if count == 0:
        raise UnreadableFileError(_("The file has a heading and no rows."))
    return Layout(encoding, heading, state.st_size, state.st_mtime_ns, count)


def records(handle: BinaryIO, layout: Layout) -> Iterator[Record]:
    """Yield the records below the heading of a file that `inspect()` accepted.

    Raises UnreadableFileError when the file is no longer the one inspected.
    """
    state = os.fstat(handle.fileno())
    if (state.st_size, state.st_mtime_ns) != (layout.size, layout.modified):
        raise UnreadableFileError(_("The file was changed while it was read. Start again."))
    rows = _rows(handle, layout.encoding)
    try:
        next(rows)
        for line, cells in rows:
            fault = ""
            if len(cells) != len(layout.heading):
                fault = _("has %(found)d columns where the heading has %(expected)d") % {
                    "found": len(cells),
                    "expected": len(layout.heading),
                }
            yield Record(line, dict(zip(layout.heading, cells, strict=False)), fault)
    finally:
        rows.close()


def find_encoding(handle: BinaryIO, stated: str | None = None) -> str:
    """How the text of the file is encoded: as the person states it, else found out from every byte.

    Raises UnreadableFileError, with the line, when it is not text in that encoding, or not text at all.
    """
    return _check_encoding(handle, stated) if stated else _find_encoding(handle)


def _refuse_other_kinds(handle: BinaryIO) -> None:
    handle.seek(0)
    head = handle.read(4096)
    for magic, kind in _KINDS:
        if head.startswith(magic):
            raise _other_kind(kind)
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if text.startswith(b"<"):
        raise _other_kind(_("a web page or XML"))
    if text.startswith((b"{", b"[")):
        raise _other_kind(_("JSON"))
    if not text:
        raise UnreadableFileError(_("The file is empty."))


def _other_kind(kind: object) -> UnreadableFileError:
    return UnreadableFileError(
        _("The file is %(kind)s, not CSV. Save or export it as CSV (UTF-8) first.") % {"kind": kind}
    )


def _find_encoding(handle: BinaryIO) -> str:
    """UTF-8 when every byte of the file says so, else TIS-620/Windows-874 when that gives plausible Thai."""
    utf8_line = _undecodable_line(handle, "utf-8")
    if utf8_line is None:
        return "utf-8"
    if _undecodable_line(handle, "cp874") is None and _is_plausible_thai(handle):
        return "cp874"
    raise UnreadableFileError(
        _(
            "Line %(line)d is not valid UTF-8, and the file is not Thai in TIS-620 (Windows-874) either. "
            "Export it again as UTF-8."
        )
        % {"line": utf8_line}
    )


def _check_encoding(handle: BinaryIO, encoding: str) -> str:
    line = _undecodable_line(handle, encoding)
    if line is not None:
        raise UnreadableFileError(
            _("Line %(line)d is not valid text in the encoding %(encoding)s.") % {"line": line, "encoding": encoding}
        )
    return encoding


def _chunks(handle: BinaryIO) -> Iterator[bytes]:
    handle.seek(0)
    while chunk := handle.read(CHUNK_BYTES):
        yield chunk


def _undecodable_line(handle: BinaryIO, encoding: str) -> int | None:
    """The line of the first byte that `encoding` does not know; None when it knows them all. NUL bytes are refused."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines = 1
    pending = b""
    for chunk in _chunks(handle):
        if (nul := chunk.find(b"\0")) >= 0:
            line = lines + chunk.count(b"\n", 0, nul)
            raise UnreadableFileError(
                _("Line %(line)d holds a NUL byte: the file is damaged or not text.") % {"line": line}
            )
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            # `error.object` may begin with bytes kept back from the chunk before; those hold no line break.
            return lines + error.object[: error.start].count(b"\n")
        lines += chunk.count(b"\n")
        pending = chunk
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return lines - pending.endswith(b"\n")
    return None


def _is_plausible_thai(handle: BinaryIO) -> bool:
    thai = stray = 0
    for chunk in _chunks(handle):
        text = chunk.decode("cp874")
        thai += len(_THAI.findall(text))
        stray += len(_STRAY_MARK.findall(text))
    return thai > 0 and stray * 50 < thai


def _check_heading(cells: list[str], columns: Sequence[str]) -> tuple[str, ...]:
    heading = tuple(cell.strip().casefold() for cell in cells)
    missing = [column for column in columns if column not in heading]
    if missing:
        for delimiter, name in _DELIMITERS.items():
            if len(cells) < len(columns) and delimiter in "".join(cells):
                found = [part.strip(' "').casefold() for part in ",".join(cells).split(delimiter)]
                if len(set(found) & set(columns)) * 2 > len(columns):
                    raise UnreadableFileError(
                        _("The columns are separated by %(name)s. Save the file with commas.") % {"name": name}
                    )
        raise UnreadableFileError(
            _("The heading lacks: %(missing)s. It has: %(found)s.")
            % {"missing": ", ".join(missing), "found": ", ".join(cell[:40] for cell in heading[:30])}
        )
    doubled = sorted({column for column in columns if heading.count(column) > 1})
    if doubled:
        raise UnreadableFileError(_("The heading names a column twice: %(columns)s.") % {"columns": ", ".join(doubled)})
    return heading


def _rows(handle: BinaryIO, encoding: str) -> Generator[tuple[int, list[str]], None, None]:
    """Every record that is not blank, with its first line. Line breaks inside fields become "\\n"."""
    handle.seek(0)
    text = io.TextIOWrapper(handle, encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline=None)
    try:
        lines = _RecordLines(text)
        reader = csv.reader(lines, strict=True)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise lines.broken_quote() from error
            line = lines.start_next()
            if cells and any(cell.strip() for cell in cells):
                yield line, cells
    finally:
        text.detach()  # Closing the wrapper would close the file, which is read again.


class _RecordLines:
    """Lines for csv.reader that remember the record they belong to, so that a fault can name its line."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._first = 1
        self._lines: list[str] = []
        self._chars = 0

    def __iter__(self) -> "_RecordLines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_RECORD_CHARS + 1)
        if not line:
            raise StopIteration
        self._lines.append(line)
        self._chars += len(line)
        if self._chars > MAX_RECORD_CHARS or len(self._lines) > MAX_RECORD_LINES:
            opened = _open_quote("".join(self._lines))
            if opened is None:
                raise UnreadableFileError(
                    _("Line %(line)d is longer than %(limit)d characters: the file is damaged or not CSV.")
                    % {"line": self._first + len(self._lines) - 1, "limit": MAX_RECORD_CHARS}
                )
            raise UnreadableFileError(
                _("The quote opened in line %(opened)d is never closed.") % {"opened": self._first + opened}
            )
        return line

    def start_next(self) -> int:
        """Close the record just read; its first line."""
        first = self._first
        self._first += len(self._lines)
        self._lines.clear()
        self._chars = 0
        return first

    def broken_quote(self) -> UnreadableFileError:
        opened = _open_quote("".join(self._lines)) or 0
        last = self._first + len(self._lines) - 1
        return UnreadableFileError(
            _("The quote opened in line %(opened)d is not closed as it should be (seen at line %(line)d).")
            % {"opened": self._first + opened, "line": last}
        )


def _open_quote(record: str) -> int | None:
    """The line, from 0 within `record`, of the quote that is still open at its end or that closes before more text."""
    opened: int | None = None
    line = 0
    at_start = True
    position = 0
    while position < len(record):
        char = record[position]
        if opened is not None:
            if char == '"':
                if record[position + 1 : position + 2] == '"':
                    position += 1
                elif record[position + 1 : position + 2] in ("", ",", "\n"):
                    opened = None
                else:
                    return opened
        elif char == '"' and at_start:
            opened = line
        at_start = opened is None and char in ",\n"
        line += char == "\n"
        position += 1
    return opened
