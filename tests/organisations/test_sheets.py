"""Sheets: no text of theirs is a formula, and nothing in them is what a spreadsheet refuses."""

import io

from openpyxl import load_workbook

from organisations.sheets import xlsx_response


def test_sheet_takes_no_text_for_a_formula_and_leaves_out_what_no_sheet_may_hold() -> None:
    answer = xlsx_response("a.xlsx", ["=1+1"], ["@x", "n"], [["+2", -3], ["a\x0bb", None]], ["=SUM(A1)", 5])
    cells = [cell for row in load_workbook(io.BytesIO(answer.content)).worksheets[0] for cell in row if cell.value]
    assert all(cell.data_type in {"s", "n"} for cell in cells)
    assert [cell.value for cell in cells] == ["'=1+1", "'@x", "n", "'+2", -3, "ab", "'=SUM(A1)", 5]


def test_sheet_is_named_as_excel_allows() -> None:
    answer = xlsx_response("a.xlsx", [], ["x"], [], title="a[b]:c*d?e/f\\g" + "ก" * 40)
    title = load_workbook(io.BytesIO(answer.content)).worksheets[0].title
    assert title == "a b  c d e f g" + "ก" * 17
