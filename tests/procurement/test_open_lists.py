"""Notices, monthly summary, result of the year and committees: for everybody, each as page, CSV and JSON."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from procurement.models import Bid, Contract, Purchase
from procurement.published_lists import ANNUAL, COMMITTEES, NOTICES, SUMMARY
from tests.procurement.test_open_procurement import CITIZEN, appointed
from tests.support.purchases import Plan
from workflows.metrics import Span, figures_of

pytestmark = pytest.mark.django_db
LISTS = {"open_notices": NOTICES, "open_summary": SUMMARY, "open_annual": ANNUAL, "open_committees": COMMITTEES}
TODAY = timezone.localdate()


def get(name: str, status: int = 200, **values: Any) -> Any:
    client = Client()
    client.cookies["django_language"] = "en"
    answer = client.get(reverse(name), values)
    assert answer.status_code == status
    return answer


def table(name: str, **values: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(get(name, **values, **{"as": "csv"}).content.decode("utf-8-sig"))))


def bought(plan: Plan, *, contract: bool = True, name: str = "ซื้อโต๊ะ") -> Purchase:
    """A purchase with two offers, announced, and with a contract of today."""
    purchase = plan.purchase(name=name).purchase
    Purchase.objects.filter(pk=purchase.pk).update(announced_on=TODAY, reference_price=Decimal("900.50"))
    winner, loser = plan.supplier(), plan.supplier("0105500000002", "หจก. รองแชมป์")
    Bid.objects.create(purchase=purchase, supplier=winner, amount=Decimal(800), result=Bid.Result.WON)
    Bid.objects.create(purchase=purchase, supplier=loser, amount=Decimal(850), result=Bid.Result.LOST)
    if contract:
        Contract.objects.create(
            purchase=purchase, supplier=winner, number="=1+1", signed_on=TODAY, value=Decimal("799.25")
        )
    return purchase


def test_summary_has_the_columns_of_the_form(plan: Plan) -> None:
    bought(plan)
    (row,) = table("open_summary", unit=plan.unit.code)
    assert row["item"] == "ซื้อโต๊ะ"
    assert (row["reference_price"], row["agreed_price"]) == ("900.50", "799.25")
    assert row["bidders"] == "บริษัท ตัวอย่าง จำกัด 800.00; หจก. รองแชมป์ 850.00"
    assert row["winner"] == "บริษัท ตัวอย่าง จำกัด"
    assert row["reason"] == "lowest price of the valid offers"
    assert (row["contract_number"], row["contract_date"]) == ("'=1+1", TODAY.isoformat())
    told = json.loads(get("open_summary", **{"as": "json"}).content)
    assert (told["form"], told["month"], told["currency"]) == ("สขร.1", f"{TODAY:%Y-%m}", "THB")
    assert told["rows"][0]["bidders"][1] == {"name": "หจก. รองแชมป์", "amount": "850.00"}
    assert "lowest price" in get("open_summary").content.decode()


def test_reason_of_the_staff_stands_before_ours(plan: Plan) -> None:
    bid = bought(plan).bids.get(result=Bid.Result.WON)
    bid.note, bid.public_reason = "คุณภาพดีที่สุด", True
    bid.save()
    assert table("open_summary")[0]["reason"] == "คุณภาพดีที่สุด"


def test_reason_that_was_not_written_for_everybody_is_not_told(plan: Plan) -> None:
    bought(plan).bids.update(note="ญาติของนายก")
    assert table("open_summary")[0]["reason"] == "lowest price of the valid offers"
    for values in ({}, {"as": "csv"}, {"as": "json"}):
        assert "ญาติ" not in get("open_summary", **values).content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_offers_are_told_with_the_contract_only(plan: Plan, name: str) -> None:
    bought(plan, contract=False)
    for values in ({}, {"as": "csv"}, {"as": "json"}):
        assert "รองแชมป์" not in get(name, **values).content.decode()
        assert "850" not in get(name, **values).content.decode()


def test_notices_tell_what_was_announced_and_who_won(plan: Plan) -> None:
    plan.purchase(name="ยังไม่ประกาศ")
    bought(plan)
    (row,) = table("open_notices")
    assert (row["name"], row["announced_on"]) == ("ซื้อโต๊ะ", TODAY.isoformat())
    assert row["winners"] == "บริษัท ตัวอย่าง จำกัด"


def test_result_of_the_year_adds_up_and_counts_a_purchase_with_two_contracts_once(plan: Plan) -> None:
    purchase = bought(plan)
    Contract.objects.create(purchase=purchase, number="2", signed_on=TODAY, value=Decimal("0.75"))
    plan.purchase(name="อีกรายการ")
    method, total = table("open_annual", unit=plan.unit.code)
    assert (method["method"], total["method"]) == ("ebidding", "*")
    for row in (method, total):
        assert (row["planned"], row["contracted"], row["contracts"]) == ("2", "1", "2")
        assert row["agreed_value"] == "800.00"
        assert row["budget"] == "2000000.00"


def test_method_that_is_not_known_is_told_apart_from_all_together(plan: Plan) -> None:
    plan.purchase()
    plan.purchase(name="อีกรายการ")
    Purchase.objects.filter(name="อีกรายการ").update(method=None)
    assert [(row["method"], row["planned"]) for row in table("open_annual")] == [
        ("ebidding", "1"),
        ("", "1"),
        ("*", "2"),
    ]


def test_committees_tell_of_citizens_without_a_name(plan: Plan) -> None:
    appointed(plan)
    (row,) = table("open_committees")
    assert (row["citizens"], row["networks"]) == ("1", "เครือข่ายแม่น้ำใส")
    assert CITIZEN.split()[1] not in get("open_committees").content.decode()


def test_another_unit_has_none_of_it(plan: Plan) -> None:
    bought(plan)
    appointed(plan)
    other = plan.world.other.code
    for name in LISTS:
        assert table(name, unit=other) == []
        assert get(name, unit=other).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_files_have_the_columns_of_the_page(plan: Plan, name: str) -> None:
    bought(plan)
    appointed(plan)
    keys = [column.key for column in LISTS[name]]
    assert list(table(name)[0]) == keys
    told = json.loads(get(name, **{"as": "json"}).content)
    assert list(told["rows"][0]) == keys
    assert {"unit", "fiscal_year", "currency", "as_of", "count", "rows"} <= set(told)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("values", [{"unit": "nowhere"}, {"year": "2501"}, {"year": "x"}])
def test_what_is_not_published_is_not_there(plan: Plan, name: str, values: dict[str, str]) -> None:
    get(name, 404, **values)
    assert Client().post(reverse(name)).status_code == 405


def test_month_outside_the_year_is_not_there(plan: Plan) -> None:
    get("open_summary", 404, month="2001-01")
    get("open_summary", 404, month="x")


@pytest.mark.parametrize("name", LISTS)
def test_list_asks_as_much_for_many_rows(plan: Plan, name: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            get(name, unit=plan.unit.code)
        return len(asked)

    appointed(plan)
    bought(plan)
    one = cost()
    for number in range(3):
        bought(plan, name=f"ซื้อ{number}")
    assert cost() == one


def test_figures_say_whether_the_pages_have_something(plan: Plan) -> None:
    codes = [f"disclosure.{name}" for name in ("plan", "notices", "summary", "annual", "committees", "participation")]
    district, province, other = plan.unit.pk, plan.world.province.pk, plan.world.other.pk

    def known() -> dict[int, dict[str, Any]]:
        return figures_of([district, province, other], codes, Span(plan.year, TODAY))

    assert not any(known()[district].values())
    bought(plan)
    appointed(plan)
    for unit in (district, province):
        assert all(known()[unit].values()), known()[unit]
    assert not any(known()[other].values())
