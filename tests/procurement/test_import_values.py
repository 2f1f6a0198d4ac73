"""Cells as exports write them: what is read, what is nothing, what nobody can be sure about."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from organisations.formats import MONTHS, THAI_MONTHS, THAI_MONTHS_LONG
from procurement.actions.suppliers import check_digit_holds
from procurement.importers import values
from procurement.importers.values import UnreadableError

NOTHING = ["", " ", "-", "–", "N/A", "n/a", "null", "None", "ไม่มี", "\u200b", "\xa0-\xa0"]
READERS = [values.money, values.day, values.fiscal_year, values.place, values.share]
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize("text", NOTHING)
def test_signs_for_nothing_are_nothing_and_never_0(text: str) -> None:
    assert [reader(text) for reader in READERS] == [None] * len(READERS)
    assert values.words(text) == values.project_number(text) == values.tax_number(text).number == ""


# --- Money ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("116,190,000", "116190000"),
        ("140000000.0", "140000000"),
        ("7382870.3", "7382870.30"),
        ("819577.2000000001", "819577.20"),
        ("๑,๕๐๐,๐๐๐.๒๕ บาท", "1500000.25"),
        ("1 234 567.50", "1234567.50"),
        ("฿1,234", "1234"),
        ("1,234.-", "1234"),
        ("500 บาทถ้วน", "500"),
        ("1, 234", "1234"),
        ("0", "0"),
        ("0.005", "0.01"),
    ],
)
def test_money_is_read(text: str, amount: str) -> None:
    assert values.money(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        "-500",
        "(500)",
        "1.16E+08",
        "1,23",
        "12,34,567",
        "1.234.567",
        "1.5 ล้านบาท",
        "abc",
        "5 5",
        "9" * 14,
        "1,000,00",
        "½",
    ],
)
def test_money_nobody_can_be_sure_about_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        values.money(text)
    assert caught.value.sentence("project_money").startswith(f"project_money {text} is ")


AMOUNTS = st.decimals(min_value=0, max_value=Decimal("9999999999999.99"), places=2)


@given(AMOUNTS, st.sampled_from(["{}", "{} บาท", "฿{}", " {}\u200b", "{}\n"]), st.booleans(), st.booleans())
def test_money_written_in_any_way_comes_back(amount: Decimal, around: str, commas: bool, thai: bool) -> None:
    text = f"{amount:,.2f}" if commas else f"{amount:.2f}"
    text = around.format(text.translate(THAI_DIGITS) if thai else text)
    assert values.money(text) == amount


@given(st.text())
def test_any_text_is_read_or_unreadable_and_nothing_else(text: str) -> None:
    sentences = []
    for reader in (*READERS, values.project_number, values.tax_number):
        try:
            reader(text)
        except UnreadableError as fault:
            sentences.append(fault.sentence("column"))
    assert not {"\x1b", "\0", "\n", "\u202e"} & set("".join(sentences))
    assert values.clean(text) == values.clean(values.clean(text))


# --- Days -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "20 พ.ย. 68", "20 พฤศจิกายน 2568", "20พ.ย.68", "๒๐ พ.ย. ๒๕๖๘", "20 พย 2568", "20-พ.ย.-2568", "20 พ.ย. พ.ศ. 2568",
        "2025-11-20", "2025/11/20", "2568-11-20", "2025-11-20 00:00:00", "2025-11-20T00:00:00", "2025-11-19T17:00:00Z",
        "2025-11-20T00:00:00+07:00", "20/11/2568", "20/11/2025", "20-11-68", "20.11.2568", "20 Nov 2025", "20-Nov-2025",
    ],
)  # fmt: skip
def test_day_is_read(text: str) -> None:
    assert values.day(text) == date(2025, 11, 20)


@pytest.mark.parametrize(
    "text",
    [
        "31 ก.พ. 68",
        "11/20/2568",
        "2025-02-30",
        "20/11/25",
        "1/1/0001",
        "45981",
        "20 Foo 2568",
        "พ.ย. 68",
        "2568",
        "เร็ว ๆ นี้",
    ],
)
def test_day_nobody_can_be_sure_about_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError):
        values.day(text)


WAYS = [
    lambda day: f"{day.day} {THAI_MONTHS[day.month - 1]} {(day.year + 543) % 100:02d}" if day.year >= 1990 else "",
    lambda day: f"{day.day} {THAI_MONTHS_LONG[day.month - 1]} {day.year + 543}",
    lambda day: f"{day.day:02d}/{day.month:02d}/{day.year + 543}",
    lambda day: f"{day.day}/{day.month}/{day.year}",
    lambda day: f"{day.year + 543}-{day.month:02d}-{day.day:02d}",
    lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    lambda day: day.isoformat(),
]


@given(st.dates(date(1990, 1, 1), date(2056, 12, 31)), st.sampled_from(WAYS), st.booleans())
def test_day_written_in_any_way_comes_back(day: date, write: object, thai: bool) -> None:
    assert callable(write)
    text = write(day)
    assert values.day(text.translate(THAI_DIGITS) if thai else text) == day


@pytest.mark.parametrize(
    ("text", "year"), [("2565", 2565), ("๒๕๖๕", 2565), ("2022", 2565), ("65", 2565), ("2565.0", 2565)]
)
def test_fiscal_year_is_read(text: str, year: int) -> None:
    assert values.fiscal_year(text) == year


@pytest.mark.parametrize("text", ["25650", "ปี", "1900", "9999"])
def test_fiscal_year_nobody_can_be_sure_about_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError):
        values.fiscal_year(text)


# --- Numbers ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text", ["65010000001", " 65010000001 ", "65010000001.0", "'65010000001", "6.5010000001E+10", "๖๕๐๑๐๐๐๐๐๐๑"]
)
def test_project_number_is_read(text: str) -> None:
    assert values.project_number(text) == "65010000001"


@pytest.mark.parametrize("text", ["6.501E+10", "6.5E10", "6501-000", "โครงการ", "65.5", "1" * 21, "12345"])
def test_project_number_that_lost_digits_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError):
        values.project_number(text)


def test_lost_digits_are_named_as_the_reason() -> None:
    with pytest.raises(UnreadableError) as caught:
        values.project_number("6.501E+10")
    assert "has lost digits: a sheet wrote it as a rounded number" in caught.value.sentence("project_id")


@pytest.mark.parametrize("text", ["0105500000003", "0-1055-00000-00-3", "0105500000003.0", "'0105500000003"])
def test_tax_number_is_read(text: str) -> None:
    assert values.tax_number(text) == values.TaxNumber("0105500000003")


def test_tax_number_that_lost_its_zero_gets_it_back_and_a_remark() -> None:
    found = values.tax_number("105500000003")
    assert (found.number, found.masked) == ("0105500000003", False)
    assert "lost its leading zero" in found.remark


@pytest.mark.parametrize("text", ["130990115xxxx", "130990115XXXX", "130990115****"])
def test_masked_tax_number_is_kept_as_masked(text: str) -> None:
    assert values.tax_number(text) == values.TaxNumber("130990115xxxx", masked=True)


def test_wrong_check_digit_is_a_remark_and_no_refusal() -> None:
    found = values.tax_number("0105500000001")
    assert found.number == "0105500000001"
    assert "wrong check digit" in found.remark


# 12 digits that no zero before them makes a tax number; 10 of the old kind; a sheet's rounding.
@pytest.mark.parametrize("text", ["105500000001", "1.05E+11", "1055000000", "xxxxxxxxxxxxx", "0105500000003 4", "บริษัท"])
def test_tax_number_nobody_can_be_sure_about_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError):
        values.tax_number(text)


@given(st.integers(0, 10**12 - 1))
def test_exactly_one_check_digit_holds(number: int) -> None:
    assert sum(check_digit_holds(f"{number:012d}{digit}") for digit in range(10)) == 1


# --- Places -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "POINT(100.77 18.78)", "POINT (100.77  18.78)", " point( 100.77 18.78 ) ", "SRID=4326;POINT(100.77 18.78)",
        "MULTIPOINT((100.77 18.78),(100.9 18.9))", "MULTIPOINT(100.77 18.78, 100.9 18.9)", "POINT Z (100.77 18.78 3)",
        "LINESTRING(100.77 18.78,100.9 18.9)", "POLYGON((100.77 18.78,100.9 18.9,101 19,100.77 18.78))",
        "100.77, 18.78",
    ],
)  # fmt: skip
def test_first_point_is_the_place(text: str) -> None:
    assert values.place(text) == values.Place(Decimal("100.77"), Decimal("18.78"))


def test_swapped_place_is_put_right_and_says_so() -> None:
    assert values.place("POINT(18.78 100.77)") == values.Place(Decimal("100.77"), Decimal("18.78"), swapped=True)


def test_empty_geometry_is_nothing() -> None:
    assert values.place("POINT EMPTY") is None


@pytest.mark.parametrize(
    "text", ["POINT(0 0)", "POINT(100.77)", "POINT(1e999 18)", "POINT(nan nan)", "ริมน้ำ", "POINT(- -)"]
)
def test_place_nobody_can_be_sure_about_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError):
        values.place(text)


@given(st.decimals("97.3", "105.7", places=6), st.decimals("5.6", "20.5", places=6), st.booleans())
def test_place_in_thailand_comes_back_in_either_order(longitude: Decimal, latitude: Decimal, swapped: bool) -> None:
    first, second = (latitude, longitude) if swapped else (longitude, latitude)
    assert values.place(f"POINT({first} {second})") == values.Place(longitude, latitude, swapped)


@pytest.mark.parametrize(("text", "percent"), [("30.5", "30.5"), ("30.5%", "30.5"), ("ร้อยละ ๓๐", "30"), ("100", "100")])
def test_share_is_read(text: str, percent: str) -> None:
    assert values.share(text) == Decimal(percent)


@pytest.mark.parametrize("text", ["101", "-1", "1/3", "ครึ่งหนึ่ง"])
def test_share_outside_0_to_100_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError):
        values.share(text)
