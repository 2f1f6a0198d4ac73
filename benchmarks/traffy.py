"""A made-up Traffy Fondue export of any length: the columns of the real one, nobody's report."""

import csv
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

COLUMNS = (
    "ticket_id", "type", "organization", "comment", "coords", "photo", "photo_after", "address", "subdistrict",
    "district", "province", "timestamp", "state", "star", "count_reopen", "last_activity",
)  # fmt: skip
_TYPES = ("ถนน", "ทางเท้า", "แสงสว่าง", "ความสะอาด", "ต้นไม้", "สายไฟ", "ท่อระบายน้ำ", "เสียงรบกวน", "ร้องเรียน,ถนน", "")
_WHAT = ("ไฟถนนดับ", "ถนนเป็นหลุม", "ฝาท่อชำรุด", "ขยะตกค้าง", "กิ่งไม้พาดสายไฟ", "ทางเท้าทรุด", "เสียงดังยามวิกาล")
_WHERE = ("หน้าโรงเรียน", "ปากซอย", "ข้างตลาด", "ใต้สะพาน", "หน้าวัด", "ริมคลอง")
# As in the 600 real reports: most are closed.
_STATES = ("เสร็จสิ้น",) * 7 + ("กำลังดำเนินการ",) * 2 + ("รอรับเรื่อง",)
_FIRST = datetime(2025, 1, 1, tzinfo=UTC)


def write(path: Path, rows: int) -> None:
    """Write `rows` reports to `path` as UTF-8 CSV; the same ones every time."""
    chance = random.Random(2568)
    with path.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(COLUMNS)
        for number in range(rows):
            out.writerow(_report(number, chance))


def _report(number: int, chance: random.Random) -> list[str]:
    at = _FIRST + timedelta(minutes=4 * number % 500_000, seconds=chance.random() * 60)
    state = chance.choice(_STATES)
    last = at + timedelta(hours=chance.random() * 200)
    comment = f"{chance.choice(_WHAT)}{chance.choice(_WHERE)} {chance.randrange(1, 200)} มาหลายวันแล้ว ขอให้ช่วยตรวจสอบ"
    return [
        f"BENCH-{number:07d}",
        f"{{{chance.choice(_TYPES)}}}",
        "เทศบาลตัวอย่าง",
        comment if number % 3 else f'{comment}\nผู้แจ้งบอกว่า "รอนานแล้ว", ยังไม่มีใครมา',
        f"{100.3 + chance.random() / 2:.5f},{13.6 + chance.random() / 3:.5f}",
        "https://example.org/before.jpg",
        "https://example.org/after.jpg" if state == _STATES[0] else "",
        f"{chance.randrange(1, 400)} ถ. ตัวอย่าง",
        "ตัวอย่าง",
        "ตัวอย่าง",
        "ตัวอย่าง",
        at.strftime("%Y-%m-%d %H:%M:%S.%f+00"),
        state,
        str(chance.randrange(1, 6)) if state == _STATES[0] and chance.random() < 0.3 else "",
        "0",
        last.strftime("%Y-%m-%d %H:%M:%S.%f+00"),
    ]
