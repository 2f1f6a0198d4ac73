"""The open data of the Comptroller General (e-GP): one row a contract, or purchases with their contracts nested.

A reader of rows, not of files: `parse()` turns the cells of one row into a `Line` or says what is wrong with it.
Nothing here knows the database; what agencies, methods and statuses mean here is decided in `mapping`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO, TypeVar

from django.utils.translation import gettext as _

from procurement.importers import json_stream, values
from procurement.importers.headings import Headings
from procurement.importers.spool import Row
from procurement.importers.values import TaxNumber, UnreadableError
from workflows.importing.reading import BadRowError

NAME = "cgd"
# The same in the English and in the Thai form of the export; and what the nested form calls the fields of a contract.
COLUMNS = {
    "project_id": ("รหัสโครงการ",),
    "project_name": ("ชื่อโครงการ",),
    "project_type_name": ("ชื่อประเภทโครงการ",),
    "dept_name": ("ชื่อหน่วยงาน",),
    "dept_sub_name": ("ชื่อหน่วยงานย่อย",),
    "purchase_method_name": ("วิธีจัดซื้อฯ",),
    "purchase_method_group_name": ("กลุ่มวิธีจัดซื้อฯ",),
    "announce_date": ("วันที่ประกาศ",),
    "project_money": ("งบประมาณ(บาท)",),
    "price_build": ("ราคากลาง(บาท)",),
    "sum_price_agree": ("ราคาตกลงซื้อ/จ้าง",),
    "budget_year": ("ปีงบประมาณ",),
    "transaction_date": ("วันที่เกิดรายการ",),
    "province": ("จังหวัด",),
    "district": ("เขต/อำเภอ",),
    "subdistrict": ("แขวง/ตำบล",),
    "project_status": ("สถานะโครงการ",),
    "project_location": ("พิกัดของโครงการ",),
    "winner_tin": ("เลขนิติบุคคล",),
    "winner": ("ชื่อผู้ชนะ", "winner_name"),
    "contract_no": ("เลขที่สัญญา",),
    "contract_date": ("วันที่ลงนามสัญญา",),
    "contract_finish_date": ("วันที่สิ้นสุดสัญญา",),
    "contract_price_agree": ("งบสัญญา(บาท)", "price_agree"),
    "contract_status": ("สถานะสัญญา",),
}
CONTRACT_COLUMNS = (
    "winner_tin", "winner", "contract_no", "contract_date", "contract_finish_date", "contract_price_agree",
    "contract_status",
)  # fmt: skip
NESTED = ("contract", "contracts")
# What the database holds of each.
LIMITS = {
    "project_name": 1000, "project_type_name": 200, "purchase_method_name": 300, "agency": 300,
    "province": 100, "district": 100, "subdistrict": 100, "project_status": 200,
    "winner": 300, "contract_no": 100, "contract_status": 200,
}  # fmt: skip

HEADINGS = Headings(COLUMNS, ("project_id", "project_name"))
_PROJECT_KEYS = frozenset({"project_id", *COLUMNS["project_id"]})
T = TypeVar("T")


@dataclass(frozen=True)
class ContractLine:
    """What a row says about a contract. value: baht; None and "" for what it does not say."""

    number: str
    tax: TaxNumber
    supplier: str
    signed_on: date | None
    finish_on: date | None
    value: Decimal | None
    status: str


@dataclass(frozen=True)
class Line:
    """One row. figures: fields of `Purchase` to their values, only those it gives. fiscal_year: BE, or None. agencies:
    names of the agency, the nearest first. methods: names of the method, the best first. remarks: what could not be
    read and was left out, or was mended."""

    line: int
    number: str
    fiscal_year: int | None
    agencies: tuple[str, ...]
    methods: tuple[str, ...]
    status: str
    figures: dict[str, Any]
    contract: ContractLine | None
    remarks: list[str] = field(default_factory=list)


def rows_of_json(handle: BinaryIO, encoding: str) -> Iterator[Row]:
    """The contracts of a nested export as rows, each with the fields of its purchase, and purchases without any."""
    for line, thing in json_stream.objects(handle, encoding, _PROJECT_KEYS):
        if not isinstance(thing, dict):
            yield Row(line, {}, _("is no project with its fields"))
            continue
        own = HEADINGS.canonical({name: _text(value) for name, value in thing.items() if name not in NESTED})
        contracts: Any = next((thing[name] for name in NESTED if thing.get(name)), [])
        if isinstance(contracts, dict):
            contracts = [contracts]
        if not isinstance(contracts, list) or not all(isinstance(contract, dict) for contract in contracts):
            nothing = isinstance(contracts, str) and values.says_nothing(contracts)
            yield Row(line, own, "" if nothing else _("contract is no list of contracts"))
            continue
        for contract in contracts or [{}]:
            cells = {
                ("contract_status" if name == "status" else name): _text(value) for name, value in contract.items()
            }
            yield Row(
                line, own | {name: cell for name, cell in HEADINGS.canonical(cells).items() if name in CONTRACT_COLUMNS}
            )


def key_of(row: Row) -> str:
    """The project number under which rows belong together; "" where it cannot be read."""
    try:
        return values.project_number(row.cells.get("project_id", ""))
    except UnreadableError:
        return ""


def parse(row: Row, *, today: date) -> Line:
    """Turn the cells of one row into a `Line`.

    today: days of what has happened that lie after it are impossible. Raises BadRowError with every reason for which
    the row cannot be taken: cells that cannot be trusted, no readable project number, no name.
    """
    if row.fault:
        raise BadRowError([row.fault])
    cells = _Cells(row.cells, today)
    reasons = []
    try:
        number = values.project_number(cells.raw("project_id"))
        if not number:
            reasons.append(_("%(column)s is empty") % {"column": "project_id"})
    except UnreadableError as fault:
        number = ""
        reasons.append(fault.sentence("project_id"))
    name = cells.words("project_name")
    if not name:
        reasons.append(_("%(column)s is empty") % {"column": "project_name"})
    if reasons:
        raise BadRowError(reasons)
    agencies = tuple(filter(None, (cells.words("dept_sub_name", "agency"), cells.words("dept_name", "agency"))))
    methods = ("purchase_method_name", "purchase_method_group_name")
    status = cells.words("project_status")
    figures: dict[str, Any] = {
        "name": name,
        "type_name": cells.words("project_type_name"),
        "agency_name": agencies[0] if agencies else "",
        "budget": cells.read("project_money", values.money),
        "reference_price": cells.read("price_build", values.money),
        "total_value": cells.read("sum_price_agree", values.money),
        "announced_on": cells.past("announce_date"),
        "transaction_on": cells.past("transaction_date"),
        "status_at_source": status,
        "province": cells.words("province"),
        "district": cells.words("district"),
        "subdistrict": cells.words("subdistrict"),
        **cells.place(),
    }
    return Line(
        line=row.line,
        number=number,
        fiscal_year=cells.read("budget_year", values.fiscal_year),
        agencies=agencies,
        methods=tuple(filter(None, (cells.words(column, "purchase_method_name") for column in methods))),
        status=status,
        figures={name: value for name, value in figures.items() if value not in (None, "")},
        contract=cells.contract(),
        remarks=cells.remarks,
    )


class _Cells:
    """The cells of a row, and what was found about them so far."""

    def __init__(self, cells: Mapping[str, str], today: date) -> None:
        self._cells = cells
        self._today = today
        self.remarks: list[str] = []

    def raw(self, column: str) -> str:
        return self._cells.get(column, "")

    def words(self, column: str, limit: str = "") -> str:
        """Text, cut where the database ends."""
        text, length = values.words(self.raw(column)), LIMITS[limit or column]
        if len(text) <= length:
            return text
        self.remarks.append(
            _("%(column)s is longer than %(limit)d characters and was cut") % {"column": column, "limit": length}
        )
        return f"{text[: length - 1]}…"

    def read(self, column: str, reader: Callable[[str], T | None]) -> T | None:
        """A value, or None and a remark."""
        try:
            return reader(self.raw(column))
        except UnreadableError as fault:
            self._left_empty(fault.sentence(column))
            return None

    def past(self, column: str) -> date | None:
        """A day of something that has happened."""
        found = self.read(column, values.day)
        if found and found > self._today:
            sentence = _("%(column)s %(value)s lies in the future")
            self._left_empty(sentence % {"column": column, "value": values.shown(self.raw(column))})
            return None
        return found

    def place(self) -> dict[str, Decimal]:
        found = self.read("project_location", values.place)
        if found is None:
            return {}
        if found.swapped:
            sentence = _("%(column)s %(value)s has latitude and longitude swapped; they were put right")
            column = "project_location"
            self.remarks.append(sentence % {"column": column, "value": values.shown(self.raw(column))})
        return {"latitude": found.latitude, "longitude": found.longitude}

    def contract(self) -> ContractLine | None:
        """The contract of the row; None when it has none. Without a number nobody could know it again."""
        number = self.words("contract_no")
        if not number:
            if any(not values.says_nothing(self.raw(column)) for column in ("contract_date", "contract_price_agree")):
                self.remarks.append(_("contract_no is empty: the contract was left out"))
            return None
        tax = self.read("winner_tin", values.tax_number) or TaxNumber()
        if tax.remark:
            self.remarks.append(tax.remark % {"column": f"winner_tin {tax.number}"})
        return ContractLine(
            number=number,
            tax=tax,
            supplier=self.words("winner"),
            signed_on=self.past("contract_date"),
            finish_on=self.read("contract_finish_date", values.day),
            value=self.read("contract_price_agree", values.money),
            status=self.words("contract_status"),
        )

    def _left_empty(self, sentence: str) -> None:
        self.remarks.append(_("%(sentence)s; it was left empty") % {"sentence": sentence})


def _text(value: Any) -> str:
    """A JSON value as the text of a cell; a list or object is shown, and read by nobody."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
