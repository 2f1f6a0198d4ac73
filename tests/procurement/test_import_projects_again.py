"""A later export: what changed at the source is taken over, what staff corrected stays, and every move is an edge."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from procurement.actions.plan import change_activity
from procurement.importers.cgd import CONTRACT_COLUMNS
from procurement.models import Contract, ImportedPurchase, ProcurementMethod, Purchase, Revision
from tests.support.purchases import Plan
from workflows.checks import problems
from workflows.models import Clock, LedgerEntry
from workflows.verification import Report, verify

SAMPLE = Path(__file__).parent / "data" / "cgd.csv"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def first(**cells: str) -> dict[str, str]:
    """The first row of the sample with other cells."""
    with SAMPLE.open(encoding="utf-8-sig", newline="") as handle:
        return next(csv.DictReader(handle)) | cells


NO_CONTRACT = dict.fromkeys(CONTRACT_COLUMNS, "-")


@pytest.fixture
def take(tmp_path: Path) -> Any:
    """Import these rows and give the lines of the report."""

    def run(*rows: dict[str, str], **options: Any) -> list[str]:
        path = tmp_path / "export.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        out = io.StringIO()
        call_command("import_projects", path, **({"format": "cgd"} | options), stdout=out, stderr=io.StringIO())
        return out.getvalue().splitlines()

    return run


def purchase() -> Purchase:
    return Purchase.objects.select_related("case", "activity").get(project_number="65010000001")


def verbs() -> list[str]:
    return list(LedgerEntry.objects.filter(case=purchase().pk).order_by("seq").values_list("verb", flat=True))


def whole() -> bool:
    return list(problems()) == [] and list(verify(Report())) == []


# --- Figures ----------------------------------------------------------------------------------------------------------
def test_figure_changed_at_the_source_is_a_new_version(plan: Plan, take: Any) -> None:
    take(first())
    report = take(first(project_money="1,600,000", project_name="ประกวดราคาจ้างก่อสร้างศาลาใหม่"))
    changed = "ประกวดราคาจ้างก่อสร้างศาลาสมมุติ → ประกวดราคาจ้างก่อสร้างศาลาใหม่"
    assert report == [
        f"Line 2, 65010000001 changed: name {changed}; budget 1,500,000.00 baht → 1,600,000.00 baht.",
        "read 1, created 0, changed 1, unchanged 0, rejected 0",
    ]
    stored = purchase()
    assert stored.budget == 1_600_000
    assert stored.case.subject == "ประกวดราคาจ้างก่อสร้างศาลาใหม่"
    assert [row.figures["budget"] for row in stored.revisions.all()] == ["1500000.00", "1600000.00"]
    assert {row.source for row in stored.revisions.all()} == {"import"}
    assert verbs() == ["import_contracted", "revise"]
    assert take(first(project_money="1,600,000", project_name="ประกวดราคาจ้างก่อสร้างศาลาใหม่"))[-1].startswith(
        "read 1, created 0, changed 0, unchanged 1"
    )
    assert whole()


def test_budget_of_an_activity_that_nobody_touched_follows(plan: Plan, take: Any) -> None:
    take(first())
    take(first(project_money="1,600,000"))
    activity = purchase().activity
    assert activity.budget == 1_600_000
    assert activity.revisions.count() == 2


def test_budget_of_an_activity_that_staff_changed_stays(plan: Plan, take: Any) -> None:
    take(first())
    change_activity(purchase().activity, by=plan.staff, budget=Decimal(2_000_000))
    take(first(project_money="1,600,000"))
    assert (purchase().budget, purchase().activity.budget) == (1_600_000, 2_000_000)


def test_figure_corrected_here_stays_while_the_source_repeats_itself(plan: Plan, take: Any) -> None:
    take(first())
    plan.do(purchase().case, "revise", figures={"budget": Decimal(1_550_000)}, reasons="พิมพ์ผิด")
    assert take(first()) == ["read 1, created 0, changed 0, unchanged 1, rejected 0"]
    report = take(first(province="แพร่"))
    assert report[0] == "Line 2, 65010000001 changed: province น่าน → แพร่."
    assert purchase().budget == 1_550_000


def test_newer_figure_of_the_source_goes_over_a_correction_and_says_so(plan: Plan, take: Any) -> None:
    take(first())
    plan.do(purchase().case, "revise", figures={"budget": Decimal(1_550_000)}, reasons="พิมพ์ผิด")
    report = take(first(project_money="1600000"))
    assert "budget 1,550,000.00 baht → 1,600,000.00 baht, over a correction made here" in report[0]
    assert purchase().budget == 1_600_000


def test_source_that_comes_to_the_corrected_figure_changes_nothing(plan: Plan, take: Any) -> None:
    take(first())
    plan.do(purchase().case, "revise", figures={"budget": Decimal(1_600_000)}, reasons="พิมพ์ผิด")
    assert take(first(project_money="1600000")) == ["read 1, created 0, changed 0, unchanged 1, rejected 0"]
    assert purchase().revisions.count() == 2


@pytest.mark.parametrize("cell", ["-", "", "N/A", "มาก"])
def test_figure_that_the_source_leaves_out_or_garbles_takes_nothing_away(plan: Plan, take: Any, cell: str) -> None:
    take(first())
    assert take(first(project_money=cell, contract_price_agree=cell))[-1].startswith(
        "read 1, created 0, changed 0, unchanged 1"
    )
    assert (purchase().budget, Contract.objects.get().value) == (1_500_000, 1_400_000)


def test_changed_contract_is_told_with_its_number(plan: Plan, take: Any) -> None:
    take(first())
    report = take(first(contract_price_agree="1,450,000", contract_finish_date="2022-08-01"))
    assert report[0] == (
        "Line 2, 65010000001 changed: contract 1/2565: to be finished by 10 Jul 2022 → 1 Aug 2022; "
        "contract 1/2565: contract value 1,400,000.00 baht → 1,450,000.00 baht."
    )
    contract = Contract.objects.get()
    assert contract.value == 1_450_000
    assert contract.revisions.count() == 2
    assert purchase().milestones.get(code="deliver").planned_on == date(2022, 8, 1)
    assert Clock.objects.get(case=purchase().pk, stopped_on=None).due_on == date(2022, 8, 1)
    assert whole()


def test_contract_that_goes_to_another_supplier_is_told_by_names(plan: Plan, take: Any) -> None:
    take(first())
    report = take(first(winner_tin="0650000000005", winner="ห้างสมมุติ"))
    assert "contract 1/2565: supplier บริษัท ตัวอย่างสมมุติ จำกัด → ห้างสมมุติ." in report[0]
    contract = Contract.objects.select_related("supplier").get()
    assert contract.supplier is not None
    assert contract.supplier.tin == "0650000000005"
    assert list(contract.revisions.values_list("figures__supplier_id", flat=True))[-1] == contract.supplier_id


def test_supplier_whose_number_is_hidden_by_now_stays(plan: Plan, take: Any) -> None:
    take(first())
    take(first(winner_tin="-", winner="บริษัท ตัวอย่าง"))
    contract = Contract.objects.select_related("supplier").get()
    assert contract.supplier is not None
    assert contract.supplier.tin == "0105500000003"


# --- Contracts --------------------------------------------------------------------------------------------------------
def test_first_contract_of_an_announced_purchase_is_signed(plan: Plan, take: Any) -> None:
    take(first(**NO_CONTRACT))
    assert purchase().case.state == "announced"
    assert take(first())[-1] == "read 1, created 1, changed 0, unchanged 0, rejected 0"
    stored = purchase()
    assert (stored.case.state, stored.awarded_on) == ("contracted", date(2022, 4, 11))
    assert verbs() == ["import_announced", "sign_contract"]
    assert take(first())[-1].startswith("read 1, created 0, changed 0, unchanged 1")
    assert whole()


def test_first_contract_of_a_planned_purchase_announces_it_first(plan: Plan, take: Any) -> None:
    take(first(**NO_CONTRACT, announce_date="-", purchase_method_name="-"))
    assert purchase().case.state == "planned"
    report = take(first(announce_date="-"))
    assert report[-1] == "read 1, created 1, changed 0, unchanged 0, rejected 0"
    assert "now “Announced”" in report[0]
    assert verbs() == ["import_planned", "announce", "sign_contract", "revise"]
    assert purchase().method_id == "ebidding"
    assert whole()


def test_further_contract_is_added_and_the_total_of_the_source_counts(plan: Plan, take: Any) -> None:
    take(first())
    second = first(contract_no="9/2565", contract_price_agree="100,000", sum_price_agree="1,510,000")
    report = take(first(sum_price_agree="1,510,000"), second)
    assert report[-1] == "read 2, created 1, changed 1, unchanged 0, rejected 0"
    assert purchase().contracts.count() == 2
    assert purchase().total_value == 1_510_000
    assert verbs() == ["import_contracted", "add_contract", "revise"]


def test_new_contract_without_its_day_is_rejected_and_the_rest_taken(plan: Plan, take: Any) -> None:
    take(first())
    dearer = first(project_money="1600000")
    report = take(dearer, dearer | {"contract_no": "9/2565", "contract_date": "?"})
    assert report[-1] == "read 2, created 0, changed 1, unchanged 0, rejected 1"
    assert any("contract_date is empty, and a new contract" in line for line in report)
    assert (purchase().budget, purchase().contracts.count()) == (1_600_000, 1)
    # It is not forgotten: with its day it comes in.
    report = take(dearer, dearer | {"contract_no": "9/2565"})
    assert report[-1] == "read 2, created 1, changed 0, unchanged 1, rejected 0"


def test_new_contract_of_a_purchase_that_has_ended_here_is_rejected(plan: Plan, take: Any) -> None:
    take(first(contract_status="ส่งงานครบถ้วน"))
    report = take(first(contract_status="ส่งงานครบถ้วน"), first(contract_no="9/2565"))
    assert "a new contract cannot be recorded: the purchase stands at “Completed” here" in report[-2]
    assert report[-1].endswith("rejected 1")


# --- States -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cells", "state", "verb"),
    [
        ({"contract_status": "ส่งงานล่าช้ากว่ากำหนด"}, "completed", "import_completion"),
        ({"contract_status": "สิ้นสุดสัญญา"}, "completed", "import_completion"),
        ({"project_status": "ยกเลิกโครงการ"}, "cancelled", "import_cancellation"),
    ],
)
def test_status_that_moved_on_moves_the_purchase(
    plan: Plan, take: Any, cells: dict[str, str], state: str, verb: str
) -> None:
    take(first())
    report = take(first(**cells))
    assert report[-1].startswith("read 1, created 0, changed 1")
    assert purchase().case.state == state
    assert verbs()[-1] == verb
    assert not Clock.objects.filter(case=purchase().pk, stopped_on=None).exists()
    assert take(first(**cells))[-1].startswith("read 1, created 0, changed 0, unchanged 1")
    assert whole()


def test_one_contract_that_is_done_does_not_complete_the_others(plan: Plan, take: Any) -> None:
    take(first(), first(contract_no="9/2565"))
    # An export that holds only one of them.
    take(first(contract_status="ส่งงานครบถ้วน"))
    assert purchase().case.state == "contracted"
    take(first(contract_no="9/2565", contract_status="ส่งงานครบถ้วน"))
    assert purchase().case.state == "completed"


def test_purchase_that_staff_took_further_is_not_taken_back(plan: Plan, take: Any) -> None:
    take(first())
    plan.do(purchase().case, "deliver", on=timezone.localdate())
    assert take(first(province="แพร่"))[-1].startswith("read 1, created 0, changed 1")
    assert purchase().case.state == "delivered"


def test_source_that_reopens_what_has_ended_is_told_and_not_followed(plan: Plan, take: Any) -> None:
    take(first(project_status="ยกเลิกโครงการ"))
    report = take(first())
    assert "“Under contract” at the source, but it has ended here as “Cancelled” and stays so" in report[0]
    assert purchase().case.state == "cancelled"
    assert take(first()) == ["read 1, created 0, changed 0, unchanged 1, rejected 0"]


def test_announcement_moves_a_planned_purchase(plan: Plan, take: Any) -> None:
    take(first(**NO_CONTRACT, announce_date="-"))
    take(first(**NO_CONTRACT))
    assert (purchase().case.state, purchase().announced_on) == ("announced", date(2022, 1, 10))
    assert verbs() == ["import_planned", "announce"]


def test_step_that_was_refused_is_tried_again(plan: Plan, take: Any) -> None:
    take(first(**NO_CONTRACT, announce_date="-", purchase_method_name="-", purchase_method_group_name="-"))
    again = first(**NO_CONTRACT, purchase_method_name="-", purchase_method_group_name="-")
    assert "Choose the method of procurement" in take(again)[0]
    assert purchase().case.state == "planned"
    Purchase.objects.filter(pk=purchase().pk).update(method=ProcurementMethod.objects.get(code="ebidding"))
    take(again)
    assert purchase().case.state == "announced"


# --- Purchases that staff entered -------------------------------------------------------------------------------------
def test_purchase_entered_here_is_recognised_and_only_what_is_empty_is_filled(plan: Plan, take: Any) -> None:
    activity = plan.activity(1_000_000)
    case = plan.purchase(activity, project_number="65010000001", name="ชื่อที่เราตั้ง", budget=Decimal(1_200_000))
    report = take(first())
    assert report[-1] == "read 1, created 1, changed 0, unchanged 0, rejected 0"
    kept = report[0]
    assert "budget stays 1,200,000.00 baht, the source has 1,500,000.00 baht" in kept
    stored = purchase()
    assert stored.pk == case.pk
    assert (stored.name, stored.budget, stored.reference_price) == ("ชื่อที่เราตั้ง", 1_200_000, 1_480_000)
    assert stored.case.state == "contracted"
    assert stored.activity == activity
    assert activity.revisions.count() == 1
    assert take(first()) == ["read 1, created 0, changed 0, unchanged 1, rejected 0"]
    assert whole()


def test_contract_entered_here_is_recognised_by_its_number(plan: Plan, take: Any) -> None:
    case = plan.contracted(plan.purchase(project_number="65010000001"))
    number = case.purchase.contracts.get().number
    take(first(contract_no=number))
    contract = Contract.objects.get()
    assert (contract.value, contract.status) == (900_000, "ระหว่างดำเนินการ")


def test_what_the_source_said_is_kept_beside_the_figures(plan: Plan, take: Any) -> None:
    take(first())
    plan.do(purchase().case, "revise", figures={"budget": Decimal(1)}, reasons="ลอง")
    said = ImportedPurchase.objects.get()
    assert (said.figures["budget"], said.state) == ("1500000.00", "contracted")
    assert said.contracts["1/2565"]["value"] == "1400000.00"
    assert Revision.objects.filter(purchase=purchase(), source="hand").count() == 1
