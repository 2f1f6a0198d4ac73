"""Lists of suppliers that staff fill in themselves: bidders, people of firms, addresses. CSV by templates.

Columns (Thai as in the templates, or the names here): see `KINDS`. The tax number says who a supplier is; where it is
masked or missing, number and name together. Empty cells take nothing away that is known.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from procurement.actions.suppliers import record_person, set_address, supplier_of
from procurement.importers import values
from procurement.importers.comparing import label_of, told
from procurement.importers.headings import Headings
from procurement.importers.reporting import RowListener
from procurement.importers.running import BatchRun, Outcome, Taken, Told, reason_of, refuse
from procurement.importers.spool import Row, Spool
from procurement.importers.values import UnreadableError
from procurement.models import Bid, Purchase, Supplier, SupplierPerson
from workflows.actors import IMPORT
from workflows.importing.reading import BadRowError
from workflows.refusals import Refused
from workflows.transitions import perform

T = TypeVar("T")
LIMITS = {"name": 300, "person": 200, "address": 500, "reason": 500}


@dataclass(frozen=True)
class Kind:
    """A kind of list. example: a made-up row of the template, in the order of the columns."""

    code: str
    headings: Headings
    example: tuple[str, ...]

    def template(self) -> str:
        """The template as CSV; the mark at its beginning tells a sheet that it is UTF-8."""
        out = io.StringIO()
        out.write("\ufeff")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(others[0] for others in self.headings.columns.values())
        writer.writerow(self.example)
        return out.getvalue()

    def is_example(self, cells: dict[str, str]) -> bool:
        """Whether a row is the made-up one, left in by mistake."""
        return tuple(cells.get(name, "").strip() for name in self.headings.columns) == self.example


_SUPPLIER = {
    "tax_number": ("เลขประจำตัวผู้เสียภาษี", "tin", "winner_tin"),
    "name": ("ชื่อผู้ประกอบการ", "supplier", "ชื่อ"),
}
_EXAMPLE = ("0105500000003", "บริษัท ตัวอย่างสมมุติ จำกัด")

BIDS = Kind(
    "bids",
    Headings(
        {
            "project_number": ("เลขที่โครงการ", "project_id", "รหัสโครงการ"),
            **_SUPPLIER,
            "amount": ("ราคาที่เสนอ",),
            "submitted_on": ("วันที่ยื่นเสนอราคา",),
            "result": ("ผลการพิจารณา",),
            "reason": ("เหตุผล",),
        },
        ("project_number", "name"),
    ),
    ("65010000000", *_EXAMPLE, "1,234,500.00", "15 ม.ค. 2565", "ไม่ผ่านคุณสมบัติ", "ไม่ยื่นเอกสารตามประกาศ"),
)
PEOPLE = Kind(
    "people",
    Headings(
        {
            **_SUPPLIER,
            "person": ("ชื่อบุคคล",),
            "part": ("ฐานะ",),
            "share": ("ร้อยละของหุ้น",),
            "address": ("ที่อยู่",),
            "as_of": ("ข้อมูล ณ วันที่",),
        },
        ("tax_number", "person", "part"),
    ),
    (*_EXAMPLE, "นาย สมมุติ ตัวอย่าง", "ผู้ถือหุ้น", "30.5", "1 ถนนสมมุติ กรุงเทพมหานคร", "30 ก.ย. 2565"),
)
ADDRESSES = Kind(
    "addresses",
    Headings({**_SUPPLIER, "address": ("ที่อยู่",)}, ("tax_number", "address")),
    (*_EXAMPLE, "1 ถนนสมมุติ แขวงสมมุติ กรุงเทพมหานคร 10000"),
)
KINDS = {kind.code: kind for kind in (BIDS, PEOPLE, ADDRESSES)}

# As people write them in the templates, without spaces.
_RESULTS = {
    Bid.Result.WON: ("won", "winner", "ชนะ", "ผู้ชนะ", "ชนะการเสนอราคา", "ผู้ชนะการเสนอราคา", "ได้รับการคัดเลือก",
                     "ได้รับคัดเลือก"),
    Bid.Result.LOST: ("lost", "แพ้", "ไม่ชนะ", "ไม่ได้รับการคัดเลือก", "ไม่ได้รับคัดเลือก"),
    Bid.Result.DISQUALIFIED: ("disqualified", "ไม่ผ่าน", "ไม่ผ่านคุณสมบัติ", "ไม่ผ่านการพิจารณา", "ขาดคุณสมบัติ", "ตัดสิทธิ",
                              "ตัดสิทธิ์"),
    Bid.Result.PENDING: ("pending", "รอผล", "รอพิจารณา", "อยู่ระหว่างพิจารณา", "ยังไม่พิจารณา"),
}  # fmt: skip
_PARTS = {
    SupplierPerson.Part.DIRECTOR: ("director", "กรรมการ", "กรรมการผู้จัดการ", "กรรมการบริษัท"),
    SupplierPerson.Part.PARTNER: ("partner", "หุ้นส่วน", "หุ้นส่วนผู้จัดการ", "หุ้นส่วนจำกัด", "ผู้เป็นหุ้นส่วน"),
    SupplierPerson.Part.SHAREHOLDER: ("shareholder", "ผู้ถือหุ้น", "ผู้ถือหุ้นรายใหญ่"),
}


def _by_word(table: dict[Any, tuple[str, ...]]) -> dict[str, str]:
    return {word: code.value for code, words in table.items() for word in words}


_RESULT_OF, _PART_OF = _by_word(_RESULTS), _by_word(_PARTS)


@dataclass
class Entry:
    """One row: who it is about, and what it says of him; facts: only what is given."""

    line: int
    tin: str
    name: str
    facts: dict[str, Any]
    remarks: list[str] = field(default_factory=list)

    @property
    def who(self) -> str:
        """The supplier as the file knows him."""
        return self.tin if self.tin and "x" not in self.tin else f"{self.tin} {self.name}"


@dataclass
class List:
    """Rows that belong together: the bidders of a purchase, or one row alone."""

    key: str
    entries: list[Entry] = field(default_factory=list)
    repeated: list[Entry] = field(default_factory=list)


class SupplierImport(BatchRun[List]):
    """One run over one list."""

    def __init__(self, spool: Spool, kind: Kind, listener: RowListener, *, dry_run: bool = False) -> None:
        super().__init__(spool, listener, dry_run=dry_run)
        self._kind = kind
        self._writer: Callable[[List], list[Taken]] = {
            BIDS.code: _take_bids, PEOPLE.code: _take_person, ADDRESSES.code: _take_address,
        }[kind.code]  # fmt: skip

    def group(self, key: str, rows: Iterable[Row]) -> tuple[List | None, int]:
        """The rows under one key that can be read."""
        found = List(key)
        seen: dict[str, Entry] = {}
        for row in rows:
            try:
                entry = parse(row, self._kind)
                first = seen.setdefault(entry.who, entry)
                if first is entry:
                    found.entries.append(entry)
                elif first.facts == entry.facts:
                    found.repeated.append(entry)
                else:
                    raise refuse(
                        _("the supplier stands in line %(line)d already, with other facts") % {"line": first.line}
                    )
            except BadRowError as bad:
                self.reject(row.line, _called(row), str(bad))
        return (found if found.entries else None), len(found.entries) + len(found.repeated)

    def take_batch(self, batch: Sequence[List]) -> list[Told]:
        """Write the rows of a batch."""
        return [row for found in batch for row in self._take(found)]

    def _take(self, found: List) -> list[Told]:
        try:
            with transaction.atomic():
                taken = self._writer(found)
        except (Refused, BadRowError, IntegrityError, DataError) as fault:
            taken = [Taken(Outcome.REJECTED, reason_of(fault))] * len(found.entries)
        self.repeated += len(found.repeated)
        taken += [Taken(Outcome.UNCHANGED)] * len(found.repeated)
        return [
            Told(entry.line, " ".join(filter(None, (found.key, entry.who))), row.with_remarks(entry.remarks))
            for entry, row in zip([*found.entries, *found.repeated], taken, strict=True)
        ]


def key_of(row: Row, kind: Kind) -> str:
    """Bids of one purchase belong together; every other row stands alone."""
    if kind is not BIDS:
        return ""
    try:
        return values.project_number(row.cells.get("project_number", ""))
    except UnreadableError:
        return ""


def parse(row: Row, kind: Kind) -> Entry:
    """Read one row. Raises BadRowError with every reason for which nobody can know what the row is about."""
    if row.fault:
        raise BadRowError([row.fault])
    if kind.is_example(row.cells):
        raise refuse(_("this is the example of the template; take the line out"))
    cells = _Cells(row.cells)
    tax = cells.needed("tax_number", values.tax_number)
    name = cells.words("name")
    if tax is not None and not tax.number and not name:
        cells.reasons.append(_("neither a tax number nor a name says which supplier it is"))
    if tax is not None and tax.remark:
        cells.remarks.append(tax.remark % {"column": f"tax_number {tax.number}"})
    facts: dict[str, Any] = {}
    match kind.code:
        case BIDS.code:
            if cells.needed("project_number", values.project_number) == "":
                cells.reasons.append(_("%(column)s is empty") % {"column": "project_number"})
            facts = {
                "amount": cells.read("amount", values.money),
                "submitted_on": cells.read("submitted_on", values.day),
                "result": cells.read("result", _word_of(_RESULT_OF)),
                "note": cells.words("reason"),
            }
        case PEOPLE.code:
            facts = {
                "name": cells.words("person"),
                "part": cells.needed("part", _word_of(_PART_OF)),
                "share": cells.read("share", values.share),
                "address": cells.words("address"),
                "as_of": cells.read("as_of", values.day),
            }
            cells.reasons += [
                _("%(column)s is empty") % {"column": column}
                for column, name_here in (("person", "name"), ("part", "part"))
                if not facts[name_here] and not values.words(row.cells.get(column, ""))
            ]
        case _:
            facts = {"address": cells.words("address")}
            if not facts["address"]:
                cells.reasons.append(_("%(column)s is empty") % {"column": "address"})
    if cells.reasons or tax is None:
        raise BadRowError(cells.reasons)
    return Entry(row.line, tax.number, name, {k: v for k, v in facts.items() if v not in (None, "")}, cells.remarks)


class _Cells:
    """The cells of a row; reasons: why it cannot be taken, remarks: what was left out of it."""

    def __init__(self, cells: dict[str, str]) -> None:
        self._cells = cells
        self.reasons: list[str] = []
        self.remarks: list[str] = []

    def words(self, column: str) -> str:
        text, limit = values.words(self._cells.get(column, "")), LIMITS[column]
        if len(text) <= limit:
            return text
        self.remarks.append(
            _("%(column)s is longer than %(limit)d characters and was cut") % {"column": column, "limit": limit}
        )
        return f"{text[: limit - 1]}…"

    def read(self, column: str, reader: Callable[[str], T]) -> T | None:
        try:
            return reader(self._cells.get(column, ""))
        except UnreadableError as fault:
            self.remarks.append(_("%(sentence)s; it was left empty") % {"sentence": fault.sentence(column)})
            return None

    def needed(self, column: str, reader: Callable[[str], T]) -> T | None:
        try:
            return reader(self._cells.get(column, ""))
        except UnreadableError as fault:
            self.reasons.append(fault.sentence(column))
            return None


def _word_of(table: dict[str, str]) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        if values.says_nothing(text):
            return None
        found = table.get(values.plain_name(text).replace(" ", ""))
        if found is None:
            raise UnreadableError(_("%(column)s %(value)s is none of the words that are known"), text)
        return found

    return read


def _called(row: Row) -> str:
    cells = row.cells
    return values.shown(
        " ".join(filter(None, (cells.get("project_number"), cells.get("tax_number") or cells.get("name"))))
    )


def _supplier(entry: Entry) -> tuple[Supplier, bool]:
    """The supplier of a row, and whether he was made for it. Raises BadRowError."""
    masked = "x" in entry.tin
    known = Supplier.objects.filter(tin=entry.tin, masked=masked)
    found = known.first() if entry.tin and not masked else known.filter(name=entry.name).first()
    if found is not None:
        if entry.name and values.plain_name(found.name) != values.plain_name(entry.name):
            entry.remarks.append(_("this tax number is known here as “%(name)s”") % {"name": values.shown(found.name)})
        return found, False
    if not entry.name:
        raise refuse(_("no supplier here has this tax number, and the row does not name one"))
    return supplier_of(name=entry.name, tin=entry.tin), True


def _take_bids(found: List) -> list[Taken]:
    """One version of the list of bidders for all that is new or differs."""
    purchase = Purchase.objects.select_related("case").filter(project_number=found.key).first()
    if purchase is None:
        raise refuse(_("no purchase here has this project number"))
    here = {bid.supplier_id: bid for bid in purchase.bids.all()}
    taken: list[Taken] = []
    bids: list[dict[str, Any]] = []
    for entry in found.entries:
        supplier, _new = _supplier(entry)
        bid = here.get(supplier.pk)
        facts = entry.facts if bid is None else {k: v for k, v in entry.facts.items() if getattr(bid, k) != v}
        if bid is not None and not facts:
            taken.append(Taken(Outcome.UNCHANGED))
            continue
        bids.append({"supplier": supplier, **facts})
        taken.append(Taken(Outcome.CREATED) if bid is None else Taken(Outcome.CHANGED, _changes(bid, facts)))
    if bids:
        perform(purchase.case, "record_bids", IMPORT, bids=bids)
    return taken


def _take_person(found: List) -> list[Taken]:
    (entry,) = found.entries
    supplier, _new = _supplier(entry)
    _row, became = record_person(supplier=supplier, **entry.facts)
    if became == "older":
        return [Taken(Outcome.UNCHANGED, remarks=(_("what is on record is of a later day and stays"),))]
    return [Taken(Outcome[became.upper()])]


def _take_address(found: List) -> list[Taken]:
    (entry,) = found.entries
    supplier, new = _supplier(entry)
    changed = set_address(supplier, entry.facts["address"])
    return [Taken(Outcome.CREATED if new else Outcome.CHANGED if changed else Outcome.UNCHANGED)]


def _changes(bid: Bid, facts: dict[str, Any]) -> str:
    return "; ".join(
        _("%(field)s %(before)s → %(after)s")
        % {"field": label_of(Bid, name), "before": told(getattr(bid, name)), "after": told(value)}
        for name, value in facts.items()
    )
