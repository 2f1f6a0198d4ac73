"""Purchases as OCDS 1.1 releases: what each stage tells, what is hidden, and that the standard accepts it."""

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from procurement import ocds, ocds_reading
from procurement.models import Bid, Contract, Purchase
from tests.procurement.ocds_schema import faults_of, unknown_fields
from tests.procurement.test_open_lists import TODAY, bought
from tests.procurement.test_open_procurement import CITIZEN, appointed
from tests.support.purchases import Plan
from workflows.models import Case

pytestmark = pytest.mark.django_db
ADDRESS = "/open/procurement/ocds.json"


def get(status: int = 200, **values: Any) -> Any:
    answer = Client().get(ADDRESS, values)
    assert answer.status_code == status
    if status == 200:
        package = json.loads(answer.content)
        assert faults_of(package) == []
        assert unknown_fields(package) == set()
        return package
    return None


def one(case: Case) -> dict[str, Any]:
    """The release of a purchase, which the standard accepts."""
    (found,) = [each for each in get()["releases"] if each["ocid"].endswith(case.public_id)]
    return dict(found)


def day(value: date) -> str:
    return datetime.combine(value, time(), timezone.get_default_timezone()).isoformat()


# --- Stages ---------------------------------------------------------------------------------------------------------
def test_planned_purchase_is_a_planning_release(plan: Plan) -> None:
    case = plan.purchase(plan.activity(name="ปรับปรุงถนน", code="7"))
    release = one(case)
    assert release["tag"] == ["planning"]
    assert release["ocid"] == f"unregistered-{case.public_id}"
    assert (release["initiationType"], release["language"]) == ("tender", "th")
    assert release["buyer"] == {"id": "unit-DST", "name": plan.unit.name_th}
    assert release["parties"] == [{**release["buyer"], "roles": ["buyer", "procuringEntity"]}]
    assert release["planning"]["budget"] == {
        "amount": {"amount": 1000000.0, "currency": "THB"},
        "project": "ปรับปรุงถนน",
        "projectID": "7",
    }
    tender = release["tender"]
    assert (tender["id"], tender["status"], tender["title"]) == (case.public_id, "planned", "ปรับปรุงถนน")
    assert (tender["procurementMethod"], tender["procurementMethodDetails"]) == (
        "open",
        "ประกวดราคาอิเล็กทรอนิกส์ (e-bidding)",
    )
    assert not {"awards", "contracts", "bids"} & set(release)


def test_announced_purchase_is_an_active_tender(plan: Plan) -> None:
    case = plan.do(plan.purchase(), "announce", on=TODAY)
    Purchase.objects.filter(pk=case.pk).update(project_number="69011234567", reference_price=Decimal("999.50"))
    release = one(case)
    assert release["tag"] == ["planning", "tender"]
    assert release["tender"]["status"] == "active"
    assert release["tender"]["id"] == "69011234567"
    assert release["tender"]["value"] == {"amount": 999.5, "currency": "THB"}
    assert release["tender"]["tenderPeriod"] == {"startDate": day(TODAY)}
    announced = next(step for step in release["tender"]["milestones"] if step["id"] == "announce")
    assert (announced["dateMet"], announced["status"]) == (day(TODAY), "met")


def test_award_without_a_contract_does_not_tell_who_won(plan: Plan) -> None:
    case = plan.do(plan.purchase(), "announce", on=TODAY)
    winner = plan.supplier(name="บริษัท ชนะเลิศ จำกัด")
    Bid.objects.create(purchase=case.purchase, supplier=winner, amount=Decimal(850), result=Bid.Result.WON)
    case = plan.do(case, "award", on=TODAY, winner=winner)
    release = one(case)
    assert release["tag"] == ["planning", "tender", "award"]
    assert release["tender"]["status"] == "complete"
    assert release["awards"] == [{"id": "award", "status": "pending", "date": day(TODAY)}]
    assert "ชนะเลิศ" not in json.dumps(release, ensure_ascii=False)
    assert "850" not in json.dumps(release["tender"])


def test_contract_tells_supplier_value_and_offers(plan: Plan) -> None:
    purchase = bought(plan)
    release = one(purchase.case)
    winner, loser = (bid.supplier for bid in purchase.bids.order_by("pk"))
    assert release["tag"] == ["planning", "tender", "award", "contract"]
    assert release["awards"] == [
        {
            "id": f"award-{winner.pk}",
            "status": "active",
            "value": {"amount": 799.25, "currency": "THB"},
            "suppliers": [{"id": f"supplier-{winner.pk}", "name": winner.name}],
        }
    ]
    (contract,) = release["contracts"]
    assert (contract["id"], contract["awardID"]) == ("=1+1", f"award-{winner.pk}")
    assert (contract["status"], contract["dateSigned"]) == ("active", day(TODAY))
    assert release["tender"]["numberOfTenderers"] == 2
    assert [each["value"]["amount"] for each in release["bids"]["details"]] == [800.0, 850.0]
    assert {each["id"]: each["roles"] for each in release["parties"]} == {
        "unit-DST": ["buyer", "procuringEntity"],
        f"supplier-{winner.pk}": ["supplier", "tenderer"],
        f"supplier-{loser.pk}": ["tenderer"],
    }


def test_offers_wait_for_the_day_of_the_signature_as_in_the_monthly_summary(plan: Plan) -> None:
    purchase = bought(plan)
    Contract.objects.filter(purchase=purchase).update(signed_on=None)
    release = one(purchase.case)
    assert "bids" not in release
    assert "tenderers" not in release["tender"]
    assert "status" not in release["contracts"][0]


def test_two_suppliers_have_an_award_each(plan: Plan) -> None:
    purchase = bought(plan)
    other = plan.supplier("0105500000002")
    Contract.objects.create(purchase=purchase, supplier=other, number="2", signed_on=TODAY, value=Decimal(5))
    Contract.objects.create(purchase=purchase, supplier=other, number="3", signed_on=TODAY)
    Contract.objects.create(purchase=purchase, number="4", signed_on=TODAY, value=Decimal(1))
    release = one(purchase.case)
    assert len(release["awards"]) == 3
    assert {each["awardID"] for each in release["contracts"]} == {each["id"] for each in release["awards"]}
    assert "value" not in next(each for each in release["awards"] if each["id"] == f"award-{other.pk}")


def test_cancelled_before_its_announcement_was_planned_only(plan: Plan) -> None:
    case = plan.do(plan.purchase(), "cancel", plan.approver, reasons="ไม่มีงบประมาณ", on=TODAY)
    release = one(case)
    assert (release["tag"], release["tender"]["status"]) == (["planning"], "cancelled")
    assert "ไม่มีงบประมาณ" not in json.dumps(release, ensure_ascii=False)


def test_cancelled_after_its_announcement_stays_a_tender(plan: Plan) -> None:
    case = plan.do(plan.purchase(), "announce", on=TODAY)
    case = plan.do(case, "cancel", plan.approver, reasons="ไม่มีผู้ยื่น", on=TODAY)
    assert (one(case)["tag"], one(case)["tender"]["status"]) == (["planning", "tender"], "cancelled")


def test_cancelled_after_its_award_has_an_award_that_is_cancelled(plan: Plan) -> None:
    case = plan.do(plan.purchase(), "announce", on=TODAY)
    case = plan.do(case, "award", on=TODAY, winner=plan.supplier())
    case = plan.do(case, "cancel", plan.approver, reasons="ผู้ชนะไม่มาทำสัญญา", on=TODAY)
    release = one(case)
    assert release["tender"]["status"] == "complete"
    assert [each["status"] for each in release["awards"]] == ["cancelled"]


# --- Citizens, and what is hidden -----------------------------------------------------------------------------------
def test_citizens_are_a_milestone_of_engagement_without_a_name(plan: Plan) -> None:
    case = appointed(plan)
    release = one(case.committee.purchase.case)
    (milestone,) = [each for each in release["tender"]["milestones"] if each["type"] == "engagement"]
    assert milestone["dateMet"] == day(TODAY)
    assert "เครือข่ายแม่น้ำใส" in milestone["description"]
    text = json.dumps(release, ensure_ascii=False)
    for hidden in (CITIZEN, "ลับเฉพาะ", "เกษตรกร", "เหตุผลที่เสนอ", "นาย ebidding"):
        assert hidden not in text, hidden


def test_committee_in_draft_is_not_told(plan: Plan) -> None:
    case = plan.committee(citizen=True)
    assert "milestones" not in one(case.committee.purchase.case)["tender"]


def test_notes_reasons_and_tax_numbers_are_not_told(plan: Plan) -> None:
    purchase = bought(plan)
    purchase.bids.update(note="เหตุผลลับ")
    plan.do(purchase.case, "note", text="บันทึกภายใน")
    text = json.dumps(one(purchase.case), ensure_ascii=False)
    for hidden in ("เหตุผลลับ", "บันทึกภายใน", "0105500000001", plan.staff.get_full_name() or plan.staff.username):
        assert hidden not in text, hidden


# --- Ids and dates --------------------------------------------------------------------------------------------------
def test_same_state_has_the_same_id_and_another_state_another(plan: Plan) -> None:
    purchase = bought(plan)
    first = one(purchase.case)
    assert one(purchase.case) == first
    Contract.objects.update(value=Decimal(700))
    changed = one(purchase.case)
    assert changed["id"] != first["id"]
    assert changed["ocid"] == first["ocid"]


def test_note_moves_neither_date_nor_id_and_a_step_moves_both(plan: Plan) -> None:
    def changed() -> datetime:
        (found,) = ocds_reading.stretch(None, plan.year).processes
        return found.changed_at

    case = plan.purchase()
    before, first = changed(), one(case)
    case = plan.do(case, "note", text="บันทึกภายใน")
    assert (changed(), one(case)) == (before, first)
    case = plan.do(case, "announce", on=TODAY)
    assert changed() > before
    assert one(case)["id"] != first["id"]


def test_release_is_in_thai_whatever_the_reader_reads(plan: Plan) -> None:
    appointed(plan)
    client = Client()
    client.cookies["django_language"] = "en"
    thai = Client()
    thai.cookies["django_language"] = "th"
    assert client.get(ADDRESS).content == thai.get(ADDRESS).content


def test_prefix_is_the_one_of_the_installation(plan: Plan, settings: Any) -> None:
    settings.OCID_PREFIX = "ocds-a1b2c3"
    case = plan.purchase()
    assert one(case)["ocid"] == f"ocds-a1b2c3-{case.public_id}"


def test_method_that_the_standard_does_not_know_is_told_in_words(plan: Plan) -> None:
    case = plan.purchase()
    Purchase.objects.update(method=None, method_name="วิธีอื่น")
    tender = one(case)["tender"]
    assert "procurementMethod" not in tender
    assert tender["procurementMethodDetails"] == "วิธีอื่น"


# --- Pages ----------------------------------------------------------------------------------------------------------
def test_pages_lead_through_all_and_back(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocds_reading, "PAGE", 2)
    activity = plan.activity()
    cases = [plan.purchase(activity, name=f"ซื้อ {number}") for number in range(5)]
    seen, address, pages = [], f"{ADDRESS}?unit={plan.unit.code}", []
    while address:
        package = json.loads(Client().get(address).content)
        pages.append(package)
        seen += [each["ocid"] for each in package["releases"]]
        if len(pages) == 1:  # one more is entered while somebody reads
            cases.append(plan.purchase(activity, name="ซื้อเพิ่ม"))
        address = package.get("links", {}).get("next", "").removeprefix("http://127.0.0.1:8000")
    assert seen == [f"unregistered-{case.public_id}" for case in cases]
    assert [len(package["releases"]) for package in pages] == [2, 2, 2]
    for page, following in pairwise(pages):
        back = json.loads(Client().get(following["links"]["prev"].removeprefix("http://127.0.0.1:8000")).content)
        assert back["releases"] == page["releases"]
    assert "prev" not in pages[0]["links"]
    assert pages[0]["publishedDate"] == max(each["date"] for each in pages[0]["releases"])


def test_year_or_unit_without_a_purchase_is_not_there(plan: Plan) -> None:
    get(404)
    plan.purchase()
    get(404, unit=plan.world.other.code)
    get(404, unit="nowhere")
    get(404, year="2501")
    get(404, after="nowhere")
    get(404, year=plan.year - 1)
    assert len(get(unit=plan.world.province.code)["releases"]) == 1
    assert Client().post(ADDRESS).status_code == 405


def test_package_costs_as_much_for_many(plan: Plan) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            get()
        return len(asked)

    appointed(plan)
    bought(plan)
    first = cost()
    for number in range(3):
        bought(plan, name=f"ซื้อ{number}")
    assert cost() == first


def test_procurement_page_leads_to_it_where_there_is_a_purchase(plan: Plan) -> None:
    link = f'href="{ADDRESS}'
    page = f"{reverse('open_procurement')}?unit={plan.unit.code}"
    plan.activity()
    assert link not in Client().get(page).content.decode()
    plan.purchase()
    assert f"{link}?unit={plan.unit.code}" in Client().get(page).content.decode()


def test_use_of_it_is_counted(plan: Plan) -> None:
    from organisations.models import PageUse

    plan.purchase()
    get(unit=plan.unit.code)
    assert list(PageUse.objects.values_list("page", "file")) == [("open_ocds", True)]


def test_days_to_come_do_not_date_a_release(plan: Plan) -> None:
    case = appointed(plan)
    case.committee.members.update(left_on=TODAY + timedelta(days=40), left_because="end")
    release = one(case.committee.purchase.case)
    assert release["date"] <= timezone.localtime().isoformat()


def test_every_method_of_the_rule_data_has_a_code_of_the_standard() -> None:
    from procurement.models import ProcurementMethod

    assert set(ProcurementMethod.objects.values_list("code", flat=True)) == set(ocds.METHODS)
