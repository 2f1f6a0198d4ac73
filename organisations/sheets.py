"""Tables for spreadsheets: CSV that opens rightly in Thai and XLSX, in which no cell is taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

# What a spreadsheet takes for the beginning of a formula (OWASP: CSV injection), also behind what it skips.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutral(value: Any) -> Any:
    """A value as a cell: days as ISO dates, money with its satang, nothing for None; a text that a spreadsheet would
    take for a formula gets an apostrophe in front. Numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | Decimal | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def csv_response(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The table as a file to keep. name: with its ending. UTF-8 with the mark by which Excel knows it."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow([neutral(cell) for cell in head])
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    response = HttpResponse("\ufeff" + sheet.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BOLD = Font(bold=True)
_NO_TITLE = re.compile(r"[][:*?/\\]")
_LONGEST_TITLE = 31


def xlsx_response(
    name: str,
    titles: Sequence[str],
    head: Sequence[Any],
    rows: Iterable[Sequence[Any]],
    foot: Sequence[Any] = (),
    *,
    title: str = "",
) -> HttpResponse:
    """The table as an XLSX file to keep. name: with its ending. titles: rows above the table, as in an official form;
    head: the one row of headings; foot: the row of totals. title: the name of the sheet on its tab, without what Excel
    forbids there and not longer than it takes. Numbers are numbers, and no text is a formula."""
    book = Workbook()
    sheet = book.worksheets[0]
    if title:
        sheet.title = _NO_TITLE.sub(" ", _cell(title))[:_LONGEST_TITLE]
    for line in titles:
        sheet.append([_cell(line)])
    sheet.append([_cell(cell) for cell in head])
    for cell in sheet[sheet.max_row]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    bold = list(range(1, sheet.max_row + 1))
    sheet.freeze_panes = f"B{sheet.max_row + 1}"
    for row in rows:
        sheet.append([_cell(cell) for cell in row])
    if foot:
        sheet.append([_cell(cell) for cell in foot])
        bold.append(sheet.max_row)
    for number in bold:
        for cell in sheet[number]:
            cell.font = _BOLD
    for column in range(1, len(head) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 36 if column == 1 else 13
    kept = io.BytesIO()
    book.save(kept)
    response = HttpResponse(kept.getvalue(), content_type=_XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _cell(value: Any) -> Any:
    safe = neutral(value)
    # Characters that no sheet may hold; openpyxl would refuse the whole file.
    return ILLEGAL_CHARACTERS_RE.sub("", safe) if isinstance(safe, str) else safe
