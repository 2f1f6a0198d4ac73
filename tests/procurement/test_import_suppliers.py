"""Lists of suppliers: bidders, people, addresses, by templates."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from procurement.actions.suppliers import record_person, set_address, supplier_of
from procurement.importers.supplier_lists import KINDS
from procurement.models import Bid, Purchase, PurchaseCase, Supplier, SupplierPerson
from tests.support.purchases import Plan
from workflows.models import LedgerEntry
from workflows.refusals import Missing

TIN, OTHER = "0105500000003", "0650000000005"
NUMBER = "65010000001"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def take(tmp_path: Path) -> Any:
    """Import these rows as a list of `kind` and give the lines of the report."""

    def run(kind: str, *rows: dict[str, str], **options: Any) -> list[str]:
        path = tmp_path / "list.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.DictWriter(handle, list(KINDS[kind].headings.columns), restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return report(path, kind, **options)

    return run


def report(path: Path, kind: str, **options: Any) -> list[str]:
    out = io.StringIO()
    call_command("import_suppliers", path, kind=kind, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue().splitlines()


def bid(**cells: str) -> dict[str, str]:
    return {"project_number": NUMBER, "tax_number": TIN, "name": "บริษัท หนึ่ง จำกัด", "amount": "900,000", **cells}


def person(**cells: str) -> dict[str, str]:
    return {"tax_number": TIN, "name": "บริษัท หนึ่ง จำกัด", "person": "นาย สมมุติ", "part": "ผู้ถือหุ้น", **cells}


@pytest.fixture
def announced(plan: Plan) -> PurchaseCase:
    """A purchase whose offers are considered."""
    from django.utils import timezone

    case = plan.do(plan.purchase(project_number=NUMBER), "announce", on=timezone.localdate())
    assert isinstance(case, PurchaseCase)
    return case


def version() -> int:
    return Purchase.objects.get(project_number=NUMBER).bidders_version


# --- Bidders ----------------------------------------------------------------------------------------------------------
def test_bidders_become_one_version_of_the_list(announced: PurchaseCase, take: Any) -> None:
    said = take(
        "bids",
        bid(submitted_on="15 ม.ค. 2565", result="ชนะ"),
        bid(tax_number=OTHER, name="ห้างสอง", amount="950000.50", result="ไม่ผ่านคุณสมบัติ", reason="เอกสารไม่ครบ"),
        bid(tax_number="130990115xxxx", name="นาย สาม", amount="-"),
    )
    assert said == ["read 3, created 3, changed 0, unchanged 0, rejected 0"]
    assert version() == 1
    found = {row.supplier.tin: row for row in Bid.objects.select_related("supplier")}
    assert (found[TIN].amount, found[TIN].result, found[TIN].submitted_on) == (900_000, "won", date(2022, 1, 15))
    assert (found[OTHER].result, found[OTHER].note) == ("disqualified", "เอกสารไม่ครบ")
    assert (found["130990115xxxx"].amount, found["130990115xxxx"].result) == (None, "pending")
    assert LedgerEntry.objects.filter(verb="record_bids", actor_kind="import").count() == 1


def test_same_list_again_makes_no_new_version(announced: PurchaseCase, take: Any) -> None:
    rows = [bid(result="ชนะ"), bid(tax_number=OTHER, name="ห้างสอง")]
    take("bids", *rows)
    assert take("bids", *rows) == ["read 2, created 0, changed 0, unchanged 2, rejected 0"]
    assert version() == 1


def test_bid_that_differs_is_a_new_version_and_an_empty_cell_takes_nothing_away(
    announced: PurchaseCase, take: Any
) -> None:
    take("bids", bid(result="ชนะ", submitted_on="2022-01-15"), bid(tax_number=OTHER, name="ห้างสอง"))
    said = take("bids", bid(amount="890,000"), bid(tax_number=OTHER, name="ห้างสอง"))
    assert said == [
        f"Line 2, {NUMBER} {TIN} changed: offered price 900,000.00 baht → 890,000.00 baht.",
        "read 2, created 0, changed 1, unchanged 1, rejected 0",
    ]
    assert version() == 2
    row = Bid.objects.get(supplier__tin=TIN)
    assert (row.amount, row.result, row.submitted_on) == (890_000, "won", date(2022, 1, 15))


def test_bidders_of_an_unknown_purchase_are_rejected(announced: PurchaseCase, take: Any) -> None:
    said = take(
        "bids", bid(), bid(project_number="65019999999"), bid(project_number="6.5E+10"), bid(project_number="-")
    )
    assert said[-1] == "read 4, created 1, changed 0, unchanged 0, rejected 3"
    text = "\n".join(said)
    assert f"Line 3, 65019999999 {TIN} rejected: no purchase here has this project number." in text
    assert "has lost digits" in text
    assert "project_number is empty" in text
    assert Supplier.objects.count() == 1


def test_bidders_in_a_state_without_bidding_are_rejected_with_the_sentence(plan: Plan, take: Any) -> None:
    plan.purchase(project_number=NUMBER)
    said = take("bids", bid())
    assert "This can no longer be done: the case is in another state now." in said[0]
    assert said[-1].endswith("rejected 1")
    assert not Supplier.objects.exists()


def test_bidder_that_stands_twice(announced: PurchaseCase, take: Any) -> None:
    said = take("bids", bid(), bid(), bid(amount="1"))
    assert said[-1] == "read 3, created 1, changed 0, unchanged 1, rejected 1"
    assert any("the supplier stands in line 2 already, with other facts" in line for line in said)


def test_unreadable_figures_are_left_out_and_numbers_looked_at(announced: PurchaseCase, take: Any) -> None:
    said = take("bids", bid(tax_number="0105500000001", amount="ถูก", submitted_on="เมื่อวาน", result="ดี"))
    assert said[-1] == "read 1, created 1, changed 0, unchanged 0, rejected 0"
    for words in ("wrong check digit", "amount ถูก is no amount", "เมื่อวาน is no day", "result ดี is none of the words"):
        assert words in said[0]
    row = Bid.objects.get()
    assert (row.amount, row.submitted_on, row.result) == (None, None, "pending")


def test_number_that_is_known_by_another_name_is_told(announced: PurchaseCase, take: Any) -> None:
    supplier_of(name="บริษัท เดิม จำกัด", tin=TIN)
    assert "this tax number is known here as “บริษัท เดิม จำกัด”" in take("bids", bid())[0]
    assert Supplier.objects.get().name == "บริษัท เดิม จำกัด"


# --- People -----------------------------------------------------------------------------------------------------------
def test_people_of_suppliers_are_recorded_with_share_and_day(plan: Plan, take: Any) -> None:
    rows = [
        person(share="30.5%", as_of="30 ก.ย. 2565", address="1 ถนนสมมุติ"),
        person(person="นาง  สมมุติ", part="กรรมการ"),
        person(tax_number=OTHER, name="ห้างสอง", part="partner"),
    ]
    assert take("people", *rows) == ["read 3, created 3, changed 0, unchanged 0, rejected 0"]
    assert take("people", *rows) == ["read 3, created 0, changed 0, unchanged 3, rejected 0"]
    row = SupplierPerson.objects.get(part="shareholder")
    assert (row.supplier.tin, row.share, row.as_of, row.address) == (
        TIN,
        Decimal("30.5"),
        date(2022, 9, 30),
        "1 ถนนสมมุติ",
    )
    assert SupplierPerson.objects.get(part="director").name == "นาง สมมุติ"


def test_newer_day_changes_and_an_older_one_does_not(plan: Plan, take: Any) -> None:
    take("people", person(share="30", as_of="2022-09-30"))
    assert take("people", person(share="40", as_of="2023-09-30"))[-1].startswith("read 1, created 0, changed 1")
    said = take("people", person(share="20", as_of="2021-09-30"))
    assert "what is on record is of a later day and stays" in said[0]
    assert said[-1].startswith("read 1, created 0, changed 0, unchanged 1")
    assert SupplierPerson.objects.get().share == 40


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"person": ""}, "person is empty"),
        ({"part": "-"}, "part is empty"),
        ({"part": "เพื่อน"}, "part เพื่อน is none of the words that are known"),
        ({"tax_number": "1.05E+11"}, "has lost digits"),
        ({"tax_number": "", "name": ""}, "neither a tax number nor a name"),
        ({"name": ""}, "no supplier here has this tax number, and the row does not name one"),
    ],
)
def test_row_about_nobody_is_rejected(plan: Plan, take: Any, cells: dict[str, str], reason: str) -> None:
    said = take("people", person(**cells))
    assert reason in said[0]
    assert said[-1] == "read 1, created 0, changed 0, unchanged 0, rejected 1"
    assert not Supplier.objects.exists()


def test_share_beyond_100_percent_is_left_out(plan: Plan, take: Any) -> None:
    assert "share 130 is no share" in take("people", person(share="130"))[0]
    assert SupplierPerson.objects.get().share is None


# --- Addresses --------------------------------------------------------------------------------------------------------
def test_addresses_are_kept_and_changed(plan: Plan, take: Any) -> None:
    row = {"tax_number": TIN, "name": "บริษัท หนึ่ง จำกัด", "address": "1 ถนนสมมุติ"}
    assert take("addresses", row)[-1].startswith("read 1, created 1")
    assert take("addresses", row)[-1].startswith("read 1, created 0, changed 0, unchanged 1")
    assert take("addresses", row | {"address": "2 ถนนสมมุติ", "name": ""})[-1].startswith("read 1, created 0, changed 1")
    assert Supplier.objects.get().address == "2 ถนนสมมุติ"


def test_address_that_is_empty_is_no_row(plan: Plan, take: Any) -> None:
    assert "address is empty" in take("addresses", {"tax_number": TIN, "name": "ก", "address": "-"})[0]


# --- Templates and files ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_template_opens_in_a_sheet_and_its_example_is_not_imported(plan: Plan, tmp_path: Path, kind: str) -> None:
    out = io.StringIO()
    call_command("import_suppliers", kind=kind, template=True, stdout=out)
    text = out.getvalue()
    assert text.startswith("\ufeff")
    path = tmp_path / "template.csv"
    path.write_text(text, encoding="utf-8")
    said = report(path, kind)
    assert "this is the example of the template; take the line out" in said[0]
    assert said[-1] == "read 1, created 0, changed 0, unchanged 0, rejected 1"
    assert not Supplier.objects.exists()


def test_without_a_file_the_command_asks_for_one(db: None) -> None:
    with pytest.raises(CommandError, match="Name the file"):
        call_command("import_suppliers", kind="bids")


def test_dry_run_and_all_or_nothing_write_nothing(announced: PurchaseCase, take: Any) -> None:
    assert take("bids", bid(), dry_run=True)[-1].startswith("read 1, created 1")
    with pytest.raises(SystemExit):
        take("bids", bid(), bid(project_number="-"), all_or_nothing=True)
    assert not Bid.objects.exists()
    assert not Supplier.objects.exists()
    assert version() == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"PK\x03\x04" + bytes(9), "an Excel"), (b"a,b\n1,2\n", "The heading lacks: project_number"), (b"", "is empty")],
)
def test_other_files_are_refused_whole(db: None, tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=sentence):
        report(path, "bids")


# --- The writers ------------------------------------------------------------------------------------------------------
def test_full_number_is_the_supplier_whatever_the_name(db: None) -> None:
    first = supplier_of(name="บริษัท  หนึ่ง", tin=TIN, address="1 ถนนสมมุติ")
    assert supplier_of(name="บจก. หนึ่ง", tin=TIN, address="2") == first
    first.refresh_from_db()
    assert (first.name, first.address) == ("บริษัท หนึ่ง", "1 ถนนสมมุติ")


def test_masked_or_missing_number_is_known_with_the_name_only(db: None) -> None:
    masked = supplier_of(name="นาย ก", tin="130990115XXXX")
    assert masked.masked
    assert supplier_of(name="นาย ก", tin="130990115xxxx") == masked
    assert supplier_of(name="นาย ข", tin="130990115xxxx") != masked
    assert supplier_of(name="นาย ก") != masked
    assert supplier_of(name="นาย ก") == supplier_of(name="นาย ก")


def test_empty_address_is_filled_once(db: None) -> None:
    supplier_of(name="ก", tin=TIN)
    assert supplier_of(name="ก", tin=TIN, address="1").address == "1"
    assert not set_address(Supplier.objects.get(), "1")


@pytest.mark.parametrize(("name", "tin"), [("", TIN), ("  ", ""), ("ก", "123"), ("ก", "010550000000ก")])
def test_supplier_without_name_or_with_another_number_is_refused(db: None, name: str, tin: str) -> None:
    with pytest.raises(Missing):
        supplier_of(name=name, tin=tin)


def test_person_without_a_name_is_refused(db: None) -> None:
    with pytest.raises(Missing):
        record_person(supplier=supplier_of(name="ก"), name=" ", part="director")
