"""One row of a Traffy Fondue export: what it becomes, and every reason why it cannot be taken."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from complaints.importers import traffy
from workflows.importing.reading import BadRowError

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROW = {
    "ticket_id": "2025-TEST01",
    "type": "{ถนน,ทางเท้า}",
    "organization": "เทศบาลเมืองสมมุติ, ฝ่ายโยธา",
    "comment": "ทางเท้าทรุด\nหน้าโรงเรียน",
    "coords": "100.65340,14.79950",
    "photo": "https://example.org/before.jpg",
    "photo_after": "",
    "address": "ถนนสมมุติ",
    "subdistrict": "ตำบลทะเลชุบศร",
    "district": "อำเภอเมืองลพบุรี",
    "province": "จังหวัดลพบุรี",
    "timestamp": "2025-05-11 04:41:36.04634+00",
    "state": "กำลังดำเนินการ",
    "star": "5",
    "count_reopen": "1",
    "last_activity": "2025-05-12 08:11:58+07",
}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def parse(**cells: str) -> traffy.TraffyReport:
    return traffy.parse(ROW | cells, now=NOW)


def reasons(**cells: str) -> list[str]:
    with pytest.raises(BadRowError) as caught:
        parse(**cells)
    return caught.value.reasons


def test_row_becomes_a_report() -> None:
    assert parse() == traffy.TraffyReport(
        number="2025-TEST01",
        types=("ถนน", "ทางเท้า"),
        organisations=("เทศบาลเมืองสมมุติ", "ฝ่ายโยธา"),
        comment="ทางเท้าทรุด\nหน้าโรงเรียน",
        longitude=Decimal("100.65340"),
        latitude=Decimal("14.79950"),
        photo="https://example.org/before.jpg",
        photo_after="",
        address="ถนนสมมุติ",
        subdistrict="ทะเลชุบศร",
        district="เมืองลพบุรี",
        province="ลพบุรี",
        reported_at=datetime(2025, 5, 11, 4, 41, 36, 46340, tzinfo=UTC),
        state="กำลังดำเนินการ",
        star=5,
        reopened=1,
        last_activity=datetime(2025, 5, 12, 1, 11, 58, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("{}", ()),
        ("", ()),
        ("{PM2.5}", ("PM2.5",)),
        ("{ถนน,ถนน, น้ำท่วม }", ("ถนน", "น้ำท่วม")),
        ('{"ไฟ, สายไฟ",ถนน}', ("ไฟ, สายไฟ", "ถนน")),
        (r'{"a \"b\"",c}', ('a "b"', "c")),
    ],
)
def test_types_in_braces(text: str, types: tuple[str, ...]) -> None:
    assert parse(type=text).types == types


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("จังหวัดกรุงเทพมหานคร", "กรุงเทพมหานคร"),
        ("กรุงเทพมหานคร", "กรุงเทพมหานคร"),
        ("กทม.", "กรุงเทพมหานคร"),
        ("จ.ลพบุรี", "ลพบุรี"),
        ("จังหวัด", "จังหวัด"),
    ],
)
def test_province_is_written_one_way(written: str, meant: str) -> None:
    assert parse(province=written).province == meant


def test_optional_cells_may_be_empty() -> None:
    report = parse(coords="", star="", count_reopen="", type="{}", organization="", photo="", address="")
    assert (report.longitude, report.latitude, report.star, report.reopened) == (None, None, None, 0)


def test_last_activity_a_moment_before_the_report_is_two_clocks_and_no_error() -> None:
    report = parse(timestamp="2025-05-11 06:14:48.25146+00", last_activity="2025-05-11 06:14:48.235683+00")
    assert report.last_activity == report.reported_at


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"timestamp": "2025-02-31 10:00:00+00"}, "timestamp 2025-02-31 10:00:00+00 is an impossible date"),
        ({"timestamp": "2025-05-11 25:00:00+00"}, "timestamp 2025-05-11 25:00:00+00 is an impossible date"),
        ({"last_activity": "9999-12-31 23:59:59-23"}, "last_activity 9999-12-31 23:59:59-23 is an impossible date"),
        ({"timestamp": "2568-05-11 10:00:00+00"}, "timestamp 2568-05-11 10:00:00+00 lies in the future"),
        ({"last_activity": "2026-01-02 00:00:00+00"}, "last_activity 2026-01-02 00:00:00+00 lies in the future"),
        ({"timestamp": "1970-01-01 00:00:00+00"}, "timestamp 1970-01-01 00:00:00+00 is before Traffy Fondue began"),
        (
            {"timestamp": "11/5/2568 4:41"},
            "timestamp 11/5/2568 4:41 is not a date and time like 2023-05-11 04:41:36+00",
        ),
        ({"timestamp": "2025-05-11 04:41:36"}, "timestamp 2025-05-11 04:41:36 has no time zone"),
        ({"timestamp": ""}, "timestamp is empty"),
        (
            {"last_activity": "2025-05-10 00:00:00+00"},
            "last_activity (2025-05-10 00:00:00+00) is before timestamp (2025-05-11 04:41:36.04634+00)",
        ),
        ({"coords": "14.79950,100.65340"}, "coords 14.79950,100.65340 has latitude and longitude swapped"),
        ({"coords": "0,0"}, "coords 0,0 lies outside Thailand"),
        ({"coords": "NaN,NaN"}, "coords NaN,NaN lies outside Thailand"),
        ({"coords": "100.6"}, "coords 100.6 is not a longitude and a latitude"),
        ({"coords": "east,north"}, "coords east,north is not a longitude and a latitude"),
        ({"star": "6"}, "star 6 is not a number from 1 to 5"),
        ({"star": "0"}, "star 0 is not a number from 1 to 5"),
        ({"star": "good"}, "star good is not a number from 1 to 5"),
        ({"count_reopen": "-1"}, "count_reopen -1 is not a count"),
        ({"ticket_id": ""}, "ticket_id is empty"),
        ({"ticket_id": "two words"}, "ticket_id two words is not a ticket number"),
        ({"ticket_id": "X" * 41}, "ticket_id is longer than 40 characters"),
        ({"address": "ก" * 501}, "address is longer than 500 characters"),
        ({"photo": "javascript:alert(1)"}, "photo javascript:alert(1) is not a web address"),
        ({"type": "{" + "ก" * 201 + "}"}, "type {" + "ก" * 38 + "… is not a list in braces"),
        ({"comment": " \u200b "}, "comment is empty"),
        ({"state": ""}, "state is empty"),
        ({"type": "ถนน"}, "type ถนน is not a list in braces"),
        ({"type": '{"ถนน}'}, 'type {"ถนน} is not a list in braces'),
    ],
)
def test_fault_of_a_row_is_named(cells: dict[str, str], reason: str) -> None:
    assert reasons(**cells) == [reason]


def test_every_fault_of_a_row_is_named_at_once() -> None:
    assert reasons(ticket_id="", comment="", star="9") == [
        "ticket_id is empty",
        "comment is empty",
        "star 9 is not a number from 1 to 5",
    ]
