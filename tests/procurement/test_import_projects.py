"""The command: what it makes of an export, what it refuses, and that it may be run again at any time."""

import csv
import io
import tracemalloc
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from organisations.calendar import fiscal_year
from organisations.models import Unit
from procurement.importers import running, taking
from procurement.importers.mapping import Mapping
from procurement.importers.spool import Spool
from procurement.importers.writing import Import
from procurement.management.commands.import_projects import fill
from procurement.models import (
    Activity,
    AgencyName,
    Contract,
    ImportedPurchase,
    Milestone,
    Purchase,
    Revision,
    SourceStatus,
    StandingChange,
    Supplier,
)
from tests.support.world import World
from workflows.checks import problems
from workflows.models import Case, Clock, LedgerEntry, OutboxRow, UnitNumber
from workflows.verification import Report, verify

DATA = Path(__file__).parent / "data"
SAMPLE, NESTED = DATA / "cgd.csv", DATA / "cgd.json"
FIRST = "read 6, created 6, changed 0, unchanged 0, rejected 0"
AGAIN = "read 6, created 0, changed 0, unchanged 6, rejected 0"
SWAPPED = "project_location POINT (18.78 100.77) has latitude and longitude swapped; they were put right"
REMARKS = [
    "Line 5, 65010000002: winner_tin 0650000000005 had lost its leading zero, which was put back.",
    f"Line 8, 65010000004: {SWAPPED}.",
]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def run(path: Path = SAMPLE, **options: Any) -> list[str]:
    """The lines of the report."""
    out = io.StringIO()
    call_command("import_projects", path, **({"format": "cgd"} | options), stdout=out, stderr=io.StringIO())
    return out.getvalue().splitlines()


def rows() -> list[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def write(path: Path, changed: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows()[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(changed)
    return path


def many(path: Path, count: int) -> Path:
    first = rows()[0]
    return write(path, [first | {"project_id": f"650200{number:05d}"} for number in range(count)])


def everything() -> list[Any]:
    """What an import writes, as far as a second run could change it."""
    models = (Case, Purchase, Contract, Milestone, Supplier, Activity, Revision, ImportedPurchase, Clock, LedgerEntry)
    return [list(model.objects.order_by("pk").values()) for model in (*models, UnitNumber, StandingChange, OutboxRow)]


def purchase(number: str = "65010000001") -> Purchase:
    return Purchase.objects.select_related("case__unit", "activity").get(project_number=number)


# --- What becomes of a row --------------------------------------------------------------------------------------------
def test_rows_become_purchases_with_their_contracts(world: World) -> None:
    assert run() == [*REMARKS, FIRST]
    stored = purchase()
    assert stored.case.unit == world.district
    assert stored.case.state == "contracted"
    assert stored.case.number.startswith("DST-P2565-")
    assert stored.case.silent
    assert timezone.localdate(stored.case.opened_at) == date(2022, 1, 10)
    assert timezone.localdate(stored.case.state_since) == date(2022, 4, 11)
    assert stored.method_id == stored.case.category == "ebidding"
    assert (stored.budget, stored.reference_price, stored.total_value) == (1_500_000, 1_480_000, 1_400_000)
    assert (stored.announced_on, stored.awarded_on) == (date(2022, 1, 10), date(2022, 4, 11))
    assert (stored.agency_name, stored.status_at_source) == ("หน่วย DST", "ระหว่างดำเนินการ")
    assert (stored.longitude, stored.latitude) == (Decimal("100.770123"), Decimal("18.780456"))
    contract = stored.contracts.get()
    assert (contract.number, contract.value, contract.finish_on) == ("1/2565", 1_400_000, date(2022, 7, 10))
    assert contract.supplier is not None
    assert contract.supplier.tin == "0105500000003"
    assert Contract.objects.count() == 4
    assert Purchase.objects.count() == Activity.objects.count() == 5


def test_each_purchase_has_an_activity_with_its_budget_until_staff_group_them(world: World) -> None:
    run()
    activity = purchase().activity
    assert (activity.unit, activity.fiscal_year, activity.source) == (world.district, 2565, "import")
    assert (activity.name, activity.budget) == (purchase().name, 1_500_000)


def test_purchase_with_several_contracts_is_one(world: World) -> None:
    run()
    stored = purchase("65010000002")
    assert list(stored.contracts.values_list("number", "value")) == [("2/2565", 200_000), ("3/2565", 240_000)]
    assert (stored.budget, stored.total_value) == (450_000, 440_000)
    assert stored.reference_price is None
    assert stored.announced_on is None
    assert Supplier.objects.get(masked=True).tin == "130990115xxxx"
    assert stored.case.state == "contracted"


def test_states_follow_what_the_source_says(world: World) -> None:
    run()
    assert dict(Purchase.objects.values_list("project_number", "case__state")) == {
        "65010000001": "contracted",
        "65010000002": "contracted",
        "65010000003": "announced",
        "65010000004": "completed",
        "65010000005": "cancelled",
    }
    assert purchase("65010000005").cancelled_on == date(2022, 2, 1)
    assert purchase("65010000005").awarded_on is None


def test_milestones_and_clocks_come_from_the_dates(world: World) -> None:
    run()
    milestones = {row.code: (row.planned_on, row.done_on) for row in purchase().milestones.all()}
    assert milestones == {
        "announce": (None, date(2022, 1, 10)),
        "contract": (None, date(2022, 4, 11)),
        "deliver": (date(2022, 7, 10), None),
    }
    clock = Clock.objects.get(case=purchase().pk)
    assert (clock.code, clock.silent, clock.next_warning_on) == ("deliver", True, None)
    assert purchase("65010000002").milestones.get(code="deliver").planned_on == date(2021, 12, 21)
    assert not OutboxRow.objects.filter(event="clock_warning").exists()


def test_purchase_of_this_fiscal_year_is_not_silent(world: World, tmp_path: Path) -> None:
    this_year = str(fiscal_year(timezone.localdate()))
    run(write(tmp_path / "now.csv", [rows()[0] | {"budget_year": this_year}]))
    assert not purchase().case.silent
    assert Clock.objects.get(case=purchase().pk).next_warning_on is not None


def test_everything_agrees_with_itself(world: World) -> None:
    run()
    assert list(problems()) == []
    assert list(verify(Report())) == []
    assert {entry.actor_kind for entry in LedgerEntry.objects.all()} == {"import"}
    assert not Purchase.objects.filter(revisions=None).exists()
    assert Revision.objects.filter(contract__isnull=False).count() == Contract.objects.count()


def test_same_export_in_another_form_changes_nothing(world: World) -> None:
    run(NESTED)
    before = everything()
    assert run(SAMPLE)[-1] == AGAIN
    assert everything() == before


def test_lines_of_the_nested_form_are_counted_by_contracts(world: World) -> None:
    assert run(NESTED)[-1] == FIRST


def test_contracts_scattered_over_the_file_belong_to_one_purchase(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 1)
    sample = rows()
    assert run(write(tmp_path / "mixed.csv", [sample[1], sample[0], sample[3], sample[2]]))[-1].startswith(
        "read 4, created 4"
    )
    assert purchase("65010000002").contracts.count() == 2


# --- Agencies, methods, years -----------------------------------------------------------------------------------------
def test_agency_is_found_by_the_names_of_units_and_of_the_table(world: World, tmp_path: Path) -> None:
    AgencyName.objects.create(name="สำนักงาน  สมมุติ", unit=world.other)
    sample = [
        rows()[0] | {"project_id": "65010000011", "dept_sub_name": "unit  prv"},
        rows()[0] | {"project_id": "65010000012", "dept_sub_name": "สำนักงาน สมมุติ"},
        rows()[0] | {"project_id": "65010000013", "dept_sub_name": "-", "dept_name": "หน่วย DEP"},
        rows()[0] | {"project_id": "65010000014", "dept_sub_name": "ไม่มีใครรู้จัก"},
    ]
    path = write(tmp_path / "agencies.csv", sample)
    assert run(path, unit="ACC")[-1] == "read 4, created 4, changed 0, unchanged 0, rejected 0"
    units = [purchase(f"6501000001{last}").case.unit for last in (1, 2, 3, 4)]
    assert units == [world.province, world.other, world.department, world.centre]


def test_unknown_agency_is_rejected_with_the_way_out(world: World, tmp_path: Path) -> None:
    path = write(tmp_path / "unknown.csv", [rows()[0] | {"dept_sub_name": "กองช่าง", "dept_name": "เทศบาลสมมุติ"}])
    reason = (
        "no unit here is called กองช่าง / เทศบาลสมมุติ. Enter the name under “Names of agencies”, "
        "or say with --unit CODE which unit receives it"
    )
    assert run(path) == [
        f"Line 2, 65010000001 rejected: {reason}.",
        "read 1, created 0, changed 0, unchanged 0, rejected 1",
    ]
    assert not Case.objects.exists()
    assert not Supplier.objects.exists()


def test_name_that_two_units_bear_finds_neither(world: World, tmp_path: Path) -> None:
    Unit.objects.filter(pk=world.other.pk).update(name_th="หน่วย DST")
    assert run(write(tmp_path / "one.csv", rows()[:1]))[-1].endswith("rejected 1")


def test_unknown_code_of_a_unit_ends_it_before_anything_is_written(world: World) -> None:
    with pytest.raises(CommandError, match="no open unit with the code NOWHERE"):
        run(unit="NOWHERE")
    assert not Case.objects.exists()


def test_unknown_method_is_kept_as_text_and_reported_once(world: World, tmp_path: Path) -> None:
    sample = [
        rows()[0] | {"project_id": f"6501000002{last}", "purchase_method_name": "จ้างออกแบบ", "project_status": "แปลก"}
        for last in range(3)
    ]
    report = run(write(tmp_path / "methods.csv", sample))
    assert report[0].startswith("The method “จ้างออกแบบ” is not known here: 3 purchases keep it as text.")
    assert report[1].startswith("The status “แปลก” is not known here: 3 rows were placed by their dates")
    assert report[2:] == ["read 3, created 3, changed 0, unchanged 0, rejected 0"]
    stored = purchase("65010000020")
    assert (stored.method, stored.method_name, stored.case.state) == (None, "จ้างออกแบบ", "contracted")


def test_columns_of_the_method_that_are_swapped_are_read(world: World, tmp_path: Path) -> None:
    first = rows()[0]
    group, method = first["purchase_method_group_name"], first["purchase_method_name"]
    swapped = first | {"purchase_method_name": group, "purchase_method_group_name": method}
    assert run(write(tmp_path / "swapped.csv", [swapped]))[-1].startswith("read 1, created 1")
    assert (purchase().method_id, purchase().method_name) == ("ebidding", method)


def test_status_means_what_the_table_says(world: World, tmp_path: Path) -> None:
    SourceStatus.objects.create(word="พักไว้", meaning="planned")
    contract = dict.fromkeys(("contract_no", "contract_date", "contract_price_agree", "announce_date"), "")
    run(write(tmp_path / "status.csv", [rows()[0] | contract | {"project_status": "พัก ไว้ชั่วคราว"}]))
    assert purchase().case.state == "planned"


def test_year_is_the_one_of_the_row_then_of_the_command_then_of_the_dates(world: World, tmp_path: Path) -> None:
    first = rows()[0]
    path = write(tmp_path / "years.csv", [first | {"budget_year": ""}, first | {"project_id": "65010000009"}])
    run(path, year=2564)
    assert (purchase().activity.fiscal_year, purchase("65010000009").activity.fiscal_year) == (2564, 2565)
    run(write(tmp_path / "dates.csv", [first | {"budget_year": "-", "project_id": "65010000010"}]))
    assert purchase("65010000010").activity.fiscal_year == 2565


def test_row_without_any_year_is_rejected_with_the_way_out(world: World, tmp_path: Path) -> None:
    days = dict.fromkeys(("budget_year", "announce_date", "transaction_date", "contract_date"), "-")
    assert "say with --year" in run(write(tmp_path / "none.csv", [rows()[0] | days]))[0]


# --- Rows that cannot be taken ----------------------------------------------------------------------------------------
@pytest.fixture
def with_bad_rows(tmp_path: Path) -> Path:
    sample = rows()
    sample[3]["project_id"] = "6.501E+10"
    sample[4]["project_money"] = "มาก"
    sample.append(sample[0] | {"contract_price_agree": "9"})
    sample.append(sample[0])
    return write(tmp_path / "bad.csv", sample)


def test_bad_rows_are_named_and_the_others_taken(world: World, with_bad_rows: Path) -> None:
    sample = with_bad_rows
    report = run(sample)
    assert {line.partition(",")[0] for line in report if "rejected:" in line} == {"Line 7", "Line 10"}
    assert any("stands in line 2 already, with other figures" in line for line in report)
    assert any("has lost digits" in line for line in report)
    assert any("project_money มาก is no amount of money; it was left empty" in line for line in report)
    assert report[-2:] == [
        "Rows that repeat an earlier one: 1. They count as unchanged.",
        "read 8, created 5, changed 0, unchanged 1, rejected 2",
    ]
    assert purchase("65010000004").budget is None


def test_all_or_nothing_writes_nothing_when_a_row_is_rejected(world: World, with_bad_rows: Path) -> None:
    out = io.StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command(
            "import_projects", with_bad_rows, format="cgd", all_or_nothing=True, stdout=out, stderr=io.StringIO()
        )
    assert caught.value.code == 1
    assert out.getvalue().splitlines()[-2:] == [
        "Nothing was written, because rows were rejected.",
        "read 8, created 0, changed 0, unchanged 0, rejected 2",
    ]
    assert not Case.objects.exists()
    assert not Activity.objects.exists()


def test_all_or_nothing_writes_all_when_every_row_is_good(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH", 2)
    assert run(all_or_nothing=True)[-1] == FIRST
    assert Purchase.objects.count() == 5


def test_refusal_of_the_database_rejects_its_purchase_only(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = taking.open_case

    def refuse(*args: Any, **facts: Any) -> Case:
        if facts["project_number"] == "65010000002":
            facts["budget"] = Decimal(10) ** 14
        return opened(*args, **facts)

    monkeypatch.setattr(taking, "open_case", refuse)
    report = run()
    assert report[-1] == "read 6, created 4, changed 0, unchanged 0, rejected 2"
    assert not Purchase.objects.filter(project_number="65010000002").exists()
    assert not Activity.objects.filter(name__startswith="ซื้อวัสดุ").exists()
    assert not Supplier.objects.filter(masked=True).exists()


def test_report_shows_no_control_characters_of_the_file(world: World, tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\x9b31m\u202eX\u2066"
    sample = [
        rows()[0] | {"project_id": f"6.5{evil}E+10"},
        rows()[0] | {"project_money": f"no{evil}", "purchase_method_name": f"m{evil}", "project_status": f"s{evil}"},
        rows()[0]
        | {"project_id": "65010000009", "dept_sub_name": f"a{evil}", "dept_name": evil, "contract_no": f"c{evil}"},
    ]
    out = "\n".join(run(write(tmp_path / "evil.csv", sample)))
    assert "rejected 2" in out
    assert not [char for char in out if char != "\n" and unicodedata.category(char) == "Cc"]
    assert not set("\u202e\u2066") & set(out)


# --- Dry run ----------------------------------------------------------------------------------------------------------
def test_dry_run_reports_the_same_and_writes_nothing(world: World, with_bad_rows: Path) -> None:
    before = everything()
    dry = run(with_bad_rows, dry_run=True)
    assert everything() == before
    assert [line for line in dry if line != "A dry run: nothing was written."] == run(with_bad_rows)


# --- Files refused whole ----------------------------------------------------------------------------------------------
def _text() -> str:
    return SAMPLE.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (_text().replace('""ติดตั้ง""', '"ติดตั้ง').encode(), "The quote opened in line 3"),
        (_text().replace("project_id,", "id,").encode(), "The heading lacks: project_id."),
        (_text().encode() + b"\xff\xfe", "Line 10 is not valid UTF-8"),
        (b"PK\x03\x04" + bytes(100), "an Excel"),
        (_text().replace(",", ";").encode(), "separated by semicolons"),
        (b"", "The file is empty."),
        (_text().splitlines()[0].encode(), "has a heading and no rows"),
        (_text().encode() + b"65\0,", "Line 10 holds a NUL byte"),
        (_text().encode() + b'"' + b"x" * 200_000, "never closed|longer than"),
        (b'{"result": []}', "holds no projects"),
        (b'[{"project_id": 65010000001},', "is not JSON"),
        (NESTED.read_bytes() + b"\0", "holds a NUL byte"),
    ],
    ids=["quote", "column", "encoding", "zip", "delimiter", "empty", "heading only", "NUL", "huge",
         "no list", "broken", "NUL 2"],
)  # fmt: skip
def test_fault_of_the_file_is_named_and_nothing_is_written(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, sentence: str
) -> None:
    monkeypatch.setattr(running, "BATCH", 1)
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=sentence) as caught:
        run(path)
    assert caught.value.returncode == 1
    assert not Case.objects.exists()


# --- Again ------------------------------------------------------------------------------------------------------------
def test_second_run_changes_nothing(world: World) -> None:
    run()
    before = everything()
    assert run() == [*REMARKS, AGAIN]
    assert everything() == before


def test_new_rows_of_a_later_export_are_added(world: World, tmp_path: Path) -> None:
    run(write(tmp_path / "first.csv", rows()[:3]))
    assert run()[-1] == "read 6, created 3, changed 0, unchanged 3, rejected 0"


def test_a_batch_that_is_here_costs_one_look(
    world: World, django_assert_num_queries: Callable[..., Any], tmp_path: Path
) -> None:
    path = many(tmp_path / "many.csv", running.BATCH)
    run(path)
    # Four tables of words; then for the batch savepoint, lock, purchases, suppliers, release; and an empty last batch.
    with django_assert_num_queries(12):
        run(path)


class Deaf:
    """A listener that keeps nothing."""

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_args: None


def test_memory_does_not_grow_with_the_file(world: World, tmp_path: Path) -> None:
    first = rows()[0] | {"dept_sub_name": "-", "dept_name": "-"}  # read, put together, looked up and rejected
    peaks = []
    for count in (3_000, 15_000):
        path = write(tmp_path / f"{count}.csv", [first | {"project_id": f"650200{n:05d}"} for n in range(count)])
        with path.open("rb") as handle, Spool() as spool:
            tracemalloc.start()
            fill(spool, handle, None)
            tally = Import(spool, Mapping.load(), cast(Any, Deaf())).run()
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert (tally.read, tally.rejected) == (count, count)
    assert peaks[1] < peaks[0] + 150_000
