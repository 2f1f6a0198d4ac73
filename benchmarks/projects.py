"""A made-up export of the Comptroller General of any length: the columns of the real one, nobody's purchase."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

COLUMNS = (
    "project_id", "project_name", "project_type_name", "dept_name", "dept_sub_name", "purchase_method_name",
    "purchase_method_group_name", "announce_date", "project_money", "price_build", "sum_price_agree", "budget_year",
    "transaction_date", "province", "district", "subdistrict", "project_status", "project_location", "winner_tin",
    "winner", "contract_no", "contract_date", "contract_finish_date", "contract_price_agree", "contract_status",
)  # fmt: skip
_METHODS = ("เฉพาะเจาะจง",) * 6 + ("ประกวดราคาอิเล็กทรอนิกส์ (e-bidding)",) * 3 + ("คัดเลือก",)
_STATUSES = ("ระหว่างดำเนินการ", "ส่งงานครบถ้วน", "ส่งงานตามกำหนด", "สิ้นสุดสัญญา")
_WHAT = ("จ้างก่อสร้างถนน", "ซื้อวัสดุสำนักงาน", "ปรับปรุงอาคาร", "จ้างเหมาบริการ", "ซื้อครุภัณฑ์คอมพิวเตอร์", "ขุดลอกคลอง")
_FIRST = date(2021, 10, 1)
_FIRMS = 2_000


def write(path: Path, rows: int) -> None:
    """Write `rows` contracts to `path` as UTF-8 CSV; the same ones every time. One purchase in ten has two or three."""
    chance = random.Random(2565)
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(COLUMNS)
        written = number = 0
        while written < rows:
            contracts = min(chance.choice((1,) * 9 + (2, 3)), rows - written)
            out.writerows(_purchase(number, contracts, chance))
            written += contracts
            number += 1


def _purchase(number: int, contracts: int, chance: random.Random) -> list[list[str]]:
    announced = _FIRST + timedelta(days=chance.randrange(300))
    signed = announced + timedelta(days=chance.randrange(5, 90))
    budget = chance.randrange(10_000, 20_000_000)
    values = [budget * 9 // 10 // contracts] * contracts
    status, place = chance.choice(_STATUSES), f"POINT({98 + chance.random() * 7:.9f} {6 + chance.random() * 14:.9f})"
    own = [
        f"650{number:08d}", f"{chance.choice(_WHAT)}สมมุติ หมู่ที่ {number}", "ซื้อ", "กรมสมมุติ", f"สำนักงานสมมุติ {number % 76}",
        chance.choice(_METHODS), "", announced.isoformat(), f"{budget}.0", f"{budget}.0", f"{sum(values)}.0", "2565",
        signed.isoformat(), "สมมุติ", "สมมุติ", "สมมุติ", status, place,
    ]  # fmt: skip
    return [[*own, *_contract(number, turn, value, signed, status, chance)] for turn, value in enumerate(values)]


def _contract(number: int, turn: int, value: int, signed: date, status: str, chance: random.Random) -> list[str]:
    firm = chance.randrange(_FIRMS)
    first = f"01055{firm:07d}"
    total = sum(int(digit) * weight for digit, weight in zip(first, range(13, 1, -1), strict=True))
    finish = signed + timedelta(days=chance.randrange(30, 360))
    return [
        f"{first}{(11 - total % 11) % 10}", f"บริษัท สมมุติ {firm} จำกัด", f"{number}-{turn}/2565", signed.isoformat(),
        finish.isoformat(), f"{value:,}", status,
    ]  # fmt: skip
