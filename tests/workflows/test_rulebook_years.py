"""Reading the holidays of a year as they are pasted."""

from datetime import date

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organisations.formats import THAI_MONTHS, THAI_MONTHS_LONG
from organisations.models import Holiday
from workflows.rulebook.years import YearDay, read_year, write_year

DAY = date(2026, 12, 5)


@pytest.mark.parametrize(
    "line",
    [
        "2026-12-05 วันพ่อ", "2569-12-05 วันพ่อ", "5/12/2569 วันพ่อ", "05/12/2026\tวันพ่อ", "5 ธ.ค. 2569 วันพ่อ",
        "5 ธันวาคม 2569 | วันพ่อ", "5 ธันวาคม พ.ศ. 2569 วันพ่อ", "๕ ธันวาคม ๒๕๖๙ วันพ่อ", "5 December 2026: วันพ่อ",
        "วันเสาร์ที่ 5 ธันวาคม 2569 วันพ่อ", "  5 Dec 2026 - วันพ่อ  ",
    ],
)  # fmt: skip
def test_day_is_read_in_every_form_it_is_written_in(line: str) -> None:
    assert read_year(line, 2026) == ([YearDay(DAY, "วันพ่อ", "")], [])


def test_english_name_stands_behind_a_bar_or_a_tab() -> None:
    for mark in ("|", "\t"):
        assert read_year(f"2026-12-05{mark}วันพ่อ{mark}Father's Day", 2026)[0] == [YearDay(DAY, "วันพ่อ", "Father's Day")]


def test_thai_digits_of_a_name_stay_as_they_were_typed() -> None:
    assert read_year("๕ ธ.ค. ๒๕๖๙ วันที่ ๕", 2026)[0][0].name_th == "วันที่ ๕"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("วันพ่อ", "no day"), ("2026-12-05", "no name"), ("2026-12-05 |  | x", "no name"), ("2026-02-30 วัน", "no day"),
        ("2025-12-05 วันพ่อ", "another year"), ("2026-12-05 ก\n2026-12-05 ข", "twice"),
        ("2026-12-05 " + "ก" * 201, "long"),
    ],
)  # fmt: skip
def test_line_that_says_no_holiday_is_named_with_its_number(text: str, said: str) -> None:
    with override("en"):
        _days, faults = read_year("\n" + text, 2026)
    assert len(faults) == 1
    assert said in faults[0]
    assert f"Line {2 + text.count(chr(10))}" in faults[0]


# The first example also waits for what the machine does beside it.
patient = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
names = st.text("กขฃไั้abc12 ()", min_size=1, max_size=30).map(str.strip).filter(bool)


@patient
@given(st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 12, 31)), names, max_size=20))
def test_what_is_written_is_read_again(days: dict[date, str]) -> None:
    rows = [Holiday(day=day, name_th=name, name_en="", source="x") for day, name in days.items()]
    read, faults = read_year(write_year(rows), 2026)
    assert not faults
    assert {one.day: one.name_th for one in read} == days


@patient
@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.sampled_from([THAI_MONTHS, THAI_MONTHS_LONG]))
def test_day_is_read_by_every_name_of_its_month(day: date, months: tuple[str, ...]) -> None:
    line = f"{day.day} {months[day.month - 1]} {day.year + 543} วันหยุด"
    assert read_year(line, 2026)[0] == [YearDay(day, "วันหยุด", "")]


@patient
@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    days, faults = read_year(text, 2026)
    assert len(days) + len(faults) <= len(text.splitlines())
