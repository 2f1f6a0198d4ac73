"""What is pasted from a sheet: columns in any order, and errors by cell."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import permutations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from procurement.importers.pasting import MAX_ROWS, PastedRow, TooManyRowsError, parse_activities


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


ROWS = [
    ("ปรับปรุงถนนสายสมมุติ", "1,500,000", "ก-01"),
    ("ขุดลอกคลองสมมุติ", "๒๐๐,๐๐๐ บาท", "ก-02"),
    ("ซื้อวัสดุสำนักงาน", "-", "ก-03"),
]
HEADING = ("ชื่อโครงการ/กิจกรรม", "งบประมาณ (บาท)", "รหัส")
WANTED = [
    ("ปรับปรุงถนนสายสมมุติ", Decimal(1_500_000), "ก-01"),
    ("ขุดลอกคลองสมมุติ", Decimal(200_000), "ก-02"),
    ("ซื้อวัสดุสำนักงาน", None, "ก-03"),
]


def said(rows: list[PastedRow]) -> list[tuple[str, Decimal | None, str]]:
    return [(row.name, row.budget, row.code) for row in rows]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("heading", [True, False])
def test_columns_are_known_in_any_order_with_or_without_a_heading(order: tuple[int, ...], heading: bool) -> None:
    table = [HEADING, *ROWS] if heading else ROWS
    text = "\r\n".join("\t".join(row[place] for place in order) for row in table)
    rows = parse_activities(text)
    assert said(rows) == WANTED
    assert [row.line for row in rows] == ([2, 3, 4] if heading else [1, 2, 3])
    assert not any(row.problems for row in rows)


def test_csv_with_commas_in_quotes_is_read() -> None:
    assert said(parse_activities('name,budget\n"ปรับปรุง, ถนน","1,500"\n')) == [("ปรับปรุง, ถนน", Decimal(1500), "")]


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("ลำดับ\tโครงการ\tวงเงินงบประมาณ", "1"),
        ("ที่\tรายการ\tจำนวนเงิน", "1"),
        ("No.\tActivity\tAmount", "1"),
        ("ลำดับที่\tกิจกรรม\tงบประมาณโครงการ", "1"),
    ],
)
def test_number_of_the_row_serves_where_the_plan_has_none(heading: str, code: str) -> None:
    assert said(parse_activities(f"{heading}\n1\tปรับปรุงถนน\t500")) == [("ปรับปรุงถนน", Decimal(500), code)]


def test_number_of_the_plan_goes_before_the_number_of_the_row() -> None:
    text = "ลำดับ\tรหัสโครงการ\tชื่อโครงการ\tงบ\tงบประมาณ\n1\tA-7\tถนน\t\t500"
    assert said(parse_activities(text)) == [("ถนน", Decimal(500), "A-7")]


def test_numbers_of_rows_are_no_budgets() -> None:
    rows = parse_activities("1\tโครงการหนึ่ง\t900\n2\tโครงการสอง\t800\n3\tโครงการสาม\t700")
    assert said(rows) == [
        ("โครงการหนึ่ง", Decimal(900), "1"),
        ("โครงการสอง", Decimal(800), "2"),
        ("โครงการสาม", Decimal(700), "3"),
    ]


def test_list_of_names_alone_is_read() -> None:
    assert said(parse_activities("โครงการปรับปรุงถนน\nโครงการขุดลอก")) == [
        ("โครงการปรับปรุงถนน", None, ""),
        ("โครงการขุดลอก", None, ""),
    ]
    assert said(parse_activities("ชื่อโครงการ\nโครงการขุดลอก")) == [("โครงการขุดลอก", None, "")]


def test_cell_with_line_breaks_stays_one_row() -> None:
    rows = parse_activities('ชื่อ\tงบประมาณ\n"ปรับปรุง\nถนน"\t500\nขุดลอก\t600\n')
    assert said(rows) == [("ปรับปรุง ถนน", Decimal(500), ""), ("ขุดลอก", Decimal(600), "")]
    assert [row.line for row in rows] == [2, 4]


def test_inch_marks_are_no_quotes() -> None:
    assert said(parse_activities('ท่อ 5" ยาว\t500\nสายยาง\t600'))[0] == ('ท่อ 5" ยาว', Decimal(500), "")


def test_errors_stand_beside_their_cells() -> None:
    text = f"ชื่อ\tงบประมาณ\tรหัส\n\t500\tA\nถนน\tห้าแสน\tA\n{'ก' * 501}\t1\t{'9' * 41}\nรวม\t1000\t"
    first, second, third, total = parse_activities(text)
    assert first.problems == {"name": "Enter the name"}
    assert second.problems == {
        "code": "This number stands in line 2 already",
        "budget": "Budget ห้าแสน is no amount of money",
    }
    assert second.budget is None
    assert set(third.problems) == {"name", "code"}
    assert total.problems == {"row": "This is a line of totals"}


def test_missing_budget_is_no_error_and_never_0() -> None:
    (row,) = parse_activities("ชื่อ\tงบประมาณ\nถนน\tN/A")
    assert (row.budget, row.problems) == (None, {})


@pytest.mark.parametrize("text", ["", "\n\n", " \t \n-\t-", "ชื่อโครงการ\tงบประมาณ"])
def test_nothing_pasted_is_no_rows(text: str) -> None:
    assert parse_activities(text) == []


def test_more_rows_than_a_form_takes_are_refused() -> None:
    text = "ชื่อ\tงบประมาณ\n" + "ถนน\t1\n" * (MAX_ROWS + 1)
    with pytest.raises(TooManyRowsError, match=r"These are 1001 rows; at most 1000"):
        parse_activities(text)
    assert len(parse_activities(text.removesuffix("ถนน\t1\n"))) == MAX_ROWS


NAMES = st.text("กขคงจ abcde", min_size=8).map(str.strip).filter(lambda text: len(text) > 8)


@given(
    st.lists(st.tuples(NAMES, st.decimals(min_value=1000, max_value=10**9, places=2)), min_size=1, max_size=20),
    st.booleans(),
)
def test_names_and_budgets_come_back(rows: list[tuple[str, Decimal]], commas: bool) -> None:
    text = "\n".join(f"{name}\t{budget:,.2f}" if commas else f"{name}\t{budget}" for name, budget in rows)
    assert said(parse_activities(text)) == [(" ".join(name.split()), budget, "") for name, budget in rows]


@given(st.text(max_size=300))
def test_any_text_gives_rows_or_none(text: str) -> None:
    for row in parse_activities(text):
        assert row.name or row.problems
