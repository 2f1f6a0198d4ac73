"""Plan activities pasted from a sheet (tab-separated, as Excel and its kin put it on the clipboard) or from CSV.

Pure: text in, rows out, each with what is wrong in which of its cells. Nothing is written here.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from procurement.importers import values
from procurement.importers.values import UnreadableError

MAX_ROWS = 1_000
NAME_CHARS, CODE_CHARS = 500, 40
# Below this share of readable amounts a column without a heading is not taken for the budget.
_MOSTLY = 0.6

# How the words of a heading begin, without spaces and case. The first field that fits has the cell: "วงเงินโครงการ" is
# the budget and "รหัสโครงการ" the number. A number of the row serves where no number of the plan stands.
_HEADINGS = {
    "budget": ("วงเงิน", "งบประมาณ", "จำนวนเงิน", "budget", "amount"),
    "code": ("รหัส", "เลขที่", "code", "number"),
    "row": ("ลำดับ", "ที่", "no", "#"),
    "name": ("โครงการ", "กิจกรรม", "รายการ", "ชื่อ", "activity", "project", "name"),
}
# A list of names alone begins with one of these, or with the first name.
_LONE_HEADINGS = frozenset({
    "โครงการ", "กิจกรรม", "โครงการ/กิจกรรม", "ชื่อโครงการ", "ชื่อกิจกรรม", "ชื่อโครงการ/กิจกรรม", "รายการ", "name", "activity",
})  # fmt: skip
# A sheet often ends with them.
_TOTALS = re.compile(r"(ยอด)?รวม(ทั้งสิ้น|ทั้งหมด|เป็นเงิน|งบประมาณ)*|(grand ?|sub)?total", re.IGNORECASE)


class TooManyRowsError(ValueError):
    """More rows than one form takes. The message is a sentence for the person who pasted them."""


@dataclass(frozen=True)
class PastedRow:
    """One activity. line: of the pasted text, from 1. budget: baht, None when it is not known.

    problems: field ("name", "code", "budget" or "row") to a sentence without a full stop; empty for a good row.
    """

    line: int
    name: str
    code: str
    budget: Decimal | None
    problems: dict[str, str] = field(default_factory=dict)


def parse_activities(text: str) -> list[PastedRow]:
    """The rows of `text`: name, budget and number in the plan in any order of columns, with or without a heading row.

    Tabs separate, or commas where there is no tab. Columns without a heading are told apart by what they hold: the
    budget is the column of amounts (the larger ones where there are two), the name the one with most letters, the
    number in the plan a short one that is left. A number that stands twice is marked at the second row.
    Raises TooManyRowsError above 1,000 rows.
    """
    table = [(line, cells) for line, cells in _table(text) if any(not values.says_nothing(cell) for cell in cells)]
    if not table:
        return []
    columns = _columns_of_heading(table[0][1])
    rows = table[1:] if columns else table
    if len(rows) > MAX_ROWS:
        raise TooManyRowsError(
            _("These are %(count)d rows; at most %(limit)d can be pasted at once.")
            % {"count": len(rows), "limit": MAX_ROWS}
        )
    columns = columns or _columns_of_contents([cells for _line, cells in rows])
    seen: dict[str, int] = {}
    return [_row(line, cells, columns, seen) for line, cells in rows]


def _table(text: str) -> Iterator[tuple[int, list[str]]]:
    """Cells with the line on which their row begins. A quote that is never closed is a sign like any other."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines, delimiter = io.StringIO(text, newline=""), "\t" if "\t" in text else ","
    if text.count('"') % 2:
        reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(lines, delimiter=delimiter)
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a cell beyond what the csv module takes
            cells = []
        yield begins, cells
        begins = reader.line_num + 1


def _columns_of_heading(cells: Sequence[str]) -> dict[str, int]:
    """Where each field stands, by the words of a heading row; {} when the row is none.

    It is one when a cell names the activity, another one another field, and none is an amount.
    """
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        word = "".join(values.clean(cell).casefold().split())
        if word and _amount(cell) is not None:
            return {}
        for name, headings in _HEADINGS.items():
            if word.startswith(headings):
                found.setdefault(name, place)
                break
    if "name" not in found:
        return {}
    lone = "".join(values.clean(cells[found["name"]]).casefold().split())
    if len(found) == 1 and lone not in _LONE_HEADINGS:
        return {}
    if (row := found.pop("row", None)) is not None:
        found.setdefault("code", row)
    return found


def _columns_of_contents(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Where each field stands, by what the columns hold."""
    width = max(map(len, rows))
    columns = [[row[place] if place < len(row) else "" for row in rows] for place in range(width)]
    found: dict[str, int] = {}
    letters = [sum(sum(char.isalpha() for char in cell) for cell in column) for column in columns]
    found["name"] = max(range(width), key=lambda place: letters[place])
    amounts = {
        place: sum((_amount(cell) or Decimal(0) for cell in column), Decimal(0))
        for place, column in enumerate(columns)
        if place != found["name"] and _share(column, lambda cell: _amount(cell) is not None) >= _MOSTLY
    }
    # 1, 2, 3 … are numbers of rows and no budgets, unless nothing else is an amount and the sums are money.
    numbered = {place for place in amounts if _counts_up(columns[place])}
    if money := {place: total for place, total in amounts.items() if place not in numbered}:
        found["budget"] = max(money, key=lambda place: money[place])
    left = [place for place in range(width) if place not in found.values() and any(columns[place])]
    short = [place for place in left if max(map(len, columns[place])) <= CODE_CHARS]
    if short:
        found["code"] = min(short, key=lambda place: place in numbered)
    return found


def _share(column: Sequence[str], holds: Callable[[str], bool]) -> float:
    filled = [cell for cell in column if not values.says_nothing(cell)]
    return sum(map(holds, filled)) / len(filled) if filled else 0.0


def _counts_up(column: Sequence[str]) -> bool:
    found = [amount for cell in column if (amount := _amount(cell)) is not None]
    return len(found) > 1 and all(later - earlier == 1 for earlier, later in pairwise(found))


def _amount(cell: str) -> Decimal | None:
    try:
        return values.money(cell)
    except UnreadableError:
        return None


def _row(line: int, cells: Sequence[str], columns: dict[str, int], seen: dict[str, int]) -> PastedRow:
    def cell(name: str) -> str:
        place = columns.get(name)
        return cells[place] if place is not None and place < len(cells) else ""

    problems: dict[str, str] = {}
    name, code = values.words(cell("name")), values.words(cell("code"))
    if any(_TOTALS.fullmatch(values.clean(text).replace(" ", "")) for text in cells):
        problems["row"] = _("This is a line of totals")
    if not name:
        problems["name"] = _("Enter the name")
    elif len(name) > NAME_CHARS:
        problems["name"] = _("The name is longer than %(limit)d characters") % {"limit": NAME_CHARS}
    if len(code) > CODE_CHARS:
        problems["code"] = _("The number is longer than %(limit)d characters") % {"limit": CODE_CHARS}
    elif code and (first := seen.setdefault(code, line)) != line:
        problems["code"] = _("This number stands in line %(line)d already") % {"line": first}
    budget = None
    try:
        budget = values.money(cell("budget"))
    except UnreadableError as fault:
        problems["budget"] = fault.sentence(_("Budget"))
    return PastedRow(line, name, code, budget, problems)
